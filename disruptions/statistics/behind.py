"""The figure behind a list that was opened from one: how many records it counts, whoever asks."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.http import QueryDict

from disruptions.filters import COUNTED_FILTERS, NOT_FILTERS, DisruptionFilter
from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.parameters import records_as_at

BASES: Final = ("counted", "credited", "not_counted")
"""Filters that put a list on the basis of counted figures: leads, supports beside them, leads outside the rule."""


def figure_behind(parameters: QueryDict, *, as_at: date | None) -> int | None:
    """Return how many records a figure with a list's filters counts; one query.

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
        return _on(basis, DisruptionFilter(filters, rows).strict(only=COUNTED_FILTERS), reasons).count()


def _on(basis: str, rows: DisruptionQuerySet, reasons: list[str]) -> DisruptionQuerySet:
    if basis == "counted":
        return rows.counted()
    return rows.credited() if basis == "credited" else rows.left_out_because(reasons)
