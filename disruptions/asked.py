"""What a list was asked for, as text that can be kept and read again: by a job, a saved view, a subscription."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from django.http import QueryDict

from agencies.constraints import Violation
from agencies.models import User, london_date, oic_now
from agencies.refusals import Invalid
from disruptions.columns import COLUMNS
from disruptions.filters import DisruptionFilter, StrictFilter, ThreatFilter
from disruptions.filters.strict import BAD_VALUE, NOT_FILTERS, UNKNOWN, shown
from disruptions.filters.words import chips_of, corrections_in_words, in_sentences
from disruptions.models import Disruption, SOCThreat
from disruptions.querysets import DisruptionQuerySet, SOCThreatQuerySet
from disruptions.saved import PAGE_PARAMETERS, as_text, with_view
from disruptions.statistics.parameters import read_as_at, records_as_at, threats_as_at

DISRUPTIONS: Final = "disruptions"
THREATS: Final = "threats"

NOUNS: Final[Mapping[str, str]] = MappingProxyType({DISRUPTIONS: "record", THREATS: "threat"})

_OWN: Final = frozenset({"as_at", "sort", "columns"})
_SORT: Final = {DISRUPTIONS: "-date", THREATS: "p_grade"}
_SORTS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {DISRUPTIONS: DisruptionQuerySet.SORTS, THREATS: SOCThreatQuerySet.SORTS}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one person asked a list for: filters, the cut-off (``None``: now), the order, the columns (none: the usual).

    ``query`` is the address's query without what only concerns a page. It holds what the person typed, so a day that
    was given as "28 days ago" goes on meaning that.
    """

    query: QueryDict
    as_at: date | None
    sort: str
    columns: tuple[str, ...]
    reader: User
    which: str = DISRUPTIONS

    @property
    def text(self) -> str:
        """Return the query as text: the same for the same question, whatever the order in which it was put."""
        return as_text(self.query)

    @contextmanager
    def rows(self) -> Iterator[Any]:
        """Give the records that the person may open and that pass, in no order; evaluate them inside the block.

        Raises ``Invalid`` where the query does not read any more: never a wider answer.
        """
        if self.which == THREATS:
            with threats_as_at(self.as_at) as threats:
                day = self.as_at or london_date(oic_now())
                seen = threats.visible_to(self.reader)
                yield ThreatFilter(self._filters(), seen, reader=self.reader, on=day).strict()
            return
        with records_as_at(self.as_at) as records:
            found = records.visible_to(self.reader)
            yield DisruptionFilter(self._filters(), found, reader=self.reader, on=self.as_at).strict()

    def in_words(self, rows: Any = None) -> list[str]:
        """Return what is asked for in words, as the page's chips say it: ``Level: Major or Moderate``.

        With the rows that were found, it says as well which words of the search were taken for others.
        """
        sentences = in_sentences(chips_of(filterset_of(self.which, self._filters(), self.reader), self.query))
        return [*sentences, *corrections_in_words(rows, NOUNS[self.which])] if rows is not None else sentences

    def days(self) -> tuple[date | None, date | None]:
        """Return the first and the last day on which what is asked for happened, as far as they are given."""
        ends = QueryDict(mutable=True)
        for name in {"from", "to"} & set(self.query):
            ends.setlist(name, self.query.getlist(name))
        form = filterset_of(self.which, ends, self.reader).form
        form.full_clean()
        return form.cleaned_data.get("from"), form.cleaned_data.get("to")

    def _filters(self) -> QueryDict:
        filters = self.query.copy()
        for name in _OWN:
            filters.pop(name, None)
        return filters


def read_asked(parameters: QueryDict, *, reader: User, which: str = DISRUPTIONS, allow: Iterable[str] = ()) -> Asked:
    """Read what a person asks a list for; ``allow`` names parameters that the caller reads for itself.

    Empty values and what only concerns a page are left out; a ``view`` becomes what it stands for. Raises ``Invalid``
    with everything that is wrong.
    """
    parameters = with_view(parameters, reader=reader, which=which)
    query = QueryDict(mutable=True)
    for name, values in parameters.lists():
        filled = [value for value in values if value.strip()]
        if filled and name not in PAGE_PARAMETERS and name not in set(allow):
            query.setlist(name, filled)
    faults = [
        Violation(name, UNKNOWN, f"There is no filter called {shown(name)}.")
        for name in query
        if name in NOT_FILTERS - _OWN
    ]
    filters = query.copy()
    for name in _OWN:
        filters.pop(name, None)
    faults += filterset_of(which, filters, reader).faults()
    as_at = None
    try:
        as_at = read_as_at(query)
    except Invalid as refusal:
        faults += refusal.violations
    faults += [
        Violation(name, BAD_VALUE, "Give this once.") for name in ("sort", "columns") if len(query.getlist(name)) > 1
    ]
    # As the page: what is searched for comes best first.
    usual = "relevance" if which == DISRUPTIONS and "q" in query else _SORT[which]
    sort = query.get("sort", usual)
    if sort.removeprefix("-") not in _SORTS[which]:
        faults.append(Violation("sort", BAD_VALUE, f"Choose one of: {', '.join(_SORTS[which])}."))
    columns = _columns(query, which, faults)
    if faults:
        raise Invalid(faults)
    return Asked(query, as_at, sort, columns, reader, which)


def _columns(query: QueryDict, which: str, faults: list[Violation]) -> tuple[str, ...]:
    """Return the columns that are asked for, each once and in the order given."""
    names = tuple(dict.fromkeys(str(query.get("columns", "")).split(","))) if "columns" in query else ()
    unknown = [name for name in names if name not in COLUMNS] if which == DISRUPTIONS else names[:1]
    if unknown:
        faults.append(Violation("columns", BAD_VALUE, f"There is no column called {shown(unknown[0])}."))
    return names


def filterset_of(which: str, filters: QueryDict, reader: User) -> StrictFilter[Any]:
    """Return the filters of a list over no rows, to ask what is wrong with them and what they say."""
    if which == THREATS:
        return ThreatFilter(filters, SOCThreat.objects.none(), reader=reader)
    return DisruptionFilter(filters, Disruption.objects.none(), reader=reader)
