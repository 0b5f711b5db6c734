"""Every refusal below /api/ is a problem with a code, and says where the fault is."""

import json

import pytest
from django.test import Client

from tests.api import Partner, a_lead
from tests.factories import make_api_client, make_threat

pytestmark = pytest.mark.django_db

MEMBERS = {"type", "title", "status", "detail", "code", "request_id", "errors"}


@pytest.fixture
def partner(north):
    return Partner(make_api_client(agency=north))


def problem(response, status, code=None):
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert set(body) >= MEMBERS
    assert body["status"] == status
    assert body["type"].endswith(body["code"])
    assert body["request_id"] == response.headers["X-Request-ID"]
    if code:
        assert body["code"] == code
    return body


BROKEN = {
    "no JSON": (b"{", "not_json"),
    "NaN": (b'{"role": NaN}', "not_json"),
    "infinity": (b'{"role": -Infinity}', "not_json"),
    "too deep": (b"[" * 200_000, "too_deep"),
    "Latin-1": ('{"summary": "caf\u00e9"}'.encode("latin-1"), "not_utf8"),
    "UTF-16": ('{"role": "lead"}'.encode("utf-16"), "not_utf8"),
    "huge number": (b'{"level": ' + b"9" * 5_000 + b"}", "not_json"),
    "a byte order mark": (b'\xef\xbb\xbf{"role": "lead"}', "not_json"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_body_that_cannot_be_read(partner, name):
    body, code = BROKEN[name]
    found = problem(partner.post("disruptions/", body), 400, code)
    assert found["errors"][0]["pointer"] == ""


ODD: dict[str, tuple[object, str, str]] = {
    "a number": (5, "", "invalid"),
    "null": (None, "", "invalid"),
    "text": ("lead", "", "invalid"),
    "an empty list": ([], "", "empty_list"),
    "too long a list": ([{}] * 1_001, "", "too_many_records"),
    "an unknown name": ({"role": "lead", "lvel": 1}, "/lvel", "unknown_field"),
    "half a character in a name": ({"role": "lead", "x\ud800": 1}, "/x\ufffd", "unknown_field"),
    "half a character in a value": ({"role": "lead", "summary": "\ud800"}, "/summary", "invalid"),
    "a null character": ({"role": "lead", "summary": "a\x00b"}, "/summary", "invalid"),
    "a null character in a code": ({"role": "lead", "force_area": "\x00"}, "/force_area", "invalid"),
    "a number for text": ({"role": "lead", "summary": 1}, "/summary", "invalid"),
    "text for yes or no": ({"role": "lead", "uk_led": "yes"}, "/uk_led", "invalid"),
    "a list for a code": ({"role": ["lead"]}, "/role", "invalid"),
    "no such date": ({"role": "lead", "occurred_on": "2026-02-30"}, "/occurred_on", "invalid"),
    "a huge amount": (
        {"role": "lead", "outcomes": [{"type": "cash_seizure", "value_gbp": 1e300}]},
        "/outcomes/0/value_gbp",
        "invalid",
    ),
    "a huge count": (
        {"role": "lead", "outcomes": [{"type": "arrest", "count": 10**100}]},
        "/outcomes/0/count",
        "outcome_count_in_range",
    ),
    "text for outcomes": ({"role": "lead", "outcomes": "arrest"}, "/outcomes", "invalid"),
    "a mistyped reference": ({"role": "lead", "threat": "T-0000-0000"}, "/threat", "mistyped_reference"),
    "nothing": ({}, "/role", "disruption_role_required"),
}


@pytest.mark.parametrize("name", ODD)
def test_a_body_of_the_wrong_shape_is_pointed_at(partner, name):
    body, pointer, code = ODD[name]
    sent = json.dumps(body).encode()
    found = problem(partner.post("disruptions/", sent), 400)
    assert (pointer, code) in {(each["pointer"], each["code"]) for each in found["errors"]}


def test_each_fault_of_a_record_is_listed(partner):
    body = a_lead(make_threat(), level="huge", occurred_on="2999-01-01", country="XX")
    found = problem(partner.post("disruptions/", body), 400, "invalid")
    assert {each["pointer"] for each in found["errors"]} == {"/level", "/occurred_on", "/country"}


def test_a_body_beyond_the_limit_is_413(partner, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    problem(partner.post("disruptions/", {"role": "lead", "summary": "x" * 1_000}), 413, "too_large")


def test_a_body_that_is_not_json_is_415(partner):
    response = partner.http.post("/api/v1/disruptions/", "role=lead", content_type="application/x-www-form-urlencoded")
    problem(response, 415, "unsupported_media_type")


def test_what_is_not_json_is_not_acceptable(partner):
    problem(partner.get("me/", Accept="text/html"), 406, "not_acceptable")


@pytest.mark.parametrize("method", ["put", "delete", "options", "trace"])
def test_a_method_that_is_not_there_is_405(partner, method):
    response = getattr(partner.http, method)("/api/v1/disruptions/")
    problem(response, 405, "method_not_allowed")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize(
    "address",
    [
        "/api/",
        "/api/v1/",
        "/api/v1/nothing/",
        "/api/v1/disruptions",
        "/api/v1/disruptions/D-0000-0000/",
        "/api/v1/disruptions/%00/",
        "/api/v1/disruptions/%ff%fe/",
        "/api/v1/agencies/nowhere/",
        "/api/v1/threats/D-0000-0000/",
        "/api/v2/disruptions/",
    ],
)
def test_an_address_with_nothing_behind_it_is_404(partner, address):
    problem(partner.http.get(address), 404, "not_found")


def test_a_post_without_the_last_slash_is_refused_not_redirected(partner):
    found = problem(partner.http.post("/api/v1/disruptions", b"{}", content_type="application/json"), 404)
    assert "end with a slash" in found["detail"]


@pytest.mark.parametrize(
    "address",
    [
        "disruptions/?dry-run=true",
        "disruptions/?agancy=north",
        "disruptions/?sort=-date",
        "disruptions/?page=2",
        "disruptions/?page_size=0",
        "disruptions/?page_size=1001",
        "disruptions/?page_size=ten",
        "disruptions/?cursor=",
        "disruptions/?cursor=xyz",
        "disruptions/?cursor=bzE=",
        "disruptions/?fields=",
        "disruptions/?fields=reference,secret",
        "disruptions/?as_at=tomorrow",
        "disruptions/?as_at=2999-01-01",
        "disruptions/?format=xml",
        "disruptions/?level=huge",
        "disruptions/?q=%00",
        "disruptions/?level=",
        "disruptions/?from=",
        "disruptions/?as_at=",
        "threats/?status=",
        "threats/?fields=reference",
        "threats/?status=gone",
        "agencies/?kind=nca",
        "me/?x=1",
        "vocabulary/?x=1",
        "statistics/oic-01/?status=draft",
        "statistics/oic-01/?from=2026-01-02",
        "statistics/oic-01/?page=1",
        "statistics/by-agency/?q=x",
        "statistics/by-agency/?to=",
        "statistics/trend/?level=major&level=",
        "statistics/trend/?as_at=2999-01-01",
        "statistics/records/?format=ods",
    ],
)
def test_a_parameter_that_is_unknown_or_bad_is_400(partner, address):
    found = problem(partner.get(address), 400, "invalid_parameters")
    assert {each["parameter"] for each in found["errors"]} == {address.partition("?")[2].partition("=")[0]}


@pytest.mark.parametrize("address", ["disruptions/?dryrun=true", "disruptions/?dry_run=1", "disruptions/?dry_run=yes"])
def test_a_misspelt_dry_run_writes_nothing(partner, address):
    problem(partner.post(address, a_lead(make_threat())), 400, "invalid_parameters")
    assert partner.get("disruptions/").json()["results"] == []


@pytest.mark.parametrize("address", ["/api/v1/me/", "/api/v1/disruptions/", "/api/nothing/"])
def test_a_fault_of_ours_says_nothing_of_the_inside(address, settings, monkeypatch):
    def fail(*args):
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr("oic.request_logging.RequestLoggingMiddleware.format_request", fail, raising=True)
    response = Client(raise_request_exception=False).get(address)
    assert response.status_code == 500
    assert b"swordfish" not in response.content
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_wrong_host_is_a_problem_too(partner):
    response = partner.http.get("/api/v1/me/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"


def test_answers_stay_out_of_caches(partner):
    assert partner.get("me/").headers["Cache-Control"] == "no-store"
    assert partner.get("disruptions/D-0000-0000/").headers["Cache-Control"] == "no-store"
