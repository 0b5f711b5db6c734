"""Set questions about records, readable as English. The same classes answer for now and for a past time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Self

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from agencies.vocabulary import COVERED_GROUPS
from disruptions.vocabulary import (
    ACCEPTING_STATUSES,
    COUNTED_LEVELS,
    COUNTED_STATUSES,
    LIVE_STATUSES,
    DisruptionRole,
    NotCounted,
    Sharing,
    Status,
    ThreatArea,
    ThreatKind,
)

if TYPE_CHECKING:
    from agencies.models import User

RULE_VERSION: Final = "1"
"""The version of the counting rule; an extract names it."""

COUNTING_RULE: Final[tuple[tuple[NotCounted, Q], ...]] = (
    (NotCounted.SANDBOX, Q(sandbox=False)),
    (NotCounted.THREAT_AREA, Q(threat__primary_area=ThreatArea.OIC)),
    (NotCounted.NOT_UK_LED, Q(uk_led=True)),
    (NotCounted.LEVEL, Q(level__in=COUNTED_LEVELS)),
    (
        NotCounted.COVERAGE,
        Q(agency__statistics_group__in=COVERED_GROUPS)
        & (Q(agency__active_from__isnull=True) | Q(agency__active_from__lte=F("occurred_on")))
        & (Q(agency__active_until__isnull=True) | Q(agency__active_until__gte=F("occurred_on"))),
    ),
)
"""What a submitted or approved lead must meet to be counted, each with the reason given where it does not.

Sources: R1-R7 of the domain report (S0, W1). This is the only definition; counts and reasons both come from it.
"""


class VersionedQuerySet(QuerySet[Any]):
    """Rows that belong to a range of versions of a record."""

    def live(self) -> Self:
        """Keep the rows of the current version."""
        return self.filter(until_version__isnull=True)

    def at_version(self, version: Any) -> Self:
        """Keep the rows of one version: a number, or ``OuterRef("version")`` in a sub-query."""
        return self.filter(Q(until_version__isnull=True) | Q(until_version__gt=version), from_version__lte=version)


class DisruptionQuerySet(QuerySet[Any]):
    """Disruptions, now (``Disruption``) or as at a time (``DisruptionAsAt``)."""

    def visible_to(self, user: User) -> Self:
        """Keep what a person or service account may open. The one definition (design, section 5).

        A draft and a sandbox record belong to their own agency. Anything else goes by its sharing, and national
        roles see all of it.
        """
        if not user.is_active:
            return self.none()
        own = Q(agency_id=user.agency_id)
        others = Q(sandbox=False) & ~Q(status=Status.DRAFT)
        if user.is_national:
            return self.filter(own | others)
        supports = self.model._default_manager.filter(agency_id=user.agency_id, status__in=LIVE_STATUSES).exclude(
            status=Status.DRAFT
        )
        taking_part = (
            Q(lead_agency_id=user.agency_id)
            | Exists(supports.filter(lead_id=OuterRef("pk")))
            | Q(lead_id__isnull=False) & Exists(supports.filter(lead_id=OuterRef("lead_id")))
        )
        shares = apps.get_model("disruptions", "DisruptionShare")._default_manager
        named = Exists(
            shares.at_version(OuterRef("version")).filter(disruption_id=OuterRef("pk"), agency_id=user.agency_id)
        )
        return self.filter(
            own
            | others
            & (
                Q(sharing=Sharing.ALL_AGENCIES)
                | Q(sharing=Sharing.LEAD_AND_SUPPORTING) & taking_part
                | Q(sharing=Sharing.NAMED_AGENCIES) & named
            )
        )

    def leads(self) -> Self:
        """Keep lead records."""
        return self.filter(role=DisruptionRole.LEAD)

    def supports_only(self) -> Self:
        """Keep support records."""
        return self.filter(role=DisruptionRole.SUPPORT)

    def standing(self) -> Self:
        """Keep submitted and approved records; sandbox records never stand."""
        return self.filter(status__in=COUNTED_STATUSES, sandbox=False)

    def counted(self) -> Self:
        """Keep what published figures count, whoever asks: ``COUNTING_RULE`` over submitted and approved leads."""
        rows = self.leads().filter(status__in=COUNTED_STATUSES)
        for _, condition in COUNTING_RULE:
            rows = rows.filter(condition)
        return rows

    def credited(self) -> Self:
        """Keep supports that would count if they led: shown beside the counts, never added to them (R1, R12)."""
        rows = self.supports_only().filter(status__in=COUNTED_STATUSES)
        for _, condition in COUNTING_RULE:
            rows = rows.filter(condition)
        return rows

    def with_reason_not_counted(self) -> Self:
        """Annotate ``not_counted``: the first reason that keeps a record out of the counts, or null."""
        return self.annotate(
            not_counted=Case(
                *(When(~condition, then=Value(reason.value)) for reason, condition in COUNTING_RULE),
                default=Value(None),
                output_field=CharField(null=True),
            )
        )

    def waiting_for_lead(self) -> Self:
        """Keep supports whose lead is not recorded yet."""
        return self.filter(role=DisruptionRole.SUPPORT, lead__isnull=True, status__in=COUNTED_STATUSES)

    def with_outcome(self, types: Iterable[str]) -> Self:
        """Keep records with an outcome of one of these types in the version that is read."""
        outcomes = apps.get_model("disruptions", "Outcome")._default_manager
        return self.filter(
            Exists(outcomes.at_version(OuterRef("version")).filter(disruption_id=OuterRef("pk"), type__in=list(types)))
        )

    def with_related(self) -> Self:
        """Fetch what a row of a list shows, in one query."""
        return self.select_related("agency", "threat", "threat__ocg", "lead", "lead_agency", "force_area")


class OCGQuerySet(QuerySet[Any]):
    """Organised crime groups."""

    def visible_to(self, user: User) -> Self:
        """Keep what a person may open: the master list is one picture for all who take part (S3)."""
        return self if user.is_active else self.none()


class SOCThreatQuerySet(QuerySet[Any]):
    """SOC threats, now or as at a time."""

    def visible_to(self, user: User) -> Self:
        """Keep what a person may open: the master list is one picture for all who take part (S3)."""
        return self if user.is_active else self.none()

    def accepting(self) -> Self:
        """Keep those that take disruptions."""
        return self.filter(status__in=ACCEPTING_STATUSES)

    def linked_to_oic(self) -> Self:
        """Keep those whose primary or other area is organised immigration crime (S3)."""
        return self.filter(Q(primary_area=ThreatArea.OIC) | Q(other_areas__contains=[ThreatArea.OIC.value]))

    def primarily_oic(self) -> Self:
        """Keep those whose primary area is organised immigration crime."""
        return self.filter(primary_area=ThreatArea.OIC)

    def ocgs(self) -> Self:
        """Keep those that are OCGs."""
        return self.filter(kind=ThreatKind.OCG)
