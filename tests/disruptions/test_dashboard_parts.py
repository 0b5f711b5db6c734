"""The parts of a dashboard: years, mixes, outcomes, forces, regions: each against a count by hand, and its file."""

from __future__ import annotations

import csv
import random
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.http import QueryDict

from agencies.models import Agency, AuditEntry
from agencies.vocabulary import AgencyKind, AuditAction, StatisticsGroup
from disruptions.drawings import BAR_LENGTH, share_bar
from disruptions.drill_downs import DrillDown
from disruptions.models import Disruption, Outcome
from disruptions.statistics import (
    AgencyRow,
    LevelCounts,
    Mix,
    MixRow,
    Period,
    PlaceRow,
    Scope,
    YearOfCounts,
    by_agency,
    by_region,
    by_rocu,
    dashboard,
    forces,
    lead_total,
    mixes,
    oic_01,
    outcomes,
    read_query,
    share,
    shares_so_far,
    that_make_up,
    total_of,
)
from disruptions.statistics.definitions import OUTCOMES
from disruptions.statistics.sentences import (
    concentration_sentence,
    high_grade_sentence,
    initiation_sentence,
    mix_sentence,
    outcomes_sentence,
    places_sentence,
    sentences_of,
    years_sentence,
)
from disruptions.statistics.years import CALENDAR, FINANCIAL
from disruptions.views.dashboard_map import map_of
from disruptions.views.dashboard_tables import all_tables, in_short
from disruptions.vocabulary import (
    DisruptionRole,
    EntryMethod,
    Initiation,
    Level,
    OicSubThreat,
    OutcomeType,
    PriorityGrade,
    Status,
    Strand,
    ThreatArea,
)
from tests.factories import make_agency, make_disruption, make_outcome, make_region, make_threat, make_user

pytestmark = pytest.mark.django_db

FEBRUARY = datetime(2025, 2, 1, 12, tzinfo=UTC)
LATER = datetime(2025, 6, 1, 12, tzinfo=UTC)
PERIOD = "from=2023-01-01&to=2025-03-31"
AXES = ("initiation", "strand", "sub_threat", "entry_method", "p_grade")


def ask(query: str = PERIOD):
    return read_query(QueryDict(query))


@pytest.fixture
def world(db: None) -> dict[str, Agency]:
    """Records of four agencies in two regions, at random but the same each time, some of them with outcomes."""
    at = random.Random(7)  # noqa: S311 - figures that are the same in each run
    unit = make_agency(
        code="unit",
        name="Eastern Unit",
        kind=AgencyKind.REGIONAL_UNIT,
        region=make_region(code="east", name="East"),
    )
    east, west = unit.region, make_region(code="west", name="West")
    agencies = {
        "unit": unit,
        "north": make_agency(code="north", region=east, rocu=unit),
        "south": make_agency(code="south", region=west),
        "quiet": make_agency(code="quiet", region=west),
        "sea": make_agency(
            code="sea", name="Sea Agency", kind=AgencyKind.LAW_ENFORCEMENT_AGENCY, statistics_group=StatisticsGroup.NCA
        ),
    }
    threats = [make_threat(p_grade=grade) for grade in (PriorityGrade.P2, PriorityGrade.P4, None)]
    threats.append(make_threat(primary_area=ThreatArea.DRUGS))
    authors = {code: make_user(agency=agency) for code, agency in agencies.items()}
    for _ in range(120):
        code = at.choice(["north", "north", "south", "sea", "unit"])
        role = at.choice([DisruptionRole.LEAD] * 3 + [DisruptionRole.SUPPORT])
        record = make_disruption(
            agency=agencies[code],
            recorded_by=authors[code],
            role=role,
            lead_agency=agencies["quiet"] if role == DisruptionRole.SUPPORT else None,
            threat=at.choice(threats),
            occurred_on=date(at.choice([2022, 2023, 2024]), at.randint(1, 12), at.randint(1, 28)),
            level=at.choice([Level.MINOR, Level.MINOR, Level.MODERATE, Level.MAJOR, Level.NONE]),
            status=at.choice([Status.SUBMITTED, Status.APPROVED]),
            uk_led=at.random() < 0.9,
            initiation=at.choice(list(Initiation)),
            strand=at.choice(list(Strand)),
            sub_threat=at.choice(list(OicSubThreat)),
            entry_method=at.choice([EntryMethod.SMALL_BOAT, EntryMethod.SMALL_BOAT, EntryMethod.VAN_CAR, None]),
        )
        if at.random() < 0.6:
            make_outcome(disruption=record, count=at.randint(1, 5))
        if at.random() < 0.3:
            make_outcome(disruption=record, count=at.randint(1, 5))
            make_outcome(
                disruption=record,
                type=OutcomeType.CASH_SEIZURE,
                count=None,
                value_gbp=Decimal(at.randint(1, 10**6)) / 100,
            )
    return agencies


def counted_by_hand(first: date, last: date, role: str = "lead") -> list[Disruption]:
    """Count in Python what the rule says, without asking the product's own conditions."""
    return [
        record
        for record in Disruption.objects.select_related("threat", "agency")
        if record.role == role
        and record.status in ("submitted", "approved")
        and not record.sandbox
        and record.threat is not None
        and record.threat.primary_area == "oic"
        and record.uk_led
        and record.level in ("major", "moderate", "minor")
        and record.occurred_on is not None
        and first <= record.occurred_on <= last
    ]


def of_period(role: str = "lead") -> list[Disruption]:
    return counted_by_hand(date(2023, 1, 1), date(2025, 3, 31), role)


# ---------------------------------------------------------------------------------------------------------------- mixes


def test_each_mix_is_a_count_by_hand_and_adds_up_to_the_counted_leads(world, subtests):
    found = mixes(ask())
    assert tuple(found) == AXES
    total = total_of(oic_01(ask())).total
    for name in AXES:
        with subtests.test(name):
            by_hand = Counter(
                (getattr(record.threat, name) or "ungraded") if name == "p_grade" else (getattr(record, name) or "")
                for record in of_period()
            )
            assert {row.key: row.lead for row in found[name].rows} == dict(by_hand)
            assert found[name].total == total == sum(by_hand.values()) > 20


def test_a_mix_is_what_the_figure_says_filtered_by_its_part(world):
    for name, mix in mixes(ask()).items():
        for row in mix.rows:
            if row.key and name != "p_grade":
                assert total_of(oic_01(ask(f"{PERIOD}&{name}={row.key}"))).total == row.lead, (name, row.key)


def test_small_boats_do_not_hide_the_rest():
    rows = (
        MixRow("small_boat", "Small boat", (), 60),
        MixRow("van_car", "Van or car", (), 30),
        MixRow("", "Not", (), 10),
    )
    mix = Mix("entry_method", "Entry method", rows, "small_boat", "small boats")
    assert (mix.total, mix.rest) == (100, 40)
    assert [mix.share_of(row) for row in rows] == [60, 30, 10]
    assert [mix.share_of_rest(row) for row in rows] == [None, 75, 25]
    assert mix_sentence(mix) == (
        "Small boat: 60 of 100 counted disruptions (60%). Without small boats, the largest is Van or car: 30 of the "
        "other 40 (75%)."
    )


def test_what_is_said_of_nothing_and_of_the_proactive_part():
    nothing = Mix("initiation", "Proactive or reactive", ())
    assert initiation_sentence(nothing) == "No disruption was counted in this period."
    mix = Mix("initiation", "", (MixRow("proactive", "Proactive", (), 1), MixRow("reactive", "Reactive", (), 7)))
    assert initiation_sentence(mix) == "1 of 8 counted disruptions (13%) was proactive."


def of_parts(*leads: int) -> Mix:
    keys = ("P1", "P3", "ungraded")
    return Mix(
        "x", "", tuple(MixRow(key, key.title(), (), lead) for key, lead in zip(keys, leads, strict=False) if lead)
    )


@pytest.mark.parametrize(
    ("mix", "largest", "high", "low"),
    [
        (
            of_parts(3, 3, 2),
            "P1 and P3: 3 each of 8 counted disruptions (38% each).",
            "3 of 8 counted disruptions (38%) were",
            "3 (38%)",
        ),
        (of_parts(1), "P1: the only counted disruption.", "The only counted disruption was", "0 (0%)"),
        (of_parts(0, 1), "P3: the only counted disruption.", "The only counted disruption was not", "1 (100%)"),
        (
            of_parts(0, 5),
            "P3: 5 of 5 counted disruptions (100%).",
            "None of the 5 counted disruptions was",
            "5 (100%)",
        ),
    ],
)
def test_what_is_said_of_one_of_none_and_of_parts_alike(mix, largest, high, low):
    assert mix_sentence(mix) == largest
    assert high_grade_sentence(mix) == (
        f"{high} against threats graded P1 or P2 at the cut-off. Against threats graded P3 or P4: {low}."
    )


def year(name: str, minor: int) -> YearOfCounts:
    days = Period(date(2024, 1, 1), date(2024, 12, 31))
    return YearOfCounts(name, days, LevelCounts(minor=minor), LevelCounts(), provisional=False, is_part=False)


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (4, 6, "6 disruptions were counted in 2025, 50% more than the 4 of 2024."),
        (1000, 999, "999 disruptions were counted in 2025, about as many as the 1,000 of 2024."),
        (7, 7, "7 disruptions were counted in 2025, as many as in 2024."),
        (7, 0, "No disruption was counted in 2025, after 7 in 2024."),
        (0, 1, "1 disruption was counted in 2025, and none in 2024."),
        (0, 0, "No disruption was counted in 2025, and none in 2024."),
    ],
)
def test_what_is_said_of_a_year_beside_the_one_before(before, now, words):
    assert years_sentence([year("2024", before), year("2025", now)]) == words


def test_a_part_of_a_year_says_which_days(db):
    named = {
        "from=2023-01-01&to=2024-03-31": ["2022/23, Jan to Mar", "2023/24"],
        "from=2025-02-15&to=2026-03-20": ["2024/25, 15 Feb to 31 Mar", "2025/26, 1 Apr to 20 Mar"],
        "from=2025-05-01&to=2025-05-31": ["2025/26, May"],
    }
    for asked, names in named.items():
        query = ask(asked)
        rows = all_tables(dashboard(query), DrillDown(query))["financial-years"].rows
        assert [row[0].replace(" [p]", "") for row in rows] == names


# ------------------------------------------------------------------------------------------------------------- outcomes


def outcomes_by_hand(records: list[Disruption]) -> dict[str, tuple[int, int, Decimal | None]]:
    found: dict[str, tuple[int, int, Decimal | None]] = {}
    for kind in ("arrest", "cash_seizure"):
        rows = [
            row
            for record in records
            for row in Outcome.objects.filter(disruption=record, type=kind, until_version__isnull=True)
        ]
        value = sum((row.value_gbp for row in rows if row.value_gbp is not None), Decimal(0))
        number = sum(1 if row.count is None else row.count for row in rows)
        if rows:
            found[kind] = (len({row.disruption_id for row in rows}), number, value or None)
    return found


def test_outcomes_are_a_count_by_hand_of_leads_and_apart_of_supports(world):
    found = outcomes(ask())
    for rows, role in ((found.lead, "lead"), (found.support, "support")):
        by_hand = outcomes_by_hand(of_period(role))
        assert {row.type: (row.records, row.number, row.value) for row in rows or ()} == by_hand
        assert by_hand
    assert found.number_of("arrest") == sum(row.number for row in found.lead if row.type == "arrest")
    assert found.value == sum(row.value or 0 for row in found.lead)


def test_outcomes_as_at_are_those_of_the_version_that_stood_then(clock_at, db):
    with clock_at(FEBRUARY):
        record = make_disruption(threat=make_threat(), occurred_on=date(2025, 1, 15))
        first = make_outcome(disruption=record, count=2)
    with clock_at(LATER):
        Disruption.objects.filter(pk=record.pk).update(version=2)
        Outcome.objects.filter(pk=first.pk).update(until_version=2)
        record.refresh_from_db()
        make_outcome(disruption=record, count=5)
    asked = "from=2025-01-01&to=2025-03-31"
    assert outcomes(ask(f"{asked}&as_at=2025-03-01")).number_of("arrest") == 2
    assert outcomes(ask(asked)).number_of("arrest") == 5
    assert outcomes(ask(f"{asked}&as_at=2025-01-20")).lead == ()


def test_outcomes_of_too_few_leads_are_not_shown(world, analyst, client_for, settings):
    browser = client_for(analyst)
    settings.OUTCOMES_FROM = len(of_period()) + 1
    page = browser.get(f"/dashboard/?{PERIOD}").content.decode()
    assert f"Outcomes are shown from {settings.OUTCOMES_FROM} counted disruptions" in page
    assert "Outcomes of counted leads" not in page
    assert f"Outcomes are shown from {settings.OUTCOMES_FROM} counted leads" in OUTCOMES.paragraphs[3]
    assert browser.get(f"/dashboard/?{PERIOD}&format=csv&table=outcomes").status_code == 400
    settings.OUTCOMES_FROM = len(of_period())
    assert "Outcomes of counted leads" in browser.get(f"/dashboard/?{PERIOD}").content.decode()


def test_outcomes_of_too_few_supports_are_not_shown_whatever_the_leads(world, analyst, client_for, settings):
    browser = client_for(analyst)
    supports = len(of_period("support"))
    settings.OUTCOMES_FROM = supports + 1
    assert len(of_period()) > settings.OUTCOMES_FROM
    page = browser.get(f"/dashboard/?{PERIOD}").content.decode()
    assert "Outcomes of counted leads" in page
    assert f"Outcomes of supports are shown from {supports + 1} supports" in page
    assert "Outcomes of supports, beside" not in page
    assert browser.get(f"/dashboard/?{PERIOD}&format=csv&table=support-outcomes").status_code == 400
    settings.OUTCOMES_FROM = supports
    assert "Outcomes of supports, beside" in browser.get(f"/dashboard/?{PERIOD}").content.decode()


def test_what_is_said_of_outcomes(world):
    found = outcomes(ask())
    arrests, seizures = found.number_of("arrest"), found.number_of("cash_seizure")
    said = outcomes_sentence(found)
    assert f"{arrests:,} arrests, no convictions and {seizures:,} seized items" in said
    assert re.search(r"came to £[\d,]+\.$", said)


# ---------------------------------------------------------------------------------------------------------------- years


@pytest.mark.parametrize(("first", "starts"), [(CALENDAR, (1, 1)), (FINANCIAL, (4, 1))])
def test_each_year_is_what_its_days_count(world, first, starts, subtests):
    figures = dashboard(ask())
    years = figures.calendar_years if first == CALENDAR else figures.financial_years
    assert sum(year.lead.total for year in years) == figures.lead.total
    for year in years:
        with subtests.test(year.name):
            alone = f"from={year.period.first}&to={year.period.last}"
            assert total_of(oic_01(ask(alone))).total == year.lead.total
            assert year.support.total == len(counted_by_hand(year.period.first, year.period.last, "support"))
            assert year.is_part is ((year.period.last - year.period.first).days < 364)
    assert (years[1].period.first.month, years[1].period.first.day) == starts
    assert [year.name for year in years] == (
        ["2023", "2024", "2025"] if first == CALENDAR else ["2022/23", "2023/24", "2024/25"]
    )


# ---------------------------------------------------------------------------------------------------- forces and places


def row_of(code: str, minor: int, kind: str = AgencyKind.TERRITORIAL_FORCE) -> AgencyRow:
    return AgencyRow(code, code.title(), code.title(), kind, "", "police_ew", lead=LevelCounts(minor=minor))


def test_the_running_share_says_how_many_forces_make_up_most():
    rows = [row_of("surrey", 400), row_of("sussex", 220), row_of("kent", 200), row_of("essex", 180), row_of("city", 0)]
    assert shares_so_far(rows) == [40, 62, 82, 100, 100]
    assert [row.code for row in that_make_up(rows, 62)] == ["surrey", "sussex"]
    assert [row.code for row in that_make_up(rows, 63)] == ["surrey", "sussex", "kent"]
    assert that_make_up([row_of("city", 0)], 62) == []
    assert shares_so_far([row_of("city", 0)]) == [None]
    assert concentration_sentence(rows) == (
        "2 of 5 police forces led 62% of what police forces led: 620 of 1,000 counted disruptions. No smaller number "
        "of forces reaches 62%. They are Surrey and Sussex."
    )
    assert "No police force led" in concentration_sentence([row_of("city", 0)])
    assert concentration_sentence(rows[:1]) == (
        "Surrey is the only police force here. 400 disruptions were counted under its lead."
    )
    assert concentration_sentence([rows[0], rows[-1]]) == (
        "1 of 2 police forces, Surrey, led 100% of what police forces led: 400 of 400 counted disruptions."
    )


def test_what_is_said_of_places_that_led_as_much_as_each_other():
    places = [PlaceRow(name, name.title(), 1, LevelCounts(minor=3), ()) for name in ("east", "west")]
    assert places_sentence(places, 8) == "East and West led most: 3 each of 8 counted disruptions (38% each)."
    assert (
        places_sentence(places[:1], 3, "The area of ")
        == "The area of East led most: 3 of 3 counted disruptions (100%)."
    )
    assert "No agency that belongs to one led" in places_sentence([], 8)


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ({"kent": 0}, None),
        ({"kent": 1}, "Kent: 1 counted lead."),
        (
            {"kent": 4, "essex": 4, "surrey": 0},
            "2 of the 3 police forces on the map led a counted disruption. 2 led most: 4 each.",
        ),
        ({"kent": 4, "essex": 3}, "All of the 2 police forces on the map led a counted disruption. Kent led most: 4."),
        ({"nca": 2}, "Nca, which has no territory, led 2."),
        (
            {"kent": 0, "essex": 0, "nca": 2},
            "None of the 2 police forces on the map led a counted disruption. Nca, which has no territory, led 2.",
        ),
    ],
)
def test_what_is_said_of_the_map(db, codes, words):
    kinds = {"nca": AgencyKind.LAW_ENFORCEMENT_AGENCY}
    rows = [row_of(code, minor, kinds.get(code, AgencyKind.TERRITORIAL_FORCE)) for code, minor in codes.items()]
    query = ask()
    drawn = map_of(replace(dashboard(query), agencies=rows), DrillDown(query))
    assert (drawn.sentence if drawn else None) == words


def test_places_add_up_to_the_nation_and_quarters_to_their_row(world):
    rows = by_agency(ask())
    total = lead_total(rows).total
    for places in (by_region(rows), by_rocu(rows)):
        assert sum(place.lead.total for place in places) == total
        assert all(sum(place.by_quarter) == place.lead.total for place in places)
        assert not places[-1].code
    assert all(sum(row.by_quarter) == row.lead.total for row in rows)
    assert {place.code for place in by_region(rows)} == {"east", "west", ""}
    assert "quiet" in [row.code for row in forces(rows) if row.is_zero_return]


@pytest.mark.parametrize("scope", [Scope("region", "east"), Scope("rocu", "unit"), Scope("agency", "north")])
def test_a_dashboard_of_a_place_is_the_nation_s_filtered_by_it(world, scope):
    own, filtered = dashboard(ask(), scope=scope), dashboard(ask(f"{PERIOD}&{scope.kind}={scope.code}"))
    for part in ("lead", "support", "lead_by_quarter", "support_by_quarter", "calendar_years", "financial_years"):
        assert getattr(own, part) == getattr(filtered, part), part
    for part in ("year_ending", "mixes", "outcomes"):
        assert getattr(own, part) == getattr(filtered, part), part
    assert own.national == dashboard(ask()).national
    assert 0 < own.lead.total < own.national.total


def test_an_unknown_place_is_not_found(analyst, client_for, north):
    browser = client_for(analyst)
    for address in ("regions/atlantis", "rocus/atlantis", "rocus/north", "regions/north"):
        assert browser.get(f"/dashboard/{address}/").status_code == 404


# ------------------------------------------------------------------------------------------------------ files, drawings


PLACES = ["/dashboard/", "/dashboard/regions/east/", "/dashboard/rocus/unit/", "/dashboard/north/"]


@pytest.mark.parametrize("address", PLACES)
def test_each_table_has_a_file_of_the_same_cells(address, world, analyst, client_for, subtests, settings):
    settings.OUTCOMES_FROM = 1
    browser = client_for(analyst)
    page = browser.get(f"{address}?{PERIOD}").content.decode()
    slugs = set(re.findall(r"format=csv&amp;table=([a-z0-9_-]+)", page))
    assert {"calendar-years", "financial-years", *AXES, "outcomes", "support-outcomes"} <= slugs
    assert {"forces", "others", "regions", "rocus"} & slugs == (
        {"forces", "others", "regions", "rocus"}
        if address == "/dashboard/"
        else set()
        if address == "/dashboard/north/"
        else {"forces", "others"}
    )
    scope = {"regions": Scope("region", "east"), "rocus": Scope("rocu", "unit"), "north": Scope("agency", "north")}.get(
        address.split("/")[2], Scope()
    )
    query = ask()
    tables = all_tables(dashboard(query, scope=scope), DrillDown(query))
    assert set(tables) == slugs
    # Each table is the same code whoever's it is: all of them of the nation, and two of each place.
    for slug in slugs if address == "/dashboard/" else ("strand", "outcomes"):
        with subtests.test(slug):
            answer = browser.get(f"{address}?{PERIOD}&format=csv&table={slug}")
            assert answer.status_code == 200
            assert answer["Content-Type"].startswith("text/csv")
            lines = list(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
            header, rows = tables[slug].file
            assert lines[0] == [*header, "Marking"]
            assert lines[1:] == [[*map(str, row), "OFFICIAL-SENSITIVE"] for row in rows]
            assert all("<" not in cell for row in lines for cell in row)
            if slug not in ("forces", "others"):
                shown = {
                    unescape(re.sub(r"<[^>]+>", "", each)).strip()
                    for each in re.findall(r"<th scope=\"row\".*?</th>", page, re.DOTALL)
                }
                assert {row[0] for row in lines[1:]} <= shown


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("format=csv", "Name one table of this dashboard: calendar-years"),
        ("format=csv&table=unknown", "Name one table of this dashboard"),
        ("format=csv&table=strand&table=forces", "Name one table of this dashboard"),
        ("format=ods", "Choose csv"),
        ("format=csv&format=html&table=strand", "Choose csv"),
        ("table=strand", "add format=csv"),
    ],
)
def test_a_file_that_is_not_there_is_refused_in_words(query, words, world, analyst, client_for):
    answer = client_for(analyst).get(f"/dashboard/?{query}")
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_a_list_that_is_shorter_than_its_number_is_explained_on_the_page(world, client_for):
    browser = client_for(make_user(agency=world["south"]))
    for address in PLACES:
        assert "those of its records that you may open" in browser.get(address).content.decode()


def test_places_are_linked_with_one_another(world, analyst, client_for):
    browser = client_for(analyst)
    force, unit, area = (
        browser.get(f"{at}?level=major").content.decode()
        for at in ("/dashboard/north/", "/dashboard/unit/", "/dashboard/rocus/unit/")
    )
    for address in ("/dashboard/regions/east/?level=major", "/dashboard/rocus/unit/?level=major"):
        assert f'href="{address}"' in force
        assert f'href="{address}"' in unit
    assert 'href="/dashboard/unit/?level=major"' in area
    titles = [re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL) for page in (unit, area)]
    assert "Eastern Unit" in titles[0][0]
    assert "’s area" in titles[1][0]
    drawn = browser.get(f"/dashboard/rocus/unit/?{PERIOD}").content.decode()
    assert re.search("led by the forces of [^<]*’s area, by quarter", drawn)


def test_who_took_a_table_of_a_dashboard_away_is_in_the_log(world, analyst, client_for):
    browser = client_for(analyst)
    browser.get(f"/dashboard/?{PERIOD}&format=csv&table=strand")
    browser.get(f"/dashboard/north/?{PERIOD}&format=csv&table=outcomes")
    entries = AuditEntry.objects.filter(action=AuditAction.EXPORTED).order_by("pk")
    assert [(entry.user, entry.subject, entry.reference) for entry in entries] == [
        (analyst, "statistics", "dashboard-strand"),
        (analyst, "statistics", "dashboard-north-outcomes"),
    ]


def test_each_name_in_a_page_is_there_once(world, analyst, client_for):
    for address in PLACES:
        page = client_for(analyst).get(f"{address}?{PERIOD}").content.decode()
        names = Counter(re.findall(r'\sid="([^"]+)"', page))
        assert [name for name, times in names.items() if times > 1] == []
        assert set(re.findall(r'href="#([^"]+)"', page)) <= set(names)


def test_bars_are_as_long_as_their_share():
    for part, whole in ((0, 7), (1, 3), (7, 7), (0, 0)):
        frame, bar = ElementTree.fromstring(share_bar(part, whole))  # noqa: S314 - drawn by the code under test
        assert float(bar.attrib["width"]) == pytest.approx(BAR_LENGTH * part / whole if whole else 0, abs=0.05)
        assert float(frame.attrib["width"]) == BAR_LENGTH - 1


def test_the_drawings_have_the_numbers_of_their_tables(world):
    query = ask()
    figures = dashboard(query)
    tables = all_tables(figures, DrillDown(query))
    drawn = map_of(figures, DrillDown(query))
    assert drawn is not None
    for row in figures.agencies:
        if row.lead.total:
            percent = share(row.lead.total, figures.national.total)
            leads = "1 counted lead" if row.lead.total == 1 else f"{row.lead.total:,} counted leads"
            assert f"{row.name}: {leads}, {percent}% of all" in drawn.drawing
    for place, cells in zip(by_region(figures.agencies), tables["regions"].rows, strict=True):
        assert f"by quarter: {', '.join(map(str, place.by_quarter))}" in cells[1]
    for mix in figures.mixes.values():
        whole = mix.rest if mix.apart else mix.total
        for part, cells in zip(mix.rows, tables[mix.name].rows, strict=True):
            if part.key != mix.apart or not mix.apart:
                assert cells[-1] == share_bar(part.lead, whole)
    assert set(sentences_of(figures)) <= set(tables)


@pytest.mark.parametrize(
    ("pounds", "words"),
    [("0", "£0"), ("999999.49", "£999,999"), ("1000000", "£1.0 million"), ("52150000", "£52.2 million")],
)
def test_a_value_fits_its_tile(pounds, words):
    assert in_short(Decimal(pounds)) == words


def test_a_dashboard_of_nothing_says_so(analyst, client_for, north):
    page = client_for(analyst).get(f"/dashboard/?{PERIOD}").content.decode()
    assert "No disruption was counted in this period." in page
    assert "<figure" not in page
