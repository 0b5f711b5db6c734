"""What a worker does with an uploaded file: read it, find its sheet and columns, check its rows, record them.

Whatever goes wrong is said in the upload, and no part of the work is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from django.db import transaction

from agencies.constraints import Violation
from agencies.models import User
from agencies.refusals import Refused
from disruptions.fields import BY_NAME, REQUIRED_TO_SUBMIT
from disruptions.models import Upload
from disruptions.permissions import require_record
from disruptions.rules import DisruptionRow
from disruptions.services.jobs import JobTaken, begin_job, fail_job
from disruptions.services.progress import Progress, progress_of
from disruptions.services.stored_files import FileForgotten, parts_of
from disruptions.services.upload_rows import (
    Plan,
    PlanMoved,
    RowsRefused,
    change_in_words,
    find_duplicates,
    plan_rows,
    record_rows,
)
from disruptions.services.uploading import (
    Found,
    Layout,
    ask_for_columns,
    ask_for_sheet,
    keep_check,
    keep_recorded,
    remembered_columns,
)
from disruptions.services.versions import again_after_deadlock, check_deferred
from disruptions.uploads.columns import LABELS, has_measure_columns, matched
from disruptions.uploads.reading import ReadFile, header_row_in, rows_of, sheets_of_records
from disruptions.uploads.showing import likeness_in_words
from disruptions.uploads.tables import (
    FIRST_ROWS,
    RowFault,
    SheetHead,
    Table,
    UnreadableFile,
    kind_of,
    read_table,
    sheets_in,
)
from disruptions.vocabulary import FindingKind, UploadedAs, UploadStage
from disruptions.wording import choice_in_words, day_in_words

BROKEN: Final = (
    "Something went wrong with this file, and nothing of it was recorded. Start it again. If it fails twice, tell "
    "whoever runs the service when you uploaded it."
)
NOT_KEPT: Final = "The content of this file is not kept any more. Upload it again."
MOVED: Final = "Records were changed after you looked, so what the file would do has changed. Look again below."
MAY_NOT: Final = "The person who asked for this cannot record any more, so nothing was recorded. {reason}"

logger = logging.getLogger(__name__)


def work_on(upload: Upload) -> bool:
    """Do what a file waits for; False where another worker has it or it failed."""
    if not begin_job(upload):
        return False
    try:
        with progress_of(upload) as progress:
            if upload.stage == UploadStage.RECORDING:
                _record(upload, progress)
            else:
                _check(upload, progress)
    except JobTaken:
        return False
    except UnreadableFile as unreadable:
        keep_check(upload, found=[_found(unreadable.fault)])
    except FileForgotten:
        fail_job(upload, NOT_KEPT)
        return False
    except Refused as refused:
        fail_job(upload, MAY_NOT.format(reason=refused.message))
        return False
    except Exception:
        logger.exception("upload_failed", extra={"upload": str(upload.public_id)})
        fail_job(upload, BROKEN)
        return False
    return True


@contextmanager
def stored_as_path(upload: Upload) -> Iterator[tuple[Path, str]]:
    """Put a stored file on the disk while it is read, and say what kind it is."""
    with NamedTemporaryFile(prefix="upload-") as file:
        start = b""
        for part in parts_of(upload.file):
            start = start or part
            file.write(part)
        file.flush()
        yield Path(file.name), kind_of(upload.file.name, start)


# ------------------------------------------------------------------------------------------------------------- checking


def _check(upload: Upload, progress: Progress, *, also: Sequence[Found] = ()) -> None:
    person = upload.confirmed_by or upload.asked_by
    require_record(person, upload.agency)
    with stored_as_path(upload) as (path, kind):
        sheets = sheets_in(path, kind)
        sheet = _sheet(upload, sheets)
        if sheet is None:
            ask_for_sheet(upload, [each.name for each in sheets])
            return
        layout = _layout(upload, sheet)
        if not layout.settled:
            ask_for_columns(upload, layout)
            return
        table = read_table(path, kind, layout.sheet, layout.header_row)
    read = _rows(upload, table, layout)
    progress.begin(len(read.rows))
    plan = plan_rows(
        acting_user=person, agency=upload.agency, rows=read.rows, numbers=read.numbers, names=_names(layout.columns)
    )
    faults = _faults(read, plan, layout)
    found = chain(also, faults, (_found(note, FindingKind.NOTE) for note in table.notes))
    if not faults:
        duplicates = _duplicates(read, plan, upload, person, progress)
        found = chain(found, _what_it_does(read, plan), duplicates)
    keep_check(upload, found=found, layout=layout, plan=plan, rows=len(read.rows))


def _sheet(upload: Upload, sheets: Sequence[SheetHead]) -> SheetHead | None:
    """Return the sheet that holds the records, or nothing where a person has to say which."""
    if not sheets:
        raise UnreadableFile("file_has_rows")
    if upload.sheet:
        chosen = [sheet for sheet in sheets if sheet.name == upload.sheet]
        if not chosen:
            raise UnreadableFile("file_sheet_there")
        return chosen[0]
    likely = sheets_of_records(sheets)
    return likely[0] if len(likely) == 1 else None


def _layout(upload: Upload, sheet: SheetHead) -> Layout:
    """Return where the records are. Columns that nobody has matched are settled only where each heading is known."""
    header_row = header_row_in(sheet)
    below = [cells for number, cells in sheet.rows if number > header_row][:FIRST_ROWS]
    texts = next(cells for number, cells in sheet.rows if number == header_row)
    headings = [
        {
            "text": " ".join(text.split())[:100],
            "example": next((cells[place][:100] for cells in below if place < len(cells) and cells[place].strip()), ""),
        }
        for place, text in enumerate(texts)
    ]
    while headings and not headings[-1]["text"]:
        headings.pop()
    if upload.columns_settled and len(upload.columns) == len(headings):
        return Layout(sheet.name, header_row, headings, upload.columns, settled=True)
    kept = remembered_columns(upload.agency, headings)
    if kept is not None and len(kept) == len(headings) and {*kept} <= {"", *LABELS}:
        return Layout(sheet.name, header_row, headings, kept, settled=True)
    guessed = matched([each["text"] for each in headings])
    known = all(each is not None for each in guessed) and any(guessed)
    return Layout(sheet.name, header_row, headings, [each or "" for each in guessed], settled=known)


def _rows(upload: Upload, table: Table, layout: Layout) -> ReadFile:
    read = rows_of(table, layout.columns)
    return replace(read, rows=[replace(row, submit=upload.submits) for row in read.rows])


def _names(columns: Sequence[str]) -> set[str]:
    """Return the fields that a file has columns for."""
    names = {column for column in columns if column in BY_NAME or column == "outcomes"}
    return names | {"outcomes"} if has_measure_columns(columns) else names


def _faults(read: ReadFile, plan: Plan, layout: Layout) -> list[Found]:
    """Return the faults of the file and of its rows, in the order of the rows.

    A field that every record needs and no column holds is one fault of the file, not one of each row.
    """
    names = _names(layout.columns)
    missing = [name for name in REQUIRED_TO_SUBMIT if name not in names]
    faults = [_found(fault) for fault in read.faults]
    told: set[str] = set()
    for place, violations in plan.faults.items():
        for violation in violations:
            if violation.field in missing and violation.code.endswith("_required"):
                if violation.field not in told:
                    told.add(violation.field)
                    label = LABELS[violation.field]
                    message = f"There is no column for “{label}”, which each of these records needs."
                    faults.append(_found(RowFault(0, Violation(violation.field, violation.code, message))))
                continue
            faults.append(_found(read.fault_at(place, violation)))
    return sorted(faults, key=lambda each: each.row)


def _what_it_does(read: ReadFile, plan: Plan) -> Iterator[Found]:
    """Give what changes in which record, and which rows are recorded already."""
    for row in plan.rows:
        number = read.numbers[row.place]
        if row.record is None:
            yield Found(FindingKind.NEW, number, _summary(row.parsed.row))
            continue
        if row.done == UploadedAs.UNCHANGED:
            yield Found(FindingKind.KNOWN, number, "Recorded already, as it is", disruption=row.record.pk)
            continue
        for name, (before, after) in row.changed.items():
            fault = read.fault_at(
                row.place, Violation(name, "", f"{LABELS[name]}: {change_in_words(name, before, after)}")
            )
            yield replace(_found(fault, FindingKind.CHANGE), disruption=row.record.pk)
        if row.submits:
            yield Found(FindingKind.CHANGE, number, "It is submitted", disruption=row.record.pk)


def _summary(row: DisruptionRow) -> str:
    """Return what a person knows a row by."""
    parts = [
        choice_in_words(BY_NAME["role"], row.role),
        choice_in_words(BY_NAME["level"], row.level),
        day_in_words(row.occurred_on),
        row.threat or "",
        row.operation,
        row.agency_reference,
    ]
    return ", ".join(part for part in parts if part)


def _duplicates(read: ReadFile, plan: Plan, upload: Upload, person: User, progress: Progress) -> list[Found]:
    stored, twins = find_duplicates(plan, acting_user=person, agency=upload.agency, progress=progress)
    found = [
        Found(FindingKind.DUPLICATE, read.numbers[place], likeness_in_words(each.score, each.why), disruption=each.pk)
        for place, likely in stored.items()
        for each in likely
    ]
    found += [
        Found(
            FindingKind.DUPLICATE,
            read.numbers[place],
            f"May be the same as row {read.numbers[other]} of this file: one threat, one day, and much the same.",
        )
        for place, other in twins.items()
    ]
    return sorted(found, key=lambda each: each.row)


def _found(fault: RowFault, kind: FindingKind = FindingKind.FAULT) -> Found:
    violation = fault.violation
    return Found(
        kind,
        fault.row,
        violation.message,
        column=fault.column,
        field=violation.field,
        code=violation.code,
        value=fault.value,
    )


# ------------------------------------------------------------------------------------------------------------ recording


def _record(upload: Upload, progress: Progress) -> None:
    """Record what was confirmed in one transaction, or say why not and show the file anew."""
    person = upload.confirmed_by
    assert person is not None  # noqa: S101 - a constraint holds that it was confirmed
    layout = Layout(upload.sheet, upload.header_row or 1, upload.headings, upload.columns, settled=True)
    with stored_as_path(upload) as (path, kind):
        table = read_table(path, kind, layout.sheet, layout.header_row)
    read = _rows(upload, table, layout)
    progress.begin(upload.new_count + upload.changed_count)

    def work() -> None:
        with transaction.atomic():
            plan = record_rows(
                acting_user=person,
                upload=upload,
                rows=read.rows,
                numbers=read.numbers,
                names=_names(layout.columns),
                progress=progress,
            )
            check_deferred()
            keep_recorded(upload, plan)

    try:
        again_after_deadlock(work)
    except RowsRefused as refused:
        found = [
            _found(read.fault_at(place, each)) for place, violations in refused.faults.items() for each in violations
        ]
        keep_check(upload, found=found, layout=layout, rows=len(read.rows))
    except PlanMoved:
        _check(upload, progress, also=[Found(FindingKind.NOTE, 0, MOVED, code="upload_plan_seen")])
