"""Both sides of a change that two people made to the same field."""

from __future__ import annotations

from typing import Any

from agencies.refusals import Stale
from disruptions.fields import BY_NAME
from disruptions.forms import Step
from disruptions.rules import DisruptionRow
from disruptions.wording import outcomes_in_words, raw_in_words


def conflicts_in(step: Step, stale: Stale, stored: DisruptionRow, typed: DisruptionRow) -> list[dict[str, str]]:
    """Return, per field of a step, what is stored and what was typed.

    Where the version that was read is not known, every field that differs is in conflict.
    """
    names = [name for name in step.names if name in stale.theirs]
    if not stale.theirs:
        names = [name for name in step.names if getattr(stored, name) != getattr(typed, name)]
    return [
        {
            "name": name,
            "field": BY_NAME[name].label if name in BY_NAME else "Outcomes",
            "theirs": _words(name, getattr(stored, name)),
            "mine": _words(name, getattr(typed, name)),
        }
        for name in names
    ]


def _words(name: str, value: Any) -> str:
    return outcomes_in_words(value) if name == "outcomes" else raw_in_words(BY_NAME[name], value)
