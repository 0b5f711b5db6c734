"""What the page of an uploaded file tells whom, and who can go on with it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from agencies.vocabulary import Role
from disruptions.models import Disruption, Upload, UploadFinding
from disruptions.parsing import parse_disruption
from disruptions.services import amend_disruption
from disruptions.services.upload_rows import change_in_words
from disruptions.services.uploading import check_again, set_aside_upload, start_upload
from disruptions.vocabulary import FindingKind, JobState, Sharing, UploadStage
from tests.disruptions.uploading import a_threat, confirmed, csv_of, found, gone_on_with, good_row, sent
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def threat(recorder):
    return a_threat(recorder)


@pytest.fixture
def colleague(north):
    return make_user(agency=north, roles=[Role.RECORDER])


def handed_over(record: Disruption, agency, **now) -> None:
    """Give a record to another agency, which shares it with nobody."""
    Disruption.objects.filter(pk=record.pk).update(version=2, agency=agency, sharing=Sharing.NAMED_AGENCIES, **now)


def text_of(response) -> str:
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


def test_what_became_of_a_record_elsewhere_is_not_told(client_for, recorder, south, threat):
    upload = confirmed(sent(recorder, csv_of([good_row(threat)])), recorder)
    record = Disruption.objects.get()
    handed_over(record, south, agency_reference="SOUTH/9")
    browser = client_for(recorder)
    for name in ("upload_detail", "upload_result"):
        text = text_of(browser.get(reverse(name, args=[upload.public_id])))
        assert "SOUTH/9" not in text
        assert "N/1" in text
        assert record.reference in text
        assert "Not your agency’s any more" in text


def test_a_reference_that_moved_is_told_in_the_words_of_files(recorder, south, threat):
    confirmed(sent(recorder, csv_of([good_row(threat)])), recorder)
    handed_over(Disruption.objects.get(), south)
    upload = sent(recorder, csv_of([good_row(threat)]))
    [fault] = UploadFinding.objects.filter(upload=upload)
    assert (fault.code, "POST" in fault.message) == ("disruption_reference_moved", False)


def test_a_lead_is_not_named_to_those_who_may_not_open_it():
    assert change_in_words("lead", None, "D-AAAA-AAAA") == "to what the file names"


def test_a_possible_duplicate_is_told_each_reader_as_they_may_know_it(client_for, recorder, north, south, threat):
    both = make_user(agency=north, roles=[Role.RECORDER], national_roles=[Role.ANALYST])
    confirmed(sent(recorder, csv_of([good_row(threat)])), recorder)
    record = Disruption.objects.get()
    handed_over(record, south, agency_reference="")
    upload = sent(both, csv_of([good_row(threat, **{"Your own reference": "N/77"})]))
    path = reverse("upload_detail", args=[upload.public_id]) + "?show=duplicate"
    page = text_of(client_for(recorder).get(path))
    assert record.reference not in page
    assert "South Police has a record that may be the same. Ask oic@south.example." in page
    assert f"May be the same as {record.reference} of South Police" in text_of(client_for(both).get(path))


def test_a_colleague_goes_on_with_the_file_of_somebody_who_left(recorder, colleague, threat):
    confirmed(sent(recorder, csv_of([good_row(threat)])), recorder)
    upload = sent(recorder, csv_of([good_row(threat, **{"What happened": "Told in other words."})]))
    recorder.is_active, recorder.version = False, 2
    recorder.save(update_fields=["is_active", "version"])
    upload = gone_on_with(check_again(acting_user=colleague, public_id=upload.public_id, submits=True))
    assert (upload.stage, upload.changed_count, found(upload)) == (UploadStage.READY, 1, [])
    assert (upload.asked_by, upload.file.stored_by) == (colleague, recorder)
    assert confirmed(upload, colleague).stage == UploadStage.RECORDED


def test_a_file_whose_worker_is_gone_is_set_aside(recorder, threat):
    upload = start_upload(
        acting_user=recorder, name="a.csv", content_type="text/csv", chunks=[csv_of([good_row(threat)])], submits=True
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE disruptions_upload SET state = 'running', started_at = oic_now() - interval '1 hour', "
            "progressed_at = oic_now() - interval '1 hour'"
        )
    set_aside_upload(acting_user=recorder, public_id=upload.public_id)
    upload = Upload.objects.get(pk=upload.pk)
    assert (upload.stage, upload.state) == (UploadStage.SET_ASIDE, JobState.DONE)


def test_a_copy_with_faults_is_offered_only_where_there_are_rows(client_for, recorder, threat):
    [head, *_] = csv_of([good_row(threat)]).splitlines()
    upload = sent(recorder, csv_of([good_row(threat, Level="Huge")]))
    Upload.objects.filter(pk=upload.pk).update(row_count=0)
    browser = client_for(recorder)
    assert "faults.xlsx" not in text_of(browser.get(reverse("upload_detail", args=[upload.public_id])))
    assert browser.get(reverse("upload_annotated", args=[upload.public_id, "xlsx"])).status_code == 404
    # Headings are known, there is nothing below them.
    empty = sent(recorder, head + b"\r\n")
    Upload.objects.filter(pk=empty.pk).update(headings=upload.headings, header_row=1, row_count=1)
    for kind in ("xlsx", "csv"):
        assert browser.get(reverse("upload_annotated", args=[empty.public_id, kind])).status_code == 404


def test_every_change_and_duplicate_is_kept_however_many_faults_are(monkeypatch, recorder, threat):
    monkeypatch.setattr("disruptions.services.uploading.KEPT_FAULTS", 1, raising=False)
    monkeypatch.setattr("disruptions.services.uploading.KEPT_FINDINGS", 1, raising=False)
    other = {"Your own reference": "N/2", "What happened": "Quite another story.", "Level": "Major"}
    confirmed(sent(recorder, csv_of([good_row(threat), good_row(threat, **other)])), recorder)
    changed = {"Evidence of impact": "They were hurt badly by it."}
    upload = sent(
        recorder,
        csv_of([good_row(threat, **changed), good_row(threat, **{**other, **changed, "Level": "Moderate"})])
        + csv_of([good_row(threat, **{"Your own reference": "N/3"})]).splitlines(keepends=True)[1],
    )
    kinds = list(UploadFinding.objects.filter(upload=upload).values_list("kind", flat=True))
    assert upload.stage == UploadStage.READY
    assert (kinds.count(FindingKind.CHANGE), kinds.count(FindingKind.DUPLICATE)) == (3, upload.duplicate_count)
    bad = sent(recorder, csv_of([good_row(threat, Level="Huge", Role="None")]))
    assert (bad.fault_count, len(found(bad))) == (2, 1)
    assert "the first 1 of 2" in UploadFinding.objects.get(upload=bad, kind=FindingKind.NOTE).message


def test_a_sign_that_nothing_can_keep_in_a_heading_is_asked_about_like_any_other(recorder, threat):
    upload = sent(recorder, csv_of([good_row(threat)]).replace(b"Role", b"Ro\0le"))
    assert (upload.stage, upload.headings[0]["text"]) == (UploadStage.COLUMNS, "Ro\ufffdle")


def test_what_people_put_right_stands_when_a_column_is_dropped_and_comes_back(recorder, threat):
    row = good_row(threat, **{"Operation name": "Lark"})
    confirmed(sent(recorder, csv_of([row])), recorder)
    record = Disruption.objects.get()
    changes = parse_disruption({"operation": "Wren"}, typed=True)
    amend_disruption(acting_user=recorder, reference=record.reference, version=1, changes=changes)
    row["What happened"] = "Told in other words."
    dropped = {name: cell for name, cell in row.items() if name != "Operation name"}
    confirmed(sent(recorder, csv_of([dropped])), recorder)
    again = sent(recorder, csv_of([row]))
    assert (again.stage, again.known_count, again.changed_count) == (UploadStage.READY, 1, 0)
