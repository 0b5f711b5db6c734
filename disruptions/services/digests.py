"""E-mails that say how much waits for somebody. They hold numbers and a link, never a word of a record."""

from __future__ import annotations

import logging
from datetime import date
from typing import Final

from django.conf import settings
from django.core.mail import send_mail
from django.db import DatabaseError, IntegrityError, transaction
from django.template.loader import render_to_string

from agencies.models import User
from agencies.vocabulary import DigestFrequency
from disruptions.models import DigestSent
from disruptions.services.saved_views import note_changed_views
from disruptions.work import GIVEN, counts_for, waiting_for

MONDAY: Final = 0

logger = logging.getLogger(__name__)


def send_digests(*, day: date) -> int:
    """Send each person who asked for it what waits for them, once for a day, and return how many were sent.

    Nothing is sent to those for whom nothing waits. One e-mail that cannot be sent does not keep back the others, and
    is tried again when this is called again.
    """
    wanted = [DigestFrequency.DAILY, DigestFrequency.WEEKLY] if day.weekday() == MONDAY else [DigestFrequency.DAILY]
    people = (
        User.objects.filter(is_active=True, is_service=False, digest__in=wanted)
        .exclude(pk__in=DigestSent.objects.filter(day=day).values("user"))
        .select_related("agency")
        .order_by("pk")
    )
    return sum(_send(person, day) for person in people)


def _send(person: User, day: date) -> bool:
    """Send one; the row and the e-mail stand or fall together."""
    try:
        with transaction.atomic():
            counts = counts_for(person)
            waiting = sum(number for name, number in counts.items() if name != GIVEN)
            lines = [
                (work.title, counts[work.name]) for work in waiting_for(person, today=day) if counts.get(work.name)
            ]
            changed = note_changed_views(person)
            items = waiting + changed
            if not items:
                return False
            if changed:
                lines.append(("Saved views whose count has changed", changed))
            context = {
                "person": person,
                "lines": lines,
                "address": settings.SITE_ADDRESS,
                "service": settings.SITE_NAME,
            }
            DigestSent.objects.create(user=person, day=day, items=items)
            things = "1 thing waits" if items == 1 else f"{items:,} things wait"
            text = render_to_string("disruptions/mail/digest.txt", context)
            send_mail(f"{settings.SITE_NAME}: {things} for you", text, None, [person.email])
    except IntegrityError:
        # Another run of the day's work was faster.
        return False
    except (DatabaseError, OSError):
        # Every failure of a mail server is an OSError; the row went with it.
        logger.exception("digest_not_sent", extra={"person": person.pk})
        return False
    return True
