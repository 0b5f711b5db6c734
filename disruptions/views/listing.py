"""What the lists share: page, sort and cut-off from the address, the filter panel, and the answer to a bad address."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render

from agencies.constraints import Violation
from agencies.refusals import Invalid
from disruptions.filters import NOT_FILTERS, StrictFilter
from disruptions.filters.strict import BAD_VALUE, UNKNOWN, shown
from disruptions.querysets import DisruptionQuerySet
from disruptions.saved import IN_VIEW
from disruptions.statistics.parameters import read_as_at
from disruptions.views.paging import page_of
from disruptions.views.panel import Group, folded, ids_of, names_of, panel, printable

__all__ = ["PAGE_SIZES", "Group", "Listing", "panel", "read_listing", "refused", "sought", "without_blanks"]

PAGE_SIZES: Final = (25, 50, 100)

OWN_PARAMETERS: Final = frozenset({"page", "page_size", "sort", "as_at", IN_VIEW})
COMPACT: Final = "compact"
DENSITIES: Final = (("comfortable", "Comfortable"), (COMPACT, "Compact"))

LABELS: Final = {
    "from": "From",
    "to": "To",
    "as_at": "As at",
    "page": "Page",
    "page_size": "Page size",
    "sort": "Sort",
    "columns": "Columns",
    "density": "Density",
}
LONGEST_TEXT: Final = 200
_WHOLE = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Listing:
    """Which part of a list is asked for, in which order, and as at the end of which day (``None``: now)."""

    page: int
    page_size: int
    sort: str
    as_at: date | None
    columns: tuple[str, ...] = ()
    density: str = ""

    def page_of(self, rows: Any, *, dressed: Callable[[Any], Any] | None = None) -> Page[Any]:
        """Return the page: a count, the keys of its rows, then those rows with what they show. Three queries.

        The relations are joined to the rows of the page only, so a late page costs no more joins than the first;
        ``dressed`` adds what else they show. Records may be too many to count (``paging.page_of``). Raises ``Invalid``
        for a page after the last.
        """
        if isinstance(rows, DisruptionQuerySet):
            return page_of(rows, number=self.page, size=self.page_size, sort=self.sort, dressed=dressed)
        paginator = Paginator(rows.in_order(self.sort).values_list("pk", flat=True), self.page_size)
        if self.page > paginator.num_pages:
            raise Invalid([Violation("page", BAD_VALUE, f"The last page is {paginator.num_pages:,}.")])
        page = paginator.page(self.page)
        keys = list(page.object_list)
        found = {row.pk: row for row in rows.filter(pk__in=keys).with_related()} if keys else {}
        page.object_list = [found[key] for key in keys if key in found]
        return page


def read_listing(
    parameters: QueryDict,
    filterset: StrictFilter[Any],
    *,
    sorts: Mapping[str, Any],
    sort: str,
    as_at: bool = True,
    columns: Mapping[str, Any] | None = None,
) -> Listing:
    """Read page, page size, sort and cut-off; ``sort`` is the order where none is asked for.

    ``columns`` are those that may be chosen, where they may: then there is ``density`` as well.

    Raises ``Invalid``, with each parameter named, for a page that is no number, a size or sort that is not offered, a
    cut-off that is no date of the past, one of these given twice, and whatever the filter refuses: all at once.
    """
    faults = [
        Violation(name, UNKNOWN, f"There is no filter called {name}.")
        for name in parameters
        if name in NOT_FILTERS - OWN_PARAMETERS - ({"columns", "density"} if columns is not None else set())
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
        for name in ("page", "page_size", "sort", "columns", "density")
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
    names = tuple(dict.fromkeys(str(parameters["columns"]).split(","))) if "columns" in parameters else ()
    unknown = [name for name in names if name not in (columns or {})]
    if unknown and columns is not None:
        faults.append(Violation("columns", BAD_VALUE, f"There is no column called {shown(unknown[0])}."))
    density = parameters.get("density", "")
    if density and density not in dict(DENSITIES) and columns is not None:
        faults.append(Violation("density", BAD_VALUE, f"Choose one of: {', '.join(dict(DENSITIES))}."))
    if faults:
        raise Invalid(faults)
    return Listing(int(page), int(size), wanted, cut_off, names, density)


def sought(request: HttpRequest) -> str:
    """Return the text of a look-ahead box as it can be looked for: not long, without what cannot be stored."""
    return printable(request.GET.get("q", ""))[:LONGEST_TEXT]


def without_blanks(request: HttpRequest) -> HttpResponse | None:
    """Send a form's way of saying things to the address that can be shared; nothing where it is that already."""
    kept = folded(request.GET)
    if kept is None:
        return None
    return HttpResponseRedirect(f"{request.path}?{kept.urlencode()}" if kept else request.path)


def refused(
    request: HttpRequest, template: str, refusal: Invalid, filterset: StrictFilter, context: Mapping[str, Any]
) -> HttpResponse:
    """Answer 400: which parameter is wrong and how, the panel as it was filled in, and no rows."""
    faults = {each.field: each.message for each in refusal.violations}
    here = ids_of(filterset, names_of(context["groups"], context["main"]))
    errors = [
        {
            "text": f"{_label(filterset, each.field)}: {each.message}",
            "href": f"#{each.field}" if each.field in here else "#filters",
        }
        for each in refusal.violations
    ]
    answer = {"errors": errors, "page": None, "listing": None, **context}
    answer["panel"] = panel(request, filterset, context["groups"], context["main"], faults=faults)
    return render(request, template, answer, status=HTTPStatus.BAD_REQUEST)


def _label(filterset: StrictFilter[Any], name: str) -> str:
    if name in LABELS:
        return LABELS[name]
    known = type(filterset).base_filters.get(name)
    return str(known.label) if known is not None else shown(name)
