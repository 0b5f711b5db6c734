"""The pages and operations of extracts and revisions."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.urls import reverse

from agencies.models import AuditEntry, User
from agencies.vocabulary import Role
from disruptions.models import Disruption, Extract
from disruptions.services import freeze_extract, set_extract_aside, sign_off_extract, withdraw_disruptions
from disruptions.statistics import oic_01_of
from disruptions.vocabulary import Level, Sharing
from tests.api import Partner
from tests.disruptions.pages import text_of
from tests.factories import make_agency, make_api_client, make_disruption, make_region, make_threat, make_user

pytestmark = pytest.mark.django_db

Clock = Callable[[datetime], Any]
CUT_OFF = date(2025, 7, 10)


@pytest.fixture
def colleague(centre: Any) -> User:
    """Another statistician."""
    return make_user(agency=centre, national_roles=[Role.STATISTICIAN], name="Cleo Colleague")


@pytest.fixture
def recorder(clock_at: Clock) -> User:
    """A recording officer of a force that was there before its records."""
    with clock_at(datetime(2025, 1, 6, 9, tzinfo=UTC)):
        return make_user(agency=make_agency(code="north"), roles=[Role.RECORDER])


@pytest.fixture
def records(clock_at: Clock, recorder: User) -> list[Disruption]:
    """Records of the north before the cut-off: three that count, one of them kept to those who took part."""
    north = recorder.agency
    with clock_at(datetime(2025, 5, 6, 9, tzinfo=UTC)):
        threat = make_threat(lead_agency=north, created_by=recorder)
        return [
            make_disruption(
                agency=north, recorded_by=recorder, threat=threat, occurred_on=day, level=level, sharing=sharing
            )
            for day, level, sharing in (
                (date(2025, 3, 1), Level.MAJOR, Sharing.ALL_AGENCIES),
                (date(2025, 4, 2), Level.MINOR, Sharing.LEAD_AND_SUPPORTING),
                (date(2025, 4, 3), Level.MINOR, Sharing.ALL_AGENCIES),
                (date(2025, 4, 4), Level.NONE, Sharing.ALL_AGENCIES),
            )
        ]


@pytest.fixture
def extract(clock_at: Clock, records: list[Disruption], statistician: User) -> Extract:
    """What stood on 10 July 2025; afterwards one was withdrawn, one was regraded, and one came late."""
    with clock_at(datetime(2025, 7, 12, 9, tzinfo=UTC)):
        frozen = freeze_extract(acting_user=statistician, cut_off=CUT_OFF, title="Year ending June 2025")
    with clock_at(datetime(2025, 8, 1, 9, tzinfo=UTC)):
        record = records[0]
        withdraw_disruptions(
            acting_user=record.recorded_by, versions={record.reference: None}, reason="It was another force’s."
        )
        Disruption.objects.filter(pk=records[2].pk).update(
            level="moderate", version=2, reason_class="regrade", change_reason="=1+1"
        )
        make_disruption(agency=record.agency, threat=record.threat, occurred_on=date(2025, 4, 5), level=Level.MINOR)
    return frozen


def rows_of(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


def test_a_statistician_freezes_and_another_signs_off(
    client_for: Any, records: list[Disruption], statistician: User, colleague: User
) -> None:
    browser = client_for(statistician)
    cut_off = date.today() - timedelta(days=40)  # noqa: DTZ011 - any past day
    assert "Nothing is frozen yet." in text_of(browser.get(reverse("extract_list")))
    day = {"cut_off_day": str(cut_off.day), "cut_off_month": str(cut_off.month), "cut_off_year": str(cut_off.year)}
    refused = browser.post(reverse("extract_new"), {**day, "title": " "})
    assert (refused.status_code, "Enter a title." in text_of(refused)) == (400, True)
    refused = browser.post(
        reverse("extract_new"),
        {**day, "title": "A", "period_from_day": "2", "period_from_month": "1", "period_from_year": "2025"},
    )
    assert "Use the first day of a quarter." in text_of(refused)
    assert "Enter the cut-off" in text_of(browser.post(reverse("extract_new"), {"title": "A"}))
    done = browser.post(reverse("extract_new"), {**day, "title": "Year to date"}, follow=True)
    extract = Extract.objects.get()
    assert f"{extract.reference} is frozen, with 4 records" in text_of(done)
    assert "Not signed off." in text_of(done)
    assert browser.get(reverse("extract_sign_off", args=[extract.reference])).status_code == 403
    other = client_for(colleague)
    assert "Sign off this extract" in text_of(other.get(reverse("extract_sign_off", args=[extract.reference])))
    signed = other.post(reverse("extract_sign_off", args=[extract.reference]), follow=True)
    assert f"{extract.reference} is signed off." in text_of(signed)
    assert "Not signed off." not in text_of(signed)
    assert "Cleo Colleague" in text_of(other.get(reverse("extract_list")))
    assert browser.get(reverse("extract_set_aside", args=[extract.reference])).status_code == 403


def test_one_is_set_aside_with_a_reason(client_for: Any, extract: Extract, statistician: User) -> None:
    address = reverse("extract_set_aside", args=[extract.reference])
    browser = client_for(statistician)
    assert browser.post(address, {"reason": ""}).status_code == 400
    done = browser.post(address, {"reason": "The wrong day."}, follow=True)
    assert "Set aside: do not use this extract." in text_of(done)
    assert "The wrong day." in text_of(done)
    assert "set aside. Do not use it." in text_of(
        browser.get(f"{reverse('statistics_oic_01')}?extract={extract.reference}")
    )


def test_what_was_set_aside_is_offered_for_no_comparison(
    client_for: Any, clock_at: Clock, extract: Extract, statistician: User
) -> None:
    with clock_at(datetime(2025, 9, 12, 9, tzinfo=UTC)):
        wrong = freeze_extract(acting_user=statistician, cut_off=date(2025, 8, 10), title="The wrong day")
        last = freeze_extract(acting_user=statistician, cut_off=date(2025, 9, 10), title="The last")
        set_extract_aside(acting_user=statistician, reference=wrong.reference, reason="The wrong day.")
    browser = client_for(statistician)
    for page in (reverse("extract_list"), reverse("extract_detail", args=[last.reference])):
        html = browser.get(page).content.decode()
        assert f"before={extract.reference}&amp;as_at={last.reference}" in html
        assert f"={wrong.reference}&" not in html
    assert (
        "/statistics/revisions/?" not in browser.get(reverse("extract_detail", args=[wrong.reference])).content.decode()
    )


def test_an_extract_is_read_by_everybody(client_for: Any, extract: Extract, outsider: User) -> None:
    browser = client_for(outsider)
    page = browser.get(reverse("extract_detail", args=[extract.reference.lower()]), follow=True)
    assert extract.sha256 in text_of(page)
    assert "Check it now" not in text_of(page)
    typo = browser.get(reverse("extract_detail", args=["E-0000-0001"]))
    assert (typo.status_code, "not the reference of an extract" in text_of(typo)) == (404, True)
    assert browser.get("/search/", {"q": extract.reference}).headers["Location"] == page.request["PATH_INFO"]


def test_it_is_checked_and_says_so(client_for: Any, extract: Extract, auditor: User) -> None:
    answer = client_for(auditor).post(reverse("extract_check", args=[extract.reference]))
    assert "It says what it said." in text_of(answer)
    assert AuditEntry.objects.get(subject="extract_check").detail["agrees"] is True


def test_table_oic_01_of_an_extract_by_page_file_and_api(client_for: Any, extract: Extract, viewer: User) -> None:
    browser, address = client_for(viewer), f"{reverse('statistics_oic_01')}?extract={extract.reference}"
    page = browser.get(address)
    assert "Frozen extract" in text_of(page)
    assert "Live figures from the live system" not in text_of(page)
    file = browser.get(f"{address}&format=csv")
    assert f"oic-01-extract-{extract.reference.lower()}" in file.headers["Content-Disposition"]
    table = oic_01_of(extract)
    lines = [line for line in rows_of(file) if line and line[0].isdigit()]
    assert [[int(cell) for cell in line[2:6]] for line in lines] == [
        [row.minor, row.moderate, row.major, row.total] for row in table
    ]
    answer = Partner(make_api_client()).get(f"statistics/oic-01/?extract={extract.reference}").json()["rows"]
    assert [(row["year"], row["quarter"], row["total"], row["provisional"]) for row in answer] == [
        (row.year, row.quarter, row.total, row.provisional) for row in table
    ]
    for wrong in ("level=major", "as_at=2025-01-01"):
        refused = browser.get(f"{address}&{wrong}")
        assert (refused.status_code, "frozen whole" in text_of(refused)) == (400, True)
    assert browser.get(f"{reverse('statistics_trend')}?extract={extract.reference}").status_code == 400


def test_frozen_records_are_listed_as_far_as_they_may_be_opened(
    client_for: Any, extract: Extract, recorder: User, outsider: User, records: list[Disruption]
) -> None:
    address = reverse("extract_records", args=[extract.reference])
    mine, theirs = client_for(recorder).get(address), client_for(outsider).get(address)
    assert ", 4 of which you may open." in text_of(mine)
    assert ", 3 of which you may open." in text_of(theirs)
    assert records[1].reference in text_of(mine)
    assert records[1].reference not in text_of(theirs)
    looked = AuditEntry.objects.filter(action="searched", subject="disruption").order_by("pk")
    assert [(entry.detail["where"], entry.detail["found"]) for entry in looked] == [
        (extract.reference, 4),
        (extract.reference, 3),
    ]
    counted = client_for(outsider).get(
        address, {"counted": "yes", "level": "minor", "from": "2025-04-01", "to": "2025-06-30"}
    )
    assert ", 1 of which you may open." in text_of(counted)
    assert "Level is none or negative" in text_of(client_for(recorder).get(address, {"counted": "no"}))
    for wrong in (
        {"level": "x"},
        {"from": "x"},
        {"counted": "x"},
        {"status": "draft"},
        {"from": "2025-04-01"},
        {"to": "2025-04-01"},
        {"level": ["minor", "major"]},
        {"format": "ods"},
    ):
        refused = client_for(recorder).get(address, wrong)
        assert refused.status_code == 400
        assert "All frozen records of this extract" in text_of(refused)
    assert "Level: Choose one of" in text_of(client_for(recorder).get(address, {"level": "x"}))


def test_how_many_are_frozen_is_said_only_of_what_counted_figures_say(
    client_for: Any, extract: Extract, outsider: User, records: list[Disruption]
) -> None:
    """A level and a day of records that do not count would tell whether somebody hides one."""
    address = reverse("extract_records", args=[extract.reference])
    for asked in ({"counted": "no"}, {"level": "minor"}, {"from": "2025-04-02", "to": "2025-04-02"}):
        assert "of which you may open" not in text_of(client_for(outsider).get(address, asked))
    assert "1 record that you may open." in text_of(client_for(outsider).get(address, {"counted": "no"}))


def test_frozen_records_as_a_file_are_those_that_may_be_opened(
    client_for: Any, extract: Extract, recorder: User, outsider: User, records: list[Disruption]
) -> None:
    address = reverse("extract_records", args=[extract.reference])
    answer = client_for(recorder).get(address, {"format": "csv"})
    lines = rows_of(answer)
    assert "official-sensitive.csv" in answer.headers["Content-Disposition"]
    assert {line[-1] for line in lines[1:]} == {"OFFICIAL-SENSITIVE"}
    assert [line[0] for line in lines[1:]] == [records[place].reference for place in (3, 2, 1, 0)]
    header, first, last = lines[0], lines[1], lines[-1]
    found = dict(zip(header, first, strict=True))
    # As it was frozen, whatever became of the record since.
    assert (found["Version"], found["Level"], found["Counted"]) == ("1", "None", "No")
    assert found["Not counted because"] == "Level is none or negative"
    found = dict(zip(header, last, strict=True))
    assert (found["Agency code"], found["Date"], found["Status"]) == ("north", "2025-03-01", "Submitted")
    assert records[0].threat is not None
    assert (found["SOC threat"], found["UK-led"]) == (records[0].threat.reference, "Yes")
    theirs = rows_of(client_for(outsider).get(address, {"format": "csv"}))
    assert [line[0] for line in theirs[1:]] == [records[place].reference for place in (3, 2, 0)]
    counted = rows_of(client_for(outsider).get(address, {"format": "csv", "counted": "yes", "level": "major"}))
    assert [line[0] for line in counted[1:]] == [records[0].reference]
    kept = AuditEntry.objects.filter(subject="extract", action="exported").order_by("pk")
    assert [(entry.detail["rows"], entry.detail["frozen"]) for entry in kept] == [(4, 4), (3, 4), (1, 4)]


def test_the_revisions_page_says_what_changed_and_why(client_for: Any, extract: Extract, analyst: User) -> None:
    browser, address = client_for(analyst), reverse("statistics_revisions")
    page = browser.get(address, {"before": extract.reference})
    assert "3 disruptions were counted in January 2023 to June 2025; now, 3: no change in the total." in text_of(page)
    assert "By reason: late entry +1, withdrawn −1. 1 record moved from one cell to another." in text_of(page)
    assert b"<svg" in page.content
    file = browser.get(address, {"before": extract.reference, "format": "csv"})
    lines = rows_of(file)
    header = next(line for line in lines if line[:1] == ["Year"])
    total = dict(zip(header, lines[-1], strict=True))
    assert (total["Before"], total["After"], total["Late entry"], total["Withdrawn"]) == ("3", "3", "1", "-1")
    moderate = next(line for line in lines if line[:1] == ["2025"] and "Apr - Jun" in line[1] and line[2] == "Moderate")
    assert dict(zip(header, moderate, strict=True))["Regrade"] == "1"
    for wrong in ({"before": "soon"}, {"as_at": "2999-01-01"}, {"from": "2025-01-02"}, {"level": "major"}):
        assert browser.get(address, wrong).status_code == 400


@pytest.fixture
def handed_over(extract: Extract, records: list[Disruption]) -> Any:
    """The agency that took over the major record after the cut-off, in a region of its own."""
    south = make_agency(code="south", region=make_region())
    Disruption.objects.filter(pk=records[3].pk).update(agency=south, level="minor", version=2)
    Disruption.objects.filter(pk=records[1].pk).update(agency=south, version=2)
    return south


def test_revisions_of_an_agency_by_page_file_and_api(
    client_for: Any, extract: Extract, analyst: User, handed_over: Any, records: list[Disruption]
) -> None:
    browser, address = client_for(analyst), reverse("statistics_revisions")
    asked = {"before": extract.reference}
    page = text_of(browser.get(address, asked))
    assert "Which agencies the difference comes from" in page
    south = text_of(browser.get(address, {**asked, "agency": "south"}))
    assert f"0 disruptions were counted for {handed_over.name} in January 2023 to June 2025; now, 2: +2." in south
    assert "By reason: " in south
    assert "change of lead +1" in south
    assert "Which agencies" not in south
    assert text_of(browser.get(address, {**asked, "region": handed_over.region.code})).count("change of lead +1")
    lines = rows_of(browser.get(address, {**asked, "format": "csv-agencies"}))
    header = next(line for line in lines if line[:1] == ["Agency code"])
    table = {line[0]: dict(zip(header, line, strict=True)) for line in lines if line[0] in {"north", "south"}}
    assert [table[code]["Change of lead"] for code in ("north", "south")] == ["-1", "1"]
    found = browser.get(reverse("statistics_revision_records"), {**asked, "agency": "south", "reason": "lead_change"})
    assert "1 record behind this number, 1 of which you may open." in text_of(found)
    assert f"{handed_over.short_name}before: {records[1].agency.short_name}" in text_of(found).replace(
        " before:", "before:"
    )
    answer = Partner(make_api_client(agency=make_agency())).get(f"statistics/revisions/?before={extract.reference}")
    agencies = {row["agency"]: row for row in answer.json()["agencies"]}
    assert sum(row["difference"] for row in agencies.values()) == answer.json()["rows"][-1]["difference"]
    assert (agencies["south"]["before"], agencies["south"]["after"], agencies["south"]["percent"]) == (0, 2, None)
    partner = Partner(make_api_client(agency=make_agency()))
    narrowed = partner.get(f"statistics/revisions/?before={extract.reference}&agency=south&agency=north").json()
    assert narrowed["rows"][-1]["difference"] == answer.json()["rows"][-1]["difference"]
    for wrong in ("agency=nowhere", "region=nowhere", "rocu=north", "agency__not=south", "agency=%00", "agency="):
        assert partner.get(f"statistics/revisions/?before={extract.reference}&{wrong}").status_code == 400
        if wrong != "agency=":
            assert browser.get(f"{address}?before={extract.reference}&{wrong}").status_code == 400
    assert browser.get(f"{address}?before={extract.reference}&format=ods").status_code == 400


def test_the_revisions_page_says_how_an_extract_stands(
    client_for: Any, extract: Extract, statistician: User, colleague: User
) -> None:
    browser, asked = client_for(colleague), {"before": extract.reference}
    page = reverse("statistics_revisions")
    assert f"(extract {extract.reference}, not signed off)" in text_of(browser.get(page, asked))
    sign_off_extract(acting_user=colleague, reference=extract.reference)
    assert f"(extract {extract.reference})" in text_of(browser.get(page, asked))


def test_where_nothing_changed_it_says_so(client_for: Any, extract: Extract, analyst: User) -> None:
    page = client_for(analyst).get(
        reverse("statistics_revisions"), {"before": extract.reference, "as_at": extract.reference}
    )
    assert "No record entered, left or moved." in text_of(page)
    # The latest quarters have the mark at this cut-off, and so has the total that holds them.
    assert "Apr - Jun 2025 [p]" in text_of(page)
    assert "All quarters [p]" in text_of(page)
    sides = {"before": extract.reference, "as_at": extract.reference, "format": "csv"}
    lines = rows_of(client_for(analyst).get(reverse("statistics_revisions"), sides))
    assert {line[1] for line in lines if line[0] in {"2025", "All"}} == {"Jan - Mar [p]", "Apr - Jun [p]", "All [p]"}
    assert {line[1] for line in lines if line[0] == "2023"} == {
        "Jan - Mar",
        "Apr - Jun",
        "Jul - Sep [p]",
        "Oct - Dec [p]",
    }


def test_the_records_behind_are_listed_with_what_people_typed(
    client_for: Any, extract: Extract, analyst: User, outsider: User, records: list[Disruption]
) -> None:
    browser, address = client_for(analyst), reverse("statistics_revision_records")
    asked = {"before": extract.reference}
    page = browser.get(address, asked)
    assert "3 records behind this number, 3 of which you may open." in text_of(page)
    assert "It was another force’s." in text_of(page)
    assert AuditEntry.objects.get(action="searched").detail["found"] == 3
    regraded = browser.get(address, {**asked, "reason": "regrade", "quarter": "2025-04-01", "level": "moderate"})
    assert records[2].reference in text_of(regraded)
    assert "1 record behind this number" in text_of(regraded)
    lines = [line for line in rows_of(browser.get(address, {**asked, "format": "csv"})) if line[0].startswith("D-")]
    assert len(lines) == 3
    assert "'=1+1" in {line[7] for line in lines}
    for wrong in (
        {"reason": "x"},
        {"quarter": "2025-05-01"},
        {"level": "none"},
        {"page": "0"},
        {"page": "x"},
        {"level": ["minor", "major"]},
    ):
        assert browser.get(address, {**asked, **wrong}).status_code == 400
    assert client_for(outsider).get(address, asked).status_code == 200


def test_partners_read_extracts_and_revisions(extract: Extract) -> None:
    partner = Partner(make_api_client(agency=make_agency()))
    [row] = partner.get("statistics/extracts/").json()["rows"]
    assert (row["extract"], row["cut_off"], row["records"], row["counted"], row["state"]) == (
        extract.reference,
        "2025-07-10",
        4,
        3,
        "frozen",
    )
    answer = partner.get("statistics/revisions/").json()
    assert (answer["before"], answer["as_at"]) == (extract.reference, "now")
    total = answer["rows"][-1]
    assert (total["quarter"], total["level"], total["year"], total["percent"]) == ("All", "total", None, 0)
    assert {name for name, net in total["reasons"].items() if net} == {"late_entry", "withdrawn"}
    for cell in answer["rows"]:
        assert cell["difference"] == cell["after"] - cell["before"] == sum(cell["reasons"].values())
    assert partner.get("statistics/revisions/?format=csv").content.startswith(b"year,quarter,level,before,after")
    assert partner.get("statistics/extracts/?format=csv").content.count(extract.reference.encode()) == 1
    for wrong in ("revisions/?before=x", "revisions/?level=major", "extracts/?page=2", "revisions/?before="):
        assert partner.get(f"statistics/{wrong}").status_code == 400


def test_pages_ask_few_questions(
    client_for: Any, extract: Extract, analyst: User, django_assert_max_num_queries: Any
) -> None:
    browser = client_for(analyst)
    asked = {"before": extract.reference}
    for address, query, most in (
        (reverse("extract_list"), {}, 8),
        (reverse("extract_detail", args=[extract.reference]), {}, 9),
        (reverse("extract_records", args=[extract.reference]), {}, 10),
        (reverse("statistics_revisions"), asked, 16),
        (reverse("statistics_revisions"), {**asked, "agency": "north"}, 20),
        (reverse("statistics_revision_records"), asked, 13),
    ):
        browser.get(address, query)
        with django_assert_max_num_queries(most):
            browser.get(address, query)
