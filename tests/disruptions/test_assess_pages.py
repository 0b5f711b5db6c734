"""The pages of assessing and of the review cycle."""

import re

import pytest
from django.urls import reverse

from agencies.vocabulary import Role
from disruptions.models import SOCThreat, ThreatAssessment
from disruptions.services import AssessmentRow, assess_threats
from disruptions.vocabulary import PriorityGrade, ThreatStatus
from tests.disruptions.pages import chosen_of, summary_of, text_of, value_of
from tests.factories import grade_threat, make_scoring_model, make_threat, make_user

pytestmark = pytest.mark.django_db

QUEUE = "/threats/reassessment/"
PLAN = "/threats/reassessment/plan/"
FACTORS = ("harm", "scale", "capability", "intent", "trend")
MIDDLING = {f"score_{code}": str(score) for code, score in zip(FACTORS, (2, 3, 3, 3, 2), strict=True)}
FILLED = {**MIDDLING, "confidence": "medium", "note": "Two debriefs."}


@pytest.fixture
def model(db):
    return make_scoring_model()


@pytest.fixture
def manager(north):
    return make_user(agency=north, roles=[Role.THREAT_MANAGER], name="Max Manager")


@pytest.fixture
def browser(client_for, manager):
    return client_for(manager)


@pytest.fixture
def threat(north):
    return make_threat(lead_agency=north, title="Copper Heron")


def address(name, threat):
    return reverse(name, args=[threat.reference])


# ------------------------------------------------------------------------------------------------------------ assessing


def test_scores_show_the_suggested_grade_and_nothing_is_kept_before_one_is_adopted(browser, model, threat):
    page = browser.get(address("threat_assess", threat))
    assert "An event in most months." in text_of(page)
    page = browser.post(address("threat_assess", threat), {**FILLED, "action": "suggest"})
    assert page.status_code == 200
    assert "These scores suggest P3 : 52.0 of 100" in text_of(page)
    assert chosen_of(page, "adopted_grade") == ["P3"]
    assert value_of(page, "note") == "Two debriefs."
    assert not ThreatAssessment.objects.exists()
    sent = {**FILLED, "action": "adopt", "version": 1, "scoring_model": 1, "adopted_grade": "P3"}
    answer = browser.post(address("threat_assess", threat), sent, follow=True)
    assert "is graded P3, not graded before" in text_of(answer)
    threat.refresh_from_db()
    assert threat.p_grade == "P3"


def test_what_is_missing_stands_beside_each_factor(browser, model, threat):
    page = browser.post(address("threat_assess", threat), {"action": "suggest", "score_harm": "7"})
    assert page.status_code == 400
    page_text = text_of(page)
    for factor in ("Scale", "Capability", "Intent", "Trend"):
        assert f"Score “{factor}”, from 0 to 5." in page_text
    assert {"assessment_scores_complete", "assessment_confidence_required"} <= set(summary_of(page))
    page = browser.post(address("threat_assess", threat), {**MIDDLING, "action": "suggest"})
    assert set(summary_of(page)) == {"assessment_confidence_required"}


def test_another_grade_without_a_reason_is_asked_about_with_the_scores_kept(browser, model, threat):
    sent = {**FILLED, "action": "adopt", "version": 1, "scoring_model": 1, "adopted_grade": "P1"}
    page = browser.post(address("threat_assess", threat), sent)
    assert page.status_code == 400
    assert set(summary_of(page)) == {"threat_assessment_override_has_reason"}
    assert value_of(page, "score_scale") == "3"
    assert chosen_of(page, "adopted_grade") == ["P1"]


def test_going_back_keeps_the_scores(browser, model, threat):
    page = browser.post(address("threat_assess", threat), {**FILLED, "action": "back"})
    assert (page.status_code, chosen_of(page, "score_scale")) == (200, ["3"])


def test_a_threat_that_changed_meanwhile_is_shown_again_before_it_is_graded(browser, model, threat):
    SOCThreat.objects.filter(pk=threat.pk).update(geography="Kent", version=2)
    sent = {**FILLED, "action": "adopt", "version": 1, "scoring_model": 1, "adopted_grade": "P3"}
    page = browser.post(address("threat_assess", threat), sent)
    assert page.status_code == 409
    assert "This threat has changed" in text_of(page)
    assert value_of(page, "version") == "2"
    assert not ThreatAssessment.objects.exists()


def test_a_newer_scoring_model_sends_back_to_the_scores(browser, model, threat):
    sent = {**FILLED, "action": "adopt", "version": 1, "scoring_model": 9, "adopted_grade": "P3"}
    page = browser.post(address("threat_assess", threat), sent)
    assert set(summary_of(page)) == {"assessment_scoring_model_current"}
    assert chosen_of(page, "score_scale") == ["3"]


def test_the_last_scores_are_there_to_read_and_none_is_ticked(browser, model, threat):
    grade_threat(threat=threat, grade=PriorityGrade.P3)
    page = browser.get(address("threat_assess", threat))
    assert "Last time: 3." in text_of(page)
    assert chosen_of(page, "score_scale") == []


def test_two_assessments_stand_beside_each_other(client_for, analyst, model, threat, manager):
    rows = [{"harm": 2, "scale": 3, "capability": 3, "intent": 3, "trend": 2}, dict.fromkeys(FACTORS, 4)]
    for scores, grade in zip(rows, ("P3", "P1"), strict=True):
        assess_threats(acting_user=manager, rows=[AssessmentRow(threat.reference, grade, scores)])
    page = client_for(analyst).get(address("threat_assessment_compare", threat))
    words = text_of(page)
    assert "The grade went from P3 to P1." in words
    assert "+28" in words
    assert "Goes on after arrests or seizures." in words
    later, earlier = threat.assessments.values_list("pk", flat=True)
    swapped = client_for(analyst).get(address("threat_assessment_compare", threat), {"before": later, "after": earlier})
    assert "The grade went from P3 to P1." in text_of(swapped)
    assert client_for(analyst).get(address("threat_assessment_compare", threat), {"before": 1}).status_code == 404


def test_one_assessment_has_nothing_to_compare(client_for, analyst, threat):
    grade_threat(threat=threat, grade=PriorityGrade.P3)
    page = client_for(analyst).get(address("threat_assessment_compare", threat))
    assert "nothing to compare" in text_of(page)


def test_a_threat_that_is_archived_or_another_agencys_is_not_assessed(
    browser, client_for, outsider, north, model, threat
):
    archived = make_threat(lead_agency=north, status=ThreatStatus.ARCHIVED)
    assert browser.get(address("threat_assess", archived)).status_code == 403
    assert client_for(outsider).get(address("threat_assess", threat)).status_code == 403


# -------------------------------------------------------------------------------------------------------- scoring model


def test_everybody_may_read_how_threats_are_scored(client_for, nobody, model):
    words = text_of(client_for(nobody).get("/threats/scoring/"))
    for part in ("Deaths, or a method that is likely to kill.", "91 days", "no national standard"):
        assert part in words
    assert "MoRiLE" not in words
    assert client_for(nobody).get("/threats/scoring/", {"version": 9}).status_code == 404


def test_a_system_administrator_adds_a_version(client_for, system_admin, model):
    browser = client_for(system_admin)
    page = browser.get("/threats/scoring/amend/")
    sent = {name: value_of(page, name) for name in form_names(page)}
    refused = browser.post("/threats/scoring/amend/", {**sent, "note": "", "threshold_P1": "10", "weight_scale": "x"})
    assert set(summary_of(refused)) == {
        "scoring_model_has_note",
        "scoring_model_thresholds_in_order",
        "scoring_model_weights_in_range",
    }
    answer = browser.post(
        "/threats/scoring/amend/", {**sent, "note": "Harm weighs more.", "weight_harm": "2"}, follow=True
    )
    assert "Version 2 is in use." in text_of(answer)
    late = browser.post("/threats/scoring/amend/", {**sent, "note": "Again.", "weight_harm": "3"})
    assert set(summary_of(late)) == {"scoring_model_version_unique"}


def form_names(page):
    return re.findall(
        r'<input[^>]*name="((?:label|question|weight|words|threshold|confidence|version)[^"]*)"', page.content.decode()
    )
