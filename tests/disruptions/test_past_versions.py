"""Of the past, everyone reads what they could open at the time: the same on the page and over the API."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from agencies.vocabulary import Role
from disruptions.history import decisions_on, history_of, versions_open_to
from disruptions.models import Disruption
from disruptions.services import DecisionRow, answer_hand_over, offer_hand_over, review_disruptions
from tests.api import Partner, a_lead
from tests.factories import make_agency, make_api_client, make_threat, make_user

pytestmark = pytest.mark.django_db

SECRET = "SECRET name of an informant"
OPENED = {"summary": "Clean.", "sharing": "all_agencies", "shared_with": []}


@pytest.fixture
def partner(north):
    return Partner(make_api_client(agency=north))


@pytest.fixture
def other(south):
    return Partner(make_api_client(agency=south))


@pytest.fixture
def draft(partner):
    """A draft that named somebody, cleaned and submitted for all to see."""
    body = a_lead(make_threat(), submit=False, summary=SECRET)
    reference = partner.post("disruptions/", body).json()["reference"]
    partner.patch(f"disruptions/{reference}/", OPENED | {"submit": True}, If_Match="*")
    return reference


@pytest.fixture
def narrow(partner):
    """A record that east alone could open, sent back for what it said, then cleaned and opened to all."""
    make_agency(code="east")
    body = a_lead(make_threat(), summary=SECRET, sharing="named_agencies", shared_with=["east"])
    reference = partner.post("disruptions/", body).json()["reference"]
    approver = make_user(agency=partner.client.agency, roles=[Role.APPROVER])
    decision = DecisionRow(reference, "return", reason=f"Take out {SECRET}.", field_reasons={"summary": SECRET})
    review_disruptions(acting_user=approver, decisions=[decision])
    partner.patch(f"disruptions/{reference}/", OPENED | {"submit": True}, If_Match="*")
    return reference


def read_by(partner, reference):
    """Return the versions that an agency's client reads, its decisions, and all of the text."""
    past, reviews = (partner.get(f"disruptions/{reference}/{part}/") for part in ("history", "reviews"))
    numbers = [[each["version"] for each in answer.json()["results"]] for answer in (past, reviews)]
    return *numbers, past.content.decode() + reviews.content.decode()


def seen_by(user, reference):
    """Return the same of what the page's readers give a person."""
    record = Disruption.objects.visible_to(user).get(reference=reference)
    versions = versions_open_to(user, record)
    entries = history_of(record, acting_user=user, versions=versions)
    decisions = decisions_on(record, acting_user=user, versions=versions)
    return [each.version for each in entries], [each.version for each in decisions], repr(entries)


def test_a_draft_stays_with_its_agency(partner, other, draft, client_for, outsider, recorder, analyst):
    versions, _, text = read_by(other, draft)
    assert (versions, SECRET in text) == ([2], False)
    assert seen_by(outsider, draft)[0] == seen_by(analyst, draft)[0] == [2]
    versions, _, text = read_by(partner, draft)
    assert (versions, SECRET in text) == ([2, 1], True)
    page = reverse("disruption_detail", args=[draft])
    shown = [SECRET in client_for(each).get(page).content.decode() for each in (recorder, outsider, analyst)]
    assert shown == [True, False, False]


def test_what_was_for_named_agencies_stays_with_them(partner, other, narrow, client_for, outsider, recorder, analyst):
    versions, reviews, text = read_by(other, narrow)
    assert (versions, reviews, SECRET in text, "east" in text) == ([3], [], False, False)
    assert seen_by(outsider, narrow)[:2] == ([3], [])
    page = reverse("disruption_detail", args=[narrow])
    assert SECRET not in client_for(outsider).get(page).content.decode()
    for reader in (recorder, analyst):
        assert seen_by(reader, narrow)[:2] == ([3, 2, 1], [2])
        assert SECRET in client_for(reader).get(page).content.decode()
    east = Partner(make_api_client(agency=Disruption.objects.get().shares.get().agency))
    for reader in (partner, east):
        versions, reviews, text = read_by(reader, narrow)
        assert (versions, reviews, SECRET in text) == ([3, 2, 1], [2], True)


def test_what_is_hidden_in_between_is_left_out(partner, other):
    reference = partner.post("disruptions/", a_lead(make_threat(), operation="One")).json()["reference"]
    make_agency(code="east")
    closed = {"operation": SECRET, "sharing": "named_agencies", "shared_with": ["east"]}
    partner.patch(f"disruptions/{reference}/", closed, If_Match="*")
    partner.patch(f"disruptions/{reference}/", {"operation": "Three"} | OPENED, If_Match="*")
    newest, oldest = other.get(f"disruptions/{reference}/history/").json()["results"]
    assert (newest["version"], oldest["version"]) == (3, 1)
    changes = {each["field"]: (each["before"], each["after"]) for each in newest["changes"]}
    assert changes.keys() == {"operation", "summary"}
    assert changes["operation"] == ("One", "Three")


def test_a_record_that_is_handed_over_goes_with_its_past(partner, other, recorder, outsider, narrow):
    offer_hand_over(acting_user=recorder, reference=narrow, version=None, to_agency="south", reason="They led.")
    answer_hand_over(acting_user=outsider, reference=narrow, version=None, accept=True)
    versions, reviews, text = read_by(other, narrow)
    assert (versions, reviews, SECRET in text) == ([4, 3, 2, 1], [2], True)
    assert read_by(partner, narrow)[:2] == ([4, 3, 2, 1], [2])


def test_who_joins_reads_the_version_that_stood_then(partner, other):
    """A support waits for a lead: its agency reads what stood when the two were joined, and nothing from before."""
    body = a_lead(make_threat(), summary=SECRET, sharing="lead_and_supporting")
    reference = partner.post("disruptions/", body).json()["reference"]
    partner.patch(f"disruptions/{reference}/", {"summary": "Clean."}, If_Match="*")
    waiting = other.post("disruptions/", a_lead(make_threat(), role="support", lead_agency="north")).json()["reference"]
    joined = partner.post(f"disruptions/{waiting}/confirm-lead/", {"lead": reference}, If_Match="*")
    assert joined.status_code == 200, joined.content
    partner.patch(f"disruptions/{reference}/", {"summary": "Cleaner."}, If_Match="*")
    versions, _, text = read_by(other, reference)
    assert (versions, SECRET in text) == ([3, 2], False)


def test_an_offer_opens_no_past_state(partner, other, recorder, clock_at):
    """Who is offered a record reads it as it stands: what it said on an earlier day was not open to them."""
    north = recorder.agency
    make_agency(code="east")
    with clock_at(datetime(2026, 11, 10, 12, tzinfo=UTC)):
        type(north).objects.filter(pk=north.pk).update(contact="Duty desk", version=2)
        threat = make_threat(lead_agency=north)
        narrow = a_lead(threat, summary=SECRET, sharing="named_agencies", shared_with=["east"])
        reference = partner.post("disruptions/", narrow).json()["reference"]
    with clock_at(datetime(2026, 11, 11, 12, tzinfo=UTC)):
        partner.patch(f"disruptions/{reference}/", {"summary": "Clean."}, If_Match="*")
    with clock_at(datetime(2026, 11, 12, 12, tzinfo=UTC)):
        offer_hand_over(acting_user=recorder, reference=reference, version=None, to_agency="south", reason="They led.")
    with clock_at(datetime(2026, 11, 14, 12, tzinfo=UTC)):
        days = {day: other.get(f"disruptions/?as_at=2026-11-{day}").json()["results"] for day in (10, 11, 12, 13)}
    assert {day: [each["summary"] for each in rows] for day, rows in days.items()} == {
        10: [],
        11: [],
        12: ["Clean."],
        13: ["Clean."],
    }
