"""Changing records over the API: If-Match, amend, submit, withdraw."""

import pytest

from disruptions.models import Disruption
from disruptions.vocabulary import Status
from tests.api import Partner, a_lead
from tests.factories import make_api_client, make_disruption, make_threat

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(north):
    return Partner(make_api_client(agency=north))


@pytest.fixture
def record(partner):
    return partner.post("disruptions/", a_lead(make_threat(), outcomes=[{"type": "arrest", "count": 1}])).json()


def changes(record):
    return [
        ("patch", f"disruptions/{record['reference']}/", {"summary": "Three arrested."}),
        ("post", f"disruptions/{record['reference']}/withdraw/", {"reason": "Recorded twice."}),
    ]


def test_an_amendment_makes_the_next_version(partner, record):
    body = {"summary": "Three arrested.", "outcomes": [{"type": "arrest", "count": 3}], "reason": "One more."}
    response = partner.patch(f"disruptions/{record['reference']}/", body, If_Match='"1"')
    assert response.status_code == 200
    assert response.headers["ETag"] == '"2"'
    answer = response.json()
    assert answer["version"] == 2
    assert answer["summary"] == "Three arrested."
    assert [each["count"] for each in answer["outcomes"]] == [3]
    assert answer["level"] == record["level"]
    assert Disruption.objects.get(reference=record["reference"]).change_reason == "One more."


def test_null_empties_a_field(partner, record):
    path = f"disruptions/{record['reference']}/"
    partner.patch(path, {"extent": "notable", "operation": "Example"}, If_Match="*")
    answer = partner.patch(path, {"extent": None, "operation": None}, If_Match="*").json()
    assert (answer["extent"], answer["operation"]) == (None, "")


@pytest.mark.parametrize("place", [0, 1])
def test_a_change_says_which_version_it_is_for(partner, record, place):
    method, path, body = changes(record)[place]
    response = getattr(partner, method)(path, body)
    assert response.status_code == 428
    assert response.json()["code"] == "precondition_required"


@pytest.mark.parametrize("place", [0, 1])
def test_a_stale_change_is_refused(partner, record, place):
    partner.patch(f"disruptions/{record['reference']}/", {"operation": "Example"}, If_Match='"1"')
    method, path, body = changes(record)[place]
    response = getattr(partner, method)(path, body, If_Match='"1"')
    assert response.status_code == 412
    assert response.json()["code"] == "stale"
    assert response.json()["current_version"] == 2
    assert Disruption.objects.get(reference=record["reference"]).version == 2


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', "*", '"7", "1"', 'W/"0" , W/"1"', ' "1" '])
def test_the_opaque_value_is_compared(partner, record, tag):
    response = partner.patch(f"disruptions/{record['reference']}/", {"operation": "Example"}, If_Match=tag)
    assert response.status_code == 200


@pytest.mark.parametrize("tag", ["1", "'1'", '"1', 'w/"1"', '"1" "2"', "**"])
def test_what_is_no_etag_is_400(partner, record, tag):
    response = partner.patch(f"disruptions/{record['reference']}/", {"operation": "Example"}, If_Match=tag)
    assert response.status_code == 400
    assert response.json()["errors"][0]["header"] == "If-Match"


def test_a_bad_amendment_leaves_the_record(partner, record):
    body = {"level": "huge", "outcomes": [{"type": "arrest"}], "lvel": 1}
    response = partner.patch(f"disruptions/{record['reference']}/", body, If_Match='"1"')
    assert response.status_code == 400
    assert {each["pointer"] for each in response.json()["errors"]} == {"/level", "/outcomes/0/count", "/lvel"}
    stored = partner.get(f"disruptions/{record['reference']}/").json()
    assert stored == {name: value for name, value in record.items() if name != "possible_duplicates"}


@pytest.mark.parametrize("reason", [5, ["x"], "\x00", "x" * 2_001])
def test_a_reason_that_cannot_be_kept_is_pointed_at(partner, record, reason):
    response = partner.patch(
        f"disruptions/{record['reference']}/", {"summary": "New.", "reason": reason}, If_Match='"1"'
    )
    assert response.status_code == 400
    assert [each["pointer"] for each in response.json()["errors"]] == ["/reason"]


def test_taking_another_records_own_reference_is_a_conflict(partner, record):
    other = partner.post("disruptions/", {"role": "lead", "agency_reference": "N/1"}).json()
    response = partner.patch(f"disruptions/{record['reference']}/", {"agency_reference": "N/1"}, If_Match='"1"')
    assert response.status_code == 409
    assert response.json()["existing"] == other["reference"]


def test_another_agencys_record_can_be_read_and_not_changed(partner, south):
    theirs = make_disruption(agency=south)
    for method, path, body in changes({"reference": theirs.reference}):
        response = getattr(partner, method)(path, body, If_Match='"1"')
        assert response.status_code == 403
    theirs.refresh_from_db()
    assert theirs.version == 1


def test_a_hidden_record_and_an_absent_one_are_one_answer(partner, south):
    hidden = make_disruption(agency=south, status=Status.DRAFT)
    answers = []
    for reference in (hidden.reference, "D-0000-0000"):
        for method, path, body in changes({"reference": reference}):
            answer = getattr(partner, method)(path, body, If_Match='"1"')
            answers.append((answer.status_code, answer.json() | {"request_id": ""}))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 404


def test_a_draft_is_submitted_as_it_stands(partner):
    draft = partner.post("disruptions/", a_lead(make_threat(), submit=False)).json()
    response = partner.post(f"disruptions/{draft['reference']}/submit/", None, If_Match='"1"')
    assert response.status_code == 200
    assert response.headers["ETag"] == '"2"'
    assert response.json()["status"] == "submitted"


def test_submitting_says_what_is_lacking(partner):
    draft = partner.post("disruptions/", {"role": "lead"}).json()
    response = partner.post(f"disruptions/{draft['reference']}/submit/", None, If_Match='"1"')
    assert response.status_code == 400
    assert "/threat" in {each["pointer"] for each in response.json()["errors"]}


def test_a_draft_is_amended_and_submitted_in_one_step(partner):
    draft = partner.post("disruptions/", {"role": "lead"}).json()
    answer = partner.patch(f"disruptions/{draft['reference']}/", a_lead(make_threat()), If_Match='"1"').json()
    assert (answer["status"], answer["version"]) == ("submitted", 2)


def test_an_action_takes_no_other_fields(partner, record):
    for action in ("submit", "withdraw"):
        response = partner.post(f"disruptions/{record['reference']}/{action}/", {"level": "minor"}, If_Match='"1"')
        assert response.json()["errors"][0]["code"] == "unknown_field"
        assert partner.post(f"disruptions/{record['reference']}/{action}/", [1], If_Match='"1"').status_code == 400


def test_a_submitted_record_is_withdrawn_with_a_reason(partner, record):
    path = f"disruptions/{record['reference']}/withdraw/"
    refused = partner.post(path, {}, If_Match='"1"')
    assert refused.json()["errors"][0] == {
        "pointer": "/reason",
        "code": "disruption_withdrawn_has_reason",
        "message": refused.json()["errors"][0]["message"],
    }
    answer = partner.post(path, {"reason": "Recorded twice.", "reason_class": "duplicate"}, If_Match='"1"').json()
    assert answer["status"] == "withdrawn"
    assert partner.get(f"disruptions/{record['reference']}/").json()["status"] == "withdrawn"
