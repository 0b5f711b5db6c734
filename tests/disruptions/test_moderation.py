"""Which approved records a moderator looks at again, and who may not."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from agencies.constraints import declared
from agencies.models import User
from agencies.refusals import Invalid, Refused, violation_of
from agencies.vocabulary import Role
from disruptions.models import Disruption, ModerationCase, Review
from disruptions.parsing import parse_disruption
from disruptions.permissions import may_moderate
from disruptions.services import DecisionRow, amend_disruption, review_disruptions, withdraw_disruptions
from disruptions.services.moderating import is_sampled
from disruptions.vocabulary import Level, ModerationReason, Status
from tests.disruptions.world import World, make_world
from tests.factories import make_agency, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def judge(world: World) -> User:
    return make_user(agency=world.centre, national_roles=[Role.MODERATOR])


@pytest.fixture(autouse=True)
def nothing_is_sampled(settings: Any) -> None:
    settings.MODERATION_SAMPLE_PERCENT = 0


def decide(user: User, record: Disruption, decision: str, **options: Any) -> Review:
    [review] = review_disruptions(acting_user=user, decisions=[DecisionRow(record.reference, decision, **options)])
    record.refresh_from_db()
    return review


def waiting(user: User) -> list[str]:
    return [record.reference for record in Disruption.objects.visible_to(user).waiting_for_moderation_by(user)]


# ------------------------------------------------------------------------------------------------------------- the draw


@pytest.mark.parametrize(("percent", "least", "most"), [(0, 0, 0), (100, 2000, 2000), (10, 140, 260), (0.5, 1, 25)])
def test_the_rate_is_the_setting(settings: Any, percent: float, least: int, most: int) -> None:
    settings.MODERATION_SAMPLE_PERCENT = percent
    assert least <= sum(is_sampled(f"D-{number}", 2) for number in range(2000)) <= most


def test_the_draw_replays_and_goes_by_version_and_secret_key(settings: Any) -> None:
    settings.MODERATION_SAMPLE_PERCENT = 50
    drawn = [is_sampled(f"D-{number}", 2) for number in range(200)]
    assert drawn == [is_sampled(f"D-{number}", 2) for number in range(200)]
    assert drawn != [is_sampled(f"D-{number}", 3) for number in range(200)]
    settings.SECRET_KEY = "another"
    assert drawn != [is_sampled(f"D-{number}", 2) for number in range(200)]


def test_what_a_low_rate_takes_a_higher_one_takes_too(settings: Any) -> None:
    settings.MODERATION_SAMPLE_PERCENT = 10
    few = {number for number in range(500) if is_sampled(f"D-{number}", 2)}
    settings.MODERATION_SAMPLE_PERCENT = 30
    assert few < {number for number in range(500) if is_sampled(f"D-{number}", 2)}


# ----------------------------------------------------------------------------------------------------------- the cases


def test_every_major_is_looked_at_again(world: World, judge: User) -> None:
    major, regraded, minor = world.record(level="major"), world.record(), world.record(level="minor")
    decide(world.colleague, major, "approve")
    decide(world.colleague, regraded, "approve", to_level="major", reason="The group has stopped.")
    decide(world.colleague, minor, "approve")
    cases = ModerationCase.objects.values_list("disruption__reference", "why")
    assert set(cases) == {(major.reference, "major"), (regraded.reference, "major")}
    assert waiting(judge) == [major.reference, regraded.reference]


def test_a_sample_of_the_rest_is_looked_at_after_the_majors(world: World, judge: User, settings: Any) -> None:
    settings.MODERATION_SAMPLE_PERCENT = 100
    minor, major = world.record(level="minor"), world.record(level="major")
    for record in (minor, major):
        decide(world.colleague, record, "approve")
    assert waiting(judge) == [major.reference, minor.reference]
    assert {case.why for case in minor.moderation_cases.all()} == {ModerationReason.SAMPLE}


def test_a_set_opens_its_cases_in_one_statement(
    world: World, settings: Any, django_assert_max_num_queries: Any
) -> None:
    settings.MODERATION_SAMPLE_PERCENT = 100
    assert world.colleague.grants
    few = [world.record() for _ in range(2)]
    many = [world.record() for _ in range(20)]

    def approve(records: list[Disruption]) -> int:
        rows = [DecisionRow(each.reference, "approve", 1) for each in records]
        with django_assert_max_num_queries(20) as captured:
            review_disruptions(acting_user=world.colleague, decisions=rows)
        assert sum("INTO disruptions_moderationcase" in query["sql"] for query in captured.captured_queries) == 1
        return len(captured)

    assert approve(few) == approve(many)
    assert ModerationCase.objects.count() == 22


def test_a_sandbox_record_is_nobodys_to_moderate(world: World, settings: Any) -> None:
    settings.MODERATION_SAMPLE_PERCENT = 100
    record = world.record(level="major")
    Disruption.objects.filter(pk=record.pk).update(sandbox=True, version=2)
    decide(world.colleague, record, "approve")
    assert not ModerationCase.objects.exists()


@pytest.mark.parametrize(
    ("decision", "options"),
    [
        ("upheld", {}),
        ("raised", {"to_level": "major", "reason": "More."}),
        ("lowered", {"to_level": "minor", "reason": "Less."}),
        ("not_a_disruption", {"reason": "Nothing changed."}),
        ("duplicate", {"reason": "Twice.", "duplicate_of": "our_lead"}),
        ("threat_changed", {"reason": "Another group.", "threat": "threat"}),
        ("lead_changed", {"reason": "The south led.", "lead_agency": "south"}),
    ],
)
def test_a_moderators_decision_closes_the_case(
    world: World, judge: User, settings: Any, decision: str, options: dict[str, Any]
) -> None:
    settings.MODERATION_SAMPLE_PERCENT = 100
    record = world.record()
    decide(world.colleague, record, "approve")
    assert waiting(judge) == [record.reference]
    for name in {"duplicate_of", "threat"} & set(options):
        options[name] = world.names[options[name]]
    review = decide(judge, record, decision, **options)
    assert ModerationCase.objects.get(disruption=record).review == review
    assert waiting(judge) == []
    assert review.version == record.version == 3


def test_what_was_amended_or_withdrawn_does_not_wait_and_a_new_approval_takes_the_case_up(
    world: World, judge: User, settings: Any
) -> None:
    settings.MODERATION_SAMPLE_PERCENT = 100
    record, withdrawn = world.record(level="minor"), world.record()
    for each in (record, withdrawn):
        decide(world.colleague, each, "approve")
    withdraw_disruptions(acting_user=world.recorder, versions={withdrawn.reference: 2}, reason="Recorded twice.")
    amend_disruption(
        acting_user=world.recorder,
        reference=record.reference,
        changes=parse_disruption({"occurred_on": "2026-09-01"}, typed=True),
        version=2,
        reason="The day was wrong.",
        reason_class="date_correction",
    )
    record.refresh_from_db()
    assert record.status == Status.SUBMITTED
    assert waiting(judge) == []
    settings.MODERATION_SAMPLE_PERCENT = 0
    decide(world.colleague, record, "approve", to_level="major", reason="The group has stopped.")
    assert waiting(judge) == [record.reference]
    assert [case.why for case in record.moderation_cases.all()] == ["major"]


def test_a_decided_case_stays_and_another_approval_opens_a_new_one(world: World, judge: User) -> None:
    record = world.record(level="major")
    decide(world.colleague, record, "approve")
    decide(judge, record, "upheld")
    Disruption.objects.filter(pk=record.pk).update(status="submitted", version=4)
    decide(world.colleague, record, "approve")
    assert record.moderation_cases.count() == 2
    assert waiting(judge) == [record.reference]


# --------------------------------------------------------------------------------------------------------- lead changed


def test_a_moderator_names_the_agency_that_led(world: World, judge: User) -> None:
    lead = Disruption.objects.get(reference=world.names["our_lead"])
    review = decide(judge, lead, "lead_changed", reason="The south led it.", lead_agency="south")
    assert (lead.agency, lead.status, lead.reason_class) == (world.south, Status.SUBMITTED, "lead_change")
    assert (review.version, lead.version) == (lead.version, 2)


@pytest.mark.parametrize(
    ("agency", "code"),
    [
        ("nowhere", "review_lead_agency_exists"),
        (None, "review_lead_agency_exists"),
        ("north", "hand_over_to_another_agency"),
    ],
)
def test_the_agency_that_led_is_another_one_that_exists(
    world: World, judge: User, agency: str | None, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        decide(judge, world.record(), "lead_changed", reason="They led it.", lead_agency=agency)
    assert [each.code for each in caught.value.violations] == [code]
    assert not Review.objects.exists()


def test_who_led_is_changed_for_one_record_at_a_time(world: World, judge: User) -> None:
    rows = [DecisionRow(world.record().reference, "lead_changed", reason="W.", lead_agency="south") for _ in range(2)]
    with pytest.raises(Invalid) as caught:
        review_disruptions(acting_user=judge, decisions=rows)
    assert [each.code for each in caught.value.violations] == ["review_lead_change_alone"]


# ----------------------------------------------------------------------------------------------------- never one's own


def test_who_ever_approved_a_record_does_not_moderate_it(world: World) -> None:
    both = make_user(agency=world.north, roles=[Role.APPROVER], national_roles=[Role.MODERATOR])
    record = world.record(level="major")
    decide(both, record, "approve")
    assert (waiting(both), may_moderate(both, record)) == ([], False)
    Disruption.objects.filter(pk=record.pk).update(status="submitted", approved_by=None, version=3)
    decide(world.colleague, record, "approve")
    assert record.approved_by == world.colleague
    assert (waiting(both), may_moderate(both, record)) == ([], False)
    assert may_moderate(both, record, approved_before=()) is True
    with pytest.raises(Refused) as caught:
        decide(both, record, "upheld")
    assert caught.value.code == "review_not_by_approver"


@pytest.mark.parametrize("who", ["approver", "submitter", "author"])
def test_the_database_refuses_it_too(world: World, who: str) -> None:
    both = make_user(agency=world.north, roles=[Role.APPROVER], national_roles=[Role.MODERATOR])
    record = world.record(level="major")
    author = record.recorded_by_id
    if who == "approver":
        decide(both, record, "approve")
    elif who == "submitter":
        Disruption.objects.filter(pk=record.pk).update(submitted_by=both, version=2)
    else:
        author = both.pk
    insert = """
        INSERT INTO disruptions_review (disruption_id, version, decision, from_level, to_level, reason, field_reasons,
            reason_class, author_id, decided_by_id)
        VALUES (%s, 9, 'upheld', 'major', 'major', '', '{}', '', %s, %s)
    """
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(insert, [record.pk, author, both.pk])
    refused = violation_of(caught.value)
    assert refused is not None
    assert refused.code == f"review_not_by_{who}"


@pytest.mark.parametrize("role", [Role.ANALYST, Role.APPROVER, Role.RECORDER])
def test_only_moderators_have_a_queue(world: World, role: Role) -> None:
    record = world.record(level="major")
    decide(world.colleague, record, "approve")
    assert waiting(make_user(agency=make_agency(), national_roles=[role])) == []


def test_the_set_and_the_single_question_agree(world: World) -> None:
    """Every way of having had a hand in a record, by every status it may have since."""
    both = make_user(
        agency=world.north, roles=[Role.RECORDER, Role.APPROVER], national_roles=[Role.MODERATOR], name="Both"
    )
    for status, hand in product(
        ("approved", "submitted", "returned", "rejected"), ("none", "approved", "approved_once")
    ):
        record = world.record(level="major")
        decide(both if hand != "none" else world.colleague, record, "approve")
        if hand == "approved_once":
            Disruption.objects.filter(pk=record.pk).update(status="submitted", approved_by=None, version=3)
            decide(world.colleague, record, "approve")
        Disruption.objects.filter(pk=record.pk).update(status=status, version=record.version + 1)
    mine = {record.pk for record in Disruption.objects.waiting_for_moderation_by(both)}
    assert mine
    for record in Disruption.objects.with_open_case().select_related("agency"):
        assert (record.pk in mine) == may_moderate(both, record), record
    assert {record.level for record in Disruption.objects.filter(pk__in=mine)} == {Level.MAJOR}


def test_every_new_code_has_its_sentence() -> None:
    codes = {each.code for each in declared()}
    assert {"review_lead_agency_exists", "review_lead_change_alone", "review_together_only_minor"} <= codes
