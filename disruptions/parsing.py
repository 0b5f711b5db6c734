"""From what was sent to typed rows: types only. No rule lives here, nothing is looked up, nothing is saved.

One parser serves the browser form, API JSON, file rows and the command, so a wrong type gets the same code from each.
JSON is read strictly (``typed``: a number is not a string); text from forms and files is read leniently.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from agencies.constraints import Violation
from disruptions.fields import BY_NAME, FIELDS, Field, Kind
from disruptions.master_list import OCG_FIELDS, THREAT_FIELDS, MasterField, ParsedEntry, Shape
from disruptions.references import DISRUPTION, OCG, THREAT, read_reference
from disruptions.rules import DisruptionRow, OutcomeRow, is_storable
from disruptions.vocabulary import MEASURE_NAMES

INVALID: Final = "invalid"
UNKNOWN_FIELD: Final = "unknown_field"
MISTYPED_REFERENCE: Final = "mistyped_reference"

TRUE_WORDS: Final = frozenset({"yes", "y", "true", "1"})
FALSE_WORDS: Final = frozenset({"no", "n", "false", "0"})
ACCEPTED_NAMES: Final = frozenset(BY_NAME) | {"outcomes", "submit"}

_LARGEST = 10**15
_LINE_ENDS = re.compile(r"\r\n?")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_UK_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_SEPARATORS = re.compile(r"[,;\n]")


class _Unreadable(Exception):
    """A value that is not of its type; carries the sentence for the person."""


@dataclass(slots=True)
class ParsedRow:
    """One row as typed values, which of them were given, and what could not be read."""

    row: DisruptionRow
    given: frozenset[str]
    submit: bool
    violations: list[Violation]


def parse_disruption(raw: Any, *, typed: bool) -> ParsedRow:
    """Return the typed row of one record.

    ``raw`` is a mapping of wire names to values. ``typed`` is true for JSON, where each value must already have its
    type; false for text. A value that cannot be read is left out of the row and reported; so is an unknown name.
    """
    if not isinstance(raw, Mapping):
        fault = Violation("", INVALID, "Send an object with the fields of one record.")
        return ParsedRow(DisruptionRow(), frozenset(), False, [fault])
    row = DisruptionRow()
    found = [
        Violation(str(name)[:100], UNKNOWN_FIELD, "There is no field with this name.")
        for name in raw
        if name not in ACCEPTED_NAMES
    ]
    given = set()
    for field in FIELDS:
        if field.name not in raw:
            continue
        given.add(field.name)
        try:
            setattr(row, field.name, _read(field, raw[field.name], typed=typed))
        except _Unreadable as fault:
            code = MISTYPED_REFERENCE if "mistyped" in str(fault) else INVALID
            found.append(Violation(field.name, code, str(fault)))
    if "outcomes" in raw:
        given.add("outcomes")
        row.outcomes = _read_outcomes(raw["outcomes"], found, typed=typed)
    submit = False
    if "submit" in raw:
        try:
            submit = bool(_boolean(raw["submit"], typed=typed))
        except _Unreadable as fault:
            found.append(Violation("submit", INVALID, str(fault)))
    return ParsedRow(row, frozenset(given), submit, found)


def _read(field: Field, value: Any, *, typed: bool) -> Any:
    if field.kind is Kind.BOOLEAN:
        return _boolean(value, typed=typed)
    if field.kind is Kind.DATE:
        return _date(value, typed=typed)
    if field.kind is Kind.CHOICES:
        return _texts(value, typed=typed)
    if field.kind is Kind.AGENCIES:
        # A set, read back in this order: the same agencies in another order are no change.
        return tuple(sorted(_texts(value, typed=typed)))
    text = _text(value, typed=typed)
    if field.kind is Kind.TEXT:
        return text
    if not text:
        return field.default or None
    if field.kind is Kind.COUNTRY:
        return text.upper()
    if field.kind is Kind.AGENCY:
        return text.lower()
    if field.kind in {Kind.THREAT, Kind.DISRUPTION}:
        reference = read_reference(text, THREAT if field.kind is Kind.THREAT else DISRUPTION)
        if reference is None:
            raise _Unreadable(
                "This reference is mistyped. It looks like "
                f"{'T' if field.kind is Kind.THREAT else 'D'}-7KQ2-M4XH; check each character."
            )
        return reference
    return text


def _text(value: Any, *, typed: bool) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        if typed or isinstance(value, (Mapping, list, tuple)):
            raise _Unreadable("Send text, in quotation marks.")
        value = str(value)
    if not is_storable(value):
        raise _Unreadable("Take out the characters that cannot be stored (null or half a character).")
    return _LINE_ENDS.sub("\n", value).strip()


def _texts(value: Any, *, typed: bool) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str) and not typed:
        value = _SEPARATORS.split(value)
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        raise _Unreadable("Send a list of codes.")
    texts = (_text(each, typed=typed) for each in value)
    # Order is kept and repeats are dropped: a list of codes is a set that reads as it was written.
    return tuple(dict.fromkeys(text for text in texts if text))


def _boolean(value: Any, *, typed: bool) -> bool | None:
    if isinstance(value, bool) or value is None:
        return value
    if not typed:
        word = str(value).strip().lower()
        if not word:
            return None
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
    raise _Unreadable("Send true or false." if typed else "Answer yes or no.")


def _date(value: Any, *, typed: bool) -> date | None:
    if value is None or value == "":
        return None
    if not typed and isinstance(value, date):
        return value
    text = _text(value, typed=typed)
    pattern = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text) if typed else _ISO_DATE.fullmatch(text)
    parts = pattern.groups() if pattern else ()
    if not typed and (uk := _UK_DATE.fullmatch(text)):
        parts = uk.groups()[::-1]
    if not typed and not text:
        return None
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        raise _Unreadable("Enter a real date, such as 2026-10-01.") from None


def _whole(value: Any, *, typed: bool) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif not typed and re.fullmatch(r"\s*-?[0-9,]{1,20}\s*", str(value)):
        number = int(str(value).replace(",", ""))
    else:
        raise _Unreadable("Enter a whole number.")
    return max(-_LARGEST, min(_LARGEST, number))


def _money(value: Any, *, typed: bool) -> Decimal | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise _Unreadable('Send pounds and pence as text, such as "12500.00".')
    text = str(value).strip()
    if not typed:
        text = text.removeprefix("£").replace(",", "")
    if len(text) > 40:
        raise _Unreadable("This amount has too many digits.")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise _Unreadable('Enter pounds and pence, such as "12500.00".') from None
    if not amount.is_finite() or abs(amount) > _LARGEST:
        raise _Unreadable("Enter an amount that can be stored, in pounds and pence.")
    pence = amount.quantize(Decimal("0.01"))
    if pence != amount:
        raise _Unreadable("Give at most two decimal places.")
    return pence


_MEASURE_READERS: Final[dict[str, Callable[..., Any]]] = {
    "count": _whole,
    "value_gbp": _money,
    "months": _whole,
    "item": _text,
}


def _read_outcomes(value: Any, found: list[Violation], *, typed: bool) -> tuple[OutcomeRow, ...]:
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        found.append(Violation("outcomes", INVALID, "Send a list of outcomes."))
        return ()
    rows = []
    for place, raw in enumerate(value):
        path = f"outcomes/{place}"
        row = OutcomeRow()
        rows.append(row)
        if not isinstance(raw, Mapping):
            found.append(Violation(path, INVALID, "Send an object with a type and its values."))
            continue
        for name in raw:
            if name != "type" and name not in MEASURE_NAMES:
                found.append(Violation(f"{path}/{str(name)[:100]}", UNKNOWN_FIELD, "There is no field with this name."))
        try:
            row.type = _text(raw.get("type"), typed=typed) or None
        except _Unreadable as fault:
            found.append(Violation(f"{path}/type", INVALID, str(fault)))
        for name, reader in _MEASURE_READERS.items():
            if name not in raw:
                continue
            try:
                setattr(row, name, reader(raw[name], typed=typed))
            except _Unreadable as fault:
                found.append(Violation(f"{path}/{name}", INVALID, str(fault)))
    return tuple(rows)


def parse_ocg(raw: Any, *, typed: bool) -> ParsedEntry:
    """Return what was sent of an OCG as typed values, by wire name: only what was given."""
    return _parse_entry(raw, OCG_FIELDS, typed=typed)


def parse_threat(raw: Any, *, typed: bool) -> ParsedEntry:
    """Return what was sent of a SOC threat as typed values, by wire name: only what was given.

    The OCG is a reference and the lead responsible officer an e-mail address, neither looked up yet.
    """
    return _parse_entry(raw, THREAT_FIELDS, typed=typed)


def _parse_entry(raw: Any, table: Sequence[MasterField], *, typed: bool) -> ParsedEntry:
    if not isinstance(raw, Mapping):
        return ParsedEntry({}, [Violation("", INVALID, "Send an object with the fields of one entry.")])
    names = {each.name for each in table}
    found = [
        Violation(str(name)[:100], UNKNOWN_FIELD, "There is no field with this name.")
        for name in raw
        if name not in names
    ]
    values: dict[str, Any] = {}
    for each in table:
        if each.name not in raw:
            continue
        try:
            values[each.name] = _read_entry(each, raw[each.name], typed=typed)
        except _Unreadable as fault:
            code = MISTYPED_REFERENCE if "mistyped" in str(fault) else INVALID
            found.append(Violation(each.name, code, str(fault)))
    return ParsedEntry(values, found)


def _read_entry(each: MasterField, value: Any, *, typed: bool) -> Any:
    if each.shape is Shape.CHOICES:
        return _texts(value, typed=typed)
    if each.shape is Shape.NAMES:
        # Names hold commas; a form sends one a line.
        lines = value.splitlines() if isinstance(value, str) and not typed else value
        return _texts(lines, typed=typed)
    text = _text(value, typed=typed)
    if each.shape is Shape.TEXT:
        return text if each.long else " ".join(text.split()) if not typed else text
    if each.shape is Shape.OCG and text:
        reference = read_reference(text, OCG)
        if reference is None:
            raise _Unreadable("This reference is mistyped. It looks like G-7KQ2-M4XH; check each character.")
        return reference
    return text or each.default or None
