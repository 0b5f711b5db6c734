"""Counts by agency: leads that count, supports beside them, and leads that do not count with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agencies.models import Agency
from agencies.vocabulary import AgencyKind
from disruptions.statistics.cells import Cells, LevelCounts, read_cells
from disruptions.statistics.parameters import StatisticsQuery
from disruptions.statistics.periods import Quarter, quarters_between
from disruptions.statistics.rounding import share


@dataclass(slots=True)
class AgencyRow:
    """One agency. ``lead`` adds up over agencies to the national total; ``support`` never does (R12).

    ``by_quarter`` are its leads in each quarter that the query's period touches.
    """

    code: str
    name: str
    short_name: str
    kind: str
    region: str
    statistics_group: str
    region_code: str = ""
    rocu: str = ""
    rocu_code: str = ""
    lead: LevelCounts = field(default_factory=LevelCounts)
    support: LevelCounts = field(default_factory=LevelCounts)
    not_counted: dict[str, int] = field(default_factory=dict)
    by_quarter: tuple[int, ...] = ()

    @property
    def is_force(self) -> bool:
        """Whether it is one of the 43 territorial forces of England and Wales."""
        return self.kind == AgencyKind.TERRITORIAL_FORCE

    @property
    def not_counted_total(self) -> int:
        """Submitted or approved leads outside the counting rule."""
        return sum(self.not_counted.values())

    @property
    def is_zero_return(self) -> bool:
        """Whether it is one of the 43 forces and led nothing that counts."""
        return self.is_force and not self.lead.total

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
    quarters = quarters_between(query.period.first, query.period.last)
    by_quarter = _by_quarter(cells.leads())
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
            region_code=agency.region.code if agency.region else "",
            rocu=agency.rocu.short_name if agency.rocu else "",
            rocu_code=agency.rocu.code if agency.rocu else "",
            lead=leads.get(agency.pk, LevelCounts()),
            support=supports.get(agency.pk, LevelCounts()),
            not_counted=dict(sorted(reasons.get(agency.pk, Counter()).items())),
            by_quarter=tuple(by_quarter[agency.pk, quarter] for quarter in quarters),
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


def forces(rows: Iterable[AgencyRow]) -> list[AgencyRow]:
    """Return the rows of the 43 territorial forces, in their order."""
    return [row for row in rows if row.is_force]


def shares_so_far(rows: Iterable[AgencyRow]) -> list[int | None]:
    """Return, for each row, what it and those above it led of all that the rows led, in whole percent."""
    rows = list(rows)
    whole, together, found = lead_total(rows).total, 0, []
    for row in rows:
        together += row.lead.total
        found.append(share(together, whole))
    return found


def that_make_up(rows: Iterable[AgencyRow], percent: int) -> list[AgencyRow]:
    """Return the fewest rows that led at least a percentage of all that the rows led; none where nothing was led."""
    largest = sorted(rows, key=lambda row: (-row.lead.total, row.name))
    whole, together, found = lead_total(largest).total, 0, []
    for row in largest:
        if not whole or 100 * together >= percent * whole:
            break
        together += row.lead.total
        found.append(row)
    return found


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A policing region, or the area of a ROCU: what its agencies led together; supports have no such sum (R12).

    ``code`` is empty for agencies that belong to none.
    """

    code: str
    name: str
    agencies: int
    lead: LevelCounts
    by_quarter: tuple[int, ...]

    def share_of(self, national: int) -> int | None:
        """The place's part of the national leads, in whole percent."""
        return share(self.lead.total, national)


def by_region(rows: Iterable[AgencyRow]) -> list[PlaceRow]:
    """Return a row per region, most leads first; agencies of none come last."""
    return _by_place(rows, lambda row: (row.region_code, row.region))


def by_rocu(rows: Iterable[AgencyRow]) -> list[PlaceRow]:
    """Return a row per ROCU, most leads first; agencies of none come last."""
    return _by_place(rows, lambda row: (row.rocu_code, row.rocu))


def _by_place(rows: Iterable[AgencyRow], place_of: Callable[[AgencyRow], tuple[str, str]]) -> list[PlaceRow]:
    inside: dict[tuple[str, str], list[AgencyRow]] = {}
    for row in rows:
        inside.setdefault(place_of(row), []).append(row)
    table = []
    for (code, name), each in inside.items():
        quarters = zip(*(row.by_quarter for row in each), strict=True)
        table.append(PlaceRow(code, name, len(each), lead_total(each), tuple(map(sum, quarters))))
    return sorted(table, key=lambda place: (not place.code, -place.lead.total, place.name))


def _by_quarter(cells: Cells) -> Counter[tuple[int, Quarter]]:
    counts: Counter[tuple[int, Quarter]] = Counter()
    for cell in cells.groups:
        counts[cell.agency, cell.quarter] += cell.records
    return counts


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
