"""What the pages of a demonstration say about its figures."""

from __future__ import annotations

from datetime import date
from typing import Final

INVENTED_FROM: Final = date(2026, 4, 1)
"""The first day of disruption whose figures no publication stands behind."""

NOTICE: Final = (
    "Demonstration. The people, groups and operations are fictional. Totals for January 2023 to March 2026 follow "
    "published figures; how they split between agencies and records is invented. Figures after March 2026 are invented."
)

INVENTED_NOTICE: Final = "Figures after March 2026 are invented."
