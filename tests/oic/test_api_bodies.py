"""Whatever is sent as a body to whatever operation takes one: a refusal that says where, and nothing is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from agencies.models import AuditEntry
from agencies.vocabulary import Role
from disruptions.models import ChangeEvent, IdempotencyRecord
from disruptions.services import merge_ocgs, merge_threats, offer_hand_over
from disruptions.vocabulary import DisruptionRole, Status, ThreatStatus
from tests.api import make_token
from tests.factories import (
    make_api_client,
    make_disruption,
    make_ocg,
    make_scoring_model,
    make_threat,
    make_user,
    make_webhook,
)

pytestmark = pytest.mark.django_db

DESCRIPTION = Path(__file__).resolve().parents[2] / "docs/openapi.yaml"
SCHEMA = yaml.load(DESCRIPTION.read_text(), yaml.CSafeLoader)
JSON = "application/json"
HUGE = 10**400
DEEP = b'{"x": ' * 200 + b"1" + b"}" * 200

UNREADABLE: dict[str, tuple[bytes, str, set[int]]] = {
    "broken": (b'{"a": ', JSON, {400}),
    "Latin-1": ('{"reason": "caf\u00e9"}'.encode("latin-1"), JSON, {400}),
    "UTF-16": ('{"reason": "x"}'.encode("utf-16"), JSON, {400}),
    "not a number": (b'{"reason": NaN}', JSON, {400}),
    "too deep": (b"[" * 200_000, JSON, {400}),
    "a form": (b"reason=x", "application/x-www-form-urlencoded", {415}),
    "too large": (b'{"reason": "' + b"x" * 2_000 + b'"}', JSON, {413}),
}
ODD: dict[str, bytes] = {
    "null": b"null",
    "a number": b"5",
    "a text": b'"x"',
    "objects in objects": DEEP,
    "an unknown name": b'{"no_such_name": 1}',
    "half a character in a name": b'{"x\\ud800": 1}',
    "a null character in a name": b'{"x\\u0000": 1}',
}
VALUES: dict[str, Any] = {
    "a null character": "a\x00b",
    "half a character": "a\ud800b",
    "a huge number": HUGE,
    "a deep list": [[[[[[]]]]]],
    "an object": {"a": {"b": 1}},
}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation that writes: method, path, and the properties of its body."""
    for path, methods in SCHEMA["paths"].items():
        for method, operation in methods.items():
            if method in {"post", "put", "patch"}:
                content = operation.get("requestBody", {}).get("content", {})
                yield method, path, _properties(content.get(JSON, {}).get("schema", {}))


def _properties(shape: dict[str, Any]) -> dict[str, Any]:
    for several in ("oneOf", "allOf"):
        if several in shape:
            return _properties(shape[several][0])
    if "$ref" in shape:
        return _properties(SCHEMA["components"]["schemas"][shape["$ref"].rpartition("/")[2]])
    return dict(shape.get("properties", {}))


OPERATIONS = list(operations())


def merged(agency, make, merge):
    winner, loser = (make(lead_agency=agency).reference for _ in range(2))
    manager = make_user(agency=agency, roles=[Role.THREAT_MANAGER])
    merge(acting_user=manager, loser=loser, winner=winner, version=None, reason="The same.")
    return loser


@pytest.fixture
def things(north, south):
    """What the addresses are about, so that only the body is wrong."""
    make_scoring_model()
    client = make_api_client(agency=north)
    ocg = make_ocg(lead_agency=north)
    threat = make_threat(lead_agency=north)
    own = make_disruption(agency=north, threat=threat, agency_reference="N/1")
    offered = make_disruption(agency=south, threat=threat)
    officer = make_user(agency=south, roles=[Role.RECORDER])
    offer_hand_over(acting_user=officer, reference=offered.reference, version=None, to_agency="north", reason="Theirs.")
    waiting = make_disruption(agency=south, threat=threat, role=DisruptionRole.SUPPORT, lead_agency=north)
    return client, {
        "/disruptions/{reference}/": own.reference,
        "/reopen/": make_disruption(agency=north, threat=threat, status=Status.WITHDRAWN).reference,
        "-lead/": waiting.reference,
        "t-hand-over/": offered.reference,
        "decline-hand-over/": offered.reference,
        "/threats/": threat.reference,
        "/ocgs/": ocg.reference,
        "/threats/{reference}/restore/": make_threat(lead_agency=north, status=ThreatStatus.ARCHIVED).reference,
        "/ocgs/{reference}/restore/": make_ocg(lead_agency=north, status=ThreatStatus.ARCHIVED).reference,
        "/threats/{reference}/unmerge/": merged(north, make_threat, merge_threats),
        "/ocgs/{reference}/unmerge/": merged(north, make_ocg, merge_ocgs),
        "/webhooks/": make_webhook(client=client).public_id,
    }


@pytest.fixture
def send(client, things, settings):
    """Send bytes to an operation and return the problem; whatever else comes back fails here."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_500
    sender, known = things
    headers = {"Authorization": f"Bearer {make_token(sender)}", "If-Match": "*"}

    def request(method, path, body, content_type=JSON, statuses=frozenset({400})):
        name = next((each for part, each in reversed(known.items()) if part in path), "")
        address = re.sub(r"\{\w+\}", str(name), path)
        if "by-agency-reference" in path:
            address += "?value=N/1"
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_500 if statuses == {413} else 500_000
        response = getattr(client, method)(address, body, content_type=content_type, headers=headers)
        place = f"{method} {path} {body[:60]!r}: {response.status_code} {response.content[:300]!r}"
        assert response.status_code in statuses, place
        assert response.headers["Content-Type"] == "application/problem+json", place
        found = json.loads(response.content)
        if response.status_code == 400:
            assert found["errors"], place
            assert all("pointer" in each for each in found["errors"]), place
        return {each.get("pointer", "") for each in found["errors"]}

    return request


def sorts(table, *often):
    """Return the names of a table: some for each run, the rest for ``make test-deep``."""
    rest = [name for name in table if name not in often]
    return [pytest.param(often, id="often"), pytest.param(rest, id="the rest", marks=pytest.mark.deep)]


@pytest.mark.parametrize("names", sorts(UNREADABLE, "broken", "a form", "too large"))
def test_what_cannot_be_read_is_refused_by_every_operation(send, names):
    for body, content_type, statuses in map(UNREADABLE.__getitem__, names):
        for method, path, _ in OPERATIONS:
            send(method, path, body, content_type, statuses)
    assert_nothing_was_written()


@pytest.mark.parametrize("names", sorts(ODD, "null", "half a character in a name"))
def test_a_body_of_another_shape_is_refused_by_every_operation(send, names):
    for name in names:
        for method, path, _ in OPERATIONS:
            pointers = send(method, path, ODD[name])
            if b"{" in ODD[name]:
                assert any(each.startswith(("/no_such_name", "/x")) for each in pointers), (method, path, pointers)
    assert_nothing_was_written()


@pytest.mark.parametrize("names", sorts(VALUES, "a null character", "half a character", "a huge number"))
def test_a_value_that_nothing_holds_is_pointed_at_in_every_operation(send, names):
    for name in names:
        for method, path, properties in OPERATIONS:
            if not properties:
                continue
            body = json.dumps(dict.fromkeys(properties, VALUES[name])).encode()
            pointers = {each.split("/")[1] if each else "" for each in send(method, path, body)}
            # Where one of several is needed, and only one, the body itself is pointed at.
            known = {*properties, *([""] if path.endswith("/replay/") else [])}
            assert pointers & known, (name, method, path, pointers)
    assert_nothing_was_written()


def test_there_are_operations_to_ask():
    assert len(OPERATIONS) > 25
    assert ("patch", "/api/v1/disruptions/{reference}/") in {each[:2] for each in OPERATIONS}


def assert_nothing_was_written():
    assert not ChangeEvent.objects.exclude(change__in=["recorded", "merged"]).exists()
    assert not IdempotencyRecord.objects.exists()
    assert not AuditEntry.objects.filter(action="exported").exists()
