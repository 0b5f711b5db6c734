"""The disruptions of one threat over time, by agency, level and role: a picture for whoever may open the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Count
from django.db.models.functions import TruncMonth

from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.periods import Quarter
from disruptions.vocabulary import COUNTED_LEVELS, COUNTED_STATUSES, DisruptionRole, Level

OTHERS: Final = "Other agencies"
MOST_LANES: Final = 7
MONTHS_BY_MONTH: Final = 18
MONTHS_BY_QUARTER: Final = 96


@dataclass(frozen=True, slots=True)
class Stretch:
    """A month, quarter or year of the picture."""

    first: date
    last: date
    name: str

    @property
    def middle(self) -> date:
        """The day in its middle."""
        return self.first + (self.last - self.first) / 2


@dataclass(frozen=True, slots=True)
class TimelineCell:
    """Records of one agency, role and level in one stretch."""

    stretch: Stretch
    agency: str
    role: str
    level: str
    records: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Submitted and approved records by stretch of time, agency, role and level: leads and supports never added."""

    agencies: tuple[str, ...]
    levels: tuple[str, ...]
    cells: tuple[TimelineCell, ...]

    def records(self, role: DisruptionRole, level: str | None = None) -> int:
        """Return how many there are of a role, and of a level if one is named."""
        return sum(cell.records for cell in self.cells if cell.role == role and level in (None, cell.level))

    def rows(self) -> list[tuple[Stretch, str, str, dict[str, int]]]:
        """Return the same figures as a table: stretch, agency and role, with the records of each level."""
        table: dict[tuple[date, str, str], tuple[Stretch, str, str, dict[str, int]]] = {}
        for cell in self.cells:
            key = (cell.stretch.first, cell.agency, cell.role)
            row = table.setdefault(key, (cell.stretch, cell.agency, cell.role, dict.fromkeys(self.levels, 0)))
            row[3][cell.level] += cell.records
        return list(table.values())


def timeline(rows: DisruptionQuerySet) -> Timeline:
    """Return when submitted and approved records happened; by month, quarter or year as the time is long. One query.

    Give it what a person may open: this is no counted figure. The agencies with most records have a lane each.
    """
    grouped = list(
        rows.filter(status__in=COUNTED_STATUSES)
        .order_by()
        .annotate(month=TruncMonth("occurred_on"))
        .values_list("month", "agency__short_name", "role", "level")
        .annotate(records=Count("pk"))
    )
    agencies = _lanes((agency, records) for _, agency, _, _, records in grouped)
    step = _step([month for month, *_ in grouped])
    found: Counter[tuple[Stretch, str, str, str]] = Counter()
    for month, agency, role, level, records in grouped:
        found[_stretch(month, step), agency if agency in agencies else OTHERS, role, level] += records
    order = list(Level)
    cells = sorted(
        (TimelineCell(*key, records) for key, records in found.items()),
        key=lambda cell: (
            cell.stretch.first,
            agencies.index(cell.agency),
            cell.role != DisruptionRole.LEAD,
            order.index(Level(cell.level)),
        ),
    )
    levels = [level.value for level in Level if level in COUNTED_LEVELS or any(cell.level == level for cell in cells)]
    return Timeline(agencies, tuple(levels), tuple(cells))


def _lanes(counts: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    records: Counter[str] = Counter()
    for agency, number in counts:
        records[agency] += number
    order = sorted(records, key=lambda name: (-records[name], name))
    return tuple(order) if len(order) <= MOST_LANES + 1 else (*order[:MOST_LANES], OTHERS)


def _step(months: list[date]) -> int:
    """Return how many months a stretch has."""
    if not months:
        return 1
    first, last = min(months), max(months)
    length = (last.year - first.year) * 12 + last.month - first.month + 1
    return 1 if length <= MONTHS_BY_MONTH else 3 if length <= MONTHS_BY_QUARTER else 12


def _stretch(month: date, step: int) -> Stretch:
    if step == 3:
        quarter = Quarter.of(month)
        return Stretch(quarter.start, quarter.end, f"{quarter.start:%b} to {quarter.end:%b %Y}")
    if step == 12:
        return Stretch(date(month.year, 1, 1), date(month.year, 12, 31), str(month.year))
    after = (month.replace(day=1) + timedelta(days=31)).replace(day=1)
    return Stretch(month, after - timedelta(days=1), f"{month:%B %Y}")
