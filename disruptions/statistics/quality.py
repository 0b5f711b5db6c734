"""How well agencies record: completeness, timeliness, decisions and what is overdue, and what to fix first.

Everything goes by the day on which a record was recorded, not by the day of the disruption, and belongs to the agency
that has the record at the cut-off. Sandbox records are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from statistics import median_low
from typing import Any, Final

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateTimeField, Exists, F, Func, IntegerField, Min, OuterRef, Q, Value
from django.http import QueryDict

from agencies.models import LONDON, Agency, User, london_date, oic_now
from agencies.refusals import Invalid
from disruptions.filters import DisruptionFilter
from disruptions.filters.disruption import LAG
from disruptions.models import DuplicateSetAside, Review
from disruptions.permissions import may_read_quality
from disruptions.querysets import SUBMITTED_ONCE, DisruptionQuerySet
from disruptions.statistics.buckets import Buckets
from disruptions.statistics.cells import spanning
from disruptions.statistics.parameters import Period, StatisticsQuery, end_of_day, read_as_at, read_query
from disruptions.statistics.periods import Quarter, quarters_between
from disruptions.statistics.rounding import share
from disruptions.vocabulary import COUNTED_STATUSES, Decision, Status

ALL_AGENCIES: Final = "All agencies"
TREND_QUARTERS: Final = 8
"""Quarters of the trend: the one in which the period ends, and those before it."""
AT_MOST: Final = 5
"""Things to fix that are named at once."""

MODERATORS_DECISIONS: Final = (
    Decision.UPHELD,
    Decision.RAISED,
    Decision.LOWERED,
    Decision.NOT_A_DISRUPTION,
    Decision.LEAD_CHANGED,
    Decision.THREAT_CHANGED,
)
"""What only a moderator decides."""
REGRADES: Final = (Decision.RAISED, Decision.LOWERED)

_STANDING: Final = Q(status__in=COUNTED_STATUSES)


@dataclass(frozen=True, slots=True)
class Answer:
    """A field that submitting does not need: whether it is expected of every record, and how one without it is found.

    ``filters`` are the list's, and all of them together find what ``missing`` says.
    """

    name: str
    label: str
    missing: Q
    filters: tuple[str, ...]
    expected: bool = False
    why: str = ""


def _missing(*names: str) -> Q:
    return Q(**{f"{name}__isnull": True for name in names})


ANSWERS: Final = (
    Answer(
        "extent",
        "Extent",
        _missing("extent"),
        ("extent__empty",),
        expected=True,
        why="The level is judged by extent and duration.",
    ),
    Answer(
        "duration",
        "Duration",
        _missing("duration"),
        ("duration__empty",),
        expected=True,
        why="The level is judged by extent and duration.",
    ),
    Answer(
        "entry_method",
        "Entry method",
        _missing("entry_method"),
        ("entry_method__empty",),
        expected=True,
        why="A record without one is in no figure by method. “Not known” is an answer.",
    ),
    Answer(
        "place",
        "Place (force area or country)",
        _missing("force_area", "country"),
        ("force_area__empty", "country__empty"),
        expected=True,
        why="Other agencies’ records of the same event are found by its place.",
    ),
    Answer(
        "msht_indicators",
        "Modern slavery indicators",
        _missing("msht_indicators"),
        ("msht_indicators__empty",),
        expected=True,
        why="A victim comes first. Say yes or no.",
    ),
    Answer(
        "oic_identifier_code",
        "OIC identifier code",
        Q(oic_identifier_code=""),
        ("oic_identifier_code__empty",),
        expected=True,
        why="Without it, intelligence on the Police National Database is hard to find.",
    ),
    Answer("operation", "Operation name", Q(operation=""), ("operation__empty",)),
    Answer("agency_reference", "Own reference", Q(agency_reference=""), ("agency_reference__empty",)),
    Answer(
        "source_recorded_on",
        "First recorded at source",
        _missing("source_recorded_on"),
        ("source_recorded_on__empty",),
    ),
    Answer(
        "safeguarding_referral",
        "Safeguarding referral",
        _missing("safeguarding_referral"),
        ("safeguarding_referral__empty",),
    ),
    Answer("enabler", "Enablers", Q(enablers=[]), ("enabler__empty",)),
    Answer("outcome", "Outcomes", Q(), ("outcome__empty",)),
)
"""What is asked beyond what submitting needs. A disruption may have no operation, enabler or outcome: these are shown
and are no fault by themselves. The condition of outcomes stands on another table (``_given``)."""
EXPECTED_ANSWERS: Final = tuple(each for each in ANSWERS if each.expected)

NUMBERS: Final = (
    "submitted",
    "records",
    "in_time",
    *(each.name for each in ANSWERS),
    "sent_back",
    "moderated",
    "regraded",
    "duplicates",
    "set_aside",
)
"""What is counted of the records of a period; of an answer, the records that have it."""
WAITING: Final = ("drafts", "overdue_drafts", "returned", "overdue_returned")
"""What is counted as it stands at the cut-off, whenever it was recorded."""


@dataclass(slots=True)
class QualityRow:
    """How well one agency records, or all of them together, or in one quarter."""

    code: str
    name: str
    short_name: str
    counts: Counter[str] = field(default_factory=Counter)
    median_days: int | None = None
    oldest_draft: date | None = None
    oldest_returned: date | None = None

    @property
    def records(self) -> int:
        """Submitted and approved records."""
        return self.counts["records"]

    @property
    def in_time_share(self) -> int | None:
        """Those recorded in time, in whole percent."""
        return share(self.counts["in_time"], self.records)

    @property
    def expected(self) -> int:
        """Answers that are expected of these records."""
        return self.records * len(EXPECTED_ANSWERS)

    @property
    def given(self) -> int:
        """Expected answers that are there."""
        return sum(self.counts[each.name] for each in EXPECTED_ANSWERS)

    @property
    def complete_share(self) -> int | None:
        """Expected answers that are there, in whole percent."""
        return share(self.given, self.expected)

    @property
    def code_share(self) -> int | None:
        """Records with an OIC identifier code, in whole percent."""
        return self.share_with("oic_identifier_code")

    @property
    def sent_back_share(self) -> int | None:
        """Records that an approver sent back at least once, in whole percent of what was ever submitted."""
        return share(self.counts["sent_back"], self.counts["submitted"])

    @property
    def regraded_share(self) -> int | None:
        """Records whose level a moderator raised or lowered, in whole percent of what was moderated."""
        return share(self.counts["regraded"], self.counts["moderated"])

    def share_with(self, name: str) -> int | None:
        """Return how many records have an answer, in whole percent."""
        return share(self.counts[name], self.records)


@dataclass(frozen=True, slots=True)
class QualityQuarter:
    """One quarter of the trend; ``period`` is shorter than it while it is not over."""

    quarter: Quarter
    period: Period
    row: QualityRow

    @property
    def is_part(self) -> bool:
        """Whether it counts only a part of its quarter."""
        return not self.period.on_quarter_bounds


@dataclass(frozen=True, slots=True)
class Quality:
    """Agencies that the reader may read about, by name; all agencies together; and the quarters of both."""

    rows: list[QualityRow]
    together: QualityRow
    trend: list[QualityQuarter]
    trends: Mapping[str, list[QualityQuarter]]

    def of(self, code: str) -> QualityRow:
        """Return the row of an agency; an empty one where it recorded nothing."""
        return next((row for row in self.rows if row.code == code), QualityRow(code, code, code))


@dataclass(frozen=True, slots=True)
class ToFix:
    """One thing to put right: how many records have it, how many of them the reader may open, and their filters."""

    name: str
    text: str
    why: str
    records: int
    openable: int
    filters: Mapping[str, Any]


def read_quality_query(parameters: QueryDict, *, allow: Iterable[str] = ()) -> StatisticsQuery:
    """Read period and cut-off: by default the twelve months up to the cut-off, by the day of recording.

    Raises ``Invalid`` naming what is unknown or badly written.
    """
    asked = parameters.copy()
    if "to" not in asked:
        asked["to"] = (read_as_at(parameters) or london_date(oic_now())).isoformat()
    if "from" in asked:
        return read_query(asked, allow=allow)
    asked.setlist("from", asked.getlist("to"))
    try:
        query = read_query(asked, allow=allow)
    except Invalid as refusal:
        # Nobody gave a first day.
        raise Invalid([each for each in refusal.violations if each.field != "from"]) from refusal
    return replace(query, period=twelve_months_to(query.period.last))


def twelve_months_to(last: date) -> Period:
    """Return the twelve months that end with a day."""
    day_after = last + timedelta(days=1)
    try:
        return Period(day_after.replace(year=day_after.year - 1), last)
    except ValueError:
        # 29 February.
        return Period(date(day_after.year - 1, 3, 1), last)


def quality(query: StatisticsQuery, *, reader: User) -> Quality:
    """Return how well agencies record, as far as the reader may read about them. Three queries.

    All agencies together are there for everybody, so that each can compare itself.
    """
    trend = _trend_periods(query)
    wider = spanning(query, *(period for _, period in trend))
    buckets = Buckets.of(query.period, wider.period)
    with query.everything() as rows:
        agencies = list(query.agencies())
        groups = list(_grouped(_recorded_in(wider.period, rows), buckets, query))
        waiting = list(_waiting(rows, query))
    readable = {agency.pk: _empty(agency) for agency in agencies if may_read_quality(reader, agency)}
    together = QualityRow("", ALL_AGENCIES, ALL_AGENCIES)
    inside = [group for group in groups if buckets.inside(group["number"])]
    for group in inside:
        for row in _both(readable, together, group["agency_id"]):
            _add(row, group)
    _add_medians(inside, readable, together)
    for group in waiting:
        for row in _both(readable, together, group["agency_id"]):
            _add_waiting(row, group)
    shown = [row for row in readable.values() if row.counts or row.code == reader.agency.code]
    keys = {row.code: key for key, row in readable.items()}
    return Quality(
        rows=sorted(shown, key=lambda row: row.name),
        together=together,
        trend=_quarters(trend, groups, buckets),
        trends={row.code: _quarters(trend, groups, buckets, agency=keys[row.code]) for row in shown},
    )


def to_fix(query: StatisticsQuery, row: QualityRow, *, agency: Agency, reader: User) -> list[ToFix]:
    """Return at most five things that an agency should put right first; a query for each.

    What is overdue comes first, as it is not counted until it is done; then what most records lack. The reader's number
    is read by the list's own filters, so the list opens exactly these records.
    """
    found = [each for each in (*_overdue(query, row), *_lacking(query, row)) if each.records][:AT_MOST]
    with query.everything() as rows:
        visible = rows.filter(agency=agency.pk).visible_to(reader)
        return [
            replace(
                each,
                openable=DisruptionFilter(each.filters, visible, reader=reader).strict().order_by().count(),
                filters={"agency": agency.code, **each.filters},
            )
            for each in found
        ]


def overdue_by(query: StatisticsQuery, days: int) -> date:
    """Return the last day that is more than so many days before the cut-off."""
    return query.cut_off - timedelta(days=days + 1)


def _overdue(query: StatisticsQuery, row: QualityRow) -> Iterator[ToFix]:
    yield ToFix(
        "overdue_returned",
        f"Answer what was sent back and left for more than {settings.RETURNED_DAYS} days",
        "A returned record is not counted until it is submitted again.",
        row.counts["overdue_returned"],
        0,
        {
            "status": Status.RETURNED.value,
            "changed_on__to": overdue_by(query, settings.RETURNED_DAYS).isoformat(),
            "sandbox": "no",
        },
    )
    yield ToFix(
        "overdue_drafts",
        f"Finish or throw away drafts begun more than {settings.DRAFT_DAYS} days ago",
        "A draft is not counted.",
        row.counts["overdue_drafts"],
        0,
        {
            "status": Status.DRAFT.value,
            "recorded_on__to": overdue_by(query, settings.DRAFT_DAYS).isoformat(),
            "sandbox": "no",
        },
    )


def _lacking(query: StatisticsQuery, row: QualityRow) -> list[ToFix]:
    base = {
        "status": [status.value for status in COUNTED_STATUSES],
        "recorded_on__from": query.period.first.isoformat(),
        "recorded_on__to": query.period.last.isoformat(),
        "sandbox": "no",
    }
    found = [
        ToFix(
            each.name,
            f"{each.label}: add it where it is missing",
            each.why,
            row.records - row.counts[each.name],
            0,
            base | dict.fromkeys(each.filters, "yes"),
        )
        for each in EXPECTED_ANSWERS
    ]
    return sorted(found, key=lambda each: -each.records)


# -------------------------------------------------------------------------------------------------------------- reading


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON)


def _recorded_in(period: Period, rows: DisruptionQuerySet) -> DisruptionQuerySet:
    """Keep what was recorded on these days and ever submitted."""
    return rows.filter(
        SUBMITTED_ONCE,
        sandbox=False,
        recorded_at__gte=_begins(period.first),
        recorded_at__lt=_begins(period.last + timedelta(days=1)),
    ).order_by()


def _number(buckets: Buckets) -> Func:
    """Return the expression that numbers the day of recording in London: by moments, which need no clock per record."""
    edges = Value([_begins(day) for day in buckets.edges], output_field=ArrayField(DateTimeField()))
    return Func(F("recorded_at"), edges, function="width_bucket", output_field=IntegerField())


def _grouped(recorded: DisruptionQuerySet, buckets: Buckets, query: StatisticsQuery) -> Iterable[Any]:
    cut_off = end_of_day(query.cut_off)

    def decided(*decisions: Decision) -> Q:
        made = Review.objects.filter(disruption_id=OuterRef("pk"), decision__in=decisions, decided_at__lte=cut_off)
        return Q(Exists(made.order_by()))

    aside = DuplicateSetAside.objects.filter(disruption_id=OuterRef("pk"), decided_at__lte=cut_off).order_by()
    given = {each.name: ~each.missing for each in ANSWERS if each.name != "outcome"}
    given["outcome"] = Q(Exists(recorded.outcomes_read()))
    groups: Iterable[Any] = (
        recorded.alias(days=LAG)
        .values("agency_id", number=_number(buckets))
        .annotate(
            submitted=Count("pk"),
            records=Count("pk", filter=_STANDING),
            in_time=Count("pk", filter=_STANDING & Q(days__lte=settings.RECORDING_DAYS)),
            days_taken=ArrayAgg("days", filter=_STANDING, default=[]),
            sent_back=Count("pk", filter=decided(Decision.RETURN)),
            moderated=Count("pk", filter=decided(*MODERATORS_DECISIONS)),
            regraded=Count("pk", filter=decided(*REGRADES)),
            duplicates=Count("pk", filter=Q(status=Status.REJECTED, duplicate_of__isnull=False)),
            set_aside=Count("pk", filter=Q(Exists(aside))),
            **{f"with_{name}": Count("pk", filter=_STANDING & condition) for name, condition in given.items()},
        )
    )
    return groups


def _waiting(rows: DisruptionQuerySet, query: StatisticsQuery) -> Iterable[Any]:
    """Give each agency's drafts and returned records as they stand at the cut-off, and those that are overdue."""
    drafts, returned = Q(status=Status.DRAFT), Q(status=Status.RETURNED)
    begun_before = _begins(overdue_by(query, settings.DRAFT_DAYS) + timedelta(days=1))
    left_before = _begins(overdue_by(query, settings.RETURNED_DAYS) + timedelta(days=1))
    groups: Iterable[Any] = (
        rows.filter(status__in=(Status.DRAFT, Status.RETURNED), sandbox=False)
        .order_by()
        .values("agency_id")
        .annotate(
            drafts=Count("pk", filter=drafts),
            overdue_drafts=Count("pk", filter=drafts & Q(recorded_at__lt=begun_before)),
            oldest_draft=Min("recorded_at", filter=drafts),
            returned=Count("pk", filter=returned),
            overdue_returned=Count("pk", filter=returned & Q(changed_at__lt=left_before)),
            oldest_returned=Min("changed_at", filter=returned),
        )
    )
    return groups


# ------------------------------------------------------------------------------------------------------------ arranging


def _empty(agency: Any) -> QualityRow:
    return QualityRow(agency.code, agency.name, agency.short_name)


def _both(readable: Mapping[int, QualityRow], together: QualityRow, key: int) -> list[QualityRow]:
    return [together, readable[key]] if key in readable else [together]


def _add(row: QualityRow, group: Mapping[str, Any]) -> None:
    of_answers = {each.name for each in ANSWERS}
    for name in NUMBERS:
        row.counts[name] += group[f"with_{name}" if name in of_answers else name]


def _add_waiting(row: QualityRow, group: Mapping[str, Any]) -> None:
    for name in WAITING:
        row.counts[name] += group[name]
    for name in ("oldest_draft", "oldest_returned"):
        known = [day for day in (getattr(row, name), group[name] and london_date(group[name])) if day is not None]
        setattr(row, name, min(known, default=None))


def _add_medians(groups: Iterable[Mapping[str, Any]], readable: Mapping[int, QualityRow], together: QualityRow) -> None:
    """Say in how many days half of the records were recorded: the least number that at least half did not exceed."""
    taken: dict[str, list[int]] = {}
    for group in groups:
        for row in _both(readable, together, group["agency_id"]):
            taken.setdefault(row.code, []).extend(group["days_taken"])
    for row in (together, *readable.values()):
        if days := taken.get(row.code):
            row.median_days = median_low(days)


def _trend_periods(query: StatisticsQuery) -> list[tuple[Quarter, Period]]:
    last = Quarter.of(query.period.last)
    quarters = quarters_between(last.plus(1 - TREND_QUARTERS).start, last.end)
    return [(each, Period(each.start, min(each.end, query.period.last))) for each in quarters]


def _quarters(
    trend: Iterable[tuple[Quarter, Period]],
    groups: Iterable[Mapping[str, Any]],
    buckets: Buckets,
    *,
    agency: int | None = None,
) -> list[QualityQuarter]:
    rows = {quarter: QualityRow("", quarter.label, quarter.label) for quarter, _ in trend}
    for group in groups:
        if agency in (None, group["agency_id"]) and (quarter := buckets.quarter(group["number"])) in rows:
            _add(rows[quarter], group)
    return [QualityQuarter(quarter, period, rows[quarter]) for quarter, period in trend]
