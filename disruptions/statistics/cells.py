"""The one grouped read behind figures that show leads, supports and what is not counted side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.db.models.functions import ExtractQuarter, ExtractYear

from disruptions.querysets import DisruptionQuerySet
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


def read_cells(rows: DisruptionQuerySet, period: Period) -> Cells:
    """Read submitted and approved records grouped by all that the figures tell apart. One query.

    ``period`` decides which records are ``inside``; ``rows`` may span more than that.
    """
    grouped = (
        rows.standing()
        .with_reason_not_counted()
        .annotate(
            inside=ExpressionWrapper(Q(occurred_on__range=(period.first, period.last)), output_field=BooleanField())
        )
        .order_by()
        .values_list(
            "agency_id",
            "role",
            ExtractYear("occurred_on"),
            ExtractQuarter("occurred_on"),
            "level",
            "not_counted",
            "inside",
        )
        .annotate(records=Count("pk"))
    )
    return Cells(
        tuple(
            Cell(agency, role, Quarter(year, quarter), level, not_counted, inside, records)
            for agency, role, year, quarter, level, not_counted, inside, records in grouped
        )
    )


def count_by_quarter(rows: DisruptionQuerySet) -> QuarterCells:
    """Return how many records fall in each quarter and level. One query."""
    cells: QuarterCells = Counter()
    grouped = (
        rows.order_by()
        .values("level", year=ExtractYear("occurred_on"), quarter=ExtractQuarter("occurred_on"))
        .annotate(records=Count("pk"))
    )
    for group in grouped:
        cells[Quarter(group["year"], group["quarter"]), group["level"]] = group["records"]
    return cells


def spanning(query: StatisticsQuery, *periods: Period) -> StatisticsQuery:
    """Return the query with its period widened to hold others."""
    first = min(query.period.first, *(period.first for period in periods))
    last = max(query.period.last, *(period.last for period in periods))
    return replace(query, period=Period(first, last))
