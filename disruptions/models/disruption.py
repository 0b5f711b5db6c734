"""Disruptions: the lead and support records that everything else is about."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.enums import TextChoices
from django.db.models.expressions import RawSQL
from django.db.models.lookups import LessThanOrEqual

from agencies.constraints import check, declare, unique
from agencies.history import event_model, one_row_per_version
from agencies.models import Agency, AgencyAsAt, LondonDate, Now, User
from disruptions.countries import COUNTRIES
from disruptions.fields import BY_NAME, FIELDS, Field, Kind
from disruptions.models.conditions import known, listed, well_formed_reference, within_limit
from disruptions.models.kept_groups import RECORD_TRIGGERS
from disruptions.models.threat import SOCThreat, SOCThreatAsAt
from disruptions.querysets import SUBMITTED_ONCE, DisruptionQuerySet, VersionedQuerySet
from disruptions.vocabulary import (
    LIVE_STATUSES,
    Change,
    Channel,
    DisruptionRole,
    Duration,
    Enabler,
    EntryMethod,
    Extent,
    Initiation,
    Level,
    Marking,
    OicSubThreat,
    ReasonClass,
    Sharing,
    Status,
    Strand,
)

EARLIEST_DATE = date(2000, 1, 1)
"""A date of disruption before this is taken for a slip of the hand."""

REASON_LIMIT = 2000

OPERATION_KEY = r"lower(regexp_replace({column}, '^\s*(operation|op)\M\.?|[^[:alnum:]]+', '', 'gi'))"
"""An operation's name as it is compared: without ``Op``, capitals, spaces and signs (``matching.operation_key``)."""

LAG = "((recorded_at AT TIME ZONE 'Europe/London')::date - occurred_on)"
"""Days from the day of the disruption to the day on which it was recorded, in London (``filters.disruption.LAG``)."""

WALKED_OVER = (
    *("agency", "role", "level", "status", "sandbox", "sharing", "lead", "threat", "strand", "sub_threat"),
    *("entry_method", "initiation", "uk_led", "force_area", "recorded_at", "submitted_at", "approved_at", "changed_at"),
    "operation",
)
"""What a walk by date compares most, kept beside the day."""

COUNTED_AS_AT = (
    *("occurred_on", "recorded_at", "submitted_at", "approved_at", "changed_at", "agency", "threat", "duplicate_of"),
    *("role", "level", "claimed_level", "status", "uk_led", "sandbox", "marking"),
)
"""What figures as at a time compare, kept beside the version: the texts, most of a version, are then not read."""

COMMONEST = {
    "level": Level.MINOR,
    "claimed_level": Level.MINOR,
    "status": Status.APPROVED,
    "strand": Strand.PURSUE,
    "sub_threat": OicSubThreat.FACILITATION,
    "entry_method": EntryMethod.SMALL_BOAT,
    "extent": Extent.MINIMAL,
    "duration": Duration.SHORT,
    "channel": Channel.BROWSER,
}
"""Columns of codes, each with the value that most records hold: a walk by date soon finds that one."""

COUNTED_ALONE = frozenset({"level", "status"})
"""Those whose index holds what is counted beside a list, too: a count then reads nothing from all over the disk."""


def seldom(name: str, common: TextChoices) -> Q:
    """Return the condition that a column of codes holds another value than its commonest, or none.

    The values are listed: from a filter's value the planner can tell that it is one of them.
    """
    others = [code for code in type(common) if code != common]
    return Q((f"{name}__in", others)) | Q((f"{name}__isnull", True))


declare(
    "disruption_threat_merged",
    "threat",
    "This threat was merged into another. Open its page for the reference to use.",
)
declare(
    "disruption_lead_is_a_lead",
    "lead",
    "A support must name the lead record of the agency that led. Check the reference.",
)


# A merge locks the threats that it makes one; whoever records against one of them waits for it here, then looks.
REFUSE_MERGED = """
    PERFORM FROM disruptions_socthreat WHERE id IN ({named}) ORDER BY id FOR KEY SHARE;
    IF EXISTS (SELECT FROM disruptions_socthreat WHERE id IN ({named}) AND merged_into_id IS NOT NULL) THEN
        RAISE 'a record of a threat that was merged' USING ERRCODE = 'check_violation',
            TABLE = 'disruptions_disruption', CONSTRAINT = 'disruption_threat_merged';
    END IF;
    RETURN NULL;
"""
NAMED_BY_NEW = "SELECT threat_id FROM new_values"
NAMED_BY_CHANGED = """
        SELECT new_values.threat_id FROM new_values JOIN old_values ON old_values.id = new_values.id
        WHERE new_values.threat_id IS DISTINCT FROM old_values.threat_id"""


def _help(name: str) -> str:
    return BY_NAME[name].help_text


def _present(field: Field) -> Q:
    return ~Q(**{field.name: ""}) if field.kind is Kind.TEXT else Q(**{f"{field.name}__isnull": False})


def _required(field: Field) -> models.CheckConstraint:
    """Return the CHECK that only a draft may lack a field."""
    wording = {
        Kind.TEXT: f"Enter {field.label.lower()}.",
        Kind.DATE: f"Enter the {field.label.lower()}.",
        Kind.BOOLEAN: f"Say whether it was {field.label}.",
        Kind.CHOICE: {
            "level": "Choose the level.",
            "initiation": "Say whether it was proactive or reactive.",
        }.get(field.name, f"Choose the {field.label}."),
    }
    return check(
        f"disruption_{field.name}_required",
        ~SUBMITTED_ONCE | _present(field),
        field=field.name,
        message=wording.get(field.kind, f"Choose the {field.label}."),
    )


class DisruptionState(models.Model):
    """The fields that a record and its past states share."""

    reference = models.CharField("reference", max_length=11, editable=False)
    role = models.CharField("role", max_length=10, choices=DisruptionRole, help_text=_help("role"))
    occurred_on = models.DateField("date of the disruption", null=True, help_text=_help("occurred_on"))
    level = models.CharField("level", max_length=10, choices=Level, null=True, help_text=_help("level"))
    claimed_level = models.CharField(
        "claimed level",
        max_length=10,
        choices=Level,
        null=True,
        editable=False,
        help_text="The level its agency claimed when it first submitted the record. Never changes.",
    )
    extent = models.CharField("extent", max_length=12, choices=Extent, null=True, help_text=_help("extent"))
    duration = models.CharField("duration", max_length=10, choices=Duration, null=True, help_text=_help("duration"))
    initiation = models.CharField(
        "proactive or reactive",
        max_length=10,
        choices=Initiation,
        null=True,
        help_text=_help("initiation"),
    )
    strand = models.CharField("4P strand", max_length=10, choices=Strand, null=True, help_text=_help("strand"))
    sub_threat = models.CharField(
        "OIC sub-threat",
        max_length=20,
        choices=OicSubThreat,
        null=True,
        help_text=_help("sub_threat"),
    )
    entry_method = models.CharField(
        "entry method",
        max_length=20,
        choices=EntryMethod,
        null=True,
        help_text=_help("entry_method"),
    )
    enablers = ArrayField(models.CharField(max_length=20, choices=Enabler), default=list, help_text=_help("enablers"))
    uk_led = models.BooleanField("UK-led", null=True, help_text=_help("uk_led"))
    country = models.CharField("country", max_length=2, null=True, help_text=_help("country"))
    operation = models.TextField("operation name", blank=True, help_text=_help("operation"))
    summary = models.TextField("what happened", blank=True, help_text=_help("summary"))
    impact = models.TextField("evidence of impact", blank=True, help_text=_help("impact"))
    oic_identifier_code = models.TextField("OIC identifier code", blank=True, help_text=_help("oic_identifier_code"))
    msht_indicators = models.BooleanField("modern slavery indicators", null=True, help_text=_help("msht_indicators"))
    safeguarding_referral = models.BooleanField(
        "safeguarding referral made", null=True, help_text=_help("safeguarding_referral")
    )
    agency_reference = models.TextField("own reference", blank=True, help_text=_help("agency_reference"))
    source_recorded_on = models.DateField("first recorded at source", null=True, help_text=_help("source_recorded_on"))
    marking = models.CharField(
        "marking",
        max_length=20,
        choices=Marking,
        default=Marking.OFFICIAL_SENSITIVE,
        help_text=_help("marking"),
    )
    sharing = models.CharField(
        "sharing",
        max_length=20,
        choices=Sharing,
        default=Sharing.ALL_AGENCIES,
        help_text=_help("sharing"),
    )
    sandbox = models.BooleanField(
        default=False, editable=False, help_text="Made to try things out. Never counted or shown to others."
    )
    channel = models.CharField(max_length=10, choices=Channel, editable=False)
    status = models.CharField("status", max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    recorded_at = models.DateTimeField("recorded", db_default=Now(), editable=False)
    submitted_at = models.DateTimeField("first submitted", null=True, editable=False)
    approved_at = models.DateTimeField("approved", null=True, editable=False)
    change = models.CharField(max_length=20, choices=Change, editable=False, help_text="What made this version.")
    change_reason = models.TextField(blank=True, editable=False)
    reason_class = models.CharField(max_length=20, choices=ReasonClass, blank=True, editable=False)
    changed_at = models.DateTimeField("changed", db_default=Now(), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.reference


class Disruption(DisruptionState):
    """What one agency says it did to one threat: as the lead, or in support of another agency's lead."""

    # No index of its own where a wider one begins with the column, or where nobody looks by it: each costs every write.
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, db_index=False, related_name="disruptions")
    threat = models.ForeignKey(
        SOCThreat, on_delete=models.PROTECT, db_index=False, null=True, related_name="disruptions"
    )
    lead = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="supports", help_text=_help("lead")
    )
    lead_agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        related_name="supports_received",
        help_text=_help("lead_agency"),
    )
    lead_role = models.GeneratedField(
        expression=Case(When(lead__isnull=False, then=Value(DisruptionRole.LEAD.value)), default=Value(None)),
        output_field=models.CharField(max_length=10, null=True),
        db_persist=True,
    )
    force_area = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        related_name="disruptions_in_area",
        db_index=False,
        help_text=_help("force_area"),
    )
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="duplicates", editable=False
    )
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recorded", db_index=False)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="submitted")
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="approved", db_index=False)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="changed", db_index=False)

    objects = DisruptionQuerySet.as_manager()

    class Meta:
        ordering = ("-occurred_on", "-id")
        constraints: ClassVar = [
            unique(
                "disruption_reference_unique",
                fields=("reference",),
                field="reference",
                message="Another record has this reference.",
            ),
            unique(
                "disruption_agency_reference_unique",
                fields=("agency", "sandbox", "agency_reference"),
                condition=~Q(agency_reference=""),
                field="agency_reference",
                message="Your agency has already recorded a disruption with this reference.",
            ),
            unique(
                "disruption_one_live_support",
                fields=("lead", "agency"),
                condition=Q(lead__isnull=False, status__in=LIVE_STATUSES),
                field="lead",
                message="Your agency has already recorded its support of this lead.",
            ),
            unique(
                "disruption_lead_target",
                fields=("id", "agency", "role"),
                field="lead",
                message="The target that supports point at.",
            ),
            unique(
                "disruption_author_target",
                fields=("id", "recorded_by"),
                field="recorded_by",
                message="The target that reviews point at.",
            ),
            well_formed_reference("disruption"),
            known("disruption", "status", Status),
            known("disruption", "channel", Channel),
            known("disruption", "change", Change),
            known("disruption", "claimed_level", Level, null=True),
            *(
                known("disruption", field.name, field.choices, null=not field.default)
                for field in FIELDS
                if field.kind is Kind.CHOICE and field.choices is not None
            ),
            listed("disruption", "enablers", Enabler),
            *(
                within_limit("disruption", field.name, field.max_length, field.label)
                for field in FIELDS
                if field.kind is Kind.TEXT and field.max_length is not None
            ),
            within_limit("disruption", "change_reason", REASON_LIMIT, "The reason"),
            *(_required(field) for field in FIELDS if field.required and field.name != "role"),
            check(
                "disruption_country_known",
                Q(country__isnull=True) | Q(country__in=sorted(COUNTRIES)),
                field="country",
                message="Use a two-letter ISO 3166 country code, such as GB or FR.",
            ),
            check(
                "disruption_occurred_on_not_after_recording",
                Q(occurred_on__isnull=True) | Q(LessThanOrEqual(F("occurred_on"), LondonDate("recorded_at"))),
                field="occurred_on",
                message="The date must be today or in the past, and not after the day it was recorded.",
            ),
            check(
                "disruption_occurred_on_plausible",
                Q(occurred_on__isnull=True) | Q(occurred_on__gte=EARLIEST_DATE),
                field="occurred_on",
                message="The date must be 1 January 2000 or later. Check the year.",
            ),
            check(
                "disruption_source_recorded_on_in_order",
                Q(source_recorded_on__isnull=True)
                | (
                    Q(LessThanOrEqual(F("source_recorded_on"), LondonDate("recorded_at")))
                    & (Q(occurred_on__isnull=True) | Q(source_recorded_on__gte=F("occurred_on")))
                ),
                field="source_recorded_on",
                message="It was first recorded on or after the date of the disruption, and not after today.",
            ),
            check(
                "disruption_lead_has_no_lead",
                ~Q(role=DisruptionRole.LEAD) | Q(lead__isnull=True, lead_agency__isnull=True),
                field="lead",
                message="A lead record has no lead. Record it as a support, or leave this out.",
            ),
            check(
                "disruption_support_names_lead_agency",
                ~(Q(role=DisruptionRole.SUPPORT) & SUBMITTED_ONCE) | Q(lead_agency__isnull=False),
                field="lead",
                message="Give the reference of the lead record, or name the agency that led.",
            ),
            check(
                "disruption_lead_comes_with_agency",
                Q(lead__isnull=True) | Q(lead_agency__isnull=False),
                field="lead_agency",
                message="A lead record comes with the agency that led.",
            ),
            check(
                "disruption_support_of_another_agency",
                Q(lead_agency__isnull=True) | ~Q(lead_agency=F("agency")),
                field="lead",
                message="Your agency led this. An agency cannot support its own lead.",
            ),
            check(
                "disruption_submitted_by_somebody",
                ~SUBMITTED_ONCE | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                field="status",
                message="A submitted record keeps who submitted it, and when.",
            ),
            check(
                "disruption_claimed_level_kept",
                Q(submitted_at__isnull=True, claimed_level__isnull=True)
                | Q(submitted_at__isnull=False, claimed_level__isnull=False),
                field="claimed_level",
                message="The claimed level is fixed when the record is first submitted.",
            ),
            check(
                "disruption_approved_by_somebody",
                Q(status=Status.APPROVED, approved_at__isnull=False, approved_by__isnull=False)
                | ~Q(status=Status.APPROVED),
                field="status",
                message="An approved record keeps who approved it, and when.",
            ),
            check(
                "disruption_not_approved_by_author",
                Q(approved_by__isnull=True) | (~Q(approved_by=F("recorded_by")) & ~Q(approved_by=F("submitted_by"))),
                field="status",
                message="You recorded or submitted this. Somebody else must approve it.",
            ),
            check(
                "disruption_duplicate_is_rejected",
                Q(duplicate_of__isnull=True) | (Q(status=Status.REJECTED) & ~Q(duplicate_of=F("id"))),
                field="duplicate_of",
                message="A duplicate of another record is rejected, and points at that other record.",
            ),
            check(
                "disruption_withdrawn_has_reason",
                ~Q(status=Status.WITHDRAWN) | Q(submitted_at__isnull=True) | ~Q(change_reason=""),
                field="reason",
                message="Say why the record is withdrawn.",
            ),
        ]
        indexes: ClassVar = [
            # A list walks the records by date: this holds what most filters and who may open a record compare, so that
            # what is passed over is not read.
            models.Index(fields=["-occurred_on", "-id"], include=WALKED_OVER, name="disruption_walk_idx"),
            models.Index(fields=["agency", "-occurred_on", "-id"], name="disruption_agency_occurred_idx"),
            models.Index(fields=["threat", "-occurred_on", "-id"], name="disruption_threat_occurred_idx"),
            # Holds all that counting reads, so that figures are read from it alone.
            models.Index(
                fields=["occurred_on"],
                include=["agency", "role", "level", "threat", "uk_led", "sandbox", "status"],
                name="disruption_counting_idx",
            ),
            models.Index(fields=["recorded_by", "status"], name="disruption_author_status_idx"),
            # Where somebody else's record of an event is looked for (services.duplicates): its operation, its place.
            models.Index(
                RawSQL(OPERATION_KEY.format(column="operation"), ()),  # nosec B611  # noqa: S611 - a constant
                "occurred_on",
                name="disruption_operation_idx",
                condition=~Q(operation=""),
            ),
            models.Index(fields=["force_area", "occurred_on"], name="disruption_area_occurred_idx"),
            models.Index(
                fields=["country", "occurred_on"], name="disruption_abroad_occurred_idx", condition=~Q(country="GB")
            ),
            # Where a filter's rare value would make the walk by date long, the list walks that value's records instead.
            *(
                models.Index(
                    fields=[name, "-occurred_on"],
                    include=WALKED_OVER if name in COUNTED_ALONE else None,
                    name=f"disruption_{name}_idx",
                    condition=seldom(name, common),
                )
                for name, common in COMMONEST.items()
            ),
            models.Index(
                fields=["sharing", "-occurred_on"],
                name="disruption_sharing_date_idx",
                condition=~Q(sharing=Sharing.ALL_AGENCIES),
            ),
            models.Index(
                fields=["-occurred_on"],
                name="disruption_not_uk_led_idx",
                condition=Q(uk_led=False) | Q(uk_led__isnull=True),
            ),
            models.Index(fields=["-occurred_on"], name="disruption_msht_idx", condition=Q(msht_indicators=True)),
            models.Index(
                fields=["-occurred_on"], name="disruption_safeguarding_idx", condition=Q(safeguarding_referral=True)
            ),
            models.Index(
                fields=["-occurred_on"], name="disruption_initiation_none_idx", condition=Q(initiation__isnull=True)
            ),
            models.Index(fields=["-occurred_on"], name="disruption_sandbox_idx", condition=Q(sandbox=True)),
            models.Index(
                fields=["lead_agency", "-occurred_on"],
                name="disruption_lead_agency_idx",
                condition=Q(lead_agency__isnull=False),
            ),
            models.Index(fields=["recorded_at"], name="disruption_recorded_idx"),
            models.Index(fields=["submitted_at"], name="disruption_submitted_idx"),
            models.Index(fields=["approved_at"], name="disruption_approved_idx"),
            models.Index(fields=["changed_at"], name="disruption_changed_idx"),
            models.Index(RawSQL(LAG, ()), name="disruption_lag_idx"),  # nosec B611  # noqa: S611 - a constant
            models.Index(
                fields=["source_recorded_on"],
                name="disruption_source_day_idx",
                condition=Q(source_recorded_on__isnull=False),
            ),
            models.Index(fields=["agency_reference"], name="disruption_own_ref_idx", condition=~Q(agency_reference="")),
            models.Index(
                fields=["oic_identifier_code"], name="disruption_code_idx", condition=~Q(oic_identifier_code="")
            ),
            GinIndex(fields=["enablers"], name="disruption_enablers_idx"),
            models.Index(
                fields=["lead_agency"],
                name="disruption_waiting_idx",
                condition=Q(role=DisruptionRole.SUPPORT, lead__isnull=True),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="refuse_merged_insert",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_values"),  # type: ignore[no-untyped-call]  # not annotated
                func=REFUSE_MERGED.format(named=NAMED_BY_NEW),
            ),
            pgtrigger.Trigger(
                name="refuse_merged_update",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                referencing=pgtrigger.Referencing(  # type: ignore[no-untyped-call]  # not annotated
                    old="old_values", new="new_values"
                ),
                func=REFUSE_MERGED.format(named=NAMED_BY_CHANGED),
            ),
            *RECORD_TRIGGERS,
        ]


class DisruptionEvent(event_model(Disruption, exclude=("lead_role",))):  # type: ignore[misc]  # made by pghistory
    """One version of a record, written by trigger. The record's own history page reads these."""

    class Meta:
        constraints: ClassVar = [one_row_per_version("disruption_event", holding=COUNTED_AS_AT)]
        indexes: ClassVar = [
            # Which records an agency ever had under a reference of its own (services.putting).
            models.Index(
                fields=["agency_reference"], name="disruption_event_own_ref_idx", condition=~Q(agency_reference="")
            )
        ]


class DisruptionAsAt(DisruptionState):
    """A record as it was at the time of ``reading_as_at``; its threat and agencies are as at the same time."""

    id = models.BigIntegerField(primary_key=True)
    agency = models.ForeignKey(AgencyAsAt, on_delete=models.DO_NOTHING, db_constraint=False, related_name="disruptions")
    threat = models.ForeignKey(
        SOCThreatAsAt,
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="disruptions",
    )
    lead = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="supports"
    )
    lead_agency = models.ForeignKey(
        AgencyAsAt,
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="supports_received",
    )
    force_area = models.ForeignKey(
        AgencyAsAt,
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="disruptions_in_area",
    )
    duplicate_of = models.ForeignKey(
        "self",
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="duplicates",
    )
    recorded_by = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    submitted_by = models.ForeignKey(
        User, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    approved_by = models.ForeignKey(User, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    changed_by = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")

    objects = DisruptionQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "disruptions_disruption_as_at"
        ordering = ("-occurred_on", "-id")


class DisruptionShare(models.Model):
    """One agency on a record's named list, in the versions ``from_version`` up to, not including, ``until_version``."""

    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="shares")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="shares")
    from_version = models.PositiveIntegerField(editable=False)
    until_version = models.PositiveIntegerField(null=True, editable=False)

    objects = VersionedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            check(
                "disruption_share_versions_in_order",
                Q(until_version__isnull=True) | Q(until_version__gt=F("from_version")),
                field="shared_with",
                message="A share ends after the version that it began in.",
            ),
            unique(
                "disruption_share_listed_once",
                fields=("disruption", "agency"),
                condition=Q(until_version__isnull=True),
                field="shared_with",
                message="An agency is listed once.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "disruption"], name="disruption_share_agency_idx")]

    def __str__(self) -> str:
        return f"{self.disruption_id} shared with {self.agency_id}"
