"""Say that a priority individual is in an OCG, or an OCG in a wider threat, and when that ended."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies.refusals import Invalid, NotFound, Refused
from agencies.views.requests import SignedInRequest, posted
from disruptions.master_forms import MembershipEndForm, MembershipForm
from disruptions.models import Membership
from disruptions.permissions import may_manage_membership
from disruptions.references import OCG, THREAT, read_reference
from disruptions.services import add_membership, end_membership
from disruptions.views.entries import MARKING, detail_of, entry_for, managed_agencies

SIDES = {"threat": THREAT, "ocg": OCG}


@require_http_methods(["GET", "HEAD", "POST"])
def membership_add(request: SignedInRequest) -> HttpResponse:
    """Add a membership; the page that led here names one of the two sides."""
    managed_agencies(request.user)
    named = {name: read_reference(request.GET.get(name, ""), kind) for name, kind in SIDES.items()}
    come_from = next((entry_for(request, reference) for reference in named.values() if reference), None)
    form = MembershipForm(posted(request), initial={name: reference or "" for name, reference in named.items()})
    if request.method == "POST" and form.is_valid():
        try:
            made = add_membership(acting_user=request.user, **form.cleaned_data)
        except Invalid as refusal:
            form.refuse(refusal.violations)
        else:
            messages.success(request, f"{made.threat.reference} and {made.ocg.reference} are linked.")
            return redirect(detail_of(come_from or made.ocg))
    errors = form.summary()
    context: dict[str, Any] = {"form": form, "errors": errors, "marking": MARKING, "come_from": come_from}
    context["back"] = detail_of(come_from) if come_from else None
    status = HTTPStatus.BAD_REQUEST if errors else HTTPStatus.OK
    return render(request, "disruptions/membership_add.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def membership_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say when a membership ended. It stays on the list, with its dates."""
    membership = Membership.objects.visible_to(request.user).with_related().filter(pk=pk).first()
    if membership is None:
        raise NotFound
    if not may_manage_membership(request.user, membership.threat, membership.ocg):
        raise Refused(
            "may_not_manage_membership",
            f"Only a threat manager of {membership.threat.lead_agency.name} or of {membership.ocg.lead_agency.name} "
            "can change this.",
        )
    form = MembershipEndForm(posted(request))
    if membership.until_on is None and request.method == "POST" and form.is_valid():
        try:
            end_membership(acting_user=request.user, membership=pk, until_on=form.cleaned_data["until_on"])
        except Invalid as refusal:
            form.refuse(refusal.violations)
        else:
            messages.success(request, "The membership has ended. It stays on the list, with its dates.")
            return redirect(detail_of(membership.ocg))
    errors = form.summary()
    context = {"form": form, "errors": errors, "marking": MARKING, "membership": membership}
    context["back"] = detail_of(membership.ocg)
    status = HTTPStatus.BAD_REQUEST if errors else HTTPStatus.OK
    return render(request, "disruptions/membership_end.html", context, status=status)
