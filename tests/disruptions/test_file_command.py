"""``manage.py record_disruptions``: all rows or none, every fault with its row and field."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agencies.models import User
from disruptions.models import Disruption
from tests.disruptions.world import World, make_world
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def run(path: Path, user: User, *options: str) -> str:
    """Return what the command says; raises what it raises, with what it said in the message."""
    said = StringIO()
    try:
        call_command("record_disruptions", str(path), "--as", user.email, *options, stdout=said, stderr=said)
    except CommandError as error:
        raise CommandError(f"{said.getvalue()}{error}", returncode=error.returncode) from error
    return said.getvalue()


def write_csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for row in rows:
            writer.writerow({name: as_cell(value) for name, value in row.items()})
    return path


def as_cell(value: Any) -> str:
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        return json.dumps(value)
    if isinstance(value, list):
        return ", ".join(value)
    return {True: "yes", False: "no", None: ""}.get(value, str(value)) if not isinstance(value, str) else value


def test_a_csv_file_gives_the_same_records_as_json(world: World, tmp_path: Path):
    own = {"agency_reference": "N/1"}
    said = run(write_csv(tmp_path / "a.csv", [world.lead(**own)]), world.recorder, "--submit")
    from_csv = Disruption.objects.get(agency_reference="N/1")
    (tmp_path / "a.json").write_text(json.dumps([world.lead(agency_reference="N/2")]))
    run(tmp_path / "a.json", world.recorder, "--submit")
    from_json = Disruption.objects.get(agency_reference="N/2")
    assert f"row 2: {from_csv.reference} submitted" in said
    assert "1 record recorded for North Police." in said
    same = ("agency", "threat", "occurred_on", "level", "status", "uk_led", "enablers", "channel", "summary", "impact")
    assert [getattr(from_csv, name) for name in same] == [getattr(from_json, name) for name in same]
    assert from_csv.channel == "command"
    assert from_csv.recorded_by == world.recorder
    measures = ("type", "count", "value_gbp", "months", "item")
    assert list(from_csv.outcomes.values_list(*measures)) == list(from_json.outcomes.values_list(*measures))


def test_rows_stay_drafts_unless_they_say_submit(world: World, tmp_path: Path):
    rows = [world.lead(agency_reference="N/1"), world.lead(agency_reference="N/2") | {"submit": True}]
    run(write_csv(tmp_path / "a.csv", rows), world.recorder)
    statuses = dict(
        Disruption.objects.filter(agency_reference__in=["N/1", "N/2"]).values_list("agency_reference", "status")
    )
    assert statuses == {"N/1": "draft", "N/2": "submitted"}


def test_every_fault_is_listed_and_nothing_is_recorded(world: World, tmp_path: Path):
    rows = [world.lead(), world.lead(level="huge", occurred_on="soon"), world.lead(summary="")]
    path, before = write_csv(tmp_path / "a.csv", rows), Disruption.objects.count()
    with pytest.raises(CommandError) as refused:
        run(path, world.recorder, "--submit")
    said = str(refused.value)
    assert refused.value.returncode == 1
    for line in (
        "row 3, level: ",
        "[disruption_level_known]",
        "row 3, occurred_on: ",
        "[invalid]",
        "row 4, summary: ",
        "[disruption_summary_required]",
        "3 faults. Nothing was recorded.",
    ):
        assert line in said
    assert "row 2" not in said
    assert Disruption.objects.count() == before


def test_faults_of_the_file_and_of_its_rows_come_together(world: World, tmp_path: Path):
    (tmp_path / "a.csv").write_text("role,level\nlead,minor,and more\nlead,huge\n")
    with pytest.raises(CommandError) as refused:
        run(tmp_path / "a.csv", world.recorder)
    assert "row 2: This row has something in column C" in str(refused.value)
    assert "row 3, level: " in str(refused.value)


def test_two_rows_with_one_reference_are_found_before_they_are_written(world: World, tmp_path: Path):
    path = write_csv(tmp_path / "a.csv", [world.lead(agency_reference="N/1"), world.lead(agency_reference="N/1")])
    with pytest.raises(CommandError) as refused:
        run(path, world.recorder)
    assert "row 3, agency_reference: " in str(refused.value)
    assert not Disruption.objects.filter(agency_reference="N/1").exists()


def test_a_dry_run_writes_nothing(world: World, tmp_path: Path):
    path, before = write_csv(tmp_path / "a.csv", [world.lead(), world.lead()]), Disruption.objects.count()
    assert "2 records can be recorded. Nothing was written." in run(path, world.recorder, "--dry-run", "--submit")
    assert Disruption.objects.count() == before


def test_a_likely_duplicate_is_reported_and_recorded(world: World, tmp_path: Path):
    rows = [world.lead(agency_reference=f"N/{place}") for place in (8, 9)]
    path = write_csv(tmp_path / "a.csv", rows)
    said = run(path, world.recorder, "--submit")
    first, second = (Disruption.objects.get(agency_reference=f"N/{place}") for place in (8, 9))
    assert f"row 2: may be the same as {second.reference} of North Police (" in said
    assert f"row 3: may be the same as {first.reference} of North Police (" in said
    assert "2 records recorded" in said


def test_of_a_hidden_record_the_command_says_whom_to_ask(world: World, tmp_path: Path):
    path = write_csv(tmp_path / "a.csv", [world.lead()])
    for record in Disruption.objects.filter(agency=world.south, role="lead"):
        Disruption.objects.filter(pk=record.pk).update(sharing="named_agencies", version=2)
    said = run(path, world.recorder, "--dry-run")
    assert "row 2: South Police has a record that may be the same. Ask the administrators of South Police." in said
    assert world.names["their_lead"] not in said


def test_nobody_records_who_may_not(world: World, tmp_path: Path):
    path, before = write_csv(tmp_path / "a.csv", [world.lead()]), Disruption.objects.count()
    onlooker = make_user(agency=world.north)
    leaver = make_user(agency=world.north, is_active=False)
    for person, words in ((onlooker, "cannot record for"), (leaver, "can sign in")):
        with pytest.raises(CommandError, match=words):
            run(path, person)
    assert Disruption.objects.count() == before


def test_a_file_that_is_not_there_is_said_so(world: World, tmp_path: Path):
    with pytest.raises(CommandError, match="Cannot read"):
        run(tmp_path / "none.csv", world.recorder)
