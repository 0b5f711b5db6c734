"""`POST /oauth/token/`: client credentials, by Basic authentication or in the body."""

import base64
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from oauth2_provider.models import get_access_token_model

from agencies.models import ApiClientSecret, AuditEntry, oic_now
from agencies.services import digest_of
from agencies.vocabulary import ApiScope, AuditAction
from tests.factories import CLIENT_SECRET, make_api_client

pytestmark = pytest.mark.django_db

ADDRESS = "/oauth/token/"


@pytest.fixture
def partner(north):
    return make_api_client(agency=north, client_id="partner")


def basic(client_id, secret):
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def ask(*, client_id="partner", secret=CLIENT_SECRET, **more):
    """Ask for a token by Basic authentication."""
    data = {"grant_type": "client_credentials", **more.pop("data", {})}
    return Client().post(ADDRESS, data, headers={"Authorization": basic(client_id, secret)}, **more)


def who_is(token, **meta):
    """Return whom a bearer token lets in, as the API asks it."""
    request = RequestFactory().get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"}, **meta)
    return OAuth2Authentication().authenticate(request)


def test_basic_authentication_gives_a_token(partner):
    response = ask()
    assert response.status_code == 200
    assert response.json()["token_type"] == "Bearer"
    assert response.json()["expires_in"] == 3600
    assert set(response.json()["scope"].split()) == set(ApiScope.values)
    assert response["Cache-Control"] == "no-store"
    assert "refresh_token" not in response.json()


def test_the_body_gives_a_token(partner):
    data = {"grant_type": "client_credentials", "client_id": "partner", "client_secret": CLIENT_SECRET}
    assert Client().post(ADDRESS, data).status_code == 200


def test_the_token_acts_as_the_service_account(partner):
    user, token = who_is(ask().json()["access_token"])
    assert user == partner.service_account
    assert token.application == partner


def test_a_token_is_checked_in_one_query(partner, django_assert_num_queries):
    token = ask().json()["access_token"]
    with django_assert_num_queries(1):
        user, access = who_is(token)
        assert user.agency == access.application.agency


def test_tokens_and_secrets_are_kept_as_digests(partner):
    token = ask().json()["access_token"]
    kept = get_access_token_model().objects.get()
    assert token not in (kept.token, kept.token_checksum)
    assert kept.token == ""
    assert ApiClientSecret.objects.get().sha256 == digest_of(CLIENT_SECRET)


def test_fewer_scopes_on_request(partner):
    assert ask(data={"scope": "statistics:read"}).json()["scope"] == "statistics:read"


def test_a_scope_that_the_client_lacks_is_refused(north):
    make_api_client(agency=north, client_id="partner", scopes=[ApiScope.STATISTICS_READ])
    response = ask(data={"scope": "disruptions:write"})
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_scope"
    assert ask().json()["scope"] == "statistics:read"


@pytest.mark.parametrize(
    ("client_id", "secret"),
    [
        ("partner", "wrong"),
        ("partner", ""),
        ("partner", "0" * 64),
        ("partner", digest_of(CLIENT_SECRET)),
        ("nobody", CLIENT_SECRET),
        ("", ""),
        ("part\0ner", CLIENT_SECRET),
    ],
)
def test_wrong_credentials_are_refused_alike(partner, client_id, secret):
    response = ask(client_id=client_id, secret=secret)
    assert response.status_code == 401
    assert response.json() == {"error": "invalid_client"}
    assert "WWW-Authenticate" in response


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic bm9jb2xvbg==", "Basic /w=="])
def test_a_header_that_cannot_be_read_is_refused(partner, header):
    response = Client().post(ADDRESS, {"grant_type": "client_credentials"}, headers={"Authorization": header})
    assert response.status_code == 401
    assert response.json() == {"error": "invalid_client"}


def test_the_librarys_own_secret_column_opens_nothing(partner):
    assert ask(secret=partner.client_secret).status_code == 401
    type(partner).objects.filter(pk=partner.pk).update(client_secret="plain", hash_client_secret=False)
    assert ask(secret="plain").status_code == 401


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password", "username": "a", "password": "b"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, "unsupported_grant_type"),
    ],
)
def test_other_grants_are_refused_as_rfc_6749_says(partner, data, error):
    response = Client().post(ADDRESS, data, headers={"Authorization": basic("partner", CLIENT_SECRET)})
    assert response.status_code == 400
    assert response.json()["error"] == error
    assert response["Content-Type"] == "application/json"


def test_only_post(partner):
    assert Client().get(ADDRESS).status_code == 405


def test_two_secrets_overlap(partner):
    ApiClientSecret.objects.create(client=partner, sha256=digest_of("second"), hint="cond")
    assert ask().status_code == 200
    assert ask(secret="second").status_code == 200


def test_an_expired_or_revoked_secret_is_refused(partner):
    now = oic_now()
    second = ApiClientSecret.objects.create(client=partner, sha256=digest_of("second"), hint="cond", expires_at=now)
    assert ask(secret="second").status_code == 401
    ApiClientSecret.objects.filter(pk=second.pk).update(expires_at=None, revoked_at=now)
    assert ask(secret="second").status_code == 401
    assert ask().status_code == 200


@pytest.mark.parametrize("change", [{"is_active": False}, {"expires_at": oic_now}, {"networks": ["192.0.2.0/24"]}])
def test_a_client_that_may_not_enter_gets_no_token_and_its_old_token_fails(partner, change):
    token = ask().json()["access_token"]
    assert who_is(token) is not None
    values = {name: value() if callable(value) else value for name, value in change.items()}
    type(partner).objects.filter(pk=partner.pk).update(**values)
    assert ask().status_code == 401
    assert who_is(token) is None


def test_a_client_whose_account_is_off_gets_no_token(partner):
    account = partner.service_account
    type(account).objects.filter(pk=account.pk).update(is_active=False, version=2)
    assert ask().status_code == 401


def test_a_client_may_enter_from_its_networks(partner):
    type(partner).objects.filter(pk=partner.pk).update(networks=["192.0.2.0/24", "2001:db8::/32"])
    assert ask(REMOTE_ADDR="192.0.2.9").status_code == 200
    assert ask(REMOTE_ADDR="2001:db8::1").status_code == 200
    assert ask(REMOTE_ADDR="198.51.100.1").status_code == 401


def test_a_claimed_address_is_not_believed(partner, settings):
    type(partner).objects.filter(pk=partner.pk).update(networks=["192.0.2.0/24"])
    headers = {"Authorization": basic("partner", CLIENT_SECRET), "X-Forwarded-For": "192.0.2.1, 198.51.100.7"}
    data = {"grant_type": "client_credentials"}
    assert Client().post(ADDRESS, data, headers=headers).status_code == 401
    settings.TRUSTED_PROXY_COUNT = 1
    assert Client().post(ADDRESS, data, headers=headers).status_code == 401
    settings.TRUSTED_PROXY_COUNT = 2
    assert Client().post(ADDRESS, data, headers=headers).status_code == 200


def test_an_expired_token_lets_nobody_in(partner):
    token = ask().json()["access_token"]
    get_access_token_model().objects.update(expires=oic_now() - timedelta(seconds=1))
    assert who_is(token) is None


def test_a_token_is_logged_under_the_client(partner):
    ask()
    entry = AuditEntry.objects.get(action=AuditAction.SIGNED_IN)
    assert (entry.subject, entry.reference, entry.user) == ("api_client", "partner", partner.service_account)
    assert entry.address == "127.0.0.1"
    partner.refresh_from_db()
    assert partner.last_used_at is not None


def test_a_refusal_is_logged_under_the_claimed_id(partner):
    ask(secret="wrong")
    entry = AuditEntry.objects.get(action=AuditAction.SIGN_IN_FAILED)
    assert (entry.reference, entry.user, entry.agency) == ("partner", None, partner.agency)
    assert "wrong" not in str(entry.detail)
