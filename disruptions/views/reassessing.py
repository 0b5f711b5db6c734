"""The review cycle: the reassessment queue, planning reviews together, escalating a threat."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agencies import audit
from agencies.models import User, london_date, oic_now
from agencies.permissions import holds_role
from agencies.refusals import Invalid, NotFound, Refused, Stale
from agencies.views.requests import SignedInRequest, posted, version_in
from agencies.vocabulary import AuditAction, Role
from disruptions.assessment_forms import EndEscalationForm, EscalateForm, PlanReviewsForm
from disruptions.filters import ReassessmentFilter
from disruptions.models import SOCThreat
from disruptions.permissions import may_assess, may_end_escalation, require_assess
from disruptions.querysets import SOCThreatQuerySet
from disruptions.references import THREAT, read_reference
from disruptions.review_cycle import FLAG_WORDS, escalation_of, flags_of, review_counts, state_of
from disruptions.services import end_escalation, escalate_threat, plan_reviews
from disruptions.views.assessing import MARKING, threat_for
from disruptions.views.listing import PAGE_SIZES, Group, panel, read_listing, refused, without_blanks
from disruptions.views.references import by_reference
from disruptions.vocabulary import ReviewFlag
from disruptions.wording import day_in_words

QUEUE: Final = "disruptions/reassessment_queue.html"
MAIN: Final = ("state", "flag", "p_grade", "whose")
GROUPS: Final = (Group("Planned and escalated", ("planned", "escalated")), Group("Lead agency", ("lead_agency",)))
SORTS: Final = (
    ("review", "Next review, longest overdue first"),
    ("p_grade", "P grade, highest first"),
    ("title", "Title"),
    ("lead_agency", "Lead agency"),
)
TOGETHER: Final = 100
"""Reviews planned together: as many as one page of the queue holds."""


@require_safe
def reassessment_queue(request: SignedInRequest) -> HttpResponse:
    """Threats to review: overdue, due soon and never assessed, or with a flag; the longest overdue first."""
    if (shorter := without_blanks(request)) is not None:
        return shorter
    today = london_date(oic_now())
    seen = SOCThreat.objects.visible_to(request.user)
    filterset = ReassessmentFilter(request.GET, seen, reader=request.user, on=today)
    context: dict[str, Any] = {"groups": GROUPS, "main": MAIN, "sorts": SORTS, "page_sizes": PAGE_SIZES}
    context |= {"marking": MARKING, "today": today, "flags": [(flag.label, FLAG_WORDS[flag]) for flag in ReviewFlag]}
    context["manages"] = holds_role(request.user, Role.THREAT_MANAGER)
    try:
        listing = read_listing(request.GET, filterset, sorts=SOCThreatQuerySet.SORTS, sort="review", as_at=False)
        page = listing.page_of(filterset.strict())
    except Invalid as refusal:
        return refused(request, QUEUE, refusal, filterset, context)
    found = flags_of([threat.pk for threat in page.object_list], reader=request.user, day=today)
    context |= {
        "page": page,
        "listing": listing,
        "panel": panel(request, filterset, GROUPS, MAIN),
        "counts": review_counts(filterset.theirs(seen), today),
        "rows": [
            (threat, state_of(threat, today), found.get(threat.pk, []), may_assess(request.user, threat))
            for threat in page.object_list
        ],
    }
    context["choosing"] = any(may for *_, may in context["rows"])
    detail = {"query": request.GET.urlencode()[:2000], "found": page.paginator.count}
    audit.record(AuditAction.SEARCHED, "soc_threat", request=request, detail=detail)
    return render(request, QUEUE, context)


# ----------------------------------------------------------------------------------------------------- several together


@dataclass(slots=True)
class Chosen:
    """The threats that somebody chose: those whose review they may plan, and those that changed or are not theirs."""

    ready: list[SOCThreat] = field(default_factory=list)
    changed: list[SOCThreat] = field(default_factory=list)
    not_theirs: list[SOCThreat] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
def reassessment_plan(request: SignedInRequest) -> HttpResponse:
    """Plan the review of the threats that were chosen, for one day; all or none."""
    if not holds_role(request.user, Role.THREAT_MANAGER):
        raise Refused(
            "may_not_manage_threats",
            f"Reviews are planned by threat managers. Ask an administrator of {request.user.agency.name}.",
        )
    versions = _chosen_in(request)
    if not versions:
        messages.error(request, "No threat was chosen. Tick those whose review you want to plan.")
        return redirect("reassessment_queue")
    form = PlanReviewsForm(posted(request))
    errors: list[dict[str, Any]] = []
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            planned = plan_reviews(
                acting_user=request.user, versions=versions, planned_on=form.cleaned_data["planned_on"]
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
        except (NotFound, Refused, Stale):
            text = "Nothing was planned, because a threat has changed meanwhile or is not yours. Look again."
            errors, status = [{"text": text, "href": "#left-out"}], HTTPStatus.CONFLICT
        else:
            messages.success(request, _planned(planned))
            return redirect("reassessment_queue")
    if form.errors:
        errors, status = form.summary(), HTTPStatus.BAD_REQUEST
    chosen = _sorted_out(request.user, versions)
    context = {"chosen": chosen, "form": form, "errors": errors, "marking": MARKING, "today": london_date(oic_now())}
    return render(request, "disruptions/reassessment_plan.html", context, status=status)


def _chosen_in(request: HttpRequest) -> dict[str, int]:
    sent = request.POST if request.method == "POST" else request.GET
    versions = {}
    for each in sent.getlist("chosen")[:TOGETHER]:
        text, _, version = each.partition(":")
        reference = read_reference(text, THREAT)
        if reference and version.isascii() and version.isdecimal() and len(version) < 10:
            versions[reference] = int(version)
    return versions


def _sorted_out(user: User, versions: dict[str, int]) -> Chosen:
    chosen = Chosen()
    seen = SOCThreat.objects.visible_to(user).filter(reference__in=list(versions)).with_related()
    for threat in seen.in_order("review"):
        if not may_assess(user, threat):
            chosen.not_theirs.append(threat)
        elif threat.version != versions[threat.reference]:
            chosen.changed.append(threat)
        else:
            chosen.ready.append(threat)
    return chosen


def _planned(threats: list[SOCThreat]) -> str:
    day = day_in_words(threats[0].review_planned_on)
    what = f"The review of {threats[0].reference}" if len(threats) == 1 else f"{len(threats):,} reviews"
    return f"{what} {'is' if len(threats) == 1 else 'are'} planned for {day}."


# ----------------------------------------------------------------------------------------------------------- escalating


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(THREAT)
def threat_escalate(request: SignedInRequest, reference: str) -> HttpResponse:
    """Escalate a threat to the regional unit or the NCA; or say what was decided, which ends it."""
    threat = threat_for(request, reference)
    if not may_end_escalation(request.user, threat):
        require_assess(request.user, threat)
    ending = request.method == "POST" and request.POST.get("action") == "end"
    form = EscalateForm(posted(request) if not ending else None, threat)
    end = EndEscalationForm(posted(request) if ending else None)
    changed = False
    if request.method == "POST" and (end if ending else form).is_valid():
        try:
            if ending:
                values = {"answer": end.cleaned_data["answer"], "version": version_in(request)}
                end_escalation(acting_user=request.user, reference=reference, **values)
                words = f"The escalation of {reference} is ended. Its managers read your answer."
            else:
                values = {**form.cleaned_data, "version": version_in(request)}
                made = escalate_threat(acting_user=request.user, reference=reference, **values)
                words = f"{reference} is escalated to the {made.get_escalated_to_display()}."
        except Invalid as refusal:
            (end if ending else form).refuse(refusal.violations)
        except Stale:
            changed, threat = True, threat_for(request, reference)
        else:
            messages.success(request, words)
            return redirect("threat_detail", reference)
    errors = end.summary() if ending else form.summary()
    context = {
        "threat": threat,
        "call": escalation_of(threat),
        "form": form if may_assess(request.user, threat) else None,
        "end": end,
        "errors": errors,
        "changed": changed,
        "marking": MARKING,
    }
    status = HTTPStatus.CONFLICT if changed else HTTPStatus.BAD_REQUEST if errors else HTTPStatus.OK
    return render(request, "disruptions/threat_escalate.html", context, status=status)
