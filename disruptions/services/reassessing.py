"""Look after the review of threats: plan many at once, escalate one that does not move, and end an escalation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from agencies.constraints import Violation, declare, violation
from agencies.models import User, london_date, oic_now
from agencies.refusals import Invalid, NotFound, Refused, Stale
from disruptions.models import SOCThreat
from disruptions.permissions import may_end_escalation, require_assess
from disruptions.rules import is_storable
from disruptions.services.threats import locked_threats, write_threats
from disruptions.services.versions import in_one_transaction
from disruptions.vocabulary import Change, Escalation

PLANNED_AHEAD: Final = timedelta(days=731)
REASON_LIMIT: Final = 2000

declare("review_planned_in_time", "planned_on", "Choose a day from today on, at most two years ahead.")
declare("review_planned_required", "planned_on", "Enter the day of the review.")
declare("escalation_to_required", "to", "Say who is to look at it: the regional unit or the NCA.")
declare("escalation_rocu_exists", "to", "Its lead agency belongs to no regional unit. Escalate it to the NCA.")
declare("escalation_further", "to", "It is escalated to them already. Wait for their answer, or end that first.")
declare("escalation_storable", "reason", "Take out the characters that cannot be stored (null or half a character).")
declare("escalation_answer_required", "answer", "Say what was decided, so that the lead agency knows what to do.")


def plan_reviews(*, acting_user: User, versions: Mapping[str, int | None], planned_on: date | None) -> list[SOCThreat]:
    """Plan the review of threats for one day, by reference and the version that was read; all of them or none.

    The day when each is due stays what its grade says. Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """

    def work() -> list[SOCThreat]:
        threats = locked_threats(list(versions), acting_user=acting_user)
        for reference, threat in threats.items():
            require_assess(acting_user, threat)
            if versions[reference] is not None and versions[reference] != threat.version:
                raise Stale(threat)
        today = london_date(oic_now())
        if planned_on is None:
            raise Invalid([violation("review_planned_required")])
        if not today <= planned_on <= today + PLANNED_AHEAD:
            raise Invalid([violation("review_planned_in_time")])
        found = list(threats.values())
        write_threats(found, {"review_planned_on": planned_on}, acting_user=acting_user, change=Change.REVIEW_PLANNED)
        return found

    return in_one_transaction(work)


def escalate_threat(*, acting_user: User, reference: str, version: int | None, to: str, reason: str) -> SOCThreat:
    """Call on the regional unit or the NCA to look at a threat. From the unit it may go on to the NCA.

    The reason stands in the threat's history and for those who are called on. Raises ``NotFound``, ``Refused``,
    ``Stale`` or ``Invalid``.
    """

    def work() -> SOCThreat:
        threat = locked_threats([reference], acting_user=acting_user)[reference]
        require_assess(acting_user, threat)
        if version is not None and version != threat.version:
            raise Stale(threat)
        found = _faults_of_text("reason", reason, "soc_threat_escalated_has_reason")
        if to not in Escalation.values:
            found.append(violation("escalation_to_required"))
        elif to == Escalation.ROCU and threat.lead_agency.rocu_id is None:
            found.append(violation("escalation_rocu_exists"))
        elif threat.escalated_to in {to, Escalation.NCA}:
            found.append(violation("escalation_further"))
        if found:
            raise Invalid(found)
        values = {"escalated_to": to, "escalated_at": oic_now()}
        write_threats([threat], values, acting_user=acting_user, change=Change.ESCALATED, reason=reason.strip())
        return threat

    return in_one_transaction(work)


def end_escalation(*, acting_user: User, reference: str, version: int | None, answer: str) -> SOCThreat:
    """End an escalation with what was decided: by those who manage the threat, or those it was escalated to.

    Raises ``NotFound``, ``Refused`` (also where it is not escalated), ``Stale`` or ``Invalid``.
    """

    def work() -> SOCThreat:
        seen = SOCThreat.objects.visible_to(acting_user).filter(reference=reference).select_for_update(of=("self",))
        threat: SOCThreat | None = seen.select_related("lead_agency__rocu").first()
        if threat is None:
            raise NotFound
        if not may_end_escalation(acting_user, threat):
            raise Refused(
                "may_not_end_escalation",
                f"{reference} does not wait for your answer. Those who manage it, or those it is escalated to, answer.",
            )
        if version is not None and version != threat.version:
            raise Stale(threat)
        found = _faults_of_text("answer", answer, "escalation_answer_required")
        if found:
            raise Invalid(found)
        values: dict[str, Any] = {"escalated_to": "", "escalated_at": None}
        write_threats([threat], values, acting_user=acting_user, change=Change.ESCALATION_ENDED, reason=answer.strip())
        return threat

    return in_one_transaction(work)


def _faults_of_text(name: str, text: str, missing: str) -> list[Violation]:
    if not text.strip():
        return [violation(missing)]
    if not is_storable(text):
        return [violation("escalation_storable", name)]
    return [violation("soc_threat_change_reason_within_limit", name)] if len(text.strip()) > REASON_LIMIT else []
