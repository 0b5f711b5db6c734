"""What stands in the way of a change: a record that is there already, a newer version (``If-Match``), a used key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rest_framework.request import Request

from agencies.api.limits import KEY_LENGTH_LIMIT
from agencies.api.parameters import InvalidHeader
from agencies.constraints import Violation
from agencies.refusals import Stale

IF_MATCH: Final = "If-Match"
IF_NONE_MATCH: Final = "If-None-Match"
IDEMPOTENCY_KEY: Final = "Idempotency-Key"
ANY_VERSION: Final = "*"

CONFLICTS: Final = frozenset(
    {
        "disruption_agency_reference_unique",
        "disruption_reference_moved",
        "disruption_one_live_support",
        "ocg_agency_reference_unique",
        "soc_threat_agency_reference_unique",
        "soc_threat_ocg_free",
    }
)
"""Violations that mean "there is one already": 409, naming it where it may be named."""

_TAG = r'(?:W/)?"([\x21\x23-\x7e]*)"'
_TAGS = re.compile(rf"{_TAG}(?:\s*,\s*{_TAG})*")
_KEY = re.compile(rf"[\x21-\x7e]{{1,{KEY_LENGTH_LIMIT}}}")


class PreconditionMissing(Exception):
    """A change came without saying which version it is for."""


class ChangedByBoth(Exception):
    """Others changed the same fields to something else since the client sent the record last."""

    def __init__(self, version: int, faults: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("changed by both")
        self.version = version
        self.faults = faults


def is_conflict(violations: Sequence[Violation]) -> bool:
    """Say whether all that is wrong is that there is one already."""
    return bool(violations) and all(each.code in CONFLICTS for each in violations)


def etag_of(version: int) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


def require_match(request: Request, record: Any) -> int | None:
    """Return the version that ``If-Match`` asks for, ``None`` for ``*``.

    The opaque value is compared, weak or strong: a proxy that compresses makes it weak. Raises
    ``PreconditionMissing``, ``InvalidHeader``, or ``Stale`` where no tag is the record's.
    """
    text = request.headers.get(IF_MATCH, "").strip()
    if not text:
        raise PreconditionMissing
    if text == ANY_VERSION:
        return None
    if not _TAGS.fullmatch(text):
        fault = Violation(IF_MATCH, "invalid_header", 'Send the ETag that you read, in its quotation marks: "1".')
        raise InvalidHeader([fault])
    if str(record.version) not in re.findall(_TAG, text):
        raise Stale(record)
    return int(record.version)


def read_create_only(request: Request) -> bool:
    """Say whether ``If-None-Match: *`` asks for a new record. Raises ``InvalidHeader`` for anything else in it."""
    text = request.headers.get(IF_NONE_MATCH)
    if text is None:
        return False
    if text.strip() != ANY_VERSION:
        fault = Violation(IF_NONE_MATCH, "invalid_header", "Send * to record only what is new, or leave it out.")
        raise InvalidHeader([fault])
    return True


def read_key(request: Request) -> str | None:
    """Return the ``Idempotency-Key``, if there is one. Raises ``InvalidHeader`` for one that cannot be kept."""
    text = request.headers.get(IDEMPOTENCY_KEY)
    if text is None:
        return None
    if not _KEY.fullmatch(text):
        message = f"Use 1 to {KEY_LENGTH_LIMIT} letters, digits or signs, without spaces. A UUID is best."
        raise InvalidHeader([Violation(IDEMPOTENCY_KEY, "invalid_header", message)])
    return text
