"""What an API client asked, day by day: counted as it asks, shown to its administrators and to itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import ApiClientUse, london_date, oic_now
from agencies.services.request_limits import USE_KEPT_FOR, forget_old_use
from agencies.vocabulary import ApiScope
from tests.api import Partner
from tests.factories import make_api_client

pytestmark = pytest.mark.django_db

TABLES = ("agencies_apiclientuse", "agencies_request_window")


def a_day(client, days_ago=0, **values):
    day = london_date(oic_now()) - timedelta(days=days_ago)
    return ApiClientUse.objects.create(client=client, day=day, last_request_at=oic_now(), **values)


@pytest.fixture
def client(north):
    return make_api_client(agency=north, client_id="north-system")


@pytest.fixture
def partner(client):
    return Partner(client)


def test_each_request_and_each_error_is_counted(partner, client):
    for path in ("me/", "disruptions/D-0000-0000/", "disruptions/?level=huge"):
        partner.get(path)
    use = ApiClientUse.objects.get(client=client)
    assert (use.day, use.requests, use.refused, use.failed) == (london_date(oic_now()), 3, 2, 0)
    assert (use.last_error_status, use.last_error_code) == (400, "invalid_parameters")


def test_what_is_refused_before_it_is_counted_is_counted_once(client):
    Partner(client, scopes=[ApiScope.DISRUPTIONS_READ]).post("disruptions/", {"role": "lead"})
    use = ApiClientUse.objects.get(client=client)
    assert (use.requests, use.refused, use.last_error_code) == (1, 1, "insufficient_scope")


def test_a_network_that_is_not_allowed_is_told_to_the_administrator(north):
    client = make_api_client(agency=north, networks=["192.0.2.0/24"])
    assert Partner(client).get("me/").json()["code"] == "network_not_allowed"
    assert ApiClientUse.objects.get(client=client).last_error_code == "network_not_allowed"


def test_a_client_that_ran_out_is_told_to_the_administrator(client, partner):
    client.expires_at = oic_now() - timedelta(seconds=1)
    client.save()
    assert partner.get("me/").json()["code"] == "client_not_in_force"
    use = ApiClientUse.objects.get(client=client)
    assert (use.requests, use.refused, use.last_error_status) == (1, 1, 401)
    assert use.last_error_code == "client_not_in_force"


def test_one_request_too_many_is_an_error(north):
    client = make_api_client(agency=north, rate_per_minute=1)
    partner = Partner(client)
    for _ in range(3):
        partner.get("me/")
    use = ApiClientUse.objects.get(client=client)
    assert use.requests == 3
    # A new minute may begin between two of the three.
    assert use.refused in {1, 2}
    assert use.last_error_code == "too_many_requests"


def test_a_fault_of_ours_is_a_failure_of_the_day(client, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("agencies.api.agencies.MeViewSet.retrieve", fail)
    partner = Partner(client)
    partner.http.raise_request_exception = False
    assert partner.get("me/").status_code == 500
    use = ApiClientUse.objects.get(client=client)
    assert (use.requests, use.refused, use.failed, use.last_error_status) == (1, 0, 1, 500)


def test_who_cannot_be_told_is_not_counted(client):
    assert Client().get("/api/v1/me/", headers={"Authorization": "Bearer nobodys"}).status_code == 401
    assert not ApiClientUse.objects.exists()


def test_a_request_is_counted_in_one_statement_and_an_error_in_a_second(partner, django_assert_num_queries):
    def counting(queries):
        return [each["sql"] for each in queries if any(table in each["sql"] for table in TABLES)]

    for path, statements in (("agencies/", 1), ("agencies/nowhere/", 2)):
        with django_assert_num_queries(3 + statements - 1) as captured:
            partner.get(path)
        assert len(counting(captured.captured_queries)) == statements


def test_the_client_reads_its_own_week(partner, client):
    a_day(client, 6, requests=10, refused=2, failed=1)
    a_day(client, 7, requests=1000)
    partner.get("disruptions/D-0000-0000/")
    use = partner.get("me/").json()["use"]
    last = use.pop("last_error")
    assert use == {
        "since": (london_date(oic_now()) - timedelta(days=6)).isoformat(),
        "requests": 12,
        "refused": 3,
        "failed": 1,
    }
    assert (last["status"], last["code"]) == (404, "not_found")


def test_old_days_are_forgotten(client):
    kept, old = a_day(client, USE_KEPT_FOR.days), a_day(client, USE_KEPT_FOR.days + 1)
    assert forget_old_use() == 1
    assert list(ApiClientUse.objects.all()) == [kept]
    assert old.pk != kept.pk


def test_the_pages_show_it(client, agency_admin, north):
    idle = make_api_client(agency=north, client_id="north-idle")
    a_day(
        client,
        requests=1200,
        refused=3,
        failed=1,
        last_error_status=412,
        last_error_code="stale",
        last_error_at=oic_now(),
    )
    browser = Client()
    browser.force_login(agency_admin)
    listed = browser.get(reverse("agencies:api_client_list")).content.decode()
    assert "1,200 requests, 4 errors (0.3%)" in listed
    assert "No requests" in listed
    detail = browser.get(reverse("agencies:api_client_detail", args=[client.client_id])).content.decode()
    assert "412 stale, at" in detail
    assert "It has not asked for anything" not in detail
    unused = browser.get(reverse("agencies:api_client_detail", args=[idle.client_id])).content.decode()
    assert "It has not asked for anything in the last 14 days" in unused


@pytest.mark.parametrize("rows", [1, 30])
def test_the_pages_take_the_same_queries_however_much_there_is(
    agency_admin, north, rows, django_assert_max_num_queries
):
    clients = [make_api_client(agency=north) for _ in range(rows)]
    for days_ago in range(rows):
        a_day(clients[0], days_ago, requests=1)
    browser = Client()
    browser.force_login(agency_admin)
    with django_assert_max_num_queries(9):
        browser.get(reverse("agencies:api_client_list"))
    with django_assert_max_num_queries(9):
        browser.get(reverse("agencies:api_client_detail", args=[clients[0].client_id]))
