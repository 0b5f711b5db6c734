"""Groups that are kept: what is taken equals what would be read anew, after every change, and only then is it read."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count, F
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext, override_settings

from agencies.models import Agency, User
from agencies.services import amend_agency
from agencies.vocabulary import Role
from disruptions.kept_groups import KEPT_AT_MOST, KEPT_FOR, forget_kept_groups, pack, take_groups, unpack
from disruptions.models import CountingChange, Disruption, KeptGroups, Outcome, SOCThreat
from disruptions.models.kept_groups import EVERYTHING, READ_OF_AGENCIES, READ_OF_THREATS
from disruptions.parsing import parse_disruption
from disruptions.querysets import COUNTING_RULE
from disruptions.services import (
    AssessmentRow,
    DecisionRow,
    amend_disruption,
    amend_threats,
    assess_threats,
    merge_threats,
    record_disruptions,
    review_disruptions,
    take_back_threat_merge,
    withdraw_disruptions,
)
from disruptions.statistics import dashboard, keeping, read_query
from disruptions.statistics.buckets import Buckets
from disruptions.statistics.cells import _standing
from disruptions.statistics.keeping import Statement, read_groups
from disruptions.statistics.mixes import _mixed
from disruptions.statistics.outcomes import _of_outcomes
from disruptions.vocabulary import Channel, PriorityGrade, Status, ThreatArea, ThreatKind
from tests.databases import TestDatabase
from tests.disruptions.world import World, make_world
from tests.factories import grade_threat, make_disruption, make_outcome, make_scoring_model, make_threat, make_user

committed = pytest.mark.django_db(transaction=True)

PERIOD = "from=2025-01-01&to=2026-09-30"
QUARTERS = 7
ANEW = override_settings(STATISTICS_KEPT=False)


def by_grade(rows: Any, number: Any) -> Any:
    """Groups of counted leads by their threat's grade."""
    return rows.counted().order_by().values_list(number, "threat__p_grade", "uk_led").annotate(records=Count("*"))


def of_outcomes(rows: Any, number: Any) -> Statement:
    """Groups of outcomes of counted leads, which no queryset gives."""
    asked = rows.counted().order_by().annotate(bucket=number).values_list("pk", "bucket")
    inner, parameters = asked.query.sql_with_params()
    return Statement(
        "SELECT asked.bucket, outcome.type, sum(coalesce(outcome.count, 1))::bigint "
        f"FROM ({inner}) AS asked (id, bucket) JOIN disruptions_outcome AS outcome "
        "ON outcome.disruption_id = asked.id AND outcome.until_version IS NULL GROUP BY 1, 2",
        parameters,
    )


READS = (_standing, by_grade, of_outcomes)


def groups(read: Any = _standing, query: str = PERIOD) -> list[Any]:
    asked = read_query(QueryDict(query))
    with asked.rows() as rows:
        return sorted(read_groups(rows, asked, Buckets.of(asked.period, asked.period), read), key=repr)


def figures(query: str = PERIOD) -> list[Any]:
    return [groups(read, query) for read in READS]


def read_again(read: Any = _standing, query: str = PERIOD) -> list[str]:
    """Read, and return the days of what was not taken from what is kept."""
    before = set(KeptGroups.objects.values_list("key", "read_at"))
    with CaptureQueriesContext(connection) as queries:
        groups(read, query)
    kept = KeptGroups.objects.values_list("key", "read_at", "first_day").order_by("first_day")
    again = [f"{day:%Y-%m}" for key, moment, day in kept if (key, moment) not in before]
    assert bool(again) == any("width_bucket" in each["sql"] for each in queries)
    return again


ALL = ["2025-01", "2025-04", "2025-07", "2025-10", "2026-01", "2026-04", "2026-07"]


@pytest.fixture
def world(transactional_db: None) -> World:
    made = make_world()
    for day in (date(2025, 2, 3), date(2025, 5, 6), date(2026, 4, 1)):
        record = make_disruption(agency=made.north, recorded_by=made.recorder, threat=made.threat, occurred_on=day)
        make_outcome(disruption=record, count=2)
    return made


@pytest.fixture
def manager(world: World) -> User:
    return make_user(agency=world.centre, national_roles=[Role.THREAT_MANAGER, Role.SYSTEM_ADMIN], name="Manager")


# ------------------------------------------------------------------------------------------------------- every change


@committed
def test_what_is_taken_is_what_would_be_read_after_every_change(
    world: World, manager: User, test_database: TestDatabase, subtests: Any
) -> None:
    """Each change changes some figure, and none is taken that it changed."""
    recorder, threat = world.recorder, world.threat
    record = world.record(occurred_on="2026-02-03", level="minor")
    spare = make_threat(lead_agency=world.centre, kind=ThreatKind.OCG)
    make_scoring_model()
    before = figures()

    def sql(statement: str) -> Callable[[], Any]:
        return lambda: test_database.run_as_owner(statement)

    def version() -> int:
        return Disruption.objects.get(pk=record.pk).version

    def amend(**values: Any) -> Callable[[], Any]:
        changes = parse_disruption(values, typed=True)
        return lambda: amend_disruption(
            acting_user=recorder, reference=record.reference, version=version(), changes=changes, reason="Wrong."
        )

    def decide(decision: str, **more: Any) -> Callable[[], Any]:
        row = [DecisionRow(record.reference, decision, None, **more)]
        return lambda: review_disruptions(acting_user=world.colleague, decisions=row)

    of_record = f" WHERE id = {record.pk}"
    hide = "UPDATE disruptions_disruption SET version = version + 1, sandbox"
    changes: dict[str, Callable[[], Any]] = {
        "a record is made": lambda: world.record(occurred_on="2025-11-11"),
        "a set is made": lambda: record_disruptions(
            acting_user=recorder,
            agency=world.north,
            rows=[world.parsed(occurred_on=f"2025-{month:02}-15") for month in range(1, 13)],
            channel=Channel.API,
        ),
        "its level is amended": amend(level="major"),
        "it moves to another quarter": amend(occurred_on="2025-08-01"),
        "it is no longer UK-led": amend(uk_led=False),
        "it is UK-led after all": amend(uk_led=True),
        "an outcome is added": amend(outcomes=[{"type": "arrest", "count": 5}]),
        "it is sent back": decide("return", reason="Say more."),
        "it is submitted again": amend(summary="More is said.", submit=True),
        "two threats are merged": lambda: merge_threats(
            acting_user=manager, loser=spare.reference, winner=threat.reference, version=None, reason="One."
        ),
        "a threat is graded": lambda: assess_threats(
            acting_user=manager,
            rows=[AssessmentRow(threat.reference, "P2", dict.fromkeys(FACTORS, 2), override_reason="A test.")],
        ),
        "a threat belongs to another area": lambda: amend_threats(
            acting_user=manager,
            versions={threat.reference: None},
            values={"primary_area": ThreatArea.DRUGS.value},
            reason="It does.",
        ),
        "and back": sql(
            f"UPDATE disruptions_socthreat SET version = version + 1, primary_area = 'oic' WHERE id = {threat.pk}"
        ),
        "an agency is not covered": lambda: amend_agency(
            acting_user=manager, agency=world.north, version=None, statistics_group="not_covered"
        ),
        "and is again": sql(
            "UPDATE agencies_agency SET version = version + 1, statistics_group = 'police_ew' WHERE code = 'north'"
        ),
        "an agency begins later": sql(
            "UPDATE agencies_agency SET version = version + 1, active_from = '2025-09-09' WHERE code = 'north'"
        ),
        "an agency ends earlier": sql(
            "UPDATE agencies_agency SET version = version + 1, active_from = NULL, active_until = '2026-04-04'"
            " WHERE code = 'north'"
        ),
        "and does not": sql(
            "UPDATE agencies_agency SET version = version + 1, active_until = NULL WHERE code = 'north'"
        ),
        "it is withdrawn": lambda: withdraw_disruptions(
            acting_user=recorder, versions={record.reference: version()}, reason="Made twice."
        ),
        "raw SQL changes it": sql(
            "UPDATE disruptions_disruption SET status = 'submitted', level = 'minor', version = version + 1" + of_record
        ),
        "raw SQL moves it": sql(
            f"UPDATE disruptions_disruption SET occurred_on = '2026-09-09', version = version + 1{of_record}"
        ),
        "raw SQL changes an outcome": sql("UPDATE disruptions_outcome SET count = 77 WHERE count = 2"),
        "raw SQL adds an outcome": sql(
            "INSERT INTO disruptions_outcome (disruption_id, position, type, count, item, from_version)"
            f" SELECT {record.pk}, 9, 'arrest', 3, '', version FROM disruptions_disruption{of_record}"
        ),
        "raw SQL deletes an outcome": sql("DELETE FROM disruptions_outcome WHERE position = 9"),
        "raw SQL hides all in the sandbox": sql(
            "UPDATE disruptions_disruption SET sandbox = true, version = version + 1"
        ),
        "and shows them": sql(f"{hide} = false"),
        "outcomes are emptied": sql("TRUNCATE disruptions_outcome"),
        "everything is emptied": sql("TRUNCATE disruptions_disruption CASCADE"),
    }
    same = {"two threats are merged"}
    for name, change in changes.items():
        with subtests.test(name):
            change()
            after = figures()
            with ANEW:
                assert after == figures()
            assert (after == before) == (name in same)
            before = after
    assert before == [[], [], []]


FACTORS = ("harm", "scale", "capability", "intent", "trend")


@committed
def test_a_merge_and_its_end_are_seen(world: World, manager: User) -> None:
    """The records go to a threat of another area, and come back."""
    other = make_threat(lead_agency=world.centre, p_grade=PriorityGrade.P1, kind=ThreatKind.OCG)
    make_disruption(agency=world.south, threat=other, occurred_on=date(2025, 5, 5))
    before = groups(by_grade)
    merge_threats(
        acting_user=manager, loser=other.reference, winner=world.threat.reference, version=None, reason="One."
    )
    with ANEW:
        after = groups(by_grade)
    assert groups(by_grade) == after != before
    take_back_threat_merge(acting_user=manager, loser=other.reference, version=None, reason="Two.")
    with ANEW:
        after = groups(by_grade)
    assert groups(by_grade) == after == before


# ------------------------------------------------------------------------------------------------ only what has changed


@committed
def test_only_what_a_change_touches_is_read_again(world: World, manager: User, test_database: TestDatabase) -> None:
    assert read_again() == ALL
    assert read_again() == []
    record = world.record(occurred_on="2025-05-15")
    assert read_again() == ["2025-04"]
    # Two runs of days, each read by itself.
    changes = parse_disruption({"occurred_on": "2026-08-08"}, typed=True)
    amend_disruption(acting_user=world.recorder, reference=record.reference, version=1, changes=changes)
    assert read_again() == ["2025-04", "2026-07"]
    # Other days in one quarter are another piece; whole quarters are the same ones.
    assert read_again(query="from=2025-05-01&to=2026-09-30") == ["2025-05"]
    assert read_again(query="from=2025-04-01&to=2026-06-30") == []
    # Filters, and other reads, have pieces of their own.
    assert read_again(query=f"{PERIOD}&agency=north") == ALL
    assert read_again(query=f"{PERIOD}&agency=south") == ALL
    assert read_again(query=f"{PERIOD}&agency=south&level=minor") == ALL
    assert read_again(by_grade) == ALL
    # A draft is in no figure, and neither is what a threat, a person or an agency is called.
    draft = world.record(submit=False, occurred_on="2025-05-15")
    changes = parse_disruption({"summary": "More of it."}, typed=True)
    amend_disruption(acting_user=world.recorder, reference=draft.reference, version=1, changes=changes)
    amend_threats(acting_user=manager, versions={world.threat.reference: None}, values={"title": "New"}, reason="So.")
    amend_agency(acting_user=manager, agency=world.north, version=None, short_name="N")
    assert read_again() == read_again(by_grade) == []
    # A grade is in what is told apart by grades, and what the counting rule looks at is in all of them.
    grade_threat(threat=SOCThreat.objects.get(pk=world.threat.pk), grade=PriorityGrade.P1)
    assert read_again() == []
    assert read_again(by_grade) == ALL
    test_database.run_as_owner(
        "UPDATE agencies_agency SET version = version + 1, active_from = '2025-01-01' WHERE code = 'south'"
    )
    assert read_again() == ALL


@committed
def test_what_does_not_stand_alone_is_read_every_time(world: World) -> None:
    """A past day, a transaction, a grade of the day itself, the setting: nothing is taken, and nothing kept."""
    make_threat(p_grade=PriorityGrade.P1)
    today = Disruption.objects.latest("recorded_at").recorded_at.date()
    for query in (f"{PERIOD}&as_at={today}", f"{PERIOD}&p_grade_then=P1"):
        groups(query=query)
    with transaction.atomic():
        groups()
    with ANEW:
        groups()
    assert not KeptGroups.objects.exists()
    assert groups(query=f"{PERIOD}&agency=north&agency__not=north") == []


# ------------------------------------------------------------------------------------------------------ transactions


@contextmanager
def elsewhere(work: Callable[[], Any]) -> Iterator[Callable[[], None]]:
    """Do something in a transaction of another connection, which waits to be ended."""
    done, end = Event(), Event()
    found: list[BaseException] = []

    def run() -> None:
        try:
            with transaction.atomic():
                work()
                done.set()
                end.wait(10)
        except BaseException as error:
            found.append(error)
        finally:
            done.set()
            connection.close()

    thread = Thread(target=run)
    thread.start()
    done.wait(10)

    def finish() -> None:
        end.set()
        thread.join(10)

    yield finish
    finish()
    assert not found


@committed
def test_a_transaction_that_began_before_and_ends_after_is_seen(world: World) -> None:
    """Nothing of it is seen when the groups are kept; others that come later are committed before it."""
    assert read_again() == ALL
    with elsewhere(lambda: world.record(occurred_on="2025-05-15")) as commit:
        world.record(occurred_on="2025-11-11")
        assert read_again() == ["2025-10"]
        KeptGroups.objects.all().delete()
        assert read_again() == ALL
        assert read_again() == []
        before = groups()
        commit()
    assert read_again() == ["2025-04"]
    with ANEW:
        after = groups()
    assert groups() == after != before


@committed
def test_what_is_not_committed_is_nobodys_but_its_own(world: World) -> None:
    before = groups()
    with transaction.atomic():
        world.record(occurred_on="2025-05-15")
        own = groups()
        assert own != before
        transaction.set_rollback(True)
    assert groups() == before
    assert read_again() == []
    with transaction.atomic():
        world.record(occurred_on="2025-05-15")
    assert groups() == own


@committed
def test_all_groups_are_as_at_one_moment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that moves to another quarter between taking and reading is in neither of them twice, nor nowhere."""
    record = world.record(occurred_on="2025-02-02")
    groups()
    world.record(occurred_on="2026-08-08")

    def take_and_be_overtaken(pieces: Any) -> Any:
        taken = take_groups(pieces)
        moved = Disruption.objects.filter(pk=record.pk)
        with elsewhere(lambda: moved.update(occurred_on=date(2026, 9, 9), version=F("version") + 1)) as commit:
            commit()
        return taken

    with ANEW:
        before = groups()
    monkeypatch.setattr("disruptions.statistics.keeping.take_groups", take_and_be_overtaken)
    assert groups() == before
    monkeypatch.undo()
    with ANEW:
        after = groups()
    assert groups() == after != before


# ------------------------------------------------------------------------------------------------------- what is kept


@committed
def test_what_cannot_be_read_is_read_anew(world: World) -> None:
    expected = groups()
    kept = KeptGroups.objects.all()
    for text in ("", "{", "null", "[]", "[3,[[1,2],[3]]]", "7", '[1,[["a"],"1"]]', '[1,[["a"],"00"]]', "[[1]]"):
        kept.update(groups=text)
        assert groups() == expected, text
        assert not kept.filter(groups=text).exists()
    # Of another cluster, or of numbers that are still to come here.
    kept.update(cluster=7, groups=pack([]))
    assert groups() == expected
    kept.update(snapshot="900000000:900000000:", groups=pack([]))
    assert groups() == expected
    kept.update(read_at=Disruption.objects.latest("recorded_at").recorded_at - KEPT_FOR, groups=pack([]))
    assert groups() == expected


@committed
def test_a_figure_is_shown_whether_or_not_it_can_be_kept(
    world: World, test_database: TestDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    with ANEW:
        expected = groups()
    for right, said in (("INSERT", "groups_not_kept"), ("SELECT", "kept_groups_not_read")):
        test_database.run_as_owner(f"REVOKE {right} ON disruptions_keptgroups FROM oic_app")
        caplog.clear()
        assert groups() == expected
        assert [each.message for each in caplog.records] == [said]


def when_others_are_done() -> None:
    """Wait until no transaction on this server is older than the notes: tests beside this one have theirs."""
    give_up = time.monotonic() + 60
    older = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint <= max(xid) FROM disruptions_countingchange"
    while time.monotonic() < give_up:
        with connection.cursor() as cursor:
            cursor.execute(older)
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.05)


@committed
def test_what_nobody_can_ask_after_is_forgotten(world: World, test_database: TestDatabase) -> None:
    groups()
    world.record(occurred_on="2025-05-15")
    noted = CountingChange.objects.count()
    assert noted
    when_others_are_done()
    # The first time only a mark is set, which counts when pieces from before it are not taken any more.
    assert forget_kept_groups() == 0 == noted - CountingChange.objects.count()
    KeptGroups.objects.update(read_at=F("read_at") - KEPT_FOR + timedelta(hours=1))
    assert forget_kept_groups() == 0
    assert read_again() == ALL
    KeptGroups.objects.update(read_at=F("read_at") - timedelta(hours=2))
    world.record(occurred_on="2025-05-16")
    assert forget_kept_groups() == noted
    assert CountingChange.objects.count() == 1
    assert read_again() == ["2025-04"]
    test_database.run_as_owner("TRUNCATE disruptions_countingchange")
    assert list(CountingChange.objects.values_list("quarter", flat=True)) == [EVERYTHING]


@committed
def test_pieces_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert KEPT_AT_MOST >= 100 * QUARTERS
    monkeypatch.setattr("disruptions.kept_groups.KEPT_AT_MOST", QUARTERS)
    forget_kept_groups()
    for query in (PERIOD, f"{PERIOD}&agency=north", f"{PERIOD}&agency=south"):
        assert read_again(query=query) == ALL
        assert KeptGroups.objects.exclude(name="mark").count() == QUARTERS
        assert read_again(query=query) == []


def test_groups_come_back_as_they_went() -> None:
    rows = [(place % 7, None if place % 2 else "é'\"\\", place % 3 == 0, str(place)) for place in range(5_000)]
    for each in (rows, [], [(1,)], [(True,), (1,), (0,), (False,), (None,), ("",)]):
        text = pack(each)
        assert text is not None
        back = unpack(text)
        assert back == each
        assert [list(map(type, row)) for row in back] == [list(map(type, row)) for row in each]
    assert pack([(date(2025, 1, 1),)]) is None
    assert pack([(1.5,)]) is None


# ------------------------------------------------------------------------------------- what is covered, and what is not


@pytest.mark.django_db
def test_a_statement_is_kept_only_if_all_that_it_reads_is_noted() -> None:
    asked = read_query(QueryDict(PERIOD))
    number = Buckets.of(asked.period, asked.period).number

    def noted(read: Callable[[Any], Any]) -> bool:
        with asked.rows() as rows:
            return keeping._statement_of_any_days(read(rows), asked.period) is not None

    for each in (*READS, _mixed, _of_outcomes):
        assert noted(partial(each, number=number)), each
    counted = (number, "level")
    assert noted(lambda rows: rows.counted().values_list(*counted, "summary"))
    # Records that are no longer, or not yet, submitted.
    assert not noted(lambda rows: rows.values_list(*counted))
    assert not noted(lambda rows: rows.filter(status=Status.WITHDRAWN).values_list(*counted))
    # Other columns, other tables, the same tables by another name, the time.
    assert not noted(lambda rows: rows.counted().values_list(*counted, "threat__title"))
    assert not noted(lambda rows: rows.counted().values_list(*counted, "agency__name"))
    assert not noted(lambda rows: rows.counted().values_list(*counted, "agency__region__name"))
    assert not noted(lambda rows: rows.counted().values_list(*counted, "force_area__statistics_group"))
    assert not noted(lambda rows: rows.counted().values_list(*counted, "recorded_by__name"))
    assert not noted(lambda rows: rows.counted().filter(supports__level="minor").values_list(*counted))
    assert not noted(lambda rows: rows.not_counted_or_credited(role="lead").values_list(*counted))
    assert not noted(lambda rows: rows.counted().with_grade_then().values_list(*counted, "grade_then"))
    raw = of_outcomes(Disruption.objects.filter(occurred_on__range=(asked.period.first, asked.period.last)), number)
    assert keeping._statement_of_any_days(raw, asked.period) is not None
    for instead in ("clock_timestamp()", "oic_now()", "current_date", "(SELECT title FROM disruptions_socthreat AS t)"):
        other = Statement(raw.sql.replace("outcome.type", instead, 1), raw.parameters)
        assert keeping._statement_of_any_days(other, asked.period) is None, instead
    # Days that are not the span's.
    assert not noted(lambda rows: rows.filter(occurred_on__gte=date(2025, 2, 2)).none().union(rows).values_list("pk"))


def test_what_the_counting_rule_looks_at_is_noted() -> None:
    """The columns of threats and agencies in the conditions of the rule are those that triggers compare."""
    read = {name for _, condition in COUNTING_RULE for name, *_ in _leaves(condition)}
    of = {
        prefix: {name.split("__")[1] for name in read if name.startswith(f"{prefix}__")}
        for prefix in ("threat", "agency")
    }
    assert of["threat"] <= set(READ_OF_THREATS)
    assert of["agency"] == set(READ_OF_AGENCIES)


def _leaves(condition: Any) -> Iterator[Any]:
    for child in condition.children:
        yield from _leaves(child) if hasattr(child, "children") else [child]


# ----------------------------------------------------------------------------------------------------------- at random


@committed
@pytest.mark.parametrize("seed", [1])
def test_dashboards_are_the_same_with_and_without(world: World, seed: int) -> None:
    """Changes at random, committed, taken back or under way, and questions at random between them."""
    play(world, chance_of(seed), turns=20)


@committed
@pytest.mark.deep
@pytest.mark.parametrize("seed", range(2, 5))
def test_dashboards_are_the_same_for_long(world: World, seed: int) -> None:
    play(world, chance_of(seed), turns=150)


def chance_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - no secret: the same play each time


def play(world: World, chance: random.Random, *, turns: int) -> None:
    first = date(2024, 12, 1)
    agencies = [world.north, world.south, world.centre]
    authors = {agency.pk: make_user(agency=agency, roles=[Role.RECORDER]) for agency in agencies}
    threats = [world.threat, *(make_threat(lead_agency=agency) for agency in agencies)]
    days = [first + timedelta(days=7 * week) for week in range(104)]

    def make() -> None:
        agency = chance.choice(agencies)
        record = make_disruption(
            agency=agency,
            recorded_by=authors[agency.pk],
            threat=chance.choice(threats),
            status=chance.choice([Status.SUBMITTED, Status.SUBMITTED, Status.DRAFT]),
            occurred_on=chance.choice(days),
            uk_led=chance.random() < 0.8,
        )
        if chance.random() < 0.5:
            make_outcome(disruption=record, count=chance.randint(1, 9))

    def change() -> None:
        values: dict[str, Any] = chance.choice(
            [
                {"occurred_on": chance.choice(days)},
                {"level": chance.choice(["minor", "moderate", "major", "none"])},
                {"status": "submitted", "submitted_at": F("recorded_at"), "submitted_by": F("recorded_by")},
                {"status": "withdrawn", "change_reason": "No."},
                {"threat": chance.choice(threats)},
                {"sandbox": chance.random() < 0.3},
            ]
        )
        keys = list(Disruption.objects.leads().filter(level__isnull=False).values_list("pk", flat=True))
        chosen = chance.sample(keys, min(len(keys), chance.choice([1, 1, 5])))
        known = Disruption.objects.filter(pk__in=chosen, claimed_level__isnull=False)
        known.update(**values, version=F("version") + 1)

    def around() -> None:
        chance.choice(
            [
                lambda: SOCThreat.objects.filter(pk=chance.choice(threats).pk).update(
                    primary_area=chance.choice(["oic", "oic", "drugs"]), version=F("version") + 1
                ),
                lambda: grade_threat(
                    threat=SOCThreat.objects.get(pk=chance.choice(threats).pk),
                    grade=chance.choice([PriorityGrade.P1, PriorityGrade.P2]),
                ),
                lambda: Agency.objects.filter(pk=chance.choice(agencies).pk).update(
                    active_from=chance.choice([None, *days]), version=F("version") + 1
                ),
                lambda: Outcome.objects.update(count=chance.randint(1, 9)),
            ]
        )()

    def one() -> None:
        chance.choices([make, change, around], [5, 5, 1])[0]()

    def question() -> str:
        start = chance.choice([date(2025, 1, 1), *days[:50]])
        end = chance.choice([date(2026, 9, 30), *(day for day in days if day >= start)])
        more = chance.choice(["", "", "&agency=north", "&level=minor", "&region__not=x", "&p_grade=P1", "&role=lead"])
        return f"from={start}&to={end}{'' if 'region' in more else more}"

    for _ in range(turns):
        how = chance.random()
        if how < 0.6:
            one()
        elif how < 0.75:
            with transaction.atomic():
                one()
                transaction.set_rollback(True)
        else:
            with elsewhere(one) as commit:
                query = question()
                assert_same(query)
                commit()
        for query in {question(), PERIOD}:
            assert_same(query)


def assert_same(query: str) -> None:
    found, asked = figures(query), read_query(QueryDict(query))
    shown = dashboard(asked)
    with ANEW:
        assert found == figures(query)
        assert shown == dashboard(asked)
