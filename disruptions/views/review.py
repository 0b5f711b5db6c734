"""Decide on a record: an approver of its agency, or a moderator."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from agencies import audit
from agencies.constraints import Violation, violation
from agencies.models import Agency, london_date, oic_now
from agencies.refusals import Invalid, Refused, Stale
from agencies.views.requests import SignedInRequest, posted, version_in
from agencies.vocabulary import AuditAction
from disruptions.fields import BY_NAME
from disruptions.forms import APPROVER_CHOICES, ITEM_HINTS, LEVEL_DECISIONS, MODERATOR_CHOICES, REGRADE, ReviewForm
from disruptions.history import decisions_on, versions_open_to
from disruptions.models import Disruption, ModerationCase
from disruptions.permissions import may_approve, may_moderate
from disruptions.references import DISRUPTION, THREAT, read_reference
from disruptions.rules import suggested_level
from disruptions.services import DecisionRow, review_disruptions
from disruptions.services.duplicates import duplicates_of, marking_with
from disruptions.views.record import given_of, read_in_full, record_for
from disruptions.views.references import by_reference
from disruptions.views.sections import Section
from disruptions.views.work_queue import Place, left_words, place_in_queue
from disruptions.vocabulary import Decision, DisruptionRole
from disruptions.wording import value_in_words

OTHERS: Final = 10
"""Past disruptions of the threat that are shown beside the evidence."""
BESIDE: Final = frozenset({"summary", "impact", "level", "extent", "duration", "occurred_on", "operation", "threat"})
"""Fields that claim and evidence show, so that the rest need not repeat them."""


@require_http_methods(["GET", "HEAD", "POST"])
@by_reference(DISRUPTION)
def disruption_review(request: SignedInRequest, reference: str) -> HttpResponse:
    """Approve, return or regrade; uphold, raise, lower or reject."""
    record = record_for(request, reference)
    place = place_in_queue(request, request.user, reference)
    if request.method == "POST" and _is_sent_again(request, record):
        return _next(record, place)
    allowed = _choices_of(request, record)
    if not allowed:
        if place is None or _is_own(request, record):
            raise _refusal(request, record)
        messages.info(request, f"{record.reference} is {record.get_status_display().lower()} now. {_who(record)}")
        return redirect(place.after_decision or place.queue_href)
    form = ReviewForm(posted(request), allowed, agencies=_agencies(request, record, allowed))
    audit.record(AuditAction.VIEWED, "disruption", record.reference, request=request)
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
                messages.success(request, _words(form, record, place))
                return _next(record, place)
    shown, others = read_in_full(request, record), _others(request, record)
    duplicates = duplicates_of(acting_user=request.user, record=record)
    versions = versions_open_to(request.user, record)
    context = {
        **shown,
        "marking": marking_with(record, duplicates.matches),
        "duplicates": duplicates,
        "claim": _claim(record),
        "rest": _without_what_is_beside(shown["sections_shown"]),
        "form": form,
        "errors": form.summary() if form.is_bound else [],
        "changed": changed,
        "version": record.version,
        "reviews": decisions_on(record, acting_user=request.user, versions=versions),
        "others": others[:OTHERS],
        "more_others": len(others) > OTHERS,
        "place": place,
        "given": given_of(request, record),
        "case": _open_case(record) if Decision.UPHELD in allowed else None,
        "shortcuts": request.user.shortcuts,
    }
    return render(request, "disruptions/disruption_review.html", context, status=status)


def _claim(record: Disruption) -> list[dict[str, Any]]:
    """Return what is claimed, each with what it means: the level, extent and duration, and the level they suggest."""
    suggested = suggested_level(record.extent, record.duration)
    claim: list[dict[str, Any]] = [
        {
            "label": "Level claimed",
            "level": record.claimed_level,
            "meaning": ITEM_HINTS["level"].get(record.claimed_level or ""),
        },
        *(
            {
                "label": BY_NAME[name].label,
                "words": value_in_words(BY_NAME[name], record),
                "meaning": ITEM_HINTS[name].get(getattr(record, name) or ""),
            }
            for name in ("extent", "duration")
        ),
    ]
    if suggested is not None:
        agrees = "The claim is the same." if suggested == record.claimed_level else "The claim is another."
        claim.append({"label": "These suggest", "level": suggested.value, "meaning": agrees})
    return claim


def _without_what_is_beside(sections: Sequence[Section]) -> list[Section]:
    """Return the sections without the fields that claim and evidence show."""
    rest = [Section(each.step, [row for row in each.rows if row.field.name not in BESIDE]) for each in sections]
    return [section for section in rest if section.rows]


def _choices_of(request: SignedInRequest, record: Disruption) -> tuple[str, ...]:
    """Return the decisions that the person may make, each once."""
    user = request.user
    choices: tuple[str, ...] = APPROVER_CHOICES if may_approve(user, record) else ()
    if may_moderate(user, record):
        choices += MODERATOR_CHOICES
    if record.role != DisruptionRole.LEAD:
        choices = tuple(choice for choice in choices if choice != Decision.LEAD_CHANGED)
    return tuple(dict.fromkeys(choices))


def _is_sent_again(request: SignedInRequest, record: Disruption) -> bool:
    """Say whether the person decided on just this version already: a second press, or a page sent again."""
    version = version_in(request)
    return version is not None and record.reviews.filter(version=version + 1, decided_by=request.user).exists()


def _is_own(request: SignedInRequest, record: Disruption) -> bool:
    return request.user.pk in {record.recorded_by_id, record.submitted_by_id}


def _refusal(request: SignedInRequest, record: Disruption) -> Refused:
    """Return why the person decides nothing here, and who does."""
    if _is_own(request, record):
        return Refused(
            "review_not_by_author",
            f"You recorded or submitted {record.reference}, so somebody else must decide on it. "
            f"Ask another approver of {record.agency.name}.",
        )
    return Refused(
        "may_not_decide",
        f"{record.reference} is {record.get_status_display().lower()}. An approver of {record.agency.name} decides on "
        "a submitted record, and a moderator who never approved it on a submitted or approved one.",
    )


def _who(record: Disruption) -> str:
    return f"{record.changed_by.name} changed it last. Nothing is left to decide here."


def _agencies(request: SignedInRequest, record: Disruption, allowed: Collection[str]) -> list[tuple[str, str]]:
    if Decision.LEAD_CHANGED not in allowed:
        return []
    active = Agency.objects.visible_to(request.user).active_on(london_date(oic_now()))
    return [each for each in active.values_list("code", "name") if each[0] != record.agency.code]


def _next(record: Disruption, place: Place | None) -> HttpResponse:
    if place is None:
        return redirect("disruption_detail", record.reference)
    return redirect(place.after_decision or reverse(place.queue.route))


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
        lead_agency=sent["lead_agency"] or None,
    )


def _words(form: ReviewForm, record: Disruption, place: Place | None) -> str:
    chosen = form.cleaned_data["decision"]
    done = {
        Decision.APPROVE.value: "is approved",
        REGRADE: "is approved at another level",
        Decision.RETURN.value: "is sent back to its author",
        Decision.NOT_A_DISRUPTION.value: "is rejected",
        Decision.DUPLICATE.value: "is rejected as a duplicate",
        Decision.UPHELD.value: "is upheld",
        Decision.RAISED.value: "is raised",
        Decision.LOWERED.value: "is lowered",
        Decision.THREAT_CHANGED.value: "has another threat",
        Decision.LEAD_CHANGED.value: "has another lead agency, which decides on it next",
    }
    words = f"{record.reference} {done[chosen]}."
    return f"{words} {left_words(place.left)}" if place else words


def _others(request: SignedInRequest, record: Disruption) -> list[Disruption]:
    """Return the latest counted records of the same threat that the person may open, and one more than is shown."""
    if record.threat_id is None:
        return []
    seen = Disruption.objects.visible_to(request.user).counted().filter(threat_id=record.threat_id)
    return list(seen.exclude(pk=record.pk).select_related("agency")[: OTHERS + 1])


def _open_case(record: Disruption) -> ModerationCase | None:
    return record.moderation_cases.filter(review=None).select_related("chosen_by").first()
