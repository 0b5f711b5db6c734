"""Compare the threats of an agency with a list from another system. Nothing is stored and nothing is changed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from agencies import audit
from agencies.models import Agency, london_date, oic_now
from agencies.views.requests import SignedInRequest
from agencies.vocabulary import AuditAction
from disruptions.exports import file_name, table_csv
from disruptions.models import SOCThreat
from disruptions.reconciling import (
    COLUMNS,
    FILE_HEADER,
    ROWS_LIMIT,
    SIZE_LIMIT,
    OtherList,
    Reconciliation,
    Unreadable,
    read_other_list,
    reconcile,
)
from disruptions.vocabulary import MASTER_LIST_MARKING

SHOWN: Final = 100
"""Rows of each table of the page; the file has all."""


@require_http_methods(["GET", "HEAD", "POST"])
def threat_reconcile(request: SignedInRequest) -> HttpResponseBase:
    """Take a file, compare, and show or hand out the result."""
    agencies = list(Agency.objects.visible_to(request.user).order_by("name").values_list("code", "name"))
    code = request.POST.get("agency") or request.user.agency.code
    context: dict[str, Any] = {
        "agencies": [{"value": each, "text": name, "selected": each == code} for each, name in agencies],
        "columns": COLUMNS,
        "rows_limit": ROWS_LIMIT,
        "marking": MASTER_LIST_MARKING.value,
        "errors": [],
        "result": None,
        "shown": SHOWN,
    }
    if request.method == "POST":
        agency = None
        try:
            if code not in dict(agencies):
                raise Unreadable("Choose the agency whose threats are compared.")
            agency = Agency.objects.visible_to(request.user).get(code=code)
            other = _sent(request)
            result = _compared(request, agency, other)
        except Unreadable as fault:
            context["errors"] = [{"text": str(fault), "href": "#list" if agency is not None else "#agency"}]
            return render(request, "disruptions/threat_reconcile.html", context, status=HTTPStatus.BAD_REQUEST)
        if request.POST.get("action") == "download":
            return _file(agency, result)
        compared = [COLUMNS[name] for name in other.columns]
        context |= {"result": result, "agency": agency, "other": other, "compared": compared}
    return render(request, "disruptions/threat_reconcile.html", context)


def _sent(request: SignedInRequest) -> OtherList:
    upload = request.FILES.get("list")
    if upload is None:
        raise Unreadable("Choose the file that the other system gave you, saved as CSV.")
    if upload.size is None or upload.size > SIZE_LIMIT:
        raise Unreadable(
            f"The file is larger than {SIZE_LIMIT // 1024 // 1024} MB. Leave out columns that are not compared."
        )
    return read_other_list(upload.read())


def _compared(request: SignedInRequest, agency: Agency, other: OtherList) -> Reconciliation:
    """Compare, and log that somebody did; two queries beside the log."""
    seen = SOCThreat.objects.visible_to(request.user).with_related()
    own = list(seen.filter(lead_agency=agency).order_by("reference"))
    elsewhere = list(seen.filter(reference__in=other.references).exclude(lead_agency=agency))
    result = reconcile(own, other, elsewhere=elsewhere)
    detail = {
        "rows": len(other.rows),
        "matched": result.matched,
        "differing": len(result.differing),
        "only_here": len(result.only_here),
        "only_there": len(result.only_there),
    }
    action = AuditAction.EXPORTED if request.POST.get("action") == "download" else AuditAction.SEARCHED
    audit.record(action, "reconciliation", agency.code, request=request, detail=detail)
    return result


def _file(agency: Agency, result: Reconciliation) -> HttpResponseBase:
    response: HttpResponse | StreamingHttpResponse = StreamingHttpResponse(
        table_csv(FILE_HEADER, result.lines(), marking=MASTER_LIST_MARKING),
        content_type="text/csv; charset=utf-8; header=present",
    )
    day = london_date(oic_now()).isoformat()
    name = file_name(f"threats-of-{agency.code}-compared", "csv", marking=MASTER_LIST_MARKING, as_at=day)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
