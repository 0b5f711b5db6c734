"""Who asks: a bearer token and nothing else. A browser's session opens no door of the API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from agencies.models import User
from agencies.network import client_address, is_within
from agencies.tokens import Bearer, find_bearer

if TYPE_CHECKING:
    from rest_framework.views import APIView

ANY_SCOPE: Final = ""
"""Marks an operation that is open to every client, whatever its scopes."""

_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]{1,255}=*")


class Forbidden(APIException):
    """The client is known and may not do this."""

    status_code = 403
    default_code = "forbidden"

    def __init__(self, code: str, message: str, *, challenge: str = "") -> None:
        super().__init__(message, code)
        self.challenge = challenge


def missing_scope(needed: str) -> Forbidden:
    """Return the refusal of a token that lacks a scope."""
    return Forbidden(
        "insufficient_scope",
        f"This needs the scope {needed}. Ask for it with your token, or ask your agency's administrator.",
        challenge=f'Bearer realm="api", error="insufficient_scope", scope="{needed}"',
    )


class BearerAuthentication(BaseAuthentication):
    """Accept ``Authorization: Bearer <token>`` of a client that is in force and calls from its networks."""

    def authenticate(self, request: Request) -> tuple[User, Bearer] | None:
        """Return the service account and what the token stands for; ``None`` where no token was sent."""
        header = request.headers.get("Authorization", "")
        scheme, _, token = header.partition(" ")
        if not header:
            return None
        if scheme.lower() != "bearer" or not _TOKEN.fullmatch(token.strip()):
            raise AuthenticationFailed("Send the header Authorization: Bearer, a space, and your token.", "not_a_token")
        bearer = find_bearer(token.strip())
        if bearer is None or bearer.expires_at <= bearer.now:
            raise AuthenticationFailed(
                "This token is not known or has expired. Ask for a new one at /oauth/token/.", "invalid_token"
            )
        client = bearer.client
        # Known even where it is refused from here on: its administrators see what it was refused for.
        request.caller = client  # type: ignore[attr-defined]  # read when the answer is finished
        expired = client.expires_at is not None and client.expires_at <= bearer.now
        if expired or not client.is_active or not bearer.account.is_active:
            raise AuthenticationFailed(
                "This client is no longer in force. Ask your agency's administrator for a new one.",
                "client_not_in_force",
            )
        if not is_within(client_address(request.META), client.networks):
            raise Forbidden("network_not_allowed", "This client may not call from your network address.")
        return bearer.account, bearer

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401 (RFC 6750)."""
        if request.headers.get("Authorization"):
            return 'Bearer realm="api", error="invalid_token"'
        return 'Bearer realm="api"'


class HasScope(BasePermission):
    """Let a client do what its token's scopes allow; an operation that names no scope is closed."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Say yes, or raise what is missing."""
        if not isinstance(request.auth, Bearer):
            raise NotAuthenticated("Send the header Authorization: Bearer, a space, and your token.")
        action = getattr(view, "action", None)
        if action in {None, "metadata"}:
            # No such method here (DRF calls OPTIONS metadata): the answer is 405, which tells nothing.
            return True
        needed = getattr(view, "scopes", {}).get(action)
        if needed is None:
            return False
        if needed != ANY_SCOPE and needed not in request.auth.scopes:
            raise missing_scope(needed)
        return True


def bearer_of(request: Any) -> Bearer:
    """Return what the token of an authenticated request stands for."""
    bearer = request.auth
    if not isinstance(bearer, Bearer):
        raise NotAuthenticated
    return bearer
