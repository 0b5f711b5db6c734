"""The containers: described as the compose format wants it, and their commands run in a folder with what they hold."""

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
import yaml
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from oic.embedded_database import Cluster
from oic.health import answers
from tests.source import ROOT

PASSWORDS = {"OIC_OWNER_PASSWORD": "owner-'secret", "OIC_APP_PASSWORD": 'app-"secret'}


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def image():
    """A folder with the files that the image's last stage copies from the checkout, and nothing else of it."""
    stage = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1]
    with tempfile.TemporaryDirectory(prefix="oic-i-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o711)
        for line in re.findall(r"^COPY (?!--from)(.+)$", stage, re.MULTILINE):
            *origins, target = line.split()
            for origin in origins:
                copy(ROOT / origin, folder / target if (ROOT / origin).is_dir() else folder / target / origin)
        (folder / "static").mkdir(exist_ok=True)
        yield folder


def copy(origin, target):
    if origin.is_dir():
        shutil.copytree(origin, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy2(origin, target)


@pytest.fixture(scope="module")
def server(image):
    """A database server on which the container's own script made the roles."""
    cluster = Cluster("tests", image / "server")
    with cluster.acquire():
        connection = psycopg2.connect(host=str(cluster.socket_directory), dbname="postgres", user="postgres")
        connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with connection.cursor() as cursor:
            for statement in ("DROP DATABASE oic", "DROP ROLE oic_app", "DROP ROLE oic_owner"):
                cursor.execute(statement)
        connection.close()
        programs = str(cluster.programs.directory)
        environment = {"PATH": f"{programs}:{os.environ['PATH']}", "PGHOST": str(cluster.socket_directory)}
        subprocess.run(["sh", str(ROOT / "docker/roles.sh")], check=True, env=environment | PASSWORDS)
        yield cluster


def environment_of(compose, server, service, **more):
    """Return a service's variables with the database's address replaced by this server's."""
    given = {
        name: re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda found: found[2] or "", str(value))
        for name, value in compose["services"][service]["environment"].items()
    }
    place = quote(str(server.socket_directory), safe="")
    for name, role in (("DATABASE_URL", "oic_app"), ("OWNER_DATABASE_URL", "oic_owner")):
        if name in given:
            given[name] = f"postgresql://{role}@{place}/oic"
    given.pop("TMPDIR", None)
    given["SECRET_KEY"] = secrets.token_urlsafe(64)
    given["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return given | more


def run(compose, server, image, service, **more):
    return subprocess.Popen(
        compose["services"][service]["command"],
        cwd=image,
        env=environment_of(compose, server, service, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@contextlib.contextmanager
def running(*arguments, **more):
    process = run(*arguments, **more)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            process.stdout.close()


@pytest.fixture(scope="module")
def prepared(compose, server, image):
    process = run(compose, server, image, "prepare")
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output
    return server


def test_the_description_is_valid():
    command = [str(Path(sys.executable).parent / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec"]
    result = subprocess.run([*command, "docker-compose.yml"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_nothing_of_ours_runs_as_root_or_may_write(compose):
    last_stage = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1]
    assert re.search(r"^USER 10001$", last_stage, re.MULTILINE)
    for name in ("prepare", "web", "worker", "webhooks"):
        service = compose["services"][name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_preparing_knows_the_owner(compose):
    owners = {name for name, each in compose["services"].items() if "OWNER_DATABASE_URL" in each["environment"]}
    assert owners == {"prepare"}


def test_no_secret_has_a_default(compose):
    text = (ROOT / "docker-compose.yml").read_text()
    assert not re.search(r"\$\{\w*(?:PASSWORD|SECRET)\w*(?!\w*:\?)[:}-]", text.replace(":?", ""))
    assert set(re.findall(r"\$\{(\w*(?:PASSWORD|SECRET)\w*)\}", text)) == set()


def test_the_limits_of_files_are_handed_on_with_the_defaults_of_the_settings(compose):
    settings = (ROOT / "oic/settings.py").read_text()
    limits = dict(re.findall(r'env\.int\("((?:UPLOAD|EXPORT|PIVOT)_\w+)", default=(\d+)\)', settings))
    assert len(limits) == 4
    for name in ("web", "worker"):
        given = compose["services"][name]["environment"]
        assert {each: given.get(each) for each in limits} == {
            each: f"${{{each}:-{default}}}" for each, default in limits.items()
        }


def test_the_worker_writes_large_files_to_a_disk_that_it_may_write_to(compose):
    worker = compose["services"]["worker"]
    place = worker["environment"]["TMPDIR"]
    volume = next(each.partition(":")[0] for each in worker["volumes"] if each.endswith(f":{place}"))
    assert volume in compose["volumes"]
    last_stage = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1]
    assert re.search(rf"install --directory --owner 10001 .*{place}$", last_stage, re.MULTILINE)


def test_the_image_holds_what_the_build_needs(compose):
    ignored = (ROOT / ".dockerignore").read_text()
    for line in re.findall(r"^COPY (?!--from)(.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE):
        for origin in line.split()[:-1]:
            assert (ROOT / origin).exists(), origin
            assert f"!{origin}\n" in ignored, origin


@pytest.mark.deep
def test_the_web_container_serves(compose, prepared, image):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with running(compose, prepared, image, "web", BIND=f"127.0.0.1:{port}", WEB_PROCESSES="1") as process:
        deadline = time.monotonic() + 60
        while not answers(f"http://127.0.0.1:{port}/health/") and process.poll() is None:
            assert time.monotonic() < deadline, "it does not answer"
            time.sleep(0.2)
        assert process.poll() is None, process.stdout.read()


@pytest.mark.deep
def test_the_worker_container_waits_for_jobs_and_stops_when_told(compose, prepared, image):
    with running(compose, prepared, image, "worker") as process:
        line = process.stdout.readline()
        assert "Starting worker" in line, line
    assert process.returncode == 0


@pytest.mark.deep
def test_the_webhooks_container_waits_for_changes_and_stops_when_told(compose, prepared, image):
    with running(compose, prepared, image, "webhooks") as process:
        line = process.stdout.readline()
        assert "Delivering webhooks" in line, line
    assert process.returncode == 0


@pytest.mark.deep
def test_the_roles_of_the_script_are_the_roles_of_the_design(prepared):
    connection = psycopg2.connect(host=str(prepared.socket_directory), dbname="oic", user="oic_app")
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = 'oic_app'::regrole")
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "SELECT has_table_privilege('agencies_agency', 'SELECT'), has_schema_privilege('public', 'CREATE')"
        )
        assert cursor.fetchone() == (True, False)
    connection.close()
