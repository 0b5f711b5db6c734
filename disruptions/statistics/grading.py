"""Counted disruptions by the P grade of their threat: as it was graded then, and as it is graded now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from disruptions.statistics.cells import LevelCounts
from disruptions.statistics.parameters import StatisticsQuery
from disruptions.vocabulary import NOT_GRADED, DisruptionRole, GradeMoment, PriorityGrade


@dataclass(slots=True)
class GradedRow:
    """The disruptions of threats at one grade, at one of the two moments."""

    graded: str
    grade: str
    label: str
    lead: LevelCounts = field(default_factory=LevelCounts)
    support: LevelCounts = field(default_factory=LevelCounts)


def by_grade(query: StatisticsQuery) -> list[GradedRow]:
    """Return a row per moment and grade, P1 first and those not graded last; ``then`` before ``now``.

    ``then`` is the grade of the threat when the day of the disruption ended (``with_grade_then``), ``now`` its grade at
    the cut-off. The leads of either moment add up to the national figure of the query; supports stand beside them.
    One query.
    """
    grades = [(grade.value, grade.label) for grade in PriorityGrade] + [(NOT_GRADED, "Not graded")]
    table = {
        (moment.value, grade): GradedRow(moment.value, grade, label)
        for moment in GradeMoment
        for grade, label in grades
    }
    with query.rows() as rows:
        grouped = (
            rows.standing()
            .with_reason_not_counted()
            .filter(not_counted__isnull=True)
            .with_grade_then()
            .order_by()
            .values_list("grade_then", "threat__p_grade", "role", "level")
            .annotate(records=Count("*"))
        )
        for then, now, role, level, records in grouped:
            for moment, grade in ((GradeMoment.THEN, then), (GradeMoment.NOW, now)):
                row = table[moment.value, grade or NOT_GRADED]
                (row.lead if role == DisruptionRole.LEAD else row.support).add(level, records)
    return list(table.values())


def of_moment(rows: Sequence[GradedRow], moment: str) -> list[GradedRow]:
    """Keep the rows of one moment."""
    return [row for row in rows if row.graded == moment]


def graded_leads(rows: Sequence[GradedRow]) -> LevelCounts:
    """Add up the leads of one moment's rows: the national figure of the query."""
    return LevelCounts(
        major=sum(row.lead.major for row in rows),
        moderate=sum(row.lead.moderate for row in rows),
        minor=sum(row.lead.minor for row in rows),
    )


def at_high_grades(rows: Sequence[GradedRow]) -> int:
    """Return how many leads were against threats at P1 or P2."""
    return sum(row.lead.total for row in rows if row.grade in {PriorityGrade.P1, PriorityGrade.P2})
