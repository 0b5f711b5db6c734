"""What every page knows, under the one name `site`."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest

from agencies.demonstration_accounts import ACCOUNTS, PASSWORD
from oic.navigation import navigation
from oic.sessions import session_of

SERVICE_NAME = "OIC Disruptions"


def site(request: HttpRequest) -> dict[str, Any]:
    """Return `site`: service name, demonstration flag and accounts, signed-in user, navigation and waiting messages.

    Navigation and messages are worked out when a template asks, so that a fragment does not use up a message.
    """
    user = getattr(request, "user", None)
    session = session_of(request)
    return {
        "site": SimpleNamespace(
            service_name=SERVICE_NAME,
            demo=settings.DEMO,
            demonstration_accounts=ACCOUNTS if settings.DEMO else (),
            demonstration_password=PASSWORD if settings.DEMO else "",
            user=user if user is not None and user.is_authenticated else None,
            session_seconds=session.seconds_left() if session is not None else None,
            navigation=partial(navigation, request),
            messages=partial(get_messages, request),
        )
    }
