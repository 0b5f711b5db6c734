"""The one grouped read behind figures that show leads, supports and what is not counted side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple, Self

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateField, F, Func, IntegerField, Value

from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.parameters import Period, StatisticsQuery
from disruptions.statistics.periods import Quarter, quarters_between
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

    def of_agency(self, key: int) -> Self:
        """Keep one agency's records."""
        return self._keep(cell for cell in self.groups if cell.agency == key)

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


@dataclass(frozen=True, slots=True)
class Buckets:
    """Days cut into quarters, and cut again where a period begins and ends within one.

    The database numbers a day by one binary search over ``edges``: a whole number, which it groups by hashing, where
    year and quarter taken from the date would be two decimals that it sorts by.
    """

    edges: tuple[date, ...]
    period: Period

    @classmethod
    def of(cls, period: Period, span: Period) -> Self:
        """Cut the days of ``span`` at quarters, and at both ends of ``period``."""
        quarters = (quarter.start for quarter in quarters_between(span.first, span.last))
        edges = {span.first, period.first, period.last + timedelta(days=1), *quarters}
        return cls(tuple(sorted(edges)), period)

    @property
    def number(self) -> Func:
        """The expression that numbers the day of a record, from 1."""
        edges = Value(list(self.edges), output_field=ArrayField(DateField()))
        return Func(F("occurred_on"), edges, function="width_bucket", output_field=IntegerField())

    def quarter(self, number: int) -> Quarter:
        """Return the quarter of the days with a number."""
        return Quarter.of(self.edges[number - 1])

    def inside(self, number: int) -> bool:
        """Say whether the days with a number lie in the period."""
        return self.period.first <= self.edges[number - 1] <= self.period.last


def read_cells(rows: DisruptionQuerySet, period: Period, *, span: Period | None = None) -> Cells:
    """Read submitted and approved records grouped by all that the figures tell apart. One query.

    ``rows`` lie within ``span``, by default the period; ``period`` decides which of them are ``inside``.
    """
    buckets = Buckets.of(period, span or period)
    grouped = (
        rows.standing()
        .with_reason_not_counted()
        .order_by()
        .values_list("agency_id", "role", buckets.number, "level", "not_counted")
        .annotate(records=Count("*"))
    )
    return Cells(
        tuple(
            Cell(agency, role, buckets.quarter(number), level, not_counted, buckets.inside(number), records)
            for agency, role, number, level, not_counted, records in grouped
        )
    )


def count_by_quarter(rows: DisruptionQuerySet, period: Period) -> QuarterCells:
    """Return how many records, all of them within a period, fall in each quarter and level. One query."""
    buckets = Buckets.of(period, period)
    cells: QuarterCells = Counter()
    for level, number, records in rows.order_by().values_list("level", buckets.number).annotate(records=Count("*")):
        cells[buckets.quarter(number), level] += records
    return cells


def spanning(query: StatisticsQuery, *periods: Period) -> StatisticsQuery:
    """Return the query with its period widened to hold others."""
    first = min(query.period.first, *(period.first for period in periods))
    last = max(query.period.last, *(period.last for period in periods))
    return replace(query, period=Period(first, last))
