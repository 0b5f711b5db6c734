"""Statistics: one number by every reader, supports never added, rounding by the rule."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db.models import F
from django.http import QueryDict

from agencies.models import Agency
from agencies.refusals import Invalid
from agencies.vocabulary import AgencyKind, StatisticsGroup
from disruptions.exports import file_name, table_csv
from disruptions.models import Disruption
from disruptions.querysets import COUNTING_RULE
from disruptions.statistics import (
    LevelCounts,
    Period,
    Quarter,
    Scope,
    ThreatCounts,
    by_agency,
    dashboard,
    grades,
    lead_total,
    mean,
    not_counted_total,
    oic_01,
    percent_change,
    read_query,
    records_by_year,
    records_table,
    share,
    threat_counts,
    total_of,
    trend,
    whole_years,
    year_ending,
    zero_returns,
)
from disruptions.statistics.definitions import LEFT_OUT, PROVISIONAL, TREND
from disruptions.statistics.periods import quarters_between, whole_years_ending
from disruptions.vocabulary import (
    DisruptionRole,
    Level,
    Marking,
    NotCounted,
    PndTier,
    PriorityGrade,
    Status,
    ThreatArea,
    ThreatKind,
    ThreatStatus,
)
from tests.factories import make_agency, make_disruption, make_ocg, make_region, make_threat, make_user

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
LATER = datetime(2024, 6, 15, 12, tzinfo=UTC)
QUARTER = "from=2025-01-01&to=2025-03-31"


def ask(query: str = QUARTER):
    return read_query(QueryDict(query))


def numbers(counts: LevelCounts) -> tuple[int, int, int, int]:
    return counts.major, counts.moderate, counts.minor, counts.total


@pytest.fixture
def records(db: None) -> dict[str, Agency]:
    """Leads, supports and leads that do not count, of three agencies, in the first quarter of 2025."""
    east = make_region(code="east")
    agencies = {code: make_agency(code=code, region=east) for code in ("north", "south")}
    agencies["sea"] = make_agency(
        code="sea", name="Sea Agency", kind=AgencyKind.LAW_ENFORCEMENT_AGENCY, statistics_group=StatisticsGroup.NCA
    )
    agencies["quiet"] = make_agency(code="quiet")
    authors = {code: make_user(agency=agency) for code, agency in agencies.items()}
    threat, drugs = make_threat(), make_threat(primary_area=ThreatArea.DRUGS)

    def make(code: str, how_many: int, **values: object) -> None:
        for _ in range(how_many):
            values = {"threat": threat, "occurred_on": date(2025, 2, 3), **values}
            make_disruption(agency=agencies[code], recorded_by=authors[code], **values)  # type: ignore[arg-type]

    support = {"role": DisruptionRole.SUPPORT, "lead_agency": agencies["quiet"]}
    make("north", 2, level=Level.MINOR)
    make("north", 1, level=Level.MAJOR, status=Status.APPROVED)
    make("south", 1, level=Level.MODERATE)
    make("sea", 3, level=Level.MINOR)
    make("south", 2, level=Level.MINOR, **support)
    make("sea", 1, level=Level.MAJOR, **support)
    make("north", 1, level=Level.NONE)
    make("north", 2, uk_led=False)
    make("sea", 1, threat=drugs)
    make("sea", 1, level=Level.MINOR, status=Status.DRAFT)
    make("sea", 1, level=Level.MINOR, sandbox=True)
    make("sea", 1, level=Level.MINOR, uk_led=False, **support)
    return agencies


# ----------------------------------------------------------------------------------------------------------- agreement


def test_leads_of_all_agencies_are_the_national_total_of_every_reader(records, subtests):
    for query in (QUARTER, f"{QUARTER}&agency=north", f"{QUARTER}&region=east", f"{QUARTER}&level=minor&level=major"):
        with subtests.test(query):
            asked = ask(query)
            rows = by_agency(asked)
            table = total_of(oic_01(asked))
            shown = dashboard(asked)
            expected = sum(
                row.total for row in rows_of_sql(asked.filters.getlist("agency"), asked.filters.getlist("level"), query)
            )
            assert numbers(lead_total(rows)) == numbers(table) == numbers(shown.lead) == numbers(shown.national)
            assert numbers(total_of(trend(asked)["lead"])) == numbers(table)
            assert table.total == expected


def rows_of_sql(agencies: list[str], levels: list[str], query: str) -> list[LevelCounts]:
    """Count the counted leads of the fixture by hand: what was made, and nothing of the product's own rule."""
    made = {"north": LevelCounts(1, 0, 2), "south": LevelCounts(0, 1, 0), "sea": LevelCounts(0, 0, 3)}
    kept = [
        counts
        for code, counts in made.items()
        if (not agencies or code in agencies) and ("region=east" not in query or code != "sea")
    ]
    if levels:
        kept = [LevelCounts(**{level: getattr(counts, level) for level in levels}) for counts in kept]
    return kept


def test_supports_are_beside_leads_and_never_in_a_total(records):
    rows = {row.code: row for row in by_agency(ask())}
    assert numbers(rows["south"].support) == (0, 0, 2, 2)
    assert numbers(rows["sea"].support) == (1, 0, 0, 1)
    before = oic_01(ask())
    Disruption.objects.filter(role=DisruptionRole.SUPPORT).update(status=Status.RETURNED, version=F("version") + 1)
    assert oic_01(ask()) == before
    assert {row.support.total for row in by_agency(ask())} == {0}


def test_a_lead_that_does_not_count_has_the_first_reason_that_applies(records):
    rows = {row.code: row for row in by_agency(ask())}
    assert rows["north"].not_counted == {"level": 1, "not_uk_led": 2}
    assert rows["sea"].not_counted == {"threat_area": 1}
    assert not_counted_total(rows.values()) == {"not_uk_led": 2, "level": 1, "threat_area": 1}


def test_counted_and_not_counted_leads_are_all_submitted_and_approved_leads(records):
    rows = by_agency(ask())
    leads = Disruption.objects.standing().leads().count()
    assert lead_total(rows).total + sum(row.not_counted_total for row in rows) == leads


def test_a_force_without_records_is_a_zero_return_and_another_agency_is_left_out(records):
    make_agency(code="idle", name="Idle Agency", kind=AgencyKind.PARTNER)
    rows = by_agency(ask())
    assert "idle" not in {row.code for row in rows}
    assert "quiet" in {row.code for row in zero_returns(rows)}
    assert "quiet" not in {row.code for row in by_agency(ask(f"{QUARTER}&agency=north"))}


@pytest.mark.parametrize(
    ("dates", "there"),
    [
        ({"active_until": date(2024, 12, 31)}, False),
        ({"active_from": date(2025, 4, 1)}, False),
        ({"active_from": date(2025, 3, 31)}, True),
    ],
)
def test_a_force_that_was_not_in_being_makes_no_zero_return(db, dates, there):
    make_agency(code="brief", **dates)
    assert ("brief" in {row.code for row in by_agency(ask())}) is there


def test_the_dashboard_is_what_its_parts_give_one_by_one(records, subtests):
    for query in (QUARTER, "from=2024-11-15&to=2025-02-10", f"{QUARTER}&level=minor", "from=2020-01-01&to=2020-02-01"):
        with subtests.test(query):
            asked = ask(query)
            shown = dashboard(asked)
            assert shown.agencies == by_agency(asked)
            assert [row for row in shown.lead_by_quarter if not row.is_year] == trend(asked)["lead"]
            assert shown.support_by_quarter == trend(asked)["support"]
            assert shown.year_ending == year_ending(asked)
            assert shown.grades == grades()
            assert shown.threats == threat_counts()


def test_an_agency_s_dashboard_is_its_row_among_the_others(records, subtests):
    for code in ("north", "south", "sea", "quiet"):
        with subtests.test(code):
            own = dashboard(ask(), scope=Scope("agency", code))
            (row,) = own.agencies
            alone = ask(f"{QUARTER}&agency={code}")
            assert own.lead == row.lead
            assert own.support == row.support
            assert own.year_ending == year_ending(alone)
            assert own.lead_by_quarter == trend(alone)["lead"]
            assert own.national.total == 7


def test_the_dashboard_reads_six_times_however_much_there_is(records, django_assert_num_queries):
    asked = ask()
    with django_assert_num_queries(6):
        dashboard(asked)
    with django_assert_num_queries(2):
        by_agency(asked)
    for read in (oic_01, trend, year_ending, records_by_year):
        with django_assert_num_queries(1):
            read(asked)


def test_as_at_agencies_are_named_and_grouped_as_they_were(clock_at, db):
    from_then = "as_at=2024-06-14&from=2024-04-01&to=2024-06-30"
    with clock_at(NOON):
        agency = make_agency(code="north", name="Northern Police")
        make_disruption(agency=agency, threat=make_threat(), occurred_on=date(2024, 4, 20))
    with clock_at(LATER):
        Agency.objects.filter(pk=agency.pk).update(
            name="North Police", statistics_group=StatisticsGroup.NOT_COVERED, version=F("version") + 1
        )
    then = {row.code: row for row in by_agency(ask(from_then))}["north"]
    now = {row.code: row for row in by_agency(ask("from=2024-04-01&to=2024-06-30"))}["north"]
    assert (then.name, then.lead.total, then.not_counted) == ("Northern Police", 1, {})
    assert (now.name, now.lead.total, now.not_counted) == ("North Police", 0, {"coverage": 1})


# ------------------------------------------------------------------------------------------------- comparison, rounding


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [(2374, 3162, 33), (69, 104, 51), (235, 381, 62), (2070, 2677, 29), (200, 201, 1), (200, 199, -1), (3, 0, -100)],
)
def test_percent_is_whole_with_halves_away_from_zero(before, now, expected):
    assert percent_change(before, now) == expected


def test_no_percent_mean_or_share_on_a_zero_base():
    assert percent_change(0, 5) is None
    assert mean(5, 0) is None
    assert share(0, 0) is None


@pytest.mark.parametrize(("total", "expected"), [(3162, 791), (1567, 392), (2, 1), (1, 0), (0, 0)])
def test_means_per_quarter_round_halves_up_as_published(total, expected):
    assert mean(total, 4) == expected


def test_a_year_ending_is_four_quarters_beside_the_four_before(db):
    threat = make_threat()
    for day, level in [
        (date(2023, 10, 1), Level.MINOR),
        (date(2024, 9, 30), Level.MINOR),
        (date(2024, 10, 1), Level.MINOR),
        (date(2025, 9, 30), Level.MAJOR),
        (date(2025, 10, 1), Level.MAJOR),
        (date(2023, 9, 30), Level.MAJOR),
    ]:
        make_disruption(occurred_on=day, level=level, threat=threat)
    shown = year_ending(ask("to=2025-09-30"))
    assert (shown.period, shown.before) == (
        Period(date(2024, 10, 1), date(2025, 9, 30)),
        Period(date(2023, 10, 1), date(2024, 9, 30)),
    )
    cells = {row.level: (row.before, row.now, row.change) for row in (*shown.rows, shown.total)}
    assert cells == {"major": (0, 1, None), "moderate": (0, 0, None), "minor": (2, 1, -50), "total": (2, 2, 0)}
    assert (shown.mean_per_quarter_before, shown.mean_per_quarter) == (1, 1)


@pytest.mark.parametrize(
    ("query", "end"),
    [
        ("to=2025-09-30", date(2025, 9, 30)),
        ("to=2025-09-29", date(2025, 6, 30)),
        ("as_at=2025-11-20", date(2025, 9, 30)),
        ("as_at=2025-11-20&to=2025-12-31", date(2025, 9, 30)),
    ],
)
def test_a_year_ends_with_a_quarter_that_is_complete(db, query, end):
    assert year_ending(ask(query)).period.last == end


# ------------------------------------------------------------------------------------------------------ trend, records


def test_the_trend_counts_parts_of_quarters_at_its_edges_and_says_so(db):
    threat = make_threat()
    for day in (date(2025, 1, 14), date(2025, 1, 15), date(2025, 4, 1), date(2025, 4, 2)):
        make_disruption(occurred_on=day, threat=threat)
    first, last = trend(ask("from=2025-01-15&to=2025-04-01"))["lead"]
    assert (first.total, last.total) == (1, 1)
    assert (first.period, first.is_part) == (Period(date(2025, 1, 15), date(2025, 3, 31)), True)
    assert (last.period, last.is_part) == (Period(date(2025, 4, 1), date(2025, 4, 1)), True)


def test_a_year_counted_in_part_has_no_total(db):
    assert [row.year for row in whole_years(ask("from=2024-01-02&to=2025-12-31"))] == [2025]


def test_records_by_year_hold_what_the_count_leaves_out(records):
    rows = {(row.agency, row.role): row.records for row in records_by_year(ask())}
    assert rows == {
        ("north", "lead"): 6,
        ("south", "lead"): 1,
        ("south", "support"): 2,
        ("sea", "lead"): 4,
        ("sea", "support"): 2,
    }


def test_the_table_of_records_has_the_forces_apart_with_their_shares(records):
    table = records_table(ask())
    assert [(row.code, row.lead, row.support, row.share_of(table.all_forces)) for row in table.forces] == [
        ("north", 6, 0, 67),
        ("south", 1, 2, 33),
    ]
    assert [(row.code, row.total) for row in table.others] == [("sea", 6)]
    assert (table.years, table.all_forces.by_year) == ([2025], {2025: 9})


# ------------------------------------------------------------------------------------------------------------- threats


def test_grades_are_of_ocgs_with_oic_primary(db):
    for grade in (PriorityGrade.P2, PriorityGrade.P2, PriorityGrade.P4, None):
        make_threat(kind=ThreatKind.OCG, p_grade=grade)
    make_threat(kind=ThreatKind.OCG, p_grade=PriorityGrade.P1, primary_area=ThreatArea.DRUGS)
    make_threat(kind=ThreatKind.VULNERABILITY, p_grade=PriorityGrade.P1)
    make_threat(kind=ThreatKind.OCG, p_grade=PriorityGrade.P1, status=ThreatStatus.ARCHIVED)
    assert {row.grade: row.threats for row in grades()} == {"P1": 0, "P2": 2, "P3": 0, "P4": 1, "ungraded": 1}


def test_threats_linked_are_by_primary_or_other_area(db):
    lead = make_agency(code="north")
    make_threat(ocg=make_ocg(lead_agency=lead, pnd_tier=PndTier.TIER_4))
    make_threat(ocg=make_ocg(pnd_tier=PndTier.TIER_2))
    make_threat(kind=ThreatKind.OCG)
    make_threat(kind=ThreatKind.OCG, primary_area=ThreatArea.DRUGS, other_areas=[ThreatArea.OIC])
    make_threat(kind=ThreatKind.VULNERABILITY)
    make_threat(kind=ThreatKind.OCG, primary_area=ThreatArea.DRUGS)
    assert threat_counts() == ThreatCounts(linked=5, linked_ocgs=4, primary_ocgs=3, on_pnd=2, at_lowest_tier=1)
    assert threat_counts(lead_agencies=["north"]).linked == 1


# ---------------------------------------------------------------------------------------------------------- parameters


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("from=2025-13-01", {"from": "invalid_filter"}),
        ("from=1/1/2025", {"from": "invalid_filter"}),
        ("from=2025-01-01&from=2025-02-01", {"from": "invalid_filter"}),
        ("to=20250101", {"to": "invalid_filter"}),
        ("from=2025-02-01&to=2025-01-31", {"to": "invalid_filter"}),
        ("to=8999-12-31", {"to": "invalid_filter"}),
        ("from=1900-01-01&to=2026-03-31", {"from": "invalid_filter"}),
        ("to=9000-01-01", {"to": "invalid_filter"}),
        ("from=2000-01-01&to=2040-01-01", {"from": "invalid_filter"}),
        ("as_at=2999-01-01", {"as_at": "invalid_filter"}),
        ("status=approved", {"status": "filter_not_for_counts"}),
        ("q=lorry", {"q": "filter_not_for_counts"}),
        ("threat=T-0000-0000", {"threat": "filter_not_for_counts"}),
        ("agancy=kent", {"agancy": "unknown_filter"}),
        ("level=huge", {"level": "invalid_filter"}),
        ("from=x&to=y&agancy=z", {"from": "invalid_filter", "to": "invalid_filter", "agancy": "unknown_filter"}),
    ],
)
def test_a_bad_parameter_is_refused_with_every_other_bad_one(db, query, faults):
    with pytest.raises(Invalid) as refused:
        ask(query)
    assert faults.items() <= {(each.field, each.code) for each in refused.value.violations}


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("as_at=2026-05-14", date(2023, 1, 1), date(2026, 3, 31)),
        ("as_at=2026-05-14&from=2026-04-10", date(2026, 4, 10), date(2026, 6, 30)),
        ("as_at=2022-06-01", date(2023, 1, 1), date(2023, 3, 31)),
        ("as_at=2026-05-14&to=2026-06-30", date(2023, 1, 1), date(2026, 6, 30)),
        ("from=&to=&as_at=2026-05-14", date(2023, 1, 1), date(2026, 3, 31)),
        ("from=2000-01-01&to=2039-12-31", date(2000, 1, 1), date(2039, 12, 31)),
    ],
)
def test_the_period_has_defaults(db, query, first, last):
    assert ask(query).period == Period(first, last)


def test_the_periods_that_are_offered_follow_the_cut_off():
    assert whole_years_ending(date(2026, 11, 21)) == {
        "July to September 2026": (date(2026, 7, 1), date(2026, 9, 30)),
        "Year ending September 2026": (date(2025, 10, 1), date(2026, 9, 30)),
        "2025": (date(2025, 1, 1), date(2025, 12, 31)),
        "April 2025 to March 2026": (date(2025, 4, 1), date(2026, 3, 31)),
        "2026 so far": (date(2026, 1, 1), date(2026, 11, 21)),
        "Since April 2026": (date(2026, 4, 1), date(2026, 11, 21)),
    }
    assert set(whole_years_ending(date(2025, 12, 31))) == {
        "October to December 2025",
        "Year ending December 2025",
        "2025",
        "April 2024 to March 2025",
        "Since April 2025",
    }
    assert "April 2025 to March 2026" in whole_years_ending(date(2026, 3, 31))
    assert "Since April 2025" in whole_years_ending(date(2026, 3, 30))


def test_quarters_follow_one_another():
    assert Quarter(2025, 4).plus(1) == Quarter(2026, 1)
    assert Quarter(2025, 1).plus(-5) == Quarter(2023, 4)
    assert [each.label for each in quarters_between(date(2024, 12, 31), date(2025, 4, 1))] == [
        "Oct - Dec 2024",
        "Jan - Mar 2025",
        "Apr - Jun 2025",
    ]
    assert quarters_between(date(2025, 4, 1), date(2025, 1, 1)) == []


# ---------------------------------------------------------------------------------------------- definitions, files


def test_every_part_of_the_rule_is_in_the_definition():
    assert set(LEFT_OUT) == {reason for reason, _ in COUNTING_RULE} == set(NotCounted)


def test_a_definition_names_the_setting_that_it_depends_on(settings):
    settings.PROVISIONAL_QUARTERS = 5
    assert "{" in PROVISIONAL
    assert any("latest 5 complete quarters" in paragraph for paragraph in TREND.paragraphs)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1+1"])
def test_a_cell_that_a_spreadsheet_would_run_is_defused(text):
    lines = list(table_csv([text], [[text]], marking=Marking.OFFICIAL))
    assert all(line.lstrip('"').startswith("'") for line in lines)


def test_a_number_stays_a_number_and_every_line_has_the_marking():
    lines = list(
        table_csv(["Agency", "Change"], [["Kent, the force", -5], [None, 0]], marking=Marking.OFFICIAL_SENSITIVE)
    )
    assert lines == [
        "Agency,Change,Marking\r\n",
        '"Kent, the force",-5,OFFICIAL-SENSITIVE\r\n',
        ",0,OFFICIAL-SENSITIVE\r\n",
    ]


def test_a_file_is_named_after_cut_off_and_marking():
    name = file_name("live-oic-01", "csv", marking=Marking.OFFICIAL_SENSITIVE, as_at="2026-05-14")
    assert name == "live-oic-01-as-at-2026-05-14-official-sensitive.csv"
