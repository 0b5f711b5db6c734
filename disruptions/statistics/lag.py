"""Recording lag: days from a disruption to its first submission and to its approval, by agency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from django.conf import settings
from django.db.models import Case, Count, F, Func, IntegerField, When

from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.parameters import StatisticsQuery
from disruptions.statistics.rounding import share
from disruptions.vocabulary import Status

QUARTILES: Final = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))
HALF: Final = QUARTILES[1]


@dataclass(slots=True)
class Lags:
    """How many records took how many days."""

    by_days: Counter[int] = field(default_factory=Counter)

    @property
    def records(self) -> int:
        """All of them."""
        return self.by_days.total()

    def within(self, days: int) -> int:
        """Return how many took at most so many days."""
        return sum(records for took, records in self.by_days.items() if took <= days)

    def later_than(self, days: int) -> int:
        """Return how many took more than so many days."""
        return self.records - self.within(days)

    def share_within(self, days: int) -> int | None:
        """Return how many took at most so many days, in whole percent; ``None`` of nothing."""
        return share(self.within(days), self.records)

    def part_within(self, part: Fraction) -> int | None:
        """Return the fewest days within which at least this part of the records was in; ``None`` of nothing."""
        wanted, so_far = part * self.records, 0
        for took in sorted(self.by_days):
            so_far += self.by_days[took]
            if so_far >= wanted:
                return took
        return None

    @property
    def quartiles(self) -> tuple[int | None, ...]:
        """Days within which a quarter, half and three quarters of the records were in."""
        return tuple(map(self.part_within, QUARTILES))


@dataclass(frozen=True, slots=True)
class AgencyLag:
    """One agency's counted leads, or all agencies': days to first submission, and to approval of what is approved."""

    code: str
    name: str
    short_name: str
    submission: Lags = field(default_factory=Lags)
    approval: Lags = field(default_factory=Lags)

    @property
    def records(self) -> int:
        """Counted leads."""
        return self.submission.records

    @property
    def not_approved(self) -> int:
        """Counted leads that wait for approval."""
        return self.records - self.approval.records

    def late(self, days: int) -> int:
        """Return how many were submitted later than so many days after the disruption."""
        return self.submission.later_than(days)


@dataclass(frozen=True, slots=True)
class LagTable:
    """Agencies with counted leads, those with most late ones first; all of them together; and the limits in days."""

    rows: list[AgencyLag]
    together: AgencyLag
    limits: tuple[int, ...]

    @property
    def longest(self) -> int:
        """The last limit: what is submitted after it is late."""
        return self.limits[-1]

    @property
    def late(self) -> int:
        """Counted leads that were submitted late, of all agencies."""
        return self.together.late(self.longest)

    def share_of_late(self, row: AgencyLag) -> int | None:
        """Return an agency's part of all late leads, in whole percent."""
        return share(row.late(self.longest), self.late)

    def drivers(self) -> list[AgencyLag]:
        """Return the fewest agencies that have at least half of the late leads; none where nothing was late."""
        found, so_far = [], 0
        for row in self.rows:
            if 2 * so_far >= self.late:
                break
            found.append(row)
            so_far += row.late(self.longest)
        return found


def recording_lag(query: StatisticsQuery) -> LagTable:
    """Return the days that counted leads took, by agency, as at the cut-off. Two queries.

    Days run from the day of the disruption to the day of first submission, or of approval, in London. The approval of
    a record that is open again does not count.
    """
    limits = lag_limits()
    with query.rows() as rows:
        groups = _by_days(rows.counted())
        agencies = {agency.pk: agency for agency in query.agencies()}
    together = AgencyLag("", "All agencies", "All agencies")
    table: dict[int, AgencyLag] = {}
    for key, days, days_to_approval, records in groups:
        agency = agencies[key]
        row = table.setdefault(key, AgencyLag(agency.code, agency.name, agency.short_name))
        for each in (row, together):
            each.submission.by_days[days] += records
            if days_to_approval is not None:
                each.approval.by_days[days_to_approval] += records
    return LagTable(_in_order(table.values(), limits), together, limits)


def lag_limits() -> tuple[int, ...]:
    """Return the days within which records are looked for, the longest last, by the setting."""
    return tuple(sorted(set(settings.LAG_DAYS)))


def _in_order(rows: Iterable[AgencyLag], limits: Sequence[int]) -> list[AgencyLag]:
    return sorted(rows, key=lambda row: (-row.late(limits[-1]), -row.records, row.name))


def _by_days(rows: DisruptionQuerySet) -> list[tuple[int, int, int | None, int]]:
    """Return how many records of each agency took how many days to submission, and to approval if they stand approved.

    One query.
    """
    approval = Case(When(status=Status.APPROVED, then=_days_to("approved_at")), default=None)
    return list(
        rows.order_by().values_list("agency_id", _days_to("submitted_at"), approval).annotate(records=Count("*"))
    )


def _days_to(moment: str) -> Func:
    return Func(
        F(moment),
        F("occurred_on"),
        template="((%(expressions)s)",
        arg_joiner=" AT TIME ZONE 'Europe/London')::date - ",
        output_field=IntegerField(),
    )
