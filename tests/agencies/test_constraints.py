"""Each constraint of the floor by its name, straight at the database, past all Python."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from agencies.constraints import is_declared
from agencies.models import Agency, ApiClient, ApiClientSecret, AuditEntry, Region, RoleGrant, User
from agencies.vocabulary import Role
from tests.factories import grant_role, make_api_client

pytestmark = pytest.mark.django_db


def refused(queryset, **values):
    """Return the name of the constraint that refuses an update, and that it is a coded rule."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        queryset.update(**values)
    name = caught.value.__cause__.diag.constraint_name  # type: ignore[union-attr]  # psycopg2 says which
    assert is_declared(name)
    return name


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("agency_code_unique", {"code": "south"}),
        ("agency_name_unique", {"name": "South Police"}),
        ("agency_code_is_a_slug", {"code": "North"}),
        ("agency_code_is_a_slug", {"code": "north--shire"}),
        ("agency_code_is_a_slug", {"code": ""}),
        ("agency_kind_known", {"kind": "castle"}),
        ("agency_statistics_group_known", {"statistics_group": "everybody"}),
        ("agency_active_until_after_from", {"active_from": "2026-02-02", "active_until": "2026-02-01"}),
        ("agency_ons_code_blank_or_nine", {"ons_code": "E2300003"}),
        ("agency_ons_code_blank_or_nine", {"ons_code": "e23000032"}),
    ],
)
def test_agency(north, south, name, values):
    assert refused(Agency.objects.filter(pk=north.pk), version=2, **values) == name


def test_an_agency_is_not_its_own_parent_or_rocu(north):
    assert refused(Agency.objects.filter(pk=north.pk), version=2, parent=north) == "agency_parent_is_another"
    assert refused(Agency.objects.filter(pk=north.pk), version=2, rocu=north) == "agency_rocu_is_another"


def test_region(north):
    assert refused(Region.objects.filter(pk=north.region_id), code="The North") == "region_code_is_a_slug"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("user_email_unique", {"email": "outsider@south.example"}),
        ("user_email_lower_case", {"email": "Recorder@north.example"}),
        ("user_left_cannot_sign_in", {"left_at": "2026-01-01T00:00:00Z"}),
    ],
)
def test_user(recorder, outsider, name, values):
    assert refused(User.objects.filter(pk=recorder.pk), version=2, **values) == name


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("role_grant_role_known", {"role": "king"}),
        ("role_grant_scope_names_its_target", {"agency": None}),
        ("role_grant_scope_names_its_target", {"scope": "nation"}),
        ("role_grant_scope_names_its_target", {"scope": "region"}),
        ("role_grant_scope_names_its_target", {"scope": "planet"}),
        ("role_grant_until_after_from", {"valid_until": date(2014, 12, 31)}),
        ("role_grant_ended_has_last_day", {"ended_at": "2026-01-01T00:00:00Z"}),
    ],
)
def test_role_grant(recorder, name, values):
    assert refused(RoleGrant.objects.filter(user=recorder), version=2, **values) == name


def test_nobody_grants_to_themselves(recorder):
    assert (
        refused(RoleGrant.objects.filter(user=recorder), version=2, granted_by=recorder)
        == "role_grant_given_by_another"
    )


def test_a_role_is_held_once(recorder, north, analyst):
    another = grant_role(user=recorder, role=Role.VIEWER, agency=north)
    assert refused(RoleGrant.objects.filter(pk=another.pk), version=2, role="recorder") == "role_grant_held_once"
    # Without an agency or a region too: a null counts as a value.
    national = grant_role(user=analyst, role=Role.VIEWER)
    assert refused(RoleGrant.objects.filter(pk=national.pk), version=2, role="analyst") == "role_grant_held_once"


@pytest.mark.parametrize(
    ("name", "values"),
    [("api_client_scopes_known", {"scopes": ["everything"]}), ("api_client_rate_positive", {"rate_per_minute": 0})],
)
def test_api_client(north, name, values):
    client = make_api_client(agency=north)
    assert refused(ApiClient.objects.filter(pk=client.pk), **values) == name


def test_api_client_secret(north):
    client = make_api_client(agency=north)
    secrets = ApiClientSecret.objects.filter(client=client)
    assert refused(secrets, sha256="in the clear") == "api_client_secret_is_a_digest"
    assert refused(secrets, expires_at="2000-01-01T00:00:00Z") == "api_client_secret_expires_after_made"
    with pytest.raises(IntegrityError, match="api_client_secret_unique"), transaction.atomic():
        ApiClientSecret.objects.create(client=client, sha256=secrets.get().sha256, hint="xxxx")


def test_audit_entry():
    with pytest.raises(IntegrityError, match="audit_entry_action_known"), transaction.atomic():
        AuditEntry.objects.create(action="danced", subject="list")


@pytest.mark.parametrize(
    ("model", "table"),
    [(Agency, "agencies_agency"), (User, "agencies_user"), (RoleGrant, "agencies_rolegrant")],
)
def test_a_change_without_a_new_version_is_refused(recorder, model, table):
    columns = {
        "agencies_agency": "contact = 'x'",
        "agencies_user": "name = 'x'",
        "agencies_rolegrant": "role = 'viewer'",
    }
    with (
        pytest.raises(IntegrityError, match="one_row_per_version"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table} SET {columns[table]}")


def test_a_password_is_no_version(recorder):
    recorder.set_password("another-password-altogether")
    recorder.save(update_fields=["password"])
    assert recorder.version == 1
