"""How the SOC master list is graded and kept up to date: PND tiers, overrides, and reviews on time, by agency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, F, Min, OuterRef, Q, Subquery

from agencies.models import LondonDate
from disruptions.models import SOCThreatEvent, ThreatAssessment
from disruptions.querysets import SOCThreatQuerySet
from disruptions.statistics.parameters import StatisticsQuery, end_of_day, threats_as_at
from disruptions.statistics.rounding import share
from disruptions.statistics.threats import grades, threat_counts
from disruptions.vocabulary import NOT_GRADED, NOT_ON_PND, PndTier, PriorityGrade, ThreatStatus

SOON: Final = timedelta(days=28)
A_YEAR: Final = timedelta(days=365)
ALL_AGENCIES: Final = "All agencies"


@dataclass(frozen=True, slots=True)
class TierRow:
    """OCGs with organised immigration crime as their primary area, at one PND tier."""

    tier: str
    label: str
    threats: int


@dataclass(slots=True)
class AgencyReviews:
    """The threats that one agency leads, or all: how they are graded, and whether their reviews are done in time."""

    code: str
    name: str
    short_name: str
    threats: int = 0
    never_assessed: int = 0
    in_date: int = 0
    overdue: int = 0
    due_soon: int = 0
    oldest_due: date | None = None
    suggested: int = 0
    raised: int = 0
    lowered: int = 0
    done: int = 0
    done_on_time: int = 0

    @property
    def in_date_share(self) -> int | None:
        """Threats in date, in whole percent of the agency's threats."""
        return share(self.in_date, self.threats)

    @property
    def overridden(self) -> int:
        """Grades that stand and differ from what the scoring model suggested."""
        return self.raised + self.lowered

    @property
    def override_rate(self) -> int | None:
        """These, in whole percent of the grades that stand beside a suggestion."""
        return share(self.overridden, self.suggested)

    @property
    def on_time_share(self) -> int | None:
        """Reviews done by their day, in whole percent of the reviews done in the year."""
        return share(self.done_on_time, self.done)

    def days_overdue(self, day: date) -> int | None:
        """Return how long the most overdue review has been, in days; nothing where none is."""
        return (day - self.oldest_due).days if self.oldest_due is not None and self.overdue else None


@dataclass(frozen=True, slots=True)
class Reviews:
    """Agencies that lead threats, those with most first, and all of them together."""

    rows: list[AgencyReviews] = field(default_factory=list)
    together: AgencyReviews = field(default_factory=lambda: AgencyReviews("", ALL_AGENCIES, ALL_AGENCIES))


def tiers(as_at: date | None = None) -> list[TierRow]:
    """Return OCGs with OIC primary by PND tier, tier 1 first, then those not on PND; archived ones left out. One query.

    A tier is no P grade (S3): the two are counted apart and never in one table.
    """
    with threats_as_at(as_at) as threats:
        found = dict(
            threats.primarily_oic()
            .ocgs()
            .exclude(status=ThreatStatus.ARCHIVED)
            .order_by()
            .values_list("ocg__pnd_tier")
            .annotate(threats=Count("pk"))
        )
    table = [TierRow(tier.value, tier.label, found.get(tier.value, 0)) for tier in PndTier]
    return [*table, TierRow(NOT_ON_PND, "Not on PND", found.get(None, 0))]


def reviews(query: StatisticsQuery) -> Reviews:
    """Return how threats linked to OIC are graded and reviewed, by the agency that leads them at the cut-off.

    Overrides are of the grades that stand at the cut-off beside a suggestion of a scoring model. Reviews on time are
    those of the year before the cut-off that had a day to be done by; each belongs to the agency that led the threat
    then. Archived threats are left out. Three queries.
    """
    table: dict[int, AgencyReviews] = {}
    together = AgencyReviews("", ALL_AGENCIES, ALL_AGENCIES)
    with threats_as_at(query.as_at) as threats:
        names = {agency.pk: (agency.code, agency.name, agency.short_name) for agency in query.agencies()}
        linked = threats.linked_to_oic().exclude(status=ThreatStatus.ARCHIVED).order_by()
        groups = [*_standing(linked, query.cut_off), *_done(linked, query.cut_off)]
    for group in groups:
        key = group.pop("of_agency")
        if key not in table:
            table[key] = AgencyReviews(*names[key])
        for row in (table[key], together):
            _add(row, group)
    return Reviews(sorted(table.values(), key=lambda row: (-row.threats, row.name)), together)


def _standing(linked: SOCThreatQuerySet, day: date) -> list[dict[str, Any]]:
    """Return the threats of each agency, by what is due and how their grade came about."""
    higher, lower = _apart()
    return list(
        linked.values(of_agency=F("lead_agency")).annotate(
            threats=Count("pk"),
            never_assessed=Count("pk", filter=Q(assessment__isnull=True)),
            in_date=Count(
                "pk", filter=Q(assessment__isnull=False) & (Q(next_review_on__isnull=True) | Q(next_review_on__gte=day))
            ),
            overdue=Count("pk", filter=Q(next_review_on__lt=day)),
            due_soon=Count("pk", filter=Q(next_review_on__range=(day, day + SOON))),
            oldest_due=Min("next_review_on"),
            suggested=Count("pk", filter=Q(assessment__suggested_grade__isnull=False)),
            raised=Count("pk", filter=higher),
            lowered=Count("pk", filter=lower),
        )
    )


def _apart() -> tuple[Q, Q]:
    """Return the conditions that a grade was adopted higher, or lower, than suggested. P1 is the highest."""
    suggested, adopted = "assessment__suggested_grade", "assessment__adopted_grade"
    higher, lower = Q(pk__in=()), Q(pk__in=())
    grades = PriorityGrade.values
    for place, grade in enumerate(grades):
        higher |= Q(**{suggested: grade, f"{adopted}__in": grades[:place]}) if place else Q(pk__in=())
        lower |= Q(**{suggested: grade, f"{adopted}__in": grades[place + 1 :]})
    return higher, lower


def _done(linked: SOCThreatQuerySet, day: date) -> list[dict[str, Any]]:
    """Return the reviews that each agency did in the year before a day, and how many of them by the day they were due.

    The day that a review was due on stands in the version of the threat before the one that the review made.
    """
    before = SOCThreatEvent.objects.filter(id=OuterRef("threat_id"), version=OuterRef("threat_version") - 1)
    done: Iterable[Any] = (
        ThreatAssessment.objects.filter(
            threat__in=linked.values("pk"),
            assessed_at__gt=end_of_day(day - A_YEAR),
            assessed_at__lte=end_of_day(day),
        )
        .annotate(
            due=Subquery(before.values("next_review_on")[:1]),
            of_agency=Subquery(before.values("lead_agency_id")[:1]),
            day=LondonDate("assessed_at"),
        )
        .filter(due__isnull=False)
        .order_by()
        .values("of_agency")
        .annotate(done=Count("pk"), done_on_time=Count("pk", filter=Q(day__lte=F("due"))))
    )
    return list(done)


def _add(row: AgencyReviews, group: dict[str, Any]) -> None:
    for name, value in group.items():
        if name == "oldest_due":
            known: Iterable[date] = [each for each in (row.oldest_due, value) if each is not None]
            row.oldest_due = min(known, default=None)
        else:
            setattr(row, name, getattr(row, name) + value)


@dataclass(frozen=True, slots=True)
class MasterListRow:
    """One number about the SOC master list; ``agency`` is a code, or nothing for all agencies."""

    measure: str
    agency: str | None
    threats: int


OF_ALL: Final = (
    "linked",
    "linked_ocgs",
    "primary_ocgs",
    *(f"primary_ocgs_{grade.lower()}" for grade in (*PriorityGrade.values, NOT_GRADED)),
    *(f"primary_ocgs_{tier}" for tier in (*PndTier.values, NOT_ON_PND)),
)
"""Measures of the whole list."""
OF_EACH: Final = (
    "threats",
    "never_assessed",
    "in_date",
    "overdue",
    "due_soon",
    "suggested",
    "raised",
    "lowered",
    "done",
    "done_on_time",
)
"""Measures of each lead agency: numbers of ``AgencyReviews``."""


def master_list(query: StatisticsQuery) -> list[MasterListRow]:
    """Return all numbers about the list, one a row: of all agencies first, then of each. Six queries."""
    counts = threat_counts(query.as_at)
    numbers = [counts.linked, counts.linked_ocgs, counts.primary_ocgs]
    numbers += [row.threats for row in grades(query.as_at)]
    numbers += [row.threats for row in tiers(query.as_at)]
    found = reviews(query)
    rows = [MasterListRow(measure, None, number) for measure, number in zip(OF_ALL, numbers, strict=True)]
    for agency, row in ((None, found.together), *((row.code, row) for row in found.rows)):
        rows += [MasterListRow(measure, agency, getattr(row, measure)) for measure in OF_EACH]
    return rows
