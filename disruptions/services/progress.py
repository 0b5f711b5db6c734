"""Tell others how far work in the background is while its own transaction, which nobody sees into, goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from django.db import connection

from disruptions.models.job import Job
from disruptions.services.jobs import JobTaken, move_job

SAID_EVERY: Final = 2.0
"""Seconds between two signs of progress."""


class Progress:
    """How far the work is: said by whoever does it, read by whoever tells others."""

    def __init__(self) -> None:
        self.done = 0
        self.total: int | None = None

    def __call__(self, done: int) -> None:
        self.done = done

    def begin(self, total: int | None) -> None:
        """Begin another part of the work, of so many rows."""
        self.done, self.total = 0, total


@contextmanager
def progress_of(job: Job) -> Iterator[Progress]:
    """Say how far a job is, from a thread with a connection of its own, until the work is over.

    The work commits before the end of the block: the thread is waited for, and may itself wait for the job's row.
    """
    progress, over = Progress(), Event()
    thread = Thread(target=_say, args=(type(job), job.pk, progress, over), daemon=True)
    thread.start()
    try:
        yield progress
    finally:
        over.set()
        thread.join()


def _say(kind: type[Job], key: int, progress: Progress, over: Event) -> None:
    try:
        job: Job | None = None
        while not over.wait(SAID_EVERY):
            job = job or kind._default_manager.filter(pk=key).first()
            if job is None:
                # Asked for in a transaction that is not over: nobody can look at it yet.
                continue
            total, done = progress.total, progress.done
            move_job(job, done=done if total is None else min(done, total), total=total)
    except JobTaken:
        # The worker finds it out by itself when it is done.
        return
    finally:
        connection.close()
