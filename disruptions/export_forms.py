"""The form that asks for a file. What is said is judged by the service alone."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from disruptions.asked import Asked
from disruptions.exports.lists import LISTS, columns_at_first, in_list_order
from disruptions.master_forms import PlainForm
from disruptions.vocabulary import ExportKind

HINTS: Final = {
    ExportKind.XLSX.value: "For Excel. Dates and numbers are such; the notes are a sheet of their own.",
    ExportKind.ODS.value: "For LibreOffice and others, the same as the workbook.",
    ExportKind.CSV.value: "For other systems. The notes and the outcomes are files of their own.",
}


class ExportForm(PlainForm):
    """The kind of file, and the columns."""

    kind = forms.ChoiceField(
        label="Kind of file",
        choices=ExportKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a kind of file.", "invalid_choice": "Choose a kind of file."},
    )
    columns = forms.MultipleChoiceField(
        label="Columns",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one column.",
            "invalid_choice": "There is no column of this name. Choose from the columns below.",
        },
    )
    outcomes = forms.BooleanField(required=False, label="Outcomes too, a row for each")

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any) -> None:
        listed = LISTS[asked.which]
        ticked = columns_at_first(asked)
        kwargs.setdefault(
            "initial", {"kind": ExportKind.XLSX.value, "columns": list(ticked), "outcomes": listed.has_outcomes}
        )
        super().__init__(*args, **kwargs)
        self.asked = asked
        in_order = in_list_order(asked, listed.columns)
        columns: Any = self.fields["columns"]
        columns.choices = [(name, listed.columns[name].label) for name in in_order]
        if not listed.has_outcomes:
            del self.fields["outcomes"]

    def columns_chosen(self) -> tuple[str, ...]:
        """Return the columns in the order of the list."""
        return in_list_order(self.asked, self.cleaned_data["columns"])
