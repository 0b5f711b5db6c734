"""Work that a worker does: the tasks, and how each is handed over once what it is about is committed."""

from __future__ import annotations

from django.db import transaction
from django_tasks import task

from disruptions.exports.making import make_export
from disruptions.models import Export, Upload
from disruptions.uploads.checking import work_on


@task()
def make_export_file(key: int) -> None:
    """Make the file that somebody asked for."""
    make_export(Export.objects.with_files().get(pk=key))


def have_export_made(export: Export) -> None:
    """Have a worker make a file, once it is committed that it was asked for."""
    transaction.on_commit(lambda: make_export_file.enqueue(export.pk))


@task()
def go_on_with_upload(key: int) -> None:
    """Check or record the file that somebody uploaded."""
    work_on(Upload.objects.with_related().get(pk=key))


def have_upload_gone_on_with(upload: Upload) -> None:
    """Have a worker go on with a file, once the person's step is committed."""
    transaction.on_commit(lambda: go_on_with_upload.enqueue(upload.pk))
