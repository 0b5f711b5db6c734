"""Addresses: assessing threats and their review cycle."""

from __future__ import annotations

from django.urls import URLPattern, path

from disruptions.views import assessing, reassessing

urlpatterns: list[URLPattern] = [
    path("threats/reassessment/", reassessing.reassessment_queue, name="reassessment_queue"),
    path("threats/reassessment/plan/", reassessing.reassessment_plan, name="reassessment_plan"),
    path("threats/<reference:reference>/escalate/", reassessing.threat_escalate, name="threat_escalate"),
    path("threats/scoring/", assessing.scoring_model, name="scoring_model"),
    path("threats/scoring/amend/", assessing.scoring_model_amend, name="scoring_model_amend"),
    path("threats/<reference:reference>/assess/", assessing.threat_assess, name="threat_assess"),
    path(
        "threats/<reference:reference>/assessments/compare/",
        assessing.threat_assessment_compare,
        name="threat_assessment_compare",
    ),
]
"""``recording`` registers the converter of references."""
