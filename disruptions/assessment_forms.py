"""The controls of the pages of assessing and reviewing threats. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from agencies.constraints import Violation
from agencies.form_fields import DatePartsField
from disruptions.forms import simple_summary
from disruptions.models import SOCThreat, ThreatAssessment
from disruptions.scoring import HIGHEST_SCORE, THRESHOLD_GRADES, Factor, Model
from disruptions.vocabulary import Confidence, Escalation, PriorityGrade

SCORE: Final = "score_"
NOT_A_CHOICE: Final = "Choose one of the answers."


class CodedForm(forms.Form):
    """A form whose faults come from the service, each with its code; a fault without a control stands at the first."""

    def __init__(self, data: QueryDict | None, **options: Any) -> None:
        super().__init__(data, **options)
        self.codes: dict[str, str] = {}

    def refuse(self, violations: Iterable[Violation]) -> None:
        """Put the first violation of each control beside it, unless something else is wrong with it already."""
        for each in violations:
            name = self.control_of(each.field)
            if name in self.errors:
                continue
            self.codes[name] = each.code
            self.add_error(name, ValidationError(each.message, code=each.code))

    def control_of(self, field: str) -> str:
        """Return the control that a wire field has here."""
        return field if field in self.fields else next(iter(self.fields))

    def summary(self) -> list[dict[str, Any]]:
        """Return the entries of the error summary, each linked to its control."""
        return simple_summary(self, self.codes) if self.is_bound else []


class AssessForm(CodedForm):
    """The factors of the scoring model with their words, how sure one is, and the grade that is adopted."""

    confidence = forms.ChoiceField(
        label="How sure are you of these scores?",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": NOT_A_CHOICE},
    )
    note = forms.CharField(
        label="What do they rest on?",
        required=False,
        widget=forms.Textarea,
        help_text="In a few sentences, for whoever assesses it next. No names of people.",
    )
    adopted_grade = forms.ChoiceField(
        label="Which grade do you adopt?",
        required=False,
        choices=PriorityGrade.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": NOT_A_CHOICE},
    )
    override_reason = forms.CharField(
        label="If it differs from the suggested grade, why?",
        required=False,
        widget=forms.Textarea,
        help_text="What you know that the scores do not say.",
    )

    def __init__(self, data: QueryDict | None, model: Model, before: ThreatAssessment | None) -> None:
        super().__init__(data)
        scored = {
            SCORE + factor.code: forms.ChoiceField(
                label=factor.label,
                required=False,
                choices=[(str(score), f"{score}: {words}") for score, words in enumerate(factor.words)],
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": NOT_A_CHOICE},
                help_text=_hint(factor, before),
            )
            for factor in model.factors
        }
        self.model = model
        self.fields = {**scored, **self.fields}
        confidence = self.fields["confidence"]
        assert isinstance(confidence, forms.ChoiceField)  # noqa: S101 - declared above
        confidence.choices = [(each.value, f"{each.label}: {model.confidence[each.value]}") for each in Confidence]

    @property
    def scored(self) -> list[Any]:
        """The controls of the factors."""
        return [self[SCORE + code] for code in self.model.codes]

    def scores(self) -> dict[str, int]:
        """Return the scores that were chosen, by factor."""
        chosen = {code: self.cleaned_data.get(SCORE + code) for code in self.model.codes}
        return {code: int(score) for code, score in chosen.items() if score}

    def control_of(self, field: str) -> str:
        """Return the control of a factor for its score, and the first one for what has none."""
        return super().control_of(SCORE + field.removeprefix("scores/") if field.startswith("scores/") else field)


class PlanReviewsForm(CodedForm):
    """The day for which reviews are planned."""

    planned_on = DatePartsField(
        label="When will they be reviewed?",
        noun="the day of the review",
        required=False,
        help_text="For example, 15 1 2027.",
    )


class EscalateForm(CodedForm):
    """Whom a threat is escalated to, and why."""

    to = forms.ChoiceField(
        label="Who is to look at it?",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": NOT_A_CHOICE},
    )
    reason = forms.CharField(
        label="What do you need from them?",
        required=False,
        widget=forms.Textarea,
        help_text="And why your agency cannot do it alone. No names of people.",
    )

    def __init__(self, data: QueryDict | None, threat: SOCThreat) -> None:
        super().__init__(data)
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)  # noqa: S101 - declared above
        rocu = threat.lead_agency.rocu
        to.choices = [
            *([(Escalation.ROCU.value, f"{rocu.name}, the regional unit")] if rocu else []),
            (Escalation.NCA.value, Escalation.NCA.label),
        ]


class EndEscalationForm(CodedForm):
    """What became of an escalation."""

    answer = forms.CharField(
        label="What was decided?",
        required=False,
        widget=forms.Textarea,
        help_text="The threat’s managers and those it was escalated to read this.",
    )


class ScoringModelForm(CodedForm):
    """Weights, words and thresholds of the next version of the scoring model."""

    note = forms.CharField(
        label="What is new in this version, and why?", required=False, widget=forms.Textarea, initial=""
    )

    def __init__(self, data: QueryDict | None, model: Model) -> None:
        super().__init__(data)
        self.model = model
        made: dict[str, forms.Field] = {}
        for factor in model.factors:
            made |= _controls_of(factor)
        for grade in THRESHOLD_GRADES:
            made[f"threshold_{grade.value}"] = _number(f"{grade.value} from", model.thresholds[grade.value])
        for each in Confidence:
            made[f"confidence_{each.value}"] = _words(f"{each.label} confidence", model.confidence[each.value])
        self.fields = {**made, **self.fields}

    def values(self) -> dict[str, Any]:
        """Return the version as data, with what cannot be read as it was typed."""
        typed = self.cleaned_data
        return {
            "factors": [
                {
                    "code": factor.code,
                    "label": typed[f"label_{factor.code}"].strip(),
                    "question": typed[f"question_{factor.code}"].strip(),
                    "weight": _whole(typed[f"weight_{factor.code}"]),
                    "words": [typed[f"words_{factor.code}_{score}"].strip() for score in range(HIGHEST_SCORE + 1)],
                }
                for factor in self.model.factors
            ],
            "thresholds": {grade.value: _whole(typed[f"threshold_{grade.value}"]) for grade in THRESHOLD_GRADES},
            "confidence": {each: typed[f"confidence_{each}"].strip() for each in Confidence.values},
            "note": typed["note"],
        }

    def control_of(self, field: str) -> str:
        """Return the control that a path of the data stands for."""
        parts = field.split("/")
        named = {
            "thresholds": "threshold_P1",
            "confidence": "confidence_low",
            "factors": f"label_{parts[1]}" if len(parts) > 1 else "",
        }.get(parts[0], field)
        return super().control_of(f"weight_{parts[1]}" if parts[-1] == "weight" and len(parts) > 2 else named)


def hidden_of(form: AssessForm) -> Mapping[str, str]:
    """Return what the first part of an assessment holds, for the second part to send along."""
    names = [*(SCORE + code for code in form.model.codes), "confidence", "note"]
    return {name: str(form.cleaned_data.get(name) or "") for name in names}


def _hint(factor: Factor, before: ThreatAssessment | None) -> str:
    score = before.factor_scores.get(factor.code) if before is not None else None
    return factor.question if score is None else f"{factor.question} Last time: {score}."


def _controls_of(factor: Factor) -> dict[str, forms.Field]:
    controls: dict[str, forms.Field] = {
        f"label_{factor.code}": _words("Name", factor.label),
        f"question_{factor.code}": _words("Question", factor.question),
        f"weight_{factor.code}": _number("Weight", factor.weight),
    }
    for score, words in enumerate(factor.words):
        controls[f"words_{factor.code}_{score}"] = _words(f"What {score} means", words)
    return controls


def _words(label: str, initial: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, initial=initial)


def _number(label: str, initial: int) -> forms.CharField:
    return forms.CharField(label=label, required=False, initial=str(initial))


def _whole(text: str) -> int | str:
    stripped = text.strip()
    return int(stripped) if stripped.isascii() and stripped.isdecimal() and len(stripped) < 10 else text
