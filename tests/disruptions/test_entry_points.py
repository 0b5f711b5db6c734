"""CONTRACT: each bad payload through form, API and command: the same code every time, and nothing left behind.

``test_constraints`` sends the same table through raw SQL.
"""

from __future__ import annotations

import json
import re
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from disruptions.fields import BY_NAME, Kind
from disruptions.forms import STEPS, posted, step_of
from disruptions.models import ChangeEvent, Disruption, DisruptionEvent, Outcome
from disruptions.parsing import parse_disruption
from disruptions.services import withdraw_disruptions
from disruptions.services.duplicates import duplicates_of
from disruptions.services.rows import row_of
from disruptions.vocabulary import Status
from tests.disruptions.world import World, make_world, record
from tests.factories import CLIENT_SECRET, make_api_client
from tests.payloads import BAD_PAYLOADS, GOOD_LEAD, GOOD_SUPPORT, Bad, payload

pytestmark = pytest.mark.django_db

CODE = re.compile(r'data-code="([^"]+)"')


@pytest.fixture
def world() -> World:
    return make_world()


def raw_of(world: World, bad: Bad) -> dict[str, Any]:
    return payload(GOOD_SUPPORT if bad.support else GOOD_LEAD, bad.changes, world.names)


def everything() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Disruption, DisruptionEvent, Outcome, ChangeEvent))


def post(client: Client, raw: dict[str, Any], token: str) -> Any:
    return client.post(
        "/api/v1/disruptions/",
        json.dumps({**raw, "submit": True}),
        content_type="application/json",
        headers={"authorization": f"Bearer {token}"},
    )


@pytest.fixture
def token(world: World, client: Client) -> str:
    api_client = make_api_client(agency=world.north)
    credentials = {"client_id": api_client.client_id, "client_secret": CLIENT_SECRET}
    answer = client.post("/oauth/token/", {"grant_type": "client_credentials", **credentials})
    return str(answer.json()["access_token"])


def test_the_api_refuses_with_the_code_and_the_place(
    world: World, client: Client, token: str, subtests: pytest.Subtests
) -> None:
    before = everything()
    for bad in BAD_PAYLOADS:
        with subtests.test(bad.name):
            response = post(client, raw_of(world, bad), token)
            assert response.status_code in {400, 409}, response.content
            assert response["Content-Type"] == "application/problem+json"
            errors = {each["pointer"]: each["code"] for each in response.json()["errors"]}
            assert errors.get(f"/{bad.field}") == bad.code
            assert everything() == before


def test_the_api_takes_the_good_payload(world: World, client: Client, token: str) -> None:
    for raw in (world.lead(), world.support()):
        response = post(client, raw, token)
        assert (response.status_code, response["ETag"]) == (201, '"1"')
        assert response.json()["status"] == "submitted"


# ------------------------------------------------------------------------------------------------------------ the form


def draft_of(world: World, bad: Bad) -> Disruption:
    """Return a whole draft, good in every field."""
    return record(world.recorder, payload(GOOD_SUPPORT if bad.support else GOOD_LEAD, {}, world.names), submit=False)


def discard(world: World, draft: Disruption) -> None:
    """Throw a draft away, so that it does not stand in the way of the next."""
    withdraw_disruptions(acting_user=world.recorder, versions={draft.reference: None})


def typed_into(world: World, bad: Bad, draft: Disruption) -> dict[str, Any]:
    """Return what a browser posts for the step of the bad field: the good values, and the bad ones over them."""
    step = step_of(bad.field)
    data: dict[str, Any] = dict(posted(step.names, row_of(draft)).lists())
    for name, value in payload({}, bad.changes, world.names).items():
        if name == "outcomes":
            data = {key: kept for key, kept in data.items() if not key.startswith("outcomes-")}
            for place, outcome in enumerate(value):
                data |= {f"outcomes-{place}-{measure}": str(text) for measure, text in outcome.items()}
        elif BY_NAME[name].kind is Kind.DATE:
            year, month, day = value.split("-") if value and value.count("-") == 2 else ("", "", value or "")
            data |= {f"{name}_day": day, f"{name}_month": month, f"{name}_year": year}
        elif isinstance(value, list):
            data[name] = value
        else:
            data[name] = "" if value is None else str(value)
    return data


def test_the_form_refuses_with_the_code(world: World, client: Client, subtests: pytest.Subtests) -> None:
    client.force_login(world.recorder)
    counted = Disruption.objects.counted().count()
    for bad in (bad for bad in BAD_PAYLOADS if not bad.typed and bad.by_form):
        with subtests.test(bad.name):
            draft = draft_of(world, bad)
            step = reverse("disruption_step", args=[draft.reference, step_of(bad.field).name])
            response = client.post(step, {**typed_into(world, bad, draft), "version": draft.version})
            draft.refresh_from_db()
            if response.status_code == 302:
                # A draft may lack it, so the step is saved; submitting asks for it.
                submit = reverse("disruption_submit", args=[draft.reference])
                response = client.post(submit, {"version": draft.version})
            assert response.status_code == 400
            assert bad.code in {unescape(code) for code in CODE.findall(response.content.decode())}
            draft.refresh_from_db()
            assert draft.status == Status.DRAFT
            assert Disruption.objects.counted().count() == counted
            discard(world, draft)


def test_the_form_takes_the_good_payload(world: World, client: Client) -> None:
    client.force_login(world.recorder)
    draft = record(world.recorder, {"role": "lead"}, submit=False)
    row = parse_disruption(world.lead(), typed=True).row
    for step in STEPS:
        draft.refresh_from_db()
        address = reverse("disruption_step", args=[draft.reference, step.name])
        response = client.post(address, {**dict(posted(step.names, row).lists()), "version": draft.version})
        assert response.status_code == 302, CODE.findall(response.content.decode())
    draft.refresh_from_db()
    # The world has records of the same event, so the page asks why this is another.
    seen = [match.key for match in duplicates_of(acting_user=world.recorder, record=draft).pending]
    why = {"duplicate_seen": seen, "duplicate_reason": "The contract's own."}
    client.post(reverse("disruption_submit", args=[draft.reference]), {"version": draft.version, **why})
    draft.refresh_from_db()
    assert draft.status == Status.SUBMITTED
    stored = row_of(draft)
    assert stored == row


# --------------------------------------------------------------------------------------------------------- the command


def test_the_command_refuses_with_the_code(world: World, tmp_path: Path, subtests: pytest.Subtests) -> None:
    path, before = tmp_path / "records.json", everything()
    for bad in BAD_PAYLOADS:
        with subtests.test(bad.name):
            path.write_text(json.dumps([raw_of(world, bad)]))
            said = StringIO()
            with pytest.raises((CommandError, SystemExit)):
                call_command(
                    "record_disruptions", str(path), "--as", world.recorder.email, "--submit", stdout=said, stderr=said
                )
            assert bad.code in said.getvalue()
            assert everything() == before


def test_the_command_takes_the_good_payload(world: World, tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    path.write_text(json.dumps([world.lead(), world.support()]))
    before = Disruption.objects.count()
    call_command("record_disruptions", str(path), "--as", world.recorder.email, "--submit", stdout=StringIO())
    assert Disruption.objects.count() == before + 2
