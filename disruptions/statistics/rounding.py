"""Percent, mean and share: whole numbers, half away from zero; nothing on a zero base (R8; S0 prints 790.5 as 791)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def rounded(value: Decimal) -> int:
    """Return the nearest whole number, halves away from zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def percent_change(before: int, now: int) -> int | None:
    """Return the change from ``before`` to ``now`` in whole percent; ``None`` on a zero base."""
    return rounded(Decimal(100) * (now - before) / Decimal(before)) if before else None


def mean(total: int, parts: int) -> int | None:
    """Return a total over a number of parts as a whole number; ``None`` where there are no parts."""
    return rounded(Decimal(total) / Decimal(parts)) if parts else None


def share(part: int | Decimal, whole: int | Decimal) -> int | None:
    """Return a part of a whole in whole percent; ``None`` of nothing."""
    return rounded(Decimal(100) * part / Decimal(whole)) if whole else None
