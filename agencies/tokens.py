"""The bearer tokens of API clients, as the API reads them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from oauth2_provider.models import get_access_token_model

from agencies.models import ApiClient, Now, User


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token that exists: its client, the account that it acts as, its scopes, its last moment and the time now."""

    client: ApiClient
    account: User
    scopes: frozenset[str]
    expires_at: datetime
    now: datetime


def find_bearer(token: str) -> Bearer | None:
    """Return what a token stands for, in one query, or ``None`` for one that was never given.

    A scope that the client has lost since is gone from its tokens too. Whether token, client and account are still
    in force is for the caller to say.
    """
    found = (
        get_access_token_model()
        .objects.select_related("application__agency__region", "application__service_account")
        .annotate(now=Now())
        .filter(token_checksum=hashlib.sha256(token.encode()).hexdigest(), application__isnull=False)
        .first()
    )
    if found is None:
        return None
    client: ApiClient = found.application
    account = client.service_account
    if account.agency_id == client.agency_id:
        account.agency = client.agency
    scopes = frozenset(found.scope.split()) & frozenset(client.scopes)
    return Bearer(client, account, scopes, found.expires, found.now)
