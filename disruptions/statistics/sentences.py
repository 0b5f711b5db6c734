"""What the figures of a dashboard say, in words, from the same rows as their tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from disruptions.statistics.agencies import (
    AgencyRow,
    PlaceRow,
    by_region,
    by_rocu,
    forces,
    lead_total,
    that_make_up,
)
from disruptions.statistics.dashboards import Dashboard
from disruptions.statistics.mixes import Mix, MixRow
from disruptions.statistics.oic01 import YearEnding
from disruptions.statistics.outcomes import Outcomes
from disruptions.statistics.rounding import percent_change, rounded, share
from disruptions.statistics.years import YearOfCounts
from disruptions.vocabulary import Initiation, OutcomeType, PriorityGrade

MOST_OF_IT: Final = 62
"""The share that four forces made up when the inspectorate looked (S3): how many do now is said of this share."""
FEW_NAMES: Final = 8
ARRESTS: Final = (OutcomeType.ARREST, OutcomeType.OVERSEAS_ARREST)
SEIZURES: Final = (
    OutcomeType.CASH_SEIZURE,
    OutcomeType.ASSET_SEIZURE,
    OutcomeType.EQUIPMENT_SEIZURE,
    OutcomeType.VESSEL_ENGINE_SEIZURE,
    OutcomeType.VEHICLE_SEIZURE,
    OutcomeType.DOCUMENT_SEIZURE,
    OutcomeType.COMMODITY_SEIZURE,
)
HIGH_GRADES: Final = (PriorityGrade.P1, PriorityGrade.P2)
LOW_GRADES: Final = (PriorityGrade.P3, PriorityGrade.P4)
NOTHING_COUNTED: Final = "No disruption was counted in this period."


def sentences_of(figures: Dashboard) -> dict[str, str]:
    """Say in words what each table of a dashboard shows, by the slug of the table."""
    mixes, rows = figures.mixes, figures.agencies
    said = {
        "calendar-years": years_sentence(figures.calendar_years),
        "financial-years": years_sentence(figures.financial_years),
        "initiation": initiation_sentence(mixes["initiation"]),
        **{name: mix_sentence(mixes[name]) for name in ("strand", "sub_threat", "entry_method")},
        "p_grade": high_grade_sentence(mixes["p_grade"]),
        "forces": concentration_sentence(forces(rows)),
        "regions": places_sentence(by_region(rows), figures.national.total),
        "rocus": places_sentence(by_rocu(rows), figures.national.total, "The forces of the area of "),
    }
    return said if figures.outcomes is None else {**said, "outcomes": outcomes_sentence(figures.outcomes)}


def initiation_sentence(mix: Mix) -> str:
    """Say what part was proactive; the inspectorate found very little that was (S3)."""
    if not mix.total:
        return NOTHING_COUNTED
    proactive = mix.of(Initiation.PROACTIVE)
    return f"{_part_of(proactive, mix.total)} proactive."


def mix_sentence(mix: Mix) -> str:
    """Say which part is the largest, and without a part that hides the others, which is the next."""
    if not mix.total:
        return NOTHING_COUNTED
    if mix.total == 1:
        return f"{mix.rows[0].label}: the only counted disruption."
    _, largest = _largest(mix.rows, f"{mix.total:,} counted disruptions", mix.total)
    others = [row for row in mix.rows if row.key != mix.apart]
    if not mix.apart or not others:
        return f"{largest}."
    verb, second = _largest(others, f"the other {mix.rest:,}", mix.rest)
    return f"{largest}. Without {mix.apart_words}, the largest {verb} {second}."


def _largest(rows: Sequence[MixRow], of: str, whole: int) -> tuple[str, str]:
    """Return `is` or `are`, and the part or parts with most leads: ``Pursue and Protect: 3 each of 8 (38% each)``."""
    most = max(row.lead for row in rows)
    names = [row.label for row in rows if row.lead == most]
    each = " each" if len(names) > 1 else ""
    return "are" if each else "is", f"{_listed(names)}: {most:,}{each} of {of} ({share(most, whole)}%{each})"


def high_grade_sentence(mix: Mix) -> str:
    """Say what part was against threats at the two highest grades, and at the two lowest."""
    if not mix.total:
        return NOTHING_COUNTED
    high, low = (sum(mix.of(grade) for grade in grades) for grades in (HIGH_GRADES, LOW_GRADES))
    return (
        f"{_part_of(high, mix.total)} against threats graded P1 or P2 at the cut-off. Against threats graded P3 or P4: "
        f"{low:,} ({share(low, mix.total)}%)."
    )


def outcomes_sentence(found: Outcomes) -> str:
    """Say how many arrests, convictions and seized items counted leads brought, and what all outcomes were worth."""
    if not found.lead:
        return "No outcome was recorded on the counted disruptions."
    arrests = found.number_of(*ARRESTS)
    convictions = found.number_of(OutcomeType.CONVICTION)
    seizures = found.number_of(*SEIZURES)
    if arrests or convictions or seizures:
        sentence = (
            f"Counted disruptions brought {_times(arrests, 'arrest')}, {_times(convictions, 'conviction')} and "
            f"{_times(seizures, 'seized item')}."
        )
    else:
        sentence = "Counted disruptions brought no arrest, conviction or seized item; the table says what they brought."
    return f"{sentence} All outcomes that carry a value came to £{rounded(found.value):,}." if found.value else sentence


def concentration_sentence(rows: Sequence[AgencyRow]) -> str:
    """Say how few forces led most of what forces led: four recorded 62% when the inspectorate looked (S3)."""
    few = that_make_up(rows, MOST_OF_IT)
    if not few:
        return "No police force led a counted disruption in this period."
    led, whole = lead_total(few).total, lead_total(rows).total
    if len(rows) == 1:
        return f"{few[0].name} is the only police force here. {were_counted(led)} counted under its lead."
    part = f"{share(led, whole)}% of what police forces led: {led:,} of {_of_counted(whole)}."
    if len(few) == 1:
        return f"1 of {len(rows)} police forces, {few[0].short_name}, led {part}"
    sentence = f"{len(few)} of {len(rows)} police forces led {part} No smaller number of forces reaches {MOST_OF_IT}%."
    return f"{sentence} They are {_listed([row.short_name for row in few])}." if len(few) <= FEW_NAMES else sentence


def places_sentence(places: Sequence[PlaceRow], national: int, whose: str = "") -> str:
    """Say which region or ROCU area led most; ``whose`` stands before its name."""
    named = [place for place in places if place.code and place.lead.total]
    if not named:
        return "No agency that belongs to one led a counted disruption in this period."
    most = [place for place in named if place.lead.total == named[0].lead.total]
    each = " each" if len(most) > 1 else ""
    return (
        f"{whose}{_listed([place.name for place in most])} led most: {most[0].lead.total:,}{each} of "
        f"{_of_counted(national)} ({most[0].share_of(national)}%{each})."
    )


def years_sentence(years: Sequence[YearOfCounts]) -> str:
    """Say how the latest whole year compares with the one before."""
    whole = [year for year in years if not year.is_part]
    if not whole:
        return "The period holds no whole year."
    last = whole[-1]
    if len(whole) == 1:
        return f"{were_counted(last.lead.total)} counted in {last.name}."
    before = whole[-2]
    return _compared(
        last.lead.total, before.lead.total, f"in {last.name}", earlier=f"in {before.name}", of=f"of {before.name}"
    )


def _compared(now: int, before: int, days: str, *, earlier: str, of: str) -> str:
    """Say how many were counted in some days, and how that compares with earlier ones."""
    sentence = f"{were_counted(now)} counted {days}"
    if not before:
        return f"{sentence}, and none {earlier}."
    if not now:
        return f"{sentence}, after {before:,} {earlier}."
    if now == before:
        return f"{sentence}, as many as {earlier}."
    change = percent_change(before, now) or 0
    moved = f"{change}% more than" if change > 0 else f"{-change}% fewer than" if change < 0 else "about as many as"
    return f"{sentence}, {moved} the {before:,} {of}."


def _part_of(part: int, whole: int) -> str:
    """Begin a sentence on how many of all counted disruptions were something."""
    if whole == 1:
        return "The only counted disruption was" if part else "The only counted disruption was not"
    if not part:
        return f"None of the {whole:,} counted disruptions was"
    verb = "was" if part == 1 else "were"
    return f"{part:,} of {whole:,} counted disruptions ({share(part, whole)}%) {verb}"


def _of_counted(records: int) -> str:
    return "the 1 counted disruption" if records == 1 else f"{records:,} counted disruptions"


def _times(number: int, noun: str) -> str:
    return f"no {noun}s" if not number else f"1 {noun}" if number == 1 else f"{number:,} {noun}s"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def year_ending_sentence(figures: YearEnding) -> str:
    """Say how the latest rolling year compares with the one before."""
    days = f"in the year ending {figures.period.last:%B %Y}"
    return _compared(figures.total.now, figures.total.before, days, earlier="the year before", of="of the year before")


def were_counted(records: int) -> str:
    """Begin a sentence on how many disruptions were counted."""
    if not records:
        return "No disruption was"
    return "1 disruption was" if records == 1 else f"{records:,} disruptions were"
