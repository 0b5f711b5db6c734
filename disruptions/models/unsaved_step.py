"""What somebody has typed into a step of a record and not saved yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.constraints import check, unique
from agencies.models import Now, User
from disruptions.models.disruption import Disruption
from disruptions.querysets import UnsavedStepQuerySet


class UnsavedStep(models.Model):
    """One page of a record as its controls stood a moment ago, half-typed dates and all; no part of the record.

    It belongs to one person and is gone once they save the page or throw it away. It is kept by record, or by the
    random key of the start page while there is no record yet.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, null=True, related_name="unsaved_steps")
    key = models.UUIDField(null=True, help_text="The key of the start page, until the first save makes the record.")
    step = models.CharField(max_length=20)
    version = models.PositiveIntegerField(null=True, help_text="The version of the record that the page showed.")
    data = models.JSONField(help_text="Name of each control to the list of what it holds.")
    saved_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = UnsavedStepQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            check(
                "unsaved_step_of_record_or_start",
                Q(disruption__isnull=False, key__isnull=True) | Q(disruption__isnull=True, key__isnull=False),
                field="",
                message="What was typed belongs to a record, or to the page that starts one.",
            ),
            unique(
                "unsaved_step_once_per_record",
                fields=("user", "disruption", "step"),
                condition=Q(disruption__isnull=False),
                field="",
                message="This page is kept already.",
            ),
            unique(
                "unsaved_step_once_per_start",
                fields=("user", "key", "step"),
                condition=Q(key__isnull=False),
                field="",
                message="This page is kept already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.disruption_id or self.key}"
