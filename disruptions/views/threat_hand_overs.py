"""Offer a threat or an OCG to the agency that should lead it; accept or decline what is offered."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies import audit
from agencies.refusals import Invalid, NotFound, Refused, Stale
from agencies.views.requests import SignedInRequest, posted, version_in
from agencies.vocabulary import AuditAction
from disruptions.master_forms import EntryAnswerForm, EntryHandOverForm, PlainForm
from disruptions.models import OCG
from disruptions.permissions import may_answer_threat_hand_over
from disruptions.references import OCG as OCG_LETTER
from disruptions.references import THREAT
from disruptions.services import answer_threat_hand_over, offer_threat_hand_over, take_back_threat_hand_over
from disruptions.services.archiving import require_no_threat
from disruptions.views.entries import MARKING, detail_of, entry_for, managed_entry, name_of, open_offer, other_agencies
from disruptions.views.references import by_reference

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@by_reference(THREAT)
def threat_hand_over(request: SignedInRequest, reference: str) -> HttpResponse:
    """Offer a threat, with the OCG that it is, to another agency, or take the offer back."""
    return _offer(request, reference, "threat_hand_over")


@require_http_methods(METHODS)
@by_reference(OCG_LETTER)
def ocg_hand_over(request: SignedInRequest, reference: str) -> HttpResponse:
    """Offer an OCG that is no threat of the list to another agency, or take the offer back."""
    return _offer(request, reference, "ocg_hand_over")


@require_http_methods(METHODS)
@by_reference(THREAT)
def threat_hand_over_answer(request: SignedInRequest, reference: str) -> HttpResponse:
    """Accept a threat that another agency offers, or decline it."""
    return _answer(request, reference, "threat_hand_over_answer")


@require_http_methods(METHODS)
@by_reference(OCG_LETTER)
def ocg_hand_over_answer(request: SignedInRequest, reference: str) -> HttpResponse:
    """Accept an OCG that another agency offers, or decline it."""
    return _answer(request, reference, "ocg_hand_over_answer")


def _offer(request: SignedInRequest, reference: str, page: str) -> HttpResponse:
    entry = managed_entry(request, reference)
    if isinstance(entry, OCG):
        require_no_threat(entry, "hand over")
    if request.method == "POST" and request.POST.get("action") == "take_back":
        take_back_threat_hand_over(acting_user=request.user, reference=reference)
        messages.success(request, f"{reference} is no longer on offer. It stays with {entry.lead_agency.name}.")
        return redirect(detail_of(entry))
    form = EntryHandOverForm(posted(request), other_agencies(request.user, entry))
    context: dict[str, Any] = {"entry": entry, "name": name_of(entry), "offer": open_offer(entry)}
    if request.method == "POST" and form.is_valid():
        try:
            made = offer_threat_hand_over(
                acting_user=request.user, reference=reference, version=version_in(request), **form.cleaned_data
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
        except Stale:
            context["changed"] = context["entry"] = entry_for(request, reference)
        else:
            messages.success(request, f"{reference} is offered to {made.to_agency.name}, which accepts or declines it.")
            return redirect(detail_of(entry))
    return _shown(request, page, form, context)


def _answer(request: SignedInRequest, reference: str, page: str) -> HttpResponse:
    entry = entry_for(request, reference)
    offer = open_offer(entry)
    if offer is None:
        raise NotFound
    if not may_answer_threat_hand_over(request.user, offer):
        raise Refused(
            "may_not_answer_hand_over", f"Only a threat manager of {offer.to_agency.name} can accept or decline."
        )
    form = EntryAnswerForm(posted(request))
    context: dict[str, Any] = {"entry": entry, "name": name_of(entry), "offer": offer, "detail": detail_of(entry)}
    if request.method == "POST" and form.is_valid():
        accept = request.POST.get("action") == "accept"
        try:
            answer_threat_hand_over(
                acting_user=request.user,
                reference=reference,
                version=version_in(request),
                accept=accept,
                answer=form.cleaned_data["answer"],
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
        except Stale:
            context["changed"] = context["entry"] = entry_for(request, reference)
        else:
            return _answered(request, entry, offer, accept=accept)
    audit.record(AuditAction.VIEWED, "ocg" if isinstance(entry, OCG) else "soc_threat", reference, request=request)
    return _shown(request, page, form, context)


def _answered(request: SignedInRequest, entry: Any, offer: Any, *, accept: bool) -> HttpResponse:
    if accept:
        messages.success(request, f"{offer.to_agency.name} leads {entry.reference} now. Name who answers for it.")
        return redirect(detail_of(entry))
    messages.success(
        request, f"You declined {entry.reference}. {offer.from_agency.name} keeps it and reads your reason."
    )
    return redirect("home")


def _shown(request: SignedInRequest, page: str, form: PlainForm, context: dict[str, Any]) -> HttpResponse:
    errors = form.summary()
    status = HTTPStatus.CONFLICT if "changed" in context else HTTPStatus.BAD_REQUEST if errors else HTTPStatus.OK
    context = {"form": form, "errors": errors, "marking": MARKING, "changed": None, **context}
    return render(request, f"disruptions/{page}.html", context, status=status)
