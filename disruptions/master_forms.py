"""The controls of the pages that keep the master list: entries, memberships, merges, hand-overs, reasons.

As for disruptions, nothing is judged here: what was typed goes on as raw values, and what is said of it comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from agencies.constraints import Violation
from agencies.form_fields import DatePartsField
from agencies.models import Agency, User
from disruptions.forms import summary_entry
from disruptions.master_list import MasterField, Shape
from disruptions.vocabulary import ThreatKind, ThreatStatus

BLANKS: Final = {"pnd_tier": "Not on PND", "lead_responsible_officer": "Nobody yet"}
KIND_HINTS: Final = {
    ThreatKind.OCG: "A group with both the intent and the capability to commit serious crime continuously.",
    ThreatKind.PRIORITY_INDIVIDUAL: "A reference and a label only. No name, no date of birth.",
    ThreatKind.VULNERABILITY: "A weakness that criminals use: a place, a process, a gap in a system.",
}
STATUS_HINTS: Final = {
    ThreatStatus.ACTIVE: "It is at work.",
    ThreatStatus.MONITORED: "It is watched; little is known of what it does now.",
    ThreatStatus.DORMANT: "It does nothing for now.",
    ThreatStatus.DISMANTLED: "It is broken up. Its members may still be sentenced, so it takes disruptions.",
}


def people_of(agency: Agency, *, keep: User | None = None) -> list[tuple[str, str]]:
    """Return the people of an agency who can answer for a threat, by name; ``keep`` is there whoever they are."""
    people = list(User.objects.people().of_agency(agency).filter(is_active=True).order_by("name", "email"))
    if keep is not None and keep not in people:
        people.append(keep)
    return [(person.email, f"{person.name}, {person.email}") for person in people]


class PlainForm(forms.Form):
    """A form whose faults come from the services: each goes beside its control, or beside the first one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes: dict[str, str] = {}

    def refuse(self, violations: Iterable[Violation]) -> None:
        """Put each violation beside its control."""
        for each in violations:
            name = each.field if each.field in self.fields else next(iter(self.fields))
            self.codes[name] = each.code
            self.add_error(name, ValidationError(each.message, code=each.code))

    def summary(self) -> list[dict[str, Any]]:
        """Return the entries of the error summary, in the order of the controls, each linked to its control."""
        return [
            summary_entry(
                str(self.errors[name][0]),
                f"id_{name}_day" if isinstance(field, DatePartsField) else f"id_{name}",
                self.codes.get(name, ""),
            )
            for name, field in self.fields.items()
            if self.is_bound and name in self.errors
        ]


class RawControl(forms.Field):
    """A control whose value is passed on as it was typed; ``options`` are keys of the dict that draws it."""

    def __init__(self, described: MasterField, widget: forms.Widget, options: Mapping[str, Any]) -> None:
        super().__init__(required=False, label=described.label, help_text=described.help_text, widget=widget)
        self.choices = list(getattr(widget, "choices", ()))
        self.options = dict(options)

    def clean(self, value: Any) -> Any:
        """Return the value as it is."""
        return value


class EntryForm(PlainForm):
    """The fields of an OCG or a threat, filled in from what is stored or with what was typed."""

    def __init__(
        self,
        table: Sequence[MasterField],
        data: QueryDict | None,
        *,
        values: Mapping[str, Any],
        agencies: Sequence[tuple[str, str]] = (),
        agency: str = "",
        people: Sequence[tuple[str, str]] = (),
        leave_out: Iterable[str] = (),
    ) -> None:
        """``agencies`` are those to choose the lead agency from, where there are several."""
        shown = [each for each in table if each.name not in set(leave_out)]
        initial = {each.name: _shown(each, values.get(each.name)) for each in shown}
        super().__init__(data, initial=initial | {"for_agency": agency})
        self.table = shown
        if len(agencies) > 1:
            self.fields["for_agency"] = forms.ChoiceField(
                label="Lead agency",
                required=False,
                choices=agencies,
                help_text="The agency that answers for it.",
                error_messages={"invalid_choice": "Choose an agency of the list."},
            )
        for each in shown:
            self.fields[each.name] = _control(each, people)

    def refuse(self, violations: Iterable[Violation]) -> None:
        """Put each violation beside its control; the codes of a choice are for machines, a person reads its name."""
        labels = {each.name: each.label for each in self.table if each.choices is not None}
        super().refuse(
            replace(each, message=f"Choose the {labels[each.field][:1].lower()}{labels[each.field][1:]}.")
            if each.code.endswith("_known") and each.field in labels
            else each
            for each in violations
        )

    def raw(self) -> dict[str, Any]:
        """Return what was typed, by wire name, for the parser."""
        values = {}
        for each in self.table:
            value = self[each.name].data
            values[each.name] = ("" if value is None else value) if each.shape is not Shape.CHOICES else (value or [])
        return values


def _shown(each: MasterField, value: Any) -> Any:
    if each.shape is Shape.NAMES:
        return "\n".join(value or ())
    if each.shape is Shape.CHOICES:
        return list(value or ())
    return value or each.default


def _control(each: MasterField, people: Sequence[tuple[str, str]]) -> RawControl:
    options: dict[str, Any] = {"optional": not each.required}
    if each.shape is Shape.CHOICES and each.choices is not None:
        widget: forms.Widget = forms.CheckboxSelectMultiple(choices=each.choices.choices)
        return RawControl(each, widget, {"small": True})
    if each.name == "kind":
        return _explained(each, KIND_HINTS)
    if each.name == "status":
        return _explained(each, STATUS_HINTS)
    if each.shape is Shape.CHOICE and each.choices is not None:
        blank = [("", BLANKS[each.name])] if each.name in BLANKS else []
        return RawControl(each, forms.Select(choices=[*blank, *each.choices.choices]), options)
    if each.shape is Shape.PERSON:
        listed = forms.Select(choices=[("", BLANKS[each.name]), *people])
        return RawControl(each, listed, options | {"search": True})
    if each.shape is Shape.NAMES:
        return RawControl(each, forms.Textarea(), options | {"rows": 3})
    if each.long:
        return RawControl(each, forms.Textarea(), options | {"rows": 4, "max_length": each.limit})
    return RawControl(each, forms.TextInput(), options | {"width": 20 if (each.limit or 0) < 100 else None})


def _explained(each: MasterField, meanings: Mapping[Any, str]) -> RawControl:
    items = [{"value": code.value, "text": code.label, "hint": hint} for code, hint in meanings.items()]
    return RawControl(
        each, forms.RadioSelect(choices=[(item["value"], item["text"]) for item in items]), {"items": items}
    )


class ReasonOnlyForm(PlainForm):
    """Why a step is taken."""

    reason = forms.CharField(label="Why?", required=False, widget=forms.Textarea)


class MergeForm(PlainForm):
    """What it is merged into, and why the two are one."""

    winner = forms.CharField(
        label="Reference of the one that stays",
        required=False,
        help_text="Everything that was recorded against this one goes over to it.",
    )
    reason = forms.CharField(label="Why are the two one?", required=False, widget=forms.Textarea)


class EntryHandOverForm(PlainForm):
    """Which agency should lead, and why."""

    to_agency = forms.ChoiceField(
        label="Agency that should lead it",
        required=False,
        error_messages={"invalid_choice": "Choose an agency of the list."},
        help_text="Its threat manager accepts or declines. Until then it stays with your agency.",
    )
    reason = forms.CharField(label="Why should it lead this?", required=False, widget=forms.Textarea)

    def __init__(self, data: QueryDict | None, agencies: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        to_agency = self.fields["to_agency"]
        assert isinstance(to_agency, forms.ChoiceField)  # noqa: S101 - declared above
        to_agency.choices = [("", ""), *agencies]


class EntryAnswerForm(PlainForm):
    """Whether an agency takes a threat over."""

    answer = forms.CharField(
        label="If you decline, why?",
        required=False,
        widget=forms.Textarea,
        help_text="The agency that asked reads this.",
    )


class MembershipForm(PlainForm):
    """Who belongs to what, and from when."""

    threat = forms.CharField(
        label="Priority individual or wider threat",
        required=False,
        help_text="Its reference, for example T-7KQ2-M4XH.",
    )
    ocg = forms.CharField(label="OCG", required=False, help_text="Its reference, for example G-7KQ2-M4XH.")
    from_on = DatePartsField(
        noun="the first day", label="From", required=False, help_text="The first day. For example, 27 3 2026."
    )
    note = forms.CharField(
        label="Note",
        required=False,
        widget=forms.Textarea,
        help_text="What the link is, in a few words. No personal data.",
    )


class MembershipEndForm(PlainForm):
    """When a membership ended."""

    until_on = DatePartsField(
        noun="the last day", label="Last day", required=False, help_text="For example, 27 3 2026. Today or earlier."
    )
