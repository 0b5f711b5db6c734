"""An operation that will go says so: in each answer, in the description, and in the log."""

from datetime import date

import pytest
from drf_spectacular.generators import SchemaGenerator

from agencies.api.agencies import AgencyViewSet
from agencies.api.deprecation import Deprecated
from tests.api import Partner
from tests.factories import make_api_client

GOES = Deprecated(since=date(2027, 1, 1), ends=date(2028, 1, 1), instead="/api/v2/agencies/")
NAMES = {"Deprecation", "Sunset", "Link"}


@pytest.fixture
def deprecated(monkeypatch):
    monkeypatch.setattr(AgencyViewSet, "deprecated", {"retrieve": GOES})


@pytest.mark.django_db
def test_its_answers_say_since_when_until_when_and_what_instead(deprecated, north, monkeypatch):
    told = []
    monkeypatch.setattr("agencies.api.viewsets._log.info", lambda event, **values: told.append((event, values)))
    partner = Partner(make_api_client(agency=north, client_id="north-system"))
    for code, status in ((north.code, 200), ("nowhere", 404)):
        answer = partner.get(f"agencies/{code}/")
        assert answer.status_code == status
        assert answer.headers["Deprecation"] == "@1798761600"
        assert answer.headers["Sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"
        assert answer.headers["Link"] == '</api/v2/agencies/>; rel="successor-version"'
    assert told == [("deprecated_operation", {"operation": "retrieve", "client": "north-system"})] * 2
    assert not NAMES & set(partner.get("agencies/").headers)


def test_the_description_says_so(deprecated):
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    gone = paths["/api/v1/agencies/{code}/"]["get"]
    assert gone["deprecated"] is True
    assert all(set(each["headers"]) >= NAMES for each in gone["responses"].values())
    stays = paths["/api/v1/agencies/"]["get"]
    assert "deprecated" not in stays
    assert not any(NAMES & set(each["headers"]) for each in stays["responses"].values())


def test_partners_are_promised_a_year():
    with pytest.raises(ValueError, match="twelve months"):
        Deprecated(since=date(2027, 1, 1), ends=date(2027, 6, 1), instead="/")
