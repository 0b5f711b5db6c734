"""The 4P plan of a threat: add and change its actions, and say which disruptions came from which."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agencies.models import User
from agencies.refusals import Invalid, NotFound, Refused, Stale
from agencies.views.requests import SignedInRequest, posted
from disruptions.forms import Owners, PlanActionForm, read_version
from disruptions.models import Disruption, PlanAction, SOCThreat
from disruptions.permissions import (
    may_keep_plan,
    may_link_to_plan,
    may_report_on_action,
    require_keep_plan,
)
from disruptions.references import DISRUPTION, THREAT, read_reference
from disruptions.services import (
    ActionRow,
    amend_plan_action,
    link_to_action,
    record_plan_action,
    set_action_of_record,
    take_from_action,
)
from disruptions.views.record import record_for
from disruptions.views.references import by_reference
from disruptions.vocabulary import ACCEPTING_STATUSES, MASTER_LIST_MARKING, PlanState, highest_marking
from disruptions.wording import day_in_words

OFFERED_AT_MOST: Final = 20
LABELS: Final = {
    "strand": "Strand",
    "title": "Action",
    "owner": "Owner",
    "due_on": "Due",
    "state": "Where it stands",
    "note": "Note",
}


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(THREAT)
def plan_action_new(request: SignedInRequest, reference: str) -> HttpResponse:
    """Add an action to the plan of a threat."""
    threat = _threat_for(request, reference)
    require_keep_plan(request.user, threat)
    if threat.status not in ACCEPTING_STATUSES:
        raise Refused("may_not_plan", f"{reference} is archived, so nothing more is planned against it.")
    owners = Owners.of_threat(threat, threat.lead_responsible_officer, request.user)
    initial = {"state": PlanState.PLANNED.value, "strand": request.GET.get("strand", "")}
    form = PlanActionForm(posted(request), owners, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = record_plan_action(acting_user=request.user, threat=reference, row=ActionRow(**form.values()))
        except Invalid as refusal:
            form.refuse(refusal.violations)
        else:
            messages.success(request, f"“{made.title}” is in the plan, owned by {made.owner.name}.")
            return _to_plan(reference)
    context = {"threat": threat, "form": form, "errors": form.summary(), "marking": MASTER_LIST_MARKING.value}
    status = HTTPStatus.BAD_REQUEST if context["errors"] else HTTPStatus.OK
    return render(request, "disruptions/plan_action_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(THREAT)
def plan_action_amend(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """Change an action; its owner says how it goes."""
    threat, action = _action_for(request, reference, pk)
    reports_only = not may_keep_plan(request.user, threat)
    if not may_report_on_action(request.user, action):
        require_keep_plan(request.user, threat)
    owners = Owners.of_threat(threat, threat.lead_responsible_officer, action.owner, request.user)
    form = PlanActionForm(posted(request), owners, reports_only=reports_only, initial=_as_it_is(action))
    version, conflict, status = action.version, [], HTTPStatus.OK
    if request.method == "POST":
        version, status = read_version(request.POST), HTTPStatus.BAD_REQUEST
        if form.is_valid():
            try:
                amend_plan_action(acting_user=request.user, action=pk, version=version, values=form.values())
            except Invalid as refusal:
                form.refuse(refusal.violations)
            except Stale as stale:
                version, status, conflict = stale.current.version, HTTPStatus.CONFLICT, _sides(stale)
            else:
                messages.success(request, f"“{action.title}” is saved.")
                return _to_plan(reference)
    context = {
        "threat": threat,
        "action": action,
        "form": form,
        "errors": form.summary(),
        "version": version,
        "conflict": conflict,
        "changed": status == HTTPStatus.CONFLICT,
        "reports_only": reports_only,
        "marking": MASTER_LIST_MARKING.value,
    }
    return render(request, "disruptions/plan_action_amend.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(THREAT)
def plan_action_disruptions(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    """Say which disruptions of the threat came from an action."""
    threat, action = _action_for(request, reference, pk)
    if not may_report_on_action(request.user, action):
        require_keep_plan(request.user, threat)
    error = ""
    if request.method == "POST":
        error = _link_or_take(request, action)
        if not error:
            return redirect("plan_action_disruptions", reference, pk)
    seen = Disruption.objects.visible_to(request.user)
    results = list(seen.that_came_from([action]).with_related())
    offered = list(seen.filter(threat=threat).that_came_from_no_plan().with_related()[: OFFERED_AT_MOST + 1])
    context = {
        "threat": threat,
        "action": action,
        "results": results,
        "offered": offered[:OFFERED_AT_MOST],
        "more": len(offered) > OFFERED_AT_MOST,
        "errors": [{"text": error, "href": "#records"}] if error else [],
        "marking": highest_marking([MASTER_LIST_MARKING, *(each.marking for each in (*results, *offered))]).value,
    }
    status = HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK
    return render(request, "disruptions/plan_action_disruptions.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(DISRUPTION)
def disruption_plan(request: SignedInRequest, reference: str) -> HttpResponse:
    """Say, from a record, which action of its threat's plan it came from."""
    record = record_for(request, reference)
    if not may_link_to_plan(request.user, record):
        raise Refused(
            "may_not_link_to_plan",
            f"Once it is submitted and while it stands, those who record for {record.agency.name} or keep the plan of "
            "its threat say what it came from.",
        )
    before = PlanAction.objects.visible_to(request.user).behind(record)
    actions = list(PlanAction.objects.visible_to(request.user).of_threat(record.threat).with_related())
    error = ""
    if request.method == "POST":
        chosen = request.POST.get("action", "")
        try:
            if not chosen:
                error = "Choose an action, or that it came from none."
            else:
                number = _number(chosen) if chosen != "none" else None
                set_action_of_record(acting_user=request.user, reference=reference, action=number)
                messages.success(request, f"What {reference} came from is saved.")
                return redirect("disruption_detail", reference)
        except Invalid as refusal:
            error = refusal.violations[0].message
    context = {
        "record": record,
        "before": before,
        "actions": actions,
        "errors": [{"text": error, "href": "#action"}] if error else [],
        "marking": highest_marking([MASTER_LIST_MARKING, record.marking]).value,
    }
    return render(request, "disruptions/disruption_plan.html", context, status=400 if error else 200)


def _threat_for(request: SignedInRequest, reference: str) -> SOCThreat:
    found: SOCThreat | None = (
        SOCThreat.objects.visible_to(request.user).with_related().filter(reference=reference).first()
    )
    if found is None:
        raise NotFound
    return found


def _action_for(request: SignedInRequest, reference: str, key: int) -> tuple[SOCThreat, PlanAction]:
    """Return a threat and an action of its plan, which may have come with a threat that was merged into it."""
    threat = _threat_for(request, reference)
    action = PlanAction.objects.visible_to(request.user).of_threat(threat).with_related().filter(pk=key).first()
    if action is None:
        raise NotFound
    return threat, action


def _to_plan(reference: str) -> HttpResponse:
    return redirect(f"{reverse('threat_detail', args=[reference])}#plan")


def _as_it_is(action: PlanAction) -> dict[str, Any]:
    return {
        "strand": action.strand,
        "title": action.title,
        "owner": action.owner.email,
        "due_on": action.due_on,
        "state": action.state,
        "note": action.note,
    }


def _sides(stale: Stale) -> list[dict[str, str]]:
    """Return what two people changed at once, field by field in words: what is stored and what was sent."""
    return [
        {"field": LABELS[name], "theirs": _words(stored), "mine": _words(stale.mine[name])}
        for name, stored in stale.theirs.items()
    ]


def _words(value: Any) -> str:
    if isinstance(value, User):
        return value.name
    if isinstance(value, str):
        return dict(PlanState.choices).get(value, value) or "Nothing"
    return day_in_words(value)


def _link_or_take(request: SignedInRequest, action: PlanAction) -> str:
    """Do what was asked and say it; return what is wrong where nothing could be done."""
    taken = request.POST.get("take", "")
    try:
        if taken:
            take_from_action(acting_user=request.user, action=action.pk, reference=_reference(taken))
            messages.success(request, f"{taken} is taken from this action.")
            return ""
        chosen = [_reference(each) for each in request.POST.getlist("records")[:OFFERED_AT_MOST]]
        if not chosen:
            return "Choose the records that came from this action."
        linked = link_to_action(acting_user=request.user, action=action.pk, references=chosen)
        words = "1 record" if len(linked) == 1 else f"{len(linked)} records"
        messages.success(request, f"{words} added to what came from this action.")
    except Invalid as refusal:
        return refusal.violations[0].message
    return ""


def _reference(text: str) -> str:
    """Return a reference that was posted in its stored form. Raises ``NotFound`` for what is none."""
    reference = read_reference(text, DISRUPTION)
    if reference is None:
        raise NotFound
    return reference


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
