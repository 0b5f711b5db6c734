"""The one way in which grouped records are read for the figures of a period."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from django.db.models import Func

from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.buckets import Buckets
from disruptions.statistics.parameters import StatisticsQuery

Group: TypeAlias = tuple[Any, ...]
"""What records that are alike have in common, the number of their bucket first, and what they come to."""
Read: TypeAlias = Callable[[DisruptionQuerySet, Func], Iterable[Group]]
"""Reads groups of records: given the records, and the expression that numbers their days."""


def read_groups(rows: DisruptionQuerySet, query: StatisticsQuery, buckets: Buckets, read: Read) -> list[Group]:
    """Return the groups of records that lie within the span of the buckets; ``rows`` are those of the query."""
    return list(read(rows, buckets.number))
