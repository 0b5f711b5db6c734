"""Grade threats: an assessment by the local scoring model, what it suggests and what a person adopts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from agencies.constraints import Violation, declare, violation
from agencies.models import User, london_date
from agencies.refusals import Invalid, Refused, Stale
from disruptions.models import ScoringModel, SOCThreat, ThreatAssessment
from disruptions.models.assessment import ASSESSMENT_TEXT_LIMIT
from disruptions.permissions import require_assess
from disruptions.rules import is_storable
from disruptions.scoring import Suggestion, faults_of_scores, suggest
from disruptions.services.rows import now_and_numbers
from disruptions.services.threats import locked_threats, write_threats
from disruptions.services.versions import in_one_transaction
from disruptions.vocabulary import Change, Confidence, PriorityGrade

declare(
    "assessment_scoring_model_current",
    "scoring_model",
    "The scoring model has a newer version. Score the threat with that one: its words or weights differ.",
)
declare("assessment_grade_required", "adopted_grade", "Choose the grade that you adopt, from P1 to P4.")
declare("assessment_confidence_required", "confidence", "Say how sure you are: low, medium or high.")
declare("assessment_storable", "note", "Take out the characters that cannot be stored (null or half a character).")
declare("assessment_one_of_a_threat", "threat", "Each threat is assessed once in a set.")


@dataclass(slots=True)
class AssessmentRow:
    """An assessment as it was sent; ``threat`` is a reference.

    ``version`` is the threat's that was read, ``scoring_model`` the version of the model that was scored with; ``None``
    stands for whatever is current.
    """

    threat: str
    adopted_grade: str
    scores: Mapping[str, Any] = field(default_factory=dict)
    confidence: str = Confidence.MEDIUM.value
    override_reason: str = ""
    note: str = ""
    version: int | None = None
    scoring_model: int | None = None


def current_scoring_model() -> ScoringModel:
    """Return the version of the scoring model that new assessments use. Raises ``Refused`` where none is loaded."""
    found: ScoringModel | None = ScoringModel.objects.usable().first()
    if found is None:
        raise Refused(
            "no_scoring_model",
            "There is no scoring model yet, so nothing can be assessed. Ask a system administrator to load the "
            "reference data.",
        )
    return found


def suggest_grade(*, model: ScoringModel, scores: Mapping[str, Any], confidence: str) -> Suggestion:
    """Return what the model makes of scores; writes nothing. Raises ``Invalid`` where something is missing."""
    found = faults_of_scores(model.model, scores)
    if confidence not in Confidence.values:
        found.append(violation("assessment_confidence_required"))
    if found:
        raise Invalid(found)
    return suggest(model.model, scores)


def assess_threats(*, acting_user: User, rows: Sequence[AssessmentRow]) -> list[ThreatAssessment]:
    """Grade threats: add an assessment to each, adopt its grade and set the next review; all or none.

    The suggested grade is worked out here, never taken from whoever asks. A planned review is done with it, and an
    escalation answered. Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """

    def work() -> list[ThreatAssessment]:
        now, _ = now_and_numbers("soc_threat_number", 0)
        if len({row.threat for row in rows}) != len(rows):
            raise Invalid([violation("assessment_one_of_a_threat")])
        threats = locked_threats([row.threat for row in rows], acting_user=acting_user)
        for row in rows:
            require_assess(acting_user, threats[row.threat])
            if row.version is not None and row.version != threats[row.threat].version:
                raise Stale(threats[row.threat])
        scoring = current_scoring_model()
        found = [fault for row in rows for fault in _faults(row, scoring)]
        if found:
            raise Invalid(found)
        assessments = [_assessment(row, threats[row.threat], scoring, acting_user, now) for row in rows]
        ThreatAssessment.objects.bulk_create(assessments)
        for assessment in assessments:
            write_threats(
                [assessment.threat],
                {
                    "assessment": assessment,
                    "p_grade": assessment.adopted_grade,
                    "next_review_on": next_review(assessment.adopted_grade, london_date(now)),
                    "review_planned_on": None,
                    "escalated_to": "",
                    "escalated_at": None,
                },
                acting_user=acting_user,
                change=Change.ASSESSED,
            )
        return assessments

    return in_one_transaction(work)


def next_review(grade: str, assessed_on: date) -> date:
    """Return the day of the next review, by ``REVIEW_DAYS`` of the settings."""
    return assessed_on + timedelta(days=settings.REVIEW_DAYS[grade])


def _faults(row: AssessmentRow, scoring: ScoringModel) -> list[Violation]:
    found = []
    if row.scoring_model is not None and row.scoring_model != scoring.version:
        return [violation("assessment_scoring_model_current")]
    found += faults_of_scores(scoring.model, row.scores)
    if row.confidence not in Confidence.values:
        found.append(violation("assessment_confidence_required"))
    if row.adopted_grade not in PriorityGrade.values:
        found.append(violation("assessment_grade_required"))
    for name in ("override_reason", "note"):
        text = getattr(row, name)
        if not is_storable(text):
            found.append(violation("assessment_storable", name))
        elif len(text) > ASSESSMENT_TEXT_LIMIT:
            found.append(violation(f"threat_assessment_{name}_within_limit"))
    if not found and not row.override_reason.strip():
        suggested = suggest(scoring.model, row.scores).grade
        if suggested != row.adopted_grade:
            message = f"Say why the grade is {row.adopted_grade} and not {suggested}, which the scores suggest."
            found.append(violation("threat_assessment_override_has_reason", message=message))
    return found


def _assessment(
    row: AssessmentRow, threat: SOCThreat, scoring: ScoringModel, acting_user: User, now: Any
) -> ThreatAssessment:
    suggestion = suggest(scoring.model, row.scores)
    return ThreatAssessment(
        threat=threat,
        threat_version=threat.version + 1,
        scoring_model=scoring,
        factor_scores=dict(row.scores),
        total=suggestion.total,
        confidence=row.confidence,
        suggested_grade=suggestion.grade,
        adopted_grade=row.adopted_grade,
        previous_grade=threat.p_grade,
        override_reason=row.override_reason.strip() if suggestion.grade != row.adopted_grade else "",
        note=row.note.strip(),
        assessed_by=acting_user,
        assessed_at=now,
    )
