"""The page of expected growth: quarters as they were counted after their end, and what to expect of recent ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from disruptions import statistics
from disruptions.charts import interval_chart
from disruptions.drill_downs import DrillDown
from disruptions.statistics import Expectation, Growth, Period, Quarter, StatisticsQuery, TriangleRow
from disruptions.statistics.definitions import GROWTH
from disruptions.statistics.growth import MONTHS, QUARTERS_NEEDED, month_end_after
from disruptions.views.statistics import File, answer_statistic
from disruptions.wording import day_in_words

FEW: Final = 30
"""Counted disruptions of a quarter below which the page says that its interval is too narrow."""

SHOWN_AGES: Final = (*range(7), 9, 12, 15, 18, 21, 24)
"""Months of age that the page's triangle shows; its file has all."""


@require_safe
def statistics_growth(request: HttpRequest) -> HttpResponseBase:
    return answer_statistic(request, "growth", statistics.expected_growth, _page, _file, whole_quarters=True)


def _page(query: StatisticsQuery, growth: Growth) -> dict[str, Any]:
    return {
        "growth": growth,
        "ages": SHOWN_AGES,
        "triangle": [(row.quarter.label, [_cell(query, row, age) for age in SHOWN_AGES]) for row in growth.rows],
        "counted": {each.quarter: _counted(query, growth, each) for each in growth.expected},
        "needed": QUARTERS_NEEDED,
        "few": FEW if any(each.counted < FEW for each in growth.expected) else None,
        "chart": growth_chart(growth),
        "sentence": growth_sentence(growth),
        "definition": GROWTH,
        "month_end": day_in_words(growth.month_end),
    }


def _cell(query: StatisticsQuery, row: TriangleRow, age: int) -> dict[str, Any] | str:
    """Return a cell that opens the records as they stood at its month end; an empty one where nobody can know."""
    count = row.counts[age]
    if count is None:
        return ""
    return _links(query, month_end_after(row.quarter, age)).lead(count, period=_days_of(row.quarter))


def _counted(query: StatisticsQuery, growth: Growth, each: Expectation) -> dict[str, Any]:
    return _links(query, growth.month_end).lead(each.counted, period=_days_of(each.quarter))


def _links(query: StatisticsQuery, day: date) -> DrillDown:
    return DrillDown(replace(query, as_at=day))


def _days_of(quarter: Quarter) -> Period:
    return Period(quarter.start, quarter.end)


def _file(query: StatisticsQuery, growth: Growth) -> File:
    header = (
        "Year",
        "Quarter",
        "Months since its end",
        "Counted",
        "Expected at months",
        "Expected",
        "Expected, low",
        "Expected, high",
        *(f"Counted after {age} months" for age in range(MONTHS + 1)),
    )
    given = {each.quarter: each for each in growth.expected}
    lines = (
        (
            row.quarter.year,
            row.quarter.name,
            row.age,
            None if row.age is None else row.latest,
            *((each.until, each.expected, each.low, each.high) if each else (None,) * 4),
            *row.counts,
        )
        for row in growth.rows
        for each in (given.get(row.quarter),)
    )
    return header, lines


def growth_chart(growth: Growth) -> str | None:
    """Draw what is counted and what is expected of each recent quarter; nothing where nothing can be expected."""
    if not growth.expected:
        return None
    return interval_chart(
        "Counted and expected disruptions of recent quarters",
        "A bar for what is counted, and above it a mark for what is expected, on a line from low to high. The table "
        "below has the same figures.",
        [each.quarter.label for each in growth.expected],
        [each.counted for each in growth.expected],
        [each.expected for each in growth.expected],
        [(each.low, each.high) for each in growth.expected],
    )


def growth_sentence(growth: Growth) -> str:
    """Say how far recent quarters are expected to grow, or why nothing can be said."""
    together = growth.together
    day = day_in_words(growth.month_end)
    if together is None:
        if not growth.rows:
            return f"No quarter of this period had ended by {day}."
        if all(row.age is None for row in growth.rows):
            return "No disruption of this period was counted at the end of any month."
        if growth.nothing_yet and not growth.too_few:
            return "Nothing can be expected: no disruption of the recent quarters is counted yet."
        if not growth.too_few:
            return f"Every quarter of this period had been over for {MONTHS} months by {day}. No growth is expected."
        return (
            f"Nothing can be expected: at least {QUARTERS_NEEDED} earlier quarters must have been through the months "
            "that lie ahead. Choose a period that begins earlier."
        )
    until = {each.until for each in growth.expected}
    age = f"{MONTHS} months after its end" if until == {MONTHS} else "as far ahead as earlier quarters show"
    names = [each.quarter.label for each in growth.expected]
    quarters = names[0] if len(names) == 1 else f"The {len(names)} quarters from {names[0]} to {names[-1]}"
    moved = "no change"
    if together.growth:
        percent = "" if together.percent is None else f" ({together.percent:+}%)"
        moved = f"{together.growth:+,}{percent}".replace("-", "−")
    return (
        f"{quarters} had {together.counted:,} counted disruptions at {day}. If records come, and are taken out, as in "
        f"earlier quarters, {together.expected:,} ({together.low:,} to {together.high:,}) are expected, each quarter "
        f"{age}: {moved}."
    )
