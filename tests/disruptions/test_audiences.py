"""CONTRACT: who an event says could open a record is who ``visible_to`` lets open it, whatever happens to records."""

from __future__ import annotations

import random
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from agencies.models import User
from agencies.refusals import Invalid, NotFound, Refused, Stale
from agencies.vocabulary import Role
from disruptions.models import ChangeEvent, Disruption
from disruptions.parsing import parse_disruption
from disruptions.services import (
    DecisionRow,
    amend_disruption,
    answer_hand_over,
    offer_hand_over,
    record_disruptions,
    reopen_disruptions,
    review_disruptions,
    submit_disruptions,
    take_back_hand_over,
    withdraw_disruptions,
)
from disruptions.services.announcing import audiences_of
from disruptions.services.supporting import confirm_support, correct_support, decline_support
from disruptions.vocabulary import Channel, Decision, DisruptionRole, Sharing, Status
from tests.databases import TestDatabase
from tests.disruptions.audiences import last_audiences, open_to, spelt_out
from tests.disruptions.world import World, make_world, record
from tests.factories import make_agency, make_api_client, make_disruption, make_user

pytestmark = pytest.mark.django_db

STEPS = 60


class Play:
    """Records of five agencies, and whatever their people may do to them, one thing after another."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)  # noqa: S311 - which of them happens is no secret
        self.agencies = [world.north, world.south, make_agency(code="west"), make_agency(code="east")]
        self.recorders = {each.pk: make_user(agency=each, roles=[Role.RECORDER]) for each in self.agencies}
        self.approvers = {each.pk: make_user(agency=each, roles=[Role.APPROVER]) for each in self.agencies}
        self.moderator = make_user(agency=world.centre, national_roles=[Role.MODERATOR])
        self.accounts = [make_api_client(agency=each).service_account for each in [*self.agencies, world.centre]]
        self.done: set[str] = set()

    def step(self) -> None:
        """Try one thing; what is refused changes nothing."""
        moves: list[Callable[[], Any]] = [
            self.lead,
            self.support,
            self.support,
            self.share,
            self.share,
            self.submit,
            self.withdraw,
            self.reopen,
            self.offer,
            self.take_back,
            self.answer_offer,
            self.confirm,
            self.correct,
            self.decline,
            self.review,
            self.rejoin,
        ]
        move = self.chance.choice(moves)
        try:
            move()
        except (Invalid, NotFound, Refused, Stale):
            return
        except IndexError:
            return
        self.done.add(move.__name__)

    def lead(self) -> None:
        record(self._recorder(), self.world.lead(**self._sharing()), submit=self.chance.random() < 0.8)

    def support(self) -> None:
        lead = self._some(role=DisruptionRole.LEAD)
        named = {"lead": lead.reference} if self.chance.random() < 0.7 else {"lead": None, "lead_agency": "north"}
        raw = self.world.support(**named, **self._sharing())
        parsed = parse_disruption({**raw, "submit": self.chance.random() < 0.8}, typed=True)
        user = self._recorder()
        self._record(user, parsed)

    def share(self) -> None:
        found = self._some()
        self._amend(found, self._sharing())

    def rejoin(self) -> None:
        found = self._some(role=DisruptionRole.SUPPORT)
        self._amend(found, {"lead": self._some(role=DisruptionRole.LEAD).reference})

    def submit(self) -> None:
        found = self._some(status__in=[Status.DRAFT, Status.RETURNED])
        submit_disruptions(acting_user=self._of(found), versions={found.reference: None})

    def withdraw(self) -> None:
        found = self._some()
        withdraw_disruptions(acting_user=self._of(found), versions={found.reference: None}, reason="By mistake.")

    def reopen(self) -> None:
        found = self._some(status=Status.WITHDRAWN)
        reopen_disruptions(acting_user=self._of(found), versions={found.reference: None}, reason="It stands.")

    def offer(self) -> None:
        found = self._some(role=DisruptionRole.LEAD)
        offer_hand_over(
            acting_user=self._of(found),
            reference=found.reference,
            version=None,
            to_agency=self.chance.choice(self.agencies).code,
            reason="They led it.",
        )

    def take_back(self) -> None:
        found = self._some(hand_overs__status="offered")
        take_back_hand_over(acting_user=self._of(found), reference=found.reference)

    def answer_offer(self) -> None:
        found = self._some(hand_overs__status="offered")
        offer = found.hand_overs.get(status="offered")
        answer_hand_over(
            acting_user=self.recorders[offer.to_agency_id],
            reference=found.reference,
            version=None,
            accept=self.chance.random() < 0.6,
            answer="We did not.",
        )

    def confirm(self) -> None:
        found = self._waiting()
        lead = self._some(role=DisruptionRole.LEAD, agency=found.lead_agency)
        confirm_support(
            acting_user=self.recorders[found.lead_agency_id or 0],
            reference=found.reference,
            version=None,
            lead=lead.reference,
        )

    def correct(self) -> None:
        found = self._waiting()
        correct_support(
            acting_user=self.recorders[found.lead_agency_id or 0],
            reference=found.reference,
            version=None,
            lead_agency=self.chance.choice(self.agencies).code,
            reason="They led it.",
        )

    def decline(self) -> None:
        found = self._waiting()
        decline_support(
            acting_user=self.recorders[found.lead_agency_id or 0],
            reference=found.reference,
            version=None,
            reason="Not ours.",
        )

    def review(self) -> None:
        found = self._some(status__in=[Status.SUBMITTED, Status.APPROVED])
        decision = self.chance.choice(
            [Decision.APPROVE, Decision.RETURN, Decision.NOT_A_DISRUPTION, Decision.LEAD_CHANGED]
        )
        moderates = decision in {Decision.NOT_A_DISRUPTION, Decision.LEAD_CHANGED}
        row = DecisionRow(found.reference, decision, reason="As it reads.")
        if decision == Decision.LEAD_CHANGED:
            row.lead_agency = self.chance.choice(self.agencies).code
        review_disruptions(
            acting_user=self.moderator if moderates else self.approvers[found.agency_id], decisions=[row]
        )

    def _record(self, user: User, parsed: Any) -> None:
        [result] = record_disruptions(acting_user=user, agency=user.agency, rows=[parsed], channel=Channel.API)
        if result.record is None:
            raise Refused("", "")

    def _amend(self, found: Disruption, changes: dict[str, Any]) -> None:
        amend_disruption(
            acting_user=self._of(found),
            reference=found.reference,
            version=None,
            changes=parse_disruption(changes, typed=True),
        )

    def _sharing(self) -> dict[str, Any]:
        sharing = self.chance.choice(list(Sharing))
        named = self.chance.sample(self.agencies, 2) if sharing == Sharing.NAMED_AGENCIES else []
        return {"sharing": sharing.value, "shared_with": [each.code for each in named]}

    def _some(self, **conditions: Any) -> Disruption:
        keys = [each.pk for each in self.agencies]
        rows = Disruption.objects.filter(agency__in=keys, **conditions).order_by("pk")
        return self.chance.choice(list(rows.select_related("agency", "lead_agency")))

    def _waiting(self) -> Disruption:
        return self._some(role=DisruptionRole.SUPPORT, lead__isnull=True, status__in=[Status.SUBMITTED])

    def _recorder(self) -> User:
        return self.recorders[self.chance.choice(self.agencies).pk]

    def _of(self, found: Disruption) -> User:
        return self.recorders[found.agency_id]


def play(seed: int, steps: int, *, looks: int) -> set[str]:
    """Play for so many steps, look after every few, and return what was done."""
    played = Play(make_world(), seed)
    for step in range(steps):
        played.step()
        if step % looks == looks - 1:
            assert open_to(played.accounts) == spelt_out(last_audiences(), played.accounts)
    return played.done


def test_audiences_are_what_visible_to_says_whatever_happens():
    play(1, STEPS, looks=3)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(2, 8))
def test_audiences_are_what_visible_to_says_whatever_happens_for_long(seed):
    assert len(play(seed, 5 * STEPS, looks=1)) >= 12


def test_a_sandbox_record_is_its_agencys_alone():
    client = make_api_client(agency=make_agency(), sandbox=True)
    raw = parse_disruption({"role": "lead"}, typed=True)
    record_disruptions(
        acting_user=client.service_account, agency=client.agency, rows=[raw], channel=Channel.API, sandbox=True
    )
    event = ChangeEvent.objects.get()
    assert (event.sandbox, event.audience) == (True, [client.agency_id])


def test_most_records_ask_nothing_of_the_database(django_assert_num_queries):
    rows = [make_disruption(), make_disruption(status=Status.DRAFT, sharing=Sharing.LEAD_AND_SUPPORTING)]
    with django_assert_num_queries(0):
        audiences = audiences_of(rows)
    assert audiences == {rows[0].pk: None, rows[1].pk: (rows[1].agency_id,)}


@pytest.mark.django_db(transaction=True)
def test_events_from_before_the_feed_get_their_audience_and_their_place(test_database: TestDatabase):
    played = Play(make_world(), 3)
    for _ in range(STEPS // 2):
        played.step()
    expected = last_audiences()
    # An event of its own where only the audience changed is younger than the feed.
    test_database.run_as_owner("DELETE FROM disruptions_changeevent WHERE change = 'audience'")
    before = "position = NULL, sandbox = subject = 'disruption', audience = NULL"
    test_database.run_as_owner(f"UPDATE disruptions_changeevent SET {before}")
    migration = import_module("disruptions.migrations.0003_change_feed")
    test_database.run_as_owner(migration.AUDIENCES)
    test_database.run_as_owner(migration.POSITIONS)
    assert spelt_out(last_audiences(), played.accounts) == spelt_out(expected, played.accounts)
    assert open_to(played.accounts) == spelt_out(expected, played.accounts)
    positions = list(ChangeEvent.objects.order_by("id").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    assert not ChangeEvent.objects.filter(sandbox=True).exists()
