"""Read a file of records: CSV or a spreadsheet with names or labels above its columns, or JSON as the API takes it.

Types only, as for every way in: each row becomes a parsed row, each fault keeps the row that it is in. No rule lives
here and nothing is saved; the names of agencies are all that is looked up.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from agencies.constraints import Violation
from agencies.models import Agency
from disruptions.parsing import UNKNOWN_FIELD, ParsedRow, parse_disruption
from disruptions.services import RowResult
from disruptions.services.duplicates import Match
from disruptions.uploads.columns import RowReader, column_of, known_in, matched, plain, target_of
from disruptions.uploads.tables import (
    ROWS_LIMIT,
    RowFault,
    SheetHead,
    Table,
    UnreadableFile,
    kind_of,
    letter,
    read_table,
    require_few_columns,
    sheets_in,
)

KNOWN_ENOUGH: Final = 2
"""A sheet in which so many headings are known holds records."""


@dataclass(slots=True)
class ReadFile:
    """The rows of a file, the number of each as a person counts it, and the faults of the file itself."""

    rows: list[ParsedRow] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    columns: Sequence[str] = ()
    outcome_places: list[tuple[int, ...]] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)

    def submitted(self) -> ReadFile:
        """Return the same file with every row to be submitted, whatever it says itself."""
        return replace(self, rows=[replace(row, submit=True) for row in self.rows])

    def fault_at(self, place: int, violation: Violation) -> RowFault:
        """Return a fault of a row with the letter of its column and what stands in the cell."""
        number = self.numbers[place]
        if not self.columns:
            return RowFault(number, violation)
        column = column_of(violation.field, self.columns, self.outcome_places[place])
        if column is None:
            return RowFault(number, violation)
        cells = self.cells[place]
        return RowFault(number, violation, letter(column), cells[column][:200] if column < len(cells) else "")

    def faults_in(self, results: Sequence[RowResult]) -> list[RowFault]:
        """Return every fault, of the file and of its rows as the service found them, in the order of the rows."""
        of_rows = [self.fault_at(result.index, violation) for result in results for violation in result.violations]
        return sorted([*self.faults, *of_rows], key=lambda fault: fault.row)

    def possible_duplicates(self, results: Sequence[RowResult]) -> list[tuple[int, str]]:
        """Return, row by row, what may be the same event, in words. It keeps no row from being recorded."""
        return [
            (self.numbers[result.index], match_in_words(match))
            for result in results
            for match in result.possible_duplicates
        ]


def match_in_words(match: Match) -> str:
    """Return what a reader may know of a possible duplicate."""
    if match.reference is None:
        return f"{match.agency_name} has a record that may be the same. Ask {match.contact}."
    why = ", ".join(str(reason.label) for reason in match.why).lower()
    return f"may be the same as {match.reference} of {match.agency_name} ({why}; {match.score} of 100)"


def names_of_agencies() -> dict[str, str]:
    """Return the code of each agency by its code, name and short name; a name that two have is left out."""
    found: dict[str, set[str]] = {}
    for code, *names in Agency.objects.order_by("code").values_list("code", "name", "short_name"):
        for name in (code, *names):
            found.setdefault(plain(name), set()).add(code)
    return {name: next(iter(codes)) for name, codes in found.items() if name and len(codes) == 1}


def rows_of(table: Table, columns: Sequence[str]) -> ReadFile:
    """Return the rows of a table whose columns are known."""
    reader = RowReader(columns, names_of_agencies())
    read = ReadFile(faults=list(table.faults), columns=columns)
    for number, cells in table.rows:
        raw, places = reader.raw(cells)
        read.rows.append(parse_disruption(raw, typed=False))
        read.numbers.append(number)
        read.outcome_places.append(places)
        read.cells.append(cells)
    return read


def sheets_of_records(sheets: Sequence[SheetHead]) -> list[SheetHead]:
    """Return the sheets that look as if they held records; all of them where none does."""
    return [sheet for sheet in sheets if max(_known(sheet)) >= KNOWN_ENOUGH] or list(sheets)


def header_row_in(sheet: SheetHead) -> int:
    """Return the number of the row that names the columns: the first with the most headings that are known.

    Raises ``UnreadableFile`` where it names more columns than are read.
    """
    known = _known(sheet)
    number, cells = sheet.rows[known.index(max(known))]
    require_few_columns(cells)
    return number


def _known(sheet: SheetHead) -> list[int]:
    return [known_in(cells) for _, cells in sheet.rows]


# ------------------------------------------------------------------------------------------------ a whole file at once


def read_file(name: str, content: bytes) -> ReadFile:
    """Read a file by the ending of its name, without asking anybody. Whatever is wrong is a fault, not an exception.

    Every heading must be known, and only one sheet may hold records.
    """
    try:
        if name.lower().endswith(".json"):
            return _read_json(content)
        kind = kind_of(name, content[:4096])
        with tempfile.NamedTemporaryFile(suffix=f".{kind}") as file:
            file.write(content)
            file.flush()
            return _read_table_file(Path(file.name), kind)
    except UnreadableFile as unreadable:
        return ReadFile(faults=[unreadable.fault])


def _read_table_file(path: Path, kind: str) -> ReadFile:
    sheets = sheets_of_records(sheets_in(path, kind))
    if not sheets:
        raise UnreadableFile("file_has_rows")
    if len(sheets) > 1:
        names = ", ".join(sheet.name for sheet in sheets)
        raise UnreadableFile("file_one_sheet", f"Leave one sheet in the file. It has: {names}.")
    [sheet] = sheets
    table = read_table(path, kind, sheet.name, header_row_in(sheet))
    faults = _faults_of_header(table)
    if faults:
        return ReadFile(faults=faults)
    return rows_of(table, [each or "" for each in matched(table.headings)])


def _faults_of_header(table: Table) -> list[RowFault]:
    faults, seen = [], set()
    for place, heading in enumerate(table.headings):
        target = target_of(heading)
        if target is None:
            fault = Violation(heading, UNKNOWN_FIELD, "There is no field with this name.")
        elif target and target in seen:
            fault = Violation(target, "file_column_once", "This column is there twice.")
        else:
            seen.add(target)
            continue
        faults.append(RowFault(table.header_row, fault, letter(place), heading))
    return faults


def _read_json(content: bytes) -> ReadFile:
    try:
        sent = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableFile("file_encoding_known", "Save the file as UTF-8 and try again.") from None
    except (ValueError, RecursionError):
        raise UnreadableFile("file_is_json", "This is not JSON. Check brackets, commas and quotation marks.") from None
    items = sent if isinstance(sent, list) else [sent]
    return _json_rows(enumerate(items, start=1), how_many=len(items))


def _json_rows(numbered: Iterable[tuple[int, Any]], *, how_many: int) -> ReadFile:
    if how_many == 0:
        raise UnreadableFile("file_has_rows", "There is no record in this file.")
    if how_many > ROWS_LIMIT:
        raise UnreadableFile("file_has_few_rows")
    read = ReadFile()
    for number, raw in numbered:
        read.numbers.append(number)
        read.rows.append(parse_disruption(raw, typed=True))
    return read
