"""A partner's own record, put whole by its own reference: recorded, amended, merged, or refused with both sides."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from agencies.vocabulary import ApiScope, Role
from disruptions.models import Disruption, DisruptionEvent, SentRecord
from disruptions.parsing import parse_disruption
from disruptions.rules import check_reason
from disruptions.services import (
    DecisionRow,
    amend_disruption,
    answer_hand_over,
    faults_before_submitting,
    offer_hand_over,
    review_disruptions,
    withdraw_disruptions,
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

    @pytest.mark.parametrize("first", ["put", "post"])
    @pytest.mark.parametrize("tag", ["*", '"2"'])
    def test_a_field_that_was_patched_was_sent_and_the_rest_was_not(self, partner, threat, officer, first, tag):
        """Sharing that an officer narrowed stays narrow, whatever single field the client changed since."""
        body = a_lead(threat, agency_reference=REFERENCE)
        made = partner.put(ADDRESS, body) if first == "put" else partner.post("disruptions/", body)
        reference = made.json()["reference"]
        amend(officer, reference, sharing="lead_and_supporting", operation="Corrected")
        partner.patch(f"disruptions/{reference}/", {"impact": "More.", "summary": "Patched."}, If_Match=tag)
        record = partner.put(ADDRESS, body | {"impact": "More."}).json()
        assert (record["impact"], record["summary"]) == ("More.", body["summary"])
        assert (record["sharing"], record["operation"]) == ("lead_and_supporting", "Corrected")

    def test_lists_that_were_patched_were_sent(self, partner, threat, officer):
        for code in ("east", "west"):
            make_agency(code=code)
        body = a_lead(threat, sharing="named_agencies", shared_with=["east"], outcomes=[{"type": "arrest", "count": 2}])
        reference = partner.put(ADDRESS, body).json()["reference"]
        patched = {"shared_with": ["east", "west"], "outcomes": [{"type": "arrest", "count": 3}]}
        partner.patch(f"disruptions/{reference}/", patched, If_Match="*")
        assert partner.put(ADDRESS, body | patched).json()["version"] == 2
        amend(officer, reference, outcomes=[{"type": "arrest", "count": 4}])
        assert partner.put(ADDRESS, body | patched).json()["version"] == 3
        assert partner.patch(f"disruptions/{reference}/", patched, If_Match="*").json()["version"] == 4
        record = partner.put(ADDRESS, body).json()
        assert (record["shared_with"], record["outcomes"][0]["count"]) == (["east"], 2)

    def test_what_was_patched_and_submitted_in_one_step_was_sent(self, partner, threat):
        body = a_lead(threat, submit=False)
        reference = partner.put(ADDRESS, body).json()["reference"]
        partner.patch(f"disruptions/{reference}/", {"operation": "Patched", "submit": True}, If_Match="*")
        response = partner.put(ADDRESS, body | {"operation": "Changed"})
        assert (response.status_code, response.json()["operation"]) == (200, "Changed")

    def test_a_record_that_the_client_only_patched_is_not_overwritten(self, partner, threat, north, officer):
        record = make_disruption(agency=north, threat=threat, agency_reference=REFERENCE, recorded_by=officer)
        partner.patch(f"disruptions/{record.reference}/", {"operation": "Patched"}, If_Match="*")
        sent = {"role": "lead", "operation": "Changed"}
        assert partner.put(ADDRESS, sent).json()["operation"] == "Changed"
        refused = partner.put(ADDRESS, sent | {"summary": "Another story."})
        assert [each["pointer"] for each in refused.json()["errors"]] == ["/summary"]

    def test_another_client_of_the_agency_goes_on_where_the_one_before_it_ended(self, partner, threat, north, officer):
        for first in ("put", "post"):
            reference, address = f"R-{first}", f"disruptions/by-agency-reference/?value=R-{first}"
            body = a_lead(threat, agency_reference=reference)
            made = partner.put(address, body) if first == "put" else partner.post("disruptions/", body)
            amend(officer, made.json()["reference"], operation="Corrected")
            partner.patch(f"disruptions/{made.json()['reference']}/", {"impact": "Patched."}, If_Match="*")
            other = Partner(make_api_client(agency=north))
            record = other.put(address, body | {"impact": "Changed."}).json()
            assert (record["impact"], record["operation"]) == ("Changed.", "Corrected")

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

    def test_an_empty_condition_is_none_and_records_nothing(self, partner, threat):
        response = partner.put(ADDRESS, a_lead(threat), If_Match="")
        assert (response.status_code, response.json()["errors"][0]["header"]) == (400, "If-Match")
        assert Disruption.objects.count() == 0

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

    @pytest.mark.parametrize(
        "headers", [{"If_None_Match": '"1"'}, {"If_Match": "1"}, {"If_Match": ""}, {"If_Match": " "}]
    )
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

    def test_so_does_another_client_of_the_agency(self, partner, threat, north):
        body = a_lead(threat)
        send_back(north, partner.put(ADDRESS, body).json()["reference"])
        assert Partner(make_api_client(agency=north)).put(ADDRESS, body).json()["status"] == "returned"

    def test_and_where_an_officer_recorded_it(self, partner, threat, north, officer):
        record = make_disruption(agency=north, threat=threat, agency_reference=REFERENCE, recorded_by=officer)
        body = partner.get(
            f"{ADDRESS}&fields=role,threat,occurred_on,level,initiation,strand,sub_threat,uk_led,summary,impact"
        ).json()
        send_back(north, record.reference)
        assert partner.put(ADDRESS, body | {"submit": True}).json()["status"] == "returned"

    def test_a_lead_that_was_handed_over_is_nothing_new(self, partner, threat, north):
        south, west = make_agency(code="south"), make_agency(code="west")
        lead = make_disruption(agency=south, threat=threat)
        body = a_lead(threat, role="support", lead=lead.reference)
        reference = partner.put(ADDRESS, body).json()["reference"]
        send_back(north, reference)
        hand_over(make_user(agency=south, roles=[Role.RECORDER]), lead.reference, west)
        answer = partner.put(ADDRESS, body).json()
        assert (answer["status"], answer["lead_agency"]) == ("returned", "west")
        assert partner.put(ADDRESS, body | {"operation": "Said"}).json()["status"] == "submitted"

    def test_with_its_version_it_is_submitted_as_it_stands(self, partner, threat, north):
        body = a_lead(threat)
        reference = partner.put(ADDRESS, body).json()["reference"]
        send_back(north, reference)
        assert partner.put(ADDRESS, body, If_Match='"2"').json()["status"] == "submitted"


class TestALeadThatStands:
    """A support stays with the lead that it is joined to, whatever became of that lead since."""

    @pytest.fixture
    def south(self):
        return make_agency(code="south")

    @pytest.fixture
    def lead(self, south, threat):
        return make_disruption(agency=south, threat=threat)

    @pytest.fixture(params=["hidden", "withdrawn", "rejected"])
    def gone(self, request, partner, threat, south, lead):
        """Return the body of a support whose lead went away after it was put, and its reference."""
        body = a_lead(threat, role="support", lead=lead.reference)
        reference = partner.put(ADDRESS, body).json()["reference"]
        if request.param == "hidden":
            make_agency(code="east")
            officer = make_user(agency=south, roles=[Role.RECORDER])
            amend(officer, lead.reference, sharing="named_agencies", shared_with=["east"])
        elif request.param == "withdrawn":
            officer = make_user(agency=south, roles=[Role.RECORDER])
            withdraw_disruptions(acting_user=officer, versions={lead.reference: None}, reason="Wrong.")
        else:
            moderator = make_user(national_roles=[Role.MODERATOR])
            row = DecisionRow(lead.reference, "not_a_disruption", reason="It is none.")
            review_disruptions(acting_user=moderator, decisions=[row])
        return body, reference

    def stays(self, lead):
        record = Disruption.objects.get(agency_reference=REFERENCE)
        assert (record.lead_id, record.lead_agency_id) == (lead.pk, lead.agency_id)

    def test_its_support_is_put_patched_amended_and_submitted(self, partner, officer, north, lead, gone):
        body, reference = gone
        assert partner.put(ADDRESS, body).json()["version"] == 1
        assert partner.put(ADDRESS, body | {"operation": "Put"}).json()["version"] == 2
        assert partner.patch(f"disruptions/{reference}/", {"operation": "Patched"}, If_Match="*").status_code == 200
        assert amend(officer, reference, operation="Amended").version == 4
        send_back(north, reference)
        returned = Disruption.objects.with_related().get(reference=reference)
        assert faults_before_submitting(acting_user=officer, record=returned) == []
        submitted = partner.post(f"disruptions/{reference}/submit/", None, If_Match="*")
        assert (submitted.status_code, submitted.json()["status"]) == (200, "submitted")
        self.stays(lead)

    def test_another_lead_agency_does_not_agree(self, partner, lead, gone):
        make_agency(code="west")
        response = partner.patch(f"disruptions/{gone[1]}/", {"lead_agency": "west"}, If_Match="*")
        assert [each["code"] for each in response.json()["errors"]] == ["disruption_lead_agency_agrees"]
        assert partner.patch(f"disruptions/{gone[1]}/", {"lead_agency": None}, If_Match="*").json()["version"] == 1
        self.stays(lead)


def test_what_was_read_and_sent_back_unjoins_nothing(partner, threat):
    south, body = make_agency(code="south"), a_lead(threat, role="support", lead_agency="south")
    reference = partner.put(ADDRESS, body).json()["reference"]
    hidden = make_disruption(agency=south, threat=threat, shared_with=[make_agency()])
    join(south, reference, hidden)
    read = partner.get(ADDRESS)
    assert (read.json()["lead"], read.json()["lead_agency"]) == (None, "south")
    for headers in ({"If_Match": read.headers["ETag"]}, {}):
        assert partner.put(ADDRESS, body | {"lead": None}, **headers).json()["version"] == 2
    changed = partner.put(ADDRESS, body | {"lead": None, "operation": "Changed"}, If_Match="*").json()
    assert (changed["version"], changed["operation"]) == (3, "Changed")
    assert Disruption.objects.get(reference=reference).lead_id == hidden.pk
    # Another agency is a correction, and no slip.
    make_agency(code="west")
    corrected = partner.put(ADDRESS, body | {"lead_agency": "west"}, If_Match="*").json()
    assert (corrected["lead_agency"], corrected["waiting"]) == ("west", True)
    assert Disruption.objects.get(reference=reference).lead_id is None


def test_a_lead_that_is_open_is_left_by_saying_so(partner, threat):
    lead = make_disruption(agency=make_agency(code="south"), threat=threat)
    body = a_lead(threat, role="support", lead=lead.reference)
    partner.put(ADDRESS, body)
    record = partner.put(ADDRESS, body | {"lead": None, "lead_agency": "south"}).json()
    assert (record["lead"], record["lead_agency"], record["version"]) == (None, "south", 2)


def test_from_one_lead_to_another_the_agency_follows(partner, threat, officer):
    leads = [make_disruption(agency=make_agency(code=code), threat=threat) for code in ("south", "west", "east")]
    body = a_lead(threat, role="support", lead=leads[0].reference)
    reference = partner.put(ADDRESS, body).json()["reference"]
    record = partner.put(ADDRESS, body | {"lead": leads[1].reference}).json()
    assert (record["lead"], record["lead_agency"]) == (leads[1].reference, "west")
    amend(officer, reference, lead=leads[2].reference, lead_agency="east")
    record = partner.put(ADDRESS, body | {"lead": leads[1].reference}).json()
    assert (record["lead"], record["lead_agency"], record["version"]) == (leads[2].reference, "east", 3)


def test_what_is_withdrawn_takes_nothing(partner, threat):
    reference = partner.put(ADDRESS, a_lead(threat)).json()["reference"]
    partner.post(f"disruptions/{reference}/withdraw/", {"reason": "In error."}, If_Match="*")
    for headers in ({}, {"If_Match": "*"}):
        response = partner.put(ADDRESS, a_lead(threat, operation="Example"), **headers)
        assert (response.status_code, response.json()["code"]) == (403, "may_not_amend")
    # A run that sends everything again has nothing to say of it.
    again = partner.put(ADDRESS, a_lead(threat))
    assert (again.status_code, again.json()["status"], again.json()["version"]) == (200, "withdrawn", 2)


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


def hand_over(officer, reference, to_agency):
    offer_hand_over(
        acting_user=officer, reference=reference, version=None, to_agency=to_agency.code, reason="They led."
    )
    theirs = make_user(agency=to_agency, roles=[Role.RECORDER])
    answer_hand_over(acting_user=theirs, reference=reference, version=None, accept=True)
    return theirs


class TestMoved:
    """What was the agency's under a reference and is elsewhere now is not recorded again, whoever sent it."""

    @pytest.fixture
    def south(self):
        return make_agency(code="south")

    def refused(self, partner, threat, reference):
        response = partner.put(ADDRESS, a_lead(threat))
        assert (response.status_code, response.json()["code"]) == (409, "disruption_reference_moved")
        assert response.json()["existing"] == reference
        assert Disruption.objects.count() == 1

    def test_posted_handed_over_and_renamed(self, partner, threat, officer, south):
        made = partner.post("disruptions/", a_lead(threat, agency_reference=REFERENCE)).json()["reference"]
        amend(hand_over(officer, made, south), made, agency_reference="SOUTH/9")
        self.refused(partner, threat, made)

    def test_put_by_another_client_handed_over_and_renamed(self, partner, threat, officer, south, north):
        made = partner.put(ADDRESS, a_lead(threat)).json()["reference"]
        amend(hand_over(officer, made, south), made, agency_reference="SOUTH/9")
        self.refused(Partner(make_api_client(agency=north)), threat, made)

    def test_moved_by_a_moderator(self, partner, threat, south):
        made = partner.post("disruptions/", a_lead(threat, agency_reference=REFERENCE)).json()["reference"]
        moderator = make_user(national_roles=[Role.MODERATOR])
        row = DecisionRow(made, "lead_changed", reason="South led.", lead_agency=south.code)
        review_disruptions(acting_user=moderator, decisions=[row])
        self.refused(partner, threat, made)

    def test_renamed_here(self, partner, threat, officer):
        made = partner.post("disruptions/", a_lead(threat, agency_reference=REFERENCE)).json()["reference"]
        amend(officer, made, agency_reference="ANOTHER")
        self.refused(partner, threat, made)

    def test_what_is_tried_out_moves_nothing(self, partner, threat, north, officer):
        trying = Partner(make_api_client(agency=north, sandbox=True))
        made = trying.put(ADDRESS, a_lead(threat)).json()["reference"]
        trying.patch(f"disruptions/{made}/", {"agency_reference": "ANOTHER"}, If_Match="*")
        assert partner.put(ADDRESS, a_lead(threat)).status_code == 201


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


def test_a_published_figure_takes_its_reason_along(partner, threat, clock_at):
    body = a_lead(threat, occurred_on="2026-01-20", reason="Not needed yet.", reason_class="regrade")
    with clock_at(datetime(2026, 2, 10, 12, tzinfo=UTC)):
        assert partner.put(ADDRESS, body).status_code == 201
    with clock_at(datetime(2026, 4, 1, 12, tzinfo=UTC)):
        changed = body | {"level": "major"}
        refused = partner.put(ADDRESS, changed | {"reason": None, "reason_class": None})
        assert refused.status_code == 400
        assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
            ("/reason", "disruption_change_reason_required"),
            ("/reason_class", "disruption_reason_class_required"),
        ]
        assert partner.put(ADDRESS, changed | {"reason": 5}).status_code == 400
        assert partner.put(ADDRESS, changed | {"reason": "A second seizure."}).status_code == 200
        # The same again moves no figure, so it says no reason.
        assert partner.put(ADDRESS, changed | {"reason": None, "reason_class": None}).json()["version"] == 2
    record = Disruption.objects.get()
    assert (record.version, record.change_reason, record.reason_class) == (2, "A second seizure.", "regrade")


@pytest.mark.parametrize("fault", [{"reason": "\x00"}, {"reason": "x" * 2001}, {"reason_class": "none"}])
def test_a_reason_is_looked_at_though_nothing_changes(partner, threat, fault):
    for there in (False, True):
        response = partner.put(ADDRESS, a_lead(threat) | fault)
        assert (response.status_code, response.json()["errors"][0]["pointer"]) == (400, f"/{next(iter(fault))}")
        assert Disruption.objects.exists() is there
        partner.put(ADDRESS, a_lead(threat))


@pytest.mark.parametrize("value", ["A\r\nB", "A\rB", "A\nB", " A  B ", "A\tB"])
def test_a_reference_is_read_as_it_is_stored(partner, threat, value):
    address = f"disruptions/by-agency-reference/?value={quote(value, safe='')}"
    reference = partner.put(address, a_lead(threat)).json()["reference"]
    again = partner.put(address, a_lead(threat, agency_reference=value))
    assert (again.status_code, again.json()["version"]) == (200, 1)
    assert partner.get(address).json()["reference"] == reference


@pytest.mark.django_db(transaction=True)
def test_one_that_was_recorded_between_two_looks_is_amended(north, monkeypatch):
    """Neither refused as moved nor doubled: who was slower looks again."""
    partner, threat = Partner(make_api_client(agency=north)), make_threat()
    quicker: list[int] = []

    def first_another(*args: Any, **values: Any) -> Any:
        if not quicker:
            quicker.append(0)

            def put() -> None:
                try:
                    quicker[0] = partner.put(ADDRESS, a_lead(threat, submit=False)).status_code
                finally:
                    connection.close()

            with ThreadPoolExecutor(1) as pool:
                pool.submit(put).result()
        return check_reason(*args, **values)

    monkeypatch.setattr("disruptions.services.putting.check_reason", first_another)
    answer = partner.put(ADDRESS, a_lead(threat, submit=False))
    assert (quicker, answer.status_code) == ([201], 200)
    assert Disruption.objects.get().reference == answer.json()["reference"]


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
