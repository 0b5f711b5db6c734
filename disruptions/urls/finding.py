"""Addresses: finding."""

from __future__ import annotations

from django.urls import URLPattern, path

from disruptions.views import facets, finding, search, threats

before_records: list[URLPattern] = [
    path("disruptions/facets/", facets.disruption_facets, name="disruption_facets"),
    path("disruptions/facets/counts/", facets.disruption_counts, name="disruption_counts"),
    path("disruptions/columns/", facets.disruption_columns, name="disruption_columns"),
]
"""Addresses that the page of a record would take for a reference."""

urlpatterns: list[URLPattern] = [
    path("disruptions/", finding.disruption_list, name="disruption_list"),
    path("search/", search.search, name="search"),
    path("search/records/", finding.record_search, name="record_search"),
    path("search/threats/", threats.threat_search, name="threat_search"),
    path("threats/", threats.threat_list, name="threat_list"),
    path("threats/<str:reference>/", threats.threat_detail, name="threat_detail"),
    path("ocgs/", threats.ocg_list, name="ocg_list"),
    path("ocgs/<str:reference>/", threats.ocg_detail, name="ocg_detail"),
]
