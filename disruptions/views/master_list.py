"""Put OCGs and threats on the master list, and change what is said of them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies.models import Agency
from agencies.refusals import Invalid, NotFound, Refused, Stale
from agencies.views.requests import SignedInRequest, posted, version_in
from disruptions.master_forms import EntryForm, people_of
from disruptions.master_list import NO_PERSONAL_DATA, OCG_BY_NAME, OCG_FIELDS, THREAT_BY_NAME, THREAT_FIELDS
from disruptions.models import ThreatRequest
from disruptions.parsing import parse_ocg, parse_threat
from disruptions.permissions import may_answer_threat_request
from disruptions.references import OCG, THREAT, read_reference
from disruptions.services import (
    amend_ocg,
    amend_threat,
    record_ocg,
    record_threat,
    wire_of_ocg,
    wire_of_threat,
)
from disruptions.views.entries import (
    MARKING,
    detail_of,
    entry_for,
    managed_agencies,
    managed_entry,
    words_of,
)
from disruptions.views.references import by_reference

FIXED = frozenset(each.name for each in THREAT_FIELDS if each.fixed)


@require_http_methods(["GET", "HEAD", "POST"])
def ocg_new(request: SignedInRequest) -> HttpResponse:
    """Record an OCG."""
    agencies = managed_agencies(request.user)
    agency = _chosen(request, agencies, agencies[0])
    form = EntryForm(OCG_FIELDS, posted(request), values={}, agencies=_options(agencies), agency=agency.code)
    if request.method == "POST" and form.is_valid():
        try:
            ocg = record_ocg(acting_user=request.user, agency=agency, entry=parse_ocg(form.raw(), typed=False))
        except Invalid as refusal:
            form.refuse(refusal.violations)
        else:
            messages.success(request, f"{ocg.reference} is recorded. Put it on the list of threats if it is one.")
            return redirect(detail_of(ocg))
    return _shown(request, "ocg_new", form)


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(OCG)
def ocg_amend(request: SignedInRequest, reference: str) -> HttpResponse:
    """Change what is said of an OCG."""
    ocg = managed_entry(request, reference)
    form = EntryForm(OCG_FIELDS, posted(request), values=wire_of_ocg(ocg))
    context: dict[str, Any] = {"entry": ocg}
    if request.method == "POST" and form.is_valid():
        try:
            changed = amend_ocg(
                acting_user=request.user,
                reference=reference,
                version=version_in(request),
                changes=parse_ocg(form.raw(), typed=False),
                merge=True,
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
        except Stale as stale:
            context |= _conflict(request, stale, OCG_BY_NAME)
        else:
            return _saved(request, ocg.version, changed)
    return _shown(request, "ocg_amend", form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def threat_new(request: SignedInRequest) -> HttpResponse:
    """Put a threat on the list; with ``request``, one that somebody asked for, who is told."""
    agencies = managed_agencies(request.user)
    asked = _asked(request)
    ocg = read_reference(request.GET.get("ocg", ""), OCG)
    group = entry_for(request, ocg) if ocg else None
    first = group.lead_agency if group else asked.agency if asked else agencies[0]
    agency = _chosen(request, agencies, first)
    values: dict[str, Any] = {"title": group.name if group else asked.title if asked else ""}
    if group:
        values |= {"kind": "ocg", "ocg": group.reference}
    several = len(agencies) > 1
    form = EntryForm(
        THREAT_FIELDS,
        posted(request),
        values=values,
        agencies=_options(agencies),
        agency=agency.code,
        people=() if several else people_of(agency),
        # Whose people there are to choose from is known once the lead agency is.
        leave_out=("lead_responsible_officer",) if several else (),
    )
    if request.method == "POST" and form.is_valid():
        try:
            threat = record_threat(
                acting_user=request.user,
                agency=agency,
                entry=parse_threat(form.raw(), typed=False),
                request=asked.pk if asked else None,
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
        else:
            told = f" {asked.requested_by.name} is told." if asked else ""
            messages.success(
                request, f"{threat.reference} is on the list.{told} Assess it next: it has no P grade yet."
            )
            return redirect("threat_detail", threat.reference)
    return _shown(request, "threat_new", form, asked=asked, several=several)


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(THREAT)
def threat_amend(request: SignedInRequest, reference: str) -> HttpResponse:
    """Change what is said of a threat."""
    threat = managed_entry(request, reference)
    people = people_of(threat.lead_agency, keep=threat.lead_responsible_officer)
    form = EntryForm(THREAT_FIELDS, posted(request), values=wire_of_threat(threat), people=people, leave_out=FIXED)
    context: dict[str, Any] = {"entry": threat}
    if request.method == "POST" and form.is_valid():
        try:
            changed = amend_threat(
                acting_user=request.user,
                reference=reference,
                version=version_in(request),
                changes=parse_threat(form.raw(), typed=False),
                merge=True,
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
        except Stale as stale:
            context |= _conflict(request, stale, THREAT_BY_NAME)
        else:
            return _saved(request, threat.version, changed)
    return _shown(request, "threat_amend", form, **context)


def _shown(request: SignedInRequest, page: str, form: EntryForm, **more: Any) -> HttpResponse:
    errors = form.summary()
    status = HTTPStatus.CONFLICT if "conflicts" in more else HTTPStatus.BAD_REQUEST if errors else HTTPStatus.OK
    context = {"form": form, "errors": errors, "marking": MARKING, "no_personal_data": NO_PERSONAL_DATA, **more}
    return render(request, f"disruptions/{page}.html", context, status=status)


def _saved(request: SignedInRequest, version: int, entry: Any) -> HttpResponse:
    if entry.version == version:
        messages.info(request, "Nothing was changed.")
    else:
        messages.success(request, f"{entry.reference} is changed.")
    return redirect(detail_of(entry))


def _conflict(request: SignedInRequest, stale: Stale, table: Any) -> dict[str, Any]:
    """Return both sides of what two people changed, and the entry as it stands now, for the next attempt."""
    current = entry_for(request, stale.current.reference)
    return {
        "entry": current,
        "conflicts": [
            {
                "field": table[name].label,
                "mine": words_of(table[name], mine),
                "theirs": words_of(table[name], stale.theirs[name]),
            }
            for name, mine in stale.mine.items()
        ],
    }


def _asked(request: SignedInRequest) -> ThreatRequest | None:
    """Return the request that the page answers, if its address names one. Raises ``NotFound`` or ``Refused``."""
    number = request.GET.get("request", "")
    if not number:
        return None
    seen = ThreatRequest.objects.visible_to(request.user).with_related()
    asked: ThreatRequest | None = (
        seen.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 10 else None
    )
    if asked is None:
        raise NotFound
    if not may_answer_threat_request(request.user, asked):
        raise Refused(
            "may_not_answer_threat_request",
            f"This request was answered already, or is for a threat manager of {asked.agency.name}.",
        )
    return asked


def _chosen(request: SignedInRequest, agencies: list[Agency], first: Agency) -> Agency:
    """Return the lead agency that was chosen; what is not among those that can be chosen is refused by the form."""
    wanted = request.POST.get("for_agency", first.code)
    found = next((agency for agency in agencies if agency.code == wanted), None)
    return found or next((agency for agency in agencies if agency.pk == request.user.agency_id), agencies[0])


def _options(agencies: list[Agency]) -> list[tuple[str, str]]:
    return [(agency.code, agency.name) for agency in agencies]
