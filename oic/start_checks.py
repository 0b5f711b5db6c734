"""What a site must not start with, outside a machine of one's own."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

TAG = "production"
SHORTEST_SECRET_KEY = 50
SHORTEST_SESSION, LONGEST_SESSION = 5, 720
# A reserved ending that no real person's address has; the demonstration's people all have it.
DEMONSTRATION_ENDING = ".example"
DEMONSTRATION_CLIENT_PREFIX = "demo-"


def require_safe_start() -> None:
    """Raise ImproperlyConfigured with every reason why this configuration must not serve anybody.

    `DEMO=1` says that the site is a demonstration, with its accounts and without transport security.
    """
    if settings.DEMO:
        return
    messages = run_checks(tags=[TAG], include_deployment_checks=True)
    if messages:
        raise ImproperlyConfigured("this site must not start:\n" + "\n".join(f"* {each.msg}" for each in messages))


def register_checks() -> None:
    """Make the checks part of `manage.py check --deploy --tag production`."""
    for each in (check_debug_is_off, check_secret_key, check_session_minutes, check_no_demonstration_accounts):
        register(each, TAG, deploy=True)


def check_debug_is_off(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Report DEBUG: its error pages show what the database holds."""
    return [Error("DEBUG is on.", id="oic.E001")] if settings.DEBUG else []


def check_secret_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Report a secret key that others know or can guess."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if any(key == settings.INSECURE_SECRET_KEY or len(key) < SHORTEST_SECRET_KEY for key in keys):
        return [Error(f"SECRET_KEY is the default or shorter than {SHORTEST_SECRET_KEY} characters.", id="oic.E002")]
    return []


def check_session_minutes(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Report sessions that end before anybody can be warned, or that outlast a shift."""
    if SHORTEST_SESSION <= settings.SESSION_IDLE_MINUTES <= LONGEST_SESSION:
        return []
    return [Error(f"SESSION_IDLE_MINUTES is not from {SHORTEST_SESSION} to {LONGEST_SESSION}.", id="oic.E005")]


def check_no_demonstration_accounts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Report accounts whose password is printed in the documentation, and a database that cannot be asked."""
    people = apps.get_model(settings.AUTH_USER_MODEL)
    clients = apps.get_model(settings.OAUTH2_PROVIDER_APPLICATION_MODEL)
    try:
        found = (
            people._default_manager.filter(email__iendswith=DEMONSTRATION_ENDING, is_active=True).exists()
            or clients._default_manager.filter(client_id__startswith=DEMONSTRATION_CLIENT_PREFIX).exists()
        )
    except DatabaseError as error:
        return [Error(f"the database does not answer: {type(error).__name__}.", id="oic.E004")]
    return [Error("the database holds demonstration accounts.", id="oic.E003")] if found else []
