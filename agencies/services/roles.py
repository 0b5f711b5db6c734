"""Give roles and take them away."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Greatest

from agencies import audit
from agencies.constraints import declare, violation
from agencies.models import Agency, Now, Region, RoleGrant, RoleGrantEvent, User, london_date, oic_now
from agencies.permissions import may_grant, require_administer_agency
from agencies.refusals import Invalid, Refused
from agencies.services.changes import in_one_transaction, locked, require_valid, write_changes
from agencies.vocabulary import AuditAction, Role, Scope

declare("role_grant_person_is_active", "user", "They cannot sign in. Reinstate them before you give them a role.")


def grant_role(
    *,
    acting_user: User,
    person: User,
    role: Role,
    scope: Scope,
    agency: Agency | None = None,
    region: Region | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> RoleGrant:
    """Give a role for an agency, a region or the nation, from today unless another day is named.

    Nobody gives a role to themselves. Raises ``Refused`` or ``Invalid``.
    """

    def work() -> RoleGrant:
        require_administer_agency(acting_user, person.agency)
        if not may_grant(acting_user, role, scope, agency):
            raise Refused(
                "may_not_grant", "Ask a system administrator: this role reaches further than your own agency."
            )
        if person.pk == acting_user.pk:
            raise Invalid([violation("role_grant_given_by_another")])
        holder = locked(person)
        if not holder.is_active:
            raise Invalid([violation("role_grant_person_is_active")])
        grant = RoleGrant(
            user=holder,
            role=role,
            scope=scope,
            agency=agency,
            region=region,
            valid_from=valid_from or london_date(oic_now()),
            valid_until=valid_until,
            granted_by=acting_user,
        )
        require_valid(grant)
        grant.save()
        audit.record(AuditAction.CHANGED, "person", holder.email, user=acting_user, detail={"role given": told(grant)})
        return grant

    grant = in_one_transaction(work)
    forget_roles(person)
    return grant


def end_role(*, acting_user: User, grant: RoleGrant, version: int | None = None) -> RoleGrant:
    """Take a role away at once; its row stays, with its last day. Raises ``Refused``, ``Invalid`` or ``Stale``."""

    def work() -> RoleGrant:
        fresh = locked(grant)
        require_administer_agency(acting_user, fresh.user.agency)
        if not may_grant(acting_user, Role(fresh.role), Scope(fresh.scope), fresh.agency):
            raise Refused("may_not_end", "Ask a system administrator: this role reaches further than your own agency.")
        if fresh.user_id == acting_user.pk:
            raise Refused("own_role", "Nobody takes away their own role. Ask another administrator.")
        if fresh.ended_at is not None:
            return fresh
        moment = oic_now()
        last_day = max(london_date(moment), fresh.valid_from)
        if fresh.valid_until is not None:
            last_day = max(min(last_day, fresh.valid_until), fresh.valid_from)
        write_changes(fresh, {"valid_until": last_day, "ended_at": moment}, version=version, history=RoleGrantEvent)
        audit.record(
            AuditAction.CHANGED, "person", fresh.user.email, user=acting_user, detail={"role ended": told(fresh)}
        )
        return fresh

    ended = in_one_transaction(work)
    forget_roles(grant.user)
    return ended


def end_all_roles(*, person: User) -> int:
    """Take away every role that holds now or would hold later; for a leaver, inside their transaction."""
    today = london_date(oic_now())
    ended = (
        RoleGrant.objects.filter(user=person)
        .not_over_on(today)
        .update(
            valid_until=Greatest(Value(today), F("valid_from")),
            ended_at=Now(),
            version=F("version") + 1,
        )
    )
    forget_roles(person)
    return ended


def forget_roles(person: User) -> None:
    """Drop the roles that an instance of the person read earlier."""
    person.__dict__.pop("grants", None)


def told(grant: RoleGrant) -> dict[str, Any]:
    """Return a grant as the log keeps it."""
    return {
        "role": grant.role,
        "scope": grant.scope,
        "agency": grant.agency.code if grant.agency else "",
        "region": grant.region.code if grant.region else "",
        "from": grant.valid_from.isoformat(),
        "until": grant.valid_until.isoformat() if grant.valid_until else "",
    }
