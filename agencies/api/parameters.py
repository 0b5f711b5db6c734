"""The parameters of an address, read strictly: an unknown name or a bad value is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from rest_framework.request import Request

from agencies.api.limits import PAGE_SIZE, PAGE_SIZE_LIMIT
from agencies.constraints import Violation
from agencies.refusals import Invalid

FORMAT: Final = "format"
SIZE: Final = "page_size"


class InvalidParameters(Invalid):
    """Parameters of the address, or headers, that cannot be read."""


class InvalidHeader(InvalidParameters):
    """A header that cannot be read."""


def require_known(request: Request, names: Iterable[str]) -> None:
    """Raise ``InvalidParameters`` for each parameter that is not one of the names."""
    known = {*names, FORMAT}
    faults = [
        Violation(name[:60], "unknown_parameter", "There is no parameter with this name here.")
        for name in request.query_params
        if name not in known
    ]
    if faults:
        raise InvalidParameters(faults)


def require_values(request: Request) -> None:
    """Raise ``InvalidParameters`` for each parameter that is given without a value."""
    faults = [
        Violation(name[:60], "invalid_parameter", "Give this a value, or leave it out.")
        for name in request.query_params
        if "" in request.query_params.getlist(name)
    ]
    if faults:
        raise InvalidParameters(faults)


def read_flag(request: Request, name: str) -> bool:
    """Read a true or false parameter. Raises ``InvalidParameters`` for anything else."""
    values = request.query_params.getlist(name)
    if not values:
        return False
    if len(values) > 1 or values[0] not in {"true", "false"}:
        raise InvalidParameters([Violation(name, "invalid_parameter", "Send true or false.")])
    return values[0] == "true"


def read_page_size(request: Request) -> int:
    """Read how many rows a page has at most. Raises ``InvalidParameters``."""
    values = request.query_params.getlist(SIZE)
    if not values:
        return PAGE_SIZE
    if len(values) == 1 and re.fullmatch(r"[0-9]{1,5}", values[0]) and 1 <= int(values[0]) <= PAGE_SIZE_LIMIT:
        return int(values[0])
    raise InvalidParameters(
        [Violation(SIZE, "invalid_parameter", f"Send one whole number from 1 to {PAGE_SIZE_LIMIT:,}.")]
    )


def read_fields(request: Request, known: Iterable[str]) -> tuple[str, ...] | None:
    """Read ``fields``, names with commas between them; ``None`` where all are wanted. Raises ``InvalidParameters``."""
    values = request.query_params.getlist("fields")
    if not values:
        return None
    wanted = tuple(dict.fromkeys(name.strip() for value in values for name in value.split(",")))
    unknown = [name for name in wanted if name not in set(known)]
    if unknown:
        message = f"There is no field called {unknown[0][:60]}." if unknown[0] else "Name at least one field."
        raise InvalidParameters([Violation("fields", "invalid_parameter", message)])
    return wanted


def sparse(row: dict[str, Any], wanted: tuple[str, ...] | None) -> dict[str, Any]:
    """Keep the fields that were asked for."""
    return row if wanted is None else {name: row[name] for name in wanted}
