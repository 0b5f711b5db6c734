"""What the columns of a spreadsheet mean: headings and cells as people write them, to wire names and codes.

A heading may be the wire name or the label; so may a value. What is not recognised stays as it is, so that the rules
name it as they name it everywhere else.
"""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from disruptions.countries import COUNTRIES
from disruptions.fields import BY_NAME, FIELDS, Field, Kind
from disruptions.vocabulary import MEASURE_NAMES, OutcomeType

OUTCOMES: Final = 5
"""Outcomes of one record that have columns of their own; a JSON list in ``outcomes`` takes more."""

OUTCOME_PARTS: Final[Mapping[str, str]] = {
    "type": "type",
    "count": "number",
    "value_gbp": "value in pounds",
    "months": "months",
    "item": "item",
}
_OUTCOME_COLUMN: Final = re.compile(rf"outcome_([0-9]+)_({'|'.join(OUTCOME_PARTS)})")

LEFT_OUT: Final = ""
"""What a column is that is not read."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something that a column can hold: its name on the wire, what people call it, and what to write in it."""

    name: str
    label: str
    help_text: str


def _targets() -> tuple[Target, ...]:
    fields = [Target(each.name, each.label, each.help_text) for each in FIELDS]
    outcomes = [
        Target(f"outcome_{number}_{part}", f"Outcome {number} {words}", "")
        for number in range(1, OUTCOMES + 1)
        for part, words in OUTCOME_PARTS.items()
    ]
    return (
        *fields,
        *outcomes,
        Target("outcomes", "Outcomes", "A JSON list, as the API takes it."),
        Target("submit", "Submit", "Yes or no. What you choose when you upload the file goes before it."),
    )


TARGETS: Final = _targets()
LABELS: Final[Mapping[str, str]] = {target.name: target.label for target in TARGETS}

_ALSO: Final[Mapping[str, str]] = {
    "date": "occurred_on",
    "date of disruption": "occurred_on",
    "disruption date": "occurred_on",
    "threat": "threat",
    "threat reference": "threat",
    "our reference": "agency_reference",
    "own reference": "agency_reference",
    "reference number": "agency_reference",
    "urn": "agency_reference",
    "force area": "force_area",
    "4p": "strand",
    "operation": "operation",
    "summary": "summary",
    "impact": "impact",
    "oic code": "oic_identifier_code",
}
"""Headings that spreadsheets are known to have, beside names and labels."""

NOT_READ: Final = frozenset({"what is wrong", "what became of it"})
"""Headings that this service writes into a copy of a file; nobody is asked what they mean."""

_KEPT_AS_TEXT: Final = re.compile("^'(?=[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20])")
_DAY_AND_TIME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]\d{2}:\d{2}(:\d{2})?(\.0+)?")
_DAY_WITH_SIGNS: Final = re.compile(r"(\d{1,2})[.-](\d{1,2})[.-](\d{4})")
_DAY_IN_WORDS: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})[ ,-]+(\d{4})")
_SERIAL: Final = re.compile(r"\d{5}(\.\d+)?")
_SERIALS: Final = range(25_569, 73_051)
"""Days of a spreadsheet as bare numbers, from 1970 to 2099."""
_SERIAL_ZERO: Final = date(1899, 12, 30)
_MONTHS: Final = tuple(name.lower() for name in calendar.month_name)
_SHORT_MONTHS: Final = tuple(name.lower() for name in calendar.month_abbr)
_REFERENCE_FIRST: Final = re.compile(r"\s*([DT]-[0-9A-Z]{4}-[0-9A-Z]{4})\b", re.IGNORECASE)
_BETWEEN_CODES: Final = re.compile(r"[;\n]")


def plain(text: str) -> str:
    """Return words as they are compared: small letters and single spaces, nothing else."""
    return re.sub(r"[\W_]+", " ", text).strip().casefold()


_BY_HEADING: Final[Mapping[str, str]] = {
    **_ALSO,
    **{plain(target.label): target.name for target in TARGETS},
    **{plain(target.name): target.name for target in TARGETS},
}


def target_of(heading: str) -> str | None:
    """Return what a heading names, nothing where it is known to be left out, or ``None`` where it is not known."""
    words = plain(heading)
    if words in NOT_READ or not words:
        return LEFT_OUT
    return _BY_HEADING.get(words)


def known_in(headings: Sequence[str]) -> int:
    """Return how many different fields a row of headings names."""
    return len({target for heading in headings if (target := target_of(heading))})


def matched(headings: Sequence[str]) -> list[str | None]:
    """Return what each heading names; the second of two that name the same is not known."""
    found: list[str | None] = []
    for heading in headings:
        target = target_of(heading)
        found.append(None if target and target in found else target)
    return found


# ---------------------------------------------------------------------------------------------------------------- cells


def _codes_of(field: Field) -> dict[str, str]:
    assert field.choices is not None  # noqa: S101 - for the type checker: only coded fields are asked
    return {plain(str(label)): code for code, label in field.choices.choices} | {
        plain(code): code for code in field.choices.values
    }


_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    field.name: _codes_of(field) for field in FIELDS if field.choices is not None
}
_COUNTRIES: Final[Mapping[str, str]] = {plain(name): code for code, name in COUNTRIES.items()} | {
    "uk": "GB",
    "united kingdom": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
}
_OUTCOME_TYPES: Final[Mapping[str, str]] = {plain(label): code for code, label in OutcomeType.choices} | {
    plain(code): code for code in OutcomeType.values
}


@dataclass(slots=True)
class RowReader:
    """Reads the cells of a row by its columns. ``agencies`` gives the code of an agency by each of its names."""

    columns: Sequence[str]
    agencies: Mapping[str, str]

    def raw(self, cells: Sequence[str]) -> tuple[dict[str, Any], tuple[int, ...]]:
        """Return a row by wire name, and for each outcome in it the number of its columns (0: the JSON list).

        An empty cell is a value not given, so that a field's default holds.
        """
        raw: dict[str, Any] = {}
        outcomes: dict[int, dict[str, str]] = {}
        for name, cell in zip(self.columns, cells, strict=False):
            if not name or not cell.strip():
                continue
            text = _KEPT_AS_TEXT.sub("", cell)
            part = _OUTCOME_COLUMN.fullmatch(name)
            if part:
                value = _OUTCOME_TYPES.get(plain(text), text) if part[2] == "type" else text
                outcomes.setdefault(int(part[1]), {})[part[2]] = value
            elif name == "outcomes":
                # Text that is no JSON goes on as it is; the parser says that it is no list.
                raw[name] = text
                with suppress(ValueError, RecursionError):
                    raw[name] = json.loads(text)
            else:
                raw[name] = self._value(BY_NAME[name], text) if name in BY_NAME else text
        return raw, _put_outcomes(raw, outcomes)

    def _value(self, field: Field, text: str) -> Any:
        if field.kind is Kind.CHOICE:
            return _CODES[field.name].get(plain(text), text)
        if field.kind is Kind.CHOICES:
            return self._several(text, _CODES[field.name])
        if field.kind is Kind.DATE:
            return day_in(text)
        if field.kind is Kind.COUNTRY:
            return _COUNTRIES.get(plain(text), text)
        if field.kind is Kind.AGENCY:
            return self.agencies.get(plain(text), text)
        if field.kind is Kind.AGENCIES:
            return self._several(text, self.agencies)
        if field.kind in {Kind.THREAT, Kind.DISRUPTION} and (found := _REFERENCE_FIRST.match(text)):
            # A list to choose from shows the title behind the reference.
            return found[1]
        return text

    @staticmethod
    def _several(text: str, codes: Mapping[str, str]) -> list[str]:
        """Return the codes in a cell. A label may have a comma in it, so semicolons part them first."""
        found = []
        for part in _BETWEEN_CODES.split(text):
            whole = codes.get(plain(part))
            pieces = [whole] if whole else [codes.get(plain(each), each.strip()) for each in part.split(",")]
            found += [piece for piece in pieces if piece]
        return found


def _put_outcomes(raw: dict[str, Any], outcomes: Mapping[int, dict[str, str]]) -> tuple[int, ...]:
    numbers = sorted(outcomes)
    if not numbers:
        return (0,) * len(raw["outcomes"]) if isinstance(raw.get("outcomes"), list) else ()
    listed = raw.get("outcomes", [])
    if not isinstance(listed, list):
        return ()
    raw["outcomes"] = [*listed, *(outcomes[number] for number in numbers)]
    return (*((0,) * len(listed)), *numbers)


def day_in(text: str) -> str:
    """Return a day as 2026-10-01 where it is written in a way that can mean only one; otherwise the text as it is."""
    text = " ".join(text.split())
    if found := _DAY_AND_TIME.fullmatch(text):
        return found[1]
    if found := _DAY_WITH_SIGNS.fullmatch(text):
        return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    if found := _DAY_IN_WORDS.fullmatch(text):
        word = found[2].lower()
        month = next((names.index(word) for names in (_MONTHS, _SHORT_MONTHS) if word in names), 0)
        return f"{found[3]}-{month:0>2}-{found[1]:0>2}" if month else text
    if _SERIAL.fullmatch(text) and int(float(text)) in _SERIALS:
        return (_SERIAL_ZERO + timedelta(days=int(float(text)))).isoformat()
    return text


def column_of(field: str, columns: Sequence[str], places: Sequence[int]) -> int | None:
    """Return which column, from 0, a fault's field stands in; ``places`` are the numbers of the row's outcomes."""
    names = [field]
    head, _, rest = field.partition("/")
    if head == "outcomes":
        place, _, part = rest.partition("/")
        number = places[int(place)] if place.isdecimal() and int(place) < len(places) else 0
        names = [f"outcome_{number}_{part}", f"outcome_{number}_type", "outcomes", "outcome_1_type"]
    return next((columns.index(name) for name in names if name in columns), None)


def has_measure_columns(columns: Sequence[str]) -> bool:
    """Say whether outcomes stand in columns of their own."""
    return any(name.startswith("outcome_") and name.rpartition("_")[2] in {*MEASURE_NAMES, "type"} for name in columns)
