"""The SOC master list: threats and groups, and the look-up of threats."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agencies import audit
from agencies.models import User, london_date, oic_now
from agencies.refusals import Invalid
from agencies.vocabulary import AuditAction
from disruptions.asked import THREATS
from disruptions.filters import OCGFilter, ThreatFilter
from disruptions.filters.strict import shown
from disruptions.filters.words import corrections_in_words
from disruptions.models import OCG, Disruption, Membership, SOCThreat
from disruptions.permissions import may_answer_threat_hand_over, may_assess, may_end_escalation, may_manage_membership
from disruptions.querysets import OCGQuerySet, SOCThreatQuerySet
from disruptions.references import OCG as OCG_LETTER
from disruptions.references import THREAT, read_reference
from disruptions.review_cycle import flags_of
from disruptions.since import history_of
from disruptions.statistics.behind import standing_by_level
from disruptions.statistics.parameters import threats_as_at
from disruptions.views.entries import entry_actions, keeps_list, open_offer
from disruptions.views.listing import PAGE_SIZES, Group, panel, read_listing, refused, sought, without_blanks
from disruptions.views.saved_views import opened, view_shown
from disruptions.views.threat_page import threat_picture
from disruptions.vocabulary import (
    ACCEPTING_STATUSES,
    MASTER_LIST_MARKING,
    Enabler,
    EntryMethod,
    OicSubThreat,
    ThreatArea,
    highest_marking,
)

LATEST: Final = 10
FOUND_AT_MOST: Final = 20
LISTS: Final = {THREAT: ("threat_list", "SOC threats"), OCG_LETTER: ("ocg_list", "Organised crime groups")}
NOUNS: Final = {THREAT: "threat", OCG_LETTER: "organised crime group"}

THREAT_LIST: Final = "disruptions/threat_list.html"
THREAT_MAIN: Final = ("q", "kind", "p_grade", "review", "lead_agency")
THREAT_GROUPS: Final = (
    Group("Threat areas", ("primary_area", "area", "other_area", "sub_threat")),
    Group("Methods and enablers", ("entry_method", "enabler")),
    Group("PND tier of the OCG", ("pnd_tier",)),
    Group("Review and escalation", ("next_review", "escalated")),
    Group("Disruptions", ("disrupted",)),
    Group("Status", ("status", "listed_on")),
)
THREAT_SORTS: Final = (
    ("p_grade", "P grade, highest first"),
    ("review", "Next review, earliest first"),
    ("title", "Title"),
    ("reference", "Reference"),
    ("kind", "Kind"),
    ("lead_agency", "Lead agency"),
    ("status", "Status"),
)
OCG_LIST: Final = "disruptions/ocg_list.html"
OCG_MAIN: Final = ("q", "pnd_tier", "lead_agency", "status")
OCG_SORTS: Final = (
    ("name", "Name"),
    ("pnd_tier", "PND tier"),
    ("reference", "Reference"),
    ("lead_agency", "Lead agency"),
    ("status", "Status"),
)


@require_safe
def threat_list(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    elsewhere = without_blanks(request) or _named(request, SOCThreat.objects.visible_to(user), THREAT, "threat_detail")
    if elsewhere is not None:
        return elsewhere
    context: dict[str, Any] = {"groups": THREAT_GROUPS, "main": THREAT_MAIN, "sorts": THREAT_SORTS}
    context["may_add"] = keeps_list(user)
    context |= {"view": view_shown(request, user, THREATS), "which": THREATS}
    context |= {"page_sizes": PAGE_SIZES, "marking": MASTER_LIST_MARKING.value}
    filterset = ThreatFilter(request.GET, SOCThreat.objects.visible_to(user), reader=user)
    try:
        if (view := opened(request, user, THREATS)) is not None:
            return view
        listing = read_listing(request.GET, filterset, sorts=SOCThreatQuerySet.SORTS, sort="p_grade")
        day = listing.as_at or london_date(oic_now())
        with threats_as_at(listing.as_at) as rows:
            found = ThreatFilter(request.GET, rows.visible_to(user), reader=user, on=day).strict()
            context |= {"page": listing.page_of(found), "listing": listing, "day": day}
            context["corrections"] = corrections_in_words(found, "threat")
    except Invalid as refusal:
        return refused(request, THREAT_LIST, refusal, filterset, context)
    _log_search(request, "soc_threat", context)
    context["panel"] = panel(request, filterset, THREAT_GROUPS, THREAT_MAIN)
    return render(request, THREAT_LIST, context)


@require_safe
def threat_detail(request: HttpRequest, reference: str) -> HttpResponse:
    user = cast(User, request.user)
    known = _known(request, reference, THREAT, "threat_detail")
    if isinstance(known, HttpResponse):
        return known
    threat = SOCThreat.objects.visible_to(user).with_related().with_last_change().filter(reference=known).first()
    if threat is None:
        return _not_found(request, THREAT, reference)
    against = Disruption.objects.visible_to(user).filter(threat=threat)
    latest = list(against.with_related().in_order("-date")[: LATEST + 1])
    audit.record(AuditAction.VIEWED, "soc_threat", threat.reference, request=request)
    today = london_date(oic_now())
    assessments = list(threat.assessments.with_related())
    picture = threat_picture(threat, user=user, against=against, assessments=assessments, today=today)
    context = {
        **picture,
        "threat": threat,
        "accepting": threat.status in ACCEPTING_STATUSES,
        "other_areas": [ThreatArea(area).label for area in threat.other_areas],
        "sub_threats": [OicSubThreat(sub_threat).label for sub_threat in threat.sub_threats],
        "methods": [EntryMethod(method).label for method in threat.methods],
        "enablers": [Enabler(enabler).label for enabler in threat.enablers],
        "assessments": assessments,
        "flags": flags_of([threat.pk], reader=user, day=today).get(threat.pk, []),
        "may_assess": may_assess(user, threat),
        "may_end_escalation": may_end_escalation(user, threat),
        "latest": latest[:LATEST],
        "more": len(latest) > LATEST,
        "levels": standing_by_level(against),
        "history": history_of(threat),
        "today": today,
        **_keeping(user, threat),
        "marking": highest_marking(
            [MASTER_LIST_MARKING, picture["picture_marking"], *(record.marking for record in latest[:LATEST])]
        ).value,
    }
    return render(request, "disruptions/threat_detail.html", context)


@require_safe
def threat_search(request: HttpRequest) -> JsonResponse:
    threats = SOCThreat.objects.visible_to(cast(User, request.user)).accepting()
    found = threats.matching(sought(request), begun=True).with_related().in_order("p_grade")[:FOUND_AT_MOST]
    return JsonResponse([{"value": threat.reference, "text": _in_one_line(threat)} for threat in found], safe=False)


@require_safe
def ocg_list(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    elsewhere = without_blanks(request) or _named(request, OCG.objects.visible_to(user), OCG_LETTER, "ocg_detail")
    if elsewhere is not None:
        return elsewhere
    context: dict[str, Any] = {"groups": (), "main": OCG_MAIN, "sorts": OCG_SORTS, "may_add": keeps_list(user)}
    context |= {"page_sizes": PAGE_SIZES, "marking": MASTER_LIST_MARKING.value}
    filterset = OCGFilter(request.GET, OCG.objects.visible_to(user))
    try:
        listing = read_listing(request.GET, filterset, sorts=OCGQuerySet.SORTS, sort="name", as_at=False)
        found = filterset.strict()
        context |= {"page": listing.page_of(found), "listing": listing}
        context["corrections"] = corrections_in_words(found, "group")
    except Invalid as refusal:
        return refused(request, OCG_LIST, refusal, filterset, context)
    _log_search(request, "ocg", context)
    context["panel"] = panel(request, filterset, (), OCG_MAIN)
    return render(request, OCG_LIST, context)


@require_safe
def ocg_detail(request: HttpRequest, reference: str) -> HttpResponse:
    known = _known(request, reference, OCG_LETTER, "ocg_detail")
    if isinstance(known, HttpResponse):
        return known
    user = cast(User, request.user)
    ocg = OCG.objects.visible_to(user).with_related().with_last_change().filter(reference=known).first()
    if ocg is None:
        return _not_found(request, OCG_LETTER, reference)
    audit.record(AuditAction.VIEWED, "ocg", ocg.reference, request=request)
    memberships = Membership.objects.visible_to(user).of_ocg(ocg)
    context = {
        "ocg": ocg,
        "threat": getattr(ocg, "threat", None),
        "memberships": memberships,
        "history": history_of(ocg),
        "may_end": [each.pk for each in memberships if may_manage_membership(user, each.threat, ocg)],
        "marking": MASTER_LIST_MARKING.value,
        **_keeping(user, ocg),
    }
    return render(request, "disruptions/ocg_detail.html", context)


def _keeping(user: User, entry: OCG | SOCThreat) -> dict[str, Any]:
    """Return what a page offers to those who keep the list."""
    offer = open_offer(entry)
    return {
        "actions": entry_actions(user, entry),
        "offer": offer,
        "may_answer_offer": offer is not None and may_answer_threat_hand_over(user, offer),
    }


def _known(request: HttpRequest, reference: str, kind: str, page: str) -> str | HttpResponse:
    """Return a reference in its stored form, or the answer where it is mistyped (404) or written another way."""
    known = read_reference(reference, kind)
    if known is None:
        return _not_found(request, kind, reference, mistyped=True)
    return known if known == reference else HttpResponseRedirect(reverse(page, args=[known]))


def _not_found(request: HttpRequest, kind: str, reference: str, *, mistyped: bool = False) -> HttpResponse:
    page, words = LISTS[kind]
    context = {
        "noun": NOUNS[kind],
        "reference": shown(reference),
        "example": f"{kind}-7KQ2-M4XH",
        "mistyped": mistyped,
        "list_href": reverse(page),
        "list_text": words,
    }
    return render(request, "disruptions/threat_detail_not_found.html", context, status=HTTPStatus.NOT_FOUND)


def _named(request: HttpRequest, rows: Any, kind: str, page: str) -> HttpResponse | None:
    """Open the page of what was named by its reference as the text, where there is such a thing."""
    reference = read_reference(request.GET.get("q", ""), kind)
    if reference is None or "as_at" in request.GET or not rows.filter(reference=reference).exists():
        return None
    return HttpResponseRedirect(reverse(page, args=[reference]))


def _log_search(request: HttpRequest, subject: str, context: dict[str, Any]) -> None:
    detail = {"query": request.GET.urlencode()[:2000], "found": context["page"].paginator.count}
    audit.record(AuditAction.SEARCHED, subject, request=request, detail=detail)


def _in_one_line(threat: SOCThreat) -> str:
    return f"{threat.reference} {threat.title} ({threat.p_grade or 'not graded'}, {threat.lead_agency.name})"
