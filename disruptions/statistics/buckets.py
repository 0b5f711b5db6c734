"""Days cut into stretches that figures tell apart: quarters, cut again where a period begins or ends within one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db.models import DateField, F, Func, IntegerField, Value

from disruptions.statistics.parameters import Period
from disruptions.statistics.periods import Quarter, quarters_between


@dataclass(frozen=True, slots=True)
class Buckets:
    """Days cut into quarters, and cut again where a period begins and ends within one.

    The database numbers a day by one binary search over ``edges``: a whole number, which it groups by hashing, where
    year and quarter taken from the date would be two decimals that it sorts by.
    """

    edges: tuple[date, ...]
    period: Period
    span: Period

    @classmethod
    def of(cls, period: Period, span: Period) -> Self:
        """Cut the days of ``span`` at quarters, and at both ends of ``period``."""
        quarters = (quarter.start for quarter in quarters_between(span.first, span.last))
        edges = {span.first, period.first, period.last + timedelta(days=1), *quarters}
        return cls(tuple(sorted(edges)), period, span)

    @property
    def number(self) -> Func:
        """The expression that numbers the day of a record, from 1."""
        edges = Value(list(self.edges), output_field=ArrayField(DateField()))
        return Func(F("occurred_on"), edges, function="width_bucket", output_field=IntegerField())

    @property
    def numbers(self) -> list[int]:
        """The numbers of the stretches of the span: one may lie before it, and one after."""
        every = range(1, len(self.edges) + 1)
        return [number for number in every if self.span.first <= self.edges[number - 1] <= self.span.last]

    def quarter(self, number: int) -> Quarter:
        """Return the quarter of the days with a number."""
        return Quarter.of(self.edges[number - 1])

    def inside(self, number: int) -> bool:
        """Say whether the days with a number lie in the period."""
        return self.period.first <= self.edges[number - 1] <= self.period.last

    def days(self, number: int) -> Period:
        """Return the days with a number."""
        is_last = number == len(self.edges)
        return Period(self.edges[number - 1], self.span.last if is_last else self.edges[number] - timedelta(days=1))
