"""What figures say in words, for pages and for Django's admin alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from disruptions.statistics import AgencyRow, YearEnding, lead_total, share, that_make_up

MOST_OF_IT: Final = 62
"""The share that four forces made up when the inspectorate looked (S3): how many do now is said of this share."""
FEW_NAMES: Final = 8


def year_ending_sentence(figures: YearEnding) -> str:
    """Say how the latest rolling year compares with the one before."""
    now, before, change = figures.total.now, figures.total.before, figures.total.change
    if not now and not before:
        return f"No disruption was counted in the year ending {figures.period.last:%B %Y}, and none the year before."
    sentence = f"{disruptions_were(now)} counted in the year ending {figures.period.last:%B %Y}"
    if change is None:
        return f"{sentence}, and none the year before."
    moved = f"{change}% more than" if change > 0 else f"{-change}% fewer than" if change < 0 else "about as many as"
    return f"{sentence}, {moved} the {before:,} of the year before."


def concentration_sentence(rows: Sequence[AgencyRow]) -> str:
    """Say how few forces led most of what forces led: four recorded 62% when the inspectorate looked (S3)."""
    few = that_make_up(rows, MOST_OF_IT)
    if not few:
        return "No police force led a counted disruption in this period."
    led, whole = lead_total(few).total, lead_total(rows).total
    sentence = (
        f"{len(few)} of {len(rows)} police forces led {share(led, whole)}% of what police forces led: {led:,} of "
        f"{whole:,} counted disruptions. No smaller number of forces reaches {MOST_OF_IT}%."
    )
    if len(few) <= FEW_NAMES:
        sentence += f" {'It is' if len(few) == 1 else 'They are'} {listed([row.short_name for row in few])}."
    return sentence


def disruptions_were(records: int) -> str:
    """Begin a sentence about so many disruptions."""
    if not records:
        return "No disruption was"
    return "1 disruption was" if records == 1 else f"{records:,} disruptions were"


def listed(names: Sequence[str]) -> str:
    """Write names as in a sentence: ``Kent, Surrey and Sussex``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
