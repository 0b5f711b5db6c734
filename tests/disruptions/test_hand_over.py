"""Hand a lead over: offered, accepted or declined; supports follow, nothing is counted twice or lost on the way."""

from __future__ import annotations

import pytest

from agencies.models import User
from agencies.refusals import Invalid, NotFound, Refused, Stale
from agencies.vocabulary import Role
from disruptions.models import Disruption, DisruptionEvent, HandOver
from disruptions.parsing import parse_disruption
from disruptions.services import (
    DecisionRow,
    amend_disruption,
    answer_hand_over,
    offer_hand_over,
    review_disruptions,
    take_back_hand_over,
    withdraw_disruptions,
)
from disruptions.vocabulary import HandOverStatus, Status
from tests.disruptions.world import World, make_world, record
from tests.factories import make_user

pytestmark = pytest.mark.django_db

WHY = "Their officers planned it and made the arrests."


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def southerner(world: World) -> User:
    return make_user(agency=world.south, roles=[Role.RECORDER])


def offer(world: World, made: Disruption, **changes: object) -> HandOver:
    asked = {"version": made.version, "to_agency": "south", "reason": WHY, "acting_user": world.recorder} | changes
    return offer_hand_over(reference=made.reference, **asked)  # type: ignore[arg-type]


def test_an_offer_moves_nothing_until_it_is_accepted(world: World, southerner: User) -> None:
    made = world.record()
    assert offer(world, made).status == HandOverStatus.OFFERED
    made.refresh_from_db()
    assert (made.agency, made.version) == (world.north, 1)
    answered = answer_hand_over(acting_user=southerner, reference=made.reference, version=None, accept=True)
    made.refresh_from_db()
    assert (answered.status, answered.answered_by) == (HandOverStatus.ACCEPTED, southerner)
    assert (made.agency, made.version, made.change) == (world.south, 2, "handed_over")
    assert (made.change_reason, made.reason_class, made.changed_by) == (WHY, "lead_change", southerner)


def test_it_is_counted_once_before_and_after(world: World, southerner: User) -> None:
    made = world.record()
    before = Disruption.objects.counted().count()
    offer(world, made)
    answer_hand_over(acting_user=southerner, reference=made.reference, version=None, accept=True)
    assert Disruption.objects.counted().count() == before
    assert Disruption.objects.counted().filter(pk=made.pk, agency=world.south).exists()


def test_an_approved_record_waits_for_the_new_agencys_approver(world: World, southerner: User) -> None:
    made = world.record()
    review_disruptions(acting_user=world.colleague, decisions=[DecisionRow(made.reference, "approve", 1)])
    made.refresh_from_db()
    offer(world, made)
    answer_hand_over(acting_user=southerner, reference=made.reference, version=None, accept=True)
    made.refresh_from_db()
    assert (made.status, made.approved_by, made.approved_at) == (Status.SUBMITTED, None, None)


def test_supports_follow_and_the_new_leads_own_support_is_withdrawn(world: World, southerner: User) -> None:
    made = world.record()
    centre = make_user(agency=world.centre, roles=[Role.RECORDER])
    theirs = record(centre, world.support(lead=made.reference))
    own = record(southerner, world.support(lead=made.reference))
    offer(world, made)
    answer_hand_over(acting_user=southerner, reference=made.reference, version=None, accept=True)
    theirs.refresh_from_db()
    own.refresh_from_db()
    assert (theirs.lead, theirs.lead_agency, theirs.status, theirs.version) == (made, world.south, "submitted", 2)
    assert (own.lead, own.lead_agency, own.status, own.version) == (None, world.north, "withdrawn", 2)
    assert own.change_reason
    assert DisruptionEvent.objects.filter(id=theirs.pk).count() == 2


def test_what_is_offered_can_be_opened_by_the_other_agency_meanwhile(world: World, southerner: User) -> None:
    made = world.record(sharing="named_agencies", shared_with=["centre"])
    mine = Disruption.objects.visible_to(southerner).filter(pk=made.pk)
    assert not mine.exists()
    offer(world, made)
    assert mine.exists()
    take_back_hand_over(acting_user=world.recorder, reference=made.reference)
    assert not mine.exists()


def test_declining_takes_a_reason_and_leaves_the_record(world: World, southerner: User) -> None:
    made = world.record()
    offer(world, made)
    with pytest.raises(Invalid) as caught:
        answer_hand_over(acting_user=southerner, reference=made.reference, version=None, accept=False, answer=" ")
    assert [each.code for each in caught.value.violations] == ["hand_over_declined_has_answer"]
    declined = answer_hand_over(
        acting_user=southerner,
        reference=made.reference,
        version=None,
        accept=False,
        answer="We only lent two officers.",
    )
    made.refresh_from_db()
    assert (declined.status, made.agency, made.version) == (HandOverStatus.DECLINED, world.north, 1)
    with pytest.raises(NotFound):
        answer_hand_over(acting_user=southerner, reference=made.reference, version=None, accept=True)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to_agency": "north"}, "hand_over_to_another_agency"),
        ({"to_agency": "nowhere"}, "hand_over_agency_exists"),
        ({"reason": "  "}, "hand_over_has_reason"),
    ],
)
def test_a_bad_offer_is_refused(world: World, changes: dict[str, str], code: str) -> None:
    made = world.record()
    with pytest.raises(Invalid) as caught:
        offer(world, made, **changes)
    assert [each.code for each in caught.value.violations] == [code]
    assert not HandOver.objects.exists()


def test_there_is_one_open_offer_and_a_stale_version_is_refused(world: World) -> None:
    made = world.record()
    with pytest.raises(Stale):
        offer(world, made, version=7)
    offer(world, made)
    with pytest.raises(Invalid) as caught:
        offer(world, made, to_agency="centre")
    assert [each.code for each in caught.value.violations] == ["hand_over_one_open"]


@pytest.mark.parametrize("used", [True, False])
def test_the_old_agencys_reference_goes_along_unless_it_is_used_there(
    world: World, southerner: User, used: bool
) -> None:
    """Offering says nothing of it: which references another agency has used is its own matter."""
    if used:
        record(southerner, world.lead(agency_reference="OP/7"))
    made = world.record(agency_reference="OP/7")
    offer(world, made)
    answer_hand_over(acting_user=southerner, reference=made.reference, version=None, accept=True)
    made.refresh_from_db()
    assert (made.agency.code, made.agency_reference) == ("south", "" if used else "OP/7")


def test_an_offer_is_no_matter_of_others(world: World) -> None:
    stranger = make_user(agency=world.centre, roles=[Role.RECORDER])
    made = world.record()
    offer(world, made)
    for accept in (True, False):
        with pytest.raises(NotFound):
            answer_hand_over(acting_user=stranger, reference=made.reference, version=None, accept=accept, answer="No.")


def test_a_draft_a_support_and_anothers_record_are_not_handed_over(world: World, southerner: User) -> None:
    support = Disruption.objects.get(pk=world.ids["our_support"])
    for made, user in ((world.record(submit=False), world.recorder), (support, world.recorder)):
        with pytest.raises(Refused):
            offer(world, made, acting_user=user)
    with pytest.raises(Refused):
        offer(world, world.record(), acting_user=southerner, to_agency="centre")


def test_only_the_agency_asked_answers_and_only_while_the_record_stands(world: World, southerner: User) -> None:
    made = world.record()
    offer(world, made)
    for person in (world.recorder, make_user(agency=world.south)):
        with pytest.raises(Refused):
            answer_hand_over(acting_user=person, reference=made.reference, version=None, accept=True)
    withdraw_disruptions(acting_user=world.recorder, versions={made.reference: 1}, reason="In error.")
    with pytest.raises(NotFound):
        answer_hand_over(acting_user=southerner, reference=made.reference, version=None, accept=True)


def test_an_answer_to_another_version_than_was_read_is_refused(world: World, southerner: User) -> None:
    made = world.record()
    offer(world, made)
    changes = parse_disruption({"operation": "Amber Wren"}, typed=True)
    amend_disruption(acting_user=world.recorder, reference=made.reference, version=1, changes=changes)
    with pytest.raises(Stale):
        answer_hand_over(acting_user=southerner, reference=made.reference, version=1, accept=True)
    answer_hand_over(acting_user=southerner, reference=made.reference, version=2, accept=True)


def test_an_offer_ends_when_a_moderator_says_who_led(world: World, southerner: User) -> None:
    made = world.record()
    offer(world, made)
    moderator = make_user(agency=world.centre, national_roles=[Role.MODERATOR])
    decision = DecisionRow(made.reference, "lead_changed", 1, lead_agency="centre", reason="The centre led it.")
    review_disruptions(acting_user=moderator, decisions=[decision])
    assert HandOver.objects.get().status == HandOverStatus.CANCELLED
    with pytest.raises(NotFound):
        answer_hand_over(acting_user=southerner, reference=made.reference, version=None, accept=True)
    made.refresh_from_db()
    assert made.agency == world.centre


def test_withdrawing_takes_the_offer_back_and_closes_the_record_to_the_other_agency(
    world: World, southerner: User
) -> None:
    made = world.record(sharing="named_agencies", shared_with=["centre"])
    offer(world, made)
    withdraw_disruptions(acting_user=world.recorder, versions={made.reference: 1}, reason="In error.")
    assert HandOver.objects.get().status == HandOverStatus.CANCELLED
    assert not Disruption.objects.visible_to(southerner).filter(pk=made.pk).exists()
