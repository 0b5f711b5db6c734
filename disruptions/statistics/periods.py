"""Calendar quarters, as the published tables write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

NAMES: Final = {1: "Jan - Mar", 2: "Apr - Jun", 3: "Jul - Sep", 4: "Oct - Dec"}


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the quarter that a day falls in."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def latest_complete(cls, day: date) -> Self:
        """Return the last quarter that has ended by a day (a quarter ends with its last day)."""
        quarter = cls.of(day)
        return quarter if day == quarter.end else quarter.plus(-1)

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """The last day."""
        return self.plus(1).start - timedelta(days=1)

    @property
    def name(self) -> str:
        """The quarter without its year, such as ``Jan - Mar``."""
        return NAMES[self.number]

    @property
    def label(self) -> str:
        """The quarter with its year, such as ``Jan - Mar 2023``."""
        return f"{self.name} {self.year}"

    def plus(self, quarters: int) -> Self:
        """Return the quarter so many later (or earlier)."""
        place = self.year * 4 + self.number - 1 + quarters
        return type(self)(place // 4, place % 4 + 1)


def quarters_between(first: date, last: date) -> list[Quarter]:
    """Return the quarters that two days span, in order; none where they are in the wrong order."""
    quarter, end, found = Quarter.of(first), Quarter.of(last), []
    while quarter <= end and first <= last:
        found.append(quarter)
        quarter = quarter.plus(1)
    return found


def whole_years_ending(day: date) -> dict[str, tuple[date, date]]:
    """Return the periods that people ask for by name, each with its first and last day, latest first.

    The last complete quarter; the year ending with it; the last whole calendar year and this one so far; the last whole
    financial year (April to March) and this one so far.
    """
    latest = Quarter.latest_complete(day)
    financial = date(day.year if day.month >= 4 else day.year - 1, 4, 1)
    last_calendar = day.year if day == date(day.year, 12, 31) else day.year - 1
    last_financial = financial.year if day == date(financial.year + 1, 3, 31) else financial.year - 1
    named = {
        f"{latest.start:%B} to {latest.end:%B %Y}": (latest.start, latest.end),
        f"Year ending {latest.end:%B %Y}": (latest.plus(-3).start, latest.end),
        f"{last_calendar}": (date(last_calendar, 1, 1), date(last_calendar, 12, 31)),
        f"April {last_financial} to March {last_financial + 1}": (
            date(last_financial, 4, 1),
            date(last_financial + 1, 3, 31),
        ),
    }
    if last_calendar != day.year:
        named[f"{day.year} so far"] = (date(day.year, 1, 1), day)
    if last_financial != financial.year:
        named[f"Since April {financial.year}"] = (financial, day)
    return named
