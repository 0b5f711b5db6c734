"""The guide for partners: its tables are those of the code, and its examples run as they stand."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from disruptions.feeds.delivering import Worker
from oic.demonstration_accounts import PASSWORD
from oic.management.commands.write_partner_guide import with_tables
from tests.factories import make_agency, make_api_client, make_threat

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDE = DOCS / "partner.md"
REFERENCE = DOCS / "partner-reference.md"
CHECKER = DOCS.parent / "oic/conformance.py"
ADDRESS = "http://127.0.0.1:8000"


def example(language):
    blocks = re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert len(blocks) == 1
    return blocks[0]


def test_the_tables_are_those_of_the_code():
    """`make docs` writes them anew."""
    assert with_tables(REFERENCE.read_text()) == REFERENCE.read_text()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("language", "command", "ending"),
    [("bash", ["bash", "-euo", "pipefail", "-c"], '"submit'), ("python", [sys.executable, "-c"], "'total'")],
)
def test_the_example_runs_as_it_stands(live_server, language, command, ending):
    surrey = make_agency(code="surrey", name="Surrey Police")
    make_api_client(agency=surrey, client_id="demo-surrey", secret=PASSWORD)
    make_threat(lead_agency=surrey)
    code = example(language).replace(ADDRESS, live_server.url)
    environment = {"PATH": os.environ["PATH"], "NO_PROXY": "*"}
    result = subprocess.run([*command, code], env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stderr
    assert re.search(r"D-\w{4}-\w{4}", result.stdout)
    assert ending in result.stdout or '"status":"submitted"' in result.stdout


@pytest.mark.django_db(transaction=True)
def test_the_checker_runs_as_it_stands_in_the_terminal_of_the_start(live_server, tmp_path):
    surrey = make_agency(code="surrey", name="Surrey Police")
    make_agency(code="kent", name="Kent Police")
    make_api_client(agency=surrey, client_id="demo-surrey", secret=PASSWORD)
    make_api_client(agency=surrey, client_id="demo-surrey-sandbox", secret=PASSWORD, sandbox=True)
    make_threat(lead_agency=surrey)
    start = example("bash").replace(ADDRESS, live_server.url)
    checker = example("bash checker").replace("python3 -m oic.conformance", f"{sys.executable} {CHECKER}")
    environment = {"PATH": os.environ["PATH"], "NO_PROXY": "*"}
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", start + checker],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "pass       A record can be withdrawn" in result.stdout
    assert ", 0 failed, " in result.stdout


@pytest.mark.django_db(transaction=True)
def test_the_receiver_of_webhooks_runs_as_it_stands(live_server, settings):
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    make_api_client(agency=make_agency(code="surrey"), client_id="demo-surrey", secret=PASSWORD)
    code = example("python receiver").replace(ADDRESS, live_server.url)
    environment = {"PATH": os.environ["PATH"], "NO_PROXY": "*"}
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        worker, deadline = Worker(), time.monotonic() + 40
        while process.poll() is None and time.monotonic() < deadline:
            worker.run_once()
            time.sleep(0.05)
        process.kill()
        output, faults = process.communicate()
    assert process.returncode == 0, faults
    assert output.split() == ["ping"]
