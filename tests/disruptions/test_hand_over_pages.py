"""Hand over, answer and reopen on the pages, as each kind of person presses the buttons."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from agencies.models import AuditEntry, User
from disruptions.models import Disruption
from disruptions.services import withdraw_disruptions
from disruptions.vocabulary import Status
from tests.disruptions.pages import text_of
from tests.factories import make_disruption

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(recorder: User) -> Disruption:
    return make_disruption(agency=recorder.agency, recorded_by=recorder)


def post(browser: Any, route: str, record: Disruption, **data: Any) -> Any:
    return browser.post(reverse(route, args=[record.reference]), data, follow=True)


def test_an_offer_is_accepted_by_the_other_agency(client_for: Any, recorder: User, outsider: User, record: Any) -> None:
    ours, theirs = client_for(recorder), client_for(outsider)
    assert "Hand over" in text_of(ours.get(reverse("disruption_detail", args=[record.reference])))
    sent = {"version": 1, "to_agency": outsider.agency.code, "reason": "They planned it."}
    assert f"is offered to {outsider.agency.name}" in text_of(post(ours, "disruption_hand_over", record, **sent))
    assert "Did we lead it?" in text_of(theirs.get(reverse("disruption_detail", args=[record.reference])))
    assert "They planned it." in text_of(theirs.get(reverse("hand_over_answer", args=[record.reference])))
    assert post(theirs, "hand_over_answer", record, version=7, action="accept").status_code == 409
    page = post(theirs, "hand_over_answer", record, version=1, action="accept")
    assert f"is now {outsider.agency.name}’s lead" in text_of(page)
    record.refresh_from_db()
    assert record.agency == outsider.agency
    assert "Handed over" in text_of(page)
    assert "was answered already" in text_of(post(theirs, "hand_over_answer", record, version=1, action="accept"))
    assert AuditEntry.objects.filter(user=outsider, action="viewed", reference=record.reference).exists()


def test_an_offer_is_taken_back(client_for: Any, recorder: User, outsider: User, record: Any) -> None:
    browser = client_for(recorder)
    post(browser, "disruption_hand_over", record, version=1, to_agency=outsider.agency.code, reason="They planned it.")
    assert "waits for an answer" in text_of(browser.get(reverse("disruption_hand_over", args=[record.reference])))
    assert "no longer on offer" in text_of(post(browser, "disruption_hand_over", record, action="take_back"))
    assert client_for(outsider).get(reverse("hand_over_answer", args=[record.reference])).status_code == 404


def test_declining_without_a_reason_says_what_to_do(
    client_for: Any, recorder: User, outsider: User, record: Any
) -> None:
    sent = {"version": 1, "to_agency": outsider.agency.code, "reason": "They planned it."}
    post(client_for(recorder), "disruption_hand_over", record, **sent)
    page = post(client_for(outsider), "hand_over_answer", record, version=1, action="decline")
    assert page.status_code == 400
    assert "Say why you decline" in text_of(page)
    declined = post(
        client_for(outsider), "hand_over_answer", record, version=1, action="decline", answer="We lent a van."
    )
    assert "keeps it and reads your reason" in text_of(declined)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"to_agency": ""}, "Choose an agency that is active."),
        ({"to_agency": "nowhere"}, "Choose an agency of the list."),
        ({"reason": " "}, "Say why the other agency should have this record."),
    ],
)
def test_a_bad_offer_says_which_field(
    client_for: Any, recorder: User, south: Any, record: Any, changes: dict[str, str], words: str
) -> None:
    sent = {"version": 1, "to_agency": "south", "reason": "They planned it."} | changes
    page = post(client_for(recorder), "disruption_hand_over", record, **sent)
    assert page.status_code == 400
    assert words in text_of(page)


def test_a_stale_page_is_a_conflict_and_keeps_what_was_typed(
    client_for: Any, recorder: User, south: Any, record: Any
) -> None:
    sent = {"version": 7, "to_agency": "south", "reason": "They planned it."}
    page = post(client_for(recorder), "disruption_hand_over", record, **sent)
    assert page.status_code == 409
    assert "They planned it." in page.content.decode()


def test_a_withdrawn_record_is_opened_again(client_for: Any, recorder: User, record: Any) -> None:
    withdraw_disruptions(acting_user=recorder, versions={record.reference: 1}, reason="In error.")
    browser = client_for(recorder)
    assert "Open it again" in text_of(browser.get(reverse("disruption_detail", args=[record.reference])))
    refused = post(browser, "disruption_reopen", record, version=2, reason="")
    assert refused.status_code == 400
    assert "Say why the record is opened again." in text_of(refused)
    page = post(browser, "disruption_reopen", record, version=2, reason="It was right after all.")
    assert "is open again" in text_of(page)
    record.refresh_from_db()
    assert record.status == Status.RETURNED
