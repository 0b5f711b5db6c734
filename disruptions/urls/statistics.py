"""Addresses: dashboards and statistics."""

from __future__ import annotations

from django.urls import URLPattern, path

from disruptions.views import dashboard, definitions, extracts, growth, lag, quality, revisions, statistics

urlpatterns: list[URLPattern] = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/regions/<slug:code>/", dashboard.dashboard_region, name="dashboard_region"),
    path("dashboard/rocus/<slug:code>/", dashboard.dashboard_rocu, name="dashboard_rocu"),
    path("dashboard/<slug:code>/", dashboard.dashboard_agency, name="dashboard_agency"),
    path("help/figures/", definitions.help_figures, name="help_figures"),
    path("help/glossary/", definitions.help_glossary, name="help_glossary"),
    path("statistics/", statistics.statistics_index, name="statistics"),
    path("statistics/oic-01/", statistics.statistics_oic_01, name="statistics_oic_01"),
    path("statistics/trend/", statistics.statistics_trend, name="statistics_trend"),
    path("statistics/by-agency/", statistics.statistics_by_agency, name="statistics_by_agency"),
    path("statistics/by-grade/", statistics.statistics_by_grade, name="statistics_by_grade"),
    path("statistics/year-ending/", statistics.statistics_year_ending, name="statistics_year_ending"),
    path("statistics/records/", statistics.statistics_records, name="statistics_records"),
    path("statistics/agreement/", statistics.statistics_agreement, name="statistics_agreement"),
    path("statistics/quality/", quality.statistics_quality, name="statistics_quality"),
    path("statistics/quality/<slug:code>/", quality.statistics_quality_agency, name="statistics_quality_agency"),
    path("statistics/growth/", growth.statistics_growth, name="statistics_growth"),
    path("statistics/lag/", lag.statistics_lag, name="statistics_lag"),
    path("statistics/threats/", statistics.statistics_threats, name="statistics_threats"),
    path("statistics/extracts/", extracts.extract_list, name="extract_list"),
    path("statistics/extracts/new/", extracts.extract_new, name="extract_new"),
    path("statistics/extracts/<reference:reference>/", extracts.extract_detail, name="extract_detail"),
    path("statistics/extracts/<reference:reference>/records/", extracts.extract_records, name="extract_records"),
    path("statistics/extracts/<reference:reference>/sign-off/", extracts.extract_sign_off, name="extract_sign_off"),
    path("statistics/extracts/<reference:reference>/set-aside/", extracts.extract_set_aside, name="extract_set_aside"),
    path("statistics/extracts/<reference:reference>/check/", extracts.extract_check, name="extract_check"),
    path("statistics/revisions/", revisions.statistics_revisions, name="statistics_revisions"),
    path("statistics/revisions/records/", revisions.statistics_revision_records, name="statistics_revision_records"),
]
