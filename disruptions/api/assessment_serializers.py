"""The shapes of assessments and of the scoring model on the wire, for the schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from disruptions.api.serializers import THREAT_PATTERN
from disruptions.models.assessment import ASSESSMENT_TEXT_LIMIT
from disruptions.scoring import HIGHEST_SCORE
from disruptions.vocabulary import Confidence, PriorityGrade


class AssessmentInput(serializers.Serializer[Any]):
    """A grading of a threat, as it is sent."""

    threat = serializers.RegexField(THREAT_PATTERN, help_text="The threat's reference.")
    scoring_model = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="The version that you scored with; refused if it is not the present one, which is taken if left out.",
    )
    scores = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=HIGHEST_SCORE),
        help_text="A score from 0 to 5 for every factor of the scoring model, by the factor's code.",
    )
    confidence = serializers.ChoiceField(choices=Confidence.choices, help_text="How sure you are of the scores.")
    adopted_grade = serializers.ChoiceField(choices=PriorityGrade.choices, help_text="The grade that you adopt.")
    override_reason = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=ASSESSMENT_TEXT_LIMIT,
        help_text="Why it is another than the suggested one. Needed where it is.",
    )
    note = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=ASSESSMENT_TEXT_LIMIT,
        help_text="What the scores rest on. No names of people.",
    )


class AssessmentSerializer(serializers.Serializer[Any]):
    """One grading of a threat. It is never changed."""

    id = serializers.IntegerField(min_value=1)
    threat = serializers.RegexField(THREAT_PATTERN)
    threat_version = serializers.IntegerField(min_value=1, help_text="The version of the threat that it made.")
    scoring_model = serializers.IntegerField(min_value=1, help_text="The version of the scoring model that was used.")
    scores = serializers.DictField(child=serializers.IntegerField(), help_text="By the factor's code.")
    total = serializers.DecimalField(
        max_digits=4, decimal_places=1, allow_null=True, help_text="What the model makes of the scores, of 100."
    )
    confidence = serializers.ChoiceField(choices=Confidence.choices)
    suggested_grade = serializers.ChoiceField(choices=PriorityGrade.choices, allow_null=True)
    adopted_grade = serializers.ChoiceField(choices=PriorityGrade.choices)
    previous_grade = serializers.ChoiceField(choices=PriorityGrade.choices, allow_null=True)
    override = serializers.BooleanField(help_text="Whether another grade was adopted than the suggested one.")
    override_reason = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    agency = serializers.CharField(help_text="Code of the agency of whoever assessed it.")
    assessed_at = serializers.DateTimeField()


class FactorSerializer(serializers.Serializer[Any]):
    """One thing that is scored."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF takes declared fields out of the class
    question = serializers.CharField()
    weight = serializers.IntegerField(min_value=1)
    words = serializers.ListField(child=serializers.CharField(), help_text="What each score means, from 0 to 5.")


class ThresholdsSerializer(serializers.Serializer[Any]):
    """The lowest total of 100 that suggests each grade; below the last it is P4."""

    P1 = serializers.IntegerField()
    P2 = serializers.IntegerField()
    P3 = serializers.IntegerField()


class ScoringModelSerializer(serializers.Serializer[Any]):
    """A version of the local scoring model."""

    version = serializers.IntegerField(min_value=1)
    name = serializers.CharField()
    factors = FactorSerializer(many=True)
    thresholds = ThresholdsSerializer()
    confidence = serializers.DictField(child=serializers.CharField(), help_text="What low, medium and high mean.")
    note = serializers.CharField(help_text="What is new in this version.")
    created_at = serializers.DateTimeField()
