"""What is planned against the threats that are most written about, who belongs to what, and two entries that are one.

Plain values, chosen without chance: what was planned before them stays as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from disruptions.demonstration.master_list import Threat
from disruptions.demonstration.sessions import at_work
from disruptions.demonstration.stories import Story
from disruptions.vocabulary import PlanState, Strand, ThreatKind

PLANNED_AT: Final = at_work(date(2026, 5, 18), 10)
JOINED_AT: Final = at_work(date(2026, 6, 8), 10)
REPORTED_AT: Final = at_work(date(2026, 11, 19), 16)
PARTED_AT: Final = at_work(date(2026, 11, 19), 16, 30)
MERGED_AT: Final = at_work(date(2026, 11, 20), 10)

THREATS_WITH_A_PLAN: Final = 8
LINKED_AT_MOST: Final = 4
INDIVIDUALS_JOINED: Final = 2
"""To each group that has a plan."""


@dataclass(frozen=True, slots=True)
class Action:
    """One action: what, until when, and where it stands now."""

    strand: Strand
    title: str
    due_on: date
    state: PlanState = PlanState.PLANNED
    note: str = ""


ACTIONS: Final = (
    Action(
        Strand.PURSUE,
        "Trace who pays for the boats and engines",
        date(2026, 12, 4),
        PlanState.UNDER_WAY,
        "Two accounts found. The bank answers by the end of the month.",
    ),
    Action(
        Strand.PURSUE,
        "Bring the transport side to charge",
        date(2026, 10, 30),
        PlanState.UNDER_WAY,
        "One charge so far.",
    ),
    Action(
        Strand.PREVENT,
        "Have the advertisements taken down that it recruits drivers with",
        date(2026, 9, 11),
        PlanState.DONE,
        "Eleven taken down. Four came back under other names.",
    ),
    Action(Strand.PROTECT, "Warn the yards and marinas that it buys from", date(2027, 1, 15)),
    Action(
        Strand.PREPARE,
        "Agree with the port who is called out at night",
        date(2026, 8, 28),
        PlanState.DROPPED,
        "The port has its own rota now.",
    ),
)
"""Each plan has three to five of these; the last ones are left out first."""


@dataclass(slots=True)
class Plan:
    """A threat, what is planned against it, and the records that came of its first actions."""

    threat: Threat
    actions: tuple[Action, ...]
    results: list[Story] = field(default_factory=list)


def plan_work(threats: Sequence[Threat], stories: Sequence[Story]) -> list[Plan]:
    """Return plans against the groups that most is recorded of, one of an agency before a second."""
    recorded = Counter(id(story.threat) for story in stories)
    groups = [
        threat
        for threat in threats
        if threat.group_name and threat.is_oic and threat.takes_records_until_the_end() and threat.created < PLANNED_AT
    ]
    groups.sort(key=lambda threat: -recorded[id(threat)])
    firsts = {threat.agency: threat for threat in reversed(groups)}
    chosen = sorted(firsts.values(), key=groups.index)[:THREATS_WITH_A_PLAN]
    return [
        Plan(
            threat,
            ACTIONS[: 5 - place % 3],
            [story for story in stories if story.threat is threat and story.born > PLANNED_AT and story.is_settled],
        )
        for place, threat in enumerate(chosen)
    ]


def plan_memberships(threats: Sequence[Threat], plans: Sequence[Plan]) -> list[tuple[Threat, Threat]]:
    """Return who belongs to what: individuals to a group that does what they do, groups to a weakness that they use."""
    standing = [
        each for each in threats if each.is_oic and each.takes_records_until_the_end() and each.created < JOINED_AT
    ]
    individuals = [each for each in standing if each.kind == ThreatKind.PRIORITY_INDIVIDUAL]
    weaknesses = {each.theme.group_title: each for each in standing if each.kind == ThreatKind.VULNERABILITY}
    pairs = []
    for place, plan in enumerate(plans):
        group = plan.threat
        alike = [each for each in individuals if each.theme is group.theme]
        pairs += [(each, group) for each in alike[place * INDIVIDUALS_JOINED :][:INDIVIDUALS_JOINED]]
        if group.theme.group_title in weaknesses:
            pairs.append((weaknesses[group.theme.group_title], group))
    return pairs


def plan_merge(threats: Sequence[Threat], stories: Sequence[Story], plans: Sequence[Plan]) -> tuple[Threat, Threat]:
    """Return two groups that turn out to be one, the loser first: those of one agency with least to move."""
    recorded = Counter(id(story.threat) for story in stories)
    pairs = [
        (threat, plan.threat)
        for plan in plans
        for threat in threats
        if threat.group_name
        and threat.is_oic
        and threat.agency == plan.threat.agency
        and threat is not plan.threat
        and threat.takes_records_until_the_end()
        and threat.created < PLANNED_AT
    ]
    return min(pairs, key=lambda pair: (pair[0].theme is not pair[1].theme, recorded[id(pair[0])]))
