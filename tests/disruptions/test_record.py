"""Record disruptions: the set path, its effects and its refusals."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import User
from agencies.refusals import Refused
from disruptions.models import ChangeEvent, Disruption, DisruptionEvent, Outcome
from disruptions.services import RowResult, record_disruptions
from disruptions.vocabulary import Channel, Level, Status
from tests.disruptions.world import World, make_world
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def attempt(world: World, *rows: object, **options: object) -> list[RowResult]:
    return record_disruptions(
        acting_user=world.recorder,
        agency=world.north,
        rows=list(rows),  # type: ignore[arg-type]
        channel=Channel.COMMAND,
        **options,  # type: ignore[arg-type]
    )


def codes(result: RowResult) -> dict[str, str]:
    return {each.field: each.code for each in result.violations}


def test_a_submitted_record_keeps_its_claim_who_and_when(world: World) -> None:
    record = world.record()
    record.refresh_from_db()
    assert (record.status, record.level, record.claimed_level) == (Status.SUBMITTED, Level.MODERATE, Level.MODERATE)
    assert record.recorded_by == record.submitted_by == world.recorder
    assert record.submitted_at == record.recorded_at
    assert record.agency == world.north
    assert (record.version, record.channel) == (1, Channel.COMMAND)


def test_a_draft_lacks_what_it_likes_but_a_role(world: World) -> None:
    [kept, refused] = attempt(
        world, world.parsed(submit=False, threat=None, summary=""), world.parsed(submit=False, role=None)
    )
    assert kept.record is not None
    assert kept.record.status == Status.DRAFT
    assert kept.record.claimed_level is None
    assert codes(refused) == {"role": "disruption_role_required"}


def test_recording_writes_one_history_row_and_one_change_event(world: World) -> None:
    record = world.record()
    event = DisruptionEvent.objects.get(id=record.pk)
    assert (event.version, event.change, event.changed_by_id) == (1, "recorded", world.recorder.pk)
    assert event.pgh_created_at == record.recorded_at
    change = ChangeEvent.objects.get(subject="disruption", object_id=record.pk)
    assert (change.reference, change.version, change.change) == (record.reference, 1, "recorded")


def test_good_rows_are_written_beside_bad_ones(world: World) -> None:
    results = attempt(world, world.parsed(), world.parsed(level="nonsense"), world.parsed())
    assert [result.accepted for result in results] == [True, False, True]
    assert codes(results[1]) == {"level": "disruption_level_known"}


def test_all_or_nothing_writes_nothing_if_one_row_fails(world: World) -> None:
    before = Disruption.objects.count()
    results = attempt(world, world.parsed(), world.parsed(level="nonsense"), all_or_nothing=True)
    assert [result.accepted for result in results] == [True, False]
    assert Disruption.objects.count() == before


def test_a_dry_run_answers_and_leaves_nothing(world: World) -> None:
    before = Disruption.objects.count(), Outcome.objects.count(), ChangeEvent.objects.count()
    results = attempt(world, world.parsed(), world.parsed(summary=""), dry_run=True)
    assert [result.accepted for result in results] == [True, False]
    assert (Disruption.objects.count(), Outcome.objects.count(), ChangeEvent.objects.count()) == before


def test_the_second_of_two_rows_with_one_reference_is_refused(world: World) -> None:
    first, second = attempt(world, world.parsed(agency_reference="N/7"), world.parsed(agency_reference="N/7"))
    assert first.accepted
    assert codes(second) == {"agency_reference": "disruption_agency_reference_unique"}


def test_a_used_reference_names_the_record_that_has_it(world: World) -> None:
    [result] = attempt(world, world.parsed(agency_reference="NORTH/2026/1"))
    assert result.violations[0].existing == world.names["our_lead"]


def test_a_support_of_a_lead_takes_its_agency_and_one_of_an_agency_waits(world: World) -> None:
    lead: dict[str, Any] = {"role": "support", "lead": "{their_lead}"}
    [joined, waiting] = attempt(
        world, world.parsed(**lead), world.parsed(role="support", lead=None, lead_agency="south")
    )
    assert joined.record is not None
    assert waiting.record is not None
    assert joined.record.lead_agency_id == world.south.pk
    assert list(Disruption.objects.waiting_for_lead()) == [waiting.record]


def test_two_supports_of_one_lead_in_one_set_are_one_too_many(world: World) -> None:
    row: dict[str, Any] = {"role": "support", "lead": "{their_lead}"}
    first, second = attempt(world, world.parsed(**row), world.parsed(**row))
    assert first.accepted
    assert codes(second) == {"lead": "disruption_one_live_support"}


def test_a_sandbox_record_does_not_stand_in_the_way_of_a_real_one(world: World) -> None:
    [practice] = attempt(world, world.parsed(agency_reference="N/9"), sandbox=True)
    [real] = attempt(world, world.parsed(agency_reference="N/9"))
    assert practice.accepted
    assert real.accepted
    assert Disruption.objects.counted().filter(agency_reference="N/9").count() == 1


def test_who_may_not_record_is_told_whom_to_ask(world: World) -> None:
    with pytest.raises(Refused) as caught:
        record_disruptions(
            acting_user=make_user(agency=world.north),
            agency=world.north,
            rows=[world.parsed()],
            channel=Channel.COMMAND,
        )
    assert caught.value.code == "may_not_record"
    with pytest.raises(Refused):
        record_disruptions(
            acting_user=world.recorder, agency=world.south, rows=[world.parsed()], channel=Channel.COMMAND
        )


@pytest.mark.parametrize("how_many", [1, 30])
def test_a_set_takes_no_more_queries_than_one(world: World, how_many: int) -> None:
    rows = [world.parsed(agency_reference=f"Q/{place}") for place in range(how_many)]
    acting_user = User.objects.get(pk=world.recorder.pk)
    assert acting_user.grants
    with CaptureQueriesContext(connection) as queries:
        record_disruptions(acting_user=acting_user, agency=world.north, rows=rows, channel=Channel.API)
    # Savepoint, clock and numbers, threats, references, three inserts, two checks of constraints, release.
    assert len(queries) == 10
