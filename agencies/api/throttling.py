"""How often a client may ask: its own setting, said in every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import structlog
from django.db import DatabaseError
from rest_framework.throttling import BaseThrottle

from agencies.api.authentication import bearer_of
from agencies.models import ApiClient
from agencies.services.request_limits import RequestCount, count_error, count_request

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

NAME: Final = "client"
MINUTE: Final = 60

_log = structlog.get_logger(__name__)


class ClientThrottle(BaseThrottle):
    """Let a client make ``rate_per_minute`` requests a minute."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request and say whether it is within the client's rate."""
        count = count_request(client=bearer_of(request).client)
        request.request_count = count  # type: ignore[attr-defined]  # read when the answer is finished
        self._seconds_left = count.seconds_left
        return not count.exceeded

    def wait(self) -> float:
        """Return how many seconds the client should wait."""
        return self._seconds_left


def rate_headers(request: Any) -> dict[str, str]:
    """Return the headers that say where the client stands (IETF draft, RateLimit header fields for HTTP)."""
    count: RequestCount | None = getattr(request, "request_count", None)
    if count is None:
        return {}
    return {
        "RateLimit-Policy": f'"{NAME}";q={count.limit};w={MINUTE}',
        "RateLimit": f'"{NAME}";r={count.remaining};t={count.seconds_left}',
    }


def note_error(request: Any, *, status: int, code: str) -> None:
    """Count an error for the client that asked, if it is known who did; never in place of the answer itself."""
    client: ApiClient | None = getattr(request, "caller", None)
    if client is None:
        return
    try:
        count_error(client=client, status=status, code=code, counted=hasattr(request, "request_count"))
    except DatabaseError:
        # What went wrong may be the database; the answer says that.
        _log.warning("error_not_counted", client=client.client_id, status=status)
