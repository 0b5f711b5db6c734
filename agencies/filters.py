"""The filters of the floor's lists. A bad or unknown filter is an error, never a wider answer."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from agencies.constraints import Violation
from agencies.models import LONDON, Agency, Region, User, london_date, oic_now
from agencies.querysets import AgencyQuerySet, AuditEntryQuerySet, UserQuerySet
from agencies.refusals import Invalid
from agencies.vocabulary import AgencyKind, AuditAction, PersonStatus, Role

BESIDE_FILTERS = frozenset({"page"})


class Chip(NamedTuple):
    """One filter value in force: the parameter, its heading, the value as sent and in words."""

    name: str
    heading: str
    value: str
    text: str


class FilterForm(forms.Form):
    """A list's filters from the address. ``strict`` narrows rows or raises."""

    def clean(self) -> dict[str, Any]:
        """Refuse parameters that are no filter of this list."""
        unknown = sorted(set(self.data) - set(self.fields) - BESIDE_FILTERS)
        if unknown:
            raise ValidationError(f"There is no filter called {', '.join(unknown)}.", code="unknown_filter")
        return self.cleaned_data

    def strict(self, rows: Any) -> Any:
        """Return the rows that pass. Raises ``Invalid`` if any parameter is unknown or makes no sense."""
        if not self.is_valid():
            raise Invalid(
                Violation(field if field in self.fields else "", error.code or "invalid", " ".join(error.messages))
                for field, errors in self.errors.as_data().items()
                for error in errors
            )
        return self.narrow(rows)

    def narrow(self, rows: Any) -> Any:
        """Apply each filter that is set."""
        raise NotImplementedError

    def chips(self) -> list[Chip]:
        """Return the filters in force, in words."""
        found: list[Chip] = []
        for name, field in self.fields.items():
            for value in self.data.getlist(name) if isinstance(self.data, QueryDict) else ():
                if value.strip():
                    found.append(Chip(name, str(field.label), value, _in_words(field, value)))
        return found


class AgencyFilter(FilterForm):
    """Agencies by name, kind and region."""

    q = forms.CharField(label="Name or code", required=False, max_length=100)
    kind = forms.MultipleChoiceField(
        label="Kind", required=False, choices=AgencyKind.choices, widget=forms.CheckboxSelectMultiple
    )
    region = forms.ModelMultipleChoiceField(
        Region.objects.none(),
        label="Region",
        required=False,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, params: QueryDict, *, user: User) -> None:
        super().__init__(params)
        _choices(self, "region", Region.objects.visible_to(user))

    def narrow(self, rows: AgencyQuerySet) -> AgencyQuerySet:
        """Apply each filter that is set."""
        wanted = self.cleaned_data
        if wanted["q"]:
            rows = rows.named_like(wanted["q"])
        if wanted["kind"]:
            rows = rows.filter(kind__in=wanted["kind"])
        if wanted["region"]:
            rows = rows.filter(region__in=wanted["region"])
        return rows


class PersonFilter(FilterForm):
    """People by name, agency, role and status."""

    q = forms.CharField(label="Name or email address", required=False, max_length=100)
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label="Agency", required=False, to_field_name="code", empty_label="Any agency"
    )
    role = forms.ChoiceField(label="Role", required=False, choices=[("", "Any role"), *Role.choices])
    status = forms.MultipleChoiceField(
        label="Status", required=False, choices=PersonStatus.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, params: QueryDict, *, user: User) -> None:
        super().__init__(params)
        _choices(self, "agency", Agency.objects.administered_by(user))

    def narrow(self, rows: UserQuerySet) -> UserQuerySet:
        """Apply each filter that is set."""
        wanted = self.cleaned_data
        if wanted["q"]:
            rows = rows.named_like(wanted["q"])
        if wanted["agency"]:
            rows = rows.of_agency(wanted["agency"])
        if wanted["role"]:
            rows = rows.holding(wanted["role"], london_date(oic_now()))
        if wanted["status"]:
            rows = rows.with_any_status(wanted["status"])
        return rows


class AuditFilter(FilterForm):
    """The log by day, person, action and what it was about."""

    start = forms.DateField(label="From", required=False, widget=forms.DateInput)
    end = forms.DateField(label="To", required=False, widget=forms.DateInput)
    person = forms.CharField(label="Person", required=False, max_length=100)
    action = forms.MultipleChoiceField(
        label="Action", required=False, choices=AuditAction.choices, widget=forms.CheckboxSelectMultiple
    )
    subject = forms.CharField(label="Subject", required=False, max_length=40)
    reference = forms.CharField(label="Reference", required=False, max_length=120)

    def __init__(self, params: QueryDict) -> None:
        super().__init__(params)
        # `from` is a word of Python and the name of this filter on every list.
        self.fields = {{"start": "from", "end": "to"}.get(name, name): field for name, field in self.fields.items()}

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        cleaned = super().clean()
        if cleaned.get("from") and cleaned.get("to") and cleaned["to"] < cleaned["from"]:
            self.add_error("to", ValidationError("The last day must be on or after the first.", code="to_before_from"))
        return cleaned

    def narrow(self, rows: AuditEntryQuerySet) -> AuditEntryQuerySet:
        """Apply each filter that is set; days are days in Europe/London, both inclusive."""
        wanted = self.cleaned_data
        if wanted["from"]:
            rows = rows.filter(at__gte=_midnight(wanted["from"]))
        if wanted["to"]:
            rows = rows.filter(at__lt=_midnight(wanted["to"] + dt.timedelta(days=1)))
        if wanted["person"]:
            rows = rows.by_person_like(wanted["person"])
        if wanted["action"]:
            rows = rows.filter(action__in=wanted["action"])
        if wanted["subject"]:
            rows = rows.filter(subject=wanted["subject"])
        if wanted["reference"]:
            rows = rows.filter(reference__icontains=wanted["reference"])
        return rows


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=LONDON)


def _choices(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
    field.queryset = rows


def _in_words(field: forms.Field, value: str) -> str:
    choices: Any = getattr(field, "choices", ())
    for key, text in choices:
        if str(key) == value:
            return str(text)
    if isinstance(field, forms.DateField):
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            return value
        return f"{day.day} {day:%B %Y}"
    return value
