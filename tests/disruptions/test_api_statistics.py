"""The figures over the API: the rows of the design, as JSON and CSV."""

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest

from disruptions.vocabulary import (
    DisruptionRole,
    EntryMethod,
    Initiation,
    Level,
    OutcomeType,
    PriorityGrade,
    ThreatArea,
)
from tests.api import Partner
from tests.factories import make_api_client, make_disruption, make_outcome, make_threat

pytestmark = pytest.mark.django_db

QUARTER = "from=2024-01-01&to=2024-03-31"
NAMES = ["oic-01", "by-agency", "mixes", "outcomes", "trend", "records"]
YEAR = "from=2024-01-01&to=2024-12-31"


@pytest.fixture
def partner(north):
    return Partner(make_api_client(agency=north))


@pytest.fixture
def records(north, south, recorder, outsider):
    threat = make_threat(created_by=recorder, lead_agency=north)
    day = date(2024, 2, 1)
    lead = make_disruption(agency=north, recorded_by=recorder, threat=threat, level=Level.MAJOR, occurred_on=day)
    make_disruption(
        agency=south, recorded_by=outsider, threat=threat, role=DisruptionRole.SUPPORT, lead=lead, occurred_on=day
    )
    make_disruption(agency=south, recorded_by=outsider, threat=threat, uk_led=False, occurred_on=day)
    drugs = make_threat(primary_area=ThreatArea.DRUGS, created_by=recorder, lead_agency=north)
    make_disruption(agency=south, recorded_by=outsider, threat=drugs, occurred_on=day)
    make_disruption(agency=north, recorded_by=recorder, threat=threat, occurred_on=date(2024, 11, 1))


def rows(response):
    assert response.status_code == 200
    assert list(response.json()) == ["rows"]
    return response.json()["rows"]


def table(response):
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(response.content.decode())))


def test_oic_01_has_a_yearly_row_after_its_quarters(partner, records):
    found = rows(partner.get(f"statistics/oic-01/?{YEAR}"))
    assert [row["quarter"] for row in found] == ["Jan - Mar", "Apr - Jun", "Jul - Sep", "Oct - Dec", "Total"]
    assert found[0] == {
        "year": 2024,
        "quarter": "Jan - Mar",
        "minor": 0,
        "moderate": 0,
        "major": 1,
        "total": 1,
        "provisional": False,
    }
    assert found[-1]["total"] == 2


def test_oic_01_as_csv_has_the_same_cells(partner, records):
    found = table(partner.get(f"statistics/oic-01/?{YEAR}&format=csv"))
    assert found == [
        {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in row.items()}
        for row in rows(partner.get(f"statistics/oic-01/?{YEAR}"))
    ]


def test_by_agency(partner, records):
    found = {row["agency"]: row for row in rows(partner.get(f"statistics/by-agency/?{QUARTER}"))}
    nothing = {"major": 0, "moderate": 0, "minor": 0, "total": 0}
    assert found["north"] == {
        "agency": "north",
        "lead": {"major": 1, "moderate": 0, "minor": 0, "total": 1},
        "support": nothing,
        "not_counted": {"threat_area": 0, "not_uk_led": 0, "level": 0, "coverage": 0, "total": 0},
    }
    assert found["south"]["lead"] == nothing
    assert found["south"]["support"]["total"] == 1
    assert found["south"]["not_counted"] == {"threat_area": 1, "not_uk_led": 1, "level": 0, "coverage": 0, "total": 2}


def test_by_agency_as_csv(partner, records):
    found = {row["agency"]: row for row in table(partner.get(f"statistics/by-agency/?{QUARTER}&format=csv"))}
    assert found["north"]["lead_major"] == "1"
    assert found["south"]["not_counted_total"] == "2"


def test_trend(partner, records):
    assert rows(partner.get(f"statistics/trend/?{QUARTER}")) == [
        {
            "year": 2024,
            "quarter": "Jan - Mar",
            "lead": {"major": 1, "moderate": 0, "minor": 0, "total": 1},
            "support": {"major": 0, "moderate": 0, "minor": 1, "total": 1},
            "provisional": False,
        }
    ]


def test_records_by_year(partner, records):
    assert rows(partner.get(f"statistics/records/?{QUARTER}")) == [
        {"year": 2024, "agency": "north", "role": "lead", "records": 1},
        {"year": 2024, "agency": "south", "role": "lead", "records": 2},
        {"year": 2024, "agency": "south", "role": "support", "records": 1},
    ]


def test_mixes_are_rows_of_parts_that_add_up(partner, records):
    for grade, method in ((PriorityGrade.P2, EntryMethod.SMALL_BOAT), (None, EntryMethod.CONTAINER)):
        make_disruption(
            threat=make_threat(p_grade=grade),
            entry_method=method,
            initiation=Initiation.PROACTIVE,
            occurred_on=date(2024, 2, 2),
        )
    found = rows(partner.get(f"statistics/mixes/?{QUARTER}"))
    totals: Counter[str] = Counter()
    for row in found:
        totals[row["mix"]] += row["lead"]
    assert totals == dict.fromkeys(("initiation", "strand", "sub_threat", "entry_method", "p_grade"), 3)
    methods = {row["key"]: row for row in found if row["mix"] == "entry_method"}
    assert methods["small_boat"] == {
        "mix": "entry_method",
        "key": "small_boat",
        "label": "Small boat",
        "lead": 1,
        "share": 33,
        "share_of_rest": None,
    }
    assert methods["container"]["share_of_rest"] == 50
    assert {row["key"]: row["lead"] for row in found if row["mix"] == "p_grade"} == {"P2": 1, "ungraded": 2}
    assert {row["share_of_rest"] for row in found if row["mix"] != "entry_method"} == {None}
    only = rows(partner.get(f"statistics/mixes/?{QUARTER}&entry_method=container"))
    assert [row["key"] for row in only if row["mix"] == "entry_method"] == ["container"]


def test_outcomes_are_rows_of_a_role_and_type_where_there_are_enough_records(partner, north, south, settings):
    threat = make_threat()
    records = [make_disruption(threat=threat, occurred_on=date(2024, 2, 1)) for _ in range(5)]
    make_outcome(disruption=records[0], count=3)
    for record in records[:2]:
        make_outcome(disruption=record, type=OutcomeType.CASH_SEIZURE, count=None, value_gbp=Decimal("1250.50"))
    support = make_disruption(
        agency=south, threat=threat, role=DisruptionRole.SUPPORT, lead=records[0], occurred_on=date(2024, 2, 1)
    )
    make_outcome(disruption=support, count=2)
    asked = f"statistics/outcomes/?{QUARTER}"
    of_leads = [
        {"role": "lead", "type": "arrest", "records": 1, "number": 3, "value_gbp": None},
        {"role": "lead", "type": "cash_seizure", "records": 2, "number": 2, "value_gbp": "2501.00"},
    ]
    assert rows(partner.get(asked)) == of_leads
    assert [row["value_gbp"] for row in table(partner.get(f"{asked}&format=csv"))] == ["", "2501.00"]
    settings.OUTCOMES_FROM = 1
    of_support = {"role": "support", "type": "arrest", "records": 1, "number": 2, "value_gbp": None}
    assert rows(partner.get(asked)) == [*of_leads, of_support]
    settings.OUTCOMES_FROM = 6
    assert rows(partner.get(asked)) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_format_in_the_address_beats_the_header(partner, name):
    assert (
        partner.get(f"statistics/{name}/?{QUARTER}", Accept="text/csv").headers["Content-Type"].startswith("text/csv")
    )
    asked = partner.get(f"statistics/{name}/?{QUARTER}&format=json", Accept="text/csv")
    assert asked.headers["Content-Type"] == "application/json"
    assert partner.get(f"statistics/{name}/?{QUARTER}&format=csv", Accept="application/json").status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_the_header_line_stands_where_there_are_no_rows(partner, name):
    response = partner.get(f"statistics/{name}/?{QUARTER}&as_at=2000-01-01&format=csv")
    assert response.status_code == 200
    assert response.content.splitlines()[0].startswith((b"year,", b"agency,", b"mix,", b"role,"))


@pytest.mark.parametrize("name", NAMES)
def test_the_counted_filters_narrow_each_figure(partner, records, name):
    assert partner.get(f"statistics/{name}/?{QUARTER}&agency=north&level=major&region=the-north").status_code == 200


def test_a_refusal_is_a_problem_whatever_form_was_asked_for(partner):
    response = partner.get("statistics/oic-01/?from=2026-01-02&format=csv")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["errors"][0]["code"] == "not_a_quarter_bound"


def test_figures_are_the_same_for_every_agency(partner, south, records):
    other = Partner(make_api_client(agency=south))
    assert rows(partner.get(f"statistics/by-agency/?{QUARTER}")) == rows(other.get(f"statistics/by-agency/?{QUARTER}"))
