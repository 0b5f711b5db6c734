"""Deciding on a record in the browser: by somebody else, with a reason where one is needed."""

import pytest
from django.urls import reverse

from disruptions.models import Review
from disruptions.vocabulary import Decision, Level, Status
from tests.disruptions.pages import IMPACT, save_step, summary_of, text_of, value_of
from tests.factories import make_disruption, make_threat

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(recorder, centre):
    return make_disruption(
        agency=recorder.agency, recorded_by=recorder, threat=make_threat(lead_agency=centre, title="Copper Heron")
    )


def decide(browser, record, decision, **data):
    address = reverse("disruption_review", args=[record.reference])
    return browser.post(address, {"version": record.version, "decision": decision, **data})


def test_another_person_approves(client_for, approver, record):
    answer = decide(client_for(approver), record, "approve")
    assert answer.url == reverse("disruption_detail", args=[record.reference])
    record.refresh_from_db()
    assert (record.status, record.approved_by) == (Status.APPROVED, approver)


def test_nobody_approves_what_they_recorded(client_for, approver):
    own = make_disruption(agency=approver.agency, recorded_by=approver)
    for answer in (
        client_for(approver).get(reverse("disruption_review", args=[own.reference])),
        decide(client_for(approver), own, "approve"),
    ):
        assert answer.status_code == 403
        assert "somebody else must decide" in text_of(answer)
    own.refresh_from_db()
    assert own.status == Status.SUBMITTED


def test_a_record_goes_back_with_reasons_is_put_right_and_comes_again(client_for, approver, recorder, record):
    decide(client_for(approver), record, "return", reason="Say how you know.", about_impact="What can it no longer do?")
    record.refresh_from_db()
    assert record.status == Status.RETURNED
    browser = client_for(recorder)
    assert "Say how you know." in text_of(browser.get(reverse("home")))
    for page in (
        browser.get(reverse("disruption_amend", args=[record.reference])),
        browser.get(reverse("disruption_step", args=[record.reference, "impact"])),
        browser.get(reverse("disruption_submit", args=[record.reference])),
    ):
        assert "Sent back by Ash Approver" in text_of(page)
        assert "Evidence of impact: What can it no longer do?" in text_of(page)
    answer = save_step(browser, record, "impact", {**IMPACT, "level": "minor"})
    assert answer.url == reverse("disruption_submit", args=[record.reference])
    record.refresh_from_db()
    browser.post(answer.url, {"version": record.version})
    record.refresh_from_db()
    assert (record.status, record.claimed_level, record.impact) == (Status.SUBMITTED, Level.MINOR, IMPACT["impact"])


def test_an_approver_regrades_with_a_reason(client_for, approver, record):
    browser = client_for(approver)
    answer = decide(browser, record, "regrade", to_level="major")
    assert summary_of(answer)["review_has_reason"][0] == "#id_reason"
    answer = decide(browser, record, "regrade", to_level="major", reason="The group has stopped.")
    assert answer.status_code == 302
    record.refresh_from_db()
    assert (record.status, record.level, record.claimed_level) == (Status.APPROVED, Level.MAJOR, Level.MINOR)


FAULTS = [
    ({"decision": ""}, "decision"),
    ({"decision": "x"}, "decision"),
    ({"decision": "upheld"}, "decision"),
    ({"decision": "regrade", "reason": "Why."}, "to_level"),
    ({"decision": "regrade", "reason": "Why.", "to_level": "x"}, "to_level"),
    ({"decision": "regrade", "reason": "Why.", "to_level": "minor"}, "to_level"),
    ({"decision": "return"}, "reason"),
    ({"decision": "return", "reason": "x" * 2001}, "reason"),
    ({"decision": "return", "reason": "a\x00b"}, "reason"),
    ({"decision": "return", "about_impact": "a\x00b"}, "about_impact"),
    ({"decision": "return", "about_impact": "x" * 501}, "about_impact"),
]


@pytest.mark.parametrize(("data", "control"), FAULTS, ids=str)
def test_a_decision_with_a_fault_is_shown_again_and_decides_nothing(client_for, approver, record, data, control):
    answer = decide(client_for(approver), record, data.pop("decision"), **data)
    assert answer.status_code == 400
    assert [target for target, _ in summary_of(answer).values()] == [f"#id_{control}"]
    assert not Review.objects.exists()


def test_a_moderator_raises_lowers_rejects_and_changes_the_threat(client_for, moderator, recorder, centre, record):
    browser = client_for(moderator)
    assert summary_of(decide(browser, record, "lowered", to_level="major", reason="Why.")) == {
        "review_lowered_is_lower": ("#id_to_level", "Lowered means a lower level than the present one.")
    }
    decide(browser, record, "raised", to_level="moderate", reason="The group has stopped.")
    record.refresh_from_db()
    assert record.level == Level.MODERATE
    other = make_threat(lead_agency=centre)
    decide(browser, record, "threat_changed", threat=other.reference.lower(), reason="It was the other group.")
    record.refresh_from_db()
    assert record.threat == other
    same = make_disruption(agency=recorder.agency, recorded_by=recorder)
    answer = decide(browser, record, "duplicate", duplicate_of="D-0000-0000", reason="Recorded twice.")
    assert summary_of(answer)["review_duplicate_names_other"][0] == "#id_duplicate_of"
    decide(browser, record, "duplicate", duplicate_of=same.reference, reason="Recorded twice.")
    record.refresh_from_db()
    assert (record.status, record.duplicate_of) == (Status.REJECTED, same)
    words = text_of(browser.get(reverse("disruption_detail", args=[record.reference])))
    assert f"It repeats {same.reference}" in words


def test_a_stale_decision_keeps_its_reason_and_decides_nothing(client_for, approver, recorder, record):
    browser = client_for(recorder)
    address = reverse("disruption_step", args=[record.reference, "impact"])
    browser.post(address, {"version": 1, **IMPACT, "level": "minor"})
    address = reverse("disruption_review", args=[record.reference])
    answer = client_for(approver).post(address, {"version": 1, "decision": "return", "reason": "My long reason."})
    assert answer.status_code == 409
    assert "Rowan Recorder changed it" in text_of(answer)
    assert value_of(answer, "reason") == "My long reason."
    assert value_of(answer, "version") == "2"
    assert not Review.objects.exists()


def test_the_page_shows_claim_evidence_and_other_records_of_the_threat(client_for, approver, recorder, record):
    other = make_disruption(agency=recorder.agency, recorded_by=recorder, threat=record.threat, level=Level.MAJOR)
    words = text_of(client_for(approver).get(reverse("disruption_review", args=[record.reference])))
    assert "Claimed as Minor" in words
    assert record.impact in words
    assert other.reference in words


def test_what_is_not_there_is_not_decided_on(client_for, approver, outsider):
    hidden = make_disruption(agency=outsider.agency, recorded_by=outsider, status=Status.DRAFT)
    assert decide(client_for(approver), hidden, Decision.APPROVE).status_code == 404
