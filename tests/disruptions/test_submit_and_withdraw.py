"""Submit and withdraw: all of a set or none, and nothing is deleted."""

from __future__ import annotations

import pytest

from agencies.refusals import Invalid, NotFound, Refused, Stale
from disruptions.models import Disruption
from disruptions.services import submit_disruptions, withdraw_disruptions
from disruptions.vocabulary import Status
from tests.disruptions.world import World, make_world

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
