"""The page of one record: what it says, where it stands, what was decided, its history, and what may be done next."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies import audit
from agencies.refusals import NotFound
from agencies.views.requests import SignedInRequest
from agencies.vocabulary import AuditAction
from disruptions.history import decisions_on, history_of, versions_open_to
from disruptions.models import Assignment, Disruption, PlanAction, UploadedRow
from disruptions.permissions import (
    may_amend,
    may_answer_support,
    may_approve,
    may_assign,
    may_hand_over,
    may_link_to_plan,
    may_moderate,
    may_record,
    may_reopen,
    may_submit,
    may_support,
    may_withdraw,
)
from disruptions.reading import complete
from disruptions.references import DISRUPTION
from disruptions.services.duplicates import marking_with
from disruptions.services.supporting import suggested_supports
from disruptions.views.references import by_reference
from disruptions.views.sections import LABELS, outcome_rows, sections_of
from disruptions.vocabulary import COUNTED_STATUSES, DisruptionRole, Status
from disruptions.wording import next_step_of


@require_safe
@by_reference(DISRUPTION)
def disruption_detail(request: SignedInRequest, reference: str) -> HttpResponse:
    """One record."""
    record = record_for(request, reference)
    audit.record(AuditAction.VIEWED, "disruption", record.reference, request=request)
    seen = Disruption.objects.visible_to(request.user)
    joinable_supports = suggested_supports(acting_user=request.user, lead=record)
    versions = versions_open_to(request.user, record)
    context = {
        **read_in_full(request, record),
        "marking": marking_with(record, joinable_supports),
        "supports": _supports(request, record),
        "our_support": seen.live_supports_of(record).filter(agency=request.user.agency).first(),
        "duplicate_of": seen.filter(pk=record.duplicate_of_id).first() if record.duplicate_of_id else None,
        "reviews": decisions_on(record, acting_user=request.user, versions=versions),
        "history": history_of(record, acting_user=request.user, versions=versions),
        "may": _actions(request, record),
        "next_step": next_step_of(record),
        "joinable_supports": joinable_supports,
        "offer": record.hand_overs.open().first(),
        "given": given_of(request, record),
        "uploaded": uploaded_of(request, record),
        "planned": PlanAction.objects.visible_to(request.user).behind(record) if record.threat_id else None,
    }
    return render(request, "disruptions/disruption_detail.html", context)


def record_for(request: SignedInRequest, reference: str) -> Disruption:
    """Return the record with a reference. Raises ``NotFound`` if the person may not open it."""
    record = Disruption.objects.visible_to(request.user).filter(reference=reference).order_by("pk").first()
    if record is None:
        raise NotFound
    return complete(record)


def lead_of(request: SignedInRequest, record: Disruption) -> Disruption | None:
    """Return the record's lead if the person may open it: another is not named."""
    return Disruption.objects.visible_to(request.user).filter(pk=record.lead_id).first() if record.lead_id else None


def read_in_full(request: SignedInRequest, record: Disruption) -> dict[str, Any]:
    """Return what every page that shows a whole record needs: its sections, outcomes, lead and marking."""
    lead = lead_of(request, record)
    return {
        "record": record,
        "marking": record.marking,
        "lead": lead,
        "sections_shown": sections_of(record, open_leads={lead.pk} if lead else ()),
        "outcomes": outcome_rows(record),
        "labels": LABELS,
    }


def _supports(request: SignedInRequest, record: Disruption) -> list[Disruption]:
    if record.role != DisruptionRole.LEAD:
        return []
    supports = Disruption.objects.visible_to(request.user).live_supports_of(record)
    return list(supports.select_related("agency"))


def given_of(request: SignedInRequest, record: Disruption) -> Assignment | None:
    """Return to whom the record was given to decide on; who works on what is for its agency and national roles."""
    own = record.agency_id == request.user.agency_id or request.user.is_national
    if not own or record.status not in COUNTED_STATUSES:
        return None
    given: Assignment | None = record.assignments.open().of_record(record).first()
    return given


def uploaded_of(request: SignedInRequest, record: Disruption) -> list[UploadedRow]:
    """Return the rows of files that made or changed the record, for those who record for its agency."""
    if record.agency_id != request.user.agency_id or not may_record(request.user, record.agency):
        return []
    return list(record.uploaded_rows.that_did_something().select_related("upload__file"))


def _actions(request: SignedInRequest, record: Disruption) -> dict[str, Any]:
    user = request.user
    return {
        "amend": may_amend(user, record),
        "submit": may_submit(user, record),
        "withdraw": may_withdraw(user, record),
        "reopen": may_reopen(user, record),
        "hand_over": may_hand_over(user, record),
        "support": may_support(user, record),
        "answer_support": may_answer_support(user, record),
        "approve": may_approve(user, record),
        "assign": record.status == Status.SUBMITTED and may_assign(user, record),
        "moderate": may_moderate(user, record),
        "plan": may_link_to_plan(user, record),
        "own": record.agency_id == user.agency_id,
        "decided_by_another": record.status == Status.SUBMITTED
        and user.pk in {record.recorded_by_id, record.submitted_by_id},
    }
