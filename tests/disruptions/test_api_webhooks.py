"""``webhooks/``: a client keeps its own, and learns nothing of another's."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from agencies.sealing import unseal
from agencies.vocabulary import ApiScope
from disruptions.api import webhooks
from disruptions.feeds.changes import latest_position
from disruptions.feeds.webhooks import hand_out
from disruptions.models import IdempotencyRecord, Webhook, WebhookDelivery, WebhookSecret
from disruptions.services.webhook_deliveries import Outcome, settle, take_due
from tests.api import Partner, a_lead
from tests.factories import make_api_client, make_threat
from tests.receiver import receiving

pytestmark = pytest.mark.django_db

URL = "https://records.example/webhooks/oic"


@pytest.fixture
def partner(north):
    return Partner(make_api_client(agency=north))


def added(partner, **values):
    response = partner.post("webhooks/", {"url": URL} | values)
    assert response.status_code == 201, response.content
    return response.json()


def problem(response, status, *expected):
    assert response.status_code == status, response.content
    body = response.json()
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == list(expected)
    return body["code"]


def test_one_is_added_and_its_secret_is_shown_once(partner):
    response = partner.post("webhooks/", {"url": URL, "types": ["ocg.recorded", "disruption.returned"]})
    made = response.json()
    assert response.status_code == 201
    assert response.headers["ETag"] == '"1"'
    assert response.headers["Location"].endswith(f"/api/v1/webhooks/{made['id']}/")
    assert made["secret"].startswith("whsec_")
    assert made["types"] == ["disruption.returned", "ocg.recorded"]
    assert (made["active"], made["state"], made["waiting"], made["dead"]) == (True, "active", 0, 0)
    read = partner.get(f"webhooks/{made['id']}/")
    assert read.json() == {name: value for name, value in made.items() if name != "secret"}
    assert partner.get("webhooks/").json()["results"] == [read.json()]


def test_the_secret_is_kept_sealed_everywhere(partner):
    body = {"url": URL}
    first = partner.post("webhooks/", body, Idempotency_Key="once")
    again = partner.post("webhooks/", body, Idempotency_Key="once")
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Webhook.objects.count() == 1
    secret = first.json()["secret"]
    assert secret.encode() not in bytes(IdempotencyRecord.objects.get().body or b"")
    kept = WebhookSecret.objects.get()
    assert secret not in kept.sealed
    assert kept.hint == secret[-4:]
    assert unseal(kept.sealed, purpose="something else") is None


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("/url", "webhook_url_well_formed")),
        ({"url": None}, ("/url", "invalid")),
        ({"url": 7}, ("/url", "invalid")),
        ({"url": "https://10.0.0.1/"}, ("/url", "webhook_url_public")),
        ({"url": "http://records.example/"}, ("/url", "webhook_url_https")),
        ({"url": URL + "a" * 500}, ("/url", "webhook_url_within_limit")),
        ({"url": URL, "types": ["disruption.eaten"]}, ("/types/0", "webhook_types_known")),
        ({"url": URL, "types": "disruption.approved"}, ("/types", "invalid")),
        ({"url": URL, "types": [7]}, ("/types", "invalid")),
        ({"url": URL, "active": "yes"}, ("/active", "invalid")),
        ({"url": URL, "colour": "red"}, ("/colour", "unknown_field")),
        ([], ("", "invalid")),
    ],
)
def test_what_cannot_be_added_is_pointed_at(partner, body, fault):
    assert problem(partner.post("webhooks/", body), 400, fault) == "invalid"
    assert not Webhook.objects.exists()


def test_a_kind_that_the_client_may_not_read_is_refused(north):
    partner = Partner(make_api_client(agency=north, scopes=[ApiScope.THREATS_READ]))
    response = partner.post("webhooks/", {"url": URL, "types": ["disruption.approved"]})
    problem(response, 400, ("/types/0", "webhook_types_allowed"))
    assert partner.post("webhooks/", {"url": URL, "types": ["threat.assessed"]}).status_code == 201


def test_it_is_amended_paused_and_goes_on(partner):
    address = f"webhooks/{added(partner)['id']}/"
    assert partner.patch(address, {"active": False}).status_code == 428
    paused = partner.patch(address, {"active": False}, If_Match='"1"')
    assert (paused.json()["state"], paused.headers["ETag"]) == ("paused", '"2"')
    assert partner.patch(address, {"active": True}, If_Match='"1"').status_code == 412
    changed = partner.patch(address, {"active": True, "types": ["disruption.approved"]}, If_Match='"2"').json()
    assert (changed["active"], changed["types"], changed["version"]) == (True, ["disruption.approved"], 3)
    same = partner.patch(address, {"types": ["disruption.approved"]}, If_Match="*")
    assert same.headers["ETag"] == '"3"'
    problem(partner.patch(address, {"url": "https://127.0.0.1/"}, If_Match="*"), 400, ("/url", "webhook_url_public"))


def test_it_is_removed(partner):
    address = f"webhooks/{added(partner)['id']}/"
    assert partner.delete(address).status_code == 428
    gone = partner.delete(address, If_Match='"1"', Idempotency_Key="k")
    assert (gone.status_code, gone.content) == (204, b"")
    assert partner.delete(address, If_Match='"1"', Idempotency_Key="k").status_code == 204
    assert partner.get(address).status_code == 404
    assert partner.get("webhooks/").json()["results"] == []


def test_the_secret_is_changed_with_an_overlap(partner):
    made = added(partner)
    address = f"webhooks/{made['id']}/rotate-secret/"
    assert partner.post(address).status_code == 428
    response = partner.post(address, {"overlap_hours": 2}, If_Match='"1"')
    assert response.status_code == 200
    assert response.json()["secret"] != made["secret"]
    assert response.headers["ETag"] == '"2"'
    for hours in (-1, 169, True, "2", 1.5, 10**30):
        refused = partner.post(address, {"overlap_hours": hours}, If_Match="*")
        problem(refused, 400, ("/overlap_hours", "webhook_overlap_in_range"))


def test_a_test_message_and_how_it_went(partner, settings):
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    with receiving() as receiver:
        made = added(partner, url=receiver.url)
        response = partner.post(f"webhooks/{made['id']}/ping/")
        assert response.status_code == 202
        assert (response.json()["type"], response.json()["state"]) == ("ping", "waiting")
        call_command("deliver_webhooks", once=True)
        [message] = receiver.verified(made["secret"])
    assert message["type"] == "ping"
    [delivery] = partner.get(f"webhooks/{made['id']}/deliveries/").json()["results"]
    assert delivery["id"] == response.json()["id"] == receiver.ids[0]
    assert (delivery["state"], delivery["attempts"], delivery["last_status"]) == ("delivered", 1, 204)


@pytest.fixture
def with_dead(partner, settings):
    """A webhook with two messages that could not be delivered."""
    settings.WEBHOOK_RETRY_SECONDS = []
    webhook, threat = added(partner), make_threat()
    for _ in range(2):
        assert partner.post("disruptions/", a_lead(threat)).status_code == 201
    hand_out()
    while taken := take_due(busy=(), most=5):
        settle(delivery=taken[0], outcome=Outcome(500, "", 3))
    return webhook


def test_what_is_dead_is_listed_and_sent_again(partner, with_dead):
    place = f"webhooks/{with_dead['id']}/"
    assert partner.get(place).json()["dead"] == 2
    dead = partner.get(f"{place}deliveries/?state=dead&page_size=1").json()
    assert len(dead["results"]) == 1
    assert dead["next"] is not None
    assert partner.get(f"{place}deliveries/?state=waiting").json()["results"] == []
    for query, name in (("state=lost", "state"), ("status=dead", "status")):
        refused = partner.get(f"{place}deliveries/?{query}")
        assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (400, name)
    one = partner.post(f"{place}replay/", {"delivery": dead["results"][0]["id"]})
    assert (one.status_code, one.json()) == (202, {"replayed": 1})
    assert partner.post(f"{place}replay/", {"state": "dead"}).json() == {"replayed": 1}
    assert partner.post(f"{place}replay/", {"since": "2026-01-01T00:00:00Z"}).json() == {"replayed": 2}
    assert partner.get(place).json()["waiting"] == 2


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("", "invalid")),
        ({"state": "dead", "since": "2026-01-01T00:00:00Z"}, ("", "invalid")),
        ({"state": "delivered"}, ("/state", "invalid")),
        ({"since": "yesterday"}, ("/since", "invalid")),
        ({"since": "2026-01-01T00:00:00"}, ("/since", "invalid")),
        ({"since": "2026-13-01T00:00:00Z"}, ("/since", "invalid")),
        ({"since": 5}, ("/since", "invalid")),
        *(
            ({"since": moment}, ("/since", "invalid"))
            for moment in (
                "0001-01-01T00:00:00+14:00",
                "9999-12-31T23:59:59-14:00",
                "0000-01-01T00:00:00Z",
                "2026-10-01T09:00:00+99:99",
                "2026-10-01T24:00:00Z",
                "2026-W40-4T09:00Z",
                "20261001T090000Z",
                "2026-10-01 09:00:00Z",
                "2026-10-01T09:00:00Z\n",
                "\u0662\u0660\u0662\u0666-10-01T09:00:00Z",
            )
        ),
        ({"delivery": "msg_no"}, ("/delivery", "webhook_delivery_there")),
        ({"delivery": "a\0b"}, ("/delivery", "webhook_delivery_there")),
        ({"all": True}, ("/all", "unknown_field")),
    ],
)
def test_what_cannot_be_sent_again(partner, body, fault):
    problem(partner.post(f"webhooks/{added(partner)['id']}/replay/", body), 400, fault)


def test_anothers_is_not_there(partner, with_dead, north, south):
    """The same answer for what is not there, another agency's, and another client's of one's own agency."""
    message = WebhookDelivery.objects.all()[0].message_id
    for stranger in (Partner(make_api_client(agency=south)), Partner(make_api_client(agency=north))):
        assert stranger.get("webhooks/").json()["results"] == []
        for method, rest, body in (
            ("get", "", None),
            ("patch", "", {"active": False}),
            ("delete", "", None),
            ("post", "ping/", None),
            ("post", "rotate-secret/", None),
            ("get", "deliveries/", None),
            ("post", "replay/", {"state": "dead"}),
        ):
            answers = []
            for webhook in (with_dead["id"], uuid4()):
                args = () if method in {"get", "delete"} else (body,)
                headers = {} if method == "get" else {"If_Match": "*"}
                response = getattr(stranger, method)(f"webhooks/{webhook}/{rest}", *args, **headers)
                said = {name: value for name, value in response.json().items() if name != "request_id"}
                answers.append((response.status_code, json.dumps(said)))
            assert answers[0] == answers[1]
            assert answers[0][0] == 404
        own = stranger.post("webhooks/", {"url": URL}).json()
        problem(
            stranger.post(f"webhooks/{own['id']}/replay/", {"delivery": message}),
            400,
            ("/delivery", "webhook_delivery_there"),
        )


@pytest.mark.parametrize("rows", [1, 10])
def test_a_list_asks_the_same_of_the_database_however_long_it_is(partner, rows, django_assert_num_queries):
    for _ in range(rows):
        added(partner)
    with django_assert_num_queries(5):
        assert len(partner.get("webhooks/").json()["results"]) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_a_list_of_messages_too(partner, rows, django_assert_num_queries):
    made = added(partner)
    for _ in range(rows):
        partner.post(f"webhooks/{made['id']}/ping/")
    with django_assert_num_queries(7):
        assert len(partner.get(f"webhooks/{made['id']}/deliveries/").json()["results"]) == rows


def test_a_client_that_reads_nothing_has_none(north):
    partner = Partner(make_api_client(agency=north), scopes=[ApiScope.DISRUPTIONS_WRITE, ApiScope.STATISTICS_READ])
    response = partner.get("webhooks/")
    assert (response.status_code, response.json()["code"]) == (403, "insufficient_scope")


@pytest.mark.parametrize("moment", ["2026-10-01T09:00:00+23:59", "2026-10-01T09:00:00.123456789-00:00"])
def test_a_time_of_any_zone_is_a_time(partner, moment):
    answer = partner.post(f"webhooks/{added(partner)['id']}/replay/", {"since": moment})
    assert (answer.status_code, answer.json()) == (202, {"replayed": 0})


@pytest.mark.parametrize("unknown", ["disruption.aproved", "", "\ud800", "ping"])
def test_an_unknown_kind_does_not_widen_a_webhook(partner, unknown):
    made = added(partner, types=["disruption.approved"])
    body = json.dumps({"types": [unknown]}).encode()
    refused = partner.patch(f"webhooks/{made['id']}/", body, If_Match="*")
    problem(refused, 400, ("/types/0", "webhook_types_known"))
    assert Webhook.objects.get().types == ["disruption.approved"]


def test_a_token_keeps_the_webhooks_that_it_could_read_for(north):
    """A webhook is no way round the scopes of a token."""
    client = make_api_client(agency=north)
    full, narrow = Partner(client), Partner(client, scopes=[ApiScope.THREATS_READ])
    every, threats = added(full), added(full, types=["threat.recorded"])
    of_disruptions = added(full, types=["disruption.recorded", "threat.recorded"])
    assert [each["id"] for each in narrow.get("webhooks/").json()["results"]] == [threats["id"]]
    assert len(full.get("webhooks/").json()["results"]) == 3
    for made in (every, of_disruptions):
        place = f"webhooks/{made['id']}/"
        for answer in (
            narrow.get(place),
            narrow.patch(place, {"url": "https://elsewhere.example/"}, If_Match="*"),
            narrow.delete(place, If_Match="*"),
            narrow.get(f"{place}deliveries/"),
            narrow.post(f"{place}ping/"),
            narrow.post(f"{place}rotate-secret/", If_Match="*"),
            narrow.post(f"{place}replay/", {"state": "dead"}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
            assert 'scope="disruptions:read"' in answer.headers["WWW-Authenticate"]
    place = f"webhooks/{threats['id']}/"
    assert narrow.get(place).status_code == 200
    fault = "webhook_types_of_token"
    problem(narrow.patch(place, {"types": []}, If_Match="*"), 400, ("/types", fault))
    problem(
        narrow.patch(place, {"types": ["ocg.recorded", "disruption.recorded"]}, If_Match="*"), 400, ("/types/1", fault)
    )
    problem(narrow.post("webhooks/", {"url": URL}), 400, ("/types", fault))
    problem(narrow.post("webhooks/", {"url": URL, "types": ["disruption.recorded"]}), 400, ("/types/0", fault))
    assert narrow.post("webhooks/", {"url": URL, "types": ["ocg.recorded"]}).status_code == 201
    assert narrow.delete(place, If_Match="*").status_code == 204


def test_messages_of_kinds_that_the_token_may_not_read_are_not_shown_nor_sent_again(north):
    client = make_api_client(agency=north)
    full, narrow = Partner(client), Partner(client, scopes=[ApiScope.THREATS_READ])
    place = f"webhooks/{added(full)['id']}/"
    assert full.post("disruptions/", a_lead(make_threat())).status_code == 201
    hand_out()
    assert full.patch(place, {"types": ["threat.recorded"]}, If_Match="*").status_code == 200
    assert len(full.get(f"{place}deliveries/").json()["results"]) == 1
    assert narrow.get(f"{place}deliveries/").json()["results"] == []
    since = {"since": "2020-01-01T00:00:00Z"}
    assert narrow.post(f"{place}replay/", since).json() == {"replayed": 0}
    assert full.post(f"{place}replay/", since).json() == {"replayed": 1}


@pytest.mark.django_db(transaction=True)
def test_adding_one_does_not_hold_the_lock_of_the_feed(partner, monkeypatch):
    """The place in the feed is taken before the work, whose transaction may wait for others."""
    within = []

    def latest():
        within.append(connection.in_atomic_block)
        return latest_position()

    monkeypatch.setattr(webhooks, "latest_position", latest)
    assert partner.post("webhooks/", {"url": URL}, Idempotency_Key="k").status_code == 201
    assert within == [False]
