"""Conditions of the database as a reader can follow them, written from the conditions themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import F, Q

_COMPARED: Final = {
    "lte": "{column} is not later than {value}",
    "gte": "{column} is not earlier than {value}",
    "in": "{column} is one of: {value}",
    "overlap": "{column} holds any of: {value}",
}


def in_words(condition: Q) -> str:
    """Write a condition: columns by their names, with a full stop before the column of a related table.

    Raises ``ValueError`` for a comparison that it has no words for, so that nothing is left out.
    """
    parts = [_child(child, alone=len(condition.children) == 1) for child in condition.children]
    words = f" {condition.connector.lower()} ".join(parts)
    return f"not ({words})" if condition.negated else words


def all_in_words(conditions: Iterable[Q]) -> tuple[str, ...]:
    """Write several conditions that must all hold; each part of one that says "and" by itself."""
    found: list[str] = []
    for condition in conditions:
        if condition.connector == Q.AND and not condition.negated:
            found += [_child(child, alone=True) for child in condition.children]
        else:
            found.append(in_words(condition))
    return tuple(found)


def _child(child: Any, *, alone: bool) -> str:
    if isinstance(child, Q):
        return in_words(child) if alone or child.negated or len(child.children) == 1 else f"({in_words(child)})"
    if not (isinstance(child, tuple) and len(child) == 2):
        raise ValueError(f"no words for {child!r}")
    return _leaf(*child)


def _leaf(path: str, value: Any) -> str:
    *steps, last = path.split("__")
    if last == "isnull":
        return f"{'.'.join(steps)} is {'empty' if value else 'given'}"
    if last in _COMPARED:
        return _COMPARED[last].format(column=".".join(steps), value=_value(value))
    return f"{'.'.join((*steps, last))} is {_value(value) or 'empty'}"


def _value(value: Any) -> str:
    if isinstance(value, F):
        return str(value.name)  # type: ignore[attr-defined]  # not in the stubs
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_value, value))
    return str(getattr(value, "value", value))
