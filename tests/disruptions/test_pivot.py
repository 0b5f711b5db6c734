"""Pivot tables: what is in the cells, that each number opens its records, and what is hidden, cut off or refused."""

from __future__ import annotations

import csv
import re
from datetime import date
from decimal import Decimal
from html import unescape
from itertools import product
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from agencies.models import AuditEntry, User
from agencies.refusals import Invalid
from agencies.vocabulary import AgencyKind, AuditAction, Role, StatisticsGroup
from disruptions import statistics
from disruptions.asked import read_asked
from disruptions.models import Disruption
from disruptions.statistics.behind import figure_behind
from disruptions.statistics.dimensions import DIMENSIONS, Part
from disruptions.statistics.parameters import Period
from disruptions.statistics.pivot import (
    MEASURES,
    REST,
    Cell,
    Number,
    Pivot,
    pivot_table,
    shaded_numbers,
    shortened,
    with_small_numbers_hidden,
)
from disruptions.views.pivot import CountedTable, OpenTable, read_choice
from disruptions.vocabulary import (
    MASTER_LIST_MARKING,
    DisruptionRole,
    Enabler,
    EntryMethod,
    Initiation,
    Level,
    Marking,
    OutcomeType,
    PriorityGrade,
    Sharing,
    Status,
    ThreatArea,
)
from tests.factories import (
    grade_threat,
    make_agency,
    make_disruption,
    make_outcome,
    make_region,
    make_threat,
    make_user,
)

pytestmark = pytest.mark.django_db

REFUSED = 400


@pytest.fixture
def records() -> dict[str, Disruption]:
    """Records of three agencies that differ in all that a table can be cut by."""
    upland = make_region(code="upland", name="Upland")
    unit = make_agency(code="upland-unit", name="Upland Unit", kind=AgencyKind.REGIONAL_UNIT)
    north = make_agency(code="north", name="North Police", region=upland, rocu=unit)
    south = make_agency(code="south", name="South Police")
    outside = make_agency(code="outside", statistics_group=StatisticsGroup.NOT_COVERED)
    graded, drugs = make_threat(title="Graded"), make_threat(title="Drugs", primary_area=ThreatArea.DRUGS)
    grade_threat(threat=graded, grade=PriorityGrade.P2)
    found = {
        "first": make_disruption(
            agency=north,
            threat=graded,
            occurred_on=date(2025, 2, 5),
            level=Level.MAJOR,
            enablers=[Enabler.TRANSPORT, Enabler.ONLINE],
            force_area=north,
        ),
        "second": make_disruption(
            agency=north,
            threat=graded,
            occurred_on=date(2025, 4, 1),
            initiation=Initiation.REACTIVE,
            entry_method=EntryMethod.SMALL_BOAT,
            enablers=[Enabler.TRANSPORT],
            marking=Marking.OFFICIAL,
        ),
        "drugs": make_disruption(agency=south, threat=drugs, occurred_on=date(2025, 4, 2), level=Level.MODERATE),
        "abroad": make_disruption(agency=south, threat=graded, occurred_on=date(2025, 7, 1), uk_led=False),
        "uncovered": make_disruption(agency=outside, threat=graded, occurred_on=date(2025, 12, 31)),
        "draft": make_disruption(
            agency=north, status=Status.DRAFT, occurred_on=None, level=None, strand=None, threat=None
        ),
        "hidden": make_disruption(
            agency=south, threat=graded, occurred_on=date(2025, 4, 3), sharing=Sharing.NAMED_AGENCIES
        ),
        "sandbox": make_disruption(agency=north, threat=graded, occurred_on=date(2025, 4, 3), sandbox=True),
    }
    found["support"] = make_disruption(
        agency=south,
        threat=graded,
        role=DisruptionRole.SUPPORT,
        lead=found["first"],
        lead_agency=north,
        occurred_on=date(2025, 2, 5),
    )
    found["abroad_support"] = make_disruption(
        agency=south, threat=graded, role=DisruptionRole.SUPPORT, lead_agency=north, uk_led=False
    )
    make_outcome(disruption=found["first"], type=OutcomeType.ARREST, count=3)
    make_outcome(disruption=found["first"], type=OutcomeType.CASH_SEIZURE, count=None, value_gbp=Decimal("1000.50"))
    make_outcome(disruption=found["first"], type=OutcomeType.ARREST, count=4)
    make_outcome(disruption=found["second"], type=OutcomeType.ARREST, count=1)
    make_outcome(disruption=found["support"], type=OutcomeType.ARREST, count=3)
    return found


@pytest.fixture
def reader(records: dict[str, Disruption]) -> User:
    return make_user(agency=records["first"].agency, roles=[Role.ANALYST])


def table(reader: User, query: str, by: str, across: str = "", measure: str = "count", order: str = "") -> Pivot:
    asked = read_asked(QueryDict(query), reader=reader)
    with asked.rows() as rows:
        return pivot_table(
            rows, by=DIMENSIONS[by], across=DIMENSIONS.get(across), measure=MEASURES[measure], order=order
        )


def numbers(table: Pivot) -> dict[Any, Any]:
    """Return the numbers by the labels of the rows, and of rows and columns."""
    if table.across is None:
        return {row.label: table.number(row.key, None) for row in table.row_parts}
    return {
        (row.label, column.label): table.number(row.key, column.key)
        for row in table.row_parts
        for column in table.column_parts
        if table.number(row.key, column.key)
    }


# ------------------------------------------------------------------------------------------------------ what is counted


def test_records_by_agency_and_level_with_their_totals(reader: User) -> None:
    found = table(reader, "", "agency", "level")
    assert numbers(found) == {
        ("North Police", "Major"): 1,
        ("North Police", "Minor"): 2,
        ("North Police", "Not recorded"): 1,
        ("South Police", "Moderate"): 1,
        ("South Police", "Minor"): 3,
        ("Outside Police", "Minor"): 1,
    }
    assert found.total == 9
    assert [found.number(row.key, None) for row in found.row_parts] == [4, 4, 1]
    assert [found.number(None, column.key) for column in found.column_parts] == [1, 1, 6, 1]
    assert found.adds_up


PARTS: list[tuple[str, dict[str, int]]] = [
    ("region", {"Upland": 4, "No region": 5}),
    ("rocu", {"Upland Unit": 4, "No ROCU": 5}),
    ("agency_kind", {"Territorial police force (England and Wales)": 9}),
    ("statistics_group", {"Police forces in England and Wales": 8, "Not covered": 1}),
    ("role", {"Lead": 7, "Support": 2}),
    ("status", {"Draft": 1, "Submitted": 8}),
    ("claimed_level", {"Major": 1, "Moderate": 1, "Minor": 6, "Not recorded": 1}),
    ("strand", {"Pursue": 8, "Not recorded": 1}),
    ("entry_method", {"Small boat": 1, "Not recorded": 8}),
    ("initiation", {"Proactive": 8, "Reactive": 1}),
    ("uk_led", {"Yes": 7, "No": 2}),
    ("p_grade", {"P2": 7, "Not graded": 1, "No threat": 1}),
    ("threat_area", {"Organised immigration crime": 7, "Drugs": 1, "No threat": 1}),
    ("force_area", {"North Police": 1, "Not recorded": 8}),
    ("year", {"2025": 8, "No date": 1}),
    ("financial_year", {"2024/25": 3, "2025/26": 5, "No date": 1}),
    (
        "not_counted",
        {
            "Counted lead": 2,
            "Support beside the counts": 1,
            "Not counted: primary threat is not organised immigration crime": 1,
            "Not counted: not UK-led": 1,
            "Not counted: agency not covered on that date": 1,
            "Support outside the rule": 1,
            "Sandbox record": 1,
            "Not submitted or approved": 1,
        },
    ),
]


def test_each_dimension_cuts_all_records_into_parts(reader: User, subtests: pytest.Subtests) -> None:
    for by, expected in PARTS:
        with subtests.test(by):
            found = table(reader, "", by)
            assert numbers(found) == expected
            assert sum(expected.values()) == found.total == 9


def test_quarters_and_months_without_records_are_there_between_those_with_some(reader: User) -> None:
    dated = "occurred_on__empty=no"
    assert numbers(table(reader, f"{dated}&uk_led=yes", "quarter")) == {
        "Jan - Mar 2025": 2,
        "Apr - Jun 2025": 3,
        "Jul - Sep 2025": 0,
        "Oct - Dec 2025": 1,
    }
    months = table(reader, f"{dated}&to=2025-04-30&uk_led=yes", "month")
    assert list(numbers(months).items()) == [("Feb 2025", 2), ("Mar 2025", 0), ("Apr 2025", 3)]


def test_a_record_with_two_enablers_is_in_two_rows_and_once_in_the_total(reader: User) -> None:
    found = table(reader, "", "enabler", "level")
    assert [(row.label, found.number(row.key, None)) for row in found.row_parts] == [
        ("Transport", 2),
        ("Online advertising", 1),
        ("No enabler", 7),
    ]
    assert (found.total, found.number(None, "major")) == (9, 1)
    assert not found.adds_up


def test_outcomes_are_added_up_by_number_and_by_value_of_leads_alone(reader: User) -> None:
    arrests = table(reader, "", "outcome", "agency", "outcomes")
    assert numbers(arrests) == {("Arrest", "North Police"): 8, ("Cash seizure", "North Police"): 1}
    assert (arrests.total, arrests.adds_up) == (9, True)
    assert arrests.cells["arrest", None] == Cell(8, 2)
    assert table(reader, "", "agency", measure="support_outcomes").total == 3
    assert table(reader, "", "agency", "enabler", "value").total == Decimal("1000.50")
    by_enabler = table(reader, "", "enabler", measure="outcomes")
    assert numbers(by_enabler) == {"Transport": 9, "Online advertising": 8}
    assert by_enabler.total == 9


def test_records_by_outcome_are_counted_once_for_each_type(reader: User) -> None:
    found = table(reader, "", "outcome", "enabler")
    assert numbers(found)["Arrest", "Transport"] == 2
    assert [(row.label, found.number(row.key, None)) for row in found.row_parts] == [
        ("Arrest", 3),
        ("Cash seizure", 1),
        ("No outcome", 6),
    ]
    assert found.number(None, "transport") == 2
    assert found.total == 9


def test_largest_first_or_in_their_own_order(reader: User) -> None:
    assert table(reader, "", "level", order="size").row_parts[0].label == "Minor"
    assert [part.label for part in table(reader, "", "agency", order="natural").row_parts] == [
        "North Police",
        "Outside Police",
        "South Police",
    ]


def test_an_empty_set_gives_an_empty_table(reader: User) -> None:
    found = table(reader, "from=2001-01-01&to=2001-01-02", "agency", "level")
    assert (found.total, found.row_parts, found.marking) == (0, (), Marking.OFFICIAL)
    reader.is_active = False
    assert table(reader, "", "agency").total == 0


def test_the_marking_is_the_highest_of_its_records(reader: User) -> None:
    assert table(reader, "marking=official", "agency").marking == Marking.OFFICIAL
    assert table(reader, "", "agency").marking == Marking.OFFICIAL_SENSITIVE


@pytest.mark.parametrize("by", ["threat", "p_grade", "p_grade_then"])
def test_what_it_says_of_threats_is_marked_as_the_master_list(reader: User, by: str) -> None:
    assert table(reader, "marking=official", by).marking == MASTER_LIST_MARKING


def test_counted_tables_are_the_figures_of_the_statistics(reader: User) -> None:
    query = statistics.read_query(QueryDict("from=2025-01-01&to=2025-12-31"))
    rows = {row.name: row for row in statistics.by_agency(query)}

    def counted(measure: str, by: str = "agency", across: str = "level") -> Pivot:
        with query.rows() as kept:
            return pivot_table(kept, by=DIMENSIONS[by], across=DIMENSIONS[across], measure=MEASURES[measure])

    leads, supports, left_out = counted("counted"), counted("credited"), counted("not_counted", across="not_counted")
    # What is not shared with the reader counts for everyone.
    assert numbers(leads) == {
        ("North Police", "Major"): 1,
        ("North Police", "Minor"): 1,
        ("South Police", "Minor"): 1,
    }
    for name, row in rows.items():
        assert leads.number(row.code, None) == row.lead.total, name
        assert supports.number(row.code, None) == row.support.total, name
        assert left_out.number(row.code, None) == row.not_counted_total, name
        for reason, number in row.not_counted.items():
            assert left_out.number(row.code, reason) == number
    by_quarter = counted("counted", by="quarter")
    assert [by_quarter.number(part.key, None) for part in by_quarter.row_parts] == [1, 2]


def test_one_statement_and_one_for_names(reader: User, django_assert_num_queries: Any) -> None:
    asked = read_asked(QueryDict(""), reader=reader)
    for by, across, queries in (("agency", "level", 2), ("not_counted", "month", 1), ("enabler", "p_grade_then", 1)):
        with asked.rows() as rows, django_assert_num_queries(queries):
            pivot_table(rows, by=DIMENSIONS[by], across=DIMENSIONS[across], measure=MEASURES["count"])


# -------------------------------------------------------------------------------------------- what is cut off or hidden


def made(numbers: dict[tuple[str, str], int], by: str = "threat", across: str = "level") -> Pivot:
    """Return a table of given cells, its totals added up."""
    cells: dict[tuple[str | None, str | None], Cell] = {}
    for (row, column), number in numbers.items():
        for place in ((row, column), (row, None), (None, column), (None, None)):
            before = cells.get(place, Cell(0, 0))
            cells[place] = Cell(before.number + number, before.records + number)
    rows, columns = (tuple(dict.fromkeys(place[at] for place in numbers)) for at in (0, 1))

    def parts(names: tuple[str, ...], is_time: bool) -> tuple[Part, ...]:
        period = Period(date(2025, 1, 1), date(2025, 1, 31)) if is_time else None
        return tuple(Part(name, name, period=period) for name in names)

    return Pivot(
        MEASURES["count"],
        DIMENSIONS[by],
        DIMENSIONS[across],
        parts(rows, DIMENSIONS[by].is_time),
        parts(columns, DIMENSIONS[across].is_time),
        cells,
        Marking.OFFICIAL,
    )


def test_the_largest_rows_are_shown_and_the_others_are_together_in_the_last() -> None:
    whole = made({(f"threat {number}", "minor"): number for number in range(1, 8)})
    short = shortened(whole, rows=3)
    assert [part.label for part in short.row_parts] == ["threat 5", "threat 6", "threat 7", "The other 4"]
    assert short.rest == (4, 0)
    assert short.number(REST, None) == 1 + 2 + 3 + 4
    assert sum(short.number(part.key, None) for part in short.row_parts) == short.total == whole.total
    assert short.row_parts[-1].filters is None
    assert shortened(whole, rows=7) is whole


def test_of_many_months_the_latest_are_shown() -> None:
    short = shortened(
        made({("a", f"2025-{month:02d}"): 100 - month for month in range(1, 8)}, across="month"), columns=3
    )
    assert [part.label for part in short.column_parts] == ["Earlier (4)", "2025-05", "2025-06", "2025-07"]


def test_small_numbers_cannot_be_worked_out_from_the_rest_of_their_row_or_column() -> None:
    whole = made(
        {
            ("a", "x"): 2,
            ("a", "y"): 40,
            ("a", "z"): 50,
            ("b", "x"): 30,
            ("b", "y"): 20,
            ("b", "z"): 60,
            ("c", "x"): 70,
            ("c", "y"): 80,
            ("c", "z"): 90,
        }
    )
    hidden = with_small_numbers_hidden(whole, 4).hidden
    assert ("a", "x") in hidden
    rows, columns = ["a", "b", "c", None], ["x", "y", "z", None]
    lines = [[(row, column) for column in columns] for row in rows]
    lines += [[(row, column) for row in rows] for column in columns]
    assert all(sum(place in hidden for place in line) != 1 for line in lines)
    assert ("c", "z") not in hidden
    assert not with_small_numbers_hidden(whole, 0).hidden
    assert not with_small_numbers_hidden(whole, 1).hidden


def test_a_row_with_nothing_but_a_small_number_hides_its_total() -> None:
    hidden = with_small_numbers_hidden(made({("a", "x"): 1, ("b", "x"): 30, ("b", "y"): 40}), 2).hidden
    assert {("a", "x"), ("a", None)} <= hidden


def test_only_cells_are_shaded_not_totals_nor_what_is_hidden() -> None:
    table = made({("a", "x"): 1, ("a", "y"): 36, ("b", "x"): 3600})
    assert sorted(shaded_numbers(table)) == [0, 1, 36, 3600]
    assert sorted(shaded_numbers(with_small_numbers_hidden(table, 1))) == [0]


# ------------------------------------------------------------------------------------------------------------- the page


def cells_of(content: str) -> list[tuple[str, str | None]]:
    """Return the numbers of the page's table, each with the address behind it."""
    body = content[content.index("<table") : content.index("</table>")]
    found = re.findall(r'govuk-table__cell--numeric heat-\d[^"]*">(?:<a class="[^"]*" href="([^"]*)">)?([^<]*)', body)
    return [(text, unescape(href) or None) for href, text in found]


def heads_of(content: str) -> list[str]:
    body = content[content.index("<table") : content.index("</table>")]
    return [unescape(href) for href in re.findall(r'<th [^>]*><a class="govuk-link" href="([^"]*)"', body)]


def counted_on(reader: User, address: str | None) -> int:
    """Return how many records the list behind an address has, by the filter itself."""
    assert address is not None
    asked = read_asked(QueryDict(address.partition("?")[2]), reader=reader)
    with asked.rows() as rows:
        return int(rows.count())


CUTS: list[str] = [
    "rows=agency&across=level",
    "rows=not_counted&across=role",
    "rows=p_grade&across=p_grade_then",
    "rows=enabler&across=outcome",
    "rows=month&across=financial_year&from=2025-02-10&to=2025-07-15",
    "rows=quarter&across=none",
    "rows=region&across=rocu",
    "rows=threat&across=threat_area&threat__empty=yes",
    "rows=force_area&across=uk_led",
    "rows=initiation&across=entry_method&initiation__not=reactive",
    "rows=statistics_group&across=channel&measure=lead",
    "rows=outcome&across=level&outcome=arrest&outcome=charge&outcome__empty=yes",
    "rows=outcome&across=none&outcome_count__from=4",
    "rows=status&across=strand&strand=pursue&strand__empty=yes",
    "rows=year&across=none&occurred_on__empty=yes&from=2025-04-01",
]


def test_every_number_of_records_opens_just_these_records(reader: User, subtests: pytest.Subtests) -> None:
    for query in CUTS:
        with subtests.test(query):
            parameters = QueryDict(query)
            asked = OpenTable(parameters, reader)
            found = asked.table(read_choice(parameters))
            assert found.total
            rows: list[Part | None] = [*found.row_parts, None]
            columns: list[Part | None] = [*found.column_parts, None]
            for row, column in product(rows, columns):
                if number := found.number(row.key if row else None, column.key if column else None):
                    href = asked.links.behind(found.measure.filters, row, column)
                    assert counted_on(reader, href) == number, href


def test_behind_a_number_of_outcomes_are_the_records_that_have_them(reader: User) -> None:
    def found(measure: str, query: str = "") -> list[tuple[Number, int]]:
        parameters = QueryDict(f"rows=outcome&across=none&measure={measure}&{query}")
        asked = OpenTable(parameters, reader)
        whole = asked.table(read_choice(parameters))
        return [
            (
                whole.number(part.key if part else None, None),
                counted_on(reader, asked.links.behind(whole.measure.filters, part)),
            )
            for part in (*whole.row_parts, None)
        ]

    assert found("outcomes") == [(8, 2), (1, 1), (9, 2)]
    assert found("outcomes", "outcome_count__from=4") == [(4, 1), (4, 1)]
    assert found("outcomes", "outcome=arrest") == [(8, 2), (8, 2)]
    assert found("value") == [(Decimal("1000.50"), 1), (Decimal("1000.50"), 1)]
    assert found("value", "outcome__empty=no") == [(Decimal("1000.50"), 1), (Decimal("1000.50"), 1)]
    assert found("support_outcomes") == [(3, 1), (3, 1)]


def test_behind_a_counted_number_is_the_list_that_says_the_same_number(reader: User) -> None:
    parameters = QueryDict("rows=agency&across=level&measure=counted&from=2025-01-01&to=2025-12-31&role__not=support")
    asked = CountedTable(parameters, reader)
    found = asked.table(read_choice(parameters))
    for row in (*found.row_parts, None):
        href = asked.links.behind(found.measure.filters, row)
        assert href is not None
        behind = QueryDict(href.partition("?")[2])
        assert figure_behind(behind, as_at=None) == found.number(row.key if row else None, None)
        assert counted_on(reader, href) <= found.total


def test_headings_open_their_records_and_the_ways_on_keep_the_question(reader: User, client: Client) -> None:
    client.force_login(reader)
    page = client.get("/pivot/?rows=agency&across=level&role=lead&as_at=").content.decode()
    assert "as_at" not in page
    page = client.get("/pivot/?rows=agency&across=level&role=lead").content.decode()
    assert [counted_on(reader, href) for href in heads_of(page)] == [1, 1, 4, 1, 4, 2, 1]
    assert 'href="/pivot/?rows=level&amp;across=agency&amp;role=lead"' in page
    assert 'href="/disruptions/?role=lead"' in page
    assert 'href="/pivot/?rows=agency&amp;across=level"' in page
    assert '<input type="hidden" name="role" value="lead">' in page


def test_the_file_has_every_number_its_marking_and_no_formula(
    reader: User, client: Client, records: dict[str, Disruption]
) -> None:
    client.force_login(reader)
    answer = client.get("/pivot/?rows=agency&across=level&format=csv")
    name = "pivot-count-by-agency-by-level-official-sensitive.csv"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    lines = list(csv.reader(answer.getvalue().decode("utf-8-sig").splitlines()))
    assert lines[0] == ["Agency", "Major", "Moderate", "Minor", "Not recorded", "Total", "Marking"]
    assert lines[1] == ["North Police", "1", "0", "2", "1", "4", "OFFICIAL-SENSITIVE"]
    assert lines[-1] == ["Total", "1", "1", "6", "1", "9", "OFFICIAL-SENSITIVE"]
    logged = AuditEntry.objects.get(action=AuditAction.EXPORTED)
    assert (logged.subject, logged.detail["found"]) == ("pivot", "9")
    title = "=1+1"
    make_disruption(threat=make_threat(title=title))
    lines = list(csv.reader(client.get("/pivot/?rows=threat&format=csv").getvalue().decode().splitlines()))
    assert any(line[0].startswith("'=1+1") for line in lines)


def test_small_numbers_are_marked_where_the_setting_says_so(reader: User, client: Client, settings: Any) -> None:
    client.force_login(reader)
    settings.PIVOT_SMALL_NUMBER = 2
    page = client.get("/pivot/?rows=agency&across=level").content.decode()
    texts = [text for text, _ in cells_of(page)]
    assert "[c]" in texts
    assert "1" not in texts
    assert "[c]: from 1 to 2 records" in page
    assert 'id="chart"' not in page
    file = client.get("/pivot/?rows=agency&across=level&format=csv").getvalue().decode()
    assert "[c]" in file
    # Of what may be opened a hidden number still leads to its records; of counted figures it does not.
    assert all(href for text, href in cells_of(page) if text == "[c]")
    counted = client.get("/pivot/?rows=agency&across=level&measure=counted&from=2025-01-01&to=2025-12-31")
    assert not any(href for text, href in cells_of(counted.content.decode()) if text == "[c]")


REFUSALS: list[tuple[str, str]] = [
    ("rows=agancy", "Rows: There is no choice"),
    ("rows=agency&across=agency", "Columns: Choose something else"),
    ("measure=sum", "Count: There is no choice"),
    ("order=upwards", "Order: Choose size or natural"),
    ("rows=level&rows=agency", "Rows: Give this once"),
    ("format=xml", "Format: Choose csv"),
    ("level=huge", "Level: There is no choice"),
    ("agancy=north", "There is no filter called agancy"),
    ("as_at=soon", "Give one date"),
    ("measure=counted&status=approved", "Counted figures cannot be filtered by this"),
    ("measure=counted&rows=enabler", "Counted figures are not cut by Enabler"),
]


def test_what_cannot_be_read_is_refused(reader: User, client: Client, subtests: pytest.Subtests) -> None:
    client.force_login(reader)
    for query, says in REFUSALS:
        with subtests.test(query):
            page = client.get(f"/pivot/?{query}")
            assert page.status_code == REFUSED
            assert says in unescape(page.content.decode())
            assert "<table" not in page.content.decode()
            assert client.get(f"/pivot/?{query}&format=csv").status_code == REFUSED


def test_the_number_of_queries_does_not_grow_with_the_records(
    reader: User, client: Client, records: dict[str, Disruption], django_assert_max_num_queries: Any
) -> None:
    client.force_login(reader)
    client.get("/pivot/")
    with django_assert_max_num_queries(13):
        client.get("/pivot/?rows=agency&across=level&level__not=none")
    for day in range(1, 30):
        make_disruption(agency=make_agency(), threat=records["first"].threat, occurred_on=date(2025, 1, day))
    with django_assert_max_num_queries(13):
        client.get("/pivot/?rows=agency&across=level&level__not=none")


def test_filters_that_nobody_may_feel_with_are_refused_and_the_way_on_is_shown(reader: User, client: Client) -> None:
    client.force_login(reader)
    page = unescape(client.get("/pivot/?measure=counted&q=boat&level=major&rows=quarter").content.decode())
    assert "Show counted figures without these filters" in page
    assert 'href="/pivot/?level=major&measure=counted"' in page


def test_a_bad_statistic_query_raises_before_anything_is_read() -> None:
    with pytest.raises(Invalid):
        statistics.read_query(QueryDict("status=approved"))
