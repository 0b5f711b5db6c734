"""Decisions about disruptions: by an approver of the agency, by a moderator at the NCA. Rows are only ever added."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from agencies.constraints import check, declare, unique
from agencies.models import Now, User
from disruptions.models.conditions import known, within_limit
from disruptions.models.disruption import Disruption
from disruptions.vocabulary import Decision, Level, ReasonClass

APPROVER_DECISIONS = (Decision.APPROVE, Decision.RETURN)

declare("review_not_by_submitter", "decision", "You submitted this. Somebody else must decide on it.")
declare("review_not_by_approver", "decision", "You approved this before. Another moderator must look at it.")

REFUSE_THEIR_OWN = """
    IF EXISTS (
        SELECT FROM disruptions_disruption
        WHERE id = NEW.disruption_id AND submitted_by_id = NEW.decided_by_id AND recorded_by_id <> NEW.decided_by_id
    ) THEN
        RAISE 'the submitter of a record decides on it' USING ERRCODE = 'check_violation',
            TABLE = 'disruptions_review', CONSTRAINT = 'review_not_by_submitter';
    END IF;
    IF NEW.decision NOT IN ('approve', 'return') AND EXISTS (
        SELECT FROM disruptions_review
        WHERE disruption_id = NEW.disruption_id AND decided_by_id = NEW.decided_by_id AND decision = 'approve'
    ) THEN
        RAISE 'an approver of a record moderates it' USING ERRCODE = 'check_violation',
            TABLE = 'disruptions_review', CONSTRAINT = 'review_not_by_approver';
    END IF;
    RETURN NULL;
"""
"""What a row's own columns cannot say: who submitted the record, and who approved it. The author they refuse."""


class Review(models.Model):
    """One decision, the level before and after it, and why. ``version`` is the version that it made."""

    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, db_index=False, related_name="reviews")
    version = models.PositiveIntegerField()
    decision = models.CharField(max_length=20, choices=Decision)
    from_level = models.CharField(max_length=10, choices=Level)
    to_level = models.CharField(max_length=10, choices=Level)
    reason = models.TextField(blank=True)
    field_reasons = models.JSONField(default=dict, help_text="Wire name of a field to what has to be put right in it.")
    reason_class = models.CharField(max_length=20, choices=ReasonClass, blank=True)
    author = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who recorded the disruption; kept here so that the database can refuse their own review.",
    )
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reviews")
    decided_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-version",)
        constraints: ClassVar = [
            known("review", "decision", Decision),
            known("review", "from_level", Level),
            known("review", "to_level", Level),
            within_limit("review", "reason", 4000, "The reason"),
            check(
                "review_not_by_author",
                ~Q(decided_by=F("author")),
                field="decision",
                message="You recorded this. Somebody else must decide on it.",
            ),
            check(
                "review_has_reason",
                Q(decision__in=[Decision.APPROVE, Decision.UPHELD], to_level=F("from_level")) | ~Q(reason=""),
                field="reason",
                message="Say why, in a sentence that its author can act on.",
            ),
            unique(
                "review_one_per_version",
                fields=("disruption", "version"),
                field="decision",
                message="This version has been decided on already.",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="refuse_their_own",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=REFUSE_THEIR_OWN,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} at version {self.version}"
