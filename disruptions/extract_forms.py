"""The forms of extracts. What is said is judged by the service alone."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from agencies.constraints import Violation
from agencies.form_fields import DatePartsField
from disruptions.master_forms import PlainForm

_CONTROLS: Final = {"from": "period_from", "to": "period_to"}
"""Controls whose names are not those on the wire."""


class ExtractForm(PlainForm):
    """What is frozen: the cut-off, the period of the table, a title and notes."""

    title = forms.CharField(
        required=False, label="Title", help_text="What it is for, such as “Year ending March 2026”. No names of people."
    )
    cut_off = DatePartsField(
        required=False,
        noun="the cut-off",
        label="Cut-off",
        help_text="Records are frozen as they stood at the end of this day, London time. The day must have ended.",
    )
    period_from = DatePartsField(
        required=False,
        noun="the first day",
        label="From (optional)",
        help_text="The first day of a quarter. Leave it empty for January 2023.",
    )
    period_to = DatePartsField(
        required=False,
        noun="the last day",
        label="To (optional)",
        help_text="The last day of a quarter. Leave it empty for the last quarter that was over at the cut-off.",
    )
    words = forms.CharField(
        required=False,
        label="Notes (optional)",
        help_text="Anything that whoever opens it later should know.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def refuse_by_wire(self, violations: list[Violation]) -> None:
        """Put each violation beside the control of its field on the wire."""
        self.refuse(Violation(_CONTROLS.get(each.field, each.field), each.code, each.message) for each in violations)

    def asked(self) -> dict[str, Any]:
        """Return what was said, for the service."""
        return {name: self.cleaned_data.get(name) for name in self.fields}


class SetAsideForm(PlainForm):
    """Why an extract is not to be used."""

    reason = forms.CharField(
        required=False,
        label="Why is it set aside?",
        help_text="Whoever opens it later reads this. For example: the wrong cut-off.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
