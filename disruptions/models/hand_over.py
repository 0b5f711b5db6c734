"""Offers to hand a lead record over to the agency that really led."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from agencies.constraints import check, unique
from agencies.models import Agency, Now, User
from disruptions.models.conditions import known, within_limit
from disruptions.models.disruption import Disruption
from disruptions.querysets import HandOverQuerySet
from disruptions.vocabulary import HandOverStatus

HAND_OVER_REASON_LIMIT: Final = 2000


class HandOver(models.Model):
    """One offer: from the agency that has the record to another, which accepts or declines it."""

    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="hand_overs")
    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="hand_overs_received")
    status = models.CharField(max_length=10, choices=HandOverStatus, default=HandOverStatus.OFFERED)
    reason = models.TextField()
    answer = models.TextField(blank=True)
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(db_default=Now(), editable=False)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        ordering = ("-offered_at", "-pk")
        constraints: ClassVar = [
            known("hand_over", "status", HandOverStatus),
            within_limit("hand_over", "reason", HAND_OVER_REASON_LIMIT, "The reason"),
            within_limit("hand_over", "answer", HAND_OVER_REASON_LIMIT, "The answer"),
            check(
                "hand_over_has_reason",
                ~Q(reason=""),
                field="reason",
                message="Say why the other agency should have this record.",
            ),
            check(
                "hand_over_to_another_agency",
                ~Q(to_agency=F("from_agency")),
                field="to_agency",
                message="Choose another agency than the one that has the record.",
            ),
            check(
                "hand_over_answered_by_somebody",
                Q(status=HandOverStatus.OFFERED, answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(status=HandOverStatus.OFFERED) & Q(answered_by__isnull=False, answered_at__isnull=False)),
                field="status",
                message="An answer keeps who gave it, and when.",
            ),
            check(
                "hand_over_declined_has_answer",
                ~Q(status=HandOverStatus.DECLINED) | ~Q(answer=""),
                field="answer",
                message="Say why you decline, so that the other agency knows what to do.",
            ),
            unique(
                "hand_over_one_open",
                fields=("disruption",),
                condition=Q(status=HandOverStatus.OFFERED),
                field="to_agency",
                message="This record is on offer to an agency already. Take that offer back first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disruption_id} to {self.to_agency_id}: {self.status}"
