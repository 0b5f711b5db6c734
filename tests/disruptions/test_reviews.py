"""Tiers, overrides and reviews on time: counted by the agency that leads, at a cut-off, apart from each other."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict

from agencies.models import Agency
from disruptions.models import SOCThreat
from disruptions.statistics import read_query, reviews, tiers
from disruptions.vocabulary import PndTier, PriorityGrade, ThreatArea, ThreatKind, ThreatStatus
from tests.api import Partner
from tests.factories import grade_threat, make_agency, make_api_client, make_ocg, make_threat

pytestmark = pytest.mark.django_db

P1, P2, P3 = PriorityGrade.P1, PriorityGrade.P2, PriorityGrade.P3
CUT_OFF = "as_at=2026-06-30"


@pytest.fixture
def force(clock_at):
    """A force as it was before the year that is counted: figures as at a past day need its history from before."""
    with clock_at(datetime(2025, 1, 2, 9, tzinfo=UTC)):
        force = make_agency(code="north", name="North Police", short_name="North")
        Agency.objects.filter(pk=force.pk).update(version=2)
    return force


def due(threat, day):
    SOCThreat.objects.filter(pk=threat.pk).update(next_review_on=day, version=threat.version + 1)
    threat.refresh_from_db()


def test_ocgs_with_oic_primary_by_tier():
    for tier in (PndTier.TIER_4, PndTier.TIER_4, PndTier.TIER_1, None):
        make_threat(ocg=make_ocg(pnd_tier=tier))
    make_threat(ocg=make_ocg(pnd_tier=PndTier.TIER_2), primary_area=ThreatArea.DRUGS)
    make_threat(ocg=make_ocg(pnd_tier=PndTier.TIER_3), status=ThreatStatus.ARCHIVED)
    found = {row.tier: row.threats for row in tiers()}
    assert found == {"tier_1": 1, "tier_2": 0, "tier_3": 0, "tier_4": 2, "not_on_pnd": 1}


def test_reviews_and_overrides_of_an_agency_at_a_cut_off(clock_at, force):
    threats = []
    with clock_at(datetime(2025, 5, 1, 9, tzinfo=UTC)):
        for grade, suggested in ((P2, P3), (P2, P1), (P3, P3), (P3, None)):
            threat = make_threat(kind=ThreatKind.VULNERABILITY, lead_agency=force)
            grade_threat(threat=threat, grade=grade, suggested_grade=suggested, override_reason="Seen in the field.")
            threats.append(threat)
        make_threat(lead_agency=force)
        make_threat(lead_agency=force, primary_area=ThreatArea.DRUGS)
        make_threat(lead_agency=force, status=ThreatStatus.ARCHIVED)
        for threat, day in zip(threats, (6, 7, 8, 9), strict=True):
            due(threat, date(2026, 6, day))
    # One review by its day, at the very end of it in London, and one a minute later, on the next day.
    for threat, minute in ((threats[0], 59), (threats[1], 0)):
        with clock_at(datetime(2026, 6, 6 if minute else 7, 22 if minute else 23, minute, tzinfo=UTC)):
            grade_threat(threat=threat, grade=P2, suggested_grade=P3, override_reason="As before.")
            due(threat, date(2026, 7, 20))
    with clock_at(datetime(2026, 8, 1, 9, tzinfo=UTC)):
        grade_threat(threat=threats[2], grade=P1, suggested_grade=P3, override_reason="After the cut-off.")
    figures = reviews(read_query(QueryDict(CUT_OFF)))
    [row] = figures.rows
    assert (row.code, row.threats, row.never_assessed, row.overdue, row.due_soon, row.in_date) == (
        "north",
        5,
        1,
        2,
        2,
        2,
    )
    assert (row.in_date_share, row.days_overdue(date(2026, 6, 30))) == (40, 22)
    assert (row.suggested, row.raised, row.lowered, row.override_rate) == (3, 2, 0, 67)
    assert (row.done, row.done_on_time, row.on_time_share) == (2, 1, 50)
    assert figures.together.threats == 5
    later = reviews(read_query(QueryDict("")))
    assert later.together.raised == 3


def test_a_grade_below_the_suggestion_is_lowered_and_nothing_has_no_rate():
    grade_threat(
        threat=make_threat(), grade=PriorityGrade.P4, suggested_grade=P1, override_reason="It is not what it was."
    )
    figures = reviews(read_query(QueryDict(""))).together
    assert (figures.raised, figures.lowered, figures.override_rate, figures.on_time_share) == (0, 1, 100, None)


@pytest.mark.parametrize("rows", [1, 30])
def test_three_queries_however_many_agencies(django_assert_num_queries, rows):
    for _ in range(rows):
        make_threat(p_grade=P2)
    query = read_query(QueryDict(""))
    with django_assert_num_queries(3):
        reviews(query)


def test_the_page_and_its_file_have_the_same_figures(client_for, viewer, force):
    grade_threat(
        threat=make_threat(lead_agency=force), grade=P2, suggested_grade=P3, override_reason="Seen in the field."
    )
    browser = client_for(viewer)
    page = browser.get("/statistics/threats/").content.decode()
    assert "People adopted another grade than suggested for 1 of 1 threats (100%): 1 higher and 0 lower." in page
    assert "Grades on this page are those in force now" in page
    assert "/threats/?area=oic&amp;lead_agency=north" in page
    lines = b"".join(browser.get("/statistics/threats/?format=csv")).decode().splitlines()
    assert "Override rate (%),north,North Police,100,OFFICIAL-SENSITIVE" in lines
    assert "OCGs with OIC primary: P2,,All agencies,0,OFFICIAL-SENSITIVE" in lines
    assert "Threats linked to OIC,,All agencies,1,OFFICIAL-SENSITIVE" in lines


def test_partners_read_the_same_numbers(force):
    grade_threat(
        threat=make_threat(kind=ThreatKind.OCG, lead_agency=force),
        grade=P2,
        suggested_grade=P3,
        override_reason="Seen in the field.",
    )
    partner = Partner(make_api_client(agency=force))
    answer = partner.get("statistics/threats/")
    rows = {(row["measure"], row["agency"]): row["threats"] for row in answer.json()["rows"]}
    assert answer.status_code == 200
    assert (rows["primary_ocgs_p2", None], rows["primary_ocgs_not_on_pnd", None], rows["linked", None]) == (1, 1, 1)
    assert (rows["threats", "north"], rows["raised", "north"], rows["raised", None]) == (1, 1, 1)
    lines = partner.get("statistics/threats/?format=csv").content.decode().splitlines()
    assert lines[:2] == ["measure,agency,threats", "linked,,1"]
    for bad in ("from=2025-01-01", "level=major", "as_at=soon"):
        assert partner.get(f"statistics/threats/?{bad}").status_code == 400
