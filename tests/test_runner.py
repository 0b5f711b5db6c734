"""`make run` serves, says where, and leaves nothing running."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import quote

import psutil
import pytest
from django.conf import settings

from oic.health import answers
from oic.runner import Failed, refuse_a_busy_port
from tests.source import ROOT


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment(transactional_db, test_database, port):
    """The site's own role on this test's database; the owner to prepare it."""
    place = quote(str(settings.DATABASES["default"]["HOST"]), safe="")
    return dict(os.environ) | {
        "DATABASE_URL": f"postgresql://{settings.DATABASE_APP_ROLE}@{place}/{test_database.name}",
        "OWNER_DATABASE_URL": f"postgresql://{settings.DATABASE_OWNER_ROLE}@{place}/{test_database.name}",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "PORT": str(port),
        "DEMO": "0",
        "WEB_PROCESSES": "1",
        "DJANGO_SETTINGS_MODULE": "oic.settings",
    }


@pytest.fixture
def start(environment):
    started = []

    def start(**more):
        process = subprocess.Popen(
            [sys.executable, "-m", "oic.runner"],
            cwd=ROOT,
            env=environment | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        assert process.stdout is not None
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()


def read_until(process, pattern):
    text = ""
    for line in process.stdout:
        text += line
        if re.search(pattern, line):
            return text
    raise AssertionError(f"it ended with code {process.wait()}:\n{text}")


def gone(processes, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes):
            return True
        time.sleep(0.1)
    return False


def test_it_serves_and_a_typed_interrupt_leaves_nothing(start, port):
    process = start()
    assert f"http://127.0.0.1:{port}/" in read_until(process, "Serving on")
    assert answers(f"http://127.0.0.1:{port}/health/")
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 4, "web server, its process, worker, webhooks"
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(30) == 0
    assert gone(family)
    refuse_a_busy_port(port)


@pytest.mark.deep
def test_a_killed_runner_takes_its_children_along(start):
    process = start()
    read_until(process, "Serving on")
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    assert gone(family)


@pytest.mark.deep
def test_told_to_stop_while_it_prepares_it_stops(start):
    process = start()
    read_until(process, "Preparing")
    family = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    assert process.wait(30) == 0
    assert gone(family)


def test_a_busy_port_is_said_before_anything_starts(start, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(Failed, match=f"PORT={port + 1}"):
            refuse_a_busy_port(port)
        process = start()
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"port {port}" in output
    assert "Starting the database" not in output


@pytest.mark.parametrize(
    ("more", "reason"),
    [({"SECRET_KEY": "short"}, "SECRET_KEY"), ({"DEBUG": "1"}, "DEBUG is on")],
    ids=["a short secret key", "debug"],
)
@pytest.mark.deep
def test_it_refuses_what_production_must_not_be(start, more, reason):
    process = start(**more)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert reason in output
