"""The sign-in pages: reachable without signing in, in the service's own look, and without anything inline."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth
from django.core import mail
from django.urls import reverse

from agencies.demonstration_accounts import ACCOUNTS, PASSWORD
from agencies.services import amend_person
from oic.account_urls import account_urls
from tests.factories import make_user

pytestmark = pytest.mark.django_db

SECRET = "correct horse battery staple"
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)


@pytest.fixture
def person(north):
    person = make_user(agency=north, email="person@north.example")
    person.set_password(SECRET)
    person.save(update_fields=["password"])
    return person


def assert_is_our_page(response, heading):
    page = response.content.decode()
    assert f"{heading}</h1>" in page
    assert "oic-header" in page
    assert not INLINE.search(page)


PUBLIC = {
    "account_login": "Sign in",
    "account_reset_password": "Reset your password",
    "account_reset_password_done": "Check your email",
    "account_reset_password_from_key_done": "Your password is changed",
    "account_inactive": "Your account is closed",
    "accessibility": "Accessibility statement",
    "privacy": "Privacy notice",
    "cookies": "Cookies",
}
SIGNED_IN = {
    "account_logout": "Sign out",
    "account_change_password": "Change your password",
    "mfa_index": "Second step when signing in",
    "your_account": "Your account",
    "help": "Help",
}


@pytest.mark.parametrize(("name", "heading"), PUBLIC.items())
def test_a_public_page_shows_without_signing_in(client, name, heading):
    assert_is_our_page(client.get(reverse(name)), heading)


@pytest.mark.parametrize(("name", "heading"), SIGNED_IN.items())
def test_a_page_of_the_account_shows_to_its_owner(client_for, person, name, heading):
    assert_is_our_page(client_for(person).get(reverse(name)), heading)


@pytest.mark.parametrize("name", SIGNED_IN)
def test_a_page_of_the_account_asks_a_stranger_to_sign_in(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response.url.startswith(("/accounts/login/", "/"))


def test_a_person_signs_in_with_address_and_password(client, person):
    response = client.post(reverse("account_login"), {"login": person.email, "password": SECRET})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_wrong_password_is_refused_with_a_summary(client, person):
    response = client.post(reverse("account_login"), {"login": person.email, "password": "wrong"})
    page = response.content.decode()
    assert "govuk-error-summary" in page
    assert "<title>Error: Sign in" in page
    assert 'value="person@north.example"' in page
    assert "wrong" not in re.sub(r"There is something wrong", "", page)


def test_what_is_missing_is_named_beside_its_field(client):
    page = client.post(reverse("account_login"), {}).content.decode()
    assert 'href="#id_login"' in page
    assert 'id="id_login-error"' in page


def test_a_password_is_reset_by_the_link_in_the_mail(client, person):
    client.post(reverse("account_reset_password"), {"email": person.email})
    [link] = re.findall(r"https?://[^/]+(/\S+)", str(mail.outbox[0].body))
    page = client.get(link, follow=True)
    assert_is_our_page(page, "Choose a new password")
    form = page.redirect_chain[-1][0]
    done = client.post(form, {"password1": "three random words", "password2": "three random words"}, follow=True)
    assert_is_our_page(done, "Your password is changed")
    person.refresh_from_db()
    assert person.check_password("three random words")


def test_a_former_address_opens_nothing(client, person, system_admin):
    """Whoever has the old mailbox can neither sign in with it nor have a link sent to it."""
    client.post(reverse("account_reset_password"), {"email": person.email})
    former = person.email
    amend_person(
        acting_user=system_admin, person=person, version=person.version, email="new@north.example", name=person.name
    )
    mail.outbox.clear()
    client.post(reverse("account_reset_password"), {"email": former})
    assert "password/reset" not in str(mail.outbox[0].body)
    client.post(reverse("account_login"), {"login": former, "password": SECRET})
    assert "_auth_user_id" not in client.session
    assert not EmailAddress.objects.exists()


def test_an_unknown_address_gets_the_same_answer(client, person):
    known = client.post(reverse("account_reset_password"), {"email": person.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@north.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_a_used_link_says_so(client):
    page = client.get(reverse("account_reset_password_from_key", args=["x", "x-y"]))
    assert_is_our_page(page, "This link no longer works")


def code_for(secret):
    return auth.format_hotp_value(auth.hotp_value(secret, next(iter(auth.yield_hotp_counters_from_time()))))


NOT_OFFERED = [
    "email/",
    "confirm-email/",
    "login/code/confirm/",
    "social/connections/",
    "3rdparty/",
    "3rdparty/signup/",
]


@pytest.mark.parametrize("path", NOT_OFFERED)
def test_what_the_service_does_not_offer_has_no_page(client_for, person, path):
    assert client_for(person).get(f"/accounts/{path}").status_code == 404


def test_registering_leads_to_signing_in(client):
    assert client.get(reverse("account_signup")).url == reverse("account_login")


def test_a_departments_sign_in_has_pages_only_where_it_is_set_up():
    def names(addresses):
        return {getattr(address, "name", None) or str(address.pattern) for address in addresses}

    without, with_department = (names(account_urls(with_department=each)) for each in (False, True))
    assert with_department - without == {"socialaccount_login_cancelled", "socialaccount_login_error", ""}


def test_a_person_without_a_password_may_choose_one(client_for, person):
    person.set_unusable_password()
    person.save(update_fields=["password"])
    assert_is_our_page(client_for(person).get(reverse("account_change_password"), follow=True), "Choose a password")


def test_the_app_is_set_up_and_then_asked_for(client, person):
    sign_in = {"login": person.email, "password": SECRET}
    client.post(reverse("account_login"), sign_in)
    asked = client.get(reverse("mfa_activate_totp"), follow=True)
    assert_is_our_page(asked, "Confirm that it is you")
    again = {"password": SECRET, "next": reverse("mfa_activate_totp")}
    page = client.post(reverse("account_reauthenticate"), again, follow=True)
    assert_is_our_page(page, "Set up the app")
    refused = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "govuk-error-summary" in refused.content.decode()
    secret = client.session[auth.SECRET_SESSION_KEY]
    codes = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)}, follow=True)
    assert_is_our_page(codes, "Recovery codes")
    assert_is_our_page(client.get(reverse("mfa_index")), "Second step when signing in")
    assert_is_our_page(client.get(reverse("mfa_deactivate_totp")), "Stop using the app")
    assert_is_our_page(client.get(reverse("mfa_generate_recovery_codes")), "Make new recovery codes")
    client.post(reverse("account_logout"))
    assert_is_our_page(client.post(reverse("account_login"), sign_in, follow=True), "Enter the code from your app")


def test_setting_up_the_app_asks_for_the_password_again(client_for, person):
    page = client_for(person).get(reverse("mfa_activate_totp"), follow=True)
    assert_is_our_page(page, "Confirm that it is you")


def test_demonstration_accounts_show_only_in_a_demonstration(client, settings):
    assert PASSWORD not in client.get(reverse("account_login")).content.decode()
    settings.DEMO = True
    page = client.get(reverse("account_login")).content.decode()
    assert PASSWORD in page
    assert "Demonstration: fictional people and records" in page
    assert all(account.email in page for account in ACCOUNTS)
