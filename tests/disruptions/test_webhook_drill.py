"""The worker is killed while it hands out and sends: every change arrives, and each has one message."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from urllib.parse import quote

import pytest
from django.conf import settings as configured

from disruptions.feeds.changes import latest_position
from disruptions.models import ChangeEvent, Webhook, WebhookDelivery
from disruptions.vocabulary import DeliveryState
from tests.api import Partner, a_lead
from tests.factories import make_api_client, make_threat, make_webhook
from tests.receiver import receiving, slowly
from tests.source import ROOT

CHANGES = int(os.environ.get("DRILL_CHANGES", "200"))
KILLS = 12


@pytest.mark.deep
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_again_and_again_loses_nothing(north, test_database):
    place = quote(str(configured.DATABASES["default"]["HOST"]), safe="")
    environment = dict(os.environ) | {
        "DATABASE_URL": f"postgresql://{configured.DATABASE_APP_ROLE}@{place}/{test_database.name}",
        "SECRET_KEY": configured.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "oic.settings",
        "WEBHOOK_PRIVATE_ADDRESSES": "1",
        "DEMO": "1",
    }
    chance = random.Random(5)  # noqa: S311 - the same drill each time
    client, threat = make_api_client(agency=north), make_threat()
    partner = Partner(client)
    recorded: set[str] = set()

    def record(count):
        response = partner.post("disruptions/", [a_lead(threat) for _ in range(count)])
        assert response.status_code == 201, response.content
        recorded.update(each["reference"] for each in response.json()["results"])

    def start():
        command = [sys.executable, "manage.py", "deliver_webhooks"]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    with receiving() as receiver:
        receiver.otherwise = slowly(0.005)
        webhook = make_webhook(client=client, url=receiver.url, position=latest_position())
        first = webhook.position
        for _ in range(KILLS):
            record(CHANGES // KILLS)
            worker = start()
            assert worker.stdout.readline().startswith(b"Delivering")
            time.sleep(chance.uniform(0.05, 0.6))
            worker.kill()
            worker.wait()
            worker.stdout.close()
            # As if the lease of what it held had passed.
            WebhookDelivery.objects.filter(leased_until__isnull=False).update(leased_until=webhook.created_at)
        worker = start()
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            behind = Webhook.objects.filter(pk=webhook.pk, position__lt=latest_position()).exists()
            waiting = WebhookDelivery.objects.in_state(DeliveryState.WAITING).exists()
            if not behind and not waiting:
                break
            time.sleep(0.2)
        worker.terminate()
        assert worker.wait(20) == 0
        worker.stdout.close()
        came = [json.loads(body)["data"]["reference"] for _, body in receiver.came]
    deliveries = WebhookDelivery.objects.filter(webhook=webhook)
    events = ChangeEvent.objects.filter(position__gt=first).count()
    assert deliveries.filter(state=DeliveryState.DELIVERED).count() == events == len(recorded)
    assert set(came) == recorded
    assert len(set(receiver.ids)) == len(recorded)
    # Twice at most is what a kill between sending and noting costs.
    assert sum(Counter(came).values()) <= len(recorded) + KILLS + 1
