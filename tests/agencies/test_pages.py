"""The pages of the floor: who gets in, what they show, and how many queries they take."""

import pytest
from django.urls import reverse

from agencies.models import Agency, AuditEntry, User
from agencies.vocabulary import AuditAction, Role
from tests.factories import make_agency, make_api_client, make_user

pytestmark = pytest.mark.django_db

OK, REFUSED, ABSENT = 200, 403, 404
PLAIN = [
    "recorder",
    "approver",
    "analyst",
    "moderator",
    "statistician",
    "threat_manager",
    "viewer",
    "outsider",
    "nobody",
]


@pytest.fixture
def addresses(north, recorder):
    """Every page that can be opened, about somebody and something of the north."""
    client = make_api_client(agency=north, client_id="north-system")
    return {
        "agency_list": reverse("agencies:agency_list"),
        "agency_detail": reverse("agencies:agency_detail", args=["north"]),
        "agency_add": reverse("agencies:agency_add"),
        "agency_amend": reverse("agencies:agency_amend", args=["north"]),
        "person_list": reverse("agencies:person_list"),
        "person_invite": reverse("agencies:person_invite"),
        "person_detail": reverse("agencies:person_detail", args=[recorder.pk]),
        "person_amend": reverse("agencies:person_amend", args=[recorder.pk]),
        "person_grant": reverse("agencies:person_grant", args=[recorder.pk]),
        "person_leave": reverse("agencies:person_leave", args=[recorder.pk]),
        "api_client_list": reverse("agencies:api_client_list"),
        "api_client_add": reverse("agencies:api_client_add"),
        "api_client_detail": reverse("agencies:api_client_detail", args=[client.client_id]),
        "api_client_amend": reverse("agencies:api_client_amend", args=[client.client_id]),
        "api_client_rotate": reverse("agencies:api_client_rotate", args=[client.client_id]),
        "api_client_revoke": reverse("agencies:api_client_revoke", args=[client.client_id]),
        "audit_list": reverse("agencies:audit_list"),
    }


EVERYBODY = {"agency_list", "agency_detail"}
OF_ADMINISTRATORS = {"person_list", "person_invite", "api_client_list", "api_client_add"}
ABOUT_THE_NORTH = {
    "person_detail",
    "person_amend",
    "person_grant",
    "person_leave",
    "api_client_detail",
    "api_client_amend",
    "api_client_rotate",
    "api_client_revoke",
}


def answers(client, addresses):
    return {name: client.get(address).status_code for name, address in addresses.items()}


@pytest.mark.parametrize("role", PLAIN)
def test_without_an_administrators_role_only_agencies_open(request, client_for, addresses, role):
    found = answers(client_for(request.getfixturevalue(role)), addresses)
    assert found == {name: OK if name in EVERYBODY else REFUSED for name in addresses}


def test_an_administrator_opens_what_belongs_to_their_agency(client_for, addresses, agency_admin):
    expected = {name: OK if name in EVERYBODY | OF_ADMINISTRATORS | ABOUT_THE_NORTH else REFUSED for name in addresses}
    assert answers(client_for(agency_admin), addresses) == expected


def test_another_agencys_people_and_clients_are_not_there(client_for, addresses, south):
    stranger = make_user(agency=south, roles=[Role.AGENCY_ADMIN])
    expected = {
        name: OK if name in EVERYBODY | OF_ADMINISTRATORS else ABSENT if name in ABOUT_THE_NORTH else REFUSED
        for name in addresses
    }
    assert answers(client_for(stranger), addresses) == expected


def test_a_system_administrator_opens_everything(client_for, addresses, system_admin):
    assert set(answers(client_for(system_admin), addresses).values()) == {OK}


def test_an_auditor_opens_the_log(client_for, addresses, auditor):
    found = answers(client_for(auditor), addresses)
    assert {name for name, status in found.items() if status == OK} == EVERYBODY | {"audit_list"}


def test_a_stranger_is_asked_to_sign_in(client, addresses):
    for address in addresses.values():
        response = client.get(address)
        assert response.status_code == 302
        assert response.url.startswith("/accounts/login/")


def test_a_refusal_says_whom_to_ask_and_is_logged(client_for, recorder):
    response = client_for(recorder).get(reverse("agencies:person_list"))
    assert "Ask an administrator of North Police" in response.content.decode()
    entry = AuditEntry.objects.get(action=AuditAction.REFUSED)
    assert (entry.user, entry.reference, entry.detail["code"]) == (recorder, "/people/", "not_an_administrator")


def test_what_is_absent_is_404(client_for, system_admin):
    client = client_for(system_admin)
    for address in ("/agencies/nowhere/", "/people/999999/", "/people/99999999999999999999/", "/api-clients/none/"):
        assert client.get(address).status_code == ABSENT


def test_a_service_account_is_no_person(client_for, system_admin, north):
    account = make_api_client(agency=north).service_account
    assert client_for(system_admin).get(reverse("agencies:person_detail", args=[account.pk])).status_code == ABSENT


def test_a_regional_administrator_sees_the_region(client_for, north, south):
    admin = make_user(agency=north, regional_roles=[Role.AGENCY_ADMIN])
    neighbour = make_user(agency=make_agency(region=north.region), name="Nat Neighbour")
    make_user(agency=south, name="Fay Faraway")
    page = client_for(admin).get(reverse("agencies:person_list")).content.decode()
    assert neighbour.name in page
    assert "Fay Faraway" not in page


# ---------------------------------------------------------------------------------------------------------------- lists


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("agency_list", {"agancy": "north"}),
        ("agency_list", {"kind": "castle"}),
        ("agency_list", {"region": "nowhere"}),
        ("person_list", {"status": "gone"}),
        ("person_list", {"role": "king"}),
        ("person_list", {"agency": "nowhere"}),
        ("person_list", {"q": "a\0b"}),
        ("audit_list", {"from": "yesterday"}),
        ("audit_list", {"from": "2026-02-01", "to": "2026-01-01"}),
        ("audit_list", {"action": "danced"}),
        ("audit_list", {"who": "me"}),
    ],
)
def test_a_bad_or_unknown_filter_is_an_error_and_shows_nothing(client_for, system_admin, name, query):
    response = client_for(system_admin).get(reverse(f"agencies:{name}"), query)
    assert response.status_code == 400
    page = response.content.decode()
    assert "There is a problem" in page
    assert '<td class="govuk-table__cell' not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "NORTH"}, {"North Police"}),
        ({"kind": "law_enforcement_agency"}, {"National Centre"}),
        ({"region": ["the-north", "the-south"]}, {"North Police", "South Police"}),
        ({"kind": "territorial_force", "region": "the-south"}, {"South Police"}),
    ],
)
def test_agencies_are_filtered(client_for, north, south, centre, recorder, query, found):
    page = client_for(recorder).get(reverse("agencies:agency_list"), query).content.decode()
    assert {agency.name for agency in Agency.objects.all() if f">{agency.name}</a></th>" in page} == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "rowan"}, {"Rowan Recorder"}),
        ({"q": "SOUTH.example"}, {"Oak Outsider"}),
        ({"agency": "centre"}, {"Sasha System"}),
        ({"role": "recorder"}, {"Rowan Recorder", "Oak Outsider"}),
        ({"status": "left"}, {"Lee Leaver"}),
        ({"status": "invited"}, {"Ivy Invited"}),
        ({"status": ["left", "invited"]}, {"Lee Leaver", "Ivy Invited"}),
        ({"status": "inactive"}, set()),
        ({"status": "active", "agency": "north"}, {"Rowan Recorder"}),
    ],
)
def test_people_are_filtered(client_for, system_admin, recorder, outsider, north, query, found):
    leaver = make_user(agency=north, name="Lee Leaver", is_active=False)
    User.objects.filter(pk=leaver.pk).update(left_at="2026-01-01T00:00:00Z", version=2)
    invited = make_user(agency=north, name="Ivy Invited")
    invited.set_unusable_password()
    invited.save(update_fields=["password"])
    page = client_for(system_admin).get(reverse("agencies:person_list"), query).content.decode()
    table = page.partition("<tbody")[2]
    assert {person.name for person in User.objects.all() if f">{person.name}</a>" in table} == found


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(
    ("name", "queries"), [("agency_list", 8), ("person_list", 10), ("api_client_list", 9), ("audit_list", 8)]
)
def test_a_list_takes_as_many_queries_for_30_rows_as_for_one(
    client_for, system_admin, north, django_assert_num_queries, name, queries, rows
):
    for number in range(rows):
        user = make_user(agency=north, roles=[Role.RECORDER, Role.APPROVER])
        make_api_client(agency=make_agency(code=f"force-x{number}"))
        AuditEntry.objects.create(action=AuditAction.VIEWED, user=user, agency=north, subject="disruption")
    client = client_for(system_admin)
    client.get("/help/")
    with django_assert_num_queries(queries):
        assert client.get(reverse(f"agencies:{name}")).status_code == OK


def test_a_list_has_pages(client_for, recorder):
    for _ in range(60):
        make_agency()
    client = client_for(recorder)
    first = client.get(reverse("agencies:agency_list")).content.decode()
    second = client.get(reverse("agencies:agency_list"), {"page": 2}).content.decode()
    assert "Showing <strong>1</strong> to <strong>50</strong> of <strong>61 agencies</strong>" in first
    assert "Showing <strong>51</strong> to <strong>61</strong>" in second
