"""Invite people, change their details, see them off and take them back."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import transaction

from agencies import audit
from agencies.constraints import declare, violation
from agencies.mail import send_set_password_mail
from agencies.models import Agency, RoleGrant, User, UserEvent, london_date, oic_now
from agencies.permissions import (
    holds_role,
    may_administer_system,
    may_grant,
    require_administer_agency,
    require_administer_system,
)
from agencies.refusals import Invalid, Refused
from agencies.services.changes import in_one_transaction, locked, require_valid, write_changes
from agencies.services.roles import end_all_roles, told
from agencies.vocabulary import AuditAction, Role, Scope

declare("person_is_not_a_service", "user", "This account acts for an API client. Change the API client instead.")
declare("person_can_sign_in", "user", "They cannot sign in. Reinstate them first.")
declare("system_has_no_administrator", "email", "There is a system administrator already. Ask them for an account.")


def invite_person(*, acting_user: User, agency: Agency, email: str, name: str, roles: Iterable[Role] = ()) -> User:
    """Make an account without a password, with roles in its agency from today, and return it.

    The person can sign in once they have set a password by the link of ``send_password_link``. Raises ``Refused`` or
    ``Invalid``; the address of somebody who is registered already, here or elsewhere, is invalid.
    """

    def work() -> User:
        require_administer_agency(acting_user, agency)
        person = _new_account(agency=agency, email=email, name=name)
        grants = [
            RoleGrant(
                user=person,
                role=role,
                scope=Scope.AGENCY,
                agency=agency,
                valid_from=london_date(oic_now()),
                granted_by=acting_user,
            )
            for role in dict.fromkeys(roles)
        ]
        for grant in grants:
            if not may_grant(acting_user, Role(grant.role), Scope.AGENCY, agency):
                raise Refused("may_not_grant", "Ask a system administrator to give this role.")
            require_valid(grant)
        RoleGrant.objects.bulk_create(grants)
        detail = {"invited": person.name, "roles": [told(grant) for grant in grants]}
        audit.record(AuditAction.CHANGED, "person", person.email, user=acting_user, agency=agency, detail=detail)
        return person

    return in_one_transaction(work)


def add_first_administrator(*, agency: Agency, email: str, name: str) -> User:
    """Make the first system administrator, for the command of whoever runs the server: nobody can act yet.

    Raises ``Invalid`` once there is one who can sign in.
    """

    def work() -> User:
        holders = RoleGrant.objects.in_force_on(london_date(oic_now())).filter(
            role=Role.SYSTEM_ADMIN, user__is_active=True, user__is_demonstration=False
        )
        if holders.exists():
            raise Invalid([violation("system_has_no_administrator")])
        person = _new_account(agency=agency, email=email, name=name)
        grant = RoleGrant(user=person, role=Role.SYSTEM_ADMIN, scope=Scope.NATION, valid_from=london_date(oic_now()))
        require_valid(grant)
        grant.save()
        audit.record(
            AuditAction.CHANGED, "person", person.email, agency=agency, detail={"first administrator": person.name}
        )
        return person

    return in_one_transaction(work)


def amend_person(
    *,
    acting_user: User,
    person: User,
    version: int | None,
    name: str,
    email: str,
    agency: Agency | None = None,
) -> User:
    """Change somebody's name or e-mail address; a system administrator may move them to another agency.

    A move ends all their roles, as those were given for the work they leave. Raises ``Refused``, ``Invalid`` or
    ``Stale``.
    """

    def work() -> User:
        fresh = _locked_person(acting_user, person)
        _require_no_wider_role(acting_user, fresh)
        changes: dict[str, object] = {"name": name.strip(), "email": email.strip().lower()}
        moves = agency is not None and agency.pk != fresh.agency_id
        if moves:
            require_administer_system(acting_user)
            changes["agency"] = agency
        told_changes = write_changes(fresh, changes, version=version, history=UserEvent)
        if "agency" in told_changes:
            end_all_roles(person=fresh)
        if told_changes:
            audit.record(AuditAction.CHANGED, "person", fresh.email, user=acting_user, detail={"changes": told_changes})
        return fresh

    return in_one_transaction(work)


def mark_leaver(*, acting_user: User, person: User, version: int | None) -> User:
    """Turn sign-in off, end all roles and every session. Their records stay under their name.

    The password is thrown away, which ends the sessions and keeps them ended after a return. Raises ``Refused``,
    ``Invalid`` or ``Stale``.
    """

    def work() -> User:
        fresh = _locked_person(acting_user, person)
        if fresh.pk == acting_user.pk:
            raise Refused("own_account", "Nobody marks themselves as a leaver. Ask another administrator.")
        if holds_role(fresh, Role.SYSTEM_ADMIN, Role.AUDITOR) and not may_administer_system(acting_user):
            raise Refused("wider_role", "Ask a system administrator: this person is one, or an auditor.")
        if fresh.left_at is not None:
            return fresh
        write_changes(fresh, {"is_active": False, "left_at": oic_now()}, version=version, history=UserEvent)
        fresh.set_unusable_password()
        fresh.save(update_fields=["password"])
        ended = end_all_roles(person=fresh)
        audit.record(
            AuditAction.CHANGED, "person", fresh.email, user=acting_user, detail={"left": True, "roles ended": ended}
        )
        return fresh

    return in_one_transaction(work)


def reinstate_person(*, acting_user: User, person: User, version: int | None) -> User:
    """Turn sign-in on again for somebody who came back. Roles are given anew and a password is set by a new link.

    Raises ``Refused``, ``Invalid`` or ``Stale``.
    """

    def work() -> User:
        fresh = _locked_person(acting_user, person)
        if fresh.is_active:
            return fresh
        write_changes(fresh, {"is_active": True, "left_at": None}, version=version, history=UserEvent)
        audit.record(AuditAction.CHANGED, "person", fresh.email, user=acting_user, detail={"reinstated": True})
        return fresh

    return in_one_transaction(work)


def send_password_link(*, acting_user: User, person: User, link_for: Callable[[User], str]) -> None:
    """Send the person a link to set a password, after the transaction; the administrator never sees it.

    ``link_for`` gives the absolute address for a person. Raises ``Refused`` or ``Invalid``.
    """

    def work() -> None:
        fresh = _locked_person(acting_user, person)
        if not fresh.is_active:
            raise Invalid([violation("person_can_sign_in")])
        audit.record(AuditAction.CHANGED, "person", fresh.email, user=acting_user, detail={"password link sent": True})
        link = link_for(fresh)
        transaction.on_commit(lambda: send_set_password_mail(fresh, link))

    in_one_transaction(work)


def _new_account(*, agency: Agency, email: str, name: str) -> User:
    person = User(email=email.strip().lower(), name=name.strip(), agency=agency)
    person.set_unusable_password()
    require_valid(person)
    person.save()
    return person


def _locked_person(acting_user: User, person: User) -> User:
    """Return the person, locked. Raises ``Refused`` for another agency's person, ``Invalid`` for a service account."""
    require_administer_agency(acting_user, person.agency)
    fresh = locked(person)
    if fresh.is_service:
        raise Invalid([violation("person_is_not_a_service")])
    return fresh


def _require_no_wider_role(acting_user: User, person: User) -> None:
    """Refuse to change the address of somebody whose roles one could not give: whoever owns the address signs in."""
    for grant in person.grants:
        if not may_grant(acting_user, Role(grant.role), Scope(grant.scope), grant.agency):
            raise Refused(
                "wider_role", "Ask a system administrator: this person holds a role that reaches beyond your agency."
            )
