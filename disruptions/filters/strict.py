"""What every filter shares: a name or a value that it does not know is refused, never answered with more rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, Generic, TypeVar, cast

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from agencies.constraints import Violation
from agencies.models import Agency, Region
from agencies.refusals import Invalid
from agencies.vocabulary import AgencyKind
from disruptions.references import read_reference

UNKNOWN: Final = "unknown_filter"
BAD_VALUE: Final = "invalid_filter"

NOT_FILTERS: Final = frozenset({"page", "page_size", "cursor", "fields", "format", "as_at", "sort", "order", "by"})
"""Parameters that pages and the API read for themselves."""

YES_NO: Final = (("yes", "Yes"), ("no", "No"))

Rows = TypeVar("Rows")

LONGEST_SHOWN: Final = 60
_WRITTEN_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class IsoDateField(forms.Field):
    """A date as it stands in an address: ``2026-05-14``, in a year that the database can compare."""

    widget = forms.DateInput

    def to_python(self, value: Any) -> date | None:
        """Read the date. Raises ``ValidationError`` for anything else."""
        if value in self.empty_values:
            return None
        if _WRITTEN_DATE.fullmatch(str(value)):
            try:
                day = date.fromisoformat(str(value))
            except ValueError:
                pass
            else:
                if date(1900, 1, 1) <= day <= date(9000, 1, 1):
                    return day
        raise ValidationError("Give a date, such as 2026-05-14.", code="invalid")


class DayFilter(filters.DateFilter):
    """Compares a date column with a day."""

    field_class = IsoDateField


class StrictFilter(filters.FilterSet, Generic[Rows]):
    """A set of filters by their wire names that is read with ``strict``; give one of many values several times."""

    def __init__(self, data: Mapping[str, Any] | QueryDict, queryset: Any) -> None:
        super().__init__(data=self._as_query(data), queryset=queryset)

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
        beside = NOT_FILTERS | set(allow)
        known = set(self.filters) | beside
        usable = known if only is None else only | beside
        faults = [*self._faults_of_names(known, usable), *self._faults_of_values()]
        if faults:
            raise Invalid(faults)
        return cast(Rows, self.filter_queryset(self.queryset))

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
        unstorable = [name for name, values in self.data.lists() if any(map(_UNSTORABLE.search, values))]
        if unstorable:
            message = "Take out the characters that cannot be stored (null or half a character)."
            return [Violation(name, BAD_VALUE, message) for name in unstorable]
        faults = [
            Violation(name, BAD_VALUE, _in_words(error))
            for name, errors in self.form.errors.as_data().items()
            for error in errors
        ]
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
    return " ".join(error.messages)


def reference_in(name: str, value: str, kind: str) -> str:
    """Return a reference in its stored form. Raises ``Invalid`` for a mistyped one or one of another kind."""
    reference = read_reference(value, kind)
    if reference is None:
        raise Invalid([Violation(name, BAD_VALUE, "This reference is mistyped. Check each character.")])
    return reference


def agency_choices() -> list[tuple[str, str]]:
    """Return every agency by its code."""
    return list(Agency.objects.values_list("code", "name"))


def region_choices() -> list[tuple[str, str]]:
    """Return every region by its code."""
    return list(Region.objects.values_list("code", "name"))


def rocu_choices() -> list[tuple[str, str]]:
    """Return every regional unit by its code."""
    return list(Agency.objects.filter(kind=AgencyKind.REGIONAL_UNIT).values_list("code", "short_name"))
