"""The filters in force in words, as chips of a page and as sentences of a file or a message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import django_filters as filters
from django.http import QueryDict

from disruptions.filters.grammar import EMPTY, FROM, NOT, TO, Amounts, Family, Range
from disruptions.filters.strict import DayFilter, StrictFilter, shown
from disruptions.wording import LEVEL_WORDS, written_day

CONTAINS: Final = "__contains"
RANGE: Final = "range"
LEVELS: Final = frozenset({"level", "claimed_level"})


class Chip(NamedTuple):
    """One value in force: its parameter, the value as sent, the heading it stands under, and itself in words."""

    name: str
    value: str
    heading: str
    text: str


def chips_of(filterset: StrictFilter[Any], parameters: QueryDict) -> list[Chip]:
    """Return what is in force, in the order of the address; ``as_at`` is among it."""
    every = type(filterset).base_filters
    names: Mapping[str, tuple[str, ...]] = getattr(filterset, "relative_names", {})
    families: dict[str, tuple[str, Family]] = {
        relative: (name, family)
        for name, family in getattr(filterset, "families", {}).items()
        for relative in (name, *names[name])
    }
    found = []
    for name, values in parameters.lists():
        if name != "as_at" and name not in every:
            continue
        for value in values:
            if name in families:
                heading, text = _of_family(*families[name], name, value)
            elif name == "as_at":
                heading, text = "As the records stood", f"At the end of {_day(value)}"
            else:
                heading, text = str(every[name].label), _of_choice(every[name], name, value)
            found.append(Chip(name, value, heading, text))
    return found


def in_sentences(chips: Iterable[Chip]) -> list[str]:
    """Return chips as sentences, a line for each heading: ``Level: Major or Moderate``."""
    by_heading: dict[str, dict[str, list[str]]] = {}
    for chip in chips:
        by_heading.setdefault(chip.heading, {}).setdefault(_manner(chip.name), []).append(chip.text)
    sentences = []
    for heading, manners in by_heading.items():
        alternatives = [*manners.pop("", ()), *manners.pop(EMPTY, ())]
        parts = [" or ".join(alternatives)] if alternatives else []
        parts += [" ".join(_lower_first(text) for text in manners.pop(RANGE, ()))] if RANGE in manners else []
        parts += [" and ".join(texts) for texts in manners.values()]
        sentences.append(f"{heading}: {', '.join(parts)}")
    return sentences


def corrections_in_words(rows: Any, noun: str) -> list[str]:
    """Say which words of the search, that nothing holds, were taken for others: ``rows`` as ``matching`` left them."""
    searched = getattr(rows, "searched", None)
    if searched is None:
        return []
    return [
        f"No {noun} has “{shown(typed)}”. {noun.capitalize()}s with {_or(f'“{other}”' for other in others)} are shown."
        for typed, others in searched.corrections.items()
    ]


def _or(words: Iterable[str]) -> str:
    *before, last = words
    return f"{', '.join(before)} or {last}" if before else last


def _manner(name: str) -> str:
    _, mark, relative = name.partition("__")
    return RANGE if f"__{name}".endswith((FROM, TO)) else f"{mark}{relative}"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _of_family(base: str, family: Family, name: str, value: str) -> tuple[str, str]:
    for of_range, each in family.ranges(base).items():
        ends = list(each.relatives(of_range))
        if name in ends[:2]:
            words = each.words[ends.index(name)]
            return str(each.label), f"{words[:1].upper()}{words[1:]} {_end(each, value)}"
    if name.endswith(EMPTY):
        text = "not given" if value == "yes" else "given"
    elif name.endswith(NOT):
        text = f"not {_of_choice(family, base, value)}"
    elif name.endswith(CONTAINS):
        text = f"contains “{shown(value)}”"
    else:
        text = _of_choice(family, base, value)
    return str(family.label), text


def _end(family: Range, value: str) -> str:
    if issubclass(family.end, DayFilter):
        return _day(value)
    try:
        number = float(value)
    except ValueError:
        return shown(value)
    written = f"{number:,.2f}".removesuffix(".00")
    return f"£{written}" if isinstance(family, Amounts) else written


def _day(value: str) -> str:
    try:
        return written_day(value)
    except ValueError:
        return shown(value)


def _of_choice(known: filters.Filter, name: str, value: str) -> str:
    choices = known.extra.get("choices", ())
    words = {str(code): str(text) for code, text in (choices() if callable(choices) else choices)}
    text = words.get(value)
    if text is None:
        return shown(value)
    return LEVEL_WORDS.get(value, text) if name in LEVELS else text
