"""People: the list, invite, one person with their roles, leaving and coming back."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.filters import PersonFilter
from agencies.forms import WHAT_ROLES_DO, GrantForm, InviteForm, PersonForm, add_violations
from agencies.links import set_password_link
from agencies.models import RoleGrant, User, london_date, oic_now
from agencies.paging import page_of
from agencies.permissions import may_administer_system, may_grant, require_administer_people
from agencies.refusals import Invalid, Stale
from agencies.services import (
    amend_person,
    end_role,
    grant_role,
    invite_person,
    mark_leaver,
    reinstate_person,
    send_password_link,
)
from agencies.views.agencies import conflicts_in
from agencies.views.requests import SignedInRequest, filtered, posted, version_in
from agencies.vocabulary import Role, Scope


@require_safe
def person_list(request: SignedInRequest) -> HttpResponse:
    """The people whom one administers, by name, agency, role and status."""
    require_administer_people(request.user)
    form = PersonFilter(request.GET, user=request.user)
    rows, status = filtered(form, User.objects.visible_to(request.user).with_roles_on(london_date(oic_now())))
    context = {"form": form, "page": page_of(request, rows), "sees_all": may_administer_system(request.user)}
    return render(request, "agencies/person_list.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def person_invite(request: SignedInRequest) -> HttpResponse:
    """Invite somebody: make the account and send the link to set a password."""
    require_administer_people(request.user)
    form = InviteForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            person = invite_person(acting_user=request.user, **form.cleaned_data)
        except Invalid as refused:
            add_violations(form, refused)
        else:
            _send_link(request, person)
            messages.success(
                request,
                f"{person.name} is invited. They get an email at {person.email} with a link to choose a password, "
                "and can sign in once they have.",
            )
            return redirect("agencies:person_detail", person.pk)
    context = {"form": form, "what_roles_do": WHAT_ROLES_DO}
    return render(request, "agencies/person_invite.html", context, status=_status(form))


@require_safe
def person_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One person: details, roles, and what can be done."""
    person = _person(request, pk)
    today = london_date(oic_now())
    context = {
        "person": person,
        "grants": [
            {
                "grant": grant,
                "holds": grant.pk in {held.pk for held in person.grants},
                "over": grant.ended_at is not None or (grant.valid_until is not None and grant.valid_until < today),
                "may_end": person.pk != request.user.pk
                and may_grant(request.user, Role(grant.role), Scope(grant.scope), grant.agency),
            }
            for grant in person.role_grants.with_targets()
        ],
        "what_roles_do": WHAT_ROLES_DO,
        "is_self": person.pk == request.user.pk,
    }
    return render(request, "agencies/person_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person_amend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Amend a person's details; two people's changes to the same field are shown side by side."""
    person = _person(request, pk)
    initial = {"name": person.name, "email": person.email, "agency": person.agency.code}
    form = PersonForm(posted(request), user=request.user, initial=initial)
    context: dict[str, Any] = {"form": form, "person": person, "version": person.version, "conflicts": []}
    if request.method == "POST":
        context["version"] = version_in(request)
        if form.is_valid():
            try:
                saved = amend_person(
                    acting_user=request.user, person=person, version=context["version"], **form.cleaned_data
                )
            except Invalid as refused:
                add_violations(form, refused)
            except Stale as stale:
                context |= {"version": stale.current.version, "conflicts": conflicts_in(form, stale)}
                return render(request, "agencies/person_amend.html", context, status=HTTPStatus.CONFLICT)
            else:
                messages.success(request, f"{saved.name} is saved.")
                return redirect("agencies:person_detail", person.pk)
    return render(request, "agencies/person_amend.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def person_grant(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a role."""
    person = _person(request, pk)
    form = GrantForm(posted(request), user=request.user, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            grant = grant_role(acting_user=request.user, person=person, **form.cleaned_data)
        except Invalid as refused:
            add_violations(form, refused)
        else:
            messages.success(request, f"{person.name} has the role {grant.get_role_display().lower()}.")
            return redirect("agencies:person_detail", person.pk)
    context = {"form": form, "person": person, "what_roles_do": WHAT_ROLES_DO}
    return render(request, "agencies/person_grant.html", context, status=_status(form))


@require_POST
def person_end_role(request: SignedInRequest, pk: int, grant_pk: int) -> HttpResponse:
    """Take a role away, at once."""
    person = _person(request, pk)
    grant: RoleGrant = get_object_or_404(person.role_grants.with_targets(), pk=grant_pk)
    return _done(
        request,
        person,
        partial(end_role, acting_user=request.user, grant=grant, version=version_in(request)),
        f"The role {grant.get_role_display().lower()} has ended for {person.name}.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_leave(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mark somebody as a leaver, after a page that says what that does."""
    person = _person(request, pk)
    if request.method == "POST":
        return _done(
            request,
            person,
            partial(mark_leaver, acting_user=request.user, person=person, version=version_in(request)),
            f"{person.name} is marked as a leaver. They are signed out and cannot sign in again.",
        )
    return render(request, "agencies/person_leave.html", {"person": person})


@require_POST
def person_reinstate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take somebody back, and send the link to set a new password."""
    person = _person(request, pk)

    def work() -> None:
        back = reinstate_person(acting_user=request.user, person=person, version=version_in(request))
        _send_link(request, back)

    return _done(
        request, person, work, f"{person.name} is back, and gets an email to choose a password. Now give them roles."
    )


@require_POST
def person_send_link(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send the link to set a password."""
    person = _person(request, pk)
    return _done(
        request, person, partial(_send_link, request, person), f"An email with a link is on its way to {person.email}."
    )


def _person(request: SignedInRequest, pk: int) -> User:
    require_administer_people(request.user)
    return get_object_or_404(User.objects.visible_to(request.user).select_related("agency"), pk=pk)


def _send_link(request: SignedInRequest, person: User) -> None:
    send_password_link(acting_user=request.user, person=person, link_for=partial(set_password_link, request))


def _done(request: SignedInRequest, person: User, work: Any, words: str) -> HttpResponse:
    """Do a step that has no form of its own, and say on the person's page what came of it."""
    try:
        work()
    except Invalid as refused:
        messages.error(request, " ".join(each.message for each in refused.violations))
    except Stale:
        messages.error(request, "Somebody else has changed this meanwhile. Look at it again, then repeat the step.")
    else:
        messages.success(request, words)
    return redirect("agencies:person_detail", person.pk)


def _status(form: Any) -> HTTPStatus:
    return HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
