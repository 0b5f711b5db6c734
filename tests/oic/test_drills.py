"""Drills against the web server itself: killed while partners post, and asked the same thing fifty times at once."""

import http.client
import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from django.conf import settings

from disruptions.models import ChangeEvent, Disruption
from oic.health import answers
from tests.api import a_lead, make_token
from tests.factories import make_api_client, make_threat
from tests.source import ROOT

pytestmark = [pytest.mark.deep, pytest.mark.django_db(transaction=True)]

POSTS = 1_000
KILLS = 10
AT_ONCE = 8
SAME = 50
PATIENCE_SECONDS = 60


class Server:
    """The web server as ``make run`` starts it, on this test's database, with processes that can be killed."""

    def __init__(self, environment, port):
        self.environment = environment
        self.port = port

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:oic.gunicorn_configuration", "oic.wsgi"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not answers(f"http://127.0.0.1:{self.port}/health/"):
            assert self.process.poll() is None, "the server ended by itself"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)

    def kill(self):
        """End every process of it at once, with no time to tidy up."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(transactional_db, test_database):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place = quote(str(settings.DATABASES["default"]["HOST"]), safe="")
    environment = dict(os.environ) | {
        "DATABASE_URL": f"postgresql://{settings.DATABASE_APP_ROLE}@{place}/{test_database.name}",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "PORT": str(port),
        "DEMO": "1",
        "WEB_PROCESSES": "2",
        "DJANGO_SETTINGS_MODULE": "oic.settings",
        "LOG_LEVEL": "ERROR",
    }
    server = Server(environment, port)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def post(server, north):
    """Post one record with a key, again and again until there is an answer, as a partner's system does."""
    token = make_token(make_api_client(agency=north, rate_per_minute=1_000_000))

    def post(body, key):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": key}
        deadline = time.monotonic() + PATIENCE_SECONDS
        attempts = 0
        while True:
            attempts += 1
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
            try:
                connection.request("POST", "/api/v1/disruptions/", json.dumps(body), headers)
                response = connection.getresponse()
                status, answer = response.status, response.read()
            except (OSError, http.client.HTTPException):
                status, answer = 0, b""
            finally:
                connection.close()
            if status and status not in {502, 503, 504}:
                return status, answer, attempts
            assert time.monotonic() < deadline, "no answer"
            time.sleep(0.05)

    return post


def test_what_was_acknowledged_is_there_once_however_often_the_server_was_killed(server, post):
    seed = secrets.randbits(32)
    chance = random.Random(seed)  # noqa: S311 - when to kill, nothing secret
    threat = make_threat()
    bodies = {f"drill-{number}": a_lead(threat, operation=f"Drill {number}") for number in range(POSTS)}
    done = threading.Event()
    kills = 0

    def kill_now_and_then():
        nonlocal kills
        while kills < KILLS and not done.wait(chance.uniform(0.2, 3.0)):
            server.kill()
            kills += 1
            server.start()

    killer = threading.Thread(target=kill_now_and_then)
    killer.start()
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            first = dict(zip(bodies, pool.map(lambda key: post(bodies[key], key), bodies), strict=True))
    finally:
        done.set()
        killer.join()
    again = {key: post(bodies[key], key) for key in bodies}

    repeated = sum(attempts > 1 for _, _, attempts in first.values())
    sys.stdout.write(f"seed {seed}: {kills} kills, {repeated} of {POSTS} posts were sent more than once\n")
    assert kills >= 3
    assert repeated, "no post was cut off: the drill showed nothing"
    assert {status for status, _, _ in first.values()} == {201}
    assert all(first[key][:2] == again[key][:2] for key in bodies)
    recorded = Counter(Disruption.objects.values_list("operation", flat=True))
    assert recorded == Counter({body["operation"]: 1 for body in bodies.values()})
    references = dict(Disruption.objects.values_list("operation", "reference"))
    assert all(json.loads(first[key][1])["reference"] == references[bodies[key]["operation"]] for key in bodies)
    assert ChangeEvent.objects.filter(subject="disruption").count() == POSTS


def test_fifty_at_once_with_one_key_are_one_record_and_one_answer(server, post):
    body = a_lead(make_threat())
    with ThreadPoolExecutor(SAME) as pool:
        found = list(pool.map(lambda _: post(body, "the-same-key")[:2], range(SAME)))
    assert len(found) == SAME
    assert len(set(found)) == 1
    assert found[0][0] == 201
    assert Disruption.objects.count() == 1
