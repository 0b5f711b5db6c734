"""From a file to rows of text: what kind it is, its sheets, its encoding, and what of it cannot be relied on.

Nothing here knows what a column means. Whatever is wrong with a file is a coded fault in words, never an exception of a
library: files come from outside and are not trusted. A spreadsheet is opened by a process of its own.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import IO, Any, Final

from agencies.constraints import Violation

ROWS_LIMIT: Final = 10_000
COLUMNS_LIMIT: Final = 200
CELL_LIMIT: Final = 200_000
"""Characters in one cell, far above what any field takes: the field's own limit is what refuses."""
CHARACTERS_LIMIT: Final = 30_000_000
CELLS_LIMIT: Final = 1_000_000
"""Text and filled cells of a sheet: what a worker holds in its memory while it compares them."""
LINE_BYTES: Final = 32 * 1024**2
"""One line of the reading process, which is a row."""
SECONDS_TO_READ: Final = 90
CELL_LOOKED_AT: Final = 300
FIRST_ROWS: Final = 30
"""How far down the row that names the columns may stand."""

KINDS: Final = ("csv", "xlsx", "ods")
CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}

_READER: Final = Path(__file__).with_name("reading_process.py")
_ZIP: Final = b"PK\x03\x04"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")

_TOO_LARGE: Final = (
    "This file would take too much room once it is opened. Mostly that is formatting far below or to the right of the "
    "records: copy the rows that you need into a new file, or save the sheet as CSV."
)
MESSAGES: Final = {
    "file_kind_known": "Give a CSV, XLSX or ODS file.",
    "file_kind_as_named": "What is in this file is not what its name says. Open it and save it as XLSX, ODS or CSV.",
    "file_not_old_excel": "This is an old Excel file (.xls). Open it, save it as XLSX, and upload that.",
    "file_without_password": "This file is protected by a password. Take that off, save it, and upload it again.",
    "file_without_macros": "This file has macros in it. Save it as XLSX, without macros, and upload that.",
    "file_readable": "This file is damaged and cannot be opened. Save it again in your spreadsheet, and try that.",
    "file_unpacks_small": _TOO_LARGE,
    "file_sheet_there": "The sheet that was chosen is not in the file.",
    "file_has_rows": "There is no record in this file. The first row names the columns, the records stand below it.",
    "file_has_few_rows": f"Give at most {ROWS_LIMIT:,} records in one file. Cut it in parts.",
    "file_has_few_columns": f"Give at most {COLUMNS_LIMIT} columns. Delete what stands to the right of the records.",
    "file_characters_kept": "There is a sign in this cell that cannot be kept (a zero byte). Write the cell again.",
    "file_is_csv": "This is not CSV. Check the quotation marks and the size of its cells.",
    "file_encoding_known": "Some characters cannot be read. Save the file as “CSV UTF-8” and try again.",
}


@dataclass(frozen=True, slots=True)
class RowFault:
    """One fault in a file: the row as a person counts it (0 is the whole file), and the letter of its column."""

    row: int
    violation: Violation
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        where = f"row {self.row}" if self.row else "file"
        named = f"{where}, {self.violation.field}" if self.violation.field else where
        return f"{named}: {self.violation.message} [{self.violation.code}]"


class UnreadableFile(Exception):
    """A file that cannot be used at all; says why and what to do."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or MESSAGES[code])
        self.code = code

    @property
    def fault(self) -> RowFault:
        """The same as the one fault of the file."""
        return RowFault(0, Violation("", self.code, str(self)))


Row = tuple[int, list[str]]
"""A row: its number as the spreadsheet counts, and its cells from column A on."""


@dataclass(frozen=True, slots=True)
class SheetHead:
    """A sheet with something in it, and its first rows. A CSV file is one sheet without a name."""

    name: str
    rows: list[Row]


@dataclass(slots=True)
class Table:
    """The rows of a sheet below the one that names the columns; what cannot be relied on, and what to know of it."""

    headings: list[str]
    header_row: int
    rows: list[Row] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    notes: list[RowFault] = field(default_factory=list)


def letter(place: int) -> str:
    """Return the letter of a column by its place from 0: A, B, ... Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def kind_of(name: str, start: bytes) -> str:
    """Return the kind of a file by its name and first bytes. Raises ``UnreadableFile`` for one that is not taken."""
    ending = name.rpartition(".")[2].lower()
    if ending in {"xlsm", "xltm", "xlsb", "xlam"}:
        raise UnreadableFile("file_without_macros")
    if start.startswith(_OLD_OFFICE):
        raise UnreadableFile("file_without_password" if _ENCRYPTED in start else "file_not_old_excel")
    if ending == "xls":
        raise UnreadableFile("file_not_old_excel")
    if ending not in KINDS:
        raise UnreadableFile("file_kind_known")
    if (ending == "csv") == start.startswith(_ZIP):
        raise UnreadableFile("file_kind_as_named")
    return ending


def sheets_in(path: Path, kind: str) -> list[SheetHead]:
    """Return the sheets of a file that a person sees and that have something in them, each with its first rows."""
    if kind == "csv":
        first = []
        for number, cells in _csv_rows(path)[0]:
            first.append((number, [_kept(cell[:CELL_LOOKED_AT]) for cell in cells[: COLUMNS_LIMIT + 1]]))
            if len(first) == FIRST_ROWS:
                break
        return [SheetHead("", first)] if first else []
    [line] = _lines(path, kind)
    return [SheetHead(each["name"], [(number, cells) for number, cells in each["rows"]]) for each in line["sheets"]]


def require_few_columns(cells: Sequence[str]) -> None:
    """Raise ``UnreadableFile`` where a row has something to the right of all columns that are read."""
    if any(cell.strip() for cell in cells[COLUMNS_LIMIT:]):
        raise UnreadableFile("file_has_few_columns")


def _kept(text: str) -> str:
    """Return a text as the database can keep it; whoever reads it sees that a sign is missing."""
    return text.replace("\0", "\ufffd") if "\0" in text else text


def read_table(path: Path, kind: str, sheet: str, header_row: int) -> Table:
    """Return the rows of a sheet. Raises ``UnreadableFile`` where it cannot be used at all."""
    notes: list[RowFault] = []
    odd: dict[str, Any] = {}
    if kind == "csv":
        rows, note = _csv_rows(path)
        if note:
            notes.append(RowFault(0, Violation("", "file_encoding_guessed", note)))
    else:
        lines = _lines(path, kind, sheet, limit=header_row + ROWS_LIMIT + 1)
        odd = next(lines)["odd"]
        rows = ((each[0], each[1]) for each in lines if isinstance(each, list))
    table = Table([], header_row, notes=notes)
    _fill(table, rows)
    while table.headings and not table.headings[-1]:
        table.headings.pop()
    if not table.rows:
        raise UnreadableFile("file_has_rows")
    _tell_of_long_rows(table)
    _tell_of_oddities(table, odd)
    return table


def _fill(table: Table, rows: Iterable[Row]) -> None:
    """Put the rows of a sheet into a table, as long as they are no more than a worker holds."""
    characters = filled = 0
    for number, cells in rows:
        if number < table.header_row:
            continue
        require_few_columns(cells)
        del cells[COLUMNS_LIMIT:]
        if number == table.header_row:
            table.headings = [" ".join(_kept(cell).split())[:100] for cell in cells]
            continue
        characters += sum(map(len, cells))
        filled += sum(map(bool, cells))
        if characters > CHARACTERS_LIMIT or filled > CELLS_LIMIT:
            raise UnreadableFile("file_unpacks_small")
        for place, cell in enumerate(cells):
            if "\0" in cell:
                cells[place] = _kept(cell)
                fault = Violation("", "file_characters_kept", MESSAGES["file_characters_kept"])
                table.faults.append(RowFault(number, fault, letter(place), cells[place][:200]))
        table.rows.append((number, cells))
        if len(table.rows) > ROWS_LIMIT:
            raise UnreadableFile("file_has_few_rows")


def _tell_of_long_rows(table: Table) -> None:
    width = len(table.headings)
    for number, cells in table.rows:
        if any(cell.strip() for cell in cells[width:]):
            place = next(place for place, cell in enumerate(cells) if place >= width and cell.strip())
            message = f"This row has something in column {letter(place)}, which no heading names."
            table.faults.append(
                RowFault(number, Violation("", "file_row_fits_header", message), letter(place), cells[place][:200])
            )


def _tell_of_oddities(table: Table, odd: dict[str, Any]) -> None:
    last = table.rows[-1][0]
    for top, left, bottom, right in odd.get("merged", []):
        if table.header_row <= top + 1 <= last or table.header_row <= bottom + 1 <= last:
            named = f"{letter(left)}{top + 1} to {letter(right)}{bottom + 1}"
            message = f"The cells {named} are merged into one. Part them, and fill in each."
            table.faults.append(RowFault(top + 1, Violation("", "file_cells_not_merged", message), letter(left)))
    for code, places, message in (
        ("file_formula_has_value", odd.get("no_value", []), "This formula has no value yet. Open and save the file."),
        ("file_formula_without_error", odd.get("errors", []), "This formula gives an error. Put it right."),
    ):
        for place in places:
            column = place.rstrip("0123456789")
            number = int(place[len(column) :])
            if table.header_row <= number <= last:
                table.faults.append(RowFault(number, Violation("", code, message), column))
    for name, code, message in (
        ("merged_somewhere", "file_cells_not_merged", "Some cells are merged into one. Part them, and fill in each."),
        (
            "no_value_somewhere",
            "file_formula_has_value",
            "Some formulas have no value, or give an error. Put them right, save the file, and upload it again.",
        ),
    ):
        if odd.get(name):
            table.faults.append(RowFault(0, Violation("", code, message)))
    numbers = {number for number, _ in table.rows}
    hidden = [number for number in odd.get("hidden", []) if number in numbers]
    if hidden or odd.get("hidden_somewhere"):
        named = ", ".join(map(str, hidden[:10])) + (" and others" if len(hidden) > 10 else "")
        rows = f" ({named})" if hidden else ""
        message = f"Rows that your spreadsheet hides{rows} are read like all others. Delete those that do not belong."
        table.notes.append(RowFault(0, Violation("", "file_rows_hidden", message)))


def _lines(path: Path, kind: str, *sheet: str, limit: int = 0) -> Iterator[Any]:
    """Give what the reading process writes, line by line. Raises ``UnreadableFile`` where it refuses or falls."""
    # -I: neither the folder nor the environment of whoever runs the worker says what is imported.
    command = [sys.executable, "-I", str(_READER), str(path), kind, str(limit), *sheet]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors) as process,
    ):
        assert process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        clock = Timer(SECONDS_TO_READ, process.kill)
        clock.start()
        try:
            yield from _said(process.stdout)
            process.wait()
        finally:
            # Whoever asked may have had enough.
            clock.cancel()
            process.kill()
        if process.returncode != 0:
            errors.seek(0)
            too_much = process.returncode < 0 or b"MemoryError" in errors.read()
            raise UnreadableFile("file_unpacks_small" if too_much else "file_readable")


def _said(output: IO[bytes]) -> Iterator[Any]:
    while line := output.readline(LINE_BYTES):
        if not line.endswith(b"\n"):
            raise UnreadableFile("file_unpacks_small")
        said = json.loads(line)
        if isinstance(said, dict) and "refused" in said:
            raise UnreadableFile(said["refused"])
        yield said


# ------------------------------------------------------------------------------------------------------------------ CSV


def _csv_rows(path: Path) -> tuple[Iterator[Row], str]:
    text, note = decoded(path.read_bytes())
    return csv_rows(text), note


def decoded(content: bytes) -> tuple[str, str]:
    """Return the text of a file, and what to say where its encoding was guessed.

    UTF-8 and UTF-16 say what they are or can be told from the rest. What is neither is read as Windows-1252, as Excel
    writes CSV, and the person is told where to look. Raises ``UnreadableFile`` where it is not that either.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _decode(content, "utf-16"), ""
    head = content[:400]
    if head.count(b"\x00") > len(head) // 4:
        return _decode(content, "utf-16-be" if head[:1] == b"\x00" else "utf-16-le"), ""
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        text = _decode(content, "cp1252")
        place = error.start
        around = " ".join(_decode(content[max(0, place - 20) : place + 20], "cp1252").split())
        return text, (
            "The file does not say how its characters are stored. They were read as Windows-1252, as Excel writes CSV: "
            f"check that this reads right: “{around}”. If not, save the file as “CSV UTF-8”."
        )


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableFile("file_encoding_known") from None


def csv_rows(text: str) -> Iterator[Row]:
    """Give each row that is not empty, with its number; a spreadsheet of another country separates with semicolons."""
    csv.field_size_limit(CELL_LIMIT)
    first = text.lstrip("\n\r ").partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error:
        raise UnreadableFile("file_is_csv") from None
