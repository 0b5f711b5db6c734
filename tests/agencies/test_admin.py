"""Django's admin: reference data by the services, nothing deleted, libraries' tables out of sight."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.core import mail
from django.urls import reverse

from agencies.models import Agency, AgencyEvent, AuditEntry, Region, User
from agencies.vocabulary import AuditAction
from tests.factories import make_api_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(client_for, system_admin):
    return client_for(system_admin)


def agency_data(agency, **changes):
    return {
        "name": agency.name,
        "short_name": agency.short_name,
        "kind": agency.kind,
        "statistics_group": agency.statistics_group,
        "region": agency.region_id or "",
        "read_version": agency.version,
        **changes,
    }


def test_only_a_system_administrator_gets_in(client_for, agency_admin, auditor, analyst):
    for person in (agency_admin, auditor, analyst):
        assert client_for(person).get("/admin/").status_code == 302


def test_the_index_shows_our_tables_and_no_librarys(site):
    page = site.get("/admin/").content.decode()
    assert "/admin/agencies/agency/" in page
    for label in ("oauth2_provider", "account", "mfa", "socialaccount", "auth", "django_tasks_database"):
        assert f"/admin/{label}/" not in page


def test_a_librarys_tables_are_refused(site):
    for model in admin.site._registry:
        if model._meta.app_label not in {"agencies", "disruptions"}:
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            assert site.get(address).status_code == 403, model


@pytest.mark.parametrize("name", ["region", "agency", "user", "rolegrant", "apiclient", "auditentry"])
def test_every_list_and_record_opens_and_none_can_be_deleted(site, north, recorder, name):
    make_api_client(agency=north)
    AuditEntry.objects.create(action=AuditAction.VIEWED, subject="list")
    record = apps.get_model("agencies", name).objects.first()
    assert site.get(reverse(f"admin:agencies_{name}_changelist")).status_code == 200
    page = site.get(reverse(f"admin:agencies_{name}_change", args=[record.pk]))
    assert page.status_code == 200
    assert "deletelink" not in page.content.decode()
    assert site.post(reverse(f"admin:agencies_{name}_delete", args=[record.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", ["rolegrant", "apiclient", "auditentry"])
def test_what_is_read_only_can_be_neither_added_nor_changed(site, north, recorder, name):
    make_api_client(agency=north)
    AuditEntry.objects.create(action=AuditAction.VIEWED, subject="list")
    record = apps.get_model("agencies", name).objects.first()
    assert site.get(reverse(f"admin:agencies_{name}_add")).status_code == 403
    assert site.post(reverse(f"admin:agencies_{name}_change", args=[record.pk]), {}).status_code == 403


def test_an_agency_is_amended_by_the_service(site, system_admin, north):
    address = reverse("admin:agencies_agency_change", args=[north.pk])
    assert site.post(address, agency_data(north, contact="desk@north.example")).status_code == 302
    north.refresh_from_db()
    assert (north.contact, north.version) == ("desk@north.example", 2)
    assert list(AgencyEvent.objects.filter(id=north.pk).values_list("version", flat=True)) == [1, 2]
    entry = AuditEntry.objects.get(subject="agency")
    assert (entry.user, entry.detail) == (
        system_admin,
        {"changes": {"contact": ["oic@north.example", "desk@north.example"]}},
    )


def test_a_stale_amendment_is_refused_and_says_so(site, north):
    address = reverse("admin:agencies_agency_change", args=[north.pk])
    site.post(address, agency_data(north, contact="first@north.example"))
    response = site.post(address, agency_data(north, contact="second@north.example"), follow=True)
    assert "Somebody else saved this meanwhile" in response.content.decode()
    north.refresh_from_db()
    assert north.contact == "first@north.example"


def test_a_constraint_is_an_error_of_the_form(site, north, south):
    response = site.post(reverse("admin:agencies_agency_change", args=[north.pk]), agency_data(north, name=south.name))
    assert response.status_code == 200
    assert "Another agency has this name." in response.content.decode()


def test_an_agency_and_a_region_are_added_by_the_services(site):
    assert site.post(reverse("admin:agencies_region_add"), {"code": "isles", "name": "The Isles"}).status_code == 302
    region = Region.objects.get(code="isles")
    data = {
        "code": "skerry",
        "name": "Skerry Police",
        "short_name": "Skerry",
        "kind": "territorial_force",
        "statistics_group": "police_ew",
        "region": region.pk,
    }
    assert site.post(reverse("admin:agencies_agency_add"), data).status_code == 302
    assert Agency.objects.get(code="skerry").region == region
    assert set(AuditEntry.objects.filter(action="changed").values_list("subject", flat=True)) == {"region", "agency"}


def test_a_region_is_renamed_by_the_service(site, north):
    address = reverse("admin:agencies_region_change", args=[north.region.pk])
    assert site.post(address, {"name": "The Far North"}).status_code == 302
    assert Region.objects.get(pk=north.region.pk).name == "The Far North"


def test_a_person_added_here_is_invited(site, north, django_capture_on_commit_callbacks):
    data = {"name": "Pat New", "email": "Pat@north.example", "agency": north.pk}
    with django_capture_on_commit_callbacks(execute=True):
        assert site.post(reverse("admin:agencies_user_add"), data).status_code == 302
    assert User.objects.get(email="pat@north.example").status == "invited"
    assert mail.outbox[0].to == ["pat@north.example"]


def test_a_person_is_amended_by_the_service(site, recorder):
    data = {"name": "Rowan Renamed", "email": recorder.email, "agency": recorder.agency_id, "read_version": 1}
    assert site.post(reverse("admin:agencies_user_change", args=[recorder.pk]), data).status_code == 302
    recorder.refresh_from_db()
    assert (recorder.name, recorder.version) == ("Rowan Renamed", 2)
