"""What a threat's page reads: records over time, links, and what is new since the last visit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest

from agencies.models import Agency, User, oic_now
from disruptions.links import Side, linked_threats
from disruptions.models import Disruption, Membership, SOCThreat
from disruptions.services import LastVisit, amend_threats, end_membership
from disruptions.since import news_of
from disruptions.statistics.timeline import OTHERS, Timeline, timeline
from disruptions.vocabulary import DisruptionRole, Level, PriorityGrade, Sharing, Status, ThreatKind
from tests.factories import (
    grade_threat,
    make_agency,
    make_disruption,
    make_membership,
    make_ocg,
    make_plan_action,
    make_threat,
)

pytestmark = pytest.mark.django_db

INDIVIDUAL = ThreatKind.PRIORITY_INDIVIDUAL
LEAD, SUPPORT = DisruptionRole.LEAD, DisruptionRole.SUPPORT
Clock = Callable[[datetime], AbstractContextManager[None]]


@pytest.fixture
def group(north: Agency) -> SOCThreat:
    return make_threat(ocg=make_ocg(lead_agency=north, name="Copper Heron"), title="Copper Heron")


# ------------------------------------------------------------------------------------------------------------ over time


def over(threat: SOCThreat) -> Timeline:
    return timeline(Disruption.objects.filter(threat=threat))


@pytest.mark.parametrize(
    ("last", "names"),
    [
        (date(2025, 12, 31), ["January 2025", "December 2025"]),
        (date(2028, 5, 1), ["Jan to Mar 2025", "Apr to Jun 2028"]),
        (date(2033, 5, 1), ["2025", "2033"]),
    ],
)
def test_stretches_are_as_long_as_the_time_asks(north: Agency, group: SOCThreat, last: date, names: list[str]) -> None:
    recorded = datetime(2034, 1, 1, tzinfo=UTC)
    for day in (date(2025, 1, 2), last):
        make_disruption(agency=north, threat=group, occurred_on=day, recorded_at=recorded)
    cells = over(group).cells
    assert [cell.stretch.name for cell in cells] == names
    assert all(cell.stretch.first <= cell.stretch.middle <= cell.stretch.last for cell in cells)


def test_leads_and_supports_stand_apart_and_agencies_past_the_seventh_together(north: Agency, group: SOCThreat) -> None:
    lead = make_disruption(agency=north, threat=group, level=Level.MAJOR)
    make_disruption(agency=north, threat=group, level=Level.NEGATIVE)
    make_disruption(agency=north, threat=group, status=Status.WITHDRAWN)
    for _ in range(8):
        make_disruption(agency=make_agency(), threat=group, role=SUPPORT, lead=lead)
    found = over(group)
    assert (found.records(LEAD), found.records(SUPPORT), found.records(LEAD, "major")) == (2, 8, 1)
    assert (len(found.agencies), found.agencies[0], found.agencies[-1]) == (8, north.short_name, OTHERS)
    assert found.levels == ("major", "moderate", "minor", "negative")
    assert sum(sum(records.values()) for *_, records in found.rows()) == 10


# ---------------------------------------------------------------------------------------------------------------- links


def test_links_are_read_from_both_sides(north: Agency, nobody: User, group: SOCThreat) -> None:
    person, friend = (make_threat(kind=INDIVIDUAL, lead_agency=north, title=name) for name in ("Ann", "Bob"))
    wider = make_threat(lead_agency=north, title="The quay")
    sister = make_threat(ocg=make_ocg(lead_agency=north, name="Jade"), title="Jade")
    unlisted = make_ocg(lead_agency=north, name="Not a threat of its own")
    assert group.ocg is not None
    assert sister.ocg is not None
    for each in (person, friend):
        make_membership(threat=each, ocg=group.ocg)
    for ocg in (group.ocg, sister.ocg, unlisted):
        make_membership(threat=wider, ocg=ocg)

    def seen(threat: SOCThreat) -> list[tuple[str, str]]:
        return [(link.side.value, link.title) for link in linked_threats(threat, user=nobody)]

    assert seen(group) == [
        ("above", "The quay"),
        ("below", "Ann"),
        ("below", "Bob"),
        ("beside", "Jade"),
        ("beside", "Not a threat of its own"),
    ]
    assert seen(person) == [("above", "Copper Heron"), ("beside", "Bob")]
    assert seen(wider) == [("below", "Copper Heron"), ("below", "Jade"), ("below", "Not a threat of its own")]
    assert seen(make_threat()) == []


def test_what_ended_comes_last_and_is_no_longer_beside_anything(
    north: Agency, nobody: User, threat_manager: User, group: SOCThreat
) -> None:
    assert group.ocg is not None
    person, friend = (make_threat(kind=INDIVIDUAL, lead_agency=north, title=name) for name in ("Ann", "Bob"))
    ended = make_membership(threat=person, ocg=group.ocg)
    make_membership(threat=friend, ocg=group.ocg)
    end_membership(acting_user=threat_manager, membership=ended.pk, until_on=date(2026, 1, 2))
    links = linked_threats(group, user=nobody)
    assert [(link.title, link.stands) for link in links] == [("Bob", True), ("Ann", False)]
    assert [link.side for link in linked_threats(friend, user=nobody)] == [Side.ABOVE]


# ----------------------------------------------------------------------------------------------------------------- news


def test_what_is_new_since_the_last_visit(
    clock_at: Clock, north: Agency, outsider: User, threat_manager: User, group: SOCThreat
) -> None:
    assert group.ocg is not None
    visit = LastVisit(oic_now(), group.version)
    later = oic_now() + timedelta(hours=1)
    with clock_at(later):
        grade_threat(threat=group, grade=PriorityGrade.P2, assessed_by=threat_manager)
        amend_threats(acting_user=threat_manager, versions={group.reference: 2}, values={"status": "dormant"})
        shown = make_disruption(agency=north, threat=group, recorded_at=later)
        make_disruption(agency=north, threat=group, recorded_at=later, sharing=Sharing.LEAD_AND_SUPPORTING)
        make_disruption(agency=north, threat=group, recorded_at=later, status=Status.DRAFT)
        action = make_plan_action(threat=group)
        make_membership(threat=make_threat(kind=INDIVIDUAL, lead_agency=north, title="Ann"), ocg=group.ocg)
    group.refresh_from_db()
    news = news_of(group, user=outsider, visit=visit, plan=[action], links=linked_threats(group, user=outsider))
    assert [entry.reference for entry in news.entries if entry.reference] == [shown.reference]
    titles = {entry.title for entry in news.entries}
    assert {"Link added", "Plan, Pursue: added"} <= titles
    changes = [change for entry in news.entries for change in entry.changes]
    assert {"field": "P grade", "old": "", "new": "P2"} in changes
    assert {"field": "Status", "old": "Active", "new": "Dormant"} in changes
    assert news.more_records == 0
    quiet = LastVisit(later + timedelta(hours=1), group.version)
    nothing = news_of(group, user=outsider, visit=quiet, plan=[action], links=linked_threats(group, user=outsider))
    assert nothing.entries == []


def test_a_membership_is_news_once_it_ends(
    clock_at: Clock, north: Agency, nobody: User, threat_manager: User, group: SOCThreat
) -> None:
    assert group.ocg is not None
    joined: Membership = make_membership(threat=make_threat(kind=INDIVIDUAL, lead_agency=north), ocg=group.ocg)
    visit = LastVisit(oic_now(), group.version)
    with clock_at(oic_now() + timedelta(hours=1)):
        end_membership(acting_user=threat_manager, membership=joined.pk, until_on=date(2026, 1, 2))
    group.refresh_from_db()
    news = news_of(group, user=nobody, visit=visit, plan=[], links=linked_threats(group, user=nobody))
    assert "Link ended" in {entry.title for entry in news.entries}
