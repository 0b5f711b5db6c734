"""OIC_01: counted disruptions by quarter and level, and the comparisons that the release prints (S0, W1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from disruptions.statistics.cells import (
    LevelCounts,
    QuarterCells,
    count_by_quarter,
    frozen_cells,
    read_cells,
    spanning,
)
from disruptions.statistics.parameters import Period, StatisticsQuery, require_quarter_bounds
from disruptions.statistics.periods import Quarter, quarters_between
from disruptions.statistics.rounding import mean, percent_change
from disruptions.vocabulary import Level

TOTAL = "Total"
QUARTERS_IN_A_YEAR = 4
PROVISIONAL_MARK = "[p]"


@dataclass(frozen=True, slots=True)
class Oic01Row:
    """One row of the table: a quarter, or the total of a whole year after its quarters.

    ``period`` is what the row counts: shorter than the quarter where the query starts or ends within it.
    """

    year: int
    quarter: str
    minor: int
    moderate: int
    major: int
    provisional: bool
    period: Period

    @property
    def total(self) -> int:
        """All counted levels."""
        return self.minor + self.moderate + self.major

    @property
    def is_year(self) -> bool:
        """Whether it is the total of a year."""
        return self.quarter == TOTAL

    @property
    def is_part(self) -> bool:
        """Whether it counts only a part of its quarter."""
        return not self.period.on_quarter_bounds

    @property
    def marked_quarter(self) -> str:
        """The quarter as the published table prints it, such as ``Apr - Jun [p]``."""
        return f"{self.quarter} {PROVISIONAL_MARK}" if self.provisional else self.quarter

    @property
    def mean_per_quarter(self) -> int | None:
        """The mean of a year's quarters, as a whole number; ``None`` for a quarter."""
        return mean(self.total, QUARTERS_IN_A_YEAR) if self.is_year else None


@dataclass(frozen=True, slots=True)
class YearEndingRow:
    """One level of the comparison of a rolling year with the one before."""

    level: str
    before: int
    now: int

    @property
    def change(self) -> int | None:
        """Change in whole percent; ``None`` on a zero base."""
        return percent_change(self.before, self.now)

    @property
    def difference(self) -> int:
        """Change in records."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class YearEnding:
    """A rolling year of four whole quarters beside the one before."""

    period: Period
    before: Period
    rows: tuple[YearEndingRow, ...]
    total: YearEndingRow
    provisional: bool
    before_provisional: bool

    @property
    def mean_per_quarter(self) -> int | None:
        """The mean of the four quarters, as a whole number."""
        return mean(self.total.now, QUARTERS_IN_A_YEAR)

    @property
    def mean_per_quarter_before(self) -> int | None:
        """The mean of the four quarters before."""
        return mean(self.total.before, QUARTERS_IN_A_YEAR)


def oic_01(query: StatisticsQuery) -> list[Oic01Row]:
    """Return the table for a query: a row per quarter, and after the fourth quarter of a year its total.

    A quarter without records is a row of zeros. A year of which the period holds only a part has no total.
    Of an extract, the cells are those that were frozen. Raises ``Invalid`` unless the period is made of whole quarters.
    One query, none of an extract.
    """
    require_quarter_bounds(query)
    if query.extract is not None:
        return with_yearly_totals(quarter_rows(query, frozen_cells(query.extract)))
    with query.rows() as rows:
        cells = count_by_quarter(rows.counted(), query.period)
    return with_yearly_totals(quarter_rows(query, cells))


def whole_years(query: StatisticsQuery) -> list[Oic01Row]:
    """Return the totals of the calendar years that the query's period holds whole. One query."""
    with query.rows() as rows:
        cells = count_by_quarter(rows.counted(), query.period)
    return [row for row in with_yearly_totals(quarter_rows(query, cells)) if row.is_year]


def trend(query: StatisticsQuery) -> dict[str, list[Oic01Row]]:
    """Return quarterly rows of leads (counted) and of supports beside them, for the same query. Never to be added.

    A quarter at the edge of the period may be counted in part. One query.
    """
    with query.rows() as rows:
        cells = read_cells(rows, query)
    return {
        "lead": quarter_rows(query, cells.leads().by_quarter()),
        "support": quarter_rows(query, cells.supports().by_quarter()),
    }


def year_ending(query: StatisticsQuery, *, last: Quarter | None = None) -> YearEnding:
    """Compare the rolling year that ends with a quarter with the year before. One query.

    By default it ends with the last quarter that is complete at the end of the query's period and at its cut-off.
    """
    end = last or last_whole_quarter(query)
    now, before = rolling_years(end)
    wider = spanning(query, now, before)
    with wider.rows() as rows:
        cells = count_by_quarter(rows.counted(), wider.period)
    return compare_years(query, cells, end)


def last_whole_quarter(query: StatisticsQuery) -> Quarter:
    """Return the last quarter that is complete at the end of the query's period and at its cut-off."""
    return Quarter.latest_complete(min(query.period.last, query.cut_off))


def rolling_years(end: Quarter) -> tuple[Period, Period]:
    """Return the year that ends with a quarter, and the year before."""
    return Period(end.plus(-3).start, end.end), Period(end.plus(-7).start, end.plus(-4).end)


def compare_years(query: StatisticsQuery, cells: QuarterCells, end: Quarter) -> YearEnding:
    """Compare the two rolling years of ``rolling_years``, from cells that hold both whole."""
    now, before = rolling_years(end)

    def of(level: str, period: Period) -> int:
        return sum(cells[quarter, level] for quarter in quarters_between(period.first, period.last))

    rows = tuple(
        YearEndingRow(level.value, of(level.value, before), of(level.value, now))
        for level in (Level.MAJOR, Level.MODERATE, Level.MINOR)
    )
    return YearEnding(
        period=now,
        before=before,
        rows=rows,
        total=YearEndingRow("total", sum(row.before for row in rows), sum(row.now for row in rows)),
        provisional=query.is_provisional(end),
        before_provisional=query.is_provisional(end.plus(-QUARTERS_IN_A_YEAR)),
    )


def quarter_rows(query: StatisticsQuery, cells: QuarterCells) -> list[Oic01Row]:
    """Return a row per quarter that the query's period touches, zeros included."""
    return [
        Oic01Row(
            year=quarter.year,
            quarter=quarter.name,
            minor=cells[quarter, Level.MINOR.value],
            moderate=cells[quarter, Level.MODERATE.value],
            major=cells[quarter, Level.MAJOR.value],
            provisional=query.is_provisional(quarter),
            period=Period(max(quarter.start, query.period.first), min(quarter.end, query.period.last)),
        )
        for quarter in quarters_between(query.period.first, query.period.last)
    ]


def total_of(rows: Iterable[Oic01Row]) -> LevelCounts:
    """Add up the quarters of a table, leaving out its totals of years."""
    quarters = [row for row in rows if not row.is_year]
    return LevelCounts(
        major=sum(row.major for row in quarters),
        moderate=sum(row.moderate for row in quarters),
        minor=sum(row.minor for row in quarters),
    )


def with_yearly_totals(quarters: Sequence[Oic01Row]) -> list[Oic01Row]:
    """Add, after the fourth quarter of each year that is there whole, the year's total."""
    table: list[Oic01Row] = []
    for quarter in quarters:
        table.append(quarter)
        of_year = [row for row in table if row.year == quarter.year]
        if len(of_year) == QUARTERS_IN_A_YEAR and not any(row.is_part for row in of_year):
            table.append(
                Oic01Row(
                    year=quarter.year,
                    quarter=TOTAL,
                    minor=sum(row.minor for row in of_year),
                    moderate=sum(row.moderate for row in of_year),
                    major=sum(row.major for row in of_year),
                    provisional=any(row.provisional for row in of_year),
                    period=Period(of_year[0].period.first, of_year[-1].period.last),
                )
            )
    return table
