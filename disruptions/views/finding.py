"""The list of disruptions, its filters, and the look-up of lead records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies import audit
from agencies.models import User
from agencies.refusals import Invalid
from agencies.vocabulary import AuditAction
from disruptions.asked import DISRUPTIONS, NOUNS
from disruptions.columns import COLUMNS, DEFAULT_COLUMNS, say_of_threats, with_columns
from disruptions.filters import DisruptionFilter
from disruptions.filters.words import corrections_in_words
from disruptions.models import Disruption
from disruptions.permissions import acts_together, may_record
from disruptions.querysets import DisruptionQuerySet
from disruptions.references import DISRUPTION, read_reference
from disruptions.statistics.behind import BASES, FIGURE_TO, figure_behind
from disruptions.statistics.parameters import records_as_at
from disruptions.text_search import SHOWN_IN, Match, match_in
from disruptions.views.listing import (
    COMPACT,
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
from disruptions.views.search import address_named
from disruptions.vocabulary import MASTER_LIST_MARKING, Marking, highest_marking

TEMPLATE: Final = "disruptions/disruption_list.html"
MAIN: Final = ("q", "from", "to", "agency", "role", "level", "status")
GROUPS: Final = (
    Group(
        "Threat",
        (
            "threat",
            "ocg",
            "p_grade",
            "p_grade_then",
            "threat_area",
            "threat_other_area",
            "threat_kind",
            "threat_sub_threat",
            "pnd_tier",
            "threat_status",
            "threat_review",
            "threat_next_review",
            "threat_lead_agency",
        ),
    ),
    Group("Agency and place", ("region", "rocu", "agency_kind", "statistics_group", "force_area", "country")),
    Group(
        "What was done",
        (
            "operation",
            "operation__contains",
            "strand",
            "sub_threat",
            "entry_method",
            "initiation",
            "enabler",
            "extent",
            "duration",
            "msht_indicators",
            "safeguarding_referral",
        ),
    ),
    Group("Outcomes", ("outcome", "outcome_count", "outcome_value")),
    Group("Counting", ("counted", "credited", "not_counted", "uk_led", "claimed_level")),
    Group("Leads and supports", ("lead", "lead_agency", "supported", "waiting")),
    Group(
        "Recording",
        (
            "recorded_on",
            "lag",
            "source_recorded_on",
            "submitted_on",
            "approved_on",
            "changed_on",
            "recorded_by",
            "channel",
            "agency_reference",
            "oic_identifier_code",
            "assigned_to",
            "upload",
        ),
    ),
    Group("Marking and sharing", ("marking", "sharing", "sandbox")),
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
BEST_FIRST: Final = ("relevance", "Best match first")
FOUND_AT_MOST: Final = 20

WRITTEN_OUT: Final = {
    "reference": "Reference",
    "date": "Date",
    "agency": "Agency",
    "level": "Level",
    "threat": "Threat",
    "summary": "What happened",
}
"""Columns whose cells the page writes itself, with more in them than a file has; and their headings."""


@require_safe
def disruption_list(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    elsewhere = without_blanks(request) or _record_named(request, user)
    if elsewhere is not None:
        return elsewhere
    searched = "q" in request.GET
    context: dict[str, Any] = {"groups": GROUPS, "main": MAIN, "page_sizes": PAGE_SIZES}
    context["sorts"] = (BEST_FIRST, *SORTS) if searched else SORTS
    context["may_record"] = may_record(user, user.agency)
    context |= {"view": view_shown(request, user, DISRUPTIONS), "which": DISRUPTIONS}
    filterset = DisruptionFilter(request.GET, Disruption.objects.visible_to(user), reader=user)
    try:
        if (view := opened(request, user, DISRUPTIONS)) is not None:
            return view
        sort = "relevance" if searched else "-date"
        listing = read_listing(request.GET, filterset, sorts=DisruptionQuerySet.SORTS, sort=sort, columns=COLUMNS)
        context |= _found(request, user, listing)
    except Invalid as refusal:
        return refused(request, TEMPLATE, refusal, filterset, context)
    context["panel"] = panel(request, filterset, GROUPS, MAIN)
    return render(request, TEMPLATE, context)


def _found(request: HttpRequest, user: User, listing: Listing) -> dict[str, Any]:
    names = listing.columns or DEFAULT_COLUMNS
    plain = [name for name in names if name not in WRITTEN_OUT]

    def dressed(rows: Any) -> Any:
        with_grade = rows.with_grade_then() if "threat" in names and "p_grade_then" not in plain else rows
        return with_columns(with_grade, plain, reader=user) if plain else with_grade

    with records_as_at(listing.as_at) as rows:
        found = DisruptionFilter(request.GET, rows.visible_to(user), reader=user, on=listing.as_at).strict()
        page = listing.page_of(found, dressed=dressed)
    counted = figure_behind(request.GET, as_at=listing.as_at, at_most=FIGURE_TO)
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
        "columns": [COLUMNS[name] for name in names],
        "written_out": WRITTEN_OUT,
        "compact": listing.density == COMPACT,
        "matches": {record.pk: _match(record) for record in page.object_list},
        "corrections": corrections_in_words(found, NOUNS[DISRUPTIONS]),
        "counted": counted if counted is None else min(counted, FIGURE_TO),
        "counted_more": counted is not None and counted > FIGURE_TO,
        "basis": next((name for name in BASES if name in request.GET and request.GET[name] != "no"), None),
        "marking": _marking(list(page.object_list), names).value,
    }


def _marking(records: Sequence[Disruption], names: Sequence[str]) -> Marking:
    """Return the highest marking of what the page shows, as a file of it has: threats have none of their own."""
    about_threats = say_of_threats(names) and any(record.threat_id is not None for record in records)
    return highest_marking([*(record.marking for record in records), *([MASTER_LIST_MARKING] if about_threats else [])])


def _match(record: Disruption) -> Match | None:
    return match_in((words, getattr(record, f"marked_{name}", None)) for name, words in SHOWN_IN)


def _record_named(request: HttpRequest, user: User) -> HttpResponse | None:
    """Open the record whose reference was typed as the text, where it is one that the person may open.

    An agency's own reference opens its record where nothing else is asked for; beside filters it narrows the list.
    """
    text = sought(request).strip()
    alone = request.GET.keys() == {"q"}
    if not text or "as_at" in request.GET or not (alone or read_reference(text, DISRUPTION)):
        return None
    if read_reference(text) is not None and not read_reference(text, DISRUPTION):
        return None
    address = address_named(user, text)
    return HttpResponseRedirect(address) if address else None


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
