"""Frozen extracts: their list, one of them, freezing, signing off, setting aside, and counting one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from itertools import pairwise
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies import audit
from agencies.constraints import Violation
from agencies.models import User
from agencies.paging import page_of
from agencies.refusals import Invalid
from agencies.views.requests import SignedInRequest, posted
from agencies.vocabulary import AuditAction
from disruptions import statistics
from disruptions.drill_downs import DrillDown
from disruptions.exports import file_name, table_csv
from disruptions.exports.frozen import HEADER, frozen_lines
from disruptions.extract_forms import ExtractForm, SetAsideForm
from disruptions.models import Extract
from disruptions.permissions import (
    may_check_extracts,
    may_freeze_extracts,
    may_set_aside,
    may_sign_off,
    require_check_extracts,
    require_freeze_extracts,
    require_set_aside,
    require_sign_off,
)
from disruptions.references import EXTRACT
from disruptions.services import check_extract, freeze_extract, set_extract_aside, sign_off_extract
from disruptions.statistics import Period, Verification
from disruptions.statistics.definitions import FROZEN
from disruptions.statistics.extracts import period_of, rows_open_to
from disruptions.statistics.parameters import query_of
from disruptions.views.counted import CSV_TYPE, MARKING, given_twice, page_parameters, period_words, wants_csv
from disruptions.views.references import by_reference
from disruptions.vocabulary import ExtractState, Level, NotCounted

PAGE_SIZE: Final = 50
STATE_COLOURS: Final = {
    ExtractState.FROZEN.value: "blue",
    ExtractState.SIGNED_OFF.value: "green",
    ExtractState.SET_ASIDE.value: "grey",
}
LABELS: Final = {"from": "From", "to": "To", "level": "Level", "counted": "Counted", "format": "Format"}
READ: Final = ("from", "to", "level", "counted", "page", "format")


@require_safe
def extract_list(request: SignedInRequest) -> HttpResponse:
    """All extracts, the latest cut-off first."""
    extracts = list(Extract.objects.visible_to(request.user).with_related().latest_first())
    rows = []
    usable = [extract for extract in extracts if not extract.is_set_aside]
    one_before = dict(pairwise(usable))
    for extract in extracts:
        compare = None
        if (earlier := one_before.get(extract)) is not None:
            compare = f"{reverse('statistics_revisions')}?before={earlier.reference}&as_at={extract.reference}"
        total = sum(records for _, _, records in extract.totals)
        rows.append(
            {"extract": extract, "period": period_words(period_of(extract)), "total": total, "compare": compare}
        )
    context = {"rows": rows, "may_freeze": may_freeze_extracts(request.user), "colours": STATE_COLOURS}
    return render(request, "disruptions/extract_list.html", {"marking": MARKING.value, **context})


@require_http_methods(["GET", "HEAD", "POST"])
def extract_new(request: SignedInRequest) -> HttpResponse:
    """Freeze what stood at the end of a day."""
    require_freeze_extracts(request.user)
    form = ExtractForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            extract = freeze_extract(acting_user=request.user, **form.asked())
        except Invalid as refusal:
            form.refuse_by_wire(refusal.violations)
        else:
            messages.success(
                request,
                f"{extract.reference} is frozen, with {extract.row_count:,} records. Ask a colleague to sign it off.",
            )
            return redirect("extract_detail", extract.reference)
    return _form_page(request, "disruptions/extract_new.html", {"form": form, "errors": form.summary()})


@require_safe
@by_reference(EXTRACT)
def extract_detail(request: SignedInRequest, reference: str) -> HttpResponse:
    """One extract: its table as it was frozen, who stands for it, and how to check it."""
    return _detail(request, _extract_for(request.user, reference))


@require_POST
@by_reference(EXTRACT)
def extract_check(request: SignedInRequest, reference: str) -> HttpResponse:
    """Count an extract again, from its frozen rows and from history, and show what differs."""
    require_check_extracts(request.user)
    extract = _extract_for(request.user, reference)
    return _detail(request, extract, check_extract(extract=extract, acting_user=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(EXTRACT)
def extract_sign_off(request: SignedInRequest, reference: str) -> HttpResponse:
    """Sign an extract off as a second person. It is counted again first."""
    extract = _extract_for(request.user, reference)
    require_sign_off(request.user, extract)
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        try:
            sign_off_extract(acting_user=request.user, reference=reference)
        except Invalid as refusal:
            errors = [{"text": each.message, "href": "#main-content"} for each in refusal.violations]
        else:
            messages.success(request, f"{reference} is signed off.")
            return redirect("extract_detail", reference)
    context = {"extract": extract, "period": period_words(period_of(extract)), "errors": errors}
    return _form_page(request, "disruptions/extract_sign_off.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(EXTRACT)
def extract_set_aside(request: SignedInRequest, reference: str) -> HttpResponse:
    """Say that an extract is not to be used, and why."""
    extract = _extract_for(request.user, reference)
    require_set_aside(request.user, extract)
    form = SetAsideForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            set_extract_aside(acting_user=request.user, reference=reference, reason=form.cleaned_data["reason"])
        except Invalid as refusal:
            form.refuse(refusal.violations)
        else:
            messages.success(request, f"{reference} is set aside. It stays readable, with your reason.")
            return redirect("extract_detail", reference)
    context = {"extract": extract, "form": form, "errors": form.summary()}
    return _form_page(request, "disruptions/extract_set_aside.html", context)


@require_safe
@by_reference(EXTRACT)
def extract_records(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """The frozen records of an extract that somebody may open, by day of disruption, level and whether they count."""
    extract = _extract_for(request.user, reference)
    try:
        asked, errors = _read_asked(request), []
    except Invalid as refusal:
        asked = None
        errors = [
            {"text": f"{LABELS.get(each.field, 'Address')}: {each.message}", "href": "#main-content"}
            for each in refusal.violations
        ]
    rows = asked.narrow(extract.rows.all()) if asked else extract.rows.none()
    openable = rows_open_to(request.user, rows).latest_first()
    if asked and asked.as_file:
        return _records_file(request, extract, openable)
    page = page_of(request, openable.with_related(), size=PAGE_SIZE)
    if asked:
        seen = {"where": extract.reference, "query": request.GET.urlencode()[:2000], "found": page.paginator.count}
        audit.record(AuditAction.SEARCHED, "disruption", request=request, detail=seen)
    address = page_parameters(request)
    address.pop("page", None)
    address["format"] = "csv"
    context = {
        "extract": extract,
        "errors": errors,
        "asked": asked,
        "period": period_words(asked.period) if asked and asked.period else None,
        "page": page,
        "frozen": rows.count() if asked and asked.is_of_counted_figures else None,
        "csv": f"{request.path}?{address.urlencode()}",
        "reasons": dict(NotCounted.choices),
    }
    status = HTTPStatus.BAD_REQUEST if errors else HTTPStatus.OK
    return render(request, "disruptions/extract_records.html", {"marking": MARKING.value, **context}, status=status)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which of the frozen records are meant."""

    period: Period | None
    level: str
    counted: str
    as_file: bool

    @property
    def is_of_counted_figures(self) -> bool:
        """Whether everybody may know how many there are: all of them, or what the table counts.

        How many others there are of a day and a level would tell of a record that its reader may not open.
        """
        return self.counted == "yes" or not (self.counted or self.level or self.period)

    def narrow(self, rows: Any) -> Any:
        """Keep them."""
        return rows.narrowed(
            days=(self.period.first, self.period.last) if self.period else None,
            level=self.level,
            counted={"yes": True, "no": False}.get(self.counted),
        )


def _read_asked(request: HttpRequest) -> Asked:
    parameters = page_parameters(request)
    as_file = wants_csv(parameters)
    faults = [
        Violation(name, "unknown", f"This page has no filter called {name[:40]}.")
        for name in parameters
        if name not in READ
    ]
    faults += given_twice(parameters, READ)
    days: dict[str, date] = {}
    for name in ("from", "to"):
        if name in parameters:
            try:
                days[name] = date.fromisoformat(str(parameters[name]))
            except ValueError:
                faults.append(Violation(name, "invalid_filter", "Give one date, such as 2026-05-14."))
    for name, values in (("level", Level.values), ("counted", ("yes", "no"))):
        if name in parameters and parameters[name] not in values:
            faults.append(Violation(name, "invalid_filter", f"Choose one of: {', '.join(values)}."))
    faults += [
        Violation(name, "invalid_filter", "Give the first day and the last day.")
        for name in ("from", "to")
        if name not in parameters and len(days) == 1
    ]
    if faults:
        raise Invalid(faults)
    period = Period(days["from"], days["to"]) if days else None
    return Asked(period, parameters.get("level", ""), parameters.get("counted", ""), as_file)


def _records_file(request: SignedInRequest, extract: Extract, rows: Any) -> StreamingHttpResponse:
    """Answer with the frozen rows that somebody may open, row after row as the database gives them."""
    parameters = page_parameters(request)
    detail = {"query": parameters.urlencode(), "rows": rows.count(), "frozen": extract.row_count}
    audit.record(AuditAction.EXPORTED, "extract", extract.reference, request=request, detail=detail)
    stem, day = f"frozen-records-{extract.reference.lower()}", extract.cut_off.isoformat()
    name = file_name(stem, "csv", marking=MARKING, as_at=day)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    lines = table_csv(HEADER, frozen_lines(rows), marking=MARKING)
    return StreamingHttpResponse(lines, content_type=CSV_TYPE, headers=headers)


def _extract_for(user: User, reference: str) -> Extract:
    extract: Extract | None = Extract.objects.visible_to(user).with_related().filter(reference=reference).first()
    if extract is None:
        raise Http404
    return extract


def _detail(request: SignedInRequest, extract: Extract, checked: Verification | None = None) -> HttpResponse:
    user, query = request.user, query_of(extract)
    compared = [
        {
            "text": f"{other.title}, as at {other.cut_off:%-d %B %Y}",
            "href": f"{reverse('statistics_revisions')}?before={first.reference}&as_at={second.reference}",
        }
        for other in Extract.objects.visible_to(user).usable().latest_first()
        if other.pk != extract.pk and not extract.is_set_aside
        for first, second in [sorted((extract, other), key=lambda each: (each.cut_off_at, each.pk))]
    ]
    context = {
        "extract": extract,
        "period": period_words(period_of(extract)),
        "rows": statistics.oic_01_of(extract),
        "links": DrillDown(query),
        "colours": STATE_COLOURS,
        "compared": compared,
        "checked": checked,
        "definition": FROZEN,
        "may_sign_off": may_sign_off(user, extract),
        "may_set_aside": may_set_aside(user, extract),
        "may_check": may_check_extracts(user),
    }
    return render(request, "disruptions/extract_detail.html", {"marking": MARKING.value, **context})


def _form_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    status = HTTPStatus.BAD_REQUEST if context["errors"] else HTTPStatus.OK
    return render(request, template, {"marking": MARKING.value, **context}, status=status)
