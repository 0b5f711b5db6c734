"""The pivot table: records cut by one or two dimensions, as a page with a chart, or as a file of the same numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agencies import audit
from agencies.constraints import Violation
from agencies.models import User
from agencies.refusals import Invalid
from agencies.views.requests import SignedInRequest
from agencies.vocabulary import AuditAction
from disruptions.asked import DISRUPTIONS, NOUNS, Asked, filterset_of, read_asked
from disruptions.drill_downs import PivotLinks
from disruptions.exports import file_name, table_csv
from disruptions.filters import COUNTED_FILTERS, DisruptionFilter
from disruptions.filters.strict import BAD_VALUE, shown
from disruptions.filters.words import chips_of, corrections_in_words
from disruptions.saved import PAGE_PARAMETERS, with_view
from disruptions.statistics import StatisticsQuery, read_query
from disruptions.statistics.definitions import COUNTED_FIGURE, LIVE, PIVOT
from disruptions.statistics.dimensions import DIMENSIONS, Dimension, Part
from disruptions.statistics.pivot import (
    MEASURES,
    VALUE,
    Chosen,
    Measure,
    Number,
    Pivot,
    pivot_table,
    shaded_numbers,
    shortened,
    small_number,
    with_small_numbers_hidden,
)
from disruptions.statistics.rounding import rounded
from disruptions.statistics.shading import shade_bounds, shade_of, shade_ranges
from disruptions.views.counted import MARKING, page_parameters, period_words, wants_csv
from disruptions.views.listing import without_blanks
from disruptions.views.pivot_figures import chart_title, pivot_chart, pivot_sentence
from disruptions.vocabulary import Marking

TEMPLATE: Final = "disruptions/pivot.html"
OWN: Final = ("rows", "across", "measure", "order", "format")
NONE: Final = "none"
ORDERS: Final = {"size": "Largest first", "natural": "In their own order"}
HIDDEN: Final = "[c]"
DEFAULTS: Final = {"rows": "agency", "across": "level", "measure": "count"}
LABELS: Final = {"rows": "Rows", "across": "Columns", "measure": "Count", "order": "Order", "format": "Format"}


@dataclass(frozen=True, slots=True)
class Choice:
    """How a table is cut, and what it counts."""

    rows: Dimension
    across: Dimension | None
    measure: Measure
    order: str


@require_safe
def pivot(request: SignedInRequest) -> HttpResponseBase:
    if (shorter := without_blanks(request)) is not None:
        return shorter
    parameters = page_parameters(request)
    try:
        choice = read_choice(parameters)
        as_file = wants_csv(parameters)
        asked = (CountedTable if choice.measure.counted else OpenTable)(parameters, request.user)
        table = asked.table(choice)
    except Invalid as refusal:
        return _refused(request, parameters, refusal)
    table = with_small_numbers_hidden(table, small_number())
    marking = MARKING if choice.measure.counted else table.marking
    audit.record(
        AuditAction.EXPORTED if as_file else AuditAction.SEARCHED,
        "pivot",
        request=request,
        detail={"query": parameters.urlencode()[:2000], "found": str(table.total)},
    )
    if as_file:
        return _csv(table, marking, as_at=asked.as_at_words)
    short = shortened(table)
    context = {
        **_form(parameters, choice),
        "table": _laid_out(short, asked.links),
        "pivot": short,
        "sentence": pivot_sentence(table),
        "chart": pivot_chart(table),
        "title": chart_title(table),
        "shades": _shades(short),
        "small": small_number(),
        "marking": marking.value,
        "errors": [],
        "asked": asked,
        "chips": _chips(request, parameters, asked.filters),
        "definition": COUNTED_FIGURE if choice.measure.counted else PIVOT,
        "live": LIVE if choice.measure.counted else None,
    }
    return render(request, TEMPLATE, context)


# ------------------------------------------------------------------------------------------------------- what was asked


def read_choice(parameters: QueryDict) -> Choice:
    """Read how to cut and what to count. Raises ``Invalid`` with everything that is wrong."""
    faults = [Violation(name, BAD_VALUE, "Give this once.") for name in OWN if len(parameters.getlist(name)) > 1]
    named = {name: parameters.get(name, default) for name, default in DEFAULTS.items()}
    if "across" not in parameters and named["rows"] == named["across"]:
        named["across"] = NONE
    choices: dict[str, Mapping[str, Any]] = {
        "rows": DIMENSIONS,
        "across": {**DIMENSIONS, NONE: None},
        "measure": MEASURES,
    }
    faults += [
        Violation(name, BAD_VALUE, f"There is no choice “{shown(value)}”.")
        for name, value in named.items()
        if value not in choices[name]
    ]
    order = parameters.get("order", "")
    if order and order not in ORDERS:
        faults.append(Violation("order", BAD_VALUE, "Choose size or natural, or leave it out."))
    if not faults and named["rows"] == named["across"]:
        faults.append(Violation("across", BAD_VALUE, "Choose something else than for the rows, or none."))
    if not faults and MEASURES[named["measure"]].counted:
        faults += [
            Violation(
                name,
                "dimension_not_for_counts",
                f"Counted figures are not cut by {DIMENSIONS[value].label}. Choose another, or count records instead.",
            )
            for name, value in named.items()
            if value in DIMENSIONS and not DIMENSIONS[value].counts
        ]
    if faults:
        raise Invalid(faults)
    across = None if named["across"] == NONE else DIMENSIONS[named["across"]]
    return Choice(DIMENSIONS[named["rows"]], across, MEASURES[named["measure"]], order)


def _without_own(parameters: QueryDict) -> QueryDict:
    kept = parameters.copy()
    for name in OWN:
        kept.pop(name, None)
    return kept


class OpenTable:
    """What one person may open, by any filter of the list."""

    counted = False

    def __init__(self, parameters: QueryDict, reader: User) -> None:
        self.asked: Asked = read_asked(_without_own(parameters), reader=reader)
        self.corrections: list[str] = []
        self.period = None
        form = filterset_of(DISRUPTIONS, self.asked.query, reader).form
        form.is_valid()
        self.cleaned = form.cleaned_data

    @property
    def filters(self) -> QueryDict:
        return self.asked.query

    @property
    def as_at(self) -> Any:
        return self.asked.as_at

    @property
    def as_at_words(self) -> str:
        return self.asked.as_at.isoformat() if self.asked.as_at else ""

    @property
    def links(self) -> PivotLinks:
        query = self.asked.query.copy()
        for name in ("sort", "columns"):
            query.pop(name, None)
        return PivotLinks(dict(query.lists()), self.cleaned.get("from"), self.cleaned.get("to"))

    def table(self, choice: Choice) -> Pivot:
        chosen = Chosen(
            enablers=self.cleaned.get("enabler") or (),
            outcomes=self.cleaned.get("outcome") or (),
            value=(self.cleaned.get("outcome_value__from"), self.cleaned.get("outcome_value__to")),
            count=(self.cleaned.get("outcome_count__from"), self.cleaned.get("outcome_count__to")),
        )
        with self.asked.rows() as rows:
            self.corrections = corrections_in_words(rows, NOUNS[DISRUPTIONS])
            return pivot_table(
                rows, by=choice.rows, across=choice.across, measure=choice.measure, chosen=chosen, order=choice.order
            )


class CountedTable:
    """Counted figures, the same for everyone, by their own filters."""

    counted = True
    corrections: Sequence[str] = ()

    def __init__(self, parameters: QueryDict, reader: User) -> None:
        self.filters = with_view(_without_own(parameters), reader=reader).copy()
        for name in (*PAGE_PARAMETERS, "sort", "columns"):
            self.filters.pop(name, None)
        self.query: StatisticsQuery = read_query(self.filters)
        self.period = period_words(self.query.period)

    @property
    def as_at(self) -> Any:
        return self.query.as_at

    @property
    def as_at_words(self) -> str:
        return self.query.cut_off.isoformat()

    @property
    def links(self) -> PivotLinks:
        period = self.query.period
        asked = dict(self.query.filters.lists())
        asked |= {"from": [period.first.isoformat()], "to": [period.last.isoformat()]}
        if self.query.as_at is not None:
            asked["as_at"] = [self.query.as_at.isoformat()]
        return PivotLinks(asked, period.first, period.last)

    def table(self, choice: Choice) -> Pivot:
        with self.query.rows() as rows:
            return pivot_table(rows, by=choice.rows, across=choice.across, measure=choice.measure, order=choice.order)


# ------------------------------------------------------------------------------------------------------------- the page


def _laid_out(table: Pivot, links: PivotLinks) -> dict[str, Any]:
    """Return the cells of the page: each its number in words, the address behind it, and its shade."""
    bounds = shade_bounds(shaded_numbers(table))
    opens_all = not table.measure.counted

    def cell(row: Part | None, column: Part | None, *, shaded: bool = True) -> dict[str, Any]:
        place = (row.key if row else None, column.key if column else None)
        number = table.number(*place)
        hidden = place in table.hidden
        # Behind a hidden number, what one may open oneself can be looked at; of counted figures nothing can.
        href = links.behind(table.measure.filters, row, column) if number and (opens_all or not hidden) else None
        shade = shade_of(number, bounds) if shaded and not hidden else 0
        return {"text": HIDDEN if hidden else _written(table, number), "href": href, "shade": shade}

    so_far = table.shares_so_far() if table.across is None and table.adds_up and not table.hidden else []
    rows = [
        {
            "head": {"text": row.label, "href": links.behind(table.measure.filters, row)},
            "cells": [cell(row, column) for column in table.column_parts],
            "total": cell(row, None, shaded=table.across is None),
            "share": None if (row.key, None) in table.hidden else table.share_of(row.key),
            "so_far": so_far[place] if so_far else None,
        }
        for place, row in enumerate(table.row_parts)
    ]
    return {
        "columns": [
            {"text": column.label, "href": links.behind(table.measure.filters, column)} for column in table.column_parts
        ],
        "rows": rows,
        "totals": [cell(None, column, shaded=False) for column in table.column_parts],
        "total": cell(None, None, shaded=False),
        "so_far": bool(so_far),
    }


def _written(table: Pivot, number: Number) -> str:
    return f"{rounded(Decimal(number)):,}" if table.measure.of == VALUE else f"{number:,}"


def _shades(table: Pivot) -> list[dict[str, Any]]:
    """Return the key to the shades: the numbers of each, lightest first."""
    ranges = shade_ranges(shade_bounds(shaded_numbers(table)))
    return [{"shade": each.shade, "text": each.words} for each in ranges]


def _form(parameters: QueryDict, choice: Choice | None) -> dict[str, Any]:
    """Return what the form shows, and the addresses of the same table in other ways."""
    kept = _without_own(parameters)
    query = parameters.copy()
    query.pop("format", None)
    swapped = None
    if choice and choice.across:
        turned = query.copy()
        turned["rows"], turned["across"] = choice.across.name, choice.rows.name
        swapped = _pivot_address(turned)
    file = query.copy()
    file["format"] = "csv"
    counts = QueryDict(mutable=True)
    for name in (*sorted(COUNTED_FILTERS), "as_at"):
        if name in kept:
            counts.setlist(name, kept.getlist(name))
    counts["measure"] = "counted"
    named = {name: parameters.get(name, default) for name, default in DEFAULTS.items()}
    if choice:
        named |= {"rows": choice.rows.name, "across": choice.across.name if choice.across else NONE}
    return {
        "kept": [(name, value) for name, values in kept.lists() for value in values],
        "choices": {
            "rows": [(each.name, each.label) for each in DIMENSIONS.values()],
            "across": [(NONE, "Nothing: totals only"), *((each.name, each.label) for each in DIMENSIONS.values())],
            "open": [(each.name, each.label) for each in MEASURES.values() if not each.counted],
            "counted": [(each.name, each.label) for each in MEASURES.values() if each.counted],
            "order": [("", "The usual order"), *ORDERS.items()],
        },
        "chosen": {**named, "order": parameters.get("order", "")},
        "swapped": swapped,
        "csv": _pivot_address(file),
        "list": f"{reverse('disruption_list')}?{kept.urlencode()}" if kept else reverse("disruption_list"),
        "cleared": _pivot_address(_only_own(parameters)),
        "as_counted": _pivot_address(counts),
    }


def _only_own(parameters: QueryDict) -> QueryDict:
    own = QueryDict(mutable=True)
    for name in ("rows", "across", "measure", "order"):
        if name in parameters:
            own.setlist(name, parameters.getlist(name)[-1:])
    return own


def _pivot_address(query: QueryDict) -> str:
    return f"{reverse('pivot')}?{query.urlencode()}" if query else reverse("pivot")


def _chips(request: SignedInRequest, parameters: QueryDict, filters: QueryDict) -> list[dict[str, Any]]:
    """Return the filters in force in words, each with the address without it; those of a saved view one by one."""
    filterset = filterset_of(DISRUPTIONS, filters, request.user)
    found: dict[str, list[dict[str, str]]] = {}
    for chip in chips_of(filterset, filters):
        without = filters.copy()
        without.setlist(chip.name, [value for value in without.getlist(chip.name) if value != chip.value])
        for name, value in _only_own(parameters).items():
            without[name] = str(value)
        found.setdefault(chip.heading, []).append({"text": chip.text, "href": _pivot_address(without)})
    return [{"heading": heading, "items": items} for heading, items in found.items()]


def _refused(request: SignedInRequest, parameters: QueryDict, refusal: Invalid) -> HttpResponse:
    """Answer 400: what is wrong, how to put it right, and no figure."""
    errors = []
    for each in refusal.violations:
        known = DisruptionFilter.base_filters.get(each.field)
        label = LABELS.get(each.field) or (str(known.label) if known is not None and known.label else "")
        target = f"#{each.field}" if each.field in ("rows", "across", "measure", "order") else "#filters"
        errors.append({"text": f"{label}: {each.message}" if label else each.message, "href": target})
    codes = {each.code for each in refusal.violations}
    context = {
        **_form(parameters, None),
        "errors": errors,
        "table": None,
        "marking": Marking.OFFICIAL.value,
        "asked": None,
        "chips": [],
        "not_for_counts": "filter_not_for_counts" in codes,
        "faults": {each.field: each.message for each in refusal.violations},
    }
    return render(request, TEMPLATE, context, status=HTTPStatus.BAD_REQUEST)


# ------------------------------------------------------------------------------------------------------------- the file


def _csv(table: Pivot, marking: Marking, *, as_at: str) -> StreamingHttpResponse:
    """Answer with every row and column of the table, the number of records behind none of them left out."""
    sides = [table.rows, *([table.across] if table.across else [])]
    stem = "-by-".join([table.measure.name, *(side.name for side in sides)]).replace("_", "-")
    header = [table.rows.label, *(column.label for column in table.column_parts), "Total"]
    response = StreamingHttpResponse(
        table_csv(header, _lines(table), marking=marking), content_type="text/csv; charset=utf-8; header=present"
    )
    name = file_name(f"pivot-{stem}", "csv", marking=marking, as_at=as_at)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(table: Pivot) -> Iterator[list[object]]:
    def number(row: str | None, column: str | None) -> object:
        return HIDDEN if (row, column) in table.hidden else table.number(row, column)

    for row in table.row_parts:
        yield [row.label, *(number(row.key, column.key) for column in table.column_parts), number(row.key, None)]
    yield ["Total", *(number(None, column.key) for column in table.column_parts), number(None, None)]
