"""Addresses: the webhooks of an API client."""

from __future__ import annotations

from django.urls import URLPattern, path

from disruptions.views import webhooks

_ALL = "api-clients/<slug:client_id>/webhooks/"
_ONE = f"{_ALL}<uuid:public_id>/"

urlpatterns: list[URLPattern] = [
    path(_ALL, webhooks.webhook_list, name="webhook_list"),
    path(f"{_ALL}add/", webhooks.webhook_add, name="webhook_add"),
    path(_ONE, webhooks.webhook_detail, name="webhook_detail"),
    path(f"{_ONE}amend/", webhooks.webhook_amend, name="webhook_amend"),
    path(f"{_ONE}rotate/", webhooks.webhook_rotate, name="webhook_rotate"),
    path(f"{_ONE}pause/", webhooks.webhook_pause, name="webhook_pause"),
    path(f"{_ONE}test/", webhooks.webhook_ping, name="webhook_ping"),
    path(f"{_ONE}send-again/", webhooks.webhook_replay, name="webhook_replay"),
    path(f"{_ONE}remove/", webhooks.webhook_remove, name="webhook_remove"),
]
