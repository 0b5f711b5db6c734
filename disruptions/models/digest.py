"""Which digests were sent. Rows are only ever added."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from agencies.constraints import unique
from agencies.models import Now, User


class DigestSent(models.Model):
    """One e-mail that said what waits for somebody: at most one a day, however often the command runs."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    items = models.PositiveIntegerField(help_text="How many things waited.")
    sent_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [
            unique(
                "digest_sent_once_a_day",
                fields=("user", "day"),
                field="",
                message="Today's digest was sent already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.day}"
