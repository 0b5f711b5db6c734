"""Pages of a list that may be long: what is shown is found, what is not shown is not counted to the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final

from django.core.paginator import Page, Paginator

from agencies.constraints import Violation
from agencies.refusals import Invalid
from disruptions.filters.strict import BAD_VALUE
from disruptions.querysets import DisruptionQuerySet
from disruptions.text_search import RANKED_AT_MOST

COUNTED_TO: Final = 1_000
"""How many records a list counts before it says "more than"; counting a million takes longer than showing a page."""

DEEPEST: Final = 10_000
"""How far a list can be paged through; who needs more narrows it, sorts it the other way, or exports it."""

LOOKED_IN: Final = ((1_000, 4), (3_000, 1))
"""In how many of the latest records a search is looked for before all are asked, and how many pages of it are enough.

Of a word that many hold, a page is among them; of one that few hold, the index finds all of them soon.
"""

RELEVANCE: Final = "relevance"


class CappedPaginator(Paginator[Any]):
    """Numbers pages as far as rows were counted; ``more``: there are more rows than ``count`` says."""

    def __init__(self, count: int, page_size: int, *, more: bool = False, last_known: int = 1) -> None:
        super().__init__([], page_size)
        self._count = count
        self._last_known = last_known
        self.more = more

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, or how many were counted where there are more."""
        return self._count

    @cached_property
    def num_pages(self) -> int:
        """Return the last page that is known."""
        return max(-(-self._count // int(self.per_page)), self._last_known, 1)


def page_of(
    rows: DisruptionQuerySet,
    *,
    number: int,
    size: int,
    sort: str,
    dressed: Callable[[Any], Any] | None = None,
) -> Page[Any]:
    """Return a page of records: the keys of its rows, then those rows with what they show. Two queries.

    Keys are read up to ``COUNTED_TO`` and one more, so a list of fewer is counted exactly, and up to the page asked for
    where that is further on. By relevance there is a query more: which records to rank. The relations are joined to the
    rows of the page only, and what ``dressed`` adds. Raises ``Invalid`` for a page after the last, or further on than
    ``DEEPEST``.
    """
    first = (number - 1) * size
    if first >= DEEPEST:
        raise _no_page(f"A list can be paged through to {DEEPEST:,} records. Narrow it, or sort it the other way.")
    keys, counted, more = _keys(rows, first, size, sort)
    if not keys and number > 1:
        if first >= COUNTED_TO:
            raise _no_page("The list ends before this page.")
        raise _no_page(f"The last page is {max(-(-counted // size), 1):,}.")
    paginator = CappedPaginator(counted, size, more=more, last_known=min(number + more, DEEPEST // size))
    page_rows = rows.of_keys(keys).for_list().with_match_shown()
    found = {row.pk: row for row in (dressed(page_rows) if dressed else page_rows)} if keys else {}
    return Page([found[key] for key in keys if key in found], number, paginator)


def _keys(rows: DisruptionQuerySet, first: int, size: int, sort: str) -> tuple[Sequence[int], int, bool]:
    """Return the keys of a page, how many rows were counted, and whether there are more than these."""
    if sort.removeprefix("-") == RELEVANCE and rows.searched is not None and first < RANKED_AT_MOST:
        latest_of_all = rows.latest_of_all(LOOKED_IN[-1][0])
        for number, pages in LOOKED_IN:
            if len(latest_of_all) < number:
                break
            among = rows.filter(pk__in=latest_of_all[:number]).in_order("-date").values_list("pk", flat=True)
            soon = list(among[:RANKED_AT_MOST])
            if len(soon) < pages * size:
                continue
            latest = soon[: len(soon) - len(soon) % size]
            if first < len(latest):
                return rows.ranked(latest)[first : first + size], len(latest), True
            keys = list(rows.in_order("-date").values_list("pk", flat=True)[first : first + size + 1])
            return keys[:size], first + len(keys[:size]), len(keys) > size
        rows = rows.united()
        latest = list(rows.in_order("-date").values_list("pk", flat=True)[: RANKED_AT_MOST + 1])
        keys = rows.ranked(latest[:RANKED_AT_MOST])[first : first + size]
        return keys, min(len(latest), RANKED_AT_MOST), len(latest) > RANKED_AT_MOST
    in_order = rows.in_order("-date" if sort.removeprefix("-") == RELEVANCE else sort).values_list("pk", flat=True)
    if first < COUNTED_TO:
        keys = list(in_order[: max(COUNTED_TO, first + size) + 1])
        return keys[first : first + size], min(len(keys), COUNTED_TO), len(keys) > COUNTED_TO
    keys = list(in_order[first : first + size + 1])
    return keys[:size], first + len(keys[:size]), len(keys) > size


def _no_page(message: str) -> Invalid:
    return Invalid([Violation("page", BAD_VALUE, message)])
