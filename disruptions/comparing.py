"""Two assessments of a threat beside each other, factor by factor. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from disruptions.models import ThreatAssessment


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One factor: its score in either, with what the score meant in the model of the time."""

    label: str
    before: int | None
    before_words: str
    after: int | None
    after_words: str

    @property
    def difference(self) -> int | None:
        """The change of the score; nothing where either has none."""
        return None if self.before is None or self.after is None else self.after - self.before


def compare_assessments(before: ThreatAssessment, after: ThreatAssessment) -> list[FactorRow]:
    """Return a row per factor that either scored, in the later model's order; one in no model goes by its code."""
    known = {each.code: each for assessment in (before, after) for each in _factors(assessment)}
    order = [each.code for each in _factors(after)]
    order += [code for each in (after, before) for code in each.factor_scores if code not in order]
    return [
        FactorRow(
            known[code].label if code in known else code.replace("_", " ").capitalize(),
            *_scored(before, code),
            *_scored(after, code),
        )
        for code in dict.fromkeys(order)
    ]


def _factors(assessment: ThreatAssessment) -> Any:
    scoring = assessment.scoring_model
    return scoring.model.factors if scoring.factors else ()


def _scored(assessment: ThreatAssessment, code: str) -> tuple[int | None, str]:
    score = assessment.factor_scores.get(code)
    if score is None:
        return None, ""
    factor = next((each for each in _factors(assessment) if each.code == code), None)
    return score, factor.words[score] if factor is not None and score < len(factor.words) else ""
