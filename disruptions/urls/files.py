"""Addresses: files that people take away."""

from __future__ import annotations

from django.urls import URLPattern, path

from disruptions.views import exports

urlpatterns: list[URLPattern] = [
    path("exports/", exports.export_list, name="export_list"),
    path("exports/new/", exports.export_new, name="export_new"),
    path("exports/<uuid:public_id>/", exports.export_detail, name="export_detail"),
    path("exports/<uuid:public_id>/file/", exports.export_file, name="export_file"),
    path("exports/<uuid:public_id>/outcomes/", exports.export_outcomes, name="export_outcomes"),
    path("exports/<uuid:public_id>/notes/", exports.export_notes, name="export_notes"),
]
