"""Likely duplicates that somebody looked at and set aside. Rows are only ever added."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from agencies.constraints import check, unique
from agencies.models import Now, User
from disruptions.models.conditions import within_limit
from disruptions.models.disruption import Disruption


class DuplicateSetAside(models.Model):
    """One likely duplicate that the recorder saw before they went on, and why they went on."""

    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="duplicates_set_aside")
    other = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(help_text="The version of the record that was submitted with it.")
    score = models.PositiveSmallIntegerField(help_text="How alike the two were, from 0 to 100.")
    why = ArrayField(models.CharField(max_length=30), help_text="What was alike: codes of MatchReason.")
    reason = models.TextField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-score", "pk")
        constraints: ClassVar = [
            within_limit("duplicate_set_aside", "reason", 2000, "The reason"),
            check(
                "duplicate_set_aside_has_reason",
                ~Q(reason=""),
                field="duplicate_reason",
                message="Say why this is not the same disruption.",
            ),
            check(
                "duplicate_set_aside_of_another",
                ~Q(other=F("disruption")),
                field="duplicate_reason",
                message="A record is no duplicate of itself.",
            ),
            check(
                "duplicate_set_aside_score_in_range",
                Q(score__gte=0, score__lte=100),
                field="duplicate_reason",
                message="A score goes from 0 to 100.",
            ),
            unique(
                "duplicate_set_aside_once",
                fields=("disruption", "other"),
                field="duplicate_reason",
                message="This likely duplicate was set aside already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disruption_id} is not {self.other_id}"
