"""A threat that is not listed: ask for it from the draft, and answer those who ask."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agencies.permissions import holds_role
from agencies.refusals import Invalid, NotFound, Refused
from agencies.views.requests import SignedInRequest, posted
from agencies.vocabulary import Role
from disruptions.forms import AnswerThreatRequestForm, AskForThreatForm
from disruptions.models import SOCThreat, ThreatRequest
from disruptions.permissions import may_answer_threat_request, may_ask_for_threat, may_record
from disruptions.references import DISRUPTION
from disruptions.services import answer_threat_request, ask_for_threat, take_back_threat_request
from disruptions.views.record import record_for
from disruptions.views.references import by_reference
from disruptions.vocabulary import MASTER_LIST_MARKING, ThreatRequestStatus

FOUND_AT_MOST: Final = 10
A_PAGE: Final = 30
SHOWN: Final = {"waiting": "Waiting", "all": "All"}


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(DISRUPTION)
def disruption_ask_for_threat(request: SignedInRequest, reference: str) -> HttpResponse:
    """Ask a threat manager to list the threat of a draft; the draft stays as it is."""
    record = record_for(request, reference)
    if request.method == "POST" and "take_back" in request.POST:
        take_back_threat_request(acting_user=request.user, request=_number(request.POST["take_back"]))
        messages.success(request, "Your request is taken back.")
        return redirect("disruption_step", reference, "threat")
    if not may_ask_for_threat(request.user, record):
        raise Refused(
            "may_not_ask_for_threat",
            f"{reference} is {record.get_status_display().lower()} and belongs to {record.agency.name}. A threat is "
            "asked for from a draft or a returned record, by those who record for its agency.",
        )
    form = AskForThreatForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_threat(acting_user=request.user, reference=reference, **form.cleaned_data)
        except Invalid as refusal:
            form.refuse(refusal.violations)
        else:
            messages.success(
                request,
                f"A threat manager has been asked. {reference} is kept, and you can go on with it meanwhile.",
            )
            return redirect("disruption_step", reference, "role")
    seen = ThreatRequest.objects.visible_to(request.user).of_record(record)
    context = {
        "record": record,
        "marking": record.marking,
        "form": form,
        "errors": form.summary(),
        "asked": seen.filter(status=ThreatRequestStatus.OPEN).first(),
    }
    status = HTTPStatus.BAD_REQUEST if context["errors"] else HTTPStatus.OK
    return render(request, "disruptions/disruption_ask_for_threat.html", context, status=status)


@require_safe
def threat_request_list(request: SignedInRequest) -> HttpResponse:
    """Requests to list a threat: those that wait for the person, or all that they may see."""
    if not holds_role(request.user, Role.THREAT_MANAGER) and not may_record(request.user, request.user.agency):
        raise Refused(
            "may_not_manage_threats",
            f"Requests to list a threat are for threat managers. Ask an administrator of {request.user.agency.name}.",
        )
    seen = ThreatRequest.objects.visible_to(request.user).with_related()
    show = "all" if request.GET.get("show") == "all" else "waiting"
    rows = seen.waiting_for(request.user) if show == "waiting" else seen.order_by("-requested_at", "-pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    answerable = {each.pk for each in page if may_answer_threat_request(request.user, each)}
    context = {"page": page, "show": show, "shows": SHOWN, "marking": _MARKING, "answerable": answerable}
    return render(request, "disruptions/threat_request_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def threat_request_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Answer one request, with the threats on the list that are like it beside it."""
    asked = ThreatRequest.objects.visible_to(request.user).with_related().filter(pk=pk).first()
    if asked is None:
        raise NotFound
    if not holds_role(request.user, Role.THREAT_MANAGER, agency=asked.agency):
        raise Refused(
            "may_not_answer_threat_request",
            f"Only a threat manager of {asked.agency.name} or of the NCA can answer this request.",
        )
    if not may_answer_threat_request(request.user, asked):
        context = {"asked": asked, "marking": _MARKING, "form": None, "errors": []}
        if request.method == "POST":
            messages.warning(request, "This request was answered meanwhile. Your answer was not needed.")
            return redirect("threat_request_answer", pk)
        return render(request, "disruptions/threat_request_answer.html", context)
    words = request.GET.get("q", asked.title).replace("\x00", "").strip()[:200]
    found = _alike(request, words)
    form = AnswerThreatRequestForm(posted(request))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            answered = answer_threat_request(
                acting_user=request.user,
                request=asked.pk,
                listed=values["decision"] == "listed",
                threat=values["threat_found"] or values["threat"],
                answer=values["answer"],
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
        else:
            messages.success(
                request, f"{asked.requested_by.name} sees your answer: {answered.get_status_display().lower()}."
            )
            return redirect("threat_request_list")
    context = {
        "asked": asked,
        "marking": _MARKING,
        "form": form,
        "errors": form.summary(),
        "words": words,
        "found": found,
    }
    status = HTTPStatus.BAD_REQUEST if context["errors"] else HTTPStatus.OK
    return render(request, "disruptions/threat_request_answer.html", context, status=status)


_MARKING: Final = MASTER_LIST_MARKING.value


def _alike(request: SignedInRequest, words: str) -> list[Any]:
    """Return the threats that have all these words; where none has, those that have any of the longer ones."""
    threats = SOCThreat.objects.visible_to(request.user).accepting().with_related()
    found = list(threats.matching(words, begun=True).in_order("p_grade")[:FOUND_AT_MOST]) if words else []
    for word in sorted(set(words.split()), key=len, reverse=True)[:3]:
        if found or len(word) < 4:
            break
        found = list(threats.matching(word, begun=True).in_order("p_grade")[:FOUND_AT_MOST])
    return found


def _number(text: str) -> int:
    """Return the key of a request that a button names. Raises ``NotFound`` for what is none."""
    if not text.isdecimal() or len(text) > 9:
        raise NotFound
    return int(text)
