"""Recording lag and expected growth, against slow counts in plain Python that read the history row by row."""

from __future__ import annotations

import csv
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import LONDON
from agencies.vocabulary import StatisticsGroup
from disruptions.charts import INTERVAL_NAMES, ChartError, interval_spec
from disruptions.models import Disruption
from disruptions.statistics import Quarter, expected_growth, oic_01, read_query, recording_lag
from disruptions.statistics.growth import (
    DRAWS,
    MONTHS,
    Expectation,
    Growth,
    Outlook,
    Step,
    TriangleRow,
    _expect,
    _steps,
    latest_month_end,
    month_end_after,
)
from disruptions.statistics.lag import Lags
from disruptions.views.growth import growth_sentence
from disruptions.views.lag import band_counts, bands, lag_sentence
from disruptions.vocabulary import Level, Status
from tests.api import Partner
from tests.disruptions.pages import text_of
from tests.disruptions.test_oic01 import FIRST_DAY, Story, recount
from tests.factories import make_agency, make_api_client, make_disruption, make_threat, make_user

pytestmark = pytest.mark.django_db


LONG_AGO = datetime(2022, 12, 1, tzinfo=UTC)


def ask(query: str) -> Any:
    return read_query(QueryDict(query))


def table_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode())))


# ------------------------------------------------------------------------------------------------------------------ lag

PERIOD = "from=2025-01-01&to=2025-12-31"


@pytest.fixture
def recorded(clock_at: Any) -> dict[str, Any]:
    """Leads of three agencies, submitted and approved after days drawn by a fixed seed, and some that do not count."""
    draw = random.Random(11)  # noqa: S311 - no secret: the same draws each time
    with clock_at(LONG_AGO):
        agencies = {code: make_agency(code=code) for code in ("north", "south", "sea")}
        threat = make_threat(lead_agency=agencies["north"])
    for number in range(32):
        day = date(2025, 1, 1) + timedelta(days=draw.randrange(300))
        after = draw.choice([0, 0, 1, 3, 7, 8, 30, 31, 60, 91, 92, 150])
        hour = draw.choice([0, 12, 23])
        moment = datetime(day.year, day.month, day.day, hour, 30, tzinfo=LONDON) + timedelta(days=after)
        with clock_at(moment):
            make_disruption(
                agency=agencies[draw.choice(["north", "south", "south", "sea"])],
                threat=threat,
                occurred_on=day,
                status=draw.choice([Status.SUBMITTED, Status.APPROVED]),
                level=Level.NONE if number % 10 == 9 else Level.MINOR,
            )
    return agencies


def slow_lags(field: str, *, approved_only: bool = False) -> dict[str, list[int]]:
    """Return the days that each agency's counted leads took, in order."""
    found: dict[str, list[int]] = {}
    for record in Disruption.objects.select_related("agency"):
        if record.level == Level.NONE or (approved_only and record.status != Status.APPROVED):
            continue
        day = getattr(record, field).astimezone(LONDON).date()
        found.setdefault(record.agency.code, []).append((day - record.occurred_on).days)
    return {code: sorted(days) for code, days in found.items()}


def nth(days: list[int], part: Fraction) -> int | None:
    """Return the first value at which at least a part of all values have been passed."""
    return next((value for place, value in enumerate(days, 1) if place >= part * len(days)), None)


def test_lags_are_those_of_a_slow_count(recorded):
    table = recording_lag(ask(PERIOD))
    submitted, approved = slow_lags("submitted_at"), slow_lags("approved_at", approved_only=True)
    assert {row.code: row.records for row in table.rows} == {code: len(days) for code, days in submitted.items()}
    for row in table.rows:
        for lags, days in ((row.submission, submitted[row.code]), (row.approval, approved[row.code])):
            assert sorted(lags.by_days.elements()) == days
            assert lags.quartiles == tuple(nth(days, Fraction(part, 4)) for part in (1, 2, 3))
            assert [lags.within(limit) for limit in table.limits] == [
                sum(each <= limit for each in days) for limit in table.limits
            ]
        assert row.not_approved == len(submitted[row.code]) - len(approved[row.code])
        assert row.late(91) == sum(each > 91 for each in submitted[row.code])
    together = sorted(day for days in submitted.values() for day in days)
    assert sorted(table.together.submission.by_days.elements()) == together
    assert table.late == sum(row.late(91) for row in table.rows)
    assert [row.late(91) for row in table.rows] == sorted((row.late(91) for row in table.rows), reverse=True)
    assert sum(row.records for row in table.rows) == sum(row.total for row in oic_01(ask(PERIOD)) if not row.is_year)


def test_a_day_is_one_of_london(clock_at):
    with clock_at(datetime(2025, 6, 30, 23, 30, tzinfo=UTC)):
        make_disruption(occurred_on=date(2025, 6, 30), threat=make_threat())
    assert recording_lag(ask(PERIOD)).together.submission.by_days == {1: 1}


def test_lag_as_at_a_day_knows_only_what_was_there(recorded):
    table = recording_lag(ask(f"{PERIOD}&as_at=2025-06-30"))
    known = Disruption.objects.exclude(level=Level.NONE).filter(recorded_at__lt=datetime(2025, 7, 1, tzinfo=LONDON))
    assert table.together.records == known.count() > 0


def test_days_between_limits_add_up(recorded, settings):
    settings.LAG_DAYS = [30, 7]
    table = recording_lag(ask(PERIOD))
    assert bands(table.limits) == ["Within 7 days", "8 to 30 days", "Later than 30 days"]
    for row in table.rows:
        assert sum(band_counts(row, table.limits)) == row.records


def test_no_records_have_no_quartiles():
    assert Lags().quartiles == (None, None, None)
    assert Lags().share_within(7) is None


def test_the_sentence_names_who_records_late(recorded):
    query = ask(PERIOD)
    table = recording_lag(query)
    words = lag_sentence(query, table)
    drivers = table.drivers()
    assert 2 * sum(row.late(91) for row in drivers) >= table.late > 2 * sum(row.late(91) for row in drivers[:-1])
    assert all(row.short_name in words for row in drivers)
    assert f"{table.late} came later" in words
    nothing = ask("from=2024-01-01&to=2024-03-31")
    assert lag_sentence(nothing, recording_lag(nothing)) == "No disruption was counted in January 2024 to March 2024."


def test_lag_page_file_and_api_say_the_same(recorded, client):
    table = recording_lag(ask(PERIOD))
    client.force_login(make_user(agency=recorded["north"]))
    page = client.get(f"{reverse('statistics_lag')}?{PERIOD}")
    assert page.status_code == 200
    assert "<svg" in page.content.decode()
    assert "not the published table" in text_of(page)
    lines = list(
        csv.DictReader(StringIO(client.get(f"{reverse('statistics_lag')}?{PERIOD}&format=csv").getvalue().decode()))
    )
    assert [line["Agency code"] for line in lines] == [*(row.code for row in table.rows), ""]
    partner = Partner(make_api_client(agency=recorded["north"]))
    together, *rows = partner.get(f"statistics/lag/?{PERIOD}").json()["rows"]
    assert together["agency"] is None
    assert together["submission"]["records"] == table.together.records
    for row, line, cells in zip(table.rows, lines, rows, strict=False):
        quarter, half, three_quarters = row.submission.quartiles
        assert cells["submission"] == {
            "records": row.records,
            "quarter_within": quarter,
            "half_within": half,
            "three_quarters_within": three_quarters,
        }
        assert line["Submission: half within (days)"] == str(half)
        assert line["Submitted within 30 days"] == str(row.submission.within(30))
        assert (cells["late"], cells["late_after_days"]) == (row.late(91), 91)
    of_api = list(csv.DictReader(StringIO(partner.get(f"statistics/lag/?{PERIOD}&format=csv").content.decode())))
    assert [line["submission_half_within"] for line in of_api[1:]] == [
        str(row.submission.quartiles[1]) for row in table.rows
    ]


def test_lag_takes_two_queries_however_many_agencies(recorded, django_assert_num_queries):
    query = ask(PERIOD)
    with django_assert_num_queries(2):
        recording_lag(query)


# ------------------------------------------------------------------------------------------------------------- triangle


@pytest.mark.parametrize("seed", [1, 2])
def test_every_cell_of_the_triangle_is_the_count_of_a_slow_recount(seed, clock_at):
    story = Story(random.Random(seed), clock_at)  # noqa: S311 - no secret
    for day in sorted(story.chance.randrange(360) for _ in range(150)):
        story.happen(FIRST_DAY + timedelta(days=day))
    query = ask("from=2023-07-01&to=2024-09-30&as_at=2024-12-20")
    growth = expected_growth(query)
    assert growth.month_end == date(2024, 11, 30)
    recounts: dict[date, Counter[tuple[int, int]]] = {}
    cells = 0
    for row in growth.rows:
        for age, count in enumerate(row.counts):
            end = month_end_after(row.quarter, age)
            if end > growth.month_end:
                assert count is None
                continue
            if end not in recounts:
                recounts[end] = Counter()
                for (year, number, _), records in recount(end).items():
                    recounts[end][year, number] += records
            expected = recounts[end][row.quarter.year, row.quarter.number]
            assert (count or 0) == expected, (row.quarter.label, age)
            cells += expected > 0
    assert cells > 20


def test_the_triangle_is_oic_01_as_at_each_month_end_also_when_narrowed(clock_at):
    story = Story(random.Random(5), clock_at)  # noqa: S311 - no secret
    for day in sorted(story.chance.randrange(360) for _ in range(60)):
        story.happen(FIRST_DAY + timedelta(days=day))
    for narrowed in ("", f"&agency={story.agencies[0].code}", "&level=minor&level=major"):
        for row in expected_growth(ask(f"from=2024-01-01&to=2024-06-30&as_at=2024-12-31{narrowed}")).rows:
            bounds = f"from={row.quarter.start}&to={row.quarter.end}{narrowed}"
            for age in (0, 2, 5):
                end = month_end_after(row.quarter, age)
                if end <= date(2024, 12, 31):
                    [cell] = oic_01(ask(f"{bounds}&as_at={end}"))
                    assert (row.counts[age] or 0) == cell.total


def test_a_record_that_leaves_and_comes_back_is_not_there_in_between(clock_at):
    with clock_at(LONG_AGO):
        north = make_agency(code="north")
        threat = make_threat(lead_agency=north)
    with clock_at(datetime(2025, 3, 10, 12, tzinfo=UTC)):
        record = make_disruption(agency=north, occurred_on=date(2025, 2, 1), threat=threat)
    for month, status in ((4, "returned"), (6, "submitted")):
        with clock_at(datetime(2025, month, 15, 12, tzinfo=UTC)):
            record.refresh_from_db()
            Disruption.objects.filter(pk=record.pk).update(status=status, version=record.version + 1)
    with clock_at(datetime(2025, 8, 15, 12, tzinfo=UTC)):
        type(north).objects.filter(pk=north.pk).update(
            statistics_group=StatisticsGroup.NOT_COVERED, version=north.version + 1
        )
    [row] = expected_growth(ask("from=2025-01-01&to=2025-03-31&as_at=2025-09-30")).rows
    assert row.counts[:7] == (1, 0, 0, 1, 1, 0, 0)
    assert row.counts[7:] == (None,) * 18


def test_months_before_the_first_record_are_not_known(clock_at):
    with clock_at(datetime(2025, 8, 15, 12, tzinfo=UTC)):
        make_disruption(occurred_on=date(2025, 2, 1), threat=make_threat())
    [row] = expected_growth(ask("from=2025-01-01&to=2025-03-31&as_at=2025-09-30")).rows
    assert row.counts[:7] == (None,) * 5 + (1, 1)


def test_the_triangle_is_one_statement():
    make_disruption(occurred_on=date(2025, 2, 1), threat=make_threat())
    query = ask("from=2023-01-01&to=2025-12-31&as_at=2026-05-14")
    with CaptureQueriesContext(connection) as queries:
        expected_growth(query)
    assert sum("disruptions_disruption" in each["sql"] for each in queries) == 1


def test_month_ends():
    assert month_end_after(Quarter(2023, 4), 0) == date(2023, 12, 31)
    assert month_end_after(Quarter(2023, 4), 2) == date(2024, 2, 29)
    assert month_end_after(Quarter(2023, 4), 24) == date(2025, 12, 31)
    assert latest_month_end(ask("as_at=2026-03-31")) == date(2026, 3, 31)
    assert latest_month_end(ask("as_at=2026-03-30")) == date(2026, 2, 28)


# ---------------------------------------------------------------------------------------------------------- expectation


def row(place: int, *counts: int | None) -> TriangleRow:
    return TriangleRow(Quarter(2023, 1).plus(place), (*counts, *[None] * (MONTHS + 1 - len(counts))))


def expect(rows: list[TriangleRow]) -> tuple[tuple[Expectation, ...], Outlook | None]:
    return _expect(rows, _steps(rows))


def test_expected_is_the_count_times_the_growth_of_earlier_quarters():
    earlier = ((100, 150, 165), (200, 260, 286), (100, 110, 121), (400, 480, 528))
    found, together = expect(
        [*(row(place, *counts) for place, counts in enumerate(earlier)), row(4, 300, 375), row(5, 80)]
    )
    # From month 0: 1,375 of 1,100. From month 1: always a tenth more.
    assert [(each.quarter, each.age, each.until, each.counted) for each in found] == [
        (Quarter(2024, 1), 1, 2, 375),
        (Quarter(2024, 2), 0, 2, 80),
    ]
    assert found[0].expected == 413, "412.5, half away from zero"
    assert found[0].high - found[0].low <= 1
    assert found[1].expected == 110, "80 * 1.25 * 1.1"
    assert 96 <= found[1].low <= 110 <= found[1].high <= 132
    assert together is not None
    assert (together.counted, together.expected, together.percent) == (455, 523, 15)


def test_nothing_is_expected_with_fewer_than_four_earlier_quarters():
    three = [row(place, 100, 110) for place in range(3)]
    found, together = expect([*three, row(3, 100)])
    assert (found, together) == ((), None)
    found, _ = expect([*three, row(3, 100, 120), row(4, 100)])
    assert [each.expected for each in found] == [113], "100 * 450 / 400 is 112.5"


def test_quarters_without_records_at_first_teach_nothing():
    rows = [row(place, 100, 110) for place in range(3)] + [row(3, 0, 50), row(4, 100)]
    assert expect(rows) == ((), None)
    assert _steps(rows)[0] == Step(0, ((100, 110),) * 3)


def test_figures_that_were_revised_down_are_expected_to_be_so_again():
    found, together = expect([*(row(place, 100, 90) for place in range(4)), row(4, 200)])
    assert (found[0].expected, found[0].low, found[0].high, found[0].percent) == (180, 180, 180, -10)
    assert together is not None
    growth = Growth(date(2026, 4, 30), (), (), found, together, (), ())
    assert "180 (180 to 180) are expected" in growth_sentence(growth)
    assert growth_sentence(growth).endswith(": −20 (−10%).")
    same, together = expect([*(row(place, 100, 100) for place in range(4)), row(4, 200)])
    assert growth_sentence(Growth(date(2026, 4, 30), (), (), same, together, (), ())).endswith(": no change.")


def test_nothing_is_expected_of_a_quarter_of_which_nothing_is_counted_yet():
    """Nothing times what earlier quarters grew by would be nothing, from nothing to nothing."""
    found, together = expect([*(row(place, 10, 20) for place in range(4)), row(4, 10), row(5, 0)])
    assert [each.quarter for each in found] == [Quarter(2024, 1)]
    assert together is not None
    assert together.counted == 10
    growth = Growth(date(2024, 7, 31), (row(4, 0),), (), (), None, (), (Quarter(2024, 1),))
    assert "no disruption of the recent quarters is counted yet" in growth_sentence(growth)


def test_the_interval_is_the_same_each_time_and_holds_eight_in_ten_of_drawn_paths():
    rows = [row(0, 100, 150), row(1, 100, 110), row(2, 100, 120), row(3, 100, 130), row(4, 100)]
    first, _ = expect(rows)
    again, _ = expect(rows)
    assert first == again
    # One step, four ratios of the same weight: each is drawn in about a quarter of 1,000.
    assert (first[0].low, first[0].high, first[0].expected) == (110, 150, 128)
    assert DRAWS == 1_000


def test_an_interval_widens_with_the_months_that_lie_ahead():
    draw = random.Random(3)  # noqa: S311 - no secret
    quarters: list[list[int]] = []
    for _ in range(12):
        count = 1_000.0
        path = [round(count)]
        for _ in range(6):
            count *= 1 + draw.uniform(0, 0.1)
            path.append(round(count))
        quarters.append(path)
    rows = [row(place, *path[: max(1, 7 - max(0, place - 5))]) for place, path in enumerate(quarters)]
    found, _ = expect(rows)
    widths = [(each.high - each.low) / each.counted for each in found]
    assert len(widths) >= 4
    assert widths == sorted(widths)
    assert all(each.low <= each.expected <= each.high for each in found)


# --------------------------------------------------------------------------------------------------- page, file and API


@pytest.fixture
def quarters(clock_at: Any) -> None:
    """Eight quarters of one agency: some records at once, as many again over the next year."""
    with clock_at(LONG_AGO):
        north = make_agency(code="north")
        threat = make_threat(lead_agency=north)
    for number in range(8):
        quarter = Quarter(2023, 1).plus(number)
        for months in (0, 0, 0, 1, 4, 11):
            moment = datetime.combine(month_end_after(quarter, months), datetime.min.time(), tzinfo=LONDON)
            if moment.date() <= date(2024, 12, 31):
                with clock_at(moment):
                    make_disruption(agency=north, threat=threat, occurred_on=quarter.start)


AS_AT = "as_at=2025-01-10"


def test_growth_page_file_and_api_say_the_same(quarters, client):
    growth = expected_growth(ask(AS_AT))
    assert [each.quarter for each in growth.expected] == [Quarter(2024, number) for number in (1, 2, 3, 4)]
    assert growth.expected[-1].counted == 3
    assert growth.expected[-1].expected > 3
    client.force_login(make_user())
    page = client.get(f"{reverse('statistics_growth')}?{AS_AT}")
    words = text_of(page)
    assert growth_sentence(growth) in words
    assert "Never publish or quote them as counts." in words
    assert "fewer than 30 counted disruptions" in words
    assert "<svg" in page.content.decode()
    lines = list(
        csv.DictReader(StringIO(client.get(f"{reverse('statistics_growth')}?{AS_AT}&format=csv").getvalue().decode()))
    )
    partner = Partner(make_api_client())
    rows = partner.get(f"statistics/growth/?{AS_AT}").json()["rows"]
    of_api = table_of(partner.get(f"statistics/growth/?{AS_AT}&format=csv").content)
    given = {each.quarter: each for each in growth.expected}
    for row, line, cells, flat in zip(growth.rows, lines, rows, of_api, strict=True):
        assert cells["counts"] == list(row.counts)
        for age, count in enumerate(row.counts):
            assert line[f"Counted after {age} months"] == flat[f"counts_{age}"] == ("" if count is None else str(count))
        each = given.get(row.quarter)
        assert cells["expected"] == (
            {"until_months": each.until, "count": each.expected, "low": each.low, "high": each.high} if each else None
        )
        assert line["Expected"] == flat["expected_count"] == (str(each.expected) if each else "")
        assert cells["age_months"] == row.age


def test_growth_says_why_nothing_is_expected(quarters, client):
    client.force_login(make_user())
    page = reverse("statistics_growth")
    short = text_of(client.get(f"{page}?{AS_AT}&from=2024-07-01"))
    assert "Nothing can be expected: at least 4 earlier quarters" in short
    old = text_of(client.get(f"{page}?as_at=2026-03-31&from=2023-01-01&to=2023-12-31"))
    assert "had been over for 24 months by 31 March 2026. No growth is expected." in old
    none = text_of(client.get(f"{page}?{AS_AT}&from=2020-01-01&to=2020-12-31"))
    assert "No disruption of this period was counted at the end of any month." in none
    assert client.get(f"{page}?from=2024-02-02").status_code == 400


def test_growth_page_asks_the_same_number_of_queries_for_two_quarters_and_for_twelve(quarters, client):
    client.force_login(make_user())
    counts = []
    for query in ("from=2024-01-01&to=2024-06-30", "from=2022-01-01&to=2024-12-31"):
        client.get(f"{reverse('statistics_growth')}?{query}&{AS_AT}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"{reverse('statistics_growth')}?{query}&{AS_AT}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_chart_with_intervals_holds_every_figure():
    spec = interval_spec(["Jan - Mar 2026", "Apr - Jun 2026"], [10, 8], [12, 11], [(11, 14), (9, 13)])
    values = spec["data"]["values"]
    assert [(each["series"], each["value"]) for each in values] == [
        *((INTERVAL_NAMES[0], value) for value in (10, 8)),
        *((INTERVAL_NAMES[1], value) for value in (12, 11)),
    ]
    assert values[2]["words"] == "Jan - Mar 2026, Expected: 12 (11 to 14)"
    with pytest.raises(ChartError):
        interval_spec(["Jan - Mar 2026"], [10], [12], [(14, 11)])
