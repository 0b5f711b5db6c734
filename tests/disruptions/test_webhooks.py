"""Webhooks: a client is told what it would read in the feed, signed, again and again until it has taken it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from standardwebhooks import WebhookVerificationError

from agencies.models import AuditEntry
from agencies.refusals import Invalid, Refused, Stale
from agencies.services import revoke_api_client
from agencies.vocabulary import ApiScope
from disruptions.feeds import changes, delivering
from disruptions.feeds import webhooks as feed_webhooks
from disruptions.feeds.changes import latest_position
from disruptions.feeds.delivering import Worker
from disruptions.feeds.webhooks import hand_out, messages_in_hand, prepared
from disruptions.models import Webhook, WebhookDelivery, WebhookSecret
from disruptions.services import withdraw_disruptions
from disruptions.services.webhook_deliveries import (
    ATTEMPTS_OF_A_CLIENT,
    LEASE,
    Message,
    Outcome,
    enqueue_changes,
    forget_old_deliveries,
    put_back,
    settle,
    take_due,
)
from disruptions.services.webhooks import (
    WEBHOOKS_LIMIT,
    WebhookValues,
    add_webhook,
    amend_webhook,
    ping_webhook,
    remove_webhook,
    replay_deliveries,
    rotate_webhook_secret,
    signing_secrets,
)
from disruptions.vocabulary import Change, DeliveryState, WebhookState
from tests.api import Partner, a_lead
from tests.factories import make_api_client, make_threat
from tests.receiver import raw, receiving, slowly, with_headers

pytestmark = pytest.mark.django_db

WAITING, DELIVERED, DEAD = DeliveryState.WAITING, DeliveryState.DELIVERED, DeliveryState.DEAD


@pytest.fixture(autouse=True)
def on_this_machine(settings):
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    settings.WEBHOOK_TIMEOUT_SECONDS = 1
    # Times of the database stand still within a test, so an attempt is due at once or not at all.
    settings.WEBHOOK_RETRY_SECONDS = [0, 0]


@pytest.fixture
def receiver():
    with receiving() as listening:
        yield listening


@pytest.fixture
def client(north):
    return make_api_client(agency=north)


@pytest.fixture
def add(client, receiver):
    """Add a webhook for the client, as the client itself."""

    def added(of=None, **values):
        of = of or client
        values = {"url": receiver.url} | values
        return add_webhook(
            acting_user=of.service_account, client=of, values=WebhookValues(**values), position=latest_position()
        )

    return added


@pytest.fixture
def record(client):
    """Record a lead over the API, and return its reference."""
    partner, threat = Partner(client), make_threat()

    def recorded(by=None, **changes):
        response = (by or partner).post("disruptions/", a_lead(threat, **changes))
        assert response.status_code == 201, response.content
        return response.json()["reference"]

    return recorded


def work():
    return Worker().run_once()


def states(webhook):
    return list(WebhookDelivery.objects.filter(webhook=webhook).order_by("pk").values_list("state", flat=True))


def test_a_change_arrives_signed_and_says_only_which_record(add, record, receiver):
    _, secret = add()
    reference = record()
    assert work() == 1
    [message] = receiver.verified(secret)
    assert set(message) == {"type", "timestamp", "data"}
    assert message["type"] == "disruption.recorded"
    assert message["data"] == {"reference": reference, "version": 1, "agency": "north"}
    [(headers, _)] = receiver.came
    assert headers["content-type"] == "application/json"
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_status) == (DELIVERED, 1, 204)
    assert headers["webhook-id"] == delivery.message_id
    assert work() == 0


def test_another_secret_does_not_verify(add, record, receiver):
    add()
    record()
    work()
    with pytest.raises(WebhookVerificationError):
        receiver.verified("whsec_" + "A" * 44)


def test_it_is_told_what_its_client_would_read_in_the_feed(north, south, add, record, receiver):
    theirs = make_api_client(agency=south)
    of_both = {
        "ours": add()[0],
        "theirs": add(of=theirs)[0],
        "sandbox": add(of=make_api_client(agency=north, sandbox=True))[0],
        "threats only": add(of=make_api_client(agency=north, scopes=[ApiScope.THREATS_READ]))[0],
    }
    start = {name: webhook.position for name, webhook in of_both.items()}
    shared, own, draft = record(), record(sharing="lead_and_supporting"), record(submit=False)
    hand_out()
    for webhook in of_both.values():
        read = changes.read_changes(
            client=webhook.client,
            scopes=webhook.client.scopes,
            after=start[next(name for name, each in of_both.items() if each == webhook)],
            limit=100,
        )
        told = WebhookDelivery.objects.filter(webhook=webhook).order_by("pk")
        assert [(each.position, each.type) for each in told] == [(item.position, item.type) for item in read.items]

    def references(name):
        return {each.data["reference"] for each in WebhookDelivery.objects.filter(webhook=of_both[name])}

    assert references("ours") == {shared, own, draft}
    assert references("theirs") == {shared}
    assert references("sandbox") == references("threats only") == set()


def test_kinds_are_those_that_were_chosen(add, record, receiver, client):
    webhook, _ = add(types=("disruption.withdrawn",))
    reference = record()
    withdraw_disruptions(acting_user=client.service_account, versions={reference: 1}, reason="Recorded by mistake.")
    assert work() == 1
    assert json.loads(receiver.came[0][1])["type"] == "disruption.withdrawn"
    webhook.refresh_from_db()
    assert webhook.position == latest_position()


def test_it_is_tried_again_under_the_same_id_until_it_is_taken(add, record, receiver):
    webhook, secret = add()
    record()
    receiver.answers = [500, 429, 200]
    assert work() == 3
    assert len(set(receiver.ids)) == 1
    assert len({body for _, body in receiver.came}) == 1
    assert len(receiver.verified(secret)) == 3
    assert states(webhook) == [DELIVERED]


def test_after_the_last_attempt_it_is_dead_and_can_be_sent_again(add, record, receiver, client):
    webhook, _ = add()
    record()
    receiver.otherwise = 503
    assert work() == 3
    assert states(webhook) == [DEAD]
    receiver.otherwise = 200
    assert replay_deliveries(acting_user=client.service_account, webhook=webhook, dead=True) == 1
    assert work() == 1
    assert states(webhook) == [DELIVERED]
    assert len(set(receiver.ids)) == 1


def test_the_pauses_grow_as_the_settings_say(add, record, settings, receiver):
    settings.WEBHOOK_RETRY_SECONDS = [5, 300]
    add()
    record()
    hand_out()
    for pause in (5, 300):
        [delivery] = take_due(busy=(), most=5)
        settle(delivery=delivery, outcome=Outcome(500, "", 1))
        delivery.refresh_from_db()
        assert delivery.last_attempt_at is not None
        assert delivery.next_attempt_at == delivery.last_attempt_at + timedelta(seconds=pause)
        assert take_due(busy=(), most=5) == []
        WebhookDelivery.objects.update(next_attempt_at=delivery.created_at)
    [delivery] = take_due(busy=(), most=5)
    settle(delivery=delivery, outcome=Outcome(None, "timed_out", 1))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.last_error) == (DEAD, 3, "timed_out")


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (slowly(3), None, "timed_out"),
        (raw(b"HTTP/1.1 2", b"00 O", b"K\r", b"\n", pause=0.4), None, "timed_out"),
        (with_headers(302, {"Location": "http://127.0.0.1:9/"}), 302, ""),
        (raw(b"SSH-2.0-OpenSSH\r\n"), None, "not_http"),
        (raw(b""), None, "not_http"),
        (raw(b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 400 Bad\r\n\r\n"), 400, ""),
        (404, 404, ""),
    ],
    ids=["late", "a byte at a time", "redirect", "not HTTP", "nothing", "an interim answer", "a refusal"],
)
def test_what_is_no_success_is_a_failure_and_is_not_followed(add, record, receiver, settings, answer, status, error):
    settings.WEBHOOK_RETRY_SECONDS = []
    add()
    record()
    receiver.answers = [answer]
    assert work() == 1
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.last_status, delivery.last_error) == (DEAD, status, error)
    assert (delivery.last_milliseconds or 0) < 2_500


def test_a_long_answer_is_not_read_to_its_end(add, record, receiver):
    webhook, _ = add()
    record()
    receiver.answers = [with_headers(200, {"Content-Type": "text/html"}, b"x" * 2_000_000)]
    assert work() == 1
    assert states(webhook) == [DELIVERED]


def test_an_address_that_nobody_listens_at(add, record, settings):
    settings.WEBHOOK_RETRY_SECONDS = []
    add(url="http://127.0.0.1:9/")
    record()
    work()
    assert WebhookDelivery.objects.get().last_error == "no_connection"


def test_gone_stops_it_and_what_waits_is_sent_when_it_goes_on(add, record, receiver, client):
    webhook, _ = add()
    record()
    record()
    receiver.answers = [410]
    assert work() == 1
    webhook.refresh_from_db()
    assert (webhook.state, webhook.version) == (WebhookState.GONE, 2)
    assert states(webhook) == [DEAD, WAITING]
    record()
    assert work() == 0
    amend_webhook(acting_user=client.service_account, webhook=webhook, version=2, values=WebhookValues(active=True))
    assert work() == 2
    assert states(webhook) == [DEAD, DELIVERED, DELIVERED]


def test_a_paused_one_is_told_later(add, record, receiver, client):
    webhook, _ = add(active=False)
    record()
    assert work() == 0
    assert states(webhook) == []
    amend_webhook(acting_user=client.service_account, webhook=webhook, version=1, values=WebhookValues(active=True))
    assert work() == 1


def test_a_test_message_is_sent_to_a_paused_one_and_tried_once(add, receiver, client):
    webhook, secret = add(active=False)
    receiver.answers = [500]
    ping_webhook(acting_user=client.service_account, webhook=webhook)
    assert work() == 1
    assert states(webhook) == [DEAD]
    [message] = receiver.verified(secret)
    assert message["type"] == "ping"
    assert replay_deliveries(acting_user=client.service_account, webhook=webhook, dead=True) == 0


def test_both_secrets_sign_while_they_overlap(add, record, receiver, client):
    webhook, old = add()
    _, new = rotate_webhook_secret(acting_user=client.service_account, webhook=webhook, version=1)
    record()
    work()
    assert len(receiver.verified(old)) == len(receiver.verified(new)) == 1
    _, newest = rotate_webhook_secret(
        acting_user=client.service_account, webhook=webhook, version=2, overlap=timedelta(0)
    )
    assert signing_secrets(webhook) == [newest]
    assert old not in str(list(WebhookSecret.objects.values()))


def test_one_that_is_removed_is_told_nothing_and_is_not_there(add, record, receiver, client):
    webhook, _ = add()
    record()
    hand_out()
    remove_webhook(acting_user=client.service_account, webhook=webhook, version=1)
    assert work() == 0
    assert states(webhook) == [DEAD]
    assert list(Webhook.objects.visible_to(client.service_account)) == []


def test_a_client_that_is_revoked_is_told_nothing(add, record, receiver, client, agency_admin):
    webhook, _ = add()
    record()
    hand_out()
    revoke_api_client(acting_user=agency_admin, client=client)
    assert work() == 0
    assert states(webhook) == [WAITING]


def test_what_the_client_lost_the_scope_for_is_not_sent(add, record, receiver, client):
    add()
    record()
    hand_out()
    client.scopes = [ApiScope.THREATS_READ]
    client.save(update_fields=["scopes"])
    work()
    assert receiver.came == []
    assert WebhookDelivery.objects.get().last_error == "scope_lost"


def test_one_that_takes_its_time_holds_up_nobody_else(add, record, receiver, south, settings):
    settings.WEBHOOK_RETRY_SECONDS = []
    add(of=make_api_client(agency=south))
    receiver.answers = [slowly(0.8)]
    with receiving() as quick:
        add(url=quick.url)
        for _ in range(5):
            record()
        worker = Worker()
        worker.hand_out()
        while len(quick.came) < 5:
            worker.send()
            worker._settle_ended(0.05)
        assert len(receiver.came) == 1
        while worker.send() or worker._in_flight:
            worker._settle_ended(0.1)
    assert len(receiver.came) == 5


def test_what_a_killed_worker_had_taken_comes_back(add, record):
    add()
    record()
    hand_out()
    [taken] = take_due(busy=(), most=5)
    assert take_due(busy=(), most=5) == []
    assert timedelta(seconds=30) < LEASE
    WebhookDelivery.objects.update(leased_until=taken.created_at)
    [again] = take_due(busy=(), most=5)
    assert again.message_id == taken.message_id
    settle(delivery=again, outcome=Outcome(204, "", 1))
    settle(delivery=taken, outcome=Outcome(500, "", 1))
    again.refresh_from_db()
    assert (again.state, again.attempts) == (DELIVERED, 1)


def test_of_two_workers_one_hands_a_change_out(add, record):
    webhook, _ = add()
    record()
    stale = Webhook.objects.told_of_changes().get()
    hand_out()
    message = Message(latest_position(), "disruption.recorded", webhook.created_at, {})
    assert enqueue_changes(webhook=stale, messages=[message], position=latest_position()) is False
    assert WebhookDelivery.objects.count() == 1


def test_nothing_is_asked_of_those_that_are_up_to_date(add, record, django_assert_max_num_queries):
    add()
    record()
    work()
    with django_assert_max_num_queries(5):
        hand_out()
        assert take_due(busy=(), most=5) == []


def test_delivered_messages_are_forgotten_and_dead_ones_are_not(add, record, receiver, settings, client):
    webhook, _ = add()
    receiver.answers = [200, 500, 500, 500]
    record()
    work()
    record()
    work()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE disruptions_webhookdelivery SET delivered_at = delivered_at - interval '31 days'")
    assert forget_old_deliveries() == 1
    assert states(webhook) == [DEAD]


def test_whoever_watches_the_service_sees_what_waits_and_what_is_dead(add, record, receiver, settings):
    settings.METRICS_TOKEN = "for-the-monitor"
    add()
    receiver.answers = [500, 500, 500]
    record()
    work()
    record()
    hand_out()
    answer = Client().get("/metrics/", headers={"Authorization": "Bearer for-the-monitor"}).content.decode()
    assert 'oic_webhook_messages{state="waiting"} 1\n' in answer
    assert 'oic_webhook_messages{state="dead"} 1\n' in answer


def test_threats_are_told_of_too(add, receiver, client, north):
    add(types=("threat.recorded",))
    threat = make_threat(lead_agency=north)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO disruptions_changeevent (subject, object_id, reference, version, change, agency_id, sandbox) "
            "VALUES ('soc_threat', %s, %s, 1, %s, %s, false)",
            [threat.pk, threat.reference, Change.RECORDED, north.pk],
        )
    assert work() == 1
    assert json.loads(receiver.came[0][1])["data"]["reference"] == threat.reference


# ------------------------------------------------------------------------------------------------------------- services


def codes(error):
    return [each.code for each in error.value.violations]


def test_a_client_reads_the_kinds_that_it_chooses(north, add):
    only = make_api_client(agency=north, scopes=[ApiScope.THREATS_READ])
    with pytest.raises(Invalid) as error:
        add(of=only, types=("disruption.approved", "no.such"))
    assert codes(error) == ["webhook_types_allowed", "webhook_types_known"]
    assert [each.field for each in error.value.violations] == ["types/0", "types/1"]


def test_a_client_that_reads_nothing_has_none(north, add):
    with pytest.raises(Invalid) as error:
        add(of=make_api_client(agency=north, scopes=[ApiScope.DISRUPTIONS_WRITE]))
    assert codes(error) == ["webhook_types_readable"]


def test_there_are_few_to_a_client(add):
    for _ in range(WEBHOOKS_LIMIT):
        add()
    with pytest.raises(Invalid) as error:
        add()
    assert codes(error) == ["webhook_few"]


def test_an_administrator_keeps_them_and_nobody_else(add, agency_admin, recorder, south, client):
    webhook, _ = add()
    other = make_api_client(agency=south)
    for person in (recorder, other.service_account):
        with pytest.raises(Refused):
            ping_webhook(acting_user=person, webhook=webhook)
    ping_webhook(acting_user=agency_admin, webhook=webhook)
    assert AuditEntry.objects.filter(subject="webhook", user=agency_admin).count() == 1


def test_a_stale_change_is_refused(add, client):
    webhook, _ = add()
    values = WebhookValues(types=("disruption.approved",))
    amend_webhook(acting_user=client.service_account, webhook=webhook, version=1, values=values)
    with pytest.raises(Stale):
        amend_webhook(
            acting_user=client.service_account, webhook=webhook, version=1, values=WebhookValues(active=False)
        )


def test_what_was_sent_since_a_time_is_sent_again(add, record, receiver, client):
    webhook, _ = add()
    record()
    record()
    work()
    since = webhook.created_at - timedelta(hours=1)
    again = replay_deliveries(acting_user=client.service_account, webhook=webhook, since=since)
    assert again == 2
    assert work() == 2
    assert len(set(receiver.ids)) == 2
    later = webhook.created_at + timedelta(hours=1)
    assert replay_deliveries(acting_user=client.service_account, webhook=webhook, since=later) == 0


def test_a_message_leaving_the_view_says_no_more_than_its_reference(south, add, record, receiver, client):
    theirs = make_api_client(agency=south)
    _, secret = add(of=theirs)
    reference = record()
    narrowed = Partner(client).patch(f"disruptions/{reference}/", {"sharing": "lead_and_supporting"}, If_Match='"1"')
    assert narrowed.status_code == 200, narrowed.content
    work()
    last = receiver.verified(secret)[-1]
    assert last["type"] == "disruption.left_view"
    assert last["data"] == {"reference": reference, "version": None, "agency": None}


# ---------------------------------------------------------------------------------------- what narrowed in the meantime


def narrow(client, reference):
    answer = Partner(client).patch(f"disruptions/{reference}/", {"sharing": "lead_and_supporting"}, If_Match="*")
    assert answer.status_code == 200, answer.content


def told(receiver):
    return [json.loads(body)["type"] for _, body in receiver.came]


def test_what_left_the_view_after_it_was_put_down_is_not_sent(south, add, record, receiver, client):
    theirs = make_api_client(agency=south)
    webhook, _ = add(of=theirs)
    reference = record()
    hand_out()
    narrow(client, reference)
    work()
    assert told(receiver) == ["disruption.left_view"]
    assert [(each.state, each.last_error) for each in WebhookDelivery.objects.order_by("pk")] == [
        (DEAD, "not_open"),
        (DELIVERED, ""),
    ]
    # Nor is it sent again, and its list says no more of it; that it left is said as often as one likes.
    place, partner = f"webhooks/{webhook.public_id}/", Partner(theirs)
    everything = webhook.created_at - timedelta(days=1)
    closed = WebhookDelivery.objects.get(state=DEAD)
    for wanted in ({"dead": True}, {"message_id": closed.message_id}):
        assert replay_deliveries(acting_user=theirs.service_account, webhook=webhook, **wanted) == 0
    assert replay_deliveries(acting_user=theirs.service_account, webhook=webhook, since=everything) == 1
    left, before = partner.get(f"{place}deliveries/").json()["results"]
    assert left["data"] == {"reference": reference, "version": None, "agency": None}
    assert before["data"] == {}
    assert before["last_error"] == "not_open"


def test_what_was_delivered_before_it_left_the_view_is_not_sent_again(south, add, record, receiver, client):
    theirs = make_api_client(agency=south)
    webhook, _ = add(of=theirs)
    reference = record()
    work()
    narrow(client, reference)
    since = webhook.created_at - timedelta(days=1)
    assert replay_deliveries(acting_user=theirs.service_account, webhook=webhook, since=since) == 0


def test_what_is_open_again_is_sent(south, add, record, receiver, client):
    add(of=make_api_client(agency=south))
    reference = record()
    hand_out()
    narrow(client, reference)
    answer = Partner(client).patch(f"disruptions/{reference}/", {"sharing": "all_agencies"}, If_Match="*")
    assert answer.status_code == 200
    work()
    assert told(receiver)[0] == "disruption.recorded"


# --------------------------------------------------------------------------------------------- turns, and one at a time


def put_down(webhook, count):
    """Put messages down, of nothing that there is."""
    webhook.refresh_from_db()
    position = webhook.position
    messages = [
        Message(position + each, "disruption.recorded", webhook.created_at, {"reference": "D-0000-0000"})
        for each in range(1, count + 1)
    ]
    assert enqueue_changes(webhook=webhook, messages=messages, position=position + count)


def test_each_has_its_turn_however_much_waits_for_the_others(north, south, add, settings):
    settings.WEBHOOK_THREADS = 1
    busy, quiet = add()[0], add(of=make_api_client(agency=south))[0]
    put_down(busy, 4)
    put_down(quiet, 2)
    served: list[str] = []
    turns: dict[int, int] = {}
    while taken := take_due(busy=(), most=1, turns=turns):
        served.append("busy" if taken[0].webhook_id == busy.pk else "quiet")
        turns[taken[0].webhook_id] = len(served)
        settle(delivery=taken[0], outcome=Outcome(204, "", 1))
    assert served == ["busy", "quiet", "busy", "quiet", "busy", "busy"]


def test_the_worker_gives_turns(south, add, record, receiver, settings):
    settings.WEBHOOK_THREADS = 1
    add()
    with receiving() as other:
        add(of=make_api_client(agency=south), url=other.url)
        for _ in range(3):
            record()
        hand_out()
        worker = Worker()
        for _ in range(4):
            assert worker.send() == 1
            while worker._in_flight:
                worker._settle_ended(0.1)
        assert len(receiver.came) == len(other.came) == 2


def test_a_client_has_its_share_of_what_is_under_way(south, add):
    for _ in range(ATTEMPTS_OF_A_CLIENT + 2):
        put_down(add()[0], 1)
    other = add(of=make_api_client(agency=south))[0]
    put_down(other, 1)
    taken = take_due(busy=(), most=20)
    assert len(taken) == ATTEMPTS_OF_A_CLIENT + 1
    assert taken[-1].webhook == other
    busy = {each.webhook_id for each in taken}
    under_way = Counter(each.webhook.client_id for each in taken)
    assert take_due(busy=busy, most=20, at_work=under_way) == []


def test_another_worker_takes_nothing_of_a_webhook_that_one_is_at(add):
    webhook, _ = add()
    put_down(webhook, 2)
    [first] = take_due(busy=(), most=5)
    assert take_due(busy=(), most=5) == []
    settle(delivery=first, outcome=Outcome(204, "", 1))
    [second] = take_due(busy=(), most=5)
    webhook.refresh_from_db()
    assert [first.position, second.position] == [webhook.position - 1, webhook.position]


def test_a_worker_that_is_stopped_puts_back_what_it_had_in_hand(add, record, receiver):
    add()
    record()
    receiver.answers = [slowly(0.6)]
    worker = Worker()
    worker.hand_out()
    while not receiver.came:
        worker.send()
        worker._settle_ended(0.01)
    worker.stop(within=0)
    [again] = take_due(busy=(), most=5)
    assert again.message_id == receiver.ids[0]
    # It was slow to stop, and the other worker keeps its own lease.
    assert again.leased_until is not None
    longer = again.leased_until + timedelta(seconds=1)
    WebhookDelivery.objects.update(leased_until=longer)
    put_back(worker._in_flight.values())
    again.refresh_from_db()
    assert again.leased_until == longer


def test_gone_from_an_address_that_was_changed_meanwhile_stops_nothing(add, record, client):
    webhook, _ = add()
    record()
    hand_out()
    [taken] = take_due(busy=(), most=5)
    values = WebhookValues(url="http://127.0.0.1:9/new")
    amend_webhook(acting_user=client.service_account, webhook=webhook, version=1, values=values)
    settle(delivery=taken, outcome=Outcome(410, "", 1))
    webhook.refresh_from_db()
    assert webhook.state == WebhookState.ACTIVE
    assert states(webhook) == [WAITING]


# ------------------------------------------------------------------------------------------------- figures, and secrets


def counts(webhook):
    found: Any = Webhook.objects.with_counts().get(pk=webhook.pk)
    return found.waiting, found.dead


def test_a_test_that_failed_is_in_no_figure_and_is_forgotten(add, receiver, client):
    webhook, _ = add()
    receiver.answers = [500]
    ping_webhook(acting_user=client.service_account, webhook=webhook)
    work()
    assert states(webhook) == [DEAD]
    assert counts(webhook) == (0, 0)
    assert messages_in_hand() == {"waiting": 0, "dead": 0}
    assert forget_old_deliveries() == 0
    age_messages()
    assert forget_old_deliveries() == 1


def age_messages():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE disruptions_webhookdelivery SET created_at = created_at - interval '31 days'")


def test_what_is_of_a_removed_webhook_is_in_no_figure(add, client):
    webhook, _ = add()
    put_down(webhook, 2)
    assert messages_in_hand() == {"waiting": 2, "dead": 0}
    remove_webhook(acting_user=client.service_account, webhook=webhook, version=1)
    assert messages_in_hand() == {"waiting": 0, "dead": 0}


def test_what_is_of_a_revoked_client_is_in_no_figure_nor_sent_and_is_forgotten(add, client, agency_admin):
    webhook, _ = add()
    put_down(webhook, 2)
    ping_webhook(acting_user=client.service_account, webhook=webhook)
    revoke_api_client(acting_user=agency_admin, client=client)
    assert messages_in_hand() == {"waiting": 0, "dead": 0}
    assert take_due(busy=(), most=5) == []
    with pytest.raises(Invalid) as error:
        ping_webhook(acting_user=agency_admin, webhook=webhook)
    assert codes(error) == ["api_client_is_active"]
    assert forget_old_deliveries() == 0
    age_messages()
    assert forget_old_deliveries() == 3


def test_no_more_than_two_secrets_sign(add, client):
    webhook, secret = add()
    for version in range(1, 5):
        before = secret
        _, secret = rotate_webhook_secret(
            acting_user=client.service_account, webhook=webhook, version=version, overlap=timedelta(days=7)
        )
        assert signing_secrets(webhook) == [secret, before]


def test_the_log_keeps_no_key_of_an_address(add, receiver, client):
    webhook, _ = add(url=f"{receiver.url}?key=s3cret")
    values = WebhookValues(url=f"{receiver.url}?key=s3cret2")
    amend_webhook(acting_user=client.service_account, webhook=webhook, version=1, values=values)
    remove_webhook(acting_user=client.service_account, webhook=webhook, version=2)
    details = [json.dumps(each.detail) for each in AuditEntry.objects.filter(subject="webhook")]
    assert len(details) == 3
    assert all(receiver.url in each and "s3cret" not in each for each in details)


# ------------------------------------------------------------------------------------------------------- faults of ours


def test_kinds_chosen_while_it_was_paused_hold_for_what_was_changed_meanwhile(add, record, client):
    webhook, _ = add(active=False)
    record()
    values = WebhookValues(types=("disruption.withdrawn",), active=True)
    amend_webhook(acting_user=client.service_account, webhook=webhook, version=1, values=values)
    hand_out()
    assert states(webhook) == []


def test_a_fault_of_ours_at_one_message_leaves_the_others_alone(south, add, record, receiver, monkeypatch, settings):
    settings.WEBHOOK_RETRY_SECONDS = []
    bad, _ = add()
    add(of=make_api_client(agency=south))
    record()

    def failing(delivery):
        if delivery.webhook_id == bad.pk:
            raise ZeroDivisionError
        return prepared(delivery)

    monkeypatch.setattr(delivering, "prepared", failing)
    assert work() == 1
    assert WebhookDelivery.objects.get(webhook=bad).last_error == "fault"


def test_a_fault_of_ours_ends_no_worker(monkeypatch):
    monkeypatch.setattr(delivering, "AFTER_A_FAULT_SECONDS", 0.0)
    worker = Worker()
    faults = [ZeroDivisionError, KeyError]

    def hand_out():
        if not faults:
            worker.stopping.set()
            return 0
        raise faults.pop()

    monkeypatch.setattr(worker, "hand_out", hand_out)
    worker.run()
    assert faults == []


def test_a_webhook_to_which_nothing_can_be_handed_out_rests(add, record, monkeypatch):
    tried = []

    def failing(webhook):
        tried.append(webhook.pk)
        raise ZeroDivisionError

    add()
    record()
    monkeypatch.setattr(feed_webhooks, "_hand_out", failing)
    worker = Worker()
    for _ in range(3):
        worker.hand_out()
    assert len(tried) == 1
    worker._not_handed_out.update({pk: (count, 0.0) for pk, (count, _) in worker._not_handed_out.items()})
    worker.hand_out()
    assert len(tried) == 2
    assert [count for count, _ in worker._not_handed_out.values()] == [2]


def test_what_is_due_is_sent_while_many_are_behind(south, add, record, receiver, monkeypatch):
    add()
    add(of=make_api_client(agency=south))
    record()
    worker = Worker()
    sent: list[int] = []
    send = worker.send

    def counted():
        sent.append(WebhookDelivery.objects.count())
        return send()

    monkeypatch.setattr(worker, "send", counted)
    worker.hand_out()
    assert sent == [1, 2]
    worker.stop()
