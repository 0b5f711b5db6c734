"""Addresses: my work, recording, one record."""

from __future__ import annotations

from django.urls import URLPattern, path

from disruptions.views import (
    handing_over,
    home,
    record,
    recording,
    review,
    standing,
    supporting,
    threat_requests,
    unsaved,
)

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("disruptions/new/", recording.disruption_new, name="disruption_new"),
    path("disruptions/new/keep/", unsaved.disruption_new_keep, name="disruption_new_keep"),
    path("disruptions/<reference:reference>/", record.disruption_detail, name="disruption_detail"),
    path("disruptions/<reference:reference>/amend/", recording.disruption_amend, name="disruption_amend"),
    path("disruptions/<reference:reference>/amend/<slug:step>/", recording.disruption_step, name="disruption_step"),
    path(
        "disruptions/<reference:reference>/amend/<slug:step>/keep/",
        unsaved.disruption_step_keep,
        name="disruption_step_keep",
    ),
    path(
        "disruptions/<reference:reference>/ask-for-threat/",
        threat_requests.disruption_ask_for_threat,
        name="disruption_ask_for_threat",
    ),
    path("threats/requests/", threat_requests.threat_request_list, name="threat_request_list"),
    path("threats/requests/<int:pk>/", threat_requests.threat_request_answer, name="threat_request_answer"),
    path("disruptions/<reference:reference>/submit/", standing.disruption_submit, name="disruption_submit"),
    path("disruptions/<reference:reference>/withdraw/", standing.disruption_withdraw, name="disruption_withdraw"),
    path("disruptions/<reference:reference>/reopen/", standing.disruption_reopen, name="disruption_reopen"),
    path(
        "disruptions/<reference:reference>/hand-over/", handing_over.disruption_hand_over, name="disruption_hand_over"
    ),
    path("disruptions/<reference:reference>/hand-over/answer/", handing_over.hand_over_answer, name="hand_over_answer"),
    path("disruptions/<reference:reference>/lead/", supporting.support_answer, name="support_answer"),
    path("disruptions/<reference:reference>/review/", review.disruption_review, name="disruption_review"),
]
