"""The digest: numbers and a link, once a day, to those who want it and for whom something waits."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection

from agencies.models import User
from agencies.services import set_preferences
from agencies.vocabulary import DigestFrequency
from disruptions.models import DigestSent
from disruptions.services import digests
from disruptions.services.digests import send_digests
from disruptions.vocabulary import Status
from tests.factories import make_disruption

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)


@pytest.fixture
def waiting(recorder: User, approver: User) -> Any:
    """A record that waits for the approver, and nothing for its author."""
    return make_disruption(agency=recorder.agency, recorded_by=recorder, summary="Two vans at the quay.")


def test_it_says_how_much_waits_and_nothing_of_a_record(waiting: Any, approver: User, recorder: User) -> None:
    assert send_digests(day=TUESDAY) == 1
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == ([approver.email], "OIC Disruptions: 1 thing waits for you")
    assert "* Waiting for your decision: 1\n" in sent.body
    assert "http://127.0.0.1:8000/account/preferences/" in sent.body
    assert waiting.reference not in sent.body
    assert "quay" not in sent.body
    assert (DigestSent.objects.get().user, DigestSent.objects.get().items) == (approver, 1)


def test_it_is_sent_once_a_day_however_often_it_is_asked_for(waiting: Any) -> None:
    assert [send_digests(day=day) for day in (TUESDAY, TUESDAY, WEDNESDAY)] == [1, 0, 1]


def test_people_choose_how_often(waiting: Any, approver: User) -> None:
    set_preferences(acting_user=approver, digest=DigestFrequency.WEEKLY, shortcuts=True)
    assert [send_digests(day=day) for day in (TUESDAY, MONDAY)] == [0, 1]
    set_preferences(acting_user=approver, digest=DigestFrequency.NEVER, shortcuts=True)
    assert send_digests(day=date(2026, 11, 30)) == 0


def test_who_left_and_service_accounts_get_none(waiting: Any, approver: User, recorder: User) -> None:
    make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT)
    User.objects.filter(pk=recorder.pk).update(is_service=True, version=2)
    User.objects.filter(pk=approver.pk).update(is_active=False, version=2)
    assert send_digests(day=TUESDAY) == 0


def test_one_that_cannot_be_sent_is_tried_again_and_keeps_nothing_back(
    waiting: Any, recorder: User, approver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT)
    real = mail.send_mail

    def broken_for_the_recorder(subject: str, text: str, sender: None, to: list[str]) -> int:
        if to == [recorder.email]:
            raise ConnectionRefusedError
        return real(subject, text, sender, to)

    monkeypatch.setattr(digests, "send_mail", broken_for_the_recorder)
    assert send_digests(day=TUESDAY) == 1
    monkeypatch.setattr(digests, "send_mail", real)
    assert send_digests(day=TUESDAY) == 1
    assert sorted(to for each in mail.outbox for to in each.to) == sorted([approver.email, recorder.email])


def test_what_the_database_cannot_answer_for_one_keeps_back_no_other(
    waiting: Any, recorder: User, approver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_disruption(agency=recorder.agency, recorded_by=recorder, status=Status.DRAFT)

    def broken_for_the_recorder(person: User) -> int:
        if person == recorder:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        return 0

    monkeypatch.setattr(digests, "note_changed_views", broken_for_the_recorder)
    assert send_digests(day=TUESDAY) == 1
    assert [each.to for each in mail.outbox] == [[approver.email]]


def test_the_daily_command_sends_them(waiting: Any) -> None:
    call_command("run_daily_work", stdout=(said := StringIO()))
    assert "digests sent: 1" in said.getvalue()


def test_a_person_saves_their_choices_and_bad_ones_are_refused(client_for: Any, approver: User) -> None:
    browser = client_for(approver)
    assert browser.post("/account/preferences/", {"digest": "hourly", "shortcuts": "on"}).status_code == 400
    assert browser.post("/account/preferences/", {"digest": "weekly", "shortcuts": "off"}).status_code == 302
    approver.refresh_from_db()
    assert (approver.digest, approver.shortcuts) == ("weekly", False)
    assert "Every Monday" in browser.get("/account/").content.decode()
