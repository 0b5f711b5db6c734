"""Every address asks who is there, but for the listed few."""

import pytest
from django.test import Client

from tests.routes import routes

pytestmark = pytest.mark.django_db

PUBLIC = {
    # Signing in, and getting a new password by mail.
    "account_login",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    # What the law wants everybody to be able to read.
    "accessibility",
    "privacy",
    "cookies",
    # Partner systems, before they have a token: how the API is spoken, and where a token comes from.
    "api_docs",
    "api_schema",
    "api_unknown",
    "oauth_token",
    # The orchestrator and the monitoring system; the latter has a token of its own.
    "health",
    "metrics",
}


def asks_who_is_there(response):
    """Say whether an answer is the API's 401 or leads to signing in."""
    return response.status_code == 401 or (
        response.status_code in {301, 302} and response.url.startswith(("/accounts/login/", "/admin/login/"))
    )


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_the_listed_addresses_open_to_a_stranger(method):
    found = {route.name for route in routes() if not asks_who_is_there(getattr(Client(), method)(route.path, data={}))}
    assert found == PUBLIC


def test_every_listed_address_exists():
    assert {route.name for route in routes()} >= PUBLIC
