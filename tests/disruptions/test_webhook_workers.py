"""Two workers at once: each message is taken by one of them, and neither waits for the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from disruptions.models import WebhookDelivery
from disruptions.services import webhook_deliveries as services
from disruptions.services.webhook_deliveries import Message, enqueue_changes, take_due
from tests.factories import make_api_client, make_webhook

pytestmark = pytest.mark.django_db(transaction=True)


def put_down(webhook, count):
    data = {"reference": "D-0000-0000"}
    messages = [Message(each, "disruption.recorded", webhook.created_at, data) for each in range(1, count + 1)]
    webhook.refresh_from_db()
    assert enqueue_changes(webhook=webhook, messages=messages, position=count)


def elsewhere(work):
    try:
        return work()
    finally:
        connection.close()


def test_what_one_worker_is_taking_another_passes_by(north):
    client = make_api_client(agency=north)
    first, second = make_webhook(client=client), make_webhook(client=client)
    for webhook in (first, second):
        put_down(webhook, 2)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            [mine] = take_due(busy=(), most=1)
            theirs = pool.submit(elsewhere, lambda: take_due(busy=(), most=5)).result(timeout=10)
        assert mine.webhook == first
        assert [each.webhook for each in theirs] == [second]
        # Each webhook has one message in hand: neither worker takes its next.
        assert pool.submit(elsewhere, lambda: take_due(busy=(), most=5)).result(timeout=10) == []
        assert WebhookDelivery.objects.held().count() == 2


def test_what_another_took_while_one_looked_is_seen(north, monkeypatch):
    """Between looking for what is due and locking it, another worker takes the webhook's next message."""
    webhook = make_webhook(client=make_api_client(agency=north))
    put_down(webhook, 2)
    looked = services._take

    def later(*args):
        monkeypatch.setattr(services, "_take", looked)
        with ThreadPoolExecutor(1) as pool:
            assert len(pool.submit(elsewhere, lambda: take_due(busy=(), most=5)).result(timeout=10)) == 1
        return looked(*args)

    monkeypatch.setattr(services, "_take", later)
    assert take_due(busy=(), most=5) == []
