"""The pages of uploads: through the front door, from the empty file to the references of what was recorded."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from disruptions.models import Disruption, Upload
from disruptions.uploads import read_file
from disruptions.uploads.blank_files import BLANKS, COLUMNS
from disruptions.uploads.columns import matched
from disruptions.vocabulary import UploadStage
from tests.disruptions.uploading import a_threat, confirmed, csv_of, good_row, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def threat(recorder):
    return a_threat(recorder)


@pytest.fixture
def browser(client_for, recorder):
    return client_for(recorder)


def post_file(browser, content: bytes, name: str = "records.csv", **other):
    file = io.BytesIO(content)
    file.name = name
    with_worker = browser.post(reverse("upload_new"), {"file": file, "submits": "yes", **other})
    if with_worker.status_code == 302:
        return browser.get(with_worker["Location"])
    return with_worker


def answer(browser, upload: Upload, **values):
    return browser.post(reverse("upload_detail", args=[upload.public_id]), values)


def content_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_file_goes_from_sent_to_recorded(browser, threat, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post_file(browser, csv_of([good_row(threat)]))
    upload = Upload.objects.get()
    page = browser.get(reverse("upload_detail", args=[upload.public_id])).content.decode()
    assert "What this file would do" in page
    assert "Record 1 row" in page
    with django_capture_on_commit_callbacks(execute=True):
        assert answer(browser, upload, step="confirm", plan=upload.plan).status_code == 302
    record = Disruption.objects.get()
    page = browser.get(reverse("upload_detail", args=[upload.public_id])).content.decode()
    assert record.reference in page
    result = content_of(browser.get(reverse("upload_result", args=[upload.public_id]))).decode()
    assert list(csv.reader(io.StringIO(result)))[1][:4] == ["2", "N/1", record.reference, "Recorded"]
    assert "records.csv" in browser.get(reverse("upload_list")).content.decode()


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "records.csv", "There is no record in this file"),
        (b"x", "records.pdf", "CSV, XLSX or ODS"),
        (b"PK\x03\x04", "records.xlsm", "macros"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_at_the_door(browser, content, name, says):
    response = post_file(browser, content, name)
    assert response.status_code == 400
    assert says in response.content.decode()
    assert not Upload.objects.exists()


def test_a_file_over_the_limit_is_refused(browser, settings):
    settings.UPLOAD_MEGABYTES = 1
    response = post_file(browser, b"role\n" + b"x" * 1024 * 1024)
    assert (response.status_code, "larger than 1 MB" in response.content.decode()) == (400, True)


def test_faults_are_shown_by_rule_and_by_row_and_in_a_copy(browser, recorder, threat):
    rows = [good_row(threat, Level="=Huge", **{"Your own reference": f"N/{number}"}) for number in range(3)]
    upload = sent(recorder, csv_of(rows))
    path = reverse("upload_detail", args=[upload.public_id])
    page = browser.get(path).content.decode()
    assert "3 faults to put right" in page
    assert "2, 3, 4" in page
    assert "=Huge" in browser.get(f"{path}?show=fault&code=disruption_level_known&column=D").content.decode()
    copy = content_of(browser.get(reverse("upload_annotated", args=[upload.public_id, "csv"]))).decode("utf-8-sig")
    header, first, *_ = csv.reader(io.StringIO(copy))
    assert header[-2:] == ["What is wrong", "Marking"]
    assert (first[3], first[-2].startswith("D: Choose one of")) == ("'=Huge", True)
    workbook = content_of(browser.get(reverse("upload_annotated", args=[upload.public_id, "xlsx"])))
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    assert book.sheet_names == ["Disruptions", "Faults"]
    assert book.get_sheet_by_name("Disruptions").to_python()[1][3] == "=Huge"
    assert [row[:2] for row in book.get_sheet_by_name("Faults").to_python()[1:]] == [["2", "D"], ["3", "D"], ["4", "D"]]
    assert sent(recorder, workbook, name="copy.xlsx").stage == UploadStage.FAULTY


def test_columns_are_matched_on_the_page(browser, recorder, threat):
    row = {**good_row(threat), "Colour": "red"}
    upload = sent(recorder, csv_of([row]))
    page = browser.get(reverse("upload_detail", args=[upload.public_id])).content.decode()
    assert "What do the columns hold?" in page
    twice = {f"column_{place}": "role" for place in range(2)}
    response = answer(browser, upload, step="columns", **twice)
    assert (response.status_code, "Two columns cannot hold the same" in response.content.decode()) == (400, True)


def test_an_unknown_step_and_the_files_of_others_are_not_there(browser, client_for, outsider, recorder, threat):
    upload = sent(recorder, csv_of([good_row(threat)]))
    assert answer(browser, upload, step="explode").status_code == 404
    assert client_for(outsider).get(reverse("upload_detail", args=[upload.public_id])).status_code == 404
    assert browser.get(reverse("upload_result", args=[upload.public_id])).status_code == 404
    assert browser.get(reverse("upload_annotated", args=[upload.public_id, "csv"])).status_code == 404


@pytest.mark.parametrize("how_many", [1, 30])
def test_pages_ask_the_same_however_many_rows(browser, recorder, threat, how_many, django_assert_num_queries):
    rows = [good_row(threat, **{"Your own reference": f"N/{number}"}) for number in range(how_many)]
    upload = sent(recorder, csv_of(rows))
    path = reverse("upload_detail", args=[upload.public_id])
    browser.get(path)
    with django_assert_num_queries(CHECKED):
        browser.get(path)
    confirmed(upload, recorder)
    with django_assert_num_queries(RECORDED):
        browser.get(path)
    with django_assert_num_queries(LISTED):
        browser.get(reverse("upload_list"))


CHECKED = 13
RECORDED = 12
LISTED = 9


# --------------------------------------------------------------------------------------------------------- empty files


@pytest.mark.parametrize("kind", list(BLANKS))
def test_an_empty_file_has_every_column_and_is_read_by_its_headings(browser, kind, threat):
    response = browser.get(reverse("upload_template", args=[kind]))
    assert response["Content-Disposition"] == f'attachment; filename="disruptions-to-upload.{kind}"'
    content = response.content
    if kind == "csv":
        [headings] = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    else:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        assert book.sheet_names == ["Disruptions", "How to fill it in", "Codes"]
        headings = [str(cell) for cell in book.get_sheet_by_name("Disruptions").to_python()[0]]
    assert matched(headings) == [target.name for target in COLUMNS]
    # Nobody is asked which sheet, and nothing is read as a record.
    assert [fault.violation.code for fault in read_file(f"empty.{kind}", content).faults] == ["file_has_rows"]
