"""The write path: every change to a record, one transaction each, whoever asks and however they ask."""

from disruptions.services.amending import amend_disruption
from disruptions.services.recording import RowResult, record_disruptions
from disruptions.services.reviewing import DecisionRow, review_disruptions
from disruptions.services.standing import submit_disruptions, withdraw_disruptions
from disruptions.services.threats import (
    AssessmentRow,
    OCGRow,
    ThreatRow,
    amend_threats,
    assess_threats,
    record_ocgs,
    record_threats,
)

__all__ = [
    "AssessmentRow",
    "DecisionRow",
    "OCGRow",
    "RowResult",
    "ThreatRow",
    "amend_disruption",
    "amend_threats",
    "assess_threats",
    "record_disruptions",
    "record_ocgs",
    "record_threats",
    "review_disruptions",
    "submit_disruptions",
    "withdraw_disruptions",
]
