"""Grade threats: an assessment by the local scoring model, what it suggests and what a person adopts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from agencies.models import User, london_date
from disruptions.models import ThreatAssessment
from disruptions.services.rows import now_and_numbers
from disruptions.services.threats import locked_threats, write_threats
from disruptions.services.versions import in_one_transaction
from disruptions.vocabulary import PriorityGrade

REVIEW_DAYS: Final = {
    PriorityGrade.P1: 28,
    PriorityGrade.P2: 91,
    PriorityGrade.P3: 182,
    PriorityGrade.P4: 365,
}
"""Days from an assessment to the next review, by grade: a proposal, not a national rule (domain report, 1.2)."""


@dataclass(slots=True)
class AssessmentRow:
    """An assessment as it was sent; ``threat`` is a reference."""

    threat: str
    adopted_grade: str
    scoring_model: str
    suggested_grade: str | None = None
    factor_scores: dict[str, int] = field(default_factory=dict)
    confidence: str = "medium"
    override_reason: str = ""


def assess_threats(*, acting_user: User, rows: Sequence[AssessmentRow]) -> list[ThreatAssessment]:
    """Grade threats: add an assessment to each, adopt its grade and set the next review; all or none.

    Raises ``NotFound``, ``Refused`` or ``Invalid``.
    """

    def work() -> list[ThreatAssessment]:
        now, _ = now_and_numbers("soc_threat_number", 0)
        threats = locked_threats([row.threat for row in rows], acting_user)
        assessments = [
            ThreatAssessment(
                threat=threats[row.threat],
                scoring_model=row.scoring_model,
                factor_scores=row.factor_scores,
                confidence=row.confidence,
                suggested_grade=row.suggested_grade,
                adopted_grade=row.adopted_grade,
                override_reason=row.override_reason,
                assessed_by=acting_user,
                assessed_at=now,
            )
            for row in rows
        ]
        ThreatAssessment.objects.bulk_create(assessments)
        for assessment in assessments:
            threat = assessment.threat
            write_threats(
                [threat],
                {
                    "assessment": assessment,
                    "p_grade": assessment.adopted_grade,
                    "next_review_on": _next_review(assessment.adopted_grade, london_date(now)),
                },
                acting_user=acting_user,
            )
        return assessments

    return in_one_transaction(work)


def _next_review(grade: str, assessed_on: date) -> date | None:
    days = REVIEW_DAYS.get(PriorityGrade(grade)) if grade in PriorityGrade.values else None
    return assessed_on + timedelta(days=days) if days else None
