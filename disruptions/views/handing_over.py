"""Offer a lead record to the agency that really led it; accept or decline what is offered."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies import audit
from agencies.models import Agency
from agencies.refusals import Invalid, NotFound, Refused, Stale
from agencies.views.requests import SignedInRequest, version_in
from agencies.vocabulary import AuditAction
from disruptions.forms import Choices, HandOverAnswerForm, HandOverForm, simple_summary
from disruptions.models import Disruption
from disruptions.permissions import may_hand_over, may_record
from disruptions.references import DISRUPTION
from disruptions.services import answer_hand_over, offer_hand_over, take_back_hand_over
from disruptions.views.record import read_in_full, record_for
from disruptions.views.references import by_reference


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(DISRUPTION)
def disruption_hand_over(request: SignedInRequest, reference: str) -> HttpResponse:
    """Offer a lead to another agency, or take the offer back."""
    record = record_for(request, reference)
    if not may_hand_over(request.user, record):
        raise Refused(
            "may_not_hand_over",
            f"Only a lead that was submitted can be handed over, by those who record for {record.agency.name}.",
        )
    offer = record.hand_overs.open().first()
    form = HandOverForm(request.POST if request.method == "POST" else None, Choices.for_person(request.user))
    codes: dict[str, str] = {}
    changed, status = None, HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    if request.method == "POST" and request.POST.get("action") == "take_back":
        take_back_hand_over(acting_user=request.user, reference=reference)
        messages.success(request, f"{reference} is no longer on offer. It stays with {record.agency.name}.")
        return redirect("disruption_detail", reference)
    if request.method == "POST" and form.is_valid():
        try:
            made = offer_hand_over(
                acting_user=request.user,
                reference=reference,
                version=version_in(request),
                to_agency=form.cleaned_data["to_agency"],
                reason=form.cleaned_data["reason"],
            )
        except Invalid as refusal:
            _refuse(form, refusal, codes)
        except Stale:
            changed, status = record_for(request, reference), HTTPStatus.CONFLICT
        else:
            messages.success(request, f"{reference} is offered to {made.to_agency.name}, which accepts or declines it.")
            return redirect("disruption_detail", reference)
    context = {
        "record": changed or record,
        "marking": record.marking,
        "form": form,
        "errors": simple_summary(form, codes) if form.is_bound else [],
        "changed": changed,
        "offer": offer,
    }
    return render(request, "disruptions/disruption_hand_over.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(DISRUPTION)
def hand_over_answer(request: SignedInRequest, reference: str) -> HttpResponse:
    """Accept a record that another agency says this one led, or decline it."""
    record = record_for(request, reference)
    offer = record.hand_overs.visible_to(request.user).open().first()
    if offer is None:
        if record.hand_overs.answered_by_agency(request.user.agency).exists():
            messages.info(request, f"{reference} was answered already.")
            return redirect("disruption_detail", reference)
        raise NotFound
    if not may_record(request.user, offer.to_agency):
        raise Refused("may_not_answer_hand_over", f"Only those who record for {offer.to_agency.name} can answer.")
    form = HandOverAnswerForm(request.POST if request.method == "POST" else None)
    codes: dict[str, str] = {}
    changed, status = None, HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        accept = request.POST.get("action") == "accept"
        try:
            answer_hand_over(
                acting_user=request.user,
                reference=reference,
                version=version_in(request),
                accept=accept,
                answer=form.cleaned_data["answer"],
            )
        except Invalid as refusal:
            _refuse(form, refusal, codes)
        except Stale:
            changed, status = record_for(request, reference), HTTPStatus.CONFLICT
        else:
            return _answered(request, record, offer.to_agency, accept=accept)
    audit.record(AuditAction.VIEWED, "disruption", reference, request=request)
    context = {
        **read_in_full(request, changed or record),
        "form": form,
        "errors": simple_summary(form, codes) if form.is_bound else [],
        "changed": changed,
        "offer": offer,
    }
    return render(request, "disruptions/hand_over_answer.html", context, status=status)


def _answered(request: SignedInRequest, record: Disruption, agency: Agency, *, accept: bool) -> HttpResponse:
    reference = record.reference
    if accept:
        messages.success(request, f"{reference} is now {agency.name}’s lead. Your approver decides on it.")
        return redirect("disruption_detail", reference)
    messages.success(request, f"You declined {reference}. {record.agency.name} keeps it and reads your reason.")
    return redirect("home")


def _refuse(form: forms.Form, refusal: Invalid, codes: dict[str, str]) -> None:
    for fault in refusal.violations:
        name = fault.field if fault.field in form.fields else next(iter(form.fields))
        codes[name] = fault.code
        form.add_error(name, fault.message)
