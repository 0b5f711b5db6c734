"""Who may do what on the floor: roles by scope. ``may_x`` answers, ``require_x`` raises ``Refused``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agencies.refusals import Refused
from agencies.vocabulary import Role, Scope

if TYPE_CHECKING:
    from agencies.models import Agency, User

ADMINISTRATORS: Final = frozenset({Role.AGENCY_ADMIN, Role.SYSTEM_ADMIN})


def holds_role(user: User, *roles: Role, agency: Agency | None = None) -> bool:
    """Say whether one of the roles is held; for an agency, if one is given, by any scope that reaches it."""
    if not user.is_active:
        return False
    for grant in user.grants:
        if grant.role not in roles:
            continue
        if agency is None or grant.scope == Scope.NATION:
            return True
        if grant.scope == Scope.AGENCY and grant.agency_id == agency.pk:
            return True
        if grant.scope == Scope.REGION and grant.region_id == agency.region_id:
            return True
    return False


def holds_nationally(user: User, role: Role) -> bool:
    """Say whether a role is held for every agency."""
    return user.is_active and any(grant.role == role and grant.scope == Scope.NATION for grant in user.grants)


def holds_role_at_home_only(user: User, role: Role) -> bool:
    """Say whether a role reaches no agency but the person's own."""
    held = [grant for grant in user.grants if grant.role == role]
    return all(grant.scope == Scope.AGENCY and grant.agency_id == user.agency_id for grant in held)


def may_administer_agency(user: User, agency: Agency) -> bool:
    """An agency's administrators look after its people and API clients; system administrators after all."""
    return holds_role(user, Role.SYSTEM_ADMIN) or holds_role(user, Role.AGENCY_ADMIN, agency=agency)


def may_administer_system(user: User) -> bool:
    """Reference data, agencies and national roles."""
    return holds_role(user, Role.SYSTEM_ADMIN)


def may_administer_people(user: User) -> bool:
    """The pages of people and API clients are for administrators, each within their own reach."""
    return holds_role(user, *ADMINISTRATORS)


def may_read_audit(user: User) -> bool:
    """The log is for auditors and system administrators."""
    return holds_role(user, Role.AUDITOR, Role.SYSTEM_ADMIN)


def may_grant(user: User, role: Role, scope: Scope, agency: Agency | None) -> bool:
    """An agency administrator grants roles in their own agency; the rest takes a system administrator.

    Only a system administrator makes a system administrator, an auditor or any role beyond one agency.
    """
    if may_administer_system(user):
        return True
    if scope != Scope.AGENCY or agency is None or role in {Role.SYSTEM_ADMIN, Role.AUDITOR}:
        return False
    return may_administer_agency(user, agency)


def require_administer_agency(user: User, agency: Agency) -> None:
    """Raise ``Refused`` unless the person administers the agency."""
    if not may_administer_agency(user, agency):
        raise Refused("not_an_administrator", f"Ask an administrator of {agency.name} to do this for you.")


def require_administer_system(user: User) -> None:
    """Raise ``Refused`` unless the person administers the system."""
    if not may_administer_system(user):
        raise Refused("not_a_system_administrator", "Ask a system administrator to do this for you.")


def require_administer_people(user: User) -> None:
    """Raise ``Refused`` unless the person administers some agency."""
    if not may_administer_people(user):
        raise Refused("not_an_administrator", f"Ask an administrator of {user.agency.name} to do this for you.")


def require_read_audit(user: User) -> None:
    """Raise ``Refused`` unless the person may read the log."""
    if not may_read_audit(user):
        raise Refused("not_an_auditor", "The log is for auditors. Ask a system administrator for the role.")
