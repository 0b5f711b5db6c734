"""Files that people take away: one is asked for, made by a worker, and kept for some days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from agencies import audit
from agencies.constraints import declare, violation
from agencies.models import User, oic_now
from agencies.refusals import Invalid
from agencies.vocabulary import AuditAction
from disruptions.asked import Asked
from disruptions.models import Export
from disruptions.querysets import RULE_VERSION
from disruptions.services.jobs import fail_stalled, finish_job, one_at_a_time
from disruptions.services.stored_files import keep_file
from disruptions.vocabulary import ExportKind, Marking

KEPT_DAYS: Final = 7
"""How many days a file is kept, unless the setting says otherwise."""

AT_ONCE: Final = 3
"""How many files one person may have under way."""

CHUNK_BYTES: Final = 1024 * 1024
SUBJECT: Final = "export"

declare(
    "exports_few_under_way",
    "",
    f"You have {AT_ONCE} files under way. Wait until one of them is ready, then ask for this one.",
)


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that stands on the disk and is to be kept."""

    path: Path
    name: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Made:
    """What a worker made: the file, a second one where outcomes have their own, and what stands in them."""

    files: Sequence[MadeFile]
    rows: int
    marking: Marking
    read_at: datetime
    words: Sequence[str]


def kept_days() -> int:
    """Return how many days a file is kept, by the setting."""
    return int(getattr(settings, "EXPORT_KEPT_DAYS", KEPT_DAYS))


@transaction.atomic
def ask_for_export(
    *,
    acting_user: User,
    asked: Asked,
    kind: ExportKind,
    columns: Sequence[str],
    with_outcomes: bool = False,
    address: str = "",
) -> Export:
    """Keep what somebody asked a list for, to be made as a file; a worker has to be told of it.

    The query is kept as the person put it and read again as theirs. ``address`` is where the list is opened. Raises
    ``Invalid`` where no column is chosen, or where they have too many files under way.
    """
    one_at_a_time(Export, acting_user)
    fail_stalled(Export)
    faults = []
    if not columns:
        faults.append(violation("export_has_columns"))
    if Export.objects.visible_to(acting_user).under_way().count() >= AT_ONCE:
        faults.append(violation("exports_few_under_way"))
    if faults:
        raise Invalid(faults)
    export = Export.objects.create(
        asked_by=acting_user,
        listing=asked.which,
        query=asked.text,
        as_at=asked.as_at,
        columns=list(columns),
        with_outcomes=with_outcomes,
        words=asked.in_words(),
        kind=kind,
        agency_id=acting_user.agency_id,
        national=acting_user.is_national,
        address=address,
        rule_version=RULE_VERSION,
    )
    _log(export, "asked for")
    return export


@transaction.atomic
def keep_export(export: Export, made: Made) -> None:
    """Keep what a worker made and say that it is ready; all of it or nothing.

    Raises ``JobTaken`` where the job is another worker's by now.
    """
    kept = [
        keep_file(
            _chunks(each.path),
            acting_user=export.asked_by,
            name=each.name,
            content_type=each.content_type,
            marking=made.marking,
            expires_at=oic_now() + timedelta(days=kept_days()),
        )
        for each in made.files
    ]
    export.file, export.outcomes_file = kept[0], kept[1] if len(kept) > 1 else None
    export.rows, export.done, export.total = made.rows, made.rows, made.rows
    export.marking, export.read_at, export.words = made.marking, made.read_at, list(made.words)
    names = ("file", "outcomes_file", "rows", "done", "total", "marking", "read_at", "words")
    export.save(update_fields=names)
    finish_job(export)
    _log(export, "made")


def _log(export: Export, step: str) -> None:
    detail = {
        "step": step,
        "listing": export.listing,
        "kind": export.kind,
        "columns": export.columns,
        "query": export.query[:2000],
        "as_at": export.as_at.isoformat() if export.as_at else None,
        "rows": export.rows,
        "file": export.file.name if export.file else None,
    }
    audit.record(AuditAction.EXPORTED, SUBJECT, str(export.public_id), user=export.asked_by, detail=detail)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
