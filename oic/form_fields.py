"""Turn Django's bound form fields into the plain dicts that `templates/_macros/forms.html` renders."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from django import forms
from django.forms import BaseForm, BoundField

from agencies.form_fields import DatePartsWidget

KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (DatePartsWidget, "date"),
    (forms.HiddenInput, "hidden"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.SelectMultiple, "checkboxes"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.PasswordInput, "password"),
    (forms.FileInput, "file"),
)


def field_from(bound: BoundField, **options: Any) -> dict[str, Any]:
    """Describe a bound field for the form macros; any key can be replaced by an option.

    Keys: `kind`, `name`, `id`, `label`, `hint`, `error`, `value`, `items`, `autocomplete`, `optional` and what else
    `_macros/forms.html` lists. Values shown are those that were typed, also where they were refused.
    """
    widget = bound.field.widget
    kind = next((name for widget_type, name in KINDS if isinstance(widget, widget_type)), "text")
    attributes = {name: value for name, value in widget.attrs.items() if name not in ("class", "id", "autocomplete")}
    description: dict[str, Any] = {
        "kind": kind,
        "name": bound.html_name,
        "id": bound.auto_id or bound.html_name,
        "label": str(bound.label),
        "hint": str(bound.help_text) or None,
        "error": " ".join(error_messages(bound)) or None,
        "value": bound.value(),
        "type": getattr(widget, "input_type", "text"),
        "autocomplete": widget.attrs.get("autocomplete"),
        "attributes": attributes,
    }
    if kind == "textarea":
        description["max_length"] = attributes.pop("maxlength", None)
        description["rows"] = attributes.pop("rows", None)
        attributes.pop("cols", None)
    if kind in ("checkboxes", "radios", "select"):
        description["items"] = _choices(bound, kind)
    if kind == "checkbox":
        description["value"] = "true"
        description["checked"] = bool(bound.value())
    if isinstance(widget, DatePartsWidget):
        description["parts"] = _date_parts(bound, widget)
    description.update(options)
    return description


def _choices(bound: BoundField, kind: str) -> list[dict[str, Any]]:
    value = bound.value()
    chosen = {str(item) for item in (value if isinstance(value, list | tuple | set) else [value]) if item is not None}
    items: list[dict[str, Any]] = []
    for key, label in bound.field.choices:  # type: ignore[attr-defined]  # only choice fields have these widgets
        if isinstance(label, list | tuple):
            items.extend(_item(inner, text, chosen) for inner, text in label)
        elif kind == "select" or key not in ("", None):
            items.append(_item(key, label, chosen))
    return items


def _item(key: object, label: object, chosen: set[str]) -> dict[str, Any]:
    value = "" if key is None else str(key)
    return {"value": value, "text": str(label), "checked": value in chosen, "selected": value in chosen}


def _date_parts(bound: BoundField, widget: DatePartsWidget) -> dict[str, str]:
    value = bound.value()
    parts = value if isinstance(value, list) else widget.decompress(value)
    return dict(zip(("day", "month", "year"), ("" if part is None else str(part) for part in parts), strict=True))


def form_errors(form: BaseForm) -> list[dict[str, str]]:
    """List a form's errors for the error summary, each linked to its field, those of the whole form first."""
    entries = [{"text": str(message)} for message in form.non_field_errors()]
    for bound in form:
        for message in error_messages(bound):
            entries.append({"text": message, "href": f"#{_first_input_id(bound)}"})
    return entries


def error_messages(bound: BoundField) -> list[str]:
    """Return the messages of one field; Django's "This field is required." becomes "Enter ..." or "Select ..."."""
    messages = [str(message) for message in bound.errors]
    default = str(forms.Field.default_error_messages["required"])
    if default not in messages:
        return messages
    label = str(bound.label)
    name = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    choices = isinstance(bound.field.widget, forms.widgets.ChoiceWidget | forms.CheckboxInput | forms.FileInput)
    return [f"{'Select' if choices else 'Enter'} {name}" if message == default else message for message in messages]


def _first_input_id(bound: BoundField) -> str:
    base = bound.auto_id or bound.html_name
    if isinstance(bound.field.widget, DatePartsWidget):
        return f"{base}_day"
    return str(base)


def _text_of(field: Mapping[str, Any]) -> str:
    return f"{field['label']} (optional)" if field.get("optional") else str(field["label"])


def _label(field: Mapping[str, Any]) -> dict[str, Any]:
    size = field.get("label_size")
    return {
        "text": _text_of(field),
        "classes": f"govuk-label--{size}" if size else "",
        "isPageHeading": bool(field.get("heading")),
    }


def _legend(field: Mapping[str, Any]) -> dict[str, Any]:
    size = field.get("label_size") or "s"
    return {
        "text": _text_of(field),
        "classes": f"govuk-fieldset__legend--{size}",
        "isPageHeading": bool(field.get("heading")),
    }


def _hint(field: Mapping[str, Any]) -> dict[str, Any] | None:
    if field.get("hint_html"):
        return {"html": field["hint_html"]}
    return {"text": field["hint"]} if field.get("hint") else None


def _error(field: Mapping[str, Any]) -> dict[str, Any] | None:
    return {"text": field["error"]} if field.get("error") else None


def _value(field: Mapping[str, Any]) -> str:
    value = field.get("value")
    return "" if value is None else str(value)


def _choice_classes(field: Mapping[str, Any], component: str) -> str:
    classes = [f"govuk-{component}--{name}" for name in ("inline", "small") if field.get(name)]
    return " ".join(classes)


def _choice_items(field: Mapping[str, Any]) -> list[dict[str, Any]]:
    value = field.get("value")
    chosen = {str(item) for item in (value if isinstance(value, list | tuple | set) else [value]) if item is not None}
    items: list[dict[str, Any]] = []
    for item in field["items"]:
        if item.get("divider"):
            items.append({"divider": item["divider"]})
            continue
        described: dict[str, Any] = {
            "value": item["value"],
            "text": item["text"],
            "checked": bool(item.get("checked")) or str(item["value"]) in chosen,
        }
        if item.get("hint"):
            described["hint"] = {"text": item["hint"]}
        if item.get("conditional_html"):
            described["conditional"] = {"html": item["conditional_html"]}
        if item.get("exclusive"):
            described["behaviour"] = "exclusive"
        if item.get("attributes"):
            described["attributes"] = item["attributes"]
        items.append(described)
    return items


govuk_field = SimpleNamespace(
    label=_label,
    legend=_legend,
    hint=_hint,
    error=_error,
    value=_value,
    choice_classes=_choice_classes,
    choice_items=_choice_items,
)
"""What `_macros/forms.html` needs to turn a field's dict into the parameters of a GOV.UK macro."""


def errors_from_mapping(errors: Mapping[str, str], prefix: str = "id_") -> list[dict[str, str]]:
    """List errors kept as field name to message for the error summary, for pages without a Django form."""
    return [{"text": message, "href": f"#{prefix}{name}"} for name, message in errors.items()]
