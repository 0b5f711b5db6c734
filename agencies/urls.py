"""Addresses of the floor's pages."""

from __future__ import annotations

from django.urls import path

from agencies.views import agencies, api_clients, audit, people

app_name = "agencies"

urlpatterns = [
    path("agencies/", agencies.agency_list, name="agency_list"),
    path("agencies/add/", agencies.agency_add, name="agency_add"),
    path("agencies/<slug:code>/", agencies.agency_detail, name="agency_detail"),
    path("agencies/<slug:code>/amend/", agencies.agency_amend, name="agency_amend"),
    path("people/", people.person_list, name="person_list"),
    path("people/invite/", people.person_invite, name="person_invite"),
    path("people/<int:pk>/", people.person_detail, name="person_detail"),
    path("people/<int:pk>/amend/", people.person_amend, name="person_amend"),
    path("people/<int:pk>/roles/add/", people.person_grant, name="person_grant"),
    path("people/<int:pk>/roles/<int:grant_pk>/end/", people.person_end_role, name="person_end_role"),
    path("people/<int:pk>/leave/", people.person_leave, name="person_leave"),
    path("people/<int:pk>/reinstate/", people.person_reinstate, name="person_reinstate"),
    path("people/<int:pk>/send-link/", people.person_send_link, name="person_send_link"),
    path("api-clients/", api_clients.api_client_list, name="api_client_list"),
    path("api-clients/add/", api_clients.api_client_add, name="api_client_add"),
    path("api-clients/<slug:client_id>/", api_clients.api_client_detail, name="api_client_detail"),
    path("api-clients/<slug:client_id>/amend/", api_clients.api_client_amend, name="api_client_amend"),
    path("api-clients/<slug:client_id>/rotate/", api_clients.api_client_rotate, name="api_client_rotate"),
    path("api-clients/<slug:client_id>/revoke/", api_clients.api_client_revoke, name="api_client_revoke"),
    path(
        "api-clients/<slug:client_id>/secrets/<int:secret_pk>/revoke/",
        api_clients.api_client_revoke_secret,
        name="api_client_revoke_secret",
    ),
    path("audit/", audit.audit_list, name="audit_list"),
]
