"""Addresses: saved views, and what is done to several records at once."""

from __future__ import annotations

from django.urls import URLPattern, path

from disruptions.views import saved_views, together

urlpatterns: list[URLPattern] = [
    path("disruptions/together/done/<uuid:public_id>/", together.together_done, name="together_done"),
    path("disruptions/together/<slug:act>/", together.together_preview, name="together_preview"),
    path("views/", saved_views.view_list, name="view_list"),
    path("views/new/", saved_views.view_new, name="view_new"),
    path("views/first/", saved_views.view_first, name="view_first"),
    path("views/first/roles/", saved_views.view_first_of_roles, name="view_first_of_roles"),
    path("views/<uuid:public_id>/", saved_views.view_detail, name="view_detail"),
    path("views/<uuid:public_id>/change/", saved_views.view_change, name="view_change"),
    path("views/<uuid:public_id>/retire/", saved_views.view_retire, name="view_retire"),
    path("views/<uuid:public_id>/follow/", saved_views.view_follow, name="view_follow"),
]
