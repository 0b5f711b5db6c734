"""Counts by agency: leads that count, supports beside them, and leads that do not count with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agencies.models import Agency
from agencies.vocabulary import AgencyKind
from disruptions.statistics.cells import Cells, LevelCounts, read_cells
from disruptions.statistics.parameters import StatisticsQuery
from disruptions.statistics.rounding import share


@dataclass(slots=True)
class AgencyRow:
    """One agency. ``lead`` adds up over agencies to the national total; ``support`` never does (R12)."""

    code: str
    name: str
    short_name: str
    kind: str
    region: str
    statistics_group: str
    lead: LevelCounts = field(default_factory=LevelCounts)
    support: LevelCounts = field(default_factory=LevelCounts)
    not_counted: dict[str, int] = field(default_factory=dict)

    @property
    def not_counted_total(self) -> int:
        """Submitted or approved leads outside the counting rule."""
        return sum(self.not_counted.values())

    @property
    def is_zero_return(self) -> bool:
        """Whether it is one of the 43 forces and led nothing that counts."""
        return self.kind == AgencyKind.TERRITORIAL_FORCE and not self.lead.total

    def share_of(self, national: int) -> int | None:
        """The agency's part of the national leads, in whole percent."""
        return share(self.lead.total, national)


def by_agency(query: StatisticsQuery) -> list[AgencyRow]:
    """Return a row per agency that has, or is expected to have, records in the query; most leads first.

    One of the 43 forces without records is a row of zeros. Supports follow the same rule but for the role. Agencies
    are named and grouped as at the cut-off. Two queries.
    """
    with query.rows() as rows:
        return agency_rows(query, read_cells(rows, query), list(query.agencies()))


def agency_rows(query: StatisticsQuery, cells: Cells, agencies: Iterable[Agency]) -> list[AgencyRow]:
    """Arrange cells of the query's period by agency, as ``by_agency`` says."""
    leads = _levels(cells.leads())
    supports = _levels(cells.supports())
    reasons: dict[int, Counter[str]] = {}
    for cell in cells.outside_the_rule().groups:
        reasons.setdefault(cell.agency, Counter())[str(cell.not_counted)] += cell.records
    table = []
    for agency in agencies:
        named = agency.pk in leads or agency.pk in supports or agency.pk in reasons
        if not named and not _expected(agency, query):
            continue
        row = AgencyRow(
            code=agency.code,
            name=agency.name,
            short_name=agency.short_name,
            kind=agency.kind,
            region=agency.region.name if agency.region else "",
            statistics_group=agency.statistics_group,
            lead=leads.get(agency.pk, LevelCounts()),
            support=supports.get(agency.pk, LevelCounts()),
            not_counted=dict(sorted(reasons.get(agency.pk, Counter()).items())),
        )
        table.append(row)
    return sorted(table, key=lambda row: (-row.lead.total, -row.support.total, row.name))


def lead_total(rows: Sequence[AgencyRow]) -> LevelCounts:
    """Add up the leads of agencies: the national figure for the same query. Supports have no such sum (R12)."""
    return LevelCounts(
        major=sum(row.lead.major for row in rows),
        moderate=sum(row.lead.moderate for row in rows),
        minor=sum(row.lead.minor for row in rows),
    )


def not_counted_total(rows: Iterable[AgencyRow]) -> dict[str, int]:
    """Add up the leads that do not count, by reason, most first."""
    reasons: Counter[str] = Counter()
    for row in rows:
        reasons.update(row.not_counted)
    return dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0])))


def zero_returns(rows: Iterable[AgencyRow]) -> list[AgencyRow]:
    """Return those of the 43 forces that led nothing that counts, by name."""
    return sorted((row for row in rows if row.is_zero_return), key=lambda row: row.name)


def _levels(cells: Cells) -> dict[int, LevelCounts]:
    counts: dict[int, LevelCounts] = {}
    for cell in cells.groups:
        counts.setdefault(cell.agency, LevelCounts()).add(cell.level, cell.records)
    return counts


def _expected(agency: Any, query: StatisticsQuery) -> bool:
    """Say whether an agency without records is a zero return: one of the 43 forces, then in being, in the filters."""
    if agency.kind != AgencyKind.TERRITORIAL_FORCE:
        return False
    if agency.active_from and agency.active_from > query.period.last:
        return False
    if agency.active_until and agency.active_until < query.period.first:
        return False
    wanted = {
        "agency": agency.code,
        "region": agency.region.code if agency.region else "",
        "rocu": agency.rocu.code if agency.rocu else "",
    }
    return all(
        (not query.filters.getlist(name) or value in query.filters.getlist(name))
        and value not in query.filters.getlist(f"{name}__not")
        for name, value in wanted.items()
    )
