"""Revisions: what a table said at one cut-off and says at another, and why, record by record.

Each side is the facts of all records that were ever submitted: the frozen rows of an extract, or the records as at a
day, or as they are now. One statement joins the two, gives each record that entered, left or moved cell its one class
of reason, and counts: old, new and the reasons of every cell come out of the same rows, so they always add up.

Narrowed to some agencies, a record belongs to the agency that has it on each side: what was handed over left one and
entered another, by the class *lead change*, and is no difference of all of them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.http import QueryDict

from agencies.as_at import reading_as_at
from agencies.constraints import Violation
from agencies.models import Agency, AgencyAsAt, User, london_date, oic_now
from agencies.refusals import Invalid
from disruptions.days import read_day
from disruptions.filters import DisruptionFilter
from disruptions.filters.strict import BAD_VALUE, UNKNOWN, shown
from disruptions.history import open_versions
from disruptions.models import Disruption, DisruptionAsAt, Extract, ExtractRow
from disruptions.querysets import FACTS, RULE_VERSION
from disruptions.statistics.parameters import (
    FIRST_PUBLISHED_DAY,
    Period,
    end_of_day,
    extract_called,
    faults_of_period,
    provisional_quarters,
)
from disruptions.statistics.past import at_moment
from disruptions.statistics.periods import Quarter, quarters_between
from disruptions.statistics.rounding import percent_change
from disruptions.vocabulary import COUNTED_STATUSES, Level, NotCounted, ReasonClass, Status

TOTAL: Final = "total"
LEVELS: Final = (Level.MINOR.value, Level.MODERATE.value, Level.MAJOR.value)
PLACES: Final = ("agency", "region", "rocu")
PARAMETERS: Final = ("before", "as_at", "from", "to", *PLACES)


@dataclass(frozen=True, slots=True)
class Point:
    """One side of a comparison: an extract, the end of a day in London, or now."""

    cut_off: date
    extract: Extract | None = None
    is_now: bool = False

    @property
    def wire(self) -> str:
        """How an address names it; empty for now."""
        if self.extract is not None:
            return self.extract.reference
        return "" if self.is_now else self.cut_off.isoformat()

    @property
    def rule_version(self) -> str:
        """The version of the counting rule that it was counted by."""
        return RULE_VERSION if self.extract is None else self.extract.rule_version

    @property
    def moment(self) -> datetime:
        """The cut-off; of now, the end of today."""
        return end_of_day(self.cut_off) if self.extract is None else self.extract.cut_off_at

    def is_provisional(self, quarter: Quarter) -> bool:
        """Say whether a quarter had the mark at this side."""
        marked = provisional_quarters() if self.extract is None else self.extract.provisional_quarters
        return quarter > Quarter.latest_complete(self.cut_off).plus(-marked)


@dataclass(frozen=True, slots=True)
class RevisionQuery:
    """What is compared with what, over which whole quarters; and of which agencies, where not of all.

    ``places`` are the names and codes by which these agencies were asked for, ``agencies`` the keys of those that are
    meant: a region or a ROCU as it was at the second cut-off, on both sides alike.
    """

    before: Point
    after: Point
    period: Period
    places: tuple[tuple[str, str], ...] = ()
    agencies: frozenset[int] | None = None

    @property
    def quarters(self) -> list[Quarter]:
        """The quarters that are compared."""
        return quarters_between(self.period.first, self.period.last)

    def parameters(self) -> dict[str, Any]:
        """Return what an address says to ask the same; what is compared with now is compared with now again."""
        named: dict[str, Any] = {"before": self.before.wire, "as_at": self.after.wire}
        named |= {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        named |= {place: [code for name, code in self.places if name == place] for place in PLACES}
        return {name: value for name, value in named.items() if value}


@dataclass(slots=True, kw_only=True)
class Revision:
    """One number at two cut-offs: old, new, and the net effect of each class of reason."""

    old: int = 0
    new: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def left(self, records: int, reason: str | None) -> None:
        """Count records of the first cut-off; those with a reason are no longer there."""
        self.old += records
        if reason:
            self.reasons[reason] -= records

    def entered(self, records: int, reason: str | None) -> None:
        """Count records of the second cut-off; those with a reason were not there."""
        self.new += records
        if reason:
            self.reasons[reason] += records

    @property
    def difference(self) -> int:
        """New less old."""
        return self.new - self.old

    @property
    def percent(self) -> int | None:
        """The difference in whole percent of the old figure; nothing on a zero base."""
        return percent_change(self.old, self.new)


@dataclass(slots=True)
class CellRevision(Revision):
    """One cell of the table, or a total."""

    quarter: Quarter | None
    level: str


@dataclass(slots=True)
class AgencyRevision(Revision):
    """One agency's part of the total; ``records`` entered it, left it or moved within it."""

    code: str
    name: str
    records: int = 0


@dataclass(slots=True)
class ReasonRow:
    """What one class of reason did: records that entered the count, left it, or moved from cell to cell."""

    reason: ReasonClass
    entered: int = 0
    left: int = 0
    moved: int = 0

    @property
    def net(self) -> int:
        """The effect on the total."""
        return self.entered - self.left

    @property
    def records(self) -> int:
        """All records of the class."""
        return self.entered + self.left + self.moved


@dataclass(frozen=True, slots=True)
class Revisions:
    """The comparison: a cell per quarter and level with totals, and the classes of reason in their order.

    ``agencies`` are all that had counted records on either side, those with the largest difference first.
    """

    query: RevisionQuery
    cells: tuple[CellRevision, ...]
    reasons: tuple[ReasonRow, ...]
    agencies: tuple[AgencyRevision, ...]

    @property
    def total(self) -> CellRevision:
        """All quarters and levels."""
        return self.cells[-1]

    @property
    def records(self) -> int:
        """How many records entered, left or moved."""
        return sum(row.records for row in self.reasons)


@dataclass(frozen=True, slots=True)
class RevisedRecord:
    """One record that entered, left or moved cell, with its class and what people typed meanwhile.

    ``agency_was`` and ``agency_now`` had it at the two cut-offs; nobody had what was not submitted yet.
    """

    reference: str
    agency_was: str
    agency_now: str
    was: tuple[Quarter, str] | None
    now: tuple[Quarter, str] | None
    reason: ReasonClass
    typed_class: str
    typed_reason: str


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which records of a comparison are meant: those of a cell (on either side), of a class, or all."""

    quarter: Quarter | None = None
    level: str = ""
    reason: str = ""


# ----------------------------------------------------------------------------------------------------------- parameters


def read_revision_query(parameters: QueryDict, *, allow: Sequence[str] = ()) -> RevisionQuery:
    """Read ``before`` and ``as_at`` (an extract's reference or a day each; ``as_at``: by default now), and the period.

    ``agency``, ``region`` and ``rocu`` narrow it, each by its code and as often as wanted.
    ``before`` is by default the latest extract before ``as_at`` that was not set aside; where there is none, the last
    day of the last complete quarter. The period is by default January 2023 to the last quarter complete at ``before``,
    within the periods of the extracts. Raises ``Invalid``.
    """
    faults = [
        Violation(name, UNKNOWN, f"There is no parameter called {shown(name)} here.")
        for name in parameters
        if name not in (*PARAMETERS, *allow)
    ]
    today = london_date(oic_now())
    after = _point(faults, parameters, "as_at", today) or Point(today, is_now=True)
    before = _point(faults, parameters, "before", today) or default_before(after)
    if before.moment > after.moment:
        faults.append(Violation("before", BAD_VALUE, "Compare with something earlier: the first cut-off comes first."))
    held = [point.extract for point in (before, after) if point.extract is not None]
    first = max([FIRST_PUBLISHED_DAY, *(extract.period_from for extract in held)])
    last = min([Quarter.latest_complete(before.cut_off).end, *(extract.period_to for extract in held)])
    first = _bound(faults, parameters, "from") or first
    last = _bound(faults, parameters, "to") or max(last, Quarter.of(first).end)
    faults += faults_of_period(first, last)
    places = _places_asked(faults, parameters)
    if faults:
        raise Invalid(faults)
    return RevisionQuery(before, after, Period(first, last), places, _agencies_meant(places, after))


def default_before(after: Point) -> Point:
    """Return what is compared with where nobody says: the latest extract before it, or the end of a quarter."""
    earlier = Extract.objects.with_related().usable().before(after.moment).first()
    if earlier is not None:
        return Point(earlier.cut_off, earlier)
    return Point(Quarter.latest_complete(after.cut_off).end)


def _point(faults: list[Violation], parameters: QueryDict, name: str, today: date) -> Point | None:
    values = [value for value in parameters.getlist(name) if value]
    if not values:
        return None
    day = read_day(values[0], lambda: today) if values[0][:4].isdigit() else None
    extract = extract_called(values[0]) if day is None else None
    if len(values) > 1 or (day is None and extract is None):
        words = "Give the reference of an extract, such as E-7KQ2-M4XH, or a day, such as 2026-05-14."
        faults.append(Violation(name, BAD_VALUE, words))
        return None
    if extract is not None:
        return Point(extract.cut_off, extract)
    if day is not None and day > today:
        faults.append(Violation(name, BAD_VALUE, "The date must be today or in the past."))
        return None
    return Point(day or today)


def _places_asked(faults: list[Violation], parameters: QueryDict) -> tuple[tuple[str, str], ...]:
    asked = QueryDict(mutable=True)
    for name in PLACES:
        if values := [value for value in parameters.getlist(name) if value]:
            asked.setlist(name, list(dict.fromkeys(values)))
    if asked:
        faults += DisruptionFilter(asked, Disruption.objects.none()).faults(only=frozenset(PLACES))
    return tuple((name, value) for name, values in asked.lists() for value in values)


def _agencies_meant(places: Sequence[tuple[str, str]], after: Point) -> frozenset[int] | None:
    """Return the keys of the agencies that are in every kind of place that was asked for; nothing for all."""
    if not places:
        return None
    columns = {"agency": "code__in", "region": "region__code__in", "rocu": "rocu__code__in"}
    wanted = {columns[kind]: [code for name, code in places if name == kind] for kind in dict(places)}
    every, reading = (Agency, nullcontext()) if after.is_now else (AgencyAsAt, reading_as_at(after.moment))
    with reading:
        return frozenset(every.objects.filter(**wanted).order_by().values_list("pk", flat=True))


def _bound(faults: list[Violation], parameters: QueryDict, name: str) -> date | None:
    values = [value for value in parameters.getlist(name) if value]
    if not values:
        return None
    day = read_day(values[0], lambda: london_date(oic_now())) if len(values) == 1 else None
    if day is None:
        faults.append(Violation(name, BAD_VALUE, "Give one date, such as 2026-05-14."))
        return None
    quarter = Quarter.of(day)
    if day != (quarter.start if name == "from" else quarter.end):
        side = "first" if name == "from" else "last"
        faults.append(Violation(name, "not_a_quarter_bound", f"Use the {side} day of a quarter."))
        return None
    return day


# ------------------------------------------------------------------------------------------------------------ statement

_SIDE: Final = ", ".join(FACTS)
_BOTH: Final = ", ".join(f"{side}.{name} AS {side}_{name}" for side in ("was", "later") for name in FACTS)
_STANDING: Final = ", ".join(f"'{status.value}'" for status in COUNTED_STATUSES)
_SAME: Final = " AND ".join(
    [
        *(
            f"was_{name} IS NOT DISTINCT FROM later_{name}"
            for name in ("agency", "threat", "primary_area", "role", "occurred_on", "level", "uk_led")
        ),
        *(f"{side}_status IN ({_STANDING})" for side in ("was", "later")),
    ]
)
"""Says that nothing about the record differs that the counting rule looks at."""


def _cell(side: str) -> str:
    inside = f"{side}.counted AND {side}.occurred_on BETWEEN %s AND %s"
    return (
        f"CASE WHEN {inside} THEN date_trunc('quarter', {side}.occurred_on::timestamp)::date END AS {side}_quarter, "
        f"CASE WHEN {inside} THEN {side}.level END AS {side}_cell"
    )


def _here(side: str, agencies: frozenset[int] | None) -> str:
    """Return whether the agencies that are asked about had a record; of all agencies there is nothing to ask."""
    return f"{'TRUE' if agencies is None else f'coalesce({side}.agency = ANY (%s), FALSE)'} AS {side}_here"


_SEEN: Final = ", ".join(
    f"CASE WHEN {side}_here THEN {side}_{name} END AS {side}_seen_{name}"
    for side in ("was", "later")
    for name in ("quarter", "cell")
)
"""The cell in which these agencies see a record, where ``was_quarter`` and the like are those of all agencies."""

_OUT: Final = ", ".join(
    f"CASE WHEN was_quarter IS NULL THEN was_{name} ELSE later_{name} END AS {name}"
    for name in ("status", "duplicate", "occurred_on", "not_counted")
)
"""The side on which a record does not count, where there is one."""

_BECAUSE: Final = {reason: f"'{reason.value}' = ANY (out.not_counted)" for reason in NotCounted}
_OUTSIDE: Final = "out.occurred_on NOT BETWEEN %s AND %s"
_STAYED: Final = "(was_quarter IS NOT NULL AND later_quarter IS NOT NULL)"
_HANDED_OVER: Final = f"{_STAYED} AND was_here <> later_here"
_AS_IT_WAS: Final = (
    "was_seen_quarter IS NOT DISTINCT FROM later_seen_quarter AND was_seen_cell IS NOT DISTINCT FROM later_seen_cell"
)


def _differs(name: str) -> str:
    return f"was_{name} IS DISTINCT FROM later_{name}"


_OTHER_THREAT: Final = f"({_differs('threat')} OR {_differs('primary_area')})"

_CLASSES: Final[tuple[tuple[ReasonClass, str], ...]] = (
    (ReasonClass.LATE_ENTRY, "was_record IS NULL"),
    (ReasonClass.OTHER_CORRECTION, "later_record IS NULL"),
    (ReasonClass.REGRADE, f"{_differs('level')} AND ({_STAYED} OR {_BECAUSE[NotCounted.LEVEL]})"),
    (ReasonClass.WITHDRAWN, f"NOT {_STAYED} AND out.status = '{Status.WITHDRAWN.value}'"),
    (ReasonClass.DUPLICATE, f"NOT {_STAYED} AND out.status = '{Status.REJECTED.value}' AND out.duplicate"),
    (
        ReasonClass.LEAD_CHANGE,
        f"NOT {_STAYED} AND ({_differs('role')} OR {_differs('agency')} AND {_BECAUSE[NotCounted.COVERAGE]})",
    ),
    (
        ReasonClass.THREAT_CHANGE,
        f"NOT {_STAYED} AND {_BECAUSE[NotCounted.THREAT_AREA]} AND {_OTHER_THREAT}",
    ),
    (
        ReasonClass.DATE_CORRECTION,
        f"{_differs('occurred_on')} AND ({_STAYED} OR {_OUTSIDE} OR {_BECAUSE[NotCounted.COVERAGE]})",
    ),
    (ReasonClass.COVERAGE, f"NOT {_STAYED} AND {_BECAUSE[NotCounted.COVERAGE]} AND NOT (%s AND {_SAME})"),
    (ReasonClass.METHOD, f"%s AND {_SAME}"),
)
"""What each class asks of the two states, in the order in which the first that applies is taken.

Every condition looks at what kept the record out of the count (or moved it), not only at what changed: a record that
was withdrawn and had its threat changed meanwhile left because it was withdrawn. So it is with one that was handed
over: what counts for another agency now left this one by the change of its lead, and what counts for nobody any more
by what kept it out of the count.
"""


@dataclass(frozen=True, slots=True)
class _Statement:
    """The joined and classed rows as a sub-query, and its parameters."""

    sql: str
    parameters: list[Any]


def _compared(query: RevisionQuery) -> _Statement:
    """Return the statement that joins the two sides."""
    was, later = _side(query.before), _side(query.after)
    days = [query.period.first, query.period.last]
    here = ", ".join(_here(side, query.agencies) for side in ("was", "later"))
    joined = f"SELECT {_BOTH}, {_cell('was')}, {_cell('later')}, {here} "  # nosec B608
    joined += f"FROM ({was.sql}) was({_SIDE}) FULL JOIN ({later.sql}) later({_SIDE}) ON later.record = was.record"
    cases = " ".join(f"WHEN {condition} THEN '{reason.value}'" for reason, condition in _CLASSES)
    sql = (
        "SELECT coalesce(later_record, was_record) AS record, was_version, later_version, was_agency, "  # nosec B608
        "later_agency, was_occurred_on, later_occurred_on, was_seen_quarter AS was_quarter, "
        "was_seen_cell AS was_cell, later_seen_quarter AS later_quarter, later_seen_cell AS later_cell, "
        f"CASE WHEN {_AS_IT_WAS} THEN NULL WHEN {_HANDED_OVER} THEN '{ReasonClass.LEAD_CHANGE.value}' {cases} "
        f"ELSE '{ReasonClass.OTHER_CORRECTION.value}' END AS reason "
        f"FROM ({joined}) joined, LATERAL (SELECT {_OUT}) out, LATERAL (SELECT {_SEEN}) seen "
        "WHERE was_seen_quarter IS NOT NULL OR later_seen_quarter IS NOT NULL"
    )
    other_rule = query.before.rule_version != query.after.rule_version
    meant = [] if query.agencies is None else [sorted(query.agencies)] * 2
    # In the order in which the statement names them: classes, cells, agencies, sides.
    classes = [*days, other_rule, other_rule]
    return _Statement(sql, [*classes, *days * 4, *meant, *was.parameters, *later.parameters])


def _side(point: Point) -> _Statement:
    """Return the facts of one side."""
    if point.extract is not None:
        return _Statement(*ExtractRow.objects.of_extract(point.extract).as_facts().query.sql_with_params())
    if point.is_now:
        return _Statement(*Disruption.objects.all().as_facts().query.sql_with_params())
    return _Statement(*at_moment(DisruptionAsAt.objects.all().as_facts(), point.moment))


# -------------------------------------------------------------------------------------------------------------- figures


def revisions(query: RevisionQuery) -> Revisions:
    """Compare two tables cell for cell. Two queries."""
    compared = _compared(query)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT was_quarter, was_cell, was_agency, later_quarter, later_cell, later_agency, reason, "  # nosec B608
            f"count(*) FROM ({compared.sql}) classed GROUP BY 1, 2, 3, 4, 5, 6, 7",
            compared.parameters,
        )
        groups = [_Group(*row) for row in cursor.fetchall()]
    cells = {(quarter, level): CellRevision(quarter=quarter, level=level) for quarter, level in _every_cell(query)}
    classes = {reason.value: ReasonRow(reason) for reason in ReasonClass}
    for group in groups:
        if group.was_quarter is not None:
            for place in _holding(group.was_quarter, group.was_level):
                cells[place].left(group.records, group.reason)
        if group.later_quarter is not None:
            for place in _holding(group.later_quarter, group.later_level):
                cells[place].entered(group.records, group.reason)
        if group.reason:
            row = classes[group.reason]
            if group.was_quarter is None:
                row.entered += group.records
            elif group.later_quarter is None:
                row.left += group.records
            else:
                row.moved += group.records
    return Revisions(query, tuple(cells.values()), tuple(classes.values()), _by_agency(groups))


class _Group(NamedTuple):
    """Records that are alike in where they stand on both sides, and why."""

    was_quarter: date | None
    was_level: str
    was_agency: int | None
    later_quarter: date | None
    later_level: str
    later_agency: int | None
    reason: str | None
    records: int


def _by_agency(groups: Iterable[_Group]) -> tuple[AgencyRevision, ...]:
    """Return each agency's part. What counts on both sides, for one agency and then for another, was handed over."""
    groups = list(groups)
    keys = {group.was_agency for group in groups} | {group.later_agency for group in groups}
    named = Agency.objects.in_bulk([key for key in keys if key is not None])
    rows = {key: AgencyRevision(code=agency.code, name=agency.name) for key, agency in named.items()}
    for group in groups:
        counted_was, counts_now = group.was_quarter is not None, group.later_quarter is not None
        handed_over = counted_was and counts_now and group.was_agency != group.later_agency
        reason = ReasonClass.LEAD_CHANGE.value if handed_over else group.reason
        touched = set()
        if counted_was and group.was_agency is not None:
            rows[group.was_agency].left(group.records, reason)
            touched.add(group.was_agency)
        if counts_now and group.later_agency is not None:
            rows[group.later_agency].entered(group.records, reason)
            touched.add(group.later_agency)
        for key in touched if reason else ():
            rows[key].records += group.records
    counted = [row for row in rows.values() if row.old or row.new]
    return tuple(sorted(counted, key=lambda row: (-abs(row.difference), -row.records, row.name)))


def _every_cell(query: RevisionQuery) -> Iterator[tuple[Quarter | None, str]]:
    for quarter in (*query.quarters, None):
        for level in (*LEVELS, TOTAL):
            yield quarter, level


def _holding(day: date, level: str) -> list[tuple[Quarter | None, str]]:
    """Return the cell of a record, and the totals that hold it."""
    quarter = Quarter.of(day)
    return [(quarter, level), (quarter, TOTAL), (None, level), (None, TOTAL)]


# -------------------------------------------------------------------------------------------------------------- records


def count_open(query: RevisionQuery, narrowed: Narrowed, *, reader: User) -> tuple[int, int]:
    """Return how many records stand behind a number, and how many of them somebody may open. One query."""
    conditions, values = _narrowing(narrowed)
    opened, opened_by = _openable(reader)
    compared = _compared(query)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), count(*) FILTER (WHERE {opened}) FROM ({compared.sql}) classed WHERE {conditions}",  # nosec B608
            [*opened_by, *compared.parameters, *values],
        )
        counted = cursor.fetchone()
    return int(counted[0]), int(counted[1])


def records_behind(
    query: RevisionQuery, narrowed: Narrowed, *, reader: User, first: int = 0, most: int | None = None
) -> list[RevisedRecord]:
    """Return the records behind a number that somebody may open, the latest disruption first. Four queries."""
    conditions, values = _narrowing(narrowed)
    opened, opened_by = _openable(reader)
    compared = _compared(query)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record, was_version, later_version, was_agency, later_agency, "  # nosec B608
            "was_quarter, was_cell, later_quarter, later_cell, reason "
            f"FROM ({compared.sql}) classed WHERE {conditions} AND {opened} "
            "ORDER BY coalesce(later_occurred_on, was_occurred_on) DESC, record LIMIT %s OFFSET %s",
            [*compared.parameters, *values, *opened_by, most, first],
        )
        found = cursor.fetchall()
    return _dressed(found, reader)


def _narrowing(narrowed: Narrowed) -> tuple[str, list[Any]]:
    conditions: list[str] = ["reason IS NOT NULL"]
    values: list[Any] = []
    if narrowed.reason:
        conditions.append("reason = %s")
        values.append(narrowed.reason)
    sides = []
    for side in ("was", "later"):
        parts = [f"{side}_quarter IS NOT NULL"]
        for column, value in (
            ("quarter", narrowed.quarter.start if narrowed.quarter else None),
            ("cell", narrowed.level),
        ):
            if value:
                parts.append(f"{side}_{column} = %s")
                values.append(value)
        sides.append(" AND ".join(parts))
    conditions.append(f"({sides[0]} OR {sides[1]})")
    return " AND ".join(conditions), values


def _openable(reader: User) -> tuple[str, list[Any]]:
    """Return the condition that somebody may open a record, and could open the versions that are compared."""
    try:
        seen, values = (
            Disruption.objects.visible_to(reader).order_by().values("pk", "agency_id").query.sql_with_params()
        )
        past, past_values = open_versions(reader).order_by().values("id", "version").query.sql_with_params()
    except EmptyResultSet:
        return "false", []
    could = " AND ".join(
        f"({side}_version IS NULL OR EXISTS (SELECT FROM ({past}) past(id, version) "  # nosec B608
        f"WHERE past.id = record AND past.version = {side}_version))"
        for side in ("was", "later")
    )
    return (
        f"EXISTS (SELECT FROM ({seen}) seen(id, agency) WHERE seen.id = record AND (seen.agency = %s OR {could}))",  # nosec B608
        [*values, reader.agency_id, *past_values, *past_values],
    )


def _dressed(found: list[tuple[Any, ...]], reader: User) -> list[RevisedRecord]:
    keys = [row[0] for row in found]
    references = dict(Disruption.objects.filter(pk__in=keys).values_list("pk", "reference"))
    agencies = Agency.objects.in_bulk({key for row in found for key in row[3:5] if key is not None})
    names = {None: ""} | {key: agency.short_name for key, agency in agencies.items()}
    spans = {row[0]: (row[1] or 0, row[2] or 0) for row in found}
    typed: dict[int, tuple[str, str]] = {}
    for key, version, kind, words in (
        open_versions(reader)
        .filter(id__in=keys)
        .order_by("id", "version")
        .values_list("id", "version", "reason_class", "change_reason")
    ):
        after, until = spans[key]
        if after < version <= until and (kind or words):
            typed[key] = (kind, words)
    return [
        RevisedRecord(
            reference=references[key],
            agency_was=names[was_agency],
            agency_now=names[later_agency],
            was=(Quarter.of(was_quarter), was_level) if was_quarter else None,
            now=(Quarter.of(later_quarter), later_level) if later_quarter else None,
            reason=ReasonClass(reason),
            typed_class=typed.get(key, ("", ""))[0],
            typed_reason=typed.get(key, ("", ""))[1],
        )
        for key, _, _, was_agency, later_agency, was_quarter, was_level, later_quarter, later_level, reason in found
    ]
