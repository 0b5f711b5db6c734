"""Likely duplicates: who is compared with whom, what is given back, and what is kept of an answer."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.refusals import Invalid
from agencies.vocabulary import Role
from bench.duplicates import judge
from bench.labelled import labelled_set
from disruptions.models import Disruption, DuplicateSetAside
from disruptions.parsing import ParsedRow
from disruptions.rules import DisruptionRow
from disruptions.services import amend_disruption
from disruptions.services.duplicates import (
    DuplicateAnswer,
    Match,
    compared,
    duplicates_of,
    joinable,
    likely_duplicates,
)
from disruptions.vocabulary import DisruptionRole, Marking, MatchReason, OutcomeType, Sharing, Status
from tests.factories import A_DAY, make_agency, make_disruption, make_outcome, make_threat, make_user

pytestmark = pytest.mark.django_db

WORDS = "Three people were arrested at a lorry park while they loaded engines, and a ledger was taken."
OTHER_WORDS = "At the port a woman was refused entry; her visa had been bought from an agent abroad."
SUBMITTING = ParsedRow(DisruptionRow(), frozenset(), True, [])


@pytest.fixture
def threat(db):
    return make_threat()


@pytest.fixture
def mine(north, recorder, threat):
    return make_disruption(
        agency=north, recorded_by=recorder, threat=threat, status=Status.DRAFT, summary=WORDS, operation="Teal Lantern"
    )


def theirs(agency, threat, **values):
    return make_disruption(
        **{"agency": agency, "threat": threat, "summary": WORDS, "operation": "Teal Lantern"} | values
    )


def found(record, person):
    [matches] = likely_duplicates(
        acting_user=person, rows=[compared(record)], agency=record.agency, sandbox=record.sandbox
    )
    return matches


def references(record, person):
    return [match.reference for match in found(record, person)]


def submit(record, person, *, reason="", seen=()):
    return amend_disruption(
        acting_user=person,
        reference=record.reference,
        version=record.version,
        changes=SUBMITTING,
        duplicates=DuplicateAnswer(reason, frozenset(seen)),
    )


# ------------------------------------------------------------------------------------------------- who and with whom


def test_another_agencys_lead_of_the_same_event_is_found_with_why(mine, recorder, south, threat):
    other = theirs(south, threat)
    [match] = found(mine, recorder)
    assert (match.reference, match.agency, match.agency_name) == (other.reference, "south", south.name)
    assert match.score >= 55
    assert set(match.why) == {MatchReason.THREAT, MatchReason.OPERATION, MatchReason.SAME_DAY, MatchReason.WORDS}
    assert (match.threat, match.occurred_on, match.own) == (threat.title, A_DAY, False)


def test_what_the_own_agency_recorded_before_is_found_drafts_among_it(mine, north, recorder, threat):
    recorded, begun = theirs(north, threat), theirs(north, threat, status=Status.DRAFT)
    assert set(references(mine, recorder)) == {recorded.reference, begun.reference}
    assert {match.own for match in found(mine, recorder)} == {True}


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.REJECTED, Status.DRAFT])
def test_what_does_not_stand_and_drafts_of_others_are_left_out(mine, recorder, south, threat, status):
    theirs(south, threat, status=status)
    assert found(mine, recorder) == []


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED, Status.RETURNED])
def test_what_stands_is_found(mine, recorder, south, threat, status):
    other = theirs(south, threat, status=status)
    assert references(mine, recorder) == [other.reference]


def test_sandbox_and_real_never_meet(mine, north, recorder, south, threat):
    theirs(south, threat, sandbox=True)
    theirs(north, threat, sandbox=True)
    assert found(mine, recorder) == []
    tried = theirs(north, threat, sandbox=True, status=Status.DRAFT)
    assert len(found(tried, recorder)) == 1


def test_leads_meet_leads_and_supports_their_own_agencys(north, recorder, south, threat):
    values = {"threat": threat, "summary": WORDS, "role": DisruptionRole.SUPPORT}
    lead_agency = make_agency()
    support = make_disruption(agency=north, recorded_by=recorder, lead_agency=lead_agency, **values)
    make_disruption(agency=south, lead_agency=lead_agency, **values)
    theirs(south, threat)
    assert found(support, recorder) == []
    again = make_disruption(agency=north, recorded_by=recorder, lead_agency=lead_agency, **values)
    assert references(support, recorder) == [again.reference]
    leads = [make_disruption(agency=lead_agency, threat=threat, summary=OTHER_WORDS) for _ in range(2)]
    one, other = (
        make_disruption(
            agency=north, recorded_by=recorder, lead=lead, occurred_on=A_DAY - timedelta(days=400), **values
        )
        for lead in leads
    )
    assert other.reference not in references(one, recorder)


def test_a_record_is_no_duplicate_of_itself(mine, recorder):
    assert found(mine, recorder) == []


# ------------------------------------------------------------------------------------------------------- ways to find


@pytest.mark.parametrize(
    ("values", "is_found"),
    [
        ({"occurred_on": A_DAY + timedelta(days=13)}, True),
        ({"occurred_on": A_DAY + timedelta(days=15), "operation": ""}, False),
        ({"occurred_on": A_DAY + timedelta(days=50)}, True),
        ({"occurred_on": A_DAY + timedelta(days=61)}, False),
        ({"threat": "another", "operation": "Op TEAL LANTERN"}, True),
        ({"threat": "another", "operation": ""}, False),
        ({"threat": "another", "operation": "", "force_area": "same"}, True),
        ({"threat": "another", "operation": "", "country": "FR"}, True),
    ],
)
def test_each_way_to_a_candidate(north, recorder, south, values, is_found):
    threat = make_threat()
    area = make_agency()
    shared = {"force_area": area if "force_area" in values else None, "country": values.get("country")}
    mine = make_disruption(
        agency=north, recorded_by=recorder, threat=threat, summary=WORDS * 2, operation="Teal Lantern", **shared
    )
    other_threat = make_threat() if values.get("threat") == "another" else threat
    other = theirs(
        south, other_threat, summary=WORDS * 2, **{k: v for k, v in values.items() if k != "threat"} | shared
    )
    for record in (mine, other):
        make_outcome(disruption=record, type=OutcomeType.ARREST, count=9)
    assert (references(mine, recorder) == [other.reference]) is is_found


def test_other_words_other_outcomes_and_another_day_are_another_event(mine, recorder, south, threat):
    make_outcome(disruption=mine, count=4)
    other = theirs(south, threat, summary=OTHER_WORDS, occurred_on=A_DAY + timedelta(days=2))
    make_outcome(disruption=other, count=1)
    assert found(mine, recorder) == []


def test_a_draft_without_a_day_is_compared_with_nothing(north, recorder, south, threat):
    theirs(south, threat)
    empty = make_disruption(agency=north, recorded_by=recorder, threat=threat, status=Status.DRAFT, occurred_on=None)
    assert found(empty, recorder) == []


def test_a_draft_without_a_threat_is_compared_by_the_rest(north, recorder, south, threat):
    other = theirs(south, threat)
    mine = make_disruption(
        agency=north, recorded_by=recorder, status=Status.DRAFT, summary=WORDS, operation="Op Teal Lantern"
    )
    assert references(mine, recorder) == [other.reference]


def test_the_likeliest_comes_first(mine, recorder, south, threat):
    less = theirs(south, threat, occurred_on=A_DAY + timedelta(days=1))
    more = theirs(south, threat)
    assert references(mine, recorder) == [more.reference, less.reference]


def test_a_set_is_asked_about_in_two_queries_and_answered_as_one_by_one(north, recorder, south, threat):
    for day in range(4):
        theirs(south, threat, occurred_on=A_DAY + timedelta(days=day * 30))
    records = [
        theirs(north, threat, recorded_by=recorder, status=Status.DRAFT, occurred_on=A_DAY + timedelta(days=day * 15))
        for day in (*range(8), 30)
    ]
    rows = [compared(record) for record in records]
    single = [found(record, recorder) for record in records]
    with CaptureQueriesContext(connection) as queries:
        together = likely_duplicates(acting_user=recorder, rows=rows, agency=north, sandbox=False)
    assert together == single
    assert any(together)
    assert not all(together)
    assert len(queries) == 2
    assert likely_duplicates(acting_user=recorder, rows=[], agency=north, sandbox=False) == []


def test_where_nothing_is_found_nobody_asks_who_may_open_it(mine, recorder, north, django_assert_num_queries):
    rows = [compared(mine)]
    with django_assert_num_queries(1):
        assert likely_duplicates(acting_user=recorder, rows=rows, agency=north, sandbox=False) == [[]]


# ----------------------------------------------------------------------------------------------------------- blindness


@pytest.fixture
def hidden(south, threat):
    return theirs(
        south, threat, shared_with=[make_agency()], summary=f"{WORDS} A secret.", operation="Teal Lantern's secret"
    )


def test_of_a_hidden_record_only_the_agency_and_its_contact_are_said(mine, recorder, south, hidden):
    assert south.contact
    assert found(mine, recorder) == [Match("south", south.name, south.contact)]


def test_an_agency_without_a_contact_has_administrators(mine, recorder, threat):
    silent = make_agency()
    theirs(silent, threat, shared_with=[make_agency()])
    assert [match.contact for match in found(mine, recorder)] == [f"the administrators of {silent.name}"]


def test_how_many_are_hidden_is_not_said(mine, recorder, south, threat, hidden):
    theirs(south, threat, shared_with=[make_agency()])
    assert len(found(mine, recorder)) == 1


def test_what_is_hidden_comes_after_what_is_not_however_alike_it_is(mine, recorder, south, threat, hidden):
    shown = theirs(south, threat, occurred_on=A_DAY + timedelta(days=1))
    assert [match.reference for match in found(mine, recorder)] == [shown.reference, None]


def test_a_national_role_sees_what_the_agency_does_not(mine, analyst, hidden):
    assert references(mine, analyst) == [hidden.reference]


def test_the_view_is_the_one_definition(mine, recorder, south, threat):
    """Each sharing: a match is open if and only if ``visible_to`` has it."""
    for sharing in Sharing:
        theirs(south, threat, sharing=sharing)
    theirs(south, threat, shared_with=[mine.agency])
    openable = set(Disruption.objects.visible_to(recorder).filter(agency=south).values_list("reference", flat=True))
    assert {reference for reference in references(mine, recorder) if reference} == openable
    assert None in references(mine, recorder)


@pytest.mark.parametrize("page", ["submit", "amend"])
def test_no_page_says_more_of_a_hidden_record(client_for, mine, recorder, hidden, south, page):
    body = client_for(recorder).get(f"/disruptions/{mine.reference}/{page}/").content.decode()
    assert "Somebody may have recorded this already" in body
    assert south.name in body
    for secret in (hidden.reference, "A secret", "Lantern's", "Lantern&#39;s", "Alike by", "What agrees"):
        assert secret not in body


def test_a_hidden_match_costs_the_same_queries_as_an_open_one(client_for, mine, recorder, south, threat):
    browser = client_for(recorder)
    address = f"/disruptions/{mine.reference}/submit/"
    other = theirs(south, threat)
    browser.get(address)
    with CaptureQueriesContext(connection) as seen:
        browser.get(address)
    Disruption.objects.filter(pk=other.pk).update(sharing=Sharing.NAMED_AGENCIES, version=2)
    with CaptureQueriesContext(connection) as unseen:
        browser.get(address)
    assert len(seen) == len(unseen)


def test_a_page_is_marked_as_the_highest_of_what_it_shows(client_for, mine, recorder, south, threat, hidden):
    Disruption.objects.filter(pk=mine.pk).update(marking=Marking.OFFICIAL, version=2)
    addresses = [f"/disruptions/{mine.reference}/{page}/" for page in ("submit", "amend")]
    browser = client_for(recorder)
    assert all("OFFICIAL-SENSITIVE" not in browser.get(each).content.decode() for each in addresses)
    theirs(south, threat, marking=Marking.OFFICIAL_SENSITIVE)
    assert all("OFFICIAL-SENSITIVE" in browser.get(each).content.decode() for each in addresses)


# ------------------------------------------------------------------------------------------------------------ answering


def test_submitting_asks_for_a_reason_and_keeps_it_with_the_score(mine, recorder, south, threat):
    other = theirs(south, threat)
    with pytest.raises(Invalid) as caught:
        submit(mine, recorder)
    assert [(each.code, each.field) for each in caught.value.violations] == [
        ("duplicate_needs_reason", "duplicate_reason")
    ]
    mine.refresh_from_db()
    assert mine.status == Status.DRAFT
    submit(mine, recorder, reason="Ours was the second search.", seen=[other.reference])
    mine.refresh_from_db()
    assert mine.status == Status.SUBMITTED
    kept = DuplicateSetAside.objects.get()
    assert (kept.disruption, kept.other, kept.version, kept.reason, kept.decided_by) == (
        mine,
        other,
        mine.version,
        "Ours was the second search.",
        recorder,
    )
    assert kept.score >= 55
    assert MatchReason.THREAT in kept.why


def test_a_match_that_came_up_since_the_page_was_drawn_is_asked_about(mine, recorder, south, threat):
    first = theirs(south, threat)
    theirs(make_agency(), threat)
    with pytest.raises(Invalid):
        submit(mine, recorder, reason="Another event.", seen=[first.reference])


def test_a_hidden_match_is_gone_on_from_by_its_agency(mine, recorder, hidden):
    submit(mine, recorder, reason="Asked them: another yard.", seen=["south"])
    assert DuplicateSetAside.objects.get().other == hidden


def test_the_same_pair_is_not_asked_about_again(mine, recorder, approver, south, threat):
    other = theirs(south, threat)
    submit(mine, recorder, reason="Another yard.", seen=[other.reference])
    Disruption.objects.filter(pk=mine.pk).update(status=Status.RETURNED, version=3)
    mine.refresh_from_db()
    submit(mine, recorder)
    assert DuplicateSetAside.objects.count() == 1


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("null \x00", "duplicate_reason_storable"),
        ("x" * 2001, "duplicate_set_aside_reason_within_limit"),
    ],
)
def test_a_reason_that_cannot_be_kept_is_refused(mine, recorder, south, threat, reason, code):
    other = theirs(south, threat)
    with pytest.raises(Invalid) as caught:
        submit(mine, recorder, reason=reason, seen=[other.reference])
    assert [each.code for each in caught.value.violations] == [code]


def test_without_a_match_nothing_is_asked_and_nothing_kept(mine, recorder):
    submit(mine, recorder, reason="Just in case.")
    assert not DuplicateSetAside.objects.exists()


def test_other_ways_in_are_not_stopped(mine, recorder, south, threat):
    theirs(south, threat)
    amend_disruption(acting_user=recorder, reference=mine.reference, version=1, changes=SUBMITTING)
    mine.refresh_from_db()
    assert mine.status == Status.SUBMITTED


def test_a_report_holds_what_is_open_and_what_was_set_aside(mine, recorder, approver, south, threat, hidden):
    other = theirs(south, threat)
    submit(mine, recorder, reason="Another yard.", seen=[other.reference, "south"])
    late = theirs(make_agency(code="late"), threat)
    mine.refresh_from_db()
    report = duplicates_of(acting_user=approver, record=mine)
    assert [match.reference for match in report.pending] == [late.reference]
    assert {each.match.reference for each in report.set_aside} == {other.reference, None}
    assert {each.reason for each in report.set_aside} == {"Another yard."}
    assert json.dumps([str(each) for each in report.set_aside]).find(hidden.reference) == -1


def test_a_draft_lead_may_become_a_support_of_another_agencys_lead_only(mine, recorder, north, south, threat, hidden):
    other, own = theirs(south, threat), theirs(north, threat)
    matches = found(mine, recorder)
    assert {own.reference, other.reference} <= {match.reference for match in matches}
    assert joinable(mine, matches) == [other.reference]
    assert joinable(own, matches) == []


# ---------------------------------------------------------------------------------------------------- the labelled set


def test_the_search_is_right_often_enough(db):
    """A small one of the set that ``make bench`` judges: fails if the scoring or the ways to candidates break."""
    agencies = [make_agency(code=f"agency-{number}") for number in range(20)]
    threats = [make_threat() for _ in range(20)]
    person = make_user(agency=agencies[0], national_roles=[Role.ANALYST])
    told = labelled_set(seed=7, size=400, agencies=len(agencies), threats=len(threats))
    judged = judge(told, agencies=agencies, threats=threats, person=person)
    assert judged.real == 50
    assert judged.precision >= 0.8, judged.line()
    assert judged.recall >= 0.75, judged.line()


# --------------------------------------------------------------------------------------------------------------- pages


@pytest.fixture
def browser(client_for, recorder):
    return client_for(recorder)


def address(record):
    return f"/disruptions/{record.reference}/submit/"


def test_the_page_asks_and_takes_the_reason_and_the_approver_reads_it(
    browser, client_for, approver, mine, south, threat
):
    other = theirs(south, threat)
    page = browser.get(address(mine)).content.decode()
    assert "Somebody may have recorded this already" in page
    assert f'name="duplicate_seen" value="{other.reference}"' in page
    refused = browser.post(address(mine), {"version": 1, "duplicate_seen": other.reference})
    assert refused.status_code == 400
    assert 'data-code="duplicate_needs_reason"' in refused.content.decode()
    sent = {"version": 1, "duplicate_seen": other.reference, "duplicate_reason": "The second search."}
    assert browser.post(address(mine), sent).status_code == 302
    review = client_for(approver).get(f"/disruptions/{mine.reference}/review/").content.decode()
    assert "The second search." in review
    assert other.reference in review


def test_what_was_typed_stays_where_it_is_refused(browser, mine, south, threat):
    theirs(south, threat)
    page = browser.post(address(mine), {"version": 1, "duplicate_reason": "Never seen it."}).content.decode()
    assert "Never seen it." in page


def test_a_draft_becomes_a_support_by_one_press(browser, mine, south, threat):
    other = theirs(south, threat)
    response = browser.post(address(mine), {"version": 1, "support_of": other.reference}, follow=True)
    assert "is now your agency" in response.content.decode()
    mine.refresh_from_db()
    assert (mine.role, mine.lead, mine.lead_agency, mine.status) == ("support", other, south, Status.DRAFT)
    again = browser.post(address(mine), {"version": 1, "support_of": other.reference}, follow=True)
    assert again.status_code == 200


@pytest.mark.parametrize("lead", ["hidden", "mistyped", "supported already"])
def test_what_cannot_be_joined_says_why(browser, mine, north, recorder, south, threat, hidden, lead):
    other = theirs(south, threat)
    if lead == "supported already":
        make_disruption(agency=north, recorded_by=recorder, role=DisruptionRole.SUPPORT, lead=other, threat=threat)
    named = {"hidden": hidden.reference, "mistyped": "D-1111-1111"}.get(lead, other.reference)
    response = browser.post(address(mine), {"version": 1, "support_of": named}, follow=True)
    assert "govuk-notification-banner" in response.content.decode() or "moj-alert" in response.content.decode()
    mine.refresh_from_db()
    assert mine.role == "lead"


def test_a_returned_record_is_not_offered_to_join(browser, recorder, north, south, threat):
    returned = theirs(north, threat, recorded_by=recorder, status=Status.RETURNED)
    theirs(south, threat)
    page = browser.get(address(returned)).content.decode()
    assert "Somebody may have recorded this already" in page
    assert "Record ours as support" not in page


def test_leaving_the_threat_step_says_it_early(browser, mine, recorder, south, threat, hidden):
    other = theirs(south, threat)
    sent = {"version": 1, "action": "next", "threat": threat.reference, "sub_threat": "facilitation"}
    page = browser.post(f"/disruptions/{mine.reference}/amend/threat/", sent, follow=True).content.decode()
    assert f"Somebody may have recorded this already: South Police ({other.reference}), South Police." in page
    assert hidden.reference not in page


def test_whoever_has_left_opens_nothing(mine, recorder, south, threat):
    theirs(south, threat)
    recorder.is_active = False
    assert [match.reference for match in found(mine, recorder)] == [None]
