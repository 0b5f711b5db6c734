"""Figures beside lists: what the figure behind a list counts whoever asks, and what a person may open by level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count
from django.http import QueryDict

from disruptions.filters import COUNTED_FILTERS, NOT_FILTERS, DisruptionFilter
from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.parameters import records_as_at
from disruptions.vocabulary import COUNTED_STATUSES, DisruptionRole, Level

BASES: Final = ("counted", "credited", "not_counted")
"""Filters that put a list on the basis of counted figures: leads, supports beside them, leads outside the rule."""


FIGURE_TO: Final = 10_000
"""How far the figure beside a list is counted; a statistic says it to the end."""


def figure_behind(parameters: QueryDict, *, as_at: date | None, at_most: int | None = None) -> int | None:
    """Return how many records a figure with a list's filters counts, or one more than ``at_most``; one query.

    ``None`` where the list stands for no figure: it names no basis (``counted=yes``, ``credited=yes``,
    ``not_counted``), or is filtered by more than counted figures allow, with which a hidden record could be felt for.
    Raises ``Invalid`` for a bad filter.
    """
    named = set(parameters) - NOT_FILTERS
    bases = [name for name in BASES if name in named]
    if len(bases) != 1 or not named - set(bases) <= COUNTED_FILTERS:
        return None
    basis = bases[0]
    if basis != "not_counted" and parameters.getlist(basis) != ["yes"]:
        return None
    filters = parameters.copy()
    reasons = filters.pop(basis)
    with records_as_at(as_at) as rows:
        counted = _on(basis, DisruptionFilter(filters, rows).strict(only=COUNTED_FILTERS), reasons).order_by()
        return (counted if at_most is None else counted[: at_most + 1]).count()


def _on(basis: str, rows: DisruptionQuerySet, reasons: list[str]) -> DisruptionQuerySet:
    if basis == "counted":
        return rows.counted()
    return rows.credited() if basis == "credited" else rows.left_out_because(reasons)


@dataclass(frozen=True, slots=True)
class LevelRow:
    """Submitted and approved records of one level, leads and supports apart: never to be added."""

    level: str
    lead: int
    support: int


def standing_by_level(rows: DisruptionQuerySet) -> list[LevelRow]:
    """Return how many submitted and approved records there are by level and role, highest level first; one query.

    Give it what a person may open: this is no counted figure.
    """
    grouped = rows.filter(status__in=COUNTED_STATUSES).order_by().values_list("level", "role").annotate(Count("pk"))
    found = {(level, role): records for level, role, records in grouped}
    return [
        LevelRow(level.value, *(found.get((level.value, role.value), 0) for role in DisruptionRole)) for level in Level
    ]
