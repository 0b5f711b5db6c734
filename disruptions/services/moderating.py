"""Which approved records a moderator looks at again: an approval opens a case, a moderator's decision closes it.

The draw is a keyed hash of the reference and the version that the approval made: nobody without the secret key can tell
what will be drawn, and the same approval always draws the same.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils.encoding import force_bytes

from agencies.models import User
from disruptions.models import Disruption, ModerationCase, Review
from disruptions.vocabulary import Decision, Level, ModerationReason

SALT: Final = b"disruptions.moderation.sample"
FINE: Final = 10_000
"""The draw has this many tickets, so that a percentage may have two decimals."""

OPEN: Final = """
    INSERT INTO disruptions_moderationcase AS standing (disruption_id, why, note)
    SELECT *, '' FROM unnest(%s::bigint[], %s::text[])
    ON CONFLICT (disruption_id) WHERE review_id IS NULL
    DO UPDATE SET why = EXCLUDED.why WHERE EXCLUDED.why = %s AND standing.why <> EXCLUDED.why
"""
CLOSE: Final = """
    UPDATE disruptions_moderationcase SET review_id = decided.review
    FROM unnest(%s::bigint[], %s::bigint[]) AS decided (disruption, review)
    WHERE disruption_id = decided.disruption AND review_id IS NULL
"""


def open_cases(approved: Sequence[Disruption]) -> None:
    """Open a case for every major among records just approved and for a sample of the rest, in one statement.

    A case that is open from an earlier approval stays the record's case; it becomes a major's if the record is one now.
    Sandbox records are nobody's to moderate.
    """
    drawn = [(record.pk, why) for record in approved if not record.sandbox and (why := reason_for(record))]
    if not drawn:
        return
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [*(list(column) for column in zip(*drawn, strict=True)), ModerationReason.MAJOR.value])


def open_chosen_cases(records: Sequence[Disruption], *, chosen_by: User, note: str) -> None:
    """Open a case for approved records that somebody wants a moderator to look at, and that have none open."""
    ModerationCase.objects.bulk_create(
        ModerationCase(disruption=record, why=ModerationReason.CHOSEN, chosen_by=chosen_by, note=note)
        for record in records
    )


def reason_for(record: Disruption) -> str | None:
    """Return why a moderator looks at a record as it was approved, or nothing if none does."""
    if record.level == Level.MAJOR:
        return ModerationReason.MAJOR.value
    return ModerationReason.SAMPLE.value if is_sampled(record.reference, record.version) else None


def is_sampled(reference: str, version: int) -> bool:
    """Say whether the draw takes a version of a record, at the rate of ``MODERATION_SAMPLE_PERCENT``."""
    key = sha256(SALT + force_bytes(settings.SECRET_KEY)).digest()
    drawn = hmac.digest(key, f"{reference} {version}".encode(), "sha256")
    return int.from_bytes(drawn[:8]) % FINE < float(settings.MODERATION_SAMPLE_PERCENT) * FINE / 100


def close_cases(reviews: Sequence[Review]) -> None:
    """Close the open cases of records with the decision that a moderator made on each, in one statement."""
    decided = [
        (review.disruption_id, review.pk)
        for review in reviews
        if review.decision not in {Decision.APPROVE, Decision.RETURN}
    ]
    if not decided:
        return
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, [list(column) for column in zip(*decided, strict=True)])
