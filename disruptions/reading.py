"""Read one record with all that its own pages show of other tables."""

from __future__ import annotations

from agencies.models import Agency, User
from disruptions.models import Disruption, SOCThreat


def complete(record: Disruption) -> Disruption:
    """Fetch the threat, agencies, people and other records that a record names, in four queries, and return it.

    One query over twenty joined tables takes the database longer to plan than all of these take together.
    """
    if record.threat_id:
        record.threat = SOCThreat.objects.select_related("ocg").get(pk=record.threat_id)
    people = User.objects.in_bulk(
        {record.recorded_by_id, record.submitted_by_id, record.approved_by_id, record.changed_by_id} - {None}
    )
    named = {record.lead_id, record.duplicate_of_id} - {None}
    others = Disruption.objects.in_bulk(named) if named else {}
    led_by = {record.threat.lead_agency_id} if record.threat else set()
    at_home = {each.agency_id for each in people.values()} | {each.agency_id for each in others.values()}
    agencies = Agency.objects.select_related("region").in_bulk(
        ({record.agency_id, record.lead_agency_id, record.force_area_id} | led_by | at_home) - {None}
    )
    for person in people.values():
        person.agency = agencies[person.agency_id]
    for other in others.values():
        other.agency = agencies[other.agency_id]
    if record.threat:
        record.threat.lead_agency = agencies[record.threat.lead_agency_id]
    for name in ("agency", "lead_agency", "force_area"):
        _set(record, name, agencies)
    for name in ("recorded_by", "submitted_by", "approved_by", "changed_by"):
        _set(record, name, people)
    for name in ("lead", "duplicate_of"):
        _set(record, name, others)
    return record


def _set(record: Disruption, name: str, found: dict[int, User] | dict[int, Agency] | dict[int, Disruption]) -> None:
    key = getattr(record, f"{name}_id")
    if key is not None:
        setattr(record, name, found[key])
