"""Recording over the API: one, many, dry, all or nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disruptions.models import ChangeEvent, Disruption
from disruptions.vocabulary import Channel, DisruptionRole, Status
from tests.api import Partner, a_lead
from tests.factories import make_agency, make_api_client, make_disruption, make_threat

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(north):
    return Partner(make_api_client(agency=north))


@pytest.fixture
def threat(db):
    return make_threat()


def codes(problem):
    return {(each["pointer"], each["code"]) for each in problem["errors"]}


def test_one_record_is_answered_with_itself(partner, threat):
    outcomes = [{"type": "arrest", "count": 2}, {"type": "cash_seizure", "value_gbp": "12500.00"}]
    response = partner.post("disruptions/", a_lead(threat, outcomes=outcomes, country="gb"))
    assert response.status_code == 201
    answer = response.json()
    assert response.headers["ETag"] == '"1"'
    assert response.headers["Location"].endswith(f"/api/v1/disruptions/{answer['reference']}/")
    assert answer["agency"] == "north"
    assert answer["status"] == "submitted"
    assert answer["claimed_level"] == "moderate"
    assert answer["country"] == "GB"
    assert [(each["type"], each["count"], each["value_gbp"]) for each in answer["outcomes"]] == [
        ("arrest", 2, None),
        ("cash_seizure", None, "12500.00"),
    ]
    record = Disruption.objects.get(reference=answer["reference"])
    assert record.channel == Channel.API
    assert record.recorded_by == partner.client.service_account
    assert ChangeEvent.objects.filter(reference=record.reference).count() == 1


def test_what_was_sent_comes_back_when_read(partner, threat, south):
    make_agency(code="port")
    sent = a_lead(
        threat,
        extent="notable",
        duration="medium",
        entry_method="small_boat",
        enablers=["equipment", "online"],
        force_area="south",
        country="FR",
        operation="Example",
        oic_identifier_code="OIC1",
        msht_indicators=False,
        safeguarding_referral=True,
        agency_reference="NORTH/2026/1",
        source_recorded_on="2026-10-02",
        marking="official",
        sharing="named_agencies",
        shared_with=["port", "south"],
    )
    created = partner.post("disruptions/", sent).json()
    assert created.pop("possible_duplicates") == []
    read = partner.get(f"disruptions/{created['reference']}/").json()
    assert read == created
    assert {name: read[name] for name in sent if name != "submit"} == {
        name: value for name, value in sent.items() if name != "submit"
    }


def test_a_draft_needs_only_its_role(partner):
    answer = partner.post("disruptions/", {"role": "lead"}).json()
    assert answer["status"] == "draft"
    assert answer["occurred_on"] is None
    assert answer["claimed_level"] is None


def test_a_submitted_record_needs_the_rest(partner):
    problem = partner.post("disruptions/", {"role": "lead", "submit": True}).json()
    missing = ["threat", "occurred_on", "level", "initiation", "strand", "sub_threat", "uk_led", "summary", "impact"]
    assert codes(problem) == {(f"/{name}", f"disruption_{name}_required") for name in missing}
    assert not Disruption.objects.exists()


def test_a_support_of_a_lead_that_is_not_recorded_yet_waits(partner, threat, south):
    answer = partner.post("disruptions/", a_lead(threat, role="support", lead_agency="south")).json()
    assert answer["waiting"] is True
    assert answer["lead"] is None
    assert answer["lead_agency"] == "south"


def test_a_support_names_its_lead(partner, threat, south):
    lead = make_disruption(agency=south, threat=threat)
    answer = partner.post("disruptions/", a_lead(threat, role="support", lead=lead.reference)).json()
    assert answer["waiting"] is False
    assert (answer["lead"], answer["lead_agency"]) == (lead.reference, "south")


def test_a_second_support_of_a_lead_is_a_conflict(partner, threat, south):
    lead = make_disruption(agency=south, threat=threat)
    body = a_lead(threat, role="support", lead=lead.reference)
    partner.post("disruptions/", body)
    response = partner.post("disruptions/", body)
    assert response.status_code == 409
    assert response.json()["code"] == "disruption_one_live_support"


def test_the_agencys_own_reference_is_the_second_net(partner, threat):
    first = partner.post("disruptions/", a_lead(threat, agency_reference="N/1")).json()
    response = partner.post("disruptions/", a_lead(threat, agency_reference="N/1"))
    assert response.status_code == 409
    problem = response.json()
    assert problem["code"] == "disruption_agency_reference_unique"
    assert problem["existing"] == first["reference"]
    assert problem["errors"][0]["pointer"] == "/agency_reference"
    assert Disruption.objects.count() == 1


def test_a_conflict_beside_another_fault_is_400(partner, threat):
    partner.post("disruptions/", a_lead(threat, agency_reference="N/1"))
    response = partner.post("disruptions/", a_lead(threat, agency_reference="N/1", level="huge"))
    assert response.status_code == 400


def test_a_hidden_lead_is_as_absent_as_one_that_never_was(partner, threat, south):
    hidden = make_disruption(agency=south, threat=threat, status=Status.DRAFT)
    shown = partner.post("disruptions/", a_lead(threat, role="support", lead=hidden.reference)).json()
    assert codes(shown) == {("/lead", "disruption_lead_exists")}


def test_a_list_has_a_result_per_record(partner, threat):
    rows = [a_lead(threat, agency_reference="A"), a_lead(threat, level="huge"), 7, a_lead(threat, agency_reference="A")]
    response = partner.post("disruptions/", rows)
    assert response.status_code == 207
    results = response.json()["results"]
    assert [(each["index"], each["status"]) for each in results] == [(0, 201), (1, 400), (2, 400), (3, 409)]
    assert results[0]["version"] == 1
    assert results[0]["agency_reference"] == "A"
    assert results[1]["errors"][0]["pointer"] == "/1/level"
    assert results[2]["errors"][0]["pointer"] == "/2"
    assert list(Disruption.objects.values_list("reference", flat=True)) == [results[0]["reference"]]


def test_a_list_that_is_accepted_whole_is_201(partner, threat):
    response = partner.post("disruptions/", [a_lead(threat), a_lead(threat)])
    assert response.status_code == 201
    assert {each["status"] for each in response.json()["results"]} == {201}


def test_all_or_nothing_records_none_if_one_is_refused(partner, threat):
    response = partner.post("disruptions/?all_or_nothing=true", [a_lead(threat), a_lead(threat, level="huge")])
    assert response.status_code == 207
    results = response.json()["results"]
    assert [each["status"] for each in results] == [424, 400]
    assert results[0]["errors"][0] == {
        "pointer": "/0",
        "code": "not_recorded_with_others",
        "message": results[0]["errors"][0]["message"],
    }
    assert not Disruption.objects.exists()


def test_all_or_nothing_is_for_lists(partner, threat):
    assert partner.post("disruptions/?all_or_nothing=true", a_lead(threat)).status_code == 400


def test_a_dry_run_writes_nothing(partner, threat):
    one = partner.post("disruptions/?dry_run=true", a_lead(threat))
    assert (one.status_code, one.json()) == (200, {"dry_run": True, "status": "submitted", "possible_duplicates": []})
    many = partner.post("disruptions/?dry_run=true", [a_lead(threat), a_lead(threat, level="huge")])
    assert many.status_code == 207
    assert [each["status"] for each in many.json()["results"]] == [200, 400]
    good = partner.post("disruptions/?dry_run=true", [a_lead(threat)])
    assert good.status_code == 200
    assert partner.post("disruptions/?dry_run=true", a_lead(threat, level="huge")).status_code == 400
    assert not Disruption.objects.exists()


def test_a_sandbox_client_and_the_rest_never_meet(north, south, threat):
    sandbox, real = (Partner(make_api_client(agency=north, sandbox=flag)) for flag in (True, False))
    tried = sandbox.post("disruptions/", a_lead(threat, agency_reference="N/1")).json()
    made = real.post("disruptions/", a_lead(threat, agency_reference="N/1")).json()
    assert tried["sandbox"] is True
    assert [row["reference"] for row in sandbox.get("disruptions/").json()["results"]] == [tried["reference"]]
    assert [row["reference"] for row in real.get("disruptions/").json()["results"]] == [made["reference"]]
    for other, reference in ((sandbox, made["reference"]), (real, tried["reference"])):
        assert other.get(f"disruptions/{reference}/").status_code == 404
        assert other.patch(f"disruptions/{reference}/", {"level": "minor"}, If_Match='"1"').status_code == 404
        assert other.post(f"disruptions/{reference}/withdraw/", {"reason": "x"}, If_Match='"1"').status_code == 404


def test_a_client_without_the_recording_role_is_refused(north, threat):
    client = make_api_client(agency=north)
    client.service_account.role_grants.update(valid_from=date(2099, 1, 1), version=2)
    response = Partner(client).post("disruptions/", a_lead(threat))
    assert response.status_code == 403
    assert response.json()["code"] == "may_not_record"


def test_one_record_takes_a_fixed_number_of_queries(partner, threat, django_assert_max_num_queries):
    with django_assert_max_num_queries(17):
        assert partner.post("disruptions/", a_lead(threat, agency_reference="N/1")).status_code == 201


SAME: dict[str, Any] = {
    "summary": "Three people were arrested at a lorry park while they loaded engines.",
    "operation": "Teal Lantern",
}


def possible(row):
    return [(each["agency"], each["reference"]) for each in row["possible_duplicates"]]


def test_a_possible_duplicate_is_reported_and_never_refused(partner, threat, south):
    body = a_lead(threat, **SAME)
    other = make_disruption(agency=south, threat=threat, occurred_on=date.fromisoformat(body["occurred_on"]), **SAME)
    expected = {"reference": other.reference, "agency": "south", "contact": south.contact}
    dry = partner.post("disruptions/?dry_run=true", body)
    assert dry.status_code == 200
    [told] = dry.json()["possible_duplicates"]
    assert {name: told[name] for name in expected} == expected
    assert told["score"] >= 55
    assert {"threat", "same_day", "operation", "words"} == set(told["why"])
    response = partner.post("disruptions/", body)
    assert (response.status_code, response.json()["status"]) == (201, "submitted")
    assert possible(response.json()) == [("south", other.reference)]


def test_rows_of_one_request_are_compared_with_each_other(partner, threat):
    rows = [
        a_lead(threat, **SAME),
        a_lead(threat, summary="Another thing.", occurred_on="2024-02-01"),
        a_lead(threat, **SAME),
    ]
    for query in ("?dry_run=true", ""):
        results = partner.post(f"disruptions/{query}", rows).json()["results"]
        assert [len(row["possible_duplicates"]) for row in results] == [1, 0, 1]
    assert possible(results[0]) == [("north", results[2]["reference"])]


def test_of_a_hidden_record_the_agency_and_its_contact_are_all_that_is_said(partner, threat, south):
    body = a_lead(threat, **SAME)
    hidden = make_disruption(
        agency=south,
        threat=threat,
        occurred_on=date.fromisoformat(body["occurred_on"]),
        shared_with=[make_agency()],
        **SAME,
    )
    response = partner.post("disruptions/", body)
    assert response.json()["possible_duplicates"] == [
        {"reference": None, "agency": "south", "contact": south.contact, "why": [], "score": None}
    ]
    assert hidden.reference not in response.content.decode()


def test_submitting_a_draft_reports_too(partner, threat, south):
    body = a_lead(threat, submit=False, **SAME)
    draft = partner.post("disruptions/", body).json()
    other = make_disruption(agency=south, threat=threat, occurred_on=date.fromisoformat(body["occurred_on"]), **SAME)
    response = partner.post(f"disruptions/{draft['reference']}/submit/", If_Match='"1"')
    assert response.status_code == 200
    assert possible(response.json()) == [("south", other.reference)]


def test_a_sandbox_record_is_compared_with_none_of_the_real_ones(north, south, threat):
    body = a_lead(threat, **SAME)
    make_disruption(agency=south, threat=threat, occurred_on=date.fromisoformat(body["occurred_on"]), **SAME)
    partner = Partner(make_api_client(agency=north, sandbox=True))
    assert partner.post("disruptions/", body).json()["possible_duplicates"] == []


def test_a_thousand_records_take_as_many_queries_as_ten(partner, threat, south, django_assert_max_num_queries):
    leads = [make_disruption(agency=south, threat=threat) for _ in range(2)]
    arrest = [{"type": "arrest", "count": 1}]

    def rows(how_many):
        leading = [
            a_lead(
                threat,
                agency_reference=f"{how_many}/{n}",
                outcomes=arrest,
                force_area="south",
                occurred_on=str(date(2024, 1, 1) + timedelta(days=n % 700)),
            )
            for n in range(how_many - 1)
        ]
        lead = leads.pop().reference
        return [*leading, a_lead(threat, role=DisruptionRole.SUPPORT.value, lead=lead)]

    with django_assert_max_num_queries(21):
        assert partner.post("disruptions/", rows(10)).status_code == 201
    with django_assert_max_num_queries(21), CaptureQueriesContext(connection) as queries:
        assert partner.post("disruptions/", rows(1_000)).status_code == 201
    assert Disruption.objects.filter(agency__code="north").count() == 1_010
    # A WITH may write: the request is counted by one.
    texts = [query["sql"].lstrip() for query in queries]
    reads = [sql for sql in texts if sql.startswith(("SELECT", "WITH")) and "INSERT INTO" not in sql]
    assert len(reads) <= 13, reads
