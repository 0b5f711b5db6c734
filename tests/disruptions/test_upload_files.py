"""What people send as a spreadsheet: what is read of it, and each kind of bad file with a clear answer."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter
from odfdo import Cell, Document, Table

from disruptions.exports.tables import STARTS_A_FORMULA
from disruptions.uploads import read_file, reading_process, tables
from disruptions.uploads.columns import RowReader, column_of, day_in, matched, target_of
from disruptions.uploads.tables import ROWS_LIMIT, UnreadableFile, decoded, kind_of, letter

pytestmark = pytest.mark.django_db


def workbook(fill, **options) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    fill(book, book.add_worksheet("Records"))
    book.close()
    return out.getvalue()


def sheet(*rows, **options) -> bytes:
    def fill(book, page):
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)

    return workbook(fill, **options)


def faults(content: bytes, name: str = "records.xlsx") -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.violation.code) for fault in read_file(name, content).faults]


def test_days_and_numbers_come_as_a_spreadsheet_keeps_them():
    def fill(book, page):
        page.write_row(0, 0, ["Role", "Date of the disruption", "Outcome 1 type", "Outcome 1 number", "UK-led"])
        page.write_row(1, 0, ["Lead", 45931, "Arrest", 2.0, True])
        page.write(2, 1, 45931, book.add_format({"num_format": "dd/mm/yyyy"}))
        page.write(2, 0, "support")
        page.write_row(3, 0, ["Lead", "1 October 2025", "arrest", "3", "no"])

    read = read_file("records.xlsx", workbook(fill))
    assert (read.faults, read.numbers) == ([], [2, 3, 4])
    assert {str(row.row.occurred_on) for row in read.rows} == {"2025-10-01"}
    assert [row.row.role for row in read.rows] == ["lead", "support", "lead"]
    assert [[each.count for each in row.row.outcomes] for row in read.rows] == [[2], [], [3]]
    assert [row.row.uk_led for row in read.rows] == [True, None, False]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("01.10.2025", "2025-10-01"),
        ("1-10-2025", "2025-10-01"),
        ("1st Oct 2025", "2025-10-01"),
        ("1 October 2025", "2025-10-01"),
        ("2025-10-01 00:00:00", "2025-10-01"),
        ("45931", "2025-10-01"),
        ("12", "12"),
        ("1/2/03", "1/2/03"),
        ("1 Octember 2025", "1 Octember 2025"),
    ],
)
def test_a_day_is_read_where_it_can_mean_only_one(text, day):
    assert day_in(text) == day


def test_a_title_above_the_headings_is_passed_over():
    read = read_file("records.xlsx", sheet(["Disruptions of the quarter"], [], ["Role", "Level"], ["Lead", "Minor"]))
    assert (read.faults, read.numbers, read.rows[0].row.level) == ([], [4], "minor")


def test_labels_may_have_commas_in_them():
    reader = RowReader(["enablers"], {})
    wanted = ["equipment", "transport"]
    assert reader.raw(["Boats, engines and equipment; Transport"])[0]["enablers"] == wanted
    assert reader.raw(["equipment, transport"])[0]["enablers"] == wanted
    assert reader.raw(["Boats, engines and equipment"])[0]["enablers"] == ["equipment"]


def test_names_of_agencies_countries_and_threats_are_read():
    reader = RowReader(["force_area", "country", "threat"], {"kent police": "kent"})
    raw, _ = reader.raw(["Kent Police", "United Kingdom", "t-7kq2-m4xh The Lantern"])
    assert raw == {"force_area": "kent", "country": "GB", "threat": "t-7kq2-m4xh"}


@pytest.mark.parametrize("start", STARTS_A_FORMULA)
def test_text_that_an_export_defused_is_read_as_it_was(start):
    reader = RowReader(["summary"], {})
    assert reader.raw([f"'{start}1+1"])[0] == {"summary": f"{start}1+1"}
    assert reader.raw([f"{start}1+1"])[0] == {"summary": f"{start}1+1"}


def test_headings_are_known_by_name_and_label_once():
    assert [target_of(each) for each in ("Role *", "occurred_on", "Date", "OUR REFERENCE", "Colour", "")] == [
        "role",
        "occurred_on",
        "occurred_on",
        "agency_reference",
        None,
        "",
    ]
    assert matched(["Role", "role", "What is wrong"]) == ["role", None, ""]


def test_a_fault_of_an_outcome_stands_in_its_column():
    columns = ["role", "outcome_2_type", "outcome_2_count"]
    assert column_of("outcomes/0/count", columns, (2,)) == 2
    assert column_of("outcomes/0/months", columns, (2,)) == 1
    assert column_of("impact", columns, ()) is None


def test_letters_of_columns():
    assert [letter(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


# ------------------------------------------------------------------------------------------------------------ bad files


def test_merged_cells_are_named():
    def fill(book, page):
        page.write_row(0, 0, ["Role", "Level"])
        page.merge_range(1, 0, 3, 0, "Lead")

    assert (2, "A", "file_cells_not_merged") in faults(workbook(fill))


def test_formulas_are_read_by_their_values_and_one_without_is_a_fault():
    def fill(book, page):
        page.write_row(0, 0, ["Role", "Level"])
        page.write_formula(1, 0, '=LOWER("LEAD")', None, "lead")
        page.write_formula(1, 1, "=A9", None, "")
        page.write_formula(2, 0, "=1/0", None, "#DIV/0!")
        page.write_string(2, 1, "minor")

    content = workbook(fill)
    read = read_file("records.xlsx", content)
    assert read.rows[0].row.role == "lead"
    assert (3, "A", "file_formula_without_error") in faults(content)
    assert (2, "B", "file_formula_has_value") in faults(content)


def test_rows_that_are_hidden_are_read_and_said():
    def fill(book, page):
        page.write_row(0, 0, ["Role", "Level"])
        page.write_row(1, 0, ["Lead", "Minor"])
        page.write_row(2, 0, ["Lead", "Minor"])
        page.set_row(2, None, None, {"hidden": True})

    assert len(read_file("records.xlsx", workbook(fill)).rows) == 2


@pytest.mark.parametrize(
    ("name", "start", "code"),
    [
        ("records.xlsm", b"PK\x03\x04", "file_without_macros"),
        ("records.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_not_old_excel"),
        (
            "records.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "file_without_password",
        ),
        ("records.xlsx", b"Role,Level\n", "file_kind_as_named"),
        ("records.csv", b"PK\x03\x04", "file_kind_as_named"),
        ("records.pdf", b"%PDF", "file_kind_known"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_in_words(name, start, code):
    with pytest.raises(UnreadableFile) as refused:
        kind_of(name, start)
    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def package(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def test_macros_inside_are_refused_whatever_the_name_says():
    with_macros = package(xl__workbook_dot_xml=b"<workbook/>", xl__vbaProject_dot_bin=b"1")
    assert faults(with_macros) == [(0, "", "file_without_macros")]


def test_a_damaged_file_and_an_empty_archive_are_refused():
    assert faults(b"PK\x03\x04 and nothing more") == [(0, "", "file_readable")]
    assert faults(package(readme=b"x")) == [(0, "", "file_kind_as_named")]
    assert faults(package(xl__workbook_dot_xml=b"not xml at all")) == [(0, "", "file_readable")]


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    content = bytearray(package(xl__workbook_dot_xml=b"<workbook/>", xl__worksheets__sheet1_dot_xml=b" " * 1000))
    # What the directory at the end says of the second entry: 4 GB.
    entry = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    content[entry + 24 : entry + 28] = b"\xf0\xff\xff\xff"
    assert faults(bytes(content)) == [(0, "", "file_unpacks_small")]


def test_one_value_at_the_end_of_the_sheet_does_not_take_the_worker_with_it():
    def fill(book, page):
        page.write_row(0, 0, ["Role", "Level"])
        page.write(1_048_575, 16_383, "x")

    content = workbook(fill)
    assert len(content) < 10_000
    assert faults(content) == [(0, "", "file_unpacks_small")]


@pytest.mark.deep
def test_a_million_empty_rows_are_no_rows():
    def fill(book, page):
        plain = book.add_format({"bold": True})
        page.write_row(0, 0, ["Role", "Level"])
        page.write_row(1, 0, ["Lead", "Minor"])
        for row in range(2, 1_048_576):
            page.write_blank(row, 0, None, plain)

    read = read_file("records.xlsx", workbook(fill))
    assert (read.faults, len(read.rows)) == ([], 1)


def test_too_many_rows_are_refused_with_the_limit():
    content = b"role\n" + b"lead\n" * (ROWS_LIMIT + 1)
    assert faults(content, "records.csv") == [(0, "", "file_has_few_rows")]


def test_two_sheets_of_records_are_asked_about():
    def fill(book, page):
        other = book.add_worksheet("More")
        for each in (page, other):
            each.write_row(0, 0, ["Role", "Level"])
            each.write_row(1, 0, ["Lead", "Minor"])

    assert faults(workbook(fill)) == [(0, "", "file_one_sheet")]


# ------------------------------------------------------------------------------------------------------------ encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_told_from_the_bytes(encoding):
    text = "Role,Operation\nLead,Zoë\n"
    assert decoded(text.encode(encoding)) == (text, "")


def test_windows_1252_is_read_and_said_with_a_place_to_look_at():
    text, note = decoded("Role,Operation\nLead,Zoë “x”\n".encode("cp1252"))
    assert "Zoë “x”" in text
    assert "Zoë" in note


# ------------------------------------------------------------------------------------------------------------------ ODS


def ods(*rows, tweak=None) -> bytes:
    document = Document("spreadsheet")
    document.body.clear()
    table = Table("Records")
    table.set_values([list(row) for row in rows])
    if tweak:
        tweak(table)
    document.body.append(table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_opendocument_is_read():
    read = read_file("records.ods", ods(["Role", "Outcome 1 type", "Outcome 1 number"], ["Lead", "Arrest", 2]))
    assert (read.faults, read.numbers) == ([], [2])
    assert read.rows[0].row.outcomes[0].count == 2


def test_opendocument_with_merged_cells_or_formulas_without_values_is_refused():
    def span(table):
        table.set_span((0, 1, 0, 2))

    def formula(table):
        table.set_cell((0, 1), Cell(formula="of:=1+1"))

    head = (["Role", "Level"], ["Lead", "Minor"], ["Lead", "Minor"])
    assert (0, "", "file_cells_not_merged") in faults(ods(*head, tweak=span), "records.ods")
    assert (0, "", "file_formula_has_value") in faults(ods(*head, tweak=formula), "records.ods")


# --------------------------------------------------------------------------------------------------- room that is taken


def test_the_reading_process_has_the_limits_of_the_project():
    assert (reading_process.WIDTH, reading_process.CHARACTERS, reading_process.CELL) == (
        tables.COLUMNS_LIMIT,
        tables.CHARACTERS_LIMIT,
        tables.CELL_LIMIT,
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_more_columns_than_anybody_can_match_are_refused(kind):
    headings = ["Role", "Level", *(f"h{number}" for number in range(tables.COLUMNS_LIMIT))]
    content = ",".join(headings).encode() + b"\nLead,Minor\n" if kind == "csv" else sheet(headings, ["Lead", "Minor"])
    assert faults(content, f"records.{kind}") == [(0, "", "file_has_few_columns")]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_cell_far_to_the_right_is_refused_and_not_passed_over(kind):
    row = ["Lead", *[""] * 19_000, "x"] if kind == "csv" else ["Lead", *[""] * 400, "x"]
    content = b"Role\n" + ",".join(row).encode() if kind == "csv" else sheet(["Role"], row)
    assert faults(content, f"records.{kind}") == [(0, "", "file_has_few_columns")]


def test_a_sign_that_nothing_can_keep_is_a_fault_of_its_cell():
    assert (2, "B", "file_characters_kept") in faults(b"Role,Level\nLead,Min\x00or\n", "records.csv")
    assert [code for _, _, code in faults(b"Role,Lev\x00el\nLead,Minor\n", "records.csv")] == ["unknown_field"]


def test_more_text_and_more_cells_than_fit_are_refused(monkeypatch):
    content = b"Role,Level\n" + b"Lead,Minor\n" * 20
    monkeypatch.setattr(tables, "CHARACTERS_LIMIT", 150)
    assert faults(content, "records.csv") == [(0, "", "file_unpacks_small")]
    monkeypatch.setattr(tables, "CHARACTERS_LIMIT", 1_000)
    monkeypatch.setattr(tables, "CELLS_LIMIT", 30)
    assert faults(content, "records.csv") == [(0, "", "file_unpacks_small")]


def test_a_long_text_that_many_cells_share_is_not_read_for_the_look(tmp_path):
    path = tmp_path / "records.xlsx"
    path.write_bytes(sheet(["Role", "Level"], *[["x" * 30_000] * 200 for _ in range(29)]))
    [head] = tables.sheets_in(path, "xlsx")
    assert max(len(cell) for _, cells in head.rows for cell in cells) <= 300


def test_a_line_of_the_reading_process_is_not_taken_without_end(monkeypatch, tmp_path):
    path = tmp_path / "records.xlsx"
    path.write_bytes(sheet(["Role"], ["Lead" * 500]))
    monkeypatch.setattr(tables, "LINE_BYTES", 1_000)
    with pytest.raises(UnreadableFile) as refused:
        tables.read_table(path, "xlsx", "Records", 1)
    assert refused.value.code == "file_unpacks_small"
