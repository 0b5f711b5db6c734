"""Form fields that both apps use: the date in three boxes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}


class DatePartsWidget(forms.MultiWidget):
    """Day, month and year in boxes of their own, posted as `<name>_day`, `<name>_month`, `<name>_year`."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            widgets={"day": forms.TextInput(), "month": forms.TextInput(), "year": forms.TextInput()}, attrs=attrs
        )

    def decompress(self, value: dt.date | str | None) -> list[str]:
        """Split a date, or the ISO text of one, into its three boxes."""
        if isinstance(value, str):
            try:
                value = dt.date.fromisoformat(value)
            except ValueError:
                return ["", "", ""]
        if value is None:
            return ["", "", ""]
        return [str(value.day), str(value.month), str(value.year)]

    def id_for_label(self, id_: str) -> str:
        """Point at the first box, so that an error's link lands in it."""
        return f"{id_}_day" if id_ else id_


class DatePartsField(forms.MultiValueField):
    """A date typed as day, month and year; the month may be a number or a name.

    Messages name what is missing or wrong. Codes: `required`, `incomplete`, `invalid`.
    """

    widget = DatePartsWidget

    def __init__(self, *, noun: str = "the date", **options: Any) -> None:
        self.noun = noun
        part = forms.CharField(required=False, max_length=20)
        options.setdefault("error_messages", {"required": f"Enter {noun}"})
        super().__init__(fields=(part, part, part), require_all_fields=False, **options)

    def compress(self, data_list: list[str]) -> dt.date | None:
        """Build the date, or say which part is missing or that there is no such day."""
        parts = dict(zip(("day", "month", "year"), data_list or ("", "", ""), strict=True))
        if not any(parts.values()):
            return None
        missing = [name for name, text in parts.items() if not text]
        sentence = self.noun[:1].upper() + self.noun[1:]
        if missing:
            raise ValidationError(f"{sentence} must include a {' and a '.join(missing)}", code="incomplete")
        try:
            month = MONTHS.get(parts["month"].strip().lower()) or int(parts["month"])
            year = int(parts["year"])
            if year < 1000:
                raise ValueError
            return dt.date(year, month, int(parts["day"]))
        except (ValueError, OverflowError):
            raise ValidationError(f"{sentence} must be a real date, for example 27 3 2026", code="invalid") from None
