"""Who may call the API, and for what."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from agencies.vocabulary import ApiScope
from tests.api import Partner, a_lead, make_token
from tests.factories import make_api_client, make_disruption, make_threat

pytestmark = pytest.mark.django_db


def get_me(header):
    return Client().get("/api/v1/me/", headers={"Authorization": header} if header is not None else {})


def test_a_token_says_who_its_client_is(north):
    client = make_api_client(agency=north, scopes=[ApiScope.THREATS_READ], sandbox=True, rate_per_minute=60)
    answer = Partner(client).get("me/").json()
    assert answer["client"] == client.client_id
    assert answer["agency"] == "north"
    assert answer["scopes"] == ["threats:read"]
    assert answer["sandbox"] is True
    assert answer["limits"]["requests_per_minute"] == 60


def test_without_a_token_the_answer_is_401_with_a_challenge(db):
    response = get_me(None)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "not_authenticated"


def test_a_browser_session_opens_nothing(client_for, recorder):
    assert client_for(recorder).get("/api/v1/disruptions/").status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic abc", "Bearer a b", "Bearer never-given", "Bearer \x7f"]
)
def test_what_is_no_token_is_refused(db, header):
    response = get_me(header)
    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_an_expired_token_is_refused(north):
    token = make_token(make_api_client(agency=north), lifetime=-3600)
    assert get_me(f"Bearer {token}").json()["code"] == "invalid_token"


@pytest.mark.parametrize("what", ["client revoked", "client expired", "account off"])
def test_a_client_that_is_no_longer_in_force_is_refused(north, what):
    client = make_api_client(agency=north)
    partner = Partner(client)
    if what == "client revoked":
        client.is_active = False
    if what == "client expired":
        client.expires_at = timezone.now() - timedelta(seconds=1)
    if what == "account off":
        client.service_account.is_active = False
        client.service_account.version += 1
        client.service_account.save()
    client.save()
    response = partner.get("me/")
    assert response.status_code == 401
    assert response.json()["code"] == "client_not_in_force"


def test_a_client_calls_from_its_networks_only(north):
    inside = make_api_client(agency=north, networks=["127.0.0.0/8"])
    outside = make_api_client(agency=north, networks=["192.0.2.0/24"])
    assert Partner(inside).get("me/").status_code == 200
    response = Partner(outside).get("me/")
    assert response.status_code == 403
    assert response.json()["code"] == "network_not_allowed"


OPERATIONS = [
    ("get", "disruptions/", "disruptions:read"),
    ("get", "disruptions/{record}/", "disruptions:read"),
    ("post", "disruptions/", "disruptions:write"),
    ("patch", "disruptions/{record}/", "disruptions:write"),
    ("post", "disruptions/{record}/submit/", "disruptions:write"),
    ("post", "disruptions/{record}/withdraw/", "disruptions:write"),
    ("get", "threats/", "threats:read"),
    ("get", "threats/{threat}/", "threats:read"),
    ("get", "ocgs/", "threats:read"),
    ("get", "ocgs/G-0000-0000/", "threats:read"),
    ("get", "statistics/oic-01/", "statistics:read"),
    ("get", "statistics/by-agency/", "statistics:read"),
    ("get", "statistics/trend/", "statistics:read"),
    ("get", "statistics/records/", "statistics:read"),
]


@pytest.mark.parametrize(("method", "path", "scope"), OPERATIONS)
def test_each_operation_needs_its_scope_and_no_other(north, method, path, scope):
    client = make_api_client(agency=north)
    threat = make_threat()
    record = make_disruption(agency=north, threat=threat)
    address = path.format(record=record.reference, threat=threat.reference)
    without = Partner(client, scopes=set(ApiScope.values) - {scope})
    refused = getattr(without, method)(address)
    assert refused.status_code == 403
    assert refused.json()["code"] == "insufficient_scope"
    assert f'scope="{scope}"' in refused.headers["WWW-Authenticate"]
    assert getattr(Partner(client, scopes=[scope]), method)(address).status_code not in {401, 403}


@pytest.mark.parametrize("path", ["agencies/", "agencies/north/", "vocabulary/", "me/"])
def test_any_token_may_read_what_everybody_needs(north, path):
    assert Partner(make_api_client(agency=north), scopes=[]).get(path).status_code == 200


def test_a_scope_that_the_client_has_lost_is_gone_from_its_tokens(north):
    client = make_api_client(agency=north)
    partner = Partner(client)
    client.scopes = [ApiScope.THREATS_READ]
    client.save()
    assert partner.get("disruptions/").status_code == 403
    assert partner.get("threats/").status_code == 200


def test_token_client_agency_and_account_are_one_query_and_counting_and_use_are_one_each(
    north, django_assert_num_queries
):
    partner = Partner(make_api_client(agency=north))
    with django_assert_num_queries(3):
        assert partner.get("me/").status_code == 200


def test_a_record_is_its_clients_agencys(north, south):
    threat = make_threat()
    answer = Partner(make_api_client(agency=south)).post("disruptions/", a_lead(threat)).json()
    assert answer["agency"] == "south"
