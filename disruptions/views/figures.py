"""Figures as sentences and drawings: what a chart says, in words, from the same rows as its table."""

from __future__ import annotations

from collections.abc import Sequence

from disruptions.charts import bar_chart
from disruptions.statistics import Agreement, Oic01Row, StatisticsQuery, YearEnding, share, total_of
from disruptions.statistics.agreement import AS_CLAIMED, HIGHER, LOWER
from disruptions.views.counted import period_words
from disruptions.vocabulary import Decision


def trend_chart(rows: Sequence[Oic01Row], whose: str) -> str | None:
    """Draw counted leads by quarter, stacked by level; nothing where there are none."""
    quarters = [row for row in rows if not row.is_year]
    if not any(row.total for row in quarters):
        return None
    return bar_chart(
        f"Counted disruptions led by {whose}, by quarter and level",
        "Bars by quarter, each split into major, moderate and minor. The table below has the same figures.",
        [quarter_label(row) for row in quarters],
        {
            "Major": [row.major for row in quarters],
            "Moderate": [row.moderate for row in quarters],
            "Minor": [row.minor for row in quarters],
        },
    )


def quarter_label(row: Oic01Row) -> str:
    """Write a quarter with its year and mark, such as ``Apr - Jun 2025 [p]``."""
    return f"{row.quarter} {row.year} [p]" if row.provisional else f"{row.quarter} {row.year}"


def trend_sentence(query: StatisticsQuery, rows: Sequence[Oic01Row]) -> str:
    """Say what the quarterly trend shows."""
    leads = total_of(rows)
    quarters = [row for row in rows if not row.is_year]
    if not leads.total:
        return f"No disruption was counted in {period_words(query.period)}."
    sentence = (
        f"{_count(leads.total)} counted in {period_words(query.period)}: {leads.major:,} major, "
        f"{leads.moderate:,} moderate and {leads.minor:,} minor."
    )
    if len(quarters) > 1:
        sentence += f" {_highest(quarters)}"
    part = [row for row in quarters if row.is_part]
    if part:
        names = " and ".join(f"{row.quarter} {row.year}" for row in part)
        sentence += f" Only a part of {names} is in this period."
    return sentence


def _highest(quarters: Sequence[Oic01Row]) -> str:
    most = max(row.total for row in quarters)
    names = [f"{row.quarter} {row.year}" for row in quarters if row.total == most]
    if len(names) == 1:
        return f"The highest quarter was {names[0]}, with {most:,}."
    if len(names) == len(quarters):
        return f"Each quarter had {most:,}."
    return f"The highest quarters were {', '.join(names[:-1])} and {names[-1]}, with {most:,} each."


def year_ending_sentence(figures: YearEnding) -> str:
    """Say how the latest rolling year compares with the one before."""
    now, before, change = figures.total.now, figures.total.before, figures.total.change
    if not now and not before:
        return f"No disruption was counted in the year ending {figures.period.last:%B %Y}, and none the year before."
    sentence = f"{_count(now)} counted in the year ending {figures.period.last:%B %Y}"
    if change is None:
        return f"{sentence}, and none the year before."
    moved = f"{change}% more than" if change > 0 else f"{-change}% fewer than" if change < 0 else "about as many as"
    return f"{sentence}, {moved} the {before:,} of the year before."


def agreement_sentence(figures: Agreement) -> str:
    """Say how often moderators upheld what approvers decided, and how often approvers kept the claim."""
    together = figures.together
    if not together.decided and not together.moderated:
        return "No decision was made in this period."
    approved = sum(together.approver[column] for column in (AS_CLAIMED, HIGHER, LOWER))
    words = f"Approvers decided {together.decided:,} times"
    if approved:
        words += f" and approved {approved:,}, {share(together.approver[AS_CLAIMED], approved)}% of them as claimed"
    if not together.moderated:
        return f"{words}. Nothing was moderated."
    upheld = together.moderator[Decision.UPHELD]
    return f"{words}. Moderators upheld {upheld:,} of {together.moderated:,}: {together.agreement}% agreement."


def _count(records: int) -> str:
    if not records:
        return "No disruption was"
    return "1 disruption was" if records == 1 else f"{records:,} disruptions were"
