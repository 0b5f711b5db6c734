"""Days as they stand in an address: a date, or a word that is another day every day, such as ``start_of_month``.

A saved view that asks for "this financial year" goes on asking for it when the year is over.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(9000, 1, 1)
"""The database compares days of these years."""

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RELATIVE = re.compile(r"([a-z_]*)(?:-([0-9]{1,4})([dwmy]))?")

_STARTS: Final[MappingProxyType[str, Callable[[date], date]]] = MappingProxyType(
    {
        "today": lambda day: day,
        "start_of_week": lambda day: day - timedelta(days=day.weekday()),
        "start_of_month": lambda day: day.replace(day=1),
        "start_of_quarter": lambda day: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        "start_of_year": lambda day: day.replace(month=1, day=1),
        "start_of_financial_year": lambda day: day.replace(
            year=day.year if day.month >= 4 else day.year - 1, month=4, day=1
        ),
    }
)
_WORDS: Final = MappingProxyType(
    {
        "today": "today",
        "start_of_week": "the start of this week",
        "start_of_month": "the start of this month",
        "start_of_quarter": "the start of this quarter",
        "start_of_year": "the start of this year",
        "start_of_financial_year": "the start of this financial year",
    }
)
_UNITS: Final = MappingProxyType({"d": "day", "w": "week", "m": "month", "y": "year"})

RELATIVE_DAYS: Final = tuple(_STARTS)
"""Words for a day; each may be followed by how long before it, such as ``-28d``, ``-4w``, ``-12m`` or ``-1y``."""


def is_relative(text: str) -> bool:
    """Say whether a text is a word for a day, however far back it goes."""
    return _parts(text) is not None


def read_day(text: str, today: Callable[[], date]) -> date | None:
    """Return the day that a text stands for, or ``None`` where it stands for none.

    ``today`` is asked only for a word: it is a question to the database.
    """
    if _WRITTEN.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return None
    else:
        parts = _parts(text)
        if parts is None:
            return None
        start, count, unit = parts
        try:
            day = _before(_STARTS[start](today()), count, unit)
        except (OverflowError, ValueError):
            return None
    return day if EARLIEST <= day <= LATEST else None


def relative_in_words(text: str) -> str:
    """Write a word for a day as a person says it: ``28 days ago``, ``3 months before the start of this quarter``."""
    parts = _parts(text)
    if parts is None:
        raise ValueError(text)
    start, count, unit = parts
    if not count:
        return _WORDS[start]
    length = f"{count:,} {_UNITS[unit]}{'' if count == 1 else 's'}"
    return f"{length} ago" if start == "today" else f"{length} before {_WORDS[start]}"


def _parts(text: str) -> tuple[str, int, str] | None:
    found = _RELATIVE.fullmatch(text)
    if found is None or not text:
        return None
    start, count, unit = found[1] or "today", int(found[2] or 0), found[3] or "d"
    return (start, count, unit) if start in _STARTS else None


def _before(day: date, count: int, unit: str) -> date:
    if unit in "dw":
        return day - timedelta(days=count * (7 if unit == "w" else 1))
    months = day.year * 12 + day.month - 1 - count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    if year < EARLIEST.year:
        raise ValueError(year)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
