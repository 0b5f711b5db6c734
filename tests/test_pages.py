"""Pages that belong to no app: failures say what to do next, in the service's own look."""

import re

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.template import loader
from django.test import Client

from oic import pages

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)


@pytest.fixture
def request_of(rf, recorder):
    request = rf.get("/somewhere/")
    request.user = recorder
    return request


FAILURES = [
    (pages.bad_request, Exception(), 400, "There is a problem with that address or form"),
    (pages.bad_request, RequestDataTooBig(), 413, "That is too large"),
    (pages.forbidden, PermissionDenied("Only an approver can do this."), 403, "Only an approver can do this."),
    (pages.forbidden, PermissionDenied(), 403, "Your roles do not allow this page or action."),
    (pages.not_found, Exception(), 404, "Page not found"),
    (pages.too_many_requests, None, 429, "Too many tries"),
]


@pytest.mark.parametrize(("view", "reason", "status", "words"), FAILURES)
def test_a_failure_has_its_status_and_its_words(request_of, view, reason, status, words):
    response = view(request_of, reason)
    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    assert "oic-header" in page
    assert not INLINE.search(page)


def test_an_unknown_address_is_a_page_in_words(client_for, recorder):
    response = client_for(recorder).get("/no-such-page/")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()


def test_a_form_without_its_token_is_refused_in_words(client_for, recorder):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(recorder)
    response = strict.post("/accounts/logout/")
    assert response.status_code == 403
    assert "The form could not be accepted" in response.content.decode()


def test_the_page_for_a_failure_needs_neither_request_nor_database(rf):
    response = pages.server_error(rf.get("/"))
    page = response.content.decode()
    assert response.status_code == 500
    assert "Sorry, there is a problem with the service" in page
    assert "oic-header" in page


def test_a_failure_of_that_page_still_answers_in_words(rf, monkeypatch):
    monkeypatch.setattr(loader, "get_template", lambda name: 1 / 0)
    response = pages.server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Sorry, there is a problem with the service" in response.content.decode()
