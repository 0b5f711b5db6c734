"""Dashboards and statistics pages: every number opens the list that it counts, and a bad address is refused by name."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, AuditEntry, User
from agencies.vocabulary import AuditAction, Role
from disruptions.filters import DisruptionFilter, ThreatFilter
from disruptions.models import Disruption
from disruptions.statistics.parameters import read_as_at, records_as_at, threats_as_at
from disruptions.vocabulary import (
    DisruptionRole,
    Level,
    PndTier,
    PriorityGrade,
    Sharing,
    Status,
    ThreatArea,
    ThreatKind,
)
from tests.factories import make_agency, make_disruption, make_ocg, make_region, make_threat, make_user

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 1, 15, 12, tzinfo=UTC)
A_DAY = date(2025, 2, 3)
TODAY = datetime.now(tz=UTC).date()
QUARTER = "from=2025-01-01&to=2025-03-31"
PAGES = [
    "/dashboard/",
    "/dashboard/north/",
    "/dashboard/regions/the-north/",
    "/statistics/oic-01/",
    "/statistics/trend/",
    "/statistics/by-agency/",
    "/statistics/year-ending/",
    "/statistics/records/",
]
FILES = [page for page in PAGES if page.startswith("/statistics/")] + ["/statistics/threats/"]
A_NUMBER = re.compile(r'<a [^>]*href="(/(?:disruptions|threats)/\?[^"]*)"[^>]*>\s*([\d,]+)')


def words(response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def numbers(response) -> list[tuple[str, int]]:
    """Return the address and the figure of every linked number of a page."""
    found = A_NUMBER.findall(response.content.decode())
    return [(unescape(address), int(figure.replace(",", ""))) for address, figure in found]


def how_many_listed(client: Client, address: str) -> int:
    page = client.get(address)
    assert page.status_code == 200, (address, words(page)[:600])
    text = words(page)
    if re.search(r"\bNo (records|threats)\b", text):
        return 0
    found = re.search(r"(?:^|\s)([\d,]+) (?:records?|threats?)\b", text)
    assert found is not None, text[:600]
    return int(found[1].replace(",", ""))


def found_by(address: str, reader: User) -> int:
    """Count what an address of a list finds, by the list's own filter and view."""
    parts = urlsplit(address)
    query = QueryDict(parts.query)
    as_at = read_as_at(query)
    if parts.path.startswith("/threats/"):
        with threats_as_at(as_at) as threats:
            return ThreatFilter(query, threats.visible_to(reader)).strict().count()
    with records_as_at(as_at) as rows:
        return DisruptionFilter(query, rows.visible_to(reader), reader=reader).strict().count()


@pytest.fixture
def analyst_page(analyst: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(analyst)


@pytest.fixture
def some_records(north: Agency, south: Agency) -> None:
    """Leads, supports, leads that do not count and threats, all open to everybody."""
    authors = {agency.pk: make_user(agency=agency, roles=[Role.RECORDER]) for agency in (north, south)}
    graded = make_threat(kind=ThreatKind.OCG, p_grade=PriorityGrade.P2, lead_agency=north)
    on_pnd = make_threat(ocg=make_ocg(lead_agency=north, pnd_tier=PndTier.TIER_4), lead_agency=north)
    drugs = make_threat(primary_area=ThreatArea.DRUGS, other_areas=[ThreatArea.OIC], lead_agency=south)
    made: list[tuple[Agency, int, dict[str, object]]] = [
        (north, 2, {"level": Level.MINOR}),
        (north, 1, {"level": Level.MAJOR, "occurred_on": date(2024, 3, 3)}),
        (north, 1, {"level": Level.NONE}),
        (north, 1, {"uk_led": False}),
        (north, 3, {"role": DisruptionRole.SUPPORT, "lead_agency": south}),
        (south, 1, {"level": Level.MODERATE, "status": Status.APPROVED, "threat": on_pnd}),
        (south, 2, {"level": Level.MINOR, "occurred_on": date(2024, 11, 3)}),
        (south, 1, {"threat": drugs}),
        (south, 1, {"level": Level.NEGATIVE, "role": DisruptionRole.SUPPORT, "lead_agency": north}),
        (south, 1, {"status": Status.DRAFT}),
        (south, 1, {"sandbox": True}),
    ]
    for agency, how_many, values in made:
        for _ in range(how_many):
            usual = {
                "agency": agency,
                "recorded_by": authors[agency.pk],
                "threat": graded,
                "occurred_on": date(2025, 2, 3),
            }
            make_disruption(**(usual | values))  # type: ignore[arg-type]  # each is of its parameter's type


# -------------------------------------------------------------------------------------------------------- drilling down


@pytest.mark.parametrize("page", [*PAGES, "/statistics/threats/"])
def test_every_number_is_what_its_address_finds(page, analyst, analyst_page, some_records):
    found = numbers(analyst_page.get(page))
    assert found
    for address, figure in dict(found).items():
        assert found_by(address, analyst) == figure, (page, address)


@pytest.mark.parametrize(
    "asked",
    ["p_grade=P2", "p_grade__not=P1", "initiation=proactive&strand=pursue", "p_grade_then=P2", "page=2&sort=date"],
)
def test_every_number_with_filters_in_force_is_what_its_address_finds(asked, analyst, analyst_page, some_records):
    """Among others, a record at P1 that the filter of the page leaves out is not behind the number at P1 or P2."""
    make_disruption(threat=make_threat(p_grade=PriorityGrade.P1), occurred_on=A_DAY)
    found = numbers(analyst_page.get(f"/dashboard/?{QUARTER}&{asked}"))
    assert found
    for address, figure in dict(found).items():
        assert found_by(address, analyst) == figure, address
    assert how_many_listed(analyst_page, found[0][0]) == found[0][1]


def test_a_filter_without_a_field_is_a_chip_and_stays_when_the_form_is_sent(analyst_page, some_records):
    html = analyst_page.get(f"/dashboard/?{QUARTER}&region__not=the-north&role=lead").content.decode()
    assert re.search(r'class="moj-filter__tag" href="/dashboard/[^"]*"[^>]*>.*?not The North', html, re.IGNORECASE)
    assert '<input type="hidden" name="region__not" value="the-north">' in html
    assert '<input type="hidden" name="role" value="lead">' in html
    page = analyst_page.get(f"/dashboard/north/?{QUARTER}&region__not=the-north")
    assert page.status_code == 400


def test_a_number_of_each_kind_opens_the_list_that_says_the_same(analyst_page, some_records, subtests):
    pages = ["/dashboard/north/", "/statistics/records/"]
    by_kind = {}
    for page in pages:
        for address, figure in numbers(analyst_page.get(page)):
            kind = frozenset(parse_qs(urlsplit(address).query)) | {urlsplit(address).path}
            by_kind[kind] = (address, figure)
    for address, figure in by_kind.values():
        with subtests.test(address):
            assert how_many_listed(analyst_page, address) == figure


@pytest.mark.parametrize("page", PAGES)
def test_every_number_as_at_a_past_day_is_what_its_address_finds_then(page, analyst, client_for, clock_at):
    in_january, in_march = (NOON.replace(month=month) for month in (1, 3))
    with clock_at(in_january):
        agency = make_agency(code="north", region=make_region(code="the-north"))
        threat = make_threat(lead_agency=agency)
        record = make_disruption(agency=agency, threat=threat, occurred_on=date(2024, 12, 3))
        make_disruption(agency=agency, threat=threat, occurred_on=date(2024, 5, 3), level=Level.MAJOR)
    with clock_at(in_march):
        Disruption.objects.filter(pk=record.pk).update(level=Level.MODERATE, version=2)
    client = client_for(analyst)
    then = numbers(client.get(f"{page}?as_at=2025-02-28"))
    assert then
    for address, figure in dict(then).items():
        assert parse_qs(urlsplit(address).query)["as_at"] == ["2025-02-28"]
        assert found_by(address, analyst) == figure, (page, address)
    assert {level for address, _ in then for level in parse_qs(urlsplit(address).query).get("level", [])} <= {
        "minor",
        "major",
    }
    assert how_many_listed(client, then[0][0]) == then[0][1]


def test_a_zero_is_plain(analyst_page, north):
    assert numbers(analyst_page.get(f"/dashboard/?{QUARTER}")) == []
    assert numbers(analyst_page.get(f"/statistics/oic-01/?{QUARTER}")) == []


def test_filters_and_cut_off_travel_with_each_number(analyst_page, some_records):
    asked = f"{QUARTER}&region=the-north&level=minor&as_at={TODAY}"
    for address, _ in numbers(analyst_page.get(f"/dashboard/?{asked}")):
        query = parse_qs(urlsplit(address).query)
        assert query["as_at"] == [str(TODAY)]
        if address.startswith("/disruptions/"):
            assert query["region"] == ["the-north"]
            assert query["level"] == ["minor"]


def test_counted_figures_are_the_same_for_everybody_and_the_list_says_how_many_are_open(
    north, south, outsider, analyst, client_for
):
    for sharing in (Sharing.ALL_AGENCIES, Sharing.LEAD_AND_SUPPORTING):
        make_disruption(agency=north, threat=make_threat(), occurred_on=date(2025, 2, 3), sharing=sharing)
    addresses = {}
    for person in (outsider, analyst):
        page = client_for(person).get(f"/statistics/by-agency/?{QUARTER}")
        addresses[person.pk] = numbers(page)
    assert addresses[outsider.pk] == addresses[analyst.pk]
    address = next(address for address, figure in addresses[outsider.pk] if figure == 2)
    assert how_many_listed(client_for(analyst), address) == 2
    seen = words(client_for(outsider).get(address))
    assert "2 counted" in seen
    assert re.search(r"\b1 (you may open|record)", seen)


# ------------------------------------------------------------------------------------------------------------ the pages


@pytest.mark.parametrize("page", [*PAGES, "/statistics/", "/statistics/threats/"])
def test_the_pages_are_for_everybody_who_is_signed_in_and_nobody_else(page, client, client_for, nobody):
    assert client.get(page).status_code == 302
    answer = client_for(nobody).get(page)
    assert answer.status_code == 200
    assert "OFFICIAL-SENSITIVE" in words(answer)


@pytest.mark.parametrize("page", [*PAGES, "/statistics/threats/"])
def test_live_figures_say_so_and_are_never_called_official_statistics(page, analyst_page, some_records):
    text = words(analyst_page.get(page))
    assert "not the published table" in text
    assert "official statistic" not in text.lower()


@pytest.mark.parametrize("page", [*PAGES, "/statistics/threats/"])
def test_each_page_has_the_definition_with_its_rule_version_or_source(page, analyst_page, some_records):
    text = words(analyst_page.get(page))
    assert "About this figure" in text
    assert "Version 1 of the rule" in text or "inspectorate of constabulary" in text


def test_leads_supports_and_what_is_not_counted_stand_apart(analyst_page, some_records):
    text = words(analyst_page.get(f"/dashboard/?{QUARTER}"))
    assert "Counted disruptions led 3" in text
    assert "Supports do not add up" in text
    assert "Not UK-led 1" in text
    assert "Level is none or negative 1" in text
    assert "Primary threat is not organised immigration crime 1" in text


def test_the_trend_has_a_chart_its_table_its_file_and_a_sentence(analyst_page, some_records):
    page = analyst_page.get("/dashboard/?from=2024-01-01&to=2025-03-31")
    html = page.content.decode()
    assert "<svg" in html
    assert "statistics/trend/?" in html
    text = words(page)
    assert "6 disruptions were counted from January 2024 to March 2025: 1 major, 1 moderate and 4 minor." in text
    assert "The highest quarter was Jan - Mar 2025, with 3." in text
    assert "2024 Total" in text


def test_quarters_that_are_equally_high_are_all_named(analyst_page, north):
    threat = make_threat()
    for day in (date(2025, 1, 3), date(2025, 7, 3)):
        make_disruption(occurred_on=day, threat=threat)
    text = words(analyst_page.get("/dashboard/?from=2025-01-01&to=2025-09-30"))
    assert "The highest quarters were Jan - Mar 2025 and Jul - Sep 2025, with 1 each." in text


def test_a_period_without_records_says_so_without_a_chart(analyst_page, north):
    page = analyst_page.get(f"/dashboard/?{QUARTER}")
    assert "No disruption was counted from January 2025 to March 2025." in words(page)
    assert "<figure" not in page.content.decode()


def test_a_zero_return_is_named(analyst_page, some_records):
    make_agency(code="quiet", name="Quiet Police")
    text = words(analyst_page.get(f"/dashboard/?{QUARTER}"))
    assert "1 zero return of the 3 territorial forces" in text
    assert "No counted lead in this period: Quiet Police." in text


def test_an_agency_s_page_has_its_own_figures_and_its_part_of_the_whole(analyst_page, some_records):
    text = words(analyst_page.get(f"/dashboard/north/?{QUARTER}"))
    assert "Counted disruptions led 2" in text
    assert "67% of 3 counted nationally" in text
    assert "Support records 3" in text


def test_an_agency_that_does_not_exist_is_not_found(analyst_page):
    assert analyst_page.get("/dashboard/atlantis/").status_code == 404


@pytest.mark.parametrize("name", ["agency=north", "region=the-north", "rocu=rocu"])
def test_an_agency_s_page_cannot_be_narrowed_to_another_place(name, analyst_page, north):
    answer = analyst_page.get(f"/dashboard/north/?{name}")
    assert answer.status_code == 400
    assert "This page cannot be filtered by this" in words(answer)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("from=2025-13-01", "from"),
        ("as_at=2999-01-01", "as_at"),
        ("level=huge", "level"),
        ("status=approved", "filters"),
        ("agancy=north", "filters"),
    ],
)
def test_a_bad_address_is_refused_with_a_link_to_its_field(page, query, name, analyst_page, north):
    answer = analyst_page.get(f"{page}?{query}")
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "There is a problem" in html
    assert f'href="#{name}"' in html
    assert f'id="{name}"' in html
    assert "<title>Error: " in html
    assert numbers(answer) == []


def test_oic_01_offers_whole_quarters_only_and_refuses_another_period(analyst_page):
    page = analyst_page.get("/statistics/oic-01/")
    for address in re.findall(r'class="oic-periods__link" href="([^"]*)"', page.content.decode()):
        assert analyst_page.get(unescape(address)).status_code == 200
    answer = analyst_page.get("/statistics/oic-01/?from=2025-01-15")
    assert answer.status_code == 400
    assert "From: Use the first day of a quarter." in words(answer)


def test_a_statistic_refuses_a_filter_that_it_would_not_apply(analyst_page):
    assert analyst_page.get("/statistics/threats/?from=2025-01-01").status_code == 400
    assert analyst_page.get("/statistics/threats/?as_at=2025-01-01").status_code == 200


def test_what_a_form_left_empty_leaves_the_address(analyst_page):
    answer = analyst_page.get("/dashboard/?from=2025-01-01&to=&agency=&as_at=")
    assert (answer.status_code, answer["Location"]) == (302, "/dashboard/?from=2025-01-01")


def test_a_chosen_filter_is_a_chip_that_takes_it_away(analyst_page, north):
    html = analyst_page.get("/dashboard/?level=major&level=minor&agency=north").content.decode()
    chips = [unescape(address) for address in re.findall(r'class="moj-filter__tag" href="([^"]*)"', html)]
    assert sorted(chips) == sorted(
        [
            "/dashboard/?level=major&level=minor",
            "/dashboard/?level=minor&agency=north",
            "/dashboard/?level=major&agency=north",
        ]
    )


def test_several_agencies_stay_chosen_when_the_form_is_sent_again(analyst_page, north, south):
    html = analyst_page.get("/dashboard/?agency=north&agency=south").content.decode()
    assert '<input type="hidden" name="agency" value="south">' in html


# ---------------------------------------------------------------------------------------------------------------- files


def read_csv(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")
    assert "official-sensitive.csv" in answer["Content-Disposition"]
    return list(csv.reader(answer.getvalue().decode().splitlines()))


@pytest.mark.parametrize("page", FILES)
def test_a_file_has_its_header_first_and_its_marking_in_every_line(page, analyst_page, some_records):
    lines = read_csv(analyst_page, f"{page}?format=csv")
    assert lines[0][-1] == "Marking"
    assert len(lines) > 1
    assert {line[-1] for line in lines[1:]} == {"OFFICIAL-SENSITIVE"}
    assert {len(line) for line in lines} == {len(lines[0])}


def test_the_oic_01_file_is_the_table(analyst_page, some_records):
    assert read_csv(analyst_page, "/statistics/oic-01/?format=csv&from=2024-10-01&to=2025-03-31") == [
        ["Year", "Quarter", "Minor", "Moderate", "Major", "Total", "Marking"],
        ["2024", marked("Oct - Dec", 2024), "2", "0", "0", "2", "OFFICIAL-SENSITIVE"],
        ["2025", marked("Jan - Mar", 2025), "2", "1", "0", "3", "OFFICIAL-SENSITIVE"],
    ]


def marked(quarter: str, year: int) -> str:
    """Write a quarter as it is printed today, when the number of provisional quarters is the usual one."""
    last_day = {"Oct - Dec": date(year, 12, 31), "Jan - Mar": date(year, 3, 31)}[quarter]
    months = (TODAY.year - last_day.year) * 12 + TODAY.month - last_day.month
    return f"{quarter} [p]" if months <= 24 else quarter


def test_the_file_by_agency_is_the_page(analyst_page, some_records):
    lines = read_csv(analyst_page, f"/statistics/by-agency/?format=csv&{QUARTER}")
    north = next(dict(zip(lines[0], line, strict=True)) for line in lines if line[0] == "north")
    assert (north["Lead: total"], north["Share of leads (%)"], north["Support: total"]) == ("2", "67", "3")
    assert north["Not counted: Not UK-led"] == "1"


@pytest.mark.parametrize("query", ["format=xml", "format=csv&level=huge", "format=csv&from=x"])
def test_a_file_that_cannot_be_made_is_a_page_that_says_why(query, analyst_page):
    answer = analyst_page.get(f"/statistics/oic-01/?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/html")
    assert "There is a problem" in words(answer)


def test_who_took_a_file_away_is_in_the_log(analyst_page, analyst):
    read_csv(analyst_page, f"/statistics/by-agency/?format=csv&{QUARTER}")
    entry = AuditEntry.objects.get(action=AuditAction.EXPORTED)
    assert (entry.user, entry.subject, entry.reference) == (analyst, "statistics", "by_agency")
    assert "from=2025-01-01" in entry.detail["query"]


# -------------------------------------------------------------------------------------------------------------- queries


def test_a_page_reads_as_often_for_thirty_records_as_for_one(
    north, analyst_page, django_assert_max_num_queries, subtests
):
    region = make_region()
    threat = make_threat()

    def add() -> None:
        make_disruption(agency=make_agency(region=region), threat=threat, occurred_on=date(2025, 2, 3))

    def reads(page: str) -> int:
        address = f"{page}?{QUARTER}"
        analyst_page.get(address)
        with django_assert_max_num_queries(18) as queries:
            analyst_page.get(address)
        return len(queries)

    add()
    few = {page: reads(page) for page in PAGES}
    for _ in range(29):
        add()
    for page in PAGES:
        with subtests.test(page):
            assert reads(page) == few[page]


def test_addresses_have_their_names():
    assert reverse("dashboard") == "/dashboard/"
    assert reverse("dashboard_agency", args=["kent"]) == "/dashboard/kent/"
    assert reverse("statistics_oic_01") == "/statistics/oic-01/"
