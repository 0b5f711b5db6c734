"""The demonstration gives the figures of design section 10, by a history that was recorded and not forged.

It is loaded once, by its own command, and kept as a database template until the code that it depends on changes.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html import unescape
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q
from django.http import QueryDict
from pytest_django import DjangoDbBlocker
from python_calamine import CalamineWorkbook

from agencies.demonstration_accounts import ACCOUNTS
from agencies.models import LONDON, Agency, AgencyEvent, User, london_date, oic_now
from agencies.vocabulary import AgencyKind
from disruptions import statistics
from disruptions.asked import read_asked
from disruptions.demonstration import NOTICE
from disruptions.demonstration.figures import FORCES, PUBLISHED_FILE, november
from disruptions.feed_types import FEED_TYPES, NAME_OF_SUBJECT
from disruptions.models import (
    ChangeEvent,
    Disruption,
    DisruptionAsAt,
    DisruptionEvent,
    Extract,
    Membership,
    Outcome,
    PlanAction,
    PlanResult,
    Review,
    SOCThreat,
    ThreatMerge,
)
from disruptions.statistics.extracts import verify
from disruptions.statistics.parameters import records_as_at
from disruptions.statistics.pivot import Pivot
from disruptions.views.pivot import CountedTable, OpenTable, read_choice
from disruptions.views.pivot_figures import pivot_sentence
from disruptions.vocabulary import AUDIENCE_CHANGED, Channel, Decision, Status
from tests.api import Partner
from tests.databases import TestDatabase
from tests.disruptions.audiences import last_audiences
from tests.factories import make_api_client, make_user

pytestmark = pytest.mark.django_db

ANALYST_GUIDE = Path(__file__).resolve().parents[2] / "docs" / "analyst.md"
LEVELS = ("minor", "moderate", "major", "total")
INSPECTION, NOVEMBER, MAY = date(2024, 9, 10), date(2025, 11, 20), date(2026, 5, 14)


@pytest.fixture(scope="module", autouse=True)
def demonstration(
    test_database: TestDatabase, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    with django_db_blocker.unblock():
        test_database.hold_demonstration()
    yield
    with django_db_blocker.unblock():
        test_database.restore()


def query(**parameters: object) -> statistics.StatisticsQuery:
    names = {"first": "from", "to": "to", "as_at": "as_at"}
    return statistics.read_query(QueryDict("&".join(f"{names[name]}={value}" for name, value in parameters.items())))


# --------------------------------------------------------------------------------------------------- published figures


def test_as_at_may_2026_the_table_is_the_published_one_cell_for_cell():
    with PUBLISHED_FILE.open(encoding="utf-8", newline="") as file:
        published = [
            (
                row["quarter"],
                int(row["minor"]),
                int(row["moderate"]),
                int(row["major"]),
                int(row["total"]),
                row["provisional"],
            )
            for row in csv.DictReader(file)
        ]
    table = statistics.oic_01(query(as_at=MAY))
    quarters = [row for row in table if not row.is_year]
    assert [
        (
            f"{row.year}-Q{(row.period.first.month + 2) // 3}",
            row.minor,
            row.moderate,
            row.major,
            row.total,
            "p" if row.provisional else "",
        )
        for row in quarters
    ] == published
    assert len(published) == 13
    years = [(row.year, row.minor, row.moderate, row.major, row.total, row.provisional) for row in table if row.is_year]
    assert years == [
        (2023, 1_318, 196, 53, 1_567, False),
        (2024, 2_319, 255, 75, 2_649, True),
        (2025, 3_505, 501, 121, 4_127, True),
    ]


@pytest.mark.parametrize("day", [NOVEMBER, MAY], ids=str)
def test_page_api_csv_and_workbook_give_the_table_of_the_cut_off_cell_for_cell(client, day, tmp_path):
    asked = f"as_at={day}"
    expected = [
        (row.year, row.marked_quarter, row.minor, row.moderate, row.major, row.total)
        for row in statistics.oic_01(query(as_at=day))
    ]
    client.force_login(User.objects.get(email="viewer@bsc.example"))
    partner = Partner(make_api_client())
    page = client.get(f"/statistics/oic-01/?{asked}").content.decode()
    lines = re.findall(r"(?s)<tr[^>]*>(.*?)</tr>", page[page.index("<tbody") :])
    cells = [
        [unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.findall(r"(?s)<t[dh].*?</t[dh]>", line)]
        for line in lines
    ]
    assert [tuple(line) for line in cells] == [
        (*map(str, row[:2]), *(f"{cell:,}" for cell in row[2:])) for row in expected
    ]
    of_page = client.get(f"/statistics/oic-01/?{asked}&format=csv").getvalue().decode()
    assert [tuple(line[:-1]) for line in csv.reader(StringIO(of_page))][1:] == [
        tuple(map(str, row)) for row in expected
    ]
    of_api = partner.get(f"statistics/oic-01/?{asked}").json()["rows"]
    assert [
        (row["year"], f"{row['quarter']}{' [p]' if row['provisional'] else ''}", *(row[name] for name in LEVELS))
        for row in of_api
    ] == expected
    written = tmp_path / "table.ods"
    call_command("write_oic01", str(written), "--as-at", str(day), stdout=StringIO())
    workbooks = [
        client.get(f"/statistics/oic-01/?{asked}&format=ods").content,
        partner.get(f"statistics/oic-01/?{asked}&format=ods").content,
        written.read_bytes(),
    ]
    for workbook in workbooks:
        sheet = CalamineWorkbook.from_filelike(BytesIO(workbook)).get_sheet_by_name("OIC_01").to_python()
        assert [tuple(line) for line in sheet[6:]] == expected


def test_the_triangle_of_the_published_table_ends_in_the_table_of_its_month_end():
    growth = statistics.expected_growth(query(as_at=MAY))
    assert growth.month_end == date(2026, 4, 30)
    table = {(row.year, row.quarter): row.total for row in statistics.oic_01(query(as_at=growth.month_end))}
    young = [row for row in growth.rows if row.age is not None and row.age < 24]
    assert len(young) == 8
    assert [row.latest for row in young] == [table[row.quarter.year, row.quarter.name] for row in young]
    # What was expected of the last quarter then is what became of it: the interval holds the count half a year later.
    last = growth.expected[-1]
    later = next(
        row for row in statistics.oic_01(query(as_at=date(2026, 9, 30))) if row.period.first == last.quarter.start
    )
    assert last.low <= later.total <= last.high


def test_as_at_november_2025_the_years_ending_september_are_the_published_ones():
    found = statistics.year_ending(query(as_at=NOVEMBER))
    rows = {row.level: (row.before, row.now, row.change) for row in found.rows}
    assert rows == {"major": (69, 104, 51), "moderate": (235, 381, 62), "minor": (2_070, 2_677, 29)}
    assert (found.total.before, found.total.now, found.total.change) == (2_374, 3_162, 33)
    assert found.mean_per_quarter == 791
    assert found.period.last == date(2025, 9, 30)


def test_as_at_november_2025_the_quarters_are_the_published_ones():
    quarters = [row for row in statistics.oic_01(query(as_at=NOVEMBER)) if not row.is_year]
    assert len(quarters) == 11
    cells = {(row.year, row.quarter): row for row in quarters}
    wanted = Counter[tuple[int, str]]()
    for (quarter, _), count in november().items():
        wanted[quarter.year, quarter.name] += count
    assert {place: row.total for place, row in cells.items()} == wanted
    assert statistics.mean(sum(row.total for row in quarters if row.year == 2023), 4) == 392
    record = max(quarters, key=lambda row: row.total)
    assert (record.year, record.quarter) == (2025, "Jan - Mar")
    assert 880 < record.total < 900
    assert sum(row.total for row in quarters if row.period.first >= date(2024, 7, 1)) > 3_800


def test_the_two_tables_differ_by_history_of_every_kind():
    """The difference is made by entries after the first cut-off and by changes of what stood then, both ways."""

    def counted(day: date) -> dict[int, tuple[date, str, int]]:
        with records_as_at(day) as rows:
            found = rows.counted().filter(occurred_on__range=(date(2023, 1, 1), date(2025, 9, 30)))
            return {
                pk: (occurred, level, version)
                for pk, occurred, level, version in found.values_list("pk", "occurred_on", "level", "version")
            }

    before, after = counted(NOVEMBER), counted(MAY)
    recorded = dict(Disruption.objects.values_list("pk", "recorded_at"))
    cut_off = datetime(2025, 11, 21, tzinfo=LONDON)
    entered, left = after.keys() - before.keys(), before.keys() - after.keys()
    changes = Counter(
        DisruptionEvent.objects.filter(
            id__in=left | entered, pgh_created_at__gte=cut_off, pgh_created_at__lt=datetime(2026, 5, 15, tzinfo=LONDON)
        ).values_list("reason_class", flat=True)
    )
    late = {pk for pk in entered if recorded[pk] >= cut_off}
    assert len(late) > 400
    assert entered - late
    assert all(changes[kind] for kind in ("withdrawn", "duplicate", "threat_change", "regrade", "other_correction"))
    both = before.keys() & after.keys()
    order = ["minor", "moderate", "major"]
    moved = [order.index(after[pk][1]) - order.index(before[pk][1]) for pk in both]
    assert min(moved) < 0 < max(moved)
    redated = [(after[pk][0] - before[pk][0]).days for pk in both]
    assert min(redated) < 0 < max(redated)


def test_extracts_are_frozen_at_both_cut_offs_and_the_second_is_the_published_table():
    first, second = Extract.objects.with_related().order_by("cut_off")
    assert (first.cut_off, second.cut_off) == (NOVEMBER, MAY)
    for extract in (first, second):
        assert (extract.is_signed_off, extract.frozen_by.email) == (True, "statistician@nca.example")
        assert extract.signed_off_by is not None
        assert extract.signed_off_at is not None
        assert extract.signed_off_by.email == "second-statistician@nca.example"
        assert extract.cut_off < london_date(extract.frozen_at) < london_date(extract.signed_off_at)
        assert statistics.oic_01_of(extract) == statistics.oic_01(query(as_at=extract.cut_off))
        assert verify(extract).agrees
    with PUBLISHED_FILE.open(encoding="utf-8", newline="") as file:
        published = [
            [int(row[name]) for name in ("minor", "moderate", "major", "total")] for row in csv.DictReader(file)
        ]
    quarters = [row for row in statistics.oic_01_of(second) if not row.is_year]
    assert [[row.minor, row.moderate, row.major, row.total] for row in quarters] == published
    assert [row.provisional for row in quarters] == [False] * 5 + [True] * 8


def test_the_revisions_between_the_two_add_up():
    first, second = Extract.objects.order_by("cut_off")
    asked = QueryDict(f"before={first.reference}&as_at={second.reference}")
    found = statistics.revisions(statistics.read_revision_query(asked))
    assert found.query.period.last == date(2025, 9, 30)
    by_day = {
        name: sum(row.total for row in statistics.oic_01(query(as_at=day, to="2025-09-30")) if not row.is_year)
        for name, day in (("old", NOVEMBER), ("new", MAY))
    }
    assert (found.total.old, found.total.new) == (by_day["old"], by_day["new"])
    totals = [cell for cell in found.cells if cell.level == "total"]
    ending = [cell for cell in totals if cell.quarter and cell.quarter.start >= date(2024, 10, 1)]
    assert (sum(cell.old for cell in ending), sum(cell.new for cell in ending)) == (3_162, 3_578)
    for cell in found.cells:
        assert cell.difference == sum(cell.reasons.values())
    assert sum(row.net for row in found.reasons) == found.total.difference
    done = {row.reason.value for row in found.reasons if row.records}
    assert done >= {"late_entry", "regrade", "withdrawn", "duplicate", "threat_change", "date_correction"}
    # The same by the records as at the two days, and from history alone.
    same = statistics.revisions(statistics.read_revision_query(QueryDict(f"before={NOVEMBER}&as_at={MAY}")))
    assert same.cells == found.cells
    assert same.reasons == found.reasons


def test_quarters_after_march_2026_are_there_and_said_to_be_invented():
    rows = {(row.year, row.quarter): row.total for row in statistics.oic_01(query(to=date(2026, 12, 31)))}
    assert rows[2026, "Apr - Jun"] > 800
    assert rows[2026, "Jul - Sep"] > 800
    assert rows[2026, "Oct - Dec"] > 200
    assert "Figures after March 2026 are invented." in NOTICE


# -------------------------------------------------------------------------------------------------- inspected recording


def test_as_at_the_inspection_records_by_year_and_force_are_those_of_the_report():
    rows = statistics.records_by_year(query(first=date(2020, 1, 1), to=date(2024, 8, 31), as_at=INSPECTION))
    forces = set(Agency.objects.filter(kind=AgencyKind.TERRITORIAL_FORCE).values_list("code", flat=True))
    by_year, by_force = Counter[int](), Counter[str]()
    for row in rows:
        if row.agency in forces:
            by_year[row.year] += row.records
            by_force[row.agency] += row.records
    assert by_year == {2020: 22, 2021: 204, 2022: 424, 2023: 803, 2024: 575}
    four = sum(by_force[force] for force in ("surrey", "thames-valley", "northamptonshire", "sussex"))
    assert 1_248 <= four <= 1_267
    assert statistics.share(four, by_year.total()) == 62
    assert {force: by_force[force] for force in forces} == FORCES
    assert sum(0 < count < 10 for count in FORCES.values()) >= 10
    assert 0 in FORCES.values()
    assert sum(row.records for row in rows if row.agency not in forces) == 3_873
    assert {row.role for row in rows} == {"lead", "support"}
    others = {row.agency for row in rows if row.agency not in forces}
    assert {"nca", "immigration-enforcement", "border-force", "home-office-intelligence", "serocu", "hmrc"} <= others
    assert {"police-scotland", "psni", "btp"} <= others


# --------------------------------------------------------------------------------------------------------- master list


def test_threats_are_those_of_the_report():
    counts = statistics.threat_counts(date(2024, 5, 1))
    assert (counts.linked, counts.linked_ocgs, counts.primary_ocgs) == (338, 111, 79)
    grades = {row.grade: row.threats for row in statistics.grades(INSPECTION)}
    assert grades == {"P1": 0, "P2": 14, "P3": 31, "P4": 34, "ungraded": 0}
    on_pnd = statistics.threat_counts(date(2024, 6, 24))
    assert (on_pnd.on_pnd, on_pnd.at_lowest_tier) == (56, 51)


def test_the_master_list_has_a_history_and_work_to_do():
    threats = SOCThreat.objects.all()
    assert threats.filter(next_review_on__lt=date(2026, 11, 20)).count() > 20
    assert threats.filter(next_review_on__gt=date(2026, 12, 31)).count() > 50
    assert {"active", "monitored", "dormant", "dismantled", "archived"} == set(threats.values_list("status", flat=True))
    assert threats.annotate(gradings=Count("assessments")).filter(gradings__gt=1).count() > 100
    assert {row.grade for row in statistics.grades() if row.threats} >= {"P1", "P2", "P3", "P4"}
    assert threats.filter(assessments__assessed_by__email="threats@surrey.example").exists()


# ----------------------------------------------------------------------------------------------------- credible records


def test_plans_links_and_a_merge_are_there():
    assert PlanAction.objects.values("threat").distinct().count() == 8
    assert set(PlanAction.objects.values_list("state", flat=True)) == {"planned", "under_way", "done", "dropped"}
    assert PlanResult.objects.live().count() > 30
    assert Membership.objects.filter(until_on__isnull=True).count() > 15
    assert Membership.objects.filter(until_on__isnull=False).count() == 1
    merge = ThreatMerge.objects.select_related("loser", "winner").get()
    assert (merge.loser.status, merge.loser.merged_into) == ("archived", merge.winner)
    assert merge.counts_before == merge.counts_after
    assert merge.disruptions_moved > 20


def test_sums_over_agencies_are_the_national_figures():
    for parameters in ({"as_at": MAY}, {"as_at": NOVEMBER}, {}):
        national = sum(row.total for row in statistics.oic_01(query(**parameters)) if not row.is_year)
        assert sum(row.lead.total for row in statistics.by_agency(query(**parameters))) == national


def test_the_parts_of_the_dashboard_are_the_published_table():
    asked = query(as_at=MAY)
    figures = statistics.dashboard(asked)
    national = sum(row.total for row in statistics.oic_01(asked) if not row.is_year)
    assert figures.lead.total == national
    for mix in figures.mixes.values():
        assert mix.total == national
    for places in (statistics.by_region(figures.agencies), statistics.by_rocu(figures.agencies)):
        assert sum(place.lead.total for place in places) == national
    assert sum(year.lead.total for year in figures.financial_years) == national
    assert figures.outcomes is not None
    assert figures.outcomes.number_of("arrest") > 0


def test_every_agency_is_recorded_by_one_and_approved_by_another():
    approved = Disruption.objects.filter(status=Status.APPROVED)
    assert approved.count() > 13_000
    assert not approved.filter(Q(approved_by=F("recorded_by")) | Q(approved_by=F("submitted_by"))).exists()
    assert not approved.exclude(approved_by__agency=F("agency")).exists()
    assert not Disruption.objects.exclude(recorded_by__agency=F("agency")).exists()
    assert {Channel.BROWSER, Channel.API, Channel.FILE} <= set(Disruption.objects.values_list("channel", flat=True))
    assert set(Disruption.objects.values_list("status", flat=True)) == set(Status.values)
    decisions = set(Review.objects.values_list("decision", flat=True))
    assert decisions == set(Decision.values) - {Decision.LEAD_CHANGED}


def test_records_do_not_read_alike():
    leads = Disruption.objects.filter(role="lead").exclude(summary="")
    summaries = Counter(leads.values_list("summary", flat=True))
    assert len(summaries) > 0.8 * summaries.total()
    assert not leads.filter(Q(summary__contains="{") | Q(impact__contains="{")).exists()
    initiation = Counter(leads.values_list("initiation", flat=True))
    assert initiation["reactive"] > 2 * initiation["proactive"] > 1_000
    methods = Counter(leads.values_list("entry_method", flat=True))
    assert 0.15 < methods["small_boat"] / methods.total() < 0.5
    assert set(leads.values_list("strand", flat=True)) >= {"pursue", "prevent", "protect", "prepare"}
    assert set(leads.values_list("sharing", flat=True)) == {"all_agencies", "lead_and_supporting", "named_agencies"}
    assert set(leads.values_list("marking", flat=True)) == {"official", "official_sensitive"}
    assert Outcome.objects.values("type").distinct().count() > 15
    assert leads.exclude(country="GB").exists()


def test_the_demonstration_accounts_have_work_on_their_desks():
    mine = Disruption.objects.filter(recorded_by__email="officer@surrey.example")
    assert mine.filter(status=Status.DRAFT).count() == 3
    assert mine.filter(status=Status.RETURNED).count() == 2
    waiting = Disruption.objects.filter(agency__code="surrey", status=Status.SUBMITTED)
    assert waiting.exclude(recorded_by__email="approver@surrey.example").count() > 5
    assert Disruption.objects.waiting_for_lead().filter(lead_agency__code="surrey").exists()
    for name in ("kent", "thames-valley", "border-force", "immigration-enforcement", "nca"):
        assert Disruption.objects.filter(recorded_by__email=f"officer@{name}.example", status=Status.DRAFT).exists()


def test_only_the_named_accounts_can_sign_in():
    can = {user.email for user in User.objects.people() if user.has_usable_password()}
    assert can == {account.email for account in ACCOUNTS}
    assert not User.objects.filter(is_demonstration=False).exists()
    others = User.objects.people().exclude(email__in=can)
    assert all(email.endswith(f"@{code}.example") for email, code in others.values_list("email", "agency__code"))


# ------------------------------------------------------------------------------------------------------------ the clock


def test_history_runs_forward_and_nothing_is_later_than_now():
    assert not AgencyEvent.objects.filter(pgh_created_at__gte=datetime(2020, 1, 3, tzinfo=LONDON)).exists()
    events = DisruptionEvent.objects.order_by("id", "version").values_list("id", "version", "pgh_created_at")
    last: tuple[int, int, datetime] | None = None
    for event in events.iterator():
        if last is not None and last[0] == event[0]:
            assert event[1] == last[1] + 1
            assert event[2] >= last[2]
        last = event
    assert not DisruptionEvent.objects.filter(pgh_created_at__gt=datetime(2026, 11, 21, tzinfo=LONDON)).exists()
    with records_as_at(date(2026, 11, 20)) as rows:
        assert rows.count() == Disruption.objects.count()
        assert rows.model is DisruptionAsAt


def test_a_second_run_changes_nothing_and_is_quick(settings: Any):
    settings.DEMO = True
    before, said, began = Disruption.objects.count(), StringIO(), datetime.now(LONDON)
    call_command("load_demonstration", stdout=said)
    assert "loaded already" in said.getvalue()
    assert datetime.now(LONDON) - began < timedelta(seconds=2)
    assert Disruption.objects.count() == before


def test_it_is_refused_where_the_site_is_no_demonstration(settings: Any):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demonstration")


def test_every_change_has_its_type_and_says_who_may_open_the_record():
    names = {
        f"{NAME_OF_SUBJECT[subject]}.{change}"
        for subject, change in ChangeEvent.objects.exclude(change=AUDIENCE_CHANGED).values_list("subject", "change")
    }
    assert names <= FEED_TYPES.keys()
    kept = last_audiences()
    for agency in Agency.objects.order_by("pk")[::8]:
        rows = Disruption.objects.visible_to(make_user(agency=agency, is_service=True)).order_by()
        seen = set(rows.values_list("pk", flat=True))
        assert seen == {key for key, audience in kept.items() if audience is None or agency.pk in audience}


# ------------------------------------------------------------------------------------- questions answered by an address


def answered(address: str) -> Pivot:
    """Return the table behind an address of ``docs/analyst.md``, as the national analyst sees it."""
    analyst = User.objects.get(email="analyst@nca.example")
    assert address in ANALYST_GUIDE.read_text(encoding="utf-8")
    parameters = QueryDict(address.partition("?")[2])
    choice = read_choice(parameters)
    return (CountedTable if choice.measure.counted else OpenTable)(parameters, analyst).table(choice)


def test_four_forces_have_62_percent_of_what_the_forces_recorded():
    table = answered(
        "/pivot/?rows=agency&across=none&agency_kind=territorial_force&status=submitted&status=approved"
        "&from=2020-01-01&to=2024-08-31&as_at=2024-09-10"
    )
    assert table.total == 22 + 204 + 424 + 803 + 575
    assert [part.key for part in table.row_parts[:4]] == ["surrey", "thames-valley", "northamptonshire", "sussex"]
    assert table.shares_so_far()[3] == 62
    assert sum(0 < table.number(part.key, None) < 10 for part in table.row_parts) >= 5
    assert "have 62% together" in pivot_sentence(table)


def test_majors_by_quarter_are_the_published_ones():
    table = answered("/pivot/?rows=quarter&across=none&measure=counted&level=major&as_at=2026-05-14")
    with PUBLISHED_FILE.open(encoding="utf-8", newline="") as file:
        published = [int(row["major"]) for row in csv.DictReader(file)]
    assert [table.number(part.key, None) for part in table.row_parts] == published
    assert published[0] == 7


def test_overdue_p2_threats_with_a_disruption_this_year():
    analyst = User.objects.get(email="analyst@nca.example")
    address = "/threats/?p_grade=P2&review=overdue&disrupted__from=start_of_year"
    assert address in ANALYST_GUIDE.read_text(encoding="utf-8")
    asked = read_asked(QueryDict(address.partition("?")[2]), reader=analyst, which="threats")
    today = london_date(oic_now())
    records = Disruption.objects.visible_to(analyst).standing().filter(occurred_on__gte=date(today.year, 1, 1))
    expected = SOCThreat.objects.filter(p_grade="P2", next_review_on__lt=today, pk__in=records.values("threat"))
    with asked.rows() as rows:
        assert set(rows) == {threat for threat in expected if threat.status != "archived"}
