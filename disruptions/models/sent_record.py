"""What a client sent last, whole, of a record that it keeps by its agency's own reference."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from agencies.constraints import unique
from agencies.models import Now, User
from disruptions.models.disruption import Disruption


class SentRecord(models.Model):
    """The last whole record that a client put, and the version that the record had then.

    It is what the next one is compared with: a value that the client sends again is no change of its own, so what
    somebody has put right here meanwhile stands. History cannot say it: a version holds what others wrote as well.
    """

    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    body = models.JSONField(help_text="The record as it was sent, by wire name.")
    version = models.PositiveIntegerField()
    sent_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [
            unique(
                "sent_record_one_per_client",
                fields=("disruption", "account"),
                field="agency_reference",
                message="What this client sent last of the record is kept already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.disruption_id} v{self.version} from {self.account_id}"
