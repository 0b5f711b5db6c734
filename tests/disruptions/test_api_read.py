"""Reading over the API: who sees what, filters, sparse fields, past states, the master list."""

from datetime import date

import pytest

from agencies.models import AuditEntry
from disruptions.vocabulary import DisruptionRole, Level, PndTier, PriorityGrade, Sharing, Status, ThreatStatus
from tests.api import Partner
from tests.factories import make_api_client, make_disruption, make_ocg, make_outcome, make_threat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(north):
    return Partner(make_api_client(agency=north))


def references(response):
    assert response.status_code == 200
    return {row["reference"] for row in response.json()["results"]}


def test_the_list_is_what_the_agency_may_open(partner, north, south, centre):
    threat = make_threat()
    own_draft = make_disruption(agency=north, threat=threat, status=Status.DRAFT)
    shared = make_disruption(agency=south, threat=threat)
    named = make_disruption(agency=south, threat=threat, shared_with=[north])
    hidden = [
        make_disruption(agency=south, threat=threat, status=Status.DRAFT),
        make_disruption(agency=south, threat=threat, sharing=Sharing.LEAD_AND_SUPPORTING),
        make_disruption(agency=south, threat=threat, shared_with=[centre]),
        make_disruption(agency=south, threat=threat, sandbox=True),
    ]
    seen = {own_draft.reference, shared.reference, named.reference}
    assert references(partner.get("disruptions/")) == seen
    for record in hidden:
        assert partner.get(f"disruptions/{record.reference}/").status_code == 404
    for reference in seen:
        assert partner.get(f"disruptions/{reference}/").status_code == 200


def test_a_lead_that_may_not_be_opened_is_null_and_its_agency_is_said(partner, north, south, centre):
    threat = make_threat()
    lead = make_disruption(agency=south, threat=threat, shared_with=[centre])
    support = make_disruption(agency=centre, threat=threat, role=DisruptionRole.SUPPORT, lead=lead)
    in_list = partner.get("disruptions/").json()["results"]
    alone = partner.get(f"disruptions/{support.reference}/").json()
    assert in_list == [alone]
    assert (alone["lead"], alone["lead_agency"], alone["waiting"]) == (None, "south", False)
    assert lead.reference not in partner.get("disruptions/").content.decode()


def test_a_lead_that_may_be_opened_is_named(partner, south, centre):
    threat = make_threat()
    lead = make_disruption(agency=south, threat=threat)
    support = make_disruption(agency=centre, threat=threat, role=DisruptionRole.SUPPORT, lead=lead)
    assert partner.get(f"disruptions/{support.reference}/").json()["lead"] == lead.reference


def test_the_filters_are_those_of_the_list(partner, north, south):
    threat = make_threat()
    minor = make_disruption(agency=north, threat=threat, level=Level.MINOR, occurred_on=date(2026, 1, 5))
    major = make_disruption(agency=south, threat=threat, level=Level.MAJOR, occurred_on=date(2026, 3, 5))
    make_outcome(disruption=major)
    both = {minor.reference, major.reference}
    assert references(partner.get("disruptions/?level=minor")) == {minor.reference}
    assert references(partner.get("disruptions/?level=minor&level=major")) == both
    assert references(partner.get("disruptions/?agency=south")) == {major.reference}
    assert references(partner.get("disruptions/?from=2026-02-01&to=2026-03-05")) == {major.reference}
    assert references(partner.get("disruptions/?outcome=arrest")) == {major.reference}
    assert references(partner.get(f"disruptions/?threat={threat.reference}")) == both
    assert references(partner.get("disruptions/?status=approved")) == set()


def test_sparse_fields(partner, north):
    record = make_disruption(agency=north)
    row = {"reference": record.reference, "level": "minor"}
    assert partner.get("disruptions/?fields=reference,level").json()["results"] == [row]
    assert partner.get(f"disruptions/{record.reference}/?fields=level,reference").json() == row


def test_a_reference_is_read_as_people_write_it(partner, north):
    record = make_disruption(agency=north)
    assert partner.get(f"disruptions/{record.reference.lower().replace('-', '')}/").status_code == 200


def test_the_list_as_it_stood_on_a_day(partner, north):
    make_disruption(agency=north)
    assert references(partner.get("disruptions/?as_at=2026-01-01")) == set()


def test_a_page_takes_as_many_queries_as_a_row(partner, north, south, django_assert_num_queries):
    threat = make_threat()
    us, them = partner.client.service_account, make_user(agency=south)

    def add(times):
        for _ in range(times):
            lead = make_disruption(agency=south, threat=threat, recorded_by=them)
            make_disruption(agency=north, threat=threat, recorded_by=us, role=DisruptionRole.SUPPORT, lead=lead)
            make_outcome(disruption=lead)

    add(1)
    with django_assert_num_queries(LIST_QUERIES):
        assert len(references(partner.get("disruptions/"))) == 2
    add(14)
    with django_assert_num_queries(LIST_QUERIES):
        assert len(references(partner.get("disruptions/"))) == 30


LIST_QUERIES = 9


def test_reading_is_in_the_log(partner, north):
    record = make_disruption(agency=north)
    partner.get(f"disruptions/{record.reference}/")
    partner.get("disruptions/?level=minor")
    assert list(AuditEntry.objects.order_by("id").values_list("action", "reference", "user_id")) == [
        ("viewed", record.reference, partner.client.service_account_id),
        ("searched", "", partner.client.service_account_id),
    ]


def test_threats_that_accept_disruptions_are_listed_and_status_widens(partner):
    active = make_threat(p_grade=PriorityGrade.P2)
    archived = make_threat(status=ThreatStatus.ARCHIVED)
    assert references(partner.get("threats/")) == {active.reference}
    assert references(partner.get("threats/?status=archived")) == {archived.reference}
    assert references(partner.get("threats/?p_grade=P2")) == {active.reference}


def test_a_threat_and_its_group(partner, north):
    ocg = make_ocg(lead_agency=north, name="The Group", aliases=["The Others"], pnd_tier=PndTier.TIER_4)
    threat = make_threat(ocg=ocg)
    response = partner.get(f"threats/{threat.reference}/")
    assert response.headers["ETag"] == '"1"'
    assert response.json()["ocg"] == ocg.reference
    assert response.json()["lead_agency"] == "north"
    group = partner.get(f"ocgs/{ocg.reference}/").json()
    assert (group["name"], group["aliases"], group["pnd_tier"]) == ("The Group", ["The Others"], "tier_4")
    assert references(partner.get("ocgs/")) == {ocg.reference}


@pytest.mark.parametrize("path", ["threats/", "ocgs/", "agencies/"])
def test_lists_of_reference_data_take_a_fixed_number_of_queries(
    partner, north, path, django_assert_max_num_queries, threat_manager
):
    def add(times):
        for _ in range(times):
            ocg = make_ocg(lead_agency=north, created_by=threat_manager)
            make_threat(ocg=ocg, lead_agency=north, created_by=threat_manager)

    add(1)
    with django_assert_max_num_queries(3):
        partner.get(path)
    add(29)
    with django_assert_max_num_queries(3):
        partner.get(path)


def test_agencies_by_code(partner, south):
    assert partner.get("agencies/south/").json()["region"] == "the-south"
    codes = [row["code"] for row in partner.get("agencies/").json()["results"]]
    assert sorted(codes) == ["north", "south"]


def test_the_vocabulary_holds_every_code_list(partner):
    answer = partner.get("vocabulary/").json()
    scale = answer["psni_scale"]
    assert scale["agreed"] is False
    assert {each["code"]: each["level"] for each in scale["levels"]} == {
        "frustrated": "minor",
        "disrupted": "moderate",
        "dismantled": "major",
        "none": "none",
        "negative": "negative",
    }
    lists = {name: {each["code"] for each in codes} for name, codes in answer["codes"].items()}
    assert "small_boat" in lists["entry_method"]
    assert "GB" in lists["country"]
    fields = {each["name"]: each for each in answer["fields_of_a_disruption"]}
    assert fields["role"]["required_to_submit"] is True
    assert fields["level"]["codes"] == "level"
    assert fields["summary"]["max_length"] == 4000
    measures = {each["type"]: each for each in answer["outcome_measures"]}
    assert measures["sentence"] == {"type": "sentence", "required": ["count", "months"], "optional": []}
