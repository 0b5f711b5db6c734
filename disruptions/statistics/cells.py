"""The one grouped read behind figures that show leads, supports and what is not counted side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, Self

from django.db.models import Count, Func

from disruptions.models import Extract
from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.buckets import Buckets
from disruptions.statistics.keeping import Group, read_groups
from disruptions.statistics.parameters import Period, StatisticsQuery
from disruptions.statistics.periods import Quarter
from disruptions.vocabulary import DisruptionRole

QuarterCells = Counter[tuple[Quarter, str]]
"""How many records fall in each quarter and level."""


@dataclass(slots=True)
class LevelCounts:
    """Records by counted level."""

    major: int = 0
    moderate: int = 0
    minor: int = 0

    @property
    def total(self) -> int:
        """All counted levels."""
        return self.major + self.moderate + self.minor

    def add(self, level: str, records: int) -> None:
        """Add records of a level."""
        setattr(self, level, getattr(self, level) + records)


class Cell(NamedTuple):
    """Submitted or approved records that are alike in all that the figures tell apart."""

    agency: int
    role: str
    quarter: Quarter
    level: str
    not_counted: str | None
    inside: bool
    records: int


@dataclass(frozen=True, slots=True)
class Cells:
    """Groups of records, narrowed step by step."""

    groups: tuple[Cell, ...]

    def of_agencies(self, keys: Container[int]) -> Self:
        """Keep the records of some agencies."""
        return self._keep(cell for cell in self.groups if cell.agency in keys)

    def inside(self) -> Self:
        """Keep the records within the period of the query, if more was read."""
        return self._keep(cell for cell in self.groups if cell.inside)

    def leads(self) -> Self:
        """Keep the leads that count."""
        return self._keep(cell for cell in self.groups if cell.role == DisruptionRole.LEAD and cell.not_counted is None)

    def supports(self) -> Self:
        """Keep the supports that would count if they led."""
        return self._keep(
            cell for cell in self.groups if cell.role == DisruptionRole.SUPPORT and cell.not_counted is None
        )

    def outside_the_rule(self) -> Self:
        """Keep the leads that do not count."""
        return self._keep(
            cell for cell in self.groups if cell.role == DisruptionRole.LEAD and cell.not_counted is not None
        )

    def by_quarter(self) -> QuarterCells:
        """Add up by quarter and level."""
        found: QuarterCells = Counter()
        for cell in self.groups:
            found[cell.quarter, cell.level] += cell.records
        return found

    def levels(self) -> LevelCounts:
        """Add up by level; the cells must be of counted levels only."""
        counts = LevelCounts()
        for cell in self.groups:
            counts.add(cell.level, cell.records)
        return counts

    def _keep(self, groups: Iterable[Cell]) -> Self:
        return type(self)(tuple(groups))


def read_cells(rows: DisruptionQuerySet, query: StatisticsQuery, *, span: Period | None = None) -> Cells:
    """Read submitted and approved records grouped by all that the figures tell apart. One query.

    ``rows`` are the query's within ``span``, by default its period, which decides which of them are ``inside``.
    """
    buckets = Buckets.of(query.period, span or query.period)
    placed = {number: (buckets.quarter(number), buckets.inside(number)) for number in buckets.numbers}
    cells = []
    for number, agency, role, level, not_counted, records in read_groups(rows, query, buckets, _standing):
        quarter, inside = placed[number]
        cells.append(Cell(agency, role, quarter, level, not_counted, inside, records))
    return Cells(tuple(cells))


def _standing(rows: DisruptionQuerySet, number: Func) -> Iterable[Group]:
    grouped: Iterable[Group] = (
        rows.standing()
        .with_reason_not_counted()
        .order_by()
        .values_list(number, "agency_id", "role", "level", "not_counted")
        .annotate(records=Count("*"))
    )
    return grouped


def count_by_quarter(rows: DisruptionQuerySet, period: Period) -> QuarterCells:
    """Return how many records, all of them within a period, fall in each quarter and level. One query."""
    buckets = Buckets.of(period, period)
    cells: QuarterCells = Counter()
    for level, number, records in rows.order_by().values_list("level", buckets.number).annotate(records=Count("*")):
        cells[buckets.quarter(number), level] += records
    return cells


def frozen_cells(extract: Extract) -> QuarterCells:
    """Return the cells of an extract as they were frozen."""
    return Counter({(Quarter.of(date.fromisoformat(day)), level): records for day, level, records in extract.totals})


def spanning(query: StatisticsQuery, *periods: Period) -> StatisticsQuery:
    """Return the query with its period widened to hold others."""
    first = min(query.period.first, *(period.first for period in periods))
    last = max(query.period.last, *(period.last for period in periods))
    return replace(query, period=Period(first, last))
