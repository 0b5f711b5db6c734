"""Read a file of records: CSV with the wire names as its header, or JSON as the API takes it.

Types only, as for every way in: each row becomes a parsed row, each fault keeps the row that it is in. No rule lives
here, nothing is looked up and nothing is saved.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

from agencies.constraints import Violation
from disruptions.parsing import ACCEPTED_NAMES, UNKNOWN_FIELD, ParsedRow, parse_disruption
from disruptions.services import RowResult
from disruptions.services.duplicates import Match

ROWS_LIMIT: Final = 10_000
CELL_LIMIT: Final = 200_000
"""Characters in one cell, far above what any field takes: the field's own limit is what refuses."""

COLUMNS: Final = tuple(sorted(ACCEPTED_NAMES))
"""What the header of a CSV file may name, in any order. ``outcomes`` holds a JSON list, as the API takes it."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """One fault in a file: the row as a person counts it (the header of a CSV file is row 1; 0 is the whole file)."""

    row: int
    violation: Violation

    def __str__(self) -> str:
        where = f"row {self.row}" if self.row else "file"
        named = f"{where}, {self.violation.field}" if self.violation.field else where
        return f"{named}: {self.violation.message} [{self.violation.code}]"


@dataclass(slots=True)
class ReadFile:
    """The rows of a file, the number of each as a person counts it, and the faults of the file itself."""

    rows: list[ParsedRow] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)

    def submitted(self) -> ReadFile:
        """Return the same file with every row to be submitted, whatever it says itself."""
        return ReadFile([replace(row, submit=True) for row in self.rows], self.numbers, self.faults)

    def faults_in(self, results: Sequence[RowResult]) -> list[RowFault]:
        """Return every fault, of the file and of its rows as the service found them, in the order of the rows."""
        of_rows = [
            RowFault(self.numbers[result.index], violation) for result in results for violation in result.violations
        ]
        return sorted([*self.faults, *of_rows], key=lambda fault: fault.row)

    def possible_duplicates(self, results: Sequence[RowResult]) -> list[tuple[int, str]]:
        """Return, row by row, what may be the same event, in words. It keeps no row from being recorded."""
        return [
            (self.numbers[result.index], _in_words(match)) for result in results for match in result.possible_duplicates
        ]


def _in_words(match: Match) -> str:
    if match.reference is None:
        return f"{match.agency_name} has a record that may be the same. Ask {match.contact}."
    why = ", ".join(str(reason.label) for reason in match.why).lower()
    return f"may be the same as {match.reference} of {match.agency_name} ({why}; {match.score} of 100)"


def read_file(name: str, content: bytes) -> ReadFile:
    """Read a file by the ending of its name, ``.csv`` or ``.json``. Whatever is wrong is a fault, not an exception."""
    ending = name.rpartition(".")[2].lower()
    if ending not in _READERS:
        return _refused("file_kind_known", "Give a file whose name ends in .csv or .json.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _refused("file_is_utf_8", "Save the file as UTF-8 and try again.")
    return _READERS[ending](text)


def _read_json(text: str) -> ReadFile:
    try:
        sent = json.loads(text)
    except (ValueError, RecursionError):
        return _refused("file_is_json", "This is not JSON. Check brackets, commas and quotation marks.")
    items = sent if isinstance(sent, list) else [sent]
    return _rows(enumerate(items, start=1), how_many=len(items), typed=True)


def _read_csv(text: str) -> ReadFile:
    lines = _csv_lines(text)
    try:
        _, header = next(lines)
        names = [name.strip() for name in header]
        faults = _faults_of_header(names)
        if faults:
            return ReadFile(faults=faults)
        rows = []
        for number, cells in lines:
            if any(cell.strip() for cell in cells):
                if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
                    message = f"This row has {len(cells)} cells; the header has {len(names)}."
                    faults.append(RowFault(number, Violation("", "file_row_fits_header", message)))
                rows.append((number, _raw(names, cells)))
    except StopIteration:
        return _refused("file_has_rows", "The file is empty. Its first row names the fields.")
    except csv.Error:
        return _refused("file_is_csv", "This is not CSV. Check the quotation marks and the size of its cells.")
    read = _rows(rows, how_many=len(rows), typed=False)
    read.faults += faults
    return read


def _csv_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row with its number; a spreadsheet of another country separates with semicolons."""
    csv.field_size_limit(CELL_LIMIT)
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    yield from enumerate(reader, start=1)


def _faults_of_header(names: Sequence[str]) -> list[RowFault]:
    unknown = [name for name in names if name and name not in ACCEPTED_NAMES]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    return [
        *(RowFault(1, Violation(name[:100], UNKNOWN_FIELD, "There is no field with this name.")) for name in unknown),
        *(RowFault(1, Violation(name, "file_column_once", "This column is there twice.")) for name in twice),
    ]


def _raw(names: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    """Return a row by its names. An empty cell is a value not given, so that a field's default holds."""
    raw: dict[str, Any] = {name: cell for name, cell in zip(names, cells, strict=False) if name and cell.strip()}
    if "outcomes" in raw:
        # Text that is no JSON goes on as it is; the parser says that it is no list.
        with suppress(ValueError, RecursionError):
            raw["outcomes"] = json.loads(raw["outcomes"])
    return raw


def _rows(numbered: Iterable[tuple[int, Any]], *, how_many: int, typed: bool) -> ReadFile:
    if how_many == 0:
        return _refused("file_has_rows", "There is no record in this file.")
    if how_many > ROWS_LIMIT:
        return _refused("file_has_few_rows", f"Give at most {ROWS_LIMIT:,} records in one file. This has {how_many:,}.")
    read = ReadFile()
    for number, raw in numbered:
        read.numbers.append(number)
        read.rows.append(parse_disruption(raw, typed=typed))
    return read


def _refused(code: str, message: str) -> ReadFile:
    return ReadFile(faults=[RowFault(0, Violation("", code, message))])


_READERS: Final = {"csv": _read_csv, "json": _read_json}
