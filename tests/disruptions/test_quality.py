"""How well agencies record: against a slow count in plain Python; what to fix first opens exactly those records."""

from __future__ import annotations

import csv
import random
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.urls import reverse

from agencies.models import LONDON, Agency
from agencies.refusals import Invalid, NotFound, Refused
from agencies.vocabulary import AgencyKind, Role
from disruptions.filters import DisruptionFilter
from disruptions.models import Disruption, DisruptionEvent, Outcome, Review
from disruptions.permissions import may_read_quality
from disruptions.services import DecisionRow, review_disruptions
from disruptions.statistics import Quality, quality, read_quality_query, to_fix
from disruptions.statistics.parameters import records_as_at
from disruptions.statistics.quality import ANSWERS, EXPECTED_ANSWERS, twelve_months_to
from disruptions.vocabulary import Duration, Enabler, EntryMethod, Extent, Level, Sharing, Status
from tests.api import Partner
from tests.disruptions.pages import text_of
from tests.factories import (
    make_agency,
    make_api_client,
    make_disruption,
    make_outcome,
    make_region,
    make_threat,
    make_user,
)

pytestmark = pytest.mark.django_db

START = datetime(2025, 11, 3, 23, 30, tzinfo=UTC)
A_LINK = re.compile(r'href="(/disruptions/\?agency=north[^"]*)">(\d+) record')
PERIOD = {"from": "2025-11-10", "to": "2026-06-30"}


def asked(**parameters: str) -> Any:
    query = QueryDict(mutable=True)
    query.update(parameters)
    return read_quality_query(query)


@pytest.fixture
def history(clock_at: Any, settings: Any) -> dict[str, Any]:
    """Records of two agencies in every status, drawn by a fixed seed over half a year, with decisions on them."""
    settings.MODERATION_SAMPLE_PERCENT = 50
    draw = random.Random(11)  # noqa: S311 - no secret: the same draws each time
    with clock_at(START - timedelta(days=1)):
        north, south, centre = (make_agency(code=code) for code in ("north", "south", "middle"))
        threat = make_threat(lead_agency=centre)
    authors = {agency: make_user(agency=agency, roles=[Role.RECORDER]) for agency in (north, south)}
    approvers = {agency: make_user(agency=agency, roles=[Role.APPROVER]) for agency in (north, south)}
    judge = make_user(agency=centre, national_roles=[Role.MODERATOR])
    records: list[Disruption] = []
    with clock_at(START - timedelta(hours=1)):
        target = make_disruption(agency=north, recorded_by=authors[north], threat=threat)
    for step in range(48):
        moment = START + timedelta(days=4 * step, minutes=step)
        with clock_at(moment):
            agency = draw.choice([north, north, south])
            status = draw.choice([Status.SUBMITTED] * 6 + [Status.DRAFT, Status.WITHDRAWN])
            record = make_disruption(
                agency=agency,
                recorded_by=authors[agency],
                threat=None if status == Status.DRAFT else threat,
                status=status,
                occurred_on=moment.astimezone(LONDON).date() - timedelta(days=draw.choice([0, 1, 5, 27, 28, 29, 90])),
                level=draw.choice([Level.MINOR, Level.MODERATE, Level.MAJOR]),
                extent=draw.choice([None, Extent.NOTABLE]),
                duration=draw.choice([None, Duration.LONG]),
                entry_method=draw.choice([None, EntryMethod.SMALL_BOAT]),
                enablers=draw.choice([[], [Enabler.ONLINE]]),
                country=draw.choice([None, "FR"]),
                force_area=draw.choice([None, agency]),
                operation=draw.choice(["", "Teal Lantern"]),
                oic_identifier_code=draw.choice(["", "", "DEMO"]),
                sharing=draw.choice([Sharing.ALL_AGENCIES, Sharing.LEAD_AND_SUPPORTING]),
                sandbox=step % 17 == 5,
                recorded_at=moment,
            )
            if draw.random() < 0.5:
                make_outcome(disruption=record)
            records.append(record)
            chosen = draw.choice(records)
            chosen.refresh_from_db()
            decision = draw.choice(["approve", "approve", "return", "raised", "lowered", "upheld", "duplicate"])
            by_approver = decision in {"approve", "return"}
            row = DecisionRow(
                chosen.reference,
                decision,
                reason="Why.",
                to_level={"raised": "major", "lowered": "negative"}.get(decision),
                duplicate_of=target.reference if decision == "duplicate" else None,
            )
            try:
                review_disruptions(acting_user=approvers[chosen.agency] if by_approver else judge, decisions=[row])
            except (Invalid, NotFound, Refused):
                continue
    return {"north": north, "south": south, "judge": judge, "author": authors[north], "threat": threat}


def state_at(day: date) -> list[Any]:
    """Return the version of each record that stood at the end of a day."""
    ended = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=LONDON)
    found: dict[int, Any] = {}
    for event in DisruptionEvent.objects.order_by("version").select_related("agency"):
        if event.pgh_created_at <= ended and not event.sandbox:
            found[event.id] = event
    return list(found.values())


@dataclass
class Stood:
    """What stood at a cut-off: versions, decisions by record, and the records with an outcome."""

    cut_off: date
    records: list[Any]
    decisions: dict[int, set[str]]
    with_outcomes: set[int]


def read_all(cut_off: date) -> Stood:
    """Read what the slow count goes through."""
    decisions: dict[int, set[str]] = {}
    for review in Review.objects.all():
        if review.decided_at.astimezone(LONDON).date() <= cut_off:
            decisions.setdefault(review.disruption_id, set()).add(review.decision)
    with_outcomes = set(Outcome.objects.values_list("disruption_id", flat=True))
    return Stood(cut_off, state_at(cut_off), decisions, with_outcomes)


def slow(stood: Stood, code: str, first: date, last: date) -> dict[str, Any]:
    """Count record by record."""
    counts: Counter[str] = Counter()
    lags: list[int] = []
    cut_off = stood.cut_off
    for each in stood.records:
        if code not in ("", each.agency.code):
            continue
        day, changed = each.recorded_at.astimezone(LONDON).date(), each.changed_at.astimezone(LONDON).date()
        if each.status == "draft":
            counts["drafts"] += 1
            counts["overdue_drafts"] += (cut_off - day).days > 14
        if each.status == "returned":
            counts["returned"] += 1
            counts["overdue_returned"] += (cut_off - changed).days > 14
        if not first <= day <= last or each.submitted_at is None:
            continue
        decisions = stood.decisions.get(each.id, set())
        counts["submitted"] += 1
        counts["sent_back"] += "return" in decisions
        counts["moderated"] += bool(decisions & {"upheld", "raised", "lowered"})
        counts["regraded"] += bool(decisions & {"raised", "lowered"})
        counts["duplicates"] += each.status == "rejected" and each.duplicate_of_id is not None
        if each.status not in {"submitted", "approved"}:
            continue
        counts["records"] += 1
        lags.append((day - each.occurred_on).days)
        counts["in_time"] += lags[-1] <= 28
        for name in ("extent", "duration", "entry_method", "operation", "oic_identifier_code"):
            counts[name] += bool(getattr(each, name))
        counts["place"] += bool(each.force_area_id or each.country)
        counts["enabler"] += bool(each.enablers)
        counts["outcome"] += each.id in stood.with_outcomes
    half = sorted(lags)[(len(lags) - 1) // 2] if lags else None
    return {name: number for name, number in counts.items() if number} | {"half": half}


def fast(figures: Quality, code: str) -> dict[str, Any]:
    row = figures.of(code) if code else figures.together
    return {name: number for name, number in row.counts.items() if number} | {"half": row.median_days}


def test_the_figures_agree_with_a_slow_count(
    history: Any, client_for: Any, django_assert_num_queries: Any, subtests: Any
) -> None:
    """One set of records, looked at in every way: making it takes longer than all the looks."""
    for as_at in ("2026-07-30", "2026-02-11"):
        query = asked(**PERIOD, as_at=as_at)
        figures = quality(query, reader=history["judge"])
        stood, period = read_all(query.cut_off), query.period
        for code in ("north", "south", ""):
            with subtests.test(f"{code or 'all'} as at {as_at}"):
                assert fast(figures, code) == slow(stood, code, period.first, period.last)
        with subtests.test(f"by quarter as at {as_at}"):
            for each in figures.trends["north"]:
                expected = slow(stood, "north", each.period.first, each.period.last)
                got = {name: each.row.counts[name] for name in ("records", "in_time", "sent_back", "extent")}
                assert got == {name: expected.get(name, 0) for name in got}
            assert len(figures.trend) == 8
    now = asked(**PERIOD)
    with subtests.test("the slow count saw what it has to see"):
        seen = slow(read_all(now.cut_off), "", now.period.first, now.period.last)
        assert set(seen) >= {"sent_back", "regraded", "duplicates", "overdue_drafts", "overdue_returned", "outcome"}
    with subtests.test("now as at today"):
        today = asked(**PERIOD, as_at=now.cut_off.isoformat())
        assert fast(quality(now, reader=history["judge"]), "") == fast(quality(today, reader=history["judge"]), "")
    with subtests.test("three queries"), django_assert_num_queries(3):
        quality(now, reader=history["judge"])
    for more in ({}, {"as_at": "2026-03-01"}):
        with subtests.test("what to fix first", **more):
            check_what_to_fix_first_opens_exactly_these_records(history, client_for, more)
    with subtests.test("others"):
        check_others_see_their_own_and_all_together_only(client_for, history)
    with subtests.test("page, file, partners"):
        check_page_file_and_partners_have_the_same_numbers(client_for, history)


def found_by(address: str, reader: Any) -> int:
    """Return how many records the list at an address shows somebody."""
    parameters = QueryDict(urlsplit(address).query)
    day = date.fromisoformat(parameters["as_at"]) if "as_at" in parameters else None
    with records_as_at(day) as rows:
        return DisruptionFilter(parameters, rows.visible_to(reader), reader=reader).strict().count()


def check_what_to_fix_first_opens_exactly_these_records(history: Any, client_for: Any, as_at: dict[str, str]) -> None:
    for reader in (history["author"], history["judge"]):
        page = client_for(reader).get(reverse("statistics_quality_agency", args=["north"]), PERIOD | as_at)
        query = asked(**PERIOD, **as_at)
        row = quality(query, reader=reader).of("north")
        named = to_fix(query, row, agency=history["north"], reader=reader)
        assert len(named) == 5
        assert [each.name for each in named][:2] == ["overdue_returned", "overdue_drafts"]
        lacking = [each.records for each in named[2:]]
        assert lacking == sorted(lacking, reverse=True)
        links = dict(A_LINK.findall(page.content.decode()))
        assert [int(number) for number in links.values()] == [each.openable for each in named if each.openable]
        for address, number in links.items():
            assert found_by(unescape(address), reader) == int(number)
        if reader == history["author"]:
            assert all(each.openable == each.records for each in named)
        drafts = next(each for each in named if each.name == "overdue_drafts")
        if reader == history["judge"]:
            assert (drafts.openable, drafts.records > 0) == (0, True)
            assert "none of which you may open" in text_of(page)


def test_a_reader_of_the_region_is_told_how_many_they_may_open(clock_at: Any) -> None:
    with clock_at(START):
        region = make_region(code="the-north")
        unit = make_agency(code="unit", kind=AgencyKind.REGIONAL_UNIT)
        agency = make_agency(code="north", region=region, rocu=unit)
    for sharing in (Sharing.ALL_AGENCIES, Sharing.LEAD_AND_SUPPORTING):
        make_disruption(agency=agency, threat=make_threat(), sharing=sharing)
    reader = make_user(agency=unit, roles=[Role.ANALYST])
    query = asked()
    row = quality(query, reader=reader).of("north")
    assert {(each.records, each.openable) for each in to_fix(query, row, agency=agency, reader=reader)} == {(2, 1)}


def test_who_may_read_about_an_agency() -> None:
    region, elsewhere = make_region(), make_region()
    unit = make_agency(kind=AgencyKind.REGIONAL_UNIT, region=region)
    agency = make_agency(region=region, rocu=unit)
    neighbour = make_agency(region=region)
    allowed = [
        make_user(agency=agency),
        make_user(agency=unit, roles=[Role.RECORDER]),
        make_user(agency=neighbour, regional_roles=[Role.ANALYST]),
        make_user(agency=neighbour, national_roles=[Role.VIEWER]),
    ]
    refused = [
        make_user(agency=unit),
        make_user(agency=neighbour, roles=[Role.APPROVER]),
        make_user(agency=make_agency(region=elsewhere), regional_roles=[Role.ANALYST]),
        make_user(agency=agency, is_active=False),
    ]
    assert [may_read_quality(user, agency) for user in allowed] == [True] * 4
    assert [may_read_quality(user, agency) for user in refused] == [False] * 4
    assert not may_read_quality(make_user(agency=unit, roles=[Role.RECORDER]), neighbour)


def check_others_see_their_own_and_all_together_only(client_for: Any, history: Any) -> None:
    browser = client_for(history["author"])
    page = text_of(browser.get(reverse("statistics_quality"), PERIOD))
    figures = quality(asked(**PERIOD), reader=history["author"])
    assert [row.code for row in figures.rows] == ["north"]
    assert figures.together.records == quality(asked(**PERIOD), reader=history["judge"]).together.records
    assert "North" in page
    assert "South" not in page
    assert "not the published table" in page
    assert "Version 1 of the rule" not in page
    refused = browser.get(reverse("statistics_quality_agency", args=["south"]))
    assert refused.status_code == 403
    assert "Your own agency’s page" in text_of(refused)


def check_page_file_and_partners_have_the_same_numbers(client_for: Any, history: Any) -> None:
    browser = client_for(history["judge"])
    figures = quality(asked(**PERIOD), reader=history["judge"])
    answer = browser.get(reverse("statistics_quality"), {**PERIOD, "format": "csv"})
    lines = list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode())))
    assert [line["Agency code"] for line in lines] == [*(row.code for row in figures.rows), ""]
    for line, row in zip(lines, [*figures.rows, figures.together], strict=True):
        assert int(line["Submitted or approved"]) == row.records
        assert int(line["Recorded in time"]) == row.counts["in_time"]
        assert line["Expected answers given (%)"] == str("" if row.complete_share is None else row.complete_share)
    answer = browser.get(reverse("statistics_quality_agency", args=["north"]), {**PERIOD, "format": "csv"})
    own = {
        line["Measure"]: line
        for line in csv.DictReader(StringIO(b"".join(answer.streaming_content).decode()))
        if line["Recorded in"] == "Period"
    }
    assert own["Submitted or approved"]["All agencies"] == str(figures.together.records)
    north = figures.of("north")
    assert own["Drafts overdue"][north.name] == str(north.counts["overdue_drafts"])
    page = text_of(browser.get(reverse("statistics_quality_agency", args=["north"]), PERIOD))
    assert f"{north.in_time_share}% were recorded within 28 days of the disruption" in page
    assert f"Recorded within 28 days of the disruption {north.counts['in_time']} {north.records}" in page
    partner = Partner(make_api_client(agency=history["north"]))
    rows = partner.get(f"statistics/quality/?from={PERIOD['from']}&to={PERIOD['to']}").json()["rows"]
    assert [row["agency"] for row in rows] == ["north", None]
    assert rows[0]["records"] == north.records
    assert rows[0]["answers"]["extent"] == north.counts["extent"]
    assert rows[0]["median_days"] == north.median_days
    assert rows[1]["overdue_drafts"] == figures.together.counts["overdue_drafts"]
    text = partner.get("statistics/quality/?format=csv").content.decode()
    assert text.startswith("agency,submitted,records,in_time,median_days,answers_extent")
    for bad in ("level=major", "agency=north", "from=x", "page=1"):
        assert partner.get(f"statistics/quality/?{bad}").status_code == 400


def test_the_period_is_twelve_months_of_recording_unless_asked() -> None:
    query = asked(as_at="2026-05-14")
    assert (query.period.first, query.period.last) == (date(2025, 5, 15), date(2026, 5, 14))
    assert twelve_months_to(date(2028, 2, 28)).first == date(2027, 3, 1)
    assert twelve_months_to(date(2028, 2, 29)).first == date(2027, 3, 1)
    assert asked(to="2019-12-31").period.first == date(2019, 1, 1)
    for bad in ({"to": "x"}, {"as_at": "2999-01-01"}, {"from": "2026-02-01", "to": "2026-01-01"}, {"status": "draft"}):
        with pytest.raises(Invalid):
            asked(**bad)


def test_nothing_recorded_has_no_rates(client_for: Any, viewer: Any, north: Agency) -> None:
    browser = client_for(viewer)
    page = text_of(browser.get(reverse("statistics_quality_agency", args=["north"])))
    assert "North Police recorded nothing in this period that is submitted or approved." in page
    assert "Nothing is overdue, and no expected answer is missing." in page
    assert "Nothing that is submitted or approved was recorded" in text_of(browser.get(reverse("statistics_quality")))
    assert browser.get(reverse("statistics_quality"), {"level": "major"}).status_code == 400
    refused = browser.get(reverse("statistics_quality_agency", args=["north"]), {"to": "x"})
    assert refused.status_code == 400
    # The first day was not given, and is not what is wrong.
    assert b'href="#to"' in refused.content
    assert b'href="#from"' not in refused.content


def test_each_answer_has_filters_that_find_what_lacks_it() -> None:
    known = DisruptionFilter({}, Disruption.objects.none()).known_names()
    assert {name for each in ANSWERS for name in each.filters} <= known
    assert all(each.why for each in EXPECTED_ANSWERS)


@pytest.mark.parametrize("agencies", [1, 12])
def test_the_pages_ask_as_much_however_many_agencies(
    client_for: Any, viewer: Any, django_assert_num_queries: Any, agencies: int
) -> None:
    for number in range(agencies):
        make_disruption(agency=make_agency(code=f"agency-{number}"), threat=make_threat())
    browser = client_for(viewer)
    browser.get(reverse("statistics_quality"))
    with django_assert_num_queries(10):
        browser.get(reverse("statistics_quality"))
    with django_assert_num_queries(17):
        browser.get(reverse("statistics_quality_agency", args=["agency-0"]))
