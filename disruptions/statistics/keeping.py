"""The one way in which grouped records are read for the figures of a period: anew, or as they are kept and still stand.

What is read is kept in pieces, one for each bucket of days. A piece belongs to the very statement that read it, so that
filters, the counting rule and the code of a read need no names of their own; ``disruptions.kept_groups`` says how it is
known that a piece still stands. Whatever is not certain to be covered by that is read anew, every time.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, TypeAlias

from django.apps import apps
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, ProgrammingError, connection
from django.db.models import Func, IntegerField, QuerySet, Value

from disruptions.kept_groups import Piece, keep_groups, one_moment, take_groups
from disruptions.models import Disruption, Outcome, SOCThreat
from disruptions.models.kept_groups import READ_OF_AGENCIES, READ_OF_THREATS
from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.buckets import Buckets
from disruptions.statistics.parameters import Period, StatisticsQuery
from disruptions.vocabulary import COUNTED_STATUSES

logger = logging.getLogger(__name__)

Group: TypeAlias = tuple[Any, ...]
"""What records that are alike have in common, the number of their bucket first, and what they come to."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that gives groups, where a queryset cannot say it."""

    sql: str
    parameters: Sequence[Any]


Read: TypeAlias = Callable[[DisruptionQuerySet, Func], Iterable[Group] | Statement]
"""Says what to ask for groups of records, given the records and the expression that numbers their days.

A queryset or a ``Statement``, either of which can be kept, or else the groups themselves. They are sums over records,
so that those of several days are what those of each day come to together. It may raise ``EmptyResultSet``.
"""

FORM: Final = "1"
"""The form in which pieces are kept; another one leaves those of this one alone."""

RECORDS: Final = Disruption._meta.db_table
WHOLE_TABLES: Final = frozenset({RECORDS, Outcome._meta.db_table})
COLUMNS: Final = {
    SOCThreat._meta.db_table: frozenset({"id", *READ_OF_THREATS}),
    Disruption._meta.get_field("agency").related_model._meta.db_table: frozenset({"id", *READ_OF_AGENCIES}),
}
"""What a statement may read to be kept: what the triggers note changes of."""

STANDING: Final = f'"{RECORDS}"."status" IN ({", ".join(repr(status.value) for status in COUNTED_STATUSES)})'
"""Only changes of submitted and approved records are noted."""
OF_GRADES: Final = re.compile(rf'{SOCThreat._meta.db_table}"?\."?p_grade')
OF_THE_MOMENT: Final = re.compile(r"now\(|current_|_timestamp\(|localtime|random|nextval|set_config", re.IGNORECASE)
"""What makes a statement give something else another time, whatever the records are."""


def read_groups(rows: DisruptionQuerySet, query: StatisticsQuery, buckets: Buckets, read: Read) -> list[Group]:
    """Return the groups of records that lie within the span of the buckets; ``rows`` are those of the query.

    All are as at one moment, not before the call. Of what stands now they are taken from what is kept; a statement for
    each run of days that is not there, or stands no more, reads them anew, and they are kept then.
    """
    try:
        statement = _statement_to_keep(rows, query, buckets.span, read)
        if statement is not None:
            try:
                return _read(rows, buckets, read, _pieces(statement, buckets, f"{read.__module__}.{read.__qualname__}"))
            except ProgrammingError:
                # What is kept may not be read: a right is missing.
                logger.warning("kept_groups_not_read", exc_info=True)
        return _ask(read(rows, buckets.number))
    except EmptyResultSet:
        return []


def _read(rows: DisruptionQuerySet, buckets: Buckets, read: Read, pieces: dict[int, Piece]) -> list[Group]:
    """Return the groups of pieces, kept or read anew."""
    with one_moment():
        taken = take_groups(list(pieces.values()))
        groups = {
            number: [(number, *group) for group in taken.groups[piece.key]]
            for number, piece in pieces.items()
            if piece.key in taken.groups
        }
        missing = [number for number in pieces if number not in groups]
        fresh: dict[int, list[Group]] = {number: [] for number in missing}
        for first, last in _runs(missing):
            days = (buckets.days(first).first, buckets.days(last).last)
            for group in _ask(read(rows.filter(occurred_on__range=days), buckets.number)):
                fresh[group[0]].append(group)
    if fresh:
        try:
            keep_groups(taken, {pieces[number]: [group[1:] for group in found] for number, found in fresh.items()})
        except DatabaseError:
            # A figure that was read is shown, whether it can be kept or not.
            logger.warning("groups_not_kept", exc_info=True)
    return [group for number in pieces for group in (groups | fresh)[number]]


def _statement_to_keep(rows: DisruptionQuerySet, query: StatisticsQuery, span: Period, read: Read) -> str | None:
    """Return the statement that a read would ask but for its days, or ``None`` where nothing is to be kept of it.

    Inside a transaction nothing is: what it wrote itself has been noted for nobody yet.
    """
    if not settings.STATISTICS_KEPT or query.as_at is not None or query.extract is not None:
        return None
    if connection.in_atomic_block or not connection.get_autocommit() or rows.model is not Disruption:
        return None
    return _statement_of_any_days(
        read(rows, Func(Value(0), template="%(expressions)s", output_field=IntegerField())), span
    )


def _statement_of_any_days(asked: Iterable[Group] | Statement, span: Period) -> str | None:
    """Return a statement without the condition that its days are those of the span, if it can be kept."""
    if isinstance(asked, QuerySet):
        asked = Statement(*asked.query.sql_with_params())
    if not isinstance(asked, Statement):
        return None
    template, statement = asked.sql, _as_sent(asked)
    of_days = f"\"{RECORDS}\".\"occurred_on\" BETWEEN '{span.first}'::date AND '{span.last}'::date"
    condition = statement.rpartition(" WHERE ")[2].partition(" GROUP BY ")[0]
    before, standing, _ = condition.partition(STANDING)
    # One of the conditions that are all met, no part of any of them.
    if not standing or before.count("(") - before.count(")") > 1:
        return None
    return statement.replace(of_days, "") if statement.count(of_days) == 1 and _is_noted(template) else None


def _ask(asked: Iterable[Group] | Statement) -> list[Group]:
    """Return the groups."""
    if not isinstance(asked, Statement):
        return list(asked)
    with connection.cursor() as cursor:
        cursor.execute(asked.sql, asked.parameters)
        found: list[Group] = cursor.fetchall()
    return found


def _as_sent(asked: Statement) -> str:
    """Return a statement with its parameters."""
    with connection.cursor() as cursor:
        sent: bytes = cursor.mogrify(asked.sql, asked.parameters)
    return sent.decode()


def _is_noted(template: str) -> bool:
    """Say whether changes of all that a statement reads are noted."""
    tables = {model._meta.db_table for model in apps.get_models()} & set(re.findall(r"\w+", template))
    if not tables <= WHOLE_TABLES | set(COLUMNS) or OF_THE_MOMENT.search(template):
        return False
    if len(re.findall(rf'\b{RECORDS}\b"?(?!"?\.)', template)) != 1:
        return False
    for table, columns in COLUMNS.items():
        # By its own name and no other, so that each of its columns is seen.
        if not set(re.findall(rf'\b{table}"?(?!"?\.)\s+(\S+)', template)) <= {"ON"}:
            return False
        if not set(re.findall(rf'\b{table}"?\."?(\w+)', template)) <= columns:
            return False
    return True


def _pieces(statement: str, buckets: Buckets, name: str) -> dict[int, Piece]:
    """Return a piece for each bucket that has days, by its number."""
    found = {}
    of_grades = OF_GRADES.search(statement) is not None
    for number in buckets.numbers:
        days = buckets.days(number)
        text = "\n".join((FORM, name, statement, days.first.isoformat(), days.last.isoformat()))
        key = hashlib.sha256(text.encode()).hexdigest()
        found[number] = Piece(key, name, days.first, days.last, buckets.quarter(number).start, of_grades)
    return found


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Give the first and the last of each run of numbers that follow each other."""
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        every = [number for _, number in run]
        yield every[0], every[-1]
