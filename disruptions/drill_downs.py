"""Addresses of the records behind a figure: every number of a counted page opens the list that it counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote_plus

from django.urls import reverse

from disruptions.statistics import AgencyRow, LevelCounts, Period, StatisticsQuery
from disruptions.statistics.dimensions import Filters, Part
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

    def listed(self, records: int, filters: Mapping[str, Any]) -> Cell:
        """Return the cell of records that the list's filters find, by no date of disruption."""
        return self._cell("disruption_list", records, dict(filters))

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
        if self.query.extract is not None:
            # What is frozen has a list of its own: the records have moved on.
            kept = {name: filters[name] for name in ("level",) if name in filters}
            days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
            address = reverse("extract_records", args=[self.query.extract.reference])
            return {"text": records, "href": f"{address}?{'&'.join(_pairs({'counted': 'yes', **days, **kept}))}"}
        named = {
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            **dict(self.query.filters.lists()),
            **filters,
        }
        return self._cell("disruption_list", records, named)

    def _cell(self, page: str, number: int, filters: dict[str, Any]) -> Cell:
        if not number:
            return {"text": 0, "href": None}
        if self.query.as_at is not None:
            filters = {**filters, "as_at": self.query.as_at.isoformat()}
        return {"text": number, "href": f"{_address(page)}?{'&'.join(_pairs(filters))}"}


@dataclass(frozen=True, slots=True)
class PivotLinks:
    """Addresses of the records behind a pivot table: the list that was asked for, narrowed to a cell.

    ``asked`` are the filters in force by wire name, the cut-off among them; ``first`` and ``last`` the days that they
    keep, as far as there are such.
    """

    asked: Mapping[str, list[str]]
    first: date | None = None
    last: date | None = None

    def behind(self, filters: Filters, *parts: Part | None) -> str | None:
        """Return the address of what a cell counts; ``None`` where no filter of the list keeps just that."""
        wanted = dict(self.asked)
        first, last = self.first, self.last
        _narrow(wanted, filters)
        for part in parts:
            if part is None:
                continue
            if part.filters is None:
                return None
            if part.period is None:
                _narrow(wanted, part.filters)
                continue
            first = max(filter(None, (first, part.period.first)))
            last = min(filter(None, (last, part.period.last)))
            wanted.pop("occurred_on__empty", None)
            wanted |= {"from": [first.isoformat()], "to": [last.isoformat()]}
        return f"{_address('disruption_list')}?{'&'.join(_pairs(wanted))}"


_OUTCOME: Final = (
    "outcome",
    "outcome__empty",
    *(f"outcome_{of}__{end}" for of in ("value", "count") for end in ("from", "to")),
)
_DAYS: Final = ("from", "to", "occurred_on__empty")


def _narrow(wanted: dict[str, list[str]], filters: Filters) -> None:
    """Put filters in the place of those in force on the same thing, of which they keep a part."""
    for name, values in filters:
        stem, _, relative = name.partition("__")
        if relative == "not":
            wanted[name] = [*values, *(value for value in wanted.get(name, []) if value not in values)]
            continue
        if name == "outcome__empty" and values == ("no",):
            # Any other filter of outcomes asks for one.
            if wanted.get("outcome__empty") == ["yes"]:
                wanted.pop("outcome__empty")
            if any(each in wanted for each in _OUTCOME):
                continue
        elif name == "outcome_value__from":
            wanted.pop("outcome__empty", None)
            wanted.setdefault(name, list(values))
            continue
        elif relative == "empty":
            for each in _OUTCOME if stem == "outcome" else _DAYS if stem == "occurred_on" else ():
                wanted.pop(each, None)
        wanted.pop(f"{stem}__empty", None)
        wanted.pop(stem, None)
        wanted[name] = list(values)


def _pairs(filters: Mapping[str, Any]) -> Iterator[str]:
    for name, values in filters.items():
        for value in values if isinstance(values, list) else [values]:
            yield _pair(name, str(value))


@lru_cache(maxsize=4096)
def _pair(name: str, value: str) -> str:
    return f"{name}={quote_plus(value)}"


@lru_cache
def _address(page: str) -> str:
    return reverse(page)
