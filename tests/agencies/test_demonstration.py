"""The demonstration's accounts, the same everywhere, and only where DEMO=1."""

import base64
from datetime import date

import pytest
from django.test import Client

from agencies.demonstration_accounts import ACCOUNTS, PASSWORD
from agencies.models import Agency, ApiClient, User
from agencies.permissions import holds_role, may_administer_system
from agencies.refusals import Refused
from agencies.services import add_demonstration_accounts, load_reference_data
from agencies.services.demonstration import LONG_AGO, Added
from agencies.vocabulary import ApiScope, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration(settings):
    settings.DEMO = True
    load_reference_data()
    return add_demonstration_accounts()


def person(email):
    return User.objects.get(email=email)


def test_they_exist_only_in_a_demonstration(settings):
    settings.DEMO = False
    with pytest.raises(Refused):
        add_demonstration_accounts()
    assert not User.objects.exists()


def test_a_second_run_adds_nothing(demonstration):
    assert demonstration == Added(15, Agency.objects.count() + 1)
    assert add_demonstration_accounts() == Added(0, 0)


def test_everybody_signs_in_with_the_printed_password(demonstration):
    for account in ACCOUNTS:
        assert person(account.email).check_password(PASSWORD)
        assert person(account.email).agency.code == account.agency
        assert person(account.email).is_demonstration


@pytest.mark.parametrize(
    ("email", "roles", "national"),
    [
        ("officer@surrey.example", {Role.RECORDER}, False),
        ("approver@surrey.example", {Role.APPROVER, Role.RECORDER}, False),
        ("officer@border-force.example", {Role.RECORDER}, False),
        ("analyst@nca.example", {Role.ANALYST}, True),
        ("moderator@nca.example", {Role.MODERATOR}, True),
        ("statistician@nca.example", {Role.STATISTICIAN}, True),
        ("second-statistician@nca.example", {Role.STATISTICIAN}, True),
        ("threats@nca.example", {Role.THREAT_MANAGER}, True),
        ("viewer@bsc.example", {Role.VIEWER}, True),
        ("auditor@nca.example", {Role.AUDITOR}, True),
        ("admin@nca.example", {Role.SYSTEM_ADMIN, Role.AGENCY_ADMIN}, True),
    ],
)
def test_roles(demonstration, email, roles, national):
    somebody = person(email)
    assert {grant.role for grant in somebody.grants} == roles
    assert somebody.is_national == national
    assert holds_role(somebody, *roles, agency=somebody.agency)


def test_the_administrator_administers(demonstration):
    assert may_administer_system(person("admin@nca.example"))


def test_roles_hold_for_all_the_time_that_is_replayed(demonstration):
    assert date(2020, 1, 1) > LONG_AGO
    assert set(person("officer@kent.example").role_grants.values_list("valid_from", flat=True)) == {LONG_AGO}


def test_every_agency_has_a_client_with_all_scopes(demonstration):
    clients = ApiClient.objects.filter(sandbox=False).select_related("agency", "service_account")
    assert {client.client_id for client in clients} == {f"demo-{agency.code}" for agency in Agency.objects.all()}
    for client in clients:
        assert set(client.scopes) == set(ApiScope.values)
        assert client.rate_per_minute == 6_000
        assert client.service_account.is_service
        assert client.service_account.agency == client.agency
        assert not client.service_account.has_usable_password()
    assert holds_role(clients[0].service_account, Role.RECORDER, agency=clients[0].agency)


def test_one_agency_has_a_sandbox_client_too(demonstration):
    [client] = ApiClient.objects.filter(sandbox=True)
    assert (client.client_id, client.agency.code) == ("demo-surrey-sandbox", "surrey")
    assert set(client.scopes) == set(ApiScope.values) - {ApiScope.THREATS_WRITE}
    assert not holds_role(client.service_account, Role.THREAT_MANAGER, agency=client.agency)


@pytest.mark.parametrize("client_id", ["demo-surrey", "demo-surrey-sandbox"])
def test_a_client_gets_a_token(demonstration, client_id):
    header = "Basic " + base64.b64encode(f"{client_id}:{PASSWORD}".encode()).decode()
    response = Client().post("/oauth/token/", {"grant_type": "client_credentials"}, headers={"Authorization": header})
    assert response.status_code == 200
