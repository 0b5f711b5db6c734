"""Steps that change where an OCG or a threat stands: archive and restore, merge and take the merge back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies.constraints import violation
from agencies.refusals import Invalid, NotFound, Stale
from agencies.views.requests import SignedInRequest, posted, version_in
from disruptions.master_forms import MergeForm, PlainForm, ReasonOnlyForm
from disruptions.models import OCG, Disruption, SOCThreat
from disruptions.permissions import may_manage_threats
from disruptions.references import OCG as OCG_LETTER
from disruptions.references import THREAT, read_reference
from disruptions.services import (
    archive_ocg,
    archive_threat,
    merge_ocgs,
    merge_threats,
    restore_ocg,
    restore_threat,
    take_back_ocg_merge,
    take_back_threat_merge,
)
from disruptions.services.archiving import require_no_threat
from disruptions.views.entries import MARKING, detail_of, entry_for, managed_entry
from disruptions.views.references import by_reference
from disruptions.vocabulary import ThreatStatus

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@by_reference(THREAT)
def threat_archive(request: SignedInRequest, reference: str) -> HttpResponse:
    """Archive a threat, or restore one."""
    return _archive(request, reference, "threat_archive", archive=archive_threat, restore=restore_threat)


@require_http_methods(METHODS)
@by_reference(OCG_LETTER)
def ocg_archive(request: SignedInRequest, reference: str) -> HttpResponse:
    """Archive an OCG that is no threat of the list, or restore one."""
    return _archive(request, reference, "ocg_archive", archive=archive_ocg, restore=restore_ocg)


@require_http_methods(METHODS)
@by_reference(THREAT)
def threat_merge(request: SignedInRequest, reference: str) -> HttpResponse:
    """Merge a threat into another: choose the other, look at both, confirm."""
    return _merge(request, reference, THREAT, "threat_merge", merge_threats)


@require_http_methods(METHODS)
@by_reference(OCG_LETTER)
def ocg_merge(request: SignedInRequest, reference: str) -> HttpResponse:
    """Merge an OCG that is no threat of the list into another."""
    return _merge(request, reference, OCG_LETTER, "ocg_merge", merge_ocgs)


@require_http_methods(METHODS)
@by_reference(THREAT)
def threat_unmerge(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take the merge of a threat back."""
    return _unmerge(request, reference, "threat_unmerge", take_back_threat_merge)


@require_http_methods(METHODS)
@by_reference(OCG_LETTER)
def ocg_unmerge(request: SignedInRequest, reference: str) -> HttpResponse:
    """Take the merge of an OCG back."""
    return _unmerge(request, reference, "ocg_unmerge", take_back_ocg_merge)


def _archive(request: SignedInRequest, reference: str, page: str, *, archive: Any, restore: Any) -> HttpResponse:
    entry = managed_entry(request, reference, live=False)
    restoring = entry.status == ThreatStatus.ARCHIVED and entry.merged_into_id is None
    if not restoring:
        managed_entry(request, reference)
    if isinstance(entry, OCG):
        require_no_threat(entry, "restore" if restoring else "archive")
    form = ReasonOnlyForm(posted(request))
    context: dict[str, Any] = {"entry": entry, "restoring": restoring}
    if request.method == "POST" and form.is_valid():
        try:
            (restore if restoring else archive)(
                acting_user=request.user,
                reference=reference,
                version=version_in(request),
                reason=form.cleaned_data["reason"],
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
        except Stale:
            context["changed"] = context["entry"] = entry_for(request, reference)
        else:
            messages.success(request, f"{reference} is {'restored' if restoring else 'archived'}.")
            return redirect(detail_of(entry))
    return _shown(request, page, form, context)


def _merge(request: SignedInRequest, reference: str, kind: str, page: str, merge: Any) -> HttpResponse:
    entry = managed_entry(request, reference)
    if isinstance(entry, OCG):
        require_no_threat(entry, "merge")
    # The first part asks for the other one by its address, so that it can be looked at before anything is done.
    named = request.POST.get("winner") or request.GET.get("winner", "")
    form = MergeForm(request.POST if request.method == "POST" else request.GET if named else None)
    context: dict[str, Any] = {"entry": entry, "named": named}
    winner = _winner(request, form, named, kind)
    if winner is not None:
        context |= {"winner": winner, "moving": _recorded(request, entry), "there": _recorded(request, winner)}
    if request.method == "POST" and form.is_valid() and winner is not None:
        try:
            merge(
                acting_user=request.user,
                loser=reference,
                winner=winner.reference,
                version=version_in(request),
                winner_version=_number(request.POST.get("winner_version", "")),
                reason=form.cleaned_data["reason"],
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
        except Stale:
            context |= {"changed": entry_for(request, reference), "winner": entry_for(request, winner.reference)}
            context["entry"] = context["changed"]
        else:
            messages.success(request, f"{reference} is merged into {winner.reference}.")
            return redirect(detail_of(winner))
    return _shown(request, page, form, context)


def _unmerge(request: SignedInRequest, reference: str, page: str, take_back: Any) -> HttpResponse:
    entry = managed_entry(request, reference, live=False)
    merge = entry.merges_lost.filter(undone_at__isnull=True).select_related("winner", "merged_by__agency").first()
    if merge is None:
        raise NotFound
    form = ReasonOnlyForm(posted(request))
    context: dict[str, Any] = {"entry": entry, "merge": merge}
    if request.method == "POST" and form.is_valid():
        try:
            take_back(
                acting_user=request.user,
                loser=reference,
                version=version_in(request),
                reason=form.cleaned_data["reason"],
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
        except Stale:
            context["changed"] = context["entry"] = entry_for(request, reference)
        else:
            messages.success(request, f"{reference} stands by itself again.")
            return redirect(detail_of(entry))
    return _shown(request, page, form, context)


def _winner(request: SignedInRequest, form: PlainForm, named: str, kind: str) -> Any:
    """Return the other one, if it was named and can be found; what is wrong goes to the form."""
    if not named:
        if request.method == "POST":
            form.refuse([violation(_EXISTS[kind])])
        return None
    reference = read_reference(named, kind)
    try:
        winner = entry_for(request, reference or "")
    except NotFound:
        form.refuse([violation(_EXISTS[kind])])
        return None
    if not may_manage_threats(request.user, winner.lead_agency):
        form.refuse([violation("threat_merge_both_managed")])
        return None
    return winner


_EXISTS = {THREAT: "threat_merge_winner_exists", OCG_LETTER: "ocg_merge_winner_exists"}


def _recorded(request: SignedInRequest, entry: Any) -> int | None:
    """Return how many disruptions of a threat the person may open; those that they may not open go along unseen."""
    if not isinstance(entry, SOCThreat):
        return None
    return int(Disruption.objects.visible_to(request.user).filter(threat=entry).count())


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _shown(request: SignedInRequest, page: str, form: PlainForm, context: dict[str, Any]) -> HttpResponse:
    errors = form.summary()
    status = HTTPStatus.CONFLICT if "changed" in context else HTTPStatus.BAD_REQUEST if errors else HTTPStatus.OK
    context = {"form": form, "errors": errors, "marking": MARKING, "changed": None, "winner": None, **context}
    return render(request, f"disruptions/{page}.html", context, status=status)
