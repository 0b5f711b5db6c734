"""Facets: a count for each choice, over the question without its own filter; of what is in force, the list's length."""

import re
from datetime import date
from html import unescape

import pytest
from django.http import QueryDict
from django.urls import reverse

from agencies.vocabulary import AgencyKind
from disruptions.asked import read_asked
from disruptions.statistics.facets import FACETS, facets_of
from disruptions.vocabulary import DisruptionRole, EntryMethod, Level, PriorityGrade, Sharing, Status, Strand
from tests.factories import make_agency, make_disruption, make_region, make_threat

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(outsider):
    """Somebody who may open most of some records of every sort, but not all."""
    east = make_agency(code="east", region=make_region(code="east"), kind=AgencyKind.TERRITORIAL_FORCE)
    west = make_agency(code="west", kind=AgencyKind.LAW_ENFORCEMENT_AGENCY)
    plain, graded = make_threat(lead_agency=east), make_threat(lead_agency=east, p_grade=PriorityGrade.P2)

    def record(**values):
        return make_disruption(**{"agency": east, "threat": plain, "occurred_on": date(2025, 6, 1), **values})

    lead = record(level=Level.MAJOR, threat=graded, occurred_on=date(2024, 3, 31))
    record(level=Level.MODERATE, strand=Strand.PREVENT, occurred_on=date(2024, 4, 1))
    record(agency=west, level=Level.MAJOR, entry_method=EntryMethod.SMALL_BOAT)
    record(agency=west, role=DisruptionRole.SUPPORT, lead=lead)
    record(agency=east, status=Status.APPROVED, level=Level.NONE, uk_led=False)
    record(agency=east, sharing=Sharing.NAMED_AGENCIES, level=Level.MAJOR)
    make_disruption(agency=outsider.agency, recorded_by=outsider, status=Status.DRAFT, occurred_on=None, level=None)
    return outsider


OPENED = re.compile(r'href="(/disruptions/\?[^"]*)">[^<]*</a>(?:</strong>)?</th>\s*<td[^>]*>(?:<strong>)?([0-9]+)')

QUERIES = (
    "",
    "level=major",
    "level__not=major",
    "level=major&level=none&level__empty=yes",
    "level__empty=no&agency=east",
    "agency__not=east",
    "region=east",
    "region__not=east",
    "region__empty=yes&role=lead",
    "p_grade=P2",
    "p_grade__not=P2&status__not=draft",
    "p_grade__empty=yes",
    "entry_method=small_boat&entry_method__empty=yes",
    "entry_method__not=small_boat",
    "uk_led=yes",
    "strand=prevent&strand__not=prevent",
    "from=2024-04-01&to=2025-12-31",
    "occurred_on__empty=yes",
    "threat_kind=vulnerability&agency_kind=territorial_force",
)


def test_every_facet_adds_up_to_the_length_of_the_list(reader, subtests):
    for query in QUERIES:
        asked = read_asked(QueryDict(query), reader=reader)
        with asked.rows() as rows:
            length = rows.count()
        counted = facets_of(asked)
        with subtests.test(query):
            assert {facet.name: facet.records for facet in counted.facets} == dict.fromkeys(
                [*FACETS, "year", "financial_year"], length
            )
            assert counted.total == length


def test_a_facet_is_counted_without_its_own_filter(reader):
    counted = facets_of(read_asked(QueryDict("level=major&role=lead"), reader=reader))
    assert {value.code: value.records for value in counted.named("level").values} == {
        "major": 2,
        "moderate": 1,
        "minor": 0,
        "none": 1,
        "negative": 0,
        "": 1,
    }
    assert {value.code: value.records for value in counted.named("role").values} == {"lead": 2, "support": 0}
    assert {value.code: value.records for value in counted.named("region").values if value.records} == {
        "east": 1,
        "": 1,
    }


@pytest.mark.parametrize(
    ("query", "at_least"),
    [
        ({"role": "lead", "level__not": "none"}, 20),
        ({"from": "2024-04-01", "to": "2025-05-31", "occurred_on__empty": "yes"}, 5),
        ({"from": "2024-02-01", "occurred_on__empty": "no"}, 20),
    ],
)
def test_each_choice_opens_a_list_of_as_many(reader, client_for, query, at_least):
    page = client_for(reader).get(reverse("disruption_facets"), query)
    assert page.status_code == 200
    rows_of_page = OPENED.findall(page.content.decode())
    assert len(rows_of_page) > at_least
    assert any("from=" in address for address, _ in rows_of_page)
    for address, records in rows_of_page:
        with read_asked(QueryDict(unescape(address).partition("?")[2]), reader=reader).rows() as rows:
            assert rows.count() == int(records), address


def test_years_are_calendar_years_and_financial_years(reader):
    counted = facets_of(read_asked(QueryDict(""), reader=reader))
    assert {value.label: value.records for value in counted.named("year").values} == {
        "2025": 3,
        "2024": 2,
        "Not given": 1,
    }
    assert {value.label: value.records for value in counted.named("financial_year").values} == {
        "2025 to 2026": 3,
        "2024 to 2025": 1,
        "2023 to 2024": 1,
        "Not given": 1,
    }


def test_the_script_of_the_list_gets_the_same_counts(reader, client_for):
    answer = client_for(reader).get(reverse("disruption_counts"), {"level": "major", "page": "2"}).json()
    assert answer["total"] == 2
    assert answer["counts"]["level"]["moderate"] == 1
    assert "year" not in answer["counts"]


@pytest.mark.parametrize("name", ["disruption_facets", "disruption_counts"])
def test_a_bad_question_is_not_counted(client_for, recorder, name):
    answer = client_for(recorder).get(reverse(name), {"level": "huge"})
    assert answer.status_code == 400
    assert "level" in answer.content.decode()


def test_the_queries_of_the_counts_are_few(reader, django_assert_max_num_queries):
    for query, queries in (("", 7), ("level=major&agency=east", 16)):
        with django_assert_max_num_queries(queries):
            facets_of(read_asked(QueryDict(query), reader=reader))


def test_other_choices_of_a_large_question_are_not_counted_and_those_in_force_are(analyst, north, monkeypatch):
    monkeypatch.setattr("disruptions.statistics.facets.OTHERS_COUNTED_TO", 0)
    for level in (Level.MAJOR, Level.MINOR):
        make_disruption(agency=north, status=Status.SUBMITTED, level=level)
    facet = facets_of(read_asked(QueryDict("level=major"), reader=analyst)).named("level")
    assert {value.code: value.records for value in facet.values if value.kept} == {"major": 1}
    assert {value.records for value in facet.values if not value.kept} == {None}
    assert facet.records == 1
