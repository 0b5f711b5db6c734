"""How alike two records are: signals in, a score from 0 to 100 and the reasons for it out. No database, no request.

The weights are judged on a labelled set (``bench/labelled.py``): what two accounts of one event share, and what two
events of one operation share as well. No signal reaches the threshold alone. That two records were compared at all
says already that a group, an operation or a place is the same, so the day, the outcomes and the words decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from disruptions.vocabulary import MatchReason

LIKELY: Final = 55
"""From here two records are said to be likely duplicates. On the labelled set nine in ten of those are: lower would
stop people for nothing inside a large operation, higher would count more events twice than it spares glances."""

WORTH_A_LOOK: Final = 40
"""From here a support and a lead are suggested to each other: a suggestion asks for nothing, and the agency that
looks at it has been told that there is something to find."""

HOME: Final = "GB"
"""The country that says nothing about where something happened."""

NAMED_ALIKE: Final = 0.8
"""From here two spellings are one operation's name: a letter or two differ."""

UNRELATED: Final = 0.18
"""How alike, by their trigrams, two accounts are that have only the subject in common."""

Measured = tuple[str, int | None, Decimal | None]
"""An outcome as it is compared: its type, number and pounds."""

_NOT_THE_NAME = re.compile(r"^\s*(operation|op)\b\.?|[\W_]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Compared:
    """What of a record is compared. ``pk`` is the record itself, where it is stored: it is no match of itself."""

    role: str
    pk: int | None = None
    threat: int | None = None
    lead: int | None = None
    occurred_on: date | None = None
    operation: str = ""
    force_area: int | None = None
    country: str | None = None
    summary: str = ""
    agency_reference: str = ""
    outcomes: tuple[Measured, ...] = ()


@dataclass(frozen=True, slots=True)
class Signals:
    """What two records have in common. ``None``: one of them does not say."""

    days_apart: int | None = None
    same_threat: bool | None = None
    same_operation: bool | None = None
    same_place: bool | None = None
    same_own_reference: bool = False
    outcomes_alike: int = 0
    outcomes_unlike: int = 0
    words: float = 0.0


def operation_key(name: str) -> str:
    """Return an operation's name as it is compared: without ``Op``, capitals, spaces and signs."""
    return _NOT_THE_NAME.sub("", name).casefold()


def signals_between(mine: Compared, theirs: Compared, *, words: float) -> Signals:
    """Return what two records have in common; ``words`` is how alike their accounts are, from 0 to 1."""
    alike, unlike = _outcomes(mine.outcomes, theirs.outcomes)
    return Signals(
        days_apart=abs((mine.occurred_on - theirs.occurred_on).days)
        if mine.occurred_on and theirs.occurred_on
        else None,
        same_threat=mine.threat == theirs.threat if mine.threat and theirs.threat else None,
        same_operation=_same_operation(mine.operation, theirs.operation),
        same_place=_same_place(mine, theirs),
        same_own_reference=bool(mine.agency_reference) and mine.agency_reference == theirs.agency_reference,
        outcomes_alike=alike,
        outcomes_unlike=unlike,
        words=words,
    )


def score_of(signals: Signals) -> tuple[int, list[MatchReason]]:
    """Return how alike two records are, from 0 to 100, and what is alike, the weightiest first."""
    weights: dict[MatchReason, float] = {}
    against = 0.0
    if signals.same_own_reference:
        weights[MatchReason.OWN_REFERENCE] = 45
    if signals.same_threat is not None:
        if signals.same_threat:
            weights[MatchReason.THREAT] = 10
        else:
            against += 12
    if signals.same_operation is not None:
        if signals.same_operation:
            weights[MatchReason.OPERATION] = 10
        else:
            against += 7
    if signals.same_place is not None:
        if signals.same_place:
            weights[MatchReason.PLACE] = 24
        else:
            against += 22
    if signals.days_apart is not None:
        if signals.days_apart == 0:
            weights[MatchReason.SAME_DAY] = 27
        elif signals.days_apart <= 3:
            weights[MatchReason.DAYS_APART] = 15 if signals.days_apart == 1 else 9
        elif signals.days_apart > 7:
            against += 10
    if signals.outcomes_alike:
        weights[MatchReason.OUTCOMES] = min(56, 7 * signals.outcomes_alike)
    against += min(40, 20 * signals.outcomes_unlike)
    words = 85 * max(0.0, signals.words - UNRELATED)
    if words >= 8:
        weights[MatchReason.WORDS] = words
    total = round(sum(weights.values()) - against)
    return max(0, min(100, total)), sorted(weights, key=lambda reason: (-weights[reason], reason.value))


@lru_cache(maxsize=20_000)
def _same_operation(mine: str, theirs: str) -> bool | None:
    first, second = operation_key(mine), operation_key(theirs)
    if not first or not second:
        return None
    if first == second:
        return True
    # What costs little first: most names differ at a glance.
    matcher = SequenceMatcher(None, first, second)
    return all(ratio() >= NAMED_ALIKE for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio))


def _same_place(mine: Compared, theirs: Compared) -> bool | None:
    if mine.force_area and theirs.force_area:
        return mine.force_area == theirs.force_area
    if mine.country and theirs.country and {mine.country, theirs.country} != {HOME}:
        return mine.country == theirs.country
    return None


def _outcomes(mine: Sequence[Measured], theirs: Sequence[Measured]) -> tuple[int, int]:
    """Return how much outcomes of one type agree and disagree. Four engines say more than one arrest."""
    ours, others = _by_type(mine), _by_type(theirs)
    alike = unlike = 0
    for kind in ours.keys() & others.keys():
        weights = [_weight(measure) for measure in ours[kind] & others[kind]]
        if weights:
            alike += max(weights)
        else:
            unlike += 1
    return alike, unlike


def _by_type(outcomes: Iterable[Measured]) -> dict[str, set[tuple[int | None, Decimal | None]]]:
    grouped: dict[str, set[tuple[int | None, Decimal | None]]] = {}
    for kind, count, value in outcomes:
        measures = grouped.setdefault(kind, set())
        if count is not None:
            measures.add((count, None))
        if value is not None:
            measures.add((None, value))
    return grouped


def _weight(measure: tuple[int | None, Decimal | None]) -> int:
    count, value = measure
    if value is not None:
        return 4
    return 1 if count is not None and count <= 2 else 2 if count is not None and count <= 5 else 3
