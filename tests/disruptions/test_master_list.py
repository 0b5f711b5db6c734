"""Record and amend OCGs and threats: one parser, one set of rules, the same codes as the database; archive, restore."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from agencies.constraints import is_declared
from agencies.models import Agency, User
from agencies.refusals import Invalid, NotFound, Refused, Stale, violation_of
from agencies.vocabulary import Role
from disruptions.models import OCG, ChangeEvent, OCGEvent, SOCThreat, SOCThreatEvent, ThreatRequest
from disruptions.parsing import parse_ocg, parse_threat
from disruptions.services import (
    amend_ocg,
    amend_threat,
    archive_ocg,
    archive_threat,
    record_ocg,
    record_threat,
    restore_ocg,
    restore_threat,
)
from tests.factories import make_disruption, make_ocg, make_threat, make_threat_request, make_user

GOOD_OCG: dict[str, Any] = {
    "name": "Copper Heron",
    "aliases": ["The quay people", "Heron, north"],
    "pnd_tier": "tier_4",
}
GOOD_THREAT: dict[str, Any] = {
    "kind": "vulnerability",
    "title": "A gate that does not lock",
    "primary_area": "oic",
    "other_areas": ["drugs"],
    "sub_threats": ["facilitation"],
    "methods": ["small_boat"],
    "enablers": ["equipment", "online"],
    "geography": "North Kent",
    "agency_reference": "N/1",
}

BAD_OCGS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"name": ""}, "ocg_name_required"),
    ({"name": "x" * 121}, "ocg_name_within_limit"),
    ({"aliases": ["x" * 121]}, "ocg_aliases_within_limit"),
    ({"aliases": [f"name {place}" for place in range(51)]}, "ocg_aliases_few"),
    ({"pnd_tier": "P1"}, "ocg_pnd_tier_known"),
    ({"pnd_reference": "x" * 41}, "ocg_pnd_reference_within_limit"),
    ({"agency_reference": "x" * 81}, "ocg_agency_reference_within_limit"),
    ({"intent": "x" * 4001}, "ocg_intent_within_limit"),
    ({"capability": "x" * 4001}, "ocg_capability_within_limit"),
    ({"geography": "x" * 201}, "ocg_geography_within_limit"),
    ({"status": "asleep"}, "ocg_status_known"),
    ({"status": "archived"}, "ocg_status_by_archiving"),
    ({"name": 7}, "invalid"),
    ({"lead_agency": "kent"}, "unknown_field"),
)
BAD_THREATS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"kind": "gang"}, "soc_threat_kind_known"),
    ({"kind": None}, "soc_threat_kind_known"),
    ({"title": ""}, "soc_threat_title_required"),
    ({"title": "x" * 161}, "soc_threat_title_within_limit"),
    ({"kind": "ocg"}, "soc_threat_ocg_if_kind_is_ocg"),
    ({"ocg": "G-0000-0000"}, "mistyped_reference"),
    ({"primary_area": "P1"}, "soc_threat_primary_area_known"),
    ({"other_areas": ["oic"]}, "soc_threat_primary_area_not_repeated"),
    ({"other_areas": ["tier_1"]}, "soc_threat_other_areas_known"),
    ({"sub_threats": ["boats"]}, "soc_threat_sub_threats_known"),
    ({"methods": ["swimming"]}, "soc_threat_methods_known"),
    ({"enablers": ["luck"]}, "soc_threat_enablers_known"),
    ({"geography": "x" * 201}, "soc_threat_geography_within_limit"),
    ({"kind": "priority_individual"}, "soc_threat_individual_is_label_only"),
    ({"agency_reference": "x" * 81}, "soc_threat_agency_reference_within_limit"),
    ({"status": "asleep"}, "soc_threat_status_known"),
    ({"status": "archived"}, "soc_threat_status_by_archiving"),
    ({"lead_responsible_officer": "nobody@nowhere.example"}, "soc_threat_officer_exists"),
    ({"p_grade": "P1"}, "unknown_field"),
)


@pytest.fixture
def manager(north: Agency) -> User:
    return make_user(agency=north, roles=[Role.THREAT_MANAGER])


def codes(refused: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [each.code for each in refused.value.violations]


def test_an_ocg_is_recorded_with_its_history_and_its_change_event(north: Agency, manager: User) -> None:
    ocg = record_ocg(acting_user=manager, agency=north, entry=parse_ocg(GOOD_OCG, typed=True))
    ocg.refresh_from_db()
    assert (ocg.name, ocg.aliases, ocg.pnd_tier) == ("Copper Heron", ["The quay people", "Heron, north"], "tier_4")
    assert (ocg.lead_agency, ocg.created_by, ocg.version, ocg.change) == (north, manager, 1, "recorded")
    assert OCGEvent.objects.get(id=ocg.pk).name == "Copper Heron"
    assert ChangeEvent.objects.get(subject="ocg", object_id=ocg.pk).reference == ocg.reference


def test_a_threat_is_recorded_as_it_was_sent(north: Agency, manager: User) -> None:
    sent = GOOD_THREAT | {"lead_responsible_officer": manager.email.upper()}
    threat = record_threat(acting_user=manager, agency=north, entry=parse_threat(sent, typed=True))
    threat.refresh_from_db()
    assert (threat.methods, threat.enablers, threat.geography) == (
        ["small_boat"],
        ["equipment", "online"],
        "North Kent",
    )
    assert (threat.lead_responsible_officer, threat.p_grade, threat.next_review_on) == (manager, None, None)
    assert SOCThreatEvent.objects.get(id=threat.pk).agency_reference == "N/1"


@pytest.mark.parametrize(("changes", "code"), BAD_OCGS, ids=lambda value: str(value)[:60])
def test_a_bad_ocg_is_refused(north: Agency, manager: User, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        record_ocg(acting_user=manager, agency=north, entry=parse_ocg(GOOD_OCG | changes, typed=True))
    assert codes(refused) == [code]
    assert not OCG.objects.exists()


@pytest.mark.parametrize(("changes", "code"), BAD_THREATS, ids=lambda value: str(value)[:60])
def test_a_bad_threat_is_refused(north: Agency, manager: User, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        record_threat(acting_user=manager, agency=north, entry=parse_threat(GOOD_THREAT | changes, typed=True))
    assert codes(refused) == [code]
    assert not SOCThreat.objects.exists()


@pytest.mark.django_db
def test_the_database_refuses_the_same_rows_by_the_same_names() -> None:
    rows: list[tuple[str, int, str, Any, str]] = []
    for table, record, bad in (
        ("disruptions_ocg", make_ocg(), BAD_OCGS),
        ("disruptions_socthreat", make_threat(), BAD_THREATS),
    ):
        for changes, code in bad:
            [(column, value)] = changes.items()
            if code.startswith(("ocg_", "soc_threat_")) and is_constraint(code):
                rows.append((table, record.pk, column, value, code))
    assert len(rows) > 20
    for table, pk, column, value, code in rows:
        with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = %s, version = version + 1 WHERE id = %s", [value, pk])
        found = violation_of(refused.value)
        assert (found.code if found else str(refused.value)) == code


def is_constraint(code: str) -> bool:
    """Say whether a code is a constraint that one column of the row alone breaks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE conname = %s", [code])
        alone = code not in {
            "soc_threat_individual_is_label_only",
            "soc_threat_kind_known",
        }
        return is_declared(code) and bool(cursor.fetchone()[0]) and alone


def test_an_own_reference_is_used_once_by_an_agency(north: Agency, south: Agency, manager: User) -> None:
    first = record_threat(acting_user=manager, agency=north, entry=parse_threat(GOOD_THREAT, typed=True))
    with pytest.raises(Invalid) as refused:
        record_threat(acting_user=manager, agency=north, entry=parse_threat(GOOD_THREAT, typed=True))
    assert [(each.code, each.existing) for each in refused.value.violations] == [
        ("soc_threat_agency_reference_unique", first.reference)
    ]
    other = make_user(agency=south, roles=[Role.THREAT_MANAGER])
    record_threat(acting_user=other, agency=south, entry=parse_threat(GOOD_THREAT, typed=True))


def test_an_ocg_is_listed_once_by_the_agency_that_leads_it(north: Agency, south: Agency, manager: User) -> None:
    ours, theirs = make_ocg(lead_agency=north), make_ocg(lead_agency=south)
    sent = GOOD_THREAT | {"kind": "ocg", "ocg": ours.reference}
    threat = record_threat(acting_user=manager, agency=north, entry=parse_threat(sent, typed=True))
    assert threat.ocg == ours
    for ocg, code in (
        (ours.reference, "soc_threat_ocg_free"),
        (theirs.reference, "soc_threat_ocg_of_same_agency"),
        ("G-0XSG-MMSN", "ocg_exists"),
    ):
        entry = parse_threat(sent | {"ocg": ocg, "agency_reference": ""}, typed=True)
        with pytest.raises(Invalid) as refused:
            record_threat(acting_user=manager, agency=north, entry=entry)
        assert codes(refused)[0] in {code, "mistyped_reference"}


def test_only_those_who_manage_the_agencys_threats_change_them(north: Agency, south: Agency, recorder: User) -> None:
    threat = make_threat(lead_agency=north)
    for person in (recorder, make_user(agency=south, roles=[Role.THREAT_MANAGER])):
        with pytest.raises(Refused):
            record_threat(acting_user=person, agency=north, entry=parse_threat(GOOD_THREAT, typed=True))
        with pytest.raises(Refused):
            amend_threat(
                acting_user=person,
                reference=threat.reference,
                version=1,
                changes=parse_threat({"title": "Other"}, typed=True),
            )


def test_an_amendment_writes_one_version_and_one_that_changes_nothing_writes_none(manager: User, north: Agency) -> None:
    threat = make_threat(lead_agency=north, title="Before")
    amended = amend_threat(
        acting_user=manager,
        reference=threat.reference,
        version=1,
        changes=parse_threat({"title": "After", "status": "monitored"}, typed=True),
    )
    assert (amended.version, amended.change, amended.changed_by) == (2, "amended", manager)
    assert list(SOCThreatEvent.objects.filter(id=threat.pk).order_by("version").values_list("title", "status")) == [
        ("Before", "active"),
        ("After", "monitored"),
    ]
    same = amend_threat(
        acting_user=manager, reference=threat.reference, version=2, changes=parse_threat({"title": "After"}, typed=True)
    )
    assert same.version == 2


def test_changes_to_different_fields_meet_and_to_the_same_field_show_both_sides(manager: User, north: Agency) -> None:
    ocg = make_ocg(lead_agency=north, name="Heron")
    amend_ocg(acting_user=manager, reference=ocg.reference, version=1, changes=parse_ocg({"name": "Crane"}, typed=True))
    merged = amend_ocg(
        acting_user=manager,
        reference=ocg.reference,
        version=1,
        changes=parse_ocg({"name": "Heron", "geography": "Kent"}, typed=True),
        merge=True,
    )
    assert (merged.name, merged.geography, merged.version) == ("Crane", "Kent", 3)
    changes = parse_ocg({"name": "Grebe"}, typed=True)
    with pytest.raises(Stale) as stale:
        amend_ocg(acting_user=manager, reference=ocg.reference, version=1, changes=changes, merge=True)
    assert (stale.value.theirs, stale.value.mine) == ({"name": "Crane"}, {"name": "Grebe"})
    changes = parse_ocg({"geography": "Surrey"}, typed=True)
    with pytest.raises(Stale):
        amend_ocg(acting_user=manager, reference=ocg.reference, version=1, changes=changes)


@pytest.mark.parametrize(
    ("changes", "code"), [({"kind": "vulnerability"}, "soc_threat_kind_fixed"), ({"ocg": None}, "soc_threat_ocg_fixed")]
)
def test_what_a_threat_is_cannot_change(manager: User, north: Agency, changes: dict[str, Any], code: str) -> None:
    threat = make_threat(ocg=make_ocg(lead_agency=north))
    with pytest.raises(Invalid) as refused:
        amend_threat(
            acting_user=manager, reference=threat.reference, version=1, changes=parse_threat(changes, typed=True)
        )
    assert codes(refused)[0] == code


def test_the_archive_keeps_why_and_gives_back_what_stood(manager: User, north: Agency) -> None:
    threat = make_threat(ocg=make_ocg(lead_agency=north), status="monitored")  # type: ignore[arg-type]
    record = make_disruption(threat=threat)
    with pytest.raises(Invalid) as refused:
        archive_threat(acting_user=manager, reference=threat.reference, version=1, reason=" ")
    assert codes(refused) == ["soc_threat_archived_has_reason"]
    archived = archive_threat(acting_user=manager, reference=threat.reference, version=1, reason="Nothing for years.")
    assert (archived.status, archived.change, archived.change_reason) == ("archived", "archived", "Nothing for years.")
    threat.refresh_from_db()
    assert (threat.ocg.status, record.threat_id) == ("archived", threat.pk)  # type: ignore[union-attr]
    with pytest.raises(Refused):
        amend_threat(
            acting_user=manager, reference=threat.reference, version=2, changes=parse_threat({"title": "x"}, typed=True)
        )
    restored = restore_threat(acting_user=manager, reference=threat.reference, version=2, reason="Seen again.")
    assert (restored.status, restored.change, restored.version) == ("monitored", "restored", 3)
    assert OCG.objects.get(threat=threat).status == "active"
    with pytest.raises(Refused):
        restore_threat(acting_user=manager, reference=threat.reference, version=3, reason="Again.")


def test_an_ocg_that_is_a_threat_is_archived_with_it_and_not_alone(manager: User, north: Agency) -> None:
    ocg, alone = make_ocg(lead_agency=north), make_ocg(lead_agency=north)
    make_threat(ocg=ocg)
    with pytest.raises(Refused) as refused:
        archive_ocg(acting_user=manager, reference=ocg.reference, version=1, reason="Gone.")
    assert refused.value.code == "ocg_is_a_threat"
    assert archive_ocg(acting_user=manager, reference=alone.reference, version=1, reason="Gone.").status == "archived"
    assert restore_ocg(acting_user=manager, reference=alone.reference, version=2, reason="Back.").status == "active"


def test_a_stale_or_absent_threat_is_not_archived(manager: User, north: Agency) -> None:
    threat = make_threat(lead_agency=north)
    with pytest.raises(Stale):
        archive_threat(acting_user=manager, reference=threat.reference, version=7, reason="Gone.")
    with pytest.raises(NotFound):
        archive_threat(acting_user=manager, reference="T-0000-0000", version=1, reason="Gone.")


def test_a_request_is_answered_by_the_threat_that_it_led_to(manager: User, north: Agency) -> None:
    request = make_threat_request(requested_by=make_user(agency=north, roles=[Role.RECORDER]))
    threat = record_threat(
        acting_user=manager, agency=north, entry=parse_threat(GOOD_THREAT, typed=True), request=request.pk
    )
    request.refresh_from_db()
    assert (request.status, request.threat, request.answered_by) == ("listed", threat, manager)
    entry = parse_threat(GOOD_THREAT | {"agency_reference": "N/2"}, typed=True)
    with pytest.raises(NotFound):
        record_threat(acting_user=manager, agency=north, entry=entry, request=request.pk + 1000)
    assert SOCThreat.objects.filter(agency_reference="N/2").count() == 0
    assert ThreatRequest.objects.count() == 1
