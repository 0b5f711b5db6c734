"""The grammar of filters: one name asks for values, and what follows it asks the other way round, or for a range.

* ``level=major&level=minor``: any of these; ``level__not=minor``: none of these;
* ``strand__empty=yes``: not given; ``no``: given;
* ``lag__from=28``, ``recorded_on__to=2026-03-31``: ranges of numbers and days, both ends inside.

A name and its relatives make a family. Within one, values and ``__empty=yes`` are alternatives ("Pursue, or not
given"); everything else narrows. "None of" keeps what is not given: a filter and its contrary make the whole list.
Where a relative makes no sense it is no filter, and is refused like any unknown name.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from typing import Any, Final, TypeVar, cast

import django_filters as filters
from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, Value
from django.http import QueryDict

from agencies.constraints import Violation
from agencies.models import LONDON
from disruptions.filters.strict import BAD_VALUE, YES_NO, DayFilter, ReferenceField, StrictFilter

NOT: Final = "__not"
EMPTY: Final = "__empty"
FROM: Final = "__from"
TO: Final = "__to"
RELATIVES: Final = (NOT, EMPTY, FROM, TO)

DIGITS: Final = 40
DECIMAL_PLACES: Final = 20

Choices = Sequence[tuple[Any, Any]]
Rows = TypeVar("Rows")


class Among(Func):
    """Says whether a column holds any of these keys: one array, which the planner knows, however many there are."""

    arg_joiner = " = ANY("
    template = "(%(expressions)s))"
    output_field = BooleanField()

    def __init__(self, column: str, keys: Iterable[int], **extra: Any) -> None:
        super().__init__(F(column), Value(list(keys), output_field=ArrayField(BigIntegerField())), **extra)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address says of one family."""

    chosen: Sequence[Any] = ()
    left_out: Sequence[Any] = ()
    empty: str = ""
    first: Any = None
    last: Any = None

    @property
    def anything(self) -> bool:
        """Whether the address says anything of it."""
        return bool(self.chosen or self.left_out or self.empty) or self.first is not None or self.last is not None

    def settled(self, every: Iterable[Any]) -> tuple[list[Any], bool]:
        """Return which of all values are kept, and whether what is not given is kept."""
        if self.chosen or (self.empty == "yes"):
            kept, blank = list(self.chosen), self.empty == "yes"
        else:
            kept, blank = list(every), self.empty != "no"
        return [value for value in kept if value not in self.left_out], blank


class TextsField(forms.MultipleChoiceField):
    """Texts that somebody gave, one or several, each not long."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(**options)
        self.max_length = max_length

    def valid_value(self, value: Any) -> bool:
        """Take any text that is not too long."""
        return len(str(value)) <= self.max_length

    def validate(self, value: Any) -> None:
        """Refuse what is too long."""
        if not all(map(self.valid_value, value)):
            raise ValidationError(f"Give {self.max_length} characters or fewer.", code="max_length")


class TextsFilter(filters.MultipleChoiceFilter):
    """Takes texts, one or several."""

    field_class = TextsField


class WholeNumberFilter(filters.NumberFilter):
    """Takes a whole number."""

    field_class = forms.IntegerField


class Family(filters.Filter):
    """A filter with relatives. ``apply`` narrows rows by all that the address says of it.

    ``column`` is what it compares. ``via`` names a relation to a small table, agencies or threats: its rows that pass
    are read first, so that the planner knows how many records they have. ``nullable`` says that there may be nothing.
    """

    bare = True
    """Whether the name by itself is a filter: a range has relatives only."""
    negatable = True

    def __init__(self, column: str, *, label: str, via: str = "", nullable: bool = False, **options: Any) -> None:
        super().__init__(label=label, **options)
        self.column = column
        self.via = via
        self.nullable = nullable

    def relatives(self, name: str) -> dict[str, filters.Filter]:
        """Return the filters of the family but itself, by their names."""
        found: dict[str, filters.Filter] = {}
        if self.bare and self.negatable:
            found[name + NOT] = self.contrary()
        if self.nullable:
            found[name + EMPTY] = filters.ChoiceFilter(choices=YES_NO, label=f"{self.label}: not given, or given")
        return found

    def ranges(self, name: str) -> dict[str, Range]:
        """Return the ranges of the family, by their names."""
        return {}

    def contrary(self) -> filters.Filter:
        """Return the filter that leaves values out."""
        raise NotImplementedError

    def choices(self) -> Choices:
        """Return the values that may be asked for, each with its label."""
        choices = self.extra.get("choices", ())
        return cast(Choices, choices() if callable(choices) else choices)

    def wanted(self, name: str, cleaned: Mapping[str, Any]) -> Wanted:
        """Return what was asked of the family."""
        chosen, left_out = cleaned.get(name) or (), cleaned.get(name + NOT) or ()
        return Wanted(
            chosen=chosen if isinstance(chosen, list) else [chosen] if chosen else (),
            left_out=left_out if isinstance(left_out, list) else [left_out] if left_out else (),
            empty=cleaned.get(name + EMPTY) or "",
            first=cleaned.get(name + FROM),
            last=cleaned.get(name + TO),
        )

    def apply(self, filterset: Any, rows: Any, name: str, cleaned: Mapping[str, Any]) -> Any:
        """Keep what the address asks for."""
        wanted = self.wanted(name, cleaned)
        return self.narrowed(filterset, rows, wanted) if wanted.anything else rows

    def narrowed(self, filterset: Any, rows: Any, wanted: Wanted) -> Any:
        """Keep what is wanted."""
        return rows.filter(through(rows, self.via, self.condition(filterset, wanted), wanted))

    def condition(self, filterset: Any, wanted: Wanted) -> Q:
        """Return the condition on the row, or on the row of ``via``."""
        raise NotImplementedError


def through(rows: Any, via: str, condition: Q, wanted: Wanted) -> Q:
    """Return a condition as it stands, or as the keys of a small table's rows that meet it; one question more.

    A row without the relation is one where nothing is given.
    """
    if not via:
        return condition
    relation = rows.model._meta.get_field(via)
    found = relation.related_model._default_manager.filter(condition).order_by()
    met = Q(Among(f"{via}_id", found.values_list("pk", flat=True)))
    if not relation.null:
        return met
    positive = bool(wanted.chosen) or wanted.first is not None or wanted.last is not None
    blank = wanted.empty == "yes" or not (positive or wanted.empty == "no")
    return met | Q(**{f"{via}__isnull": True}) if blank else met & Q(**{f"{via}__isnull": False})


class OneOf(Family, filters.MultipleChoiceFilter):
    """Values of a coded column that holds one.

    ``none`` is the code of a choice that stands for nothing; ``blank`` is what the column holds where nothing is given.
    ``closed``: the column can hold nothing but the choices, so that "none of these" is "any of the others", which an
    index can answer.
    """

    def __init__(self, column: str, *, none: str = "", blank: Any = None, closed: bool = True, **options: Any) -> None:
        super().__init__(column, distinct=False, **options)
        self.none = none
        self.blank = blank
        self.closed = closed

    def contrary(self) -> filters.Filter:
        """Return the filter that leaves values out."""
        return filters.MultipleChoiceFilter(choices=self.extra["choices"], label=f"{self.label}: none of these")

    def condition(self, filterset: Any, wanted: Wanted) -> Q:
        """Compare with the values that are kept when all is said."""
        if not self.closed:
            return several(wanted, self.holds, self.is_blank)
        values, blank = wanted.settled([code for code, _ in self.choices()])
        if self.none:
            blank = self.none in values
            values = [value for value in values if value != self.none]
        condition = self.holds(values)
        return condition | self.is_blank() if blank and (self.nullable or self.none) else condition

    def holds(self, values: Sequence[str]) -> Q:
        """Return the condition that it is one of these."""
        return Q(**{f"{self.column}__in": list(values)})

    def is_blank(self) -> Q:
        """Return the condition that nothing is given."""
        return Q(**{f"{self.column}__isnull": True}) if self.blank is None else Q(**{self.column: self.blank})


class YesNo(Family, filters.ChoiceFilter):
    """A column that is true or false, or neither while nobody said."""

    negatable = False

    def __init__(self, column: str, **options: Any) -> None:
        super().__init__(column, choices=YES_NO, **options)

    def condition(self, filterset: Any, wanted: Wanted) -> Q:
        """Compare with what is kept when all is said."""
        values, blank = wanted.settled([code for code, _ in YES_NO])
        condition = Q(**{f"{self.column}__in": [value == "yes" for value in values]})
        return condition | Q(**{f"{self.column}__isnull": True}) if blank and self.nullable else condition


class AnyOfList(Family, filters.MultipleChoiceFilter):
    """Values of a column that holds several: any of these, none of these, no value at all."""

    def __init__(self, column: str, **options: Any) -> None:
        super().__init__(column, distinct=False, nullable=True, **options)

    def contrary(self) -> filters.Filter:
        """Return the filter that leaves values out."""
        return filters.MultipleChoiceFilter(choices=self.extra["choices"], label=f"{self.label}: none of these")

    def condition(self, filterset: Any, wanted: Wanted) -> Q:
        """Compare with the list."""
        return several(
            wanted, lambda values: Q(**{f"{self.column}__overlap": list(values)}), lambda: Q(**{self.column: []})
        )


def several(wanted: Wanted, holds: Callable[[Sequence[Any]], Q], is_empty: Callable[[], Q]) -> Q:
    """Return the condition on something that holds several values: a list, or rows of another table."""
    found: list[Q] = []
    if wanted.chosen or wanted.empty == "yes":
        ways = [holds(wanted.chosen)] if wanted.chosen else []
        ways += [is_empty()] if wanted.empty == "yes" else []
        found.append(reduce(operator.or_, ways))
    if wanted.empty == "no":
        found.append(~is_empty())
    if wanted.left_out:
        found.append(~holds(wanted.left_out))
    return reduce(operator.and_, found)


class Words(Family, TextsFilter):
    """A short text: the same as any of these, capitals aside; ``contains`` in it; or not given."""

    def __init__(self, column: str, *, max_length: int, contains: bool = False, **options: Any) -> None:
        super().__init__(column, max_length=max_length, nullable=True, **options)
        self.may_contain = contains

    def relatives(self, name: str) -> dict[str, filters.Filter]:
        """Return ``__not``, ``__empty`` and, where it is one, ``__contains``."""
        found = super().relatives(name)
        if self.may_contain:
            found[f"{name}__contains"] = filters.CharFilter(
                label=f"{self.label} contains", max_length=self.extra["max_length"]
            )
        return found

    def contrary(self) -> filters.Filter:
        """Return the filter that leaves texts out."""
        return TextsFilter(max_length=self.extra["max_length"], label=f"{self.label}: none of these")

    def apply(self, filterset: Any, rows: Any, name: str, cleaned: Mapping[str, Any]) -> Any:
        """Keep what the address asks for."""
        found = super().apply(filterset, rows, name, cleaned)
        part = cleaned.get(f"{name}__contains")
        return found.filter(**{f"{self.column}__icontains": part}) if part else found

    def condition(self, filterset: Any, wanted: Wanted) -> Q:
        """Compare with the texts; one that is not given is stored as an empty one."""
        return several(wanted, self.holds, lambda: Q(**{self.column: ""}))

    def holds(self, values: Sequence[str]) -> Q:
        """Return the condition that it is one of these."""
        return reduce(operator.or_, (Q(**{self.column: value}) for value in values))


class Reference(Family):
    """One entry that is named by its reference, or none; ``rule`` is the filter set's condition for a reference."""

    field_class = ReferenceField

    def __init__(self, column: str, *, kind: str, rule: str, nullable: bool = True, **options: Any) -> None:
        super().__init__(column, nullable=nullable, kind=kind, **options)
        self.kind = kind
        self.rule = rule

    def contrary(self) -> filters.Filter:
        """Return the filter that leaves one out."""
        return _ReferenceFilter(kind=self.kind, label=f"{self.label}: any but this")

    def narrowed(self, filterset: Any, rows: Any, wanted: Wanted) -> Any:
        """Follow the reference."""

        def holds(values: Sequence[Any]) -> Q:
            return cast(Q, getattr(filterset, self.rule)(rows, values[0]))

        is_null = Q(**{f"{self.column}__isnull": True})
        given = Q(**{f"{self.column}__isnull": False})
        condition = several(wanted, lambda values: holds(values) & given, lambda: is_null)
        return rows.filter(condition)


class _ReferenceFilter(filters.CharFilter):
    field_class = ReferenceField


class Range(Family):
    """A range, both ends inside it."""

    bare = False
    end: type[filters.Filter] = DayFilter

    def __init__(
        self,
        column: str,
        *,
        label: str,
        first: str = "",
        last: str = "",
        words: tuple[str, str] = ("from", "to"),
        **options: Any,
    ) -> None:
        self.of_ends = {key: options.pop(key) for key in ("min_value", "max_value") if key in options}
        super().__init__(column, label=label, **options)
        self.first, self.last, self.words = first, last, words

    def relatives(self, name: str) -> dict[str, filters.Filter]:
        """Return both ends and, where it may be missing, ``__empty``."""
        first, last = self.words
        return {
            self.first or name + FROM: self.end(label=f"{self.label}, {first}", **self.of_ends),
            self.last or name + TO: self.end(label=f"{self.label}, {last}", **self.of_ends),
            **super().relatives(name),
        }

    def ranges(self, name: str) -> dict[str, Range]:
        """Return itself."""
        return {name: self}

    def wanted(self, name: str, cleaned: Mapping[str, Any]) -> Wanted:
        """Return what was asked of the range."""
        return Wanted(
            empty=cleaned.get(name + EMPTY) or "",
            first=cleaned.get(self.first or name + FROM),
            last=cleaned.get(self.last or name + TO),
        )

    def condition(self, filterset: Any, wanted: Wanted) -> Q:
        """Compare with the ends that are given."""
        condition = Q()
        if wanted.first is not None or wanted.last is not None:
            condition = self.within(wanted.first, wanted.last)
            if wanted.empty == "yes":
                return condition | Q(**{f"{self.column}__isnull": True})
        if wanted.empty:
            condition &= Q(**{f"{self.column}__isnull": wanted.empty == "yes"})
        return condition

    def within(self, first: Any, last: Any) -> Q:
        """Return the condition that the column lies between the ends that are given."""
        condition = Q(**{f"{self.column}__gte": first}) if first is not None else Q()
        return condition & Q(**{f"{self.column}__lte": last}) if last is not None else condition


class Days(Range):
    """A range of days of a date."""


class DaysOfTime(Range):
    """A range of days, in London, of a time."""

    def within(self, first: date | None, last: date | None) -> Q:
        """Return the condition that the time lies on these days."""
        condition = Q(**{f"{self.column}__gte": _begins(first)}) if first else Q()
        return condition & Q(**{f"{self.column}__lt": _begins(last + timedelta(days=1))}) if last else condition


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON)


class Numbers(Range):
    """A range of whole numbers."""

    end = WholeNumberFilter


class AmountFilter(filters.NumberFilter):
    """Takes an amount with no more places than the database compares."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=DIGITS, decimal_places=DECIMAL_PLACES, **options)


class Amounts(Range):
    """A range of amounts."""

    end = AmountFilter


class ExpressionRange(Numbers):
    """A range of something that is worked out from the row."""

    def __init__(self, expression: Any, **options: Any) -> None:
        super().__init__("", **options)
        self.expression = expression

    def within(self, first: Any, last: Any) -> Q:
        """Return the condition that it lies between the ends that are given."""
        raise NotImplementedError

    def narrowed(self, filterset: Any, rows: Any, wanted: Wanted) -> Any:
        """Compare what is worked out with the ends."""
        compared = rows.alias(_compared=self.expression)
        if wanted.first is not None:
            compared = compared.filter(_compared__gte=wanted.first)
        return compared.filter(_compared__lte=wanted.last) if wanted.last is not None else compared


class GrammarFilter(StrictFilter[Rows]):
    """A set of filters that knows families. It makes only the filters that the address names."""

    families: Mapping[str, Family] = {}
    relative_names: Mapping[str, tuple[str, ...]] = {}
    """The names of each family's filters but its own."""

    def __init__(self, data: Mapping[str, Any] | QueryDict, queryset: Any, **options: Any) -> None:
        query = self._as_query(data)
        every = type(self).base_filters
        self.base_filters = {name: every[name] for name in query if name in every}
        super().__init__(query, queryset, **options)

    @classmethod
    def get_filters(cls) -> dict[str, filters.Filter]:
        """Return what is declared, each family with its relatives."""
        declared = super().get_filters()
        cls.families = {name: each for name, each in declared.items() if isinstance(each, Family)}
        found: dict[str, filters.Filter] = {}
        names: dict[str, tuple[str, ...]] = {}
        for name, each in declared.items():
            if not isinstance(each, Family) or each.bare:
                found[name] = each
            if isinstance(each, Family):
                relatives = each.relatives(name)
                names[name] = tuple(relatives)
                found |= relatives
        cls.relative_names = names
        return found

    def known_names(self) -> set[str]:
        """Return every name that is a filter, named in the address or not."""
        return set(type(self).base_filters)

    def faults_together(self, cleaned: Mapping[str, Any]) -> Iterator[Violation]:
        """Refuse a range that ends before it begins."""
        for of_family, family in self.families.items():
            for name, each in family.ranges(of_family).items():
                wanted = each.wanted(name, cleaned)
                if wanted.first is not None and wanted.last is not None and wanted.first > wanted.last:
                    days = issubclass(each.end, DayFilter)
                    said = "The last day must be on or after the first day." if days else "The end must not be smaller."
                    yield Violation(each.last or name + TO, BAD_VALUE, said)

    def filter_queryset(self, queryset: Any) -> Any:
        """Narrow by each filter that is of no family, then by each family that the address names."""
        rows, cleaned = queryset, self.form.cleaned_data
        named = [
            name
            for name in self.families
            if name in cleaned or any(each in cleaned for each in self.relative_names[name])
        ]
        of_families = {each for name in named for each in (name, *self.relative_names[name])}
        for name, value in cleaned.items():
            if name not in of_families:
                rows = self.filters[name].filter(rows, value)
        for name in named:
            rows = self.families[name].apply(self, rows, name, cleaned)
        return rows
