"""Addresses of the records behind a figure: every number of a counted page opens the list that it counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from disruptions.statistics import Period, StatisticsQuery
from disruptions.vocabulary import COUNTED_STATUSES, DisruptionRole, ThreatArea, ThreatKind

Cell = dict[str, Any]
"""A table cell: its number, and the address behind it (``None`` for zero, which has nothing behind it)."""


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

    def _disruptions(self, records: int, period: Period | None, filters: dict[str, Any]) -> Cell:
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
            return {"text": number, "href": None}
        if self.query.as_at is not None:
            filters = {**filters, "as_at": self.query.as_at.isoformat()}
        try:
            return {"text": number, "href": f"{reverse(page)}?{urlencode(filters, doseq=True)}"}
        except NoReverseMatch:
            return {"text": number, "href": None}
