"""Figures about the SOC master list: grades, links to OIC, PND tiers (S3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from disruptions.statistics.parameters import threats_as_at
from disruptions.vocabulary import PndTier, PriorityGrade, ThreatStatus

UNGRADED = "ungraded"


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


def grades(as_at: date | None = None) -> list[GradeRow]:
    """Return OCGs with OIC primary by P grade, P1 first, then those not graded; archived ones left out."""
    with threats_as_at(as_at) as threats:
        found = dict(
            threats.primarily_oic()
            .ocgs()
            .exclude(status=ThreatStatus.ARCHIVED)
            .order_by()
            .values_list("p_grade")
            .annotate(threats=Count("pk"))
        )
    table = [GradeRow(grade.value, grade.label, found.get(grade.value, 0)) for grade in PriorityGrade]
    return [*table, GradeRow(UNGRADED, "Not graded", found.get(None, 0))]


def threat_counts(as_at: date | None = None) -> ThreatCounts:
    """Return the size of the master list as the inspectorate counted it (S3, N13 and N14); archived ones left out."""
    with threats_as_at(as_at) as threats:
        linked = threats.linked_to_oic().exclude(status=ThreatStatus.ARCHIVED)
        primary = linked.primarily_oic().ocgs()
        return ThreatCounts(
            linked=linked.count(),
            linked_ocgs=linked.ocgs().count(),
            primary_ocgs=primary.count(),
            on_pnd=primary.filter(ocg__pnd_tier__isnull=False).count(),
            at_lowest_tier=primary.filter(ocg__pnd_tier=PndTier.TIER_4).count(),
        )
