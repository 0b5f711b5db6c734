"""Tables as an Excel workbook, written row by row to the disk: as much memory for a million rows as for ten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from disruptions.columns import ColumnKind
from disruptions.exports.lists import CHUNK, Cell, Table
from disruptions.exports.notes import NOTES, Note
from disruptions.exports.tables import MARKING_COLUMN
from disruptions.vocabulary import Marking

SHEET_ROWS: Final = 1_000_000
"""Rows of a table on one sheet, which holds 1,048,576 with its heading: the others stand on further sheets."""

WIDTHS: Final = {ColumnKind.TEXT: 22, ColumnKind.DAY: 12, ColumnKind.NUMBER: 10, ColumnKind.MONEY: 16}
LONG: Final = 60
"""The width of a column of typed text, in characters."""


def write_xlsx(
    path: Path,
    tables: Sequence[Table],
    notes: Sequence[Note],
    *,
    marking: Marking,
    moved: Callable[[int], None],
    sheet_rows: int = SHEET_ROWS,
) -> list[int]:
    """Write the tables, a sheet each or several, and the notes; return how many rows each table has.

    Text is written as text whatever it looks like, dates and numbers as such. The marking stands in the last column, in
    the header and footer of every printed sheet and in the notes. ``moved`` is told of the rows of the first table.
    """
    options = {"constant_memory": True, "tmpdir": str(path.parent), "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": tables[0].title, "comments": marking.label})
        writer = _Writer(book, marking, sheet_rows)
        written = [writer.write(table, moved if not place else lambda _: None) for place, table in enumerate(tables)]
        writer.write_notes(notes)
    return written


class _Writer:
    def __init__(self, book: Any, marking: Marking, sheet_rows: int) -> None:
        self.book = book
        self.marking = marking
        self.sheet_rows = sheet_rows
        self.bold = book.add_format({"bold": True})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.formats = {
            ColumnKind.DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
            ColumnKind.MONEY: book.add_format({"num_format": "#,##0.00"}),
        }

    def write(self, table: Table, moved: Callable[[int], None]) -> int:
        sheet = self._sheet(table, 1)
        count = 0
        for cells in table.cells():
            if count and not count % self.sheet_rows:
                sheet = self._sheet(table, count // self.sheet_rows + 1)
            self._row(sheet, count % self.sheet_rows + 1, table, cells)
            count += 1
            if not count % CHUNK:
                moved(count)
        moved(count)
        return count

    def write_notes(self, notes: Sequence[Note]) -> None:
        sheet = self._marked(self.book.add_worksheet(NOTES))
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 1, 100)
        for row, (label, text) in enumerate(notes):
            sheet.write_string(row, 0, label, self.bold)
            sheet.write_string(row, 1, text, self.wrapped)

    def _sheet(self, table: Table, number: int) -> Any:
        sheet = self._marked(self.book.add_worksheet(table.title if number == 1 else f"{table.title} {number}"))
        for place, heading in enumerate(table.headings):
            sheet.set_column(place, place, LONG if heading.long else WIDTHS[heading.kind])
        sheet.set_column(len(table.headings), len(table.headings), WIDTHS[ColumnKind.TEXT])
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        here = min(self.sheet_rows, table.count - (number - 1) * self.sheet_rows)
        sheet.autofilter(0, 0, max(here, 1), len(table.headings))
        for place, heading in enumerate(table.headings):
            sheet.write_string(0, place, heading.label, self.bold)
        sheet.write_string(0, len(table.headings), MARKING_COLUMN, self.bold)
        return sheet

    def _marked(self, sheet: Any) -> Any:
        sheet.set_header(f"&C{self.marking.label}")
        sheet.set_footer(f"&C{self.marking.label}&R&P / &N")
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def _row(self, sheet: Any, row: int, table: Table, cells: Sequence[Cell]) -> None:
        for place, (cell, heading) in enumerate(zip(cells, table.headings, strict=True)):
            if cell is None:
                continue
            if heading.kind is ColumnKind.TEXT:
                sheet.write_string(row, place, cell)
            elif heading.kind is ColumnKind.DAY:
                sheet.write_datetime(row, place, cell, self.formats[ColumnKind.DAY])
            else:
                sheet.write_number(row, place, cell, self.formats.get(heading.kind))
        sheet.write_string(row, len(table.headings), self.marking.label)
