"""Filters of disruptions, the same for every reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import django_filters as filters
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, TextField
from django.db.models.lookups import In

from agencies.models import london_date, oic_now
from agencies.vocabulary import AgencyKind, StatisticsGroup
from disruptions.countries import COUNTRIES
from disruptions.filters.grammar import (
    NOT,
    Among,
    Amounts,
    AnyOfList,
    Days,
    DaysOfTime,
    ExpressionRange,
    GrammarFilter,
    Numbers,
    OneOf,
    Range,
    Reference,
    Wanted,
    Words,
    YesNo,
    several,
)
from disruptions.filters.strict import YES_NO, agency_choices, force_choices, region_choices, rocu_choices
from disruptions.filters.threat import GRADES, REVIEW_STATES, Tier
from disruptions.matching import operation_key
from disruptions.models.disruption import OPERATION_KEY
from disruptions.querysets import DisruptionQuerySet
from disruptions.references import DISRUPTION, OCG, THREAT
from disruptions.review_cycle import state_condition
from disruptions.vocabulary import (
    LIVE_STATUSES,
    NOT_GRADED,
    Channel,
    DisruptionRole,
    Duration,
    Enabler,
    EntryMethod,
    Extent,
    Initiation,
    Level,
    Marking,
    NotCounted,
    OicSubThreat,
    OutcomeType,
    Sharing,
    Status,
    Strand,
    ThreatArea,
    ThreatKind,
    ThreatStatus,
)

_COUNTED_CHOICES: Final = (
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
)
COUNTED_FILTERS: Final = frozenset({"from", "to", *_COUNTED_CHOICES, *(name + NOT for name in _COUNTED_CHOICES)})
"""What counted figures may be filtered by: nothing with which a hidden record could be felt for (design, section 2)."""

LAG: Final = Func(
    F("recorded_at"),
    F("occurred_on"),
    template="((%(expressions)s)",
    arg_joiner=" AT TIME ZONE 'Europe/London')::date - ",
    output_field=IntegerField(),
)
"""Days from the day of the disruption to the day on which it was recorded, in London."""

LONGEST_LAG: Final = 100_000
LARGEST_COUNT: Final = 1_000_000
LARGEST_VALUE: Final = 10_000_000_000
ME: Final = "me"


class GradeThen(OneOf):
    """The P grade that the threat had on the day of the disruption."""

    def narrowed(self, filterset: Any, rows: Any, wanted: Wanted) -> Any:
        """Ask the one rule for it."""
        grades, blank = wanted.settled([code for code, _ in self.choices()])
        return rows.graded_then(grades, without_threat=blank)


class OutcomeTypes(AnyOfList):
    """What came of a disruption. Type, value and count are asked of one and the same outcome."""

    value = Amounts("value_gbp", label="Value of an outcome in pounds", min_value=0, max_value=LARGEST_VALUE)
    count = Numbers("count", label="Number in an outcome", min_value=0, max_value=LARGEST_COUNT)
    RANGES: Final[Mapping[str, Range]] = {"outcome_value": value, "outcome_count": count}

    def relatives(self, name: str) -> dict[str, filters.Filter]:
        """Return the family's own, and the ends of both ranges."""
        found = super().relatives(name)
        for of_range, each in self.RANGES.items():
            found |= each.relatives(of_range)
        return found

    def ranges(self, name: str) -> dict[str, Range]:
        """Return the ranges of what an outcome measures."""
        return dict(self.RANGES)

    def apply(self, filterset: Any, rows: Any, name: str, cleaned: Mapping[str, Any]) -> Any:
        """Keep records by their outcomes in the version that is read."""
        wanted = self.wanted(name, cleaned)
        ranges = [each.condition(filterset, found) for each, found in self._ranges(cleaned) if found.anything]
        if ranges and not wanted.chosen:
            # An amount asks for an outcome of any type.
            wanted = Wanted([code for code, _ in self.choices()], wanted.left_out, wanted.empty)
        if not wanted.anything:
            return rows
        return rows.filter(
            several(
                wanted,
                lambda types: Q(
                    Exists(rows.outcomes_read().filter(*_of(types), *(ranges if types == wanted.chosen else ())))
                ),
                lambda: ~Q(Exists(rows.outcomes_read())),
            )
        )

    def _ranges(self, cleaned: Mapping[str, Any]) -> list[tuple[Range, Wanted]]:
        return [(each, each.wanted(name, cleaned)) for name, each in self.RANGES.items()]


def _of(types: Sequence[str]) -> list[Q]:
    return [] if len(types) == len(OutcomeType) else [Q(type__in=list(types))]


class OperationName(Words):
    """An operation by its name, however it is written: capitals, spaces and a leading "Op" aside."""

    def holds(self, values: Sequence[str]) -> Q:
        """Compare names as the index does that duplicates are found by."""
        key = Func(F("operation"), template=OPERATION_KEY.format(column="%(expressions)s"), output_field=TextField())
        return Q(In(key, [operation_key(value) for value in values])) & ~Q(operation="")


class DisruptionFilter(GrammarFilter[DisruptionQuerySet]):
    """Filters of disruptions, by their wire names; the grammar is that of ``filters.grammar``."""

    q = filters.CharFilter(method="filter_text", label="Text", max_length=200)
    occurred_on = Days(
        "occurred_on",
        label="Date of the disruption",
        first="from",
        last="to",
        nullable=True,
    )
    agency = OneOf("code", via="agency", choices=agency_choices, closed=False, label="Agency")
    agency_kind = OneOf("kind", via="agency", choices=AgencyKind.choices, label="Kind of agency")
    statistics_group = OneOf(
        "statistics_group", via="agency", choices=StatisticsGroup.choices, label="Statistics group of the agency"
    )
    region = OneOf("region__code", via="agency", choices=region_choices, closed=False, nullable=True, label="Region")
    rocu = OneOf("rocu__code", via="agency", choices=rocu_choices, closed=False, nullable=True, label="ROCU")
    role = OneOf("role", choices=DisruptionRole.choices, label="Role")
    status = OneOf("status", choices=Status.choices, label="Status")
    level = OneOf("level", choices=Level.choices, nullable=True, label="Level")
    claimed_level = OneOf("claimed_level", choices=Level.choices, nullable=True, label="Claimed level")
    extent = OneOf("extent", choices=Extent.choices, nullable=True, label="Extent")
    duration = OneOf("duration", choices=Duration.choices, nullable=True, label="Duration")
    strand = OneOf("strand", choices=Strand.choices, nullable=True, label="4P strand")
    sub_threat = OneOf("sub_threat", choices=OicSubThreat.choices, nullable=True, label="OIC sub-threat")
    entry_method = OneOf("entry_method", choices=EntryMethod.choices, nullable=True, label="Entry method")
    initiation = OneOf("initiation", choices=Initiation.choices, nullable=True, label="Proactive or reactive")
    enabler = AnyOfList("enablers", choices=Enabler.choices, label="Enabler")
    outcome = OutcomeTypes("outcomes", choices=OutcomeType.choices, label="Outcome")

    threat = Reference("threat", kind=THREAT, rule="threat_named", label="SOC threat")
    ocg = Reference("threat", kind=OCG, rule="ocg_named", label="Organised crime group")
    threat_kind = OneOf("kind", via="threat", choices=ThreatKind.choices, nullable=True, label="Kind of threat")
    threat_area = OneOf(
        "primary_area", via="threat", choices=ThreatArea.choices, nullable=True, label="Primary threat area"
    )
    threat_other_area = AnyOfList("other_areas", via="threat", choices=ThreatArea.choices, label="Other threat area")
    threat_sub_threat = AnyOfList(
        "sub_threats", via="threat", choices=OicSubThreat.choices, label="OIC sub-threat of the threat"
    )
    p_grade = OneOf(
        "p_grade", via="threat", choices=GRADES, none=NOT_GRADED, nullable=True, label="P grade of the threat now"
    )
    p_grade_then = GradeThen(
        "grade_then", choices=GRADES, nullable=True, label="P grade of the threat on the day it happened"
    )
    pnd_tier = Tier(via="threat", label="PND tier of the OCG")
    threat_status = OneOf(
        "status", via="threat", choices=ThreatStatus.choices, nullable=True, label="Status of the threat"
    )
    threat_lead_agency = OneOf(
        "lead_agency__code",
        via="threat",
        choices=agency_choices,
        closed=False,
        nullable=True,
        label="Lead agency of the threat",
    )
    threat_next_review = Days("next_review_on", via="threat", nullable=True, label="Next review of the threat")
    threat_review = filters.ChoiceFilter(
        choices=REVIEW_STATES, method="filter_threat_review", label="Review of the threat"
    )

    force_area = OneOf(
        "code", via="force_area", choices=force_choices, closed=False, nullable=True, label="Police force area"
    )
    country = OneOf(
        "country", choices=sorted(COUNTRIES.items(), key=lambda pair: pair[1]), nullable=True, label="Country"
    )
    uk_led = YesNo("uk_led", nullable=True, label="UK-led")
    msht_indicators = YesNo("msht_indicators", nullable=True, label="Modern slavery indicators")
    safeguarding_referral = YesNo("safeguarding_referral", nullable=True, label="Safeguarding referral made")

    lead = Reference("lead", kind=DISRUPTION, rule="lead_named", label="Lead record")
    lead_agency = OneOf(
        "code",
        via="lead_agency",
        choices=agency_choices,
        closed=False,
        nullable=True,
        label="Agency that led a support",
    )
    supported = filters.ChoiceFilter(choices=YES_NO, method="filter_supported", label="Has supports")
    waiting = filters.ChoiceFilter(choices=YES_NO, method="filter_waiting", label="Waiting for its lead")
    counted = filters.ChoiceFilter(choices=YES_NO, method="filter_counted", label="Counted")
    credited = filters.ChoiceFilter(choices=YES_NO, method="filter_credited", label="Support shown beside the counts")
    not_counted = filters.MultipleChoiceFilter(
        choices=NotCounted.choices, method="filter_not_counted", label="Why a lead is not counted"
    )

    operation = OperationName("operation", max_length=100, contains=True, label="Operation name")
    agency_reference = Words("agency_reference", max_length=100, label="Agency's own reference")
    oic_identifier_code = Words("oic_identifier_code", max_length=30, label="OIC identifier code")
    source_recorded_on = Days("source_recorded_on", nullable=True, label="First recorded at source")
    recorded_on = DaysOfTime("recorded_at", label="Recorded")
    submitted_on = DaysOfTime("submitted_at", nullable=True, label="First submitted")
    approved_on = DaysOfTime("approved_at", nullable=True, label="Approved")
    changed_on = DaysOfTime("changed_at", label="Last changed")
    lag = ExpressionRange(LAG, label="Days from the disruption to its record", min_value=0, max_value=LONGEST_LAG)
    channel = OneOf("channel", choices=Channel.choices, label="How it was recorded")
    marking = OneOf("marking", choices=Marking.choices, label="Marking")
    sharing = OneOf("sharing", choices=Sharing.choices, label="Sharing")
    recorded_by = filters.ChoiceFilter(choices=((ME, "Me"),), method="filter_recorded_by", label="Recorded by")
    assigned_to = filters.ChoiceFilter(
        choices=((ME, "Me"), ("nobody", "Nobody, and it waits"), ("somebody", "Somebody")),
        method="filter_assigned_to",
        label="Given to, for a decision",
    )
    upload = filters.UUIDFilter(method="filter_upload", label="Uploaded file")
    sandbox = YesNo("sandbox", label="Sandbox record")

    def threat_named(self, rows: Any, reference: str) -> Q:
        """Return the condition of a threat's records; the reference of a merged one leads to what took its place."""
        return Q(threat__in=rows.threats_named(reference))

    def ocg_named(self, rows: Any, reference: str) -> Q:
        """Return the condition of the records of an OCG's threat; that of a merged one leads on as well."""
        return Q(threat__in=rows.threats_of_ocg(reference))

    def lead_named(self, rows: Any, reference: str) -> Q:
        """Return the condition of the supports of one lead, where the reader may open the lead."""
        return Q(lead__in=rows.leads_named(reference, self.reader))

    def filter_threat_review(self, rows: Any, name: str, value: str) -> Any:
        """Keep records whose threat's review stands so on the day that is read."""
        threats = rows.model._meta.get_field("threat").related_model._default_manager
        found = threats.filter(state_condition(value, self.day or london_date(oic_now()))).order_by()
        return rows.filter(Among("threat_id", found.values_list("pk", flat=True)))

    def filter_supported(self, rows: Any, name: str, value: str) -> Any:
        """Keep leads with a live support that the reader may open, or the rest."""
        supports = rows.model._default_manager.supports_only().filter(status__in=LIVE_STATUSES)
        if self.reader is not None:
            supports = supports.visible_to(self.reader)
        has = Q(Exists(supports.filter(lead_id=OuterRef("pk"))))
        return rows.filter(has if value == "yes" else ~has)

    def filter_recorded_by(self, rows: Any, name: str, value: str) -> Any:
        """Keep what the reader recorded."""
        return rows.filter(recorded_by=self.reader) if self.reader is not None else rows.none()

    def filter_assigned_to(self, rows: Any, name: str, value: str) -> Any:
        """Keep what waits for a decision and was given to the reader, to somebody or to nobody, now."""
        if self.reader is None:
            return rows.none()
        return rows.given_to(self.reader) if value == ME else rows.assigned(value == "somebody", reader=self.reader)

    def filter_upload(self, rows: Any, name: str, value: UUID) -> Any:
        """Keep what a file of the reader's agency recorded or changed."""
        return rows.of_upload(value, reader=self.reader)

    def filter_counted(self, rows: Any, name: str, value: str) -> Any:
        """Keep what published figures count, or the rest."""
        if value == "yes":
            return rows.counted()
        return rows.not_counted_or_credited(role=DisruptionRole.LEAD)

    def filter_credited(self, rows: Any, name: str, value: str) -> Any:
        """Keep the supports that are shown beside the counts, or the rest."""
        if value == "yes":
            return rows.credited()
        return rows.not_counted_or_credited(role=DisruptionRole.SUPPORT)

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
