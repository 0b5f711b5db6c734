"""The pages that keep the master list: filled in, refused beside the control, saved, and told what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, User
from agencies.vocabulary import Role
from disruptions.models import OCG, Membership, SOCThreat
from disruptions.services import add_membership, merge_threats, offer_threat_hand_over
from disruptions.vocabulary import ThreatKind, ThreatRequestStatus
from tests.factories import make_disruption, make_ocg, make_threat, make_threat_request, make_user

ClientFor = Callable[[User], Client]

NEW_OCG = {"name": "Copper Heron", "aliases": "The quay people\nHeron, north", "pnd_tier": "tier_4", "status": "active"}
NEW_THREAT = {
    "kind": "vulnerability",
    "title": "A gate that does not lock",
    "primary_area": "oic",
    "methods": ["small_boat", "van_car"],
    "status": "active",
}


@pytest.fixture
def manager(north: Agency) -> User:
    return make_user(agency=north, roles=[Role.THREAT_MANAGER])


@pytest.fixture
def browser(client_for: ClientFor, manager: User) -> Client:
    return client_for(manager)


def page(client: Client, route: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(route, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_ocg_is_added_then_put_on_the_list(browser: Client, manager: User) -> None:
    assert "Lead agency" not in page(browser, "ocg_new")
    answer = browser.post(reverse("ocg_new"), NEW_OCG)
    ocg = OCG.objects.get()
    assert answer["Location"] == reverse("ocg_detail", args=[ocg.reference])
    assert ocg.aliases == ["The quay people", "Heron, north"]
    detail = page(browser, "ocg_detail", ocg.reference)
    assert f"{reverse('threat_new')}?ocg={ocg.reference}" in detail
    shown = page(browser, "threat_new", ocg=ocg.reference)
    assert f'value="{ocg.reference}"' in shown
    assert "is a reference and a label here" in shown
    answer = browser.post(reverse("threat_new"), NEW_THREAT | {"kind": "ocg", "ocg": ocg.reference})
    threat = SOCThreat.objects.get()
    assert (threat.ocg, threat.methods) == (ocg, ["small_boat", "van_car"])
    assert answer["Location"] == reverse("threat_detail", args=[threat.reference])


def test_a_fault_stands_beside_its_control_and_what_was_typed_stays(browser: Client) -> None:
    answer = browser.post(reverse("threat_new"), NEW_THREAT | {"title": "", "geography": "North Kent"})
    body = answer.content.decode()
    assert answer.status_code == 400
    assert 'data-code="soc_threat_title_required"' in body
    assert 'href="#id_title"' in body
    assert 'value="North Kent"' in body
    assert not SOCThreat.objects.exists()


def test_a_national_threat_manager_chooses_the_lead_agency(
    client_for: ClientFor, threat_manager: User, north: Agency
) -> None:
    browser = client_for(threat_manager)
    assert "Lead agency" in page(browser, "threat_new")
    browser.post(reverse("threat_new"), NEW_THREAT | {"for_agency": "north"})
    assert SOCThreat.objects.get().lead_agency == north
    assert browser.post(reverse("threat_new"), NEW_THREAT | {"for_agency": "nowhere"}).status_code == 400
    assert SOCThreat.objects.count() == 1


def test_a_request_is_answered_by_adding_the_threat(browser: Client, north: Agency) -> None:
    asked = make_threat_request(requested_by=make_user(agency=north, roles=[Role.RECORDER]), title="Grey Pelican")
    address = f"{reverse('threat_new')}?request={asked.pk}"
    assert address in page(browser, "threat_request_answer", asked.pk)
    assert 'value="Grey Pelican"' in page(browser, "threat_new", request=asked.pk)
    browser.post(address, NEW_THREAT)
    asked.refresh_from_db()
    assert (asked.status, asked.threat) == (ThreatRequestStatus.LISTED, SOCThreat.objects.get())
    assert browser.get(address).status_code == 403
    assert browser.get(f"{reverse('threat_new')}?request=999999").status_code == 404


def test_an_entry_is_changed_and_two_people_see_both_sides(browser: Client, manager: User, north: Agency) -> None:
    threat = make_threat(lead_agency=north, title="Before", lead_responsible_officer=manager)
    address = reverse("threat_amend", args=[threat.reference])
    sent = NEW_THREAT | {"title": "After", "version": "1", "lead_responsible_officer": manager.email}
    assert browser.post(address, sent)["Location"] == reverse("threat_detail", args=[threat.reference])
    threat.refresh_from_db()
    assert (threat.title, threat.version, threat.lead_responsible_officer) == ("After", 2, manager)
    answer = browser.post(address, sent | {"title": "Mine"})
    body = answer.content.decode()
    assert answer.status_code == 409
    assert 'id="conflict"' in body
    assert 'name="version" value="2"' in body
    browser.post(address, sent | {"title": "Mine", "version": "2"})
    threat.refresh_from_db()
    assert threat.title == "Mine"


def test_an_ocg_is_changed(browser: Client, north: Agency) -> None:
    ocg = make_ocg(lead_agency=north, aliases=["Old"])
    address = reverse("ocg_amend", args=[ocg.reference])
    assert "Old</textarea>" in page(browser, "ocg_amend", ocg.reference)
    browser.post(address, NEW_OCG | {"version": "1"})
    ocg.refresh_from_db()
    assert (ocg.name, ocg.version) == ("Copper Heron", 2)
    assert browser.post(address, NEW_OCG | {"version": "2", "name": ""}).status_code == 400


def test_two_threats_are_looked_at_merged_and_parted(browser: Client, manager: User, north: Agency) -> None:
    loser, winner = make_threat(lead_agency=north, title="Loser"), make_threat(lead_agency=north, title="Winner")
    make_disruption(threat=loser)
    address = reverse("threat_merge", args=[loser.reference])
    assert "Look at both" in page(browser, "threat_merge", loser.reference)
    assert browser.get(address, {"winner": "T-1"}).status_code == 400
    both = page(browser, "threat_merge", loser.reference, winner=winner.reference.lower())
    assert "Both, side by side" in both
    assert f"Merge {loser.reference} into {winner.reference}" in both
    sent = {"winner": winner.reference, "version": "1", "winner_version": "1"}
    assert 'data-code="threat_merge_has_reason"' in browser.post(address, sent | {"reason": ""}).content.decode()
    assert browser.post(address, sent | {"reason": "One.", "version": "7"}).status_code == 409
    answer = browser.post(address, sent | {"reason": "One."})
    assert answer["Location"] == reverse("threat_detail", args=[winner.reference])
    gone = page(browser, "threat_detail", loser.reference)
    assert f"{winner.reference} Winner" in gone
    assert reverse("threat_unmerge", args=[loser.reference]) in gone
    assert "Also known as" in page(browser, "threat_detail", winner.reference)
    back = reverse("threat_unmerge", args=[loser.reference])
    assert "One." in page(browser, "threat_unmerge", loser.reference)
    assert browser.post(back, {"reason": "", "version": "2"}).status_code == 400
    assert browser.post(back, {"reason": "Two.", "version": "2"})["Location"] == reverse(
        "threat_detail", args=[loser.reference]
    )
    assert browser.get(back).status_code == 404


@pytest.mark.parametrize("kind", ["threat", "ocg"])
def test_an_entry_goes_to_the_archive_and_comes_back(browser: Client, north: Agency, kind: str) -> None:
    entry: Any = make_threat(lead_agency=north) if kind == "threat" else make_ocg(lead_agency=north)
    route = f"{kind}_archive"
    address = reverse(route, args=[entry.reference])
    assert f"Archive this {'threat' if kind == 'threat' else 'OCG'}" in page(browser, route, entry.reference)
    assert browser.post(address, {"reason": "", "version": "1"}).status_code == 400
    browser.post(address, {"reason": "Gone.", "version": "1"})
    assert "Restore this" in page(browser, route, entry.reference)
    assert browser.post(address, {"reason": "Back.", "version": "1"}).status_code == 409
    browser.post(address, {"reason": "Back.", "version": "2"})
    entry.refresh_from_db()
    assert (entry.status, entry.version) == ("active", 3)


@pytest.mark.parametrize("kind", ["threat", "ocg"])
def test_an_entry_is_offered_and_answered(
    browser: Client, client_for: ClientFor, north: Agency, south: Agency, kind: str
) -> None:
    other = client_for(make_user(agency=south, roles=[Role.THREAT_MANAGER]))
    entry: Any = make_threat(lead_agency=north) if kind == "threat" else make_ocg(lead_agency=north)
    address = reverse(f"{kind}_hand_over", args=[entry.reference])
    answer_at = reverse(f"{kind}_hand_over_answer", args=[entry.reference])
    assert other.get(answer_at).status_code == 404
    sent = {"to_agency": "south", "reason": "Theirs.", "version": "1"}
    assert browser.post(address, sent | {"reason": ""}).status_code == 400
    browser.post(address, sent)
    assert "Take the offer back" in page(browser, f"{kind}_hand_over", entry.reference)
    assert browser.get(answer_at).status_code == 403
    assert answer_at in page(other, "home")
    assert answer_at in page(other, f"{kind}_detail", entry.reference)
    assert other.post(answer_at, {"action": "decline", "answer": "", "version": "1"}).status_code == 400
    other.post(answer_at, {"action": "decline", "answer": "Not in the south.", "version": "1"})
    assert "Answer: Not in the south." in page(browser, f"{kind}_detail", entry.reference)
    browser.post(address, sent)
    browser.post(address, {"action": "take_back"})
    browser.post(address, sent)
    assert other.post(answer_at, {"action": "accept", "version": "9"}).status_code == 409
    other.post(answer_at, {"action": "accept", "version": "1"})
    entry.refresh_from_db()
    assert entry.lead_agency == south


def test_a_membership_is_added_and_ended(browser: Client, north: Agency) -> None:
    person = make_threat(kind=ThreatKind.PRIORITY_INDIVIDUAL, lead_agency=north)
    ocg = make_ocg(lead_agency=north)
    address = f"{reverse('membership_add')}?ocg={ocg.reference}"
    assert f'value="{ocg.reference}"' in browser.get(address).content.decode()
    sent = {"threat": person.reference, "ocg": ocg.reference, "from_on_day": "5", "from_on_month": "1"}
    assert browser.post(address, sent).status_code == 400
    assert browser.post(address, sent | {"from_on_year": "2026"})["Location"] == reverse(
        "ocg_detail", args=[ocg.reference]
    )
    membership = Membership.objects.get()
    end = reverse("membership_end", args=[membership.pk])
    assert end in page(browser, "ocg_detail", ocg.reference)
    assert 'href="#id_until_on_day"' in browser.post(end, {}).content.decode()
    browser.post(end, {"until_on_day": "6", "until_on_month": "1", "until_on_year": "2026"})
    assert "Nothing is left to do" in page(browser, "membership_end", membership.pk)


def test_who_does_not_keep_the_list_is_offered_nothing(client_for: ClientFor, recorder: User, north: Agency) -> None:
    browser = client_for(recorder)
    threat = make_threat(lead_agency=north)
    for route in ("threat_detail", "threat_list"):
        body = page(browser, route, *([threat.reference] if route == "threat_detail" else []))
        assert "Keep this entry" not in body
        assert reverse("threat_new") not in body
    assert browser.get(reverse("threat_new")).status_code == 403
    assert browser.get(reverse("membership_add")).status_code == 403


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_of_an_ocg_asks_as_much_for_many_memberships_as_for_one(
    browser: Client, manager: User, north: Agency, django_assert_num_queries: Any, rows: int
) -> None:
    ocg = make_ocg(lead_agency=north)
    for _ in range(rows):
        person = make_threat(kind=ThreatKind.PRIORITY_INDIVIDUAL, lead_agency=north, created_by=manager)
        add_membership(acting_user=manager, threat=person.reference, ocg=ocg.reference, from_on=date(2026, 1, 5))
    page(browser, "ocg_list")
    with django_assert_num_queries(13):
        page(browser, "ocg_detail", ocg.reference)


def test_a_merged_ocg_leads_on_and_one_that_is_a_threat_is_kept_there(
    browser: Client, manager: User, north: Agency
) -> None:
    loser, winner = (make_threat(ocg=make_ocg(lead_agency=north)) for _ in range(2))
    assert loser.ocg is not None
    assert reverse("ocg_merge", args=[loser.ocg.reference]) not in page(browser, "ocg_detail", loser.ocg.reference)
    assert browser.get(reverse("ocg_merge", args=[loser.ocg.reference])).status_code == 403
    merge_threats(acting_user=manager, loser=loser.reference, winner=winner.reference, version=None, reason="One.")
    assert winner.ocg is not None
    assert f"{winner.ocg.reference} {winner.ocg.name}" in page(browser, "ocg_detail", loser.ocg.reference)


def test_an_ocg_by_itself_is_merged_and_parted(browser: Client, north: Agency) -> None:
    loser, winner = make_ocg(lead_agency=north), make_ocg(lead_agency=north)
    browser.post(
        reverse("ocg_merge", args=[loser.reference]),
        {"winner": winner.reference, "version": "1", "winner_version": "1", "reason": "One."},
    )
    loser.refresh_from_db()
    assert loser.merged_into == winner
    browser.post(reverse("ocg_unmerge", args=[loser.reference]), {"reason": "Two.", "version": "2"})
    loser.refresh_from_db()
    assert loser.merged_into is None


def test_an_offer_shows_up_at_home_for_the_agency_that_it_is_made_to(
    browser: Client, client_for: ClientFor, threat_manager: User, manager: User, north: Agency, south: Agency
) -> None:
    threat = make_threat(lead_agency=north)
    offer_threat_hand_over(
        acting_user=manager, reference=threat.reference, version=1, to_agency="south", reason="Theirs."
    )
    for person in (threat_manager, manager):
        assert "Threats offered to" not in page(client_for(person), "home")


def test_another_agencys_threat_is_no_winner_before_a_reason_is_typed(
    browser: Client, north: Agency, south: Agency
) -> None:
    own, theirs = make_threat(lead_agency=north), make_threat(lead_agency=south)
    asked = browser.get(reverse("threat_merge", args=[own.reference]), {"winner": theirs.reference})
    assert "Another agency leads that one." in asked.content.decode()
