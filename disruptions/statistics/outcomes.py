"""What came of counted disruptions: arrests, seizures, orders and the rest, with their numbers and values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import Func

from disruptions.models import Disruption
from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.buckets import Buckets
from disruptions.statistics.keeping import Group, Statement, read_groups
from disruptions.statistics.parameters import StatisticsQuery
from disruptions.vocabulary import DisruptionRole, OutcomeType

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
    """Return the outcomes of the query's counted leads, and of the supports beside them. One query."""
    buckets = Buckets.of(query.period, query.period)
    with query.rows() as rows:
        groups = read_groups(rows, query, buckets, _of_outcomes)
    return Outcomes(_rows(groups, DisruptionRole.LEAD), _rows(groups, DisruptionRole.SUPPORT))


def joined_on(rows: DisruptionQuerySet) -> str:
    """Return the condition that joins ``outcome`` to ``asked``: those of the version of a record that is read."""
    if rows.model is Disruption:
        return "outcome.disruption_id = asked.id AND outcome.until_version IS NULL"
    return (
        "outcome.disruption_id = asked.id AND outcome.from_version <= asked.version "
        "AND (outcome.until_version IS NULL OR outcome.until_version > asked.version)"
    )


def _of_outcomes(rows: DisruptionQuerySet, number: Func) -> Statement:
    """Return what gives bucket, role, type, records, number and value in pence of the outcomes of records."""
    asked = rows.counted_or_credited().order_by().annotate(bucket=number)
    inner, parameters = asked.values_list("pk", "version", "bucket", "role").query.sql_with_params()
    # Only what Django wrote and what stands here is in the statement; what comes from outside is a parameter. Each
    # record's outcomes of a type are one row first: to count those that differ, all of them would have to be sorted.
    statement = (
        "SELECT bucket, role, type, count(*), sum(number)::bigint, (100 * coalesce(sum(value), 0))::bigint FROM ("  # nosec B608
        "SELECT asked.bucket, asked.role, outcome.type, "
        "sum(coalesce(outcome.count, 1)) AS number, sum(outcome.value_gbp) AS value "
        f"FROM ({inner}) AS asked (id, version, bucket, role) "
        f"JOIN disruptions_outcome AS outcome ON {joined_on(rows)} GROUP BY asked.id, 1, 2, 3"
        ") AS each GROUP BY 1, 2, 3"
    )
    return Statement(statement, parameters)


def _rows(groups: Iterable[Group], of_role: DisruptionRole) -> tuple[OutcomeRow, ...]:
    table: dict[str, OutcomeRow] = {}
    for _, role, kind, records, number, pence in groups:
        if role != of_role:
            continue
        row = table.get(kind)
        if row is None:
            row = table[kind] = OutcomeRow(kind)
        row.records += records
        row.number += number
        if pence:
            row.value = (row.value or Decimal(0)) + Decimal(pence) / 100
    return tuple(sorted(table.values(), key=lambda row: _PLACES[row.type]))
