"""What reviewers and other agencies do with a record, read and answered over the API."""

from __future__ import annotations

import pytest

from agencies.vocabulary import Role
from disruptions.models import Disruption
from disruptions.services import DecisionRow, review_disruptions
from disruptions.vocabulary import DisruptionRole, Status
from tests.api import Partner, a_lead
from tests.factories import make_agency, make_api_client, make_disruption, make_threat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(north):
    return Partner(make_api_client(agency=north))


@pytest.fixture
def other(south):
    return Partner(make_api_client(agency=south))


@pytest.fixture
def threat():
    return make_threat()


@pytest.fixture
def record(partner, threat):
    return partner.post("disruptions/", a_lead(threat, agency_reference="N/1")).json()["reference"]


def send_back(agency, reference, **values):
    approver = make_user(agency=agency, roles=[Role.APPROVER], name="Ada Approver")
    row = DecisionRow(reference, "return", reason="Not yet.", field_reasons={"level": "Why?"}, **values)
    review_disruptions(acting_user=approver, decisions=[row])
    return approver


class TestARecordThatIsSentBack:
    """Read why, put it right and submit it again, in one step."""

    def test_why_and_again(self, partner, north, record):
        send_back(north, record)
        assert partner.get(f"disruptions/{record}/").json()["status"] == "returned"
        [review] = partner.get(f"disruptions/{record}/reviews/").json()["results"]
        assert review.pop("decided_at").endswith("Z")
        assert review == {
            "version": 2,
            "decision": "return",
            "from_level": "moderate",
            "to_level": "moderate",
            "reason": "Not yet.",
            "field_reasons": {"level": "Why?"},
            "reason_class": None,
            "decided_by": {"agency": "north", "name": "Ada Approver"},
        }
        body = {"level": "minor", "submit": True, "reason": "Regraded, as you say."}
        answer = partner.patch(f"disruptions/{record}/", body, If_Match='"2"').json()
        assert (answer["status"], answer["level"], answer["version"]) == ("submitted", "minor", 3)
        newest = partner.get(f"disruptions/{record}/history/").json()["results"][0]
        assert (newest["change"], newest["reason"]) == ("submitted", "Regraded, as you say.")
        changes = {each["field"]: (each["before"], each["after"]) for each in newest["changes"]}
        assert changes == {"status": ("returned", "submitted"), "level": ("moderate", "minor")}

    def test_names_are_for_their_own_agency(self, partner, other, north, record):
        send_back(north, record)
        [review] = other.get(f"disruptions/{record}/reviews/").json()["results"]
        assert review["decided_by"] == {"agency": "north", "name": None}
        versions = other.get(f"disruptions/{record}/history/").json()["results"]
        assert {each["changed_by"]["name"] for each in versions} == {None}


class TestHistory:
    """Every version and what it changed, by wire name."""

    def test_outcomes_shares_and_related_records_are_wire_values(self, partner, threat, record):
        make_agency(code="east")
        body = {
            "outcomes": [{"type": "cash_seizure", "value_gbp": "12.50"}],
            "sharing": "named_agencies",
            "shared_with": ["east"],
            "force_area": None,
        }
        partner.patch(f"disruptions/{record}/", body, If_Match="*")
        newest, first = partner.get(f"disruptions/{record}/history/").json()["results"]
        assert (first["version"], first["change"], first["changes"]) == (1, "recorded", [])
        changes = {each["field"]: (each["before"], each["after"]) for each in newest["changes"]}
        seizure = {"type": "cash_seizure", "count": None, "value_gbp": "12.50", "months": None, "item": ""}
        assert changes == {
            "outcomes": ([], [seizure]),
            "sharing": ("all_agencies", "named_agencies"),
            "shared_with": ([], ["east"]),
        }

    def test_a_lead_that_is_hidden_is_not_named(self, partner, south, threat):
        hidden = make_disruption(agency=south, threat=threat, shared_with=[make_agency()])
        open_to_all = make_disruption(agency=south, threat=threat)
        support = partner.post("disruptions/", a_lead(threat, role="support", lead=open_to_all.reference)).json()
        Disruption.objects.filter(reference=support["reference"]).update(lead=hidden, version=2)
        answer = partner.get(f"disruptions/{support['reference']}/history/")
        newest = answer.json()["results"][0]
        assert newest["changes"] == [{"field": "lead", "before": open_to_all.reference, "after": None}]
        assert hidden.reference not in answer.content.decode()

    @pytest.mark.parametrize("part", ["history", "reviews"])
    def test_the_queries_do_not_grow_with_the_versions(self, partner, record, part, django_assert_max_num_queries):
        for number in range(12):
            partner.patch(f"disruptions/{record}/", {"operation": f"Name {number}"}, If_Match="*")
        with django_assert_max_num_queries(9):
            partner.get(f"disruptions/{record}/{part}/")


class TestWithdrawnAndReopened:
    """Each status, and who may."""

    def test_a_submitted_record_comes_back_returned(self, partner, record):
        assert partner.post(f"disruptions/{record}/reopen/", {}, If_Match="*").json()["code"] == "may_not_reopen"
        partner.post(f"disruptions/{record}/withdraw/", {"reason": "In error."}, If_Match="*")
        path = f"disruptions/{record}/reopen/"
        refused = partner.post(path, {}, If_Match="*")
        assert refused.json()["errors"][0]["code"] == "disruption_reopened_has_reason"
        assert partner.post(path, {"reason": "It happened."}, If_Match='"1"').status_code == 412
        answer = partner.post(path, {"reason": "It happened."}, If_Match='"2"')
        assert (answer.json()["status"], answer.headers["ETag"]) == ("returned", '"3"')
        assert partner.post(f"disruptions/{record}/submit/", If_Match='"3"').json()["status"] == "submitted"

    def test_a_draft_comes_back_as_a_draft(self, partner):
        draft = partner.post("disruptions/", {"role": "lead"}).json()["reference"]
        assert partner.post(f"disruptions/{draft}/withdraw/", {}, If_Match="*").json()["status"] == "withdrawn"
        assert partner.post(f"disruptions/{draft}/reopen/", {}, If_Match="*").json()["status"] == "draft"

    @pytest.mark.parametrize(
        ("status", "submit", "withdraw"),
        [
            (Status.DRAFT, 200, 200),
            (Status.SUBMITTED, 403, 200),
            (Status.RETURNED, 200, 200),
            (Status.APPROVED, 403, 200),
            (Status.REJECTED, 403, 403),
            (Status.WITHDRAWN, 403, 403),
        ],
    )
    def test_each_status(self, partner, north, threat, status, submit, withdraw):
        approver = make_user(agency=north) if status == Status.APPROVED else None
        for step, body, wanted in (("submit", None, submit), ("withdraw", {"reason": "In error."}, withdraw)):
            made = make_disruption(agency=north, threat=threat, status=status, approved_by=approver)
            answer = partner.post(f"disruptions/{made.reference}/{step}/", body, If_Match="*")
            assert answer.status_code == wanted, step


class TestASupportThatWaits:
    """The agency that it names finds it, and joins it, passes it on or sends it back."""

    @pytest.fixture
    def support(self, other, threat):
        body = a_lead(threat, role="support", lead_agency="north")
        return other.post("disruptions/", body).json()["reference"]

    def test_it_is_found(self, partner, other, threat, support):
        other.post("disruptions/", a_lead(threat, role="support", lead_agency=make_agency().code))
        found = partner.get("disruptions/?waiting=yes&lead_agency=north").json()["results"]
        assert [each["reference"] for each in found] == [support]

    def test_it_is_joined(self, partner, other, record, support):
        path = f"disruptions/{support}/confirm-lead/"
        answer = partner.post(path, {"lead": record, "reason": "Ours."}, If_Match='"1"')
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
        assert answer.json() == {
            "reference": support,
            "agency": "south",
            "version": 2,
            "status": "submitted",
            "lead": record,
            "lead_agency": "north",
        }
        assert other.get(f"disruptions/{support}/").json()["lead"] == record
        assert partner.post(path, {"lead": record}, If_Match="*").json()["code"] == "may_not_answer_support"

    def test_it_is_passed_on(self, partner, support):
        make_agency(code="west")
        path = f"disruptions/{support}/correct-lead/"
        answer = partner.post(path, {"lead_agency": "west", "reason": "Theirs."}, If_Match="*")
        assert (answer.json()["lead"], answer.json()["lead_agency"]) == (None, "west")

    def test_it_is_sent_back(self, partner, other, support):
        path = f"disruptions/{support}/decline-lead/"
        assert partner.post(path, {"reason": "Not ours."}, If_Match="*").json()["status"] == "returned"
        newest = other.get(f"disruptions/{support}/history/").json()["results"][0]
        assert (newest["change"], newest["reason"]) == ("lead_declined", "Not ours.")

    def test_one_that_is_hidden_afterwards_is_answered_all_the_same(self, partner, threat, south):
        waiting = make_disruption(
            agency=south,
            threat=threat,
            role=DisruptionRole.SUPPORT,
            lead_agency=partner.client.agency,
            shared_with=[make_agency()],
        )
        path = f"disruptions/{waiting.reference}/decline-lead/"
        first = partner.post(path, {"reason": "Not ours."}, If_Match='"1"', Idempotency_Key="k1")
        assert first.status_code == 200
        assert partner.get(f"disruptions/{waiting.reference}/").status_code == 404
        again = partner.post(path, {"reason": "Not ours."}, If_Match='"1"', Idempotency_Key="k1")
        assert (again.status_code, again.content) == (200, first.content)

    @pytest.mark.parametrize(
        ("step", "body", "pointer", "code"),
        [
            ("confirm-lead", {}, "/lead", "mistyped_reference"),
            ("confirm-lead", {"lead": "D-0000-0000"}, "/lead", "mistyped_reference"),
            ("confirm-lead", {"lead": 5}, "/lead", "invalid"),
            ("correct-lead", {"reason": "Theirs."}, "/lead_agency", "disruption_lead_agency_exists"),
            ("correct-lead", {"lead_agency": "south", "reason": "x"}, "/lead_agency", "support_lead_agency_differs"),
            ("decline-lead", {}, "/reason", "support_answer_has_reason"),
            ("decline-lead", {"reason": "a\x00b"}, "/reason", "disruption_change_reason_storable"),
            ("decline-lead", {"why": "x"}, "/why", "unknown_field"),
        ],
    )
    def test_what_is_wrong_is_pointed_at(self, partner, support, step, body, pointer, code):
        answer = partner.post(f"disruptions/{support}/{step}/", body, If_Match="*")
        assert answer.status_code == 400
        assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]

    def test_it_is_for_the_version_that_was_read(self, partner, support):
        path = f"disruptions/{support}/decline-lead/"
        assert partner.post(path, {"reason": "No."}).status_code == 428
        assert partner.post(path, {"reason": "No."}, If_Match='"7"').status_code == 412


class TestHandingOver:
    """A lead is offered, and the agency that led accepts or declines."""

    @pytest.fixture
    def offered(self, partner, record, south):
        path = f"disruptions/{record}/hand-over/"
        answer = partner.post(path, {"to_agency": "south", "reason": "They led."}, If_Match='"1"')
        assert answer.status_code == 200
        return record

    def test_both_sides_find_it_and_nobody_else(self, partner, other, offered):
        for asked in (partner, other):
            [offer] = asked.get("disruptions/hand-overs/").json()["results"]
            assert (offer["disruption"], offer["from_agency"], offer["to_agency"]) == (offered, "north", "south")
            assert (offer["status"], offer["reason"], offer["version"]) == ("offered", "They led.", 1)
        assert Partner(make_api_client()).get("disruptions/hand-overs/").json()["results"] == []

    def test_it_is_accepted(self, partner, other, offered):
        answer = other.post(f"disruptions/{offered}/accept-hand-over/", {}, If_Match='"1"')
        assert (answer.json()["status"], answer.json()["version"], answer.headers["ETag"]) == ("accepted", 2, '"2"')
        assert partner.get(f"disruptions/{offered}/").json()["agency"] == "south"
        assert other.get("disruptions/hand-overs/").json()["results"] == []

    def test_it_is_declined(self, partner, other, offered):
        path = f"disruptions/{offered}/decline-hand-over/"
        assert other.post(path, {}, If_Match="*").json()["errors"][0]["code"] == "hand_over_declined_has_answer"
        assert other.post(path, {"answer": "Not ours."}, If_Match="*").json()["answer"] == "Not ours."
        assert partner.get(f"disruptions/{offered}/").json()["agency"] == "north"

    def test_it_is_taken_back(self, partner, other, offered):
        path = f"disruptions/{offered}/take-back-hand-over/"
        assert other.post(path, If_Match="*").json()["code"] == "may_not_take_back"
        assert partner.post(path, If_Match="*").json()["status"] == "cancelled"
        assert partner.post(path, If_Match="*").status_code == 404

    @pytest.mark.parametrize("rows", [1, 30])
    def test_the_queries_of_the_list_are_few(self, partner, other, threat, rows, django_assert_max_num_queries):
        for _ in range(rows):
            made = make_disruption(agency=partner.client.agency, threat=threat)
            body = {"to_agency": "south", "reason": "They led."}
            partner.post(f"disruptions/{made.reference}/hand-over/", body, If_Match="*")
        with django_assert_max_num_queries(3):
            assert len(other.get("disruptions/hand-overs/").json()["results"]) == rows
