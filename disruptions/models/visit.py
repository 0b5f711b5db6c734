"""When somebody last looked at a threat."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from agencies.constraints import unique
from agencies.models import User
from disruptions.models.threat import SOCThreat


class ThreatVisit(models.Model):
    """The latest look at a threat by one person, and the look before, which says what is new to them."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, related_name="+")
    threat = models.ForeignKey(SOCThreat, on_delete=models.PROTECT, db_index=False, related_name="visits")
    seen_at = models.DateTimeField()
    seen_version = models.PositiveIntegerField()
    since_at = models.DateTimeField(null=True)
    since_version = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            unique(
                "threat_visit_once",
                fields=("user", "threat"),
                field="threat",
                message="This visit is known already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.threat_id}"
