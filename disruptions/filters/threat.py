"""Filters of the SOC master list, the same for page and API."""

from __future__ import annotations

from typing import Any, Final

import django_filters as filters

from agencies.models import london_date, oic_now
from disruptions.filters.strict import AnyOfFilter, StrictFilter, agency_choices
from disruptions.querysets import OCGQuerySet, SOCThreatQuerySet
from disruptions.review_cycle import state_condition
from disruptions.vocabulary import (
    NOT_GRADED,
    NOT_ON_PND,
    OicSubThreat,
    PndTier,
    PriorityGrade,
    ThreatArea,
    ThreatKind,
    ThreatStatus,
)

REVIEWS: Final = (
    ("overdue", "Overdue"),
    ("due", "Due within 28 days"),
    ("never", "Never assessed"),
    ("not_planned", "No date set"),
)
GRADES: Final = (*PriorityGrade.choices, (NOT_GRADED, "Not graded"))
TIERS: Final = (*PndTier.choices, (NOT_ON_PND, "Not on PND"))


class ThreatFilter(StrictFilter[SOCThreatQuerySet]):
    """Filters of SOC threats, by their wire names. Without ``status``, only threats that accept disruptions.

    ``on`` is the day on which a review is overdue or not: the day of the cut-off, or today.
    """

    q = filters.CharFilter(method="filter_text", label="Text", max_length=200)
    kind = AnyOfFilter(choices=ThreatKind.choices, label="Kind")
    p_grade = AnyOfFilter(choices=GRADES, method="filter_grade", label="P grade")
    primary_area = AnyOfFilter(choices=ThreatArea.choices, label="Primary threat area")
    area = AnyOfFilter(choices=ThreatArea.choices, method="filter_area", label="Primary or other threat area")
    sub_threat = AnyOfFilter(choices=OicSubThreat.choices, method="filter_sub_threat", label="OIC sub-threat")
    pnd_tier = AnyOfFilter(choices=TIERS, method="filter_tier", label="PND tier of the OCG")
    lead_agency = AnyOfFilter(field_name="lead_agency__code", choices=agency_choices, label="Lead agency")
    status = AnyOfFilter(choices=ThreatStatus.choices, label="Status")
    review = filters.ChoiceFilter(choices=REVIEWS, method="filter_review", label="Next review")

    def filter_queryset(self, queryset: Any) -> Any:
        """Filter, and leave out what accepts no disruptions unless statuses are named."""
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data["status"] else rows.accepting()

    def filter_text(self, rows: Any, name: str, value: str) -> Any:
        """Keep threats with these words in their title, their group's name or an alias; a reference finds its own."""
        return rows.matching(value)

    def filter_grade(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep threats of these grades, or without one."""
        return rows.graded(value) if value else rows

    def filter_area(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep threats whose primary or other areas hold any of these."""
        return rows.linked_to(value) if value else rows

    def filter_sub_threat(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep threats with any of these OIC sub-threats."""
        return rows.filter(sub_threats__overlap=value) if value else rows

    def filter_tier(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep OCGs on these tiers, or on none."""
        return rows.ocgs().on_tiers(value) if value else rows

    def filter_review(self, rows: Any, name: str, value: str) -> Any:
        """Keep threats whose review stands so on the day, or that have no date for one."""
        if value == "not_planned":
            return rows.filter(next_review_on__isnull=True)
        return rows.filter(state_condition(value, self.day or london_date(oic_now())))


class OCGFilter(StrictFilter[OCGQuerySet]):
    """Filters of organised crime groups. Without ``status``, archived ones are left out."""

    q = filters.CharFilter(method="filter_text", label="Text", max_length=200)
    pnd_tier = AnyOfFilter(choices=TIERS, method="filter_tier", label="PND tier")
    lead_agency = AnyOfFilter(field_name="lead_agency__code", choices=agency_choices, label="Lead agency")
    status = AnyOfFilter(choices=ThreatStatus.choices, label="Status")

    def filter_queryset(self, queryset: Any) -> Any:
        """Filter, and leave out archived groups unless statuses are named."""
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data["status"] else rows.accepting()

    def filter_text(self, rows: Any, name: str, value: str) -> Any:
        """Keep groups with these words in their name or an alias; a reference finds its own."""
        return rows.matching(value)

    def filter_tier(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep groups on these tiers, or on none."""
        return rows.on_tiers(value) if value else rows
