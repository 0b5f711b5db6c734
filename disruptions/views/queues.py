"""The pages of work that waits: an approver's queue, approving several minors together, a moderator's queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import User, oic_now
from agencies.paging import page_of
from agencies.refusals import Invalid, NotFound, Refused, Stale
from agencies.views.requests import SignedInRequest
from disruptions.models import Disruption
from disruptions.permissions import may_approve
from disruptions.references import DISRUPTION, read_reference
from disruptions.services import approve_together
from disruptions.views.listing import without_blanks
from disruptions.views.work_queue import MODERATION, REVIEW, Queue, left_words
from disruptions.vocabulary import Level, highest_marking
from disruptions.wording import waited

PAGE_SIZE: Final = 25
TOGETHER: Final = 100
"""Records approved together: as many as somebody reads through on one page."""


@require_safe
def review_queue(request: SignedInRequest) -> HttpResponse:
    """What waits for an approver's decision, the longest waiting first."""
    return _queue_page(request, REVIEW, "disruptions/review_queue.html")


@require_safe
def moderation_queue(request: SignedInRequest) -> HttpResponse:
    """What waits for a moderator: majors first, then the sample, the longest waiting first."""
    return _queue_page(request, MODERATION, "disruptions/moderation_queue.html")


def _queue_page(request: SignedInRequest, queue: Queue, template: str) -> HttpResponse:
    queue.require(request.user)
    if (shorter := without_blanks(request)) is not None:
        return shorter
    filters = queue.filter_of(request.GET, request.user)
    errors, status = [], HTTPStatus.OK
    try:
        rows = filters.strict()
    except Invalid as refusal:
        errors = [{"text": each.message, "href": _target(each.field, queue)} for each in refusal.violations]
        rows, status = filters.queryset.none(), HTTPStatus.BAD_REQUEST
    shown = rows.with_related().select_related("recorded_by").with_duplicates_set_aside()
    page = page_of(request, shown, size=PAGE_SIZE)
    now = oic_now()
    records = [
        (record, waited(getattr(record, "waiting_since", None) or record.case_opened_at, now))
        for record in page.object_list
    ]
    context = {
        "page": page,
        "records": records,
        "errors": errors,
        "filters": filters,
        "levels": request.GET.getlist("level"),
        "chosen": request.GET.get(queue.by, ""),
        "narrowed": bool(set(request.GET) - {"page"}),
        "query": queue.query_of(request.GET),
        "marking": highest_marking(record.marking for record, _ in records).value,
        "shortcuts": request.user.shortcuts,
    }
    return render(request, template, context, status=status)


def _target(name: str, queue: Queue) -> str:
    return f"#{name}" if name in {"level", queue.by} else "#filters"


# ----------------------------------------------------------------------------------------------------- several together


@dataclass(slots=True)
class Chosen:
    """The records that somebody chose, by what can be done with each; each is of the version that they saw."""

    ready: list[Disruption] = field(default_factory=list)
    changed: list[Disruption] = field(default_factory=list)
    not_minor: list[Disruption] = field(default_factory=list)
    not_theirs: list[Disruption] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        """How many are not approved with the others."""
        return len(self.changed) + len(self.not_minor) + len(self.not_theirs)


@require_http_methods(["GET", "HEAD", "POST"])
def review_bulk_approve(request: SignedInRequest) -> HttpResponse:
    """Approve several minor disruptions: shown as they are, then approved all or none."""
    REVIEW.require(request.user)
    versions = _chosen_in(request)
    status, errors = HTTPStatus.OK, []
    if not versions:
        messages.error(request, "No record was chosen. Tick the minor disruptions that you want to approve.")
        return redirect("review_queue")
    if request.method == "POST":
        if _are_sent_again(request.user, versions):
            return redirect("review_queue")
        try:
            reviews = approve_together(acting_user=request.user, versions=versions)
        except Invalid as refusal:
            errors = [{"text": each.message, "href": "#left-out"} for each in refusal.violations]
            status = HTTPStatus.BAD_REQUEST
        except (NotFound, Refused, Stale):
            text = "Nothing was approved, because a record was changed or decided on meanwhile. Look at the list again."
            errors, status = [{"text": text, "href": "#left-out"}], HTTPStatus.CONFLICT
        else:
            left = REVIEW.filter_of(request.GET, request.user).queryset.count()
            messages.success(request, _done(len(reviews), left))
            return redirect("review_queue")
    chosen = _sorted_out(request.user, versions)
    shown = [*chosen.ready, *chosen.changed, *chosen.not_minor, *chosen.not_theirs]
    context = {
        "chosen": chosen,
        "errors": errors,
        "unknown": len(versions) - len(shown),
        "marking": highest_marking(record.marking for record in shown).value,
    }
    return render(request, "disruptions/review_bulk_approve.html", context, status=status)


def _chosen_in(request: HttpRequest) -> dict[str, int]:
    """Return the references that were chosen, each with the version that the page showed; anything else is left out."""
    sent = request.POST if request.method == "POST" else request.GET
    versions = {}
    for each in sent.getlist("chosen")[:TOGETHER]:
        text, _, version = each.partition(":")
        reference = read_reference(text, DISRUPTION)
        if reference and version.isascii() and version.isdecimal() and len(version) < 10:
            versions[reference] = int(version)
    return versions


def _are_sent_again(user: User, versions: dict[str, int]) -> bool:
    """Say whether the person approved just these versions already: a second press, or a page sent again."""
    approved = Disruption.objects.visible_to(user).filter(reference__in=list(versions), approved_by=user)
    made = {reference: version + 1 for reference, version in versions.items()}
    return made == dict(approved.values_list("reference", "version"))


def _sorted_out(user: User, versions: dict[str, int]) -> Chosen:
    chosen = Chosen()
    seen = Disruption.objects.visible_to(user).filter(reference__in=list(versions))
    by_reference = {record.reference: record for record in seen.with_related().select_related("changed_by")}
    for reference, version in versions.items():
        record = by_reference.get(reference)
        if record is None:
            continue
        if not may_approve(user, record):
            chosen.not_theirs.append(record)
        elif record.version != version:
            chosen.changed.append(record)
        elif record.level != Level.MINOR:
            chosen.not_minor.append(record)
        else:
            chosen.ready.append(record)
    return chosen


def _done(approved: int, left: int) -> str:
    records = "1 record is" if approved == 1 else f"{approved:,} records are"
    return f"{records} approved. {left_words(left)}"
