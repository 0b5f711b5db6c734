"""The cast that every test builds on is what it says it is."""

import pytest

from agencies.permissions import holds_role
from agencies.vocabulary import Role
from tests.factories import make_api_client

pytestmark = pytest.mark.django_db


def test_a_role_reaches_the_own_agency_only(recorder, north, south):
    assert holds_role(recorder, Role.RECORDER, agency=north)
    assert not holds_role(recorder, Role.RECORDER, agency=south)


def test_a_national_role_reaches_every_agency(analyst, north, south):
    assert holds_role(analyst, Role.ANALYST, agency=north)
    assert holds_role(analyst, Role.ANALYST, agency=south)


def test_an_api_client_acts_for_one_agency(north):
    client = make_api_client(agency=north)
    assert client.service_account.agency == client.agency == north
    assert client.service_account.is_service


def test_client_for_signs_in(client_for, recorder):
    assert client_for(recorder).get("/account/").status_code == 200
