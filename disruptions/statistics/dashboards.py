"""Everything that a dashboard shows, from one grouped read of the records."""

from __future__ import annotations

from dataclasses import dataclass

from agencies.models import Agency
from disruptions.statistics.agencies import AgencyRow, agency_rows, lead_total
from disruptions.statistics.cells import LevelCounts, read_cells, spanning
from disruptions.statistics.oic01 import (
    Oic01Row,
    YearEnding,
    compare_years,
    last_whole_quarter,
    quarter_rows,
    rolling_years,
    with_yearly_totals,
)
from disruptions.statistics.parameters import StatisticsQuery
from disruptions.statistics.threats import GradeRow, ThreatCounts, grades, threat_counts


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The figures of a query, nationally or for one agency.

    ``agencies`` are all agencies of the query either way, so that one agency can be seen beside the others.
    ``lead_by_quarter`` has the totals of whole years after their quarters; ``support_by_quarter`` has none.
    """

    agencies: list[AgencyRow]
    national: LevelCounts
    lead: LevelCounts
    support: LevelCounts
    lead_by_quarter: list[Oic01Row]
    support_by_quarter: list[Oic01Row]
    year_ending: YearEnding
    grades: list[GradeRow]
    threats: ThreatCounts


def dashboard(query: StatisticsQuery, *, agency: Agency | None = None) -> Dashboard:
    """Return the figures of the national dashboard, or of one agency's.

    The same as ``by_agency``, ``trend``, ``year_ending``, ``grades`` and ``threat_counts`` give one by one, in four
    queries. The P grades and threat counts follow the cut-off (and the agency that leads them), not the filters.
    """
    end = last_whole_quarter(query)
    wider = spanning(query, *rolling_years(end))
    with wider.rows() as rows:
        everything = read_cells(rows, query, span=wider.period)
        agencies = list(query.agencies())
    table = agency_rows(query, everything.inside(), agencies)
    cells = everything if agency is None else everything.of_agencies({agency.pk})
    leads, supports = cells.leads(), cells.supports()
    code = agency.code if agency else None
    return Dashboard(
        agencies=table,
        national=lead_total(table),
        lead=leads.inside().levels(),
        support=supports.inside().levels(),
        lead_by_quarter=with_yearly_totals(quarter_rows(query, leads.inside().by_quarter())),
        support_by_quarter=quarter_rows(query, supports.inside().by_quarter()),
        year_ending=compare_years(query, leads.by_quarter(), end),
        grades=grades(query.as_at, lead_agency=code),
        threats=threat_counts(query.as_at, lead_agency=code),
    )
