"""The small world that the contract tests record in: three agencies, two threats, leads and supports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agencies.models import Agency, User
from agencies.vocabulary import Role
from disruptions.models import Disruption, SOCThreat
from disruptions.parsing import ParsedRow, parse_disruption
from disruptions.references import DISRUPTION, THREAT, reference_of
from disruptions.services import OCGRow, ThreatRow, amend_threats, record_disruptions, record_ocgs, record_threats
from disruptions.vocabulary import Channel
from tests.factories import make_agency, make_user
from tests.payloads import GOOD_LEAD, GOOD_SUPPORT, payload


@dataclass(slots=True)
class World:
    """Who and what the payloads name."""

    north: Agency
    south: Agency
    centre: Agency
    recorder: User
    colleague: User
    threat: SOCThreat
    names: dict[str, Any]
    ids: dict[str, int]

    def lead(self, **changes: Any) -> dict[str, Any]:
        """Return a good lead payload, changed."""
        return payload(GOOD_LEAD, changes, self.names)

    def support(self, **changes: Any) -> dict[str, Any]:
        """Return a good support payload, changed."""
        return payload(GOOD_SUPPORT, changes, self.names)

    def parsed(self, *, submit: bool = True, **changes: Any) -> ParsedRow:
        """Return a good lead as a parsed row."""
        return parse_disruption({**self.lead(**changes), "submit": submit}, typed=True)

    def record(self, *, submit: bool = True, **changes: Any) -> Disruption:
        """Record a good lead of the north and return it."""
        return record(self.recorder, self.lead(**changes), submit=submit)


def record(user: User, raw: dict[str, Any], *, submit: bool = True) -> Disruption:
    """Record one payload for somebody's agency through the service and return the record."""
    [result] = record_disruptions(
        acting_user=user,
        agency=user.agency,
        rows=[parse_disruption({**raw, "submit": submit}, typed=True)],
        channel=Channel.COMMAND,
    )
    assert result.record is not None, result.violations
    return result.record


def make_world() -> World:
    """Return the world, made by the services."""
    north = make_agency(code="north")
    south = make_agency(code="south")
    centre = make_agency(code="centre", kind="law_enforcement_agency", statistics_group="nca")  # type: ignore[arg-type]
    recorder = make_user(agency=north, roles=[Role.RECORDER])
    colleague = make_user(agency=north, roles=[Role.APPROVER])
    southerner = make_user(agency=south, roles=[Role.RECORDER])
    officer = make_user(agency=centre, roles=[Role.RECORDER], national_roles=[Role.THREAT_MANAGER])
    ocg = record_ocgs(acting_user=officer, agency=centre, rows=[OCGRow("Copper Heron")])[0]
    threat, archived = record_threats(
        acting_user=officer,
        agency=centre,
        rows=[
            ThreatRow("ocg", "Copper Heron", ocg=ocg.reference),
            ThreatRow("vulnerability", "A gate that does not lock"),
        ],
    )
    amend_threats(
        acting_user=officer, versions={archived.reference: 1}, values={"status": "archived"}, reason="It is mended."
    )
    names: dict[str, Any] = {
        "threat": threat.reference,
        "archived": archived.reference,
        "no_threat": reference_of(THREAT, 10**6),
        "no_lead": reference_of(DISRUPTION, 10**6),
        "north": north.pk,
        "south": south.pk,
        "centre": centre.pk,
    }
    lead = payload(GOOD_LEAD, {}, names)
    made = {
        "their_lead": record(southerner, lead),
        "supported": record(southerner, lead),
        "hidden": record(southerner, lead, submit=False),
        "our_lead": record(recorder, {**lead, "agency_reference": "NORTH/2026/1"}),
    }
    names |= {name: each.reference for name, each in made.items()}
    made["a_support"] = record(officer, payload(GOOD_SUPPORT, {}, names))
    made["our_support"] = record(recorder, payload(GOOD_SUPPORT, {"lead": "{supported}"}, names))
    names |= {name: each.reference for name, each in made.items()}
    return World(
        north=north,
        south=south,
        centre=centre,
        recorder=recorder,
        colleague=colleague,
        threat=threat,
        names=names,
        ids={name: each.pk for name, each in made.items()}
        | {"threat": threat.pk, "archived": archived.pk, "ocg": ocg.pk},
    )
