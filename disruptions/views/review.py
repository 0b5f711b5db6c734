"""Decide on a record: an approver of its agency, or a moderator."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies.constraints import Violation, violation
from agencies.refusals import Invalid, Refused, Stale
from agencies.views.requests import SignedInRequest, version_in
from disruptions.forms import APPROVER_CHOICES, LEVEL_DECISIONS, MODERATOR_CHOICES, REGRADE, ReviewForm
from disruptions.models import Disruption
from disruptions.permissions import may_approve, may_moderate
from disruptions.references import DISRUPTION, THREAT, read_reference
from disruptions.services import DecisionRow, review_disruptions
from disruptions.views.record import read_in_full, record_for
from disruptions.views.references import by_reference
from disruptions.vocabulary import Decision


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(DISRUPTION)
def disruption_review(request: SignedInRequest, reference: str) -> HttpResponse:
    """Approve, return or regrade; uphold, raise, lower or reject."""
    record = record_for(request, reference)
    allowed = _choices_of(request, record)
    form = ReviewForm(request.POST if request.method == "POST" else None, allowed)
    changed, status = None, HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.BAD_REQUEST
        if form.is_valid():
            try:
                review_disruptions(acting_user=request.user, decisions=[_decision(form, record, version_in(request))])
            except Invalid as refusal:
                form.refuse(refusal.violations)
            except Stale as stale:
                changed, status = stale.current, HTTPStatus.CONFLICT
            else:
                messages.success(request, _words(form, record))
                return redirect("disruption_detail", record.reference)
    context = {
        **read_in_full(request, record),
        "form": form,
        "errors": form.summary() if form.is_bound else [],
        "changed": changed,
        "version": record.version,
        "reviews": list(record.reviews.select_related("decided_by__agency")),
        "others": _others(request, record),
    }
    return render(request, "disruptions/disruption_review.html", context, status=status)


def _choices_of(request: SignedInRequest, record: Disruption) -> tuple[str, ...]:
    """Return the decisions that the person may make. Raises ``Refused`` where there is none."""
    user = request.user
    choices: tuple[str, ...] = APPROVER_CHOICES if may_approve(user, record) else ()
    if may_moderate(user, record):
        choices += MODERATOR_CHOICES
    if choices:
        return choices
    if user.pk in {record.recorded_by_id, record.submitted_by_id}:
        raise Refused(
            "review_not_by_author",
            f"You recorded or submitted {record.reference}, so somebody else must decide on it. "
            f"Ask another approver of {record.agency.name}.",
        )
    raise Refused(
        "may_not_decide",
        f"{record.reference} is {record.get_status_display().lower()}. An approver of {record.agency.name} decides on "
        "a submitted record, and a moderator on a submitted or approved one.",
    )


def _decision(form: ReviewForm, record: Disruption, version: int | None) -> DecisionRow:
    """Return the decision as a service takes it. Raises ``Invalid`` for a mistyped reference."""
    sent: dict[str, Any] = form.cleaned_data
    chosen = sent["decision"]
    duplicate_of = threat = None
    if chosen == Decision.DUPLICATE:
        duplicate_of = read_reference(sent["duplicate_of"], DISRUPTION)
    if chosen == Decision.THREAT_CHANGED:
        threat = read_reference(sent["threat"], THREAT)
    if chosen in LEVEL_DECISIONS and not sent["to_level"]:
        raise Invalid([violation("review_level_known")])
    if chosen == REGRADE and sent["to_level"] == record.level:
        raise Invalid(
            [Violation("to_level", "review_level_known", "This is the level it has. Choose another, or approve it.")]
        )
    return DecisionRow(
        reference=record.reference,
        decision=Decision.APPROVE.value if chosen == REGRADE else chosen,
        version=version,
        to_level=sent["to_level"] if chosen in LEVEL_DECISIONS else None,
        reason=sent["reason"],
        field_reasons=form.field_reasons() if chosen == Decision.RETURN else {},
        duplicate_of=duplicate_of,
        threat=threat,
    )


def _words(form: ReviewForm, record: Disruption) -> str:
    chosen = form.cleaned_data["decision"]
    done = {
        Decision.APPROVE.value: "is approved",
        REGRADE: "is approved at another level",
        Decision.RETURN.value: "is sent back to its author",
        Decision.NOT_A_DISRUPTION.value: "is rejected",
        Decision.DUPLICATE.value: "is rejected as a duplicate",
    }
    return f"{record.reference} {done.get(chosen, 'is reviewed')}."


def _others(request: SignedInRequest, record: Disruption) -> list[Disruption]:
    """Return the latest other records against the same threat, to judge the level by."""
    if record.threat_id is None:
        return []
    seen = Disruption.objects.visible_to(request.user).leads().standing().filter(threat_id=record.threat_id)
    return list(seen.exclude(pk=record.pk).select_related("agency")[:5])
