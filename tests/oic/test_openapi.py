"""The OpenAPI description: complete, exact, kept in the repository, and open to read."""

import io
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from disruptions.api.serializers import DisruptionChange, DisruptionInput, DisruptionSerializer
from disruptions.fields import FIELD_NAMES
from disruptions.parsing import ACCEPTED_NAMES
from disruptions.representation import RECORD_NAMES

KEPT = Path(__file__).resolve().parents[2] / "docs/openapi.yaml"


@pytest.fixture(scope="module")
def described():
    out = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def schema(described):
    return yaml.load(described, yaml.CSafeLoader)


def test_the_kept_description_is_the_present_one(described):
    """`make docs` writes it anew; what changed shows in review."""
    assert described.strip() == KEPT.read_text().strip()


def test_names_on_the_wire_are_one_set():
    assert set(DisruptionInput().fields) == {*FIELD_NAMES, "outcomes", "submit"} == ACCEPTED_NAMES
    assert set(DisruptionChange().fields) == {*ACCEPTED_NAMES, "reason", "reason_class"}
    assert tuple(DisruptionSerializer().fields) == RECORD_NAMES


def test_every_operation_is_described_whole(schema):
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            place = f"{method} {path}"
            assert operation["summary"], place
            assert operation["security"], place
            assert {"400", "401", "403", "406", "429"} <= set(operation["responses"]), place
            for status, response in operation["responses"].items():
                if status == "204":
                    assert "content" not in response, place
                    continue
                wanted = "application/problem+json" if status >= "400" else "application/json"
                assert wanted in response["content"], f"{place} {status}"


def test_the_codes_are_in_the_description(schema):
    shapes = schema["components"]["schemas"]
    assert shapes["Level"]["enum"] == ["major", "moderate", "minor", "none", "negative"]
    assert shapes["DisruptionInput"]["additionalProperties"] is False
    assert shapes["DisruptionInput"]["required"] == ["role"]


def test_scopes_are_said(schema):
    post = schema["paths"]["/api/v1/disruptions/"]["post"]
    assert post["security"] == [{"clientCredentials": ["disruptions:write"]}]


def test_the_description_is_open_to_everybody(db):
    response = Client().get("/api/schema/")
    assert response.status_code == 200
    assert response.content.startswith(b"openapi: 3.")
    assert Client().get("/api/schema/?format=json").json()["info"]["version"] == "1"


def test_the_docs_page_stays_within_the_policy_of_every_page(db):
    response = Client().get("/api/docs/")
    assert response.status_code == 200
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert b"<style" not in response.content
    assert Client().get("/api/docs/?script=").headers["Content-Type"].startswith("application/javascript")
