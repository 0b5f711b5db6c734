"""The extracts of the demonstration: frozen by one statistician after a cut-off, signed off by the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from disruptions.demonstration.figures import MAY, NOVEMBER
from disruptions.demonstration.sessions import at_work

STATISTICIAN: Final = "statistician@nca.example"
SECOND_STATISTICIAN: Final = "second-statistician@nca.example"


@dataclass(frozen=True, slots=True)
class Frozen:
    """One extract, and when it was frozen."""

    cut_off: date
    title: str
    words: str

    @property
    def frozen_at(self) -> datetime:
        """A morning some days later."""
        return at_work(self.cut_off + timedelta(days=4), 10, 30)

    @property
    def signed_off_at(self) -> datetime:
        """The day after, in the afternoon."""
        return at_work(self.cut_off + timedelta(days=5), 14, 15)


EXTRACTS: Final = (
    Frozen(NOVEMBER, "Year ending September 2025", "Fictional records, for the demonstration."),
    Frozen(MAY, "Year ending March 2026", "Fictional records, for the demonstration."),
)
