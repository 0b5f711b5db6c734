"""The revision triangle: each quarter as it was counted month by month after its end, and the growth to expect from it.

The counts at all those month ends come from one statement, which reads every past version with the time in which it
stood (``statistics.past``).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, prod
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, DateTimeField, F, Func, IntegerField, Min, Q, Value
from django.db.models.functions import Coalesce

from agencies.as_at import reading_as_at
from disruptions.filters import COUNTED_FILTERS, DisruptionFilter
from disruptions.models import DisruptionAsAt
from disruptions.statistics.buckets import Buckets
from disruptions.statistics.parameters import StatisticsQuery, end_of_day, require_quarter_bounds
from disruptions.statistics.past import VIEWS, throughout
from disruptions.statistics.periods import Quarter, quarters_between
from disruptions.statistics.rounding import percent_change, rounded

MONTHS: Final = 24
"""For how many months after its end a quarter is followed."""

QUARTERS_NEEDED: Final = 4
"""How many earlier quarters must have been through a month of age before anything is expected of it."""

DRAWS: Final = 1_000
SEED: Final = 7
LOW, HIGH = Fraction(1, 10), Fraction(9, 10)
"""The part of the draws below each end of the interval."""


def _of_all(function: str, column: str) -> Func:
    """Return the earliest or latest of a time of record, threat and agency; what is not known yet does not matter."""
    columns = ", ".join(f'"{view}"."{column}"' for view in VIEWS)
    return Func(template=f"{function}({columns})", output_field=DateTimeField())


@dataclass(frozen=True, slots=True)
class TriangleRow:
    """A quarter, and how many leads counted in it at the end of each month after it; ``None`` where nobody can know."""

    quarter: Quarter
    counts: tuple[int | None, ...]

    @property
    def age(self) -> int | None:
        """The last month of age at which it was counted."""
        known = [age for age, count in enumerate(self.counts) if count is not None]
        return known[-1] if known else None

    @property
    def latest(self) -> int:
        """The count at that age."""
        return 0 if self.age is None else self.counts[self.age] or 0


@dataclass(frozen=True, slots=True)
class Step:
    """What happened to earlier quarters from one month of age to the next: each one's count before and after."""

    age: int
    pairs: tuple[tuple[int, int], ...]

    @property
    def factor(self) -> Fraction | None:
        """All counts after over all counts before; ``None`` where too few quarters have been through it."""
        if len(self.pairs) < QUARTERS_NEEDED:
            return None
        return Fraction(sum(after for _, after in self.pairs), sum(before for before, _ in self.pairs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A count, and what is expected of it later, from low to high."""

    counted: int
    expected: int
    low: int
    high: int

    @property
    def growth(self) -> int:
        """How many more are expected; fewer than none where records are rather taken out."""
        return self.expected - self.counted

    @property
    def percent(self) -> int | None:
        """The growth in whole percent; ``None`` on a zero base."""
        return percent_change(self.counted, self.expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation(Outlook):
    """The outlook of a quarter: its present age, and the age for which something is expected."""

    quarter: Quarter
    age: int
    until: int


@dataclass(frozen=True, slots=True)
class Growth:
    """The triangle at a month end, how counts developed by month of age, and what is expected of recent quarters.

    ``expected`` holds the quarters of which something can be expected, ``together`` their sum (``None``: of none).
    ``too_few`` are the quarters that are still young, but have not enough earlier ones to go by; ``nothing_yet`` those
    of which nothing is counted so far: what earlier quarters grew by says nothing of them.
    """

    month_end: date
    rows: tuple[TriangleRow, ...]
    steps: tuple[Step, ...]
    expected: tuple[Expectation, ...]
    together: Outlook | None
    too_few: tuple[Quarter, ...]
    nothing_yet: tuple[Quarter, ...]


def expected_growth(query: StatisticsQuery) -> Growth:
    """Return the triangle of a query's quarters and the growth to expect of recent ones. One statement.

    Counts are those of month ends: the last is the latest at the cut-off. Raises ``Invalid`` unless the period is made
    of whole quarters.
    """
    require_quarter_bounds(query)
    month_end = latest_month_end(query)
    rows = _triangle(query, month_end)
    steps = _steps(rows)
    expected, together = _expect(rows, steps)
    given = {each.quarter for each in expected}
    young = [row for row in rows if row.age is not None and row.age < MONTHS and row.quarter not in given]
    too_few = tuple(row.quarter for row in young if row.latest)
    nothing_yet = tuple(row.quarter for row in young if not row.latest)
    return Growth(month_end, rows, steps, expected, together, too_few, nothing_yet)


def latest_month_end(query: StatisticsQuery) -> date:
    """Return the last day of the latest month that had ended at the cut-off; today has not."""
    last_day = query.cut_off if query.as_at is not None else query.cut_off - timedelta(days=1)
    after = last_day + timedelta(days=1)
    return date(after.year, after.month, 1) - timedelta(days=1)


def month_end_after(quarter: Quarter, months: int) -> date:
    """Return the last day of the month so many months after a quarter's last one."""
    place = quarter.end.year * 12 + quarter.end.month + months
    return date(place // 12, place % 12 + 1, 1) - timedelta(days=1)


# ------------------------------------------------------------------------------------------------------------- triangle


def _triangle(query: StatisticsQuery, month_end: date) -> tuple[TriangleRow, ...]:
    """Count every quarter at every month end, from its own last day to ``MONTHS`` months later."""
    quarters = [each for each in quarters_between(query.period.first, query.period.last) if each.end <= month_end]
    if not quarters:
        return ()
    wanted = {(quarter, age): month_end_after(quarter, age) for quarter in quarters for age in range(MONTHS + 1)}
    days = sorted({day for day in wanted.values() if day <= month_end})
    place = {day: number for number, day in enumerate(days)}
    counts, known_from = _counts(query, [end_of_day(day) for day in days])
    rows = []
    for quarter in quarters:
        of_quarter = [
            counts[quarter, place[day]] if day in place and known_from and end_of_day(day) >= known_from else None
            for age in range(MONTHS + 1)
            for day in (wanted[quarter, age],)
        ]
        rows.append(TriangleRow(quarter, tuple(of_quarter)))
    return tuple(rows)


def _counts(
    query: StatisticsQuery, moments: Sequence[datetime]
) -> tuple[Counter[tuple[Quarter, int]], datetime | None]:
    """Count by quarter at each of the moments, in order; and say when the first of what was counted began to count.

    A version counts from when it, its threat's and its agency's were all in force until the first of them was not: at
    the moments numbered from ``first`` up to and without ``last``.
    """
    begins, ends = _of_all("GREATEST", "pgh_created_at"), _of_all("LEAST", "superseded_at")
    buckets = Buckets.of(query.period, query.period)
    # Which agencies or threats a filter means is looked up as at the cut-off, for every month end the same.
    with reading_as_at(end_of_day(query.cut_off)):
        kept = DisruptionFilter(query.filters, DisruptionAsAt.objects.all()).strict(only=COUNTED_FILTERS)
    rows = (
        kept.counted()
        .filter(occurred_on__range=(query.period.first, query.period.last))
        .alias(begins=begins, ends=ends)
        .annotate(first=_number_before(begins, moments), last=Coalesce(_number_before(ends, moments), len(moments)))
        # What never stood at once is put aside before it is numbered.
        .filter(Q(ends__isnull=True) | Q(ends__gt=F("begins")), last__gt=F("first"))
        .order_by()
        .values_list(buckets.number, "first", "last")
        .annotate(records=Count("*"), since=Min(begins))
    )
    counts: Counter[tuple[Quarter, int]] = Counter()
    known_from: datetime | None = None
    try:
        statement, parameters = throughout(rows)
    except EmptyResultSet:
        return counts, None
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        for number, first, last, records, since in cursor.fetchall():
            known_from = since if known_from is None else min(known_from, since)
            for place in range(first, last):
                counts[buckets.quarter(number), place] += records
    return counts, known_from


def _number_before(moment: Func, moments: Sequence[datetime]) -> Func:
    """Return the expression of how many of the moments lie before a time."""
    listed = Value(list(moments), output_field=ArrayField(DateTimeField()))
    just_before = Func(moment, template="%(expressions)s - interval '1 microsecond'", output_field=DateTimeField())
    return Func(just_before, listed, function="width_bucket", output_field=IntegerField())


# ---------------------------------------------------------------------------------------------------------- expectation


def _steps(rows: Iterable[TriangleRow]) -> tuple[Step, ...]:
    """Return, for each month of age, the quarters that were counted at both its ends and had records at its first."""
    steps = []
    for age in range(MONTHS):
        ends = [(row.counts[age], row.counts[age + 1]) for row in rows]
        pairs = [(before, after) for before, after in ends if before and after is not None]
        steps.append(Step(age, tuple(pairs)))
    return tuple(steps)


def _until(age: int, steps: Sequence[Step]) -> int:
    """Return the furthest age to which enough earlier quarters lead from one."""
    while age < MONTHS and steps[age].factor is not None:
        age += 1
    return age


def _expect(rows: Iterable[TriangleRow], steps: Sequence[Step]) -> tuple[tuple[Expectation, ...], Outlook | None]:
    paths = _draw_paths(steps)
    found: list[Expectation] = []
    sums = [0.0] * DRAWS
    for row in rows:
        age = row.age
        if age is None or not row.latest or (until := _until(age, steps)) == age:
            continue
        expected = Fraction(row.latest)
        for step in steps[age:until]:
            expected *= step.factor or 1
        draws = [row.latest * prod(path[age:until]) for path in paths]
        sums = [total + draw for total, draw in zip(sums, draws, strict=True)]
        low, high = _interval(draws)
        found.append(
            Expectation(
                quarter=row.quarter,
                age=age,
                until=until,
                counted=row.latest,
                expected=_whole(expected),
                low=low,
                high=high,
            )
        )
    if not found:
        return (), None
    low, high = _interval(sums)
    together = Outlook(
        counted=sum(each.counted for each in found), expected=sum(each.expected for each in found), low=low, high=high
    )
    return tuple(found), together


def _draw_paths(steps: Sequence[Step]) -> list[tuple[float, ...]]:
    """Draw, for each month of age, what one earlier quarter did in it: path by path, a ratio for each month of age.

    A quarter is drawn as often as it is large, so that the mean of the draws is the factor.
    """
    chance = random.Random(SEED)  # noqa: S311 - no secret: the same numbers each time
    drawn = []
    for step in steps:
        ratios, weights = [1.0], [1]
        if step.factor is not None:
            ratios = [after / before for before, after in step.pairs]
            weights = [before for before, _ in step.pairs]
        drawn.append(chance.choices(ratios, weights=weights, k=DRAWS))
    return list(zip(*drawn, strict=True))


def _interval(draws: Iterable[float]) -> tuple[int, int]:
    ordered = sorted(draws)
    low, high = (ordered[ceil(part * DRAWS) - 1] for part in (LOW, HIGH))
    return rounded(Decimal(low)), rounded(Decimal(high))


def _whole(value: Fraction) -> int:
    return rounded(Decimal(value.numerator) / Decimal(value.denominator))
