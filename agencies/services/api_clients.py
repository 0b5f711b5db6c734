"""API clients: add, amend, change the secret, revoke, and note their use."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from oauth2_provider.models import get_access_token_model

from agencies import audit
from agencies.constraints import Violation, declare, violation
from agencies.models import Agency, ApiClient, ApiClientSecret, Now, RoleGrant, User, london_date, oic_now
from agencies.network import is_network
from agencies.permissions import require_administer_agency
from agencies.refusals import Invalid
from agencies.services.changes import in_one_transaction, locked, require_valid
from agencies.vocabulary import ApiScope, AuditAction, Role, Scope

SERVICE_ADDRESS = "service.invalid"
"""The domain of service accounts' addresses: reserved (RFC 2606), so that no mail and no person is ever behind one."""

ROLES_OF_SCOPES: Final = {ApiScope.THREATS_WRITE.value: Role.THREAT_MANAGER}
"""The role that a scope comes with, for the client's own agency; every client records."""

declare("api_client_named", "name", "Enter a name that tells your colleagues which system this is.")
declare("api_client_has_scopes", "scopes", "Choose at least one thing that the client may do.")
declare("api_client_networks_valid", "networks", "Enter networks in CIDR form, such as 192.0.2.0/24, one a line.")
declare("api_client_is_active", "client", "This client has been revoked. Add a new one instead.")
declare("api_client_expires_later", "expires_at", "The last moment must be in the future.")


def add_api_client(
    *,
    acting_user: User,
    agency: Agency,
    name: str,
    scopes: Iterable[str],
    networks: Iterable[str] = (),
    rate_per_minute: int = 600,
    sandbox: bool = False,
    expires_at: datetime | None = None,
) -> tuple[ApiClient, str]:
    """Add a client with its service account; return it with its secret, which is shown this once and never kept.

    Raises ``Refused`` or ``Invalid``.
    """

    def work() -> tuple[ApiClient, str]:
        require_administer_agency(acting_user, agency)
        client_id = f"{agency.code}-{secrets.token_hex(4)}"
        _require_settings(name=name, scopes=scopes, networks=networks, expires_at=expires_at)
        account = service_account(agency=agency, client_id=client_id, name=name)
        require_valid(account)
        account.save()
        for grant in service_grants(account, scopes, granted_by=acting_user):
            require_valid(grant)
            grant.save()
        client = ApiClient(
            client_id=client_id,
            name=name.strip(),
            agency=agency,
            service_account=account,
            scopes=_in_order(scopes),
            networks=list(networks),
            rate_per_minute=rate_per_minute,
            sandbox=sandbox,
            expires_at=expires_at,
            client_secret=unusable_client_secret(),
            **ApiClient.credentials_only(),
        )
        require_valid(client)
        client.save()
        text = _add_secret(client, acting_user)
        audit.record(
            AuditAction.CHANGED,
            "api_client",
            client_id,
            user=acting_user,
            agency=agency,
            detail={"added": client.name, "scopes": client.scopes, "sandbox": sandbox},
        )
        return client, text

    return in_one_transaction(work)


def amend_api_client(
    *,
    acting_user: User,
    client: ApiClient,
    name: str,
    scopes: Iterable[str],
    networks: Iterable[str],
    rate_per_minute: int,
    expires_at: datetime | None,
) -> ApiClient:
    """Change a client's settings. What it may no longer do ends at once: its tokens go if scopes or networks change.

    Raises ``Refused`` or ``Invalid``.
    """

    def work() -> ApiClient:
        fresh = _locked_active(acting_user, client)
        _require_settings(
            name=name,
            scopes=scopes,
            networks=networks,
            expires_at=expires_at if expires_at != fresh.expires_at else None,
        )
        values: dict[str, Any] = {
            "name": name.strip(),
            "scopes": _in_order(scopes),
            "networks": list(networks),
            "rate_per_minute": rate_per_minute,
            "expires_at": expires_at,
        }
        changes = {field: value for field, value in values.items() if getattr(fresh, field) != value}
        if not changes:
            return fresh
        told = {field: [str(getattr(fresh, field)), str(value)] for field, value in changes.items()}
        for field, value in changes.items():
            setattr(fresh, field, value)
        require_valid(fresh)
        fresh.save(update_fields=[*changes, "updated"])
        if "scopes" in changes:
            _fit_roles(fresh, acting_user)
        if changes.keys() & {"scopes", "networks"}:
            _end_tokens(fresh)
        audit.record(
            AuditAction.CHANGED,
            "api_client",
            fresh.client_id,
            user=acting_user,
            agency=fresh.agency,
            detail={"changes": told},
        )
        return fresh

    return in_one_transaction(work)


def rotate_secret(*, acting_user: User, client: ApiClient, overlap: timedelta = timedelta(days=7)) -> str:
    """Make a new secret and return it; the old ones work for ``overlap`` longer, not at all if it is nothing.

    Raises ``Refused`` or ``Invalid``.
    """

    def work() -> str:
        fresh = _locked_active(acting_user, client)
        live = ApiClientSecret.objects.filter(client=fresh).live_at(oic_now())
        if overlap > timedelta(0):
            last = oic_now() + overlap
            live.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=last)).update(expires_at=last)
        else:
            live.update(revoked_at=Now())
            _end_tokens(fresh)
        text = _add_secret(fresh, acting_user)
        audit.record(
            AuditAction.CHANGED,
            "api_client",
            fresh.client_id,
            user=acting_user,
            agency=fresh.agency,
            detail={"new secret": f"…{text[-4:]}", "old secrets work for": str(overlap)},
        )
        return text

    return in_one_transaction(work)


def revoke_secret(*, acting_user: User, secret: ApiClientSecret) -> ApiClientSecret:
    """Stop one secret at once, with the tokens of its client. Raises ``Refused`` or ``Invalid``."""

    def work() -> ApiClientSecret:
        client = _locked_active(acting_user, secret.client)
        fresh = locked(secret)
        if fresh.revoked_at is None:
            fresh.revoked_at = oic_now()
            fresh.save(update_fields=["revoked_at"])
            _end_tokens(client)
            audit.record(
                AuditAction.CHANGED,
                "api_client",
                client.client_id,
                user=acting_user,
                agency=client.agency,
                detail={"secret revoked": str(fresh)},
            )
        return fresh

    return in_one_transaction(work)


def revoke_api_client(*, acting_user: User, client: ApiClient) -> ApiClient:
    """Shut a client out for good: no sign-in, no secret, no token. Its records stay under its name.

    Raises ``Refused``.
    """

    def work() -> ApiClient:
        require_administer_agency(acting_user, client.agency)
        fresh = locked(client)
        if not fresh.is_active:
            return fresh
        fresh.is_active = False
        fresh.save(update_fields=["is_active", "updated"])
        ApiClientSecret.objects.filter(client=fresh, revoked_at__isnull=True).update(revoked_at=Now())
        _end_tokens(fresh)
        User.objects.filter(pk=fresh.service_account_id, is_active=True).update(
            is_active=False, version=F("version") + 1
        )
        audit.record(
            AuditAction.CHANGED,
            "api_client",
            fresh.client_id,
            user=acting_user,
            agency=fresh.agency,
            detail={"revoked": fresh.name},
        )
        return fresh

    return in_one_transaction(work)


def note_use(*, acting_user: User, client: ApiClient) -> None:
    """Keep when a client last signed in; ``acting_user`` is its own service account."""
    ApiClient.objects.filter(pk=client.pk, service_account=acting_user).update(last_used_at=Now())


def digest_of(secret: str) -> str:
    """Return what is kept of a secret: a plain SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def unusable_client_secret() -> str:
    """Return a hash that fits no secret, for the column of the OAuth library that is not used here."""
    return PBKDF2PasswordHasher().encode(secrets.token_urlsafe(32), secrets.token_hex(8), iterations=1)


def service_account(*, agency: Agency, client_id: str, name: str) -> User:
    """Return the account, not saved, that a client's records name as their author. It has no password."""
    account = User(email=f"{client_id}@{SERVICE_ADDRESS}", name=name.strip(), agency=agency, is_service=True)
    account.set_unusable_password()
    return account


def service_grants(account: User, scopes: Iterable[str], *, granted_by: User | None) -> list[RoleGrant]:
    """Return the grants, not saved, of a service account in its own agency: it records, and does what scopes add."""
    chosen = set(scopes)
    added = [role for scope, role in ROLES_OF_SCOPES.items() if scope in chosen]
    return [_grant(account, role, granted_by) for role in (Role.RECORDER, *added)]


def _fit_roles(client: ApiClient, acting_user: User) -> None:
    """Give a client's service account the roles that its scopes come with, and end those of scopes that it lost."""
    account, today = client.service_account, london_date(oic_now())
    for scope, role in ROLES_OF_SCOPES.items():
        held = RoleGrant.objects.filter(user=account, role=role, ended_at__isnull=True).not_over_on(today)
        if scope not in client.scopes:
            held.update(valid_until=Greatest(Value(today), F("valid_from")), ended_at=Now(), version=F("version") + 1)
        elif not held.exists():
            grant = _grant(account, role, acting_user)
            require_valid(grant)
            grant.save()


def _grant(account: User, role: Role, granted_by: User | None) -> RoleGrant:
    return RoleGrant(
        user=account,
        role=role,
        scope=Scope.AGENCY,
        agency=account.agency,
        valid_from=london_date(oic_now()),
        granted_by=granted_by,
    )


def _add_secret(client: ApiClient, acting_user: User) -> str:
    text = secrets.token_urlsafe(32)
    secret = ApiClientSecret(client=client, sha256=digest_of(text), hint=text[-4:], created_by=acting_user)
    secret.save()
    return text


def _locked_active(acting_user: User, client: ApiClient) -> ApiClient:
    require_administer_agency(acting_user, client.agency)
    fresh = locked(client)
    if not fresh.is_active:
        raise Invalid([violation("api_client_is_active")])
    return fresh


def _end_tokens(client: ApiClient) -> None:
    get_access_token_model().objects.filter(application=client).delete()


def _in_order(scopes: Iterable[str]) -> list[str]:
    chosen = set(scopes)
    return [scope for scope in ApiScope.values if scope in chosen] + sorted(chosen - set(ApiScope.values))


def _require_settings(
    *, name: str, scopes: Iterable[str], networks: Iterable[str], expires_at: datetime | None
) -> None:
    """Raise ``Invalid`` for what the database does not check: blank name, no scope, no network, a past end."""
    found: list[Violation] = []
    if not name.strip():
        found.append(violation("api_client_named"))
    if not list(scopes):
        found.append(violation("api_client_has_scopes"))
    if not all(is_network(text) for text in networks):
        found.append(violation("api_client_networks_valid"))
    if expires_at is not None and expires_at <= oic_now():
        found.append(violation("api_client_expires_later"))
    if found:
        raise Invalid(found)
