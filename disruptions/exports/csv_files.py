"""A table as a CSV file, written by PostgreSQL's COPY: half a minute for a million rows, none of them in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from psycopg2 import sql

from disruptions.exports.lists import CHUNK, Table
from disruptions.exports.tables import MARKING_COLUMN, STARTS_A_FORMULA
from disruptions.vocabulary import Marking

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
"""Without it, the commonest spreadsheet reads £ and é as two other signs each."""

_LINE_END: Final = b"\r\n"
_DEFUSED: Final = "CASE WHEN ascii({cell}) = ANY({signs}) THEN '''' || {cell} ELSE nullif({cell}, '') END"
"""``tables.defused`` in the database's words: ``ascii`` is the number of the first sign, whatever its name says."""


class _Lines:
    """A file for COPY, which hands over one row a call: ends each line as RFC 4180 says and counts."""

    def __init__(self, file: BinaryIO, moved: Callable[[int], None]) -> None:
        self.file = file
        self.moved = moved
        self.count = 0

    def write(self, row: bytes) -> None:
        self.file.write(row[:-1] + _LINE_END)
        self.count += 1
        if not self.count % CHUNK:
            self.moved(self.count)


def write_csv(path: Path, table: Table, *, marking: Marking, moved: Callable[[int], None]) -> int:
    """Write the table, with the file's marking as the last cell of each line, and return how many rows it has.

    Dates are ISO 8601, money is pounds with a point, an empty cell is nothing known. Inside a transaction.
    """
    with path.open("wb") as file:
        file.write(BYTE_ORDER_MARK + _header(table))
        lines = _Lines(file, moved)
        with connection.cursor() as cursor:
            try:
                statement = _copy(table, marking)
            except EmptyResultSet:
                return 0
            cursor.copy_expert(statement, lines)
    moved(lines.count)
    return lines.count


def _header(table: Table) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([*(heading.label for heading in table.headings), MARKING_COLUMN])
    return text.getvalue().encode()


def _copy(table: Table, marking: Marking) -> sql.Composed:
    """Return the COPY of a table's rows. Raises ``EmptyResultSet`` where Django knows that there are none."""
    inner, parameters = table.rows.query.sql_with_params()
    with connection.cursor() as cursor:
        compiled = cursor.mogrify(inner, parameters).decode()
    names = [sql.Identifier(f"c{place}") for place in range(len(table.headings))]
    signs = sql.Literal([ord(sign) for sign in STARTS_A_FORMULA])
    cells = [
        sql.SQL(_DEFUSED).format(cell=name, signs=signs) if heading.typed else name
        for name, heading in zip(names, table.headings, strict=True)
    ]
    return sql.SQL(
        "COPY (SELECT {cells}, {marking} FROM ({rows}) AS list({names})) TO STDOUT WITH (FORMAT csv)"
    ).format(
        cells=sql.SQL(", ").join(cells),
        marking=sql.Literal(marking.label),
        rows=sql.SQL(compiled),
        names=sql.SQL(", ").join(names),
    )
