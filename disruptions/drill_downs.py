"""Addresses of the records behind a figure: every number of a counted page opens the list that it counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote_plus

from django.urls import reverse

from disruptions.statistics import AgencyRow, LevelCounts, Period, StatisticsQuery
from disruptions.vocabulary import COUNTED_STATUSES, DisruptionRole, ThreatArea, ThreatKind

Cell = dict[str, Any]
"""A table cell: its number, and the address behind it (``None`` for zero, which has nothing behind it)."""

LEVELS: Final = ("major", "moderate", "minor")


@dataclass(frozen=True, slots=True)
class DrillDown:
    """Makes cells for one query; each may be narrowed by period and by the list's filters."""

    query: StatisticsQuery

    def lead(self, records: int, *, period: Period | None = None, **filters: Any) -> Cell:
        """Return the cell of leads that count."""
        rule = {"counted": "yes", "role": DisruptionRole.LEAD.value}
        return self._disruptions(records, period, rule | filters)

    def support(self, records: int, *, period: Period | None = None, **filters: Any) -> Cell:
        """Return the cell of supports that are shown beside the counts."""
        rule = {"credited": "yes", "role": DisruptionRole.SUPPORT.value}
        return self._disruptions(records, period, rule | filters)

    def not_counted(
        self, records: int, reasons: Iterable[str], *, period: Period | None = None, **filters: Any
    ) -> Cell:
        """Return the cell of leads that do not count, for any of the reasons."""
        rule = {"not_counted": list(reasons), "role": DisruptionRole.LEAD.value}
        return self._disruptions(records, period, rule | filters)

    def standing(self, records: int, *, period: Period | None = None, **filters: Any) -> Cell:
        """Return the cell of submitted and approved records, whatever their level or role."""
        rule = {"status": [status.value for status in COUNTED_STATUSES]}
        return self._disruptions(records, period, rule | filters)

    def threats(self, threats: int, **filters: Any) -> Cell:
        """Return the cell of threats on the SOC master list."""
        return self._cell("threat_list", threats, filters)

    def primary_ocgs(self, threats: int, **filters: Any) -> Cell:
        """Return the cell of OCGs whose primary area is organised immigration crime."""
        return self.threats(threats, kind=ThreatKind.OCG.value, primary_area=ThreatArea.OIC.value, **filters)

    def lead_cells(self, counts: LevelCounts, **filters: Any) -> list[Cell]:
        """Return the cells of leads that count: their total, then by level."""
        by_level = [self.lead(getattr(counts, level), level=level, **filters) for level in LEVELS]
        return [self.lead(counts.total, **filters), *by_level]

    def support_cells(self, counts: LevelCounts, **filters: Any) -> list[Cell]:
        """Return the cells of supports: how many the agency gave, then by level."""
        by_level = [self.support(getattr(counts, level), level=level, **filters) for level in LEVELS]
        return [self.support(counts.total, **filters), *by_level]

    def not_counted_cell(self, row: AgencyRow) -> Cell:
        """Return the cell of an agency's leads that do not count."""
        return self.not_counted(row.not_counted_total, row.not_counted, agency=row.code)

    def _disruptions(self, records: int, period: Period | None, filters: dict[str, Any]) -> Cell:
        if not records:
            return {"text": 0, "href": None}
        period = period or self.query.period
        named = {
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            **{name: values for name, values in self.query.filters.lists() if name != "format"},
            **filters,
        }
        return self._cell("disruption_list", records, named)

    def _cell(self, page: str, number: int, filters: dict[str, Any]) -> Cell:
        if not number:
            return {"text": 0, "href": None}
        if self.query.as_at is not None:
            filters = {**filters, "as_at": self.query.as_at.isoformat()}
        return {"text": number, "href": f"{_address(page)}?{'&'.join(_pairs(filters))}"}


def _pairs(filters: dict[str, Any]) -> Iterator[str]:
    for name, values in filters.items():
        for value in values if isinstance(values, list) else [values]:
            yield _pair(name, str(value))


@lru_cache(maxsize=4096)
def _pair(name: str, value: str) -> str:
    return f"{name}={quote_plus(value)}"


@lru_cache
def _address(page: str) -> str:
    return reverse(page)
