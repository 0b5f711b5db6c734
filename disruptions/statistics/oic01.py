"""OIC_01: counted disruptions by quarter and level, and the comparisons that the release prints (S0, W1)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import ExtractQuarter, ExtractYear

from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.parameters import Period, StatisticsQuery, require_quarter_bounds
from disruptions.statistics.periods import Quarter, quarters_between
from disruptions.statistics.rounding import mean, percent_change
from disruptions.vocabulary import Level

TOTAL = "Total"
QUARTERS_IN_A_YEAR = 4


@dataclass(frozen=True, slots=True)
class Oic01Row:
    """One row of the table: a quarter, or the total of a whole year after its quarters."""

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


@dataclass(frozen=True, slots=True)
class YearEnding:
    """A rolling year of four whole quarters beside the one before."""

    period: Period
    before: Period
    rows: tuple[YearEndingRow, ...]
    total: YearEndingRow

    @property
    def mean_per_quarter(self) -> int | None:
        """The mean of the four quarters, as a whole number."""
        return mean(self.total.now, 4)

    @property
    def mean_per_quarter_before(self) -> int | None:
        """The mean of the four quarters before."""
        return mean(self.total.before, 4)


Cells = Counter[tuple[Quarter, str]]


def count_cells(rows: DisruptionQuerySet) -> Cells:
    """Return how many records fall in each quarter and level. One query."""
    cells: Cells = Counter()
    grouped = (
        rows.order_by()
        .values("level", year=ExtractYear("occurred_on"), quarter=ExtractQuarter("occurred_on"))
        .annotate(records=Count("pk"))
    )
    for group in grouped:
        cells[Quarter(group["year"], group["quarter"]), group["level"]] = group["records"]
    return cells


def oic_01(query: StatisticsQuery) -> list[Oic01Row]:
    """Return the table for a query: a row per quarter, and after the fourth quarter of a year its total.

    A quarter without records is a row of zeros. A year of which the period holds only a part has no total.
    Raises ``Invalid`` unless the period is made of whole quarters.
    """
    require_quarter_bounds(query)
    with query.rows() as rows:
        cells = count_cells(rows.counted())
    return _with_yearly_totals(query, cells)


def trend(query: StatisticsQuery) -> dict[str, list[Oic01Row]]:
    """Return quarterly rows of leads (counted) and of supports beside them, for the same query. Never to be added."""
    with query.rows() as rows:
        lead, support = count_cells(rows.counted()), count_cells(rows.credited())
    quarters = quarters_between(query.period.first, query.period.last)
    return {
        "lead": [_quarter_row(query, quarter, lead) for quarter in quarters],
        "support": [_quarter_row(query, quarter, support) for quarter in quarters],
    }


def year_ending(query: StatisticsQuery, *, last: Quarter | None = None) -> YearEnding:
    """Compare the rolling year that ends with a quarter (by default the query's last) with the year before."""
    end = last or Quarter.of(query.period.last)
    now = Period(end.plus(-3).start, end.end)
    before = Period(end.plus(-7).start, end.plus(-4).end)
    whole = StatisticsQuery(Period(before.first, now.last), query.as_at, query.cut_off, query.filters)
    with whole.rows() as rows:
        cells = count_cells(rows.counted())

    def of(level: str, period: Period) -> int:
        return sum(cells[quarter, level] for quarter in quarters_between(period.first, period.last))

    rows_out = tuple(
        YearEndingRow(level.value, of(level.value, before), of(level.value, now))
        for level in (Level.MAJOR, Level.MODERATE, Level.MINOR)
    )
    total = YearEndingRow("total", sum(row.before for row in rows_out), sum(row.now for row in rows_out))
    return YearEnding(now, before, rows_out, total)


def _with_yearly_totals(query: StatisticsQuery, cells: Cells) -> list[Oic01Row]:
    table: list[Oic01Row] = []
    for quarter in quarters_between(query.period.first, query.period.last):
        table.append(_quarter_row(query, quarter, cells))
        of_year = [row for row in table if row.year == quarter.year]
        if len(of_year) == QUARTERS_IN_A_YEAR:
            table.append(
                Oic01Row(
                    year=quarter.year,
                    quarter=TOTAL,
                    minor=sum(row.minor for row in of_year),
                    moderate=sum(row.moderate for row in of_year),
                    major=sum(row.major for row in of_year),
                    provisional=any(row.provisional for row in of_year),
                    period=Period(Quarter(quarter.year, 1).start, quarter.end),
                )
            )
    return table


def _quarter_row(query: StatisticsQuery, quarter: Quarter, cells: Cells) -> Oic01Row:
    return Oic01Row(
        year=quarter.year,
        quarter=quarter.name,
        minor=cells[quarter, Level.MINOR.value],
        moderate=cells[quarter, Level.MODERATE.value],
        major=cells[quarter, Level.MAJOR.value],
        provisional=query.is_provisional(quarter),
        period=Period(quarter.start, quarter.end),
    )
