"""A session in use goes on; one that ended loses nothing that the same person typed."""

import re
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from disruptions.models import UnsavedStep
from disruptions.views.typed import token_of
from disruptions.vocabulary import Status
from tests.disruptions.pages import text_of, value_of
from tests.factories import PASSWORD, make_disruption

pytestmark = pytest.mark.django_db

TYPED = {"summary": "Half a sentence", "occurred_on_day": "7", "action": "next"}


@pytest.fixture
def draft(recorder):
    return make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT)


def address_of(draft):
    return reverse("disruption_step", args=[draft.reference, "what"])


def seconds_left():
    return (Session.objects.get().expire_date - timezone.now()).total_seconds()


def let_pass(share):
    """Let a share of the session's time pass."""
    ends = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE * (1 - share))
    Session.objects.update(expire_date=ends)


def sign_in(client, person, back):
    return client.post(back, {"login": person.email, "password": PASSWORD})


def test_a_session_in_use_is_renewed_after_a_quarter_of_its_time(client_for, recorder):
    client = client_for(recorder)
    let_pass(0.2)
    client.get("/help/")
    assert seconds_left() < settings.SESSION_COOKIE_AGE * 0.81
    let_pass(0.3)
    client.get("/help/")
    assert seconds_left() > settings.SESSION_COOKIE_AGE * 0.99


def test_a_session_that_is_not_used_ends(client_for, recorder):
    client = client_for(recorder)
    let_pass(1.01)
    assert client.get("/help/").headers["Location"] == "/accounts/login/?next=/help/"


def test_a_page_knows_how_long_its_session_lasts(client_for, recorder):
    client = client_for(recorder)
    let_pass(0.1)
    [seconds] = re.findall(r'data-session-seconds="(\d+)"', client.get("/help/").content.decode())
    assert abs(int(seconds) - settings.SESSION_COOKIE_AGE * 0.9) < 5
    assert "data-session-seconds" not in Client().get("/accounts/login/").content.decode()


def test_somebody_stays_signed_in_by_a_button(client_for, recorder):
    client = client_for(recorder)
    let_pass(0.9)
    answer = client.post(reverse("session_extend"))
    assert answer.json() == {"seconds": settings.SESSION_COOKIE_AGE}
    assert seconds_left() > settings.SESSION_COOKIE_AGE * 0.99


def test_what_a_script_is_answered_says_how_long_the_session_lasts(client_for, recorder):
    answer = client_for(recorder).get(reverse("threat_search"), {"q": "x"})
    assert abs(int(answer.headers["X-Session-Seconds"]) - settings.SESSION_COOKIE_AGE) <= 2
    assert "X-Session-Seconds" not in Client().get(reverse("health"), headers={"Accept": "application/json"}).headers


def test_a_script_is_told_that_its_person_is_signed_out(draft):
    answer = Client().post(reverse("session_extend"), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")


# ------------------------------------------------------------------------------------------- what was typed meanwhile


def test_what_was_typed_survives_signing_in_again(recorder, draft):
    client = Client()
    answer = client.post(address_of(draft), {"version": "1", "typed_by": token_of(recorder), **TYPED})
    assert answer.headers["Location"] == f"/accounts/login/?next={address_of(draft)}"
    assert not UnsavedStep.objects.exists()
    page = client.get(sign_in(client, recorder, answer.headers["Location"]).headers["Location"])
    assert "It is not saved in the record yet." in text_of(page)
    assert value_of(page, "summary") == "Half a sentence"
    assert (UnsavedStep.objects.get().version, client.session.get("typed")) == (1, None)


def test_what_was_typed_into_a_start_page_survives_signing_in_again(recorder):
    client, key = Client(), uuid.uuid4()
    sent = {"role": "lead", "key": key, "typed_by": token_of(recorder), **TYPED}
    answer = client.post(reverse("disruption_new"), sent)
    page = client.get(sign_in(client, recorder, answer.headers["Location"]).headers["Location"])
    assert page.request["QUERY_STRING"] == f"role=lead&key={key}"
    assert value_of(page, "summary") == "Half a sentence"


def test_what_a_script_sent_to_keep_survives_too(recorder, draft):
    client = Client()
    there = reverse("disruption_step_keep", args=[draft.reference, "what"])
    sent = {"version": "1", "typed_by": token_of(recorder), **TYPED}
    assert client.post(there, sent, headers={"Accept": "application/json"}).status_code == 401
    sign_in(client, recorder, "/accounts/login/")
    assert UnsavedStep.objects.get().data["summary"] == ["Half a sentence"]


def test_somebody_elses_sign_in_drops_it(recorder, other_recorder, draft):
    client = Client()
    answer = client.post(address_of(draft), {"version": "1", "typed_by": token_of(recorder), **TYPED})
    sign_in(client, other_recorder, answer.headers["Location"])
    assert client.session.get("typed") is None
    assert not UnsavedStep.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "1:x:y"])
def test_nothing_is_held_for_a_page_without_its_persons_token(recorder, draft, token):
    client = Client()
    answer = client.post(address_of(draft), {"version": "1", "typed_by": token, **TYPED})
    assert answer.headers["Location"] == f"/accounts/login/?next={address_of(draft)}"
    assert not Session.objects.exists()


def test_what_is_too_large_is_not_held(recorder, draft):
    client = Client()
    sent = {"version": "1", "typed_by": token_of(recorder), "summary": "x" * 70_000}
    assert client.post(address_of(draft), sent).headers["Location"] == f"/accounts/login/?next={address_of(draft)}"
    assert not Session.objects.exists()


def test_a_record_that_is_no_longer_theirs_stops_nobody_from_signing_in(recorder, outsider, draft):
    client = Client()
    answer = client.post(address_of(draft), {"version": "1", "typed_by": token_of(outsider), **TYPED})
    assert client.get(sign_in(client, outsider, answer.headers["Location"]).headers["Location"]).status_code == 404
    assert not UnsavedStep.objects.exists()


@pytest.mark.parametrize("who", ["recorder", "other_recorder"])
def test_a_page_of_before_the_sign_in_in_another_window_loses_nothing(recorder, other_recorder, draft, who):
    client = Client(enforce_csrf_checks=True)
    client.force_login(recorder if who == "recorder" else other_recorder)
    sent = {"version": "1", "csrfmiddlewaretoken": "x" * 64, "typed_by": token_of(recorder), **TYPED}
    answer = client.post(address_of(draft), sent)
    assert answer.status_code == 403
    assert ("What you typed is kept" in text_of(answer)) == (who == "recorder")
    page = client.get(address_of(draft))
    assert value_of(page, "summary") == ("Half a sentence" if who == "recorder" else draft.summary)
    draft.refresh_from_db()
    assert draft.version == 1


def test_a_forged_form_keeps_nothing(recorder, draft):
    client = Client(enforce_csrf_checks=True)
    client.force_login(recorder)
    answer = client.post(address_of(draft), {"version": "1", "typed_by": "forged", **TYPED})
    assert "What you typed is kept" not in text_of(answer)
    assert not UnsavedStep.objects.exists()
