"""How often a client may ask."""

import pytest

from tests.api import Partner
from tests.factories import make_api_client

pytestmark = pytest.mark.django_db


def test_each_answer_says_how_many_requests_are_left(north):
    partner = Partner(make_api_client(agency=north, rate_per_minute=600))
    headers = [partner.get(path).headers for path in ("me/", "disruptions/D-0000-0000/")]
    assert {each["RateLimit-Policy"] for each in headers} == {'"client";q=600;w=60'}
    assert all(each["RateLimit"].startswith('"client";r=59') for each in headers)


def test_one_request_too_many_is_429(north):
    slow, quick = (Partner(make_api_client(agency=north, rate_per_minute=rate)) for rate in (1, 60))
    # A new minute may begin between two of the three.
    refused = next(each for each in [slow.get("me/") for _ in range(3)] if each.status_code != 200)
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"].startswith('"client";r=0;t=')
    assert quick.get("me/").status_code == 200
