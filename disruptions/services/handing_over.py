"""Move a lead record to the agency that really led: offered and accepted, or decided by a moderator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from agencies.constraints import declare, violation
from agencies.models import Agency, Now, User, london_date, oic_now
from agencies.refusals import Invalid, NotFound, Refused
from disruptions.models import Disruption, HandOver
from disruptions.permissions import may_hand_over, may_record
from disruptions.rules import is_storable
from disruptions.services.announcing import announce_audience
from disruptions.services.versions import in_one_transaction, locked, require_version, write_versions
from disruptions.vocabulary import LIVE_STATUSES, Change, DisruptionRole, HandOverStatus, ReasonClass, Status

declare("hand_over_agency_exists", "to_agency", "Choose an agency that is active.")
declare("hand_over_of_a_lead", "reference", "Only a lead record can be handed over. Correct who led a support instead.")
declare("hand_over_reason_storable", "reason", "Take out the characters that cannot be stored.")
declare("hand_over_answer_storable", "answer", "Take out the characters that cannot be stored.")

BECAME_THE_LEAD = "The record that it supported was handed over to this agency, which led it."


def offer_hand_over(*, acting_user: User, reference: str, version: int | None, to_agency: str, reason: str) -> HandOver:
    """Offer a lead record to another agency, by its code. Nothing moves until that agency accepts.

    Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """

    def work() -> HandOver:
        record = locked([reference], acting_user=acting_user, related=("agency",))[reference]
        if not may_hand_over(acting_user, record):
            raise Refused(
                "may_not_hand_over",
                f"{reference} is a {record.get_role_display().lower()} record and "
                f"{record.get_status_display().lower()}. Only a lead that was submitted can be handed over, by those "
                f"who record for {record.agency.name}.",
            )
        require_version(record, version)
        agency = Agency.objects.active_on(london_date(oic_now())).filter(code=to_agency).first()
        if agency is None:
            raise Invalid([violation("hand_over_agency_exists")])
        _require_movable(record, agency)
        if not reason.strip():
            raise Invalid([violation("hand_over_has_reason")])
        if not is_storable(reason):
            raise Invalid([violation("hand_over_reason_storable")])
        offer = HandOver.objects.create(
            disruption=record,
            from_agency=record.agency,
            to_agency=agency,
            reason=reason.strip(),
            offered_by=acting_user,
        )
        announce_audience([record])
        return offer

    return in_one_transaction(work)


def take_back_hand_over(*, acting_user: User, reference: str) -> HandOver:
    """Take the open offer of a record back. Raises ``NotFound`` or ``Refused``."""

    def work() -> HandOver:
        record = locked([reference], acting_user=acting_user, related=("agency",))[reference]
        offer = _open_offer(record, acting_user)
        if not may_record(acting_user, offer.from_agency):
            raise Refused("may_not_take_back", f"Only those who record for {offer.from_agency.name} can take it back.")
        return _answered(record, offer, HandOverStatus.CANCELLED, acting_user, "")

    return in_one_transaction(work)


def answer_hand_over(
    *, acting_user: User, reference: str, version: int | None, accept: bool, answer: str = ""
) -> HandOver:
    """Accept a record that was offered, which makes it the acting user's agency's lead, or decline it with a reason.

    ``version`` is the version that was read. Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """

    def work() -> HandOver:
        record = locked([reference], acting_user=acting_user, related=("agency",))[reference]
        offer = _open_offer(record, acting_user)
        if not may_record(acting_user, offer.to_agency):
            raise Refused(
                "may_not_answer_hand_over", f"Only those who record for {offer.to_agency.name} can accept or decline."
            )
        require_version(record, version)
        if not accept and not answer.strip():
            raise Invalid([violation("hand_over_declined_has_answer")])
        if not is_storable(answer):
            raise Invalid([violation("hand_over_answer_storable")])
        if accept:
            if record.status not in LIVE_STATUSES:
                raise Refused(
                    "may_not_answer_hand_over",
                    f"{reference} was {record.get_status_display().lower()} meanwhile, so it cannot be taken over.",
                )
            change_lead(record, to_agency=offer.to_agency, acting_user=acting_user, reason=offer.reason)
        return _answered(
            record, offer, HandOverStatus.ACCEPTED if accept else HandOverStatus.DECLINED, acting_user, answer.strip()
        )

    return in_one_transaction(work)


def change_lead(
    record: Disruption, *, to_agency: Agency, acting_user: User, reason: str, change: Change = Change.HANDED_OVER
) -> None:
    """Make a locked lead record another agency's, in the running transaction; its supports follow it.

    An approved record goes back to submitted, for an approver of the agency that has it now. A support that this
    agency had recorded is withdrawn: it cannot support its own lead. What was on offer is no longer the old agency's to
    offer. The old agency's own reference goes along unless it is the new one's for another record. Raises ``Invalid``.
    """
    _require_movable(record, to_agency)
    # The record's next version says who may open it: the agency that was asked does not lose it meanwhile.
    _cancel([record], acting_user)
    before = record.agency
    supports = Disruption.objects.filter(lead=record).order_by("pk").select_for_update(of=("self",))
    own = [support for support in supports if support.agency_id == to_agency.pk]
    others = [support for support in supports if support.agency_id != to_agency.pk]
    parted = {"lead": None, "lead_agency": before}
    write_versions(
        [support for support in own if support.status in LIVE_STATUSES],
        parted | {"status": Status.WITHDRAWN},
        acting_user=acting_user,
        change=Change.WITHDRAWN,
        reason=BECAME_THE_LEAD,
        reason_class=ReasonClass.LEAD_CHANGE.value,
        others_follow=True,
    )
    write_versions(
        [support for support in own if support.lead_id is not None],
        parted,
        acting_user=acting_user,
        change=Change.HANDED_OVER,
        reason=BECAME_THE_LEAD,
        reason_class=ReasonClass.LEAD_CHANGE.value,
        others_follow=True,
    )
    values: dict[str, Any] = {"agency": to_agency}
    if _reference_is_taken(record, to_agency):
        values["agency_reference"] = ""
    if record.status == Status.APPROVED:
        values |= {"status": Status.SUBMITTED, "approved_by": None, "approved_at": None}
    write_versions(
        [record],
        values,
        acting_user=acting_user,
        change=change,
        reason=reason,
        reason_class=ReasonClass.LEAD_CHANGE.value,
    )
    write_versions(
        others,
        {"lead_agency": to_agency},
        acting_user=acting_user,
        change=Change.HANDED_OVER,
        reason=reason,
        reason_class=ReasonClass.LEAD_CHANGE.value,
    )


def cancel_offers(records: Iterable[Disruption], *, acting_user: User) -> None:
    """Take back what is on offer of locked records that leave their agency or the counts, in one transaction."""
    records = list(records)
    if _cancel(records, acting_user):
        announce_audience(records)


def _cancel(records: Sequence[Disruption], acting_user: User) -> int:
    offers = HandOver.objects.filter(disruption__in=[record.pk for record in records], status=HandOverStatus.OFFERED)
    return offers.update(status=HandOverStatus.CANCELLED, answered_by=acting_user, answered_at=Now())


def _require_movable(record: Disruption, agency: Agency) -> None:
    if record.role != DisruptionRole.LEAD:
        raise Invalid([violation("hand_over_of_a_lead")])
    if agency.pk == record.agency_id:
        raise Invalid([violation("hand_over_to_another_agency")])


def _reference_is_taken(record: Disruption, agency: Agency) -> bool:
    taken = Q(agency=agency, sandbox=record.sandbox, agency_reference=record.agency_reference)
    return bool(record.agency_reference) and Disruption.objects.filter(taken).exists()


def _open_offer(record: Disruption, user: User) -> HandOver:
    """Return the open offer of a record, locked. Raises ``NotFound``: to whom it is no matter of, there is none."""
    offer = (
        HandOver.objects.visible_to(user)
        .filter(disruption=record)
        .filter(status=HandOverStatus.OFFERED, from_agency=record.agency_id)
        .select_for_update(of=("self",))
        .select_related("from_agency", "to_agency")
        .first()
    )
    if offer is None:
        raise NotFound
    return offer


def _answered(record: Disruption, offer: HandOver, status: HandOverStatus, user: User, answer: str) -> HandOver:
    HandOver.objects.filter(pk=offer.pk).update(status=status, answered_by=user, answered_at=Now(), answer=answer)
    announce_audience([record])
    offer.refresh_from_db()
    return offer
