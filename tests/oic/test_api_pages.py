"""Pages by cursor."""

import pytest

from tests.api import Partner
from tests.factories import make_api_client, make_disruption, make_threat

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(north):
    return Partner(make_api_client(agency=north))


def follow(partner, address, link):
    pages = []
    while address:
        answer = partner.http.get(address).json()
        pages.append([row["reference"] for row in answer["results"]])
        address = answer[link]
    return pages


def record(agency, threat, author, times):
    return [make_disruption(agency=agency, threat=threat, recorded_by=author).reference for _ in range(times)]


def test_the_pages_hold_each_record_once_newest_first(partner, north, recorder):
    made = record(north, make_threat(), recorder, 5)
    pages = follow(partner, "/api/v1/disruptions/?page_size=2", "next")
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [each for page in pages for each in page] == made[::-1]


def test_the_way_back_gives_the_same_pages(partner, north, recorder):
    record(north, make_threat(), recorder, 4)
    first = partner.get("disruptions/?page_size=2").json()
    second = partner.http.get(first["next"]).json()
    again = partner.http.get(second["previous"]).json()
    assert [row["reference"] for row in again["results"]] == [row["reference"] for row in first["results"]]
    assert second["next"] is None
    assert again["previous"] is None


def test_a_record_made_meanwhile_moves_no_other_between_pages(partner, north, recorder):
    threat = make_threat()
    made = record(north, threat, recorder, 4)
    first = partner.get("disruptions/?page_size=2").json()
    late = record(north, threat, recorder, 3)
    second = partner.http.get(first["next"]).json()
    assert [row["reference"] for row in second["results"]] == made[1::-1]
    newer = partner.http.get(partner.http.get(second["previous"]).json()["previous"]).json()
    assert {row["reference"] for row in newer["results"]} <= set(late)


def test_the_filters_stay_on_the_way(partner, north, recorder):
    threat = make_threat()
    record(north, threat, recorder, 3)
    record(north, make_threat(), recorder, 3)
    pages = follow(partner, f"/api/v1/disruptions/?threat={threat.reference}&page_size=1", "next")
    assert [len(page) for page in pages] == [1, 1, 1]


def test_an_empty_list_is_one_empty_page(partner):
    assert partner.get("disruptions/").json() == {"results": [], "next": None, "previous": None}
