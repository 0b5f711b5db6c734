"""The shapes on the wire, for the schema. What comes in is read by ``parsing``; what goes out by ``representation``."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from agencies.api.limits import ROWS_PER_REQUEST
from disruptions.countries import COUNTRIES
from disruptions.fields import FIELDS, Field, Kind
from disruptions.models.disruption import REASON_LIMIT
from disruptions.models.hand_over import HAND_OVER_REASON_LIMIT
from disruptions.models.outcome import COUNT_LIMIT, ITEM_LIMIT, MONTHS_LIMIT
from disruptions.rules import OUTCOMES_LIMIT, SHARES_LIMIT
from disruptions.statistics.growth import MONTHS
from disruptions.statistics.mixes import MIXED
from disruptions.statistics.periods import NAMES
from disruptions.statistics.reviews import OF_ALL, OF_EACH
from disruptions.vocabulary import (
    NOT_GRADED,
    Change,
    Decision,
    DisruptionRole,
    Enabler,
    EntryMethod,
    Escalation,
    ExtractState,
    GradeMoment,
    HandOverStatus,
    Level,
    MatchReason,
    NotCounted,
    OicSubThreat,
    OutcomeType,
    PndTier,
    PriorityGrade,
    PsniScale,
    ReasonClass,
    Status,
    ThreatArea,
    ThreatKind,
    ThreatStatus,
)

Fields = dict[str, serializers.Field[Any, Any, Any, Any]]

DISRUPTION_PATTERN: Final = "^D-[0-9A-Z]{4}-[0-9A-Z]{4}$"
THREAT_PATTERN: Final = "^T-[0-9A-Z]{4}-[0-9A-Z]{4}$"
OCG_PATTERN: Final = "^G-[0-9A-Z]{4}-[0-9A-Z]{4}$"


def _reference(pattern: str, **options: Any) -> serializers.RegexField:
    return serializers.RegexField(pattern, **options)


@extend_schema_field(
    {
        "oneOf": [{"type": "string", "maxLength": 40, "example": "12500.00"}, {"type": "number"}],
        "nullable": True,
        "description": 'Pounds and pence, best as text: "12500.00".',
    }
)
class PoundsField(serializers.DecimalField):
    """An amount that comes in."""


class OutcomeInput(serializers.Serializer[Any]):
    """What came of it. The type decides which measures it needs and takes: see ``vocabulary/``."""

    type = serializers.ChoiceField(choices=OutcomeType.choices)
    count = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=COUNT_LIMIT)
    value_gbp = PoundsField(required=False, allow_null=True, max_digits=13, decimal_places=2)
    months = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=MONTHS_LIMIT)
    item = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=ITEM_LIMIT)


class OutcomeSerializer(serializers.Serializer[Any]):
    """What came of it. A measure that was not given is null, or empty for ``item``."""

    type = serializers.ChoiceField(choices=OutcomeType.choices)
    count = serializers.IntegerField(allow_null=True)
    value_gbp = serializers.DecimalField(max_digits=13, decimal_places=2, allow_null=True)
    months = serializers.IntegerField(allow_null=True)
    item = serializers.CharField(allow_blank=True)


class DisruptionInput(serializers.Serializer[Any]):
    """A record as it is sent. A draft may lack any field but ``role``; null is the same as not given."""

    submit = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=False,
        help_text="Submit it in the same step. Needs every field that a submitted record needs.",
    )
    outcomes = serializers.ListField(
        child=OutcomeInput(), required=False, allow_null=True, max_length=OUTCOMES_LIMIT, help_text="What came of it."
    )

    def get_fields(self) -> Fields:
        """Return a field per entry of the field table, and the two that are not in it."""
        return {field.name: _input(field) for field in FIELDS} | super().get_fields()


class DisruptionChange(DisruptionInput):
    """The fields to change, and why. A field that is left out stays as it is; null empties it."""

    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=REASON_LIMIT, help_text="Why it changes."
    )
    reason_class = serializers.ChoiceField(
        required=False,
        allow_blank=True,
        choices=ReasonClass.choices,
        help_text="Why a figure moves, if one does.",
    )

    def get_fields(self) -> Fields:
        """Return the same fields, none of them required."""
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


class WithdrawalSerializer(serializers.Serializer[Any]):
    """Why a record is withdrawn. Needed once it was submitted."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=REASON_LIMIT)
    reason_class = serializers.ChoiceField(required=False, allow_blank=True, choices=ReasonClass.choices)


class ReopeningSerializer(serializers.Serializer[Any]):
    """Why a record is opened again. Needed once it was submitted."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=REASON_LIMIT)


class DisruptionPut(DisruptionInput):
    """The whole record: a field that is left out is empty, or has its default. The reason is used where it amends."""

    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=REASON_LIMIT, help_text="Why it changes, if it does."
    )
    reason_class = serializers.ChoiceField(
        required=False,
        allow_blank=True,
        choices=ReasonClass.choices,
        help_text="Why a figure moves, if one does.",
    )


class DisruptionSerializer(serializers.Serializer[Any]):
    """A record as it is read: ``representation.represent`` makes it."""

    reference = _reference(DISRUPTION_PATTERN, help_text="The record's own reference, with a check character.")
    agency = serializers.CharField(help_text="Code of the agency whose record it is.")
    status = serializers.ChoiceField(choices=Status.choices)
    version = serializers.IntegerField(min_value=1, help_text="Counts the changes; the ETag holds it.")
    claimed_level = serializers.ChoiceField(
        choices=Level.choices, allow_null=True, help_text="The level that was claimed when it was first submitted."
    )
    recorded_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    changed_at = serializers.DateTimeField()
    waiting = serializers.BooleanField(help_text="A support whose lead is not recorded yet.")
    sandbox = serializers.BooleanField(help_text="Made by a sandbox client; never counted.")

    def get_fields(self) -> Fields:
        """Return what the service says, a field per entry of the field table, and the outcomes."""
        sent = {field.name: _output(field) for field in FIELDS}
        return super().get_fields() | sent | {"outcomes": OutcomeSerializer(many=True)}


class PossibleDuplicateSerializer(serializers.Serializer[Any]):
    """A record that may be the same event. Of one that you may not open, only the agency and its contact are said."""

    reference = _reference(DISRUPTION_PATTERN, allow_null=True, help_text="Null where you may not open it.")
    agency = serializers.CharField(help_text="Code of the agency whose record it is.")
    contact = serializers.CharField(help_text="Whom to ask there.")
    why = serializers.ListField(
        child=serializers.ChoiceField(choices=MatchReason.choices), help_text="What is alike, the weightiest first."
    )
    score = serializers.IntegerField(
        min_value=0, max_value=100, allow_null=True, help_text="How alike the two are. Null where you may not open it."
    )


def _possible_duplicates() -> serializers.Serializer[Any]:
    return PossibleDuplicateSerializer(
        many=True,
        help_text="Records that may be the same event, the likeliest first. They never keep yours from being recorded.",
    )


class RecordedSerializer(DisruptionSerializer):
    """A record as it was recorded, and what may be the same event."""

    def get_fields(self) -> Fields:
        """Return the record's fields, and the likely duplicates."""
        return super().get_fields() | {"possible_duplicates": _possible_duplicates()}


class DryRunSerializer(serializers.Serializer[Any]):
    """The record would be accepted. Nothing was written."""

    dry_run = serializers.ChoiceField(choices=[(True, "true")])
    status = serializers.ChoiceField(choices=Status.choices, help_text="What its status would be.")
    possible_duplicates = _possible_duplicates()


class PutDryRunSerializer(DryRunSerializer):
    """The record would be recorded or amended. Nothing was written."""

    existing = serializers.RegexField(
        DISRUPTION_PATTERN, allow_null=True, help_text="The record that would be amended; null: a new one."
    )
    version = serializers.IntegerField(min_value=1, help_text="The version that it would have.")


class PersonSerializer(serializers.Serializer[Any]):
    """Who did it."""

    agency = serializers.CharField(help_text="Code of their agency.")
    name = serializers.CharField(
        allow_null=True, help_text="Null where neither the record nor the person is of your agency."
    )


class ReviewSerializer(serializers.Serializer[Any]):
    """One decision on a record."""

    version = serializers.IntegerField(min_value=1, help_text="The version that the decision made.")
    decision = serializers.ChoiceField(choices=Decision.choices)
    from_level = serializers.ChoiceField(choices=Level.choices)
    to_level = serializers.ChoiceField(choices=Level.choices)
    reason = serializers.CharField(allow_blank=True)
    field_reasons = serializers.DictField(
        child=serializers.CharField(), help_text="What has to be put right, by the field's name."
    )
    reason_class = serializers.ChoiceField(choices=ReasonClass.choices, allow_null=True)
    decided_by = PersonSerializer()
    decided_at = serializers.DateTimeField()


class ReviewsSerializer(serializers.Serializer[Any]):
    """Every decision on a record, the latest first."""

    results = ReviewSerializer(many=True)


class FieldChangeSerializer(serializers.Serializer[Any]):
    """One field that a version changed."""

    field = serializers.CharField(help_text="Its name on the wire.")
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class VersionSerializer(serializers.Serializer[Any]):
    """One version of a record: what made it, and what it changed."""

    version = serializers.IntegerField(min_value=1)
    change = serializers.ChoiceField(choices=Change.choices)
    changed_at = serializers.DateTimeField()
    changed_by = PersonSerializer()
    reason = serializers.CharField(allow_blank=True)
    reason_class = serializers.ChoiceField(choices=ReasonClass.choices, allow_null=True)
    changes = FieldChangeSerializer(many=True, help_text="Nothing for the first version.")


class HistorySerializer(serializers.Serializer[Any]):
    """Every version of a record, the newest first."""

    results = VersionSerializer(many=True)


class ConfirmationSerializer(serializers.Serializer[Any]):
    """Which of your leads a waiting support belongs to."""

    lead = serializers.RegexField(DISRUPTION_PATTERN, help_text="Reference of a lead of your agency.")
    reason = serializers.CharField(required=False, allow_blank=True, max_length=REASON_LIMIT)


class CorrectionSerializer(serializers.Serializer[Any]):
    """Which other agency led what a waiting support belongs to, and why you say so."""

    lead_agency = serializers.CharField(help_text="Code of the agency that led.")
    reason = serializers.CharField(max_length=REASON_LIMIT)


class DeclineSerializer(serializers.Serializer[Any]):
    """Why your agency led nothing that a waiting support could belong to."""

    reason = serializers.CharField(max_length=REASON_LIMIT)


class SupportStandingSerializer(serializers.Serializer[Any]):
    """Where a support stands after your answer. You may no longer open it."""

    reference = _reference(DISRUPTION_PATTERN)
    agency = serializers.CharField(help_text="Code of the agency whose record it is.")
    version = serializers.IntegerField(min_value=1)
    status = serializers.ChoiceField(choices=Status.choices)
    lead = _reference(DISRUPTION_PATTERN, allow_null=True)
    lead_agency = serializers.CharField(allow_null=True)


class HandOverInput(serializers.Serializer[Any]):
    """Which agency really led, and why."""

    to_agency = serializers.CharField(help_text="Code of the agency.")
    reason = serializers.CharField(max_length=HAND_OVER_REASON_LIMIT)


class HandOverAnswer(serializers.Serializer[Any]):
    """What you say to the agency that offers the record. Needed to decline."""

    answer = serializers.CharField(required=False, allow_blank=True, max_length=HAND_OVER_REASON_LIMIT)


class HandOverSerializer(serializers.Serializer[Any]):
    """An offer to hand a lead over to the agency that really led."""

    disruption = _reference(DISRUPTION_PATTERN)
    version = serializers.IntegerField(min_value=1, help_text="The record's version.")
    from_agency = serializers.CharField()
    to_agency = serializers.CharField()
    status = serializers.ChoiceField(choices=HandOverStatus.choices)
    reason = serializers.CharField()
    answer = serializers.CharField(allow_blank=True)
    offered_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class FaultSerializer(serializers.Serializer[Any]):
    """One fault: where, which rule, and what to do."""

    pointer = serializers.CharField(
        required=False, allow_blank=True, help_text="Where in the body, as a JSON pointer (RFC 6901)."
    )
    parameter = serializers.CharField(required=False, help_text="Which parameter of the address.")
    header = serializers.CharField(required=False, help_text="Which header.")
    code = serializers.CharField(help_text="The rule. It never changes.")
    message = serializers.CharField(help_text="In words; may change.")
    existing = serializers.CharField(required=False, help_text="The record that is in the way.")
    stored = serializers.JSONField(required=False, help_text="What is stored now, where both sides changed it.")
    sent = serializers.JSONField(required=False, help_text="What you sent, where both sides changed it.")


class RowResultSerializer(serializers.Serializer[Any]):
    """What became of one record of a list."""

    index = serializers.IntegerField(min_value=0, max_value=ROWS_PER_REQUEST - 1, help_text="Its place in the list.")
    status = serializers.ChoiceField(
        choices=[
            (200, "would be accepted (dry run)"),
            (201, "recorded"),
            (400, "breaks rules"),
            (409, "there is one already"),
            (424, "not recorded, because another record of the list was refused"),
        ]
    )
    reference = serializers.CharField(required=False, help_text="Its reference, once recorded.")
    version = serializers.IntegerField(required=False, min_value=1)
    agency_reference = serializers.CharField(required=False, allow_blank=True)
    possible_duplicates = PossibleDuplicateSerializer(many=True, required=False)
    errors = FaultSerializer(many=True, required=False)  # type: ignore[assignment]  # DRF takes declared fields out of the class


@extend_schema_serializer(component_name="ListOfResults")
class ResultsSerializer(serializers.Serializer[Any]):
    """A result per record, in the order in which they were sent."""

    results = RowResultSerializer(many=True)


class OCGSerializer(serializers.Serializer[Any]):
    """An organised crime group. Holds no person's name."""

    reference = _reference(OCG_PATTERN)
    name = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    lead_agency = serializers.CharField(help_text="Code of the agency that leads on it.")
    pnd_tier = serializers.ChoiceField(
        choices=PndTier.choices, allow_null=True, help_text="On the Police National Database. Not the P grade."
    )
    pnd_reference = serializers.CharField(allow_blank=True)
    intent = serializers.CharField(allow_blank=True)
    capability = serializers.CharField(allow_blank=True)
    geography = serializers.CharField(allow_blank=True)
    agency_reference = serializers.CharField(allow_blank=True, help_text="What its lead agency's own system calls it.")
    status = serializers.ChoiceField(choices=ThreatStatus.choices)
    merged_into = _reference(OCG_PATTERN, allow_null=True, help_text="The group that took its place.")
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField(min_value=1)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the group with codes and references in place of related rows."""
        related = {
            "lead_agency": instance.lead_agency.code,
            "merged_into": instance.merged_into.reference if instance.merged_into else None,
        }
        names = (str(name) for name in self.fields)
        return {name: getattr(instance, name) for name in names if name not in related} | related


class ThreatSerializer(serializers.Serializer[Any]):
    """An entry of the SOC master list."""

    reference = _reference(THREAT_PATTERN)
    kind = serializers.ChoiceField(choices=ThreatKind.choices)
    title = serializers.CharField()
    ocg = serializers.CharField(allow_null=True, help_text="Reference of the group, if the threat is one.")
    primary_area = serializers.ChoiceField(
        choices=ThreatArea.choices, help_text="Disruptions count as organised immigration crime only where this is oic."
    )
    other_areas = serializers.ListField(child=serializers.ChoiceField(choices=ThreatArea.choices))
    sub_threats = serializers.ListField(child=serializers.ChoiceField(choices=OicSubThreat.choices))
    methods = serializers.ListField(child=serializers.ChoiceField(choices=EntryMethod.choices))
    enablers = serializers.ListField(child=serializers.ChoiceField(choices=Enabler.choices))
    geography = serializers.CharField(allow_blank=True)
    agency_reference = serializers.CharField(allow_blank=True, help_text="What its lead agency's own system calls it.")
    aliases = serializers.ListField(child=serializers.CharField(), help_text="What threats merged into it were called.")
    p_grade = serializers.ChoiceField(choices=PriorityGrade.choices, allow_null=True)
    status = serializers.ChoiceField(choices=ThreatStatus.choices)
    merged_into = _reference(
        THREAT_PATTERN, allow_null=True, help_text="The threat that took its place: record against that one."
    )
    lead_agency = serializers.CharField(help_text="Code of the agency that leads on it.")
    lead_responsible_officer = serializers.CharField(
        allow_null=True, help_text="Their e-mail address. Null unless your agency leads the threat."
    )
    assessment = serializers.IntegerField(allow_null=True, help_text="The assessment that gave its P grade.")
    next_review_on = serializers.DateField(allow_null=True)
    review_planned_on = serializers.DateField(allow_null=True)
    escalated_to = serializers.ChoiceField(
        choices=Escalation.choices, allow_null=True, help_text="Who was called on to look at it, while they are."
    )
    created_at = serializers.DateTimeField()
    version = serializers.IntegerField(min_value=1)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the threat with codes and references in place of related rows."""
        # Only within their agency is the address of a person a matter of course.
        own = instance.lead_agency_id == self.context["reader"].agency_id
        officer = instance.lead_responsible_officer if own else None
        related = {
            "lead_agency": instance.lead_agency.code,
            "ocg": instance.ocg.reference if instance.ocg else None,
            "merged_into": instance.merged_into.reference if instance.merged_into else None,
            "lead_responsible_officer": officer.email if officer else None,
            "assessment": instance.assessment_id,
            "escalated_to": instance.escalated_to or None,
        }
        names = (str(name) for name in self.fields)
        return {name: getattr(instance, name) for name in names if name not in related} | related


class CodeSerializer(serializers.Serializer[Any]):
    """One code of a list."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF takes declared fields out of the class


class OutcomeMeasuresSerializer(serializers.Serializer[Any]):
    """Which measures an outcome type needs, and which it takes beside them."""

    type = serializers.ChoiceField(choices=OutcomeType.choices)
    required = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]  # DRF takes declared fields out of the class
    optional = serializers.ListField(child=serializers.CharField())


class WireFieldSerializer(serializers.Serializer[Any]):
    """One field of a record."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF takes declared fields out of the class
    help_text = serializers.CharField()  # type: ignore[assignment]  # DRF takes declared fields out of the class
    kind = serializers.ChoiceField(choices=[(kind.value, kind.value) for kind in Kind])
    required_to_submit = serializers.BooleanField()
    max_length = serializers.IntegerField(allow_null=True)
    codes = serializers.CharField(allow_null=True, help_text="Which of the code lists it takes its values from.")


class PsniLevelSerializer(serializers.Serializer[Any]):
    """A word of the scale that PSNI judges by, and the level to send for it."""

    code = serializers.ChoiceField(choices=PsniScale.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # DRF takes declared fields out of the class
    level = serializers.ChoiceField(choices=Level.choices)


class PsniScaleSerializer(serializers.Serializer[Any]):
    """How PSNI's scale maps to the levels: a setting of this site, as no mapping is published."""

    agreed = serializers.BooleanField(help_text="Whether PSNI and the NCA agreed on it; if not, it is a proposal.")
    levels = PsniLevelSerializer(many=True)


class VocabularySerializer(serializers.Serializer[Any]):
    """Every code list, the measures of outcomes, and the fields of a record."""

    codes = serializers.DictField(child=CodeSerializer(many=True), help_text="Code lists by name.")
    psni_scale = PsniScaleSerializer()
    outcome_measures = OutcomeMeasuresSerializer(many=True)
    fields_of_a_disruption = WireFieldSerializer(many=True)


class LevelCountsSerializer(serializers.Serializer[Any]):
    """Records by counted level."""

    major = serializers.IntegerField(min_value=0)
    moderate = serializers.IntegerField(min_value=0)
    minor = serializers.IntegerField(min_value=0)
    total = serializers.IntegerField(min_value=0)


QUARTERS: Final = [(name, name) for name in NAMES.values()]
"""Quarters as they are written, without their year."""


class Oic01RowSerializer(serializers.Serializer[Any]):
    """A quarter, or a year after its quarters (``quarter`` is then ``Total``)."""

    year = serializers.IntegerField()
    quarter = serializers.ChoiceField(choices=[*QUARTERS, ("Total", "Total")])
    minor = serializers.IntegerField(min_value=0)
    moderate = serializers.IntegerField(min_value=0)
    major = serializers.IntegerField(min_value=0)
    total = serializers.IntegerField(min_value=0)
    provisional = serializers.BooleanField()


class ReasonsSerializer(serializers.Serializer[Any]):
    """The net effect of each class of reason on a cell; they add up to its difference."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return a whole number for each class, in the order in which the first that applies is taken."""
        return {reason.value: serializers.IntegerField(help_text=str(reason.label)) for reason in ReasonClass}


class RevisionRowSerializer(serializers.Serializer[Any]):
    """One cell of the table at two cut-offs; ``quarter`` ``All`` is all quarters, ``level`` ``total`` all levels."""

    year = serializers.IntegerField(allow_null=True, help_text="Null for all quarters.")
    quarter = serializers.ChoiceField(
        choices=[(name, name) for name in ("Jan - Mar", "Apr - Jun", "Jul - Sep", "Oct - Dec", "All")]
    )
    level = serializers.ChoiceField(choices=[(name, name) for name in ("minor", "moderate", "major", "total")])
    before = serializers.IntegerField(min_value=0, help_text="The count at the first cut-off.")
    after = serializers.IntegerField(min_value=0, help_text="The count at the second cut-off.")
    difference = serializers.IntegerField()
    percent = serializers.IntegerField(
        allow_null=True, help_text="In whole percent, halves away from zero. Null on a base of zero."
    )
    reasons = ReasonsSerializer()


class AgencyRevisionRowSerializer(serializers.Serializer[Any]):
    """One agency's part of the total at two cut-offs."""

    agency = serializers.CharField()
    before = serializers.IntegerField(min_value=0, help_text="The count at the first cut-off.")
    after = serializers.IntegerField(min_value=0, help_text="The count at the second cut-off.")
    difference = serializers.IntegerField()
    percent = serializers.IntegerField(
        allow_null=True, help_text="In whole percent, halves away from zero. Null on a base of zero."
    )
    reasons = ReasonsSerializer()


class ExtractRowSerializer(serializers.Serializer[Any]):
    """A frozen extract. Its table is that of ``statistics/oic-01/?extract=``."""

    extract = serializers.CharField(help_text="Its reference, as other operations take it.")
    title = serializers.CharField()
    cut_off = serializers.DateField(help_text="Records as they stood at the end of this day, London time.")
    first = serializers.DateField(help_text="The first day of its table.")
    last = serializers.DateField(help_text="The last day of its table.")
    rule_version = serializers.CharField(help_text="The version of the counting rule that it was counted by.")
    provisional_quarters = serializers.IntegerField(help_text="How many of its latest quarters are provisional.")
    records = serializers.IntegerField(min_value=0, help_text="How many records are frozen, counted or not.")
    counted = serializers.IntegerField(min_value=0, help_text="How many its table counts.")
    sha256 = serializers.CharField(help_text="The hash of everything that is frozen.")
    state = serializers.ChoiceField(choices=ExtractState.choices)
    frozen_at = serializers.DateTimeField()
    signed_off_at = serializers.DateTimeField(allow_null=True)


class LagSerializer(serializers.Serializer[Any]):
    """How many days it took: the fewest within which that part of the records was in; null of no record."""

    records = serializers.IntegerField(min_value=0)
    quarter_within = serializers.IntegerField(allow_null=True)
    half_within = serializers.IntegerField(allow_null=True)
    three_quarters_within = serializers.IntegerField(allow_null=True)


class LagRowSerializer(serializers.Serializer[Any]):
    """An agency's counted leads, or those of all agencies (``agency`` is then null)."""

    agency = serializers.CharField(allow_null=True)
    submission = LagSerializer()
    approval = LagSerializer()
    not_approved = serializers.IntegerField(min_value=0)
    late = serializers.IntegerField(min_value=0, help_text="Submitted later than the last of the site's limits.")
    late_after_days = serializers.IntegerField(min_value=1, help_text="The last of the site's limits.")


class ExpectedSerializer(serializers.Serializer[Any]):
    """What is expected of a quarter at a later age, as long as records come as they did. Never a published figure."""

    until_months = serializers.IntegerField(min_value=1, help_text="Months since the end of the quarter.")
    count = serializers.IntegerField(min_value=0)
    low = serializers.IntegerField(min_value=0, help_text="One in ten outcomes lies below.")
    high = serializers.IntegerField(min_value=0, help_text="One in ten outcomes lies above.")


class GrowthRowSerializer(serializers.Serializer[Any]):
    """A quarter month by month after its end."""

    year = serializers.IntegerField()
    quarter = serializers.ChoiceField(choices=QUARTERS)
    age_months = serializers.IntegerField(
        min_value=0, allow_null=True, help_text="Months from its end to the last count; null where nobody can know."
    )
    counts = serializers.ListField(
        child=serializers.IntegerField(min_value=0, allow_null=True),
        min_length=MONTHS + 1,
        max_length=MONTHS + 1,
        help_text="Counted leads at the end of each month, from the quarter's own last day (month 0) to 24 months "
        "later; null where the month has not ended yet, or lies before the first record.",
    )
    expected = ExpectedSerializer(allow_null=True)


class TrendRowSerializer(serializers.Serializer[Any]):
    """A quarter: leads, which count, and supports beside them, which are never added."""

    year = serializers.IntegerField()
    quarter = serializers.ChoiceField(choices=QUARTERS)
    lead = LevelCountsSerializer()
    support = LevelCountsSerializer()
    provisional = serializers.BooleanField()


class NotCountedSerializer(serializers.Serializer[Any]):
    """Submitted or approved leads outside the counting rule, by the first reason that keeps each out."""

    REASONS: ClassVar = tuple(reason for reason in NotCounted if reason is not NotCounted.SANDBOX)

    def get_fields(self) -> Fields:
        """Return a number per reason, and their total."""
        counts: Fields = {
            reason.value: serializers.IntegerField(min_value=0, help_text=reason.label) for reason in self.REASONS
        }
        return counts | {"total": serializers.IntegerField(min_value=0)}


class ByAgencyRowSerializer(serializers.Serializer[Any]):
    """An agency: its leads add up to the national figure, its supports never do."""

    agency = serializers.CharField(help_text="The agency's code.")
    lead = LevelCountsSerializer()
    support = LevelCountsSerializer()
    not_counted = NotCountedSerializer()


class ByGradeRowSerializer(serializers.Serializer[Any]):
    """Counted disruptions of threats at one P grade, at one of two moments."""

    graded = serializers.ChoiceField(
        choices=GradeMoment.choices, help_text="Which grade: on the day of the disruption, or at the cut-off."
    )
    p_grade = serializers.ChoiceField(choices=[*PriorityGrade.choices, (NOT_GRADED, "Not graded")])
    lead = LevelCountsSerializer()
    support = LevelCountsSerializer()


class MixRowSerializer(serializers.Serializer[Any]):
    """Counted leads that have one answer of a record, or are against threats of one P grade."""

    mix = serializers.ChoiceField(
        choices=[(side.name, side.label) for side in MIXED], help_text="What the leads are told apart by."
    )
    key = serializers.CharField(
        allow_null=True, help_text="The code of the part, of the code list of that name; null: not recorded."
    )
    label = serializers.CharField(help_text="The part in words.")  # type: ignore[assignment]  # as above
    lead = serializers.IntegerField(min_value=1)
    share = serializers.IntegerField(help_text="Its part of all counted leads, in whole percent.")
    share_of_rest = serializers.IntegerField(
        allow_null=True,
        help_text="Its part of what is left without small boats, in whole percent; null for them and for other mixes.",
    )


class OutcomesRowSerializer(serializers.Serializer[Any]):
    """What came of counted leads, or of the supports beside them, by type of outcome."""

    role = serializers.ChoiceField(choices=DisruptionRole.choices)
    type = serializers.ChoiceField(choices=OutcomeType.choices)
    records = serializers.IntegerField(
        min_value=1, help_text="Records with an outcome of the type. They do not add up: a record can have several."
    )
    number = serializers.IntegerField(min_value=1, help_text="How many there were; one without a number is one.")
    value_gbp = serializers.DecimalField(max_digits=20, decimal_places=2, allow_null=True)


class MasterListRowSerializer(serializers.Serializer[Any]):
    """One number about the SOC master list."""

    measure = serializers.ChoiceField(choices=[(name, name) for name in dict.fromkeys((*OF_ALL, *OF_EACH))])
    agency = serializers.CharField(allow_null=True, help_text="Code of the lead agency; null: all agencies together.")
    threats = serializers.IntegerField(help_text="How many; of reviews for `done` and `done_on_time`.")


class RecordsRowSerializer(serializers.Serializer[Any]):
    """All submitted or approved records of a year, agency and role, whether or not they count."""

    year = serializers.IntegerField()
    agency = serializers.CharField()
    role = serializers.ChoiceField(choices=DisruptionRole.choices)
    records = serializers.IntegerField(min_value=1)


def _input(field: Field) -> serializers.Field[Any, Any, Any, Any]:
    options: dict[str, Any] = {"help_text": _input_help(field), "required": field.name == "role"}
    nullable: dict[str, Any] = {"allow_null": field.name != "role"}
    if field.choices is not None and field.kind is Kind.CHOICE:
        blank: dict[str, Any] = {"allow_blank": field.name != "role"}
        return serializers.ChoiceField(choices=field.choices.choices, **options, **nullable, **blank)
    if field.choices is not None:
        child = serializers.ChoiceField(choices=field.choices.choices)
        return serializers.ListField(child=child, **options, **nullable)
    if field.kind is Kind.DATE:
        return serializers.DateField(**options, **nullable)
    if field.kind is Kind.BOOLEAN:
        return serializers.BooleanField(**options, **nullable)
    if field.kind is Kind.AGENCIES:
        return serializers.ListField(child=serializers.CharField(), max_length=SHARES_LIMIT, **options, **nullable)
    if field.kind is Kind.COUNTRY:
        return serializers.ChoiceField(choices=list(COUNTRIES.items()), allow_blank=True, **options, **nullable)
    limit: dict[str, Any] = {"max_length": field.max_length} if field.kind is Kind.TEXT else {}
    return serializers.CharField(allow_blank=True, **options, **nullable, **limit)


def _output(field: Field) -> serializers.Field[Any, Any, Any, Any]:
    nullable: dict[str, Any] = {
        "allow_null": not field.default and field.name != "role",
        "help_text": _output_help(field),
    }
    if field.choices is not None and field.kind is Kind.CHOICE:
        return serializers.ChoiceField(choices=field.choices.choices, **nullable)
    if field.choices is not None:
        return serializers.ListField(
            child=serializers.ChoiceField(choices=field.choices.choices), help_text=field.help_text
        )
    if field.kind is Kind.DATE:
        return serializers.DateField(**nullable)
    if field.kind is Kind.BOOLEAN:
        return serializers.BooleanField(**nullable)
    if field.kind is Kind.AGENCIES:
        return serializers.ListField(child=serializers.CharField(), help_text=field.help_text)
    if field.kind is Kind.COUNTRY:
        return serializers.ChoiceField(choices=list(COUNTRIES.items()), **nullable)
    if field.kind is Kind.TEXT:
        return serializers.CharField(allow_blank=True, help_text=field.help_text)
    return serializers.CharField(**nullable)


def _input_help(field: Field) -> str:
    return f"{field.help_text} Needed to submit." if field.required else field.help_text


def _output_help(field: Field) -> str:
    return f"{field.help_text} Null where you may not open it." if field.name == "lead" else field.help_text
