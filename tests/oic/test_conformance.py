"""The checker that a partner points at its own test submissions: what is good passes, what is bad is named."""

import ast
import json
import sys

import pytest
from django.test import Client

from agencies.vocabulary import ApiScope
from disruptions.models import Disruption
from disruptions.vocabulary import Status
from oic import conformance
from tests.api import a_lead
from tests.factories import make_api_client, make_disruption, make_threat
from tests.source import ROOT

SECRET = "a-secret-of-a-test"


@pytest.fixture
def sandbox(north):
    return make_api_client(agency=north, client_id="north-test", secret=SECRET, sandbox=True)


@pytest.fixture
def submissions(north, south):
    threat = make_threat(lead_agency=north)
    support = {"role": "support", "lead_agency": south.code, "level": "none"}
    return [
        a_lead(threat, level="major", agency_reference="N/1", outcomes=[{"type": "arrest", "count": 2}]),
        a_lead(threat, agency_reference="N/2", outcomes=[{"type": "cash_seizure", "value_gbp": "12.50"}]),
        a_lead(threat, level="minor", agency_reference="N/3", enablers=["equipment", "online"], force_area=north.code),
        a_lead(threat, agency_reference="N/4", **support),
    ]


@pytest.fixture
def without_a_line(db, monkeypatch):
    """Let requests reach the site without a socket, so that they share the test's transaction."""

    def send(service, method, address, body, headers):
        kind = headers.get("Content-Type", "")
        response = Client().generic(method, address, body or b"", content_type=kind, headers=dict(headers))
        return conformance.Answer(response.status_code, dict(response.headers), response.content)

    monkeypatch.setattr(conformance.Service, "_send", send)


@pytest.fixture
def run(db, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv(conformance.SECRET, SECRET)

    def run(records=None, *, site="http://testserver", client_id="north-test", more=()):
        files = []
        if records is not None:
            file = tmp_path / "submissions.json"
            file.write_text(json.dumps(records))
            files = [str(file)]
        options = ["--site", site, "--client-id", client_id, "--json", *more, *files]
        code = conformance.main(options)
        output = capsys.readouterr()
        found = json.loads(output.out) if output.out else []
        return code, {each["name"]: each for each in found}, output.err

    return run


def outcomes(found, outcome):
    return {name for name, each in found.items() if each["outcome"] == outcome}


@pytest.mark.django_db(transaction=True)
def test_good_submissions_pass_over_the_line(transactional_db, live_server, run, sandbox, submissions):
    code, found, _ = run(submissions, site=live_server.url)
    assert (code, outcomes(found, "FAIL"), outcomes(found, "not tried")) == (0, set(), set())


def test_a_second_run_finds_the_records_there(without_a_line, run, sandbox, submissions):
    code, found, _ = run(submissions)
    assert (code, outcomes(found, "FAIL"), outcomes(found, "not tried")) == (0, set(), set())
    assert "4 now, 0 before" in found["Each record is recorded, or was before"]["found"]
    assert found["The change feed shows what was recorded"]["found"] == "4 records"
    code, found, _ = run(submissions)
    assert (code, outcomes(found, "FAIL")) == (0, set())
    assert "0 now, 4 before" in found["Each record is recorded, or was before"]["found"]
    assert set(Disruption.objects.values_list("sandbox", flat=True)) == {True}
    code, found, _ = run(more=["--recorded"])
    assert (code, outcomes(found, "FAIL")) == (0, set())
    assert "A record was withdrawn" in outcomes(found, "not tried"), "what the checker withdrew is not the partner's"


def test_each_fault_is_named_with_its_record(without_a_line, run, sandbox, submissions):
    submissions[0] |= {"level": "enormous", "colour": "red"}
    submissions[1] |= {"occurred_on": "2999-01-01"}
    submissions[2] |= {"agency_reference": "N/4", "occurred_on": "01/10/2026"}
    submissions.append({"role": "lead", "outcomes": [{"type": "applause"}]})
    code, found, _ = run(submissions)
    assert code == 1
    assert found["Names and codes are those of the vocabulary"]["details"] == [
        "submissions.json record 1: level is 'enormous'",
        "submissions.json record 1: there is no field called colour",
        "submissions.json record 5: type of outcome 'applause'",
    ]
    assert found["Days are days"]["details"] == [
        "submissions.json record 2: occurred_on is in the future",
        "submissions.json record 3: occurred_on is '01/10/2026'",
    ]
    assert found["Each record has a reference of your own"]["details"] == [
        "submissions.json record 4: N/4 is that of submissions.json record 3",
        "submissions.json record 5: no agency_reference",
    ]
    refused = found["The service would accept each record"]["details"]
    assert any(each.startswith("submissions.json record 1: level:") for each in refused)
    assert any("outcomes/0/type" in each for each in refused)
    assert not Disruption.objects.exists()


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"level": {}}, "level is {}"),
        ({"enablers": [["online"]]}, "enablers is ['online']"),
        ({"agency_reference": ["x"]}, "agency_reference is ['x'], which is no text"),
        ({"outcomes": [{"type": ["arrest"]}]}, "type of outcome ['arrest']"),
    ],
)
def test_what_is_of_another_kind_is_named(without_a_line, run, sandbox, submissions, bad, words):
    submissions[0] |= bad
    code, found, _ = run(submissions)
    assert code == 1
    assert f"submissions.json record 1: {words}" in [line for each in found.values() for line in each["details"]]
    assert found["The service would accept each record"]["outcome"] == "FAIL"


def test_what_the_service_reads_alike_is_no_fault(without_a_line, run, sandbox, submissions):
    submissions[0] |= {"country": "gb", "threat": submissions[0]["threat"].lower().replace("-", " ")}
    submissions[1] |= {"force_area": "NORTH", "summary": " Two lines.\r\nHere. ", "enablers": ["online", "online"]}
    submissions[2] |= {"outcomes": [{"type": "cash_seizure", "value_gbp": "1e3"}, {"type": "arrest", "count": 1}]}
    code, found, _ = run(submissions)
    assert (code, outcomes(found, "FAIL")) == (0, set())


@pytest.mark.parametrize(
    ("field", "value"), [("outcomes", [{"type": "charge", "count": 2}]), ("country", "FR"), ("summary", "Another.")]
)
def test_what_comes_back_otherwise_is_found(without_a_line, run, sandbox, submissions, monkeypatch, field, value):
    submissions[0]["country"] = "gb"
    send = conformance.Service._send

    def change_what_is_read(service, method, address, *rest):
        answer = send(service, method, address, *rest)
        if method == "GET" and address.startswith("/api/v1/disruptions/D-") and answer.status == 200:
            record = answer.data
            if record["agency_reference"] == "N/1":
                body = json.dumps(record | {field: value}).encode()
                return conformance.Answer(answer.status, answer.headers, body)
        return answer

    monkeypatch.setattr(conformance.Service, "_send", change_what_is_read)
    code, found, _ = run(submissions)
    assert (code, outcomes(found, "FAIL")) == (1, {"What is read back is what was sent"})
    [fault] = found["What is read back is what was sent"]["details"]
    assert fault.startswith(f"submissions.json record 1: {field} w")


def test_only_the_same_own_reference_means_that_it_was_there():
    """Where another support of the lead is there already, nothing was recorded for this one."""
    support = {"code": "disruption_one_live_support", "pointer": "/0/lead", "message": "There is one."}
    taken = {"code": "disruption_agency_reference_unique", "message": "Used.", "existing": "D-7KQ2-M4XH"}
    sent = [conformance.Sent("a record", {})]

    def faults(*errors):
        return conformance._row_faults(sent, [{"index": 0, "status": 409, "errors": errors}], accepted=201)

    assert faults(support) == ["a record: lead: There is one. (disruption_one_live_support)"]
    assert faults(taken) == faults(support, taken) == []


def test_a_proxy_may_write_headers_small(without_a_line, run, sandbox, submissions, monkeypatch):
    send = conformance.Service._send

    def small(*given):
        answer = send(*given)
        return conformance.Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.body)

    monkeypatch.setattr(conformance.Service, "_send", small)
    code, found, _ = run(submissions)
    assert (code, outcomes(found, "FAIL")) == (0, set())


def test_an_answer_that_is_lost_is_no_fault(without_a_line, run, sandbox, submissions, monkeypatch):
    """What changes something is sent again with its key, so the second answer is that of the first."""
    send = conformance.Service._send

    def lose_the_first(service, method, *rest):
        if method != "GET":
            send(service, method, *rest)
        return send(service, method, *rest)

    monkeypatch.setattr(conformance.Service, "_send", lose_the_first)
    code, found, _ = run(submissions)
    assert (code, outcomes(found, "FAIL")) == (0, set())


def test_a_client_whose_records_count_writes_nothing(without_a_line, run, north, submissions):
    make_api_client(agency=north, client_id="north", secret=SECRET)
    code, found, _ = run(submissions, client_id="north")
    assert code == 0
    assert outcomes(found, "not tried") == {"Records, retries, versions and the change feed"}
    assert not Disruption.objects.exists()


def test_what_the_submissions_leave_out_is_said(without_a_line, run, sandbox, submissions):
    code, found, _ = run(submissions[:1])
    assert code == 0
    assert {"A support is among them", "An outcome with an amount is among them"} <= outcomes(found, "not tried")


def test_a_returned_record_that_is_left_lying_is_named(without_a_line, run, north, sandbox):
    left = make_disruption(agency=north, sandbox=True, status=Status.RETURNED, agency_reference="N/9")
    code, found, _ = run(more=["--recorded"])
    assert code == 1
    assert found["No record that was returned is left lying"]["found"] == f"{left.reference} was returned"


def test_without_the_scope_of_reading_the_feed_is_not_tried(without_a_line, run, north, submissions):
    scopes = [ApiScope.DISRUPTIONS_WRITE]
    make_api_client(agency=north, client_id="north-test", secret=SECRET, sandbox=True, scopes=scopes)
    _, found, _ = run(submissions)
    assert "Reading back, and the change feed" in outcomes(found, "not tried")


def test_what_keeps_it_from_starting_is_said(without_a_line, run, sandbox):
    for arguments, words in (
        ({"records": [{}], "client_id": "nobody"}, "No token was given (401)"),
        ({"records": [1]}, "something else than a record"),
        ({}, "Name the JSON files"),
        ({"more": ["/no/such/file.json"]}, "cannot be read as JSON"),
        ({"records": [{}], "more": ["--secret-file", "/no/such/file"]}, "No such file"),
    ):
        code, found, said = run(**arguments)
        assert (code, found) == (2, {})
        assert words in said


def test_the_table_says_what_to_do():
    checks = [conformance.Check("Days", "FAIL", "a", "Send days.", ("a", "b")), conformance.Check("Codes", "pass", "9")]
    assert conformance.table(checks).splitlines() == [
        "FAIL       Days: a",
        "           b",
        "           What to do: Send days.",
        "pass       Codes: 9",
        "1 passed, 1 failed, 0 not tried.",
    ]


def test_it_needs_nothing_but_python():
    tree = ast.parse((ROOT / "oic/conformance.py").read_text())
    modules = {each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    modules |= {alias.name for each in ast.walk(tree) if isinstance(each, ast.Import) for alias in each.names}
    assert {str(name).partition(".")[0] for name in modules} <= sys.stdlib_module_names
