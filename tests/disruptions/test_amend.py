"""Amend a record: version, merge, conflict, and what a change to an approved record does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db.models import F

from agencies.refusals import Invalid, NotFound, Refused, Stale
from agencies.vocabulary import Role
from disruptions.models import Disruption, DisruptionEvent, SOCThreat
from disruptions.parsing import parse_disruption
from disruptions.services import DecisionRow, amend_disruption, review_disruptions, submit_disruptions
from disruptions.vocabulary import Status, ThreatStatus
from tests.disruptions.world import World, make_world
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def amend(world: World, record: Disruption, version: int | None = None, **options: Any) -> Disruption:
    merge = options.pop("merge", False)
    return amend_disruption(
        acting_user=options.pop("acting_user", world.recorder),
        reference=record.reference,
        version=version,
        changes=parse_disruption(options, typed=True),
        merge=merge,
    )


def test_an_amendment_is_the_next_version_with_its_history_row(world: World) -> None:
    record = world.record()
    amended = amend(world, record, 1, operation="Amber Wren")
    assert (amended.version, amended.operation, amended.summary) == (2, "Amber Wren", record.summary)
    assert list(
        DisruptionEvent.objects.filter(id=record.pk).order_by("version").values_list("version", "operation")
    ) == [(1, "Teal Lantern"), (2, "Amber Wren")]


def test_an_amendment_that_changes_nothing_writes_nothing(world: World) -> None:
    record = world.record()
    assert amend(world, record, 1, operation=record.operation).version == 1


def test_outcomes_are_replaced_and_the_old_ones_stay_with_their_version(world: World) -> None:
    record = world.record()
    amend(world, record, 1, outcomes=[{"type": "charge", "count": 2}])
    assert [each.type for each in record.outcomes.live()] == ["charge"]
    assert [each.type for each in record.outcomes.at_version(1)] == ["arrest"]
    assert [each.type for each in record.outcomes.at_version(2)] == ["charge"]


def test_the_named_list_keeps_its_past_too(world: World) -> None:
    record = world.record(sharing="named_agencies", shared_with=["south"])
    amend(world, record, 1, shared_with=["centre"])
    assert [each.agency for each in record.shares.live()] == [world.centre]
    assert [each.agency for each in record.shares.at_version(1)] == [world.south]


def test_a_stale_version_is_refused(world: World) -> None:
    record = world.record()
    amend(world, record, 1, operation="Amber Wren")
    with pytest.raises(Stale):
        amend(world, record, 1, operation="Blue Finch")


def test_changes_to_different_fields_merge(world: World) -> None:
    record = world.record()
    amend(world, record, 1, operation="Amber Wren", summary=record.summary)
    merged = amend(world, record, 1, merge=True, operation=record.operation, summary="Rewritten.")
    assert (merged.version, merged.operation, merged.summary) == (3, "Amber Wren", "Rewritten.")


def test_changes_to_one_field_conflict_with_both_sides_shown(world: World) -> None:
    record = world.record()
    amend(world, record, 1, operation="Amber Wren")
    with pytest.raises(Stale) as caught:
        amend(world, record, 1, merge=True, operation="Blue Finch", summary="Rewritten.")
    assert caught.value.theirs == {"operation": "Amber Wren"}
    assert caught.value.mine == {"operation": "Blue Finch"}
    record.refresh_from_db()
    assert (record.version, record.operation) == (2, "Amber Wren")


def test_the_same_change_made_twice_is_no_conflict(world: World) -> None:
    record = world.record()
    amend(world, record, 1, operation="Amber Wren")
    assert amend(world, record, 1, merge=True, operation="Amber Wren").version == 2


def test_amending_a_counted_field_of_an_approved_record_returns_it_to_submitted(world: World) -> None:
    record = world.record()
    review_disruptions(acting_user=world.colleague, decisions=[DecisionRow(record.reference, "approve", 1)])
    assert amend(world, record, 2, operation="Amber Wren").status == Status.APPROVED
    amended = amend(world, record, 3, occurred_on="2026-09-01")
    assert (amended.status, amended.approved_by, amended.approved_at) == (Status.SUBMITTED, None, None)


def test_the_level_of_an_approved_record_is_not_its_agencys_to_change(world: World) -> None:
    record = world.record()
    review_disruptions(acting_user=world.colleague, decisions=[DecisionRow(record.reference, "approve", 1)])
    with pytest.raises(Invalid) as caught:
        amend(world, record, 2, level="major")
    assert [each.code for each in caught.value.violations] == ["disruption_level_fixed_after_approval"]


def test_the_claim_stays_when_the_level_is_amended(world: World) -> None:
    amended = amend(world, world.record(), 1, level="major")
    assert (amended.level, amended.claimed_level) == ("major", "moderate")


def test_a_submitted_record_keeps_its_role(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        amend(world, world.record(), 1, role="support", lead=world.names["their_lead"])
    assert "disruption_role_fixed" in {each.code for each in caught.value.violations}


def test_a_submitted_record_cannot_lose_what_submitting_needs(world: World) -> None:
    record = world.record()
    with pytest.raises(Invalid) as caught:
        amend(world, record, 1, summary="")
    assert [each.code for each in caught.value.violations] == ["disruption_summary_required"]
    record.refresh_from_db()
    assert record.version == 1


def test_a_draft_is_filled_and_submitted_in_one_step(world: World) -> None:
    draft = world.record(submit=False, summary="")
    submitted = amend(world, draft, 1, summary="Written later.", submit=True)
    assert (submitted.status, submitted.claimed_level, submitted.version) == (Status.SUBMITTED, "moderate", 2)
    assert submitted.submitted_by == world.recorder


def test_another_agency_cannot_amend_and_cannot_see_a_draft(world: World) -> None:
    record, draft = world.record(), world.record(submit=False)
    stranger = make_user(agency=world.south, roles=[Role.RECORDER])
    with pytest.raises(Refused) as caught:
        amend(world, record, 1, acting_user=stranger, operation="Amber Wren")
    assert caught.value.code == "may_not_amend"
    with pytest.raises(NotFound):
        amend(world, draft, 1, acting_user=stranger, operation="Amber Wren")


def test_a_change_that_may_move_a_published_figure_says_why_and_of_what_kind(world: World, clock_at: Any) -> None:
    with clock_at(datetime(2026, 2, 10, 12, tzinfo=UTC)):
        record = world.record(occurred_on="2026-01-20")
    for moment, needed in (
        (datetime(2026, 3, 31, 12, tzinfo=UTC), False),
        (datetime(2026, 4, 1, 12, tzinfo=UTC), True),
    ):
        with clock_at(moment):
            if not needed:
                assert amend(world, record, 1, occurred_on="2026-01-21").version == 2
                continue
            with pytest.raises(Invalid) as caught:
                amend(world, record, 2, occurred_on="2025-12-30")
            assert [(each.field, each.code) for each in caught.value.violations] == [
                ("reason", "disruption_change_reason_required"),
                ("reason_class", "disruption_reason_class_required"),
            ]
            assert amend(world, record, 2, operation="Amber Wren").version == 3
            moved = amend_disruption(
                acting_user=world.recorder,
                reference=record.reference,
                version=3,
                changes=parse_disruption({"occurred_on": "2025-12-30"}, typed=True),
                reason="The log has the right day.",
                reason_class="date_correction",
            )
            assert (moved.version, moved.reason_class) == (4, "date_correction")


def test_a_submitted_record_stays_with_a_threat_that_was_archived_since(world: World) -> None:
    record, draft = world.record(), world.record(submit=False)
    SOCThreat.objects.filter(disruptions=record).update(status=ThreatStatus.ARCHIVED, version=F("version") + 1)
    assert amend(world, record, 1, operation="Amber Wren").version == 2
    with pytest.raises(Invalid) as refused:
        submit_disruptions(acting_user=world.recorder, versions={draft.reference: 1})
    assert [each.code for each in refused.value.violations] == ["disruption_threat_accepts"]
