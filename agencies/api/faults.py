"""Violations as they go over the wire: each with its place, code and words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agencies.constraints import Violation


def faults(violations: Iterable[Violation], *, place: str = "pointer", prefix: str = "") -> list[dict[str, Any]]:
    """Return a fault per violation: a JSON pointer into the body below ``prefix``, or a parameter or header by name."""
    found = []
    for each in violations:
        fault: dict[str, Any] = {place: _pointer(each.field, prefix) if place == "pointer" else each.field}
        fault |= {"code": each.code, "message": each.message}
        if each.existing:
            fault["existing"] = each.existing
        found.append(fault)
    return found


def _pointer(field: str, prefix: str) -> str:
    return f"{prefix}/{field.replace('~', '~0')}" if field else prefix
