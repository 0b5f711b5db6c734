"""What the forms of the floor do: one journey each, and what they say when refused."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from agencies.models import Agency, ApiClient, ApiClientSecret, RoleGrant, User, oic_now
from agencies.services import digest_of
from agencies.vocabulary import PersonStatus, Role
from tests.factories import make_api_client, make_user

pytestmark = pytest.mark.django_db


def agency_form(agency, **changes):
    return {
        "name": agency.name,
        "short_name": agency.short_name,
        "kind": agency.kind,
        "statistics_group": agency.statistics_group,
        "region": agency.region.code,
        "contact": agency.contact,
        "version": agency.version,
        **changes,
    }


@pytest.fixture
def admin_page(client_for, agency_admin):
    return client_for(agency_admin)


@pytest.fixture
def system_page(client_for, system_admin):
    return client_for(system_admin)


def test_an_agency_is_amended(system_page, north, south):
    address = reverse("agencies:agency_amend", args=["north"])
    days = {"active_from_day": "1", "active_from_month": "April", "active_from_year": "2020"}
    response = system_page.post(address, agency_form(north, contact="desk@north.example", parent="south", **days))
    assert response.url == "/agencies/north/"
    north.refresh_from_db()
    assert (north.contact, north.parent, north.version) == ("desk@north.example", south, 2)
    assert north.active_from.isoformat() == "2020-04-01"


def test_a_conflict_shows_both_sides_keeps_what_was_typed_and_saves_the_second_time(system_page, north):
    address = reverse("agencies:agency_amend", args=["north"])
    system_page.post(address, agency_form(north, contact="theirs@north.example"))
    mine = agency_form(north, contact="mine@north.example")
    response = system_page.post(address, mine)
    page = response.content.decode()
    assert response.status_code == 409
    assert "theirs@north.example" in page
    assert 'value="mine@north.example"' in page
    (version,) = re.findall(r'name="version" value="(\d+)"', page)
    assert system_page.post(address, mine | {"version": version}).status_code == 302
    north.refresh_from_db()
    assert (north.contact, north.version) == ("mine@north.example", 3)


@pytest.mark.parametrize("version", ["", "x", "99999999999999999999", "-1"])
def test_a_form_without_a_sensible_version_is_a_conflict(system_page, north, version):
    address = reverse("agencies:agency_amend", args=["north"])
    response = system_page.post(address, agency_form(north, contact="x@north.example", version=version))
    assert response.status_code == 409


def test_a_rule_of_the_database_is_an_error_beside_its_field(system_page, north, south):
    response = system_page.post(
        reverse("agencies:agency_amend", args=["north"]), agency_form(north, name=south.name, ons_code="E1")
    )
    page = response.content.decode()
    assert response.status_code == 400
    assert 'href="#id_name">Another agency has this name.' in page
    assert 'href="#id_ons_code">An ONS code is a letter and eight digits' in page


def test_an_agency_is_added(system_page, north):
    data = agency_form(north, code="east", name="East Police", short_name="East")
    assert system_page.post(reverse("agencies:agency_add"), data).url == "/agencies/east/"
    assert Agency.objects.get(code="east").region == north.region


def test_an_invitation_sends_a_link_that_sets_a_password(admin_page, client, north, django_capture_on_commit_callbacks):
    data = {"agency": "north", "name": "Pat O'Hara", "email": "pat@north.example", "roles": ["recorder", "approver"]}
    with django_capture_on_commit_callbacks(execute=True):
        response = admin_page.post(reverse("agencies:person_invite"), data, follow=True)
    person = User.objects.get(email="pat@north.example")
    assert "with a link to choose a password" in response.content.decode()
    assert {grant.role for grant in person.grants} == {"recorder", "approver"}
    letter = mail.outbox[0]
    assert "Dear Pat O'Hara" in letter.body
    (link,) = re.findall(r"http://testserver(\S+)", str(letter.body))
    page = client.get(link, follow=True)
    password = "a-password-nobody-has-guessed"
    client.post(page.request["PATH_INFO"], {"password1": password, "password2": password})
    person.refresh_from_db()
    assert person.check_password(password)
    assert person.status == PersonStatus.ACTIVE
    again = client.get(link, follow=True).content.decode()
    assert 'name="password1"' not in again


def test_an_invitation_says_what_is_wrong(admin_page, outsider):
    address = reverse("agencies:person_invite")
    data = {"agency": "north", "name": "Pat", "email": outsider.email}
    response = admin_page.post(address, data)
    assert response.status_code == 400
    assert 'href="#id_email">Somebody is already registered' in response.content.decode()
    assert admin_page.post(address, data | {"agency": "south"}).status_code == 400
    assert admin_page.post(address, data | {"roles": ["system_admin"]}).status_code == 400
    assert mail.outbox == []


def test_a_person_is_amended(admin_page, recorder):
    address = reverse("agencies:person_amend", args=[recorder.pk])
    data = {"name": "Rowan Renamed", "email": recorder.email, "version": 1}
    assert admin_page.post(address, data).url == reverse("agencies:person_detail", args=[recorder.pk])
    assert admin_page.post(address, data | {"name": "Too late"}).status_code == 409
    recorder.refresh_from_db()
    assert recorder.name == "Rowan Renamed"


def test_an_agency_administrator_gives_and_ends_a_role(admin_page, nobody, north):
    address = reverse("agencies:person_grant", args=[nobody.pk])
    assert admin_page.post(address, {"role": "approver"}).status_code == 302
    grant = RoleGrant.objects.get(user=nobody)
    assert (grant.role, grant.scope, grant.agency) == ("approver", "agency", north)
    again = admin_page.post(address, {"role": "approver"})
    assert "They already hold this role there." in again.content.decode()
    end = reverse("agencies:person_end_role", args=[nobody.pk, grant.pk])
    page = admin_page.post(end, {"version": 1}, follow=True).content.decode()
    assert "The role approver has ended" in page
    assert not User.objects.get(pk=nobody.pk).grants


@pytest.mark.parametrize("data", [{"role": "auditor"}, {"role": "system_admin"}, {"role": "king"}, {}])
def test_an_agency_administrator_is_not_offered_what_they_may_not_give(admin_page, nobody, data):
    assert admin_page.post(reverse("agencies:person_grant", args=[nobody.pk]), data).status_code == 400
    assert not RoleGrant.objects.filter(user=nobody).exists()


@pytest.mark.parametrize(
    ("data", "scope", "target"),
    [
        ({"scope": "nation", "agency": "north", "region": "the-south"}, "nation", None),
        ({"scope": "agency", "agency": "south"}, "agency", "south"),
        ({"scope": "region", "region": "the-south", "agency": "north"}, "region", "the-south"),
    ],
)
def test_a_system_administrator_gives_a_role_as_far_as_it_should_reach(
    system_page, nobody, north, south, data, scope, target
):
    address = reverse("agencies:person_grant", args=[nobody.pk])
    assert system_page.post(address, {"role": "analyst", **data}).status_code == 302
    grant = RoleGrant.objects.get(user=nobody)
    assert grant.scope == scope
    assert getattr(grant.agency or grant.region, "code", None) == target


@pytest.mark.parametrize("scope", ["agency", "region", "planet", ""])
def test_a_role_without_its_target_is_refused(system_page, nobody, scope):
    address = reverse("agencies:person_grant", args=[nobody.pk])
    assert system_page.post(address, {"role": "analyst", "scope": scope}).status_code == 400


def test_a_leaver_and_their_return(admin_page, recorder, django_capture_on_commit_callbacks):
    page = admin_page.post(reverse("agencies:person_leave", args=[recorder.pk]), {"version": 1}, follow=True)
    assert "is marked as a leaver" in page.content.decode()
    assert User.objects.get(pk=recorder.pk).status == PersonStatus.LEFT
    with django_capture_on_commit_callbacks(execute=True):
        page = admin_page.post(reverse("agencies:person_reinstate", args=[recorder.pk]), {"version": 2}, follow=True)
    assert "is back" in page.content.decode()
    assert mail.outbox[0].to == [recorder.email]


def test_a_stale_step_is_not_taken(admin_page, recorder):
    page = admin_page.post(reverse("agencies:person_leave", args=[recorder.pk]), {"version": 0}, follow=True)
    assert "Somebody else has changed this meanwhile" in page.content.decode()
    assert User.objects.get(pk=recorder.pk).is_active


def test_a_link_is_sent_on_request(admin_page, recorder, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        admin_page.post(reverse("agencies:person_send_link", args=[recorder.pk]))
    assert "choose a new password" in mail.outbox[0].body


@pytest.mark.parametrize("name", ["person_end_role", "person_reinstate", "person_send_link"])
def test_a_step_is_never_taken_by_following_a_link(admin_page, recorder, name):
    more = [recorder.role_grants.get().pk] if name == "person_end_role" else []
    assert admin_page.get(reverse(f"agencies:{name}", args=[recorder.pk, *more])).status_code == 405


def test_an_api_client_is_added_and_its_secret_is_shown_once(admin_page, north):
    data = {
        "agency": "north",
        "name": "Records",
        "scopes": ["disruptions:write", "disruptions:read"],
        "networks": "192.0.2.0/24\n\n 2001:db8::/32 ",
        "rate_per_minute": "60",
        "expires_on_day": "31",
        "expires_on_month": "3",
        "expires_on_year": "2199",
    }
    response = admin_page.post(reverse("agencies:api_client_add"), data)
    client = ApiClient.objects.get()
    secret = re.findall(r'<code class="oic-secret">([^<]+)</code>', response.content.decode())[1]
    assert ApiClientSecret.objects.get().sha256 == digest_of(secret)
    assert "no-store" in response["Cache-Control"]
    assert client.networks == ["192.0.2.0/24", "2001:db8::/32"]
    assert client.expires_at.isoformat().startswith("2199-03-31T22:59:59")
    page = admin_page.get(reverse("agencies:api_client_detail", args=[client.client_id])).content.decode()
    assert secret not in page
    assert f"…{secret[-4:]}" in page


def test_an_api_client_form_says_what_is_wrong(admin_page, north):
    data = {"agency": "north", "name": "Records", "networks": "everywhere", "rate_per_minute": "0"}
    page = admin_page.post(reverse("agencies:api_client_add"), data | {"scopes": ["all"]})
    assert page.status_code == 400
    page = admin_page.post(
        reverse("agencies:api_client_add"), data | {"scopes": ["disruptions:read"], "rate_per_minute": "1"}
    )
    assert 'href="#id_networks">Enter networks in CIDR form' in page.content.decode()
    assert not ApiClient.objects.exists()


def test_an_api_client_is_amended_rotated_and_revoked(admin_page, north):
    client = make_api_client(agency=north, client_id="north-system")

    def address(name, *more):
        return reverse(f"agencies:{name}", args=["north-system", *more])

    data = {"name": "Renamed", "scopes": ["threats:read"], "rate_per_minute": "5"}
    assert admin_page.post(address("api_client_amend"), data).status_code == 302
    client.refresh_from_db()
    assert (client.name, client.scopes, client.rate_per_minute) == ("Renamed", ["threats:read"], 5)
    old = client.secrets.get()
    assert "oic-secret" in admin_page.post(address("api_client_rotate"), {"overlap": "7"}).content.decode()
    assert client.secrets.live_at(oic_now()).count() == 2
    assert admin_page.post(address("api_client_revoke_secret", old.pk)).status_code == 302
    assert client.secrets.live_at(oic_now()).count() == 1
    assert admin_page.post(address("api_client_revoke")).status_code == 302
    page = admin_page.get(address("api_client_detail")).content.decode()
    assert "Revoked" in page
    assert "Make a new secret" not in page


def test_the_account_page_shows_roles_and_the_second_step(client_for, approver):
    page = client_for(approver).get("/account/").content.decode()
    assert "Approver" in page
    assert "Recording officer" in page
    assert reverse("account_change_password") in page
    assert reverse("mfa_index") in page


def test_the_menu_offers_what_opens(client_for, recorder, agency_admin, auditor):
    def menu(person):
        page = client_for(person).get("/account/").content.decode()
        return {name for name in ("people", "audit") if f'href="/{name}/"' in page}

    assert menu(recorder) == set()
    assert menu(agency_admin) == {"people"}
    assert menu(auditor) == {"audit"}


def test_people_of_an_agency_show_on_its_page_to_its_administrator_only(client_for, agency_admin, recorder, outsider):
    address = reverse("agencies:agency_detail", args=["north"])
    assert recorder.email in client_for(agency_admin).get(address).content.decode()
    for person in (outsider, make_user(agency=outsider.agency, roles=[Role.AGENCY_ADMIN])):
        assert recorder.email not in client_for(person).get(address).content.decode()
