"""Requests made up from the API's own description: no 500, nothing that the description does not say."""

from __future__ import annotations

import os
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ensure_resource_availability,
    missing_required_header,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
    use_after_free,
)

from disruptions.vocabulary import PriorityGrade
from tests.api import make_token
from tests.factories import make_api_client, make_disruption, make_ocg, make_outcome, make_threat

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    positive_data_acceptance,
]
# These send further requests of their own.
DEEP_CHECKS = [*CHECKS, missing_required_header, unsupported_method]
BETWEEN_STEPS = [*DEEP_CHECKS, use_after_free, ensure_resource_availability]
# A stale condition is answered before the body is judged. A list is answered row by row: 207 refuses one row at least.
REFUSALS = ["207", "400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "428"]
# What fits the description may still break a rule, name what is not there, or come too late.
ANSWERS = ["2xx", *REFUSALS]
STEPS = int(os.environ.get("FUZZ_STEPS", "8"))
MANY = int(os.environ.get("FUZZ_EXAMPLES", "300"))
MODES = {mode.value: mode for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)}


@pytest.fixture
def one_connection(db):
    """Let requests through the server's own door share the test's transaction, as Django's test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def read_schema():
    """Return the description as the site gives it, with what its checks expect."""
    checks = {
        "negative_data_rejection": {"expected-statuses": REFUSALS},
        "positive_data_acceptance": {"expected-statuses": ANSWERS},
        "missing_required_header": {"expected-statuses": REFUSALS},
    }
    config = schemathesis.Config.from_dict({"checks": checks})
    return schemathesis.openapi.from_wsgi("/api/schema/?format=json", WSGIHandler(), config=config)


@pytest.fixture
def operations(north, one_connection):
    """Every operation, ready to be called by a client that may do everything, beside records that are there."""
    outcome = make_outcome(disruption=make_disruption(agency=north))
    ocg = make_ocg(lead_agency=north)
    threat = make_threat(ocg=ocg, p_grade=PriorityGrade.P3)
    client = make_api_client(agency=north, rate_per_minute=1_000_000)
    headers = {"Authorization": f"Bearer {make_token(client)}"}
    schema = read_schema()
    references = {
        "/threats/": threat.reference,
        "/ocgs/": ocg.reference,
        "/disruptions/": outcome.disruption.reference,
    }
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    assert len(found) == len(list(schema.get_all_operations()))
    return [
        (
            operation,
            headers,
            {
                "code": "north",
                "id": threat.assessment_id,
                "reference": next((each for part, each in references.items() if part in operation.path), ""),
            },
        )
        for operation in found
    ]


def send_made_up_requests(operation, headers, places, *, mode, examples, checks=CHECKS):
    """Send that many requests, the same ones each time; every other one goes to a record that is there."""
    known = {each.name: places[each.name] for each in operation.path_parameters}
    strategies = [operation.as_strategy(MODES[mode])]
    if known:
        strategies.append(operation.as_strategy(MODES[mode], path_parameters=known))

    @hypothesis.settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )
    @hypothesis.given(case=hypothesis.strategies.one_of(strategies))
    def send(case):
        response = case.call(headers=headers)
        case.validate_response(response, checks=checks)

    send()


@pytest.mark.parametrize("mode", MODES)
def test_a_sample_of_made_up_requests(operations, mode):
    for operation, headers, places in operations:
        if operation.method == "get" and mode == "negative" and not operation.query:
            continue
        send_made_up_requests(operation, headers, places, mode=mode, examples=3)


@pytest.mark.deep
@pytest.mark.parametrize("mode", MODES)
def test_many_made_up_requests(operations, mode):
    for operation, headers, places in operations:
        if operation.method == "get" and mode == "negative" and not operation.query:
            continue
        send_made_up_requests(operation, headers, places, mode=mode, examples=MANY, checks=DEEP_CHECKS)


@pytest.mark.deep
def test_what_one_answer_leads_to(operations):
    """Follow the links between operations: record, then read, amend, submit, withdraw what was recorded."""
    headers = operations[0][1]
    machine: Any = read_schema().as_state_machine()

    class Journey(machine):
        def get_call_kwargs(self, case):
            return {"headers": headers}

        def validate_response(self, response, case, additional_checks=(), **options):
            case.validate_response(response, checks=BETWEEN_STEPS)

    Journey.run(
        settings=hypothesis.settings(
            max_examples=MANY,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
            phases=[hypothesis.Phase.generate],
        )
    )
