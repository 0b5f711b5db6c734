"""The coded words of the floor: kinds of agency, statistics groups, roles. Stored values never change."""

from __future__ import annotations

from typing import Final

from django.db import models


class AgencyKind(models.TextChoices):
    """What a body is (domain report, section 5)."""

    TERRITORIAL_FORCE = "territorial_force", "Territorial police force (England and Wales)"
    NATIONAL_FORCE = "national_force", "National police force"
    SPECIAL_FORCE = "special_force", "Non-territorial police force"
    REGIONAL_UNIT = "regional_unit", "Regional organised crime unit"
    LAW_ENFORCEMENT_AGENCY = "law_enforcement_agency", "Law enforcement agency"
    HOME_OFFICE = "home_office", "Home Office command"
    UNIT = "unit", "Unit or programme"
    PARTNER = "partner", "Partner body"
    INSPECTORATE = "inspectorate", "Inspectorate"


class StatisticsGroup(models.TextChoices):
    """The coverage group of the published statistics that an agency reports in (S0, W1)."""

    NCA = "nca", "National Crime Agency"
    HOME_OFFICE = "home_office", "Home Office"
    POLICE_EW = "police_ew", "Police forces in England and Wales"
    POLICE_SCOTLAND = "police_scotland", "Police Scotland"
    PSNI = "psni", "Police Service of Northern Ireland"
    NOT_COVERED = "not_covered", "Not covered"


COVERED_GROUPS: Final = tuple(group.value for group in StatisticsGroup if group is not StatisticsGroup.NOT_COVERED)
"""The groups whose lead records the published statistics count (S0: reporting agencies)."""


class Role(models.TextChoices):
    """What a person may do. Each grant has a scope; ``permissions`` says what each role allows."""

    RECORDER = "recorder", "Recording officer"
    APPROVER = "approver", "Approver"
    THREAT_MANAGER = "threat_manager", "Threat manager"
    ANALYST = "analyst", "Analyst"
    MODERATOR = "moderator", "Moderator"
    STATISTICIAN = "statistician", "Statistician"
    VIEWER = "viewer", "Viewer"
    AUDITOR = "auditor", "Auditor"
    AGENCY_ADMIN = "agency_admin", "Agency administrator"
    SYSTEM_ADMIN = "system_admin", "System administrator"


class Scope(models.TextChoices):
    """How far a grant of a role reaches."""

    AGENCY = "agency", "One agency"
    REGION = "region", "Every agency of a region"
    NATION = "nation", "Every agency"


class PersonStatus(models.TextChoices):
    """Where somebody's account stands."""

    INVITED = "invited", "Invited"
    ACTIVE = "active", "Active"
    INACTIVE = "inactive", "Inactive"
    LEFT = "left", "Left"


class DigestFrequency(models.TextChoices):
    """How often an e-mail tells somebody what waits for them."""

    DAILY = "daily", "Every day on which something waits"
    WEEKLY = "weekly", "Every Monday on which something waits"
    NEVER = "never", "Never"


class ApiScope(models.TextChoices):
    """What an API client may ask for at the token end point."""

    DISRUPTIONS_READ = "disruptions:read", "Read disruptions"
    DISRUPTIONS_WRITE = "disruptions:write", "Record and amend disruptions"
    THREATS_READ = "threats:read", "Read SOC threats and OCGs"
    THREATS_WRITE = "threats:write", "Record and amend SOC threats and OCGs"
    STATISTICS_READ = "statistics:read", "Read statistics"


class AuditAction(models.TextChoices):
    """What was done, looked at or refused (DPA 2018, section 62)."""

    SIGNED_IN = "signed_in", "Signed in"
    SIGN_IN_FAILED = "sign_in_failed", "Sign-in failed"
    SIGNED_OUT = "signed_out", "Signed out"
    VIEWED = "viewed", "Viewed"
    SEARCHED = "searched", "Searched"
    EXPORTED = "exported", "Exported"
    PRINTED = "printed", "Printed"
    CHANGED = "changed", "Changed"
    REFUSED = "refused", "Refused"
