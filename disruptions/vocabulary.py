"""The coded words of the domain (domain report, section 8). Stored values never change; labels may.

One module serves forms, filters, API code lists and column headings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices


class ThreatKind(TextChoices):
    """What a SOC threat is (S3)."""

    OCG = "ocg", "Organised crime group"
    PRIORITY_INDIVIDUAL = "priority_individual", "Priority individual"
    VULNERABILITY = "vulnerability", "Vulnerability"


class PriorityGrade(TextChoices):
    """How much a threat matters, P1 the highest (S3). Not the PND tier."""

    P1 = "P1", "P1"
    P2 = "P2", "P2"
    P3 = "P3", "P3"
    P4 = "P4", "P4"


NOT_GRADED: Final = "ungraded"
"""What filters and tables call a threat without a P grade."""


class PndTier(TextChoices):
    """The tier of an OCG on the Police National Database, tier 4 the lowest (S3). Not the P grade."""

    TIER_1 = "tier_1", "Tier 1"
    TIER_2 = "tier_2", "Tier 2"
    TIER_3 = "tier_3", "Tier 3"
    TIER_4 = "tier_4", "Tier 4"


NOT_ON_PND: Final = "not_on_pnd"
"""What filters call an OCG without a PND tier."""


class ThreatArea(TextChoices):
    """Threat areas of the National Strategic Assessment 2020 (W63)."""

    CSA = "csa", "Child sexual abuse"
    MSHT = "msht", "Modern slavery and human trafficking"
    OIC = "oic", "Organised immigration crime"
    DRUGS = "drugs", "Drugs"
    FIREARMS = "firearms", "Firearms"
    ACQUISITIVE = "acquisitive", "Organised acquisitive crime"
    CYBER = "cyber", "Cyber crime"
    FRAUD = "fraud", "Fraud"
    MONEY_LAUNDERING = "money_laundering", "Money laundering"
    CORRUPTION_SANCTIONS = "corruption_sanctions", "Bribery, corruption and sanctions evasion"


class ThreatStatus(TextChoices):
    """Where a threat stands. Archived threats take no more disruptions."""

    ACTIVE = "active", "Active"
    MONITORED = "monitored", "Monitored"
    DORMANT = "dormant", "Dormant"
    DISMANTLED = "dismantled", "Dismantled"
    ARCHIVED = "archived", "Archived"


ACCEPTING_STATUSES: Final = (
    ThreatStatus.ACTIVE,
    ThreatStatus.MONITORED,
    ThreatStatus.DORMANT,
    ThreatStatus.DISMANTLED,
)
"""Statuses that accept disruptions. A dismantled group's members are still sentenced."""


class Escalation(TextChoices):
    """Whom a threat is escalated to when its review does not move."""

    ROCU = "rocu", "Regional organised crime unit"
    NCA = "nca", "National Crime Agency"


class MembershipKind(TextChoices):
    """What a membership says: who belongs to what."""

    INDIVIDUAL_IN_OCG = "individual_in_ocg", "Priority individual in an OCG"
    OCG_IN_THREAT = "ocg_in_threat", "OCG in a wider threat"


class Confidence(TextChoices):
    """How sure an assessor is of the factor scores."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class ReviewState(TextChoices):
    """Where the review of a threat stands, on a day."""

    OVERDUE = "overdue", "Overdue"
    DUE = "due", "Due within 28 days"
    NEVER = "never", "Never assessed"
    LATER = "later", "Not due yet"


class ReviewFlag(TextChoices):
    """What makes a threat worth another look, whatever its next review says (S3; domain report, 9, rows 7 to 10)."""

    QUIET = "quiet", "Low grade and no activity"
    NOTHING_NEW = "nothing_new", "Nothing new since its last review"
    UNGRADED = "ungraded", "Active but not graded"
    RISING = "rising", "Disruptions rise, the grade stands still"


class GradeMoment(TextChoices):
    """Which grade of a threat a list or a figure goes by."""

    THEN = "then", "As graded then"
    NOW = "now", "As graded now"


class OicSubThreat(TextChoices):
    """The three sub-threats of organised immigration crime (S4, W24)."""

    FACILITATION = "facilitation", "Facilitation by land, sea or air"
    DOCUMENTS = "documents", "False or fraudulently obtained documents"
    SYSTEM_ABUSE = "system_abuse", "Criminal abuse of the immigration system"


class EntryMethod(TextChoices):
    """How entry happened or was planned (S1-S4)."""

    SMALL_BOAT = "small_boat", "Small boat"
    OTHER_VESSEL = "other_vessel", "Other vessel"
    LORRY_HARD = "lorry_hard", "Hard-sided lorry"
    LORRY_SOFT = "lorry_soft", "Soft-sided lorry"
    VAN_CAR = "van_car", "Van or car"
    CONTAINER = "container", "Container"
    RAIL_TUNNEL = "rail_tunnel", "Rail or Channel Tunnel"
    COMMERCIAL_AIR = "commercial_air", "Commercial flight"
    LIGHT_AIRCRAFT = "light_aircraft", "Light aircraft"
    COMMON_TRAVEL_AREA = "common_travel_area", "Common Travel Area"
    VISA_ABUSE = "visa_abuse", "Visa abuse"
    MARRIAGE_ABUSE = "marriage_abuse", "Marriage abuse"
    ILLEGAL_WORKING = "illegal_working", "Illegal working"
    OTHER = "other", "Other"
    NOT_KNOWN = "not_known", "Not known"


class Enabler(TextChoices):
    """What the crime relied on (S1, S2)."""

    ONLINE = "online", "Online advertising"
    ILLICIT_FINANCE = "illicit_finance", "Illicit finance"
    EQUIPMENT = "equipment", "Boats, engines and equipment"
    DOCUMENT_SUPPLY = "document_supply", "Supply of documents"
    TRANSPORT = "transport", "Transport"
    ACCOMMODATION = "accommodation", "Accommodation"
    CORRUPT_INSIDER = "corrupt_insider", "Corrupt insider"
    OTHER = "other", "Other"


class Strand(TextChoices):
    """The four Ps (S1, S3)."""

    PURSUE = "pursue", "Pursue"
    PREVENT = "prevent", "Prevent"
    PROTECT = "protect", "Protect"
    PREPARE = "prepare", "Prepare"


class DisruptionRole(TextChoices):
    """Whether the agency led the disruption or supported it. Only leads are counted (S0)."""

    LEAD = "lead", "Lead"
    SUPPORT = "support", "Support"


class Level(TextChoices):
    """The level of a disruption, judged against the threat (S0; none and negative: W16)."""

    MAJOR = "major", "Major"
    MODERATE = "moderate", "Moderate"
    MINOR = "minor", "Minor"
    NONE = "none", "None"
    NEGATIVE = "negative", "Negative"


class PsniScale(TextChoices):
    """The scale that PSNI judges by (W16, W18). How it maps to the levels is not published: a setting says it."""

    FRUSTRATED = "frustrated", "Frustrated"
    DISRUPTED = "disrupted", "Disrupted"
    DISMANTLED = "dismantled", "Dismantled"
    NONE = "none", "None"
    NEGATIVE = "negative", "Negative"


COUNTED_LEVELS: Final = (Level.MAJOR, Level.MODERATE, Level.MINOR)
"""Levels that published figures count (S0, R6)."""


class Extent(TextChoices):
    """How much of the threat's activity was affected (S0)."""

    SIGNIFICANT = "significant", "Significant"
    NOTABLE = "notable", "Notable"
    MINIMAL = "minimal", "Minimal"


class Duration(TextChoices):
    """How long the effect is expected to last (S0)."""

    LONG = "long", "Long"
    MEDIUM = "medium", "Medium"
    SHORT = "short", "Short"


class Initiation(TextChoices):
    """Whether the action was sought or answered to something (S0, S3)."""

    PROACTIVE = "proactive", "Proactive"
    REACTIVE = "reactive", "Reactive"


class Marking(TextChoices):
    """Government security classification of the record (W42, W43)."""

    OFFICIAL = "official", "OFFICIAL"
    OFFICIAL_SENSITIVE = "official_sensitive", "OFFICIAL-SENSITIVE"


MASTER_LIST_MARKING: Final = Marking.OFFICIAL_SENSITIVE
"""The marking of a page about a threat or a group: these have none of their own (domain report, section 6)."""


def highest_marking(markings: Iterable[str]) -> Marking:
    """Return the marking of a set of records: the highest of theirs, and the lowest there is for none (W42)."""
    order = list(Marking)
    return max((Marking(marking) for marking in markings), key=order.index, default=order[0])


class Sharing(TextChoices):
    """Who may open the record beside its own agency and national roles."""

    ALL_AGENCIES = "all_agencies", "All agencies"
    LEAD_AND_SUPPORTING = "lead_and_supporting", "Lead and supporting agencies"
    NAMED_AGENCIES = "named_agencies", "Named agencies"


class Status(TextChoices):
    """Where a record stands."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Returned"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"


COUNTED_STATUSES: Final = (Status.SUBMITTED, Status.APPROVED)
"""Statuses that count (design, section 4): a returned record does not."""

LIVE_STATUSES: Final = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED, Status.RETURNED)
"""Statuses of records that stand, whether or not they count yet."""

AMENDABLE_STATUSES: Final = LIVE_STATUSES
"""Statuses in which the recording agency may change a record."""


class Channel(TextChoices):
    """How a record came in."""

    BROWSER = "browser", "Browser"
    API = "api", "API"
    FILE = "file", "File"
    COMMAND = "command", "Command"


class Change(TextChoices):
    """What made a version of a record."""

    RECORDED = "recorded", "Recorded"
    AMENDED = "amended", "Amended"
    SUBMITTED = "submitted", "Submitted"
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Returned"
    REVIEWED = "reviewed", "Reviewed"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REOPENED = "reopened", "Reopened"
    HANDED_OVER = "handed_over", "Handed over"
    LEAD_CONFIRMED = "lead_confirmed", "Joined to its lead"
    LEAD_CORRECTED = "lead_corrected", "Lead agency corrected"
    LEAD_DECLINED = "lead_declined", "Lead declined"
    THREAT_MERGED = "threat_merged", "Its threat was merged into another"
    THREAT_UNMERGED = "threat_unmerged", "The merge of its threat was taken back"
    MERGED = "merged", "Merged"
    UNMERGED = "unmerged", "Merge taken back"
    ARCHIVED = "archived", "Archived"
    RESTORED = "restored", "Restored"
    MEMBERS_CHANGED = "members_changed", "Memberships changed"
    ASSESSED = "assessed", "Assessed"
    REVIEW_PLANNED = "review_planned", "Review planned"
    ESCALATED = "escalated", "Escalated"
    ESCALATION_ENDED = "escalation_ended", "Escalation ended"


AUDIENCE_CHANGED: Final = "audience"
"""The change of an event after which others may open a record, though the record itself has no new version."""

_OF_THE_LIST: Final = (
    Change.RECORDED,
    Change.AMENDED,
    Change.MERGED,
    Change.UNMERGED,
    Change.ARCHIVED,
    Change.RESTORED,
    Change.MEMBERS_CHANGED,
    Change.HANDED_OVER,
)
CHANGES_OF: Final = MappingProxyType(
    {
        "disruption": (
            Change.RECORDED,
            Change.AMENDED,
            Change.SUBMITTED,
            Change.APPROVED,
            Change.RETURNED,
            Change.REVIEWED,
            Change.REJECTED,
            Change.WITHDRAWN,
            Change.REOPENED,
            Change.HANDED_OVER,
            Change.LEAD_CONFIRMED,
            Change.LEAD_CORRECTED,
            Change.LEAD_DECLINED,
            Change.THREAT_MERGED,
            Change.THREAT_UNMERGED,
        ),
        "soc_threat": (
            *_OF_THE_LIST,
            Change.ASSESSED,
            Change.REVIEW_PLANNED,
            Change.ESCALATED,
            Change.ESCALATION_ENDED,
        ),
        "ocg": _OF_THE_LIST,
    }
)
"""What can happen to each kind of thing."""


class WebhookState(TextChoices):
    """Whether a webhook is told of changes."""

    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    GONE = "gone", "Stopped: its address answered that it is gone"
    REMOVED = "removed", "Removed"


class DeliveryState(TextChoices):
    """Where a message to a webhook stands."""

    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    DEAD = "dead", "Not delivered"


class DeliveryError(TextChoices):
    """Why an attempt to deliver a message had no answer, or why none was made."""

    TIMED_OUT = "timed_out", "No answer in time"
    HOST_NOT_FOUND = "host_not_found", "The name of the host is not known, or leads to a private network"
    NO_CONNECTION = "no_connection", "No connection"
    NO_SECURE_CONNECTION = "no_secure_connection", "No secure connection: look at the certificate"
    ADDRESS_NOT_ALLOWED = "address_not_allowed", "Messages may not go to this address any more"
    NOT_HTTP = "not_http", "The answer was not HTTP"
    NO_SECRET = "no_secret", "The secret cannot be opened: make a new one"
    SCOPE_LOST = "scope_lost", "The client may not read this any more"
    NOT_OPEN = "not_open", "The record is not open to the client any more"
    REMOVED = "removed", "The webhook was removed"
    FAULT = "fault", "A fault of this service"


class JobState(TextChoices):
    """Where work in the background stands."""

    WAITING = "waiting", "Waiting to begin"
    RUNNING = "running", "Under way"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class UploadStage(TextChoices):
    """How far an uploaded file is."""

    CHECKING = "checking", "Being checked"
    SHEET = "sheet", "Choose a sheet"
    COLUMNS = "columns", "Match the columns"
    FAULTY = "faulty", "Has faults"
    READY = "ready", "Ready to record"
    RECORDING = "recording", "Being recorded"
    RECORDED = "recorded", "Recorded"
    SET_ASIDE = "set_aside", "Set aside"


class FindingKind(TextChoices):
    """What the check of an uploaded file says of a row."""

    FAULT = "fault", "Fault"
    NOTE = "note", "Note"
    NEW = "new", "New"
    DUPLICATE = "duplicate", "Possible duplicate"
    CHANGE = "change", "Change"
    KNOWN = "known", "Recorded already"


class UploadedAs(TextChoices):
    """What a row of an uploaded file did."""

    NEW = "new", "Recorded"
    CHANGED = "changed", "Changed"
    UNCHANGED = "unchanged", "Recorded already, as it is"


class ReasonClass(TextChoices):
    """Why a published figure moved (design, section 4; W1 note 8)."""

    LATE_ENTRY = "late_entry", "Late entry"
    REGRADE = "regrade", "Regrade"
    WITHDRAWN = "withdrawn", "Withdrawn"
    DUPLICATE = "duplicate", "Duplicate"
    LEAD_CHANGE = "lead_change", "Change of lead"
    THREAT_CHANGE = "threat_change", "Change of threat"
    DATE_CORRECTION = "date_correction", "Date correction"
    COVERAGE = "coverage", "Coverage"
    METHOD = "method", "Method"
    OTHER_CORRECTION = "other_correction", "Other correction"


class ExtractState(TextChoices):
    """Where a frozen extract stands."""

    FROZEN = "frozen", "Frozen"
    SIGNED_OFF = "signed_off", "Signed off"
    SET_ASIDE = "set_aside", "Set aside"


class Decision(TextChoices):
    """What a reviewer decided."""

    APPROVE = "approve", "Approved"
    RETURN = "return", "Returned"
    UPHELD = "upheld", "Upheld"
    RAISED = "raised", "Raised"
    LOWERED = "lowered", "Lowered"
    NOT_A_DISRUPTION = "not_a_disruption", "Not a disruption"
    DUPLICATE = "duplicate", "Duplicate"
    LEAD_CHANGED = "lead_changed", "Lead changed"
    THREAT_CHANGED = "threat_changed", "Threat changed"


class ModerationReason(TextChoices):
    """Why a moderator looks at an approved record."""

    MAJOR = "major", "Major disruption"
    CHOSEN = "chosen", "Chosen for a second look"
    SAMPLE = "sample", "Random sample"


class ListKind(TextChoices):
    """The lists that a view can be saved of."""

    DISRUPTIONS = "disruptions", "Disruptions"
    THREATS = "threats", "Threats"


class ViewScope(TextChoices):
    """Who sees a saved view."""

    PERSONAL = "personal", "Only you"
    AGENCY = "agency", "Everybody in your agency"
    NATION = "nation", "Everybody"


class TogetherAct(TextChoices):
    """What can be done to several records at once."""

    ASSIGN = "assign", "Assign"
    RETURN = "return", "Return"
    APPROVE = "approve", "Approve"
    MODERATE = "moderate", "Add to moderation"


class WhyLeft(TextChoices):
    """Why a record is left as it is when something is done to several."""

    CHANGED = "changed", "Changed since they were looked at. Open each and look again."
    NOT_SUBMITTED = "not_submitted", "Not waiting for approval: a draft, sent back, or decided on already."
    OWN_WORK = "own_work", "You recorded or submitted them. Somebody else must decide."
    NOT_MINOR = "not_minor", "Not minor. Open each and decide on it by itself."
    NOT_APPROVED = "not_approved", "Not approved. A moderator looks at approved records only."
    HAS_CASE = "has_case", "Waiting for a moderator already."
    NOT_WAITING = "not_waiting", "Waiting for nobody’s decision."
    NOT_THEIRS = "not_theirs", "Not theirs to decide: they wrote it, approved it before, or may not open it."
    NOT_REACHED = "not_reached", "Beyond your role: another agency’s."
    UNKNOWN = "unknown", "Not there, or not open to you."


class HandOverStatus(TextChoices):
    """Where an offer to hand a record over stands."""

    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    CANCELLED = "cancelled", "Taken back"


class ExportKind(TextChoices):
    """The kinds of file that a list can be taken away as."""

    XLSX = "xlsx", "Excel workbook (.xlsx)"
    ODS = "ods", "OpenDocument spreadsheet (.ods)"
    CSV = "csv", "Text with commas (.csv)"


class ThreatRequestStatus(TextChoices):
    """Where a request to list a threat stands."""

    OPEN = "open", "Open"
    LISTED = "listed", "Listed"
    DECLINED = "declined", "Declined"
    CANCELLED = "cancelled", "Taken back"


class PlanState(TextChoices):
    """Where an action of a 4P plan stands."""

    PLANNED = "planned", "Planned"
    UNDER_WAY = "under_way", "Under way"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


OPEN_PLAN_STATES: Final = (PlanState.PLANNED, PlanState.UNDER_WAY)
"""States of actions that somebody still has to do something about."""


class MatchReason(TextChoices):
    """Why two records may be the same disruption."""

    OWN_REFERENCE = "own_reference", "Same own reference"
    OPERATION = "operation", "Same operation"
    THREAT = "threat", "Same threat"
    SAME_DAY = "same_day", "Same day"
    DAYS_APART = "days_apart", "A few days apart"
    PLACE = "place", "Same place"
    OUTCOMES = "outcomes", "Same outcomes"
    WORDS = "words", "Similar words"


class NotCounted(TextChoices):
    """Why a submitted or approved lead record is outside the counted figures."""

    SANDBOX = "sandbox", "Sandbox record"
    THREAT_AREA = "threat_area", "Primary threat is not organised immigration crime"
    NOT_UK_LED = "not_uk_led", "Not UK-led"
    LEVEL = "level", "Level is none or negative"
    COVERAGE = "coverage", "Agency not covered on that date"


class OutcomeType(TextChoices):
    """What came of a disruption. Arrest, conviction, sentence, assets, equipment, licence: S0; others W19, S1, S3."""

    ARREST = "arrest", "Arrest"
    CHARGE = "charge", "Charge"
    CONVICTION = "conviction", "Conviction"
    SENTENCE = "sentence", "Sentence"
    CASH_SEIZURE = "cash_seizure", "Cash seizure"
    ASSET_RESTRAINT = "asset_restraint", "Asset restraint"
    ASSET_SEIZURE = "asset_seizure", "Asset seizure"
    ACCOUNT_FREEZING = "account_freezing", "Account freezing order"
    CONFISCATION = "confiscation", "Confiscation order"
    EQUIPMENT_SEIZURE = "equipment_seizure", "Equipment seizure"
    VESSEL_ENGINE_SEIZURE = "vessel_engine_seizure", "Vessel or engine seizure"
    VEHICLE_SEIZURE = "vehicle_seizure", "Vehicle seizure"
    DOCUMENT_SEIZURE = "document_seizure", "Document seizure"
    COMMODITY_SEIZURE = "commodity_seizure", "Commodity seizure"
    SCPO = "scpo", "Serious crime prevention order"
    GANG_INJUNCTION = "gang_injunction", "Gang injunction"
    STRPO_OTHER_ORDER = "strpo_other_order", "Slavery and trafficking risk order or other order"
    LICENCE_REVOCATION = "licence_revocation", "Licence revocation"
    SPONSOR_LICENCE_ACTION = "sponsor_licence_action", "Sponsor licence action"
    CIVIL_PENALTY = "civil_penalty", "Civil penalty"
    ADMIN_REMOVAL = "admin_removal", "Administrative removal"
    DEPORTATION = "deportation", "Deportation"
    ENTRY_REFUSAL = "entry_refusal", "Refusal of entry"
    VISA_CANCELLATION = "visa_cancellation", "Visa cancellation"
    SANCTION_DESIGNATION = "sanction_designation", "Sanctions designation"
    ONLINE_TAKEDOWN = "online_takedown", "Online takedown"
    SAFEGUARDING = "safeguarding", "Safeguarding"
    NRM_REFERRAL = "nrm_referral", "National Referral Mechanism referral"
    INTERCEPTION = "interception", "Interception"
    PREMISES_CLOSURE = "premises_closure", "Premises closure"
    CEASE_AND_DESIST = "cease_and_desist", "Cease and desist notice"
    PREVENT_INTERVENTION = "prevent_intervention", "Prevent intervention"
    PROTECT_ADVICE = "protect_advice", "Protect advice"
    EXTRADITION = "extradition", "Extradition"
    OVERSEAS_ARREST = "overseas_arrest", "Overseas arrest"
    OTHER = "other", "Other"


@dataclass(frozen=True, slots=True)
class Measures:
    """Which measures an outcome type takes: ``required`` must be given, ``optional`` may be."""

    required: frozenset[str]
    optional: frozenset[str]

    @property
    def allowed(self) -> frozenset[str]:
        """Every measure that the type takes."""
        return self.required | self.optional


def _measures(required: str, optional: str = "") -> Measures:
    return Measures(frozenset(required.split()), frozenset(optional.split()))


_COUNT = _measures("count")
_MONEY = _measures("value_gbp", "count")
_THINGS = _measures("count", "value_gbp item")

OUTCOME_MEASURES: Final[dict[OutcomeType, Measures]] = {
    **dict.fromkeys(OutcomeType, _COUNT),
    OutcomeType.SENTENCE: _measures("count months"),
    OutcomeType.CASH_SEIZURE: _MONEY,
    OutcomeType.ASSET_RESTRAINT: _MONEY,
    OutcomeType.ASSET_SEIZURE: _measures("value_gbp", "count item"),
    OutcomeType.ACCOUNT_FREEZING: _MONEY,
    OutcomeType.CONFISCATION: _MONEY,
    OutcomeType.CIVIL_PENALTY: _MONEY,
    OutcomeType.EQUIPMENT_SEIZURE: _THINGS,
    OutcomeType.VESSEL_ENGINE_SEIZURE: _THINGS,
    OutcomeType.VEHICLE_SEIZURE: _THINGS,
    OutcomeType.DOCUMENT_SEIZURE: _THINGS,
    OutcomeType.COMMODITY_SEIZURE: _THINGS,
    OutcomeType.STRPO_OTHER_ORDER: _measures("count", "item"),
    OutcomeType.LICENCE_REVOCATION: _measures("count", "item"),
    OutcomeType.ONLINE_TAKEDOWN: _measures("count", "item"),
    OutcomeType.OTHER: _measures("item", "count value_gbp"),
}
"""One type has one set of fields; the form shows only those and the database refuses others."""

MEASURE_NAMES: Final = ("count", "value_gbp", "months", "item")
"""Wire names of the measures: a whole number, pounds, months, words."""
