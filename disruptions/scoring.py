"""The local scoring model as plain data, and what it makes of scores. Nothing here reads the database.

It is a proposal of this service, kept as data so that it can be changed in the open. It is not the tool that agencies
score with elsewhere, and never takes its name (domain report, section 4). What it gives is a suggestion: a person
adopts the grade.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from agencies.constraints import Violation, declare, violation
from disruptions.vocabulary import Confidence, PriorityGrade

HIGHEST_SCORE: Final = 5
"""Every factor is scored from 0 to this (domain report, section 4)."""
FACTORS_LIMIT: Final = 20
WEIGHT_LIMIT: Final = 20
LABEL_LIMIT: Final = 60
WORDS_LIMIT: Final = 300
THRESHOLD_GRADES: Final = (PriorityGrade.P1, PriorityGrade.P2, PriorityGrade.P3)
"""Grades that a total has to reach; the lowest is what is left."""

declare("assessment_scores_complete", "scores", "Score every factor, from 0 to 5.")
declare("assessment_factor_known", "scores", "The scoring model has no such factor.")
declare("scoring_model_has_factors", "factors", "A scoring model has 1 to 20 factors, each with a code of its own.")
declare("scoring_model_factor_has_words", "factors", "Each factor has a name, a question and words for scores 0 to 5.")
declare("scoring_model_weights_in_range", "weight", "A weight is a whole number from 1 to 20.")
declare(
    "scoring_model_thresholds_in_order",
    "thresholds",
    "Thresholds are whole numbers from 1 to 100: the one of P1 the highest, then P2, then P3.",
)
declare("scoring_model_confidence_has_words", "confidence", "Say what low, medium and high confidence mean.")


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that is scored: what it is called, what is asked, how much it weighs, what each score means."""

    code: str
    label: str
    question: str
    weight: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A version of the scoring model: its factors, the totals that suggest each grade, what confidence means."""

    factors: tuple[Factor, ...]
    thresholds: Mapping[str, int]
    confidence: Mapping[str, str]

    @property
    def codes(self) -> tuple[str, ...]:
        """The factors' codes, in their order."""
        return tuple(factor.code for factor in self.factors)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a model makes of scores: a total of 100, and the grade whose threshold it reaches."""

    total: Decimal
    grade: str


def read_model(factors: Sequence[Mapping[str, Any]], thresholds: Mapping[str, Any], confidence: Any) -> Model:
    """Return a model from its stored data, which ``faults_of_model`` has passed."""
    return Model(
        tuple(
            Factor(each["code"], each["label"], each["question"], each["weight"], tuple(each["words"]))
            for each in factors
        ),
        dict(thresholds),
        dict(confidence),
    )


def suggest(model: Model, scores: Mapping[str, int]) -> Suggestion:
    """Return the total and the suggested grade of a full set of scores.

    The total is the weighted mean of the scores as a share of the highest, in per cent to one decimal, half away from
    zero. The grade is the highest whose threshold the exact total reaches. Raises ``KeyError`` for a missing score.
    """
    reached = sum(factor.weight * scores[factor.code] for factor in model.factors)
    most = HIGHEST_SCORE * sum(factor.weight for factor in model.factors)
    grade = next(
        (each for each in THRESHOLD_GRADES if 100 * reached >= model.thresholds[each.value] * most), PriorityGrade.P4
    )
    total = (Decimal(100 * reached) / Decimal(most)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return Suggestion(total, grade.value)


def faults_of_scores(model: Model, scores: Any) -> list[Violation]:
    """Return what is wrong with scores: a factor that the model has not, one that is missing, a score out of range."""
    if not isinstance(scores, Mapping):
        return [violation("assessment_scores_complete")]
    unknown = [_shown(str(code)) for code in scores if code not in model.codes]
    found = [
        violation("assessment_factor_known", message=f"The scoring model has no factor called {code}.")
        for code in unknown
    ]
    for factor in model.factors:
        if not is_score(scores.get(factor.code)):
            message = f"Score “{factor.label}”, from 0 to {HIGHEST_SCORE}."
            found.append(violation("assessment_scores_complete", f"scores/{factor.code}", message))
    return found


def is_score(value: Any) -> bool:
    """Say whether a value is a score: a whole number from 0 to 5."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= HIGHEST_SCORE


def faults_of_model(factors: Any, thresholds: Any, confidence: Any) -> list[Violation]:
    """Return what is wrong with a scoring model as data; a model without faults can be stored and read."""
    return [*_faults_of_factors(factors), *_faults_of_thresholds(thresholds), *_faults_of_confidence(confidence)]


def _faults_of_factors(factors: Any) -> Iterator[Violation]:
    if not isinstance(factors, list) or not 0 < len(factors) <= FACTORS_LIMIT:
        yield violation("scoring_model_has_factors")
        return
    codes = [each.get("code") if isinstance(each, dict) else None for each in factors]
    if not all(isinstance(code, str) and _is_code(code) for code in codes) or len(set(codes)) != len(codes):
        yield violation("scoring_model_has_factors")
        return
    for each in factors:
        words = each.get("words")
        texts = [each.get("label"), each.get("question"), *(words if isinstance(words, list) else [None])]
        if len(texts) != HIGHEST_SCORE + 3 or not all(map(_is_text, texts)) or len(each["label"]) > LABEL_LIMIT:
            yield violation("scoring_model_factor_has_words", f"factors/{each['code']}")
        weight = each.get("weight")
        if not isinstance(weight, int) or isinstance(weight, bool) or not 1 <= weight <= WEIGHT_LIMIT:
            yield violation("scoring_model_weights_in_range", f"factors/{each['code']}/weight")


def _faults_of_thresholds(thresholds: Any) -> Iterator[Violation]:
    values: list[Any] = [thresholds.get(grade) if isinstance(thresholds, dict) else None for grade in THRESHOLD_GRADES]
    whole = all(isinstance(each, int) and not isinstance(each, bool) and 1 <= each <= 100 for each in values)
    if not whole or len(thresholds) != len(values) or not values[0] > values[1] > values[2]:
        yield violation("scoring_model_thresholds_in_order")


def _faults_of_confidence(confidence: Any) -> Iterator[Violation]:
    if (
        not isinstance(confidence, dict)
        or set(confidence) != set(Confidence.values)
        or not all(map(_is_text, confidence.values()))
    ):
        yield violation("scoring_model_confidence_has_words")


def _shown(text: str) -> str:
    return "".join(sign if sign.isprintable() else "�" for sign in text[:LABEL_LIMIT])


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= WORDS_LIMIT


def _is_code(value: str) -> bool:
    return len(value) <= 30 and value.isascii() and value.replace("_", "").isalnum() and value == value.lower()
