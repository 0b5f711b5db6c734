"""Records that the NCA looks at a second time."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from agencies.constraints import check, unique
from agencies.models import Now, User
from disruptions.models.conditions import known, within_limit
from disruptions.models.disruption import Disruption
from disruptions.models.review import Review
from disruptions.vocabulary import ModerationReason

CASE_NOTE_LIMIT: Final = 2000


class ModerationCase(models.Model):
    """One approved record that waits for a moderator, or that one has decided on (``review``)."""

    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="moderation_cases")
    why = models.CharField(max_length=10, choices=ModerationReason)
    note = models.TextField(blank=True, help_text="Why somebody chose it.")
    chosen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    review = models.OneToOneField(Review, on_delete=models.PROTECT, null=True, related_name="moderation_case")

    class Meta:
        ordering = ("opened_at", "pk")
        constraints: ClassVar = [
            known("moderation_case", "why", ModerationReason),
            within_limit("moderation_case", "note", CASE_NOTE_LIMIT, "The reason"),
            check(
                "moderation_case_chosen_by_somebody",
                ~Q(why=ModerationReason.CHOSEN) | Q(chosen_by__isnull=False) & ~Q(note=""),
                field="reason",
                message="What was chosen for a second look says by whom and why.",
            ),
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
