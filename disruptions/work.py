"""What waits for somebody: the lists of the start page, the numbers in the navigation and the digest are all these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection

from agencies.models import User, london_date, oic_now
from agencies.permissions import holds_role, holds_role_at_home_only
from agencies.vocabulary import Role
from disruptions.models import Disruption, HandOver, PlanAction, SOCThreat, ThreatHandOver, ThreatRequest
from disruptions.permissions import may_record

REVIEW_AHEAD: Final = timedelta(days=28)
"""Threat reviews show up this long before they are due."""
GIVEN: Final = "given"
"""What was given to somebody waits in one of their queues too, and is counted there."""
PLAN_AHEAD: Final = timedelta(days=14)
"""Actions of plans show up this long before they are due, for those who have any work here."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of work: its name, what it is called, and what waits."""

    name: str
    title: str
    rows: Any


def waiting_for(user: User, *, today: date | None = None) -> list[Waiting]:
    """Return what may wait for somebody, by what they do, the most pressing first. Reads nothing yet."""
    if not user.is_active:
        return []
    agency, own = user.agency, Disruption.objects.own_of(user)
    found: list[Waiting] = []
    if holds_role(user, Role.APPROVER):
        at_home = holds_role_at_home_only(user, Role.APPROVER)
        reached = own if at_home else Disruption.objects.visible_to(user)
        found.append(Waiting("decisions", "Waiting for your decision", reached.waiting_for_decision_of(user)))
    if holds_role(user, Role.MODERATOR):
        moderated = Disruption.objects.visible_to(user).waiting_for_moderation_by(user)
        found.append(Waiting("moderation", "Waiting for moderation", moderated))
    if holds_role(user, Role.APPROVER, Role.MODERATOR):
        given = Disruption.objects.visible_to(user).given_to(user).order_by("changed_at", "pk")
        found.insert(0, Waiting(GIVEN, "Given to you to decide on", given))
    if may_record(user, agency):
        found += [
            Waiting("returned", f"Sent back to {agency.short_name}", own.returned_to(agency)),
            Waiting("drafts", "Your drafts", own.drafts_of(user)),
            Waiting("answers", "Answers about threats", ThreatRequest.objects.answered_for(user)),
            Waiting("hand_overs", "Records offered to your agency", HandOver.objects.received_by(agency)),
            Waiting(
                "waiting",
                "Supports waiting for your agency’s lead record",
                Disruption.objects.waiting_for_lead_of(agency),
            ),
        ]
    if holds_role(user, Role.THREAT_MANAGER):
        day = today or london_date(oic_now())
        seen = SOCThreat.objects.visible_to(user)
        threats = seen.to_review_by(user, day + REVIEW_AHEAD)
        found.append(
            Waiting("threat_requests", "Threats that officers ask for", ThreatRequest.objects.waiting_for(user))
        )
        found.append(
            Waiting("threat_hand_overs", "Threats offered to your agency", ThreatHandOver.objects.waiting_for(user))
        )
        found += [
            Waiting("escalated", "Threats escalated to you", seen.escalated_to_reach_of(user)),
            Waiting("threats", "Threats to review", threats),
            Waiting("ungraded", "Threats never assessed", seen.managed_by(user).never_assessed()),
        ]
    if found:
        plan = PlanAction.objects.visible_to(user).due_from(user, PLAN_AHEAD)
        found.append(Waiting("plan_actions", "Your actions in plans that fall due", plan))
    return found


def counts_for(user: User) -> dict[str, int]:
    """Return how many things of each kind wait for somebody, by the names of ``waiting_for``. One query.

    It is asked on every page, so each list is put into SQL once and no more is made of it.
    """
    waiting = waiting_for(user)
    if not waiting:
        return {}
    counts, parameters = [], []
    for each in waiting:
        try:
            listed, given = each.rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            counts.append("0")
            continue
        # Django's own SQL; what a person gave is in the parameters.
        counts.append(f"(SELECT count(*) FROM ({listed}) AS listed)")  # nosec B608
        parameters += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", parameters)
        return dict(zip((each.name for each in waiting), cursor.fetchone(), strict=True))
