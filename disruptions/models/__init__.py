"""The domain: the SOC master list, disruptions and their reviews, the work between people, the change feed."""

from disruptions.models.assessment import ThreatAssessment
from disruptions.models.assignment import Assignment, DoneTogether
from disruptions.models.digest import DigestSent
from disruptions.models.disruption import (
    Disruption,
    DisruptionAsAt,
    DisruptionEvent,
    DisruptionShare,
)
from disruptions.models.duplicate import DuplicateSetAside
from disruptions.models.export import Export
from disruptions.models.extract import Extract, ExtractRow
from disruptions.models.feed import ChangeEvent, IdempotencyRecord
from disruptions.models.hand_over import HandOver
from disruptions.models.kept_groups import CountingChange, KeptGroups
from disruptions.models.membership import Membership
from disruptions.models.merge import MergeMove, OCGMerge, ThreatMerge
from disruptions.models.moderation import ModerationCase
from disruptions.models.ocg import OCG, OCGAsAt, OCGEvent
from disruptions.models.outcome import Outcome
from disruptions.models.plan import PlanAction, PlanActionEvent, PlanResult
from disruptions.models.review import Review
from disruptions.models.saved_view import DefaultView, SavedView, SavedViewEvent, ViewFollowing
from disruptions.models.scoring_model import ScoringModel
from disruptions.models.sent_record import SentRecord
from disruptions.models.started_draft import StartedDraft
from disruptions.models.stored_file import StoredFile, StoredFilePart
from disruptions.models.threat import SOCThreat, SOCThreatAsAt, SOCThreatEvent
from disruptions.models.threat_hand_over import ThreatHandOver
from disruptions.models.threat_request import ThreatRequest
from disruptions.models.unsaved_step import UnsavedStep
from disruptions.models.upload import Upload, UploadColumns, UploadedRow, UploadFinding
from disruptions.models.visit import ThreatVisit
from disruptions.models.webhook import Webhook, WebhookDelivery, WebhookSecret

__all__ = [
    "OCG",
    "Assignment",
    "ChangeEvent",
    "CountingChange",
    "DefaultView",
    "DigestSent",
    "Disruption",
    "DisruptionAsAt",
    "DisruptionEvent",
    "DisruptionShare",
    "DoneTogether",
    "DuplicateSetAside",
    "Export",
    "Extract",
    "ExtractRow",
    "HandOver",
    "IdempotencyRecord",
    "KeptGroups",
    "Membership",
    "MergeMove",
    "ModerationCase",
    "OCGAsAt",
    "OCGEvent",
    "OCGMerge",
    "Outcome",
    "PlanAction",
    "PlanActionEvent",
    "PlanResult",
    "Review",
    "SOCThreat",
    "SOCThreatAsAt",
    "SOCThreatEvent",
    "SavedView",
    "SavedViewEvent",
    "ScoringModel",
    "SentRecord",
    "StartedDraft",
    "StoredFile",
    "StoredFilePart",
    "ThreatAssessment",
    "ThreatHandOver",
    "ThreatMerge",
    "ThreatRequest",
    "ThreatVisit",
    "UnsavedStep",
    "Upload",
    "UploadColumns",
    "UploadFinding",
    "UploadedRow",
    "ViewFollowing",
    "Webhook",
    "WebhookDelivery",
    "WebhookSecret",
]
