"""Decide on records: never by their author, always with the level before and after and why."""

from __future__ import annotations

from typing import Any

import pytest

from agencies.models import User
from agencies.refusals import Invalid, Refused, Stale
from agencies.vocabulary import Role
from disruptions.models import Disruption, Review
from disruptions.services import DecisionRow, review_disruptions
from disruptions.vocabulary import Status
from tests.disruptions.world import World, make_world
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def judge(world: World) -> User:
    return make_user(agency=world.centre, national_roles=[Role.MODERATOR])


def decide(user: User, record: Disruption, decision: str, **options: Any) -> Review:
    [review] = review_disruptions(acting_user=user, decisions=[DecisionRow(record.reference, decision, **options)])
    record.refresh_from_db()
    return review


def test_an_approver_approves(world: World) -> None:
    record = world.record()
    review = decide(world.colleague, record, "approve", version=1)
    assert (record.status, record.approved_by, record.version) == (Status.APPROVED, world.colleague, 2)
    assert (review.version, review.from_level, review.to_level) == (2, "moderate", "moderate")


def test_an_approver_regrades_with_a_reason(world: World) -> None:
    record = world.record()
    with pytest.raises(Invalid) as caught:
        decide(world.colleague, record, "approve", to_level="minor")
    assert [each.code for each in caught.value.violations] == ["review_has_reason"]
    decide(world.colleague, record, "approve", to_level="minor", reason="Short-term only.")
    assert (record.level, record.claimed_level, record.reason_class) == ("minor", "moderate", "regrade")


def test_a_returned_record_leaves_the_count_and_says_why(world: World) -> None:
    record = world.record()
    before = Disruption.objects.counted().count()
    decide(world.colleague, record, "return", field_reasons={"impact": "Say how you know."})
    assert record.status == Status.RETURNED
    assert Disruption.objects.counted().count() == before - 1
    assert Review.objects.get(disruption=record).field_reasons == {"impact": "Say how you know."}


def test_nobody_decides_on_their_own(world: World) -> None:
    both = make_user(agency=world.north, roles=[Role.RECORDER, Role.APPROVER], national_roles=[Role.MODERATOR])
    world.recorder = both
    record = world.record()
    for decision in ("approve", "upheld"):
        with pytest.raises(Refused) as caught:
            decide(both, record, decision)
        assert caught.value.code == "review_not_by_author"


def test_who_approved_does_not_moderate(world: World) -> None:
    both = make_user(agency=world.north, roles=[Role.APPROVER], national_roles=[Role.MODERATOR])
    record = world.record()
    decide(both, record, "approve")
    with pytest.raises(Refused):
        decide(both, record, "upheld")


def test_an_approver_of_another_agency_may_not_decide(world: World) -> None:
    stranger = make_user(agency=world.south, roles=[Role.APPROVER])
    with pytest.raises(Refused) as caught:
        decide(stranger, world.record(), "approve")
    assert caught.value.code == "may_not_decide"


@pytest.mark.parametrize(
    ("decision", "level", "ok"),
    [
        ("raised", "major", True),
        ("raised", "minor", False),
        ("raised", None, False),
        ("lowered", "none", True),
        ("lowered", "moderate", False),
        ("upheld", None, True),
    ],
)
def test_a_moderator_raises_lowers_and_upholds(
    world: World, judge: User, decision: str, level: str | None, ok: bool
) -> None:
    record = world.record()
    if not ok:
        with pytest.raises(Invalid):
            decide(judge, record, decision, to_level=level, reason="On the evidence.")
        return
    decide(judge, record, decision, to_level=level, reason="On the evidence.")
    assert (record.level, record.claimed_level) == (level or "moderate", "moderate")


def test_a_duplicate_keeps_the_record_and_takes_it_out_of_the_count(world: World, judge: User) -> None:
    record, other = world.record(), world.record()
    before = Disruption.objects.counted().count()
    with pytest.raises(Invalid):
        decide(judge, record, "duplicate", reason="Same event.", duplicate_of=record.reference)
    decide(judge, record, "duplicate", reason="Same event.", duplicate_of=other.reference)
    assert (record.status, record.duplicate_of, record.reason_class) == (Status.REJECTED, other, "duplicate")
    assert Disruption.objects.counted().count() == before - 1


def test_an_approver_marks_a_duplicate_of_their_own_agencys_submitted_record(world: World) -> None:
    record, other = world.record(), world.record()
    southerner = make_user(agency=world.south, roles=[Role.APPROVER])
    for person in (southerner, world.recorder):
        with pytest.raises(Refused):
            decide(person, record, "duplicate", reason="Same event.", duplicate_of=other.reference)
    decide(world.colleague, record, "duplicate", reason="Same event.", duplicate_of=other.reference)
    assert (record.status, record.duplicate_of, record.change) == (Status.REJECTED, other, "rejected")


def test_an_approver_marks_no_duplicate_of_what_is_approved(world: World) -> None:
    record, other = world.record(), world.record()
    decide(world.colleague, record, "approve")
    another = make_user(agency=world.north, roles=[Role.APPROVER])
    with pytest.raises(Refused):
        decide(another, record, "duplicate", reason="Same event.", duplicate_of=other.reference)


def test_a_threat_change_moves_the_record(world: World, judge: User) -> None:
    record = world.record()
    with pytest.raises(Invalid) as caught:
        decide(judge, record, "threat_changed", reason="Another group.", threat=world.names["archived"])
    assert [each.code for each in caught.value.violations] == ["review_threat_accepts"]
    decide(judge, record, "threat_changed", reason="Another group.", threat=world.names["threat"])
    assert record.reason_class == "threat_change"


def test_a_set_of_decisions_is_all_or_none(world: World) -> None:
    records = [world.record() for _ in range(3)]
    rows = [DecisionRow(each.reference, "approve", 1) for each in records]
    rows[2].version = 9
    with pytest.raises(Stale):
        review_disruptions(acting_user=world.colleague, decisions=rows)
    assert not Review.objects.exists()
    rows[2].version = 1
    assert len(review_disruptions(acting_user=world.colleague, decisions=rows)) == 3
    assert set(Disruption.objects.filter(reference__in=[each.reference for each in records]).values_list("status")) == {
        ("approved",)
    }


def test_an_unknown_decision_is_refused(world: World, judge: User) -> None:
    with pytest.raises(Invalid) as caught:
        decide(judge, world.record(), "nonsense", reason="On the evidence.")
    assert [each.code for each in caught.value.violations] == ["review_decision_available"]


def test_two_records_are_not_each_rejected_by_the_other(world: World) -> None:
    ours, theirs = world.record(), Disruption.objects.get(pk=world.ids["their_lead"])
    moderator = make_user(agency=world.centre, national_roles=[Role.MODERATOR])

    def repeats(record: Disruption, other: Disruption) -> DecisionRow:
        return DecisionRow(record.reference, "duplicate", None, duplicate_of=other.reference, reason="The same van.")

    with pytest.raises(Invalid):
        review_disruptions(acting_user=moderator, decisions=[repeats(ours, theirs), repeats(theirs, ours)])
    review_disruptions(acting_user=moderator, decisions=[repeats(ours, theirs)])
    with pytest.raises(Invalid) as caught:
        review_disruptions(acting_user=moderator, decisions=[repeats(theirs, ours)])
    assert [each.code for each in caught.value.violations] == ["review_duplicate_names_other"]
    theirs.refresh_from_db()
    assert theirs.status == "submitted"
