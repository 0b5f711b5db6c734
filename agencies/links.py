"""The address where somebody sets a password: works once, for a few days, for the account's present state."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpRequest
from django.urls import reverse

from agencies.models import User


def set_password_path(person: User) -> str:
    """Return the path of the link; whoever has it can sign in as the person, so it goes to their mailbox only."""
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)},
    )


def set_password_link(request: HttpRequest, person: User) -> str:
    """Return the absolute address of the link."""
    return request.build_absolute_uri(set_password_path(person))
