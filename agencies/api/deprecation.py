"""How an operation that will go says so in every answer: RFC 9745 (Deprecation), RFC 8594 (Sunset)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.utils.http import http_date

AT_LEAST: Final = timedelta(days=365)
"""What partners are promised (docs/partner.md, What may change)."""

WORDS: Final = {
    "Deprecation": "Since when this operation is deprecated (RFC 9745).",
    "Sunset": "When it may stop working (RFC 8594).",
    "Link": "What replaces it.",
}


@dataclass(frozen=True, slots=True)
class Deprecated:
    """One operation that will go: since when that is said, when it ends, and the address of what replaces it."""

    since: date
    ends: date
    instead: str

    def __post_init__(self) -> None:
        if self.ends - self.since < AT_LEAST:
            raise ValueError("Partners are promised twelve months.")

    @property
    def headers(self) -> dict[str, str]:
        """Return what each answer carries."""
        return {
            "Deprecation": f"@{_seconds(self.since)}",
            "Sunset": http_date(_seconds(self.ends)),
            "Link": f'<{self.instead}>; rel="successor-version"',
        }


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
