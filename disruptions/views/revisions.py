"""Revisions: what a table said at one cut-off and says at another, why, and the records behind each number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Page
from django.http import HttpRequest, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agencies import audit
from agencies.constraints import Violation
from agencies.refusals import Invalid
from agencies.views.requests import SignedInRequest
from agencies.vocabulary import AuditAction
from disruptions.charts import bar_chart
from disruptions.exports import file_name, table_csv
from disruptions.filters import DisruptionFilter
from disruptions.models import Extract
from disruptions.statistics import CellRevision, RevisionQuery, Revisions, read_revision_query, revisions
from disruptions.statistics.definitions import REVISED
from disruptions.statistics.oic01 import PROVISIONAL_MARK
from disruptions.statistics.periods import Quarter
from disruptions.statistics.revisions import (
    LEVELS,
    PARAMETERS,
    PLACES,
    TOTAL,
    AgencyRevision,
    Narrowed,
    Point,
    Revision,
    count_open,
    records_behind,
)
from disruptions.views.counted import (
    MARKING,
    filter_field,
    given_twice,
    page_parameters,
    period_words,
    wanted_file,
    wants_csv,
)
from disruptions.views.listing import without_blanks
from disruptions.views.paging import CappedPaginator
from disruptions.vocabulary import ExtractState, Level, ReasonClass

PAGE_SIZE: Final = 50
REASONS: Final = dict(ReasonClass.choices)
LEVEL_NAMES: Final = {level: Level(level).label for level in LEVELS} | {TOTAL: "Total"}
STANDING: Final[dict[str, str]] = {
    ExtractState.SIGNED_OFF: "",
    ExtractState.FROZEN: ", not signed off",
    ExtractState.SET_ASIDE: ", set aside: do not use it",
}
"""What is said of an extract beside its reference."""
NARROWING: Final = ("quarter", "level", "reason")
LABELS: Final = {
    "before": "Before",
    "as_at": "After",
    "from": "From",
    "to": "To",
    "agency": "Agency",
    "region": "Region",
    "rocu": "ROCU",
    "quarter": "Quarter",
    "level": "Level",
    "reason": "Reason",
    "page": "Page",
}


@require_safe
def statistics_revisions(request: SignedInRequest) -> HttpResponseBase:
    """The table at two cut-offs, cell for cell, with the reasons of every difference."""
    if (shorter := without_blanks(request)) is not None:
        return shorter
    parameters = page_parameters(request)
    context: dict[str, Any] = {
        "panel": _panel(parameters, ()),
        "pairs": _pairs(request, parameters),
        "query": None,
        "errors": [],
        "marking": MARKING.value,
    }
    try:
        wanted = wanted_file(parameters, tuple(FILES))
        query = read_revision_query(parameters, allow=("format",))
    except Invalid as refusal:
        context |= {"errors": _errors(refusal), "panel": _panel(parameters, refusal.violations)}
        return render(request, "disruptions/statistics_revisions.html", context, status=HTTPStatus.BAD_REQUEST)
    found = revisions(query)
    if wanted is not None:
        stem, table = FILES[wanted]
        return _file(request, stem, query, *table(found))
    places = places_words(query)
    context |= {
        "query": query,
        "found": found,
        "places": places,
        "before": point_words(query.before),
        "after": point_words(query.after),
        "period": period_words(query.period),
        "sentence": sentence_of(found, places),
        "chart": chart_of(found),
        "links": {row.reason.value: _records_address(query, reason=row.reason.value) for row in found.reasons},
        "everything": _records_address(query),
        "lines": [_line(query, cell) for cell in found.cells],
        "by_agency": [_agency_line(query, row) for row in found.agencies if row.records],
        "unchanged": sum(not row.records for row in found.agencies),
        "csv": _address("statistics_revisions", query, format="csv"),
        "agencies_csv": _address("statistics_revisions", query, format="csv-agencies"),
        "definition": REVISED,
    }
    return render(request, "disruptions/statistics_revisions.html", context)


@require_safe
def statistics_revision_records(request: SignedInRequest) -> HttpResponseBase:
    """The records behind a number of the revisions, as far as somebody may open them."""
    if (shorter := without_blanks(request)) is not None:
        return shorter
    parameters = page_parameters(request)
    context: dict[str, Any] = {"query": None, "errors": [], "marking": MARKING.value}
    try:
        as_file = wants_csv(parameters)
        query = read_revision_query(parameters, allow=("format", "page", *NARROWING))
        narrowed = _read_narrowed(parameters, query)
        number = _read_page(parameters)
    except Invalid as refusal:
        context["errors"] = _errors(refusal)
        return render(request, "disruptions/statistics_revision_records.html", context, status=HTTPStatus.BAD_REQUEST)
    if as_file:
        return _file(request, "revision-records", query, *_records_table(query, narrowed, request))
    counted, openable = count_open(query, narrowed, reader=request.user)
    seen = {"where": "revisions", "query": request.GET.urlencode()[:2000], "found": openable}
    audit.record(AuditAction.SEARCHED, "disruption", request=request, detail=seen)
    first = (number - 1) * PAGE_SIZE
    rows = records_behind(query, narrowed, reader=request.user, first=first, most=PAGE_SIZE)
    context |= {
        "query": query,
        "places": places_words(query),
        "narrowed": _narrowed_words(narrowed),
        "before": point_words(query.before),
        "after": point_words(query.after),
        "page": Page(rows, number, CappedPaginator(openable, PAGE_SIZE)),
        "rows": rows,
        "counted": counted,
        "openable": openable,
        "reasons": REASONS,
        "levels": LEVEL_NAMES,
        "back": _address("statistics_revisions", query),
        "csv": _records_address(query, **_named(narrowed), format="csv"),
    }
    return render(request, "disruptions/statistics_revision_records.html", context)


# ---------------------------------------------------------------------------------------------------------------- words


def point_words(point: Point) -> str:
    """Say what one side is, such as ``14 May 2026 (extract E-7KQ2-M4XH, not signed off)``."""
    if point.is_now:
        return "now"
    day = f"{point.cut_off.day} {point.cut_off:%B %Y}"
    return f"{day} (extract {point.extract.reference}{STANDING[point.extract.state]})" if point.extract else day


def places_words(query: RevisionQuery) -> str:
    """Name the agencies, regions and ROCUs that are asked about; nothing for all agencies."""
    words = []
    for kind in dict(query.places):
        names = dict(DisruptionFilter.base_filters[kind].extra["choices"]())
        words.append(" or ".join(names[code] for name, code in query.places if name == kind))
    return ", in ".join(words)


def sentence_of(found: Revisions, places: str = "") -> str:
    """Say how the total moved, and why, in words."""
    total, query = found.total, found.query
    start = (
        f"As at {point_words(query.before)}, {_counted(total.old)}{f' for {places}' if places else ''} in "
        f"{period_words(query.period)}; "
        f"{'now' if query.after.is_now else f'as at {point_words(query.after)}'}, {total.new:,}"
    )
    if not total.difference:
        start += ": no change in the total."
    else:
        percent = f" ({_signed(total.percent)}%)" if total.percent is not None else ""
        start += f": {_signed(total.difference)}{percent}."
    if not found.records:
        return f"{start} No record entered, left or moved."
    net = [row for row in sorted(found.reasons, key=lambda row: -abs(row.net)) if row.net]
    said = [f"{row.reason.label.lower()} {_signed(row.net)}" for row in net]
    words = f" By reason: {', '.join(said)}." if said else ""
    moved = sum(row.moved for row in found.reasons)
    if moved:
        words += f" {_records(moved)} moved from one cell to another."
    return start + words


def chart_of(found: Revisions) -> str | None:
    """Draw the records of each reason that entered, left and moved; nothing where there are none."""
    rows = [row for row in found.reasons if row.records]
    if not rows:
        return None
    return bar_chart(
        f"Records that entered the count, left it or moved, by reason: {point_words(found.query.before)} to "
        f"{point_words(found.query.after)}",
        "Three bars for each reason: entered, left and moved between cells. The table below has the same figures.",
        [row.reason.label for row in rows],
        {
            "Entered": [row.entered for row in rows],
            "Left": [row.left for row in rows],
            "Moved": [row.moved for row in rows],
        },
        stacked=False,
    )


def _signed(number: int) -> str:
    return f"{number:+,}".replace("-", "−")


def _counted(records: int) -> str:
    return "1 disruption was counted" if records == 1 else f"{records:,} disruptions were counted"


def _records(records: int) -> str:
    return "1 record" if records == 1 else f"{records:,} records"


def _line(query: RevisionQuery, cell: CellRevision) -> dict[str, Any]:
    narrowed = Narrowed(cell.quarter, "" if cell.level == TOTAL else cell.level)
    return {
        "cell": cell,
        "quarter": _marked(query, cell, cell.quarter.label if cell.quarter else "All quarters"),
        "level": LEVEL_NAMES[cell.level],
        "is_total": cell.level == TOTAL,
        "href": _records_address(query, **_named(narrowed)) if any(cell.reasons.values()) or cell.reasons else None,
        "why": _why(cell),
    }


def _marked(query: RevisionQuery, cell: CellRevision, name: str) -> str:
    """Put the mark after a quarter's name, as it is at the second cut-off.

    A total has it as soon as one of its quarters has, and the last one is the first to.
    """
    provisional = query.after.is_provisional(cell.quarter or query.quarters[-1])
    return f"{name} {PROVISIONAL_MARK}" if provisional else name


def _agency_line(query: RevisionQuery, row: AgencyRevision) -> dict[str, Any]:
    return {
        "row": row,
        "page": _address("statistics_revisions", query, agency=row.code),
        "records": _records_address(query, agency=row.code),
        "why": _why(row),
    }


def _why(number: Revision) -> str:
    reasons = [(words, number.reasons[reason]) for reason, words in REASONS.items() if number.reasons[reason]]
    return ", ".join(f"{words.lower()} {_signed(net)}" for words, net in reasons)


def _narrowed_words(narrowed: Narrowed) -> str:
    parts = [narrowed.quarter.label if narrowed.quarter else "", LEVEL_NAMES.get(narrowed.level, "")]
    parts.append(REASONS.get(narrowed.reason, ""))
    return ", ".join(filter(None, parts)) or "All records that entered, left or moved"


def _cell_words(cell: tuple[Quarter, str] | None) -> str:
    return f"{cell[0].label}, {LEVEL_NAMES[cell[1]].lower()}" if cell else "Not in the count"


# ---------------------------------------------------------------------------------------------------------------- files


def _table(found: Revisions) -> tuple[Sequence[str], Iterable[Sequence[object]]]:
    header = ("Year", "Quarter", "Level", "Before", "After", "Difference", "Change (%)", *REASONS.values())
    lines = (
        (
            cell.quarter.year if cell.quarter else "All",
            _marked(found.query, cell, cell.quarter.name if cell.quarter else "All"),
            LEVEL_NAMES[cell.level],
            cell.old,
            cell.new,
            cell.difference,
            cell.percent,
            *(cell.reasons[reason] for reason in REASONS),
        )
        for cell in found.cells
    )
    return header, lines


def _agencies_table(found: Revisions) -> tuple[Sequence[str], Iterable[Sequence[object]]]:
    header = ("Agency code", "Agency", "Before", "After", "Difference", "Change (%)", *REASONS.values())
    lines = (
        (
            row.code,
            row.name,
            row.old,
            row.new,
            row.difference,
            row.percent,
            *(row.reasons[reason] for reason in REASONS),
        )
        for row in found.agencies
    )
    return header, lines


FILES: Final = {"csv": ("revisions", _table), "csv-agencies": ("revisions-by-agency", _agencies_table)}


def _records_table(
    query: RevisionQuery, narrowed: Narrowed, request: SignedInRequest
) -> tuple[Sequence[str], Iterable[Sequence[object]]]:
    header = (
        "Reference",
        "Agency before",
        "Agency after",
        "Before",
        "After",
        "Reason",
        "Reason typed: class",
        "Reason typed: words",
    )
    lines = (
        (
            row.reference,
            row.agency_was,
            row.agency_now,
            _cell_words(row.was),
            _cell_words(row.now),
            row.reason.label,
            REASONS.get(row.typed_class, ""),
            row.typed_reason,
        )
        for row in records_behind(query, narrowed, reader=request.user)
    )
    return header, lines


def _file(
    request: HttpRequest,
    stem: str,
    query: RevisionQuery,
    header: Sequence[str],
    lines: Iterable[Sequence[object]],
) -> StreamingHttpResponse:
    detail = {"query": request.GET.urlencode()}
    audit.record(AuditAction.EXPORTED, "statistics", stem, request=request, detail=detail)
    response = StreamingHttpResponse(
        table_csv(header, lines, marking=MARKING), content_type="text/csv; charset=utf-8; header=present"
    )
    side = query.before.wire.lower()
    name = file_name(f"{stem}-since-{side}", "csv", marking=MARKING, as_at=query.after.cut_off.isoformat())
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# ------------------------------------------------------------------------------------------------------------ addresses


def _records_address(query: RevisionQuery, **narrowed: str) -> str:
    return _address("statistics_revision_records", query, **narrowed)


def _address(page: str, query: RevisionQuery, **changed: str) -> str:
    return f"{reverse(page)}?{urlencode({**query.parameters(), **changed}, doseq=True)}"


def _named(narrowed: Narrowed) -> dict[str, str]:
    named = {
        "quarter": narrowed.quarter.start.isoformat() if narrowed.quarter else "",
        "level": narrowed.level,
        "reason": narrowed.reason,
    }
    return {name: value for name, value in named.items() if value}


def _read_narrowed(parameters: QueryDict, query: RevisionQuery) -> Narrowed:
    quarters = {quarter.start.isoformat(): quarter for quarter in query.quarters}
    known: dict[str, Iterable[str]] = {"quarter": quarters, "level": LEVELS, "reason": REASONS}
    faults = [
        Violation(name, "invalid_filter", f"Choose one of: {', '.join(choices)}.")
        for name, choices in known.items()
        if name in parameters and str(parameters[name]) not in choices
    ]
    faults += given_twice(parameters, NARROWING)
    if faults:
        raise Invalid(faults)
    quarter = quarters.get(parameters.get("quarter", ""))
    return Narrowed(quarter, parameters.get("level", ""), parameters.get("reason", ""))


def _read_page(parameters: QueryDict) -> int:
    text = parameters.get("page", "1")
    if not text.isdecimal() or not 0 < len(text) < 7 or not int(text):
        raise Invalid([Violation("page", "invalid_filter", "Give a page number, such as 2.")])
    return int(text)


def _errors(refusal: Invalid) -> list[dict[str, str]]:
    return [
        {
            "text": f"{LABELS[each.field]}: {each.message}" if each.field in LABELS else each.message,
            "href": f"#{each.field}" if each.field in PARAMETERS else "#filters",
        }
        for each in refusal.violations
    ]


def _panel(parameters: QueryDict, violations: Iterable[Violation]) -> dict[str, Any]:
    faults = {each.field: each.message for each in violations}
    fields = [filter_field(name, parameters, faults) for name in PLACES]
    return {
        "places": fields,
        "kept": [(field["name"], value) for field in fields for value in field["more"]],
        "values": {name: parameters.get(name, "") for name in PARAMETERS},
        "faults": {name: faults.get(name) for name in PARAMETERS},
        "open": bool(faults),
    }


def _pairs(request: SignedInRequest, parameters: QueryDict) -> list[dict[str, str]]:
    """Return the extracts that can be compared with the one before, and the latest one with now; of the same places."""
    extracts = list(Extract.objects.visible_to(request.user).usable().latest_first()[:6])
    if not extracts:
        return []
    places = {name: parameters.getlist(name) for name in PLACES if name in parameters}

    def address(**sides: str) -> str:
        return f"{reverse('statistics_revisions')}?{urlencode({**sides, **places}, doseq=True)}"

    pairs = [{"text": f"{extracts[0].title}, to now", "href": address(before=extracts[0].reference)}]
    for later, earlier in pairwise(extracts):
        href = address(before=earlier.reference, as_at=later.reference)
        pairs.append({"text": f"{earlier.title}, to {later.title}", "href": href})
    return pairs
