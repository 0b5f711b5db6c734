"""OIC_01 as files: one table by page, API, command, CSV and ODS; the workbook's layout; what is called a release."""

from __future__ import annotations

import csv
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import QueryDict
from django.urls import reverse
from odfdo import Document
from python_calamine import CalamineWorkbook

from agencies.models import AuditEntry
from disruptions.exports.oic01 import (
    CONTENTS,
    COVER,
    HEADER,
    HEADER_ROW,
    MANAGEMENT,
    NOTES,
    TABLE,
    Oic01Files,
)
from disruptions.statistics import Period, oic_01, read_query
from disruptions.statistics.vintage import Vintage, vintage_of
from disruptions.vocabulary import Level
from tests.api import Partner
from tests.factories import make_agency, make_api_client, make_disruption, make_threat, make_user

pytestmark = pytest.mark.django_db

QUERY = "from=2023-01-01&to=2024-12-31&as_at=2026-05-14"
TWO_YEARS = 2 * 5
RECORDED = datetime(2025, 2, 3, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)


@pytest.fixture
def north(clock_at):
    """An agency that was there at the cut-off."""
    with clock_at(RECORDED):
        return make_agency(code="north", name="North Police")


@pytest.fixture
def records(clock_at, north):
    """Five records of the years that are asked for, which were there at the cut-off."""
    with clock_at(RECORDED):
        threat = make_threat(lead_agency=north)
        for day, level in [
            (date(2023, 1, 1), Level.MINOR),
            (date(2023, 3, 31), Level.MAJOR),
            (date(2023, 12, 31), Level.MODERATE),
            (date(2024, 5, 1), Level.MINOR),
            (date(2024, 5, 2), Level.MINOR),
        ]:
            make_disruption(agency=north, occurred_on=day, level=level, threat=threat)


def files_of(query: str = QUERY, **changes: Any) -> Oic01Files:
    asked = read_query(QueryDict(query))
    return Oic01Files(oic_01(asked), replace(vintage_of(asked, now=NOW), **changes))


def cells_of(workbook: bytes, sheet: str = TABLE) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(workbook)).get_sheet_by_name(sheet).to_python()


def table_of(workbook: bytes) -> list[tuple[Any, ...]]:
    """Return the table below its header, numbers as numbers."""
    lines = [
        tuple(int(cell) if isinstance(cell, float) else cell for cell in row) for row in cells_of(workbook)[HEADER_ROW:]
    ]
    assert all(len(line) == len(HEADER) and "" not in line for line in lines)
    return lines


def text_of(workbook: bytes, sheet: str) -> str:
    return "\n".join(str(cell) for row in cells_of(workbook, sheet) for cell in row if cell != "")


# ------------------------------------------------------------------------------------------------------- the same table


def test_page_api_and_command_give_the_same_table_as_ods_csv_and_json(records, client, north, tmp_path):
    expected = list(files_of().lines())
    assert len(expected) == TWO_YEARS
    # Numbers of each column, so that none stands in another's place.
    assert expected[0] == (2023, "Jan - Mar", 1, 0, 1, 2)
    assert expected[4] == (2023, "Total", 1, 1, 1, 3)
    assert expected[-1] == (2024, "Total [p]", 2, 0, 0, 2)
    client.force_login(make_user(agency=north))
    page = reverse("statistics_oic_01")
    partner = Partner(make_api_client(agency=north))
    for kind in ("ods", "csv", "json"):
        call_command(
            "write_oic01",
            str(tmp_path / f"table.{kind}"),
            *("--format", kind, "--from", "2023-01-01", "--to", "2024-12-31", "--as-at", "2026-05-14"),
            stdout=StringIO(),
        )
    workbooks = [
        client.get(f"{page}?{QUERY}&format=ods").content,
        partner.get(f"statistics/oic-01/?{QUERY}&format=ods").content,
        (tmp_path / "table.ods").read_bytes(),
    ]
    assert [table_of(each) for each in workbooks] == [expected] * 3
    assert len(set(workbooks)) == 1, "not the same bytes"
    of_page = client.get(f"{page}?{QUERY}&format=csv").getvalue()
    assert of_page == (tmp_path / "table.csv").read_bytes()
    lines = list(csv.reader(StringIO(of_page.decode())))
    assert lines[0] == [*HEADER, "Marking"]
    assert [tuple(line[:-1]) for line in lines[1:]] == [tuple(map(str, row)) for row in expected]
    rows = partner.get(f"statistics/oic-01/?{QUERY}").json()
    assert rows == json.loads((tmp_path / "table.json").read_text())
    assert [
        (
            row["year"],
            f"{row['quarter']} [p]" if row["provisional"] else row["quarter"],
            row["minor"],
            row["moderate"],
            row["major"],
            row["total"],
        )
        for row in rows["rows"]
    ] == expected


def test_marks_are_in_the_cell_of_the_quarter_and_of_the_total(records):
    printed = [(row[0], row[1]) for row in table_of(files_of().workbook())]
    assert printed[4:6] == [(2023, "Total"), (2024, "Jan - Mar")]
    assert printed[6:] == [
        (2024, "Apr - Jun [p]"),
        (2024, "Jul - Sep [p]"),
        (2024, "Oct - Dec [p]"),
        (2024, "Total [p]"),
    ]


def test_the_same_input_gives_the_same_bytes_and_another_cut_off_others(records):
    assert files_of().workbook() == files_of().workbook()
    assert files_of().workbook() != files_of(QUERY.replace("05-14", "05-13")).workbook()


# ---------------------------------------------------------------------------------------------------------- the layout


def test_sheets_header_row_and_named_tables(records):
    workbook = files_of().workbook()
    body: Any = Document(BytesIO(workbook)).body
    assert [table.name for table in body.tables] == [COVER, CONTENTS, NOTES, TABLE]
    assert cells_of(workbook)[HEADER_ROW - 1] == list(HEADER)
    ranges = {each.name: each for each in body.get_named_ranges()}
    assert set(ranges) == {"contents", "notes", "definitions", TABLE}
    assert ranges[TABLE].table_name == TABLE
    assert ranges[TABLE].crange == (0, HEADER_ROW - 1, len(HEADER) - 1, HEADER_ROW - 1 + TWO_YEARS)
    heads = {"contents": "Table number", "notes": "Note number", "definitions": "Term", TABLE: "Year"}
    for name, head in heads.items():
        values = ranges[name].get_values()
        assert values[0][0] == head
        assert all(cell not in (None, "") for row in values for cell in row), name
        # A table ends where its range does: an empty row or the end of the sheet follows.
        sheet = body.get_table(name=ranges[name].table_name)
        last = ranges[name].crange[3]
        assert last + 1 == sheet.height or not any(sheet.get_row_values(last + 1)), name


def test_lines_above_the_table_are_those_of_the_published_one(records):
    first = [row[0] for row in cells_of(files_of().workbook())[: HEADER_ROW - 1]]
    assert first[0].startswith(f"{TABLE}: Organised immigration crime disruptions by quarter and level (live figures")
    assert first[0].endswith("[notes 1 to 10]")
    assert first[1:3] == ["Go to the notes and definitions", "Go to the table of contents"]
    assert first[3].startswith("[p] means provisional")
    assert first[4].startswith("Source: OIC Disruptions, January 2023 to December 2024.")
    assert "end of 14 May 2026 (London)" in first[4]


def test_every_note_that_is_named_is_there(records):
    workbook = files_of().workbook()
    numbers = [row[0] for row in cells_of(workbook, NOTES) if str(row[0]).startswith("note ")]
    assert cells_of(workbook)[0][0].endswith(f"[notes 1 to {len(numbers)}]")
    assert numbers == [f"note {place}" for place in range(1, len(numbers) + 1)]
    seventh = next(row[1] for row in cells_of(workbook, NOTES) if row[0] == "note 7")
    assert seventh.startswith("[p] marks the latest 8 complete quarters")


def test_title_language_and_nothing_merged_hidden_frozen_or_filtered(records):
    with zipfile.ZipFile(BytesIO(files_of().workbook())) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        content, styles, meta = (archive.read(f"{name}.xml").decode() for name in ("content", "styles", "meta"))
    assert "<dc:title>Live figures, not published: organised immigration crime disruptions" in meta
    assert "<dc:language>en-GB</dc:language>" in meta
    assert 'fo:language="en" fo:country="GB"' in styles
    assert 'fo:font-size="12pt"' in styles
    assert "<style:header><text:p>OFFICIAL-SENSITIVE</text:p></style:header>" in styles
    assert styles.count("<style:header-footer-properties") == 2, "LibreOffice prints no head or foot without"
    for never in ("spanned", "covered-table-cell", "visibility", "database-range", "Split", "draw:"):
        assert never not in content, never
    assert content.count("<table:table-header-rows>") == 4
    body: Any = Document(BytesIO(files_of().workbook())).body
    links = body.get_links()
    assert len({link.url for link in links}) == 4
    assert all(len(link.inner_text) > 5 for link in links)
    assert {link.url for link in links} == {f"#{sheet}.A1" for sheet in (COVER, CONTENTS, NOTES, TABLE)}


def test_a_title_is_a_style_and_totals_are_in_bold(records):
    table: Any = Document(BytesIO(files_of().workbook())).body.get_table(name=TABLE)
    assert table.get_cell("A1").style == "Heading_20_1"
    assert table.get_cell((0, HEADER_ROW - 1)).style == "Table_20_header"
    assert table.get_cell((0, HEADER_ROW + 4)).style == "Total"
    assert table.get_cell((0, HEADER_ROW)).style == "Year"
    assert table.get_cell((2, HEADER_ROW + 4)).style == "Total_20_number"


# -------------------------------------------------------------------------------------------- live figures and releases

RELEASE = {
    "STATISTICS_TITLE": "Summary tables",
    "STATISTICS_PRODUCER": "The statistics team",
    "STATISTICS_CONTACT": "figures@home.example",
    "STATISTICS_NEXT_UPDATE": "27 August 2026",
    "STATISTICS_PUBLISHED": "21 May 2026",
    "STATISTICS_ACCREDITED": "no",
    "STATISTICS_RELEASE_MARKING": "official",
}
SIGNED: dict[str, Any] = {"extract": "X-1", "signed_off_on": date(2026, 5, 15)}


@pytest.mark.parametrize(
    "changes", [{}, {"extract": "X-1"}, {**SIGNED, "narrowed": ("Agency: North Police",)}], ids=str
)
def test_what_is_no_release_says_so_on_each_sheet_and_bears_no_title_block(settings, records, changes):
    for name, value in RELEASE.items():
        setattr(settings, name, value)
    files = files_of(**changes)
    workbook = files.workbook()
    for sheet in (COVER, CONTENTS, TABLE):
        assert MANAGEMENT in text_of(workbook, sheet), sheet
    assert ("(not published)" if changes else "(live figures, not published)") in cells_of(workbook)[0][0]
    # What is frozen does not change any more.
    assert ("The figures change" in text_of(workbook, COVER)) is not bool(changes)
    everything = "".join(text_of(workbook, sheet) for sheet in (COVER, CONTENTS, NOTES, TABLE))
    assert not any(
        str(value) in everything
        for name, value in RELEASE.items()
        if name not in {"STATISTICS_ACCREDITED", "STATISTICS_RELEASE_MARKING"}
    )
    assert "No: not published" in everything
    assert "OFFICIAL-SENSITIVE" in everything
    assert "not-published" in files.name("ods") or files.name("ods").startswith("live-")


def test_an_extract_that_was_set_aside_says_so_on_each_sheet(records):
    files = files_of(extract="X-1", set_aside=True)
    for sheet in (COVER, CONTENTS, TABLE):
        assert "extract X-1, which was set aside. Do not use it." in text_of(files.workbook(), sheet), sheet
    assert "set aside" in files.csv_metadata("a.csv")


def test_a_signed_off_extract_has_the_title_block_of_the_settings(settings, records):
    for name, value in RELEASE.items():
        setattr(settings, name, value)
    files = files_of(**SIGNED)
    workbook = files.workbook()
    cover = [row[0] for row in cells_of(workbook, COVER)]
    assert cover[:2] == ["Summary tables", "OFFICIAL"]
    assert cover[cover.index("Producer") + 1] == "The statistics team"
    assert cover[cover.index("Next update") + 1] == "27 August 2026"
    assert "User guide" not in cover
    assert cells_of(workbook, CONTENTS)[4][3:] == ["No", "27 August 2026"]
    assert cells_of(workbook)[4][0].startswith(
        "Source: The statistics team, January 2023 to December 2024. Extract X-1, signed off"
    )
    everything = "".join(text_of(workbook, sheet) for sheet in (COVER, CONTENTS, NOTES, TABLE))
    assert "not published" not in everything.lower()
    assert "live figures" not in everything.lower()
    assert files.name("ods") == "oic-01-extract-x-1-as-at-2026-05-14-official.ods"


def test_what_the_settings_leave_blank_is_left_out_or_said_not_to_be_set(records):
    workbook = files_of(**SIGNED).workbook()
    cover = [row[0] for row in cells_of(workbook, COVER)]
    assert not {"Producer", "Contact", "Published", "Next update"} & set(cover)
    assert cells_of(workbook, CONTENTS)[4][3:] == ["Not set", "Not set"]
    assert cells_of(workbook)[4][0].startswith("Source: OIC Disruptions,")


def test_a_table_that_is_narrowed_says_to_what(records):
    files = files_of(f"{QUERY}&agency=north&level=major&level=minor")
    for sheet in (COVER, NOTES, TABLE):
        assert "Narrowed to Agency: North Police; Level: Major or Minor" in text_of(files.workbook(), sheet)
    assert [row[3] for row in table_of(files.workbook())] == [0] * TWO_YEARS
    assert [row[5] for row in table_of(files.workbook())] == [2, 0, 0, 0, 2, 0, 2, 0, 0, 2]


def test_figures_of_now_say_the_moment(records):
    text = text_of(files_of("from=2023-01-01&to=2023-12-31").workbook(), COVER)
    assert "Records as they stood on 22 November 2026, 14:02 (London)." in text


# ------------------------------------------------------------------------------------------------------------ metadata


def test_metadata_names_the_columns_of_each_csv(records, client, north, tmp_path):
    client.force_login(make_user(agency=north))
    page = reverse("statistics_oic_01")
    answer = client.get(f"{page}?{QUERY}&format=csv-metadata")
    assert answer.headers["Content-Type"] == "application/csvm+json"
    described = json.loads(answer.content)
    of_page = client.get(f"{page}?{QUERY}&format=csv")
    assert described["url"] in of_page.headers["Content-Disposition"]
    header = next(csv.reader(StringIO(of_page.getvalue().decode())))
    assert [column["titles"] for column in described["tableSchema"]["columns"]] == header
    assert described["dc:temporal"] == "2023-01-01/2024-12-31"
    assert described["dc:description"].startswith(MANAGEMENT)
    partner = Partner(make_api_client(agency=north))
    of_api = partner.get(f"statistics/oic-01/?{QUERY}&format=csv-metadata")
    assert of_api.headers["Content-Type"] == "application/csvm+json"
    assert f"{QUERY}&format=csv" in of_api.json()["url"]
    header = partner.get(f"statistics/oic-01/?{QUERY}&format=csv").content.decode().splitlines()[0].split(",")
    assert [column["name"] for column in of_api.json()["tableSchema"]["columns"]] == header
    written = tmp_path / "table.csv"
    call_command("write_oic01", str(written), "--format", "csv", stdout=StringIO())
    assert json.loads(Path(f"{written}-metadata.json").read_text())["url"] == "table.csv"


# ------------------------------------------------------------------------------------------------------------- the ways


def test_a_file_taken_from_the_page_is_logged_and_named(records, client, north):
    client.force_login(make_user(agency=north))
    answer = client.get(f"{reverse('statistics_oic_01')}?{QUERY}&format=ods")
    assert answer.headers["Content-Type"] == "application/vnd.oasis.opendocument.spreadsheet"
    name = "live-oic-01-as-at-2026-05-14-official-sensitive.ods"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert AuditEntry.objects.filter(action="exported", reference="oic_01").count() == 1


def test_the_page_links_to_its_files_with_what_was_asked_for(records, client, north):
    client.force_login(make_user(agency=north))
    page = client.get(f"{reverse('statistics_oic_01')}?{QUERY}").content.decode()
    for kind in ("ods", "csv", "csv-metadata"):
        assert f"?{QUERY}&format={kind}" in unescape(page), kind


def test_a_format_that_is_not_there_is_refused_by_name(client, north):
    client.force_login(make_user(agency=north))
    assert client.get(f"{reverse('statistics_oic_01')}?format=xlsx").status_code == 400
    assert client.get(f"{reverse('statistics_trend')}?format=ods").status_code == 400
    partner = Partner(make_api_client(agency=north))
    assert partner.get("statistics/trend/?format=ods").status_code == 400
    asked = partner.get("statistics/oic-01/?from=2026-01-02&format=ods")
    assert asked.status_code == 400
    assert asked.headers["Content-Type"] == "application/problem+json"


def test_the_command_says_what_is_wrong_and_writes_nothing(db, tmp_path):
    path = tmp_path / "table.ods"
    with pytest.raises(CommandError, match=r"--from: Use the first day of a quarter\."):
        call_command("write_oic01", str(path), "--from", "2023-01-02")
    with pytest.raises(CommandError, match=r"--as-at: The date must be today or in the past\."):
        call_command("write_oic01", str(path), "--as-at", "2100-01-01")
    with pytest.raises(CommandError, match="Cannot write"):
        call_command("write_oic01", str(tmp_path / "nowhere" / "table.ods"))
    assert not list(tmp_path.iterdir())


def test_the_vintage_of_an_extract_is_a_release_only_whole_and_signed_off():
    period = Period(date(2023, 1, 1), date(2024, 12, 31))
    frozen: dict[str, Any] = {
        "reference": "E-1",
        "cut_off": date(2026, 5, 14),
        "period_from": period.first,
        "period_to": period.last,
        "rule_version": "1",
        "provisional_quarters": 6,
        "is_signed_off": True,
        "is_set_aside": False,
        "signed_off_at": datetime(2026, 5, 15, 23, 30, tzinfo=UTC),
    }

    def of(period: Period, **changes: Any) -> Vintage:
        query: Any = SimpleNamespace(period=period, extract=SimpleNamespace(**(frozen | changes)))
        return vintage_of(query, now=NOW)

    whole = of(period)
    assert (whole.extract, whole.provisional_quarters, whole.moment) == ("E-1", 6, None)
    assert whole.signed_off_on == date(2026, 5, 16), "in London"
    assert whole.is_release
    assert not of(period, is_signed_off=False, signed_off_at=None).is_release
    aside = of(period, is_signed_off=False, signed_off_at=None, is_set_aside=True)
    assert (aside.set_aside, aside.is_release) == (True, False)
    part = of(Period(date(2024, 1, 1), date(2024, 12, 31)))
    assert not part.is_release
    assert part.narrowed == ("Period: January 2024 to December 2024",)


def test_a_vintage_without_an_extract_is_never_a_release():
    period = read_query(QueryDict(QUERY)).period
    live = Vintage(period=period, cut_off=date(2026, 5, 14), provisional_quarters=8)
    assert not live.is_release
    assert not replace(live, signed_off_on=date(2026, 5, 15)).is_release
    assert not replace(live, extract="X-1").is_release
    assert replace(live, **SIGNED).is_release
