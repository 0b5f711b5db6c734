"""Addresses of the domain's pages."""

from __future__ import annotations

from disruptions.urls import (
    assessing,
    desk,
    files,
    finding,
    master_list,
    pivot,
    plans,
    queues,
    recording,
    statistics,
    uploads,
    webhooks,
)

urlpatterns = [
    *finding.before_records,
    *recording.urlpatterns,
    *queues.urlpatterns,
    *plans.urlpatterns,
    *assessing.urlpatterns,
    *master_list.urlpatterns,
    *desk.urlpatterns,
    *finding.urlpatterns,
    *files.urlpatterns,
    *uploads.urlpatterns,
    *statistics.urlpatterns,
    *pivot.urlpatterns,
    *webhooks.urlpatterns,
]
