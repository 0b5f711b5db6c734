"""Addresses: keeping the master list."""

from __future__ import annotations

from django.urls import URLPattern, path

from disruptions.views import master_list, master_steps, memberships, threat_hand_overs

urlpatterns: list[URLPattern] = [
    path("threats/new/", master_list.threat_new, name="threat_new"),
    path("threats/<reference:reference>/amend/", master_list.threat_amend, name="threat_amend"),
    path("threats/<reference:reference>/archive/", master_steps.threat_archive, name="threat_archive"),
    path("threats/<reference:reference>/merge/", master_steps.threat_merge, name="threat_merge"),
    path("threats/<reference:reference>/unmerge/", master_steps.threat_unmerge, name="threat_unmerge"),
    path("threats/<reference:reference>/hand-over/", threat_hand_overs.threat_hand_over, name="threat_hand_over"),
    path(
        "threats/<reference:reference>/hand-over/answer/",
        threat_hand_overs.threat_hand_over_answer,
        name="threat_hand_over_answer",
    ),
    path("ocgs/new/", master_list.ocg_new, name="ocg_new"),
    path("ocgs/<reference:reference>/amend/", master_list.ocg_amend, name="ocg_amend"),
    path("ocgs/<reference:reference>/archive/", master_steps.ocg_archive, name="ocg_archive"),
    path("ocgs/<reference:reference>/merge/", master_steps.ocg_merge, name="ocg_merge"),
    path("ocgs/<reference:reference>/unmerge/", master_steps.ocg_unmerge, name="ocg_unmerge"),
    path("ocgs/<reference:reference>/hand-over/", threat_hand_overs.ocg_hand_over, name="ocg_hand_over"),
    path(
        "ocgs/<reference:reference>/hand-over/answer/",
        threat_hand_overs.ocg_hand_over_answer,
        name="ocg_hand_over_answer",
    ),
    path("memberships/new/", memberships.membership_add, name="membership_add"),
    path("memberships/<int:pk>/end/", memberships.membership_end, name="membership_end"),
]
