"""The filters in force in words, as chips of a page and as sentences of a file or a message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import django_filters as filters
from django.http import QueryDict

from disruptions.filters.strict import DayFilter, StrictFilter, shown
from disruptions.wording import LEVEL_WORDS, written_day


class Chip(NamedTuple):
    """One value in force: its parameter, the value as sent, the heading it stands under, and itself in words."""

    name: str
    value: str
    heading: str
    text: str


_DAYS: Final = {"from": "From {}", "to": "To {}", "as_at": "At the end of {}"}


def chips_of(filterset: StrictFilter[Any], parameters: QueryDict) -> list[Chip]:
    """Return what is in force, in the order of the address."""
    return [
        Chip(name, value, _heading(filterset, name), _in_words(filterset, name, value))
        for name, values in parameters.lists()
        if name in filterset.filters or name == "as_at"
        for value in values
    ]


def in_sentences(chips: Iterable[Chip]) -> list[str]:
    """Return chips as sentences, a line for each filter: ``Level: Major or Moderate``."""
    by_name: dict[tuple[str, str], list[str]] = {}
    for chip in chips:
        by_name.setdefault((chip.name, chip.heading), []).append(chip.text)
    return [
        texts[0] if name in _DAYS else f"{heading}: {' or '.join(texts)}" for (name, heading), texts in by_name.items()
    ]


def _heading(filterset: StrictFilter[Any], name: str) -> str:
    return str(filterset.filters[name].label) if name in filterset.filters else "As the records stood"


def _in_words(filterset: StrictFilter[Any], name: str, value: str) -> str:
    known = filterset.filters.get(name)
    if name == "as_at" or isinstance(known, DayFilter):
        try:
            return _DAYS.get(name, "{}").format(written_day(value))
        except ValueError:
            return shown(value)
    if isinstance(known, filters.ChoiceFilter | filters.MultipleChoiceFilter):
        choices = known.extra["choices"]
        words = {str(code): str(text) for code, text in (choices() if callable(choices) else choices)}
        text = words.get(value, value)
        return LEVEL_WORDS.get(value, text) if name in {"level", "claimed_level"} else text
    return shown(value)
