"""What the pages of counted figures share: reading the address, the filter panel, refusals and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from agencies.constraints import Violation
from agencies.refusals import Invalid
from disruptions.exports import file_name, table_csv
from disruptions.filters import DisruptionFilter
from disruptions.filters.words import Chip
from disruptions.statistics import Period, StatisticsQuery
from disruptions.statistics.definitions import LIVE
from disruptions.statistics.parameters import FIRST_PUBLISHED_DAY
from disruptions.statistics.periods import Quarter, whole_years_ending
from disruptions.statistics.vintage import filters_in_force
from disruptions.vocabulary import COUNTED_LEVELS, Level, Marking

MARKING: Final = Marking.OFFICIAL_SENSITIVE
"""Figures from the live system are unpublished, and come from records that carry this marking by default."""

PLACES: Final = ("agency", "region", "rocu")
ONE_OF_MANY: Final = (*PLACES, "sub_threat", "entry_method")
SEVERAL_OF_FEW: Final = ("level", "initiation", "strand", "p_grade", "p_grade_then")
ALL_FILTERS: Final = (*ONE_OF_MANY, *SEVERAL_OF_FEW)
FILTERS_OF_ONE_AGENCY: Final = tuple(name for name in ALL_FILTERS if name not in PLACES)
EMPTY_CHOICE: Final = {
    "agency": "All agencies",
    "region": "All regions",
    "rocu": "All ROCUs",
    "entry_method": "All entry methods",
    "sub_threat": "All sub-threats",
}
NEVER_COUNTED: Final = frozenset(set(Level.values) - set(COUNTED_LEVELS))
CSV_TYPE: Final = "text/csv; charset=utf-8; header=present"
CSV_ONLY: Final = ("csv",)
DATES: Final = ("from", "to", "as_at")


def page_parameters(request: HttpRequest) -> QueryDict:
    """Return the address's parameters without those that a form sent empty."""
    parameters = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        filled = [value for value in values if value.strip()]
        if filled:
            parameters.setlist(name, filled)
    return parameters


def wants_csv(parameters: QueryDict) -> bool:
    """Say whether a file was asked for. Raises ``Invalid`` for a format that the page does not have."""
    return wanted_file(parameters) == "csv"


def wanted_file(parameters: QueryDict, formats: Sequence[str] = CSV_ONLY) -> str | None:
    """Return the format that was asked for, or nothing. Raises ``Invalid`` for one that the page does not have."""
    wanted = parameters.get("format", "html")
    if wanted not in ("html", *formats) or len(parameters.getlist("format")) > 1:
        known = " or ".join(formats)
        raise Invalid([Violation("format", "invalid_filter", f"Choose {known}, or leave the format out.")])
    return None if wanted == "html" else str(wanted)


def given_twice(parameters: QueryDict, names: Iterable[str]) -> list[Violation]:
    """Return a fault for each of these parameters that is given more than once: only one of them could be meant."""
    return [Violation(name, "invalid_filter", "Give this once.") for name in names if len(parameters.getlist(name)) > 1]


def csv_answer(
    stem: str, header: Sequence[str], rows: Iterable[Sequence[object]], query: StatisticsQuery
) -> StreamingHttpResponse:
    """Answer with a table as a CSV file, named after its cut-off and marking."""
    response = StreamingHttpResponse(table_csv(header, rows, marking=MARKING), content_type=CSV_TYPE)
    name = file_name(stem, "csv", marking=MARKING, as_at=query.cut_off.isoformat())
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def refuse_others(parameters: QueryDict, *, filters: Sequence[str], dates: Sequence[str]) -> None:
    """Raise ``Invalid`` for a filter of counted figures that this page does not apply: it would change nothing."""
    known, here = (*ALL_FILTERS, *DATES), (*filters, *dates)
    unused = [name for name in parameters if (stem := name.partition("__")[0]) in known and stem not in here]
    if unused:
        message = "This page cannot be filtered by this. Take it out of the address."
        raise Invalid([Violation(name, "filter_not_here", message) for name in unused])


def counted_page(
    request: HttpRequest,
    template: str,
    query: StatisticsQuery,
    context: dict[str, Any],
    *,
    filters: Sequence[str] = ALL_FILTERS,
    dates: Sequence[str] = DATES,
    whole_quarters: bool = False,
    usual: tuple[str, Period] | None = None,
) -> HttpResponse:
    """Show a page of counted figures, with its filter panel filled in.

    ``usual`` names the period that the page has where none is asked for: without it, since January 2023.
    """
    panel = _panel(
        page_parameters(request),
        request.path,
        query=query,
        filters=filters,
        dates=dates,
        whole_quarters=whole_quarters,
        usual=usual,
    )
    context = {"marking": MARKING.value, "errors": [], "panel": panel, "query": query, "live": LIVE, **context}
    context.setdefault("period_words", period_words(query.period) if "from" in dates else None)
    return render(request, template, context)


def refused_page(
    request: HttpRequest,
    template: str,
    refusal: Invalid,
    context: Mapping[str, Any] | None = None,
    *,
    filters: Sequence[str] = ALL_FILTERS,
    dates: Sequence[str] = DATES,
    whole_quarters: bool = False,
) -> HttpResponse:
    """Show the page without figures, what is wrong with the address, and the panel as it was filled in (400)."""
    panel = _panel(
        page_parameters(request),
        request.path,
        violations=refusal.violations,
        filters=filters,
        dates=dates,
        whole_quarters=whole_quarters,
    )
    errors = [
        {"text": _in_words(each), "href": f"#{each.field}" if each.field in (*filters, *dates) else "#filters"}
        for each in refusal.violations
    ]
    context = {"marking": MARKING.value, "errors": errors, "panel": panel, "query": None, **(context or {})}
    context |= {"period_words": None, "live": LIVE}
    return render(request, template, context, status=HTTPStatus.BAD_REQUEST)


def shared_query(parameters: QueryDict) -> str:
    """Return what an address of another agency, region or ROCU keeps of a page's own parameters."""
    places = [name for name in parameters if name.partition("__")[0] in PLACES]
    shared = _changed(parameters, **dict.fromkeys((*places, "format", "table")))
    return f"?{shared.urlencode()}" if shared else ""


def period_words(period: Period) -> str:
    """Write a period in words: whole months without their days."""
    if Period(Quarter.of(period.first).start, Quarter.of(period.last).end) == period:
        return f"{period.first:%B %Y} to {period.last:%B %Y}"
    if period.first == period.last:
        return _day(period.first)
    return f"{_day(period.first)} to {_day(period.last)}"


def _day(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"


def _in_words(each: Violation) -> str:
    label = _label(each.field)
    return f"{label}: {each.message}" if label else each.message


def _label(name: str) -> str:
    own = {"from": "From", "to": "To", "as_at": "As at", "format": "Format"}
    if name in own:
        return own[name]
    known = DisruptionFilter.base_filters.get(name)
    return str(known.label) if known is not None else ""


def _panel(
    parameters: QueryDict,
    path: str,
    *,
    filters: Sequence[str],
    dates: Sequence[str],
    whole_quarters: bool,
    query: StatisticsQuery | None = None,
    usual: tuple[str, Period] | None = None,
    violations: Sequence[Violation] = (),
) -> dict[str, Any]:
    faults = {each.field: each.message for each in violations}
    fields = [filter_field(name, parameters, faults) for name in filters]
    chips = []
    for field in fields:
        items = [
            {"text": item["text"], "href": _without(parameters, path, field["name"], item["value"])}
            for item in field["choices"]
            if item["checked"]
        ]
        if items:
            chips.append({"heading": field["label"], "items": items})
    beside = [] if violations else _in_force_beside(parameters, (*filters, *dates))
    for each in beside:
        item = {"text": each.text, "href": _without(parameters, path, each.name, each.value)}
        chips.append({"heading": each.heading, "items": [item]})
    periods = _periods(parameters, path, query, usual) if query and "from" in dates else []
    csv_query = f"?{_changed(parameters, format='csv').urlencode()}"
    unformatted = _changed(parameters, format=None).urlencode()
    return {
        "selects": [field for field in fields if field["select"]],
        "boxes": [field for field in fields if not field["select"]],
        "chips": chips,
        "kept": [
            *((field["name"], value) for field in fields for value in field["more"]),
            *((each.name, each.value) for each in beside),
        ],
        "dates": {name: parameters.get(name, "") for name in dates},
        "faults": faults,
        "periods": [each for each in periods if each["whole_quarters"] or not whole_quarters],
        "whole_quarters": whole_quarters,
        "open": bool(violations),
        "path": path,
        "csv": f"{path}{csv_query}",
        "csv_query": csv_query,
        "file": f"{path}?{unformatted}&format=" if unformatted else f"{path}?format=",
        "pivot": f"{reverse('pivot')}?{_changed(parameters, format=None, measure='counted').urlencode()}",
        "shared_query": shared_query(parameters),
    }


def _in_force_beside(parameters: QueryDict, shown: Sequence[str]) -> list[Chip]:
    """Return the filters in force that the panel has no field for, such as ``region__not``."""
    return [each for each in filters_in_force(parameters) if each.name not in shown]


def filter_field(name: str, parameters: QueryDict, faults: Mapping[str, str | None]) -> dict[str, Any]:
    """Return what the panel shows of one filter: its choices, with those ticked that the address names."""
    known = DisruptionFilter.base_filters[name]
    choices = known.extra["choices"]
    chosen = parameters.getlist(name)
    items = [
        {"value": str(value), "text": str(text), "checked": str(value) in chosen}
        for value, text in (choices() if callable(choices) else choices)
        if str(value) in chosen or str(value) not in NEVER_COUNTED
    ]
    # A select shows one choice; the others that the address names travel with the form.
    more = [item["value"] for item in items if item["checked"]][1:] if name in ONE_OF_MANY else []
    return {
        "name": name,
        "label": str(known.label),
        "choices": items,
        "select": name in ONE_OF_MANY,
        "value": next((item["value"] for item in items if item["checked"]), ""),
        "more": more,
        "blank": EMPTY_CHOICE.get(name),
        "error": faults.get(name),
    }


def _periods(
    parameters: QueryDict, path: str, query: StatisticsQuery, usual: tuple[str, Period] | None
) -> list[dict[str, Any]]:
    words, latest = usual or (
        "Since January 2023",
        Period(FIRST_PUBLISHED_DAY, Quarter.latest_complete(query.cut_off).end),
    )
    named = {words: latest} | {
        text: Period(first, last) for text, (first, last) in whole_years_ending(query.cut_off).items()
    }
    periods = []
    for text, period in named.items():
        dates: dict[str, str | None] = {"from": period.first.isoformat(), "to": period.last.isoformat()}
        if period == latest:
            dates = {"from": None, "to": None}
        changed = _changed(parameters, **dates)
        periods.append(
            {
                "text": text,
                "href": f"{path}?{changed.urlencode()}" if changed else path,
                "current": query.period == period,
                "whole_quarters": period.on_quarter_bounds,
            }
        )
    return periods


def _changed(parameters: QueryDict, **values: str | None) -> QueryDict:
    changed = parameters.copy()
    for name, value in values.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = value
    return changed


def _without(parameters: QueryDict, path: str, name: str, value: str) -> str:
    changed = parameters.copy()
    left = [each for each in changed.getlist(name) if each != value]
    changed.setlist(name, left)
    return f"{path}?{changed.urlencode()}" if changed.urlencode() else path
