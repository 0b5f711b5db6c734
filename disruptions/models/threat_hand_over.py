"""Offers to hand a SOC threat, or an OCG that is none, over to the agency that should lead it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from agencies.constraints import check, unique
from agencies.models import Agency, Now, User
from disruptions.models.conditions import known, within_limit
from disruptions.models.ocg import OCG
from disruptions.models.threat import SOCThreat
from disruptions.querysets import ThreatHandOverQuerySet
from disruptions.vocabulary import HandOverStatus


class ThreatHandOver(models.Model):
    """One offer: from the agency that leads to another, which accepts or declines. A threat takes its OCG along."""

    threat = models.ForeignKey(SOCThreat, on_delete=models.PROTECT, null=True, related_name="hand_overs")
    ocg = models.ForeignKey(OCG, on_delete=models.PROTECT, null=True, related_name="hand_overs")
    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="threat_hand_overs_received")
    status = models.CharField(max_length=10, choices=HandOverStatus, default=HandOverStatus.OFFERED)
    reason = models.TextField()
    answer = models.TextField(blank=True)
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(db_default=Now(), editable=False)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = ThreatHandOverQuerySet.as_manager()

    class Meta:
        ordering = ("-offered_at", "-pk")
        constraints: ClassVar = [
            known("threat_hand_over", "status", HandOverStatus),
            within_limit("threat_hand_over", "reason", 2000, "The reason"),
            within_limit("threat_hand_over", "answer", 2000, "The answer"),
            check(
                "threat_hand_over_of_one",
                Q(threat__isnull=False, ocg__isnull=True) | Q(threat__isnull=True, ocg__isnull=False),
                field="threat",
                message="An offer is of one threat, or of one OCG.",
            ),
            check(
                "threat_hand_over_has_reason",
                ~Q(reason=""),
                field="reason",
                message="Say why the other agency should lead it.",
            ),
            check(
                "threat_hand_over_to_another_agency",
                ~Q(to_agency=F("from_agency")),
                field="to_agency",
                message="Choose another agency than the one that leads it.",
            ),
            check(
                "threat_hand_over_answered_by_somebody",
                Q(status=HandOverStatus.OFFERED, answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(status=HandOverStatus.OFFERED) & Q(answered_by__isnull=False, answered_at__isnull=False)),
                field="status",
                message="An answer keeps who gave it, and when.",
            ),
            check(
                "threat_hand_over_declined_has_answer",
                ~Q(status=HandOverStatus.DECLINED) | ~Q(answer=""),
                field="answer",
                message="Say why you decline, so that the other agency knows what to do.",
            ),
            unique(
                "threat_hand_over_one_open",
                fields=("threat",),
                condition=Q(status=HandOverStatus.OFFERED, threat__isnull=False),
                field="to_agency",
                message="This threat is on offer to an agency already. Take that offer back first.",
            ),
            unique(
                "threat_hand_over_one_open_of_ocg",
                fields=("ocg",),
                condition=Q(status=HandOverStatus.OFFERED, ocg__isnull=False),
                field="to_agency",
                message="This OCG is on offer to an agency already. Take that offer back first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.threat_id or self.ocg_id} to {self.to_agency_id}: {self.status}"
