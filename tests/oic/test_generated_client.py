"""A client that openapi-python-client makes from the description: named for people, typed, and it works."""

import json
import os
import re
import subprocess
import sys

import pytest

from oic.api.docs import description
from oic.api.naming import TAGS
from tests.api import a_lead, make_token
from tests.factories import make_api_client, make_threat

STEPS = """
import os

from oic_client import AuthenticatedClient
from oic_client.api.changes import changes_list
from oic_client.api.disruptions import (
    disruptions_amend, disruptions_create, disruptions_list, disruptions_retrieve, disruptions_submit,
)
from oic_client.api.statistics import statistics_oic_01
from oic_client.api.threats import threats_list
from oic_client.models.change_type import ChangeType
from oic_client.models.changes import Changes
from oic_client.models.disruption import Disruption
from oic_client.models.disruption_change import DisruptionChange
from oic_client.models.disruption_input import DisruptionInput
from oic_client.models.level import Level
from oic_client.models.list_of_results import ListOfResults
from oic_client.models.oic_01_table import Oic01Table
from oic_client.models.outcome_input import OutcomeInput
from oic_client.models.outcome_type import OutcomeType
from oic_client.models.paginated_disruption_list import PaginatedDisruptionList
from oic_client.models.paginated_threat_list import PaginatedThreatList
from oic_client.models.problem import Problem
from oic_client.models.recorded import Recorded
from oic_client.models.role import Role
from oic_client.models.status import Status

client = AuthenticatedClient(base_url=os.environ["SITE"], token=os.environ["TOKEN"])

threats = threats_list.sync(client=client, page_size=1)
assert isinstance(threats, PaginatedThreatList)
lead = DisruptionInput.from_dict(BODY | {"threat": threats.results[0].reference})
lead.level = Level.MODERATE
lead.outcomes = [OutcomeInput(type_=OutcomeType.ARREST, count=2)]

start = changes_list.sync(client=client, after="latest")
assert isinstance(start, Changes)

made = disruptions_create.sync_detailed(client=client, body=lead, idempotency_key="one")
assert isinstance(made.parsed, Recorded) and made.parsed.status is Status.SUBMITTED
reference, tag = made.parsed.reference, made.headers["ETag"]
again = disruptions_create.sync_detailed(client=client, body=lead, idempotency_key="one")
assert again.content == made.content

amended = disruptions_amend.sync_detailed(
    reference, client=client, body=DisruptionChange(level=Level.MAJOR, reason="More was found."), if_match=tag
)
assert isinstance(amended.parsed, Disruption) and amended.parsed.level is Level.MAJOR
stale = disruptions_amend.sync(reference, client=client, body=DisruptionChange(level=Level.MINOR), if_match=tag)
assert isinstance(stale, Problem) and stale.status == 412

answer = disruptions_create.sync(client=client, body=[DisruptionInput(role=Role.LEAD), lead, lead])
assert isinstance(answer, ListOfResults)
assert [int(result.status) for result in answer.results] == [201, 201, 201]

draft = answer.results[0].reference
assert isinstance(draft, str)
refused = disruptions_submit.sync(draft, client=client, if_match='"1"')
assert isinstance(refused, Problem) and refused.errors

read = disruptions_retrieve.sync(reference, client=client)
assert isinstance(read, Disruption) and read.outcomes[0].type_ is OutcomeType.ARREST
page = disruptions_list.sync(client=client, level=[Level.MAJOR])
assert isinstance(page, PaginatedDisruptionList) and [each.reference for each in page.results] == [reference]
table = statistics_oic_01.sync(client=client)
assert isinstance(table, Oic01Table) and table.rows

seen: list[tuple[str, ChangeType]] = []
cursor, more = start.cursor, True
while more:
    part = changes_list.sync(client=client, after=cursor, page_size=2)
    assert isinstance(part, Changes)
    seen += [(each.reference, each.type_) for each in part.results]
    cursor, more = part.cursor, part.more
assert seen[:2] == [(reference, ChangeType.DISRUPTION_RECORDED), (reference, ChangeType.DISRUPTION_AMENDED)], seen
assert len(seen) == 5, seen
print("followed")
"""


def shapes():
    return description()["components"]["schemas"]


def operations():
    return [each for methods in description()["paths"].values() for each in methods.values()]


def test_operations_and_shapes_have_names_for_people():
    names = [each["operationId"] for each in operations()]
    assert len(set(names)) == len(names)
    assert not [name for name in names if re.search(r"_\d$|partial_update|destroy", name)]
    assert not [name for name in shapes() if name.endswith("Enum")]


def test_every_code_list_of_a_parameter_has_a_name():
    inline = {
        (each["operationId"], parameter["name"])
        for each in operations()
        for parameter in each.get("parameters", ())
        if "enum" in parameter["schema"].get("items", parameter["schema"])
    }
    assert not inline


def test_null_is_said_where_every_tool_reads_it():
    def untyped(part):
        if isinstance(part, dict):
            if part.get("nullable") and "type" not in part:
                yield part
            for each in part.values():
                yield from untyped(each)
        elif isinstance(part, list):
            for each in part:
                yield from untyped(each)

    assert not list(untyped(description()))


def test_each_tag_is_described():
    assert {each["name"] for each in description()["tags"]} == {tag for each in operations() for tag in each["tags"]}
    assert all(TAGS.values())


def test_an_answer_leads_to_what_can_be_done_with_it():
    made = description()["paths"]["/api/v1/disruptions/"]["post"]["responses"]["201"]["links"]
    assert made["disruptions_retrieve"]["parameters"] == {"path.reference": "$response.body#/reference"}
    assert made["disruptions_amend"]["parameters"]["header.If-Match"] == "$response.header.ETag"
    listed = description()["paths"]["/api/v1/disruptions/"]["get"]["responses"]["200"]
    assert "links" not in listed, "a page of records is not one"


@pytest.mark.deep
@pytest.mark.django_db(transaction=True)
def test_a_generated_client_type_checks_and_creates_amends_loads_and_follows(live_server, tmp_path, north):
    programs = os.path.dirname(sys.executable)  # noqa: PTH120 - beside the interpreter, not beside what it links to
    (tmp_path / "openapi.json").write_text(json.dumps(description()))
    make = [f"{programs}/openapi-python-client", "generate", "--meta", "none", "--fail-on-warning"]
    # Its hooks format the code with programs that need not be there.
    (tmp_path / "settings.yaml").write_text("post_hooks: []\n")
    options = ["--path", "openapi.json", "--output-path", "oic_client", "--config", "settings.yaml"]
    made = subprocess.run([*make, *options], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr

    threat = make_threat(lead_agency=north)
    client = make_api_client(agency=north, rate_per_minute=1_000_000)
    body = {name: value for name, value in a_lead(threat).items() if name != "threat"}
    (tmp_path / "steps.py").write_text(STEPS.replace("BODY", repr(body)))
    # A file of its own, or mypy reads this project's.
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = True\n")
    checked = subprocess.run(
        [f"{programs}/mypy", "--config-file", "mypy.ini", "oic_client", "steps.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout

    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "NO_PROXY": "*",
        "SITE": live_server.url, "TOKEN": make_token(client),
    }  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "steps.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "followed" in ran.stdout
