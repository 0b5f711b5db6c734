"""``changes/``: who is told what, from where; and that cursors are one's own."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency, AuditEntry, User
from agencies.vocabulary import ApiScope, Role
from disruptions.feed_types import FEED_TYPES
from disruptions.models import ChangeEvent, Disruption
from disruptions.parsing import parse_disruption
from disruptions.services import (
    DecisionRow,
    amend_disruption,
    answer_hand_over,
    offer_hand_over,
    record_disruptions,
    review_disruptions,
    submit_disruptions,
    take_back_hand_over,
    withdraw_disruptions,
)
from disruptions.services.supporting import correct_support
from disruptions.vocabulary import CHANGES_OF, Channel, Decision
from tests.api import Partner
from tests.disruptions.world import World, make_world, record
from tests.factories import make_agency, make_api_client, make_user

pytestmark = pytest.mark.django_db


class Reader:
    """A partner that follows the feed and remembers where it is."""

    def __init__(self, agency: Agency, *, sandbox: bool = False, scopes: Any = tuple(ApiScope)) -> None:
        self.client = make_api_client(agency=agency, sandbox=sandbox)
        self.partner = Partner(self.client, scopes=scopes)
        self.cursor = self.read("after=latest")["cursor"]

    def read(self, query: str) -> Any:
        answer = self.partner.get(f"changes/?{query}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    def news(self) -> list[tuple[str, str, int | None, str | None]]:
        """Return what is new, page by page."""
        found = []
        while True:
            page = self.read(f"after={self.cursor}&page_size=3")
            found += [(each["type"], each["reference"], each["version"], each["agency"]) for each in page["results"]]
            self.cursor = page["cursor"]
            if not page["more"]:
                return found


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def west(world) -> Agency:
    return make_agency(code="west")


@pytest.fixture
def ours(world) -> Reader:
    return Reader(world.north)


@pytest.fixture
def theirs(world) -> Reader:
    return Reader(world.south)


@pytest.fixture
def others(west) -> Reader:
    return Reader(west)


def person(agency: Agency, role: Role = Role.RECORDER) -> User:
    return make_user(agency=agency, roles=[role])


def amend(world: World, found: Any, **changes: Any) -> None:
    amend_disruption(
        acting_user=world.recorder,
        reference=found.reference,
        version=None,
        changes=parse_disruption(changes, typed=True),
    )


def named(*codes: str) -> dict[str, Any]:
    return {"sharing": "named_agencies", "shared_with": list(codes)}


def test_every_change_comes_once_and_in_order(world, ours, theirs):
    found = world.record(submit=False)
    submit_disruptions(acting_user=world.recorder, versions={found.reference: 1})
    amend(world, found, operation="Amber Wren")
    reference = found.reference
    assert ours.news() == [
        ("disruption.recorded", reference, 1, "north"),
        ("disruption.submitted", reference, 2, "north"),
        ("disruption.amended", reference, 3, "north"),
    ]
    assert ours.news() == []
    # The draft was never theirs to see.
    assert theirs.news() == [
        ("disruption.submitted", reference, 2, "north"),
        ("disruption.amended", reference, 3, "north"),
    ]


def test_the_feed_begins_with_the_first_change_and_is_the_same_for_all_who_read_it(world, theirs):
    world.record()
    one, two = Reader(world.south), Reader(world.south)
    one.cursor, two.cursor = (reader.read("page_size=1")["cursor"] for reader in (one, two))
    assert one.news() == two.news() != []


def test_next_is_where_it_goes_on(world, ours):
    world.record()
    first = ours.read("page_size=1&type=disruption.recorded")
    assert (len(first["results"]), first["more"]) == (1, True)
    _, _, query = first["next"].partition("?")
    assert "type=disruption.recorded" in query
    second = ours.read(query)
    assert second["results"] != first["results"]
    last = ours.read(query.replace("page_size=1", "page_size=1000"))
    assert (last["more"], ours.read(last["next"].partition("?")[2])["results"]) == (False, [])


# What leaves a view, and what comes into it.


def test_a_draft_that_is_thrown_away_stays_its_agencys_own(world, ours, theirs):
    found = world.record(submit=False)
    withdraw_disruptions(acting_user=world.recorder, versions={found.reference: 1})
    assert [each[0] for each in ours.news()] == ["disruption.recorded", "disruption.withdrawn"]
    assert theirs.news() == []
    assert theirs.partner.get(f"disruptions/{found.reference}/").status_code == 404
    assert not Disruption.objects.visible_to(make_user(agency=world.south, national_roles=[Role.ANALYST])).filter(
        pk=found.pk
    )


def test_a_supporter_that_takes_the_lead_over_loses_sight_of_nothing(world, theirs):
    found = world.record()
    record(theirs.client.service_account, world.support(lead=found.reference, sharing="lead_and_supporting"))
    amend(world, found, sharing="lead_and_supporting")
    theirs.news()
    offer_hand_over(
        acting_user=world.recorder, reference=found.reference, version=None, to_agency="south", reason="They led it."
    )
    answer_hand_over(acting_user=person(world.south), reference=found.reference, version=None, accept=True)
    told = theirs.news()
    assert ("disruption.handed_over", found.reference) in [each[:2] for each in told]
    assert "disruption.left_view" not in [each[0] for each in told]


def test_narrowed_sharing_takes_a_record_from_those_who_are_not_named_any_more(world, theirs, others):
    found = world.record(**named("south", "west"))
    theirs.news(), others.news()
    amend(world, found, **named("west"))
    assert theirs.news() == [("disruption.left_view", found.reference, None, None)]
    assert others.news() == [("disruption.amended", found.reference, 2, "north")]
    amend(world, found, sharing="all_agencies", shared_with=[])
    assert theirs.news() == [("disruption.amended", found.reference, 3, "north")]


def test_what_was_narrowed_is_not_told_to_a_reader_who_comes_later(world, theirs):
    found = world.record()
    amend(world, found, operation="Amber Wren")
    amend(world, found, sharing="lead_and_supporting")
    assert theirs.news() == [("disruption.left_view", found.reference, None, None)]


def test_a_record_that_left_and_came_back_is_told_so(world, theirs):
    found = world.record()
    amend(world, found, **named("centre"))
    amend(world, found, **named("south"))
    assert theirs.news() == [
        ("disruption.recorded", found.reference, 1, "north"),
        ("disruption.left_view", found.reference, None, None),
        ("disruption.amended", found.reference, 3, "north"),
    ]


def test_an_offer_opens_a_record_and_taking_it_back_closes_it(world, theirs):
    found = world.record(sharing="lead_and_supporting")
    offer_hand_over(
        acting_user=world.recorder, reference=found.reference, version=None, to_agency="south", reason="They led it."
    )
    assert theirs.news() == [("disruption.entered_view", found.reference, 1, "north")]
    take_back_hand_over(acting_user=world.recorder, reference=found.reference)
    assert theirs.news() == [("disruption.left_view", found.reference, None, None)]


def test_a_declined_offer_closes_a_record(world, theirs):
    found = world.record(sharing="lead_and_supporting")
    offer_hand_over(
        acting_user=world.recorder, reference=found.reference, version=None, to_agency="south", reason="They led it."
    )
    answer_hand_over(
        acting_user=person(world.south), reference=found.reference, version=None, accept=False, answer="We did not."
    )
    assert [each[0] for each in theirs.news()] == ["disruption.left_view"]


def test_a_record_that_is_handed_over_leaves_who_had_it(world, ours, theirs):
    found = world.record(sharing="lead_and_supporting")
    ours.news()
    offer_hand_over(
        acting_user=world.recorder, reference=found.reference, version=None, to_agency="south", reason="They led it."
    )
    answer_hand_over(acting_user=person(world.south), reference=found.reference, version=None, accept=True)
    assert ours.news() == [("disruption.left_view", found.reference, None, None)]
    assert theirs.news()[-1] == ("disruption.handed_over", found.reference, 2, "south")


def test_withdrawing_a_record_on_offer_closes_it(world, theirs):
    found = world.record(sharing="lead_and_supporting")
    offer_hand_over(
        acting_user=world.recorder, reference=found.reference, version=None, to_agency="south", reason="They led it."
    )
    withdraw_disruptions(acting_user=world.recorder, versions={found.reference: None}, reason="By mistake.")
    assert theirs.news() == [("disruption.left_view", found.reference, None, None)]


def test_a_support_opens_the_lead_and_its_other_supports_until_it_is_withdrawn(world, west, ours, others):
    lead = world.record()
    first = record(person(world.south), world.support(lead=lead.reference, sharing="lead_and_supporting"))
    assert [each[1] for each in others.news()] == [lead.reference]
    westerner = person(west)
    second = record(westerner, world.support(lead=lead.reference, sharing="lead_and_supporting"))
    amend(world, lead, sharing="lead_and_supporting")
    assert others.news() == [
        ("disruption.recorded", second.reference, 1, "west"),
        ("disruption.entered_view", first.reference, 1, "south"),
        ("disruption.amended", lead.reference, 2, "north"),
    ]
    ours.news()
    withdraw_disruptions(acting_user=westerner, versions={second.reference: None}, reason="By mistake.")
    assert {each[1] for each in others.news() if each[0] == "disruption.left_view"} == {
        lead.reference,
        first.reference,
    }
    # They could open all of it all the time.
    assert ours.news() == [("disruption.withdrawn", second.reference, 2, "west")]


def test_a_support_that_waits_is_open_to_whom_it_waits_for(world, theirs, others):
    support = record(person(world.north), world.support(lead=None, lead_agency="south", **named("centre")))
    assert theirs.news() == [("disruption.recorded", support.reference, 1, "north")]
    correct_support(
        acting_user=person(world.south), reference=support.reference, version=None, lead_agency="west", reason="They."
    )
    assert theirs.news() == [("disruption.left_view", support.reference, None, None)]
    assert others.news() == [("disruption.lead_corrected", support.reference, 2, "north")]


def test_a_rejected_record_that_all_agencies_see_stays_in_view(world, theirs):
    found = world.record()
    review_disruptions(
        acting_user=make_user(agency=world.centre, national_roles=[Role.MODERATOR]),
        decisions=[DecisionRow(found.reference, Decision.NOT_A_DISRUPTION, reason="Nobody was disrupted.")],
    )
    assert [each[0] for each in theirs.news()] == ["disruption.recorded", "disruption.rejected"]


# Who reads what.


def test_sandbox_clients_read_their_sandbox_and_no_other_client_does(world, ours):
    sandbox = Reader(world.north, sandbox=True)
    elsewhere = Reader(world.south, sandbox=True)
    tried = record_disruptions(
        acting_user=sandbox.client.service_account,
        agency=world.north,
        rows=[world.parsed()],
        channel=Channel.API,
        sandbox=True,
    )[0].record
    stands = world.record()
    assert tried is not None
    assert [each[1] for each in sandbox.news()] == [tried.reference]
    assert [each[1] for each in ours.news()] == [stands.reference]
    assert elsewhere.news() == []


def test_a_token_reads_what_its_scopes_are_for(world):
    disruptions = Reader(world.north, scopes=[ApiScope.DISRUPTIONS_READ]).read("page_size=1000")["results"]
    threats = Reader(world.north, scopes=[ApiScope.THREATS_READ]).read("page_size=1000")["results"]
    assert {each["type"].partition(".")[0] for each in disruptions} == {"disruption"}
    assert {each["type"].partition(".")[0] for each in threats} == {"threat", "ocg"}
    refused = Partner(make_api_client(agency=world.north), scopes=[ApiScope.STATISTICS_READ]).get("changes/")
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    assert 'scope="disruptions:read threats:read"' in refused.headers["WWW-Authenticate"]


def test_a_type_keeps_only_that(world, ours):
    found = world.record()
    amend(world, found, operation="Amber Wren")
    page = ours.read(f"after={ours.cursor}&type=disruption.amended&type=disruption.withdrawn")
    assert [each["version"] for each in page["results"]] == [2]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("after=made-up", "after"),
        ("after=", "after"),
        ("after=%00", "after"),
        ("after=latest&after=latest", "after"),
        ("page_size=0", "page_size"),
        ("page_size=1001", "page_size"),
        ("type=disruption.eaten", "type"),
        ("cursor=x", "cursor"),
    ],
)
def test_what_cannot_be_read_is_named(world, ours, query, parameter):
    answer = ours.partner.get(f"changes/?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, parameter)


def test_a_type_beyond_the_token_is_refused(world):
    reader = Reader(world.north, scopes=[ApiScope.THREATS_READ])
    answer = reader.partner.get("changes/?type=disruption.amended")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "type")


def test_cursors_of_others_are_as_bad_as_made_up_ones(world, ours, theirs):
    def refusal(cursor: str) -> Any:
        answer = theirs.partner.get(f"changes/?after={cursor}")
        return answer.status_code, {**answer.json(), "request_id": ""}

    listed = theirs.partner.get("disruptions/?page_size=1").json()["next"].partition("cursor=")[2].partition("&")[0]
    again = Reader(world.south)
    assert refusal(ours.cursor) == refusal(again.cursor) == refusal(listed) == refusal("made-up")


@pytest.mark.parametrize("since", [0, 1, 2], ids=["beyond the end", "at the end", "behind it"])
def test_a_cursor_of_another_history_is_refused(world, ours, since):
    """So it is after the database was put back to an earlier state, however much was recorded since."""
    world.record()
    ours.news()
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT earlier")
    world.record()
    ours.news()
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK TO SAVEPOINT earlier")
    for _ in range(since):
        world.record()
    answer = ours.partner.get(f"changes/?after={ours.cursor}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "after")


# What it costs.


def test_reading_is_kept_in_the_log_and_an_empty_answer_is_not(world, ours):
    before = AuditEntry.objects.count()
    ours.news()
    assert AuditEntry.objects.count() == before
    world.record()
    ours.news()
    entry = AuditEntry.objects.filter(subject="change").get()
    assert (entry.action, entry.detail["changes"]) == ("searched", 1)


@pytest.mark.parametrize("records", [1, 30])
def test_a_page_takes_a_few_queries_however_long_it_is(world, theirs, records):
    record_disruptions(
        acting_user=world.recorder,
        agency=world.north,
        rows=[world.parsed() for _ in range(records)],
        channel=Channel.API,
    )
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = theirs.read(f"after={theirs.cursor}&page_size=1000")
    assert len(page["results"]) == records
    assert len(asked) == QUERIES_OF_A_PAGE, "\n".join(each["sql"][:90] for each in asked)


QUERIES_OF_A_PAGE = 9
"""The token, the rate, the places of new events, the events, the day, roles, which of them are open now, the log."""


def test_a_request_looks_through_so_many_events_and_no_further(world, others, monkeypatch):
    monkeypatch.setattr("disruptions.feeds.changes.EXAMINED_AT_ONCE", 4)
    monkeypatch.setattr("disruptions.feeds.changes.PLACED_AT_ONCE", 5)
    hidden = [world.record(sharing="lead_and_supporting") for _ in range(7)]
    shown = world.record()
    page = others.read(f"after={others.cursor}")
    assert (page["results"], page["more"]) == ([], True)
    assert [each[1] for each in others.news()] == [shown.reference]
    assert len(hidden) == 7


def test_positions_have_no_gaps(world, ours):
    world.record()
    ours.news()
    positions = list(ChangeEvent.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))


def test_every_kind_of_change_has_its_type():
    kinds = {change.value for changes in CHANGES_OF.values() for change in changes}
    choices: Any = ChangeEvent._meta.get_field("change").choices
    assert kinds == {value for value, _ in choices} - {"audience"}
    assert len(FEED_TYPES) == sum(map(len, CHANGES_OF.values())) + 2
