"""Calendar and financial years: counted leads and the supports beside them, from cells by quarter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from disruptions.statistics.cells import LevelCounts, QuarterCells
from disruptions.statistics.parameters import Period, StatisticsQuery
from disruptions.statistics.periods import Quarter, quarters_between
from disruptions.vocabulary import COUNTED_LEVELS

CALENDAR: Final = 1
FINANCIAL: Final = 2
"""The number of the quarter that a year begins with: January, or April (Border Security, Asylum and Immigration Act
2025, s.4: the Commander reports by financial year)."""


@dataclass(frozen=True, slots=True)
class YearOfCounts:
    """One year, or the part of it that the query's period holds (``is_part``)."""

    name: str
    period: Period
    lead: LevelCounts
    support: LevelCounts
    provisional: bool
    is_part: bool


def by_year(query: StatisticsQuery, leads: QuarterCells, supports: QuarterCells, *, first: int) -> list[YearOfCounts]:
    """Return the years that the query's period touches, each beginning with quarter ``first`` of a calendar year."""
    years: dict[int, list[Quarter]] = {}
    for quarter in quarters_between(query.period.first, query.period.last):
        years.setdefault(quarter.year if quarter.number >= first else quarter.year - 1, []).append(quarter)
    table = []
    for year, quarters in years.items():
        start = Quarter(year, first)
        end = start.plus(3)
        period = Period(max(start.start, query.period.first), min(end.end, query.period.last))
        table.append(
            YearOfCounts(
                name=str(year) if first == CALENDAR else f"{year}/{(year + 1) % 100:02d}",
                period=period,
                lead=_levels(leads, quarters),
                support=_levels(supports, quarters),
                provisional=any(query.is_provisional(quarter) for quarter in quarters),
                is_part=period != Period(start.start, end.end),
            )
        )
    return table


def _levels(cells: QuarterCells, quarters: Iterable[Quarter]) -> LevelCounts:
    counts = LevelCounts()
    for quarter in quarters:
        for level in COUNTED_LEVELS:
            counts.add(level, cells[quarter, level])
    return counts
