"""The dashboards: counted figures of the nation, a region, a ROCU area or an agency; each number opens its records."""

from __future__ import annotations

from typing import Any, Final

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from agencies import audit
from agencies.constraints import Violation
from agencies.models import Agency, Region
from agencies.refusals import Invalid
from agencies.views.requests import SignedInRequest
from agencies.vocabulary import AgencyKind, AuditAction
from disruptions import statistics
from disruptions.drill_downs import DrillDown
from disruptions.permissions import may_read_quality
from disruptions.statistics import NATION, Dashboard, Scope, StatisticsQuery, outcomes_from, read_query
from disruptions.statistics.definitions import (
    BY_AGENCY,
    BY_YEAR,
    COMPARISON,
    COUNTED_FIGURE,
    FORCES,
    MIXES,
    OUTCOMES,
    PLACES,
    THREATS,
    TREND,
)
from disruptions.statistics.sentences import sentences_of, year_ending_sentence
from disruptions.views.counted import (
    ALL_FILTERS,
    DATES,
    FILTERS_OF_ONE_AGENCY,
    counted_page,
    csv_answer,
    page_parameters,
    refuse_others,
    refused_page,
    shared_query,
    wants_csv,
)
from disruptions.views.dashboard_map import map_of
from disruptions.views.dashboard_tables import Table, all_tables, quarters_drawn, tiles
from disruptions.views.figures import trend_chart, trend_sentence
from disruptions.views.listing import without_blanks
from disruptions.vocabulary import NotCounted

DEFINITIONS: Final = {
    "counted": COUNTED_FIGURE,
    "trend": TREND,
    "comparison": COMPARISON,
    "by_year": BY_YEAR,
    "mixes": MIXES,
    "outcomes": OUTCOMES,
    "by_agency": BY_AGENCY,
    "forces": FORCES,
    "places": PLACES,
    "threats": THREATS,
}
OWN_PARAMETERS: Final = ("format", "table")


@require_safe
def dashboard(request: SignedInRequest) -> HttpResponseBase:
    return _dashboard(request, "disruptions/dashboard.html", NATION)


@require_safe
def dashboard_region(request: SignedInRequest, code: str) -> HttpResponseBase:
    region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    return _dashboard(request, "disruptions/dashboard_region.html", Scope("region", code, region.name, region.name))


@require_safe
def dashboard_rocu(request: SignedInRequest, code: str) -> HttpResponseBase:
    units = Agency.objects.visible_to(request.user).filter(kind=AgencyKind.REGIONAL_UNIT)
    rocu = get_object_or_404(units, code=code)
    scope = Scope("rocu", code, f"the forces of {rocu.short_name}’s area", rocu.short_name)
    return _dashboard(request, "disruptions/dashboard_rocu.html", scope, {"unit": rocu})


@require_safe
def dashboard_agency(request: SignedInRequest, code: str) -> HttpResponseBase:
    agency = get_object_or_404(Agency.objects.visible_to(request.user).with_relations(), code=code)
    scope = Scope("agency", code, agency.name, agency.short_name)
    more = {"agency": agency, "may_read_quality": may_read_quality(request.user, agency)}
    return _dashboard(request, "disruptions/dashboard_agency.html", scope, more)


def _dashboard(
    request: SignedInRequest, template: str, scope: Scope, more: dict[str, Any] | None = None
) -> HttpResponseBase:
    if (shorter := without_blanks(request)) is not None:
        return shorter
    filters = FILTERS_OF_ONE_AGENCY if scope.kind else ALL_FILTERS
    parameters = page_parameters(request)
    context = {"scope": scope, "own_agency": request.user.agency, **(more or {})}
    try:
        refuse_others(parameters, filters=filters, dates=DATES)
        query = read_query(parameters, allow=OWN_PARAMETERS)
        is_file = wants_csv(parameters)
        if "table" in parameters and not is_file:
            raise Invalid([Violation("table", "invalid_filter", "A table is named for its file: add format=csv.")])
        figures = statistics.dashboard(query, scope=scope)
        table = _table_called(parameters.getlist("table"), figures, query) if is_file else None
    except Invalid as refusal:
        return refused_page(request, template, refusal, context, filters=filters)
    if table is not None:
        name = f"dashboard-{scope.code}-{table.slug}" if scope.code else f"dashboard-{table.slug}"
        detail = {"query": parameters.urlencode()}
        audit.record(AuditAction.EXPORTED, "statistics", name, request=request, detail=detail)
        header, lines = table.file
        return csv_answer(f"live-{name}", header, lines, query)
    return counted_page(request, template, query, context | _context(query, figures, request), filters=filters)


def _table_called(named: list[str], figures: Dashboard, query: StatisticsQuery) -> Table:
    tables = all_tables(figures, DrillDown(query))
    table = tables.get(named[0]) if len(named) == 1 else None
    if table is None:
        words = f"Name one table of this dashboard: {', '.join(tables)}."
        raise Invalid([Violation("table", "invalid_filter", words)])
    return table


def _context(query: StatisticsQuery, figures: Dashboard, request: SignedInRequest) -> dict[str, Any]:
    scope, links = figures.scope, DrillDown(query)
    own = next(iter(figures.agencies), None) if scope.kind == "agency" else None
    shared = shared_query(page_parameters(request))
    inside = statistics.forces(figures.agencies)
    return {
        "own": own,
        "national_share": statistics.share(figures.lead.total, figures.national.total),
        "figures": figures,
        "links": links,
        "narrowed": scope.filters,
        "tables": all_tables(figures, links, shared),
        "sentences": sentences_of(figures),
        "glance": tiles(figures, links),
        "forces": inside,
        "forces_total": statistics.lead_total(inside),
        "running": statistics.shares_so_far(inside),
        "sparks": {row.code: quarters_drawn(figures, row.name, row.by_quarter) for row in figures.agencies},
        "map": None if scope.kind else map_of(figures, links),
        "others": [row for row in figures.agencies if not row.is_force],
        "not_counted": statistics.not_counted_total(figures.agencies),
        "reasons": dict(NotCounted.choices),
        "zero_returns": statistics.zero_returns(figures.agencies),
        "outcomes_from": outcomes_from(),
        "chart": trend_chart(figures.lead_by_quarter, scope.name or "all agencies"),
        "trend_sentence": trend_sentence(query, figures.lead_by_quarter),
        "year_ending_sentence": year_ending_sentence(figures.year_ending),
        "definitions": DEFINITIONS,
    }
