"""What happens to each fictional record, from the day of the disruption on. Plain values: nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from disruptions.demonstration.master_list import Threat


class Kind(Enum):
    """What changes a record after it was submitted."""

    REGRADED = "regraded"
    THREAT_CHANGED = "threat_changed"
    DUPLICATE = "duplicate"
    NOT_A_DISRUPTION = "not_a_disruption"
    UPHELD = "upheld"
    WITHDRAWN = "withdrawn"
    DATE_CORRECTED = "date_corrected"
    LED_ABROAD = "led_abroad"
    LED_HERE = "led_here"
    JOINED_LEAD = "joined_lead"


ENDING = frozenset({Kind.DUPLICATE, Kind.NOT_A_DISRUPTION, Kind.WITHDRAWN})
BY_MODERATOR = frozenset({Kind.REGRADED, Kind.THREAT_CHANGED, Kind.DUPLICATE, Kind.NOT_A_DISRUPTION, Kind.UPHELD})


@dataclass(slots=True, eq=False)
class Step:
    """One change at a time, with what it changes to."""

    kind: Kind
    at: datetime
    level: str = ""
    day: date | None = None
    threat: Threat | None = None
    other: Story | None = None


@dataclass(slots=True, eq=False)
class Story:
    """One record: as it was first sent, and what became of it."""

    agency: str
    day: date
    level: str
    born: datetime
    threat: Threat
    area: str
    country: str = "GB"
    uk_led: bool = True
    lead: Story | None = None
    lead_agency: str = ""
    returned: datetime | None = None
    sent_again: datetime | None = None
    approved: datetime | None = None
    approved_level: str = ""
    approved_again: datetime | None = None
    steps: list[Step] = field(default_factory=list)
    sharing: str = "all_agencies"
    shared_with: tuple[str, ...] = ()
    draft: bool = False
    left_out: tuple[str, ...] = ()
    same_event_as: Story | None = None
    is_pinned: bool = False
    # Filled by whoever replays the story.
    reference: str = ""
    version: int = 0
    status: str = ""

    @property
    def is_support(self) -> bool:
        """Whether it supports another agency's lead, recorded or not."""
        return self.lead is not None or bool(self.lead_agency)

    def stands_at(self, moment: datetime) -> bool:
        """Say whether it is submitted or approved at a time."""
        if self.draft or self.born > moment:
            return False
        if self.returned and self.returned <= moment and not (self.sent_again and self.sent_again <= moment):
            return False
        return not any(step.kind in ENDING and step.at <= moment for step in self.steps)

    @property
    def is_settled(self) -> bool:
        """Whether nothing happens to it after its approval, and nothing may."""
        return not self.steps and self.returned is None and not self.draft and not self.is_pinned
