"""The scoring model as plain data: what it suggests, and what is wrong with scores or with a model."""

import json
import random
from copy import deepcopy
from decimal import Decimal

import pytest

from disruptions.demonstration.master_list import plan_master_list
from disruptions.scoring import Suggestion, faults_of_model, faults_of_scores, read_model, suggest
from disruptions.services.scoring_models import SHIPPED

DATA = json.loads(SHIPPED.read_text(encoding="utf-8"))
PARTS = ("factors", "thresholds", "confidence")
MODEL = read_model(*(DATA[part] for part in PARTS))
CODES = ("harm", "scale", "capability", "intent", "trend")


def scores(*values):
    return dict(zip(CODES, values, strict=True))


def codes_of(faults):
    return [each.code for each in faults]


def test_the_shipped_model_has_no_fault_and_is_not_called_what_others_use():
    assert faults_of_model(*(DATA[part] for part in PARTS)) == []
    assert MODEL.codes == CODES
    assert "morile" not in json.dumps(DATA).lower()


@pytest.mark.parametrize(
    ("values", "total", "grade"),
    [
        ((0, 0, 0, 0, 0), "0.0", "P4"),
        ((1, 2, 2, 2, 1), "32.0", "P4"),
        ((2, 2, 2, 2, 1), "36.0", "P3"),
        ((2, 3, 3, 3, 2), "52.0", "P3"),
        ((2, 3, 3, 3, 3), "56.0", "P2"),
        ((3, 4, 4, 4, 3), "72.0", "P2"),
        ((3, 4, 4, 4, 4), "76.0", "P1"),
        ((5, 5, 5, 5, 5), "100.0", "P1"),
    ],
)
def test_a_total_suggests_the_highest_grade_whose_threshold_it_reaches(values, total, grade):
    assert suggest(MODEL, scores(*values)) == Suggestion(Decimal(total), grade)


def test_weights_count_and_the_exact_total_is_compared_not_the_rounded_one():
    factors = deepcopy(DATA["factors"])[:3]
    factors[0]["weight"] = 4
    model = read_model(factors, {"P1": 97, "P2": 56, "P3": 34}, DATA["confidence"])
    assert suggest(model, {"harm": 5, "scale": 5, "capability": 4}) == Suggestion(Decimal("96.7"), "P2")
    assert suggest(model, {"harm": 2, "scale": 1, "capability": 1}) == Suggestion(Decimal("33.3"), "P4")
    assert suggest(model, {"harm": 2, "scale": 2, "capability": 1}) == Suggestion(Decimal("36.7"), "P3")


def test_each_missing_or_impossible_score_is_named_and_an_unknown_factor_too():
    sent = {"harm": 6, "scale": -1, "capability": "3", "intent": True, "luck": 2}
    faults = faults_of_scores(MODEL, sent)
    assert {each.field for each in faults} == {"scores", *(f"scores/{code}" for code in CODES)}
    assert codes_of(faults) == ["assessment_factor_known", *["assessment_scores_complete"] * 5]
    assert codes_of(faults_of_scores(MODEL, [1, 2])) == ["assessment_scores_complete"]
    assert faults_of_scores(MODEL, scores(0, 1, 2, 3, 5)) == []


def changed(path, value):
    data = deepcopy(DATA)
    place = data
    *way, last = path
    for step in way:
        place = place[step]
    place[last] = value
    return [data[part] for part in PARTS]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("factors",), [], "scoring_model_has_factors"),
        (("factors",), None, "scoring_model_has_factors"),
        (("factors", 0), "harm", "scoring_model_has_factors"),
        (("factors", 0, "code"), "scale", "scoring_model_has_factors"),
        (("factors", 0, "code"), "Harm!", "scoring_model_has_factors"),
        (("factors", 0, "label"), " ", "scoring_model_factor_has_words"),
        (("factors", 0, "label"), "x" * 61, "scoring_model_factor_has_words"),
        (("factors", 0, "words"), ["one"], "scoring_model_factor_has_words"),
        (("factors", 0, "words", 5), "", "scoring_model_factor_has_words"),
        (("factors", 0, "words", 5), "x" * 301, "scoring_model_factor_has_words"),
        (("factors", 0, "weight"), 0, "scoring_model_weights_in_range"),
        (("factors", 0, "weight"), True, "scoring_model_weights_in_range"),
        (("factors", 0, "weight"), 21, "scoring_model_weights_in_range"),
        (("thresholds", "P1"), 56, "scoring_model_thresholds_in_order"),
        (("thresholds", "P1"), 101, "scoring_model_thresholds_in_order"),
        (("thresholds", "P3"), 0, "scoring_model_thresholds_in_order"),
        (("thresholds", "P3"), "36", "scoring_model_thresholds_in_order"),
        (("thresholds", "P4"), 1, "scoring_model_thresholds_in_order"),
        (("thresholds",), [76, 56, 36], "scoring_model_thresholds_in_order"),
        (("confidence", "low"), "", "scoring_model_confidence_has_words"),
        (("confidence", "none"), "Words.", "scoring_model_confidence_has_words"),
    ],
)
def test_a_model_that_cannot_be_scored_with_is_refused(path, value, code):
    assert codes_of(faults_of_model(*changed(path, value))) == [code]


def test_the_demonstration_is_graded_by_the_shipped_model():
    """The plan of the demonstration says where a person adopted another grade; the service must see the same."""
    threats = plan_master_list(random.Random(1))  # noqa: S311 - the same plan each time, not a secret
    gradings = [grading for threat in threats for grading in threat.gradings]
    assert len(gradings) > 300
    for grading in gradings:
        assert suggest(MODEL, grading.scores).grade == grading.suggested
        assert bool(grading.override_reason) is (grading.suggested != grading.grade)
