"""Filters of disruptions, the same for every reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import django_filters as filters

from agencies.constraints import Violation
from disruptions.filters.strict import (
    BAD_VALUE,
    YES_NO,
    AnyOfFilter,
    DayFilter,
    ReferenceFilter,
    StrictFilter,
    agency_choices,
    force_choices,
    region_choices,
    rocu_choices,
)
from disruptions.filters.threat import GRADES
from disruptions.querysets import DisruptionQuerySet
from disruptions.references import DISRUPTION, THREAT
from disruptions.vocabulary import (
    DisruptionRole,
    Enabler,
    EntryMethod,
    Initiation,
    Level,
    NotCounted,
    OicSubThreat,
    OutcomeType,
    Status,
    Strand,
    ThreatArea,
)

COUNTED_FILTERS: Final = frozenset(
    {
        "from",
        "to",
        "agency",
        "region",
        "rocu",
        "role",
        "level",
        "strand",
        "sub_threat",
        "entry_method",
        "initiation",
        "p_grade",
        "p_grade_then",
    }
)
"""What counted figures may be filtered by: nothing with which a hidden record could be felt for (design, section 2)."""


class DisruptionFilter(StrictFilter[DisruptionQuerySet]):
    """Filters of disruptions, by their wire names; give one several times for "any of"."""

    agency = AnyOfFilter(field_name="agency__code", choices=agency_choices, label="Agency")
    region = AnyOfFilter(field_name="agency__region__code", choices=region_choices, label="Region")
    rocu = AnyOfFilter(field_name="agency__rocu__code", choices=rocu_choices, label="ROCU")
    role = AnyOfFilter(choices=DisruptionRole.choices, label="Role")
    status = AnyOfFilter(choices=Status.choices, label="Status")
    level = AnyOfFilter(choices=Level.choices, label="Level")
    claimed_level = AnyOfFilter(choices=Level.choices, label="Claimed level")
    strand = AnyOfFilter(choices=Strand.choices, label="4P strand")
    sub_threat = AnyOfFilter(choices=OicSubThreat.choices, label="OIC sub-threat")
    entry_method = AnyOfFilter(choices=EntryMethod.choices, label="Entry method")
    initiation = AnyOfFilter(choices=Initiation.choices, label="Proactive or reactive")
    enabler = AnyOfFilter(choices=Enabler.choices, method="filter_enabler", label="Enabler")
    outcome = AnyOfFilter(choices=OutcomeType.choices, method="filter_outcome", label="Outcome")
    p_grade = AnyOfFilter(choices=GRADES, method="filter_grade_now", label="P grade of the threat now")
    p_grade_then = AnyOfFilter(
        choices=GRADES, method="filter_grade_then", label="P grade of the threat on the day it happened"
    )
    threat_area = AnyOfFilter(
        field_name="threat__primary_area", choices=ThreatArea.choices, label="Primary threat area"
    )
    threat = ReferenceFilter(kind=THREAT, method="filter_threat", label="SOC threat")
    lead_agency = AnyOfFilter(field_name="lead_agency__code", choices=agency_choices, label="Agency that led a support")
    lead = ReferenceFilter(kind=DISRUPTION, method="filter_lead", label="Lead record")
    force_area = AnyOfFilter(field_name="force_area__code", choices=force_choices, label="Police force area")
    uk_led = filters.ChoiceFilter(choices=YES_NO, method="filter_uk_led", label="UK-led")
    counted = filters.ChoiceFilter(choices=YES_NO, method="filter_counted", label="Counted")
    credited = filters.ChoiceFilter(choices=YES_NO, method="filter_credited", label="Support shown beside the counts")
    not_counted = AnyOfFilter(
        choices=NotCounted.choices, method="filter_not_counted", label="Why a lead is not counted"
    )
    waiting = filters.ChoiceFilter(choices=YES_NO, method="filter_waiting", label="Waiting for its lead")
    q = filters.CharFilter(method="filter_text", label="Text", max_length=200)

    def faults_together(self, cleaned: Mapping[str, Any]) -> Iterator[Violation]:
        """Refuse a period that ends before it begins."""
        if cleaned.get("from") and cleaned.get("to") and cleaned["from"] > cleaned["to"]:
            yield Violation("to", BAD_VALUE, "The last day must be on or after the first day.")

    def filter_threat(self, rows: Any, name: str, value: str | None) -> Any:
        """Keep the records of a threat; the reference of one that was merged leads to what took its place."""
        return rows.of_threat_named(value) if value else rows

    def filter_grade_now(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep records whose threat has any of these grades now, or at the cut-off."""
        return rows.graded_now(value) if value else rows

    def filter_grade_then(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep records whose threat had any of these grades on the day of the disruption."""
        return rows.graded_then(value) if value else rows

    def filter_enabler(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep records that relied on any of these."""
        return rows.filter(enablers__overlap=value) if value else rows

    def filter_outcome(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep records with any of these outcomes."""
        return rows.with_outcome(value) if value else rows

    def filter_lead(self, rows: Any, name: str, value: str) -> Any:
        """Keep the supports of one lead, by its reference, where the reader may open the lead."""
        return rows.supporting(value, reader=self.reader)

    def filter_uk_led(self, rows: Any, name: str, value: str) -> Any:
        """Keep UK-led records, or the others."""
        return rows.filter(uk_led=value == "yes")

    def filter_counted(self, rows: Any, name: str, value: str) -> Any:
        """Keep what published figures count, or the rest."""
        if value == "yes":
            return rows.counted()
        return rows.exclude(pk__in=rows.model._default_manager.counted().values("pk"))

    def filter_credited(self, rows: Any, name: str, value: str) -> Any:
        """Keep the supports that are shown beside the counts, or the rest."""
        if value == "yes":
            return rows.credited()
        return rows.exclude(pk__in=rows.model._default_manager.credited().values("pk"))

    def filter_not_counted(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep submitted or approved leads outside the counting rule, for any of these reasons."""
        return rows.left_out_because(value) if value else rows

    def filter_waiting(self, rows: Any, name: str, value: str) -> Any:
        """Keep supports that wait for their lead, or the rest."""
        if value == "yes":
            return rows.waiting_for_lead()
        return rows.exclude(pk__in=rows.model._default_manager.waiting_for_lead().values("pk"))

    def filter_text(self, rows: Any, name: str, value: str) -> Any:
        """Keep records with these words; a reference finds its record."""
        return rows.matching(value, reader=self.reader)


# ``from`` is a word of Python, so these two cannot be written in the class body.
DisruptionFilter.base_filters["from"] = DayFilter(field_name="occurred_on", lookup_expr="gte", label="From")
DisruptionFilter.base_filters["to"] = DayFilter(field_name="occurred_on", lookup_expr="lte", label="To")
