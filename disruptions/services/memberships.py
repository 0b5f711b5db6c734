"""Say who belongs to what, from when until when: priority individuals to OCGs, OCGs to wider threats."""

from __future__ import annotations

from datetime import date

from agencies.constraints import Violation, declare, violation
from agencies.models import Now, User, london_date, oic_now
from agencies.refusals import Invalid, NotFound, Refused
from disruptions.models import OCG, Membership, SOCThreat
from disruptions.models.membership import MEMBERSHIP_NOTE_LIMIT
from disruptions.permissions import may_manage_membership
from disruptions.references import OCG as OCG_LETTER
from disruptions.references import THREAT, read_reference
from disruptions.rules import is_storable
from disruptions.services.threats import require_live, write_ocgs, write_threats
from disruptions.services.versions import in_one_transaction, lock_rows
from disruptions.vocabulary import Change, MembershipKind, ThreatKind

declare("membership_threat_exists", "threat", "There is no SOC threat with this reference. It looks like T-7KQ2-M4XH.")
declare("membership_ocg_exists", "ocg", "There is no OCG with this reference. It looks like G-7KQ2-M4XH.")
declare(
    "membership_of_another", "ocg", "The threat is this OCG itself. An OCG is part of a wider threat, not of its own."
)
declare("membership_from_required", "from_on", "Enter the first day.")
declare("membership_until_required", "until_on", "Enter the last day.")
declare("membership_dates_not_in_future", "from_on", "The day must be today or in the past.")
declare("membership_note_storable", "note", "Take out the characters that cannot be stored (null or half a character).")


def add_membership(*, acting_user: User, threat: str, ocg: str, from_on: date | None, note: str = "") -> Membership:
    """Put a priority individual into an OCG, or an OCG into a wider threat; which of the two follows from the threat.

    Threat managers of either side may. Both sides get a new version. Raises ``Refused`` or ``Invalid``.
    """

    def work() -> Membership:
        group, entry = _locked(acting_user, threat=threat, ocg=ocg)
        _require_may(acting_user, entry, group)
        require_live(entry)
        require_live(group)
        found: list[Violation] = []
        if entry.ocg_id == group.pk:
            found.append(violation("membership_of_another"))
        if from_on is None:
            found.append(violation("membership_from_required"))
        elif from_on > london_date(oic_now()):
            found.append(violation("membership_dates_not_in_future"))
        words = note.strip()
        if not is_storable(words):
            found.append(violation("membership_note_storable"))
        elif len(words) > MEMBERSHIP_NOTE_LIMIT:
            found.append(violation("membership_note_within_limit"))
        if Membership.objects.open().filter(threat=entry, ocg=group).exists():
            found.append(violation("membership_one_open"))
        if found or from_on is None:
            raise Invalid(found)
        individual = entry.kind == ThreatKind.PRIORITY_INDIVIDUAL
        membership = Membership.objects.create(
            kind=MembershipKind.INDIVIDUAL_IN_OCG if individual else MembershipKind.OCG_IN_THREAT,
            threat=entry,
            ocg=group,
            from_on=from_on,
            note=words,
            added_by=acting_user,
        )
        _tell(entry, group, acting_user, f"{_in_words(membership)} from {from_on:%-d %B %Y}.")
        return membership

    return in_one_transaction(work)


def end_membership(*, acting_user: User, membership: int, until_on: date | None) -> Membership:
    """End a membership on a day, its last. Raises ``NotFound``, ``Refused`` or ``Invalid``."""

    def work() -> Membership:
        named = Membership.objects.visible_to(acting_user).filter(pk=membership).with_related().first()
        if named is None:
            raise NotFound
        _require_may(acting_user, named.threat, named.ocg)
        group, entry = _locked(acting_user, threat=named.threat.reference, ocg=named.ocg.reference)
        found = Membership.objects.select_for_update().get(pk=named.pk)
        if found.until_on is not None:
            raise Refused("membership_ended", f"This membership ended on {found.until_on:%-d %B %Y}.")
        if until_on is None:
            raise Invalid([violation("membership_until_required")])
        if until_on < found.from_on:
            raise Invalid([violation("membership_ends_after_start")])
        if until_on > london_date(oic_now()):
            raise Invalid([violation("membership_dates_not_in_future", "until_on")])
        Membership.objects.filter(pk=found.pk).update(until_on=until_on, ended_by=acting_user, ended_at=Now())
        found.refresh_from_db()
        _tell(entry, group, acting_user, f"{_in_words(found)} until {until_on:%-d %B %Y}.")
        return found

    return in_one_transaction(work)


def _locked(acting_user: User, *, threat: str, ocg: str) -> tuple[OCG, SOCThreat]:
    """Lock both sides, threats before OCGs as everywhere. Raises ``Invalid``."""
    entries = SOCThreat.objects.visible_to(acting_user).filter(reference=read_reference(threat, THREAT) or "")
    lock_rows(entries)
    entry = entries.select_related("lead_agency").first()
    groups = OCG.objects.visible_to(acting_user).filter(reference=read_reference(ocg, OCG_LETTER) or "")
    lock_rows(groups)
    group = groups.select_related("lead_agency").first()
    if group is None or entry is None:
        raise Invalid(
            [
                *([violation("membership_ocg_exists")] if group is None else []),
                *([violation("membership_threat_exists")] if entry is None else []),
            ]
        )
    return group, entry


def _require_may(acting_user: User, threat: SOCThreat, ocg: OCG) -> None:
    if not may_manage_membership(acting_user, threat, ocg):
        raise Refused(
            "may_not_manage_membership",
            f"Only a threat manager of {threat.lead_agency.name} or of {ocg.lead_agency.name} can change this.",
        )


def _in_words(membership: Membership) -> str:
    individual, group = membership.threat.reference, membership.ocg.reference
    if membership.kind == MembershipKind.INDIVIDUAL_IN_OCG:
        return f"{individual} in {group}"
    return f"{group} in {individual}"


def _tell(threat: SOCThreat, ocg: OCG, acting_user: User, reason: str) -> None:
    """Write the version of both sides that says what changed."""
    write_ocgs([ocg], {}, acting_user=acting_user, change=Change.MEMBERS_CHANGED, reason=reason)
    write_threats([threat], {}, acting_user=acting_user, change=Change.MEMBERS_CHANGED, reason=reason)
