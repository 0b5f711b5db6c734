"""Addresses: finding."""

from __future__ import annotations

from django.urls import URLPattern, path

from disruptions.views import finding, threats

urlpatterns: list[URLPattern] = [
    path("disruptions/", finding.disruption_list, name="disruption_list"),
    path("search/records/", finding.record_search, name="record_search"),
    path("search/threats/", threats.threat_search, name="threat_search"),
    path("threats/", threats.threat_list, name="threat_list"),
    path("threats/<str:reference>/", threats.threat_detail, name="threat_detail"),
    path("ocgs/", threats.ocg_list, name="ocg_list"),
    path("ocgs/<str:reference>/", threats.ocg_detail, name="ocg_detail"),
]
