"""Two threats become one and two again: nothing is lost, counted twice or left behind, and every step is on record."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from agencies.models import Agency, User
from agencies.refusals import Invalid, NotFound, Refused, Stale, violation_of
from agencies.vocabulary import Role
from disruptions.filters import DisruptionFilter
from disruptions.models import (
    OCG,
    ChangeEvent,
    Disruption,
    DisruptionEvent,
    Membership,
    MergeMove,
    OCGMerge,
    SOCThreat,
    ThreatMerge,
)
from disruptions.services import (
    add_membership,
    merge_ocgs,
    merge_threats,
    take_back_ocg_merge,
    take_back_threat_merge,
)
from disruptions.vocabulary import Status, ThreatArea, ThreatKind, ThreatRequestStatus
from tests.disruptions.world import make_world
from tests.factories import make_disruption, make_ocg, make_threat, make_threat_request, make_user

pytestmark = pytest.mark.django_db

WHY = "The same group under two names."


@pytest.fixture
def manager(north: Agency) -> User:
    return make_user(agency=north, roles=[Role.THREAT_MANAGER])


def merge(manager: User, loser: SOCThreat, winner: SOCThreat, **changes: Any) -> ThreatMerge:
    asked = {"version": None, "reason": WHY} | changes
    return merge_threats(acting_user=manager, loser=loser.reference, winner=winner.reference, **asked)


def test_all_moves_in_one_step_and_each_record_says_so(manager: User, north: Agency) -> None:
    winner = make_threat(ocg=make_ocg(lead_agency=north, name="Heron"), title="Heron")
    loser = make_threat(ocg=make_ocg(lead_agency=north, name="Crane", aliases=["heron", "Grebe"]), title="Crane")
    approved = make_disruption(threat=loser, status=Status.APPROVED)
    draft = make_disruption(threat=loser, status=Status.DRAFT)
    there = make_disruption(threat=winner)
    asked = make_threat_request(status=ThreatRequestStatus.LISTED, threat=loser)
    counted = Disruption.objects.counted().count()
    made = merge(manager, loser, winner, version=1, winner_version=1)

    assert (made.disruptions_moved, made.counts_before == made.counts_after, made.merged_by) == (2, True, manager)
    approved.refresh_from_db()
    assert (approved.threat, approved.status, approved.version) == (winner, "approved", 2)
    assert (approved.change, approved.change_reason, approved.reason_class) == ("threat_merged", WHY, "threat_change")
    assert approved.changed_by == manager
    assert DisruptionEvent.objects.get(id=approved.pk, version=1).threat_id == loser.pk
    assert ChangeEvent.objects.get(object_id=approved.pk, subject="disruption", version=2).change == "threat_merged"
    assert set(Disruption.objects.filter(threat=winner)) == {approved, draft, there}
    assert Disruption.objects.counted().count() == counted
    asked.refresh_from_db()
    assert asked.threat == winner

    loser.refresh_from_db()
    winner.refresh_from_db()
    assert (loser.status, loser.merged_into, loser.change, loser.version) == ("archived", winner, "merged", 2)
    assert (winner.aliases, winner.change, winner.version) == (["Crane"], "merged", 2)
    groups = {ocg.name: ocg for ocg in OCG.objects.all()}
    assert groups["Heron"].aliases == ["Crane", "Grebe"]
    assert (groups["Crane"].status, groups["Crane"].merged_into) == ("archived", groups["Heron"])


def test_it_is_taken_back_with_what_it_moved_and_leaves_what_came_since(manager: User, north: Agency) -> None:
    winner = make_threat(ocg=make_ocg(lead_agency=north), title="Heron")
    loser = make_threat(ocg=make_ocg(lead_agency=north), title="Crane", status="monitored")  # type: ignore[arg-type]
    moved, elsewhere = make_disruption(threat=loser), make_disruption(threat=loser)
    third = make_threat(lead_agency=north)
    merge(manager, loser, winner)
    since = make_disruption(threat=winner)
    elsewhere.refresh_from_db()
    elsewhere.threat, elsewhere.version = third, 3
    elsewhere.save(update_fields=["threat", "version"])
    undone = take_back_threat_merge(acting_user=manager, loser=loser.reference, version=2, reason="Two after all.")
    assert (undone.undone_by, undone.undone_reason) == (manager, "Two after all.")
    for record, threat, version in ((moved, loser, 3), (since, winner, 1), (elsewhere, third, 3)):
        record.refresh_from_db()
        assert (record.threat, record.version) == (threat, version)
    moved.refresh_from_db()
    assert moved.change == "threat_unmerged"
    loser.refresh_from_db()
    winner.refresh_from_db()
    assert (loser.status, loser.merged_into, loser.change) == ("monitored", None, "unmerged")
    assert winner.aliases == []
    assert set(OCG.objects.values_list("status", flat=True)) == {"active"}
    assert OCGMerge.objects.get().undone_at is not None
    merge(manager, loser, winner)
    assert ThreatMerge.objects.count() == 2


def test_memberships_go_along_but_not_twice_and_not_into_themselves(manager: User, north: Agency) -> None:
    winner, loser = (make_threat(ocg=make_ocg(lead_agency=north)) for _ in range(2))
    both, only, closed = (make_threat(kind=ThreatKind.PRIORITY_INDIVIDUAL, lead_agency=north) for _ in range(3))
    day = date(2026, 1, 5)
    assert winner.ocg is not None
    assert loser.ocg is not None

    def join(threat: SOCThreat, ocg: OCG) -> Membership:
        return add_membership(acting_user=manager, threat=threat.reference, ocg=ocg.reference, from_on=day)

    kept = [join(both, winner.ocg), join(both, loser.ocg), join(winner, loser.ocg)]
    moved = [join(only, loser.ocg), join(closed, loser.ocg)]
    made = merge(manager, loser, winner)
    assert set(Membership.objects.filter(ocg=winner.ocg)) == {kept[0], *moved}
    assert MergeMove.objects.filter(ocg_merge=made.ocg_merge).count() == 2
    take_back_threat_merge(acting_user=manager, loser=loser.reference, version=None, reason="No.")
    assert Membership.objects.filter(ocg=loser.ocg).count() == 4


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": ThreatKind.PRIORITY_INDIVIDUAL}, "threat_merge_same_kind"),
        ({"primary_area": ThreatArea.DRUGS}, "threat_merge_same_area"),
        ({"status": "archived"}, "threat_merge_winner_stands"),
    ],
)
def test_what_would_move_a_figure_or_lose_something_is_refused(
    manager: User, north: Agency, changes: dict[str, Any], code: str
) -> None:
    loser, winner = make_threat(lead_agency=north), make_threat(lead_agency=north, **changes)
    record = make_disruption(threat=loser)
    with pytest.raises(Invalid) as refused:
        merge(manager, loser, winner)
    assert [each.code for each in refused.value.violations] == [code]
    record.refresh_from_db()
    assert (record.threat, ThreatMerge.objects.count()) == (loser, 0)


def test_it_takes_a_reason_another_threat_the_version_that_was_read_and_both_agencies(
    manager: User, north: Agency, south: Agency
) -> None:
    loser, winner, theirs = (make_threat(lead_agency=agency) for agency in (north, north, south))
    for other, changes, code in (
        (winner, {"reason": ""}, "threat_merge_has_reason"),
        (loser, {}, "threat_merge_into_another"),
    ):
        with pytest.raises(Invalid) as refused:
            merge(manager, loser, other, **changes)
        assert refused.value.violations[0].code == code
    for versions in ({"version": 9}, {"winner_version": 9}):
        with pytest.raises(Stale):
            merge(manager, loser, winner, **versions)
    with pytest.raises(Refused):
        merge(manager, loser, theirs)


def test_merges_are_taken_back_the_last_first(manager: User, north: Agency) -> None:
    first, second, third = (make_threat(lead_agency=north) for _ in range(3))
    merge(manager, first, second)
    with pytest.raises(Invalid) as refused:
        merge(manager, third, first)
    assert refused.value.violations[0].existing == second.reference
    merge(manager, second, third)
    first.refresh_from_db()
    assert first.in_its_place() == third
    with pytest.raises(Refused) as early:
        take_back_threat_merge(acting_user=manager, loser=first.reference, version=None, reason="No.")
    assert early.value.code == "merged_since"
    take_back_threat_merge(acting_user=manager, loser=second.reference, version=None, reason="No.")
    with pytest.raises(NotFound):
        take_back_threat_merge(acting_user=manager, loser=second.reference, version=None, reason="No.")
    take_back_threat_merge(acting_user=manager, loser=first.reference, version=None, reason="No.")


def test_a_record_against_the_loser_is_refused_and_told_what_to_use() -> None:
    world = make_world()
    centre = make_user(agency=world.centre, roles=[Role.THREAT_MANAGER])
    winner = make_threat(ocg=make_ocg(lead_agency=world.centre))
    merge(centre, world.threat, winner)
    with pytest.raises(AssertionError, match=f"disruption_threat_merged.*{winner.reference}"):
        world.record()


def test_the_database_refuses_a_record_against_the_loser_by_name(manager: User, north: Agency) -> None:
    loser, winner = make_threat(lead_agency=north), make_threat(lead_agency=north)
    stays = make_disruption(threat=winner)
    merge(manager, loser, winner)
    update = ("UPDATE disruptions_disruption SET threat_id = %s, version = 2 WHERE id = %s", [loser.pk, stays.pk])
    for write in (lambda: make_disruption(threat=loser), lambda: run(*update)):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            write()
        found = violation_of(refused.value)
        assert found is not None
        assert found.code == "disruption_threat_merged"
    run("UPDATE disruptions_disruption SET summary = 'x', version = 2 WHERE id = %s", [stays.pk])


def run(statement: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_losers_reference_and_names_lead_to_the_winner(manager: User, north: Agency) -> None:
    first, second, last = (
        make_threat(ocg=make_ocg(lead_agency=north, name=f"{title} group"), title=title)
        for title in ("Crane", "Grebe", "Heron")
    )
    record = make_disruption(threat=first)
    merge(manager, first, second)
    merge(manager, second, last)
    assert first.ocg is not None
    listed = SOCThreat.objects.accepting()
    for text in (first.reference, second.reference, first.ocg.reference, "crane", "grebe group", last.reference):
        assert list(listed.matching(text)) == [last]
    for text in (first.reference, last.reference):
        assert list(Disruption.objects.matching(text)) == [record]
        assert list(DisruptionFilter({"threat": text}, Disruption.objects.all()).strict()) == [record]


def test_an_ocg_that_is_no_threat_is_merged_by_itself(manager: User, north: Agency) -> None:
    loser, winner, listed = (make_ocg(lead_agency=north, name=name) for name in ("Crane", "Heron", "Grebe"))
    make_threat(ocg=listed)
    with pytest.raises(Refused):
        merge_ocgs(acting_user=manager, loser=listed.reference, winner=winner.reference, version=1, reason=WHY)
    made = merge_ocgs(acting_user=manager, loser=loser.reference, winner=winner.reference, version=1, reason=WHY)
    winner.refresh_from_db()
    assert (made.added_aliases, winner.aliases) == (["Crane"], ["Crane"])
    take_back_ocg_merge(acting_user=manager, loser=loser.reference, version=2, reason="Two after all.")
    loser.refresh_from_db()
    assert (loser.merged_into, loser.status) == (None, "active")


def test_the_database_holds_that_counts_agree_and_that_a_merge_is_whole(manager: User, north: Agency) -> None:
    loser, winner = make_threat(lead_agency=north), make_threat(lead_agency=north)
    made = merge(manager, loser, winner)
    for change, code in (
        ("counts_after = '{\"approved/lead/major/real\": 1}'", "threat_merge_counts_agree"),
        ("winner_id = loser_id", "threat_merge_into_another"),
        ("reason = ''", "threat_merge_has_reason"),
        ("undone_reason = 'x'", "threat_merge_undone_by_somebody"),
        ("status_before = 'x'", "threat_merge_status_before_known"),
    ):
        with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE disruptions_threatmerge SET {change} WHERE id = %s", [made.pk])
        found = violation_of(refused.value)
        assert found is not None
        assert found.code == code
    for table, pk, change, code in (
        ("socthreat", loser.pk, "status = 'active'", "soc_threat_merged_is_archived"),
        ("socthreat", winner.pk, "merged_into_id = id, status = 'archived'", "soc_threat_merged_is_archived"),
        ("socthreat", winner.pk, "change = 'archived', change_reason = ''", "soc_threat_archived_has_reason"),
        ("socthreat", winner.pk, "escalated_to = 'rocu'", "soc_threat_escalated_at_a_time"),
        ("socthreat", winner.pk, "escalated_to = 'mayor', escalated_at = now()", "soc_threat_escalated_to_known"),
    ):
        with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE disruptions_{table} SET {change}, version = version + 1 WHERE id = %s", [pk])
        found = violation_of(refused.value)
        assert found is not None
        assert found.code == code
    with pytest.raises(IntegrityError), transaction.atomic():
        MergeMove.objects.create(threat_merge=made)


def test_two_times_a_thousand_in_as_many_statements_as_two_times_one(
    manager: User, north: Agency, django_assert_num_queries: Any
) -> None:
    loser, winner = make_threat(lead_agency=north), make_threat(lead_agency=north)
    agency = make_user(roles=[Role.RECORDER]).agency
    for threat in (loser, winner):
        first = make_disruption(agency=agency, threat=threat)
        with connection.cursor() as cursor:
            copy_record(cursor, first.pk, 999)
    with django_assert_num_queries(25):
        made = merge(manager, loser, winner)
    assert made.disruptions_moved == 1000
    assert sum(made.counts_after.values()) == 2000
    assert Disruption.objects.filter(threat=winner).leads().count() == 2000
    take_back_threat_merge(acting_user=manager, loser=loser.reference, version=None, reason="No.")
    assert Disruption.objects.filter(threat=loser, version=3).count() == 1000


def copy_record(cursor: Any, pk: int, times: int) -> None:
    """Copy a record within the database, with other references."""
    cursor.execute(
        "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid = 'disruptions_disruption'"
        "::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname NOT IN ('id', 'reference')"
        " AND attidentity = ''"
    )
    columns = cursor.fetchone()[0]
    signs = "translate(lpad(to_hex(%s * 4096 + n), 8, '0'), 'aeiou', 'gkmpq')"
    cursor.execute(
        f"INSERT INTO disruptions_disruption (reference, {columns})"
        f" SELECT upper('D-' || left({signs}, 4) || '-' || right({signs}, 4)), {columns}"
        " FROM disruptions_disruption, generate_series(1, %s) n WHERE id = %s",
        [pk % 60000, pk % 60000, times, pk],
    )


def test_a_winner_takes_as_many_names_as_there_is_room_for(manager: User, north: Agency) -> None:
    winner, loser = (make_threat(lead_agency=north, kind=ThreatKind.VULNERABILITY, title=title) for title in "AB")
    for threat, names in ((winner, [f"Name {number}" for number in range(49)]), (loser, ["Grebe"])):
        SOCThreat.objects.filter(pk=threat.pk).update(aliases=names, version=F("version") + 1)
    assert merge(manager, loser, winner).added_aliases == ["B"]
    again: dict[str, Any] = {
        "acting_user": manager,
        "loser": loser.reference,
        "version": None,
        "reason": "Two after all.",
    }
    assert take_back_threat_merge(**again).undone_reason == "Two after all."
    with pytest.raises(NotFound):
        take_back_threat_merge(**again)
