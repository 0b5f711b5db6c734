"""The list of disruptions, its filters, and the look-up of lead records."""

from __future__ import annotations

from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agencies import audit
from agencies.models import User
from agencies.refusals import Invalid
from agencies.vocabulary import AuditAction
from disruptions.asked import DISRUPTIONS
from disruptions.filters import DisruptionFilter
from disruptions.models import Disruption
from disruptions.permissions import acts_together, may_record
from disruptions.querysets import DisruptionQuerySet
from disruptions.references import DISRUPTION, read_reference
from disruptions.statistics.behind import BASES, figure_behind
from disruptions.statistics.parameters import records_as_at
from disruptions.views.listing import (
    PAGE_SIZES,
    Group,
    Listing,
    panel,
    read_listing,
    refused,
    sought,
    without_blanks,
)
from disruptions.views.saved_views import opened, view_shown
from disruptions.vocabulary import highest_marking

TEMPLATE: Final = "disruptions/disruption_list.html"
MAIN: Final = ("q", "from", "to", "agency", "role", "level", "status")
GROUPS: Final = (
    Group("Threat", ("threat", "p_grade", "p_grade_then", "threat_area")),
    Group("Region and place", ("region", "rocu", "force_area")),
    Group("What was done", ("strand", "sub_threat", "entry_method", "initiation", "enabler")),
    Group("Outcomes", ("outcome",)),
    Group("Counting", ("counted", "credited", "not_counted", "uk_led", "claimed_level")),
    Group("Supports", ("waiting", "lead")),
)
SORTS: Final = (
    ("-date", "Date, latest first"),
    ("date", "Date, earliest first"),
    ("-recorded", "Recorded, latest first"),
    ("recorded", "Recorded, earliest first"),
    ("agency", "Agency"),
    ("-level", "Level, highest first"),
    ("status", "Status"),
    ("reference", "Reference"),
)
FOUND_AT_MOST: Final = 20


@require_safe
def disruption_list(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    elsewhere = without_blanks(request) or _record_named(request, user)
    if elsewhere is not None:
        return elsewhere
    context: dict[str, Any] = {"groups": GROUPS, "main": MAIN, "sorts": SORTS, "page_sizes": PAGE_SIZES}
    context["may_record"] = may_record(user, user.agency)
    context |= {"view": view_shown(request, user, DISRUPTIONS), "which": DISRUPTIONS}
    filterset = DisruptionFilter(request.GET, Disruption.objects.visible_to(user), reader=user)
    try:
        if (view := opened(request, user, DISRUPTIONS)) is not None:
            return view
        listing = read_listing(request.GET, filterset, sorts=DisruptionQuerySet.SORTS, sort="-date")
        context |= _found(request, user, listing)
    except Invalid as refusal:
        return refused(request, TEMPLATE, refusal, filterset, context)
    context["panel"] = panel(request, filterset, GROUPS, MAIN)
    return render(request, TEMPLATE, context)


def _found(request: HttpRequest, user: User, listing: Listing) -> dict[str, Any]:
    with records_as_at(listing.as_at) as rows:
        found = DisruptionFilter(request.GET, rows.visible_to(user), reader=user).strict().with_grade_then()
        page = listing.page_of(found)
    counted = figure_behind(request.GET, as_at=listing.as_at)
    audit.record(
        AuditAction.SEARCHED,
        "disruption",
        request=request,
        detail={"query": request.GET.urlencode()[:2000], "found": page.paginator.count},
    )
    return {
        "listing": listing,
        "bulk": acts_together(user) if listing.as_at is None else [],
        "page": page,
        "counted": counted,
        "basis": next((name for name in BASES if name in request.GET and request.GET[name] != "no"), None),
        "marking": highest_marking(record.marking for record in page.object_list).value,
    }


def _record_named(request: HttpRequest, user: User) -> HttpResponse | None:
    """Open the record whose reference was typed as the text, where it is one that the person may open."""
    reference = read_reference(request.GET.get("q", ""), DISRUPTION)
    if reference is None or "as_at" in request.GET:
        return None
    if not Disruption.objects.visible_to(user).filter(reference=reference).exists():
        return None
    return HttpResponseRedirect(reverse("disruption_detail", args=[reference]))


@require_safe
def record_search(request: HttpRequest) -> JsonResponse:
    user = cast(User, request.user)
    leads = Disruption.objects.visible_to(user).open_to_support_by(user)
    found = leads.matching(sought(request), reader=user, begun=True).with_related().in_order("-date")[:FOUND_AT_MOST]
    return JsonResponse([{"value": lead.reference, "text": _in_one_line(lead)} for lead in found], safe=False)


def _in_one_line(lead: Disruption) -> str:
    day = f"{lead.occurred_on:%-d %b %Y}" if lead.occurred_on else "no date"
    title = lead.threat.title if lead.threat else "no threat"
    name = f"{lead.operation}, " if lead.operation else ""
    return f"{lead.reference} {name}{title} ({lead.agency.short_name}, {day})"
