"""Keep files, hand them out part by part, and forget those past their time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction

from agencies.models import User, oic_now
from disruptions.models import StoredFile, StoredFilePart
from disruptions.models.stored_file import PART_BYTES
from disruptions.vocabulary import Marking


class FileForgotten(Exception):
    """The content of a file is not kept any more."""


@transaction.atomic
def keep_file(
    chunks: Iterable[bytes],
    *,
    acting_user: User,
    name: str,
    content_type: str,
    marking: Marking,
    expires_at: datetime | None = None,
) -> StoredFile:
    """Store the bytes that ``chunks`` gives, of any length each, and return the file. One part is in memory at a time.

    All or nothing: a source that breaks off leaves no file.
    """
    file = StoredFile.objects.create(
        name=name,
        content_type=content_type,
        size=0,
        sha256=hashlib.sha256().hexdigest(),
        marking=marking,
        stored_by=acting_user,
        expires_at=expires_at,
    )
    digest, size = hashlib.sha256(), 0
    for number, part in enumerate(_parts(chunks)):
        digest.update(part)
        size += len(part)
        StoredFilePart.objects.create(file=file, number=number, content=part)
    file.size, file.sha256 = size, digest.hexdigest()
    file.save(update_fields=["size", "sha256"])
    return file


def parts_of(file: StoredFile) -> Iterator[bytes]:
    """Give a file's bytes, one part in memory at a time.

    Raises ``FileForgotten`` at the first part where the content is past its time; what is half read when it is
    forgotten raises as well, so that nobody takes a piece for the whole.
    """
    given = 0
    number = 0
    while given < file.size or number == 0:
        part = StoredFilePart.objects.filter(file=file, number=number).values_list("content", flat=True).first()
        if part is None:
            if file.size == 0 and file.forgotten_at is None:
                return
            raise FileForgotten
        given += len(part)
        number += 1
        yield bytes(part)


@transaction.atomic
def forget_files() -> int:
    """Delete the content of files that are past their time; their rows stay. Return how many files that were."""
    past = list(
        StoredFile.objects.select_for_update(skip_locked=True)
        .filter(expires_at__lt=oic_now(), forgotten_at__isnull=True)
        .values_list("pk", flat=True)
    )
    if past:
        StoredFilePart.objects.filter(file__in=past).delete()
        StoredFile.objects.filter(pk__in=past).update(forgotten_at=oic_now())
    return len(past)


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut what comes in any lengths into parts of ``PART_BYTES``, the last one shorter."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= PART_BYTES:
            yield bytes(waiting[:PART_BYTES])
            del waiting[:PART_BYTES]
    if waiting:
        yield bytes(waiting)
