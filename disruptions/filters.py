"""One filter for every reader: list, dashboard, chart, export, API. A bad or unknown filter is an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

import django_filters as filters
from django.db.models import Q
from django.http import QueryDict

from agencies.constraints import Violation
from agencies.models import Agency, Region
from agencies.refusals import Invalid
from agencies.vocabulary import AgencyKind
from disruptions.querysets import DisruptionQuerySet
from disruptions.references import read_reference
from disruptions.vocabulary import (
    DisruptionRole,
    Enabler,
    EntryMethod,
    Initiation,
    Level,
    OicSubThreat,
    OutcomeType,
    PriorityGrade,
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
    }
)
"""What counted figures may be filtered by: nothing with which a hidden record could be felt for (design, section 2)."""

NOT_FILTERS: Final = frozenset({"page", "page_size", "cursor", "fields", "format", "as_at", "sort", "order", "by"})
"""Parameters that pages and the API read for themselves."""

YES_NO: Final = (("yes", "Yes"), ("no", "No"))


def _agencies() -> list[tuple[str, str]]:
    return list(Agency.objects.values_list("code", "name"))


def _regions() -> list[tuple[str, str]]:
    return list(Region.objects.values_list("code", "name"))


def _rocus() -> list[tuple[str, str]]:
    return list(Agency.objects.filter(kind=AgencyKind.REGIONAL_UNIT).values_list("code", "short_name"))


class DisruptionFilter(filters.FilterSet):
    """Filters of disruptions, by their wire names; give one several times for "any of"."""

    agency = filters.MultipleChoiceFilter(field_name="agency__code", choices=_agencies, label="Agency")
    region = filters.MultipleChoiceFilter(field_name="agency__region__code", choices=_regions, label="Region")
    rocu = filters.MultipleChoiceFilter(field_name="agency__rocu__code", choices=_rocus, label="ROCU")
    role = filters.MultipleChoiceFilter(choices=DisruptionRole.choices, label="Role")
    status = filters.MultipleChoiceFilter(choices=Status.choices, label="Status")
    level = filters.MultipleChoiceFilter(choices=Level.choices, label="Level")
    claimed_level = filters.MultipleChoiceFilter(choices=Level.choices, label="Claimed level")
    strand = filters.MultipleChoiceFilter(choices=Strand.choices, label="4P strand")
    sub_threat = filters.MultipleChoiceFilter(choices=OicSubThreat.choices, label="OIC sub-threat")
    entry_method = filters.MultipleChoiceFilter(choices=EntryMethod.choices, label="Entry method")
    initiation = filters.MultipleChoiceFilter(choices=Initiation.choices, label="Proactive or reactive")
    enabler = filters.MultipleChoiceFilter(choices=Enabler.choices, method="filter_enabler", label="Enabler")
    outcome = filters.MultipleChoiceFilter(choices=OutcomeType.choices, method="filter_outcome", label="Outcome")
    p_grade = filters.MultipleChoiceFilter(field_name="threat__p_grade", choices=PriorityGrade.choices, label="P grade")
    threat_area = filters.MultipleChoiceFilter(
        field_name="threat__primary_area", choices=ThreatArea.choices, label="Primary threat area"
    )
    threat = filters.CharFilter(method="filter_threat", label="SOC threat")
    lead = filters.CharFilter(method="filter_lead", label="Lead record")
    force_area = filters.MultipleChoiceFilter(
        field_name="force_area__code", choices=_agencies, label="Police force area"
    )
    uk_led = filters.ChoiceFilter(choices=YES_NO, method="filter_uk_led", label="UK-led")
    counted = filters.ChoiceFilter(choices=YES_NO, method="filter_counted", label="Counted")
    waiting = filters.ChoiceFilter(choices=YES_NO, method="filter_waiting", label="Waiting for its lead")
    q = filters.CharFilter(method="filter_text", label="Text", max_length=200)

    def __init__(self, data: Mapping[str, Any] | QueryDict, queryset: Any) -> None:
        super().__init__(data=self._as_query(data), queryset=queryset)

    @staticmethod
    def _as_query(data: Mapping[str, Any] | QueryDict) -> QueryDict:
        if isinstance(data, QueryDict):
            return data
        query = QueryDict(mutable=True)
        for name, value in data.items():
            query.setlist(name, [str(each) for each in (value if isinstance(value, (list, tuple)) else [value])])
        return query

    def strict(self, *, allow: Iterable[str] = (), only: frozenset[str] | None = None) -> DisruptionQuerySet:
        """Return the filtered queryset.

        ``allow`` names further parameters that the reader handles; ``only`` narrows the filters that may be used.
        Raises ``Invalid``, with the parameter named, for an unknown name or a bad value: never a wider answer.
        """
        known = set(self.filters) | NOT_FILTERS | set(allow)
        usable = known if only is None else (only | NOT_FILTERS | set(allow))
        faults = [
            Violation(name, "unknown_filter", f"There is no filter called {name[:60]}.")
            for name in self.data
            if name not in known
        ]
        faults += [
            Violation(
                name,
                "filter_not_for_counts",
                "Counted figures cannot be filtered by this. It works on the list.",
            )
            for name in self.data
            if name in known and name not in usable
        ]
        faults += [
            Violation(name, "invalid_filter", "; ".join(str(message) for message in messages))
            for name, messages in self.form.errors.items()
        ]
        if any("\x00" in value for values in self.data.lists() for value in values[1]):
            faults.append(Violation("", "invalid_filter", "A filter cannot hold a null character."))
        if faults:
            raise Invalid(faults)
        cleaned = self.form.cleaned_data
        if cleaned.get("from") and cleaned.get("to") and cleaned["from"] > cleaned["to"]:
            raise Invalid([Violation("to", "invalid_filter", "The last day must be on or after the first day.")])
        return cast(DisruptionQuerySet, self.filter_queryset(self.queryset))

    def filter_enabler(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep records that relied on any of these."""
        return rows.filter(enablers__overlap=value) if value else rows

    def filter_outcome(self, rows: Any, name: str, value: list[str]) -> Any:
        """Keep records with any of these outcomes."""
        return rows.with_outcome(value) if value else rows

    def filter_threat(self, rows: Any, name: str, value: str) -> Any:
        """Keep records of one threat, by its reference."""
        return rows.filter(threat__reference=self._reference(name, value))

    def filter_lead(self, rows: Any, name: str, value: str) -> Any:
        """Keep the supports of one lead, by its reference."""
        return rows.filter(lead__reference=self._reference(name, value))

    @staticmethod
    def _reference(name: str, value: str) -> str:
        reference = read_reference(value)
        if reference is None:
            raise Invalid([Violation(name, "invalid_filter", "This reference is mistyped. Check each character.")])
        return reference

    def filter_uk_led(self, rows: Any, name: str, value: str) -> Any:
        """Keep UK-led records, or the others."""
        return rows.filter(uk_led=value == "yes")

    def filter_counted(self, rows: Any, name: str, value: str) -> Any:
        """Keep what published figures count, or the rest."""
        counted = rows.model._default_manager.counted().values("pk")
        return rows.filter(pk__in=counted) if value == "yes" else rows.exclude(pk__in=counted)

    def filter_waiting(self, rows: Any, name: str, value: str) -> Any:
        """Keep supports that wait for their lead, or the rest."""
        waiting = rows.model._default_manager.waiting_for_lead().values("pk")
        return rows.filter(pk__in=waiting) if value == "yes" else rows.exclude(pk__in=waiting)

    def filter_text(self, rows: Any, name: str, value: str) -> Any:
        """Keep records with these words; a reference finds its record."""
        text = value.strip()
        reference = read_reference(text)
        if reference is not None:
            return rows.filter(Q(reference=reference) | Q(threat__reference=reference) | Q(lead__reference=reference))
        for word in text.split():
            rows = rows.filter(
                Q(summary__icontains=word)
                | Q(impact__icontains=word)
                | Q(operation__icontains=word)
                | Q(agency_reference__icontains=word)
                | Q(oic_identifier_code__icontains=word)
                | Q(threat__title__icontains=word)
            )
        return rows


# ``from`` is a word of Python, so these two cannot be written in the class body.
DisruptionFilter.base_filters["from"] = filters.DateFilter(field_name="occurred_on", lookup_expr="gte", label="From")
DisruptionFilter.base_filters["to"] = filters.DateFilter(field_name="occurred_on", lookup_expr="lte", label="To")
