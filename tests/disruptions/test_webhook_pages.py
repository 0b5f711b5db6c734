"""The pages of an API client's webhooks: its administrator adds, tests, pauses, sends again and removes."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from agencies.services import revoke_api_client
from agencies.vocabulary import ApiScope, Role
from disruptions.models import Disruption, Webhook, WebhookDelivery, WebhookSecret
from disruptions.services.webhook_deliveries import Message, Outcome, enqueue_changes, settle, take_due
from disruptions.vocabulary import DeliveryState, Sharing, Status, WebhookState
from tests.factories import make_agency, make_api_client, make_disruption, make_user, make_webhook

pytestmark = pytest.mark.django_db

URL = "https://records.example/webhooks/oic"


@pytest.fixture
def client(north):
    return make_api_client(agency=north, client_id="north-records", name="Records system")


@pytest.fixture
def webhook(client):
    return make_webhook(client=client)


@pytest.fixture
def browser(client_for, agency_admin):
    return client_for(agency_admin)


def address(name, webhook=None):
    place = {"client_id": "north-records"} | ({"public_id": webhook.public_id} if webhook else {})
    return reverse(name, kwargs=place)


def told(webhook, count):
    """Put messages down, as the worker does; all of one record of the client's agency."""
    reference = make_disruption(agency=webhook.client.agency).reference
    position = Webhook.objects.get(pk=webhook.pk).position
    webhook.position = position
    messages = [
        Message(position + each, "disruption.recorded", webhook.created_at, {"reference": reference})
        for each in range(1, count + 1)
    ]
    assert enqueue_changes(webhook=webhook, messages=messages, position=position + count)


def failed(settings):
    settings.WEBHOOK_RETRY_SECONDS = []
    while taken := take_due(busy=(), most=1):
        settle(delivery=taken[0], outcome=Outcome(503, "", 12))


def test_one_is_added_and_its_secret_is_shown_once(browser, client):
    page = browser.get(address("webhook_list"))
    assert "None yet" in page.content.decode()
    page = browser.post(address("webhook_add"), {"url": URL, "disruption": ["disruption.returned"]})
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    [secret] = re.findall(r"whsec_[\w+/=]+", page.content.decode())
    webhook = Webhook.objects.get()
    assert (webhook.url, webhook.types, webhook.client) == (URL, ["disruption.returned"], client)
    assert WebhookSecret.objects.get().hint == secret[-4:]
    for name in ("webhook_list", "webhook_detail"):
        shown = browser.get(address(name, webhook if name == "webhook_detail" else None)).content.decode()
        assert URL in shown
        assert secret not in shown


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"url": ""}, "Enter a whole address"),
        ({"url": "https://localhost/"}, "can be reached from outside"),
        ({"url": URL, "disruption": ["disruption.eaten"]}, "Select a valid choice"),
    ],
)
def test_a_fault_stands_beside_its_control(browser, client, typed, said):
    page = browser.post(address("webhook_add"), typed)
    assert page.status_code == 400
    assert page.content.decode().count(said) >= 2
    assert not Webhook.objects.exists()


def test_none_chosen_is_every_change(browser, client):
    browser.post(address("webhook_add"), {"url": URL})
    assert Webhook.objects.get().types == []


def test_kinds_that_the_client_may_not_read_are_not_offered(browser, north):
    make_api_client(agency=north, client_id="north-records", scopes=[ApiScope.THREATS_READ])
    shown = browser.get(address("webhook_add")).content.decode()
    assert "threat.assessed" in shown
    assert "disruption.approved" not in shown


def test_it_is_amended(browser, webhook):
    shown = browser.get(address("webhook_amend", webhook)).content.decode()
    assert webhook.url in shown
    typed = {"version": 1, "url": f"{URL}/2", "threat": ["threat.assessed"]}
    assert browser.post(address("webhook_amend", webhook), typed).status_code == 302
    webhook.refresh_from_db()
    assert (webhook.url, webhook.types, webhook.version) == (f"{URL}/2", ["threat.assessed"], 2)
    stale = browser.post(address("webhook_amend", webhook), typed | {"url": URL}, follow=True)
    assert "Somebody else changed this webhook" in stale.content.decode()
    webhook.refresh_from_db()
    assert webhook.version == 2


def test_it_is_paused_and_goes_on(browser, webhook):
    for version, active, state in ((1, "false", WebhookState.PAUSED), (2, "true", WebhookState.ACTIVE)):
        browser.post(address("webhook_pause", webhook), {"version": version, "active": active})
        webhook.refresh_from_db()
        assert webhook.state == state
    shown = browser.post(address("webhook_pause", webhook), {"version": 1, "active": "false"}, follow=True)
    assert "Somebody else changed this webhook" in shown.content.decode()


def test_its_secret_is_changed(browser, webhook):
    page = browser.post(address("webhook_rotate", webhook), {"version": 1, "overlap": "24"})
    assert re.search(r"whsec_[\w+/=]+", page.content.decode())
    assert WebhookSecret.objects.filter(webhook=webhook).live().count() == 2
    assert browser.post(address("webhook_rotate", webhook), {"version": 2, "overlap": "9"}).status_code == 400


def test_a_test_message_is_put_down(browser, webhook):
    shown = browser.post(address("webhook_ping", webhook), follow=True).content.decode()
    assert "A test message is on its way" in shown
    assert "Not tried yet" in shown
    assert WebhookDelivery.objects.get().type == "ping"


def test_what_was_not_delivered_is_said_and_sent_again(browser, webhook, settings):
    told(webhook, 3)
    failed(settings)
    shown = browser.get(address("webhook_detail", webhook) + "?state=dead").content.decode()
    assert "Messages were not delivered: 3" in shown
    assert "503, in 12 ms" in shown
    one = WebhookDelivery.objects.all()[0]
    after = browser.post(address("webhook_replay", webhook), {"delivery": one.message_id}, follow=True)
    assert "1 message is sent again" in after.content.decode()
    one.refresh_from_db()
    assert (one.state, one.attempts) == (DeliveryState.WAITING, 0)
    after = browser.post(address("webhook_replay", webhook), {"what": "dead"}, follow=True)
    assert "2 messages are sent again" in after.content.decode()
    failed(settings)
    typed = {"what": "since", "since_day": "1", "since_month": "1", "since_year": "2026"}
    after = browser.post(address("webhook_replay", webhook), typed, follow=True)
    assert "3 messages are sent again" in after.content.decode()
    assert browser.post(address("webhook_replay", webhook), {"what": "since"}).status_code == 400
    for unknown in ("msg_no", "a\0b"):
        after = browser.post(address("webhook_replay", webhook), {"delivery": unknown}, follow=True)
        assert "no message with this id" in after.content.decode()


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED])
def test_a_record_is_named_to_whoever_may_open_it(client_for, webhook, status):
    """Somebody who administers clients need not be somebody who may open a draft."""
    admin = make_user(agency=make_agency(), national_roles=[Role.SYSTEM_ADMIN])
    record = make_disruption(agency=webhook.client.agency, status=status, sharing=Sharing.ALL_AGENCIES)
    message = Message(1, "disruption.recorded", webhook.created_at, {"reference": record.reference})
    assert enqueue_changes(webhook=webhook, messages=[message], position=1)
    shown = client_for(admin).get(address("webhook_detail", webhook)).content.decode()
    assert "disruption.recorded" in shown
    may_open = Disruption.objects.visible_to(admin).filter(pk=record.pk).exists()
    assert (record.reference in shown) == may_open == (status == Status.SUBMITTED)


def test_a_revoked_client_is_sent_no_test(browser, webhook, agency_admin):
    revoke_api_client(acting_user=agency_admin, client=webhook.client)
    shown = browser.post(address("webhook_ping", webhook), follow=True).content.decode()
    assert "This client has been revoked" in shown
    assert not WebhookDelivery.objects.exists()


def test_it_is_removed(browser, webhook):
    told(webhook, 1)
    assert "1 message that waits for it is dropped" in browser.get(address("webhook_remove", webhook)).content.decode()
    after = browser.post(address("webhook_remove", webhook), {"version": 1}, follow=True)
    assert "None yet" in after.content.decode()
    assert browser.get(address("webhook_detail", webhook)).status_code == 404


def test_a_webhook_is_found_under_its_own_client_only(browser, webhook, north):
    other = make_api_client(agency=north, client_id="another")
    path = address("webhook_detail", webhook).replace("north-records", other.client_id)
    assert browser.get(path).status_code == 404
    assert browser.get(address("webhook_detail", webhook) + "?state=lost").status_code == 404


@pytest.mark.parametrize("rows", [1, 10])
def test_the_list_asks_the_same_however_long_it_is(browser, client, rows, django_assert_num_queries):
    for _ in range(rows):
        make_webhook(client=client)
    browser.get(address("webhook_list"))
    with django_assert_num_queries(7):
        browser.get(address("webhook_list"))


@pytest.mark.parametrize("rows", [1, 30])
def test_the_messages_ask_the_same_however_many_they_are(browser, webhook, rows, django_assert_num_queries):
    told(webhook, rows)
    browser.get(address("webhook_detail", webhook))
    with django_assert_num_queries(11):
        browser.get(address("webhook_detail", webhook))
