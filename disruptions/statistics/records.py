"""How much was recorded: every submitted or approved record, whatever its level or role. Not the published count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import ExtractYear

from agencies.models import Agency
from agencies.vocabulary import AgencyKind
from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.parameters import Period, StatisticsQuery
from disruptions.statistics.rounding import share
from disruptions.vocabulary import DisruptionRole


@dataclass(frozen=True, slots=True)
class YearRow:
    """Records of one year, agency and role."""

    year: int
    agency: str
    role: str
    records: int


@dataclass(frozen=True, slots=True)
class AgencyRecords:
    """One agency's records, or those of a group of agencies: by year of disruption, then by role."""

    code: str
    name: str
    by_year: dict[int, int]
    lead: int
    support: int

    @property
    def total(self) -> int:
        """Records of both roles."""
        return self.lead + self.support

    def share_of(self, whole: AgencyRecords) -> int | None:
        """Its part of a group's records, in whole percent."""
        return share(self.total, whole.total)


@dataclass(frozen=True, slots=True)
class RecordsTable:
    """Records by agency: the 43 forces of England and Wales, then everybody else, most first.

    ``years`` are those with records; ``period_of`` says what part of each lies in the query's period.
    """

    years: list[int]
    forces: list[AgencyRecords]
    others: list[AgencyRecords]
    all_forces: AgencyRecords
    all_others: AgencyRecords
    rows: list[YearRow]
    names: dict[str, str]
    period_of: dict[int, Period]


def records_by_year(query: StatisticsQuery) -> list[YearRow]:
    """Return all submitted or approved records by year of disruption, agency and role: any level, both roles.

    A record of recording, not a published count: it holds what the counting rule leaves out. One query.
    """
    with query.rows() as rows:
        return _year_rows(rows)


def records_table(query: StatisticsQuery) -> RecordsTable:
    """Arrange ``records_by_year`` by agency, each named and grouped as at the cut-off. Two queries."""
    with query.rows() as rows:
        counted = _year_rows(rows)
        agencies: dict[str, Agency] = {agency.code: agency for agency in query.agencies()}
    years = list(range(query.period.first.year, query.period.last.year + 1))
    if counted:
        years = [year for year in years if counted[0].year <= year <= counted[-1].year]
    table: dict[bool, list[AgencyRecords]] = {True: [], False: []}
    for code in dict.fromkeys(row.agency for row in counted):
        of_agency = [row for row in counted if row.agency == code]
        is_force = agencies[code].kind == AgencyKind.TERRITORIAL_FORCE
        table[is_force].append(_sum(code, agencies[code].name, years, of_agency))
    for group in table.values():
        group.sort(key=lambda row: (-row.total, row.name))
    return RecordsTable(
        years=years,
        forces=table[True],
        others=table[False],
        all_forces=_together("The 43 forces", years, table[True]),
        all_others=_together("Other agencies", years, table[False]),
        rows=counted,
        names={code: agency.name for code, agency in agencies.items()},
        period_of={
            year: Period(
                max(query.period.first, date(year, 1, 1)),
                min(query.period.last, date(year, 12, 31)),
            )
            for year in years
        },
    )


def _year_rows(rows: DisruptionQuerySet) -> list[YearRow]:
    grouped = (
        rows.standing()
        .order_by()
        .values("agency__code", "role", year=ExtractYear("occurred_on"))
        .annotate(records=Count("*"))
    )
    table = [YearRow(group["year"], group["agency__code"], group["role"], group["records"]) for group in grouped]
    return sorted(table, key=lambda row: (row.year, row.agency, row.role))


def _sum(code: str, name: str, years: Sequence[int], rows: Iterable[YearRow]) -> AgencyRecords:
    by_year = dict.fromkeys(years, 0)
    by_role = {DisruptionRole.LEAD.value: 0, DisruptionRole.SUPPORT.value: 0}
    for row in rows:
        by_year[row.year] += row.records
        by_role[row.role] += row.records
    return AgencyRecords(code, name, by_year, by_role[DisruptionRole.LEAD], by_role[DisruptionRole.SUPPORT])


def _together(name: str, years: Sequence[int], group: Sequence[AgencyRecords]) -> AgencyRecords:
    return AgencyRecords(
        code="",
        name=name,
        by_year={year: sum(row.by_year[year] for row in group) for year in years},
        lead=sum(row.lead for row in group),
        support=sum(row.support for row in group),
    )
