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
