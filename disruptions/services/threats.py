"""Keep the SOC master list: OCGs and threats. Set paths, as for disruptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from agencies.constraints import declare, violation
from agencies.models import Agency, User
from agencies.refusals import Invalid, NotFound, Stale
from disruptions.models import OCG, SOCThreat
from disruptions.permissions import require_manage_threats
from disruptions.references import OCG as OCG_LETTER
from disruptions.references import THREAT, reference_of
from disruptions.services.rows import now_and_numbers
from disruptions.services.versions import add_change_events, in_one_transaction
from disruptions.vocabulary import Change, ThreatArea, ThreatStatus

declare("ocg_exists", "ocg", "There is no OCG with this reference.")


@dataclass(slots=True)
class OCGRow:
    """An OCG as it was sent."""

    name: str
    aliases: tuple[str, ...] = ()
    pnd_tier: str | None = None
    pnd_reference: str = ""
    intent: str = ""
    capability: str = ""
    geography: str = ""
    status: str = ThreatStatus.ACTIVE.value


@dataclass(slots=True)
class ThreatRow:
    """A SOC threat as it was sent; ``ocg`` is a reference."""

    kind: str
    title: str
    ocg: str | None = None
    primary_area: str = ThreatArea.OIC.value
    other_areas: tuple[str, ...] = ()
    sub_threats: tuple[str, ...] = ()
    status: str = ThreatStatus.ACTIVE.value
    lead_responsible_officer: User | None = None


def record_ocgs(*, acting_user: User, agency: Agency, rows: Sequence[OCGRow]) -> list[OCG]:
    """Record OCGs that an agency leads; all or none. Raises ``Refused`` or ``Invalid``."""
    require_manage_threats(acting_user, agency)

    def work() -> list[OCG]:
        now, numbers = now_and_numbers("ocg_number", len(rows))
        ocgs = [
            OCG(
                reference=reference_of(OCG_LETTER, number),
                name=row.name,
                aliases=list(row.aliases),
                lead_agency=agency,
                pnd_tier=row.pnd_tier,
                pnd_reference=row.pnd_reference,
                intent=row.intent,
                capability=row.capability,
                geography=row.geography,
                status=row.status,
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

    def work() -> list[SOCThreat]:
        now, numbers = now_and_numbers("soc_threat_number", len(rows))
        ocgs = {
            ocg.reference: ocg
            for ocg in OCG.objects.visible_to(acting_user).filter(reference__in=[row.ocg for row in rows if row.ocg])
        }
        if any(row.ocg and row.ocg not in ocgs for row in rows):
            raise Invalid([violation("ocg_exists")])
        threats = [
            SOCThreat(
                reference=reference_of(THREAT, number),
                kind=row.kind,
                title=row.title,
                ocg=ocgs.get(row.ocg or ""),
                primary_area=row.primary_area,
                other_areas=list(row.other_areas),
                sub_threats=list(row.sub_threats),
                status=row.status,
                lead_agency=agency,
                lead_responsible_officer=row.lead_responsible_officer,
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


def amend_threats(
    *,
    acting_user: User,
    versions: Mapping[str, int | None],
    values: Mapping[str, Any],
) -> list[SOCThreat]:
    """Give threats, by reference and the version that was read, the same new values; all or none.

    ``values`` may hold title, primary_area, other_areas, sub_threats, status, lead_responsible_officer.
    Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
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

    def work() -> list[SOCThreat]:
        threats = locked_threats(list(versions), acting_user)
        for reference, threat in threats.items():
            if versions[reference] is not None and versions[reference] != threat.version:
                raise Stale(threat)
        write_threats(list(threats.values()), values, acting_user=acting_user)
        return list(threats.values())

    return in_one_transaction(work)


def locked_threats(references: Sequence[str], acting_user: User) -> dict[str, SOCThreat]:
    """Lock threats for the rest of the transaction and return them by reference. Raises ``NotFound`` or ``Refused``."""
    threats = {
        threat.reference: threat
        for threat in SOCThreat.objects.visible_to(acting_user)
        .filter(reference__in=references)
        .order_by("pk")
        .select_for_update(of=("self",))
        .select_related("lead_agency")
    }
    if len(threats) != len(set(references)):
        raise NotFound
    for agency in {threat.lead_agency for threat in threats.values()}:
        require_manage_threats(acting_user, agency)
    return threats


def write_threats(
    threats: Sequence[SOCThreat],
    values: Mapping[str, Any],
    *,
    acting_user: User,
    change: Change = Change.AMENDED,
    reason: str = "",
) -> None:
    """Write the next version of each threat in one statement, with the same values, and its change event."""
    if not threats:
        return
    stamped = {**values, "changed_by": acting_user, "change": change, "change_reason": reason}
    SOCThreat.objects.filter(pk__in=[threat.pk for threat in threats]).update(**stamped, version=F("version") + 1)
    for threat in threats:
        for name, value in stamped.items():
            setattr(threat, name, value)
        threat.version += 1
    _announce("soc_threat", threats, change)


def _announce(subject: str, records: Sequence[OCG] | Sequence[SOCThreat], change: Change) -> None:
    add_change_events(
        subject, change, [(record.pk, record.reference, record.version, record.lead_agency_id) for record in records]
    )
