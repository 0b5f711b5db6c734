"""Revisions over a history drawn at random, against a recount in plain Python that replays the event rows."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db.models import F, Q
from django.http import QueryDict

from agencies.models import Agency, AgencyEvent, Now, User
from agencies.refusals import Invalid
from agencies.vocabulary import Role
from disruptions.models import Disruption, DisruptionEvent, Extract, SOCThreat, SOCThreatEvent
from disruptions.services import freeze_extract
from disruptions.statistics import Oic01Row, oic_01, oic_01_of, read_query, read_revision_query, revisions
from disruptions.statistics.extracts import verify
from disruptions.statistics.periods import Quarter
from disruptions.statistics.revisions import (
    LEVELS,
    TOTAL,
    AgencyRevision,
    Narrowed,
    Point,
    Revision,
    RevisionQuery,
    Revisions,
    count_open,
    records_behind,
)
from disruptions.vocabulary import Level, NotCounted, ReasonClass, Sharing, Status, ThreatArea
from tests.factories import make_agency, make_disruption, make_threat, make_user

pytestmark = pytest.mark.django_db

START = datetime(2025, 4, 1, 9, tzinfo=UTC)
STEPS = 200
FREEZE_AFTER = (60, 130, 190)
COVERAGE = {40: "not_covered", 140: "police_ew", 170: "not_covered"}
COVERED = {"nca", "home_office", "police_ew", "police_scotland", "psni"}
Clock = Callable[[datetime], Any]
Cell = tuple[Quarter, str]


# ------------------------------------------------------------------------------------------------------------- the play


@dataclass
class Play:
    """What was played: the extracts that were frozen on the way, and a national and a local reader."""

    extracts: list[Extract]
    analyst: User
    local: User
    pairs: list[Revisions] = field(default_factory=list)


@pytest.fixture
def play(clock_at: Clock) -> Play:
    """Late entries, regrades, withdrawals, duplicates, hand-overs, changes of threat and area, dates and coverage."""
    draw = random.Random(11)  # noqa: S311 - no secret: the same draws each time
    with clock_at(START - timedelta(days=400)):
        agencies = [make_agency(code=f"force-of-{name}") for name in ("east", "west", "sea")]
        threats = [make_threat(lead_agency=agencies[0]) for _ in range(3)]
        threats.append(make_threat(lead_agency=agencies[0], primary_area=ThreatArea.DRUGS))
    centre = make_agency(code="centre", statistics_group="nca")  # type: ignore[arg-type]  # a code of it
    statistician = make_user(agency=centre, national_roles=[Role.STATISTICIAN])
    authors = {agency.pk: make_user(agency=agency, roles=[Role.RECORDER]) for agency in agencies}
    judge = make_user(agency=centre, national_roles=[Role.MODERATOR])
    people = {"approved_by": judge, "changed_by": judge}

    def record(moment: datetime) -> Disruption:
        agency = draw.choice(agencies)
        return make_disruption(
            agency=agency,
            recorded_by=authors[agency.pk],
            threat=draw.choice(threats),
            occurred_on=moment.date() - timedelta(days=draw.choice([1, 60, 100, 150, 250, 300, 800])),
            level=Level(draw.choice(["minor", "minor", "minor", "moderate", "major", "none"])),
            status=Status(draw.choice(["submitted", "submitted", "draft"])),
            uk_led=draw.random() < 0.9,
            sandbox=draw.random() < 0.05,
            sharing=Sharing(draw.choice(["all_agencies", "all_agencies", "lead_and_supporting"])),
        )

    with clock_at(START - timedelta(days=1)):
        records = [record(START) for _ in range(90)]
    extracts = []
    for step in range(STEPS):
        moment = START + timedelta(days=1.3 * step)
        with clock_at(moment):
            kind = draw.random()
            if kind < 0.15:
                records.append(record(moment))
            elif kind < 0.19:
                area = draw.choice([ThreatArea.OIC, ThreatArea.OIC, ThreatArea.FRAUD])
                change(SOCThreat, draw.choice(threats[:3]), primary_area=area)
            else:
                one = draw.choice(records)
                change(Disruption, one, changed_at=Now(), **drawn(draw, one, records, people))
            if step in COVERAGE:
                change(Agency, agencies[2], statistics_group=COVERAGE[step])
            if step in FREEZE_AFTER:
                cut_off = moment.date() - timedelta(days=draw.randint(1, 3))
                title = f"Frozen after step {step}"
                extracts.append(freeze_extract(acting_user=statistician, cut_off=cut_off, title=title))
    HISTORY[:] = [list(model.objects.all()) for model in (SOCThreatEvent, AgencyEvent, DisruptionEvent)]
    return Play(extracts, judge, authors[agencies[0].pk])


def change(model: Any, one: Any, **values: Any) -> None:
    """Write the next version of something; history follows by trigger."""
    model.objects.filter(pk=one.pk).update(version=F("version") + 1, **values)


def drawn(draw: random.Random, one: Disruption, records: list[Disruption], people: dict[str, User]) -> dict[str, Any]:
    """Return what happens to a record next: mostly one thing, sometimes several at once."""
    one.refresh_from_db()
    if one.status == Status.DRAFT:
        submitted = {"status": Status.SUBMITTED, "submitted_at": Now(), "submitted_by": one.recorded_by}
        return {**submitted, "claimed_level": one.level}
    approved = {"approved_at": Now(), "approved_by": people["approved_by"]}
    other = draw.choice([each for each in records if each.pk != one.pk])
    standing: dict[str, Any] = {"duplicate_of": None}
    options: list[dict[str, Any]] = [
        {"level": draw.choice(["minor", "minor", "moderate", "major", "none"]), "reason_class": "regrade"},
        {
            "level": draw.choice(["minor", "minor", "moderate", "major", "none"]),
            "status": Status.APPROVED,
            **approved,
            **standing,
        },
        {"occurred_on": one.occurred_on and one.occurred_on - timedelta(days=draw.choice([-1, 1, 60, 120, 700]))},
        {"status": Status.WITHDRAWN, "change_reason": "Recorded by mistake.", **standing},
        {"status": Status.REJECTED, "duplicate_of": other},
        {"status": Status.REJECTED, **standing},
        {"status": Status.RETURNED, **standing},
        {"status": Status.SUBMITTED, **standing},
        {"status": Status.APPROVED, **approved, **standing},
        {"threat_id": draw.choice(list(SOCThreat.objects.values_list("pk", flat=True)))},
        {
            "agency_id": draw.choice(
                list(Agency.objects.filter(code__startswith="force-of").values_list("pk", flat=True))
            )
        },
        {"uk_led": draw.random() < 0.8},
    ]
    likely = (4, 2, 2, 2, 1, 1, 1, 3, 6, 2, 1, 2)
    values = {
        name: value
        for each in draw.choices(options, likely, k=draw.choice([1, 1, 1, 2]))
        for name, value in each.items()
    }
    if values.get("status", one.status) != Status.REJECTED:
        values["duplicate_of"] = None
    if (day := values.get("occurred_on")) and day > one.recorded_at.date():
        values["occurred_on"] = one.recorded_at.date() - timedelta(days=1)
    return values


# --------------------------------------------------------------------------------------------------- the slow recount


@dataclass(frozen=True)
class State:
    """One record at a moment, with what its threat and agency were then."""

    status: str
    role: str
    level: str | None
    day: date | None
    agency: int
    threat: int | None
    area: str | None
    uk_led: bool | None
    duplicate: bool
    covered: bool

    @property
    def kept_out(self) -> set[str]:
        """Every part of the rule that it does not meet."""
        wrong = {
            "status": self.status not in {"submitted", "approved"},
            "role": self.role != "lead",
            "area": self.area != "oic",
            "uk_led": self.uk_led is not True,
            "level": self.level not in {"minor", "moderate", "major"},
            "coverage": not self.covered,
        }
        return {name for name, found in wrong.items() if found}


HISTORY: list[list[Any]] = []
"""Every version of threats, agencies and records: read once, replayed for each moment."""


def latest(events: list[Any], moment: datetime) -> dict[int, Any]:
    """Return the last version of each thing by a moment, event by event."""
    found: dict[int, Any] = {}
    for event in events:
        if event.pgh_created_at <= moment and (event.id not in found or event.version > found[event.id].version):
            found[event.id] = event
    return found


def replayed(moment: datetime) -> dict[int, State]:
    """Return every record that was ever submitted by a moment."""
    threats, agencies, records = (latest(events, moment) for events in HISTORY)
    states = {}
    for pk, event in records.items():
        if event.sandbox or event.submitted_at is None:
            continue
        threat = threats.get(event.threat_id)
        states[pk] = State(
            status=event.status,
            role=event.role,
            level=event.level,
            day=event.occurred_on,
            agency=event.agency_id,
            threat=event.threat_id,
            area=threat and threat.primary_area,
            uk_led=event.uk_led,
            duplicate=event.status == "rejected" and event.duplicate_of_id is not None,
            covered=agencies[event.agency_id].statistics_group in COVERED,
        )
    return states


def cell_of(state: State | None, query: RevisionQuery) -> Cell | None:
    if state is None or state.kept_out or not state.day or not state.level:
        return None
    if not query.period.first <= state.day <= query.period.last:
        return None
    return Quarter.of(state.day), state.level


def slow_class(was: State | None, now: State, query: RevisionQuery) -> str:
    """Say why a record is in another cell, in the order of the design."""
    if was is None:
        return "late_entry"
    before, after = cell_of(was, query), cell_of(now, query)
    if before and after:
        return "regrade" if was.level != now.level else "date_correction"
    out = now if before else was
    if "level" in out.kept_out and was.level != now.level:
        return "regrade"
    if out.status == "withdrawn":
        return "withdrawn"
    if out.duplicate:
        return "duplicate"
    if was.role != now.role or ("coverage" in out.kept_out and was.agency != now.agency):
        return "lead_change"
    if "area" in out.kept_out and (was.threat, was.area) != (now.threat, now.area):
        return "threat_change"
    outside = out.day and not query.period.first <= out.day <= query.period.last
    if was.day != now.day and (outside or "coverage" in out.kept_out):
        return "date_correction"
    return "coverage" if "coverage" in out.kept_out else "other_correction"


def seen_by(agency: int, state: State | None, query: RevisionQuery) -> Cell | None:
    """Return the cell in which an agency has a record."""
    return cell_of(state, query) if state is not None and state.agency == agency else None


def slow_class_for(agency: int, was: State | None, now: State, query: RevisionQuery) -> str:
    """Say why an agency has a record in another cell: what another one counts now, or counted, was handed over."""
    if was and cell_of(was, query) and cell_of(now, query) and (was.agency == agency) != (now.agency == agency):
        return "lead_change"
    return slow_class(was, now, query)


# ---------------------------------------------------------------------------------------------------------------- tests


def points(play: Play) -> list[Point]:
    """Return the extracts, days between them, and now, the earliest first."""
    frozen = [Point(extract.cut_off, extract) for extract in play.extracts]
    days = [Point((START + timedelta(days=number)).date()) for number in (3, 215)]
    last = Disruption.objects.latest("changed_at").changed_at.date() + timedelta(days=30)
    return [*sorted([*frozen, *days], key=lambda point: point.moment), Point(max(last, date(2026, 6, 1)), is_now=True)]


def compared(before: Point, after: Point, agency: str | list[str] = ()) -> Revisions:  # type: ignore[assignment]
    query = QueryDict(mutable=True)
    query["before"] = before.wire
    if after.wire:
        query["as_at"] = after.wire
    query.setlist("agency", [agency] if isinstance(agency, str) else list(agency))
    return revisions(read_revision_query(query))


def of_agency(whole: Revisions, code: str) -> AgencyRevision | None:
    """Return an agency's part of a comparison; nothing where it had no records on either side."""
    return next((row for row in whole.agencies if row.code == code), None)


def as_part(part: Revision | None) -> tuple[int, int, dict[str, int]]:
    return (part.old, part.new, nets(part.reasons)) if part else (0, 0, {})


def nets(reasons: Counter[str]) -> dict[str, int]:
    return {reason: net for reason, net in reasons.items() if net}


def pairs(play: Play) -> list[Revisions]:
    """Return the comparison of each two of the points; made once."""
    if not play.pairs:
        play.pairs += [compared(*pair) for pair in combinations(points(play), 2)]
    return play.pairs


def as_counter(rows: list[Oic01Row]) -> Counter[Cell]:
    return Counter(
        {
            (Quarter.of(row.period.first), level): getattr(row, level)
            for row in rows
            if not row.is_year
            for level in LEVELS
        }
    )


def check_extracts_are_what_a_slow_recount_finds(play: Play) -> None:
    for extract in play.extracts:
        states = replayed(extract.cut_off_at)
        assert {row.disruption_id for row in extract.rows.all()} == set(states)
        counted = [state for state in states.values() if not state.kept_out]
        wanted = Counter((Quarter.of(state.day), state.level) for state in counted if state.day and state.level)
        table = as_counter(oic_01_of(extract))
        assert table.total()
        assert table == Counter({cell: wanted[cell] for cell in table})
        assert oic_01_of(extract) == oic_01(read_query(QueryDict(f"as_at={extract.cut_off}")))
        assert verify(extract).agrees


def check_classes_add_up_and_are_those_of_the_slow_recount(play: Play) -> None:
    seen: Counter[str] = Counter()
    for found in pairs(play):
        before, after = found.query.before, found.query.after
        was, now = replayed(before.moment), replayed(after.moment + timedelta(days=900 * after.is_now))
        old, new, reasons = Counter[Cell](), Counter[Cell](), Counter[tuple[Cell, str]]()
        records: Counter[str] = Counter()
        for pk, state in now.items():
            cells = cell_of(was.get(pk), found.query), cell_of(state, found.query)
            old[cells[0]] += 1  # type: ignore[index]  # nothing is a key too
            new[cells[1]] += 1  # type: ignore[index]
            if cells[0] != cells[1]:
                why = slow_class(was.get(pk), state, found.query)
                records[why] += 1
                reasons[cells[0], why] -= 1  # type: ignore[index]
                reasons[cells[1], why] += 1  # type: ignore[index]
        for cell in found.cells:
            assert cell.difference == sum(cell.reasons.values())
            if cell.quarter is not None and cell.level != TOTAL:
                place = (cell.quarter, cell.level)
                assert (cell.old, cell.new) == (old[place], new[place])
                assert {why: net for why, net in cell.reasons.items() if net} == {
                    why: net for (where, why), net in reasons.items() if where == place and net
                }
        assert {row.reason.value: row.records for row in found.reasons if row.records} == dict(records)
        assert found.total.difference == sum(row.net for row in found.reasons)
        seen += records
    assert set(seen) == set(ReasonClass.values) - {"method"}


def check_agencies_add_up_to_the_whole_and_each_to_its_slow_recount(play: Play) -> None:
    """Narrowed to one agency after the other, every pair; and as the part of each in the comparison of them all."""
    agencies = dict(Agency.objects.filter(code__startswith="force-of").values_list("pk", "code"))
    seen: Counter[str] = Counter()
    for whole in pairs(play):
        before, after = whole.query.before, whole.query.after
        was, now = replayed(before.moment), replayed(after.moment + timedelta(days=900 * after.is_now))
        parts = {key: compared(before, after, agency=code) for key, code in agencies.items()}
        for key, part in parts.items():
            old, new, reasons = Counter[Cell](), Counter[Cell](), Counter[tuple[Cell, str]]()
            records: Counter[str] = Counter()
            for pk, state in now.items():
                cells = seen_by(key, was.get(pk), whole.query), seen_by(key, state, whole.query)
                old[cells[0]] += 1  # type: ignore[index]  # nothing is a key too
                new[cells[1]] += 1  # type: ignore[index]
                if cells[0] != cells[1]:
                    why = slow_class_for(key, was.get(pk), state, whole.query)
                    records[why] += 1
                    reasons[cells[0], why] -= 1  # type: ignore[index]
                    reasons[cells[1], why] += 1  # type: ignore[index]
            for cell in part.cells:
                assert cell.difference == sum(cell.reasons.values())
                if cell.quarter is not None and cell.level != TOTAL:
                    place = (cell.quarter, cell.level)
                    assert (cell.old, cell.new) == (old[place], new[place])
                    assert {why: net for why, net in cell.reasons.items() if net} == {
                        why: net for (where, why), net in reasons.items() if where == place and net
                    }
            assert {row.reason.value: row.records for row in part.reasons if row.records} == dict(records)
            seen += records
            assert as_part(part.total) == as_part(of_agency(whole, agencies[key]))
            assert part.records == getattr(of_agency(whole, agencies[key]), "records", 0)
        for name in ("old", "new", "difference"):
            each_cell = zip(*(part.cells for part in parts.values()), strict=True)
            sums = [sum(getattr(cell, name) for cell in cells) for cells in each_cell]
            assert sums == [getattr(cell, name) for cell in whole.cells]
            assert sum(getattr(row, name) for row in whole.agencies) == getattr(whole.total, name)
        # In the total a hand-over leaves one agency and enters another, so that the classes add up as well.
        together = Counter[str]()
        for row in whole.agencies:
            together.update(row.reasons)
        assert nets(together) == nets(whole.total.reasons)
    assert set(seen) == set(ReasonClass.values) - {"method"}


def check_several_agencies_are_read_as_one(play: Play) -> None:
    """What is handed over between them stays where it was."""
    before, after = points(play)[0], points(play)[-1]
    together = compared(before, after, agency=["force-of-east", "force-of-west"])
    apart = [compared(before, after, agency=f"force-of-{name}") for name in ("east", "west")]
    assert together.total.old == sum(part.total.old for part in apart)
    assert together.total.new == sum(part.total.new for part in apart)
    handed_over = [next(row for row in each.reasons if row.reason == "lead_change") for each in (together, *apart)]
    assert 0 < handed_over[0].records < handed_over[1].records + handed_over[2].records
    assert compared(before, after, agency="centre").total.old == 0
    assert compared(before, after, agency="centre").agencies == ()


def check_totals_are_sums_and_both_sides_are_the_tables_of_their_cut_offs(play: Play) -> None:
    for found in pairs(play):
        by_place = {(cell.quarter, cell.level): cell for cell in found.cells}
        for name in ("old", "new", "difference"):
            for quarter in (*found.query.quarters, None):
                parts = [getattr(by_place[quarter, level], name) for level in LEVELS]
                assert getattr(by_place[quarter, TOTAL], name) == sum(parts)
        period = f"from={found.query.period.first}&to={found.query.period.last}"
        for point, name in ((found.query.before, "old"), (found.query.after, "new")):
            named = {"extract": point.wire} if point.extract else {"as_at": point.wire}
            asked = "&".join([period, *(f"{key}={value}" for key, value in named.items() if value)])
            table = as_counter(oic_01(read_query(QueryDict(asked), extracts=True)))
            assert {place: getattr(by_place[place], name) for place in table} == dict(table)


def check_the_records_behind_a_number_are_as_many_as_it_says(play: Play) -> None:
    before, after = points(play)[0], points(play)[-1]
    found = compared(before, after)
    for row in found.reasons:
        narrowed = Narrowed(reason=row.reason.value)
        assert count_open(found.query, narrowed, reader=play.analyst) == (row.records, row.records)
        behind = records_behind(found.query, narrowed, reader=play.analyst)
        assert len(behind) == row.records
        assert {each.reason for each in behind} <= {row.reason}
    largest = max((cell for cell in found.cells[:-4] if cell.level != TOTAL), key=lambda cell: len(cell.reasons))
    narrowed = Narrowed(largest.quarter, largest.level)
    behind = records_behind(found.query, narrowed, reader=play.analyst)
    net = Counter[str]()
    for each in behind:
        net[each.reason] += ((largest.quarter, largest.level) == each.now) - (
            (largest.quarter, largest.level) == each.was
        )
    assert net.total() == largest.difference
    pages = [records_behind(found.query, narrowed, reader=play.analyst, first=first, most=2) for first in (0, 2, 4)]
    assert [one.reference for page in pages for one in page] == [one.reference for one in behind[:6]]
    assert any(each.typed_class == "regrade" for each in records_behind(found.query, Narrowed(), reader=play.analyst))


def check_somebody_reads_of_those_that_they_may_open(play: Play) -> None:
    """What another agency kept to itself, now or then, is counted and not listed."""
    before, after = points(play)[0], points(play)[-1]
    found = compared(before, after)
    everything = records_behind(found.query, Narrowed(), reader=play.analyst)
    listed = records_behind(found.query, Narrowed(), reader=play.local)
    assert count_open(found.query, Narrowed(), reader=play.local) == (len(everything), len(listed))
    seen = set(Disruption.objects.visible_to(play.local).values_list("reference", flat=True))
    assert 0 < len(listed) < len(everything)
    assert {each.reference for each in listed} <= seen
    own = {each.reference for each in everything if each.agency_now == play.local.agency.short_name}
    assert own <= {each.reference for each in listed}
    # They were shared with all agencies at both cut-offs too, or were their own.
    for each in Disruption.objects.filter(reference__in=[one.reference for one in listed]):
        theirs = each.agency_id == play.local.agency_id
        sharing = DisruptionEvent.objects.filter(id=each.pk).filter(
            Q(sharing="all_agencies") | Q(agency=play.local.agency)
        )
        assert theirs or sharing.count() == each.version


CHECKS = (
    check_extracts_are_what_a_slow_recount_finds,
    check_classes_add_up_and_are_those_of_the_slow_recount,
    check_agencies_add_up_to_the_whole_and_each_to_its_slow_recount,
    check_several_agencies_are_read_as_one,
    check_totals_are_sums_and_both_sides_are_the_tables_of_their_cut_offs,
    check_the_records_behind_a_number_are_as_many_as_it_says,
    check_somebody_reads_of_those_that_they_may_open,
)


def test_revisions_agree_with_a_slow_recount(play: Play, subtests: Any, django_assert_num_queries: Any) -> None:
    """One history, looked at in every way."""
    for each in CHECKS:
        with subtests.test(each.__name__):
            each(play)
    extract, day = play.extracts[0], Point((START + timedelta(days=200)).date())
    later = Point((START + timedelta(days=300)).date())
    period = revised_period(play)
    with subtests.test("one statement and the names of agencies"), django_assert_num_queries(2):
        revisions(RevisionQuery(Point(extract.cut_off, extract), Point(later.cut_off, is_now=True), period))
    with subtests.test("two past days: the session stands at one, then at the other"):
        assert revisions(RevisionQuery(day, later, period)).total.difference


def revised_period(play: Play) -> Any:
    return compared(Point(play.extracts[0].cut_off, play.extracts[0]), points(play)[-1]).query.period


def test_another_version_of_the_rule_is_method(
    clock_at: Clock, statistician: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock_at(START):
        agency = make_agency()
        for level in (Level.MINOR, Level.MINOR, Level.MAJOR):
            make_disruption(agency=agency, occurred_on=date(2025, 1, 6), level=level)
    cut_off = START.date() + timedelta(days=1)
    with clock_at(START + timedelta(days=9)):
        first = freeze_extract(acting_user=statistician, cut_off=cut_off, title="By the first rule")
        monkeypatch.setattr("disruptions.services.extracting.RULE_VERSION", "2")
        rule = ((NotCounted.LEVEL, Q(level__in=("major", "moderate"))),)
        monkeypatch.setattr("disruptions.querysets.COUNTING_RULE", rule)
        second = freeze_extract(acting_user=statistician, cut_off=cut_off, title="By the second rule")
    found = compared(Point(cut_off, first), Point(cut_off, second))
    assert (found.total.old, found.total.new) == (3, 1)
    assert {row.reason.value: row.net for row in found.reasons if row.records} == {"method": -2}


@pytest.fixture
def today(clock_at: Clock) -> Iterator[None]:
    with clock_at(datetime(2025, 7, 12, 9, tzinfo=UTC)):
        yield


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ("before=soon", {"before"}),
        ("before=2025-07-13", {"before"}),
        ("before=E-0000-0000", {"before"}),
        ("before=2025-07-01&before=2025-07-02", {"before"}),
        ("before=2025-07-02&as_at=2025-07-01", {"before"}),
        ("as_at=yesterday&from=2025-01-02&to=2025-03-30", {"as_at", "from", "to"}),
        ("from=2025-04-01&to=2025-03-31", {"to"}),
        ("from=x", {"from"}),
        ("to=8999-12-31", {"to"}),
        ("agency=nowhere&region=nowhere", {"agency", "region"}),
        ("level=major&compare=1", {"level", "compare"}),
    ],
)
def test_what_cannot_be_compared_is_refused(today: None, asked: str, fields: set[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        read_revision_query(QueryDict(asked))
    assert {each.field for each in refusal.value.violations} == fields


def test_what_is_compared_where_nobody_says(today: None) -> None:
    query = read_revision_query(QueryDict())
    assert (query.before, query.after) == (Point(date(2025, 6, 30)), Point(date(2025, 7, 12), is_now=True))
    assert (query.period.first, query.period.last) == (date(2023, 1, 1), date(2025, 6, 30))
    nothing = revisions(query)
    assert (nothing.total.old, nothing.total.new, nothing.total.percent, nothing.records) == (0, 0, None, 0)
    assert len(nothing.cells) == 4 * 11
