"""Supports recorded before their lead: the agency that is named confirms, corrects or declines; a match is suggested.

A waiting support stays its own agency's record. What is decided here is only whom it waits for and which lead it
belongs to; each answer is one version of the support, with who gave it and why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, Final
from uuid import UUID, uuid5

from agencies.constraints import declare, violation
from agencies.models import Agency, User, london_date, oic_now
from agencies.refusals import Invalid, NotFound
from disruptions.matching import WORTH_A_LOOK
from disruptions.models import Disruption
from disruptions.parsing import ParsedRow
from disruptions.permissions import may_record, require_answer_support, require_record
from disruptions.rules import DisruptionRow, check_reason
from disruptions.services.duplicates import LEADS_OF_A_SUPPORT, SUPPORTS_OF_A_LEAD, Match, compared, find, shown
from disruptions.services.rows import row_of
from disruptions.services.starting import COPIED_TO_SUPPORT, start_draft, started
from disruptions.services.versions import in_one_transaction, locked, require_version, write_versions
from disruptions.vocabulary import (
    ACCEPTING_STATUSES,
    COUNTED_STATUSES,
    LIVE_STATUSES,
    Change,
    DisruptionRole,
    ReasonClass,
    Status,
)

STARTS: Final = UUID("5d1f7c9e-6f0b-4f0a-9d8e-2f6f0f5c7a31")
"""Makes the key of a lead that is started from a support: the same support started twice is one draft."""

declare("support_answer_known", "answer", "Say whether your agency led this.")
declare("support_lead_is_ours", "lead", "Give the reference of a submitted lead record of your own agency that stands.")
declare("support_answer_has_reason", "reason", "Say why. The officers who recorded the support read it.")
declare(
    "support_lead_agency_differs",
    "lead_agency",
    "Choose another agency than your own and than the one that recorded the support.",
)


def suggested_leads(*, acting_user: User, support: Disruption) -> list[Match]:
    """Return the leads of the named agency that a waiting support may belong to, the likeliest first."""
    if support.lead_agency is None:
        return []
    [found] = find(
        acting_user=acting_user,
        # Its outcomes are its own, so that they differ says nothing.
        rows=[compared(support, ())],
        agency=support.agency,
        lead_agency=support.lead_agency,
        sandbox=support.sandbox,
        scope=LEADS_OF_A_SUPPORT,
        threshold=WORTH_A_LOOK,
    )
    return [match for match in shown(found, agency=support.lead_agency) if match.reference]


def suggested_supports(*, acting_user: User, lead: Disruption) -> list[Match]:
    """Return the waiting supports that may belong to a lead of one's own agency, the likeliest first."""
    if lead.role != DisruptionRole.LEAD or lead.status == Status.DRAFT or lead.status not in LIVE_STATUSES:
        return []
    if not may_record(acting_user, lead.agency):
        return []
    [found] = find(
        acting_user=acting_user,
        rows=[compared(lead, ())],
        agency=lead.agency,
        sandbox=lead.sandbox,
        scope=SUPPORTS_OF_A_LEAD,
        threshold=WORTH_A_LOOK,
    )
    return [match for match in shown(found, agency=lead.agency) if match.reference]


def confirm_support(
    *, acting_user: User, reference: str, version: int | None, lead: str | None, reason: str = ""
) -> Disruption:
    """Join a waiting support to a lead of the named agency, and return it. It stands as it stood, approved or not.

    Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """

    def answer(support: Disruption) -> tuple[dict[str, Any], Change]:
        record = (
            Disruption.objects.visible_to(acting_user)
            .filter(
                reference=lead,
                role=DisruptionRole.LEAD,
                agency_id=support.lead_agency_id or 0,
                sandbox=support.sandbox,
                status__in=[status for status in LIVE_STATUSES if status != Status.DRAFT],
            )
            .first()
        )
        if record is None:
            raise Invalid([violation("support_lead_is_ours")])
        if record.supports.filter(agency_id=support.agency_id, status__in=LIVE_STATUSES).exists():
            message = f"{support.agency.name} has recorded its support of {record.reference} already. Decline this one."
            raise Invalid([violation("disruption_one_live_support", message=message)])
        return {"lead": record}, Change.LEAD_CONFIRMED

    return _answer(answer, acting_user=acting_user, reference=reference, version=version, reason=reason, needed=False)


def correct_support(
    *, acting_user: User, reference: str, version: int | None, lead_agency: str | None, reason: str
) -> Disruption:
    """Say that another agency led what a support waits for; the task moves there.

    Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """

    def answer(support: Disruption) -> tuple[dict[str, Any], Change]:
        agency = Agency.objects.active_on(london_date(oic_now())).filter(code=lead_agency or "").first()
        if agency is None:
            raise Invalid([violation("disruption_lead_agency_exists", message="Choose the agency that led.")])
        if agency.pk in {support.agency_id, support.lead_agency_id}:
            raise Invalid([violation("support_lead_agency_differs")])
        return {"lead_agency": agency}, Change.LEAD_CORRECTED

    return _answer(answer, acting_user=acting_user, reference=reference, version=version, reason=reason, needed=True)


def decline_support(*, acting_user: User, reference: str, version: int | None, reason: str) -> Disruption:
    """Say that one's agency led nothing that a support could belong to; it goes back to its agency with the reason.

    Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """

    def answer(support: Disruption) -> tuple[dict[str, Any], Change]:
        return {"status": Status.RETURNED, "approved_by": None, "approved_at": None}, Change.LEAD_DECLINED

    return _answer(answer, acting_user=acting_user, reference=reference, version=version, reason=reason, needed=True)


def _answer(
    answer: Callable[[Disruption], tuple[dict[str, Any], Change]],
    *,
    acting_user: User,
    reference: str,
    version: int | None,
    reason: str,
    needed: bool,
) -> Disruption:
    reason = reason.strip()

    def work() -> Disruption:
        support = locked([reference], acting_user=acting_user)[reference]
        require_answer_support(acting_user, support)
        require_version(support, version)
        found = check_reason(reason, needed=False)
        if needed and not reason:
            found.append(violation("support_answer_has_reason"))
        if found:
            raise Invalid(found)
        values, change = answer(support)
        write_versions(
            [support],
            values,
            acting_user=acting_user,
            change=change,
            reason=reason,
            reason_class=ReasonClass.LEAD_CHANGE if change == Change.LEAD_CORRECTED else "",
        )
        return support

    return in_one_transaction(work)


def start_lead_for(*, acting_user: User, reference: str) -> Disruption:
    """Start the lead that a support waits for, filled in from it, and return the draft; pressed twice, it is one.

    The support joins when the lead is submitted: it is then the likeliest of those that are suggested.
    Raises ``NotFound``, ``Refused`` or ``Invalid``.
    """
    support = (
        Disruption.objects.visible_to(acting_user)
        .select_related("agency", "threat", "lead", "lead_agency", "force_area")
        .filter(reference=reference)
        .first()
    )
    if support is None or support.lead_agency is None:
        raise NotFound
    require_answer_support(acting_user, support)
    require_record(acting_user, support.lead_agency)
    taken = row_of(support)
    if support.threat is not None and support.threat.status not in ACCEPTING_STATUSES:
        taken.threat = None
    row = replace(
        DisruptionRow(role=DisruptionRole.LEAD.value), **{name: getattr(taken, name) for name in COPIED_TO_SUPPORT}
    )
    given = frozenset(each.name for each in fields(DisruptionRow))
    key = uuid5(STARTS, support.reference)
    while (earlier := started(acting_user=acting_user, key=key)) is not None and earlier.status != Status.DRAFT:
        # The start before this one has gone its way; pressed twice, the next is one again.
        key = uuid5(STARTS, f"{support.reference} {earlier.reference}")
    result, _ = start_draft(
        acting_user=acting_user,
        agency=support.lead_agency,
        key=key,
        parsed=ParsedRow(row, given, False, []),
    )
    if result.record is None:
        raise Invalid(result.violations)
    return result.record


def is_waiting(record: Disruption) -> bool:
    """Say whether a record is a support that waits for its lead."""
    return record.role == DisruptionRole.SUPPORT and record.lead_id is None and record.status in COUNTED_STATUSES
