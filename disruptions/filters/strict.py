"""What every filter shares: a name or a value that it does not know is refused, never answered with more rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, Generic, TypeVar, cast

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from agencies.constraints import Violation
from agencies.models import Agency, Region, User, london_date, oic_now
from agencies.refusals import Invalid
from agencies.vocabulary import AgencyKind
from disruptions.days import read_day
from disruptions.references import read_reference

UNKNOWN: Final = "unknown_filter"
BAD_VALUE: Final = "invalid_filter"

NOT_FILTERS: Final = frozenset(
    {"page", "page_size", "cursor", "fields", "format", "as_at", "sort", "order", "by", "columns", "density", "in_view"}
)
"""Parameters that pages and the API read for themselves."""

YES_NO: Final = (("yes", "Yes"), ("no", "No"))

Rows = TypeVar("Rows")

UNSTORABLE: Final = "Take out the characters that cannot be stored."
LONGEST_SHOWN: Final = 60
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class IsoDateField(forms.Field):
    """A day as it stands in an address: ``2026-05-14``, or a word that is another day every day (``days``).

    Words go by the day that it is in London, whatever cut-off is read.
    """

    widget = forms.DateInput

    def to_python(self, value: Any) -> date | None:
        """Read the day. Raises ``ValidationError`` for anything else."""
        if value in self.empty_values:
            return None
        day = read_day(str(value), _today)
        if day is None:
            raise ValidationError("Give a date, such as 2026-05-14.", code="invalid")
        return day


def _today() -> date:
    return london_date(oic_now())


class DayFilter(filters.DateFilter):
    """Compares a date column with a day."""

    field_class = IsoDateField


class AnyOfFilter(filters.MultipleChoiceFilter):
    """Keeps rows whose column holds any of the chosen codes; ``IN``, and no DISTINCT, which would read every row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(distinct=False, **options)

    def filter(self, qs: Any, value: list[str]) -> Any:
        """Apply the choice, if there is one."""
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class ReferenceField(forms.CharField):
    """A reference of one kind, in its stored form whatever the case and spacing that it was typed in."""

    def __init__(self, *, kind: str, **options: Any) -> None:
        self.kind = kind
        super().__init__(max_length=40, **options)

    def clean(self, value: Any) -> str | None:
        """Read the reference. Raises ``ValidationError`` for a mistyped one or one of another kind."""
        text = super().clean(value)
        if not text:
            return None
        reference = read_reference(text, self.kind)
        if reference is None:
            raise ValidationError(
                f"This reference is mistyped. It looks like {self.kind}-7KQ2-M4XH; check each character.",
                code="invalid",
            )
        return reference


class ReferenceFilter(filters.CharFilter):
    """Follows a relation by its reference: ``ReferenceFilter(kind=THREAT, field_name="threat__reference")``."""

    field_class = ReferenceField


class StrictFilter(filters.FilterSet, Generic[Rows]):
    """A set of filters by their wire names that is read with ``strict``; give one of many values several times.

    ``reader`` is whose list it is, so that a filter finds nothing by a related record that they may not open. ``on`` is
    the day that a filter compares with: the day of the cut-off; without it, today.
    """

    base_filters: dict[str, filters.Filter]

    def __init__(
        self, data: Mapping[str, Any] | QueryDict, queryset: Any, *, reader: User | None = None, on: date | None = None
    ) -> None:
        super().__init__(data=self._as_query(data), queryset=queryset)
        self.reader = reader
        self.day = on

    @staticmethod
    def _as_query(data: Mapping[str, Any] | QueryDict) -> QueryDict:
        if isinstance(data, QueryDict):
            return data
        query = QueryDict(mutable=True)
        for name, value in data.items():
            query.setlist(name, [str(each) for each in (value if isinstance(value, (list, tuple)) else [value])])
        return query

    def strict(self, *, allow: Iterable[str] = (), only: frozenset[str] | None = None) -> Rows:
        """Return the filtered queryset.

        ``allow`` names further parameters that the reader handles; ``only`` narrows the filters that may be used.
        Raises ``Invalid``, with the parameter named, for an unknown name or a bad value: never a wider answer.
        """
        faults = self.faults(allow=allow, only=only)
        if faults:
            raise Invalid(faults)
        return cast(Rows, self.filter_queryset(self.queryset))

    def faults(self, *, allow: Iterable[str] = (), only: frozenset[str] | None = None) -> list[Violation]:
        """Return every name and value that ``strict`` refuses, for a reader that has parameters of its own to add."""
        beside = NOT_FILTERS | set(allow)
        known = self.known_names() | beside
        usable = known if only is None else only | beside
        return [*self._faults_of_names(known, usable), *self._faults_of_values()]

    def known_names(self) -> set[str]:
        """Return every name that is a filter here."""
        return set(self.filters)

    def faults_together(self, cleaned: Mapping[str, Any]) -> Iterator[Violation]:
        """Give what is wrong with values that are right by themselves."""
        yield from ()

    def _faults_of_names(self, known: set[str], usable: set[str] | frozenset[str]) -> Iterator[Violation]:
        for name in self.data:
            if name not in known:
                yield Violation(name, UNKNOWN, f"There is no filter called {shown(name)}.")
            elif name not in usable:
                yield Violation(
                    name,
                    "filter_not_for_counts",
                    "Counted figures cannot be filtered by this. It works on the list.",
                )

    def _faults_of_values(self) -> list[Violation]:
        faults = [
            Violation(name, BAD_VALUE, _in_words(error))
            for name, errors in self.form.errors.as_data().items()
            for error in errors
        ]
        named = {each.field for each in faults}
        for name, values in self.data.lists():
            if name not in named and any(map(_UNSTORABLE.search, values)):
                faults.append(Violation(name, BAD_VALUE, UNSTORABLE))
        for name, values in self.data.lists():
            if len(values) > 1 and name in self.filters and not self._takes_several(name):
                faults.append(Violation(name, BAD_VALUE, "Give this once."))
        return faults or list(self.faults_together(self.form.cleaned_data))

    def _takes_several(self, name: str) -> bool:
        return isinstance(self.filters[name], filters.MultipleChoiceFilter)


def shown(text: str) -> str:
    """Return what somebody sent as it can be repeated to them: printable, and not long."""
    short = text[:LONGEST_SHOWN] + ("…" if len(text) > LONGEST_SHOWN else "")
    return "".join(sign if sign.isprintable() else "�" for sign in short)


def _in_words(error: ValidationError) -> str:
    value = (error.params or {}).get("value")
    if error.code == "invalid_choice":
        return f"There is no choice “{shown(str(value))}”."
    if error.code == "null_characters_not_allowed":
        return UNSTORABLE
    return " ".join(error.messages)


def agency_choices() -> list[tuple[str, str]]:
    """Return every agency by its code."""
    return list(Agency.objects.values_list("code", "name"))


def force_choices() -> list[tuple[str, str]]:
    """Return every police force that has an area, by its code."""
    with_area = (AgencyKind.TERRITORIAL_FORCE, AgencyKind.NATIONAL_FORCE)
    return list(Agency.objects.filter(kind__in=with_area).values_list("code", "name"))


def choices_once() -> dict[Callable[[], list[tuple[str, str]]], list[tuple[str, str]]]:
    """Return what each of these functions returns, for a page that shows several of them; two queries."""
    agencies = list(Agency.objects.values_list("code", "name", "short_name", "kind"))
    with_area = (AgencyKind.TERRITORIAL_FORCE, AgencyKind.NATIONAL_FORCE)
    return {
        agency_choices: [(code, name) for code, name, *_ in agencies],
        force_choices: [(code, name) for code, name, _, kind in agencies if kind in with_area],
        rocu_choices: [(code, short) for code, _, short, kind in agencies if kind == AgencyKind.REGIONAL_UNIT],
        region_choices: region_choices(),
    }


def region_choices() -> list[tuple[str, str]]:
    """Return every region by its code."""
    return list(Region.objects.values_list("code", "name"))


def rocu_choices() -> list[tuple[str, str]]:
    """Return every regional unit by its code."""
    return list(Agency.objects.filter(kind=AgencyKind.REGIONAL_UNIT).values_list("code", "short_name"))
