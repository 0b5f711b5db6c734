"""Who belongs to what, and handing threats over: both sides say so, dates hold, and only those concerned may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from agencies.models import Agency, User, london_date, oic_now
from agencies.refusals import Invalid, NotFound, Refused, Stale
from agencies.vocabulary import Role
from disruptions.master_list import ThreatRow
from disruptions.models import OCGEvent, SOCThreatEvent, ThreatHandOver
from disruptions.services import (
    add_membership,
    answer_threat_hand_over,
    archive_threat,
    end_membership,
    offer_threat_hand_over,
    record_threats,
    take_back_threat_hand_over,
)
from disruptions.vocabulary import ThreatKind
from tests.factories import make_ocg, make_threat, make_user

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 5)


@pytest.fixture
def manager(north: Agency) -> User:
    return make_user(agency=north, roles=[Role.THREAT_MANAGER])


@pytest.fixture
def southern_manager(south: Agency) -> User:
    return make_user(agency=south, roles=[Role.THREAT_MANAGER])


def test_an_individual_joins_an_ocg_and_leaves_it_and_both_sides_say_so(manager: User, north: Agency) -> None:
    person = make_threat(kind=ThreatKind.PRIORITY_INDIVIDUAL, lead_agency=north)
    ocg = make_ocg(lead_agency=north)
    made = add_membership(acting_user=manager, threat=person.reference, ocg=ocg.reference, from_on=DAY, note=" Pays. ")
    assert (made.kind, made.note, made.until_on) == ("individual_in_ocg", "Pays.", None)
    ended = end_membership(acting_user=manager, membership=made.pk, until_on=DAY)
    assert (ended.until_on, ended.ended_by) == (DAY, manager)
    for events, pk in ((SOCThreatEvent, person.pk), (OCGEvent, ocg.pk)):
        reasons = events.objects.filter(id=pk, version__gt=1).order_by("version").values_list("change", "change_reason")
        assert list(reasons) == [
            ("members_changed", f"{person.reference} in {ocg.reference} from 5 January 2026."),
            ("members_changed", f"{person.reference} in {ocg.reference} until 5 January 2026."),
        ]
    with pytest.raises(Refused):
        end_membership(acting_user=manager, membership=made.pk, until_on=DAY)
    add_membership(acting_user=manager, threat=person.reference, ocg=ocg.reference, from_on=DAY)


def test_an_ocg_is_part_of_a_wider_threat_and_either_side_may_say_so(
    manager: User, southern_manager: User, north: Agency, south: Agency
) -> None:
    wider, ocg = make_threat(lead_agency=north), make_ocg(lead_agency=south)
    made = add_membership(acting_user=southern_manager, threat=wider.reference, ocg=ocg.reference, from_on=DAY)
    assert made.kind == "ocg_in_threat"
    end_membership(acting_user=manager, membership=made.pk, until_on=DAY)
    stranger = make_user(roles=[Role.THREAT_MANAGER])
    with pytest.raises(Refused):
        add_membership(acting_user=stranger, threat=wider.reference, ocg=ocg.reference, from_on=DAY)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"from_on": None}, "membership_from_required"),
        ({"from_on": DAY + timedelta(days=9999)}, "membership_dates_not_in_future"),
        ({"note": "x" * 501}, "membership_note_within_limit"),
        ({"note": "\x00"}, "membership_note_storable"),
        ({"threat": "T-1"}, "membership_threat_exists"),
        ({"ocg": "G-1"}, "membership_ocg_exists"),
        ({"own": True}, "membership_of_another"),
        ({"twice": True}, "membership_one_open"),
    ],
)
def test_a_bad_membership_is_refused(manager: User, north: Agency, changes: dict[str, Any], code: str) -> None:
    threat = make_threat(ocg=make_ocg(lead_agency=north))
    asked: dict[str, Any] = {"threat": threat.reference, "ocg": make_ocg(lead_agency=north).reference, "from_on": DAY}
    if changes.pop("own", False):
        asked["ocg"] = threat.ocg.reference  # type: ignore[union-attr]
    if changes.pop("twice", False):
        add_membership(acting_user=manager, **asked)
    with pytest.raises(Invalid) as refused:
        add_membership(acting_user=manager, **asked | changes)
    assert [each.code for each in refused.value.violations] == [code]


@pytest.mark.parametrize(
    ("until_on", "code"),
    [
        (None, "membership_until_required"),
        (DAY - timedelta(days=1), "membership_ends_after_start"),
        (DAY + timedelta(days=9999), "membership_dates_not_in_future"),
    ],
)
def test_it_ends_between_its_first_day_and_today(
    manager: User, north: Agency, until_on: date | None, code: str
) -> None:
    threat, ocg = make_threat(lead_agency=north), make_ocg(lead_agency=north)
    made = add_membership(acting_user=manager, threat=threat.reference, ocg=ocg.reference, from_on=DAY)
    with pytest.raises(Invalid) as refused:
        end_membership(acting_user=manager, membership=made.pk, until_on=until_on)
    assert [each.code for each in refused.value.violations] == [code]
    with pytest.raises(NotFound):
        end_membership(acting_user=manager, membership=made.pk + 1000, until_on=DAY)


# ---------------------------------------------------------------------------------------------------------- hand over


def test_a_threat_and_its_ocg_go_to_the_agency_that_accepts(
    manager: User, southern_manager: User, north: Agency, south: Agency
) -> None:
    threat = make_threat(ocg=make_ocg(lead_agency=north), lead_responsible_officer=manager)
    offer_threat_hand_over(
        acting_user=manager, reference=threat.reference, version=1, to_agency="south", reason="It works there."
    )
    threat.refresh_from_db()
    assert (threat.lead_agency, threat.version) == (north, 1)
    answered = answer_threat_hand_over(acting_user=southern_manager, reference=threat.reference, version=1, accept=True)
    threat.refresh_from_db()
    assert (answered.status, answered.answered_by) == ("accepted", southern_manager)
    assert (threat.lead_agency, threat.lead_responsible_officer, threat.change) == (south, None, "handed_over")
    assert (threat.change_reason, threat.ocg.lead_agency) == ("It works there.", south)  # type: ignore[union-attr]


def test_an_offer_is_declined_with_a_reason_or_taken_back(
    manager: User, southern_manager: User, north: Agency, south: Agency
) -> None:
    ocg = make_ocg(lead_agency=north)
    asked: dict[str, Any] = {"reference": ocg.reference, "to_agency": "south", "reason": "It works there."}
    offer_threat_hand_over(acting_user=manager, version=1, **asked)
    with pytest.raises(Invalid) as twice:
        offer_threat_hand_over(acting_user=manager, version=1, **asked)
    assert twice.value.violations[0].code == "threat_hand_over_one_open_of_ocg"
    with pytest.raises(Refused):
        answer_threat_hand_over(acting_user=manager, reference=ocg.reference, version=1, accept=True)
    with pytest.raises(Invalid) as silent:
        answer_threat_hand_over(acting_user=southern_manager, reference=ocg.reference, version=1, accept=False)
    assert silent.value.violations[0].code == "threat_hand_over_declined_has_answer"
    declined = answer_threat_hand_over(
        acting_user=southern_manager, reference=ocg.reference, version=1, accept=False, answer="Not ours."
    )
    assert declined.answer == "Not ours."
    offer_threat_hand_over(acting_user=manager, version=1, **asked)
    assert take_back_threat_hand_over(acting_user=manager, reference=ocg.reference).status == "cancelled"
    with pytest.raises(NotFound):
        answer_threat_hand_over(acting_user=southern_manager, reference=ocg.reference, version=1, accept=True)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to_agency": "nowhere"}, "threat_hand_over_agency_exists"),
        ({"to_agency": "north"}, "threat_hand_over_to_another_agency"),
        ({"reason": " "}, "threat_hand_over_has_reason"),
        ({"reason": "x" * 2001}, "soc_threat_change_reason_within_limit"),
    ],
)
def test_a_bad_offer_is_refused(
    manager: User, north: Agency, south: Agency, changes: dict[str, Any], code: str
) -> None:
    threat = make_threat(lead_agency=north)
    asked = {"version": 1, "to_agency": "south", "reason": "It works there."} | changes
    with pytest.raises(Invalid) as refused:
        offer_threat_hand_over(acting_user=manager, reference=threat.reference, **asked)  # type: ignore[arg-type]
    assert [each.code for each in refused.value.violations] == [code]


def test_an_offer_ends_with_the_archive_and_a_stale_answer_is_told(
    manager: User, southern_manager: User, north: Agency, south: Agency
) -> None:
    threat = make_threat(lead_agency=north)
    offer_threat_hand_over(
        acting_user=manager, reference=threat.reference, version=1, to_agency="south", reason="It works there."
    )
    with pytest.raises(Stale):
        answer_threat_hand_over(acting_user=southern_manager, reference=threat.reference, version=9, accept=True)
    archive_threat(acting_user=manager, reference=threat.reference, version=1, reason="Gone.")
    assert ThreatHandOver.objects.get().status == "cancelled"
    assert london_date(oic_now()) >= DAY


def test_an_ocg_on_offer_does_not_go_on_the_list(manager: User, north: Agency, south: Agency) -> None:
    ocg = make_ocg(lead_agency=north)
    offer_threat_hand_over(
        acting_user=manager, reference=ocg.reference, version=1, to_agency="south", reason="It works there."
    )
    with pytest.raises(Invalid) as refused:
        record_threats(acting_user=manager, agency=north, rows=[ThreatRow("ocg", "Heron", ocg=ocg.reference)])
    assert [each.code for each in refused.value.violations] == ["ocg_not_on_offer"]
