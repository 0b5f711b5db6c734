"""The page of recording lag: how long disruptions take to be recorded, and whose late records make figures grow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from disruptions import statistics
from disruptions.charts import bar_chart
from disruptions.statistics import AgencyLag, LagTable, StatisticsQuery, share
from disruptions.statistics.definitions import LAG
from disruptions.statistics.lag import HALF
from disruptions.views.counted import period_words
from disruptions.views.statistics import File, answer_statistic

DRAWN = 12
"""How many agencies the chart shows, those with most records; the table has all."""


@require_safe
def statistics_lag(request: HttpRequest) -> HttpResponseBase:
    return answer_statistic(request, "lag", statistics.recording_lag, _page, _file)


def _page(query: StatisticsQuery, table: LagTable) -> dict[str, Any]:
    return {
        "table": table,
        "bands": bands(table.limits),
        "chart": lag_chart(table),
        "drawn": DRAWN,
        "sentence": lag_sentence(query, table),
        "definition": LAG,
    }


def _file(query: StatisticsQuery, table: LagTable) -> File:
    parts = ("quarter", "half", "three quarters")
    header = (
        "Agency code",
        "Agency",
        "Counted leads",
        *(f"Submitted within {days} days" for days in table.limits),
        f"Submitted later than {table.longest} days",
        "Share of all late (%)",
        *(f"Submission: {part} within (days)" for part in parts),
        "Approved",
        *(f"Approval: {part} within (days)" for part in parts),
        "Not approved",
    )
    lines = (
        (
            row.code,
            row.name,
            row.records,
            *(row.submission.within(days) for days in table.limits),
            row.late(table.longest),
            table.share_of_late(row),
            *row.submission.quartiles,
            row.approval.records,
            *row.approval.quartiles,
            row.not_approved,
        )
        for row in (*table.rows, table.together)
    )
    return header, lines


def bands(limits: Sequence[int]) -> list[str]:
    """Name the days between limits, such as ``Within 7 days``, ``8 to 30 days``, ``Later than 30 days``."""
    first, *others = limits
    between = [f"{before + 1} to {days} days" for before, days in zip(limits, others, strict=False)]
    return [f"Within {first} days", *between, f"Later than {limits[-1]} days"]


def band_counts(row: AgencyLag, limits: Sequence[int]) -> list[int]:
    """Return how many records were submitted in each band of days."""
    within = [row.submission.within(days) for days in limits]
    return [
        within[0],
        *(after - before for before, after in pairwise(within)),
        row.late(limits[-1]),
    ]


def lag_chart(table: LagTable) -> str | None:
    """Draw the agencies with most counted leads, each bar split by days to submission; nothing without any."""
    rows = sorted(table.rows, key=lambda row: (-row.records, row.name))[:DRAWN]
    if not rows:
        return None
    counts = [band_counts(row, table.limits) for row in rows]
    return bar_chart(
        "Counted disruptions by agency and days to submission",
        "A bar for each agency, split by days from the disruption to the record. The table below has the same figures.",
        [row.short_name for row in rows],
        {band: [line[place] for line in counts] for place, band in enumerate(bands(table.limits))},
    )


def lag_sentence(query: StatisticsQuery, table: LagTable) -> str:
    """Say how quick recording was, and who drives the growth of earlier figures."""
    together = table.together
    if not together.records:
        return f"No disruption was counted in {period_words(query.period)}."
    half = together.submission.part_within(HALF)
    sentence = (
        f"Half of the {together.records:,} disruptions counted in {period_words(query.period)} were submitted within "
        f"{_days(half)}, and {together.submission.share_within(table.longest)}% within {table.longest} days."
    )
    if not table.late:
        return f"{sentence} None came later."
    drivers = table.drivers()
    part = share(sum(row.late(table.longest) for row in drivers), table.late)
    names = [row.short_name for row in drivers]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    if len(names) > 5:
        listed = f"{len(names)} agencies"
    return f"{sentence} {table.late:,} came later: {listed} recorded {part}% of these."


def _days(days: int | None) -> str:
    return "the same day" if days == 0 else "1 day" if days == 1 else f"{days} days"
