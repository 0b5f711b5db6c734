"""Set questions about agencies and people, readable as English."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import BaseUserManager
from django.db.models import Q, QuerySet

from agencies.vocabulary import AgencyKind, StatisticsGroup

if TYPE_CHECKING:
    from agencies.models import RoleGrant, User


class AgencyQuerySet(QuerySet[Any]):
    """Agencies, now or as at a time."""

    def active_on(self, day: date) -> Self:
        """Keep those in being on a day."""
        return self.filter(
            Q(active_from__isnull=True) | Q(active_from__lte=day),
            Q(active_until__isnull=True) | Q(active_until__gte=day),
        )

    def territorial_forces(self) -> Self:
        """Keep the 43 forces of England and Wales."""
        return self.filter(kind=AgencyKind.TERRITORIAL_FORCE)

    def covered(self) -> Self:
        """Keep those whose lead records the published statistics may count."""
        return self.exclude(statistics_group=StatisticsGroup.NOT_COVERED)


class RoleGrantQuerySet(QuerySet["RoleGrant"]):
    """Grants of roles."""

    def in_force_on(self, day: date) -> Self:
        """Keep the grants that hold on a day."""
        return self.filter(
            Q(valid_from__lte=day), Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        )


class UserQuerySet(QuerySet["User"]):
    """People and service accounts."""

    def people(self) -> Self:
        """Keep people; leave out the service accounts of API clients."""
        return self.filter(is_service=False)


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
