"""Check answers and submit; withdraw, or throw a draft away."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies.constraints import Violation
from agencies.refusals import Invalid, Refused, Stale
from agencies.views.requests import SignedInRequest, version_in
from disruptions.fields import BY_NAME
from disruptions.forms import ReopenForm, WithdrawForm, simple_summary
from disruptions.history import sent_back
from disruptions.models import Disruption
from disruptions.parsing import ParsedRow, parse_disruption
from disruptions.permissions import may_reopen, may_submit, require_amend
from disruptions.references import DISRUPTION, read_reference
from disruptions.rules import DisruptionRow
from disruptions.services import (
    amend_disruption,
    faults_before_submitting,
    reopen_disruptions,
    withdraw_disruptions,
)
from disruptions.services.duplicates import DuplicateAnswer, duplicates_of, joinable, marking_with
from disruptions.views.record import read_in_full, record_for
from disruptions.views.recording import address_of, fixed_in
from disruptions.views.references import by_reference
from disruptions.vocabulary import DisruptionRole


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(DISRUPTION)
def disruption_submit(request: SignedInRequest, reference: str) -> HttpResponse:
    """Check answers, with everything still missing, and submit."""
    record = record_for(request, reference)
    require_amend(request.user, record)
    if not may_submit(request.user, record):
        messages.info(request, f"{record.reference} is {record.get_status_display().lower()} already.")
        return redirect("disruption_detail", record.reference)
    if request.method == "POST" and request.POST.get("support_of"):
        return _become_support(request, record, request.POST["support_of"])
    answer = DuplicateAnswer(
        request.POST.get("duplicate_reason", "").strip(), frozenset(request.POST.getlist("duplicate_seen"))
    )
    refused: list[Violation] = []
    changed, status = None, HTTPStatus.OK
    if request.method == "POST":
        submitting = ParsedRow(DisruptionRow(), frozenset(), True, [])
        try:
            amend_disruption(
                acting_user=request.user,
                reference=reference,
                version=version_in(request),
                changes=submitting,
                duplicates=answer,
            )
        except Invalid as refusal:
            refused, status = refusal.violations, HTTPStatus.BAD_REQUEST
        except Stale:
            record = record_for(request, reference)
            changed, status = record, HTTPStatus.CONFLICT
        else:
            messages.success(request, f"{record.reference} is submitted. Another person of your agency decides next.")
            return redirect("disruption_detail", record.reference)
    faults = faults_before_submitting(acting_user=request.user, record=record)
    report = duplicates_of(acting_user=request.user, record=record)
    context = {
        **read_in_full(request, record),
        "marking": marking_with(record, report.pending),
        "missing": [
            {"text": _missing_words(fault), "href": address_of(record, fault.field), "code": fault.code}
            for fault in faults
        ],
        "errors": status is HTTPStatus.BAD_REQUEST,
        "fixed": fixed_in(record),
        "changed": changed,
        "returned": sent_back(record),
        "duplicates": report,
        "joinable": joinable(record, report.pending),
        "duplicate_reason": answer.reason,
        "duplicate_fault": next((each for each in refused if each.field == "duplicate_reason"), None),
    }
    return render(request, "disruptions/disruption_submit.html", context, status=status)


def _become_support(request: SignedInRequest, record: Disruption, typed: str) -> HttpResponse:
    """Turn a draft lead into a support of the lead that somebody else recorded."""
    lead = read_reference(typed, DISRUPTION)
    if lead is None:
        messages.error(request, "There is no lead record with this reference. Choose one of those that were found.")
        return redirect("disruption_submit", record.reference)
    changes = parse_disruption({"role": DisruptionRole.SUPPORT.value, "lead": lead}, typed=False)
    try:
        amend_disruption(
            acting_user=request.user, reference=record.reference, version=version_in(request), changes=changes
        )
    except Invalid as refusal:
        messages.error(request, " ".join(each.message for each in refusal.violations))
    except Stale:
        messages.error(request, "Somebody changed this record after you opened the page. Read it as it is now.")
    else:
        messages.success(
            request,
            f"{record.reference} is now your agency’s support of {lead}. Check that it says what your agency did, "
            "then submit it.",
        )
    return redirect("disruption_submit", record.reference)


def _missing_words(fault: Violation) -> str:
    return fault.message if fault.field in BY_NAME else f"Outcomes: {fault.message}"


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(DISRUPTION)
def disruption_withdraw(request: SignedInRequest, reference: str) -> HttpResponse:
    """Withdraw a record with a reason, or throw a draft away without one. Nothing is deleted."""
    record = record_for(request, reference)
    require_amend(request.user, record)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    codes: dict[str, str] = {}
    changed, status = None, HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.BAD_REQUEST
        if form.is_valid():
            try:
                withdraw_disruptions(
                    acting_user=request.user,
                    versions={reference: version_in(request)},
                    reason=form.cleaned_data["reason"],
                )
            except Invalid as refusal:
                for fault in refusal.violations:
                    codes["reason"] = fault.code
                    form.add_error("reason", fault.message)
            except Stale:
                record = record_for(request, reference)
                changed, status = record, HTTPStatus.CONFLICT
            else:
                was_draft = record.submitted_at is None
                messages.success(request, f"{reference} is {'thrown away' if was_draft else 'withdrawn'}.")
                return redirect("home") if was_draft else redirect("disruption_detail", reference)
    context = {
        "record": record,
        "marking": record.marking,
        "form": form,
        "errors": simple_summary(form, codes) if form.is_bound else [],
        "changed": changed,
        "was_submitted": record.submitted_at is not None,
    }
    return render(request, "disruptions/disruption_withdraw.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(DISRUPTION)
def disruption_reopen(request: SignedInRequest, reference: str) -> HttpResponse:
    """Open a withdrawn record again, to be looked through and submitted once more."""
    record = record_for(request, reference)
    if not may_reopen(request.user, record):
        raise Refused(
            "may_not_reopen",
            f"{reference} is {record.get_status_display().lower()}. Only a withdrawn record can be reopened, by those "
            f"who record for {record.agency.name}.",
        )
    form = ReopenForm(request.POST if request.method == "POST" else None)
    codes: dict[str, str] = {}
    changed, status = None, HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            reopen_disruptions(
                acting_user=request.user,
                versions={reference: version_in(request)},
                reason=form.cleaned_data["reason"],
            )
        except Invalid as refusal:
            status = HTTPStatus.BAD_REQUEST
            for fault in refusal.violations:
                codes["reason"] = fault.code
                form.add_error("reason", fault.message)
        except Stale:
            changed, status = record_for(request, reference), HTTPStatus.CONFLICT
        else:
            messages.success(request, f"{reference} is open again. Look it through and submit it.")
            return redirect("disruption_amend", reference)
    context = {
        "record": changed or record,
        "marking": record.marking,
        "form": form,
        "errors": simple_summary(form, codes) if form.is_bound else [],
        "changed": changed,
        "was_submitted": record.submitted_at is not None,
    }
    return render(request, "disruptions/disruption_reopen.html", context, status=status)
