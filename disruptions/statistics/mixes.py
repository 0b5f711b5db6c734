"""What counted disruptions are made of: proactive or reactive, 4P strand, sub-threat, entry method, P grade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Func

from disruptions.querysets import DisruptionQuerySet
from disruptions.statistics.buckets import Buckets
from disruptions.statistics.dimensions import DIMENSIONS, Dimension, Filters
from disruptions.statistics.keeping import Group, read_groups
from disruptions.statistics.parameters import StatisticsQuery
from disruptions.statistics.rounding import share
from disruptions.vocabulary import EntryMethod

MIXED: Final[tuple[Dimension, ...]] = tuple(
    DIMENSIONS[name] for name in ("initiation", "strand", "sub_threat", "entry_method", "p_grade")
)
"""What a mix is told apart by; the grade is that of now, or of the cut-off."""

HIDES_THE_REST: Final = {"entry_method": (EntryMethod.SMALL_BOAT.value, "small boats")}
"""Parts so large that the others are shown as shares of what is left, too; and what to call them there."""


@dataclass(frozen=True, slots=True)
class MixRow:
    """One part of a mix: its key and name, the filters of the list that keep it, and how many leads it has."""

    key: str
    label: str
    filters: Filters
    lead: int


@dataclass(frozen=True, slots=True)
class Mix:
    """Counted leads by one dimension; the parts add up to ``total``.

    ``apart`` is the key of the part that hides the others by its size, and ``apart_words`` what it is called; or empty.
    """

    name: str
    label: str
    rows: tuple[MixRow, ...]
    apart: str = ""
    apart_words: str = ""

    @property
    def total(self) -> int:
        """All counted leads."""
        return sum(row.lead for row in self.rows)

    @property
    def rest(self) -> int:
        """All but the part that hides the others."""
        return sum(row.lead for row in self.rows if row.key != self.apart)

    def of(self, key: str) -> int:
        """Return how many leads a part has; 0 where it is not there."""
        return next((row.lead for row in self.rows if row.key == key), 0)

    def share_of(self, row: MixRow) -> int | None:
        """Return a part's share of all, in whole percent."""
        return share(row.lead, self.total)

    def share_of_rest(self, row: MixRow) -> int | None:
        """Return a part's share of what is left without the part that hides the others; nothing of that part."""
        return None if not self.apart or row.key == self.apart else share(row.lead, self.rest)


def mixes(query: StatisticsQuery) -> dict[str, Mix]:
    """Return each mix of the query's counted leads, by the name of its dimension. One query.

    Parts of a fixed list come in its order, entry methods by size; a part without leads is left out.
    """
    with query.rows() as rows:
        buckets = Buckets.of(query.period, query.period)
        counts: tuple[Counter[str | None], ...] = tuple(Counter() for _ in MIXED)
        for _, *keys, records in read_groups(rows, query, buckets, _mixed):
            for count, key in zip(counts, keys, strict=True):
                count[key] += records
        return {side.name: _mix(side, count) for side, count in zip(MIXED, counts, strict=True)}


def _mixed(rows: DisruptionQuerySet, number: Func) -> Iterable[Group]:
    columns = {f"key_{side.name}": side.expression for side in MIXED}
    counted = rows.counted().annotate(**columns).order_by()
    grouped: Iterable[Group] = counted.values_list(number, *columns).annotate(records=Count("*"))
    return grouped


def _mix(side: Dimension, counts: Counter[str | None]) -> Mix:
    named = side.naming(set(counts), False)
    parts = sorted(
        ((named[key], records) for key, records in counts.items()),
        key=lambda item: (not item[0].key, -item[1] if side.by_size else 0, item[0].place, item[0].label),
    )
    rows = tuple(MixRow(part.key, part.label, part.filters or (), records) for part, records in parts)
    apart, words = HIDES_THE_REST.get(side.name, ("", ""))
    is_there = bool(apart) and any(row.key == apart for row in rows)
    return Mix(side.name, side.label, rows, apart if is_there else "", words if is_there else "")
