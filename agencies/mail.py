"""The letters that the floor sends."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

from agencies.models import User
from agencies.vocabulary import PersonStatus


def send_set_password_mail(person: User, link: str) -> None:
    """Send the link by which somebody sets a password; a first password reads as an invitation."""
    first = person.status == PersonStatus.INVITED
    context = {
        "person": person,
        "link": link,
        "service": settings.SITE_NAME,
        "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60),
        "first": first,
    }
    subject = f"{settings.SITE_NAME}: {'your account' if first else 'set a new password'}"
    send_mail(subject, render_to_string("agencies/mail/set_password.txt", context), None, [person.email])
