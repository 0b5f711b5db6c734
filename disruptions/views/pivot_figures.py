"""A pivot table as a sentence and a drawing, from the same numbers as the table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from disruptions.charts import bar_chart
from disruptions.statistics.dimensions import Dimension, Part
from disruptions.statistics.pivot import REST, VALUE, Number, Pivot, adds_up
from disruptions.statistics.rounding import rounded, share

MOST_BARS: Final = 30
MOST_SERIES: Final = 6
FIRST_FEW: Final = 4
MANY: Final = 8


def number_in_words(table: Pivot, number: Number) -> str:
    """Write a number with what it counts: ``1 lead``, ``12 leads``, ``£12,500``."""
    if table.measure.of == VALUE:
        return f"£{rounded(Decimal(number)):,}"
    return f"{number:,} {table.measure.noun[number != 1]}"


def pivot_sentence(table: Pivot) -> str:
    """Say how many there are, where most are, and how much the first few have together."""
    if not table.total:
        return f"There are no {table.measure.noun[1]} here." if table.measure.of != VALUE else "There is no value here."
    if (None, None) in table.hidden:
        return "The numbers are too small to be shown."
    words = [f"{number_in_words(table, table.total)} in all."]
    for side, parts, is_row in ((table.rows, table.row_parts, True), (table.across, table.column_parts, False)):
        if side is not None and (most := _most(table, parts, is_row=is_row)):
            words.append(f"Most by {_lowered(side.label)}: {most}.")
    named = [part for part in table.row_parts if part.key not in ("", REST)]
    if table.across is None and table.adds_up and len(named) >= MANY and not table.hidden:
        largest = sorted((table.number(part.key, None) for part in named), reverse=True)[:FIRST_FEW]
        part = share(sum(largest, Decimal(0)), table.total)
        words.append(f"The {FIRST_FEW} largest of {len(named)} have {part}% together.")
    return " ".join(words)


def _most(table: Pivot, parts: Sequence[Part], *, is_row: bool) -> str:
    """Say which part of a side has most, where one alone has."""
    places = [
        (table.number(*place), part.label)
        for part in parts
        for place in [(part.key, None) if is_row else (None, part.key)]
        if part.key != REST and place not in table.hidden
    ]
    places.sort(key=lambda each: -each[0])
    if len(places) < 2 or places[0][0] == places[1][0]:
        return ""
    number, label = places[0]
    amount = f"£{rounded(Decimal(number)):,}" if table.measure.of == VALUE else f"{number:,}"
    of_it = f" ({share(number, table.total)}%)" if table.adds_up else ""
    return f"{label}, {amount}{of_it}"


class _Side(NamedTuple):
    dimension: Dimension
    parts: tuple[Part, ...]
    is_row: bool


def pivot_chart(table: Pivot) -> str | None:
    """Draw the table as bars; nothing where there is nothing, or where a number of the drawing is hidden.

    Time lies along the bars, else the longer side; the other is stacked in at most six parts. A side whose parts do not
    add up always lies along the bars; where neither adds up, only the rows are drawn. What is not drawn by itself is
    drawn together with the rest, where that adds up.
    """
    if not table.total or table.hidden:
        return None
    rows = _Side(table.rows, table.row_parts, True)
    if table.across is None:
        bars = _bars(table, rows)
        names = [name for name, _ in bars]
        return _drawn(table, names, {table.measure.label: _totals(table, bars)}, title=chart_title(table))
    columns = _Side(table.across, table.column_parts, False)
    if all(_overlaps(table, side) for side in (rows, columns)):
        bars = _bars(table, rows)
        return _drawn(table, [name for name, _ in bars], {"In all": _totals(table, bars)}, title=_title(table, rows))
    turned = len(columns.parts) > len(rows.parts)
    if rows.dimension.is_time != columns.dimension.is_time:
        turned = columns.dimension.is_time
    if any(_overlaps(table, side) for side in (rows, columns)):
        turned = _overlaps(table, columns)
    along, stacked = (columns, rows) if turned else (rows, columns)
    bars = _bars(table, along)
    drawn = {
        name: [
            _rounded(
                sum(
                    (table.number(*((bar, part) if along.is_row else (part, bar))) for bar in keys for part in of),
                    Decimal(0),
                )
            )
            for _, keys in bars
        ]
        for name, of in _series(table, stacked)
    }
    return _drawn(table, [name for name, _ in bars], drawn, title=chart_title(table))


def _overlaps(table: Pivot, side: _Side) -> bool:
    """Say whether the parts of a side do not add up: bars of such parts are never stacked on each other."""
    return not adds_up(side.dimension, table.measure)


def _totals(table: Pivot, bars: Sequence[tuple[str, list[str]]]) -> list[int]:
    return [_rounded(sum((table.number(key, None) for key in keys), Decimal(0))) for _, keys in bars]


def _rounded(number: Number) -> int:
    return rounded(Decimal(number))


def _drawn(table: Pivot, names: list[str], series: dict[str, list[int]], *, title: str) -> str:
    return bar_chart(title, "Bars with their numbers. The table has the same figures.", names, series)


def _title(table: Pivot, side: _Side) -> str:
    return f"{table.measure.label} by {_lowered(side.dimension.label)}"


def chart_title(table: Pivot) -> str:
    """Return what the table and its drawing are called."""
    sides = [table.rows, *([table.across] if table.across else [])]
    return f"{table.measure.label} by {' and '.join(_lowered(side.label) for side in sides)}"


def _lowered(words: str) -> str:
    first = words.split(" ", 1)[0]
    return (
        words
        if any(sign.isupper() or sign.isdigit() for sign in first[1:]) or len(first) == 1
        else (words[0].lower() + words[1:])
    )


def _size(table: Pivot, side: _Side, part: Part) -> Number:
    return table.number(part.key, None) if side.is_row else table.number(None, part.key)


def _bars(table: Pivot, side: _Side) -> list[tuple[str, list[str]]]:
    return _chosen(table, side, MOST_BARS)


def _series(table: Pivot, side: _Side) -> list[tuple[str, list[str]]]:
    return _chosen(table, side, MOST_SERIES)


def _chosen(table: Pivot, side: _Side, most: int) -> list[tuple[str, list[str]]]:
    """Return the parts that are drawn, each with its keys; the smallest are drawn together, of time the earliest."""
    parts = list(side.parts)
    if len(parts) <= most:
        return [(part.label, [part.key]) for part in parts]
    if side.dimension.is_time:
        rest, kept = parts[: len(parts) - most + 1], parts[len(parts) - most + 1 :]
        return [("Earlier", [part.key for part in rest]), *((part.label, [part.key]) for part in kept)]
    largest = sorted((part for part in parts if part.key != REST), key=lambda part: -_size(table, side, part))
    overlaps = _overlaps(table, side)
    names = {part.key for part in largest[: most if overlaps else most - 1]}
    drawn = [(part.label, [part.key]) for part in parts if part.key in names]
    rest = [part for part in parts if part.key not in names]
    # What does not add up is not put together: a record would be drawn twice.
    return drawn if overlaps else [*drawn, ("Others", [part.key for part in rest])]
