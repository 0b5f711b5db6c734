"""The 4P plan of a threat: actions, and the disruptions that came from them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agencies.constraints import check, unique
from agencies.history import event_model, one_row_per_version
from agencies.models import Now, User
from disruptions.models.conditions import known, within_limit
from disruptions.models.disruption import Disruption
from disruptions.models.threat import SOCThreat
from disruptions.querysets import PlanActionQuerySet, PlanResultQuerySet
from disruptions.vocabulary import PlanState, Strand

PLAN_TITLE_LIMIT = 200
PLAN_NOTE_LIMIT = 2000


class PlanAction(models.Model):
    """One action of a threat's plan: what is done under which strand, by whom, and until when."""

    threat = models.ForeignKey(SOCThreat, on_delete=models.PROTECT, related_name="plan_actions")
    strand = models.CharField("strand", max_length=10, choices=Strand)
    title = models.TextField("action", help_text="What will be done. No names of people.")
    owner = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="plan_actions_owned",
        verbose_name="owner",
        help_text="Who sees to it. They may be of any agency.",
    )
    due_on = models.DateField("due")
    state = models.CharField("state", max_length=10, choices=PlanState, default=PlanState.PLANNED)
    note = models.TextField("note", blank=True, help_text="How it goes, or why it was dropped.")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, related_name="+")
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PlanActionQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        constraints: ClassVar = [
            known("plan_action", "strand", Strand),
            known("plan_action", "state", PlanState),
            within_limit("plan_action", "title", PLAN_TITLE_LIMIT, "The action"),
            within_limit("plan_action", "note", PLAN_NOTE_LIMIT, "The note"),
            check("plan_action_has_title", ~Q(title=""), field="title", message="Enter what will be done."),
            check(
                "plan_action_dropped_has_note",
                ~Q(state=PlanState.DROPPED) | ~Q(note=""),
                field="note",
                message="Say why the action is dropped.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["owner", "due_on"],
                condition=Q(state__in=(PlanState.PLANNED, PlanState.UNDER_WAY)),
                name="plan_action_open_of_owner_idx",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_strand_display()}: {self.title}"

    @property
    def standing_threat(self) -> SOCThreat:
        """The threat whose plan it is part of now: the one that its own was merged into, or its own."""
        threat = self.threat
        while threat.merged_into is not None:
            threat = threat.merged_into
        return threat


class PlanActionEvent(event_model(PlanAction)):  # type: ignore[misc]  # made by pghistory
    """One version of an action, written by trigger."""

    class Meta:
        constraints: ClassVar = [one_row_per_version("plan_action_event")]


class PlanResult(models.Model):
    """A disruption that came from an action. Taking it back closes the row; nothing is deleted."""

    action = models.ForeignKey(PlanAction, on_delete=models.PROTECT, related_name="results")
    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, db_index=False, related_name="plan_results")
    linked_by = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, related_name="+")
    linked_at = models.DateTimeField(db_default=Now(), editable=False)
    unlinked_by = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, null=True, related_name="+")
    unlinked_at = models.DateTimeField(null=True, editable=False)

    objects = PlanResultQuerySet.as_manager()

    class Meta:
        ordering = ("linked_at", "pk")
        constraints: ClassVar = [
            unique(
                "plan_result_one_action",
                fields=("disruption",),
                condition=Q(unlinked_at__isnull=True),
                field="action",
                message="This record came from another action already. Take it from there first.",
            ),
            check(
                "plan_result_unlinked_by_somebody",
                Q(unlinked_at__isnull=True, unlinked_by__isnull=True)
                | Q(unlinked_at__isnull=False, unlinked_by__isnull=False),
                field="action",
                message="Taking a record from an action keeps who did it, and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disruption_id} from {self.action_id}"
