"""Submit and withdraw: all of a set or none, and nothing is deleted."""

from __future__ import annotations

import pytest

from agencies.refusals import Invalid, NotFound, Refused, Stale
from disruptions.models import Disruption
from disruptions.services import reopen_disruptions, submit_disruptions, withdraw_disruptions
from disruptions.vocabulary import Status
from tests.disruptions.world import World, make_world
from tests.disruptions.world import record as make_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_draft_is_submitted_and_its_claim_fixed(world: World) -> None:
    draft = world.record(submit=False)
    [record] = submit_disruptions(acting_user=world.recorder, versions={draft.reference: 1})
    record.refresh_from_db()
    assert (record.status, record.claimed_level, record.version) == (Status.SUBMITTED, "moderate", 2)
    assert record.submitted_by == world.recorder
    assert record.submitted_at is not None


def test_submitting_names_what_is_missing_and_writes_nothing(world: World) -> None:
    whole, part = world.record(submit=False), world.record(submit=False, impact="")
    with pytest.raises(Invalid) as caught:
        submit_disruptions(acting_user=world.recorder, versions={whole.reference: 1, part.reference: 1})
    assert [each.code for each in caught.value.violations] == ["disruption_impact_required"]
    assert set(Disruption.objects.filter(pk__in=[whole.pk, part.pk]).values_list("status", flat=True)) == {"draft"}


def test_what_is_submitted_cannot_be_submitted_again(world: World) -> None:
    record = world.record()
    with pytest.raises(Refused) as caught:
        submit_disruptions(acting_user=world.recorder, versions={record.reference: 1})
    assert caught.value.code == "may_not_submit"


def test_submitting_a_stale_version_is_refused(world: World) -> None:
    draft = world.record(submit=False)
    with pytest.raises(Stale):
        submit_disruptions(acting_user=world.recorder, versions={draft.reference: 7})


def test_a_withdrawn_record_stays_and_leaves_the_count(world: World) -> None:
    record = world.record()
    before = Disruption.objects.counted().count()
    withdraw_disruptions(acting_user=world.recorder, versions={record.reference: 1}, reason="Recorded in error.")
    record.refresh_from_db()
    assert (record.status, record.change_reason) == (Status.WITHDRAWN, "Recorded in error.")
    assert Disruption.objects.counted().count() == before - 1


def test_withdrawing_what_was_submitted_needs_a_reason(world: World) -> None:
    record, draft = world.record(), world.record(submit=False, threat=None)
    with pytest.raises(Invalid) as caught:
        withdraw_disruptions(acting_user=world.recorder, versions={record.reference: 1}, reason="  ")
    assert [each.code for each in caught.value.violations] == ["disruption_withdrawn_has_reason"]
    [thrown_away] = withdraw_disruptions(acting_user=world.recorder, versions={draft.reference: 1})
    assert thrown_away.status == Status.WITHDRAWN


def test_one_unknown_reference_stops_the_whole_set(world: World) -> None:
    record = world.record()
    with pytest.raises(NotFound):
        withdraw_disruptions(
            acting_user=world.recorder,
            versions={record.reference: 1, world.names["hidden"]: 1},
            reason="Recorded in error.",
        )
    record.refresh_from_db()
    assert record.status == Status.SUBMITTED


def test_a_withdrawn_support_makes_room_for_another(world: World) -> None:
    [old] = Disruption.objects.filter(pk=world.ids["our_support"])
    withdraw_disruptions(acting_user=world.recorder, versions={old.reference: 1}, reason="Wrong lead.")
    assert world.record(role="support", lead="{supported}").lead_id == world.ids["supported"]


def test_a_withdrawn_record_is_reopened_and_counts_once_submitted_again(world: World) -> None:
    record = world.record()
    withdraw_disruptions(acting_user=world.recorder, versions={record.reference: 1}, reason="Recorded in error.")
    with pytest.raises(Invalid) as caught:
        reopen_disruptions(acting_user=world.recorder, versions={record.reference: 2}, reason=" ")
    assert [each.code for each in caught.value.violations] == ["disruption_reopened_has_reason"]
    before = Disruption.objects.counted().count()
    [reopened] = reopen_disruptions(
        acting_user=world.recorder, versions={record.reference: 2}, reason="It was no error after all."
    )
    assert (reopened.status, reopened.version, reopened.change) == (Status.RETURNED, 3, "reopened")
    assert Disruption.objects.counted().count() == before
    submit_disruptions(acting_user=world.recorder, versions={record.reference: 3})
    assert Disruption.objects.counted().count() == before + 1


def test_a_draft_that_was_thrown_away_is_a_draft_again(world: World) -> None:
    draft = world.record(submit=False, threat=None)
    withdraw_disruptions(acting_user=world.recorder, versions={draft.reference: 1})
    [reopened] = reopen_disruptions(acting_user=world.recorder, versions={draft.reference: 2})
    assert reopened.status == Status.DRAFT


def test_what_stands_cannot_be_reopened_nor_a_second_support_of_one_lead(world: World) -> None:
    record = world.record()
    with pytest.raises(Refused) as caught:
        reopen_disruptions(acting_user=world.recorder, versions={record.reference: 1}, reason="Why not.")
    assert caught.value.code == "may_not_reopen"
    first = Disruption.objects.get(pk=world.ids["our_support"])
    withdraw_disruptions(acting_user=world.recorder, versions={first.reference: 1}, reason="In error.")
    make_record(world.recorder, world.support(lead=world.names["supported"]))
    with pytest.raises(Invalid) as refused:
        reopen_disruptions(acting_user=world.recorder, versions={first.reference: 2}, reason="It was right.")
    assert [each.code for each in refused.value.violations] == ["disruption_one_live_support"]
