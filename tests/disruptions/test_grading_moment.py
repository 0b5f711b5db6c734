"""As graded then, and as graded now: in lists, in statistics and through the API, by one rule."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict

from agencies.vocabulary import ApiScope
from disruptions.filters import DisruptionFilter
from disruptions.models import Disruption
from disruptions.statistics import by_grade, graded_leads, of_moment, read_query
from disruptions.vocabulary import DisruptionRole, Level, PriorityGrade
from tests.api import Partner
from tests.disruptions.pages import text_of
from tests.factories import grade_threat, make_agency, make_api_client, make_disruption, make_threat

pytestmark = pytest.mark.django_db

PERIOD = "from=2025-01-01&to=2025-12-31"


@pytest.fixture
def records(clock_at, north):
    """Records of a threat that was assessed P4 on 2 March 2025 and P2 on 1 June 2025, late in the evening."""
    with clock_at(datetime(2025, 1, 1, 9, tzinfo=UTC)):
        threat = make_threat(lead_agency=north, title="Copper Heron")
        other = make_threat(lead_agency=north)
    with clock_at(datetime(2025, 3, 2, 9, tzinfo=UTC)):
        grade_threat(threat=threat, grade=PriorityGrade.P4)
    with clock_at(datetime(2025, 6, 1, 22, 30, tzinfo=UTC)):  # half past eleven in London
        grade_threat(threat=threat, grade=PriorityGrade.P2)
    days = {
        "before": date(2025, 3, 1),
        "same_day": date(2025, 3, 2),
        "eve": date(2025, 5, 31),
        "late": date(2025, 6, 1),
    }
    made = {
        name: make_disruption(agency=north, threat=threat, occurred_on=day, level=Level.MAJOR)
        for name, day in days.items()
    }
    made["other"] = make_disruption(agency=north, threat=other, occurred_on=days["late"])
    made["support"] = make_disruption(
        agency=make_agency(), threat=threat, role=DisruptionRole.SUPPORT, lead=made["late"], occurred_on=days["late"]
    )
    return made


def kept(records, query):
    names = {record.pk: name for name, record in records.items()}
    rows = DisruptionFilter(QueryDict(query), Disruption.objects.all()).strict()
    return {names[pk] for pk in rows.values_list("pk", flat=True)}


def test_then_is_the_grade_when_the_day_of_the_disruption_ended_in_london(records):
    assert kept(records, "p_grade_then=ungraded") == {"before", "other"}
    assert kept(records, "p_grade_then=P4") == {"same_day", "eve"}
    assert kept(records, "p_grade_then=P2") == {"late", "support"}
    assert kept(records, "p_grade_then=P2&p_grade_then=P4") == {"same_day", "eve", "late", "support"}
    assert kept(records, "p_grade=P2") == set(records) - {"other"}
    assert kept(records, "p_grade=ungraded") == {"other"}
    assert kept(records, "p_grade=P2&p_grade_then=P4") == {"same_day", "eve"}


def table(query):
    rows = by_grade(read_query(QueryDict(query)))
    counts = {(row.graded, row.grade): (row.lead.total, row.support.total) for row in rows}
    return {key: value for key, value in counts.items() if any(value)}, rows


def test_counts_by_grade_say_both_moments_and_each_adds_up(records):
    counts, rows = table(PERIOD)
    assert counts == {
        ("then", "P2"): (1, 1),
        ("then", "P4"): (2, 0),
        ("then", "ungraded"): (2, 0),
        ("now", "P2"): (4, 1),
        ("now", "ungraded"): (1, 0),
    }
    assert graded_leads(of_moment(rows, "then")) == graded_leads(of_moment(rows, "now"))
    assert table(f"{PERIOD}&p_grade_then=P4")[0] == {("then", "P4"): (2, 0), ("now", "P2"): (2, 0)}


def test_an_earlier_cut_off_knows_the_grades_of_its_day(clock_at):
    with clock_at(datetime(2025, 3, 2, 9, tzinfo=UTC)):
        north = make_agency()
        threat = make_threat(lead_agency=north, p_grade=PriorityGrade.P4)
        make_disruption(agency=north, threat=threat, occurred_on=date(2025, 3, 2))
    with clock_at(datetime(2025, 6, 1, 9, tzinfo=UTC)):
        grade_threat(threat=threat, grade=PriorityGrade.P1)
    assert table(f"{PERIOD}&as_at=2025-05-31")[0] == {("then", "P4"): (1, 0), ("now", "P4"): (1, 0)}
    assert table(f"{PERIOD}&as_at=2025-06-01")[0] == {("then", "P4"): (1, 0), ("now", "P1"): (1, 0)}


def test_the_page_says_which_moment_each_figure_has_and_opens_the_records(client_for, viewer, records):
    browser = client_for(viewer)
    page = browser.get(f"/statistics/by-grade/?{PERIOD}")
    words = text_of(page)
    assert "As graded then: on the day of the disruption" in words
    assert "As graded now" in words
    assert "5 disruptions were counted. 1 of them (20%) were against threats graded P1 or P2 on the day;" in words
    assert "p_grade_then=P4" in page.content.decode()
    file = browser.get(f"/statistics/by-grade/?{PERIOD}&format=csv").getvalue().decode("utf-8-sig")
    assert "As graded then,P4" in file


def test_the_list_says_the_grade_then_where_it_was_another(client_for, viewer, records):
    words = text_of(client_for(viewer).get("/disruptions/?p_grade_then=P4"))
    assert "P4 when it happened" in words
    assert "when it happened" not in text_of(client_for(viewer).get("/disruptions/?p_grade_then=P2"))


def test_the_api_has_the_same_table_and_filter(north, records):
    partner = Partner(make_api_client(agency=north), scopes=[ApiScope.STATISTICS_READ, ApiScope.DISRUPTIONS_READ])
    rows = partner.get(f"statistics/by-grade/?{PERIOD}").json()["rows"]
    assert [row["lead"]["major"] for row in rows if (row["graded"], row["p_grade"]) == ("then", "P4")] == [2]
    assert len(rows) == 10
    listed = partner.get("disruptions/?p_grade_then=P4").json()["results"]
    assert {each["reference"] for each in listed} == {records[name].reference for name in ("same_day", "eve")}
