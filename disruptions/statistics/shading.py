"""Shades of numbers, for tables and maps: one rule, so that the same number never looks different beside itself.

Shades follow the square root of the number, so that one large agency does not leave the others without a difference;
whoever shades says in words which numbers each shade stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

Amount: TypeAlias = int | Decimal

SHADES: Final = 6


@dataclass(frozen=True, slots=True)
class ShadeRange:
    """Which whole numbers a shade stands for, both ends inside."""

    shade: int
    first: int
    last: int

    @property
    def words(self) -> str:
        """The numbers as text, such as `5 to 18`."""
        return f"{self.first:,} to {self.last:,}" if self.last > self.first else f"{self.last:,}"


def shade_bounds(numbers: Iterable[Amount]) -> list[Amount]:
    """Return the largest number of each shade, lightest first; none where there is nothing to shade."""
    most = max(numbers, default=0)
    if most <= 0:
        return []
    bounds = [int(most * step * step / (SHADES * SHADES)) for step in range(1, SHADES)]
    return [*bounds, most]


def shade_of(number: Amount, bounds: Sequence[Amount]) -> int:
    """Return which shade a number has, from 0 for nothing."""
    if not number or not bounds:
        return 0
    return next((place for place, bound in enumerate(bounds, start=1) if number <= bound), SHADES)


def shade_ranges(bounds: Sequence[Amount]) -> list[ShadeRange]:
    """Return the numbers of each shade that is in use, lightest first; shades that no whole number has are left out."""
    found, before = [], 0
    for shade, bound in enumerate(bounds, start=1):
        last = int(bound)
        if last > before:
            found.append(ShadeRange(shade, before + 1, last))
            before = last
    return found
