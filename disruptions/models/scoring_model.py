"""Versions of the local scoring model, kept as data."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.constraints import check, unique
from agencies.models import Now, User
from disruptions.models.conditions import within_limit
from disruptions.querysets import ScoringModelQuerySet
from disruptions.scoring import Model, read_model

SCORING_MODEL_NAME_LIMIT = 80


class ScoringModel(models.Model):
    """One version: its factors with their words and weights, the thresholds, and what confidence means.

    Rows are only ever added; an assessment points at the one that it used. Never called MoRiLE. A version without
    factors is carried over from before they were kept, by its name alone, and cannot be used again.
    """

    version = models.PositiveIntegerField()
    name = models.CharField(max_length=SCORING_MODEL_NAME_LIMIT)
    factors = models.JSONField(help_text="Code, label, question, weight and words for the scores 0 to 5 of each.")
    thresholds = models.JSONField(help_text="P1 to P3, each to the lowest total of 100 that suggests it.")
    confidence = models.JSONField(help_text="What low, medium and high confidence mean.")
    note = models.TextField(help_text="What is new in this version, and why.")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ScoringModelQuerySet.as_manager()

    class Meta:
        ordering = ("-version",)
        constraints: ClassVar = [
            unique(
                "scoring_model_version_unique",
                fields=("version",),
                field="version",
                message="Somebody has added this version meanwhile. Look at theirs before you add another.",
            ),
            check("scoring_model_version_positive", Q(version__gte=1), field="version", message="Versions begin at 1."),
            check("scoring_model_has_name", ~Q(name=""), field="name", message="Enter a name."),
            check("scoring_model_has_note", ~Q(note=""), field="note", message="Say what is new, and why."),
            within_limit("scoring_model", "note", 2000, "The note"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}" if self.factors else self.name

    @property
    def model(self) -> Model:
        """The version as plain data."""
        return read_model(self.factors, self.thresholds, self.confidence)
