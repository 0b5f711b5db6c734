"""Which record a start button made, so that pressing it again finds the same one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from agencies.constraints import unique
from agencies.models import Now, User
from disruptions.models.disruption import Disruption


class StartedDraft(models.Model):
    """The record that somebody's first save of a new record made, by the random key of the page they started from.

    A double click, the back button, a second tab and a form that is sent again carry the same key.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(help_text="Made for the page on which a new record is started.")
    disruption = models.OneToOneField(Disruption, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [
            unique(
                "started_draft_once_per_key",
                fields=("user", "key"),
                field="",
                message="This record has been started already. Open it from your work.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.disruption_id} started as {self.key}"
