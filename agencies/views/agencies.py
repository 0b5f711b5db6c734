"""Agencies: the list, one agency, add and amend."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agencies.filters import AgencyFilter
from agencies.forms import AgencyForm, NewAgencyForm, add_violations
from agencies.models import Agency, User, london_date, oic_now
from agencies.paging import page_of
from agencies.permissions import may_administer_agency, may_administer_system, require_administer_system
from agencies.refusals import Invalid, Stale
from agencies.services import AGENCY_FIELDS, add_agency, amend_agency
from agencies.views.requests import SignedInRequest, filtered, posted, version_in


@require_safe
def agency_list(request: SignedInRequest) -> HttpResponse:
    """All agencies, by name, kind and region."""
    form = AgencyFilter(request.GET, user=request.user)
    rows, status = filtered(form, Agency.objects.visible_to(request.user).with_relations())
    context = {"form": form, "page": page_of(request, rows), "may_add": may_administer_system(request.user)}
    return render(request, "agencies/agency_list.html", context, status=status)


@require_safe
def agency_detail(request: SignedInRequest, code: str) -> HttpResponse:
    """One agency, what belongs to it, and its people for whoever looks after them."""
    agency = _agency(request, code)
    agencies = Agency.objects.visible_to(request.user)
    people = User.objects.visible_to(request.user).of_agency(agency)
    may_administer = may_administer_agency(request.user, agency)
    context = {
        "agency": agency,
        "served_forces": agencies.filter(rocu=agency),
        "units": agencies.filter(parent=agency),
        "people": page_of(request, people.with_roles_on(london_date(oic_now()))) if may_administer else None,
        "may_administer": may_administer,
        "may_amend": may_administer_system(request.user),
    }
    return render(request, "agencies/agency_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def agency_add(request: SignedInRequest) -> HttpResponse:
    """Add an agency."""
    require_administer_system(request.user)
    form = NewAgencyForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            agency = add_agency(acting_user=request.user, **form.cleaned_data)
        except Invalid as refused:
            add_violations(form, refused)
        else:
            messages.success(request, f"{agency.name} is added.")
            return redirect("agencies:agency_detail", agency.code)
    return render(request, "agencies/agency_add.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def agency_amend(request: SignedInRequest, code: str) -> HttpResponse:
    """Amend an agency; two people's changes to the same field are shown side by side."""
    agency = _agency(request, code)
    require_administer_system(request.user)
    form = AgencyForm(posted(request), user=request.user, initial=_initial(agency))
    context: dict[str, Any] = {"form": form, "agency": agency, "version": agency.version, "conflicts": []}
    if request.method == "POST":
        context["version"] = version_in(request)
        if form.is_valid():
            try:
                amend_agency(acting_user=request.user, agency=agency, version=context["version"], **form.cleaned_data)
            except Invalid as refused:
                add_violations(form, refused)
            except Stale as stale:
                context |= {"version": stale.current.version, "conflicts": conflicts_in(form, stale)}
                return render(request, "agencies/agency_amend.html", context, status=HTTPStatus.CONFLICT)
            else:
                messages.success(request, f"{agency.name} is saved.")
                return redirect("agencies:agency_detail", agency.code)
    return render(request, "agencies/agency_amend.html", context, status=_status(form))


def conflicts_in(form: Any, stale: Stale) -> list[dict[str, str]]:
    """Return both sides of each field that somebody else changed meanwhile; of all fields if the base is unknown."""
    names = stale.theirs or {name: getattr(stale.current, name) for name in form.cleaned_data}
    mine = stale.mine or form.cleaned_data
    return [
        {
            "field": str(form.fields[name].label),
            "theirs": _words(form.fields[name], theirs),
            "mine": _words(form.fields[name], mine[name]),
        }
        for name, theirs in names.items()
        if name in form.fields and theirs != mine[name]
    ]


def _words(field: Any, value: Any) -> str:
    if value is None or value == "":
        return ""
    return str(dict(field.choices).get(value, value)) if type(field).__name__ == "ChoiceField" else str(value)


def _agency(request: SignedInRequest, code: str) -> Agency:
    agency: Agency = get_object_or_404(Agency.objects.visible_to(request.user).with_relations(), code=code)
    return agency


def _initial(agency: Agency) -> dict[str, Any]:
    values = {name: getattr(agency, name) for name in AGENCY_FIELDS}
    return values | {name: related.code for name in ("parent", "region", "rocu") if (related := values[name])}


def _status(form: Any) -> HTTPStatus:
    return HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
