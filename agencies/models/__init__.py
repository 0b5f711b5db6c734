"""The floor: who takes part, who they are, what they may do, and the log of what they did."""

from agencies.models.agency import Agency, AgencyAsAt, AgencyEvent, Region
from agencies.models.api_client import ApiClient, ApiClientSecret, ApiClientUse
from agencies.models.audit import AuditEntry
from agencies.models.clock import LONDON, LondonDate, Now, london_date, oic_now
from agencies.models.person import RoleGrant, RoleGrantEvent, User, UserEvent

__all__ = [
    "LONDON",
    "Agency",
    "AgencyAsAt",
    "AgencyEvent",
    "ApiClient",
    "ApiClientSecret",
    "ApiClientUse",
    "AuditEntry",
    "LondonDate",
    "Now",
    "Region",
    "RoleGrant",
    "RoleGrantEvent",
    "User",
    "UserEvent",
    "london_date",
    "oic_now",
]
