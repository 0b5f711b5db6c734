"""What work in the background has in common: who asked for it, how far it is, how it ended."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import CheckConstraint, F, Q

from agencies.constraints import check
from agencies.models import Now, User
from disruptions.models.conditions import known, within_limit
from disruptions.vocabulary import JobState

STALLED_AFTER: Final = timedelta(minutes=2)
"""How long a job may run without a sign of progress before it counts as failed: its worker is gone."""

PROBLEM_LIMIT: Final = 2000


class Job(models.Model):
    """Something that a person asked for and a worker does. It is never silent: it waits, runs, is done or failed."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING, editable=False)
    done = models.PositiveIntegerField(default=0, editable=False, help_text="How many rows have been gone through.")
    total = models.PositiveIntegerField(null=True, editable=False, help_text="How many there are; null: not known yet.")
    problem = models.TextField(blank=True, editable=False, help_text="Why it failed, and what to do.")
    started_at = models.DateTimeField(null=True, editable=False)
    progressed_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True
        ordering: ClassVar = ["-asked_at", "-pk"]

    def stalled(self, now: datetime) -> bool:
        """Say whether it runs without having moved for so long that its worker must be gone."""
        moved = self.progressed_at or self.started_at
        return self.state == JobState.RUNNING and moved is not None and now - moved > STALLED_AFTER

    @property
    def percent(self) -> int | None:
        """How far it is, from 0 to 100; ``None`` where that is not known."""
        return min(100, self.done * 100 // self.total) if self.total else None


def job_constraints(table: str) -> list[CheckConstraint]:
    """Return what holds for every job: a known state, and times and a problem that go with it."""
    return [
        known(table, "state", JobState),
        within_limit(table, "problem", PROBLEM_LIMIT, "The problem"),
        check(
            f"{table}_ended_when_over",
            Q(state__in=(JobState.DONE, JobState.FAILED), ended_at__isnull=False)
            | Q(state__in=(JobState.WAITING, JobState.RUNNING), ended_at__isnull=True),
            field="state",
            message="What is done or failed keeps when it ended; nothing else does.",
        ),
        check(
            f"{table}_started_when_running",
            ~Q(state=JobState.RUNNING) | Q(started_at__isnull=False),
            field="state",
            message="What runs keeps when it began.",
        ),
        check(
            f"{table}_failed_says_why",
            ~Q(state=JobState.FAILED) | ~Q(problem=""),
            field="problem",
            message="What failed says why.",
        ),
        check(
            f"{table}_done_within_total",
            Q(total__isnull=True) | Q(done__lte=F("total")),
            field="done",
            message="No more can be done than there is.",
        ),
    ]
