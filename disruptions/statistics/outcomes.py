"""What came of counted disruptions: arrests, seizures, orders and the rest, with their numbers and values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Func

from disruptions.models import Disruption
from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.buckets import Buckets
from disruptions.statistics.keeping import Group, read_groups
from disruptions.statistics.parameters import StatisticsQuery
from disruptions.vocabulary import OutcomeType

_PLACES: Final = {kind.value: place for place, kind in enumerate(OutcomeType)}


@dataclass(slots=True)
class OutcomeRow:
    """One type of outcome of a role: records that have it, how many there were, and their value in pounds.

    An outcome without a number is one. ``value`` is ``None`` where none was recorded.
    """

    type: str
    records: int = 0
    number: int = 0
    value: Decimal | None = None

    @property
    def label(self) -> str:
        """The type in words."""
        return str(OutcomeType(self.type).label)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Outcomes of counted leads, and beside them those of supports, which tell of the same events: never added.

    A record with outcomes of two types is in both rows, so ``records`` do not add up. ``support`` is ``None`` where
    those of supports are not shown.
    """

    lead: tuple[OutcomeRow, ...]
    support: tuple[OutcomeRow, ...] | None

    def number_of(self, *types: str) -> int:
        """Return how many outcomes of some types counted leads had."""
        return sum(row.number for row in self.lead if row.type in types)

    @property
    def value(self) -> Decimal:
        """The value in pounds of all that counted leads seized, restrained, froze, confiscated or charged."""
        return sum((row.value for row in self.lead if row.value is not None), Decimal(0))


def outcomes(query: StatisticsQuery) -> Outcomes:
    """Return the outcomes of the query's counted leads, and of the supports beside them. One query for each role."""
    buckets = Buckets.of(query.period, query.period)
    with query.rows() as rows:
        return Outcomes(
            _rows(read_groups(rows, query, buckets, _of_leads)), _rows(read_groups(rows, query, buckets, _of_supports))
        )


def joined_on(rows: DisruptionQuerySet) -> str:
    """Return the condition that joins ``outcome`` to ``asked``: those of the version of a record that is read."""
    if rows.model is Disruption:
        return "outcome.disruption_id = asked.id AND outcome.until_version IS NULL"
    return (
        "outcome.disruption_id = asked.id AND outcome.from_version <= asked.version "
        "AND (outcome.until_version IS NULL OR outcome.until_version > asked.version)"
    )


def _of_leads(rows: DisruptionQuerySet, number: Func) -> Iterable[Group]:
    return _groups(rows.counted(), number)


def _of_supports(rows: DisruptionQuerySet, number: Func) -> Iterable[Group]:
    return _groups(rows.credited(), number)


def _groups(rows: DisruptionQuerySet, number: Func) -> Iterable[Group]:
    """Return bucket, type, records, number and value in pence of the outcomes of records."""
    asked = rows.order_by().annotate(bucket=number).values_list("pk", "version", "bucket")
    try:
        inner, parameters = asked.query.sql_with_params()
    except EmptyResultSet:
        return []
    # Only what Django wrote and what stands here is in the statement; what comes from outside is a parameter.
    statement = (
        "SELECT asked.bucket, outcome.type, count(DISTINCT asked.id), "  # nosec B608
        "sum(coalesce(outcome.count, 1))::bigint, (100 * coalesce(sum(outcome.value_gbp), 0))::bigint "
        f"FROM ({inner}) AS asked (id, version, bucket) "
        f"JOIN disruptions_outcome AS outcome ON {joined_on(rows)} GROUP BY 1, 2"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[Group] = cursor.fetchall()
    return found


def _rows(groups: Iterable[Group]) -> tuple[OutcomeRow, ...]:
    table: dict[str, OutcomeRow] = {}
    for _, kind, records, number, pence in groups:
        row = table.get(kind)
        if row is None:
            row = table[kind] = OutcomeRow(kind)
        row.records += records
        row.number += number
        if pence:
            row.value = (row.value or Decimal(0)) + Decimal(pence) / 100
    return tuple(sorted(table.values(), key=lambda row: _PLACES[row.type]))
