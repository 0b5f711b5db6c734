"""Make the file of an export: read one snapshot of the records, write it to the disk, count it, keep it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from django.db import connection, transaction
from django.http import QueryDict

from agencies.constraints import Violation
from agencies.models import LONDON, oic_now
from agencies.refusals import Invalid
from disruptions.exports.csv_files import write_csv
from disruptions.exports.lists import LISTS, Table, count_and_marking, outcome_table, record_table
from disruptions.exports.notes import Note, notes_of
from disruptions.exports.ods_files import MEDIA_TYPE, write_ods
from disruptions.exports.selection import read_selected
from disruptions.exports.tables import file_name
from disruptions.exports.xlsx_files import write_xlsx
from disruptions.models import Export
from disruptions.services.exporting import Made, MadeFile, keep_export
from disruptions.services.jobs import JobTaken, begin_job, fail_job
from disruptions.services.progress import Progress, progress_of
from disruptions.vocabulary import ExportKind, Marking

CONTENT_TYPES: Final = {
    ExportKind.CSV: "text/csv; charset=utf-8; header=present",
    ExportKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportKind.ODS: MEDIA_TYPE,
}
BROKEN: Final = (
    "Something went wrong while the file was made, and nothing of it was kept. Ask for it again. If it fails twice, "
    "tell whoever runs the service when you asked."
)
NOT_READ: Final = "The list cannot be read as it was asked for any more: {reasons} Open the list and ask again."
NOT_ACTIVE: Final = Violation("", "account_not_active", "Your account is not active.")

logger = logging.getLogger(__name__)


class Miscounted(Exception):
    """The file has another number of rows than the list."""


def make_export(export: Export) -> bool:
    """Make the file and return whether it is ready. Whatever goes wrong is said in the export, and no part is kept."""
    if not begin_job(export):
        return False
    try:
        with TemporaryDirectory(prefix="export-") as folder, progress_of(export) as progress:
            keep_export(export, write_files(export, Path(folder), progress))
    except JobTaken:
        return False
    except Invalid as refusal:
        reasons = " ".join(each.message for each in refusal.violations)
        fail_job(export, NOT_READ.format(reasons=reasons))
        return False
    except Exception:
        logger.exception("export_failed", extra={"export": str(export.public_id)})
        fail_job(export, BROKEN)
        return False
    return True


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Read the database as it is at one moment, however long that takes; nothing is written.

    Inside another transaction it is that one's business what is seen.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # All rows are read, so a plan that gives the first ones soon is the wrong one.
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
        yield


def write_files(export: Export, folder: Path, progress: Progress) -> Made:
    """Write the files of an export into a folder, from one snapshot; nothing is kept yet.

    Raises ``Invalid`` where the list cannot be read, ``Miscounted`` where not every row was written.
    """
    with one_snapshot():
        if not export.asked_by.is_active:
            raise Invalid([NOT_ACTIVE])
        asked = read_selected(QueryDict(export.query), reader=export.asked_by, which=export.listing)
        read_at = oic_now()
        with asked.rows() as rows:
            words = asked.in_words(rows)
            count, marking = count_and_marking(rows, export.listing, export.columns)
            progress.begin(count)
            tables = [record_table(asked, rows, export.columns, count)]
            if export.with_outcomes and LISTS[export.listing].has_outcomes:
                tables.append(outcome_table(rows))
            notes = notes_of(export, rows=count, marking=marking, read_at=read_at, words=words)
            paths, written = _write(export, folder, tables, notes, marking, progress)
    if written != [table.count for table in tables]:
        raise Miscounted(f"{written} rows written of {[table.count for table in tables]}")
    names = _names(export, tables, marking, read_at)
    kind = CONTENT_TYPES[ExportKind(export.kind)]
    files = [MadeFile(path, name, kind) for path, name in zip(paths, names, strict=False)]
    return Made(files, rows=count, marking=marking, read_at=read_at, words=words)


def _write(
    export: Export,
    folder: Path,
    tables: list[Table],
    notes: list[Note],
    marking: Marking,
    moved: Callable[[int], None],
) -> tuple[list[Path], list[int]]:
    if export.kind == ExportKind.CSV:
        paths = [folder / f"{place}.csv" for place in range(len(tables))]
        written = [
            write_csv(path, table, marking=marking, moved=moved if not place else _unsaid)
            for place, (path, table) in enumerate(zip(paths, tables, strict=True))
        ]
        return paths, written
    path = folder / f"list.{export.kind}"
    write = write_xlsx if export.kind == ExportKind.XLSX else write_ods
    return [path], write(path, tables, notes, marking=marking, moved=moved)


def _unsaid(done: int) -> None:
    """Progress is told of the records alone."""


def _names(export: Export, tables: list[Table], marking: Marking, read_at: datetime) -> list[str]:
    made = f"{read_at.astimezone(LONDON):%Y-%m-%d-%H%M}"
    as_at = export.as_at.isoformat() if export.as_at else ""
    stem = LISTS[export.listing].title.lower()
    stems = [f"{stem}-{made}", f"{stem}-outcomes-{made}"][: len(tables)]
    return [file_name(each, export.kind, marking=marking, as_at=as_at) for each in stems]
