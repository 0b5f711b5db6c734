"""The frozen rows of an extract as lines of a file: each record as it stood, and what the rule made of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from disruptions.exports.lists import CHUNK
from disruptions.vocabulary import DisruptionRole, Level, NotCounted, Status, ThreatArea

HEADER: Final = (
    "Reference",
    "Version",
    "Agency code",
    "Agency",
    "SOC threat",
    "Primary threat area",
    "Role",
    "Date",
    "Level",
    "Status",
    "Rejected as a duplicate",
    "UK-led",
    "Counted",
    "Not counted because",
)

_COLUMNS: Final = (
    *("disruption__reference", "version", "agency__code", "agency__name", "threat__reference", "primary_area", "role"),
    *("occurred_on", "level", "status", "duplicate", "uk_led", "counted", "not_counted"),
)
_AREAS: Final = dict(ThreatArea.choices)
_ROLES: Final = dict(DisruptionRole.choices)
_LEVELS: Final = dict(Level.choices)
_STATUSES: Final = dict(Status.choices)
_REASONS: Final = dict(NotCounted.choices)
_YES_NO: Final = {True: "Yes", False: "No"}


def frozen_lines(rows: Any) -> Iterator[tuple[object, ...]]:
    """Give frozen rows (a queryset of ``ExtractRow``) in their order, through a cursor of the database."""
    for (
        *who,
        threat,
        area,
        role,
        day,
        level,
        status,
        duplicate,
        uk_led,
        counted,
        reasons,
    ) in rows.values_list(*_COLUMNS).iterator(chunk_size=CHUNK):
        yield (
            *who,
            threat,
            _AREAS.get(area),
            _ROLES[role],
            day.isoformat() if day else None,
            _LEVELS.get(level),
            _STATUSES[status],
            _YES_NO[duplicate],
            _YES_NO.get(uk_led),
            _YES_NO[counted],
            "; ".join(_REASONS.get(reason, reason) for reason in reasons),
        )
