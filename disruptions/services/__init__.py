"""The write path: every change to a record, one transaction each, whoever asks and however they ask."""

from disruptions.services.amending import amend_disruption, asks_why
from disruptions.services.assessing import AssessmentRow, assess_threats
from disruptions.services.handing_over import answer_hand_over, offer_hand_over, take_back_hand_over
from disruptions.services.recording import RowResult, record_disruptions
from disruptions.services.reviewing import DecisionRow, approve_together, review_disruptions
from disruptions.services.rows import row_of
from disruptions.services.standing import (
    faults_before_submitting,
    reopen_disruptions,
    submit_disruptions,
    withdraw_disruptions,
)
from disruptions.services.starting import start_draft, started, support_from
from disruptions.services.threat_requests import (
    answer_threat_request,
    ask_for_threat,
    take_back_threat_request,
)
from disruptions.services.threats import (
    OCGRow,
    ThreatRow,
    amend_threats,
    record_ocgs,
    record_threats,
)
from disruptions.services.unsaved import forget_unsaved, keep_unsaved, save_step, unsaved_of

__all__ = [
    "AssessmentRow",
    "DecisionRow",
    "OCGRow",
    "RowResult",
    "ThreatRow",
    "amend_disruption",
    "amend_threats",
    "answer_hand_over",
    "answer_threat_request",
    "approve_together",
    "ask_for_threat",
    "asks_why",
    "assess_threats",
    "faults_before_submitting",
    "forget_unsaved",
    "keep_unsaved",
    "offer_hand_over",
    "record_disruptions",
    "record_ocgs",
    "record_threats",
    "reopen_disruptions",
    "review_disruptions",
    "row_of",
    "save_step",
    "start_draft",
    "started",
    "submit_disruptions",
    "support_from",
    "take_back_hand_over",
    "take_back_threat_request",
    "unsaved_of",
    "withdraw_disruptions",
]
