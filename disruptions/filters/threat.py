"""Filters of the SOC master list, the same for page and API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import django_filters as filters
from django.db.models import Exists, OuterRef, Q

from agencies.models import london_date, oic_now
from disruptions.filters.grammar import (
    AnyOfList,
    Days,
    DaysOfTime,
    GrammarFilter,
    OneOf,
    Range,
    Wanted,
    several,
)
from disruptions.filters.strict import agency_choices
from disruptions.models import Disruption
from disruptions.querysets import OCGQuerySet, SOCThreatQuerySet
from disruptions.review_cycle import state_condition
from disruptions.vocabulary import (
    NOT_GRADED,
    NOT_ON_PND,
    Enabler,
    EntryMethod,
    Escalation,
    OicSubThreat,
    PndTier,
    PriorityGrade,
    ThreatArea,
    ThreatKind,
    ThreatStatus,
)

REVIEW_STATES: Final = (
    ("overdue", "Overdue"),
    ("due", "Due within 28 days"),
    ("never", "Never assessed"),
)
REVIEWS: Final = (*REVIEW_STATES, ("not_planned", "No date set"))
GRADES: Final = (*PriorityGrade.choices, (NOT_GRADED, "Not graded"))
TIERS: Final = (*PndTier.choices, (NOT_ON_PND, "Not on PND"))


class Tier(OneOf):
    """The PND tier of a threat's OCG, or that the OCG is not on PND; a threat that is no OCG has neither."""

    def __init__(self, **options: Any) -> None:
        super().__init__("ocg__pnd_tier", choices=TIERS, none=NOT_ON_PND, nullable=True, **options)

    def condition(self, filterset: Any, wanted: Wanted) -> Q:
        """Compare with the tiers that are kept; what is no OCG is where nothing is given."""
        tiers, blank = wanted.settled([code for code, _ in TIERS])
        condition = Q(ocg__pnd_tier__in=[tier for tier in tiers if tier != NOT_ON_PND])
        if NOT_ON_PND in tiers:
            condition |= Q(ocg__isnull=False, ocg__pnd_tier__isnull=True)
        return condition | Q(ocg__isnull=True) if blank else condition


class AnyArea(AnyOfList):
    """Threat areas of a threat, its primary one or another."""

    def condition(self, filterset: Any, wanted: Wanted) -> Q:
        """Look in both; there is always a primary one."""
        return several(
            wanted,
            lambda areas: Q(primary_area__in=list(areas)) | Q(other_areas__overlap=list(areas)),
            lambda: Q(pk__in=()),
        )

    def relatives(self, name: str) -> dict[str, filters.Filter]:
        """Return ``__not`` alone."""
        return {key: each for key, each in super().relatives(name).items() if not key.endswith("__empty")}


class Disrupted(Range):
    """Days on which the threat has a standing disruption that the reader may open."""

    def narrowed(self, filterset: Any, rows: Any, wanted: Wanted) -> Any:
        """Keep threats with a record on these days; of those of a merged threat nothing is said here."""
        records = (
            Disruption.objects.none() if filterset.reader is None else Disruption.objects.visible_to(filterset.reader)
        )
        days = Days("occurred_on", label=self.label).within(wanted.first, wanted.last)
        return rows.filter(Exists(records.standing().filter(days, threat_id=OuterRef("pk"))))


class ThreatFilter(GrammarFilter[SOCThreatQuerySet]):
    """Filters of SOC threats, by their wire names. Without ``status``, only threats that accept disruptions.

    ``on`` is the day on which a review is overdue or not: the day of the cut-off, or today.
    """

    q = filters.CharFilter(method="filter_text", label="Text", max_length=200)
    kind = OneOf("kind", choices=ThreatKind.choices, label="Kind")
    p_grade = OneOf("p_grade", choices=GRADES, none=NOT_GRADED, label="P grade")
    primary_area = OneOf("primary_area", choices=ThreatArea.choices, label="Primary threat area")
    area = AnyArea("other_areas", choices=ThreatArea.choices, label="Primary or other threat area")
    other_area = AnyOfList("other_areas", choices=ThreatArea.choices, label="Other threat area")
    sub_threat = AnyOfList("sub_threats", choices=OicSubThreat.choices, label="OIC sub-threat")
    entry_method = AnyOfList("methods", choices=EntryMethod.choices, label="Entry method")
    enabler = AnyOfList("enablers", choices=Enabler.choices, label="Enabler")
    pnd_tier = Tier(label="PND tier of the OCG")
    lead_agency = OneOf("lead_agency__code", choices=agency_choices, closed=False, label="Lead agency")
    status = OneOf("status", choices=ThreatStatus.choices, label="Status")
    review = filters.ChoiceFilter(choices=REVIEWS, method="filter_review", label="Next review")
    next_review = Days("next_review_on", nullable=True, label="Day of the next review")
    escalated = OneOf("escalated_to", choices=Escalation.choices, nullable=True, blank="", label="Escalated to")
    listed_on = DaysOfTime("created_at", label="Added to the list")
    disrupted = Disrupted("", label="A disruption that you may open", words=("on or after", "on or before"))

    def filter_queryset(self, queryset: Any) -> Any:
        """Filter, and leave out what accepts no disruptions unless statuses are named."""
        rows = super().filter_queryset(queryset)
        return rows if _names_status(self.form.cleaned_data) else rows.accepting()

    def filter_text(self, rows: Any, name: str, value: str) -> Any:
        """Keep threats with these words in their title, their group's name or an alias; a reference finds its own."""
        return rows.matching(value)

    def filter_review(self, rows: Any, name: str, value: str) -> Any:
        """Keep threats whose review stands so on the day, or that have no date for one."""
        if value == "not_planned":
            return rows.filter(next_review_on__isnull=True)
        return rows.filter(state_condition(value, self.day or london_date(oic_now())))


class OCGFilter(GrammarFilter[OCGQuerySet]):
    """Filters of organised crime groups. Without ``status``, archived ones are left out."""

    q = filters.CharFilter(method="filter_text", label="Text", max_length=200)
    pnd_tier = OneOf("pnd_tier", choices=TIERS, none=NOT_ON_PND, label="PND tier")
    lead_agency = OneOf("lead_agency__code", choices=agency_choices, closed=False, label="Lead agency")
    status = OneOf("status", choices=ThreatStatus.choices, label="Status")

    def filter_queryset(self, queryset: Any) -> Any:
        """Filter, and leave out archived groups unless statuses are named."""
        rows = super().filter_queryset(queryset)
        return rows if _names_status(self.form.cleaned_data) else rows.accepting()

    def filter_text(self, rows: Any, name: str, value: str) -> Any:
        """Keep groups with these words in their name or an alias; a reference finds its own."""
        return rows.matching(value)


def _names_status(cleaned: Mapping[str, Any]) -> bool:
    return bool(cleaned.get("status") or cleaned.get("status__not"))
