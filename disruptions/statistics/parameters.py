"""What a statistic is asked for: period, cut-off and filters, read once for page and API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final, Self

from django.conf import settings
from django.http import QueryDict

from agencies.as_at import reading_as_at
from agencies.constraints import Violation
from agencies.models import LONDON, Agency, AgencyAsAt, london_date, oic_now
from agencies.querysets import AgencyQuerySet
from agencies.refusals import Invalid
from disruptions.days import is_relative, read_day
from disruptions.filters import COUNTED_FILTERS, NOT_FILTERS, DisruptionFilter
from disruptions.filters.strict import BAD_VALUE
from disruptions.models import Disruption, DisruptionAsAt, Extract, SOCThreat, SOCThreatAsAt
from disruptions.querysets import DisruptionQuerySet, SOCThreatQuerySet
from disruptions.references import EXTRACT, read_reference
from disruptions.statistics.periods import Quarter

FIRST_PUBLISHED_DAY: Final = date(2023, 1, 1)
"""Where published series start (S0, R4): the default ``from``, not part of the counting rule."""

PROVISIONAL_QUARTERS: Final = 8
"""How many of the latest complete quarters are provisional (W1, R9), unless the setting says otherwise."""

MOST_YEARS: Final = 40
"""How long a period may be. No record is older than 2000, and each quarter is a row whether it has records or not."""


@dataclass(frozen=True, slots=True)
class Period:
    """Inclusive dates of disruption."""

    first: date
    last: date

    @property
    def on_quarter_bounds(self) -> bool:
        """Whether it is made of whole quarters."""
        return self.first == Quarter.of(self.first).start and self.last == Quarter.of(self.last).end


@dataclass(frozen=True, slots=True)
class StatisticsQuery:
    """A period, the day of the cut-off (its end, in London; ``None``: now), and filters by wire name.

    ``extract``: the frozen extract that figures are taken from, whose cut-off it is then.
    """

    period: Period
    as_at: date | None
    cut_off: date
    filters: QueryDict
    extract: Extract | None = None

    @contextmanager
    def rows(self) -> Iterator[DisruptionQuerySet]:
        """Give the records of the cut-off, filtered, within the period; evaluate them inside the block."""
        with self.everything() as rows:
            kept = DisruptionFilter(self.filters, rows).strict(only=COUNTED_FILTERS)
            yield kept.filter(occurred_on__range=(self.period.first, self.period.last))

    @contextmanager
    def everything(self) -> Iterator[DisruptionQuerySet]:
        """Give all records of the cut-off, whatever the filters and period."""
        with records_as_at(self.as_at) as rows:
            yield rows

    def narrowed(self, **filters: str) -> Self:
        """Return the query with filters in the place of its own on the same things."""
        kept = self.filters.copy()
        for name, value in filters.items():
            kept[name] = value
        return replace(self, filters=kept)

    def agencies(self) -> AgencyQuerySet:
        """Return the agencies of the cut-off, with region and ROCU; evaluate them inside ``rows`` or ``everything``."""
        every = Agency.objects.all() if self.as_at is None else AgencyAsAt.objects.all()
        return every.select_related("region", "rocu")

    def is_provisional(self, quarter: Quarter) -> bool:
        """Say whether a quarter is among the latest complete ones at the cut-off, or later."""
        marked = provisional_quarters() if self.extract is None else self.extract.provisional_quarters
        return quarter > Quarter.latest_complete(self.cut_off).plus(-marked)


def provisional_quarters() -> int:
    """Return how many of the latest complete quarters are provisional, by the setting."""
    return int(getattr(settings, "PROVISIONAL_QUARTERS", PROVISIONAL_QUARTERS))


def end_of_day(day: date) -> datetime:
    """Return the last moment of a day in Europe/London."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=LONDON)
    return midnight - timedelta(microseconds=1)


@contextmanager
def records_as_at(day: date | None) -> Iterator[DisruptionQuerySet]:
    """Give the records as they were at the end of a day in London, or as they are; evaluate them inside the block."""
    if day is None:
        yield Disruption.objects.all()
        return
    with reading_as_at(end_of_day(day)):
        yield DisruptionAsAt.objects.all()


@contextmanager
def threats_as_at(day: date | None) -> Iterator[SOCThreatQuerySet]:
    """Give the threats as they were at the end of a day in London, or as they are; evaluate them inside the block."""
    if day is None:
        yield SOCThreat.objects.all()
        return
    with reading_as_at(end_of_day(day)):
        yield SOCThreatAsAt.objects.all()


def read_as_at(parameters: QueryDict) -> date | None:
    """Read ``as_at``. Raises ``Invalid`` for anything but a day that is not in the future."""
    if "as_at" not in parameters:
        return None
    return _day(parameters, "as_at", not_after=london_date(oic_now()))


def query_of(extract: Extract) -> StatisticsQuery:
    """Return the query that gives an extract's own table."""
    period = Period(extract.period_from, extract.period_to)
    return StatisticsQuery(period, extract.cut_off, extract.cut_off, QueryDict(), extract)


def extract_called(text: str) -> Extract | None:
    """Return the extract with a reference as somebody typed it, or nothing."""
    reference = read_reference(text, EXTRACT)
    return Extract.objects.with_related().filter(reference=reference).first() if reference else None


def read_query(parameters: QueryDict, *, allow: Iterable[str] = (), extracts: bool = False) -> StatisticsQuery:
    """Read the parameters of a counted statistic.

    ``from`` is by default 1 January 2023, ``to`` the end of the last complete quarter at the cut-off (of the quarter of
    ``from``, where that is later). ``allow`` names further parameters that the reader handles. ``extracts``: the
    statistic can be given as a frozen extract has it, by ``extract``, which takes a period within its own and no
    filters.
    Raises ``Invalid`` naming all parameters that are unknown, not for counted figures, or badly written.
    """
    if extracts and "extract" in parameters:
        return _query_of_extract(parameters, allow)
    faults: list[Violation] = []
    today = london_date(oic_now())
    as_at = _gathered(faults, parameters, "as_at", not_after=today)
    first = _gathered(faults, parameters, "from") or FIRST_PUBLISHED_DAY
    last = _gathered(faults, parameters, "to")
    if last is None:
        last = max(Quarter.latest_complete(as_at or today), Quarter.of(first)).end
    faults = faults or faults_of_period(first, last)
    filters = parameters.copy()
    for name in ("from", "to", "as_at"):
        filters.pop(name, None)
    faults += DisruptionFilter(filters, Disruption.objects.none()).faults(allow=allow, only=COUNTED_FILTERS)
    if faults:
        raise Invalid(faults)
    for name in (*allow, *NOT_FILTERS):
        filters.pop(name, None)
    return StatisticsQuery(Period(first, last), as_at, as_at or today, filters)


def faults_of_period(first: date, last: date) -> list[Violation]:
    """Return what is wrong with two days as a period: their order, or that there are too many quarters between."""
    if last < first:
        return [Violation("to", BAD_VALUE, "The last day must be on or after the first day.")]
    if last.year - first.year >= MOST_YEARS:
        longest = f"A period may be {MOST_YEARS} years long at most. Choose a later first day or an earlier last day."
        return [Violation("from" if first < FIRST_PUBLISHED_DAY else "to", BAD_VALUE, longest)]
    return []


def _query_of_extract(parameters: QueryDict, allow: Iterable[str]) -> StatisticsQuery:
    named = parameters.getlist("extract")
    extract = extract_called(named[0]) if len(named) == 1 else None
    if extract is None:
        raise Invalid([Violation("extract", BAD_VALUE, "There is no extract with this reference. Check each sign.")])
    read = NOT_FILTERS - {"as_at"} | {"extract", "from", "to", *allow}
    words = "An extract is frozen whole, at its own cut-off. Take this out, or leave the extract out."
    faults = [Violation(name, "not_with_extract", words) for name in parameters if name not in read]
    frozen = query_of(extract)
    first = _gathered(faults, parameters, "from") or frozen.period.first
    last = _gathered(faults, parameters, "to") or frozen.period.last
    outside = f"The extract holds {frozen.period.first:%Y-%m-%d} to {frozen.period.last:%Y-%m-%d}."
    if first < frozen.period.first or first > frozen.period.last:
        faults.append(Violation("from", "outside_extract", outside))
    if last > frozen.period.last or last < first:
        faults.append(Violation("to", "outside_extract", outside))
    if faults:
        raise Invalid(faults)
    return replace(frozen, period=Period(first, last))


def require_quarter_bounds(query: StatisticsQuery) -> None:
    """Raise ``Invalid`` unless the period is made of whole quarters."""
    faults = []
    if query.period.first != Quarter.of(query.period.first).start:
        faults.append(Violation("from", "not_a_quarter_bound", "Use the first day of a quarter."))
    if query.period.last != Quarter.of(query.period.last).end:
        faults.append(Violation("to", "not_a_quarter_bound", "Use the last day of a quarter."))
    if faults:
        raise Invalid(faults)


def _gathered(
    faults: list[Violation], parameters: QueryDict, name: str, *, not_after: date | None = None
) -> date | None:
    try:
        return _day(parameters, name, not_after=not_after)
    except Invalid as refusal:
        faults += refusal.violations
        return None


def _day(parameters: QueryDict, name: str, *, not_after: date | None = None) -> date | None:
    values = parameters.getlist(name)
    if not values or values == [""]:
        return None
    fault = Violation(name, BAD_VALUE, "Give one date, such as 2026-05-14.")
    # A cut-off is a day that stays where it is: what was published as at a day is asked for again.
    if len(values) > 1 or (name == "as_at" and is_relative(values[0])):
        raise Invalid([fault])
    day = read_day(values[0], lambda: london_date(oic_now()))
    if day is None:
        raise Invalid([fault])
    if not_after is not None and day > not_after:
        raise Invalid([Violation(name, BAD_VALUE, "The date must be today or in the past.")])
    return day
