"""The token end point: who a partner system is, what it may ask for, and from where."""

from __future__ import annotations

import base64
import hmac
from typing import Any
from urllib.parse import unquote_plus

from django.http import HttpRequest, HttpResponse
from oauth2_provider.models import get_access_token_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.views import TokenView as LibraryTokenView
from oauthlib.common import Request

from agencies import audit
from agencies.models import ApiClient, ApiClientSecret, AuditEntry, oic_now
from agencies.network import client_address, is_within
from agencies.services import digest_of, note_use
from agencies.vocabulary import AuditAction

NO_DIGEST = "0" * 64


class ClientValidator(OAuth2Validator):
    """Answers oauthlib's questions from `ApiClient` and its secrets; the library's `client_secret` is never read."""

    def authenticate_client(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        """Accept a client by Basic authentication or, without that header, by `client_id` and `client_secret`.

        The time taken does not tell an unknown client from a wrong secret, nor how much of a secret was right.
        """
        client_id, secret = self._credentials(request)
        client = self._load_application(client_id, request) if client_id else None
        live = ApiClientSecret.objects.filter(client=client).live_at(oic_now()) if client else []
        sent = digest_of(secret)
        matches = [hmac.compare_digest(sent, digest) for digest in (NO_DIGEST, *(each.sha256 for each in live))]
        if client is not None and any(matches[1:]):
            return True
        request.client = None
        return False

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: ApiClient, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """Allow what the client was given, and nothing else."""
        return set(scopes) <= set(client.scopes)

    def get_default_scopes(self, client_id: str, request: Request, *args: Any, **kwargs: Any) -> list[str]:
        """Give all that the client may have where it asks for nothing in particular."""
        return list(request.client.scopes)

    def validate_bearer_token(self, token: str, scopes: list[str], request: Request) -> bool:
        """Refuse a token whose client, account or network may no longer be let in."""
        return bool(super().validate_bearer_token(token, scopes, request)) and _may_enter(request.client, request)

    def _load_application(self, client_id: str, request: Request) -> ApiClient | None:
        # PostgreSQL cannot be asked for a text with a NUL in it.
        found: ApiClient | None = (
            None
            if "\0" in client_id
            else ApiClient.objects.select_related("agency", "service_account").filter(client_id=client_id).first()
        )
        allowed = found if found is not None and _may_enter(found, request) else None
        request.client = allowed
        return allowed

    def _load_access_token(self, token: str) -> Any:
        """Read token, client, agency and account in one query."""
        return (
            get_access_token_model()
            .objects.select_related("application__agency", "user__agency", "application__service_account")
            .filter(token_checksum=digest_of(token))
            .first()
        )

    def _create_access_token(
        self, expires: Any, request: Request, token: dict[str, Any], source_refresh_token: Any = None
    ) -> Any:
        """Issue the token to the client's service account, which its records name as their author."""
        request.user = request.client.service_account
        return super()._create_access_token(expires, request, token, source_refresh_token)

    def _credentials(self, request: Request) -> tuple[str, str]:
        if self._extract_basic_auth(request) is None:
            return request.client_id or "", getattr(request, "client_secret", None) or ""
        return _basic_credentials(self._extract_basic_auth(request))


class TokenView(LibraryTokenView):
    """`POST /oauth/token/`: client credentials only, errors as RFC 6749 says, every answer in the log."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with a token or with the error."""
        response: HttpResponse = self.authorization_flow_token_response(request, *args, **kwargs)
        record_answer(request, response)
        return response


def record_answer(request: HttpRequest, response: HttpResponse) -> AuditEntry:
    """Log a token that was given, under its client, or a refusal, under the id that was claimed."""
    claimed = _claimed_id(request)
    client = ApiClient.objects.select_related("service_account__agency").filter(client_id=claimed).first()
    if response.status_code == 200 and client is not None:
        note_use(acting_user=client.service_account, client=client)
        return audit.record(AuditAction.SIGNED_IN, "api_client", claimed, user=client.service_account, request=request)
    return audit.record(
        AuditAction.SIGN_IN_FAILED,
        "api_client",
        claimed,
        request=request,
        agency=client.agency if client is not None else None,
        detail={"status": response.status_code},
    )


def _may_enter(client: ApiClient, request: Request) -> bool:
    """Say whether a client is in force: active, not expired, its account active, calling from its networks."""
    if not (client.is_active and client.service_account.is_active):
        return False
    if client.expires_at is not None and client.expires_at <= oic_now():
        return False
    return not client.networks or is_within(client_address(request.headers), client.networks)


def _claimed_id(request: HttpRequest) -> str:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    claimed = _basic_credentials(text)[0] if scheme == "Basic" else str(request.POST.get("client_id", ""))
    return claimed.replace("\0", "")


def _basic_credentials(text: str) -> tuple[str, str]:
    """Return id and secret of a Basic header (each form-encoded, RFC 6749 section 2.3.1), or two empty texts."""
    try:
        decoded = base64.b64decode(text, validate=True).decode()
    except ValueError:
        return "", ""
    client_id, colon, secret = decoded.partition(":")
    return (unquote_plus(client_id), unquote_plus(secret)) if colon else ("", "")
