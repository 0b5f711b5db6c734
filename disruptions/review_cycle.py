"""Where the review of each threat stands, and what makes it worth another look. Conditions for queries, and one reader.

Flags come from the standing lead records that the reader may open: two readers may see other flags, and nobody learns
of a record by one. The days are the same for every grade; the intervals between reviews are a setting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When

from agencies.models import User
from disruptions.models import Disruption, SOCThreat, SOCThreatEvent, ThreatAssessment
from disruptions.vocabulary import Change, PriorityGrade, ReviewFlag, ReviewState
from disruptions.work import REVIEW_AHEAD

HALF_A_YEAR: Final = timedelta(days=182)
A_YEAR: Final = timedelta(days=365)
SETTLED: Final = timedelta(days=28)
"""An assessment that is younger has had no time for anything new."""
RISES_FROM: Final = 3
"""Fewer disruptions in half a year are no rise, however few came before."""
LOW_GRADES: Final = (PriorityGrade.P3, PriorityGrade.P4)

FLAG_WORDS: Final = {
    ReviewFlag.QUIET: "Graded P3 or P4, and no disruption in the last 182 days.",
    ReviewFlag.NOTHING_NEW: "No disruption was recorded since it was last assessed, more than 28 days ago.",
    ReviewFlag.UNGRADED: "A disruption in the last 365 days, and no grade.",
    ReviewFlag.RISING: "At least 3 disruptions in the last 182 days, more than in the 182 days before, and the grade "
    "has not changed in that time.",
}
"""What each flag means, in the words of the page; ``flag_condition`` is the same in SQL."""


def state_condition(state: str, day: date) -> Q:
    """Return the condition that a threat's review stands so on a day."""
    until = day + REVIEW_AHEAD
    return {
        ReviewState.OVERDUE: Q(next_review_on__lt=day),
        ReviewState.DUE: Q(next_review_on__gte=day, next_review_on__lte=until),
        ReviewState.NEVER: Q(assessment__isnull=True),
        ReviewState.LATER: Q(next_review_on__gt=until),
    }[ReviewState(state)]


def state_of(threat: SOCThreat, day: date) -> ReviewState:
    """Return where a threat's review stands on a day; the same as ``state_condition``."""
    if threat.assessment_id is None or threat.next_review_on is None:
        return ReviewState.NEVER
    if threat.next_review_on < day:
        return ReviewState.OVERDUE
    return ReviewState.DUE if threat.next_review_on <= day + REVIEW_AHEAD else ReviewState.LATER


def any_state(states: Iterable[str], day: date) -> Q:
    """Return the condition that a review stands in any of these ways."""
    return _any(state_condition(state, day) for state in states)


def any_flag(flags: Iterable[str], day: date, reader: User) -> Q:
    """Return the condition that a threat has any of these flags, from the records that the reader may open."""
    leads = Disruption.objects.visible_to(reader).leads().standing()
    return _any(flag_condition(flag, day, leads) for flag in flags)


def flag_condition(flag: str, day: date, leads: Any) -> Q:
    """Return the condition that a threat has a flag on a day; ``leads`` are the records that count for it."""
    since = day - HALF_A_YEAR
    of_threat = leads.filter(threat=OuterRef("pk"), occurred_on__lte=day)
    if flag == ReviewFlag.QUIET:
        return Q(p_grade__in=LOW_GRADES) & ~Q(Exists(of_threat.filter(occurred_on__gt=since)))
    if flag == ReviewFlag.UNGRADED:
        return Q(p_grade__isnull=True) & Q(Exists(of_threat.filter(occurred_on__gt=day - A_YEAR)))
    if flag == ReviewFlag.NOTHING_NEW:
        recorded = of_threat.filter(recorded_at__gt=OuterRef("assessment__assessed_at"))
        return Q(assessment__assessed_at__date__lt=day - SETTLED) & ~Q(Exists(recorded))
    regraded = ThreatAssessment.objects.filter(threat=OuterRef("pk"), assessed_at__date__gt=since).exclude(
        previous_grade=F("adopted_grade")
    )
    rising = (
        leads.filter(occurred_on__gt=since - HALF_A_YEAR, occurred_on__lte=day)
        .order_by()
        .values("threat")
        .annotate(recent=Count("pk", filter=Q(occurred_on__gt=since)), all=Count("pk"))
        .filter(recent__gte=RISES_FROM, recent__gt=F("all") - F("recent"))
    )
    return Q(p_grade__isnull=False, pk__in=rising.values("threat")) & ~Q(Exists(regraded))


def flags_of(keys: Iterable[int], *, reader: User, day: date) -> dict[int, list[ReviewFlag]]:
    """Return the flags of each of a few threats, by id. One query."""
    wanted = list(keys)
    if not wanted:
        return {}
    leads = Disruption.objects.visible_to(reader).leads().standing().filter(threat__in=wanted)
    flagged = {
        flag.value: Case(When(flag_condition(flag, day, leads), then=Value(True)), default=Value(False))
        for flag in ReviewFlag
    }
    rows = SOCThreat.objects.visible_to(reader).filter(pk__in=wanted).order_by().annotate(**flagged)
    return {
        pk: [flag for flag, there in zip(ReviewFlag, found, strict=True) if there]
        for pk, *found in rows.values_list("pk", *(flag.value for flag in ReviewFlag))
    }


@dataclass(frozen=True, slots=True)
class EscalationCall:
    """The call that a threat's escalation stands on."""

    reason: str
    called_by: User
    called_at: datetime


def escalation_of(threat: SOCThreat) -> EscalationCall | None:
    """Return why a threat is escalated, by whom and when; nothing where it is not. One query."""
    if not threat.escalated_to:
        return None
    events: Any = SOCThreatEvent.objects
    made = events.filter(id=threat.pk, change=Change.ESCALATED).select_related("changed_by__agency")
    call = made.order_by("-version").first()
    return EscalationCall(call.change_reason, call.changed_by, call.pgh_created_at) if call is not None else None


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """How many threats of a set are overdue, due and never assessed."""

    overdue: int
    due: int
    never: int


def review_counts(threats: Any, day: date) -> ReviewCounts:
    """Count where the reviews of some threats stand. One query."""
    counted = (ReviewState.OVERDUE, ReviewState.DUE, ReviewState.NEVER)
    counts = {state.value: Count("pk", filter=state_condition(state, day)) for state in counted}
    return ReviewCounts(**threats.order_by().aggregate(**counts))


def _any(conditions: Iterable[Q]) -> Q:
    whole = Q(pk__in=())
    for condition in conditions:
        whole |= condition
    return whole
