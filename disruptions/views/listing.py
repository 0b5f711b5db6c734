"""What the lists share: page, sort and cut-off from the address, the filter panel, and the answer to a bad address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from operator import itemgetter
from typing import Any, Final

import django_filters as filters
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render

from agencies.constraints import Violation
from agencies.refusals import Invalid
from disruptions.days import is_relative
from disruptions.filters import NOT_FILTERS, StrictFilter
from disruptions.filters.strict import BAD_VALUE, UNKNOWN, DayFilter, shown
from disruptions.saved import IN_VIEW
from disruptions.statistics.parameters import read_as_at
from disruptions.wording import LEVEL_WORDS, written_day

PAGE_SIZES: Final = (25, 50, 100)

OWN_PARAMETERS: Final = frozenset({"page", "page_size", "sort", "as_at", IN_VIEW})

SOUGHT: Final = frozenset({"agency", "force_area", "lead_agency"})
"""Filters with so many choices that one is looked up at a time; those chosen before stay as ticked boxes."""

LABELS: Final = {"from": "From", "to": "To", "as_at": "As at", "page": "Page", "page_size": "Page size", "sort": "Sort"}
HEADINGS: Final = {"from": "Date of the disruption", "to": "Date of the disruption", "as_at": "As the records stood"}
HINTS: Final = {
    "q": "Words, or a reference",
    "threat": "Its reference, such as T-7KQ2-M4XH",
    "lead": "The reference of the record that was supported",
}
CHIP_WORDS: Final = {"from": "From {}", "to": "To {}", "as_at": "At the end of {}"}
LONGEST_TEXT: Final = 200
_WHOLE = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Listing:
    """Which part of a list is asked for, in which order, and as at the end of which day (``None``: now)."""

    page: int
    page_size: int
    sort: str
    as_at: date | None

    def page_of(self, rows: Any) -> Page[Any]:
        """Return the page: a count, the keys of its rows, then those rows with what they show. Three queries.

        The relations are joined to the rows of the page only, so a late page costs no more joins than the first.
        Raises ``Invalid`` for a page after the last.
        """
        paginator = Paginator(rows.in_order(self.sort).values_list("pk", flat=True), self.page_size)
        if self.page > paginator.num_pages:
            raise Invalid([Violation("page", BAD_VALUE, f"The last page is {paginator.num_pages:,}.")])
        page = paginator.page(self.page)
        keys = list(page.object_list)
        found = {row.pk: row for row in rows.filter(pk__in=keys).with_related()} if keys else {}
        page.object_list = [found[key] for key in keys if key in found]
        return page


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the filter panel that folds away."""

    title: str
    names: tuple[str, ...]


def read_listing(
    parameters: QueryDict, filterset: StrictFilter, *, sorts: Mapping[str, Any], sort: str, as_at: bool = True
) -> Listing:
    """Read page, page size, sort and cut-off; ``sort`` is the order where none is asked for.

    Raises ``Invalid``, with each parameter named, for a page that is no number, a size or sort that is not offered, a
    cut-off that is no date of the past, one of these given twice, and whatever the filter refuses: all at once.
    """
    faults = [
        Violation(name, UNKNOWN, f"There is no filter called {name}.")
        for name in parameters
        if name in NOT_FILTERS - OWN_PARAMETERS
    ]
    faults += filterset.faults()
    cut_off = None
    try:
        cut_off = read_as_at(parameters)
    except Invalid as refusal:
        faults += refusal.violations
    if cut_off is not None and not as_at:
        faults.append(Violation("as_at", BAD_VALUE, "This list shows the records as they are now."))
    faults += [
        Violation(name, BAD_VALUE, "Give this once.")
        for name in ("page", "page_size", "sort")
        if len(parameters.getlist(name)) > 1
    ]
    page, size = parameters.get("page", "1"), parameters.get("page_size", str(PAGE_SIZES[0]))
    wanted = parameters.get("sort", sort)
    if not _WHOLE.fullmatch(page) or not int(page):
        faults.append(Violation("page", BAD_VALUE, "Give the number of a page."))
    if size not in map(str, PAGE_SIZES):
        faults.append(Violation("page_size", BAD_VALUE, f"Choose {', '.join(map(str, PAGE_SIZES))}."))
    if wanted.removeprefix("-") not in sorts:
        faults.append(Violation("sort", BAD_VALUE, f"Choose one of: {', '.join(sorts)}."))
    if faults:
        raise Invalid(faults)
    return Listing(int(page), int(size), wanted, cut_off)


def sought(request: HttpRequest) -> str:
    """Return the text of a look-ahead box as it can be looked for: not long, without what cannot be stored."""
    return _printable(request.GET.get("q", ""))[:LONGEST_TEXT]


def without_blanks(request: HttpRequest) -> HttpResponse | None:
    """Send a form's empty boxes out of the address, so that it can be shared; nothing where there are none."""
    if all(value.strip() for _, values in request.GET.lists() for value in values):
        return None
    kept = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        filled = [value for value in values if value.strip()]
        if filled:
            kept.setlist(name, filled)
    return HttpResponseRedirect(f"{request.path}?{kept.urlencode()}" if kept else request.path)


def refused(
    request: HttpRequest, template: str, refusal: Invalid, filterset: StrictFilter, context: Mapping[str, Any]
) -> HttpResponse:
    """Answer 400: which parameter is wrong and how, the panel as it was filled in, and no rows."""
    faults = {each.field: each.message for each in refusal.violations}
    filters_here = {*filterset.filters, "as_at", "sort", "page_size"}
    errors = [
        {
            "text": f"{_label(filterset, each.field)}: {each.message}",
            "href": _target(filterset, each.field, filters_here),
        }
        for each in refusal.violations
    ]
    answer = {"errors": errors, "page": None, "listing": None, **context}
    answer["panel"] = panel(request, filterset, context["groups"], context["main"], faults=faults)
    return render(request, template, answer, status=HTTPStatus.BAD_REQUEST)


def panel(
    request: HttpRequest,
    filterset: StrictFilter,
    groups: Sequence[Group],
    main: Sequence[str],
    *,
    faults: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the filter panel: fields by group, each a dict for the form macros, and chips of what is chosen."""
    faults = faults or {}
    shown_first = (*main, *(name for group in groups for name in group.names))
    fields = {name: _field(filterset, name, request.GET, faults) for name in shown_first}
    as_at = _day_field("as_at", "As at the end of", request.GET, faults)
    folded = []
    for group in groups:
        inside = [fields[name] for name in group.names]
        used = sum(len(field["values"]) for field in inside)
        title = f"{group.title} ({used} selected)" if used else group.title
        folded.append({"title": title, "fields": inside, "open": bool(used or faults.keys() & set(group.names))})
    return {
        "main": [fields[name] for name in main],
        "groups": folded,
        "chips": _chips(request, [*fields.values(), as_at]),
        "as_at": as_at,
        "sort_error": faults.get("sort"),
        "page_size_error": faults.get("page_size"),
        "open": bool(faults),
    }


def _field(filterset: StrictFilter, name: str, parameters: QueryDict, faults: Mapping[str, str]) -> dict[str, Any]:
    known = filterset.filters[name]
    chosen = parameters.getlist(name)
    field: dict[str, Any] = {"name": name, "id": name, "label": str(known.label), "error": faults.get(name)}
    field["hint"] = HINTS.get(name)
    if isinstance(known, filters.ChoiceFilter | filters.MultipleChoiceFilter):
        choices = known.extra["choices"]
        items = [
            {"value": str(code), "text": _choice(name, str(code), str(text)), "checked": str(code) in chosen}
            for code, text in (choices() if callable(choices) else choices)
        ]
        ticked = [item for item in items if item["checked"]]
        kind = "select" if name in SOUGHT or isinstance(known, filters.ChoiceFilter) else "checkboxes"
        if isinstance(known, filters.MultipleChoiceFilter) and kind == "select":
            left = [item for item in items if not item["checked"]]
            return field | {"kind": "sought", "items": left, "ticked": ticked, "values": ticked}
        return field | {"kind": kind, "items": items, "values": ticked}
    if isinstance(known, DayFilter):
        return _day_field(name, str(known.label), parameters, faults)
    values = [{"value": text, "text": _printable(text)} for text in chosen]
    return field | {"kind": "text", "value": _printable(chosen[-1]) if chosen else "", "values": values}


def _day_field(name: str, label: str, parameters: QueryDict, faults: Mapping[str, str]) -> dict[str, Any]:
    chosen = parameters.getlist(name)
    values = []
    for text in chosen:
        words = _printable(text) if name in faults else CHIP_WORDS.get(name, "{}").format(written_day(text))
        values.append({"value": text, "text": words})
    field = {"name": name, "id": name, "label": label, "error": faults.get(name), "kind": "day"}
    # A browser's date box would drop a word for a day, and with it the filter.
    typed = "text" if any(map(is_relative, chosen)) else "date"
    return field | {"value": _printable(chosen[-1]) if chosen else "", "values": values, "type": typed}


def _choice(name: str, code: str, text: str) -> str:
    return LEVEL_WORDS.get(code, text) if name in {"level", "claimed_level"} else text


def _chips(request: HttpRequest, fields: Any) -> list[dict[str, Any]]:
    by_heading: dict[str, list[dict[str, str]]] = {}
    for field in fields:
        for value in filter(itemgetter("text"), field["values"]):
            heading = HEADINGS.get(field["name"], field["label"])
            item = {"text": value["text"], "href": _without(request, field["name"], value["value"])}
            by_heading.setdefault(heading, []).append(item)
    return [{"heading": heading, "items": items} for heading, items in by_heading.items()]


def _without(request: HttpRequest, name: str, value: str) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    kept.setlist(name, [each for each in kept.getlist(name) if each != value])
    query = kept.urlencode()
    return f"{request.path}?{query}" if query else request.path


def _label(filterset: StrictFilter, name: str) -> str:
    if name in LABELS:
        return LABELS[name]
    known = filterset.filters.get(name)
    return str(known.label) if known is not None else shown(name)


def _target(filterset: StrictFilter, name: str, here: set[str]) -> str:
    return f"#{name}" if name in here else "#filters"


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())
