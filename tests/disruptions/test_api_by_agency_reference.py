"""A partner's own record, put whole by its own reference: recorded, amended, merged, or refused with both sides."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import quote

import pytest
from django.db import connection

from agencies.vocabulary import ApiScope, Role
from disruptions.models import Disruption, DisruptionEvent, SentRecord
from disruptions.parsing import parse_disruption
from disruptions.services import (
    DecisionRow,
    amend_disruption,
    answer_hand_over,
    offer_hand_over,
    review_disruptions,
)
from disruptions.services.supporting import confirm_support
from disruptions.vocabulary import Status
from tests.api import Partner, a_lead
from tests.factories import make_agency, make_api_client, make_disruption, make_threat, make_user

pytestmark = pytest.mark.django_db

REFERENCE = "KENT/2026 000 123 %2F & é"
ADDRESS = f"disruptions/by-agency-reference/?value={quote(REFERENCE, safe='')}"


@pytest.fixture
def client(north):
    return make_api_client(agency=north)


@pytest.fixture
def partner(client):
    return Partner(client)


@pytest.fixture
def threat():
    return make_threat()


@pytest.fixture
def officer(north):
    return make_user(agency=north, roles=[Role.RECORDER])


def amend(officer, reference, **values):
    return amend_disruption(
        acting_user=officer, reference=reference, version=None, changes=parse_disruption(values, typed=True)
    )


def join(agency, reference, lead):
    officer = make_user(agency=agency, roles=[Role.RECORDER])
    confirm_support(acting_user=officer, reference=reference, version=None, lead=lead.reference)


def send_back(agency, reference):
    approver = make_user(agency=agency, roles=[Role.APPROVER])
    row = DecisionRow(reference, "return", reason="Say when.")
    review_disruptions(acting_user=approver, decisions=[row])


def test_what_is_not_there_is_recorded(partner, threat):
    assert partner.get(ADDRESS).status_code == 404
    response = partner.put(ADDRESS, a_lead(threat))
    made = response.json()
    assert response.status_code == 201
    assert response.headers["ETag"] == '"1"'
    assert response.headers["Location"].endswith(f"/api/v1/disruptions/{made['reference']}/")
    assert (made["agency_reference"], made["status"], made["possible_duplicates"]) == (REFERENCE, "submitted", [])
    read = partner.get(ADDRESS)
    assert read.headers["ETag"] == '"1"'
    assert read.json() == partner.get(f"disruptions/{made['reference']}/").json()
    assert partner.get(f"{ADDRESS}&fields=reference").json() == {"reference": made["reference"]}


def test_what_is_there_is_amended_and_the_same_again_writes_nothing(partner, threat):
    reference = partner.put(ADDRESS, a_lead(threat, outcomes=[{"type": "arrest", "count": 2}])).json()["reference"]
    body = a_lead(
        threat, summary="Three organisers arrested.", outcomes=[{"type": "cash_seizure", "value_gbp": "10.50"}]
    )
    response = partner.put(ADDRESS, body)
    assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
    assert (response.json()["reference"], response.json()["summary"]) == (reference, "Three organisers arrested.")
    for again in (body, body | {"agency_reference": REFERENCE}, body | {"operation": None, "enablers": []}):
        response = partner.put(ADDRESS, again)
        assert (response.status_code, response.json()["version"]) == (200, 2)
    assert Disruption.objects.count() == 1
    assert DisruptionEvent.objects.count() == 2


def test_a_field_that_is_left_out_is_empty_or_has_its_default(partner, threat):
    more = {"operation": "Example", "sharing": "lead_and_supporting", "outcomes": [{"type": "arrest", "count": 2}]}
    assert partner.put(ADDRESS, a_lead(threat, **more)).status_code == 201
    record = partner.put(ADDRESS, a_lead(threat)).json()
    assert (record["operation"], record["sharing"], record["outcomes"]) == ("", "all_agencies", [])
    without = a_lead(threat)
    del without["impact"]
    refused = partner.put(ADDRESS, without)
    assert refused.status_code == 400
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/impact"]


def test_the_same_agencies_in_another_order_are_no_change(partner, threat):
    for code in ("east", "west"):
        make_agency(code=code)
    body = a_lead(threat, sharing="named_agencies")
    partner.put(ADDRESS, body | {"shared_with": ["west", "east"]})
    assert partner.put(ADDRESS, body | {"shared_with": ["east", "west"]}).json()["version"] == 1


def test_a_draft_is_put_and_submitted_later(partner, threat):
    assert partner.put(ADDRESS, {"role": "lead"}).json()["status"] == "draft"
    assert partner.put(ADDRESS, {"role": "lead", "submit": True}).status_code == 400
    body = a_lead(threat, submit=False)
    assert partner.put(ADDRESS, body).json()["status"] == "draft"
    assert partner.put(ADDRESS, body | {"submit": True}).json()["status"] == "submitted"
    assert partner.put(ADDRESS, body).json()["status"] == "submitted"


@pytest.mark.parametrize("sent_as", [{"agency_reference": "ANOTHER"}, {"agency_reference": 5}])
def test_the_reference_in_the_body_agrees(partner, threat, sent_as):
    response = partner.put(ADDRESS, a_lead(threat) | sent_as)
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "/agency_reference"
    assert Disruption.objects.count() == 0


@pytest.mark.parametrize(
    "query", ["", "?value=", "?value=%20", "?value=%00", f"?value={'x' * 101}", "?value=a&value=b", "?value=a&valu=b"]
)
@pytest.mark.parametrize("method", ["get", "put"])
def test_one_reference_that_could_be_stored_is_needed(partner, query, method):
    response = getattr(partner, method)(f"disruptions/by-agency-reference/{query}")
    assert response.status_code == 400
    assert response.json()["code"] == "invalid_parameters"


class TestOthersChangedIt:
    """What others have written since stands, unless both sides changed one field."""

    def test_what_is_sent_again_is_no_change(self, partner, threat, officer):
        body = a_lead(threat, operation="Example")
        reference = partner.put(ADDRESS, body).json()["reference"]
        amend(officer, reference, operation="Corrected", uk_led=False)
        for summary in ("Three arrested.", "Four arrested.", "Four arrested."):
            record = partner.put(ADDRESS, body | {"summary": summary}).json()
            assert (record["summary"], record["operation"], record["uk_led"]) == (summary, "Corrected", False)
        assert record["version"] == 4

    def test_following_the_other_and_going_back_is_a_change(self, partner, threat, officer):
        body = a_lead(threat, operation="Example")
        reference = partner.put(ADDRESS, body).json()["reference"]
        amend(officer, reference, operation="Corrected")
        assert partner.put(ADDRESS, body | {"operation": "Corrected"}).json()["version"] == 2
        assert partner.put(ADDRESS, body).json()["operation"] == "Example"

    def test_one_field_changed_by_both_is_refused_with_both_sides(self, partner, threat, officer):
        body = a_lead(threat, level="minor", outcomes=[{"type": "arrest", "count": 2}])
        reference = partner.put(ADDRESS, body).json()["reference"]
        amend(officer, reference, level="moderate", outcomes=[{"type": "arrest", "count": 3}], operation="Kept")
        sent = body | {"level": "major", "outcomes": [], "summary": "Changed."}
        response = partner.put(ADDRESS, sent)
        refused = response.json()
        assert (response.status_code, refused["code"], refused["current_version"]) == (412, "changed_by_both", 2)
        sides = {each["pointer"]: (each["code"], each["stored"], each["sent"]) for each in refused["errors"]}
        assert sides["/level"] == ("changed_by_both", "moderate", "major")
        assert sides["/outcomes"][2] == []
        assert sides["/outcomes"][1][0]["count"] == 3
        assert set(sides) == {"/level", "/outcomes"}
        assert Disruption.objects.get().version == 2
        # Settled, by saying which version it is for.
        settled = partner.put(ADDRESS, sent, If_Match='"2"')
        assert (settled.status_code, settled.json()["level"], settled.json()["operation"]) == (200, "major", "")
        assert partner.put(ADDRESS, sent).json()["version"] == 3

    def test_what_was_posted_is_what_was_sent_last(self, partner, threat, officer):
        body = a_lead(threat, agency_reference=REFERENCE)
        reference = partner.post("disruptions/", body).json()["reference"]
        amend(officer, reference, operation="Corrected")
        record = partner.put(ADDRESS, body | {"summary": "Three arrested."}).json()
        assert (record["reference"], record["operation"], record["version"]) == (reference, "Corrected", 3)

    def test_what_was_patched_since_was_read(self, partner, threat):
        body = a_lead(threat)
        reference = partner.put(ADDRESS, body).json()["reference"]
        partner.patch(f"disruptions/{reference}/", {"operation": "Patched"}, If_Match="*")
        assert partner.put(ADDRESS, body).json()["operation"] == ""

    def test_what_the_client_never_wrote_is_filled_and_not_overwritten(self, partner, threat, north, officer):
        record = make_disruption(agency=north, threat=threat, agency_reference=REFERENCE, recorded_by=officer)
        sent = {"role": "lead", "operation": "Example"}
        filled = partner.put(ADDRESS, sent).json()
        assert (filled["reference"], filled["operation"], filled["version"]) == (record.reference, "Example", 2)
        assert filled["summary"] == record.summary
        refused = partner.put(ADDRESS, sent | {"summary": "Another story."}).json()
        assert [each["pointer"] for each in refused["errors"]] == ["/summary"]

    def test_a_lead_that_is_joined_by_others_stays(self, partner, threat):
        south = make_agency(code="south")
        body = a_lead(threat, role="support", lead_agency="south")
        reference = partner.put(ADDRESS, body).json()["reference"]
        lead = make_disruption(agency=south, threat=threat)
        join(south, reference, lead)
        assert partner.put(ADDRESS, body).json()["lead"] == lead.reference
        named = a_lead(threat, role="support", lead=lead.reference)
        assert partner.put(ADDRESS, named).json()["version"] == 2
        assert partner.put(ADDRESS, named).json()["version"] == 2

    def test_a_hidden_lead_is_not_named(self, partner, threat):
        """The side that is stored is what the client may read."""
        south, body = make_agency(code="south"), a_lead(threat, role="support", lead_agency="south")
        reference = partner.put(ADDRESS, body).json()["reference"]
        hidden = make_disruption(agency=south, threat=threat, shared_with=[make_agency()])
        join(south, reference, hidden)
        other = make_disruption(agency=south, threat=threat)
        refused = partner.put(ADDRESS, body | {"lead": other.reference})
        assert refused.status_code == 412
        assert [(each["pointer"], each["stored"]) for each in refused.json()["errors"]] == [("/lead", None)]
        assert hidden.reference not in refused.content.decode()


class TestConditions:
    """If-Match and If-None-Match."""

    def test_a_stale_version_is_412(self, partner, threat):
        partner.put(ADDRESS, a_lead(threat))
        partner.put(ADDRESS, a_lead(threat, operation="Example"))
        response = partner.put(ADDRESS, a_lead(threat), If_Match='"1"')
        assert (response.status_code, response.json()["code"]) == (412, "stale")
        assert response.json()["current_version"] == 2

    @pytest.mark.parametrize("tag", ["*", '"1"'])
    def test_a_condition_on_nothing_is_412(self, partner, threat, tag):
        response = partner.put(ADDRESS, a_lead(threat), If_Match=tag)
        assert (response.status_code, response.json()["code"]) == (412, "not_there")
        assert Disruption.objects.count() == 0

    def test_recording_only(self, partner, threat):
        assert partner.put(ADDRESS, a_lead(threat), If_None_Match="*").status_code == 201
        response = partner.put(ADDRESS, a_lead(threat, operation="Example"), If_None_Match="*")
        assert (response.status_code, response.json()["code"]) == (412, "there_already")
        assert response.json()["existing"] == Disruption.objects.get().reference

    @pytest.mark.parametrize("headers", [{"If_None_Match": '"1"'}, {"If_Match": "1"}])
    def test_a_header_that_cannot_be_read_is_400(self, partner, threat, headers):
        partner.put(ADDRESS, a_lead(threat))
        response = partner.put(ADDRESS, a_lead(threat), **headers)
        assert (response.status_code, response.json()["code"]) == (400, "invalid_header")


class TestSentBack:
    """A nightly sender does not bounce what an approver returned."""

    def test_the_same_again_leaves_it_returned(self, partner, threat, north):
        body = a_lead(threat)
        reference = partner.put(ADDRESS, body).json()["reference"]
        send_back(north, reference)
        assert partner.put(ADDRESS, body).json()["status"] == "returned"
        assert partner.put(ADDRESS, body | {"occurred_on": "2026-10-02"}).json()["status"] == "submitted"

    def test_with_its_version_it_is_submitted_as_it_stands(self, partner, threat, north):
        body = a_lead(threat)
        reference = partner.put(ADDRESS, body).json()["reference"]
        send_back(north, reference)
        assert partner.put(ADDRESS, body, If_Match='"2"').json()["status"] == "submitted"


def test_what_is_withdrawn_takes_nothing(partner, threat):
    reference = partner.put(ADDRESS, a_lead(threat)).json()["reference"]
    partner.post(f"disruptions/{reference}/withdraw/", {"reason": "In error."}, If_Match="*")
    response = partner.put(ADDRESS, a_lead(threat, operation="Example"))
    assert (response.status_code, response.json()["code"]) == (403, "may_not_amend")


def test_what_was_handed_over_is_not_recorded_again(partner, threat, officer):
    south = make_agency(code="south")
    reference = partner.put(ADDRESS, a_lead(threat)).json()["reference"]
    offer_hand_over(acting_user=officer, reference=reference, version=None, to_agency="south", reason="They led.")
    theirs = make_user(agency=south, roles=[Role.RECORDER])
    answer_hand_over(acting_user=theirs, reference=reference, version=None, accept=True)
    assert partner.get(ADDRESS).status_code == 404
    for scopes in (tuple(ApiScope), [ApiScope.DISRUPTIONS_WRITE]):
        response = Partner(partner.client, scopes=scopes).put(ADDRESS, a_lead(threat))
        assert (response.status_code, response.json()["code"]) == (409, "disruption_reference_moved")
        assert response.json()["existing"] == reference
    assert Disruption.objects.count() == 1


def test_another_agencys_reference_is_nobodys(partner, threat):
    make_disruption(agency=make_agency(), threat=threat, agency_reference=REFERENCE)
    assert partner.get(ADDRESS).status_code == 404
    assert partner.put(ADDRESS, a_lead(threat)).status_code == 201


def test_the_sandbox_has_references_of_its_own(partner, threat, north):
    trying = Partner(make_api_client(agency=north, sandbox=True))
    assert trying.put(ADDRESS, a_lead(threat)).status_code == 201
    assert partner.get(ADDRESS).status_code == 404
    assert partner.put(ADDRESS, a_lead(threat)).status_code == 201
    assert trying.put(ADDRESS, a_lead(threat)).status_code == 200
    assert Disruption.objects.count() == 2


def test_a_dry_run_writes_nothing(partner, threat):
    address = f"{ADDRESS}&dry_run=true"
    wanted = {"dry_run": True, "status": "submitted", "existing": None, "version": 1, "possible_duplicates": []}
    assert partner.put(address, a_lead(threat)).json() == wanted
    assert (Disruption.objects.count(), SentRecord.objects.count()) == (0, 0)
    reference = partner.put(ADDRESS, a_lead(threat)).json()["reference"]
    answer = partner.put(address, a_lead(threat, operation="Example")).json()
    assert (answer["existing"], answer["version"]) == (reference, 2)
    assert partner.put(address, a_lead(threat, level="huge")).status_code == 400
    assert Disruption.objects.get().version == 1


def test_the_same_key_brings_the_same_answer(partner, threat):
    first = partner.put(ADDRESS, a_lead(threat), Idempotency_Key="k1")
    again = partner.put(ADDRESS, a_lead(threat), Idempotency_Key="k1")
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert partner.put(ADDRESS, a_lead(threat), Idempotency_Key="k1", If_None_Match="*").status_code == 422
    assert partner.put(ADDRESS, a_lead(threat, operation="X"), Idempotency_Key="k1").status_code == 422


def test_every_fault_is_pointed_at_and_nothing_that_cannot_be_read_empties_a_field(partner, threat):
    partner.put(ADDRESS, a_lead(threat, operation="Example"))
    response = partner.put(ADDRESS, a_lead(threat, operation=5, level="huge", lvel=1))
    assert response.status_code == 400
    assert {each["pointer"] for each in response.json()["errors"]} == {"/operation", "/level", "/lvel"}
    for body in (b"[]", b"5", b"{", b"null"):
        assert partner.put(ADDRESS, body).status_code == 400


def test_a_published_figure_takes_its_reason_along(partner, threat):
    body = a_lead(threat, reason="Not needed yet.", reason_class="regrade")
    assert partner.put(ADDRESS, body).status_code == 201
    changed = partner.put(ADDRESS, body | {"level": "major", "reason": "A second seizure."})
    assert changed.status_code == 200
    assert Disruption.objects.get().change_reason == "A second seizure."
    assert partner.put(ADDRESS, body | {"reason": 5}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_record(north):
    partner, threat = Partner(make_api_client(agency=north)), make_threat()
    start = Barrier(4)

    def one(place):
        try:
            start.wait()
            return partner.put(ADDRESS, a_lead(threat, submit=False))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(one, range(4)))
    assert sorted(each.status_code for each in answers) == [200, 200, 200, 201]
    assert len({each.json()["reference"] for each in answers}) == 1
    assert Disruption.objects.get().status == Status.DRAFT
