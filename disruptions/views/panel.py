"""The filter panel of a list: every filter as a form that works without scripts, and in words what is chosen.

Most of a panel is the same for everybody and nothing is chosen in it: such a field is written once and kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast

import django_filters as filters
from django.http import HttpRequest, QueryDict
from django.template import engines

from disruptions.days import is_relative
from disruptions.filters import DisruptionFilter, StrictFilter
from disruptions.filters.grammar import EMPTY, NOT, Family, Range, Reference, Words, YesNo
from disruptions.filters.strict import DayFilter, choices_once
from disruptions.filters.words import chips_of
from disruptions.wording import LEVEL_WORDS

IS: Final = "__is"
"""Beside ticked choices: ``level__is=not`` leaves them out. The address that is shared says ``level__not``."""

NOT_GIVEN: Final = "not_given"
"""A choice of a box that stands for ``__empty=yes`` in the address that is shared."""

SOUGHT: Final = frozenset({"agency", "force_area", "lead_agency", "threat_lead_agency", "country"})
"""Filters with so many choices that one is looked up at a time; those chosen before stay as ticked boxes."""

LABELS: Final = {"from": "From", "to": "To"}
HINTS: Final = {
    "q": "Words, “a phrase”, or a reference. A minus before a word leaves it out.",
    "threat": "Its reference, such as T-7KQ2-M4XH",
    "threat__not": "Its reference, such as T-7KQ2-M4XH",
    "ocg": "Its reference, such as G-7KQ2-M4XH",
    "lead": "The reference of the record that was supported",
    "upload": "The last part of the address of the file’s page",
}
MAY_BE_NOT_GIVEN: Final = frozenset(
    name for name, family in DisruptionFilter.families.items() if isinstance(family, YesNo) and family.nullable
)
LISTING: Final = "disruptions/_listing.html"
AFTERWARDS: Final = frozenset({"page"})
"""Parameters that another choice of filters begins anew."""

_ENDS: Final = ("From", "To")


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the filter panel that folds away."""

    title: str
    names: tuple[str, ...]


@dataclass(slots=True)
class _Said:
    """What an address says, as the panel is filled in with it."""

    parameters: QueryDict
    faults: Mapping[str, str]
    choices: Mapping[Any, Sequence[tuple[str, str]]]
    shown: set[str]

    def values(self, name: str) -> list[str]:
        """Return the values of a parameter that the panel shows from now on."""
        self.shown.add(name)
        return self.parameters.getlist(name)

    def says(self, names: Iterable[str]) -> bool:
        """Say whether the address, or what is wrong with it, says anything of these."""
        return any(name in self.parameters or name in self.faults for name in names)


def panel(
    request: HttpRequest,
    filterset: StrictFilter[Any],
    groups: Sequence[Group],
    main: Sequence[str],
    *,
    faults: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the filter panel: fields by group, chips of what is chosen, and what else the address says, to be kept."""
    said = _Said(request.GET, faults or {}, choices_once(), {"as_at", "sort", "page_size"})
    folded: list[dict[str, Any]] = []
    fields = [_field(filterset, name, said) for name in main]
    for group in groups:
        inside = [_field(filterset, name, said) for name in group.names]
        if all("html" in field for field in inside):
            folded.append({"html": _plain_group(group.title, tuple(field["html"] for field in inside))})
            continue
        used = sum(field["used"] for field in inside)
        title = f"{group.title} ({used} selected)" if used else group.title
        folded.append({"title": title, "fields": inside, "open": bool(used or any(field["error"] for field in inside))})
    as_at = _day("as_at", "As at the end of", said)
    kept = [
        (name, value)
        for name, values in request.GET.lists()
        if name not in said.shown | AFTERWARDS and not said.faults.get(name)
        for value in values
    ]
    return {
        "main": fields,
        "groups": folded,
        "chips": _chips(request, filterset),
        "as_at": as_at,
        "kept": kept,
        "sort_error": said.faults.get("sort"),
        "page_size_error": said.faults.get("page_size"),
        "open": bool(faults),
    }


def names_of(groups: Sequence[Group], main: Sequence[str]) -> list[str]:
    """Return the names of a panel's fields."""
    return [*main, *(name for group in groups for name in group.names)]


def ids_of(filterset: StrictFilter[Any], names: Iterable[str]) -> set[str]:
    """Return the ids of the inputs of a panel, for links to what is wrong."""
    families = _families(cast(Any, type(filterset)))
    found = {"as_at", "sort", "page_size"}
    for name in names:
        family = families.get(name)
        found |= set(family.relatives(name)) if isinstance(family, Range) else {name}
    return found


@lru_cache(maxsize=16)
def _families(filter_class: Any) -> Mapping[str, Family]:
    """Return the families of a filter set, those ranges among them that are part of another."""
    families: Mapping[str, Family] = getattr(filter_class, "families", {})
    return {**{key: each for name, family in families.items() for key, each in family.ranges(name).items()}, **families}


@lru_cache(maxsize=512)
def _names(filter_class: Any, name: str) -> frozenset[str]:
    """Return every parameter of a field."""
    family = _families(filter_class).get(name)
    return frozenset({name, name + IS, *(family.relatives(name) if family is not None else ())})


@lru_cache(maxsize=512)
def _listed(filter_class: Any, name: str) -> tuple[tuple[str, str], ...]:
    """Return the choices of a field that are the same for good."""
    known = _families(filter_class).get(name) or filter_class.base_filters[name]
    return tuple((str(code), str(text)) for code, text in known.extra["choices"])


def _field(filterset: StrictFilter[Any], name: str, said: _Said) -> dict[str, Any]:
    filter_class: Any = type(filterset)
    known = _families(filter_class).get(name) or filter_class.base_filters[name]
    relatives = _names(filter_class, name)
    choices = _choices(filter_class, name, known, said)
    if not said.says(relatives):
        html = _plain(filter_class, name, tuple(choices))
        return {"html": html, "used": 0, "error": None}
    field = _built(known, name, choices, said)
    return field | {"used": _used(said, relatives)}


def _used(said: _Said, relatives: Iterable[str]) -> int:
    return sum(len(said.parameters.getlist(name)) for name in relatives)


@lru_cache(maxsize=512)
def _plain(filter_class: Any, name: str, choices: tuple[tuple[str, str], ...]) -> str:
    """Return a field in which nothing is chosen, as it stands on the page."""
    family = _families(filter_class).get(name)
    field = _built(family or filter_class.base_filters[name], name, choices, _Said(QueryDict(), {}, {}, set()))
    return str(_macros().panel_field(field))


@lru_cache(maxsize=64)
def _plain_group(title: str, fields: tuple[str, ...]) -> str:
    """Return a folded group in which nothing is chosen, as it stands on the page."""
    group = {"title": title, "fields": [{"html": field} for field in fields], "open": False}
    return str(_macros().panel_group(group))


def _macros() -> Any:
    return engines["jinja2"].env.get_template(LISTING).module  # type: ignore[attr-defined]  # Jinja's own


def _choices(filter_class: Any, name: str, known: filters.Filter, said: _Said) -> Sequence[tuple[str, str]]:
    if "choices" not in known.extra:
        return ()
    choices = known.extra["choices"]
    if callable(choices):
        return said.choices[choices] if choices in said.choices else choices()
    return _listed(filter_class, name)


def _built(known: filters.Filter, name: str, choices: Sequence[tuple[str, str]], said: _Said) -> dict[str, Any]:
    """Return a field for the template: what it is, what is chosen in it, what is wrong with it."""
    label = LABELS.get(name, str(known.label))
    error = next((said.faults[each] for each in (name, name + NOT, name + EMPTY) if each in said.faults), None)
    field: dict[str, Any] = {"name": name, "id": name, "label": label, "error": error, "hint": HINTS.get(name)}
    if isinstance(known, Range):
        return _range(known, name, field, said)
    if isinstance(known, DayFilter):
        return _day(name, label, said)
    if isinstance(known, filters.ChoiceFilter | filters.MultipleChoiceFilter) and "choices" in known.extra:
        return _of_choices(known, name, choices, field, said)
    chosen = said.values(name)
    field |= {"kind": "text", "value": printable(chosen[-1]) if chosen else ""}
    if isinstance(known, Words | Reference) and known.nullable:
        field["empty"] = _empty(name, said)
    return field


def _of_choices(
    known: filters.Filter, name: str, choices: Sequence[tuple[str, str]], field: dict[str, Any], said: _Said
) -> dict[str, Any]:
    family = known if isinstance(known, Family) else None
    chosen, left_out = said.values(name), said.parameters.getlist(name + NOT)
    is_not = bool(left_out) and not chosen
    if is_not:
        chosen = said.values(name + NOT)
    empty = said.parameters.get(name + EMPTY)
    if isinstance(known, YesNo) or (isinstance(known, filters.ChoiceFilter) and family is None):
        if family is not None and family.nullable:
            choices = [*choices, (NOT_GIVEN, "Not given")]
            if empty == "yes" and not chosen:
                chosen = [NOT_GIVEN] if said.values(name + EMPTY) else []
        items = [{"value": code, "text": text, "checked": code in chosen} for code, text in choices]
        return field | {"kind": "select", "items": items}
    words = LEVEL_WORDS if name in {"level", "claimed_level"} else {}
    items = [{"value": code, "text": words.get(code, text), "checked": code in chosen} for code, text in choices]
    if family is not None and family.nullable:
        # "Not given" is one of the choices: left out with the others, it asks for what is given.
        ticked_empty = empty == ("no" if is_not or (not chosen and empty == "no") else "yes")
        is_not = is_not or (empty == "no" and not chosen)
        if ticked_empty:
            said.values(name + EMPTY)
        field["empty"] = {"name": name + EMPTY, "checked": ticked_empty}
    if family is not None and family.negatable:
        said.shown.add(name + IS)
        field["negate"] = {"name": name + IS, "checked": is_not}
    ticked = [item for item in items if item["checked"]]
    if name in SOUGHT:
        left = [item for item in items if not item["checked"]]
        return field | {"kind": "sought", "items": left, "ticked": ticked}
    return field | {"kind": "checkboxes", "items": items}


def _empty(name: str, said: _Said) -> dict[str, Any]:
    empty = said.parameters.get(name + EMPTY)
    if empty == "yes":
        said.shown.add(name + EMPTY)
    return {"name": name + EMPTY, "checked": empty == "yes"}


def _range(family: Range, name: str, field: dict[str, Any], said: _Said) -> dict[str, Any]:
    days = issubclass(family.end, DayFilter)
    ends = []
    for end, label in zip(list(family.relatives(name))[:2], _ENDS, strict=True):
        if days:
            ends.append(_day(end, label, said))
            continue
        chosen = said.values(end)
        value = printable(chosen[-1]) if chosen else ""
        ends.append({"name": end, "id": end, "label": label, "error": said.faults.get(end), "value": value})
    error = next((end["error"] for end in ends if end["error"]), None)
    field |= {"kind": "days" if days else "numbers", "ends": ends, "error": error}
    return field | ({"empty": _empty(name, said)} if family.nullable else {})


def _day(name: str, label: str, said: _Said) -> dict[str, Any]:
    chosen = said.values(name)
    # A browser's date box would drop a word for a day, and with it the filter.
    typed = "text" if any(map(is_relative, chosen)) else "date"
    value = printable(chosen[-1]) if chosen else ""
    return {
        "name": name,
        "id": name,
        "label": label,
        "error": said.faults.get(name),
        "kind": "day",
        "type": typed,
        "value": value,
    }


def _chips(request: HttpRequest, filterset: StrictFilter[Any]) -> list[dict[str, Any]]:
    by_heading: dict[str, list[dict[str, str]]] = {}
    for chip in chips_of(filterset, request.GET):
        if chip.text:
            item = {"text": chip.text, "href": _without(request, chip.name, chip.value)}
            by_heading.setdefault(chip.heading, []).append(item)
    return [{"heading": heading, "items": items} for heading, items in by_heading.items()]


def _without(request: HttpRequest, name: str, value: str) -> str:
    kept = request.GET.copy()
    for each in AFTERWARDS:
        kept.pop(each, None)
    kept.setlist(name, [each for each in kept.getlist(name) if each != value])
    query = kept.urlencode()
    return f"{request.path}?{query}" if query else request.path


def folded(parameters: QueryDict) -> QueryDict | None:
    """Return a form's parameters as an address says them, or nothing where they say it so already.

    Empty boxes go; ``level__is=not`` turns what is ticked into ``level__not``; a box's "Not given" into ``__empty``.
    """
    turned = {name.removesuffix(IS) for name in parameters if name.endswith(IS) and parameters.getlist(name) == ["not"]}
    kept = QueryDict(mutable=True)
    for name, given in parameters.lists():
        values = [value for value in given if value.strip()]
        if name.endswith(IS) and name.removesuffix(IS) in turned:
            continue
        if name.endswith(EMPTY) and name.removesuffix(EMPTY) in turned:
            values = ["no" if value == "yes" else value for value in values]
        if name in MAY_BE_NOT_GIVEN and NOT_GIVEN in values:
            values.remove(NOT_GIVEN)
            kept.setlist(name + EMPTY, ["yes"])
        for value in values:
            kept.appendlist(name + NOT if name in turned else name, value)
    return None if kept == parameters else kept


def printable(text: str) -> str:
    """Return a text without what no page shows."""
    return "".join(sign for sign in text if sign.isprintable())
