"""What passes between people is held by the database too: each constraint, through raw SQL, by its name."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from agencies.constraints import is_declared
from agencies.refusals import violation_of
from tests.disruptions.world import World, make_world

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = UUID("0b51c9f0-1b2f-4a8e-8f3c-4f2f5c1c0a11")
GOOD: dict[str, dict[str, Any]] = {
    "disruptions_handover": {
        "disruption_id": "our_lead",
        "from_agency_id": "north",
        "to_agency_id": "south",
        "status": "offered",
        "reason": "They led it.",
        "answer": "",
        "offered_by_id": "recorder",
    },
    "disruptions_threatrequest": {
        "disruption_id": "our_lead",
        "agency_id": "north",
        "title": "The quay people",
        "details": "",
        "status": "open",
        "answer": "",
        "requested_by_id": "recorder",
    },
    "disruptions_moderationcase": {"disruption_id": "our_lead", "why": "major", "note": ""},
    "disruptions_duplicatesetaside": {
        "disruption_id": "our_lead",
        "other_id": "their_lead",
        "version": 1,
        "score": 80,
        "why": ["threat"],
        "reason": "Another boat.",
        "decided_by_id": "recorder",
    },
    "disruptions_unsavedstep": {
        "user_id": "recorder",
        "disruption_id": "our_lead",
        "step": "what",
        "version": 1,
        "data": json.dumps({}),
    },
    "disruptions_digestsent": {"user_id": "recorder", "day": "2026-11-22", "items": 3},
    "disruptions_membership": {
        "kind": "ocg_in_threat",
        "threat_id": "archived",
        "ocg_id": "ocg",
        "from_on": "2026-01-05",
        "note": "",
        "added_by_id": "recorder",
    },
    "disruptions_threathandover": {
        "threat_id": "threat",
        "from_agency_id": "centre",
        "to_agency_id": "south",
        "status": "offered",
        "reason": "It works there.",
        "answer": "",
        "offered_by_id": "recorder",
    },
    "disruptions_threatmerge": {
        "winner_id": "threat",
        "loser_id": "archived",
        "reason": "One.",
        "status_before": "active",
        "added_aliases": [],
        "undone_reason": "",
        "merged_by_id": "recorder",
        "disruptions_moved": 0,
        "counts_before": "{}",
        "counts_after": "{}",
    },
    "disruptions_planaction": {
        "threat_id": "threat",
        "strand": "protect",
        "title": "Warn the boat sellers",
        "owner_id": "recorder",
        "due_on": "2027-03-01",
        "state": "planned",
        "note": "",
        "created_by_id": "recorder",
        "changed_by_id": "recorder",
        "version": 1,
    },
}
ANSWERED = {"answered_by_id": "colleague", "answered_at": NOW}
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("disruptions_membership", {"kind": "friend"}, "membership_kind_known"),
    ("disruptions_membership", {"note": "x" * 501}, "membership_note_within_limit"),
    ("disruptions_membership", {"until_on": "2026-02-01"}, "membership_ended_by_somebody"),
    (
        "disruptions_membership",
        {"until_on": "2026-01-04", "ended_by_id": "recorder", "ended_at": NOW},
        "membership_ends_after_start",
    ),
    (
        "disruptions_threathandover",
        {"status": "lost", "answered_by_id": "recorder", "answered_at": NOW},
        "threat_hand_over_status_known",
    ),
    ("disruptions_threathandover", {"reason": ""}, "threat_hand_over_has_reason"),
    ("disruptions_threathandover", {"reason": "x" * 2001}, "threat_hand_over_reason_within_limit"),
    ("disruptions_threathandover", {"answer": "x" * 2001}, "threat_hand_over_answer_within_limit"),
    ("disruptions_threathandover", {"ocg_id": "ocg"}, "threat_hand_over_of_one"),
    ("disruptions_threathandover", {"threat_id": None}, "threat_hand_over_of_one"),
    ("disruptions_threathandover", {"to_agency_id": "centre"}, "threat_hand_over_to_another_agency"),
    ("disruptions_threathandover", {"status": "accepted"}, "threat_hand_over_answered_by_somebody"),
    (
        "disruptions_threathandover",
        {"status": "declined", "answered_by_id": "recorder", "answered_at": NOW},
        "threat_hand_over_declined_has_answer",
    ),
    ("disruptions_threatmerge", {"reason": "x" * 2001}, "threat_merge_reason_within_limit"),
    (
        "disruptions_threatmerge",
        {"undone_reason": "x" * 2001, "undone_by_id": "recorder", "undone_at": NOW},
        "threat_merge_undone_reason_within_limit",
    ),
    ("disruptions_handover", {"status": "sold"} | ANSWERED, "hand_over_status_known"),
    ("disruptions_handover", {"reason": ""}, "hand_over_has_reason"),
    ("disruptions_handover", {"reason": "x" * 2001}, "hand_over_reason_within_limit"),
    ("disruptions_handover", {"answer": "x" * 2001}, "hand_over_answer_within_limit"),
    ("disruptions_handover", {"to_agency_id": "north"}, "hand_over_to_another_agency"),
    ("disruptions_handover", {"status": "accepted"}, "hand_over_answered_by_somebody"),
    ("disruptions_handover", ANSWERED, "hand_over_answered_by_somebody"),
    ("disruptions_handover", {"status": "declined"} | ANSWERED, "hand_over_declined_has_answer"),
    ("disruptions_threatrequest", {"status": "lost"} | ANSWERED, "threat_request_status_known"),
    ("disruptions_threatrequest", {"title": ""}, "threat_request_has_title"),
    ("disruptions_threatrequest", {"title": "x" * 201}, "threat_request_title_within_limit"),
    ("disruptions_threatrequest", {"details": "x" * 2001}, "threat_request_details_within_limit"),
    ("disruptions_threatrequest", {"answer": "x" * 2001}, "threat_request_answer_within_limit"),
    ("disruptions_threatrequest", {"status": "listed"} | ANSWERED, "threat_request_listed_names_threat"),
    ("disruptions_threatrequest", {"threat_id": "threat"}, "threat_request_listed_names_threat"),
    ("disruptions_threatrequest", {"status": "declined"} | ANSWERED, "threat_request_declined_has_answer"),
    ("disruptions_threatrequest", ANSWERED, "threat_request_answered_by_somebody"),
    ("disruptions_moderationcase", {"why": "boredom"}, "moderation_case_why_known"),
    ("disruptions_moderationcase", {"why": "chosen"}, "moderation_case_chosen_by_somebody"),
    ("disruptions_duplicatesetaside", {"reason": ""}, "duplicate_set_aside_has_reason"),
    ("disruptions_duplicatesetaside", {"reason": "x" * 2001}, "duplicate_set_aside_reason_within_limit"),
    ("disruptions_duplicatesetaside", {"other_id": "our_lead"}, "duplicate_set_aside_of_another"),
    ("disruptions_duplicatesetaside", {"score": 101}, "duplicate_set_aside_score_in_range"),
    ("disruptions_planaction", {"strand": "punish"}, "plan_action_strand_known"),
    ("disruptions_planaction", {"state": "stuck"}, "plan_action_state_known"),
    ("disruptions_planaction", {"title": ""}, "plan_action_has_title"),
    ("disruptions_planaction", {"title": "x" * 201}, "plan_action_title_within_limit"),
    ("disruptions_planaction", {"note": "x" * 2001}, "plan_action_note_within_limit"),
    ("disruptions_planaction", {"state": "dropped"}, "plan_action_dropped_has_note"),
    ("disruptions_unsavedstep", {"disruption_id": None}, "unsaved_step_of_record_or_start"),
    ("disruptions_unsavedstep", {"key": KEY}, "unsaved_step_of_record_or_start"),
]
ONLY_ONCE: list[tuple[str, dict[str, Any], str]] = [
    ("disruptions_membership", {"from_on": "2026-02-01"}, "membership_one_open"),
    ("disruptions_threathandover", {"to_agency_id": "north"}, "threat_hand_over_one_open"),
    ("disruptions_threatmerge", {}, "threat_merge_one_standing"),
    ("disruptions_handover", {"to_agency_id": "centre"}, "hand_over_one_open"),
    ("disruptions_threatrequest", {"title": "Others"}, "threat_request_one_open"),
    ("disruptions_moderationcase", {"why": "sample"}, "moderation_case_one_open"),
    ("disruptions_duplicatesetaside", {"reason": "Another van."}, "duplicate_set_aside_once"),
    ("disruptions_unsavedstep", {"version": 2}, "unsaved_step_once_per_record"),
    ("disruptions_digestsent", {"items": 4}, "digest_sent_once_a_day"),
]


@pytest.fixture
def world() -> World:
    return make_world()


def insert(world: World, table: str, changes: dict[str, Any]) -> None:
    people = {"recorder": world.recorder.pk, "colleague": world.colleague.pk}
    agencies = {"north": world.north.pk, "south": world.south.pk, "centre": world.centre.pk}
    known = world.ids | people | agencies
    row = {
        name: known.get(value, value) if name.endswith("_id") and isinstance(value, str) else value
        for name, value in (GOOD[table] | changes).items()
    }
    with transaction.atomic(), connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(row))
        cursor.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", list(row.values()))


def refusal(world: World, table: str, changes: dict[str, Any]) -> str | None:
    with pytest.raises(IntegrityError) as caught:
        insert(world, table, changes)
    found = violation_of(caught.value)
    return found.code if found else str(caught.value)


def test_a_good_row_of_each_is_taken(world: World) -> None:
    for table in GOOD:
        insert(world, table, {})


def test_each_bad_row_is_refused_by_name(world: World, subtests: Any) -> None:
    for table, changes, code in REFUSED:
        with subtests.test(code=code, changes=changes):
            assert is_declared(code)
            assert refusal(world, table, changes) == code


def test_what_may_be_there_once_is_refused_the_second_time(world: World, subtests: Any) -> None:
    for table, changes, code in ONLY_ONCE:
        with subtests.test(code=code):
            insert(world, table, {})
            assert refusal(world, table, changes) == code
    insert(world, "disruptions_unsavedstep", {"disruption_id": None, "key": KEY})
    again = {"disruption_id": None, "key": KEY, "version": 3}
    assert refusal(world, "disruptions_unsavedstep", again) == "unsaved_step_once_per_start"


REVIEW = (
    "INSERT INTO disruptions_review (disruption_id, version, decision, from_level, to_level, reason, field_reasons,"
    " reason_class, author_id, decided_by_id) VALUES (%s, %s, %s, 'moderate', 'moderate', '', '{}', '', %s, %s)"
)


def decide(world: World, version: int, decision: str, decided_by: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(REVIEW, [world.ids["our_lead"], version, decision, world.recorder.pk, decided_by])


def test_who_approved_a_record_cannot_moderate_it(world: World) -> None:
    decide(world, 2, "approve", world.colleague.pk)
    with pytest.raises(IntegrityError) as caught:
        decide(world, 3, "upheld", world.colleague.pk)
    found = violation_of(caught.value)
    assert found is not None
    assert found.code == "review_not_by_approver"


def test_who_submitted_a_record_cannot_decide_on_it(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE disruptions_disruption SET submitted_by_id = %s, version = version + 1 WHERE id = %s",
            [world.colleague.pk, world.ids["our_lead"]],
        )
    with pytest.raises(IntegrityError) as caught:
        decide(world, 3, "approve", world.colleague.pk)
    found = violation_of(caught.value)
    assert found is not None
    assert found.code == "review_not_by_submitter"
