"""The review cycle: where a review stands, what is flagged, planning together, escalation, and the pages of it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from agencies.models import london_date, oic_now
from agencies.refusals import Invalid, NotFound, Refused, Stale
from agencies.vocabulary import Role
from disruptions.models import SOCThreat, SOCThreatEvent
from disruptions.review_cycle import any_flag, any_state, escalation_of, flags_of, review_counts, state_of
from disruptions.services import end_escalation, escalate_threat, plan_reviews
from disruptions.vocabulary import (
    Change,
    DisruptionRole,
    Escalation,
    PriorityGrade,
    ReviewFlag,
    ReviewState,
    Sharing,
    Status,
    ThreatStatus,
)
from disruptions.work import counts_for
from tests.disruptions.pages import summary_of, text_of
from tests.factories import grade_threat, make_agency, make_disruption, make_threat, make_user

pytestmark = pytest.mark.django_db

QUEUE = "/threats/reassessment/"
PLAN = "/threats/reassessment/plan/"
DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def manager(north):
    return make_user(agency=north, roles=[Role.THREAT_MANAGER], name="Max Manager")


@pytest.fixture
def threat(north):
    return make_threat(lead_agency=north, title="Copper Heron")


def reviewed(north, grade="P3", **values):
    """Make a threat that was assessed, its next review on a day."""
    threat = make_threat(lead_agency=north, p_grade=PriorityGrade(grade))
    SOCThreat.objects.filter(pk=threat.pk).update(version=3, **values)
    threat.refresh_from_db()
    return threat


def lead(threat, days_ago, **values):
    given = {"agency": threat.lead_agency, "threat": threat, "occurred_on": DAY - timedelta(days=days_ago)}
    return make_disruption(**(given | values))


def codes_of(caught):
    return [each.code for each in caught.value.violations]


# ------------------------------------------------------------------------------------------------------ where it stands


@pytest.mark.parametrize(
    ("days", "state"),
    [(-1, "overdue"), (0, "due"), (28, "due"), (29, "later"), (None, "never")],
)
def test_where_a_review_stands_is_the_same_for_one_and_for_a_set(north, days, state):
    threat = reviewed(north, next_review_on=DAY + timedelta(days=days)) if days is not None else make_threat()
    assert state_of(threat, DAY) == state
    for each in ReviewState:
        assert SOCThreat.objects.filter(any_state([each], DAY)).exists() is (each == state)
    counts = review_counts(SOCThreat.objects.all(), DAY)
    assert {name: getattr(counts, name) for name in ("overdue", "due", "never")} == {
        name: int(name == state) for name in ("overdue", "due", "never")
    }


# ---------------------------------------------------------------------------------------------------------------- flags


@pytest.fixture
def flags(analyst):
    """Say which flags a threat has, asked both ways."""

    def ask(threat, reader=None):
        reader = reader or analyst
        found = flags_of([threat.pk], reader=reader, day=DAY)[threat.pk]
        for flag in ReviewFlag:
            listed = SOCThreat.objects.filter(any_flag([flag], DAY, reader), pk=threat.pk).exists()
            assert listed is (flag in found), flag
        return [flag.value for flag in found]

    return ask


def test_low_grade_and_no_activity(clock_at, north, flags):
    with clock_at(NOON - timedelta(days=3)):
        threat = make_threat(lead_agency=north, p_grade=PriorityGrade.P3)
        high = make_threat(lead_agency=north, p_grade=PriorityGrade.P2)
    assert (flags(threat), flags(high)) == (["quiet"], [])
    lead(threat, 182)
    lead(threat, 2, role=DisruptionRole.SUPPORT)
    lead(threat, 2, status=Status.DRAFT)
    lead(threat, 2, sandbox=True)
    assert flags(threat) == ["quiet"]
    lead(threat, 181)
    assert flags(threat) == []


def test_nothing_new_since_its_last_review(clock_at, north, flags):
    with clock_at(NOON - timedelta(days=40)):
        threat = make_threat(lead_agency=north, p_grade=PriorityGrade.P2)
    with clock_at(NOON - timedelta(days=50)):
        lead(threat, 60)
    assert flags(threat) == ["nothing_new"]
    with clock_at(NOON - timedelta(days=1)):
        lead(threat, 60)
    assert flags(threat) == []


def test_a_fresh_assessment_has_had_no_time_for_anything_new(clock_at, north, flags):
    with clock_at(NOON - timedelta(days=28)):
        threat = make_threat(lead_agency=north, p_grade=PriorityGrade.P2)
    assert flags(threat) == []


def test_active_but_not_graded(threat, flags):
    lead(threat, 366)
    assert flags(threat) == []
    lead(threat, 364)
    assert flags(threat) == ["ungraded"]


def test_disruptions_rise_while_the_grade_stands_still(clock_at, north, flags):
    with clock_at(NOON - timedelta(days=400)):
        threat = make_threat(lead_agency=north, p_grade=PriorityGrade.P2)
    for days in (10, 20, 300, 310):
        lead(threat, days)
    assert "rising" not in flags(threat)
    lead(threat, 30)
    assert "rising" in flags(threat)
    with clock_at(NOON - timedelta(days=5)):
        grade_threat(threat=threat, grade=PriorityGrade.P2)
    assert "rising" in flags(threat)
    lead(threat, 305)
    assert "rising" not in flags(threat)
    lead(threat, 6)
    with clock_at(NOON - timedelta(days=2)):
        grade_threat(threat=threat, grade=PriorityGrade.P1)
    assert "rising" not in flags(threat)


def test_no_flag_tells_of_a_record_that_the_reader_may_not_open(threat, flags, outsider, recorder):
    lead(threat, 5, sharing=Sharing.LEAD_AND_SUPPORTING)
    assert flags(threat, recorder) == ["ungraded"]
    assert flags(threat, outsider) == []


# ----------------------------------------------------------------------------------------------------- planning reviews


def test_reviews_are_planned_together_and_stay_due_when_they_were(clock_at, manager, north, threat):
    other = reviewed(north, next_review_on=DAY)
    with clock_at(NOON):
        plan_reviews(acting_user=manager, versions={threat.reference: 1, other.reference: 3}, planned_on=DAY)
    threat.refresh_from_db()
    other.refresh_from_db()
    assert (threat.review_planned_on, other.review_planned_on, other.next_review_on) == (DAY, DAY, DAY)
    assert SOCThreatEvent.objects.get(id=threat.pk, version=2).change == Change.REVIEW_PLANNED


@pytest.mark.parametrize("day", [DAY - timedelta(days=1), DAY + timedelta(days=732), None])
def test_a_review_is_planned_from_today_to_two_years_ahead(clock_at, manager, threat, day):
    with clock_at(NOON), pytest.raises(Invalid) as caught:
        plan_reviews(acting_user=manager, versions={threat.reference: 1}, planned_on=day)
    assert codes_of(caught) == ["review_planned_in_time" if day else "review_planned_required"]


def test_planning_is_for_all_of_them_or_none(manager, outsider, threat, north):
    other, archived = make_threat(lead_agency=north), make_threat(lead_agency=north, status=ThreatStatus.ARCHIVED)
    tomorrow = london_date(oic_now()) + timedelta(days=1)
    for user, versions, refusal in (
        (manager, {threat.reference: 1, other.reference: 9}, Stale),
        (manager, {threat.reference: 1, archived.reference: 1}, Refused),
        (manager, {threat.reference: 1, "T-0000-0000": 1}, NotFound),
        (outsider, {threat.reference: 1}, Refused),
    ):
        with pytest.raises(refusal):
            plan_reviews(acting_user=user, versions=versions, planned_on=tomorrow)
    assert not SOCThreat.objects.exclude(version=1).exists()


# ----------------------------------------------------------------------------------------------------------- escalation


@pytest.fixture
def unit():
    return make_agency(code="unit", name="The Regional Unit")


@pytest.fixture
def theirs(unit):
    return make_threat(lead_agency=make_agency(code="west", name="West Police", rocu=unit))


def escalate(user, threat, to="nca", reason="Nobody here can assess it.", version=None):
    return escalate_threat(acting_user=user, reference=threat.reference, version=version, to=to, reason=reason)


def end(user, threat, answer="The unit takes it on."):
    return end_escalation(acting_user=user, reference=threat.reference, version=None, answer=answer)


def test_an_escalation_goes_to_the_unit_then_to_the_nca_and_is_ended_with_words(unit, theirs, threat_manager):
    manager = make_user(agency=theirs.lead_agency, roles=[Role.THREAT_MANAGER])
    of_the_unit = make_user(agency=unit, roles=[Role.THREAT_MANAGER])
    assert escalate(manager, theirs, "rocu").escalated_to == Escalation.ROCU
    assert counts_for(of_the_unit)["escalated"] == 1
    assert counts_for(threat_manager)["escalated"] == 0
    call = escalation_of(SOCThreat.objects.get(pk=theirs.pk))
    assert call is not None
    assert (call.reason, call.called_by) == ("Nobody here can assess it.", manager)
    escalate(manager, theirs, "nca", "The unit cannot either.")
    assert counts_for(of_the_unit)["escalated"] == 0
    assert counts_for(threat_manager)["escalated"] == 1
    with pytest.raises(Refused):
        end(of_the_unit, theirs)
    assert end(threat_manager, theirs).escalated_to == ""
    event = SOCThreatEvent.objects.filter(id=theirs.pk).latest("version")
    assert (event.change, event.change_reason) == (Change.ESCALATION_ENDED, "The unit takes it on.")


def test_those_it_is_escalated_to_may_end_it_and_others_may_not(unit, theirs, outsider):
    manager = make_user(agency=theirs.lead_agency, roles=[Role.THREAT_MANAGER])
    escalate(manager, theirs, "rocu")
    for user in (outsider, make_user(agency=make_agency(), roles=[Role.THREAT_MANAGER])):
        with pytest.raises(Refused):
            end(user, theirs)
    assert end(make_user(agency=unit, roles=[Role.THREAT_MANAGER]), theirs).escalated_at is None


@pytest.mark.parametrize(
    ("to", "reason", "code"),
    [
        ("rocu", "Why.", "escalation_rocu_exists"),
        ("police", "Why.", "escalation_to_required"),
        ("nca", " ", "soc_threat_escalated_has_reason"),
        ("nca", "a\x00", "escalation_storable"),
        ("nca", "x" * 2001, "soc_threat_change_reason_within_limit"),
    ],
)
def test_what_an_escalation_needs(manager, threat, to, reason, code):
    with pytest.raises(Invalid) as caught:
        escalate(manager, threat, to, reason)
    assert codes_of(caught) == [code]


def test_the_same_call_is_not_made_twice_and_needs_the_version_that_was_read(manager, threat, outsider):
    with pytest.raises(Stale):
        escalate(manager, threat, version=7)
    with pytest.raises(Refused):
        escalate(outsider, threat)
    escalate(manager, threat)
    with pytest.raises(Invalid) as caught:
        escalate(manager, threat)
    assert codes_of(caught) == ["escalation_further"]
    with pytest.raises(Invalid) as caught:
        end(manager, threat, " ")
    assert codes_of(caught) == ["escalation_answer_required"]


# ---------------------------------------------------------------------------------------------------------------- pages


def listed(response):
    return re.findall(r">(T-\w{4}-\w{4})</a>", response.content.decode())


@pytest.fixture
def today(db):
    return london_date(oic_now())


def test_the_queue_has_what_somebody_manages_the_longest_overdue_first(
    client_for, manager, north, threat, today, threat_manager
):
    late = reviewed(north, next_review_on=today - timedelta(days=1))
    later = reviewed(north, next_review_on=today - timedelta(days=90))
    reviewed(north, next_review_on=today + timedelta(days=90))
    foreign = reviewed(make_agency(), next_review_on=today)
    page = client_for(manager).get(QUEUE)
    assert listed(page) == [each.reference for each in (later, late, threat)]
    words = text_of(page)
    assert re.search(r"Overdue 2 .*Due within 28 days 0 .*Never assessed 1 ", words)
    assert foreign.reference in listed(client_for(manager).get(QUEUE, {"whose": "all"}))
    assert foreign.reference in listed(client_for(threat_manager).get(QUEUE))
    assert listed(client_for(manager).get(QUEUE, {"state": "never"})) == [threat.reference]


def test_somebody_who_manages_no_threat_looks_at_all_and_plans_none(client_for, analyst, threat):
    page = client_for(analyst).get(QUEUE)
    assert listed(page) == [threat.reference]
    assert 'name="chosen"' not in page.content.decode()
    assert client_for(analyst).get(PLAN, {"chosen": f"{threat.reference}:1"}).status_code == 403


@pytest.mark.parametrize(
    "query", [{"state": "lost"}, {"flag": "x"}, {"q": "a"}, {"as_at": "2026-01-01"}, {"page": "9"}]
)
def test_a_bad_filter_is_no_wider_answer(client_for, manager, threat, query):
    answer = client_for(manager).get(QUEUE, query)
    assert (answer.status_code, listed(answer)) == (400, [])


def test_the_queue_is_narrowed(client_for, manager, north, threat, today):
    planned = reviewed(north, "P1", next_review_on=today, review_planned_on=today)
    raised = reviewed(north, "P2", next_review_on=today, escalated_to="nca", escalated_at=oic_now())
    make_disruption(agency=north, threat=threat, occurred_on=today - timedelta(days=9))
    browser = client_for(manager)
    for query, expected in (
        ({"planned": "yes"}, [planned]),
        ({"escalated": "nca"}, [raised]),
        ({"escalated": "none", "state": "due"}, [planned]),
        ({"p_grade": "P1"}, [planned]),
        ({"flag": "ungraded"}, [threat]),
        ({"lead_agency": "north", "p_grade": "ungraded"}, [threat]),
    ):
        assert listed(browser.get(QUEUE, query)) == [each.reference for each in expected], query


def test_the_list_and_the_page_of_a_threat_say_where_its_review_stands(client_for, analyst, north, threat, today):
    due = reviewed(north, next_review_on=today + timedelta(days=3), review_planned_on=today)
    reviewed(north, next_review_on=today - timedelta(days=3))
    make_disruption(agency=north, threat=threat, occurred_on=today - timedelta(days=9))
    browser = client_for(analyst)
    assert listed(browser.get("/threats/", {"review": "due"})) == [due.reference]
    assert listed(browser.get("/threats/", {"review": "never"})) == [threat.reference]
    assert "Planned for" in text_of(browser.get(reverse("threat_detail", args=[due.reference])))
    words = text_of(browser.get(reverse("threat_detail", args=[threat.reference])))
    assert "it was never assessed Active but not graded" in words


@pytest.mark.parametrize("threats", [1, 30])
def test_the_queue_costs_the_same_however_long(client_for, manager, north, threats, django_assert_num_queries):
    officer = make_user(agency=north)
    for _ in range(threats):
        make_threat(lead_agency=north, created_by=officer)
    browser = client_for(manager)
    browser.get(QUEUE)
    with django_assert_num_queries(QUEUE_QUERIES):
        assert len(listed(browser.get(QUEUE))) == min(threats, 25)


QUEUE_QUERIES = 16


def test_reviews_are_planned_from_the_queue(client_for, manager, threat, north, today):
    other = make_threat(lead_agency=north)
    browser = client_for(manager)
    chosen = [f"{threat.reference}:1", f"{other.reference}:9", "nonsense"]
    page = browser.get(PLAN, {"chosen": chosen})
    words = text_of(page)
    assert "Plan the review of 1 threat" in words
    assert "Changed since you looked." in words
    sent = {
        "chosen": f"{threat.reference}:1",
        "planned_on_day": "1",
        "planned_on_month": "2",
        "planned_on_year": "2027",
    }
    assert set(summary_of(browser.post(PLAN, {**sent, "planned_on_year": "2001"}))) == {"review_planned_in_time"}
    assert browser.post(PLAN, {**sent, "chosen": f"{threat.reference}:8"}).status_code == 409
    answer = browser.post(PLAN, sent, follow=True)
    assert f"The review of {threat.reference} is planned for 1 February 2027." in text_of(answer)
    assert "Planned for 1 Feb 2027" in text_of(answer)
    assert "No threat was chosen." in text_of(browser.get(PLAN, follow=True))


def test_a_threat_is_escalated_and_taken_back_on_its_page(client_for, manager, threat, analyst):
    browser, address = client_for(manager), reverse("threat_escalate", args=[threat.reference])
    assert client_for(analyst).get(address).status_code == 403
    page = browser.post(address, {"action": "escalate", "version": 1, "to": "nca"})
    assert (page.status_code, set(summary_of(page))) == (400, {"soc_threat_escalated_has_reason"})
    sent = {"action": "escalate", "to": "nca", "reason": "Nobody here can assess it."}
    assert browser.post(address, {**sent, "version": 7}).status_code == 409
    answer = browser.post(address, {**sent, "version": 1}, follow=True)
    assert f"{threat.reference} is escalated to the National Crime Agency." in text_of(answer)
    assert "Nobody here can assess it." in text_of(browser.get(address))
    assert set(summary_of(browser.post(address, {"action": "end", "version": 2}))) == {"escalation_answer_required"}
    answer = browser.post(address, {"action": "end", "version": 2, "answer": "No longer needed."}, follow=True)
    assert "is ended" in text_of(answer)
