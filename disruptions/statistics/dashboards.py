"""Everything that a dashboard shows: of the nation, a region, the area of a ROCU, or one agency."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.conf import settings

from agencies.models import Agency
from disruptions.statistics.agencies import AgencyRow, agency_rows, lead_total
from disruptions.statistics.cells import LevelCounts, read_cells, spanning
from disruptions.statistics.mixes import Mix, mixes
from disruptions.statistics.oic01 import (
    Oic01Row,
    YearEnding,
    compare_years,
    last_whole_quarter,
    quarter_rows,
    rolling_years,
    total_of,
    trend,
    with_yearly_totals,
)
from disruptions.statistics.outcomes import Outcomes, outcomes
from disruptions.statistics.parameters import StatisticsQuery
from disruptions.statistics.threats import GradeRow, ThreatCounts, grades, threat_counts
from disruptions.statistics.years import CALENDAR, FINANCIAL, YearOfCounts, by_year

OUTCOMES_FROM: Final = 5
"""From how many counted leads, and from how many supports, outcomes are shown, unless the setting says otherwise."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures a dashboard shows: everybody's, or those of a ``region``, ``rocu`` or ``agency`` by its code."""

    kind: str = ""
    code: str = ""
    name: str = ""
    short_name: str = ""

    def holds(self, agency: Agency) -> bool:
        """Say whether an agency belongs to it; its region and ROCU are read, as at the cut-off."""
        if not self.kind:
            return True
        own = agency if self.kind == "agency" else getattr(agency, self.kind)
        return own is not None and own.code == self.code

    @property
    def filters(self) -> dict[str, str]:
        """The filter of the list that keeps its records."""
        return {self.kind: self.code} if self.kind else {}


NATION: Final = Scope()


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The figures of a query, of all that it asks for or of one scope.

    ``agencies`` are those of the scope, ``national`` what all agencies of the query led. ``lead_by_quarter`` has the
    totals of whole years after their quarters; ``support_by_quarter`` has none. ``outcomes`` are what ``enough`` leaves
    of them. ``led_by`` are the codes of all agencies of the scope.
    """

    scope: Scope
    agencies: list[AgencyRow]
    national: LevelCounts
    lead: LevelCounts
    support: LevelCounts
    lead_by_quarter: list[Oic01Row]
    support_by_quarter: list[Oic01Row]
    calendar_years: list[YearOfCounts]
    financial_years: list[YearOfCounts]
    year_ending: YearEnding
    mixes: dict[str, Mix]
    outcomes: Outcomes | None
    led_by: list[str]
    grades: list[GradeRow]
    threats: ThreatCounts


def dashboard(query: StatisticsQuery, *, scope: Scope = NATION) -> Dashboard:
    """Return the figures of the national dashboard, or of a scope's.

    The same as ``by_agency``, ``trend``, ``year_ending``, ``mixes``, ``outcomes``, ``grades`` and ``threat_counts``
    give one by one, in six queries. The P grades and threat counts follow the cut-off (and the agencies that lead
    the threats), not the filters.
    """
    end = last_whole_quarter(query)
    wider = spanning(query, *rolling_years(end))
    with wider.rows() as rows:
        everything = read_cells(rows, query, span=wider.period)
        agencies = list(query.agencies())
    table = agency_rows(query, everything.inside(), agencies)
    members = {agency.pk: agency.code for agency in agencies if scope.holds(agency)}
    cells = everything.of_agencies(members)
    leads, supports = cells.leads(), cells.supports()
    lead_quarters, support_quarters = leads.inside().by_quarter(), supports.inside().by_quarter()
    lead, support = leads.inside().levels(), supports.inside().levels()
    narrowed = query.narrowed(**scope.filters)
    codes = sorted(members.values())
    led_by = codes if scope.kind else None
    return Dashboard(
        scope=scope,
        agencies=[row for row in table if row.code in codes],
        national=lead_total(table),
        lead=lead,
        support=support,
        lead_by_quarter=with_yearly_totals(quarter_rows(query, lead_quarters)),
        support_by_quarter=quarter_rows(query, support_quarters),
        calendar_years=by_year(query, lead_quarters, support_quarters, first=CALENDAR),
        financial_years=by_year(query, lead_quarters, support_quarters, first=FINANCIAL),
        year_ending=compare_years(query, leads.by_quarter(), end),
        mixes=mixes(narrowed),
        outcomes=enough(outcomes(narrowed), lead.total, support.total),
        led_by=codes,
        grades=grades(query.as_at, lead_agencies=led_by),
        threats=threat_counts(query.as_at, lead_agencies=led_by),
    )


def shown_outcomes(query: StatisticsQuery) -> Outcomes | None:
    """Return the outcomes of a query as far as they are shown (``enough``). Three queries."""
    rows = trend(query)
    return enough(outcomes(query), total_of(rows["lead"]).total, total_of(rows["support"]).total)


def enough(found: Outcomes, leads: int, supports: int) -> Outcomes | None:
    """Return outcomes of enough records: nothing of too few leads, and no supports where these are too few."""
    if leads < outcomes_from():
        return None
    return found if supports >= outcomes_from() else replace(found, support=None)


def outcomes_from() -> int:
    """Return from how many records of a role their outcomes are shown, by the setting: those of one tell much of it."""
    return int(getattr(settings, "OUTCOMES_FROM", OUTCOMES_FROM))
