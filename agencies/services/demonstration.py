"""The accounts and API clients of the demonstration (design, section 9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import make_password

from agencies.demonstration_accounts import ACCOUNTS, PASSWORD
from agencies.models import Agency, ApiClient, ApiClientSecret, RoleGrant, User
from agencies.refusals import Refused
from agencies.services.api_clients import digest_of, service_account, service_grants, unusable_client_secret
from agencies.services.changes import in_one_transaction
from agencies.vocabulary import ApiScope, Role, Scope

LONG_AGO: Final = date(2015, 1, 1)
"""From when the demonstration's roles hold: before the earliest record that its loader replays."""

CLIENT_PREFIX: Final = "demo-"
SANDBOX_AGENCY: Final = "surrey"
SANDBOX_CLIENT: Final = f"{CLIENT_PREFIX}{SANDBOX_AGENCY}-sandbox"
"""A client for trying things out, so that the partner's guide can be followed to its end."""

NAMES: Final = {
    "officer@surrey.example": "Priya Nair",
    "approver@surrey.example": "Owen Hartley",
    "officer@thames-valley.example": "Marcus Webb",
    "officer@kent.example": "Ellen Shaw",
    "officer@border-force.example": "Daniel Okoro",
    "officer@immigration-enforcement.example": "Sadia Rahman",
    "officer@nca.example": "Tom Ashworth",
    "analyst@nca.example": "Grace Lindqvist",
    "moderator@nca.example": "Helen Carrow",
    "statistician@nca.example": "Yusuf Demir",
    "second-statistician@nca.example": "Keira Denholm",
    "threats@nca.example": "Niamh Byrne",
    "viewer@bsc.example": "Leo Fairbairn",
    "auditor@nca.example": "Ruth Abara",
    "admin@nca.example": "Callum Pryce",
}

NATION: Final = Scope.NATION
AGENCY: Final = Scope.AGENCY
ROLES: Final[dict[str, tuple[tuple[Role, Scope], ...]]] = {
    "officer": ((Role.RECORDER, AGENCY),),
    "approver": ((Role.APPROVER, AGENCY), (Role.RECORDER, AGENCY)),
    "analyst": ((Role.ANALYST, NATION),),
    "moderator": ((Role.MODERATOR, NATION),),
    "statistician": ((Role.STATISTICIAN, NATION),),
    "second-statistician": ((Role.STATISTICIAN, NATION),),
    "threats": ((Role.THREAT_MANAGER, NATION),),
    "viewer": ((Role.VIEWER, NATION),),
    "auditor": ((Role.AUDITOR, NATION),),
    "admin": ((Role.SYSTEM_ADMIN, NATION), (Role.AGENCY_ADMIN, AGENCY)),
}
"""Roles by what stands before the @ of the address."""


@dataclass(frozen=True, slots=True)
class Added:
    """How many accounts of people and how many API clients were added."""

    people: int
    api_clients: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody in whose name the demonstration's records were made and decided on; nobody signs in as them."""

    email: str
    name: str
    agency: str
    roles: tuple[Role, ...] = ()
    national_roles: tuple[Role, ...] = ()


def add_demonstration_accounts() -> Added:
    """Add the demonstration's people, and an API client ``demo-<agency code>`` for every agency; keep what is there.

    One agency has a sandbox client beside it.

    Takes no acting user, as there may be none yet. The reference data must be loaded. Raises ``Refused`` unless the
    site is a demonstration.
    """
    if not settings.DEMO:
        raise Refused("not_a_demonstration", "Demonstration accounts exist only where DEMO=1.")
    return in_one_transaction(lambda: Added(_add_people(), _add_api_clients()))


def add_demonstration_colleagues(colleagues: Iterable[Colleague]) -> int:
    """Add people without a password, with roles from long ago, where their address is free; return how many.

    Takes no acting user, as there may be none yet. Their agencies must exist. Raises ``Refused`` unless the site is a
    demonstration.
    """
    if not settings.DEMO:
        raise Refused("not_a_demonstration", "Demonstration accounts exist only where DEMO=1.")
    return in_one_transaction(lambda: _add_colleagues(list(colleagues)))


def _add_colleagues(colleagues: list[Colleague]) -> int:
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    there = set(User.objects.values_list("email", flat=True))
    new = [colleague for colleague in colleagues if colleague.email not in there]
    people = User.objects.bulk_create(
        User(
            email=colleague.email,
            name=colleague.name,
            agency=agencies[colleague.agency],
            password=make_password(None),
            is_demonstration=True,
        )
        for colleague in new
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(
            user=person,
            role=role,
            scope=scope,
            agency=person.agency if scope == AGENCY else None,
            valid_from=LONG_AGO,
        )
        for person, colleague in zip(people, new, strict=True)
        for scope, roles in ((AGENCY, colleague.roles), (NATION, colleague.national_roles))
        for role in roles
    )
    return len(new)


def _add_people() -> int:
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    there = set(User.objects.values_list("email", flat=True))
    # One slow hash for all: the password is printed, so that a shared salt gives nothing away.
    password = make_password(PASSWORD)
    people = [
        User(
            email=account.email,
            name=NAMES[account.email],
            agency=agencies[account.agency],
            password=password,
            is_demonstration=True,
        )
        for account in ACCOUNTS
        if account.email not in there
    ]
    User.objects.bulk_create(people)
    RoleGrant.objects.bulk_create(
        RoleGrant(
            user=person,
            role=role,
            scope=scope,
            agency=person.agency if scope == AGENCY else None,
            valid_from=LONG_AGO,
        )
        for person in people
        for role, scope in ROLES[person.email.partition("@")[0]]
    )
    return len(people)


def _add_api_clients() -> int:
    there = set(ApiClient.objects.filter(client_id__startswith=CLIENT_PREFIX).values_list("client_id", flat=True))
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    wanted = [_Client(f"{CLIENT_PREFIX}{agency.code}", agency, "records system") for agency in agencies.values()]
    wanted.append(_Client(SANDBOX_CLIENT, agencies[SANDBOX_AGENCY], "test system", sandbox=True))
    wanted = [each for each in wanted if each.client_id not in there]
    accounts = [
        service_account(
            agency=each.agency, client_id=each.client_id, name=f"{each.agency.short_name} {each.what_it_is}"
        )
        for each in wanted
    ]
    for account in accounts:
        account.is_demonstration = True
    User.objects.bulk_create(accounts)
    grants = [
        grant
        for each, account in zip(wanted, accounts, strict=True)
        for grant in service_grants(account, each.scopes, granted_by=None)
    ]
    for grant in grants:
        grant.valid_from = LONG_AGO
    RoleGrant.objects.bulk_create(grants)
    clients = ApiClient.objects.bulk_create(
        ApiClient(
            client_id=each.client_id,
            name=account.name,
            agency=each.agency,
            service_account=account,
            scopes=each.scopes,
            sandbox=each.sandbox,
            rate_per_minute=6_000,
            client_secret=unusable_client_secret(),
            **ApiClient.credentials_only(),
        )
        for each, account in zip(wanted, accounts, strict=True)
    )
    ApiClientSecret.objects.bulk_create(
        ApiClientSecret(client=client, sha256=digest_of(PASSWORD), hint=PASSWORD[-4:]) for client in clients
    )
    return len(clients)


@dataclass(frozen=True, slots=True)
class _Client:
    client_id: str
    agency: Agency
    what_it_is: str
    sandbox: bool = False

    @property
    def scopes(self) -> list[str]:
        """A sandbox keeps no list of threats of its own."""
        return [scope for scope in ApiScope.values if not (self.sandbox and scope == ApiScope.THREATS_WRITE)]
