"""Figures as sentences and drawings: what a chart says, in words, from the same rows as its table."""

from __future__ import annotations

from collections.abc import Sequence

from disruptions.charts import bar_chart
from disruptions.statistics import (
    Agreement,
    GradedRow,
    GradeRow,
    Oic01Row,
    Reviews,
    StatisticsQuery,
    ThreatCounts,
    at_high_grades,
    of_moment,
    share,
    total_of,
)
from disruptions.statistics.agreement import AS_CLAIMED, HIGHER, LOWER
from disruptions.statistics.sentences import were_counted
from disruptions.views.counted import period_words
from disruptions.vocabulary import NOT_GRADED, Decision, GradeMoment


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
    days = f"{'on' if query.period.first == query.period.last else 'from'} {period_words(query.period)}"
    if not leads.total:
        return f"No disruption was counted {days}."
    sentence = (
        f"{were_counted(leads.total)} counted {days}: {leads.major:,} major, {leads.moderate:,} moderate and "
        f"{leads.minor:,} minor."
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


def by_grade_sentence(rows: Sequence[GradedRow]) -> str:
    """Say how many of the counted disruptions were against threats at P1 or P2, then and now."""
    then, now = of_moment(rows, GradeMoment.THEN), of_moment(rows, GradeMoment.NOW)
    leads = sum(row.lead.total for row in then)
    if not leads:
        return "No disruption was counted in this period."
    high_then, high_now = at_high_grades(then), at_high_grades(now)
    return (
        f"{were_counted(leads)} counted. {high_then:,} of them ({share(high_then, leads)}%) were against threats "
        f"graded P1 or P2 on the day; {high_now:,} ({share(high_now, leads)}%) against threats that are graded so now."
    )


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


def grades_chart(rows: Sequence[GradeRow]) -> str | None:
    """Draw OCGs with OIC primary by P grade; nothing where there are none."""
    if not any(row.threats for row in rows):
        return None
    return bar_chart(
        "OCGs with OIC as primary area, by P grade",
        "A bar for each P grade. The table below has the same figures.",
        [row.label for row in rows],
        {"OCGs": [row.threats for row in rows]},
    )


def master_list_sentence(grades: Sequence[GradeRow], threats: ThreatCounts) -> str:
    """Say how many threats are linked to OIC, and where the OCGs among them stand."""
    if not threats.linked:
        return "No threat on the list was linked to organised immigration crime."
    sentence = (
        f"{threats.linked:,} threats were linked to organised immigration crime. {threats.linked_ocgs:,} of them were "
        f"OCGs, and {threats.primary_ocgs:,} OCGs had it as their primary area."
    )
    graded = [f"{row.threats:,} at {row.label}" for row in grades if row.grade != NOT_GRADED]
    if threats.primary_ocgs:
        sentence += f" Of these, {', '.join(graded[:-1])} and {graded[-1]}."
    if threats.on_pnd:
        sentence += f" {threats.on_pnd:,} were on PND, {threats.at_lowest_tier:,} of them at tier 4."
    return sentence


def reviews_sentence(figures: Reviews) -> str:
    """Say how many threats are in date and how often people override the scoring model."""
    all_of_them = figures.together
    if not all_of_them.threats:
        return "There was nothing to review."
    sentence = (
        f"{all_of_them.in_date:,} of {all_of_them.threats:,} threats ({all_of_them.in_date_share}%) were in date, "
        f"{all_of_them.overdue:,} overdue and {all_of_them.never_assessed:,} never assessed."
    )
    if all_of_them.suggested:
        sentence += (
            f" People adopted another grade than suggested for {all_of_them.overridden:,} of {all_of_them.suggested:,} "
            f"threats ({all_of_them.override_rate}%): {all_of_them.raised:,} higher and {all_of_them.lowered:,} lower."
        )
    return sentence
