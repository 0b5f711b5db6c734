"""Set questions about agencies, people, roles, API clients and the log, readable as English."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from agencies.vocabulary import AgencyKind, PersonStatus, Role, Scope, StatisticsGroup

if TYPE_CHECKING:
    from agencies.models import Agency, User


class RegionQuerySet(QuerySet[Any]):
    """Policing regions."""

    def visible_to(self, user: User) -> Self:
        """Keep what somebody who is signed in may see: reference data is for everyone."""
        return self if user.is_active else self.none()


class AgencyQuerySet(QuerySet[Any]):
    """Agencies, now or as at a time."""

    def visible_to(self, user: User) -> Self:
        """Keep what somebody who is signed in may see: reference data is for everyone."""
        return self if user.is_active else self.none()

    def administered_by(self, user: User) -> Self:
        """Keep the agencies whose people and API clients somebody looks after."""
        return self.filter(_reached_by(user, agency="pk", region="region"))

    def active_on(self, day: date) -> Self:
        """Keep those in being on a day."""
        return self.filter(
            Q(active_from__isnull=True) | Q(active_from__lte=day),
            Q(active_until__isnull=True) | Q(active_until__gte=day),
        )

    def territorial_forces(self) -> Self:
        """Keep the 43 forces of England and Wales."""
        return self.filter(kind=AgencyKind.TERRITORIAL_FORCE)

    def regional_units(self) -> Self:
        """Keep the regional organised crime units."""
        return self.filter(kind=AgencyKind.REGIONAL_UNIT)

    def covered(self) -> Self:
        """Keep those whose lead records the published statistics may count."""
        return self.exclude(statistics_group=StatisticsGroup.NOT_COVERED)

    def named_like(self, text: str) -> Self:
        """Keep those whose name, short name or code holds the text, whatever its case."""
        return self.filter(Q(name__icontains=text) | Q(short_name__icontains=text) | Q(code__icontains=text))

    def with_relations(self) -> Self:
        """Read region, ROCU and parent along."""
        return self.select_related("region", "rocu", "parent")


class RoleGrantQuerySet(QuerySet[Any]):
    """Grants of roles."""

    def in_force_on(self, day: date) -> Self:
        """Keep the grants that hold on a day and were not taken away."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day, ended_at__isnull=True
        )

    def not_over_on(self, day: date) -> Self:
        """Keep the grants that hold on a day or will hold later."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), ended_at__isnull=True)

    def with_targets(self) -> Self:
        """Read agency, region and giver along."""
        return self.select_related("agency", "region", "granted_by")


class UserQuerySet(QuerySet["User"]):
    """People and service accounts."""

    def people(self) -> Self:
        """Keep people; leave out the service accounts of API clients."""
        return self.filter(is_service=False)

    def visible_to(self, user: User) -> Self:
        """Keep the people whom somebody administers: of their own agency, of all for a system administrator."""
        return self.people().filter(_reached_by(user, agency="agency", region="agency__region"))

    def of_agency(self, agency: Agency) -> Self:
        """Keep the people of an agency."""
        return self.filter(agency=agency)

    def named_like(self, text: str) -> Self:
        """Keep those whose name or e-mail address holds the text, whatever its case."""
        return self.filter(Q(name__icontains=text) | Q(email__icontains=text))

    def holding(self, role: str, day: date) -> Self:
        """Keep those who hold a role on a day, wherever it reaches."""
        holders = _role_grants().in_force_on(day).filter(role=role)
        return self.filter(pk__in=holders.values("user"))

    def with_any_status(self, statuses: Iterable[str]) -> Self:
        """Keep those of one of the statuses, by the definition of ``User.status``."""
        invited = Q(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)
        conditions = {
            PersonStatus.LEFT: Q(left_at__isnull=False),
            PersonStatus.INACTIVE: Q(is_active=False, left_at__isnull=True),
            PersonStatus.INVITED: invited,
            PersonStatus.ACTIVE: Q(is_active=True) & ~invited,
        }
        wanted = Q(pk__in=())
        for status in statuses:
            wanted |= conditions[PersonStatus(status)]
        return self.filter(wanted)

    def with_roles_on(self, day: date) -> Self:
        """Read agency and the roles in force on a day along, as ``current_roles``."""
        grants = _role_grants().in_force_on(day).with_targets()
        return self.select_related("agency").prefetch_related(
            Prefetch("role_grants", queryset=grants, to_attr="current_roles")
        )


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail address, whatever its case."""

    def get_queryset(self) -> UserQuerySet:
        """Return the typed queryset."""
        return UserQuerySet(self.model, using=self._db)

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the person with this e-mail address; the stored form is lower case."""
        return self.get(email=(username or "").strip().lower())

    def people(self) -> UserQuerySet:
        """Return people only."""
        return self.get_queryset().people()

    def visible_to(self, user: User) -> UserQuerySet:
        """Return the people whom somebody administers."""
        return self.get_queryset().visible_to(user)


class ApiClientQuerySet(QuerySet[Any]):
    """The OAuth applications of partner systems."""

    def get_by_natural_key(self, client_id: str) -> Any:
        """Return the client with this id, for the OAuth library."""
        return self.get(client_id=client_id)

    def visible_to(self, user: User) -> Self:
        """Keep the clients of the agencies that somebody administers."""
        return self.filter(_reached_by(user, agency="agency", region="agency__region"))

    def with_relations(self) -> Self:
        """Read agency, service account and secrets along."""
        return self.select_related("agency", "service_account").prefetch_related("secrets")

    def with_use_since(self, day: date) -> Self:
        """Annotate when each asked last (``asked_at``), and from a day on ``asked``, ``refused`` and ``failed``."""
        uses = apps.get_model("agencies", "ApiClientUse")._default_manager.filter(client_id=OuterRef("pk")).order_by()

        def total(name: str) -> Any:
            return Coalesce(
                Subquery(uses.filter(day__gte=day).values("client_id").annotate(sum=Sum(name)).values("sum")), 0
            )

        return self.annotate(
            asked_at=Subquery(uses.order_by("-day").values("last_request_at")[:1]),
            asked=total("requests"),
            refused=total("refused"),
            failed=total("failed"),
        )


class ApiClientUseQuerySet(QuerySet[Any]):
    """What API clients asked, day by day."""

    def of_client(self, client: Any, *, since: date) -> Self:
        """Keep one client's days from a day on, the latest first."""
        return self.filter(client=client, day__gte=since).order_by("-day")


class ApiClientSecretQuerySet(QuerySet[Any]):
    """Secrets of API clients."""

    def live_at(self, moment: datetime) -> Self:
        """Keep the secrets that open the door at a time: neither revoked nor past their last moment."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=moment), revoked_at__isnull=True)


class AuditEntryQuerySet(QuerySet[Any]):
    """The log."""

    def visible_to(self, user: User) -> Self:
        """Keep everything for an auditor or a system administrator, nothing for anybody else."""
        readers = {Role.AUDITOR, Role.SYSTEM_ADMIN}
        return self if any(grant.role in readers for grant in user.grants) else self.none()

    def by_person_like(self, text: str) -> Self:
        """Keep what people did whose name or e-mail address holds the text."""
        return self.filter(Q(user__name__icontains=text) | Q(user__email__icontains=text))

    def with_relations(self) -> Self:
        """Read person and agency along."""
        return self.select_related("user", "agency")


def _role_grants() -> RoleGrantQuerySet:
    """Return all grants; by name, as the models stand on this module."""
    return RoleGrantQuerySet(apps.get_model("agencies", "RoleGrant"))


def _reached_by(user: User, *, agency: str, region: str) -> Q:
    """Return the condition that an administrator's role reaches the agency that the row belongs to."""
    reached = Q(pk__in=())
    for grant in user.grants:
        if grant.role == Role.SYSTEM_ADMIN or (grant.role == Role.AGENCY_ADMIN and grant.scope == Scope.NATION):
            return Q()
        if grant.role != Role.AGENCY_ADMIN:
            continue
        if grant.scope == Scope.AGENCY:
            reached |= Q(**{agency: grant.agency_id})
        else:
            reached |= Q(**{region: grant.region_id})
    return reached
