"""How many records each choice of a filter would keep: counts beside the boxes of a list.

Each facet is counted over the question without its own filter, so that it says what another choice would give. Of a
facet in which a record has one value, the counts of the values in force, with "not given", make the length of the
list. Counted is what the reader may open: this is no published figure. Where the question without a filter has more
than some ``OTHERS_COUNTED_TO`` records, its other choices are left uncounted: nobody waits for a million to be
counted to learn what another tick would give.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, F

from disruptions.asked import Asked
from disruptions.filters import DisruptionFilter
from disruptions.filters.grammar import EMPTY
from disruptions.filters.strict import choices_once
from disruptions.vocabulary import NOT_GRADED
from disruptions.wording import LEVEL_WORDS

Key = tuple[Any, ...]

SETS: Final[Mapping[str, tuple[str, ...]]] = {
    "codes": ("role", "level", "status", "initiation", "strand", "uk_led"),
    "kinds": ("sub_threat", "entry_method"),
    "agency": ("agency_id",),
    "threat": ("threat_id",),
    "day": ("occurred_on",),
}
"""The groups that are counted in one pass. Codes with few values go together: their margins are added up here."""


OTHERS_COUNTED_TO: Final = 100_000
"""Above so many records, choices that the question leaves out are not counted."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice: its code (``""``: not given), its label, how many records, and whether the question keeps it.

    ``records`` is ``None`` where they were not counted: never of a choice that the question keeps.
    ``filters`` is what asks the list for it, by wire name.
    """

    code: str
    label: str
    records: int | None
    kept: bool
    filters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter with its choices. ``of_filter``: its own filter was put aside when it was counted."""

    name: str
    label: str
    values: tuple[FacetValue, ...]
    of_filter: bool = True

    @property
    def records(self) -> int:
        """Records of the choices that the question keeps: the length of the list."""
        return sum(value.records or 0 for value in self.values if value.kept)


@dataclass(frozen=True, slots=True)
class Facets:
    """How long the list is, and its facets."""

    total: int
    facets: tuple[Facet, ...]
    words: tuple[str, ...] = ()
    """What was asked for in words, with the words of the search that were taken for others."""

    def named(self, name: str) -> Facet:
        """Return one facet. Raises ``StopIteration`` where there is none of this name."""
        return next(facet for facet in self.facets if facet.name == name)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a facet's counts come from: a column of a set of ``SETS``, and what makes a code of its values."""

    of_set: str
    column: str
    code: Callable[[_Known, Any], str]


class _Known:
    """What agencies and threats are, read once for all facets, as at the day that is read."""

    def __init__(self, rows: Any) -> None:
        self._rows = rows
        self._agencies: dict[int, dict[str, Any]] = {}
        self._threats: dict[int, dict[str, Any]] = {}

    def agency(self, key: int, name: str) -> str:
        """Return a code of an agency."""
        if not self._agencies:
            columns = ("pk", "code", "kind", "region__code", "rocu__code", "statistics_group")
            self._agencies = {row["pk"]: row for row in self._related("agency").values(*columns)}
        return str(self._agencies[key][name] or "")

    def threat(self, key: int | None, name: str) -> str:
        """Return a code of a threat; a record without one has none."""
        if key is None:
            return ""
        if not self._threats:
            columns = ("pk", "p_grade", "primary_area", "kind")
            self._threats = {row["pk"]: row for row in self._related("threat").values(*columns)}
        return str(self._threats[key][name] or NOT_GRADED)

    def _related(self, relation: str) -> Any:
        return self._rows.model._meta.get_field(relation).related_model._default_manager.order_by()


def _coded(of_set: str, column: str) -> _Source:
    return _Source(of_set, column, lambda known, value: "" if value is None else str(value))


def _yes_no(of_set: str, column: str) -> _Source:
    return _Source(of_set, column, lambda known, value: {True: "yes", False: "no", None: ""}[value])


def _of_agency(name: str) -> _Source:
    return _Source("agency", "agency_id", lambda known, value: known.agency(value, name))


def _of_threat(name: str) -> _Source:
    return _Source("threat", "threat_id", lambda known, value: known.threat(value, name))


FACETS: Final[Mapping[str, _Source]] = {
    "agency": _of_agency("code"),
    "agency_kind": _of_agency("kind"),
    "region": _of_agency("region__code"),
    "rocu": _of_agency("rocu__code"),
    "role": _coded("codes", "role"),
    "level": _coded("codes", "level"),
    "status": _coded("codes", "status"),
    "p_grade": _of_threat("p_grade"),
    "threat_area": _of_threat("primary_area"),
    "threat_kind": _of_threat("kind"),
    "strand": _coded("codes", "strand"),
    "sub_threat": _coded("kinds", "sub_threat"),
    "entry_method": _coded("kinds", "entry_method"),
    "initiation": _coded("codes", "initiation"),
    "uk_led": _yes_no("codes", "uk_led"),
}
"""The filters that are counted, in the order of the page."""


def facets_of(asked: Asked, names: Iterable[str] | None = None) -> Facets:
    """Count a question's records and those of each choice of its facets.

    One statement counts all that no filter of their own narrows, one more each of the others; two read agencies and
    threats. Raises ``Invalid`` where the question does not read.
    """
    wanted = tuple(FACETS if names is None else names)
    own = {name: _without(asked, name) for name in wanted}
    with asked.rows() as rows:
        known = _Known(rows)
        words = asked.in_words(rows)
        sets = list(dict.fromkeys(["day", *(FACETS[name].of_set for name in wanted)]))
        counted = _count(rows, sets)
        total = sum(counted["day"].values())
        found = {name: _margin(FACETS[name], known, counted) for name in wanted}
        years = counted["day"]
    uncounted = set()
    for name, question in own.items():
        if question is None:
            continue
        with question.rows() as rows:
            if _planned(rows) > OTHERS_COUNTED_TO:
                uncounted.add(name)
                continue
            found[name] = _alone(FACETS[name], known, rows)
    choices = choices_once()
    facets = [
        _facet(name, DisruptionFilter.families[name], found[name], asked, choices, name in uncounted) for name in wanted
    ]
    if names is None:
        within = asked.days()
        facets += [
            _years("year", "Year", years, _calendar, within),
            _years("financial_year", "Financial year", years, _april, within),
        ]
    return Facets(total, tuple(facets), tuple(words))


def _without(asked: Asked, name: str) -> Asked | None:
    """Return the question without a facet's own filter, or nothing where it has none in force."""
    family = DisruptionFilter.families[name]
    relatives = {name, *family.relatives(name)} & set(asked.query)
    if not relatives:
        return None
    query = asked.query.copy()
    for relative in relatives:
        del query[relative]
    return replace(asked, query=query)


def _count(rows: Any, sets: Sequence[str]) -> dict[str, Counter[Key]]:
    """Count rows by each set of columns, in one statement."""
    columns = list(dict.fromkeys(column for name in sets for column in SETS[name]))
    inner = rows.order_by().annotate(**{f"facet_{name}": F(name) for name in columns})
    counted: dict[str, Counter[Key]] = {name: Counter() for name in sets}
    try:
        compiled, parameters = inner.values_list(*(f"facet_{name}" for name in columns)).query.sql_with_params()
    except EmptyResultSet:
        return counted
    named = ", ".join(f"f{place}" for place in range(len(columns)))
    places = {name: f"f{place}" for place, name in enumerate(columns)}
    groups = ", ".join(f"({', '.join(places[column] for column in SETS[name])})" for name in sets)
    marks = ", ".join(f"GROUPING({places[SETS[name][0]]})" for name in sets)
    # The names are those of the facets above; what people asked for goes in as parameters.
    grouped = f"FROM ({compiled}) AS found({named}) GROUP BY GROUPING SETS ({groups})"  # nosec B608
    sql = f"SELECT {marks}, {named}, count(*) {grouped}"  # nosec B608
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        for row in cursor.fetchall():
            of_set = sets[row[: len(sets)].index(0)]
            values = dict(zip(columns, row[len(sets) : -1], strict=True))
            counted[of_set][tuple(values[column] for column in SETS[of_set])] += row[-1]
    return counted


def _margin(source: _Source, known: _Known, counted: Mapping[str, Counter[Key]]) -> Counter[str]:
    margin: Counter[str] = Counter()
    place = SETS[source.of_set].index(source.column)
    for key, records in counted[source.of_set].items():
        margin[source.code(known, key[place])] += records
    return margin


def _planned(rows: Any) -> float:
    """Return about how many rows there are, by the database's own estimate: to count them is what is to be spared."""
    plan: str = rows.order_by().values("pk").explain(format="json")
    return float(json.loads(plan)[0]["Plan"]["Plan Rows"]) if plan else 0


def _alone(source: _Source, known: _Known, rows: Any) -> Counter[str]:
    """Count by one column: plain groups, which the database may count by several processes at once."""
    margin: Counter[str] = Counter()
    for value, records in rows.order_by().values_list(source.column).annotate(records=Count("*")):
        margin[source.code(known, value)] += records
    return margin


def _facet(
    name: str, family: Any, margin: Counter[str], asked: Asked, read: Mapping[Any, Any], only_kept: bool
) -> Facet:
    listed = family.extra["choices"]
    choices = [(str(code), str(label)) for code, label in (read[listed] if callable(listed) else listed)]
    chosen = asked.query.getlist(name)
    left_out = asked.query.getlist(f"{name}__not")
    empty = asked.query.get(name + EMPTY, "")
    positive = bool(chosen) or empty == "yes"
    values = []
    known = dict(choices)
    for code in [*known, *(code for code in margin if code and code not in known)]:
        label = LEVEL_WORDS.get(code, known.get(code, code)) if name == "level" else known.get(code, code)
        kept = (code in chosen or not positive) and code not in left_out
        values.append(FacetValue(code, label, margin[code] if kept or not only_kept else None, kept, ((name, code),)))
    if family.nullable:
        kept = empty == "yes" or not (positive or empty == "no")
        records = margin[""] if kept or not only_kept else None
        values.append(FacetValue("", "Not given", records, kept, ((name + EMPTY, "yes"),)))
    return Facet(name, str(family.label), tuple(values))


def _calendar(day: date) -> int:
    return day.year


def _april(day: date) -> int:
    return day.year if day.month >= 4 else day.year - 1


def _years(
    name: str, label: str, days: Counter[Key], year_of: Callable[[date], int], within: tuple[date | None, date | None]
) -> Facet:
    """Count by year, within the days that are asked for: the years of a list make its length."""
    margin: Counter[int | None] = Counter()
    for (day,), records in days.items():
        margin[None if day is None else year_of(day)] += records
    values = [
        _year(name, year, margin[year], within)
        for year in sorted((each for each in margin if each is not None), reverse=True)
    ]
    if margin[None]:
        values.append(FacetValue("", "Not given", margin[None], True, (("occurred_on__empty", "yes"),)))
    return Facet(name, label, tuple(values), of_filter=False)


def _year(name: str, year: int, records: int, within: tuple[date | None, date | None]) -> FacetValue:
    if name == "year":
        first, last, label = date(year, 1, 1), date(year, 12, 31), str(year)
    else:
        first, last, label = date(year, 4, 1), date(year + 1, 3, 31), f"{year} to {year + 1}"
    first, last = max(first, within[0] or first), min(last, within[1] or last)
    return FacetValue(str(year), label, records, True, (("from", first.isoformat()), ("to", last.isoformat())))
