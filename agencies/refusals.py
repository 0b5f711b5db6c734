"""How a service says no. Pages, API and commands turn these into their own form; none of them is a fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError

from agencies.constraints import Violation, is_declared, violation


class Refused(Exception):
    """The person may not do this, or not to this record. Says what to do instead."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class NotFound(Exception):
    """There is no such record, or none that the person may know of: the two are not told apart."""


class Invalid(Exception):
    """Some values break rules. Nothing was written."""

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = list(violations)
        super().__init__("; ".join(f"{each.field}: {each.message}" for each in self.violations))


class Stale(Exception):
    """The record has changed since it was read, in fields that this change touches too. Nothing was written.

    ``theirs`` and ``mine`` hold, per field in conflict, the value that is stored and the value that was sent;
    ``untouched`` names the fields that were sent as they were read, where what is stored now stands.
    """

    def __init__(
        self,
        current: Any,
        theirs: Mapping[str, Any] | None = None,
        mine: Mapping[str, Any] | None = None,
        untouched: Iterable[str] = (),
    ) -> None:
        super().__init__(f"changed since it was read; it is now version {current.version}")
        self.current = current
        self.theirs = dict(theirs or {})
        self.mine = dict(mine or {})
        self.untouched = frozenset(untouched)


def violation_of(error: IntegrityError) -> Violation | None:
    """Return the coded rule that a database refusal stands for, or ``None`` where it is none of ours."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    return violation(name) if name and is_declared(name) else None
