"""Addresses of the domain's pages."""

from __future__ import annotations

from disruptions.urls import assessing, finding, master_list, plans, queues, recording, statistics, webhooks

urlpatterns = [
    *recording.urlpatterns,
    *queues.urlpatterns,
    *plans.urlpatterns,
    *assessing.urlpatterns,
    *master_list.urlpatterns,
    *finding.urlpatterns,
    *statistics.urlpatterns,
    *webhooks.urlpatterns,
]
