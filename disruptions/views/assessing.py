"""Assess a threat: score it, see the suggested grade, adopt one; compare two assessments; the scoring model itself."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agencies import audit
from agencies.permissions import may_administer_system, require_administer_system
from agencies.refusals import Invalid, NotFound, Stale
from agencies.views.requests import SignedInRequest, posted, version_in
from agencies.vocabulary import AuditAction
from disruptions.assessment_forms import AssessForm, ScoringModelForm, hidden_of
from disruptions.comparing import compare_assessments
from disruptions.models import ScoringModel, SOCThreat, ThreatAssessment
from disruptions.permissions import require_assess
from disruptions.references import THREAT
from disruptions.services import (
    AssessmentRow,
    add_scoring_model,
    assess_threats,
    current_scoring_model,
    suggest_grade,
)
from disruptions.views.references import by_reference
from disruptions.vocabulary import MASTER_LIST_MARKING
from disruptions.wording import day_in_words

ADOPTION: Final = frozenset({"adopted_grade", "override_reason"})
"""Controls of the second part; the rest stand in the first."""
MARKING: Final = MASTER_LIST_MARKING.value


def threat_for(request: SignedInRequest, reference: str) -> SOCThreat:
    """Return a threat that the person may open. Raises ``NotFound``."""
    seen = SOCThreat.objects.visible_to(request.user).with_related().select_related("lead_agency__rocu")
    threat: SOCThreat | None = seen.filter(reference=reference).first()
    if threat is None:
        raise NotFound
    return threat


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(THREAT)
def threat_assess(request: SignedInRequest, reference: str) -> HttpResponse:
    """Score a threat in the first part, adopt a grade in the second; nothing is kept before that."""
    threat = threat_for(request, reference)
    require_assess(request.user, threat)
    scoring = current_scoring_model()
    before = threat.assessments.with_related().first()
    form = AssessForm(posted(request), scoring.model, before)
    context: dict[str, Any] = {"threat": threat, "before": before, "scoring": scoring, "form": form, "marking": MARKING}
    form.full_clean()
    if request.method == "POST" and request.POST.get("action") != "back":
        try:
            confidence = form.cleaned_data.get("confidence", "")
            context["suggestion"] = suggest_grade(model=scoring, scores=form.scores(), confidence=confidence)
            if request.POST.get("action") == "adopt":
                return _adopt(request, threat, form)
        except Invalid as refusal:
            form.refuse(refusal.violations)
        except Stale:
            context |= {"changed": True, "threat": threat_for(request, reference)}
    adopting = "suggestion" in context and set(form.errors) <= ADOPTION
    if adopting:
        context["hidden"] = hidden_of(form)
        context["chosen"] = form.cleaned_data.get("adopted_grade") or context["suggestion"].grade
    context |= {"adopting": adopting, "errors": form.summary()}
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    status = HTTPStatus.CONFLICT if "changed" in context else status
    return render(request, "disruptions/threat_assess.html", context, status=status)


def _adopt(request: SignedInRequest, threat: SOCThreat, form: AssessForm) -> HttpResponse:
    typed = {**dict.fromkeys(form.fields, ""), **form.cleaned_data}
    row = AssessmentRow(
        threat.reference,
        typed["adopted_grade"],
        form.scores(),
        confidence=typed["confidence"],
        override_reason=typed["override_reason"],
        note=typed["note"],
        version=version_in(request),
        scoring_model=_number(request.POST.get("scoring_model", "")),
    )
    [made] = assess_threats(acting_user=request.user, rows=[row])
    same = made.previous_grade == made.adopted_grade
    was = "as before" if same else f"{made.previous_grade} before" if made.previous_grade else "not graded before"
    review = day_in_words(made.threat.next_review_on)
    messages.success(request, f"{threat.reference} is graded {made.adopted_grade}, {was}. Next review: {review}.")
    return redirect("threat_detail", threat.reference)


def _number(text: str) -> int:
    """Return a number of a hidden field; what is none is as old as can be."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


@require_safe
@by_reference(THREAT)
def threat_assessment_compare(request: SignedInRequest, reference: str) -> HttpResponse:
    """Two assessments of a threat beside each other; without a choice, the latest and the one before."""
    threat = threat_for(request, reference)
    assessments = list(threat.assessments.with_related())
    chosen = [_chosen(assessments, request.GET.get(name), place) for name, place in (("before", 1), ("after", 0))]
    both = [each for each in chosen if each is not None]
    if len(both) < len(chosen) and {"before", "after"} & set(request.GET):
        raise NotFound
    pair = sorted(both, key=lambda each: (each.assessed_at, each.pk)) if len(both) == len(chosen) else []
    audit.record(AuditAction.VIEWED, "threat_assessment", reference, request=request)
    context = {
        "threat": threat,
        "assessments": assessments,
        "pair": pair,
        "factors": compare_assessments(*pair) if pair else [],
        "marking": MARKING,
    }
    return render(request, "disruptions/threat_assessment_compare.html", context)


def _chosen(assessments: Sequence[ThreatAssessment], key: str | None, place: int) -> ThreatAssessment | None:
    if key is None:
        return assessments[place] if len(assessments) > place else None
    return next((each for each in assessments if str(each.pk) == key), None)


@require_safe
def scoring_model(request: SignedInRequest) -> HttpResponse:
    """How threats are scored: the present version in full, and the versions before it."""
    versions = list(ScoringModel.objects.visible_to(request.user).usable().select_related("created_by__agency"))
    asked = request.GET.get("version")
    shown = next((each for each in versions if asked in {None, str(each.version)}), None)
    if shown is None:
        if versions:
            raise NotFound
        current_scoring_model()
    context = {
        "shown": shown,
        "versions": versions,
        "review_days": settings.REVIEW_DAYS,
        "may_amend": may_administer_system(request.user),
    }
    return render(request, "disruptions/scoring_model.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def scoring_model_amend(request: SignedInRequest) -> HttpResponse:
    """Add a version of the scoring model; no grade changes by it."""
    require_administer_system(request.user)
    present = current_scoring_model()
    form = ScoringModelForm(posted(request), present.model)
    if request.method == "POST" and form.is_valid():
        try:
            added = add_scoring_model(
                acting_user=request.user, version=_number(request.POST.get("version", "")), **form.values()
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
        else:
            messages.success(request, f"Version {added.version} is in use. What was assessed before keeps its version.")
            return redirect("scoring_model")
    context = {"form": form, "present": present, "errors": form.summary()}
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "disruptions/scoring_model_amend.html", context, status=status)
