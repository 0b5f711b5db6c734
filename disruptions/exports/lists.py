"""A list as tables for a file: the records with the chosen columns, and their outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Aggregate, BooleanField, Count, Exists, F, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce

from disruptions.asked import Asked
from disruptions.columns import (
    COLUMNS,
    DEFAULT_COLUMNS,
    THREAT_COLUMNS,
    Column,
    ColumnKind,
    Labelled,
    annotated,
    say_of_threats,
    with_columns,
)
from disruptions.exports.tables import defused
from disruptions.models import Outcome
from disruptions.vocabulary import MASTER_LIST_MARKING, ListKind, Marking, OutcomeType

Cell = str | int | Decimal | date | None
CHUNK: Final = 2_000
"""Rows that are in memory at a time."""

LONGEST_CELL: Final = 32_767
"""Characters that a cell of a spreadsheet holds."""

_LONG: Final = frozenset({"summary", "impact", "outcomes"})
CUT: Final = " … (cut: a cell holds no more)"
_UNPRINTABLE: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF))
"""What neither kind of spreadsheet can hold."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column, the kind of its values, whether people typed them, and whether they are long."""

    label: str
    kind: ColumnKind = ColumnKind.TEXT
    typed: bool = False
    long: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table to be written: its name, headings and the rows as tuples in order; ``count`` is how many there are."""

    title: str
    headings: tuple[Heading, ...]
    rows: Any
    count: int

    def cells(self) -> Iterator[list[Cell]]:
        """Give the rows one after another through a cursor of the database, as they may stand in a spreadsheet."""
        typed = [place for place, heading in enumerate(self.headings) if heading.typed]
        texts = [place for place, heading in enumerate(self.headings) if heading.kind is ColumnKind.TEXT]
        for row in self.rows.iterator(chunk_size=CHUNK):
            cells = list(row)
            for place in typed:
                cells[place] = defused(cells[place])
            for place in texts:
                cells[place] = fitted(cells[place])
            yield cells


def fitted(text: str | None) -> str | None:
    """Return text as a cell of a spreadsheet can hold it; an empty one is no text."""
    if not text:
        return None
    text = text if text.isprintable() else text.translate(_UNPRINTABLE)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT


@dataclass(frozen=True, slots=True)
class ListOf:
    """What can be taken away of one list: its name, its columns, those ticked at first, whether it has outcomes."""

    title: str
    noun: str
    columns: Mapping[str, Column]
    usual: tuple[str, ...]
    has_outcomes: bool = False


_USUAL: Final = (
    *("reference", "date", "agency", "role", "level", "status", "threat", "threat_title", "p_grade", "summary"),
    *("operation", "outcomes", "sub_threat", "entry_method", "force_area"),
)

LISTS: Final[Mapping[str, ListOf]] = {
    ListKind.DISRUPTIONS.value: ListOf("Disruptions", "record", COLUMNS, _USUAL, has_outcomes=True),
    ListKind.THREATS.value: ListOf("Threats", "threat", THREAT_COLUMNS, tuple(THREAT_COLUMNS)[:9]),
}


def columns_at_first(asked: Asked) -> tuple[str, ...]:
    """Return the columns that are ticked at first: those that the list shows by choice, else the usual ones."""
    known = LISTS[asked.which].columns
    chosen = tuple(name for name in asked.columns if name in known)
    return chosen if chosen and chosen != DEFAULT_COLUMNS else LISTS[asked.which].usual


def in_list_order(asked: Asked, chosen: Iterable[str]) -> tuple[str, ...]:
    """Put chosen columns in the order in which the list has them, then in the order of all columns; each once."""
    wanted = set(chosen)
    every = dict.fromkeys((*asked.columns, *LISTS[asked.which].columns))
    return tuple(name for name in every if name in wanted)


_NEVER: Final = 2_147_483_647
"""Later than every version."""


class _Any(Aggregate):
    function = "bool_or"
    output_field = BooleanField()


def count_and_marking(rows: Any, which: str, names: Iterable[str]) -> tuple[int, Marking]:
    """Return how many rows the list has, and the highest marking of what its columns say; both in one query."""
    if which != ListKind.DISRUPTIONS:
        return rows.count(), MASTER_LIST_MARKING
    sensitive = Q(marking=Marking.OFFICIAL_SENSITIVE)
    if say_of_threats(names):
        sensitive |= Q(threat__isnull=False)
    found = rows.order_by().aggregate(number=Count("pk"), sensitive=_Any(sensitive))
    return found["number"], Marking.OFFICIAL_SENSITIVE if found["sensitive"] else Marking.OFFICIAL


def record_table(asked: Asked, rows: Any, names: Sequence[str], count: int) -> Table:
    """Return the table of a list with the columns named, in the order that was asked for."""
    listed = LISTS[asked.which]
    columns = [listed.columns[name] for name in names]
    in_order = rows.in_order(asked.sort)
    if asked.which == ListKind.DISRUPTIONS:
        read = with_columns(in_order, names, reader=asked.reader)
    else:
        read = annotated(in_order, columns, reader=asked.reader)
    headings = tuple(Heading(column.label, column.kind, column.typed, long=column.name in _LONG) for column in columns)
    return Table(listed.title, headings, read.values_list(*(column.annotation for column in columns)), count)


def outcome_table(rows: Any) -> Table:
    """Return the outcomes of a list's records, a row each, with the reference of the record that each belongs to."""
    ends = Coalesce(OuterRef("until_version"), Value(_NEVER))
    listed = rows.order_by().filter(
        pk=OuterRef("disruption_id"), version__gte=OuterRef("from_version"), version__lt=ends
    )
    outcomes = Outcome.objects.filter(Exists(listed)).order_by("disruption__reference", "position", "pk")
    headings = (
        Heading("Reference"),
        Heading("Outcome"),
        Heading("Number", ColumnKind.NUMBER),
        Heading("Value in pounds", ColumnKind.MONEY),
        Heading("Sentence in months", ColumnKind.NUMBER),
        Heading("Item", typed=True),
    )
    values = outcomes.values_list(
        Cast(F("disruption__reference"), TextField()),
        Labelled(F("type"), {str(code): str(label) for code, label in OutcomeType.choices}),
        "count",
        "value_gbp",
        "months",
        "item",
    )
    return Table("Outcomes", headings, values, outcomes.count())
