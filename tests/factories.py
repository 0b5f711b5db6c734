"""Agencies, people and API clients for tests: keyword-only, typed, valid by default.

Rows are made straight in the tables, so that a test of a service does not stand on the service.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from itertools import count

from agencies.models import Agency, ApiClient, ApiClientSecret, Region, RoleGrant, User
from agencies.vocabulary import AgencyKind, ApiScope, Role, Scope, StatisticsGroup

PASSWORD = "correct-horse-battery-staple"
CLIENT_SECRET = "a-secret-that-tests-know"
LONG_AGO = date(2015, 1, 1)

_numbers = count(1)


def make_region(*, code: str | None = None, name: str | None = None) -> Region:
    """Return a new region."""
    number = next(_numbers)
    region = Region(code=code or f"region-{number}", name=name or f"Region {number}")
    region.full_clean()
    region.save()
    return region


def make_agency(
    *,
    code: str | None = None,
    name: str | None = None,
    short_name: str | None = None,
    kind: AgencyKind = AgencyKind.TERRITORIAL_FORCE,
    statistics_group: StatisticsGroup = StatisticsGroup.POLICE_EW,
    region: Region | None = None,
    rocu: Agency | None = None,
    parent: Agency | None = None,
    contact: str = "",
    ons_code: str = "",
    police_number: str = "",
    active_from: date | None = None,
    active_until: date | None = None,
) -> Agency:
    """Return a new agency: a territorial force whose lead records count, unless told otherwise."""
    code = code or f"force-{next(_numbers)}"
    name = name or f"{code.replace('-', ' ').title()} Police"
    agency = Agency(
        code=code,
        name=name,
        short_name=short_name or name.removesuffix(" Police"),
        kind=kind,
        statistics_group=statistics_group,
        region=region,
        rocu=rocu,
        parent=parent,
        contact=contact,
        ons_code=ons_code,
        police_number=police_number,
        active_from=active_from,
        active_until=active_until,
    )
    agency.full_clean()
    agency.save()
    return agency


def make_user(
    *,
    agency: Agency | None = None,
    roles: Iterable[Role] = (),
    regional_roles: Iterable[Role] = (),
    national_roles: Iterable[Role] = (),
    name: str | None = None,
    email: str | None = None,
    password: str = PASSWORD,
    is_active: bool = True,
    is_service: bool = False,
) -> User:
    """Return a new person; ``roles`` reach their own agency, ``regional_roles`` its region, ``national_roles`` all."""
    agency = agency or make_agency()
    number = next(_numbers)
    user = User(
        email=email or f"person-{number}@{agency.code}.example",
        name=name or f"Person {number}",
        agency=agency,
        is_active=is_active,
        is_service=is_service,
    )
    user.set_password(password)
    user.full_clean()
    user.save()
    for role in roles:
        grant_role(user=user, role=role, agency=agency)
    for role in regional_roles:
        grant_role(user=user, role=role, region=agency.region)
    for role in national_roles:
        grant_role(user=user, role=role)
    return user


def grant_role(
    *,
    user: User,
    role: Role,
    agency: Agency | None = None,
    region: Region | None = None,
    valid_from: date = LONG_AGO,
    valid_until: date | None = None,
) -> RoleGrant:
    """Return a new grant, for the agency or region if one is given and for the nation if not."""
    scope = Scope.AGENCY if agency else Scope.REGION if region else Scope.NATION
    grant = RoleGrant(
        user=user,
        role=role,
        scope=scope,
        agency=agency,
        region=region,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    grant.full_clean()
    grant.save()
    user.__dict__.pop("grants", None)
    return grant


def make_api_client(
    *,
    agency: Agency | None = None,
    client_id: str | None = None,
    name: str | None = None,
    secret: str = CLIENT_SECRET,
    scopes: Iterable[ApiScope] = tuple(ApiScope),
    sandbox: bool = False,
    is_active: bool = True,
    networks: Iterable[str] = (),
    rate_per_minute: int = 6_000,
) -> ApiClient:
    """Return a new API client with one live secret, acting for an agency as a recording service account."""
    agency = agency or make_agency()
    number = next(_numbers)
    account = make_user(
        agency=agency,
        roles=[Role.RECORDER],
        name=f"Service account {number}",
        email=f"service-{number}@{agency.code}.example",
        is_service=True,
    )
    account.set_unusable_password()
    account.save(update_fields=["password"])
    client = ApiClient(
        name=name or f"Client {number} of {agency.short_name}",
        client_id=client_id or f"client-{number}",
        client_secret="",
        user=None,
        agency=agency,
        service_account=account,
        scopes=[str(scope) for scope in scopes],
        networks=list(networks),
        rate_per_minute=rate_per_minute,
        sandbox=sandbox,
        is_active=is_active,
        **ApiClient.credentials_only(),
    )
    client.save()
    ApiClientSecret.objects.create(client=client, sha256=hashlib.sha256(secret.encode()).hexdigest(), hint=secret[-4:])
    return client
