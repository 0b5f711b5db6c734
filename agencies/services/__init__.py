"""The write path of the floor: every change to agencies, people, roles and API clients, one transaction each."""

from agencies.services.agencies import AGENCY_FIELDS, add_agency, add_region, amend_agency, amend_region
from agencies.services.api_clients import (
    add_api_client,
    amend_api_client,
    digest_of,
    note_use,
    revoke_api_client,
    revoke_secret,
    rotate_secret,
)
from agencies.services.demonstration import Colleague, add_demonstration_accounts, add_demonstration_colleagues
from agencies.services.people import (
    add_first_administrator,
    amend_person,
    invite_person,
    mark_leaver,
    reinstate_person,
    send_password_link,
)
from agencies.services.preferences import set_preferences
from agencies.services.reference_data import load_reference_data
from agencies.services.roles import end_role, grant_role

__all__ = [
    "AGENCY_FIELDS",
    "Colleague",
    "add_agency",
    "add_api_client",
    "add_demonstration_accounts",
    "add_demonstration_colleagues",
    "add_first_administrator",
    "add_region",
    "amend_agency",
    "amend_api_client",
    "amend_person",
    "amend_region",
    "digest_of",
    "end_role",
    "grant_role",
    "invite_person",
    "load_reference_data",
    "mark_leaver",
    "note_use",
    "reinstate_person",
    "revoke_api_client",
    "revoke_secret",
    "rotate_secret",
    "send_password_link",
    "set_preferences",
]
