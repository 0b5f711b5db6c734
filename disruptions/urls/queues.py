"""Addresses: work that waits for approvers and moderators."""

from __future__ import annotations

from django.urls import URLPattern, path

from disruptions.views import queues

urlpatterns: list[URLPattern] = [
    path("disruptions/queue/", queues.review_queue, name="review_queue"),
    path("disruptions/queue/approve/", queues.review_bulk_approve, name="review_bulk_approve"),
    path("disruptions/moderation/", queues.moderation_queue, name="moderation_queue"),
]
