"""Hand a threat, with the OCG that it is, or an OCG that is none to another agency: offered, then answered."""

from __future__ import annotations

from typing import Any

from agencies.constraints import declare, violation
from agencies.models import Agency, Now, User, london_date, oic_now
from agencies.refusals import Invalid, NotFound, Refused
from disruptions.master_list import check_master_reason
from disruptions.models import OCG, SOCThreat, ThreatHandOver
from disruptions.permissions import may_answer_threat_hand_over
from disruptions.references import OCG as OCG_LETTER
from disruptions.services.archiving import require_no_threat, require_version
from disruptions.services.threats import locked_ocgs, locked_threats, require_live, write_ocgs, write_threats
from disruptions.services.versions import in_one_transaction, lock_rows
from disruptions.vocabulary import Change, HandOverStatus

declare("threat_hand_over_agency_exists", "to_agency", "Choose an agency that is active.")


def offer_threat_hand_over(
    *, acting_user: User, reference: str, version: int | None, to_agency: str, reason: str
) -> ThreatHandOver:
    """Offer a threat or an OCG, by its reference, to another agency, by its code. It stays until that one accepts.

    Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """

    def work() -> ThreatHandOver:
        entry = _locked(reference, acting_user)
        require_version(entry, version)
        require_live(entry)
        if isinstance(entry, OCG):
            require_no_threat(entry, "hand over")
        agency = Agency.objects.active_on(london_date(oic_now())).filter(code=to_agency).first()
        if agency is None:
            raise Invalid([violation("threat_hand_over_agency_exists")])
        if agency.pk == entry.lead_agency_id:
            raise Invalid([violation("threat_hand_over_to_another_agency")])
        found = check_master_reason(reason, "threat_hand_over_has_reason")
        if found:
            raise Invalid(found)
        return ThreatHandOver.objects.create(
            **{"ocg" if isinstance(entry, OCG) else "threat": entry},
            from_agency=entry.lead_agency,
            to_agency=agency,
            reason=reason.strip(),
            offered_by=acting_user,
        )

    return in_one_transaction(work)


def take_back_threat_hand_over(*, acting_user: User, reference: str) -> ThreatHandOver:
    """Take the open offer of a threat or an OCG back. Raises ``NotFound`` or ``Refused``."""

    def work() -> ThreatHandOver:
        entry = _locked(reference, acting_user)
        return _answered(_open_offer(entry), HandOverStatus.CANCELLED, acting_user, "")

    return in_one_transaction(work)


def answer_threat_hand_over(
    *, acting_user: User, reference: str, version: int | None, accept: bool, answer: str = ""
) -> ThreatHandOver:
    """Accept what was offered, so that the other agency leads it from now on, or decline it with a reason.

    The lead responsible officer and the own reference of the agency that gives it away do not go along.
    Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """

    def work() -> ThreatHandOver:
        entry = _seen(reference, acting_user)
        offer = _open_offer(entry)
        if not may_answer_threat_hand_over(acting_user, offer):
            raise Refused(
                "may_not_answer_hand_over", f"Only a threat manager of {offer.to_agency.name} can accept or decline."
            )
        require_version(entry, version)
        if accept:
            require_live(entry)
            if isinstance(entry, OCG):
                require_no_threat(entry, "hand over")
            _move(entry, offer, acting_user)
        else:
            found = check_master_reason(answer, "threat_hand_over_declined_has_answer")
            if found:
                raise Invalid(found)
        status = HandOverStatus.ACCEPTED if accept else HandOverStatus.DECLINED
        return _answered(offer, status, acting_user, answer.strip())

    return in_one_transaction(work)


def _move(entry: OCG | SOCThreat, offer: ThreatHandOver, acting_user: User) -> None:
    stamp: dict[str, Any] = {"acting_user": acting_user, "change": Change.HANDED_OVER, "reason": offer.reason}
    values = {"lead_agency": offer.to_agency, "agency_reference": ""}
    if isinstance(entry, OCG):
        write_ocgs([entry], values, **stamp)
        return
    officer = entry.lead_responsible_officer
    keeps = officer is not None and officer.agency_id == offer.to_agency_id
    write_threats([entry], values | {"lead_responsible_officer": officer if keeps else None}, **stamp)
    if entry.ocg is not None:
        ocg = OCG.objects.select_for_update(of=("self",)).get(pk=entry.ocg_id)
        write_ocgs([ocg], values, **stamp)


def _locked(reference: str, acting_user: User) -> OCG | SOCThreat:
    """Lock what those who manage it for its agency change. Raises ``NotFound`` or ``Refused``."""
    if reference.startswith(OCG_LETTER):
        return locked_ocgs([reference], acting_user=acting_user)[reference]
    return locked_threats([reference], acting_user=acting_user)[reference]


def _seen(reference: str, acting_user: User) -> OCG | SOCThreat:
    """Lock what anybody may see, for those whom it is offered to. Raises ``NotFound``."""
    rows: Any = (OCG if reference.startswith(OCG_LETTER) else SOCThreat).objects.visible_to(acting_user)
    named = rows.filter(reference=reference)
    lock_rows(named)
    found: OCG | SOCThreat | None = named.select_related(*rows.WRITTEN_WITH).first()
    if found is None:
        raise NotFound
    return found


def _open_offer(entry: OCG | SOCThreat) -> ThreatHandOver:
    offer: ThreatHandOver | None = (
        entry.hand_overs.filter(status=HandOverStatus.OFFERED, from_agency=entry.lead_agency_id)
        .select_for_update(of=("self",))
        .select_related("from_agency", "to_agency")
        .first()
    )
    if offer is None:
        raise NotFound
    return offer


def _answered(offer: ThreatHandOver, status: HandOverStatus, user: User, answer: str) -> ThreatHandOver:
    ThreatHandOver.objects.filter(pk=offer.pk).update(status=status, answered_by=user, answered_at=Now(), answer=answer)
    offer.refresh_from_db()
    return offer
