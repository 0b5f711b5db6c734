"""SOC threats and their grading."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from agencies.constraints import check, unique
from agencies.history import event_model, one_row_per_version
from agencies.models import Agency, AgencyAsAt, Now, User
from disruptions.models.conditions import each_within_limit, known, listed, well_formed_reference, within_limit
from disruptions.models.kept_groups import THREAT_TRIGGERS
from disruptions.models.ocg import (
    ALIASES_LIMIT,
    GEOGRAPHY_LIMIT,
    MASTER_LIST_REASON_LIMIT,
    OCG,
    OWN_REFERENCE_LIMIT,
    OCGAsAt,
)
from disruptions.querysets import SOCThreatQuerySet
from disruptions.vocabulary import (
    Change,
    Enabler,
    EntryMethod,
    Escalation,
    OicSubThreat,
    PriorityGrade,
    ThreatArea,
    ThreatKind,
    ThreatStatus,
)

THREAT_TITLE_LIMIT = 160


class SOCThreatState(models.Model):
    """The fields that a threat and its past states share."""

    reference = models.CharField("reference", max_length=11, editable=False)
    kind = models.CharField("kind", max_length=20, choices=ThreatKind)
    title = models.TextField("title", help_text="A label. No personal data: nominals belong in other systems.")
    aliases = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        editable=False,
        help_text="What threats merged into it were called.",
    )
    primary_area = models.CharField(
        "primary threat area",
        max_length=24,
        choices=ThreatArea,
        default=ThreatArea.OIC,
        help_text="Disruptions count as OIC only where this is organised immigration crime.",
    )
    other_areas = ArrayField(models.CharField(max_length=24, choices=ThreatArea), default=list, blank=True)
    sub_threats = ArrayField(models.CharField(max_length=20, choices=OicSubThreat), default=list, blank=True)
    methods = ArrayField(models.CharField(max_length=20, choices=EntryMethod), default=list, blank=True)
    enablers = ArrayField(models.CharField(max_length=20, choices=Enabler), default=list, blank=True)
    geography = models.TextField("geography", blank=True, default="", help_text="Where it works from and to.")
    agency_reference = models.TextField(
        "own reference", blank=True, default="", help_text="What the lead agency's own system calls it."
    )
    p_grade = models.CharField(
        "P grade",
        max_length=2,
        choices=PriorityGrade,
        null=True,
        blank=True,
        help_text="Adopted by the latest assessment. Not the PND tier.",
    )
    status = models.CharField("status", max_length=12, choices=ThreatStatus, default=ThreatStatus.ACTIVE)
    next_review_on = models.DateField("next review", null=True, blank=True)
    review_planned_on = models.DateField("review planned for", null=True, blank=True)
    escalated_to = models.CharField("escalated to", max_length=10, choices=Escalation, blank=True, default="")
    escalated_at = models.DateTimeField("escalated", null=True, blank=True)
    change = models.CharField(
        max_length=20, choices=Change, default=Change.RECORDED, editable=False, help_text="What made this version."
    )
    change_reason = models.TextField(blank=True, default="", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class SOCThreat(SOCThreatState):
    """An entry of the SOC master list (S3): an OCG, a priority individual or a vulnerability."""

    ocg = models.OneToOneField(OCG, on_delete=models.PROTECT, null=True, blank=True, related_name="threat")
    lead_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="threats_led")
    lead_responsible_officer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="threats_responsible"
    )
    assessment = models.OneToOneField(
        "ThreatAssessment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        help_text="The assessment that gave the P grade.",
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_here",
        editable=False,
        help_text="The threat that took its place.",
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = SOCThreatQuerySet.as_manager()

    class Meta:
        ordering = ("reference",)
        verbose_name = "SOC threat"
        constraints: ClassVar = [
            unique(
                "soc_threat_reference_unique",
                fields=("reference",),
                field="reference",
                message="Another threat has this reference.",
            ),
            well_formed_reference("soc_threat"),
            known("soc_threat", "kind", ThreatKind),
            known("soc_threat", "primary_area", ThreatArea),
            listed("soc_threat", "other_areas", ThreatArea),
            listed("soc_threat", "sub_threats", OicSubThreat),
            known("soc_threat", "p_grade", PriorityGrade, null=True),
            known("soc_threat", "status", ThreatStatus),
            check("soc_threat_title_required", ~Q(title=""), field="title", message="Enter a title."),
            check(
                "soc_threat_ocg_if_kind_is_ocg",
                Q(kind=ThreatKind.OCG, ocg__isnull=False) | (~Q(kind=ThreatKind.OCG) & Q(ocg__isnull=True)),
                field="ocg",
                message="Name the OCG if the threat is an OCG, and only then.",
            ),
            check(
                "soc_threat_grade_has_assessment",
                Q(p_grade__isnull=True, assessment__isnull=True) | Q(p_grade__isnull=False, assessment__isnull=False),
                field="p_grade",
                message="A P grade comes from an assessment. Assess the threat to grade it.",
            ),
            listed("soc_threat", "methods", EntryMethod),
            listed("soc_threat", "enablers", Enabler),
            known("soc_threat", "change", Change),
            within_limit("soc_threat", "title", THREAT_TITLE_LIMIT, "The title"),
            *each_within_limit("soc_threat", "aliases", THREAT_TITLE_LIMIT, ALIASES_LIMIT, "earlier names"),
            within_limit("soc_threat", "geography", GEOGRAPHY_LIMIT, "Geography"),
            within_limit("soc_threat", "agency_reference", OWN_REFERENCE_LIMIT, "Own reference"),
            within_limit("soc_threat", "change_reason", MASTER_LIST_REASON_LIMIT, "The reason"),
            unique(
                "soc_threat_agency_reference_unique",
                fields=("lead_agency", "agency_reference"),
                condition=~Q(agency_reference=""),
                field="agency_reference",
                message="The lead agency has a threat with this own reference already.",
            ),
            check(
                "soc_threat_individual_is_label_only",
                ~Q(kind=ThreatKind.PRIORITY_INDIVIDUAL) | Q(geography=""),
                field="geography",
                message="Leave this out: a priority individual is a reference and a label here, and nothing personal.",
            ),
            check(
                "soc_threat_merged_is_archived",
                Q(merged_into__isnull=True) | (Q(status=ThreatStatus.ARCHIVED) & ~Q(merged_into=F("id"))),
                field="status",
                message="A threat that was merged into another is archived. Take the merge back first.",
            ),
            check(
                "soc_threat_archived_has_reason",
                ~Q(change=Change.ARCHIVED) | ~Q(change_reason=""),
                field="reason",
                message="Say why it is archived.",
            ),
            check(
                "soc_threat_escalated_has_reason",
                ~Q(change__in=(Change.ESCALATED, Change.ESCALATION_ENDED)) | ~Q(change_reason=""),
                field="reason",
                message="Say why, so that those who read it know what to do.",
            ),
            check(
                "soc_threat_escalated_to_known",
                Q(escalated_to="") | Q(escalated_to__in=Escalation.values),
                field="escalated_to",
                message=f"Choose one of: {', '.join(Escalation.values)}.",
            ),
            check(
                "soc_threat_escalated_at_a_time",
                Q(escalated_to="", escalated_at__isnull=True) | (~Q(escalated_to="") & Q(escalated_at__isnull=False)),
                field="escalated_to",
                message="A threat that was escalated keeps to whom, and when.",
            ),
            check(
                "soc_threat_primary_area_not_repeated",
                ~Q(other_areas__contains=[F("primary_area")]),
                field="other_areas",
                message="The primary threat area is not also another area.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["primary_area", "p_grade"], name="soc_threat_area_grade_idx"),
            models.Index(fields=["next_review_on"], name="soc_threat_next_review_idx"),
        ]
        triggers: ClassVar = [*THREAT_TRIGGERS]

    def in_its_place(self) -> SOCThreat:
        """Return what stands in its place: itself, or the last that it was merged into; a query for each step."""
        found = self
        while found.merged_into is not None:
            found = found.merged_into
        return found


class SOCThreatEvent(event_model(SOCThreat)):  # type: ignore[misc]  # made by pghistory
    """One version of a threat, written by trigger."""

    class Meta:
        constraints: ClassVar = [one_row_per_version("soc_threat_event")]


class SOCThreatAsAt(SOCThreatState):
    """A threat as it was at the time of ``reading_as_at``."""

    id = models.BigIntegerField(primary_key=True)
    ocg = models.ForeignKey(OCGAsAt, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    lead_agency = models.ForeignKey(
        AgencyAsAt, on_delete=models.DO_NOTHING, db_constraint=False, related_name="threats_led"
    )
    lead_responsible_officer = models.ForeignKey(
        User, on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    assessment = models.ForeignKey(
        "ThreatAssessment",
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="merged_here"
    )
    created_by = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    changed_by = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")

    objects = SOCThreatQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "disruptions_soc_threat_as_at"
        ordering = ("reference",)
