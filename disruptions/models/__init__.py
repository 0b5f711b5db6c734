"""The domain: OCGs, SOC threats and their grading, disruptions, outcomes, reviews and the change feed."""

from disruptions.models.disruption import (
    Disruption,
    DisruptionAsAt,
    DisruptionEvent,
    DisruptionShare,
)
from disruptions.models.feed import ChangeEvent, IdempotencyRecord
from disruptions.models.ocg import OCG, OCGAsAt, OCGEvent
from disruptions.models.outcome import Outcome
from disruptions.models.review import Review
from disruptions.models.started_draft import StartedDraft
from disruptions.models.threat import SOCThreat, SOCThreatAsAt, SOCThreatEvent, ThreatAssessment

__all__ = [
    "OCG",
    "ChangeEvent",
    "Disruption",
    "DisruptionAsAt",
    "DisruptionEvent",
    "DisruptionShare",
    "IdempotencyRecord",
    "OCGAsAt",
    "OCGEvent",
    "Outcome",
    "Review",
    "SOCThreat",
    "SOCThreatAsAt",
    "SOCThreatEvent",
    "StartedDraft",
    "ThreatAssessment",
]
