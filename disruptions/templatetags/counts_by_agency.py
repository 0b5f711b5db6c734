"""The counts by agency for the first page of Django's admin: the same table as the dashboard's."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import QueryDict

from disruptions.drill_downs import Cell, DrillDown
from disruptions.statistics import AgencyRow, by_agency, lead_total, read_query, zero_returns

register = template.Library()


@register.inclusion_tag("admin/_counts_by_agency.html")
def counts_by_agency() -> dict[str, Any]:
    """Return the national counts by agency of the dashboard's default period, each number with its address."""
    query = read_query(QueryDict())
    rows = by_agency(query)
    links = DrillDown(query)
    return {
        "period": query.period,
        "rows": [{"agency": row, "cells": _cells(row, links)} for row in rows],
        "totals": links.lead_cells(lead_total(rows)),
        "zero_returns": len(zero_returns(rows)),
    }


def _cells(row: AgencyRow, links: DrillDown) -> list[Cell]:
    return [
        *links.lead_cells(row.lead, agency=row.code),
        *links.support_cells(row.support, agency=row.code),
        links.not_counted_cell(row),
    ]
