"""Make two threats, or two OCGs, one; and two again. One transaction each, in statements for the whole set.

The loser is archived and says what stands in its place. What was recorded against it, what belongs to it and what asked
for it moves to the winner, which keeps the loser's names among its own. Every row that moved is noted, so that the
merge can be taken back. Assessments and visits stay with the one that they were made for; the plan too, which is read
with the winner's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count

from agencies.constraints import Violation, declare, violation
from agencies.models import Now, User
from agencies.refusals import Invalid, NotFound, Refused
from disruptions.master_list import check_master_reason
from disruptions.models import (
    OCG,
    Disruption,
    Membership,
    MergeMove,
    OCGMerge,
    SOCThreat,
    ThreatMerge,
    ThreatRequest,
)
from disruptions.models.ocg import ALIASES_LIMIT
from disruptions.permissions import require_manage_threats
from disruptions.services.archiving import cancel_threat_offers, require_no_threat, require_version
from disruptions.services.threats import locked_ocgs, locked_threats, write_ocgs, write_threats
from disruptions.services.versions import in_one_transaction, write_versions
from disruptions.vocabulary import Change, ReasonClass, ThreatStatus

declare(
    "threat_merge_winner_exists", "winner", "There is no SOC threat with this reference. It looks like T-7KQ2-M4XH."
)
declare("ocg_merge_winner_exists", "winner", "There is no OCG with this reference. It looks like G-7KQ2-M4XH.")
declare(
    "threat_merge_both_managed",
    "winner",
    "Another agency leads that one. Ask it to hand it over first, or a national threat manager to merge the two.",
)
declare("threat_merge_same_kind", "winner", "The two are of different kinds. Only threats of one kind are merged.")
declare(
    "threat_merge_same_area",
    "winner",
    "Their primary threat areas differ, so the counted figures would move. Amend one of the two first.",
)
declare("threat_merge_winner_stands", "winner", "That one is archived. Restore it first, or choose another.")
declare("ocg_merge_winner_stands", "winner", "That one is archived. Restore it first, or choose another.")


def merge_threats(
    *, acting_user: User, loser: str, winner: str, version: int | None, winner_version: int | None = None, reason: str
) -> ThreatMerge:
    """Merge one threat into another and return the merge; where the two are OCGs, these are merged along.

    ``version`` and ``winner_version`` are the versions that were read. Every disruption of the loser gets a version
    that names the winner; its status stays. Nothing is merged unless the counts of the two before are those of the
    winner after. Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """

    def work() -> ThreatMerge:
        if loser == winner:
            raise Invalid([violation("threat_merge_into_another")])
        _require_both(SOCThreat, loser, winner, acting_user)
        threats = locked_threats([loser, winner], acting_user=acting_user)
        lost, won = threats[loser], threats[winner]
        require_version(lost, version)
        require_version(won, winner_version)
        _require_mergeable(lost, won, reason)
        # A decision on one of them meanwhile would count it at one place before and at another after.
        of_both = Disruption.objects.filter(threat__in=[lost, won]).order_by("pk")
        list(of_both.select_for_update(of=("self",)).values_list("pk"))
        before = _counts([lost, won])
        stamp: dict[str, Any] = {"acting_user": acting_user, "change": Change.MERGED, "reason": reason.strip()}
        added = _new_names([won.title, *won.aliases], [lost.title, *lost.aliases])
        status_before = lost.status
        write_threats([won], {"aliases": [*won.aliases, *added]}, **stamp)
        write_threats([lost], {"status": ThreatStatus.ARCHIVED, "merged_into": won}, **stamp)
        disruptions = list(Disruption.objects.filter(threat=lost).order_by("pk").select_for_update(of=("self",)))
        write_versions(
            disruptions,
            {"threat": won},
            acting_user=acting_user,
            change=Change.THREAT_MERGED,
            reason=reason.strip(),
            reason_class=ReasonClass.THREAT_CHANGE.value,
        )
        requests = list(ThreatRequest.objects.filter(threat=lost).order_by("pk").select_for_update(of=("self",)))
        ThreatRequest.objects.filter(pk__in=[each.pk for each in requests]).update(threat=won)
        memberships = _movable(Membership.objects.filter(threat=lost), "threat", won)
        Membership.objects.filter(pk__in=[each.pk for each in memberships]).update(threat=won)
        cancel_threat_offers(threats=[lost], acting_user=acting_user)
        merge = ThreatMerge.objects.create(
            winner=won,
            loser=lost,
            reason=reason.strip(),
            status_before=status_before,
            added_aliases=added,
            merged_by=acting_user,
            disruptions_moved=len(disruptions),
            counts_before=before,
            counts_after=_counts([won]),
        )
        MergeMove.objects.bulk_create(
            [
                *(MergeMove(threat_merge=merge, disruption=each) for each in disruptions),
                *(MergeMove(threat_merge=merge, request=each) for each in requests),
                *(MergeMove(threat_merge=merge, membership=each) for each in memberships),
            ]
        )
        if lost.ocg is not None and won.ocg is not None:
            ocgs = locked_ocgs([lost.ocg.reference, won.ocg.reference], acting_user=acting_user)
            _merge_groups(
                ocgs[lost.ocg.reference],
                ocgs[won.ocg.reference],
                acting_user=acting_user,
                reason=reason.strip(),
                threat_merge=merge,
            )
        return merge

    return in_one_transaction(work)


def take_back_threat_merge(*, acting_user: User, loser: str, version: int | None, reason: str) -> ThreatMerge:
    """Make a merged threat stand by itself again, with what the merge moved; its OCG likewise.

    What was recorded against the winner since, or has been given another threat since, stays where it is. Merges are
    taken back in turn, the last first. Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """

    def work() -> ThreatMerge:
        merge = (
            ThreatMerge.objects.filter(loser__reference=loser, undone_at__isnull=True)
            .select_related("winner", "ocg_merge__winner", "ocg_merge__loser")
            .first()
        )
        if merge is None:
            raise NotFound
        threats = locked_threats([loser, merge.winner.reference], acting_user=acting_user)
        lost, won = threats[loser], threats[merge.winner.reference]
        if lost.merged_into_id is None:
            # Somebody else took it back while this waited for the lock.
            raise NotFound
        require_version(lost, version)
        _require_undoable(won, reason)
        stamp: dict[str, Any] = {"acting_user": acting_user, "change": Change.UNMERGED, "reason": reason.strip()}
        write_threats([lost], {"status": merge.status_before, "merged_into": None}, **stamp)
        write_threats([won], {"aliases": [name for name in won.aliases if name not in merge.added_aliases]}, **stamp)
        moves = merge.moves.all()
        back = Disruption.objects.filter(pk__in=moves.values("disruption"), threat=won).order_by("pk")
        write_versions(
            list(back.select_for_update(of=("self",))),
            {"threat": lost},
            acting_user=acting_user,
            change=Change.THREAT_UNMERGED,
            reason=reason.strip(),
            reason_class=ReasonClass.THREAT_CHANGE.value,
        )
        ThreatRequest.objects.filter(pk__in=moves.values("request"), threat=won).update(threat=lost)
        Membership.objects.filter(pk__in=moves.values("membership"), threat=won).update(threat=lost)
        group_merge = getattr(merge, "ocg_merge", None)
        if group_merge is not None and group_merge.undone_at is None:
            _unmerge_groups(group_merge, acting_user=acting_user, reason=reason.strip())
        ThreatMerge.objects.filter(pk=merge.pk).update(**_taken_back(acting_user, reason))
        merge.refresh_from_db()
        return merge

    return in_one_transaction(work)


def merge_ocgs(
    *, acting_user: User, loser: str, winner: str, version: int | None, winner_version: int | None = None, reason: str
) -> OCGMerge:
    """Merge an OCG that is no threat of the master list into another. Raises as ``merge_threats`` does."""

    def work() -> OCGMerge:
        if loser == winner:
            raise Invalid([violation("ocg_merge_into_another")])
        _require_both(OCG, loser, winner, acting_user)
        ocgs = locked_ocgs([loser, winner], acting_user=acting_user)
        lost, won = ocgs[loser], ocgs[winner]
        require_version(lost, version)
        require_version(won, winner_version)
        require_no_threat(lost, "merge")
        found = check_master_reason(reason, "ocg_merge_has_reason")
        if lost.merged_into_id is not None:
            found.append(violation("ocg_merge_one_standing"))
        if won.status == ThreatStatus.ARCHIVED:
            found.append(violation("ocg_merge_winner_stands"))
        if found:
            raise Invalid(found)
        cancel_threat_offers(ocgs=[lost], acting_user=acting_user)
        return _merge_groups(lost, won, acting_user=acting_user, reason=reason.strip(), threat_merge=None)

    return in_one_transaction(work)


def take_back_ocg_merge(*, acting_user: User, loser: str, version: int | None, reason: str) -> OCGMerge:
    """Make a merged OCG stand by itself again. Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``."""

    def work() -> OCGMerge:
        merge = (
            OCGMerge.objects.filter(loser__reference=loser, undone_at__isnull=True, threat_merge__isnull=True)
            .select_related("winner", "loser")
            .first()
        )
        if merge is None:
            raise NotFound
        ocgs = locked_ocgs([loser, merge.winner.reference], acting_user=acting_user)
        if ocgs[loser].merged_into_id is None:
            raise NotFound
        require_version(ocgs[loser], version)
        _require_undoable(ocgs[merge.winner.reference], reason)
        return _unmerge_groups(merge, acting_user=acting_user, reason=reason.strip())

    return in_one_transaction(work)


def _require_both(model: Any, loser: str, winner: str, acting_user: User) -> None:
    """Raise ``NotFound`` or ``Refused`` about the loser, and ``Invalid`` where there is no such winner."""
    seen = model.objects.visible_to(acting_user).filter(reference__in=[loser, winner]).select_related("lead_agency")
    found = {entry.reference: entry for entry in seen}
    if loser not in found:
        raise NotFound
    require_manage_threats(acting_user, found[loser].lead_agency)
    if winner not in found:
        raise Invalid([violation("threat_merge_winner_exists" if model is SOCThreat else "ocg_merge_winner_exists")])


def _require_mergeable(lost: SOCThreat, won: SOCThreat, reason: str) -> None:
    found: list[Violation] = check_master_reason(reason, "threat_merge_has_reason")
    if lost.merged_into_id is not None:
        found.append(violation("threat_merge_one_standing"))
    elif won.merged_into_id is not None:
        taker = won.in_its_place().reference
        message = f"{won.reference} was merged itself. Choose {taker}, which stands in its place."
        found.append(violation("threat_merge_winner_stands", message=message, existing=taker))
    elif won.status == ThreatStatus.ARCHIVED:
        found.append(violation("threat_merge_winner_stands"))
    elif lost.kind != won.kind:
        found.append(violation("threat_merge_same_kind"))
    elif lost.primary_area != won.primary_area:
        found.append(violation("threat_merge_same_area"))
    if found:
        raise Invalid(found)


def _require_undoable(won: OCG | SOCThreat, reason: str) -> None:
    name = "threat_merge" if isinstance(won, SOCThreat) else "ocg_merge"
    found = check_master_reason(reason, f"{name}_undone_by_somebody")
    if found:
        raise Invalid(found)
    if won.merged_into_id is not None:
        raise Refused(
            "merged_since",
            f"{won.reference} was itself merged into {won.in_its_place().reference} since. Take that merge back first.",
        )


def _merge_groups(lost: OCG, won: OCG, *, acting_user: User, reason: str, threat_merge: ThreatMerge | None) -> OCGMerge:
    """Merge two locked OCGs in the running transaction."""
    stamp: dict[str, Any] = {"acting_user": acting_user, "change": Change.MERGED, "reason": reason}
    added = _new_names([won.name, *won.aliases], [lost.name, *lost.aliases])
    status_before = lost.status
    write_ocgs([won], {"aliases": [*won.aliases, *added]}, **stamp)
    write_ocgs([lost], {"status": ThreatStatus.ARCHIVED, "merged_into": won}, **stamp)
    memberships = _movable(Membership.objects.filter(ocg=lost), "ocg", won)
    Membership.objects.filter(pk__in=[each.pk for each in memberships]).update(ocg=won)
    merge = OCGMerge.objects.create(
        winner=won,
        loser=lost,
        reason=reason,
        status_before=status_before,
        added_aliases=added,
        merged_by=acting_user,
        threat_merge=threat_merge,
    )
    MergeMove.objects.bulk_create(MergeMove(ocg_merge=merge, membership=each) for each in memberships)
    return merge


def _unmerge_groups(merge: OCGMerge, *, acting_user: User, reason: str) -> OCGMerge:
    ocgs = locked_ocgs([merge.loser.reference, merge.winner.reference], acting_user=acting_user)
    lost, won = ocgs[merge.loser.reference], ocgs[merge.winner.reference]
    stamp: dict[str, Any] = {"acting_user": acting_user, "change": Change.UNMERGED, "reason": reason}
    write_ocgs([lost], {"status": merge.status_before, "merged_into": None}, **stamp)
    write_ocgs([won], {"aliases": [name for name in won.aliases if name not in merge.added_aliases]}, **stamp)
    Membership.objects.filter(pk__in=merge.moves.values("membership"), ocg=won).update(ocg=lost)
    OCGMerge.objects.filter(pk=merge.pk).update(**_taken_back(acting_user, reason))
    merge.refresh_from_db()
    return merge


def _taken_back(acting_user: User, reason: str) -> dict[str, Any]:
    return {"undone_at": Now(), "undone_by": acting_user, "undone_reason": reason.strip()}


def _movable(rows: Any, side: str, won: OCG | SOCThreat) -> list[Membership]:
    """Return the locked memberships that can go over: not one that the winner has open already, nor one in itself."""
    other = "ocg_id" if side == "threat" else "threat_id"
    open_there = set(Membership.objects.open().filter(**{side: won}).values_list(other, flat=True))
    own = won.ocg_id if isinstance(won, SOCThreat) else SOCThreat.objects.filter(ocg=won).values_list("pk").first()
    itself = own[0] if isinstance(own, tuple) else own
    return [
        each
        for each in rows.order_by("pk").select_for_update(of=("self",))
        if getattr(each, other) != itself and (each.until_on is not None or getattr(each, other) not in open_there)
    ]


def _new_names(there: Sequence[str], more: Iterable[str]) -> list[str]:
    """Return the names that are not there yet, whatever their capitals, each once, as many as there is room for.

    What finds no room stays with the loser, whose names lead to the winner.
    """
    known = {name.casefold() for name in there}
    new = []
    for name in more:
        if name.casefold() not in known:
            known.add(name.casefold())
            new.append(name)
    return new[: ALIASES_LIMIT + 1 - len(there)]


def _counts(threats: Sequence[SOCThreat]) -> dict[str, int]:
    """Return how many disruptions there are against these by status, role and level, and whether they are tried out."""
    groups = (
        Disruption.objects.filter(threat__in=threats)
        .order_by()
        .values_list("status", "role", "level", "sandbox")
        .annotate(number=Count("pk"))
    )
    return {
        "/".join(str(part) for part in (status, role, level or "no level", "sandbox" if sandbox else "real")): number
        for status, role, level, sandbox, number in groups
    }
