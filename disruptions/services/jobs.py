"""The steps of work in the background: it is begun, moves on, and is done or failed, each said at once.

A task names its job by the public id, and is put into the database's queue in the transaction that makes the job wait.
So a job that waits without a task of its own has lost it: it counts as failed, as one does whose worker is gone.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from agencies.models import User, oic_now
from disruptions.models.job import PROBLEM_LIMIT, STALLED_AFTER, Job
from disruptions.vocabulary import JobState

STOPPED = "The work stopped before it was finished. Nothing half-made was kept. Ask for it again."


class JobTaken(Exception):
    """The job is over, or was given up as stalled and is another worker's now."""


def begin_job(job: Job) -> bool:
    """Take a job that waits, or one whose worker is gone; False where another worker has it or it is over."""
    now = oic_now()
    abandoned = Q(state=JobState.RUNNING, progressed_at__lt=now - STALLED_AFTER)
    taken = (
        type(job)
        ._default_manager.filter(Q(state=JobState.WAITING) | abandoned, pk=job.pk)
        .update(state=JobState.RUNNING, started_at=now, progressed_at=now, done=0, problem="")
    )
    job.refresh_from_db()
    return bool(taken)


def move_job(job: Job, *, done: int, total: int | None = None) -> None:
    """Say how far a running job is. Outside of the transaction of the work itself, so that others see it.

    Raises ``JobTaken`` where it was given up meanwhile.
    """
    known = {} if total is None else {"total": total}
    _set(job, done=done, progressed_at=oic_now(), **known)


def finish_job(job: Job) -> None:
    """Say that a job is done. In the transaction that keeps what it made, which ``JobTaken`` undoes."""
    now = oic_now()
    _set(job, state=JobState.DONE, ended_at=now, progressed_at=now)


def fail_job(job: Job, problem: str) -> None:
    """Say that a job failed, why, and what to do about it. One that is over or given up already stays as it is."""
    with suppress(JobTaken):
        _set(job, state=JobState.FAILED, problem=problem[:PROBLEM_LIMIT], ended_at=oic_now())


def fail_stalled(jobs: type[Job]) -> int:
    """Fail every job of a kind whose worker is gone or whose task is lost; return how many that were."""
    now = oic_now()
    gone = Q(state=JobState.RUNNING, progressed_at__lt=now - STALLED_AFTER)
    waiting = jobs._default_manager.filter(state=JobState.WAITING, asked_at__lt=now - STALLED_AFTER)
    lost = set(map(str, waiting.values_list("public_id", flat=True)))
    if lost:
        gone |= Q(state=JobState.WAITING, public_id__in=lost - _with_a_task(now))
    return jobs._default_manager.filter(gone).update(state=JobState.FAILED, problem=STOPPED, ended_at=now)


def is_stalled(job: Job, now: datetime) -> bool:
    """Say whether nobody works on a job any more: its worker is gone, or its task is lost."""
    if job.state == JobState.WAITING and now - job.asked_at > STALLED_AFTER:
        return str(job.public_id) not in _with_a_task(now)
    return job.stalled(now)


def _with_a_task(now: datetime) -> set[str]:
    """Return the jobs whose task waits for a worker, or was taken by one just now; a worker begins the job at once."""
    taken = Q(status=TaskResultStatus.RUNNING, started_at__gte=now - STALLED_AFTER)
    tasks = DBTaskResult.objects.filter(Q(status=TaskResultStatus.READY) | taken)
    return set(tasks.values_list("args_kwargs__args__0", flat=True))


def one_at_a_time(kind: type[Job], user: User) -> None:
    """Let nobody of an agency ask for a job of this kind at the same moment, until the transaction is over.

    So that how many are under way can be counted.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [f"asking for {kind._meta.db_table}", user.agency_id]
        )


def _set(job: Job, **values: Any) -> None:
    """Change a job that this worker still has: it runs, and has run since this worker began it."""
    mine = type(job)._default_manager.filter(pk=job.pk, state=JobState.RUNNING, started_at=job.started_at)
    if not mine.update(**values):
        raise JobTaken
    for name, value in values.items():
        setattr(job, name, value)
