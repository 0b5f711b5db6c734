"""Answer a support that was recorded before its lead, as the agency that it names."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies import audit
from agencies.constraints import violation
from agencies.refusals import Invalid, Stale
from agencies.views.requests import SignedInRequest, version_in
from agencies.vocabulary import AuditAction
from disruptions.forms import Choices, SupportAnswerForm, simple_summary
from disruptions.models import Disruption
from disruptions.permissions import require_answer_support
from disruptions.references import DISRUPTION, read_reference
from disruptions.services.duplicates import marking_with
from disruptions.services.supporting import (
    confirm_support,
    correct_support,
    decline_support,
    start_lead_for,
    suggested_leads,
)
from disruptions.views.record import read_in_full, record_for
from disruptions.views.references import by_reference


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(DISRUPTION)
def support_answer(request: SignedInRequest, reference: str) -> HttpResponse:
    """Join a waiting support to its lead, pass it to the agency that led, or decline; or start the lead from it."""
    support = record_for(request, reference)
    require_answer_support(request.user, support)
    form = SupportAnswerForm(request.POST if request.method == "POST" else None, Choices.for_person(request.user))
    codes: dict[str, str] = {}
    changed, status = None, HTTPStatus.OK
    if request.method == "POST":
        if request.POST.get("action") == "start":
            try:
                draft = start_lead_for(acting_user=request.user, reference=reference)
            except Invalid as refusal:
                messages.error(request, " ".join(fault.message for fault in refusal.violations))
                return redirect("support_answer", reference)
            messages.success(
                request,
                f"{draft.reference} is started from {reference}. Say what your agency did and submit it; then join the "
                "support to it.",
            )
            return redirect("disruption_amend", draft.reference)
        status = HTTPStatus.BAD_REQUEST
        if form.is_valid():
            try:
                answered = _answer(request, form, reference)
            except Invalid as refusal:
                for fault in refusal.violations:
                    name = fault.field if fault.field in form.fields else "answer"
                    name = "other_lead" if name == "lead" else name
                    codes[name] = fault.code
                    form.add_error(name, fault.message)
            except Stale:
                changed, status = record_for(request, reference), HTTPStatus.CONFLICT
            else:
                return _done(request, form, answered)
    support = changed or support
    audit.record(AuditAction.VIEWED, "disruption", support.reference, request=request)
    suggested = suggested_leads(acting_user=request.user, support=support)
    context = {
        **read_in_full(request, support),
        "marking": marking_with(support, suggested),
        "form": form,
        "errors": simple_summary(form, codes) if form.is_bound else [],
        "changed": changed,
        "suggested": suggested,
    }
    return render(request, "disruptions/support_answer.html", context, status=status)


def _answer(request: SignedInRequest, form: SupportAnswerForm, reference: str) -> Disruption:
    sent = form.cleaned_data
    version = version_in(request)
    if sent["answer"] == form.CONFIRM:
        typed = sent["other_lead"].strip() or sent["lead"]
        lead = read_reference(typed, DISRUPTION)
        return confirm_support(
            acting_user=request.user, reference=reference, version=version, lead=lead, reason=sent["reason"]
        )
    if sent["answer"] == form.CORRECT:
        return correct_support(
            acting_user=request.user,
            reference=reference,
            version=version,
            lead_agency=sent["lead_agency"],
            reason=sent["reason"],
        )
    if sent["answer"] == form.DECLINE:
        return decline_support(acting_user=request.user, reference=reference, version=version, reason=sent["reason"])
    raise Invalid([violation("support_answer_known")])


def _done(request: SignedInRequest, form: SupportAnswerForm, support: Disruption) -> HttpResponse:
    answer = form.cleaned_data["answer"]
    if answer == form.CONFIRM and support.lead is not None:
        messages.success(request, f"{support.reference} is joined to {support.lead.reference}.")
        return redirect("disruption_detail", support.lead.reference)
    if answer == form.CORRECT and support.lead_agency is not None:
        messages.success(request, f"{support.reference} now waits for {support.lead_agency.name}.")
    else:
        messages.success(request, f"{support.reference} is sent back to {support.agency.name}, with your reason.")
    return redirect("home")
