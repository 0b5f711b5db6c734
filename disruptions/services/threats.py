"""Keep the SOC master list: record and amend OCGs and threats. Set paths, as for disruptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F

from agencies.constraints import Violation, declare, violation
from agencies.models import Agency, User
from agencies.refusals import Invalid, NotFound, Refused, Stale
from disruptions.master_list import (
    OCG_NAMES,
    THREAT_NAMES,
    OCGRow,
    ParsedEntry,
    ThreatRow,
    check_fixed,
    check_master_reason,
    check_ocg,
    check_threat,
)
from disruptions.models import OCG, OCGEvent, SOCThreat, SOCThreatEvent, ThreatHandOver
from disruptions.permissions import require_manage_threats
from disruptions.references import OCG as OCG_LETTER
from disruptions.references import THREAT, reference_of
from disruptions.services.announcing import Event, add_change_events
from disruptions.services.recording import first_per_field
from disruptions.services.rows import now_and_numbers
from disruptions.services.threat_requests import answer_threat_request
from disruptions.services.versions import in_one_transaction, lock_rows
from disruptions.vocabulary import Change, ThreatStatus

declare("ocg_exists", "ocg", "There is no OCG with this reference.")
declare("ocg_accepts", "ocg", "This OCG is archived. Restore it first, or name another.")
declare("ocg_not_on_offer", "ocg", "This OCG is on offer to another agency. Take the offer back first.")
declare("soc_threat_ocg_free", "ocg", "This OCG is on the master list already.")
declare("soc_threat_ocg_of_same_agency", "ocg", "Another agency leads this OCG. Ask it to hand the OCG over first.")
declare(
    "soc_threat_officer_exists",
    "lead_responsible_officer",
    "There is nobody with this e-mail address at the lead agency. Check it, or leave it out.",
)

_LISTS = frozenset({"aliases", "other_areas", "sub_threats", "methods", "enablers"})


def record_ocg(*, acting_user: User, agency: Agency, entry: ParsedEntry) -> OCG:
    """Record one OCG as it was sent. Raises ``Refused`` or ``Invalid``."""
    require_manage_threats(acting_user, agency)
    row = OCGRow(**{"name": "", **entry.values})
    _require_none(entry.violations, check_ocg(row))
    return record_ocgs(acting_user=acting_user, agency=agency, rows=[row])[0]


def record_threat(
    *, acting_user: User, agency: Agency, entry: ParsedEntry, request: int | None = None, answer: str = ""
) -> SOCThreat:
    """Record one threat as it was sent; with ``request``, which it answers, in the same transaction.

    Raises ``NotFound``, ``Refused`` or ``Invalid``.
    """
    require_manage_threats(acting_user, agency)

    def work() -> SOCThreat:
        values = {"kind": "", "title": "", **entry.values}
        found = list(entry.violations)
        values["lead_responsible_officer"] = _officer(values.get("lead_responsible_officer"), agency, found)
        row = ThreatRow(**values)
        _require_none(found, check_threat(row))
        threat = record_threats(acting_user=acting_user, agency=agency, rows=[row])[0]
        if request is not None:
            answer_threat_request(
                acting_user=acting_user, request=request, listed=True, threat=threat.reference, answer=answer
            )
        return threat

    return in_one_transaction(work)


def record_ocgs(*, acting_user: User, agency: Agency, rows: Sequence[OCGRow]) -> list[OCG]:
    """Record OCGs that an agency leads; all or none. Raises ``Refused`` or ``Invalid``."""
    require_manage_threats(acting_user, agency)
    _require_none(*(check_ocg(row) for row in rows))

    def work() -> list[OCG]:
        _require_free(OCG, agency, [row.agency_reference for row in rows])
        now, numbers = now_and_numbers("ocg_number", len(rows))
        ocgs = [
            OCG(
                **_columns(row, OCG_NAMES),
                reference=reference_of(OCG_LETTER, number),
                lead_agency=agency,
                created_at=now,
                created_by=acting_user,
                changed_by=acting_user,
            )
            for number, row in zip(numbers, rows, strict=True)
        ]
        OCG.objects.bulk_create(ocgs)
        _announce("ocg", ocgs, Change.RECORDED)
        return ocgs

    return in_one_transaction(work)


def record_threats(*, acting_user: User, agency: Agency, rows: Sequence[ThreatRow]) -> list[SOCThreat]:
    """Record SOC threats that an agency leads; all or none. Raises ``Refused`` or ``Invalid``."""
    require_manage_threats(acting_user, agency)
    _require_none(*(check_threat(row) for row in rows))

    def work() -> list[SOCThreat]:
        ocgs = _ocgs_to_list([row.ocg for row in rows if row.ocg], agency, acting_user)
        _require_free(SOCThreat, agency, [row.agency_reference for row in rows])
        now, numbers = now_and_numbers("soc_threat_number", len(rows))
        threats = [
            SOCThreat(
                **_columns(row, THREAT_NAMES) | {"ocg": ocgs.get(row.ocg or "")},
                reference=reference_of(THREAT, number),
                lead_agency=agency,
                created_at=now,
                created_by=acting_user,
                changed_by=acting_user,
            )
            for number, row in zip(numbers, rows, strict=True)
        ]
        SOCThreat.objects.bulk_create(threats)
        _announce("soc_threat", threats, Change.RECORDED)
        return threats

    return in_one_transaction(work)


def amend_ocg(
    *, acting_user: User, reference: str, version: int | None, changes: ParsedEntry, merge: bool = False
) -> OCG:
    """Change the given fields of an OCG and return it; an amendment that changes nothing writes nothing.

    ``version`` is the version that was read; ``merge`` lets changes to different fields stand together.
    Raises ``NotFound``, ``Refused``, ``Invalid`` or ``Stale`` (with both sides, by wire name).
    """

    def work() -> OCG:
        ocg = locked_ocgs([reference], acting_user=acting_user)[reference]
        require_live(ocg)
        before = wire_of_ocg(ocg)
        given = _own_changes(ocg, before, changes.values, version, OCGEvent, wire_of_ocg, merge=merge)
        _require_none(changes.violations, check_ocg(OCGRow(**before | given), status_before=ocg.status))
        changed = {name: value for name, value in given.items() if value != before[name]}
        if changed.get("agency_reference"):
            _require_free(OCG, ocg.lead_agency, [changed["agency_reference"]], leave_out=ocg.pk)
        if changed:
            write_ocgs([ocg], _stored(changed), acting_user=acting_user)
        return ocg

    return in_one_transaction(work)


def amend_threat(
    *, acting_user: User, reference: str, version: int | None, changes: ParsedEntry, merge: bool = False
) -> SOCThreat:
    """Change the given fields of a threat and return it; an amendment that changes nothing writes nothing.

    ``version`` is the version that was read; ``merge`` lets changes to different fields stand together.
    Raises ``NotFound``, ``Refused``, ``Invalid`` or ``Stale`` (with both sides, by wire name).
    """

    def work() -> SOCThreat:
        threat = locked_threats([reference], acting_user=acting_user)[reference]
        require_live(threat)
        before = wire_of_threat(threat)
        given = _own_changes(threat, before, changes.values, version, SOCThreatEvent, wire_of_threat, merge=merge)
        changed = {name: value for name, value in given.items() if value != before[name]}
        found = list(changes.violations)
        officer = threat.lead_responsible_officer
        if "lead_responsible_officer" in changed:
            officer = _officer(changed["lead_responsible_officer"], threat.lead_agency, found)
        after = ThreatRow(**before | given)
        _require_none(found, check_fixed(ThreatRow(**before), given), check_threat(after, status_before=threat.status))
        if changed.get("agency_reference"):
            _require_free(SOCThreat, threat.lead_agency, [changed["agency_reference"]], leave_out=threat.pk)
        if changed:
            values = _stored(changed)
            if "lead_responsible_officer" in values:
                values["lead_responsible_officer"] = officer
            write_threats([threat], values, acting_user=acting_user)
        return threat

    return in_one_transaction(work)


def amend_threats(
    *, acting_user: User, versions: Mapping[str, int | None], values: Mapping[str, Any], reason: str = ""
) -> list[SOCThreat]:
    """Give threats, by reference and the version that was read, the same new values; all or none.

    ``values`` may hold title, primary_area, other_areas, sub_threats, status, lead_responsible_officer. Archiving
    needs a reason. Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """
    allowed = {
        "title",
        "primary_area",
        "other_areas",
        "sub_threats",
        "status",
        "lead_responsible_officer",
    }
    if not set(values) <= allowed:
        raise ValueError(f"not amendable: {', '.join(sorted(set(values) - allowed))}")
    archiving = values.get("status") == ThreatStatus.ARCHIVED
    if archiving:
        _require_none(check_master_reason(reason, "soc_threat_archived_has_reason"))

    def work() -> list[SOCThreat]:
        threats = locked_threats(list(versions), acting_user=acting_user)
        for reference, threat in threats.items():
            if versions[reference] is not None and versions[reference] != threat.version:
                raise Stale(threat)
        change = Change.ARCHIVED if archiving else Change.AMENDED
        write_threats(list(threats.values()), values, acting_user=acting_user, change=change, reason=reason)
        return list(threats.values())

    return in_one_transaction(work)


def locked_threats(references: Sequence[str], *, acting_user: User) -> dict[str, SOCThreat]:
    """Lock threats for the rest of the transaction and return them by reference. Raises ``NotFound`` or ``Refused``."""
    return _locked(SOCThreat.objects.visible_to(acting_user), references, acting_user)


def locked_ocgs(references: Sequence[str], *, acting_user: User) -> dict[str, OCG]:
    """Lock OCGs for the rest of the transaction and return them by reference. Raises ``NotFound`` or ``Refused``."""
    return _locked(OCG.objects.visible_to(acting_user), references, acting_user)


def write_threats(
    threats: Sequence[SOCThreat],
    values: Mapping[str, Any],
    *,
    acting_user: User,
    change: Change = Change.AMENDED,
    reason: str = "",
) -> None:
    """Write the next version of each threat in one statement, with the same values, and its change event."""
    _write("soc_threat", SOCThreat, threats, values, acting_user=acting_user, change=change, reason=reason)


def write_ocgs(
    ocgs: Sequence[OCG],
    values: Mapping[str, Any],
    *,
    acting_user: User,
    change: Change = Change.AMENDED,
    reason: str = "",
) -> None:
    """Write the next version of each OCG in one statement, with the same values, and its change event."""
    _write("ocg", OCG, ocgs, values, acting_user=acting_user, change=change, reason=reason)


def require_live(entry: OCG | SOCThreat) -> None:
    """Raise ``Refused`` for an entry in the archive; of one that was merged it names the one in its place."""
    if entry.merged_into_id is not None:
        raise Refused(
            "merged_into_another",
            f"{entry.reference} was merged: go on with {entry.in_its_place().reference}, or take the merge back.",
        )
    if entry.status == ThreatStatus.ARCHIVED:
        raise Refused("archived", f"{entry.reference} is archived. Restore it before you change it.")


def wire_of_ocg(ocg: Any) -> dict[str, Any]:
    """Return an OCG, or a version of one, as typed values by wire name."""
    return _wire(ocg, OCG_NAMES)


def wire_of_threat(threat: Any) -> dict[str, Any]:
    """Return a threat, or a version of one, as typed values by wire name; people by their e-mail address."""
    values = _wire(threat, [name for name in THREAT_NAMES if name not in {"ocg", "lead_responsible_officer"}])
    officer = threat.lead_responsible_officer
    return values | {
        "ocg": threat.ocg.reference if threat.ocg else None,
        "lead_responsible_officer": officer.email if officer else None,
    }


def _wire(entry: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: tuple(getattr(entry, name)) if name in _LISTS else getattr(entry, name) for name in names}


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if name in _LISTS else value for name, value in values.items()}


def _columns(row: OCGRow | ThreatRow, names: Sequence[str]) -> dict[str, Any]:
    return _stored({name: getattr(row, name) for name in names})


def _locked(rows: Any, references: Sequence[str], acting_user: User) -> dict[str, Any]:
    named = rows.filter(reference__in=references)
    lock_rows(named)
    found = {entry.reference: entry for entry in named.order_by("pk").select_related(*rows.WRITTEN_WITH)}
    if len(found) != len(set(references)):
        raise NotFound
    for agency in {entry.lead_agency for entry in found.values()}:
        require_manage_threats(acting_user, agency)
    return found


def _write(
    subject: str,
    model: Any,
    entries: Sequence[Any],
    values: Mapping[str, Any],
    *,
    acting_user: User,
    change: Change,
    reason: str,
) -> None:
    if not entries:
        return
    stamped = {**values, "changed_by": acting_user, "change": change, "change_reason": reason}
    model.objects.filter(pk__in=[entry.pk for entry in entries]).update(**stamped, version=F("version") + 1)
    for entry in entries:
        for name, value in stamped.items():
            setattr(entry, name, value)
        entry.version += 1
    _announce(subject, entries, change)


def _announce(subject: str, records: Sequence[Any], change: Change) -> None:
    add_change_events(
        subject,
        change,
        [Event(record.pk, record.reference, record.version, record.lead_agency_id) for record in records],
    )


def _own_changes(
    entry: Any,
    current: dict[str, Any],
    sent: Mapping[str, Any],
    version: int | None,
    events: Any,
    wire_of: Any,
    *,
    merge: bool,
) -> dict[str, Any]:
    """Return what was sent; of an entry that has moved on, only what the person themselves changed.

    Raises ``Stale`` where it moved on and ``merge`` is off, or where both changed the same field to different values.
    """
    if version is None or version == entry.version:
        return dict(sent)
    base = events.objects.filter(id=entry.pk, version=version).first() if merge else None
    if base is None:
        raise Stale(entry)
    read = wire_of(base)
    own = {name: value for name, value in sent.items() if value != read[name]}
    theirs = {name: current[name] for name, value in own.items() if current[name] not in (read[name], value)}
    if theirs:
        raise Stale(entry, theirs, {name: own[name] for name in theirs}, set(sent) - set(own))
    return own


def _officer(email: str | None, agency: Agency, found: list[Violation]) -> User | None:
    """Return the person with an address at the lead agency, or nothing; a wrong address goes into ``found``."""
    if not email:
        return None
    officer = User.objects.people().of_agency(agency).filter(email__iexact=email, is_active=True).first()
    if officer is None:
        found.append(violation("soc_threat_officer_exists"))
    return officer


def _ocgs_to_list(references: Sequence[str], agency: Agency, acting_user: User) -> dict[str, OCG]:
    """Lock the OCGs that are to go on the master list, so that each goes there once. Raises ``Invalid``."""
    if not references:
        return {}
    rows = OCG.objects.visible_to(acting_user).filter(reference__in=references).order_by("pk").select_for_update()
    ocgs = {ocg.reference: ocg for ocg in rows}
    if any(reference not in ocgs for reference in references):
        raise Invalid([violation("ocg_exists")])
    for ocg in ocgs.values():
        if ocg.status == ThreatStatus.ARCHIVED:
            raise Invalid([violation("ocg_accepts")])
        if ocg.lead_agency_id != agency.pk:
            raise Invalid([violation("soc_threat_ocg_of_same_agency")])
    if ThreatHandOver.objects.open().filter(ocg__in=ocgs.values()).exists():
        raise Invalid([violation("ocg_not_on_offer")])
    listed = SOCThreat.objects.filter(ocg__in=ocgs.values()).first()
    if listed is not None:
        message = f"This OCG is on the master list already: {listed.reference}."
        raise Invalid([violation("soc_threat_ocg_free", message=message, existing=listed.reference)])
    return ocgs


def _require_free(model: Any, agency: Agency, references: Sequence[str], *, leave_out: int | None = None) -> None:
    """Raise ``Invalid``, naming it, where the agency has an entry with one of these own references."""
    wanted = [reference for reference in references if reference]
    if not wanted:
        return
    code = "ocg_agency_reference_unique" if model is OCG else "soc_threat_agency_reference_unique"
    taken = model.objects.filter(lead_agency=agency, agency_reference__in=wanted).exclude(pk=leave_out).first()
    if taken is not None:
        message = f"The lead agency has {taken.reference} with this own reference already."
        raise Invalid([violation(code, message=message, existing=taken.reference)])


def _require_none(*groups: Sequence[Violation]) -> None:
    found = first_per_field([each for group in groups for each in group])
    if found:
        raise Invalid(found)
