"""The write path: every change to a record, one transaction each, whoever asks and however they ask."""

from disruptions.master_list import OCGRow, ThreatRow
from disruptions.services.amending import amend_disruption, asks_why
from disruptions.services.archiving import archive_ocg, archive_threat, restore_ocg, restore_threat
from disruptions.services.assessing import AssessmentRow, assess_threats, current_scoring_model, suggest_grade
from disruptions.services.extracting import check_extract, freeze_extract, set_extract_aside, sign_off_extract
from disruptions.services.handing_over import answer_hand_over, offer_hand_over, take_back_hand_over
from disruptions.services.memberships import add_membership, end_membership
from disruptions.services.merging import merge_ocgs, merge_threats, take_back_ocg_merge, take_back_threat_merge
from disruptions.services.plans import (
    ActionRow,
    amend_plan_action,
    link_to_action,
    record_plan_action,
    set_action_of_record,
    take_from_action,
)
from disruptions.services.putting import Expected, ExpectedOtherwise, Put, put_disruption
from disruptions.services.reassessing import end_escalation, escalate_threat, plan_reviews
from disruptions.services.recording import RowResult, record_disruptions
from disruptions.services.reviewing import DecisionRow, approve_together, review_disruptions
from disruptions.services.rows import row_of
from disruptions.services.scoring_models import add_scoring_model, load_scoring_model
from disruptions.services.standing import (
    faults_before_submitting,
    reopen_disruptions,
    submit_disruptions,
    withdraw_disruptions,
)
from disruptions.services.starting import start_draft, started, support_from
from disruptions.services.threat_hand_overs import (
    answer_threat_hand_over,
    offer_threat_hand_over,
    take_back_threat_hand_over,
)
from disruptions.services.threat_requests import (
    answer_threat_request,
    ask_for_threat,
    take_back_threat_request,
)
from disruptions.services.threats import (
    amend_ocg,
    amend_threat,
    amend_threats,
    record_ocg,
    record_ocgs,
    record_threat,
    record_threats,
    wire_of_ocg,
    wire_of_threat,
)
from disruptions.services.unsaved import forget_unsaved, keep_unsaved, save_step, unsaved_of
from disruptions.services.visits import LastVisit, note_visit

__all__ = [
    "ActionRow",
    "AssessmentRow",
    "DecisionRow",
    "Expected",
    "ExpectedOtherwise",
    "LastVisit",
    "OCGRow",
    "Put",
    "RowResult",
    "ThreatRow",
    "add_membership",
    "add_scoring_model",
    "amend_disruption",
    "amend_ocg",
    "amend_plan_action",
    "amend_threat",
    "amend_threats",
    "answer_hand_over",
    "answer_threat_hand_over",
    "answer_threat_request",
    "approve_together",
    "archive_ocg",
    "archive_threat",
    "ask_for_threat",
    "asks_why",
    "assess_threats",
    "check_extract",
    "current_scoring_model",
    "end_escalation",
    "end_membership",
    "escalate_threat",
    "faults_before_submitting",
    "forget_unsaved",
    "freeze_extract",
    "keep_unsaved",
    "link_to_action",
    "load_scoring_model",
    "merge_ocgs",
    "merge_threats",
    "note_visit",
    "offer_hand_over",
    "offer_threat_hand_over",
    "plan_reviews",
    "put_disruption",
    "record_disruptions",
    "record_ocg",
    "record_ocgs",
    "record_plan_action",
    "record_threat",
    "record_threats",
    "reopen_disruptions",
    "restore_ocg",
    "restore_threat",
    "review_disruptions",
    "row_of",
    "save_step",
    "set_action_of_record",
    "set_extract_aside",
    "sign_off_extract",
    "start_draft",
    "started",
    "submit_disruptions",
    "suggest_grade",
    "support_from",
    "take_back_hand_over",
    "take_back_ocg_merge",
    "take_back_threat_hand_over",
    "take_back_threat_merge",
    "take_back_threat_request",
    "take_from_action",
    "unsaved_of",
    "wire_of_ocg",
    "wire_of_threat",
    "withdraw_disruptions",
]
