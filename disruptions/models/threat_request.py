"""Requests to list a SOC threat that an officer could not find."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.constraints import check, unique
from agencies.models import Agency, Now, User
from disruptions.models.conditions import known, within_limit
from disruptions.models.disruption import Disruption
from disruptions.models.threat import SOCThreat
from disruptions.querysets import ThreatRequestQuerySet
from disruptions.vocabulary import ThreatRequestStatus

THREAT_REQUEST_TITLE_LIMIT = 200


class ThreatRequest(models.Model):
    """One request to a threat manager; the draft that it came from waits meanwhile."""

    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="threat_requests")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="threat_requests")
    title = models.TextField("what it is known as")
    details = models.TextField("what is known of it", blank=True)
    status = models.CharField(max_length=10, choices=ThreatRequestStatus, default=ThreatRequestStatus.OPEN)
    threat = models.ForeignKey(SOCThreat, on_delete=models.PROTECT, null=True, related_name="requests")
    answer = models.TextField(blank=True)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(db_default=Now(), editable=False)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = ThreatRequestQuerySet.as_manager()

    class Meta:
        ordering = ("requested_at", "pk")
        constraints: ClassVar = [
            known("threat_request", "status", ThreatRequestStatus),
            within_limit("threat_request", "title", THREAT_REQUEST_TITLE_LIMIT, "The name"),
            within_limit("threat_request", "details", 2000, "What is known of it"),
            within_limit("threat_request", "answer", 2000, "The answer"),
            check(
                "threat_request_has_title",
                ~Q(title=""),
                field="title",
                message="Enter what the group, person or vulnerability is known as.",
            ),
            check(
                "threat_request_listed_names_threat",
                Q(status=ThreatRequestStatus.LISTED, threat__isnull=False)
                | (~Q(status=ThreatRequestStatus.LISTED) & Q(threat__isnull=True)),
                field="threat",
                message="Give the reference of the threat that answers the request.",
            ),
            check(
                "threat_request_declined_has_answer",
                ~Q(status=ThreatRequestStatus.DECLINED) | ~Q(answer=""),
                field="answer",
                message="Say why it is not listed, and what the officer should choose instead.",
            ),
            check(
                "threat_request_answered_by_somebody",
                Q(status=ThreatRequestStatus.OPEN, answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(status=ThreatRequestStatus.OPEN) & Q(answered_by__isnull=False, answered_at__isnull=False)),
                field="status",
                message="An answer keeps who gave it, and when.",
            ),
            unique(
                "threat_request_one_open",
                fields=("disruption",),
                condition=Q(status=ThreatRequestStatus.OPEN),
                field="title",
                message="A threat manager has been asked about this record already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_status_display()})"
