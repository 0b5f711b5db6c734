"""Tables as files. Cells that a spreadsheet would run are defused, and the marking is in the file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from disruptions.vocabulary import Marking

STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, the full-width forms included."""

MARKING_COLUMN: Final = "Marking"


class _Echo:
    """A file that hands each line straight on."""

    def write(self, line: str) -> str:
        return line


class _LineWriter(Protocol):
    def writerow(self, row: Iterable[object], /) -> str: ...


def defused(cell: object) -> object:
    """Return a cell that no spreadsheet runs: text that looks like a formula gets an apostrophe before it."""
    if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA):
        return f"'{cell}"
    return cell


def table_csv(header: Sequence[str], rows: Iterable[Sequence[object]], *, marking: Marking) -> Iterator[str]:
    """Give a table as lines of CSV (RFC 4180, comma, CR LF): the header first, then a line per row.

    The marking is the last cell of each line, so that a part of the file still has it and every line has as many
    cells as the header. ``None`` is an empty cell.
    """
    writer: _LineWriter = csv.writer(_Echo())
    yield writer.writerow([*map(defused, header), MARKING_COLUMN])
    for row in rows:
        yield writer.writerow([*map(defused, row), marking.label])


def file_name(stem: str, extension: str, *, marking: Marking, as_at: str = "") -> str:
    """Return a file's name with its cut-off and marking: ``oic-01-as-at-2026-05-14-official-sensitive.csv``."""
    parts = [stem, *([f"as-at-{as_at}"] if as_at else []), marking.value.replace("_", "-")]
    return f"{'-'.join(parts)}.{extension}"
