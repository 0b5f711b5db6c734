"""Work that a worker does: the tasks, and how each is handed over.

The queue is a table of the same database, so a job and its task are committed together: neither is there without the
other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django_tasks import task

from disruptions.exports.making import make_export
from disruptions.models import Export, Upload
from disruptions.services.exporting import ask_for_export
from disruptions.uploads.checking import work_on
from disruptions.vocabulary import JobState


@task()
def make_export_file(public_id: str) -> None:
    """Make the file that somebody asked for."""
    make_export(Export.objects.with_files().get(public_id=public_id))


@transaction.atomic
def have_export_made(**asked: Any) -> Export:
    """Ask for a file, as ``ask_for_export`` is asked, and have a worker make it. Raises what that raises."""
    export = ask_for_export(**asked)
    make_export_file.enqueue(str(export.public_id))
    return export


@task()
def go_on_with_upload(public_id: str) -> None:
    """Check or record the file that somebody uploaded."""
    work_on(Upload.objects.with_related().get(public_id=public_id))


@transaction.atomic
def have_upload_gone_on_with(step: Callable[[], Upload]) -> Upload:
    """Take a person's step with a file, and have a worker go on with it where it waits for one."""
    upload = step()
    if upload.state == JobState.WAITING:
        go_on_with_upload.enqueue(str(upload.public_id))
    return upload
