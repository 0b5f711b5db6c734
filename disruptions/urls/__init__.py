"""Addresses of the domain's pages."""

from __future__ import annotations

from disruptions.urls import assessing, finding, plans, queues, recording, statistics

urlpatterns = [
    *recording.urlpatterns,
    *queues.urlpatterns,
    *plans.urlpatterns,
    *assessing.urlpatterns,
    *finding.urlpatterns,
    *statistics.urlpatterns,
]
