"""Addresses of the domain's pages."""

from __future__ import annotations

from disruptions.urls import finding, queues, recording, statistics

urlpatterns = [*recording.urlpatterns, *queues.urlpatterns, *finding.urlpatterns, *statistics.urlpatterns]
