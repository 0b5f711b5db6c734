"""What lies on the desks of the demonstration's officers today: drafts, records sent back, supports that wait."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from disruptions.demonstration.bodies import AREAS_OF_NATIONAL_WORK
from disruptions.demonstration.figures import FORCES
from disruptions.demonstration.master_list import Threat
from disruptions.demonstration.sessions import at_work
from disruptions.demonstration.stories import Story

OFFICERS_OF: Final = (
    "surrey",
    "thames-valley",
    "kent",
    "border-force",
    "immigration-enforcement",
    "nca",
)
"""Agencies whose officer's account is one of the demonstration's."""

HALF_WRITTEN: Final = (
    ("impact",),
    ("impact", "level", "initiation"),
    ("threat", "level", "impact", "extent", "duration"),
    ("summary", "impact", "outcomes", "strand", "sub_threat", "uk_led"),
)
"""What drafts lack."""

SUPPORTED: Final = ("surrey", "surrey", "kent", "thames-valley", "border-force", "nca", "immigration-enforcement")
"""Agencies that have not yet recorded what others say they supported."""


def plan_desk(rng: random.Random, threats: Sequence[Threat]) -> list[Story]:
    """Return the records that are under way in the middle of November 2026."""
    usable = [threat for threat in threats if threat.is_oic and threat.takes_records_until_the_end()]
    stories = []
    for agency in OFFICERS_OF:
        for place, left_out in enumerate(rng.sample(HALF_WRITTEN, 3 if agency == "surrey" else 2)):
            born = at_work(date(2026, 11, 16 + place), 9 + 2 * place, 12)
            stories.append(_story(rng, agency, born, usable, draft=True, left_out=left_out))
        for place in range(2 if agency == "surrey" else 1):
            born = at_work(date(2026, 11, 3 + place), 10, 41)
            story = _story(rng, agency, born, usable)
            story.returned = at_work(date(2026, 11, 12), 15, 20)
            stories.append(story)
    for lead_agency in SUPPORTED:
        agency = rng.choice(
            [code for code in ("immigration-enforcement", "serocu", "sussex", "kent") if code != lead_agency]
        )
        born = at_work(date(2026, 11, rng.choice((10, 11, 12, 17))), 11, 3)
        story = _story(rng, agency, born, usable)
        story.lead_agency = lead_agency
        stories.append(story)
    return stories


def _story(
    rng: random.Random,
    agency: str,
    born: datetime,
    threats: Sequence[Threat],
    *,
    draft: bool = False,
    left_out: tuple[str, ...] = (),
) -> Story:
    return Story(
        agency=agency,
        day=born.date() - timedelta(days=rng.randint(1, 12)),
        level=rng.choices(("minor", "moderate"), weights=(4, 1))[0],
        born=born,
        threat=rng.choice([threat for threat in threats if threat.created < born]),
        area=agency if agency in FORCES else rng.choice(AREAS_OF_NATIONAL_WORK),
        draft=draft,
        left_out=left_out,
    )
