"""A file of records from the moment it is sent to the moment it is recorded: all or nothing, and the same again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from agencies.refusals import Invalid, NotFound, Refused
from disruptions.models import Disruption, Upload, UploadColumns, UploadedRow, UploadFinding
from disruptions.parsing import parse_disruption
from disruptions.services import amend_disruption
from disruptions.services.uploading import (
    check_again,
    choose_sheet,
    confirm_upload,
    match_columns,
    set_aside_upload,
    start_upload,
)
from disruptions.uploads.checking import work_on
from disruptions.uploads.columns import LABELS
from disruptions.vocabulary import Channel, FindingKind, JobState, Status, ThreatStatus, UploadedAs, UploadStage
from tests.disruptions.test_upload_files import workbook
from tests.disruptions.uploading import a_threat, confirmed, csv_of, found, gone_on_with, good_row, sent, xlsx_of
from tests.factories import make_disruption, make_threat

pytestmark = pytest.mark.django_db


@pytest.fixture
def threat(recorder):
    return a_threat(recorder)


def rows(threat, *references, **other):
    return [good_row(threat, **{"Your own reference": each, **other}) for each in references]


def row_change(record, **changes):
    """Return what somebody changed on the page."""
    return parse_disruption(changes, typed=True)


def test_a_good_file_is_recorded_with_where_each_record_came_from(recorder, threat):
    upload = sent(recorder, csv_of(rows(threat, "N/1", "N/2")))
    assert (upload.stage, upload.state, upload.new_count) == (UploadStage.READY, JobState.DONE, 2)
    assert not Disruption.objects.exists()
    upload = confirmed(upload, recorder)
    assert upload.stage == UploadStage.RECORDED
    records = Disruption.objects.order_by("pk")
    assert [(each.agency_reference, each.status, each.channel) for each in records] == [
        ("N/1", Status.SUBMITTED, Channel.FILE),
        ("N/2", Status.SUBMITTED, Channel.FILE),
    ]
    kept = UploadedRow.objects.values_list("row", "disruption", "version", "done")
    assert list(kept) == [(2 + place, each.pk, 1, UploadedAs.NEW) for place, each in enumerate(records)]


@pytest.mark.parametrize("reference", ["N/1", ""], ids=["own reference", "no reference"])
def test_the_same_file_again_changes_nothing(recorder, threat, reference):
    content = csv_of(rows(threat, reference))
    confirmed(sent(recorder, content), recorder)
    again = sent(recorder, content)
    assert (again.new_count, again.changed_count, again.known_count) == (0, 0, 1)
    with pytest.raises(Invalid) as refused:
        confirm_upload(acting_user=recorder, public_id=again.public_id, plan=again.plan, duplicates_seen=True)
    assert [each.code for each in refused.value.violations] == ["upload_has_work"]
    assert Disruption.objects.get().version == 1


def test_rows_without_a_reference_are_known_as_often_as_they_were_recorded(recorder, threat):
    confirmed(sent(recorder, csv_of(rows(threat, "", ""))), recorder)
    more = sent(recorder, csv_of(rows(threat, "", "", "")))
    assert (more.new_count, more.known_count) == (1, 2)


def test_another_agency_with_the_same_file_records_its_own(recorder, outsider, threat):
    content = csv_of(rows(threat, ""))
    confirmed(sent(recorder, content), recorder)
    theirs = confirmed(sent(outsider, content), outsider)
    assert (theirs.new_count, Disruption.objects.count()) == (1, 2)


def test_every_fault_is_found_at_once_with_row_and_column(recorder, threat):
    bad = [
        good_row(threat, Level="Huge", **{"Your own reference": "N/1"}),
        good_row(threat, **{"Date of the disruption": "31/02/2025", "Your own reference": "N/2"}),
        good_row(threat, Role="", **{"Your own reference": "N/2"}),
    ]
    upload = sent(recorder, csv_of(bad))
    assert (upload.stage, upload.plan) == (UploadStage.FAULTY, "")
    assert found(upload) == [
        (2, "D", "disruption_level_known"),
        (3, "C", "invalid"),
        (4, "K", "upload_reference_twice"),
    ]
    assert UploadFinding.objects.get(row=2).value == "Huge"
    assert not Disruption.objects.exists()


def test_a_column_that_every_record_needs_is_missed_once(recorder, threat):
    without = [{name: cell for name, cell in row.items() if name != "4P strand"} for row in rows(threat, "N/1", "N/2")]
    assert found(sent(recorder, csv_of(without))) == [(0, "", "disruption_strand_required")]


def test_drafts_may_lack_what_submitting_needs(recorder, threat):
    content = csv_of([{"Role": "Lead", "Your own reference": "N/1", "Level": ""}])
    upload = sent(recorder, content)
    assert upload.stage == UploadStage.FAULTY
    upload = gone_on_with(check_again(acting_user=recorder, public_id=upload.public_id, submits=False))
    assert upload.stage == UploadStage.READY
    confirmed(upload, recorder)
    assert Disruption.objects.get().status == Status.DRAFT


def test_a_changed_row_changes_its_record_and_says_what(recorder, threat):
    confirmed(sent(recorder, csv_of(rows(threat, "N/1", "N/2"))), recorder)
    upload = sent(recorder, csv_of([*rows(threat, "N/1"), *rows(threat, "N/2", Level="Moderate")]))
    assert (upload.new_count, upload.changed_count, upload.known_count) == (0, 1, 1)
    [finding] = UploadFinding.objects.filter(upload=upload, kind=FindingKind.CHANGE)
    assert (finding.row, finding.column, finding.message) == (3, "D", "Level: “Minor” to “Moderate”")
    confirmed(upload, recorder)
    assert Disruption.objects.get(agency_reference="N/2").level == "moderate"
    assert Disruption.objects.get(agency_reference="N/1").version == 1


def test_what_people_put_right_here_stands_when_the_file_comes_again(recorder, threat):
    content = csv_of(rows(threat, "N/1"))
    confirmed(sent(recorder, content), recorder)
    record = Disruption.objects.get()
    amend_disruption(
        acting_user=recorder, reference=record.reference, version=1, changes=row_change(record, summary="Put right.")
    )
    again = sent(recorder, content)
    assert (again.stage, again.known_count) == (UploadStage.READY, 1)


def test_what_both_sides_changed_is_a_fault_that_says_what_stands(recorder, threat):
    confirmed(sent(recorder, csv_of(rows(threat, "N/1"))), recorder)
    record = Disruption.objects.get()
    amend_disruption(
        acting_user=recorder, reference=record.reference, version=1, changes=row_change(record, level="major")
    )
    upload = sent(recorder, csv_of(rows(threat, "N/1", Level="Moderate")))
    assert found(upload) == [(2, "D", "upload_value_changed_here")]
    assert "“Major”" in UploadFinding.objects.get(kind=FindingKind.FAULT, upload=upload).message


def test_an_empty_cell_says_nothing_of_a_record_that_no_file_made(recorder, threat):
    record = make_disruption(
        agency=recorder.agency, recorded_by=recorder, threat=threat, status=Status.DRAFT, agency_reference="N/1"
    )
    upload = sent(recorder, csv_of([{"Role": "Lead", "Your own reference": "N/1", "What happened": ""}]), submits=False)
    assert (upload.stage, upload.known_count) == (UploadStage.READY, 1)
    assert record.summary


def test_a_record_that_takes_no_more_changes_is_a_fault(recorder, threat):
    make_disruption(
        agency=recorder.agency, recorded_by=recorder, threat=threat, status=Status.WITHDRAWN, agency_reference="N/1"
    )
    upload = sent(recorder, csv_of(rows(threat, "N/1", **{"Operation name": "Another"})))
    assert [code for _, _, code in found(upload)] == ["upload_row_amendable"]


def test_nothing_is_recorded_where_somebody_changed_records_after_the_look(recorder, threat):
    confirmed(sent(recorder, csv_of(rows(threat, "N/1"))), recorder)
    upload = sent(recorder, csv_of([*rows(threat, "N/1", Level="Moderate"), *rows(threat, "N/2")]))
    record = Disruption.objects.get()
    amend_disruption(
        acting_user=recorder, reference=record.reference, version=1, changes=row_change(record, summary="Other words.")
    )
    upload = confirmed(upload, recorder)
    assert (upload.stage, upload.new_count, upload.changed_count) == (UploadStage.READY, 1, 1)
    assert found(upload, FindingKind.NOTE) == [(0, "", "upload_plan_seen")]
    assert Disruption.objects.count() == 1
    assert confirmed(upload, recorder).stage == UploadStage.RECORDED


def test_rows_that_the_database_refuses_at_the_end_leave_nothing(recorder, threat):
    upload = sent(recorder, csv_of(rows(threat, "N/1", "N/2")))
    threat.status, threat.version = "archived", 2
    threat.save(update_fields=["status", "version"])
    upload = confirmed(upload, recorder)
    assert upload.stage == UploadStage.FAULTY
    assert {code for _, _, code in found(upload)} == {"disruption_threat_accepts"}
    assert not Disruption.objects.exists()


def test_possible_duplicates_are_shown_and_have_to_be_looked_at(recorder, threat):
    confirmed(sent(recorder, csv_of(rows(threat, "N/1"))), recorder)
    upload = sent(recorder, csv_of(rows(threat, "N/2", "N/3")))
    assert upload.duplicate_count >= 2
    told = list(UploadFinding.objects.filter(upload=upload, kind=FindingKind.DUPLICATE).values_list("row", "message"))
    assert any("row 2 of this file" in message for row, message in told if row == 3)
    with pytest.raises(Invalid) as refused:
        confirm_upload(acting_user=recorder, public_id=upload.public_id, plan=upload.plan, duplicates_seen=False)
    assert [each.code for each in refused.value.violations] == ["upload_duplicates_seen"]


def test_columns_nobody_knows_are_asked_about_once(recorder, threat):
    row = {**good_row(threat), "Colour": "red"}
    row["Gravity"] = row.pop("Level")
    upload = sent(recorder, csv_of([row]))
    assert upload.stage == UploadStage.COLUMNS
    assert [each["text"] for each in upload.headings][-2:] == ["Colour", "Gravity"]
    columns = [*upload.columns[:-2], "", "level"]
    for wrong, code in (
        (columns[:-1], "upload_columns_known"),
        ([*columns[:-1], "colour"], "upload_columns_known"),
        ([*columns[:-1], "role"], "upload_columns_distinct"),
        ([""] * len(columns), "upload_columns_some"),
    ):
        with pytest.raises(Invalid) as refused:
            match_columns(acting_user=recorder, public_id=upload.public_id, columns=wrong, known=list(LABELS))
        assert [each.code for each in refused.value.violations] == [code]
    match_columns(acting_user=recorder, public_id=upload.public_id, columns=columns, known=list(LABELS))
    assert gone_on_with(upload).stage == UploadStage.READY
    assert UploadColumns.objects.count() == 1
    assert sent(recorder, csv_of([{**row, "Your own reference": "N/9"}])).stage == UploadStage.READY


def test_one_of_two_sheets_is_chosen(recorder, threat):
    def fill(book, page):
        other = book.add_worksheet("More")
        for each, reference in ((page, "N/1"), (other, "N/2")):
            each.write_row(0, 0, list(good_row(threat)))
            each.write_row(1, 0, list(good_row(threat, **{"Your own reference": reference}).values()))

    upload = sent(recorder, workbook(fill), name="two.xlsx")
    assert (upload.stage, upload.sheets) == (UploadStage.SHEET, ["Records", "More"])
    with pytest.raises(Invalid):
        choose_sheet(acting_user=recorder, public_id=upload.public_id, sheet="Codes")
    choose_sheet(acting_user=recorder, public_id=upload.public_id, sheet="More")
    confirmed(gone_on_with(upload), recorder)
    assert Disruption.objects.get().agency_reference == "N/2"


def test_a_workbook_is_recorded_like_a_csv(recorder, threat):
    upload = sent(recorder, xlsx_of(rows(threat, "N/1")), name="records.xlsx")
    assert confirmed(upload, recorder).stage == UploadStage.RECORDED


def test_a_file_that_cannot_be_read_says_why(recorder):
    upload = sent(recorder, b"PK\x03\x04 damaged", name="records.xlsx")
    assert (upload.stage, found(upload)) == (UploadStage.FAULTY, [(0, "", "file_readable")])


# --------------------------------------------------------------------------------------------------------------- people


def test_only_those_who_record_for_the_agency_upload_and_see(recorder, approver, nobody, outsider, analyst, threat):
    upload = sent(recorder, csv_of(rows(threat, "N/1")))
    assert Upload.objects.visible_to(approver).get() == upload
    for person in (nobody, outsider, analyst):
        assert not Upload.objects.visible_to(person).exists()
        with pytest.raises(NotFound):
            confirm_upload(acting_user=person, public_id=upload.public_id, plan=upload.plan, duplicates_seen=True)
    with pytest.raises(Refused):
        start_upload(acting_user=nobody, name="x.csv", content_type="text/csv", chunks=[b"x"], submits=False)


def test_somebody_who_lost_the_role_before_the_worker_came_records_nothing(recorder, threat):
    upload = sent(recorder, csv_of(rows(threat, "N/1")))
    upload = confirm_upload(acting_user=recorder, public_id=upload.public_id, plan=upload.plan, duplicates_seen=True)
    recorder.is_active, recorder.version = False, 2
    recorder.save(update_fields=["is_active", "version"])
    assert not work_on(Upload.objects.with_related().get(pk=upload.pk))
    upload.refresh_from_db()
    assert upload.state == JobState.FAILED
    assert not Disruption.objects.exists()


def test_a_file_is_set_aside_and_stays_so(recorder, threat):
    upload = sent(recorder, csv_of(rows(threat, "N/1")))
    set_aside_upload(acting_user=recorder, public_id=upload.public_id)
    with pytest.raises(Invalid):
        confirm_upload(acting_user=recorder, public_id=upload.public_id, plan=upload.plan, duplicates_seen=True)


def test_a_file_whose_worker_is_gone_is_begun_again(recorder, threat):
    upload = start_upload(
        acting_user=recorder, name="a.csv", content_type="text/csv", chunks=[csv_of(rows(threat, "N/1"))], submits=True
    )
    with pytest.raises(Invalid):
        check_again(acting_user=recorder, public_id=upload.public_id, submits=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE disruptions_upload SET state = 'running', started_at = oic_now() - interval '1 hour', "
            "progressed_at = oic_now() - interval '1 hour'"
        )
    check_again(acting_user=recorder, public_id=upload.public_id, submits=True)
    assert gone_on_with(upload).stage == UploadStage.READY


def test_a_change_that_moves_a_published_figure_takes_a_reason(recorder, approver, threat, clock_at):
    with clock_at(datetime(2026, 1, 10, tzinfo=UTC)):
        confirmed(sent(recorder, csv_of(rows(threat, "N/1"))), recorder)
    with clock_at(datetime(2026, 8, 10, tzinfo=UTC)):
        upload = sent(recorder, csv_of(rows(threat, "N/1", Level="Moderate")))
        assert upload.needs_reason
        with pytest.raises(Invalid) as refused:
            confirm_upload(acting_user=recorder, public_id=upload.public_id, plan=upload.plan, duplicates_seen=True)
        assert {each.field for each in refused.value.violations} == {"reason", "reason_class"}
        upload = confirmed(upload, recorder, reason="Judged again.", reason_class="regrade")
    assert (upload.stage, Disruption.objects.get().change_reason) == (UploadStage.RECORDED, "Judged again.")


def test_a_threat_that_is_not_there_is_a_fault_of_its_column(recorder, threat):
    gone = make_threat(lead_agency=recorder.agency, status=ThreatStatus.ARCHIVED)
    upload = sent(recorder, csv_of([good_row(gone), good_row(threat, **{"SOC threat": "T-1111-1111"})]))
    assert {(column, code) for _, column, code in found(upload)} >= {("B", "disruption_threat_accepts")}
