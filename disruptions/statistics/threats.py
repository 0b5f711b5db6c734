"""Figures about the SOC master list: grades, links to OIC, PND tiers (S3)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from disruptions.querysets import SOCThreatQuerySet
from disruptions.statistics.parameters import threats_as_at
from disruptions.vocabulary import NOT_GRADED, PndTier, PriorityGrade, ThreatArea, ThreatKind, ThreatStatus


@dataclass(frozen=True, slots=True)
class GradeRow:
    """OCGs with organised immigration crime as their primary area, at one P grade."""

    grade: str
    label: str
    threats: int


@dataclass(frozen=True, slots=True)
class ThreatCounts:
    """How many threats are linked to OIC, are OCGs, and have it as their primary area."""

    linked: int
    linked_ocgs: int
    primary_ocgs: int
    on_pnd: int
    at_lowest_tier: int


def grades(as_at: date | None = None, *, lead_agencies: Collection[str] | None = None) -> list[GradeRow]:
    """Return OCGs with OIC primary by P grade, P1 first, then those not graded; archived ones left out.

    The grade is the one adopted at the cut-off. ``lead_agencies`` keeps the threats that these agencies lead, by their
    codes. One query.
    """
    with threats_as_at(as_at) as threats:
        found = dict(
            _led_by(threats, lead_agencies)
            .primarily_oic()
            .ocgs()
            .exclude(status=ThreatStatus.ARCHIVED)
            .order_by()
            .values_list("p_grade")
            .annotate(threats=Count("pk"))
        )
    table = [GradeRow(grade.value, grade.label, found.get(grade.value, 0)) for grade in PriorityGrade]
    return [*table, GradeRow(NOT_GRADED, "Not graded", found.get(None, 0))]


def threat_counts(as_at: date | None = None, *, lead_agencies: Collection[str] | None = None) -> ThreatCounts:
    """Return the size of the master list as the inspectorate counted it (S3, N13 and N14); archived ones left out.

    ``lead_agencies`` keeps the threats that these agencies lead, by their codes. One query.
    """
    ocg = Q(kind=ThreatKind.OCG)
    primary = ocg & Q(primary_area=ThreatArea.OIC)
    with threats_as_at(as_at) as threats:
        counts = (
            _led_by(threats, lead_agencies)
            .linked_to_oic()
            .exclude(status=ThreatStatus.ARCHIVED)
            .order_by()
            .aggregate(
                linked=Count("pk"),
                linked_ocgs=Count("pk", filter=ocg),
                primary_ocgs=Count("pk", filter=primary),
                on_pnd=Count("pk", filter=primary & Q(ocg__pnd_tier__isnull=False)),
                at_lowest_tier=Count("pk", filter=primary & Q(ocg__pnd_tier=PndTier.TIER_4)),
            )
        )
    return ThreatCounts(**counts)


def _led_by(threats: SOCThreatQuerySet, lead_agencies: Collection[str] | None) -> SOCThreatQuerySet:
    return threats if lead_agencies is None else threats.filter(lead_agency__code__in=lead_agencies)
