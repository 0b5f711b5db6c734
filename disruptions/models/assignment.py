"""Who is asked to decide on a record, and what was done to several records together."""

from __future__ import annotations

import uuid
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from agencies.constraints import check, unique
from agencies.models import Now, User
from disruptions.models.conditions import known, within_limit
from disruptions.models.disruption import Disruption
from disruptions.querysets import AssignmentQuerySet, DoneTogetherQuerySet
from disruptions.vocabulary import TogetherAct

ASSIGNMENT_NOTE_LIMIT: Final = 500
TOGETHER_REASON_LIMIT: Final = 2000


class Assignment(models.Model):
    """One record given to one person to decide on. It is answered by the next decision; another one takes its place."""

    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, db_index=False, related_name="assignments")
    version = models.PositiveIntegerField(help_text="The version of the record that was given to them.")
    assigned_to = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, related_name="+")
    note = models.TextField("note", blank=True)
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, related_name="+")
    assigned_at = models.DateTimeField(db_default=Now(), editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ("assigned_at", "pk")
        constraints: ClassVar = [
            within_limit("assignment", "note", ASSIGNMENT_NOTE_LIMIT, "The note"),
            check(
                "assignment_ended_by_somebody",
                Q(ended_at__isnull=True, ended_by__isnull=True) | Q(ended_at__isnull=False, ended_by__isnull=False),
                field="",
                message="What was taken from somebody says when and by whom.",
            ),
            unique(
                "assignment_one_at_a_time",
                fields=("disruption",),
                condition=Q(ended_at__isnull=True),
                field="",
                message="This record is given to somebody already.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["disruption"], name="assignment_disruption_idx"),
            models.Index(fields=["assigned_to"], name="assignment_open_idx", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.disruption_id} to {self.assigned_to_id}"


class DoneTogether(models.Model):
    """What somebody did to several records at once, and which were left as they were and why. Rows are only added."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    act = models.CharField(max_length=10, choices=TogetherAct)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(db_default=Now(), editable=False)
    query = models.TextField(blank=True, help_text="The list that they were taken from, where all of it was meant.")
    reason = models.TextField(blank=True)
    assigned_to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    done = models.JSONField(help_text="The references of the records that it was done to.")
    left = models.JSONField(help_text="The references of those that were left as they were, by why.")

    objects = DoneTogetherQuerySet.as_manager()

    class Meta:
        ordering = ("-done_at", "-pk")
        constraints: ClassVar = [
            known("done_together", "act", TogetherAct),
            within_limit("done_together", "reason", TOGETHER_REASON_LIMIT, "The reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {len(self.done)}"
