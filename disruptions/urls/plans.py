"""Addresses: the plans of threats, and the list of threats beside another list."""

from __future__ import annotations

from django.urls import URLPattern, path

from disruptions.views import plans, reconciling

urlpatterns: list[URLPattern] = [
    path("threats/reconcile/", reconciling.threat_reconcile, name="threat_reconcile"),
    path("threats/<reference:reference>/plan/add/", plans.plan_action_new, name="plan_action_new"),
    path("threats/<reference:reference>/plan/<int:pk>/", plans.plan_action_amend, name="plan_action_amend"),
    path(
        "threats/<reference:reference>/plan/<int:pk>/disruptions/",
        plans.plan_action_disruptions,
        name="plan_action_disruptions",
    ),
    path("disruptions/<reference:reference>/plan/", plans.disruption_plan, name="disruption_plan"),
]
