"""What a pivot table can be cut by: how the database groups, what the groups are called, which filter finds each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, CharField, DateField, F, Func, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise

from agencies.vocabulary import AgencyKind, StatisticsGroup
from disruptions.statistics.parameters import Period
from disruptions.statistics.periods import Quarter
from disruptions.vocabulary import (
    COUNTED_STATUSES,
    NOT_GRADED,
    Channel,
    DisruptionRole,
    Enabler,
    EntryMethod,
    Initiation,
    Level,
    NotCounted,
    OicSubThreat,
    OutcomeType,
    PriorityGrade,
    Status,
    Strand,
    ThreatArea,
)
from disruptions.wording import LEVEL_WORDS

Filters: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Filters of the list by wire name, each with its values."""
Choices: TypeAlias = Iterable[tuple[Any, str | Promise]]

FIRST_MONTH: Final = date(2000, 1, 1)
"""No date of disruption is before it (``disruption_occurred_on_plausible``)."""
COUNTED: Final = "counted"
CREDITED: Final = "credited"
OUTSIDE: Final = "outside"
NOT_STANDING: Final = "not_standing"
NO_THREAT: Final = "no_threat"
NOT_RECORDED: Final = "Not recorded"
LIST: Final = "list"
OUTCOMES: Final = "outcomes"
LAST: Final = 1_000_000
"""The place of what has no place of its own: after the rest."""


@dataclass(frozen=True, slots=True)
class Part:
    """One row or column of a pivot: its key, what it is called, its place among the others, and what finds it.

    ``filters`` keep exactly its records on the list, beside the filters that are in force; ``None`` where no filter
    can. ``period`` are its days, where it is a stretch of time.
    """

    key: str
    label: str
    place: int = LAST
    filters: Filters | None = ()
    period: Period | None = None


Naming: TypeAlias = Callable[[Collection[Any], bool], Mapping[Any, Part]]
"""Names groups: from what the database grouped by to parts, two groups may be one part; says whether as at a time."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to cut records apart.

    ``joined``: a record can be in several parts, by a list or by rows of another table. ``by_size``: the largest part
    comes first, unless another order is asked for. ``counts``: counted figures can be cut by it (design, section 2).
    ``of_threat``: its parts say which threats these are, or their grades, so it is marked as the master list.
    """

    name: str
    label: str
    group_by: Any
    naming: Naming
    by_size: bool = False
    counts: bool = False
    is_time: bool = False
    of_threat: bool = False
    joined: str = ""
    prepare: Callable[[Any], Any] | None = None

    @property
    def expression(self) -> Any:
        """What the database groups by."""
        return self.group_by() if callable(self.group_by) else self.group_by


# ---------------------------------------------------------------------------------------------------------------- codes


def _codes(name: str, choices: Choices, *, empty: str = NOT_RECORDED, of: str = "") -> Naming:
    """Return the naming of a coded column; what is empty comes last."""
    words = {str(code): str(text) for code, text in choices}
    places = {code: place for place, code in enumerate(words)}

    def named(found: Collection[Any], as_at: bool) -> Mapping[Any, Part]:
        parts = {
            code: Part(code, words.get(code, code), places.get(code, LAST - 1), ((name, (code,)),))
            for code in map(str, filter(None, found))
        }
        return {**parts, None: Part("", empty, LAST, ((f"{of or name}__empty", ("yes",)),))}

    return named


def _yes_no(name: str) -> Naming:
    def named(found: Collection[Any], as_at: bool) -> Mapping[Any, Part]:
        return {
            True: Part("yes", "Yes", 0, ((name, ("yes",)),)),
            False: Part("no", "No", 1, ((name, ("no",)),)),
            None: Part("", NOT_RECORDED, LAST, ((f"{name}__empty", ("yes",)),)),
        }

    return named


def _levels(name: str) -> Naming:
    return _codes(name, [(level.value, LEVEL_WORDS.get(level.value, str(level.label))) for level in Level])


# ------------------------------------------------------------------------------------------------------------- agencies


def _agencies(found: Collection[Any], as_at: bool) -> dict[int, Any]:
    model = apps.get_model("agencies", "AgencyAsAt" if as_at else "Agency")
    return {agency.pk: agency for agency in model._default_manager.select_related("region", "rocu")}


def _by_agency(name: str) -> Naming:
    def named(found: Collection[Any], as_at: bool) -> Mapping[Any, Part]:
        agencies = _agencies(found, as_at)
        inside = sorted((agencies[key] for key in found if key in agencies), key=lambda each: each.name)
        parts: dict[Any, Part] = {
            agency.pk: Part(agency.code, agency.name, place, ((name, (agency.code,)),))
            for place, agency in enumerate(inside)
        }
        return {**parts, None: Part("", NOT_RECORDED, LAST, ((f"{name}__empty", ("yes",)),))}

    return named


def _of_agency(
    name: str, key_of: Callable[[Any], tuple[str, str] | None], *, order: Collection[str] = (), empty: str = ""
) -> Naming:
    """Return the naming of what follows from the agency: agencies alike in it are one part."""
    places = {code: place for place, code in enumerate(order)}

    def named(found: Collection[Any], as_at: bool) -> Mapping[Any, Part]:
        agencies = _agencies(found, as_at)
        keys = {key: key_of(agencies[key]) for key in found if key in agencies}
        by_name = {code: place for place, (_, code) in enumerate(sorted({(k[1], k[0]) for k in keys.values() if k}))}
        none = Part("", empty, LAST, _empty(name))
        return {
            key: Part(of[0], of[1], places.get(of[0], by_name[of[0]]), ((name, (of[0],)),)) if of else none
            for key, of in keys.items()
        }

    return named


def _empty(name: str) -> Filters:
    return ((f"{name}__empty", ("yes",)),)


def _region(agency: Any) -> tuple[str, str] | None:
    return (agency.region.code, agency.region.name) if agency.region else None


def _rocu(agency: Any) -> tuple[str, str] | None:
    return (agency.rocu.code, agency.rocu.short_name) if agency.rocu else None


def _kind(agency: Any) -> tuple[str, str] | None:
    return agency.kind, str(AgencyKind(agency.kind).label)


def _group(agency: Any) -> tuple[str, str] | None:
    return agency.statistics_group, str(StatisticsGroup(agency.statistics_group).label)


# ----------------------------------------------------------------------------------------------------------------- time


def _month_number() -> Func:
    """Return the number of the month of a record's day, from 1 for January 2000: whole numbers group by hashing."""
    months = 12 * (timezone.now().year + 2 - FIRST_MONTH.year)
    edges = [_month_of(number) for number in range(1, months + 1)]
    values = Value(edges, output_field=ArrayField(DateField()))
    return Func(F("occurred_on"), values, function="width_bucket", output_field=IntegerField())


def _month_of(number: int) -> date:
    return date(2000 + (number - 1) // 12, (number - 1) % 12 + 1, 1)


def _times(period_of: Callable[[date], tuple[str, str, Period]]) -> Naming:
    """Return the naming of stretches of time; those between the first and the last are there though empty."""

    def named(found: Collection[Any], as_at: bool) -> Mapping[Any, Part]:
        numbers = [number for number in found if number is not None]
        parts: dict[Any, Part] = {None: Part("", "No date", LAST, (("occurred_on__empty", ("yes",)),))}
        for number in range(min(numbers), max(numbers) + 1) if numbers else ():
            key, label, period = period_of(_month_of(number))
            dates = (("from", (period.first.isoformat(),)), ("to", (period.last.isoformat(),)))
            parts[number] = Part(key, label, period.first.toordinal(), dates, period)
        return parts

    return named


def _month(day: date) -> tuple[str, str, Period]:
    last = (day + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return f"{day:%Y-%m}", f"{day:%b %Y}", Period(day, last)


def _quarter(day: date) -> tuple[str, str, Period]:
    quarter = Quarter.of(day)
    return f"{quarter.year}-Q{quarter.number}", quarter.label, Period(quarter.start, quarter.end)


def _year(day: date) -> tuple[str, str, Period]:
    return str(day.year), str(day.year), Period(date(day.year, 1, 1), date(day.year, 12, 31))


def _financial_year(day: date) -> tuple[str, str, Period]:
    year = day.year if day.month >= 4 else day.year - 1
    words = f"{year}/{(year + 1) % 100:02d}"
    return words.replace("/", "-"), words, Period(date(year, 4, 1), date(year + 1, 3, 31))


# -------------------------------------------------------------------------------------------------------------- threats

_GRADES: Final = ((grade.value, grade.label) for grade in PriorityGrade)
GRADES: Final = (*_GRADES, (NOT_GRADED, "Not graded"), (NO_THREAT, "No threat"))


def _graded(column: str) -> Case:
    """Return the grade of a record's threat; a record without a threat is apart from one whose threat has no grade."""
    return Case(
        When(threat__isnull=True, then=Value(NO_THREAT)),
        default=Coalesce(column, Value(NOT_GRADED)),
        output_field=CharField(),
    )


def _grades(name: str) -> Naming:
    of_code = _codes(name, GRADES)

    def named(found: Collection[Any], as_at: bool) -> Mapping[Any, Part]:
        parts = dict(of_code(found, as_at))
        if NO_THREAT in parts:
            parts[NO_THREAT] = Part(NO_THREAT, "No threat", LAST, _empty("threat"))
        return parts

    return named


def _threats(found: Collection[Any], as_at: bool) -> Mapping[Any, Part]:
    model = apps.get_model("disruptions", "SOCThreatAsAt" if as_at else "SOCThreat")
    rows = model._default_manager.filter(pk__in=[key for key in found if key is not None])
    names = rows.order_by("title", "pk").values_list("pk", "reference", "title")
    parts: dict[Any, Part] = {
        key: Part(reference, f"{title} ({reference})", place, (("threat", (reference,)),))
        for place, (key, reference, title) in enumerate(names)
    }
    return {**parts, None: Part("", "No threat", LAST, _empty("threat"))}


# ------------------------------------------------------------------------------------------------------------- counting

_OTHER_STATUSES: Final = tuple(status.value for status in Status if status not in COUNTED_STATUSES)


def _counting() -> Case:
    """Return how a record counts: ``COUNTING_RULE``'s reason for a lead left out, or where else it stands."""
    return Case(
        When(~Q(status__in=COUNTED_STATUSES), then=Value(NOT_STANDING)),
        When(sandbox=True, then=Value(NotCounted.SANDBOX.value)),
        When(role=DisruptionRole.LEAD, then=Coalesce("not_counted", Value(COUNTED))),
        When(not_counted__isnull=True, then=Value(CREDITED)),
        default=Value(OUTSIDE),
        output_field=CharField(),
    )


def _countings(found: Collection[Any], as_at: bool) -> Mapping[Any, Part]:
    standing: Filters = (("status__not", _OTHER_STATUSES),)
    left_out = [reason for reason in NotCounted if reason is not NotCounted.SANDBOX]
    parts: list[tuple[str, str, Filters]] = [
        (COUNTED, "Counted lead", ((COUNTED, ("yes",)),)),
        (CREDITED, "Support beside the counts", ((CREDITED, ("yes",)),)),
        *(
            (reason.value, f"Not counted: {reason.label[0].lower()}{reason.label[1:]}", (("not_counted", (reason,)),))
            for reason in left_out
        ),
        (
            OUTSIDE,
            "Support outside the rule",
            (("role", (DisruptionRole.SUPPORT.value,)), (CREDITED, ("no",)), ("sandbox", ("no",)), *standing),
        ),
        (NotCounted.SANDBOX.value, str(NotCounted.SANDBOX.label), (("sandbox", ("yes",)), *standing)),
        (NOT_STANDING, "Not submitted or approved", (("status__not", tuple(map(str, COUNTED_STATUSES))),)),
    ]
    return {key: Part(key, label, place, filters) for place, (key, label, filters) in enumerate(parts)}


# ------------------------------------------------------------------------------------------------------------ the table

_EVERY: Final = (
    Dimension("agency", "Agency", F("agency_id"), _by_agency("agency"), by_size=True, counts=True),
    Dimension(
        "agency_kind",
        "Kind of agency",
        F("agency_id"),
        _of_agency("agency_kind", _kind, order=AgencyKind.values),
        counts=True,
    ),
    Dimension(
        "region", "Region", F("agency_id"), _of_agency("region", _region, empty="No region"), by_size=True, counts=True
    ),
    Dimension("rocu", "ROCU", F("agency_id"), _of_agency("rocu", _rocu, empty="No ROCU"), by_size=True, counts=True),
    Dimension(
        "statistics_group",
        "Statistics group",
        F("agency_id"),
        _of_agency("statistics_group", _group, order=StatisticsGroup.values),
        counts=True,
    ),
    Dimension("level", "Level", F("level"), _levels("level"), counts=True),
    Dimension("claimed_level", "Claimed level", F("claimed_level"), _levels("claimed_level")),
    Dimension("role", "Role", F("role"), _codes("role", DisruptionRole.choices)),
    Dimension("status", "Status", F("status"), _codes("status", Status.choices)),
    Dimension("month", "Month", _month_number, _times(_month), counts=True, is_time=True),
    Dimension("quarter", "Quarter", _month_number, _times(_quarter), counts=True, is_time=True),
    Dimension("year", "Calendar year", _month_number, _times(_year), counts=True, is_time=True),
    Dimension("financial_year", "Financial year", _month_number, _times(_financial_year), counts=True, is_time=True),
    Dimension("strand", "4P strand", F("strand"), _codes("strand", Strand.choices), counts=True),
    Dimension("sub_threat", "OIC sub-threat", F("sub_threat"), _codes("sub_threat", OicSubThreat.choices), counts=True),
    Dimension(
        "entry_method",
        "Entry method",
        F("entry_method"),
        _codes("entry_method", EntryMethod.choices),
        by_size=True,
        counts=True,
    ),
    Dimension(
        "initiation", "Proactive or reactive", F("initiation"), _codes("initiation", Initiation.choices), counts=True
    ),
    Dimension(
        "enabler",
        "Enabler",
        F("enablers"),
        _codes("enabler", Enabler.choices, empty="No enabler"),
        by_size=True,
        joined=LIST,
    ),
    Dimension(
        "outcome",
        "Outcome type",
        Value(None, output_field=CharField()),
        _codes("outcome", OutcomeType.choices, empty="No outcome"),
        by_size=True,
        joined=OUTCOMES,
    ),
    Dimension(
        "p_grade_then",
        "P grade on the day",
        _graded("grade_then"),
        _grades("p_grade_then"),
        counts=True,
        of_threat=True,
        prepare=lambda rows: rows.with_grade_then(),
    ),
    Dimension("p_grade", "P grade now", _graded("threat__p_grade"), _grades("p_grade"), counts=True, of_threat=True),
    Dimension("threat", "SOC threat", F("threat_id"), _threats, by_size=True, of_threat=True),
    Dimension(
        "threat_area",
        "Primary threat area",
        F("threat__primary_area"),
        _codes("threat_area", ThreatArea.choices, empty="No threat", of="threat"),
        by_size=True,
    ),
    Dimension("force_area", "Police force area", F("force_area_id"), _by_agency("force_area"), by_size=True),
    Dimension("uk_led", "UK-led", F("uk_led"), _yes_no("uk_led")),
    Dimension("channel", "How it came in", F("channel"), _codes("channel", Channel.choices)),
    Dimension(
        "not_counted",
        "Counted, or why not",
        _counting(),
        _countings,
        counts=True,
        prepare=lambda rows: rows.with_reason_not_counted(),
    ),
)
DIMENSIONS: Final[Mapping[str, Dimension]] = MappingProxyType({each.name: each for each in _EVERY})
"""What rows and columns can be, by name, in the order of the page's choices."""
