"""Beside the list of disruptions: how many each choice of a filter gives, and which columns it shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agencies import audit
from agencies.models import User
from agencies.refusals import Invalid
from agencies.vocabulary import AuditAction
from disruptions.asked import Asked, read_asked
from disruptions.columns import COLUMNS, DEFAULT_COLUMNS
from disruptions.filters.strict import shown
from disruptions.statistics.facets import Facet, Facets, FacetValue, facets_of
from disruptions.views.listing import DENSITIES, PAGE_SIZES, without_blanks
from disruptions.vocabulary import Marking

TEMPLATE: Final = "disruptions/disruption_facets.html"
COLUMNS_TEMPLATE: Final = "disruptions/disruption_columns.html"
MARKING: Final = Marking.OFFICIAL_SENSITIVE
LONG_LIST: Final = 10
"""A facet with more choices than these shows only those with records."""

_PLACE: Final = "place_"
_WHOLE = re.compile(r"[0-9]{1,3}")
_OF_COLUMNS: Final = frozenset({"columns", "density", "page_size", "page", "show", "chosen"})


@require_safe
def disruption_facets(request: HttpRequest) -> HttpResponse:
    """How many records there are, all of them, and how many with each choice; each count opens its list."""
    elsewhere = without_blanks(request)
    if elsewhere is not None:
        return elsewhere
    context: dict[str, Any] = {"marking": MARKING.value, "list_href": _list_address(request.GET)}
    try:
        asked, facets = _counted(request)
    except Invalid as refusal:
        context["errors"] = [
            {"text": f"{shown(each.field)}: {each.message}", "href": "#clear"} for each in refusal.violations
        ]
        return render(request, TEMPLATE, context, status=HTTPStatus.BAD_REQUEST)
    context |= {
        "total": facets.total,
        "facets": [_table(facet, asked) for facet in facets.facets if _has_something(facet)],
        "sentences": facets.words,
        "as_at": asked.as_at,
    }
    return render(request, TEMPLATE, context)


@require_safe
def disruption_counts(request: HttpRequest) -> JsonResponse:
    """The same counts for the list's own script: the total, and per filter the count of each code (``""``: none)."""
    try:
        _, facets = _counted(request)
    except Invalid as refusal:
        return JsonResponse({"errors": [each.field for each in refusal.violations]}, status=HTTPStatus.BAD_REQUEST)
    counts = {
        facet.name: {value.code: value.records for value in facet.values} for facet in facets.facets if facet.of_filter
    }
    return JsonResponse({"total": facets.total, "counts": counts})


def _counted(request: HttpRequest) -> tuple[Asked, Facets]:
    asked = read_asked(request.GET, reader=cast(User, request.user))
    facets = facets_of(asked)
    detail = {"query": asked.text[:2000], "found": facets.total, "part": "counts"}
    audit.record(AuditAction.SEARCHED, "disruption", request=request, detail=detail)
    return asked, facets


def _has_something(facet: Facet) -> bool:
    return any(value.records for value in facet.values)


def _table(facet: Facet, asked: Asked) -> dict[str, Any]:
    values = [value for value in facet.values if value.records != 0 or len(facet.values) <= LONG_LIST]
    return {
        "name": facet.name,
        "label": facet.label,
        "narrowed": facet.of_filter and not all(value.kept for value in facet.values),
        "rows": [_row(facet, value, asked) for value in values],
    }


def _row(facet: Facet, value: FacetValue, asked: Asked) -> dict[str, Any]:
    query = asked.query.copy()
    own = (facet.name, f"{facet.name}__not", f"{facet.name}__empty")
    for name in own if facet.of_filter else ("from", "to", "occurred_on__empty"):
        query.pop(name, None)
    for name, code in value.filters:
        query[name] = code
    href = f"{reverse('disruption_list')}?{query.urlencode()}" if value.records != 0 else None
    return {"text": value.label, "records": value.records, "href": href, "kept": value.kept}


def _list_address(parameters: QueryDict) -> str:
    query = parameters.urlencode()
    return f"{reverse('disruption_list')}?{query}" if query else reverse("disruption_list")


@require_safe
def disruption_columns(request: HttpRequest) -> HttpResponse:
    """Choose which columns the list shows, in which order, how close and how many a page; then show it.

    What is chosen stands in the address of the list, so that it is shared and saved with it.
    """
    if "chosen" in request.GET:
        return HttpResponseRedirect(_list_address(_with_columns(request.GET)))
    names = tuple(name for name in request.GET.get("columns", "").split(",") if name in COLUMNS) or DEFAULT_COLUMNS
    rest = [name for name in COLUMNS if name not in names]
    context = {
        "columns": [
            {
                "name": name,
                "label": COLUMNS[name].label,
                "place": place if name in names else "",
                "shown": name in names,
            }
            for place, name in enumerate((*names, *rest), 1)
        ],
        "kept": [(name, value) for name, values in request.GET.lists() if name not in _OF_COLUMNS for value in values],
        "page_sizes": PAGE_SIZES,
        "page_size": request.GET.get("page_size", str(PAGE_SIZES[0])),
        "densities": DENSITIES,
        "density": request.GET.get("density", DENSITIES[0][0]),
        "list_href": _list_address(request.GET),
    }
    return render(request, COLUMNS_TEMPLATE, context)


def _with_columns(parameters: QueryDict) -> QueryDict:
    """Return the list's parameters with the columns that were ticked, by the places that were given them."""
    names = _in_places(parameters, dict.fromkeys(name for name in parameters.getlist("show") if name in COLUMNS))
    query = QueryDict(mutable=True)
    for name, values in parameters.lists():
        if name not in _OF_COLUMNS and not name.startswith(_PLACE):
            query.setlist(name, values)
    if names and names != list(DEFAULT_COLUMNS):
        query["columns"] = ",".join(names)
    if parameters.get("density", "") not in ("", DENSITIES[0][0]):
        query["density"] = str(parameters["density"])
    if parameters.get("page_size", "") not in ("", str(PAGE_SIZES[0])):
        query["page_size"] = str(parameters["page_size"])
    return query


def _in_places(parameters: QueryDict, names: Iterable[str]) -> list[str]:
    def place(name: str) -> int:
        given = parameters.get(_PLACE + name, "").strip()
        return int(given) if _WHOLE.fullmatch(given) else len(COLUMNS) + 1

    return sorted(names, key=place)
