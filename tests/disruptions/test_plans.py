"""The 4P plan of a threat: who keeps it, what is refused, two people at once, and what came of an action."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test import Client

from agencies.models import Agency, User
from agencies.refusals import Invalid, NotFound, Refused, Stale, violation_of
from agencies.vocabulary import Role
from disruptions.models import PlanAction, PlanActionEvent, PlanResult, SOCThreat, ThreatVisit
from disruptions.services import (
    ActionRow,
    LastVisit,
    amend_plan_action,
    link_to_action,
    merge_threats,
    note_visit,
    record_plan_action,
    set_action_of_record,
    take_from_action,
)
from disruptions.vocabulary import PlanState, Sharing, Status, Strand, ThreatStatus
from tests.factories import make_disruption, make_plan_action, make_threat, make_user

pytestmark = pytest.mark.django_db

DUE = date(2027, 3, 1)


@pytest.fixture
def keeper(north: Agency) -> User:
    return make_user(agency=north, roles=[Role.THREAT_MANAGER], email="keeper@north.example")


@pytest.fixture
def officer(north: Agency) -> User:
    """The lead responsible officer, who holds no role."""
    return make_user(agency=north, email="officer@north.example")


@pytest.fixture
def threat(north: Agency, keeper: User, officer: User) -> SOCThreat:
    return make_threat(lead_agency=north, created_by=keeper, lead_responsible_officer=officer)


def row(**changes: Any) -> ActionRow:
    good = ActionRow(Strand.PROTECT, "Warn the boat sellers", "keeper@north.example", DUE)
    return replace(good, **changes)


def test_an_action_is_added_with_its_history(keeper: User, threat: SOCThreat) -> None:
    made = record_plan_action(acting_user=keeper, threat=threat.reference, row=row(title="  Warn the sellers "))
    assert (made.title, made.owner, made.due_on, made.state) == ("Warn the sellers", keeper, DUE, PlanState.PLANNED)
    amended = amend_plan_action(acting_user=keeper, action=made.pk, version=1, values={"state": "under_way"})
    assert (amended.version, amended.changed_by) == (2, keeper)
    assert amend_plan_action(acting_user=keeper, action=made.pk, version=2, values={"state": "under_way"}).version == 2
    states = PlanActionEvent.objects.filter(id=made.pk).order_by("version").values_list("version", "state")
    assert list(states) == [(1, "planned"), (2, "under_way")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"strand": "punish"}, "plan_action_strand_known"),
        ({"state": "stuck"}, "plan_action_state_known"),
        ({"title": "  "}, "plan_action_has_title"),
        ({"title": "x" * 201}, "plan_action_title_within_limit"),
        ({"title": "a\x00b"}, "plan_action_storable"),
        ({"note": "x" * 2001}, "plan_action_note_within_limit"),
        ({"note": "\ud800"}, "plan_action_storable"),
        ({"state": "dropped"}, "plan_action_dropped_has_note"),
        ({"due_on": None}, "plan_action_has_due_date"),
        ({"due_on": date(1999, 12, 31)}, "plan_action_due_in_range"),
        ({"owner": ""}, "plan_action_owner_exists"),
        ({"owner": "who@nowhere.example"}, "plan_action_owner_exists"),
        ({"owner": "k\x00"}, "plan_action_storable"),
    ],
)
def test_a_bad_action_is_refused(keeper: User, threat: SOCThreat, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        record_plan_action(acting_user=keeper, threat=threat.reference, row=row(**changes))
    assert [each.code for each in caught.value.violations] == [code]
    assert not PlanAction.objects.exists()


def test_somebody_who_left_owns_nothing_new(keeper: User, threat: SOCThreat, north: Agency) -> None:
    make_user(agency=north, email="gone@north.example", is_active=False)
    with pytest.raises(Invalid):
        record_plan_action(acting_user=keeper, threat=threat.reference, row=row(owner="gone@north.example"))


def test_who_keeps_a_plan(
    keeper: User, officer: User, threat_manager: User, recorder: User, threat: SOCThreat, south: Agency
) -> None:
    for user in (keeper, officer, threat_manager):
        record_plan_action(acting_user=user, threat=threat.reference, row=row())
    outside = make_user(agency=south, roles=[Role.THREAT_MANAGER])
    User.objects.filter(pk=officer.pk).update(agency=south, version=F("version") + 1)
    moved = User.objects.get(pk=officer.pk)
    for user in (recorder, outside, moved):
        with pytest.raises(Refused) as caught:
            record_plan_action(acting_user=user, threat=threat.reference, row=row())
        assert caught.value.code == "may_not_keep_plan"
    assert PlanAction.objects.count() == 3


def test_nothing_is_planned_against_an_archived_threat(keeper: User, north: Agency) -> None:
    archived = make_threat(lead_agency=north, status=ThreatStatus.ARCHIVED)
    with pytest.raises(Refused) as caught:
        record_plan_action(acting_user=keeper, threat=archived.reference, row=row())
    assert caught.value.code == "may_not_plan"


def test_an_owner_says_how_it_goes_and_no_more(recorder: User, threat: SOCThreat) -> None:
    action = make_plan_action(threat=threat, owner=recorder)
    done = amend_plan_action(
        acting_user=recorder, action=action.pk, version=1, values={"state": "done", "note": "Met."}
    )
    assert (done.state, done.note) == ("done", "Met.")
    with pytest.raises(Refused) as caught:
        amend_plan_action(acting_user=recorder, action=action.pk, version=2, values={"due_on": DUE})
    assert caught.value.code == "may_not_keep_plan"
    with pytest.raises(NotFound):
        amend_plan_action(acting_user=recorder, action=0, version=1, values={})


def test_changes_of_two_people_stand_together_or_are_shown(keeper: User, officer: User, threat: SOCThreat) -> None:
    action = make_plan_action(threat=threat, owner=keeper)
    as_read = {"title": action.title, "due_on": action.due_on, "owner": "keeper@north.example", "note": ""}
    amend_plan_action(acting_user=officer, action=action.pk, version=1, values={"due_on": DUE})
    both = amend_plan_action(acting_user=keeper, action=action.pk, version=1, values=as_read | {"title": "Ring them"})
    assert (both.title, both.due_on, both.version) == ("Ring them", DUE, 3)
    with pytest.raises(Stale) as caught:
        amend_plan_action(
            acting_user=keeper, action=action.pk, version=1, values=as_read | {"due_on": date(2027, 4, 1)}
        )
    assert (caught.value.theirs, caught.value.mine) == ({"due_on": DUE}, {"due_on": date(2027, 4, 1)})
    with pytest.raises(Stale):
        amend_plan_action(acting_user=keeper, action=action.pk, version=9, values={"title": "Never"})


# ----------------------------------------------------------------------------------------------- what came of an action


def test_disruptions_come_from_one_action_each(keeper: User, recorder: User, threat: SOCThreat, north: Agency) -> None:
    first, second = (make_plan_action(threat=threat) for _ in range(2))
    records = [make_disruption(agency=north, threat=threat) for _ in range(2)]
    references = [record.reference for record in records]
    assert len(link_to_action(acting_user=keeper, action=first.pk, references=references)) == 2
    assert link_to_action(acting_user=keeper, action=first.pk, references=references[:1]) == []
    with pytest.raises(Invalid) as caught:
        link_to_action(acting_user=keeper, action=second.pk, references=references[:1])
    assert [each.code for each in caught.value.violations] == ["plan_result_one_action"]
    moved = set_action_of_record(acting_user=recorder, reference=references[0], action=second.pk)
    assert moved is not None
    assert set_action_of_record(acting_user=recorder, reference=references[0], action=second.pk) == moved
    assert PlanResult.objects.live().filter(action=second).count() == 1
    take_from_action(acting_user=keeper, action=first.pk, reference=references[1])
    take_from_action(acting_user=keeper, action=first.pk, reference=references[1])
    assert set_action_of_record(acting_user=recorder, reference=references[0], action=None) is None
    assert not PlanResult.objects.live().exists()
    assert PlanResult.objects.filter(unlinked_by__isnull=False).count() == 3


def test_only_standing_records_of_the_threat_come_from_its_plan(keeper: User, threat: SOCThreat, north: Agency) -> None:
    action = make_plan_action(threat=threat)
    others = [
        make_disruption(agency=north),
        make_disruption(agency=north, threat=threat, status=Status.DRAFT),
        make_disruption(agency=north, threat=threat, status=Status.WITHDRAWN),
        make_disruption(agency=keeper.agency, threat=threat, sandbox=True),
    ]
    for record in others:
        with pytest.raises(Invalid) as caught:
            link_to_action(acting_user=keeper, action=action.pk, references=[record.reference])
        assert [each.code for each in caught.value.violations] == ["plan_result_of_this_threat"]
    with pytest.raises(Invalid) as caught:
        set_action_of_record(acting_user=keeper, reference=others[0].reference, action=action.pk)
    assert [each.code for each in caught.value.violations] == ["plan_result_action_of_threat"]


def test_who_says_what_a_record_came_from(
    recorder: User, outsider: User, officer: User, threat: SOCThreat, north: Agency
) -> None:
    action = make_plan_action(threat=threat)
    record = make_disruption(agency=north, threat=threat)
    for user in (recorder, officer):
        assert set_action_of_record(acting_user=user, reference=record.reference, action=action.pk) is not None
        assert set_action_of_record(acting_user=user, reference=record.reference, action=None) is None
    for attempt in (action.pk, None):
        with pytest.raises(Refused) as caught:
            set_action_of_record(acting_user=outsider, reference=record.reference, action=attempt)
        assert caught.value.code == "may_not_link_to_plan"
    hidden = make_disruption(threat=threat, sharing=Sharing.LEAD_AND_SUPPORTING)
    with pytest.raises(NotFound):
        set_action_of_record(acting_user=officer, reference=hidden.reference, action=action.pk)


def test_what_moved_to_another_threat_may_still_be_taken_away(keeper: User, threat: SOCThreat, south: Agency) -> None:
    action = make_plan_action(threat=threat)
    record = make_disruption(agency=south, threat=threat)
    link_to_action(acting_user=keeper, action=action.pk, references=[record.reference])
    record.threat = make_threat(lead_agency=south)
    record.version += 1
    record.save(update_fields=["threat", "version"])
    take_from_action(acting_user=keeper, action=action.pk, reference=record.reference)
    assert not PlanResult.objects.live().exists()


def test_the_database_holds_what_came_of_an_action_too(keeper: User, threat: SOCThreat, north: Agency) -> None:
    action, record = make_plan_action(threat=threat), make_disruption(agency=north, threat=threat)
    link = "INSERT INTO disruptions_planresult (action_id, disruption_id, linked_by_id, unlinked_by_id) VALUES "
    rows = [(None, "plan_result_one_action"), (keeper.pk, "plan_result_unlinked_by_somebody")]
    link_to_action(acting_user=keeper, action=action.pk, references=[record.reference])
    for unlinked_by, code in rows:
        with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(link + "(%s, %s, %s, %s)", [action.pk, record.pk, keeper.pk, unlinked_by])
        found = violation_of(caught.value)
        assert found is not None
        assert found.code == code


def test_a_visit_is_what_was_seen_before_this_sitting(
    clock_at: Callable[[datetime], AbstractContextManager[None]], keeper: User, threat: SOCThreat
) -> None:
    first = datetime(2026, 11, 1, 9, tzinfo=UTC)
    with clock_at(first):
        assert note_visit(acting_user=keeper, threat=threat) is None
    with clock_at(first + timedelta(minutes=20)):
        assert note_visit(acting_user=keeper, threat=threat) is None
    threat.version = 4
    for minutes in (100, 110):
        with clock_at(first + timedelta(minutes=minutes)):
            seen = note_visit(acting_user=keeper, threat=threat)
        assert seen == LastVisit(first + timedelta(minutes=20), 1)
    assert ThreatVisit.objects.count() == 1


def test_the_plan_of_a_merged_threat_goes_on_under_the_other_one(
    client_for: Callable[[User], Client], keeper: User, recorder: User, threat: SOCThreat, north: Agency
) -> None:
    winner = make_threat(lead_agency=north, created_by=keeper, title="The one that stays")
    action = make_plan_action(threat=threat, owner=recorder, title="Ring the sellers")
    records = [make_disruption(agency=north, threat=threat) for _ in range(2)]
    link_to_action(acting_user=keeper, action=action.pk, references=[records[0].reference])
    merge_threats(
        acting_user=keeper, loser=threat.reference, winner=winner.reference, version=None, reason="One group."
    )
    assert set_action_of_record(acting_user=recorder, reference=records[1].reference, action=action.pk) is not None
    page = client_for(recorder).get(f"/threats/{winner.reference}/").content.decode()
    assert "Ring the sellers" in page
    assert f"Planned against {threat.reference}, which was merged into this threat" in page
    assert all(record.reference in page.split('id="plan"')[1] for record in records)
    assert f"/threats/{winner.reference}/plan/{action.pk}/" in page
    assert client_for(recorder).get(f"/threats/{winner.reference}/plan/{action.pk}/").status_code == 200
