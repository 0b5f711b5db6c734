"""A copy of an uploaded file with what is wrong written into it, to be put right and uploaded again."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import xlsxwriter

from disruptions.models import Upload, UploadFinding
from disruptions.uploads.checking import stored_as_path
from disruptions.uploads.columns import LABELS
from disruptions.uploads.tables import Table, letter, read_table
from disruptions.vocabulary import FindingKind

WHAT_IS_WRONG: Final = "What is wrong"
COMMENTS: Final = 2_000
"""Comments on cells; beyond that the last column and the sheet of faults say it."""
CELL_LIMIT: Final = 32_767
"""Characters that a cell of a workbook holds."""


def may_be_annotated(upload: Upload) -> bool:
    """Say whether there are rows to write into."""
    return bool(upload.fault_count and upload.row_count and upload.headings and upload.header_row)


def _faults(upload: Upload) -> list[UploadFinding]:
    return list(upload.findings.filter(kind=FindingKind.FAULT))


def _by_row(faults: Iterable[UploadFinding]) -> dict[int, list[UploadFinding]]:
    found: dict[int, list[UploadFinding]] = defaultdict(list)
    for fault in faults:
        found[fault.row].append(fault)
    return found


def _words(faults: Sequence[UploadFinding]) -> str:
    return " ".join(f"{fault.column}: {fault.message}" if fault.column else fault.message for fault in faults)


def annotated_lines(upload: Upload) -> tuple[list[str], Iterator[list[str]]]:
    """Return the headings and the rows of a file with a last column that says what is wrong."""
    by_row = _by_row(_faults(upload))
    with stored_as_path(upload) as (path, kind):
        table = read_table(path, kind, upload.sheet, upload.header_row or 1)
    width = len(table.headings)

    def lines() -> Iterator[list[str]]:
        for number, cells in table.rows:
            padded = [*cells[:width], *[""] * (width - len(cells))]
            yield [*padded, _words(by_row.get(number, []))]

    return [*table.headings, WHAT_IS_WRONG], lines()


def annotated_xlsx(upload: Upload) -> bytes:
    """Return a workbook: each row where it was, what is wrong marked in its cell, and a sheet of it all."""
    faults = _faults(upload)
    with stored_as_path(upload) as (path, kind):
        table = read_table(path, kind, upload.sheet, upload.header_row or 1)
    out = io.BytesIO()
    _write(out, table, faults)
    return out.getvalue()


def _write(out: io.BytesIO, table: Table, faults: Sequence[UploadFinding]) -> None:
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    formats = {
        "heading": book.add_format({"bold": True, "bg_color": "#e8edf4", "text_wrap": True}),
        "wrong": book.add_format({"bg_color": "#fbd9d3", "num_format": "@"}),
        "text": book.add_format({"num_format": "@"}),
        "words": book.add_format({"font_color": "#a2271f", "num_format": "@"}),
    }
    # A name that no sheet of records has, so that a copy uploaded again has one sheet to choose.
    sheet = book.add_worksheet("Disruptions")
    _write_rows(sheet, table, _by_row(faults), formats)
    listed = book.add_worksheet("Faults")
    listed.set_column(2, 3, 30)
    listed.set_column(4, 4, 90)
    for place, heading in enumerate(("In row", "In column", "Under the heading", "There stands", "The fault")):
        listed.write_string(0, place, heading, formats["heading"])
    for row, fault in enumerate(faults, start=1):
        heading = LABELS.get(fault.field.partition("/")[0], "")
        cells = (str(fault.row or ""), fault.column, heading, fault.value, fault.message)
        for place, cell in enumerate(cells):
            if cell:
                listed.write_string(row, place, cell, formats["text"])
    book.close()


def _write_rows(sheet: Any, table: Table, by_row: dict[int, list[UploadFinding]], formats: dict[str, Any]) -> None:
    width = len(table.headings)
    sheet.freeze_panes(table.header_row, 0)
    sheet.set_column(0, max(width - 1, 0), 18)
    sheet.set_column(width, width, 80)
    comments = 0
    for number, cells in [(table.header_row, table.headings), *table.rows]:
        faults = by_row.get(number, [])
        wrong = {fault.column: fault for fault in faults if fault.column}
        is_header = number == table.header_row
        for place in range(max(width, len(cells))):
            text = cells[place][:CELL_LIMIT] if place < len(cells) else ""
            fault = wrong.get(letter(place))
            style = formats["wrong"] if fault else formats["heading" if is_header else "text"]
            if text:
                # Text, whatever it looks like: no cell of a file that somebody sent is run.
                sheet.write_string(number - 1, place, text, style)
            elif fault:
                sheet.write_blank(number - 1, place, None, style)
            if fault and comments < COMMENTS:
                sheet.write_comment(number - 1, place, fault.message)
                comments += 1
        if is_header:
            sheet.write_string(number - 1, width, WHAT_IS_WRONG, formats["heading"])
        elif faults and len(cells) <= width:
            sheet.write_string(number - 1, width, _words(faults)[:CELL_LIMIT], formats["words"])
