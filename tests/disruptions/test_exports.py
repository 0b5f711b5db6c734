"""Files of lists: the list's rows, in its order, in three kinds, marked, defused, counted, said what they are."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from python_calamine import CalamineWorkbook

from agencies.models import Agency, AuditEntry, User, oic_now
from agencies.refusals import Invalid
from agencies.vocabulary import AuditAction
from disruptions.asked import read_asked
from disruptions.columns import COLUMNS, THREAT_COLUMNS
from disruptions.exports import STARTS_A_FORMULA, defused
from disruptions.exports import making as making_module
from disruptions.exports.lists import CUT, LONGEST_CELL, Heading, Table, fitted
from disruptions.exports.making import make_export
from disruptions.exports.ods_files import write_ods
from disruptions.exports.xlsx_files import write_xlsx
from disruptions.jobs import have_export_made, make_export_file
from disruptions.models import Export, StoredFile
from disruptions.services.exporting import AT_ONCE
from disruptions.services.jobs import STOPPED, fail_stalled
from disruptions.vocabulary import ExportKind, JobState, Level, ListKind, Marking, OutcomeType, Sharing, Status
from tests.disruptions.exporting import ask, book, content, csv_rows, file_of, made
from tests.factories import make_disruption, make_outcome

pytestmark = pytest.mark.django_db

KINDS = tuple(ExportKind)
ODD_TEXTS = (
    *(f"{sign}SUM(A1)" for sign in STARTS_A_FORMULA),
    "plain",
    "",
    'quoted "text", with commas',
    "two\nlines\r\nand a third",
    "  spaces   kept ",
    "\ttab",
    "£ é – “ ” 漢",
    "'=already",
    "\\.",
    "it's \\x41",
    "100% %s {0}",
)


def _sheet(export: Export) -> list[list[Any]]:
    """Return the rows of the records, the heading first, whatever the kind of file."""
    return csv_rows(export.file) if export.kind == ExportKind.CSV else book(export.file)["Disruptions"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_holds_the_list_in_its_order_with_the_columns_chosen(
    kind: ExportKind, north: Agency, analyst: User
) -> None:
    records = [make_disruption(agency=north, occurred_on=date(2026, 3, day), level=Level.MAJOR) for day in (3, 1, 2)]
    make_disruption(agency=north, level=Level.MINOR)
    export = made(analyst, "level=major&sort=date", kind=kind, columns=("date", "reference", "level"))
    heading, *rows = _sheet(export)
    assert heading == ["Date of the disruption", "Reference", "Level", "Marking"]
    by_day = sorted(records, key=lambda record: record.occurred_on or date.max)
    assert [row[1:] for row in rows] == [[record.reference, "Major", "OFFICIAL-SENSITIVE"] for record in by_day]
    assert [str(row[0])[:10] for row in rows] == [str(record.occurred_on) for record in by_day]
    assert (export.state, export.rows, export.total, export.done) == (JobState.DONE, 3, 3, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_of_every_list_can_be_taken_away(kind: ExportKind, north: Agency, analyst: User) -> None:
    record = make_disruption(agency=north, operation="Lantern")
    make_outcome(disruption=record, type=OutcomeType.CASH_SEIZURE, count=None, value_gbp=Decimal("1500.25"))
    export = made(analyst, kind=kind, columns=tuple(COLUMNS))
    heading, row = _sheet(export)
    values = dict(zip(heading, row, strict=True))
    assert len(values) == len(COLUMNS) + 1
    assert values["Operation name"] == "Lantern"
    assert float(values["Value of outcomes in pounds"]) == 1500.25
    threats = made(analyst, kind=kind, columns=tuple(THREAT_COLUMNS), which=ListKind.THREATS.value)
    assert threats.rows == 1
    assert threats.marking == Marking.OFFICIAL_SENSITIVE


@pytest.mark.parametrize(
    ("column", "has_threat", "marking"),
    [
        ("summary", True, Marking.OFFICIAL),
        ("threat", True, Marking.OFFICIAL_SENSITIVE),
        ("threat_title", True, Marking.OFFICIAL_SENSITIVE),
        ("p_grade", True, Marking.OFFICIAL_SENSITIVE),
        ("p_grade_then", True, Marking.OFFICIAL_SENSITIVE),
        ("threat_title", False, Marking.OFFICIAL),
    ],
)
def test_what_is_said_of_a_threat_is_marked_as_the_master_list_in_the_file_and_on_the_page(
    column: str, has_threat: bool, marking: Marking, north: Agency, recorder: User, client: Client
) -> None:
    more: dict[str, Any] = {} if has_threat else {"threat": None, "status": Status.DRAFT}
    make_disruption(agency=north, recorded_by=recorder, marking=Marking.OFFICIAL, **more)
    assert made(recorder, columns=("reference", column)).marking == marking
    client.force_login(recorder)
    page = client.get(f"{reverse('disruption_list')}?columns=reference,{column}").content.decode()
    assert f'"oic-marking oic-marking--{marking.value.replace("_", "-")}"' in page


@pytest.mark.parametrize("kind", KINDS)
def test_what_looks_like_a_formula_is_defused_the_same_everywhere(
    kind: ExportKind, north: Agency, recorder: User
) -> None:
    for number, text in enumerate(ODD_TEXTS):
        make_disruption(
            agency=north, recorded_by=recorder, operation=text, occurred_on=date(2026, 1, 1) + timedelta(number)
        )
    _, *rows = _sheet(made(recorder, "sort=date", kind=kind, columns=("operation",)))

    def as_read(text: object) -> str:
        """Both formats of spreadsheets know one kind of line end, and who reads them here leaves out tabs of ODS."""
        if kind is ExportKind.CSV:
            return str(text)
        lines = str(text).replace("\r\n", "\n").replace("\r", "\n")
        return lines.replace("\t", "") if kind is ExportKind.ODS else lines

    found = [as_read(row[0]) for row in rows]
    assert found == [as_read(defused(text)) for text in ODD_TEXTS]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_searched_for_comes_best_first_as_on_the_page(kind: ExportKind, north: Agency, recorder: User) -> None:
    for summary in ("A lantern.", "A lantern and a lantern: lantern, lantern.", "Nothing of the kind."):
        make_disruption(agency=north, recorded_by=recorder, summary=summary)
    _, *rows = _sheet(made(recorder, "q=lantern", kind=kind, columns=("summary", "reference")))
    assert [row[0] for row in rows] == ["A lantern and a lantern: lantern, lantern.", "A lantern."]


def test_a_csv_is_utf_8_with_its_mark_and_line_ends_of_rfc_4180(north: Agency, recorder: User) -> None:
    make_disruption(agency=north, recorded_by=recorder, operation="two\nlines")
    export = made(recorder, columns=("operation",))
    assert content(export.file) == b'\xef\xbb\xbfOperation name,Marking\r\n"two\nlines",OFFICIAL-SENSITIVE\r\n'
    assert file_of(export).content_type.startswith("text/csv")


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_without_rows_is_a_file_with_its_heading(kind: ExportKind, analyst: User) -> None:
    export = made(analyst, "q=nothing-has-this-word", kind=kind, with_outcomes=True)
    assert len(_sheet(export)) == 1
    assert (export.rows, export.marking) == (0, Marking.OFFICIAL)


@pytest.mark.parametrize("kind", KINDS)
def test_the_highest_marking_is_that_of_the_file(kind: ExportKind, north: Agency, recorder: User) -> None:
    make_disruption(agency=north, recorded_by=recorder, marking=Marking.OFFICIAL, operation="low")
    low = made(recorder, kind=kind, columns=("operation", "marking"))
    assert file_of(low).name.endswith(f"-official.{kind.value}")
    assert _sheet(low)[1][1:] == ["OFFICIAL", "OFFICIAL"]
    make_disruption(agency=north, recorded_by=recorder, marking=Marking.OFFICIAL_SENSITIVE, operation="low")
    high = made(recorder, kind=kind, columns=("operation", "marking"))
    assert file_of(high).name.endswith(f"-official-sensitive.{kind.value}")
    assert {row[2] for row in _sheet(high)[1:]} == {"OFFICIAL-SENSITIVE"}
    assert file_of(high).marking == high.marking == Marking.OFFICIAL_SENSITIVE


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_holds_what_its_asker_may_open(
    kind: ExportKind, north: Agency, south: Agency, recorder: User, outsider: User, analyst: User
) -> None:
    open_one = make_disruption(agency=north, recorded_by=recorder)
    hidden = make_disruption(agency=north, recorded_by=recorder, sharing=Sharing.NAMED_AGENCIES)
    make_outcome(disruption=hidden, type=OutcomeType.ARREST, count=2)
    draft = make_disruption(agency=north, recorded_by=recorder, status=Status.DRAFT)

    def references(user: User) -> set[str]:
        return {row[0] for row in _sheet(made(user, kind=kind, columns=("reference",)))[1:]}

    assert references(outsider) == {open_one.reference}
    assert references(recorder) == {open_one.reference, hidden.reference, draft.reference}
    assert references(analyst) == {open_one.reference, hidden.reference}


@pytest.mark.parametrize("kind", KINDS)
def test_outcomes_have_a_sheet_or_a_file_of_their_own(kind: ExportKind, north: Agency, recorder: User) -> None:
    record = make_disruption(agency=north, recorded_by=recorder, level=Level.MAJOR)
    make_outcome(disruption=record, type=OutcomeType.ARREST, count=3)
    make_outcome(disruption=record, type=OutcomeType.EQUIPMENT_SEIZURE, count=2, item="=engines")
    other = make_disruption(agency=north, recorded_by=recorder)
    make_outcome(disruption=other, type=OutcomeType.CHARGE, count=1)
    export = made(recorder, "level=major", kind=kind, with_outcomes=True)
    rows = csv_rows(export.outcomes_file) if kind is ExportKind.CSV else book(export.file)["Outcomes"]
    assert [str(row[1]) for row in rows] == ["Outcome", "Arrest", "Equipment seizure"]
    assert {row[0] for row in rows[1:]} == {record.reference}
    assert [int(float(row[2])) for row in rows[1:]] == [3, 2]
    assert rows[2][5] == "'=engines"
    assert export.rows == 1
    if kind is ExportKind.CSV:
        assert export.outcomes_file is not None
        assert "-outcomes-" in export.outcomes_file.name


@pytest.mark.parametrize("kind", [ExportKind.XLSX, ExportKind.ODS])
def test_the_notes_say_what_the_file_is(kind: ExportKind, north: Agency, recorder: User) -> None:
    make_disruption(agency=north, recorded_by=recorder)
    export = made(recorder, "level=minor&status=submitted", kind=kind)
    notes = [[str(cell) for cell in row] for row in book(export.file)["Notes"]]
    said = dict(notes)
    assert said["Marking"] == "OFFICIAL-SENSITIVE"
    assert [row[1] for row in notes if row[0] == "Filter"] == export.words
    assert len(export.words) == 2
    assert said["Rows"] == "1"
    assert said["Counting rule"] == "Version 1"
    assert recorder.name in said["Made for"]
    assert "(London)" in said["Read at"]


def test_the_marking_is_on_every_printed_sheet(north: Agency, recorder: User) -> None:
    make_disruption(agency=north, recorded_by=recorder)
    with zipfile.ZipFile(BytesIO(content(made(recorder, kind=ExportKind.XLSX, with_outcomes=True).file))) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
    assert len(sheets) == 3
    assert all("&amp;COFFICIAL-SENSITIVE" in sheet for sheet in sheets)
    with zipfile.ZipFile(BytesIO(content(made(recorder, kind=ExportKind.ODS).file))) as archive:
        assert archive.namelist()[0] == "mimetype"
        styles = archive.read("styles.xml").decode()
    assert styles.count("OFFICIAL-SENSITIVE") == 2


def test_a_file_of_a_past_day_holds_the_records_as_they_stood(north: Agency, analyst: User) -> None:
    make_disruption(agency=north)
    export = made(analyst, f"as_at={date(2026, 1, 1)}", columns=tuple(COLUMNS), with_outcomes=True)
    assert export.rows == 0
    assert "as-at-2026-01-01" in file_of(export).name


def _tables(rows: Any, count: int) -> list[Table]:
    return [Table("Disruptions", (Heading("Reference"), Heading("Number")), rows, count)]


class _Rows:
    """Rows that are made up, in the place of a queryset."""

    def __init__(self, rows: list[tuple[str, str]]) -> None:
        self.rows = rows

    def iterator(self, *, chunk_size: int) -> Any:
        return iter(self.rows)


@pytest.mark.parametrize("write", [write_xlsx, write_ods])
def test_more_rows_than_a_sheet_holds_stand_on_further_sheets(write: Any, tmp_path: Path) -> None:
    rows = [(f"D-{number}", str(number)) for number in range(7)]
    path = tmp_path / f"list.{'xlsx' if write is write_xlsx else 'ods'}"
    told: list[int] = []
    tables = _tables(_Rows(rows), 7)
    assert write(path, tables, [("a", "b")], marking=Marking.OFFICIAL, moved=told.append, sheet_rows=3) == [7]
    file = StoredFile(size=path.stat().st_size)
    file.pk = None
    from_disk = _book_at(path)
    assert list(from_disk) == ["Disruptions", "Disruptions 2", "Disruptions 3", "Notes"]
    assert [len(from_disk[name]) for name in list(from_disk)[:3]] == [4, 4, 2]
    assert [row[0] for name in list(from_disk)[:3] for row in from_disk[name][1:]] == [row[0] for row in rows]
    assert told[-1] == 7


def _book_at(path: Path) -> dict[str, list[list[Any]]]:
    workbook = CalamineWorkbook.from_path(str(path))
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


def test_a_cell_takes_no_more_than_it_holds_and_nothing_that_it_cannot() -> None:
    long = fitted("a" * (LONGEST_CELL + 1))
    assert long is not None
    assert len(long) == LONGEST_CELL
    assert long.endswith(CUT)
    assert fitted("a\x00\x0b\ud800b\n\tc") == "ab\n\tc"
    assert fitted("") is None


def test_a_file_with_another_number_of_rows_than_the_list_fails(
    north: Agency, recorder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_disruption(agency=north, recorded_by=recorder)
    monkeypatch.setattr(making_module, "write_csv", lambda *_args, **_options: 0)
    export = ask(recorder)
    assert not make_export(export)
    export = Export.objects.get(pk=export.pk)
    assert export.state == JobState.FAILED
    assert "Ask for it again" in export.problem
    assert export.file is None
    assert not StoredFile.objects.exists()


def test_a_query_that_does_not_read_any_more_fails_and_says_so(recorder: User) -> None:
    export = ask(recorder, "level=major")
    Export.objects.filter(pk=export.pk).update(query="levle=major")
    assert not make_export(export)
    export.refresh_from_db()
    assert "no filter called levle" in export.problem


def test_an_account_that_was_closed_gets_no_file(recorder: User) -> None:
    export = ask(recorder)
    User.objects.filter(pk=recorder.pk).update(is_active=False, version=2)
    assert not make_export(Export.objects.with_files().get(pk=export.pk))
    export.refresh_from_db()
    assert "not active" in export.problem


def test_a_worker_that_was_killed_leaves_a_failed_file_and_another_can_be_asked_for(recorder: User) -> None:
    export = ask(recorder)
    long_ago = oic_now() - timedelta(minutes=3)
    Export.objects.filter(pk=export.pk).update(state=JobState.RUNNING, started_at=long_ago, progressed_at=long_ago)
    export.refresh_from_db()
    assert export.stalled(oic_now())
    assert fail_stalled(Export) == 1
    export.refresh_from_db()
    assert export.problem == STOPPED
    assert made(recorder).rows == 0


def test_a_file_whose_task_is_lost_counts_as_failed_and_one_that_still_waits_does_not(
    recorder: User, client: Client, settings: Any
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    lost, taken, waiting = (ask(recorder) for _ in range(3))
    for export in (taken, waiting):
        make_export_file.enqueue(str(export.public_id))
    a_task = {"status": TaskResultStatus.RUNNING, "started_at": oic_now() - timedelta(minutes=3)}
    DBTaskResult.objects.filter(args_kwargs__args__0=str(taken.public_id)).update(**a_task)
    Export.objects.update(asked_at=oic_now() - timedelta(minutes=3))
    client.force_login(recorder)
    page = client.get(reverse("export_detail", args=[lost.public_id])).content.decode()
    assert "This file failed" in page
    assert "Ask for it again" in page
    ask(recorder)
    states = [Export.objects.get(pk=each.pk).state for each in (lost, taken, waiting)]
    assert states == [JobState.FAILED, JobState.FAILED, JobState.WAITING]


def test_a_file_and_its_task_are_committed_together(recorder: User, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    asked = read_asked(QueryDict(""), reader=recorder)
    export = have_export_made(acting_user=recorder, asked=asked, kind=ExportKind.CSV, columns=("reference",))
    # Nothing is left to be done after the commit.
    assert not connection.run_on_commit
    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(export.public_id)]


def test_nobody_has_more_than_a_few_files_under_way(recorder: User) -> None:
    for _ in range(AT_ONCE):
        ask(recorder)
    with pytest.raises(Invalid) as refusal:
        ask(recorder)
    assert [each.code for each in refusal.value.violations] == ["exports_few_under_way"]
    with pytest.raises(Invalid) as refusal:
        ask(recorder, columns=())
    assert "export_has_columns" in [each.code for each in refusal.value.violations]


def test_the_log_says_what_was_asked_for_and_made(north: Agency, recorder: User) -> None:
    make_disruption(agency=north, recorded_by=recorder)
    export = made(recorder, "level=minor", columns=("reference", "date"))
    entries = AuditEntry.objects.filter(action=AuditAction.EXPORTED, reference=str(export.public_id)).order_by("pk")
    assert [entry.detail["step"] for entry in entries] == ["asked for", "made"]
    last = entries[1]
    assert (last.user, last.agency) == (recorder, north)
    assert last.detail["rows"] == 1
    assert last.detail["columns"] == ["reference", "date"]
    assert last.detail["query"] == "level=minor"
    assert last.detail["kind"] == "csv"


def test_a_file_is_read_with_as_many_statements_for_one_row_as_for_thirty(north: Agency, recorder: User) -> None:
    def statements() -> int:
        export = Export.objects.with_files().get(
            pk=ask(recorder, columns=tuple(COLUMNS), with_outcomes=True, kind=ExportKind.XLSX).pk
        )
        with CaptureQueriesContext(connection) as captured:
            assert make_export(export)
        return len(captured)

    make_disruption(agency=north, recorded_by=recorder)
    of_one = statements()
    for _ in range(29):
        make_disruption(agency=north, recorded_by=recorder)
    assert statements() == of_one == 27
