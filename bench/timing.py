"""Time two ways of doing the same work in turn, A B A B, so that a change of the machine's pace meets both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """One workload: medians in milliseconds, the ratio of the medians, and the limits that the issue sets."""

    name: str
    ours: float
    bare: float
    limit_ms: float | None = None
    limit_ratio: float | None = None

    @property
    def ratio(self) -> float:
        """Ours over bare SQL."""
        return self.ours / self.bare

    @property
    def holds(self) -> bool:
        """Whether every limit is kept."""
        return (self.limit_ms is None or self.ours <= self.limit_ms) and (
            self.limit_ratio is None or self.ratio <= self.limit_ratio
        )

    def line(self) -> str:
        """Return the row of the report."""
        limits = [
            f"at most {self.limit_ms:.0f} ms" if self.limit_ms else "",
            f"at most {self.limit_ratio:g} times" if self.limit_ratio else "",
        ]
        wanted = ", ".join(limit for limit in limits if limit)
        verdict = ("holds" if self.holds else "FAILS") if wanted else ""
        return f"{self.name:<44}{self.ours:>9.1f}{self.bare:>10.1f}{self.ratio:>8.1f}  {wanted:<22}{verdict}"


HEADING = f"{'workload':<44}{'ours ms':>9}{'bare ms':>10}{'ratio':>8}  limit"


def compare(
    name: str,
    ours: Callable[[], object],
    bare: Callable[[], object],
    *,
    runs: int,
    limit_ms: float | None = None,
    limit_ratio: float | None = None,
) -> Measured:
    """Run both once to warm up, then in turn, and return the medians."""
    ours()
    bare()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for work, kept in zip((ours, bare), times, strict=True):
            begin = time.perf_counter()
            work()
            kept.append((time.perf_counter() - begin) * 1000)
    return Measured(name, statistics.median(times[0]), statistics.median(times[1]), limit_ms, limit_ratio)
