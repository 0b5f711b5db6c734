"""The pages that ask for a file, follow it and give it: to whoever asked, as long as their reach is what it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, AuditEntry, User, oic_now
from agencies.vocabulary import AuditAction, Role
from disruptions.exports.making import make_export
from disruptions.models import Export, StoredFile, StoredFilePart
from disruptions.services.stored_files import forget_files
from disruptions.vocabulary import ExportKind, JobState, Level, ListKind, Sharing
from tests.disruptions.exporting import ask, content, csv_rows, file_of, made
from tests.factories import make_agency, make_disruption, make_threat, make_user

pytestmark = pytest.mark.django_db

ClientFor = Callable[[User], Client]


def _values(export: Export) -> dict[str, Any]:
    """Return what a row of the table holds, but its key."""
    fields = Export._meta.concrete_fields
    return {field.attname: getattr(export, field.attname) for field in fields if not field.primary_key}


def _page(client: Client, name: str, export: Export, status: int = 200) -> Any:
    answer = client.get(reverse(name, args=[export.public_id]))
    assert answer.status_code == status
    return answer


def test_a_list_is_asked_for_made_and_taken_away(
    north: Agency, recorder: User, client_for: ClientFor, django_capture_on_commit_callbacks: Any
) -> None:
    for level in (Level.MAJOR, Level.MINOR):
        make_disruption(agency=north, recorded_by=recorder, level=level)
    client = client_for(recorder)
    address = f"{reverse('export_new')}?level=major&columns=date,reference&page=2"
    page = client.get(address).content.decode()
    assert "1 record" in page
    assert "Level: Major" in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address, {"kind": "csv", "columns": ["reference", "date"], "outcomes": "on"})
    export = Export.objects.get()
    assert answer.headers["Location"] == reverse("export_detail", args=[export.public_id])
    assert (export.state, export.rows, export.columns) == (JobState.DONE, 1, ["date", "reference"])
    assert export.address == "http://testserver/disruptions/?columns=date%2Creference&level=major"
    page = _page(client, "export_detail", export).content.decode()
    assert file_of(export).name in page
    assert "data-follow" not in page
    answer = _page(client, "export_file", export)
    assert answer.getvalue() == content(export.file)
    assert answer["Content-Disposition"] == f'attachment; filename="{file_of(export).name}"'
    assert int(answer["Content-Length"]) == file_of(export).size
    assert b"Outcome" in _page(client, "export_outcomes", export).getvalue()
    notes = _page(client, "export_notes", export).getvalue().decode()
    assert "Filter,Level: Major,OFFICIAL-SENSITIVE\r\n" in notes
    assert (
        file_of(export).name in client.get(reverse("export_list")).content.decode()
        or "Ready" in client.get(reverse("export_list")).content.decode()
    )
    steps = AuditEntry.objects.filter(action=AuditAction.EXPORTED, subject="export").order_by("pk")
    assert [entry.detail["step"] for entry in steps] == ["asked for", "made", "taken away", "taken away"]
    assert {entry.user for entry in steps} == {recorder}


def test_threats_can_be_taken_away_as_well(
    north: Agency, recorder: User, client_for: ClientFor, django_capture_on_commit_callbacks: Any
) -> None:
    make_threat(lead_agency=north, title="Quarry Lane")
    address = f"{reverse('export_new')}?list=threats&q=quarry"
    client = client_for(recorder)
    page = client.get(address).content.decode()
    assert "Outcomes too" not in page
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, {"kind": "csv", "columns": ["title"]}).status_code == 302
    export = Export.objects.get()
    assert export.listing == ListKind.THREATS
    assert b"Quarry Lane" in content(export.file)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("levle=major", "no filter called levle"),
        ("level=huge", "no choice"),
        ("as_at=tomorrow", "date"),
        ("list=people", "Choose one of: disruptions, threats."),
        ("columns=nothing", "column"),
        ("chosen=D-7KQ2-M4XX", "mistyped reference"),
        ("list=threats&chosen=D-7KQ2-M4XH", "cannot be chosen"),
    ],
)
def test_no_file_is_made_of_a_list_that_cannot_be_read(
    query: str, said: str, recorder: User, client_for: ClientFor
) -> None:
    client = client_for(recorder)
    for answer in (
        client.get(f"{reverse('export_new')}?{query}"),
        client.post(f"{reverse('export_new')}?{query}", {"kind": "csv", "columns": ["reference"]}),
    ):
        assert answer.status_code == 400
        assert said in answer.content.decode()
    assert not Export.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "csv"}, "Choose at least one column."),
        ({"columns": ["reference"]}, "Choose a kind of file."),
        ({"kind": "pdf", "columns": ["reference"]}, "Choose a kind of file."),
        ({"kind": "csv", "columns": ["secret"]}, "There is no column of this name."),
    ],
)
def test_what_is_missing_is_said_beside_the_control(
    data: dict[str, Any], said: str, recorder: User, client_for: ClientFor
) -> None:
    answer = client_for(recorder).post(reverse("export_new"), data)
    assert answer.status_code == 400
    assert answer.content.decode().count(said) == 2
    assert not Export.objects.exists()


def test_a_file_is_for_nobody_but_its_asker(
    recorder: User, other_recorder: User, system_admin: User, client_for: ClientFor
) -> None:
    export = made(recorder, with_outcomes=True)
    for user in (other_recorder, system_admin):
        for name in ("export_detail", "export_file", "export_outcomes", "export_notes"):
            _page(client_for(user), name, export, 404)
        assert str(export.public_id) not in client_for(user).get(reverse("export_list")).content.decode()


def test_a_file_is_not_given_out_once_its_asker_has_moved(
    north: Agency, south: Agency, recorder: User, client_for: ClientFor
) -> None:
    export = made(recorder, with_outcomes=True)
    User.objects.filter(pk=recorder.pk).update(agency=south, version=2)
    client = client_for(User.objects.get(pk=recorder.pk))
    assert "not given out any more" in _page(client, "export_detail", export).content.decode()
    for name in ("export_file", "export_outcomes", "export_notes"):
        _page(client, name, export, 403)


def test_a_national_file_is_not_given_to_somebody_who_has_no_national_role_any_more(
    centre: Agency, client_for: ClientFor
) -> None:
    person = make_user(agency=centre, roles=[Role.RECORDER])
    export = made(person)
    Export.objects.filter(pk=export.pk).update(national=True)
    _page(client_for(person), "export_file", export, 403)


def test_a_file_past_its_time_is_gone_and_its_row_stays(recorder: User, client_for: ClientFor) -> None:
    export = made(recorder)
    StoredFile.objects.update(expires_at=oic_now() - timedelta(minutes=1))
    client = client_for(recorder)
    assert "not kept any more" in _page(client, "export_file", export, 410).content.decode()
    assert forget_files() == 1
    assert not StoredFilePart.objects.exists()
    assert "not kept any more" in _page(client, "export_detail", export).content.decode()
    assert "Not kept any more" in client.get(reverse("export_list")).content.decode()


def test_a_file_under_way_says_how_far_it_is_and_gives_nothing_yet(recorder: User, client_for: ClientFor) -> None:
    export = ask(recorder)
    client = client_for(recorder)
    page = _page(client, "export_detail", export).content.decode()
    assert "waits for its turn" in page
    assert "data-follow" in page
    now = oic_now()
    Export.objects.update(state=JobState.RUNNING, started_at=now, progressed_at=now, done=500, total=2000)
    page = _page(client, "export_detail", export).content.decode()
    assert "500 of 2,000 records" in page
    for name in ("export_file", "export_outcomes", "export_notes"):
        assert "being made" in _page(client, name, export, 404).content.decode()
    long_ago = now - timedelta(minutes=3)
    Export.objects.update(started_at=long_ago, progressed_at=long_ago)
    page = _page(client, "export_detail", export).content.decode()
    assert "The work stopped" in page
    assert "data-follow" not in page


def test_a_failed_file_says_why_and_can_be_asked_for_again(recorder: User, client_for: ClientFor) -> None:
    export = ask(recorder, "level=major", columns=("date",), kind=ExportKind.ODS)
    Export.objects.update(query="level=huge")
    assert not make_export(export)
    Export.objects.update(query="level=major")
    page = _page(client_for(recorder), "export_detail", export).content.decode()
    assert "There is no choice" in page, Export.objects.get().problem
    assert f"{reverse('export_new')}?level=major&amp;columns={quote('date')}" in page
    assert "Failed" in client_for(recorder).get(reverse("export_list")).content.decode()


def test_the_list_of_files_asks_as_much_for_thirty_as_for_one(
    recorder: User, client_for: ClientFor, django_assert_num_queries: Any
) -> None:
    client = client_for(recorder)

    export = made(recorder, kind=ExportKind.CSV, with_outcomes=True)
    with django_assert_num_queries(STATEMENTS):
        client.get(reverse("export_list"))
    Export.objects.bulk_create(Export(**{**_values(export), "public_id": uuid4()}) for _ in range(24))
    with django_assert_num_queries(STATEMENTS):
        client.get(reverse("export_list"))


STATEMENTS = 9


def test_the_records_that_were_ticked_are_taken_away_and_no_others(
    north: Agency, recorder: User, client_for: ClientFor
) -> None:
    ticked = [make_disruption(agency=north, recorded_by=recorder, level=Level.MAJOR) for _ in range(2)]
    make_disruption(agency=north, recorded_by=recorder, level=Level.MAJOR)
    elsewhere = make_disruption(agency=make_agency(code="south"), sharing=Sharing.LEAD_AND_SUPPORTING)
    client = client_for(recorder)
    # What the form below the list asks for: the list's own query, the boxes, and the button.
    boxes = [("chosen", f"{record.reference}:{record.version}") for record in [*ticked, elsewhere]]
    sent = [("level", "major"), ("columns", "reference,date"), *boxes, ("selection", "yes")]
    answer = client.get(f"{reverse('export_new')}?{urlencode(sent)}")
    address = answer.headers["Location"]
    page = client.get(address).content.decode()
    assert "2 records" in page
    assert "3 records that were chosen" in page
    client.post(address, {"kind": "csv", "columns": ["reference"]})
    export = Export.objects.get()
    assert (export.state, export.rows, export.total) == (JobState.DONE, 2, 2)
    assert {row[0] for row in csv_rows(export.file)[1:]} == {record.reference for record in ticked}
    # It is read again as it was asked for: so can be asked for again, and opened.
    assert client.get(export.address).status_code == 200
    notes = _page(client, "export_notes", export).getvalue().decode()
    assert "Filter,3 records that were chosen," in notes


@pytest.mark.parametrize(
    ("boxes", "leads_to"),
    [
        ("level=major&all=yes&selection=yes", "/exports/new/?level=major"),
        ("level=major&selection=yes", "/disruptions/?level=major"),
    ],
)
def test_all_that_match_is_the_list_and_nothing_ticked_is_nothing(
    boxes: str, leads_to: str, recorder: User, client_for: ClientFor
) -> None:
    answer = client_for(recorder).get(f"{reverse('export_new')}?{boxes}")
    assert (answer.status_code, answer.headers["Location"]) == (302, leads_to)
