"""Assessing threats: what is suggested, what a person adopts, what becomes of the threat, and what is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from agencies.models import AuditEntry, london_date, oic_now
from agencies.refusals import Invalid, NotFound, Refused, Stale, violation_of
from agencies.vocabulary import Role
from disruptions.models import ChangeEvent, ScoringModel, SOCThreatEvent, ThreatAssessment
from disruptions.scoring import suggest
from disruptions.services import (
    AssessmentRow,
    add_scoring_model,
    assess_threats,
    current_scoring_model,
    load_scoring_model,
    suggest_grade,
)
from disruptions.vocabulary import Change, PriorityGrade, ThreatStatus
from tests.factories import make_scoring_model, make_threat, make_user

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MIDDLING = {"harm": 2, "scale": 3, "capability": 3, "intent": 3, "trend": 2}
"""Suggests P3, with 52 of 100."""


@pytest.fixture
def model(db):
    return make_scoring_model()


@pytest.fixture
def threat(north):
    return make_threat(lead_agency=north, title="Copper Heron")


@pytest.fixture
def manager(north):
    return make_user(agency=north, roles=[Role.THREAT_MANAGER])


def row(threat, **changes):
    return replace(AssessmentRow(threat.reference, "P3", MIDDLING), **changes)


def assess(user, threat, **changes):
    [assessment] = assess_threats(acting_user=user, rows=[row(threat, **changes)])
    return assessment


def codes_of(caught):
    return [each.code for each in caught.value.violations]


def test_an_assessment_grades_the_threat_and_sets_its_next_review(clock_at, model, threat, manager):
    with clock_at(NOON):
        made = assess(manager, threat, note="Two debriefs.", version=1, scoring_model=1)
    threat.refresh_from_db()
    assert (threat.p_grade, threat.assessment, threat.version) == ("P3", made, 2)
    assert threat.next_review_on == NOON.date() + timedelta(days=182)
    assert (made.suggested_grade, made.total, made.previous_grade, made.threat_version) == ("P3", Decimal(52), None, 2)
    assert (made.scoring_model, made.override_reason, made.note) == (model, "", "Two debriefs.")
    assert not made.is_override
    assert SOCThreatEvent.objects.get(id=threat.pk, version=2).change == Change.ASSESSED
    assert ChangeEvent.objects.filter(subject="soc_threat", reference=threat.reference, change="assessed").count() == 1


def test_another_grade_than_the_suggested_one_needs_a_reason(model, threat, manager):
    with pytest.raises(Invalid) as caught:
        assess(manager, threat, adopted_grade="P1", override_reason="  ")
    assert codes_of(caught) == ["threat_assessment_override_has_reason"]
    assert "P1 and not P3" in caught.value.violations[0].message
    made = assess(manager, threat, adopted_grade="P1", override_reason="Children are moved.")
    assert made.is_override
    assert made.override_reason == "Children are moved."
    assert assess(manager, threat, override_reason="Not needed.").override_reason == ""


def test_the_interval_of_each_grade_is_a_setting(settings, clock_at, model, threat, manager):
    settings.REVIEW_DAYS = {**settings.REVIEW_DAYS, "P3": 30}
    with clock_at(NOON):
        assess(manager, threat)
    threat.refresh_from_db()
    assert threat.next_review_on == NOON.date() + timedelta(days=30)


def test_an_assessment_is_what_a_plan_and_an_escalation_waited_for(model, threat, manager):
    values = {"review_planned_on": london_date(oic_now()), "escalated_to": "nca", "escalated_at": oic_now()}
    type(threat).objects.filter(pk=threat.pk).update(**values, version=2)
    assess(manager, threat)
    threat.refresh_from_db()
    assert (threat.review_planned_on, threat.escalated_to, threat.escalated_at) == (None, "", None)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scores": {}}, "assessment_scores_complete"),
        ({"scores": {**MIDDLING, "harm": 6}}, "assessment_scores_complete"),
        ({"scores": {**MIDDLING, "luck": 1}}, "assessment_factor_known"),
        ({"confidence": "certain"}, "assessment_confidence_required"),
        ({"adopted_grade": "P9"}, "assessment_grade_required"),
        ({"note": "x" * 2001}, "threat_assessment_note_within_limit"),
        ({"adopted_grade": "P4", "override_reason": "x" * 2001}, "threat_assessment_override_reason_within_limit"),
        ({"note": "a\x00b"}, "assessment_storable"),
        ({"scoring_model": 2}, "assessment_scoring_model_current"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_nothing_is_written(model, threat, manager, changes, code):
    with pytest.raises(Invalid) as caught:
        assess(manager, threat, **changes)
    assert code in codes_of(caught)
    assert not ThreatAssessment.objects.exists()


def test_a_set_is_assessed_together_or_not_at_all(model, threat, manager, north):
    other = make_threat(lead_agency=north)
    with pytest.raises(Invalid):
        assess_threats(acting_user=manager, rows=[row(threat), row(other, scores={})])
    with pytest.raises(Invalid) as caught:
        assess_threats(acting_user=manager, rows=[row(threat), row(threat)])
    assert codes_of(caught) == ["assessment_one_of_a_threat"]
    assert not ThreatAssessment.objects.exists()
    assert len(assess_threats(acting_user=manager, rows=[row(threat), row(other)])) == 2


def test_who_does_not_manage_the_threat_may_not_assess_it(model, threat, outsider, recorder, threat_manager):
    for user in (outsider, recorder):
        with pytest.raises(Refused):
            assess(user, threat)
    with pytest.raises(NotFound):
        assess_threats(acting_user=threat_manager, rows=[AssessmentRow("T-0000-0000", "P3", MIDDLING)])
    assert assess(threat_manager, threat).assessed_by == threat_manager


def test_an_archived_threat_is_not_assessed(model, north, manager):
    archived = make_threat(lead_agency=north, status=ThreatStatus.ARCHIVED)
    with pytest.raises(Refused) as caught:
        assess(manager, archived)
    assert caught.value.code == "may_not_assess"


def test_a_threat_that_changed_meanwhile_is_read_again_first(model, threat, manager):
    assess(manager, threat)
    with pytest.raises(Stale):
        assess(manager, threat, version=1)


def test_without_a_model_nothing_is_assessed(threat, manager):
    with pytest.raises(Refused) as caught:
        assess(manager, threat)
    assert caught.value.code == "no_scoring_model"


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("factor_scores", '{"harm": 6}', "threat_assessment_scores_in_range"),
        ("factor_scores", '{"harm": -1}', "threat_assessment_scores_in_range"),
        ("factor_scores", '{"harm": 2.5}', "threat_assessment_scores_in_range"),
        ("factor_scores", '{"harm": "2"}', "threat_assessment_scores_in_range"),
        ("total", 100.1, "threat_assessment_total_in_range"),
        ("previous_grade", "P5", "threat_assessment_previous_grade_known"),
        ("note", "x" * 2001, "threat_assessment_note_within_limit"),
        ("suggested_grade", "P1", "threat_assessment_override_has_reason"),
        ("threat_version", 2, "threat_assessment_one_per_version"),
    ],
)
def test_the_database_holds_the_same_rules(model, threat, manager, column, value, code):
    made = assess(manager, threat)
    columns = "threat_id, scoring_model_id, factor_scores, total, confidence, suggested_grade, adopted_grade, \
        previous_grade, override_reason, note, assessed_by_id, threat_version"
    taken = {"threat_version": "99", column: "%s"}
    values = ", ".join(taken.get(name.strip(), name.strip()) for name in columns.split(","))
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO disruptions_threatassessment ({columns}) SELECT {values} "
            "FROM disruptions_threatassessment WHERE id = %s",
            [value, made.pk],
        )
    found = violation_of(caught.value)
    assert found is not None
    assert found.code == code


# ------------------------------------------------------------------------------------------------------- scoring models


def model_values(model):
    return {"factors": model.factors, "thresholds": model.thresholds, "confidence": model.confidence}


def test_the_shipped_model_is_loaded_once():
    assert (load_scoring_model().added, load_scoring_model().added) == (1, 0)
    assert current_scoring_model().version == 1
    assert AuditEntry.objects.filter(subject="scoring_model", reference="1").count() == 1


def test_a_new_version_leaves_what_was_assessed_as_it_was(model, threat, manager, system_admin):
    made = assess(manager, threat)
    values = model_values(model) | {"thresholds": {"P1": 60, "P2": 50, "P3": 30}}
    added = add_scoring_model(acting_user=system_admin, version=1, note="Raised after the spring round.", **values)
    assert (added.version, current_scoring_model()) == (2, added)
    assert suggest_grade(model=added, scores=MIDDLING, confidence="low").grade == "P2"
    made.refresh_from_db()
    assert (made.scoring_model, made.suggested_grade) == (model, "P3")
    assert suggest(made.scoring_model.model, made.factor_scores).grade == PriorityGrade.P3


def test_a_new_version_follows_the_latest_says_why_and_differs(model, system_admin, agency_admin):
    values = model_values(model)
    higher = values | {"thresholds": {"P1": 90, "P2": 50, "P3": 30}}
    for changes, code in (
        ({**higher, "note": " "}, "scoring_model_has_note"),
        ({**higher, "note": "x" * 2001}, "scoring_model_note_within_limit"),
        ({**higher, "note": "a\x00"}, "scoring_model_storable"),
        ({**higher, "note": "Why.", "version": 9}, "scoring_model_version_unique"),
        ({**values, "note": "Why."}, "scoring_model_unchanged"),
        ({**values, "factors": [], "note": "Why."}, "scoring_model_has_factors"),
    ):
        with pytest.raises(Invalid) as caught:
            add_scoring_model(acting_user=system_admin, **({"version": 1} | changes))
        assert codes_of(caught) == [code]
    with pytest.raises(Refused):
        add_scoring_model(acting_user=agency_admin, version=1, note="Why.", **higher)
    assert ScoringModel.objects.count() == 1
