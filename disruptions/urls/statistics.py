"""Addresses: dashboards and statistics."""

from __future__ import annotations

from django.urls import URLPattern, path

from disruptions.views import dashboard, growth, lag, statistics

urlpatterns: list[URLPattern] = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/<slug:code>/", dashboard.dashboard_agency, name="dashboard_agency"),
    path("statistics/", statistics.statistics_index, name="statistics"),
    path("statistics/oic-01/", statistics.statistics_oic_01, name="statistics_oic_01"),
    path("statistics/trend/", statistics.statistics_trend, name="statistics_trend"),
    path("statistics/by-agency/", statistics.statistics_by_agency, name="statistics_by_agency"),
    path("statistics/by-grade/", statistics.statistics_by_grade, name="statistics_by_grade"),
    path("statistics/year-ending/", statistics.statistics_year_ending, name="statistics_year_ending"),
    path("statistics/records/", statistics.statistics_records, name="statistics_records"),
    path("statistics/agreement/", statistics.statistics_agreement, name="statistics_agreement"),
    path("statistics/growth/", growth.statistics_growth, name="statistics_growth"),
    path("statistics/lag/", lag.statistics_lag, name="statistics_lag"),
    path("statistics/threats/", statistics.statistics_threats, name="statistics_threats"),
]
