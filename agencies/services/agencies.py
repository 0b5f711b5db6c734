"""Add and amend regions and agencies."""

from __future__ import annotations

from datetime import date

from agencies import audit
from agencies.models import Agency, AgencyEvent, Region, User
from agencies.permissions import require_administer_system
from agencies.services.changes import in_one_transaction, locked, require_valid, write_changes
from agencies.vocabulary import AgencyKind, AuditAction, StatisticsGroup


def add_region(*, acting_user: User, code: str, name: str) -> Region:
    """Add a region. Raises ``Refused`` or ``Invalid``."""

    def work() -> Region:
        require_administer_system(acting_user)
        region = Region(code=code, name=name)
        require_valid(region)
        region.save()
        audit.record(AuditAction.CHANGED, "region", code, user=acting_user, detail={"added": name})
        return region

    return in_one_transaction(work)


def amend_region(*, acting_user: User, region: Region, name: str) -> Region:
    """Rename a region; its code stays, as addresses and partner systems use it. Raises ``Refused`` or ``Invalid``."""

    def work() -> Region:
        require_administer_system(acting_user)
        fresh = locked(region)
        before, fresh.name = fresh.name, name
        if before != name:
            require_valid(fresh)
            fresh.save(update_fields=["name"])
            audit.record(
                AuditAction.CHANGED,
                "region",
                fresh.code,
                user=acting_user,
                detail={"changes": {"name": [before, name]}},
            )
        return fresh

    return in_one_transaction(work)


def add_agency(
    *,
    acting_user: User,
    code: str,
    name: str,
    short_name: str,
    kind: AgencyKind,
    statistics_group: StatisticsGroup = StatisticsGroup.NOT_COVERED,
    parent: Agency | None = None,
    region: Region | None = None,
    rocu: Agency | None = None,
    ons_code: str = "",
    police_number: str = "",
    contact: str = "",
    active_from: date | None = None,
    active_until: date | None = None,
) -> Agency:
    """Add an agency. Raises ``Refused`` or ``Invalid``."""

    def work() -> Agency:
        require_administer_system(acting_user)
        agency = Agency(
            code=code,
            name=name,
            short_name=short_name,
            kind=kind,
            statistics_group=statistics_group,
            parent=parent,
            region=region,
            rocu=rocu,
            ons_code=ons_code,
            police_number=police_number,
            contact=contact,
            active_from=active_from,
            active_until=active_until,
        )
        require_valid(agency)
        agency.save()
        audit.record(AuditAction.CHANGED, "agency", code, user=acting_user, detail={"added": name})
        return agency

    return in_one_transaction(work)


AGENCY_FIELDS = (
    "name",
    "short_name",
    "kind",
    "statistics_group",
    "parent",
    "region",
    "rocu",
    "ons_code",
    "police_number",
    "contact",
    "active_from",
    "active_until",
)
"""What may be amended. The code stays: addresses, partner systems and past extracts use it."""


def amend_agency(*, acting_user: User, agency: Agency, version: int | None, **changes: object) -> Agency:
    """Change the given fields (``AGENCY_FIELDS``) and return the agency.

    Past figures keep the statistics group of their time, as they are read from the history. Raises ``Refused``,
    ``Invalid`` or ``Stale``, and ``TypeError`` for a field that may not be amended.
    """
    unknown = changes.keys() - set(AGENCY_FIELDS)
    if unknown:
        raise TypeError(f"cannot amend {', '.join(sorted(unknown))}")

    def work() -> Agency:
        require_administer_system(acting_user)
        fresh = locked(agency)
        told = write_changes(fresh, changes, version=version, history=AgencyEvent)
        if told:
            audit.record(AuditAction.CHANGED, "agency", fresh.code, user=acting_user, detail={"changes": told})
        return fresh

    return in_one_transaction(work)
