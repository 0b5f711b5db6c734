"""Records that the NCA looks at a second time."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.constraints import unique
from agencies.models import Now
from disruptions.models.conditions import known
from disruptions.models.disruption import Disruption
from disruptions.models.review import Review
from disruptions.vocabulary import ModerationReason


class ModerationCase(models.Model):
    """One approved record that waits for a moderator, or that one has decided on (``review``)."""

    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="moderation_cases")
    why = models.CharField(max_length=10, choices=ModerationReason)
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    review = models.OneToOneField(Review, on_delete=models.PROTECT, null=True, related_name="moderation_case")

    class Meta:
        ordering = ("opened_at", "pk")
        constraints: ClassVar = [
            known("moderation_case", "why", ModerationReason),
            unique(
                "moderation_case_one_open",
                fields=("disruption",),
                condition=Q(review__isnull=True),
                field="",
                message="This record waits for a moderator already.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["opened_at"], name="moderation_case_open_idx", condition=Q(review__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.disruption_id} ({self.get_why_display()})"
