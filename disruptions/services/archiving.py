"""Put OCGs and threats into the archive and take them out again. A threat takes the OCG that it is along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agencies.constraints import declare
from agencies.models import Now, User
from agencies.refusals import Invalid, Refused, Stale
from disruptions.master_list import check_master_reason
from disruptions.models import OCG, OCGEvent, SOCThreat, SOCThreatEvent, ThreatHandOver
from disruptions.services.threats import locked_ocgs, locked_threats, require_live, write_ocgs, write_threats
from disruptions.services.versions import in_one_transaction
from disruptions.vocabulary import Change, HandOverStatus, ThreatStatus

declare("soc_threat_restored_has_reason", "reason", "Say why it comes out of the archive.")


def archive_threat(*, acting_user: User, reference: str, version: int | None, reason: str) -> SOCThreat:
    """Archive a threat, and the OCG that it is: it takes no more disruptions and waits for no review.

    What was recorded against it stays and counts as before. Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """

    def work() -> SOCThreat:
        threat = locked_threats([reference], acting_user=acting_user)[reference]
        require_version(threat, version)
        require_live(threat)
        _require_reason(reason, "soc_threat_archived_has_reason")
        stamp: dict[str, Any] = {"acting_user": acting_user, "change": Change.ARCHIVED, "reason": reason.strip()}
        write_threats([threat], {"status": ThreatStatus.ARCHIVED}, **stamp)
        if threat.ocg is not None and threat.ocg.status != ThreatStatus.ARCHIVED:
            ocg = locked_ocgs([threat.ocg.reference], acting_user=acting_user)[threat.ocg.reference]
            write_ocgs([ocg], {"status": ThreatStatus.ARCHIVED}, **stamp)
        cancel_threat_offers(threats=[threat], acting_user=acting_user)
        return threat

    return in_one_transaction(work)


def restore_threat(*, acting_user: User, reference: str, version: int | None, reason: str) -> SOCThreat:
    """Take a threat, and the OCG that it is, out of the archive, to where they stood before.

    One that was merged comes back by taking the merge back. Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """

    def work() -> SOCThreat:
        threat = locked_threats([reference], acting_user=acting_user)[reference]
        require_version(threat, version)
        _require_archived(threat)
        _require_reason(reason, "soc_threat_restored_has_reason")
        stamp: dict[str, Any] = {"acting_user": acting_user, "change": Change.RESTORED, "reason": reason.strip()}
        write_threats([threat], {"status": _status_before(threat, SOCThreatEvent)}, **stamp)
        if threat.ocg is not None and threat.ocg.status == ThreatStatus.ARCHIVED:
            ocg = locked_ocgs([threat.ocg.reference], acting_user=acting_user)[threat.ocg.reference]
            write_ocgs([ocg], {"status": _status_before(ocg, OCGEvent)}, **stamp)
        return threat

    return in_one_transaction(work)


def archive_ocg(*, acting_user: User, reference: str, version: int | None, reason: str) -> OCG:
    """Archive an OCG that is no threat of the master list. Raises ``NotFound``, ``Refused``, ``Stale``, ``Invalid``."""

    def work() -> OCG:
        ocg = locked_ocgs([reference], acting_user=acting_user)[reference]
        require_version(ocg, version)
        require_live(ocg)
        require_no_threat(ocg, "archive")
        _require_reason(reason, "ocg_archived_has_reason")
        write_ocgs(
            [ocg],
            {"status": ThreatStatus.ARCHIVED},
            acting_user=acting_user,
            change=Change.ARCHIVED,
            reason=reason.strip(),
        )
        cancel_threat_offers(ocgs=[ocg], acting_user=acting_user)
        return ocg

    return in_one_transaction(work)


def restore_ocg(*, acting_user: User, reference: str, version: int | None, reason: str) -> OCG:
    """Take an OCG that is no threat of the list out of the archive. Raises as ``archive_ocg`` does."""

    def work() -> OCG:
        ocg = locked_ocgs([reference], acting_user=acting_user)[reference]
        require_version(ocg, version)
        _require_archived(ocg)
        require_no_threat(ocg, "restore")
        _require_reason(reason, "soc_threat_restored_has_reason")
        write_ocgs(
            [ocg],
            {"status": _status_before(ocg, OCGEvent)},
            acting_user=acting_user,
            change=Change.RESTORED,
            reason=reason.strip(),
        )
        return ocg

    return in_one_transaction(work)


def require_version(entry: OCG | SOCThreat, version: int | None) -> None:
    """Raise ``Stale`` unless the entry is still at the version that was read (``None``: whatever it is)."""
    if version is not None and entry.version != version:
        raise Stale(entry)


def require_no_threat(ocg: OCG, verb: str) -> None:
    """Raise ``Refused`` for an OCG that is a threat of the list: what is done to it is done to the threat."""
    threat = SOCThreat.objects.filter(ocg=ocg).first()
    if threat is not None:
        raise Refused(
            "ocg_is_a_threat",
            f"{ocg.reference} is on the master list as {threat.reference}. To {verb} it, {verb} that threat; the OCG "
            "goes along.",
        )


def cancel_threat_offers(*, acting_user: User, threats: Sequence[SOCThreat] = (), ocgs: Sequence[OCG] = ()) -> None:
    """Take back what is on offer of entries that leave the list, in the running transaction."""
    for name, entries in (("threat", threats), ("ocg", ocgs)):
        if entries:
            ThreatHandOver.objects.filter(
                **{f"{name}__in": [entry.pk for entry in entries]}, status=HandOverStatus.OFFERED
            ).update(status=HandOverStatus.CANCELLED, answered_by=acting_user, answered_at=Now())


def _require_archived(entry: OCG | SOCThreat) -> None:
    if entry.merged_into_id is not None:
        require_live(entry)
    if entry.status != ThreatStatus.ARCHIVED:
        raise Refused("not_archived", f"{entry.reference} is not archived. It is {entry.get_status_display().lower()}.")


def _require_reason(reason: str, code: str) -> None:
    found = check_master_reason(reason, code)
    if found:
        raise Invalid(found)


def _status_before(entry: Any, events: Any) -> str:
    """Return where an archived entry stood last before, active where it never stood anywhere else."""
    before = (
        events.objects.filter(id=entry.pk).exclude(status=ThreatStatus.ARCHIVED).order_by("-version").only("status")
    ).first()
    return str(before.status) if before is not None else ThreatStatus.ACTIVE.value
