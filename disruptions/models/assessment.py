"""Assessments of threats: the scores, what the model suggested, what a person adopted. Rows are only ever added."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q, Value

from agencies.constraints import check, unique
from agencies.models import Now, User
from disruptions.models.conditions import known, within_limit
from disruptions.models.scoring_model import ScoringModel
from disruptions.models.threat import SOCThreat
from disruptions.querysets import ThreatAssessmentQuerySet
from disruptions.vocabulary import Confidence, PriorityGrade

ASSESSMENT_TEXT_LIMIT = 2000

SCORES_OUT_OF_RANGE = '$.* ? (@.type() != "number" || @ < 0 || @ > 5 || @.floor() != @)'
"""Finds the scores that are no whole number from 0 to 5."""


_SCORES_IN_RANGE = Func(
    F("factor_scores"),
    Value(SCORES_OUT_OF_RANGE),
    function="jsonb_path_exists",
    template="NOT %(function)s(%(expressions)s::jsonpath)",
    output_field=models.BooleanField(),
)


class ThreatAssessment(models.Model):
    """One grading of a threat by a version of the local scoring model. Never called MoRiLE."""

    threat = models.ForeignKey(SOCThreat, on_delete=models.PROTECT, db_index=False, related_name="assessments")
    threat_version = models.PositiveIntegerField(help_text="The version of the threat that it made.")
    scoring_model = models.ForeignKey(ScoringModel, on_delete=models.PROTECT, related_name="assessments")
    factor_scores = models.JSONField(default=dict, help_text="Code of a factor to score, 0 to 5.")
    total = models.DecimalField(
        max_digits=4, decimal_places=1, null=True, help_text="What the model makes of the scores, of 100."
    )
    confidence = models.CharField(max_length=10, choices=Confidence, default=Confidence.MEDIUM)
    suggested_grade = models.CharField(max_length=2, choices=PriorityGrade, null=True, blank=True)
    adopted_grade = models.CharField(max_length=2, choices=PriorityGrade)
    previous_grade = models.CharField(
        max_length=2, choices=PriorityGrade, null=True, blank=True, help_text="What the threat had before."
    )
    override_reason = models.TextField(blank=True, help_text="Why the adopted grade differs from the suggested one.")
    note = models.TextField(blank=True, help_text="What it rests on.")
    assessed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assessments_made")
    assessed_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ThreatAssessmentQuerySet.as_manager()

    class Meta:
        ordering = ("-assessed_at", "-id")
        constraints: ClassVar = [
            known("threat_assessment", "adopted_grade", PriorityGrade),
            known("threat_assessment", "suggested_grade", PriorityGrade, null=True),
            known("threat_assessment", "previous_grade", PriorityGrade, null=True),
            known("threat_assessment", "confidence", Confidence),
            within_limit("threat_assessment", "override_reason", ASSESSMENT_TEXT_LIMIT, "The reason"),
            within_limit("threat_assessment", "note", ASSESSMENT_TEXT_LIMIT, "The note"),
            check(
                "threat_assessment_override_has_reason",
                Q(suggested_grade__isnull=True) | Q(adopted_grade=F("suggested_grade")) | ~Q(override_reason=""),
                field="override_reason",
                message="Say why the grade differs from the one suggested.",
            ),
            check(
                "threat_assessment_scores_in_range",
                Q(_SCORES_IN_RANGE),
                field="scores",
                message="Scores are whole numbers from 0 to 5.",
            ),
            check(
                "threat_assessment_total_in_range",
                Q(total__isnull=True) | Q(total__gte=0, total__lte=100),
                field="total",
                message="A total is between 0 and 100.",
            ),
            unique(
                "threat_assessment_of_one_grade",
                fields=("id", "threat", "adopted_grade"),
                field="adopted_grade",
                message="An assessment gives one grade to one threat.",
            ),
            unique(
                "threat_assessment_one_per_version",
                fields=("threat", "threat_version"),
                field="version",
                message="An assessment makes one version of its threat.",
            ),
        ]
        indexes: ClassVar = [
            # Read for the grade that a threat had on the day of each disruption.
            models.Index(
                fields=["threat", "-assessed_at", "-id"], include=["adopted_grade"], name="threat_assessment_then_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.adopted_grade} for {self.threat_id}"

    @property
    def is_override(self) -> bool:
        """Whether the person adopted another grade than the one suggested."""
        return self.suggested_grade is not None and self.suggested_grade != self.adopted_grade
