"""Files of records: what is read, and every fault with its row."""

from __future__ import annotations

import json

import pytest

from disruptions.uploads import ROWS_LIMIT, RowFault, read_file

pytestmark = pytest.mark.django_db


def read(text: str, name: str = "records.csv"):
    return read_file(name, text.encode())


def codes(faults: list[RowFault]) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.violation.field, fault.violation.code) for fault in faults]


def test_a_csv_file_is_read_leniently_by_its_header():
    file = read('level,role,uk_led,occurred_on,enablers\nminor,lead,Yes,01/10/2026,"online, equipment"\n')
    assert (file.faults, file.numbers) == ([], [2])
    row = file.rows[0].row
    assert (row.level, row.role, row.uk_led, row.occurred_on.isoformat()) == ("minor", "lead", True, "2026-10-01")
    assert row.enablers == ("online", "equipment")
    assert file.rows[0].given == {"level", "role", "uk_led", "occurred_on", "enablers"}


def test_outcomes_are_a_json_list_in_one_cell():
    file = read('role,outcomes\nlead,"[{""type"": ""arrest"", ""count"": 2}]"\n')
    assert [(each.type, each.count) for each in file.rows[0].row.outcomes] == [("arrest", 2)]


@pytest.mark.parametrize("cell", ['"[{"', "two arrests", '"{""type"": ""arrest""}"', "7"])
def test_outcomes_that_are_no_list_are_a_fault_of_the_row(cell):
    file = read(f"role,outcomes\nlead,{cell}\n")
    assert [(each.field, each.code) for each in file.rows[0].violations] == [("outcomes", "invalid")]


def test_an_empty_cell_is_not_given_so_that_the_default_holds():
    file = read("role,marking,summary\nlead,,\n")
    assert file.rows[0].row.marking == "official_sensitive"
    assert file.rows[0].given == {"role"}


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffrole,level\nlead,minor\n",
        "role;level\nlead;minor\n",
        "role,level\r\nlead,minor\r\n\r\n",
        " role , level \nlead,minor",
        "role,level,\nlead,minor,\n",
    ],
    ids=["byte order mark", "semicolons", "blank line", "spaces", "empty column"],
)
def test_what_spreadsheets_do_to_a_file_does_no_harm(text):
    file = read(text)
    assert file.faults == []
    assert [(row.row.role, row.row.level) for row in file.rows] == [("lead", "minor")]


def test_blank_rows_are_passed_over_and_numbers_stay_those_of_the_file():
    assert read("role\nlead\n\n,\nsupport\n").numbers == [2, 5]


def test_a_header_with_unknown_or_repeated_names_is_refused_once():
    file = read("role,colour,level,level\nlead,red,minor,minor\nlead,red,minor,minor\n")
    assert codes(file.faults) == [(1, "colour", "unknown_field"), (1, "level", "file_column_once")]
    assert file.rows == []


def test_a_row_that_is_longer_than_the_header_is_a_fault():
    file = read("role,level\nlead,minor,extra\nlead,minor\n")
    assert codes(file.faults) == [(2, "", "file_row_fits_header")]
    assert len(file.rows) == 2


def test_json_is_read_strictly():
    file = read(json.dumps([{"role": "lead", "uk_led": "yes"}, 3]), "records.json")
    assert file.numbers == [1, 2]
    assert [[(each.field, each.code) for each in row.violations] for row in file.rows] == [
        [("uk_led", "invalid")],
        [("", "invalid")],
    ]


def test_one_object_is_a_file_of_one():
    assert len(read('{"role": "lead"}', "RECORDS.JSON").rows) == 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("records.txt", b"role\nlead\n", "file_kind_known"),
        ("records", b"role\nlead\n", "file_kind_known"),
        ("records.csv", b"role\n\x81\n", "file_encoding_known"),
        ("records.json", b'["\xff"]', "file_encoding_known"),
        ("records.csv", b"", "file_has_rows"),
        ("records.csv", b"role\n", "file_has_rows"),
        ("records.csv", b'role\n"lead\n', "file_is_csv"),
        ("records.csv", b"role\n" + b"x" * 200_001 + b"\n", "file_is_csv"),
        ("records.csv", b"role\n" + b"lead\n" * (ROWS_LIMIT + 1), "file_has_few_rows"),
        ("records.json", b"[", "file_is_json"),
        ("records.json", b"[" * 100_000, "file_is_json"),
        ("records.json", b"[]", "file_has_rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_fault(name, content, code):
    file = read_file(name, content)
    assert codes(file.faults) == [(0, "", code)]
    assert file.rows == []


def test_submitted_overrides_what_the_rows_say():
    file = read("role,submit\nlead,no\nlead,yes\nlead,\n")
    assert [row.submit for row in file.rows] == [False, True, False]
    assert [row.submit for row in file.submitted().rows] == [True, True, True]
