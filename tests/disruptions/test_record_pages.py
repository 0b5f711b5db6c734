"""The page of one record: what it says to whom, its history, and what may be done from it; withdraw; conflicts."""

import pytest
from django.urls import reverse

from agencies.models import AuditEntry
from agencies.vocabulary import AuditAction, Role
from disruptions.history import history_of, versions_open_to
from disruptions.models import Disruption
from disruptions.parsing import parse_disruption
from disruptions.services import DecisionRow, amend_disruption, review_disruptions, withdraw_disruptions
from disruptions.vocabulary import Decision, DisruptionRole, Level, PriorityGrade, Sharing, Status
from disruptions.wording import NOT_OPEN_TO_YOU, day_in_words
from tests.disruptions.pages import WHAT, save_step, step_address, summary_of, text_of, value_of
from tests.factories import A_DAY, make_agency, make_disruption, make_outcome, make_threat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(recorder, centre):
    threat = make_threat(lead_agency=centre, title="Copper Heron", p_grade=PriorityGrade.P2)
    return make_disruption(agency=recorder.agency, recorded_by=recorder, threat=threat)


def page_of(browser, record):
    return browser.get(reverse("disruption_detail", args=[record.reference]))


def amend(user, record, **changes):
    return amend_disruption(
        acting_user=user,
        reference=record.reference,
        version=None,
        changes=parse_disruption(changes, typed=True),
        reason="Custody figures came in.",
    )


# ------------------------------------------------------------------------------------------------------------ the page


def test_the_page_says_what_was_recorded(client_for, recorder, record):
    make_outcome(disruption=record, count=3)
    words = text_of(page_of(client_for(recorder), record))
    for part in (day_in_words(A_DAY), "Two arrests at a lorry park.", "Copper Heron", "P2", "Arrest 3", "Pursue"):
        assert part in words
    assert "OFFICIAL-SENSITIVE" in words


def test_looking_is_logged(client_for, analyst, record):
    page_of(client_for(analyst), record)
    entry = AuditEntry.objects.get(action=AuditAction.VIEWED)
    assert (entry.user, entry.subject, entry.reference) == (analyst, "disruption", record.reference)


def test_the_claim_and_the_level_that_counts_are_both_there(client_for, recorder, approver, record):
    review_disruptions(
        acting_user=approver,
        decisions=[DecisionRow(record.reference, Decision.APPROVE, to_level=Level.MODERATE, reason="More than minor.")],
    )
    words = text_of(page_of(client_for(recorder), record))
    assert "Moderate Claimed as minor by North Police" in words
    assert "Approved , from minor to moderate by Ash Approver, North" in words
    assert "More than minor." in words


def test_the_history_says_who_changed_what_from_what_to_what_and_why(client_for, recorder, record):
    make_outcome(disruption=record, count=3)
    amend(recorder, record, occurred_on="2025-09-29", level="moderate", outcomes=[{"type": "arrest", "count": 4}])
    words = text_of(page_of(client_for(recorder), record))
    assert "Amended (version 2) by Rowan Recorder, North" in words
    assert "Reason: Custody figures came in." in words
    assert f"Date of the disruption: {day_in_words(A_DAY)} → became 29 September 2025" in words
    assert "Level: Minor → became Moderate" in words
    assert "Outcomes: Arrest: 3 → became Arrest: 4" in words


def test_the_history_keeps_lists_and_named_agencies_by_version(recorder, south, record):
    amend(recorder, record, sharing="named_agencies", shared_with=["south"], enablers=["online"])
    amend(
        recorder,
        record,
        sharing="all_agencies",
        shared_with=[],
        outcomes=[{"type": "sentence", "count": 1, "months": 1}],
    )
    record.refresh_from_db()
    third, second, first = history_of(record, acting_user=recorder, versions=versions_open_to(recorder, record))
    assert first.changes == []
    assert {"field": "Shared with", "old": "", "new": "South Police"} in second.changes
    assert {"field": "Enablers", "old": "", "new": "Online advertising"} in second.changes
    assert {"field": "Shared with", "old": "South Police", "new": ""} in third.changes
    assert {"field": "Outcomes", "old": "", "new": "Sentence: 1, 1 month"} in third.changes


def test_the_history_does_not_name_a_lead_that_the_reader_may_not_open(recorder, outsider):
    third_force = make_agency(code="west")
    reader = make_user(agency=third_force, roles=[Role.VIEWER])
    lead = make_disruption(agency=outsider.agency, recorded_by=outsider)
    other = make_disruption(agency=outsider.agency, recorded_by=outsider)
    support = make_disruption(agency=recorder.agency, recorded_by=recorder, role=DisruptionRole.SUPPORT, lead=other)
    amend(recorder, support, lead=lead.reference)
    amend(outsider, lead, sharing="lead_and_supporting")
    support.refresh_from_db()
    versions = versions_open_to(reader, support)
    told = [change for entry in history_of(support, acting_user=reader, versions=versions) for change in entry.changes]
    assert {"field": "Lead record", "old": other.reference, "new": NOT_OPEN_TO_YOU} in told
    assert not any(lead.reference in change["new"] for change in told)


def test_a_support_shows_its_lead_only_to_those_who_may_open_it(client_for, recorder, outsider):
    lead = make_disruption(agency=outsider.agency, recorded_by=outsider, sharing=Sharing.LEAD_AND_SUPPORTING)
    support = make_disruption(agency=recorder.agency, recorded_by=recorder, role=DisruptionRole.SUPPORT, lead=lead)
    reader = make_user(agency=make_agency(code="west"), roles=[Role.VIEWER])
    assert lead.reference in text_of(page_of(client_for(recorder), support))
    words = text_of(page_of(client_for(reader), support))
    assert lead.reference not in words
    assert NOT_OPEN_TO_YOU in words


def test_a_lead_shows_the_supports_that_the_reader_may_open(client_for, recorder, outsider, record):
    seen = make_disruption(agency=outsider.agency, role=DisruptionRole.SUPPORT, lead=record)
    hidden = make_disruption(role=DisruptionRole.SUPPORT, lead=record, sharing=Sharing.NAMED_AGENCIES)
    gone = make_disruption(role=DisruptionRole.SUPPORT, lead=record, status=Status.WITHDRAWN)
    words = text_of(page_of(client_for(recorder), record))
    assert seen.reference in words
    assert hidden.reference not in words
    assert gone.reference not in words


# --------------------------------------------------------------------------------------------------- what may be done


ACTIONS = {
    "recorder": {"Change it", "Withdraw"},
    "approver": {"Decide on it", "Change it", "Withdraw"},
    "outsider": {"Record our support"},
    "moderator": {"Decide on it"},
    "analyst": set(),
    "nobody": set(),
}


@pytest.mark.parametrize("who", list(ACTIONS))
def test_the_page_offers_what_the_person_may_do(client_for, request, record, who):
    words = text_of(page_of(client_for(request.getfixturevalue(who)), record))
    for action in ("Decide on it", "Check and submit", "Change it", "Record our support", "Withdraw"):
        assert (f" {action} " in words) is (action in ACTIONS[who]), action


def test_our_support_is_shown_instead_of_offered(client_for, outsider, record):
    support = make_disruption(agency=outsider.agency, role=DisruptionRole.SUPPORT, lead=record)
    words = text_of(page_of(client_for(outsider), record))
    assert f"Your agency’s support of it is {support.reference}" in words
    assert "Record our support" not in words


# ----------------------------------------------------------------------------------------------------------- addresses


@pytest.mark.parametrize("name", ["disruption_detail", "disruption_amend", "disruption_submit", "disruption_withdraw"])
def test_another_writing_of_a_reference_leads_to_its_address(client_for, recorder, record, name):
    address = reverse(name, args=[record.reference.lower()])
    answer = client_for(recorder).get(address + "?then=check")
    assert answer.status_code == 302
    assert answer.url == reverse(name, args=[record.reference]) + "?then=check"


def test_a_mistyped_reference_is_not_found_and_says_so(client_for, recorder, record):
    last = "0" if record.reference[-1] != "0" else "1"
    browser = client_for(recorder)
    for typed in (record.reference[:-1] + last, record.reference[:-1], "T-7KQ2-M4XH", "12345", "D-%00", "D-é"):
        answer = browser.get(f"/disruptions/{typed}/")
        assert answer.status_code == 404
        assert "That reference is mistyped" in text_of(answer)


def test_a_record_that_is_none_is_not_found(client_for, recorder):
    absent = make_disruption(status=Status.DRAFT)
    answer = client_for(recorder).get(reverse("disruption_detail", args=[absent.reference]))
    assert answer.status_code == 404
    assert "Page not found" in text_of(answer)


@pytest.mark.parametrize("path", ["new/x", "a-word", "nothing"])
def test_words_are_left_to_other_addresses(client_for, recorder, path):
    assert client_for(recorder).get(f"/disruptions/{path}/").status_code == 404


def test_a_page_takes_only_its_methods(client_for, recorder, record):
    browser = client_for(recorder)
    assert browser.post(reverse("disruption_detail", args=[record.reference])).status_code == 405
    assert browser.post(reverse("disruption_amend", args=[record.reference])).status_code == 405
    assert browser.delete(reverse("disruption_withdraw", args=[record.reference])).status_code == 405


# ------------------------------------------------------------------------------------------------------------ conflicts


def test_two_people_who_change_different_fields_both_have_their_way(client_for, recorder, other_recorder, record):
    mine, theirs = client_for(recorder), client_for(other_recorder)
    sent = {**WHAT, "summary": record.summary, "operation": "", "country": "", "version": record.version}
    theirs.post(step_address(record, "what"), {**sent, "operation": "Grey Wake"})
    answer = mine.post(step_address(record, "what"), {**sent, "summary": "Three arrests."})
    assert answer.status_code == 302
    record.refresh_from_db()
    assert (record.operation, record.summary, record.version) == ("Grey Wake", "Three arrests.", 3)


def test_two_people_who_change_the_same_field_are_shown_both_sides(client_for, recorder, other_recorder, record):
    mine, theirs = client_for(recorder), client_for(other_recorder)
    sent = {**WHAT, "operation": "", "country": "", "version": record.version}
    theirs.post(step_address(record, "what"), {**sent, "summary": "Theirs, in their words.", "country": "FR"})
    answer = mine.post(step_address(record, "what"), {**sent, "summary": "Mine, in my words."})
    assert answer.status_code == 409
    words = text_of(answer)
    assert "Somebody else changed this while you were writing" in words
    assert "You wrote Mine, in my words. Stored now, by Robin Recorder Theirs, in their words." in words
    assert value_of(answer, "summary") == "Mine, in my words."
    # What only the other changed is brought in, and saving again undoes none of it.
    assert 'value="FR" selected' in answer.content.decode()
    again = {**sent, "summary": "Both of our words.", "country": "FR", "version": value_of(answer, "version")}
    assert mine.post(step_address(record, "what"), again).status_code == 302
    record.refresh_from_db()
    assert (record.summary, record.country, record.version) == ("Both of our words.", "FR", 3)


def test_outcomes_that_both_changed_are_shown_side_by_side(client_for, recorder, other_recorder, record):
    mine, theirs = client_for(recorder), client_for(other_recorder)
    sent = {"outcomes-0-type": "arrest", "version": record.version}
    theirs.post(step_address(record, "outcomes"), {**sent, "outcomes-0-count": "5", "msht_indicators": "yes"})
    answer = mine.post(step_address(record, "outcomes"), {**sent, "outcomes-0-count": "4"})
    assert answer.status_code == 409
    assert "You wrote Arrest: 4 Stored now, by Robin Recorder Arrest: 5" in text_of(answer)
    assert value_of(answer, "outcomes-0-count") == "4"
    assert [each.count for each in record.outcomes.live()] == [5]


def test_what_has_changed_is_neither_submitted_nor_withdrawn_unread(client_for, recorder, other_recorder, centre):
    draft = make_disruption(
        agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT, threat=make_threat(lead_agency=centre)
    )
    save_step(client_for(other_recorder), draft, "impact", {"impact": "Theirs", "level": "minor"})
    browser = client_for(recorder)
    for name in ("disruption_submit", "disruption_withdraw"):
        answer = browser.post(reverse(name, args=[draft.reference]), {"version": 1, "reason": "My reason"})
        assert answer.status_code == 409
        assert "Robin Recorder changed it" in text_of(answer)
        assert value_of(answer, "version") == "2"
    assert value_of(answer, "reason") == "My reason"
    draft.refresh_from_db()
    assert (draft.status, draft.version) == (Status.DRAFT, 2)


# ------------------------------------------------------------------------------------------------------------ withdraw


def test_a_record_is_withdrawn_with_a_reason(client_for, recorder, record):
    browser = client_for(recorder)
    address = reverse("disruption_withdraw", args=[record.reference])
    answer = browser.post(address, {"version": 1, "reason": "  "})
    assert answer.status_code == 400
    assert summary_of(answer)["disruption_withdrawn_has_reason"][0] == "#id_reason"
    answer = browser.post(address, {"version": 1, "reason": "Recorded twice."})
    assert answer.url == reverse("disruption_detail", args=[record.reference])
    record.refresh_from_db()
    assert (record.status, record.change_reason) == (Status.WITHDRAWN, "Recorded twice.")
    words = text_of(browser.get(answer.url))
    assert "is not counted" in words
    assert " Change it " not in words


def test_a_draft_is_thrown_away_without_a_reason(client_for, recorder):
    draft = make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT)
    browser = client_for(recorder)
    answer = browser.post(reverse("disruption_withdraw", args=[draft.reference]), {"version": 1})
    assert answer.url == reverse("home")
    assert "is thrown away" in text_of(browser.get(answer.url))
    assert Disruption.objects.get().status == Status.WITHDRAWN


@pytest.mark.parametrize("reason", ["a\x00b", "x" * 2001])
def test_a_reason_that_cannot_be_kept_withdraws_nothing(client_for, recorder, record, reason):
    answer = client_for(recorder).post(
        reverse("disruption_withdraw", args=[record.reference]), {"version": 1, "reason": reason}
    )
    assert answer.status_code == 400
    assert 'href="#id_reason"' in answer.content.decode()
    record.refresh_from_db()
    assert record.status == Status.SUBMITTED


def test_what_is_withdrawn_is_not_changed(client_for, recorder, record):
    withdraw_disruptions(acting_user=recorder, versions={record.reference: None}, reason="Recorded twice.")
    answer = client_for(recorder).get(reverse("disruption_amend", args=[record.reference]))
    assert answer.status_code == 403
    assert "while it stands" in text_of(answer)


# ------------------------------------------------------------------------------------------------------------- queries


@pytest.mark.parametrize("rows", [1, 30])
def test_the_queries_do_not_grow_with_supports_outcomes_and_versions(
    client_for, recorder, record, django_assert_num_queries, rows
):
    for place in range(rows):
        make_disruption(role=DisruptionRole.SUPPORT, lead=record)
        amend(recorder, record, operation=f"Operation {place}", outcomes=[{"type": "arrest", "count": place + 1}])
    browser = client_for(recorder)
    page_of(browser, record)
    with django_assert_num_queries(24):
        page_of(browser, record)
