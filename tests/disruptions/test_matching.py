"""How alike two records are: each signal on its own, and what they come to together."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from disruptions.matching import LIKELY, Compared, Signals, operation_key, score_of, signals_between
from disruptions.vocabulary import MatchReason

DAY = date(2026, 9, 30)
MINE = Compared(
    role="lead",
    threat=1,
    occurred_on=DAY,
    operation="Teal Lantern",
    force_area=7,
    country="GB",
    agency_reference="X/1",
    outcomes=(("arrest", 4, None), ("cash_seizure", None, Decimal("12500.00"))),
)


def reasons(**signals):
    return score_of(Signals(**signals))[1]


@pytest.mark.parametrize(
    ("signals", "reason"),
    [
        ({"same_own_reference": True}, MatchReason.OWN_REFERENCE),
        ({"same_threat": True}, MatchReason.THREAT),
        ({"same_operation": True}, MatchReason.OPERATION),
        ({"same_place": True}, MatchReason.PLACE),
        ({"days_apart": 0}, MatchReason.SAME_DAY),
        ({"days_apart": 3}, MatchReason.DAYS_APART),
        ({"outcomes_alike": 1}, MatchReason.OUTCOMES),
        ({"words": 0.5}, MatchReason.WORDS),
    ],
)
def test_each_signal_is_said_and_none_reaches_the_threshold_alone(signals, reason):
    score, why = score_of(Signals(**signals))
    assert why == [reason]
    assert 0 < score < LIKELY


@pytest.mark.parametrize(
    "signals",
    [
        {"same_threat": False},
        {"same_operation": False},
        {"same_place": False},
        {"days_apart": 9},
        {"outcomes_unlike": 1},
    ],
)
def test_what_differs_counts_against(signals):
    together = Signals(same_own_reference=True, words=0.5)
    assert score_of(replace(together, **signals))[0] < score_of(together)[0]
    assert score_of(Signals(**signals)) == (0, [])


@pytest.mark.parametrize("silent", [Signals(), Signals(words=0.1), Signals(days_apart=5)])
def test_what_nobody_says_weighs_nothing(silent):
    assert score_of(silent) == (0, [])


def test_a_score_ends_at_a_hundred_and_the_weightiest_reason_comes_first():
    everything = Signals(0, True, True, True, True, 40, 0, 1.0)
    score, why = score_of(everything)
    assert score == 100
    assert why[0] == MatchReason.WORDS
    assert set(why) == set(MatchReason) - {MatchReason.DAYS_APART}


def test_the_same_event_has_every_signal():
    assert signals_between(MINE, MINE, words=1.0) == Signals(0, True, True, True, True, 6, 0, 1.0)


def test_what_one_does_not_say_is_not_held_against_them():
    silent = Compared(role="lead")
    assert signals_between(MINE, silent, words=0.0) == Signals()
    assert signals_between(silent, MINE, words=0.0) == Signals()


@pytest.mark.parametrize(
    ("theirs", "same"),
    [
        ("TEAL LANTERN", True),
        ("Op Teal Lantern", True),
        ("Operation teal-lantern", True),
        ("Op. Teal Lantern", True),
        ("Teal Lantren", True),
        ("Amber Wren", False),
        ("Teal Heron", False),
        ("", None),
        ("Operation", None),
        ("---", None),
    ],
)
def test_an_operation_is_known_by_its_name_however_it_is_written(theirs, same):
    assert signals_between(MINE, replace(MINE, operation=theirs), words=0).same_operation is same


def test_a_name_that_begins_like_op_keeps_its_beginning():
    assert operation_key("Opal Wren") == "opalwren"


@pytest.mark.parametrize(
    ("area", "country", "same"),
    [(7, "GB", True), (8, "GB", False), (None, "GB", None), (None, "FR", False), (None, None, None), (7, "FR", True)],
)
def test_a_place_is_a_force_area_or_else_a_country_abroad(area, country, same):
    assert signals_between(MINE, replace(MINE, force_area=area, country=country), words=0).same_place is same


def test_home_says_nothing_and_a_country_abroad_does():
    at_home = Compared(role="lead", country="GB")
    abroad = Compared(role="lead", country="FR")
    assert signals_between(at_home, at_home, words=0).same_place is None
    assert signals_between(abroad, abroad, words=0).same_place is True


@pytest.mark.parametrize(
    ("theirs", "alike", "unlike"),
    [
        ((), 0, 0),
        ((("arrest", 4, None),), 2, 0),
        ((("arrest", 3, None),), 0, 1),
        ((("charge", 4, None),), 0, 0),
        ((("cash_seizure", 2, Decimal("12500.00")),), 4, 0),
        ((("cash_seizure", None, Decimal("12500.01")),), 0, 1),
        ((("arrest", 4, None), ("arrest", 9, None)), 2, 0),
    ],
)
def test_outcomes_agree_type_by_type(theirs, alike, unlike):
    signals = signals_between(MINE, replace(MINE, outcomes=theirs), words=0)
    assert (signals.outcomes_alike, signals.outcomes_unlike) == (alike, unlike)


def test_one_arrest_says_less_than_nine():
    one, nine = (Compared(role="lead", outcomes=(("arrest", count, None),)) for count in (1, 9))
    assert signals_between(one, one, words=0).outcomes_alike < signals_between(nine, nine, words=0).outcomes_alike


@pytest.mark.parametrize("days", [0, 1, 3, 8])
def test_later_days_weigh_less(days):
    nearer, later = (
        signals_between(MINE, replace(MINE, occurred_on=DAY - timedelta(days=apart)), words=0)
        for apart in (days, days + 4)
    )
    assert score_of(nearer)[0] >= score_of(later)[0]
