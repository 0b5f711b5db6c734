"""OIC_01: its layout, its rule, its marks, and the same table again for any past day."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import F
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import Agency, AgencyEvent
from agencies.refusals import Invalid
from agencies.vocabulary import Role, StatisticsGroup
from disruptions.models import Disruption, DisruptionEvent, SOCThreat, SOCThreatEvent
from disruptions.services import DecisionRow, amend_threats, review_disruptions, withdraw_disruptions
from disruptions.statistics import Oic01Row, Quarter, oic_01, read_query
from disruptions.vocabulary import DisruptionRole, Level, Status, ThreatArea
from tests.factories import make_agency, make_disruption, make_threat, make_user

pytestmark = pytest.mark.django_db

Clock = Callable[[datetime], AbstractContextManager[None]]
LONDON = ZoneInfo("Europe/London")


def table(query: str = "") -> list[Oic01Row]:
    return oic_01(read_query(QueryDict(query)))


def printed(rows: Iterable[Oic01Row]) -> list[tuple[object, ...]]:
    return [(row.year, row.marked_quarter, row.minor, row.moderate, row.major, row.total) for row in rows]


def total_of(query: str) -> int:
    return sum(row.total for row in table(query) if not row.is_year)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


# -------------------------------------------------------------------------------------------------------------- layout


def test_quarters_in_order_then_the_total_of_each_whole_year():
    threat = make_threat()
    for day, level in [
        (date(2023, 1, 1), Level.MINOR),
        (date(2023, 3, 31), Level.MAJOR),
        (date(2023, 12, 31), Level.MODERATE),
        (date(2024, 1, 1), Level.MINOR),
    ]:
        make_disruption(occurred_on=day, level=level, threat=threat)
    assert printed(table("from=2023-01-01&to=2024-06-30")) == [
        (2023, "Jan - Mar", 1, 0, 1, 2),
        (2023, "Apr - Jun", 0, 0, 0, 0),
        (2023, "Jul - Sep", 0, 0, 0, 0),
        (2023, "Oct - Dec", 0, 1, 0, 1),
        (2023, "Total", 1, 1, 1, 3),
        (2024, "Jan - Mar", 1, 0, 0, 1),
        (2024, "Apr - Jun", 0, 0, 0, 0),
    ]


def test_a_year_that_the_period_holds_in_part_has_no_total():
    assert [row.quarter for row in table("from=2023-04-01&to=2023-12-31")] == ["Apr - Jun", "Jul - Sep", "Oct - Dec"]


def test_from_january_2023_to_the_last_complete_quarter_unless_told_otherwise():
    rows = table("as_at=2026-05-14")
    assert (rows[0].year, rows[0].quarter) == (2023, "Jan - Mar")
    assert (rows[-1].year, rows[-1].quarter) == (2026, "Jan - Mar")
    assert len(rows) == 13 + 3


def test_a_quarter_is_complete_on_its_last_day():
    assert table("as_at=2026-03-31")[-1].quarter == "Jan - Mar"
    assert table("as_at=2026-03-30")[-1].is_year


@pytest.mark.parametrize("query", ["from=2023-01-02", "to=2023-05-31", "from=2023-02-01&to=2023-02-28"])
def test_a_period_not_on_quarter_bounds_is_refused_by_name(query):
    with pytest.raises(Invalid) as refused:
        table(query)
    assert {each.field for each in refused.value.violations} <= set(QueryDict(query))
    assert {each.code for each in refused.value.violations} == {"not_a_quarter_bound"}


def test_the_eight_latest_complete_quarters_and_totals_holding_one_are_provisional():
    marked = [(row.year, row.quarter) for row in table("as_at=2026-05-14") if row.provisional]
    assert marked == [
        (2024, "Apr - Jun"),
        (2024, "Jul - Sep"),
        (2024, "Oct - Dec"),
        (2024, "Total"),
        *((2025, quarter) for quarter in ("Jan - Mar", "Apr - Jun", "Jul - Sep", "Oct - Dec", "Total")),
        (2026, "Jan - Mar"),
    ]


def test_the_marks_do_not_depend_on_the_period_that_is_asked_for():
    whole = {(row.year, row.quarter): row.provisional for row in table("as_at=2026-05-14")}
    part = {(row.year, row.quarter): row.provisional for row in table("as_at=2026-05-14&from=2024-01-01&to=2024-12-31")}
    assert part.items() <= whole.items()


def test_a_quarter_not_yet_over_is_provisional():
    assert table("as_at=2026-05-14&from=2026-04-01&to=2026-06-30")[0].provisional


@pytest.mark.parametrize(("setting", "first"), [(0, None), (1, (2026, "Jan - Mar")), (4, (2025, "Apr - Jun"))])
def test_how_many_quarters_are_provisional_is_a_setting(settings, setting, first):
    settings.PROVISIONAL_QUARTERS = setting
    marked = [(row.year, row.quarter) for row in table("as_at=2026-05-14") if row.provisional]
    assert (marked[0] if marked else None) == first


# ------------------------------------------------------------------------------------------------------------ the rule


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"status": Status.APPROVED}, True),
        ({"level": Level.MAJOR}, True),
        ({"status": Status.DRAFT}, False),
        ({"status": Status.RETURNED}, False),
        ({"status": Status.REJECTED}, False),
        ({"status": Status.WITHDRAWN}, False),
        ({"level": Level.NONE}, False),
        ({"level": Level.NEGATIVE}, False),
        ({"uk_led": False}, False),
        ({"sandbox": True}, False),
        ({"role": DisruptionRole.SUPPORT}, False),
    ],
    ids=str,
)
def test_what_of_a_record_decides_whether_it_counts(changes, counts):
    make_disruption(occurred_on=date(2024, 2, 1), threat=make_threat(), **changes)
    assert total_of("from=2024-01-01&to=2024-03-31") == int(counts)


@pytest.mark.parametrize(
    ("area", "others", "counts"),
    [(ThreatArea.OIC, [], 1), (ThreatArea.DRUGS, [ThreatArea.OIC], 0), (ThreatArea.MSHT, [], 0)],
)
def test_only_the_primary_threat_area_decides(area, others, counts):
    make_disruption(occurred_on=date(2024, 2, 1), threat=make_threat(primary_area=area, other_areas=others))
    assert total_of("from=2024-01-01&to=2024-03-31") == counts


@pytest.mark.parametrize(
    ("agency", "counts"),
    [
        ({}, 1),
        ({"statistics_group": StatisticsGroup.NOT_COVERED}, 0),
        ({"active_from": date(2024, 2, 1)}, 1),
        ({"active_from": date(2024, 2, 2)}, 0),
        ({"active_until": date(2024, 2, 1)}, 1),
        ({"active_until": date(2024, 1, 31)}, 0),
    ],
    ids=str,
)
def test_the_agency_is_covered_on_the_date_of_the_disruption(agency, counts):
    make_disruption(occurred_on=date(2024, 2, 1), agency=make_agency(**agency), threat=make_threat())
    assert total_of("from=2024-01-01&to=2024-03-31") == counts


def test_the_first_and_the_last_day_are_in_the_period_and_their_neighbours_are_not():
    threat = make_threat()
    for day in (date(2023, 12, 31), date(2024, 1, 1), date(2024, 3, 31), date(2024, 4, 1)):
        make_disruption(occurred_on=day, threat=threat)
    assert total_of("from=2024-01-01&to=2024-03-31") == 2


def test_a_record_before_2023_counts_where_the_period_holds_it():
    make_disruption(occurred_on=date(2022, 5, 1), threat=make_threat())
    assert total_of("") == 0
    assert total_of("from=2022-01-01&to=2022-12-31") == 1


# --------------------------------------------------------------------------------------------------------------- as at

RECORDED = date(2024, 5, 1)
CHANGED = date(2024, 6, 15)
PERIOD = "from=2024-04-01&to=2024-06-30"


@pytest.fixture
def counted(clock_at: Clock) -> Disruption:
    """A minor lead of April 2024 that counts, recorded on 1 May 2024."""
    with clock_at(noon(RECORDED)):
        return make_disruption(agency=make_agency(code="north"), threat=make_threat(), occurred_on=date(2024, 4, 20))


def levels(query: str) -> dict[str, int]:
    [row] = table(query)
    return {"minor": row.minor, "moderate": row.moderate, "major": row.major}


NOTHING = {"minor": 0, "moderate": 0, "major": 0}
ONE_MINOR = {**NOTHING, "minor": 1}


def before_and_after(day: date = CHANGED) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Return the cells as at the day before a change, as at its day, and now."""
    return (
        levels(f"{PERIOD}&as_at={day - timedelta(days=1)}"),
        levels(f"{PERIOD}&as_at={day}"),
        levels(PERIOD),
    )


def test_a_late_entry_counts_from_the_day_it_was_recorded(counted):
    assert before_and_after(RECORDED) == (NOTHING, ONE_MINOR, ONE_MINOR)


def test_a_regrade_moves_the_record_to_its_new_level_on_its_day(counted, clock_at):
    approver = make_user(agency=counted.agency, roles=[Role.APPROVER])
    decision = DecisionRow(counted.reference, "approve", to_level="major", reason="The group was dismantled.")
    with clock_at(noon(CHANGED)):
        review_disruptions(acting_user=approver, decisions=[decision])
    assert before_and_after() == (ONE_MINOR, {**NOTHING, "major": 1}, {**NOTHING, "major": 1})


def test_a_returned_record_leaves_the_count_until_it_comes_back(counted, clock_at):
    approver = make_user(agency=counted.agency, roles=[Role.APPROVER])
    decision = DecisionRow(counted.reference, "return", reason="Say what changed.")
    with clock_at(noon(CHANGED)):
        review_disruptions(acting_user=approver, decisions=[decision])
    assert before_and_after() == (ONE_MINOR, NOTHING, NOTHING)


def test_a_withdrawal_takes_the_record_out_from_its_day_only(counted, clock_at):
    with clock_at(noon(CHANGED)):
        withdraw_disruptions(
            acting_user=counted.recorded_by, versions={counted.reference: None}, reason="Recorded twice."
        )
    assert before_and_after() == (ONE_MINOR, NOTHING, NOTHING)


def test_a_threat_that_turns_out_not_to_be_oic_takes_its_records_out(counted, clock_at):
    manager = make_user(national_roles=[Role.THREAT_MANAGER])
    assert counted.threat is not None
    with clock_at(noon(CHANGED)):
        amend_threats(acting_user=manager, versions={counted.threat.reference: None}, values={"primary_area": "drugs"})
    assert before_and_after() == (ONE_MINOR, NOTHING, NOTHING)


def test_an_agency_that_leaves_the_coverage_takes_its_records_out(counted, clock_at):
    with clock_at(noon(CHANGED)):
        Agency.objects.filter(pk=counted.agency_id).update(
            statistics_group=StatisticsGroup.NOT_COVERED, version=F("version") + 1
        )
    assert before_and_after() == (ONE_MINOR, NOTHING, NOTHING)


def test_a_corrected_date_moves_the_record_to_its_quarter(counted, clock_at):
    with clock_at(noon(CHANGED)):
        Disruption.objects.filter(pk=counted.pk).update(occurred_on=date(2024, 3, 30), version=F("version") + 1)
    assert before_and_after() == (ONE_MINOR, NOTHING, NOTHING)
    assert levels(f"from=2024-01-01&to=2024-03-31&as_at={CHANGED}") == ONE_MINOR


def test_the_cut_off_is_the_end_of_the_day_in_london(counted, clock_at):
    last_second = datetime(2024, 6, 15, 23, 59, 59, tzinfo=LONDON)
    same = {"agency": counted.agency, "recorded_by": counted.recorded_by, "threat": counted.threat}
    for moment in (last_second, last_second + timedelta(seconds=1)):
        with clock_at(moment):
            make_disruption(**same, occurred_on=date(2024, 4, 21))
    assert levels(f"{PERIOD}&as_at=2024-06-14") == ONE_MINOR
    assert levels(f"{PERIOD}&as_at=2024-06-15") == {**NOTHING, "minor": 2}
    assert levels(f"{PERIOD}&as_at=2024-06-16") == {**NOTHING, "minor": 3}


# ------------------------------------------------------------------------------------- an independent, slow recount


def latest(rows: Iterable[dict[str, Any]], moment: datetime) -> dict[int, dict[str, Any]]:
    """Return the state of each thing at a time: its highest version that was there by then."""
    states: dict[int, dict[str, Any]] = {}
    for row in rows:
        known = states.get(row["id"])
        if row["pgh_created_at"] <= moment and (known is None or row["version"] > known["version"]):
            states[row["id"]] = row
    return states


def recount(day: date) -> Counter[tuple[int, int, str]]:
    """Count by year, quarter and level as at the end of a day, by reading the history row by row."""
    moment = datetime.combine(day + timedelta(days=1), time(), tzinfo=LONDON) - timedelta(microseconds=1)
    threats = latest(SOCThreatEvent.objects.values(), moment)
    agencies = latest(AgencyEvent.objects.values(), moment)
    found: Counter[tuple[int, int, str]] = Counter()
    for record in latest(DisruptionEvent.objects.values(), moment).values():
        threat = threats.get(record["threat_id"])
        agency = agencies.get(record["agency_id"])
        if record["role"] != "lead" or record["status"] not in ("submitted", "approved") or record["sandbox"]:
            continue
        if threat is None or threat["primary_area"] != "oic" or record["uk_led"] is not True:
            continue
        if agency is None or agency["statistics_group"] == "not_covered":
            continue
        if record["level"] in ("major", "moderate", "minor"):
            found[record["occurred_on"].year, (record["occurred_on"].month + 2) // 3, record["level"]] += 1
    return found


def write(rows: Any, **values: Any) -> None:
    rows.update(version=F("version") + 1, **values)


FIRST_DAY = date(2024, 1, 1)
DAYS = 360


class Story:
    """A random history: agencies, threats and records that come late, change and go, on random days."""

    def __init__(self, chance: random.Random, clock_at: Clock) -> None:
        self.chance = chance
        self.clock_at = clock_at
        with clock_at(noon(FIRST_DAY - timedelta(days=400))):
            self.agencies = [make_agency() for _ in range(3)]
            self.author = make_user(agency=self.agencies[0])
            self.threats = [make_threat(lead_agency=self.agencies[0], created_by=self.author) for _ in range(3)]
        self.records: list[Disruption] = []

    def happen(self, day: date) -> None:
        step = self.chance.choice([self.record, self.record, self.change, self.change, self.threat, self.agency])
        moment = noon(day) + timedelta(minutes=self.chance.randrange(600))
        with self.clock_at(moment):
            step(day)

    def record(self, day: date) -> None:
        role = self.chance.choice([DisruptionRole.LEAD] * 4 + [DisruptionRole.SUPPORT])
        agency = self.chance.choice(self.agencies)
        others = [each for each in self.agencies if each != agency]
        self.records.append(
            make_disruption(
                agency=agency,
                recorded_by=self.author,
                role=role,
                lead_agency=others[0] if role == DisruptionRole.SUPPORT else None,
                threat=self.chance.choice(self.threats),
                level=self.chance.choice(list(Level)),
                uk_led=self.chance.random() > 0.1,
                sandbox=self.chance.random() < 0.05,
                occurred_on=day - timedelta(days=self.chance.randrange(200)),
            )
        )

    def change(self, day: date) -> None:
        if not self.records:
            return
        record = self.chance.choice(self.records)
        values: dict[str, Any] = self.chance.choice(
            [
                {"level": self.chance.choice(list(Level))},
                {"status": Status.RETURNED},
                {"status": Status.SUBMITTED},
                {"status": Status.WITHDRAWN, "change_reason": "Recorded twice."},
                {"uk_led": self.chance.random() > 0.5},
                {"occurred_on": FIRST_DAY - timedelta(days=self.chance.randrange(200))},
                {"threat": self.chance.choice(self.threats)},
            ]
        )
        write(Disruption.objects.filter(pk=record.pk), **values)

    def threat(self, day: date) -> None:
        threat = self.chance.choice(self.threats)
        area = self.chance.choice([ThreatArea.OIC, ThreatArea.OIC, ThreatArea.DRUGS])
        write(SOCThreat.objects.filter(pk=threat.pk), primary_area=area)

    def agency(self, day: date) -> None:
        agency = self.chance.choice(self.agencies)
        group = self.chance.choice([StatisticsGroup.POLICE_EW, StatisticsGroup.POLICE_EW, StatisticsGroup.NOT_COVERED])
        write(Agency.objects.filter(pk=agency.pk), statistics_group=group)


@given(chance=st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_table_equals_a_slow_recount_of_the_history_at_random_times(chance, clock_at):
    with transaction.atomic():
        story = Story(chance, clock_at)
        days = sorted(chance.randrange(DAYS) for _ in range(30))
        for day in days:
            story.happen(FIRST_DAY + timedelta(days=day))
        for day in sorted(chance.sample(range(DAYS), 4)):
            cut_off = FIRST_DAY + timedelta(days=day)
            rows = table(f"from=2023-01-01&to=2024-12-31&as_at={cut_off}")
            cells = Counter(
                {
                    (row.year, quarter_number(row), level): getattr(row, level)
                    for row in rows
                    if not row.is_year
                    for level in ("major", "moderate", "minor")
                    if getattr(row, level)
                }
            )
            expected = recount(cut_off)
            assert cells == Counter({cell: n for cell, n in expected.items() if cell[0] >= 2023})
        transaction.set_rollback(True)


def quarter_number(row: Oic01Row) -> int:
    return Quarter.of(row.period.first).number
