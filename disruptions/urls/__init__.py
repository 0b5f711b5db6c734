"""Addresses of the domain's pages."""

from __future__ import annotations

from disruptions.urls import finding, recording, statistics

urlpatterns = [*recording.urlpatterns, *finding.urlpatterns, *statistics.urlpatterns]
