"""The log: what is written, with whom and from where, and who reads it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import RequestFactory
from django.urls import reverse

from agencies import audit
from agencies.models import AuditEntry
from agencies.vocabulary import AuditAction
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def entries():
    return list(AuditEntry.objects.order_by("pk").values_list("action", "user__email", "reference"))


def test_an_entry_says_who_where_from_and_in_which_request(recorder, north):
    request = RequestFactory().get("/disruptions/", REMOTE_ADDR="2001:db8::1")
    request.user = recorder
    request.request_id = "abc"  # type: ignore[attr-defined]  # as the request log sets it
    entry = audit.record(AuditAction.EXPORTED, "list", "disruptions", request=request, detail={"rows": 12})
    entry.refresh_from_db()
    assert (entry.user, entry.agency, entry.address, entry.request_id) == (recorder, north, "2001:db8::1", "abc")
    assert entry.detail == {"rows": 12}
    assert entry.at is not None


def test_a_named_agency_and_person_stand_without_a_request(recorder, south):
    entry = audit.record(AuditAction.CHANGED, "x" * 99, "y" * 999, user=recorder, agency=south)
    assert (entry.agency, entry.address, len(entry.subject), len(entry.reference)) == (south, None, 40, 120)


def test_an_address_that_is_none_is_left_out(rf):
    assert audit.record(AuditAction.VIEWED, "list", request=rf.get("/", REMOTE_ADDR="unix:")).address is None


@pytest.mark.parametrize(
    "statement", ["UPDATE agencies_auditentry SET subject = 'x'", "DELETE FROM agencies_auditentry"]
)
def test_the_log_is_only_ever_added_to(recorder, statement):
    audit.record(AuditAction.VIEWED, "list", user=recorder)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_signing_in_and_out_is_logged(client, recorder):
    client.post(reverse("account_login"), {"login": "Recorder@North.example", "password": PASSWORD})
    client.post(reverse("account_logout"))
    assert entries() == [
        ("signed_in", recorder.email, recorder.email),
        ("signed_out", recorder.email, recorder.email),
    ]


@pytest.mark.parametrize("tried", ["recorder@north.example", "stranger@nowhere.example"])
def test_a_failed_sign_in_is_logged_without_the_password(client, recorder, north, tried):
    client.post(reverse("account_login"), {"login": tried, "password": "what-i-typed-by-mistake"})
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user, entry.reference) == ("sign_in_failed", None, tried)
    assert entry.agency == (north if tried == recorder.email else None)
    assert entry.address == "127.0.0.1"
    assert "what-i-typed" not in str(AuditEntry.objects.values())


def test_a_leaver_and_a_service_account_do_not_sign_in(client, recorder):
    type(recorder).objects.filter(pk=recorder.pk).update(is_active=False, version=2)
    client.post(reverse("account_login"), {"login": recorder.email, "password": PASSWORD})
    assert client.get("/account/").status_code == 302
    assert "signed_in" not in {action for action, _, _ in entries()}


def test_reading_the_log_is_logged(client_for, auditor):
    client_for(auditor).get(reverse("agencies:audit_list"), {"person": "rowan"})
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject, entry.detail) == ("searched", "audit", {"filters": {"person": ["rowan"]}})


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"kent-1", "kent-2"}),
        ({"person": "ROWAN"}, {"kent-1"}),
        ({"action": ["exported", "refused"]}, {"kent-2"}),
        ({"subject": "disruption"}, {"kent-1"}),
        ({"reference": "NT-2"}, {"kent-2"}),
        ({"from": "2026-07-02"}, {"kent-2"}),
        ({"to": "2026-07-01"}, {"kent-1"}),
        ({"from": "2026-07-01", "to": "2026-07-02"}, {"kent-1", "kent-2"}),
    ],
)
def test_the_log_is_filtered_by_days_in_london(client_for, auditor, recorder, outsider, query, found):
    # 22:59 and 23:00 UTC are either side of midnight in London in July.
    first, second = datetime(2026, 7, 1, 22, 59, tzinfo=UTC), datetime(2026, 7, 1, 23, 0, tzinfo=UTC)
    AuditEntry.objects.create(at=first, action="viewed", user=recorder, subject="disruption", reference="kent-1")
    AuditEntry.objects.create(at=second, action="exported", user=outsider, subject="list", reference="kent-2")
    page = client_for(auditor).get(reverse("agencies:audit_list"), query).content.decode()
    table = page.partition("<tbody")[2]
    assert {reference for reference in ("kent-1", "kent-2") if reference in table} == found


def test_every_kind_of_detail_can_be_read(client_for, auditor, recorder):
    details: list[dict[str, Any]] = [
        {"changes": {"name": ["Old", ""]}},
        {"role given": {"role": "recorder", "agency": "north"}},
        {"invited": "Pat", "roles": [{"role": "viewer"}]},
        {"left": True, "roles ended": 2},
        {"filters": {"q": ["<script>"]}},
        {"scopes": ["a", "b"]},
    ]
    for detail in details:
        audit.record(AuditAction.CHANGED, "person", user=recorder, detail=detail)
    page = client_for(auditor).get(reverse("agencies:audit_list")).content.decode()
    assert "&lt;script&gt;" in page
    assert "recorder, north" in page
