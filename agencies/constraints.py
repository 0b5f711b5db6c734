"""Named database constraints whose name is the code of the rule they hold.

Each is declared once, with the field it speaks of and the sentence that a person reads. The rules in Python use the
same entry, so a form, the API, a file and the database itself refuse the same thing in the same words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import CheckConstraint, Deferrable, Q, UniqueConstraint


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that one value breaks. ``field`` is a wire name, or a path such as ``outcomes/0/count``."""

    field: str
    code: str
    message: str
    existing: str = ""
    """The reference of the record that is in the way, where there is one and it may be named."""


_DECLARED: Final[dict[str, Violation]] = {}


def declare(code: str, field: str, message: str) -> Violation:
    """Register the field and sentence of a code that a database constraint or a service holds."""
    _DECLARED[code] = Violation(field, code, message)
    return _DECLARED[code]


def violation(code: str, field: str | None = None, message: str | None = None, *, existing: str = "") -> Violation:
    """Return the declared violation of a code, optionally for another field or in sharper words.

    Raises ``KeyError`` for a code that nothing declared, so a rule cannot invent one.
    """
    declared = _DECLARED[code]
    return Violation(field or declared.field, code, message or declared.message, existing)


def is_declared(code: str) -> bool:
    """Say whether a constraint of the database is one of the coded rules."""
    return code in _DECLARED


def declared() -> tuple[Violation, ...]:
    """Return every coded rule, for the catalogue that partners read."""
    return tuple(_DECLARED.values())


def check(name: str, condition: Q, *, field: str, message: str) -> CheckConstraint:
    """Return a named CHECK and declare its code."""
    declare(name, field, message)
    return CheckConstraint(
        name=name,
        condition=condition,
        violation_error_code=name,
        violation_error_message=message,
    )


def unique(
    name: str,
    *expressions: Any,
    field: str,
    message: str,
    fields: tuple[str, ...] = (),
    condition: Q | None = None,
    deferrable: Deferrable | None = None,
    nulls_distinct: bool | None = None,
) -> UniqueConstraint:
    """Return a named UNIQUE (partial where a condition is given) and declare its code."""
    declare(name, field, message)
    return UniqueConstraint(
        *expressions,
        fields=fields,
        name=name,
        condition=condition,
        deferrable=deferrable,
        nulls_distinct=nulls_distinct,
        violation_error_code=name,
        violation_error_message=message,
    )
