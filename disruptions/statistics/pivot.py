"""Pivot tables: records cut by one or two dimensions, as they may be opened, or as published figures count them.

The two bases are never mixed: a table is of what one person may open, with any filter of the list, or of counted
figures, which are the same for everyone and take only their own filters (design, section 2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations, compress
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection

from disruptions.models import Disruption
from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.dimensions import LIST, OUTCOMES, Dimension, Filters, Part
from disruptions.statistics.outcomes import joined_on
from disruptions.statistics.rounding import share
from disruptions.vocabulary import MASTER_LIST_MARKING, DisruptionRole, Marking, NotCounted, highest_marking

Number: TypeAlias = int | Decimal
Place: TypeAlias = tuple[str | None, str | None]
"""A cell by the keys of its row and column; ``None`` for the total of a row, of a column, or of all."""

RECORDS: Final = "records"
VALUE: Final = "value"
REST: Final = "*rest"
MOST_ROWS: Final = 100
MOST_COLUMNS: Final = 50
"""How much of a table a page shows; the others are added up in one last row or column, and the file has all."""


Range: TypeAlias = tuple[Number | None, Number | None]
"""The smallest and the largest of an amount, both inside, as far as they are given."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which enablers and outcomes the list is filtered by: only these are in the table, and only these outcomes count.

    Type, value and number are asked of one and the same outcome, as by the filters.
    """

    enablers: Sequence[str] = ()
    outcomes: Sequence[str] = ()
    value: Range = (None, None)
    count: Range = (None, None)


EVERYTHING: Final = Chosen()


@dataclass(frozen=True, slots=True)
class Measure:
    """What the cells count: records, outcomes by their numbers, or pounds; of which records; on which basis."""

    name: str
    label: str
    noun: tuple[str, str]
    of: str = RECORDS
    counted: bool = False
    keep: Callable[[DisruptionQuerySet], DisruptionQuerySet] = lambda rows: rows
    filters: Filters = ()


def _role(role: DisruptionRole) -> Filters:
    return (("role", (role.value,)),)


def _left_out(rows: DisruptionQuerySet) -> DisruptionQuerySet:
    return rows.left_out_because(NotCounted.values)


_LEAD, _SUPPORT = _role(DisruptionRole.LEAD), _role(DisruptionRole.SUPPORT)
_LEADS: Final = DisruptionQuerySet.leads
_SUPPORTS: Final = DisruptionQuerySet.supports_only
_WITH_OUTCOME: Final[Filters] = (("outcome__empty", ("no",)),)
_WITH_VALUE: Final[Filters] = (("outcome_value__from", ("0.01",)),)
_RECORD, _OUTCOME, _POUND = ("record", "records"), ("outcome", "outcomes"), ("pound", "pounds")

_MEASURES: Final = (
    Measure("count", "Records", _RECORD),
    Measure("lead", "Leads", ("lead", "leads"), keep=_LEADS, filters=_LEAD),
    Measure("support", "Supports", ("support", "supports"), keep=_SUPPORTS, filters=_SUPPORT),
    Measure("outcomes", "Outcomes of leads", _OUTCOME, of=OUTCOMES, keep=_LEADS, filters=_LEAD + _WITH_OUTCOME),
    Measure("value", "Value of leads’ outcomes (£)", _POUND, of=VALUE, keep=_LEADS, filters=_LEAD + _WITH_VALUE),
    Measure(
        "support_outcomes",
        "Outcomes of supports",
        _OUTCOME,
        of=OUTCOMES,
        keep=_SUPPORTS,
        filters=_SUPPORT + _WITH_OUTCOME,
    ),
    Measure(
        "support_value",
        "Value of supports’ outcomes (£)",
        _POUND,
        of=VALUE,
        keep=_SUPPORTS,
        filters=_SUPPORT + _WITH_VALUE,
    ),
    Measure(
        "counted",
        "Counted leads",
        ("counted lead", "counted leads"),
        counted=True,
        keep=DisruptionQuerySet.counted,
        filters=(("counted", ("yes",)), *_LEAD),
    ),
    Measure(
        "credited",
        "Supports beside the counts",
        ("support", "supports"),
        counted=True,
        keep=DisruptionQuerySet.credited,
        filters=(("credited", ("yes",)), *_SUPPORT),
    ),
    Measure(
        "not_counted",
        "Leads that are not counted",
        ("lead", "leads"),
        counted=True,
        keep=_left_out,
        filters=(("not_counted", tuple(NotCounted.values)), *_LEAD),
    ),
)
MEASURES: Final[Mapping[str, Measure]] = MappingProxyType({each.name: each for each in _MEASURES})
"""What cells can count, by name: what may be opened first, then counted figures."""


class Cell(NamedTuple):
    """What a cell counts, and how many records that comes from."""

    number: Number
    records: int


NOTHING: Final = Cell(0, 0)


@dataclass(frozen=True, slots=True)
class Pivot:
    """A table of one or two dimensions. ``cells`` holds totals as well, by ``None``; a cell that is not there is zero.

    ``adds_up``: whether parts add up to their total; they do not where one record is in several (an enabler, a type of
    outcome), unless what is counted belongs to one part alone. ``rest`` says how many rows and columns were put
    together into the last one. ``marking`` is the highest of what it shows.
    """

    measure: Measure
    rows: Dimension
    across: Dimension | None
    row_parts: tuple[Part, ...]
    column_parts: tuple[Part, ...]
    cells: Mapping[Place, Cell]
    marking: Marking
    adds_up: bool = True
    rest: tuple[int, int] = (0, 0)
    hidden: frozenset[Place] = field(default=frozenset())

    def number(self, row: str | None, column: str | None) -> Number:
        """Return what a cell or total counts."""
        return self.cells.get((row, column), NOTHING).number

    @property
    def total(self) -> Number:
        """What all of them together count; no record twice."""
        return self.number(None, None)

    def share_of(self, row: str) -> int | None:
        """Return a row's part of the total in whole percent."""
        return share(self.number(row, None), self.total)

    def shares_so_far(self) -> list[int | None]:
        """Return, for each row, what it and those above it are of the total, in whole percent."""
        found, together = [], Decimal(0)
        for part in self.row_parts:
            together += self.number(part.key, None)
            found.append(share(together, self.total))
        return found


# -------------------------------------------------------------------------------------------------------------- reading

_Groups: TypeAlias = dict[tuple[Any, ...], Cell]


def pivot_table(
    rows: DisruptionQuerySet,
    *,
    by: Dimension,
    across: Dimension | None,
    measure: Measure,
    chosen: Chosen = EVERYTHING,
    order: str = "",
) -> Pivot:
    """Count records, which the caller has filtered, by one or two dimensions.

    Call it where ``rows`` may be evaluated (``Asked.rows``, ``StatisticsQuery.rows``). ``order`` is ``size`` (largest
    first) or ``natural``, where the dimensions' own order is not wanted.

    One statement; more where outcomes are counted by enablers, as a total cannot be added up from these; and one to
    name the agencies or threats of a side.
    """
    sides = tuple(side for side in (by, across) if side is not None)
    reader = _Reader(measure.keep(rows).order_by(), measure, chosen)
    grouped = reader.groups(sides)
    named = {side.name: side.naming({keys[at] for keys in grouped}, reader.is_as_at) for at, side in enumerate(sides)}
    cells: dict[Place, Cell] = {}
    for kept in ((True, True), (True, False), (False, True), (False, False)):
        wanted = tuple(side for side, is_kept in zip(sides, kept, strict=False) if is_kept)
        if across is None and kept[1]:
            continue
        for keys, cell in _margin(reader, sides, wanted).items():
            parts = iter(named[side.name][key].key for side, key in zip(wanted, keys, strict=True))
            place = (next(parts) if kept[0] else None, next(parts) if kept[1] else None)
            cells[place] = _together(cells.get(place, NOTHING), cell)
    parts_of = [_in_order(side, at, grouped, named[side.name], cells, order) for at, side in enumerate(sides)]
    return Pivot(
        measure=measure,
        rows=by,
        across=across,
        row_parts=parts_of[0],
        column_parts=parts_of[1] if across else (),
        cells=cells,
        marking=_marking(reader, sides, is_empty=not grouped),
        adds_up=all(adds_up(side, measure) for side in sides),
    )


def _marking(reader: _Reader, sides: Sequence[Dimension], *, is_empty: bool) -> Marking:
    """Return the highest marking of what it shows: its records', and the master list's where it says of threats."""
    records = Marking.OFFICIAL_SENSITIVE if reader.is_sensitive else Marking.OFFICIAL
    says_of_threats = not is_empty and any(side.of_threat for side in sides)
    return highest_marking([records, *([MASTER_LIST_MARKING] if says_of_threats else [])])


def adds_up(side: Dimension, measure: Measure) -> bool:
    """Say whether the parts of a side add up to their total: an outcome has one type, a record may have many."""
    return not side.joined or (side.joined == OUTCOMES and measure.of != RECORDS)


def _together(one: Cell, other: Cell) -> Cell:
    return Cell(one.number + other.number, one.records + other.records)


def _margin(reader: _Reader, sides: Sequence[Dimension], wanted: Sequence[Dimension]) -> _Groups:
    """Return the groups of some of the sides: added up from finer ones where no record is twice among these."""
    finer = tuple(side for side in sides if side in wanted or not side.joined)
    found: _Groups = {}
    for keys, cell in reader.groups(finer).items():
        kept = tuple(key for side, key in zip(finer, keys, strict=True) if side in wanted)
        found[kept] = _together(found.get(kept, NOTHING), cell)
    return found


def _in_order(
    side: Dimension,
    at: int,
    grouped: _Groups,
    named: Mapping[Any, Part],
    cells: Mapping[Place, Cell],
    order: str,
) -> tuple[Part, ...]:
    """Return the parts of a side that have something in them, and each stretch of time between two that have."""
    parts = {named[keys[at]].key: named[keys[at]] for keys in grouped}
    if side.is_time:
        parts |= {part.key: part for part in named.values() if part.period is not None}

    def size(part: Part) -> Number:
        return cells.get((part.key, None) if at == 0 else (None, part.key), NOTHING).number

    if (order or ("size" if side.by_size else "natural")) == "size":
        return tuple(sorted(parts.values(), key=lambda part: (not part.key, -size(part), part.place, part.label)))
    return tuple(sorted(parts.values(), key=lambda part: (not part.key, part.place, part.label)))


class _Reader:
    """Reads groups of the records of one table, each set of sides once."""

    def __init__(self, rows: DisruptionQuerySet, measure: Measure, chosen: Chosen) -> None:
        self.rows = rows
        self.measure = measure
        self.chosen = chosen
        self.is_as_at = rows.model is not Disruption
        self.is_sensitive = False
        self._read: dict[tuple[Dimension, ...], _Groups] = {}

    def groups(self, sides: tuple[Dimension, ...]) -> _Groups:
        """Return what is counted of each group that the database finds."""
        if sides not in self._read:
            self._read |= self._groups(sides)
        return self._read[sides]

    def _coarser(self, sides: tuple[Dimension, ...]) -> list[tuple[Dimension, ...]]:
        """Return the sides, and what is left of them without joined ones, as far as one statement counts them all.

        A record that is joined to its enablers is there more than once, and so are its outcomes. It is known which rows
        are one record, but not which are one outcome.
        """
        if self.measure.of != RECORDS and any(side.joined == LIST for side in sides):
            return [sides]
        joined = [side for side in sides if side.joined]
        left_out = [set(some) for number in range(len(joined) + 1) for some in combinations(joined, number)]
        return [tuple(side for side in sides if side not in some) for some in left_out]

    def _groups(self, sides: tuple[Dimension, ...]) -> dict[tuple[Dimension, ...], _Groups]:
        sets = self._coarser(sides)
        found: dict[tuple[Dimension, ...], _Groups] = {kept: {} for kept in sets}
        try:
            statement, parameters = self._statement(sides, sets)
        except EmptyResultSet:
            return found
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            lines = cursor.fetchall()
        for *keys, absent, number, records, is_sensitive in lines:
            self.is_sensitive = self.is_sensitive or bool(is_sensitive)
            is_kept = [not absent >> at & 1 for at in reversed(range(len(sides)))]
            kept = tuple(compress(sides, is_kept))
            if records:
                found[kept][tuple(compress(keys, is_kept))] = Cell(number, records)
        return found

    def _statement(self, sides: tuple[Dimension, ...], sets: Iterable[tuple[Dimension, ...]]) -> tuple[str, list[Any]]:
        """Return the statement that counts by each of the sets of sides; which of them a line is of stands in a bit."""
        rows = self.rows
        for side in sides:
            rows = side.prepare(rows) if side.prepare else rows
        columns = {f"key_{at}": side.expression for at, side in enumerate(sides) if side.joined != OUTCOMES}
        listed = rows.annotate(**columns).values_list("pk", "version", "marking", *columns)
        inner, parameters = listed.query.sql_with_params()
        keys, joins, more = [], [], []
        for at, side in enumerate(sides):
            keys.append({"": f"asked.key_{at}", LIST: f"item_{at}.code", OUTCOMES: "outcome.type"}[side.joined])
            if side.joined == LIST:
                only = [list(self.chosen.enablers)] if self.chosen.enablers else []
                joins.append(
                    f"LEFT JOIN LATERAL unnest(asked.key_{at}) AS item_{at} (code) "
                    f"ON {f'item_{at}.code = ANY(%s)' if only else 'TRUE'}"
                )
                more += only
        if self.measure.of != RECORDS or any(side.joined == OUTCOMES for side in sides):
            join, values = self._outcomes()
            joins.append(join)
            more += values
        number = {
            RECORDS: "count(DISTINCT asked.id)" if joins else "count(*)",
            OUTCOMES: "coalesce(sum(coalesce(outcome.count, 1)), 0)::bigint",
            VALUE: "coalesce(sum(outcome.value_gbp), 0)",
        }[self.measure.of]
        counted = "count(DISTINCT asked.id)" if joins else "count(*)"
        sensitive = "bool_or(asked.marking <> %s)"
        asked = ", ".join(["id", "version", "marking", *columns])
        absent = f"GROUPING({', '.join(keys)})" if keys else "0"
        grouped = [", ".join(keys[sides.index(side)] for side in kept) for kept in sets]
        # A record is found before what it is joined to: its past versions are many.
        fence = "OFFSET 0" if joins and self.is_as_at else ""
        # Names and joins are written above; what comes from outside is a parameter.
        statement = (
            f"SELECT {', '.join([*keys, absent, number, counted, sensitive])} "  # nosec B608
            f"FROM ({inner} {fence}) AS asked ({asked}) {' '.join(joins)} "
            f"GROUP BY GROUPING SETS ({', '.join(f'({columns})' for columns in grouped)})"
        )
        return statement, [Marking.OFFICIAL.value, *parameters, *more]

    def _outcomes(self) -> tuple[str, list[Any]]:
        """Return the join of the outcomes that a record has in the version that is read."""
        on = [joined_on(self.rows)]
        values: list[Any] = []
        if self.chosen.outcomes:
            on.append("outcome.type = ANY(%s)")
            values.append(list(self.chosen.outcomes))
        for column, ends in (("value_gbp", self.chosen.value), ("count", self.chosen.count)):
            for sign, end in zip((">=", "<="), ends, strict=True):
                if end is not None:
                    on.append(f"outcome.{column} {sign} %s")
                    values.append(end)
        if self.measure.of == VALUE:
            on.append("outcome.value_gbp IS NOT NULL")
        # A record without outcomes is a part of a table of records, and nothing in a table of outcomes.
        kind = "LEFT" if self.measure.of == RECORDS else "INNER"
        return f"{kind} JOIN disruptions_outcome AS outcome ON {' AND '.join(on)}", values


# ------------------------------------------------------------------------------------------------- what a page can show


def shortened(table: Pivot, *, rows: int = MOST_ROWS, columns: int = MOST_COLUMNS) -> Pivot:
    """Return the table with its largest parts, and the others together in one more row or column.

    Of stretches of time the latest stay. Sides that do not add up have fewer parts than this and are never cut.
    """
    row_parts, row_rest = _largest(table, table.rows, table.row_parts, rows, at=0)
    column_parts, column_rest = _largest(table, table.across, table.column_parts, columns, at=1)
    if not row_rest and not column_rest:
        return table
    cells: dict[Place, Cell] = {}
    hidden: set[Place] = set()
    for place, cell in table.cells.items():
        row = REST if place[0] in row_rest else place[0]
        column = REST if place[1] in column_rest else place[1]
        cells[row, column] = _together(cells.get((row, column), NOTHING), cell)
        if place in table.hidden:
            hidden.add((row, column))
    return replace(
        table,
        row_parts=row_parts,
        column_parts=column_parts,
        cells=cells,
        rest=(len(row_rest), len(column_rest)),
        hidden=frozenset(hidden),
    )


def _largest(
    table: Pivot, side: Dimension | None, parts: tuple[Part, ...], most: int, *, at: int
) -> tuple[tuple[Part, ...], set[str]]:
    if side is None or side.joined or len(parts) <= most:
        return parts, set()
    if side.is_time:
        dated = [part for part in parts if part.period is not None]
        rest = {part.key for part in dated[: len(parts) - most]}
        earlier = Part(REST, f"Earlier ({len(rest):,})", filters=None)
        return (earlier, *(part for part in parts if part.key not in rest)), rest

    def size(part: Part) -> Number:
        return table.number(part.key, None) if at == 0 else table.number(None, part.key)

    rest = {part.key for part in sorted(parts, key=lambda part: -size(part))[most:]}
    others = Part(REST, f"The other {len(rest):,}", filters=None)
    return (*(part for part in parts if part.key not in rest), others), rest


def small_number() -> int:
    """Return up to how many records a cell is marked instead of numbered, by the setting; 0: every number is shown."""
    return int(getattr(settings, "PIVOT_SMALL_NUMBER", 0))


def with_small_numbers_hidden(table: Pivot, most: int) -> Pivot:
    """Hide each number that comes from 1 to ``most`` records, and enough others that none can be worked out by taking
    the rest of a row or column from its total.

    A row or column, its total among its numbers, then hides none of them or at least two. The other numbers hidden are
    the smallest of their line. It does not protect against tables set side by side that were asked for differently.
    """
    if not most:
        return table
    hidden = {place for place, cell in table.cells.items() if 1 <= cell.records <= most}
    lines = _lines(table)
    changed = bool(hidden)
    while changed:
        changed = False
        for line in lines:
            if sum(place in hidden for place in line) != 1:
                continue
            others = [place for place in line if place not in hidden and table.cells.get(place, NOTHING).records]
            if others:
                hidden.add(min(others, key=lambda place: (table.cells[place].records, str(place))))
                changed = True
    return replace(table, hidden=frozenset(hidden))


def _lines(table: Pivot) -> list[list[Place]]:
    """Return the rows and columns of the table, totals among them: in each, every number follows from the others."""
    rows: list[str | None] = [*(part.key for part in table.row_parts), None]
    columns: list[str | None] = [*(part.key for part in table.column_parts), None]
    down = [[(row, column) for row in rows] for column in columns]
    return down if table.across is None else [*([(row, column) for column in columns] for row in rows), *down]


# --------------------------------------------------------------------------------------------------------------- shades


def shaded_numbers(table: Pivot) -> list[Number]:
    """Return the numbers that a page shades: the cells inside, without totals, the rest, and what is hidden."""
    columns: Iterable[str | None] = [part.key for part in table.column_parts] if table.across else [None]
    return [
        table.number(row.key, column)
        for column in columns
        for row in table.row_parts
        if REST not in (row.key, column) and (row.key, column) not in table.hidden
    ]
