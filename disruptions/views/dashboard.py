"""The dashboards: counted figures nationally and for one agency, every number open to the records behind it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from agencies.models import Agency
from agencies.refusals import Invalid
from agencies.views.requests import SignedInRequest
from disruptions import statistics
from disruptions.drill_downs import DrillDown
from disruptions.permissions import may_read_quality
from disruptions.statistics import Dashboard, StatisticsQuery, read_query
from disruptions.statistics.definitions import BY_AGENCY, COMPARISON, COUNTED_FIGURE, THREATS, TREND
from disruptions.views.counted import (
    ALL_FILTERS,
    DATES,
    FILTERS_OF_ONE_AGENCY,
    counted_page,
    page_parameters,
    refuse_others,
    refused_page,
)
from disruptions.views.figures import trend_chart, trend_sentence, year_ending_sentence
from disruptions.views.listing import without_blanks
from disruptions.vocabulary import NotCounted


@require_safe
def dashboard(request: SignedInRequest) -> HttpResponse:
    return _dashboard(request, "disruptions/dashboard.html", None)


@require_safe
def dashboard_agency(request: SignedInRequest, code: str) -> HttpResponse:
    agency = get_object_or_404(Agency.objects.visible_to(request.user).with_relations(), code=code)
    return _dashboard(request, "disruptions/dashboard_agency.html", agency)


def _dashboard(request: SignedInRequest, template: str, agency: Agency | None) -> HttpResponse:
    if (shorter := without_blanks(request)) is not None:
        return shorter
    filters = FILTERS_OF_ONE_AGENCY if agency else ALL_FILTERS
    parameters = page_parameters(request)
    try:
        refuse_others(parameters, filters=filters, dates=DATES)
        query = read_query(parameters)
    except Invalid as refusal:
        return refused_page(request, template, refusal, {"agency": agency}, filters=filters)
    figures = statistics.dashboard(query, agency=agency)
    context = _context(query, figures, agency)
    context["may_read_quality"] = agency is not None and may_read_quality(request.user, agency)
    return counted_page(request, template, query, context, filters=filters)


def _context(query: StatisticsQuery, figures: Dashboard, agency: Agency | None) -> dict[str, Any]:
    own = next((row for row in figures.agencies if agency and row.code == agency.code), None)
    rows = figures.agencies if agency is None else [own] if own else []
    return {
        "agency": agency,
        "own": own,
        "figures": figures,
        "links": DrillDown(query),
        "not_counted": statistics.not_counted_total(rows),
        "reasons": dict(NotCounted.choices),
        "zero_returns": statistics.zero_returns(rows),
        "chart": trend_chart(figures.lead_by_quarter, agency.name if agency else "all agencies"),
        "trend_sentence": trend_sentence(query, figures.lead_by_quarter),
        "year_ending_sentence": year_ending_sentence(figures.year_ending),
        "definitions": {
            "counted": COUNTED_FIGURE,
            "trend": TREND,
            "comparison": COMPARISON,
            "by_agency": BY_AGENCY,
            "threats": THREATS,
        },
    }
