"""Addresses: the pivot table."""

from __future__ import annotations

from django.urls import URLPattern, path

from disruptions.views import pivot

urlpatterns: list[URLPattern] = [
    path("pivot/", pivot.pivot, name="pivot"),
]
