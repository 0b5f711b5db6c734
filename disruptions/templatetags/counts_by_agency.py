"""The counts by agency for the first page of Django's admin: the same numbers as the dashboard's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.http import QueryDict

from agencies.vocabulary import AgencyKind
from disruptions.drill_downs import Cell, DrillDown
from disruptions.statistics import (
    AgencyRow,
    LevelCounts,
    dashboard,
    forces,
    lead_total,
    read_query,
    shares_so_far,
    zero_returns,
)
from disruptions.statistics.sentences import concentration_sentence, year_ending_sentence

register = template.Library()


@register.inclusion_tag("admin/_counts_by_agency.html")
def counts_by_agency() -> dict[str, Any]:
    """Return the counts of the national dashboard's default period, forces first, each number with its address."""
    query = read_query(QueryDict())
    figures = dashboard(query)
    links = DrillDown(query)
    inside = forces(figures.agencies)
    others = [row for row in figures.agencies if not row.is_force]
    return {
        "period": query.period,
        "comparison": year_ending_sentence(figures.year_ending),
        "concentration": concentration_sentence(inside),
        "zero_returns": len(zero_returns(inside)),
        "groups": [
            _group("Police forces", "All these forces", inside, lead_total(inside), links, running=True),
            _group("Other agencies", "All agencies", others, figures.national, links),
        ],
    }


def _group(
    title: str,
    whole: str,
    rows: Sequence[AgencyRow],
    total: LevelCounts,
    links: DrillDown,
    *,
    running: bool = False,
) -> dict[str, Any]:
    """Return one table: of the forces, with the running share of each, or of the other agencies."""
    together = shares_so_far(rows) if running else [None] * len(rows)
    return {
        "title": title,
        "running": running,
        "rows": [
            {
                "agency": row,
                "leads": links.lead_cells(row.lead, agency=row.code),
                "share": row.share_of(total.total),
                "so_far": so_far,
                "beside": _beside(row, links),
            }
            for row, so_far in zip(rows, together, strict=True)
        ],
        "whole": whole,
        "totals": links.lead_cells(total, **({"agency_kind": AgencyKind.TERRITORIAL_FORCE.value} if running else {})),
    }


def _beside(row: AgencyRow, links: DrillDown) -> list[Cell]:
    return [*links.support_cells(row.support, agency=row.code), links.not_counted_cell(row)]
