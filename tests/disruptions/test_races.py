"""Two at once: whoever loses is told so, in the rule's own words, and nothing is doubled."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread, get_ident
from typing import Any

import pytest
from django.db import connection, transaction

from agencies.models import User
from agencies.refusals import Invalid, Refused, Stale
from agencies.vocabulary import Role
from disruptions.models import ChangeEvent, Disruption, DisruptionEvent
from disruptions.parsing import parse_disruption
from disruptions.services import amend_disruption, announcing, record_disruptions
from disruptions.services.supporting import confirm_support, decline_support
from disruptions.services.versions import in_one_transaction
from disruptions.vocabulary import Channel
from tests.api import Partner
from tests.disruptions.world import World, make_world, record
from tests.factories import make_agency, make_api_client, make_user

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 4


@pytest.fixture
def world() -> World:
    return make_world()


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """Run something several times at the same moment, each on a connection of its own."""
    start = Barrier(AT_ONCE)

    def one(place: int) -> Any:
        try:
            start.wait()
            return work(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_equal_references_at_once_make_one_record(world: World) -> None:
    raw = {**world.lead(agency_reference="RACE/1"), "submit": True}

    def work(_: int) -> Any:
        [result] = record_disruptions(
            acting_user=User.objects.get(pk=world.recorder.pk),
            agency=world.north,
            rows=[parse_disruption(raw, typed=True)],
            channel=Channel.API,
        )
        return result

    results = at_once(work)
    assert sum(result.accepted for result in results) == 1
    refused = [each.code for result in results for each in result.violations]
    assert refused == ["disruption_agency_reference_unique"] * (AT_ONCE - 1)
    assert Disruption.objects.filter(agency_reference="RACE/1").count() == 1


def test_supports_of_one_lead_at_once_make_one_support(world: World) -> None:
    raw = {**world.support(), "submit": True}

    def work(_: int) -> Any:
        [result] = record_disruptions(
            acting_user=User.objects.get(pk=world.recorder.pk),
            agency=world.north,
            rows=[parse_disruption(raw, typed=True)],
            channel=Channel.API,
        )
        return result

    results = at_once(work)
    assert sorted(code.code for result in results for code in result.violations) == ["disruption_one_live_support"] * (
        AT_ONCE - 1
    )


def test_amendments_at_once_keep_one_history_row_a_version(world: World) -> None:
    record = world.record()

    def work(place: int) -> str:
        try:
            amend_disruption(
                acting_user=User.objects.get(pk=world.recorder.pk),
                reference=record.reference,
                version=1,
                changes=parse_disruption({"operation": f"Heron {place}"}, typed=True),
            )
        except Stale:
            return "stale"
        return "amended"

    answers = at_once(work)
    assert sorted(answers) == ["amended"] + ["stale"] * (AT_ONCE - 1)
    record.refresh_from_db()
    assert record.version == 2
    assert DisruptionEvent.objects.filter(id=record.pk).count() == 2
    assert ChangeEvent.objects.filter(subject="disruption", object_id=record.pk).count() == 2


def test_amendments_of_different_fields_at_once_all_stand(world: World) -> None:
    record = world.record()
    changes = [{"operation": "Amber Wren"}, {"summary": "Rewritten."}, {"impact": "Ended."}, {"country": "FR"}]

    def work(place: int) -> Any:
        return amend_disruption(
            acting_user=User.objects.get(pk=world.recorder.pk),
            reference=record.reference,
            version=1,
            changes=parse_disruption(changes[place], typed=True),
            merge=True,
        )

    at_once(work)
    record.refresh_from_db()
    assert (record.operation, record.summary, record.impact, record.country) == (
        "Amber Wren",
        "Rewritten.",
        "Ended.",
        "FR",
    )
    assert record.version == 1 + AT_ONCE


def test_two_answers_to_a_support_at_once_are_one_answer(world: World) -> None:
    support = record(
        make_user(agency=world.south, roles=[Role.RECORDER]), world.support(lead=None, lead_agency="north")
    )

    def work(place: int) -> str:
        person = User.objects.get(pk=world.recorder.pk)
        named: dict[str, Any] = {"acting_user": person, "reference": support.reference, "version": 1}
        try:
            if place % 2:
                decline_support(**named, reason="We did not lead it.")
            else:
                confirm_support(**named, lead=world.names["our_lead"])
        except (Stale, Refused) as refusal:
            return type(refusal).__name__
        return "answered"

    answers = at_once(work)
    assert answers.count("answered") == 1
    support.refresh_from_db()
    assert support.version == 2
    assert (support.lead_id is None) == (support.status == "returned")


def test_joins_of_two_supports_of_one_agency_at_once_make_one(world: World) -> None:
    southerner = make_user(agency=world.south, roles=[Role.RECORDER])
    supports = [record(southerner, world.support(lead=None, lead_agency="north")) for _ in range(AT_ONCE)]

    def work(place: int) -> str:
        try:
            confirm_support(
                acting_user=User.objects.get(pk=world.recorder.pk),
                reference=supports[place].reference,
                version=1,
                lead=world.names["our_lead"],
            )
        except Invalid as refusal:
            return refusal.violations[0].code
        return "joined"

    assert sorted(at_once(work)) == ["disruption_one_live_support"] * (AT_ONCE - 1) + ["joined"]


def test_what_another_gave_a_record_meanwhile_is_seen_and_kept(world: World) -> None:
    """Whoever waits for a record reads what it names only when it is theirs: a relation that is new is not lost."""
    made = world.record(submit=False, threat=None, force_area=None)
    given, waits = Event(), Event()

    def give() -> None:
        try:
            with transaction.atomic():
                amend_disruption(
                    acting_user=world.recorder,
                    reference=made.reference,
                    version=1,
                    changes=parse_disruption({"threat": world.lead()["threat"], "force_area": "north"}, typed=True),
                )
                given.set()
                assert waits.wait(20)
                time.sleep(0.3)
        finally:
            connection.close()

    giving = Thread(target=give)
    giving.start()
    assert given.wait(20)
    waits.set()
    amended = amend_disruption(
        acting_user=world.recorder,
        reference=made.reference,
        version=1,
        changes=parse_disruption({"summary": "Other words."}, typed=True),
        merge=True,
    )
    giving.join()
    made.refresh_from_db()
    assert (amended.version, made.version, made.summary) == (3, 3, "Other words.")
    assert made.threat is not None
    assert made.force_area == world.north


def test_supports_of_one_lead_that_go_and_come_at_once_are_all_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each holds its own support when it asks for the lead and the others: the database undoes one of them."""
    lead = world.record()
    clients = [make_api_client(agency=make_agency()) for _ in range(3)]
    sent = world.support(lead=lead.reference, sharing="lead_and_supporting")
    there = [record(client.service_account, sent).reference for client in clients[:2]]
    all_hold_their_own, locked_along = Barrier(3, timeout=60), announcing._locked_along
    asked: set[int] = set()

    def late(leads: set[int], left_out: Any) -> Any:
        if leads and get_ident() not in asked:
            asked.add(get_ident())
            all_hold_their_own.wait()
        return locked_along(leads, left_out)

    monkeypatch.setattr(announcing, "_locked_along", late)

    def ask(place: int) -> int:
        partner = Partner(clients[place])
        try:
            if place == 2:
                return int(partner.post("disruptions/", {**sent, "submit": True}).status_code)
            address = f"disruptions/{there[place]}/withdraw/"
            reason = {"reason": "By mistake."}
            # One with a key and one without: each has a transaction of its own to begin again.
            key = {"Idempotency_Key": "k"} if place else {}
            return int(partner.post(address, reason, If_Match='"1"', **key).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(ask, range(3))) == [200, 200, 201]


def test_two_changes_that_wait_for_each_other_are_both_done(world: World) -> None:
    pair = [world.record().pk, world.record().pk]
    both_hold_one = Barrier(2)
    tries: list[int] = []

    def change(place: int) -> Any:
        def work() -> list[int]:
            first, second = pair[place], pair[1 - place]
            list(Disruption.objects.filter(pk=first).select_for_update(of=("self",)).values_list("pk"))
            tries.append(place)
            if len(tries) <= 2:
                both_hold_one.wait()
            return list(
                Disruption.objects.filter(pk=second).select_for_update(of=("self",)).values_list("pk", flat=True)
            )

        try:
            return in_one_transaction(work)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(change, range(2))) == [[pair[1]], [pair[0]]]
    # Who gave way tries again; it may be quicker than the one who waits, and have to give way once more.
    assert len(tries) >= 3
