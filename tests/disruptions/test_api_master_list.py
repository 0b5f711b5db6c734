"""Keeping the master list over the API: the rules, versions, keys and errors that disruptions have."""

from __future__ import annotations

from typing import Any

import pytest

from agencies.models import Agency, RoleGrant, User
from agencies.permissions import holds_role
from agencies.services.api_clients import add_api_client, amend_api_client
from agencies.vocabulary import ApiScope, Role
from disruptions.models import OCG, SOCThreat
from disruptions.services import merge_threats
from tests.api import Partner, a_lead
from tests.disruptions.test_master_list import BAD_OCGS, BAD_THREATS, GOOD_OCG, GOOD_THREAT
from tests.factories import make_api_client, make_disruption, make_ocg, make_threat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(north: Agency) -> Partner:
    return Partner(make_api_client(agency=north))


def test_an_ocg_and_its_threat_are_recorded_and_read_back(partner: Partner) -> None:
    made = partner.post("ocgs/", GOOD_OCG)
    assert made.status_code == 201
    ocg = made.json()
    assert (ocg["lead_agency"], ocg["aliases"], ocg["version"]) == ("north", GOOD_OCG["aliases"], 1)
    assert made.headers["ETag"] == '"1"'
    sent = GOOD_THREAT | {"kind": "ocg", "ocg": ocg["reference"]}
    answer = partner.post("threats/", sent)
    threat = answer.json()
    assert answer.status_code == 201
    assert {name: threat[name] for name in sent} == sent
    assert (threat["p_grade"], threat["merged_into"], threat["lead_responsible_officer"]) == (None, None, None)
    assert partner.get(f"threats/{threat['reference']}/").json() == threat
    assert answer.headers["Location"].endswith(f"/api/v1/threats/{threat['reference']}/")
    again = partner.post("threats/", sent | {"agency_reference": ""})
    assert (again.status_code, again.json()["errors"][0]["existing"]) == (409, threat["reference"])


@pytest.mark.parametrize(
    ("path", "good", "bad"), [("ocgs/", GOOD_OCG, BAD_OCGS), ("threats/", GOOD_THREAT, BAD_THREATS)]
)
def test_each_bad_entry_gets_the_code_of_its_rule(
    partner: Partner, path: str, good: dict[str, Any], bad: tuple[tuple[dict[str, Any], str], ...]
) -> None:
    for changes, code in bad:
        answer = partner.post(path, good | changes)
        assert answer.status_code == 400
        fault = answer.json()["errors"][0]
        [name] = changes
        assert (fault["code"], fault["pointer"].partition("/0")[0]) == (
            code,
            f"/{'ocg' if code == 'soc_threat_ocg_if_kind_is_ocg' else 'geography' if 'label' in code else name}",
        )
    assert (OCG.objects.count(), SOCThreat.objects.count()) == (0, 0)


def test_a_retry_with_its_key_records_once(partner: Partner) -> None:
    first = partner.post("threats/", GOOD_THREAT, Idempotency_Key="k-1")
    again = partner.post("threats/", GOOD_THREAT, Idempotency_Key="k-1")
    assert (first.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    taken = partner.post("threats/", GOOD_THREAT)
    assert (taken.status_code, taken.json()["errors"][0]["existing"]) == (409, first.json()["reference"])
    assert SOCThreat.objects.count() == 1


def test_a_change_says_which_version_it_is_for(partner: Partner, north: Agency) -> None:
    path = f"threats/{make_threat(lead_agency=north).reference}/"
    assert partner.patch(path, {"title": "After"}).status_code == 428
    answer = partner.patch(path, {"title": "After"}, If_Match='"1"')
    assert (answer.status_code, answer.json()["title"], answer.headers["ETag"]) == (200, "After", '"2"')
    assert partner.patch(path, {"title": "Later"}, If_Match='"1"').status_code == 412
    assert partner.patch(path, {"kind": "ocg"}, If_Match="*").json()["errors"][0]["code"] == "soc_threat_kind_fixed"
    ocg = f"ocgs/{make_ocg(lead_agency=north, geography='Kent').reference}/"
    assert partner.patch(ocg, {"geography": None}, If_Match='"1"').json()["geography"] == ""


def test_only_its_own_agencys_entries_are_changed(partner: Partner, south: Agency) -> None:
    theirs = make_threat(lead_agency=south)
    answer = partner.patch(f"threats/{theirs.reference}/", {"title": "Ours"}, If_Match="*")
    assert (answer.status_code, answer.json()["code"]) == (403, "may_not_manage_threats")
    assert partner.patch("threats/T-0000-0000/", {"title": "Ours"}, If_Match="*").status_code == 404


def test_the_archive_needs_a_reason_and_gives_back(partner: Partner, north: Agency) -> None:
    path = f"threats/{make_threat(lead_agency=north).reference}/"
    assert partner.post(f"{path}archive/", {}, If_Match='"1"').json()["errors"][0]["pointer"] == "/reason"
    assert partner.post(f"{path}archive/", {"reason": 7}, If_Match='"1"').json()["errors"][0]["code"] == "invalid"
    assert partner.post(f"{path}archive/", {"reason": "Gone."}, If_Match='"1"').json()["status"] == "archived"
    assert partner.patch(path, {"title": "x"}, If_Match="*").json()["code"] == "archived"
    assert partner.post(f"{path}restore/", {"reason": "Back."}, If_Match='"2"').json()["status"] == "active"


def test_the_loser_names_the_winner_and_refuses_records(partner: Partner, north: Agency) -> None:
    loser, winner = make_threat(lead_agency=north), make_threat(lead_agency=north)
    record = make_disruption(agency=north, threat=loser)
    path = f"threats/{loser.reference}/"
    for body, pointer in (({"into": "T-1", "reason": "One."}, "/into"), ({"into": winner.reference}, "/reason")):
        fault = partner.post(f"{path}merge/", body, If_Match='"1"').json()["errors"][0]
        assert fault["pointer"] == pointer
    merged = partner.post(f"{path}merge/", {"into": winner.reference, "reason": "One."}, If_Match='"1"').json()
    assert (merged["merged_into"], merged["status"], merged["version"]) == (winner.reference, "archived", 2)
    assert partner.get(path).json() == merged
    assert partner.get(f"disruptions/{record.reference}/").json()["threat"] == winner.reference
    refused = partner.post("disruptions/", a_lead(loser)).json()["errors"][0]
    assert (refused["code"], refused["existing"]) == ("disruption_threat_merged", winner.reference)
    assert winner.reference in refused["message"]
    parted = partner.post(f"{path}unmerge/", {"reason": "Two."}, If_Match='"2"').json()
    assert (parted["merged_into"], parted["status"]) == (None, "active")
    assert partner.post("disruptions/", a_lead(loser)).status_code == 201


@pytest.mark.parametrize(("step", "body"), [("archive", {"reason": "Gone."}), ("restore", {"reason": "Back."})])
def test_an_ocg_is_archived_and_restored(partner: Partner, north: Agency, step: str, body: dict[str, str]) -> None:
    ocg = make_ocg(lead_agency=north, status="archived" if step == "restore" else "active")  # type: ignore[arg-type]
    answer = partner.post(f"ocgs/{ocg.reference}/{step}/", body, If_Match='"1"')
    assert answer.json()["status"] == ("archived" if step == "archive" else "active")


def test_an_ocg_is_merged_and_parted(partner: Partner, north: Agency) -> None:
    loser, winner = make_ocg(lead_agency=north), make_ocg(lead_agency=north)
    path = f"ocgs/{loser.reference}/"
    body = {"into": winner.reference, "reason": "One."}
    assert partner.post(f"{path}merge/", body, If_Match='"1"').json()["merged_into"] == winner.reference
    assert partner.post(f"{path}unmerge/", {"reason": "Two."}, If_Match='"2"').json()["merged_into"] is None
    body = {"into": loser.reference, "reason": "One."}
    assert partner.post(f"{path}merge/", body, If_Match="*").json()["errors"][0]["pointer"] == "/into"


def test_a_sandbox_client_changes_nothing_that_everybody_reads(north: Agency) -> None:
    tries = Partner(make_api_client(agency=north, sandbox=True))
    answer = tries.post("threats/", GOOD_THREAT)
    assert (answer.status_code, answer.json()["code"]) == (403, "sandbox_keeps_no_list")


def test_the_scope_brings_the_role_and_its_loss_ends_it(agency_admin: User, north: Agency) -> None:
    client, _ = add_api_client(
        acting_user=agency_admin, agency=north, name="Case system", scopes=[ApiScope.THREATS_READ]
    )
    settings: dict[str, Any] = {"name": "Case system", "networks": [], "rate_per_minute": 600, "expires_at": None}

    def manages() -> bool:
        account = User.objects.get(pk=client.service_account_id)
        return holds_role(account, Role.THREAT_MANAGER, agency=north)

    assert not manages()
    for scopes, wanted in (
        ([ApiScope.THREATS_READ, ApiScope.THREATS_WRITE], True),
        ([ApiScope.THREATS_READ], False),
        ([ApiScope.THREATS_WRITE], True),
    ):
        amend_api_client(acting_user=agency_admin, client=client, scopes=scopes, **settings)
        assert manages() is wanted
    assert RoleGrant.objects.filter(user=client.service_account, role=Role.THREAT_MANAGER).count() == 2
    writer, _ = add_api_client(
        acting_user=agency_admin, agency=north, name="Intelligence system", scopes=[ApiScope.THREATS_WRITE]
    )
    assert holds_role(writer.service_account, Role.THREAT_MANAGER, agency=north)


@pytest.mark.parametrize("rows", [1, 30])
def test_the_queries_of_the_lists_do_not_grow(
    partner: Partner, north: Agency, django_assert_num_queries: Any, rows: int
) -> None:
    manager = make_user(agency=north, roles=[Role.THREAT_MANAGER])
    winner = make_threat(lead_agency=north, created_by=manager)
    for _ in range(rows):
        loser = make_threat(lead_agency=north, created_by=manager, lead_responsible_officer=manager)
        merge_threats(acting_user=manager, loser=loser.reference, winner=winner.reference, version=None, reason="One.")
    partner.get("threats/")
    with django_assert_num_queries(3):
        assert len(partner.get("threats/?status=archived").json()["results"]) == rows


def test_the_officers_address_is_for_their_own_agency(partner: Partner, north: Agency, south: Agency) -> None:
    officer = make_user(agency=north)
    threat = make_threat(lead_agency=north, lead_responsible_officer=officer)
    ours, theirs = partner, Partner(make_api_client(agency=south))
    for asked, address in ((ours, officer.email), (theirs, None)):
        assert asked.get(f"threats/{threat.reference}/").json()["lead_responsible_officer"] == address
        assert asked.get("threats/").json()["results"][0]["lead_responsible_officer"] == address
