"""Saved views: their list, saving one from a list, opening, changing, following, and which opens first."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.models import User
from agencies.permissions import may_administer_system, require_administer_system
from agencies.refusals import Invalid, Stale
from agencies.views.requests import SignedInRequest, posted
from agencies.vocabulary import Role
from disruptions.asked import Asked, read_asked
from disruptions.desk_forms import AS_FOR_ROLE, EVERYTHING, FirstViewForm, FollowForm, RolesFirstViewsForm, ViewForm
from disruptions.forms import read_version
from disruptions.models import SavedView
from disruptions.permissions import may_keep_view, require_keep_view
from disruptions.saved import (
    FIRST,
    IN_VIEW,
    VIEW,
    as_text,
    beside_view,
    first_view_of,
    first_views_of_roles,
    followed_by,
    own_first_view,
    scope_in_words,
    view_called,
    with_view,
)
from disruptions.services.saved_views import (
    change_view,
    choose_first_view,
    follow_view,
    retire_view,
    save_view,
    set_first_view_of_role,
    stop_following,
)
from disruptions.vocabulary import ListKind, ViewScope

LISTS: Final = {ListKind.DISRUPTIONS.value: "disruption_list", ListKind.THREATS.value: "threat_list"}
QUESTION: Final = "question"
"""The parameter that says that the address holds a view's new question, which may be that of no filter."""
WHICH: Final = "which"
"""The parameter that says of which list a view is saved."""


@dataclass(frozen=True, slots=True)
class ViewShown:
    """The view from which a list's filters came, and whether they are still its own."""

    view: SavedView
    is_changed: bool
    may_keep: bool
    whose: str


def opened(request: HttpRequest, user: User, which: str) -> HttpResponse | None:
    """Send ``?view=`` on to the address that it stands for, which can be changed filter by filter, shared and kept.

    Nothing where the address names no view. Raises ``Invalid`` for one that the person does not see, and for a name
    that the view and the address both say something of.
    """
    if VIEW not in request.GET:
        return None
    if request.GET.getlist(VIEW) == [FIRST] and which == ListKind.DISRUPTIONS:
        first, query = first_view_of(user), request.GET.copy()
        del query[VIEW]
        if first is not None:
            query = beside_view(first, query)
            query[IN_VIEW] = str(first.public_id)
        return HttpResponseRedirect(f"{request.path}?{query.urlencode()}" if query else request.path)
    query = with_view(request.GET, reader=user, which=which).copy()
    if request.GET[VIEW] != EVERYTHING:
        query[IN_VIEW] = str(view_called(request.GET[VIEW], reader=user, which=which).public_id)
    return HttpResponseRedirect(f"{request.path}?{query.urlencode()}" if query else request.path)


def view_shown(request: HttpRequest, user: User, which: str) -> ViewShown | None:
    """Return the view that the address says its filters came from, where the person sees it."""
    name = request.GET.get(IN_VIEW, "")
    try:
        view = view_called(name, reader=user, which=which) if name else None
    except Invalid:
        view = None
    if view is None:
        return None
    return ViewShown(view, as_text(request.GET) != view.query, may_keep_view(user, view), scope_in_words(view))


def address_of(view: SavedView) -> str:
    """Return the address of the list as the view asks for it."""
    query = QueryDict(view.query, mutable=True)
    query[IN_VIEW] = str(view.public_id)
    return f"{reverse(LISTS[view.which])}?{query.urlencode()}"


@require_safe
def view_list(request: SignedInRequest) -> HttpResponse:
    """The views that somebody sees: their own, their agency's, the national ones."""
    user = request.user
    following = followed_by(user)
    rows = [
        {
            "view": view,
            "href": address_of(view),
            "list": ListKind(view.which).label,
            "whose": scope_in_words(view),
            "following": following.get(view.pk),
        }
        for view in SavedView.objects.visible_to(user).with_related().by_scope()
    ]
    context = {"rows": rows, "may_set_roles": may_administer_system(user)}
    return render(request, "disruptions/view_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def view_new(request: SignedInRequest) -> HttpResponse:
    """Save the question of a list, which the address holds as the list's does."""
    which, query = _asked_in(request)
    form = ViewForm(posted(request), user=request.user, initial={"scope": ViewScope.PERSONAL.value})
    try:
        asked = read_asked(query, reader=request.user, which=which)
    except Invalid as refusal:
        return _unreadable(request, refusal, which)
    if request.method == "POST" and form.is_valid():
        try:
            view = save_view(acting_user=request.user, row=form.row(query=asked.text, which=which))
        except Invalid as refusal:
            form.refuse(refusal.violations)
        else:
            messages.success(request, f"“{view.name}” is saved. You find it under Saved views.")
            return redirect(address_of(view))
    context = {"form": form, "errors": form.summary(), "asked": _in_words(asked), "which": which, "back": _back(asked)}
    return _answer(request, "disruptions/view_new.html", context)


@require_safe
def view_detail(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What a view asks for, who keeps it, and following it."""
    view = _view_for(request, public_id)
    following = followed_by(request.user).get(view.pk)
    form = FollowForm(initial={"threshold": following.threshold if following else 10})
    return _detail(request, view, form)


@require_http_methods(["GET", "HEAD", "POST"])
def view_change(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Change a view's name and words, and its question where the address brings another."""
    view = _view_for(request, public_id)
    require_keep_view(request.user, view)
    _, query = _asked_in(request)
    brings = query.pop(QUESTION, None) is not None or bool(query)
    form = ViewForm(posted(request), user=request.user, changes=True, initial={"name": view.name, "words": view.words})
    try:
        asked = read_asked(query, reader=request.user, which=view.which) if brings else None
    except Invalid as refusal:
        return _unreadable(request, refusal, view.which)
    version, status = view.version, HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        values = {"name": form.cleaned_data["name"], "words": form.cleaned_data["words"]}
        if asked is not None:
            values["query"] = asked.text
        try:
            changed = change_view(
                acting_user=request.user, view=view, version=read_version(request.POST), values=values
            )
        except Invalid as refusal:
            form.refuse(refusal.violations)
        except Stale as stale:
            version, status, view = stale.current.version, HTTPStatus.CONFLICT, stale.current
        else:
            messages.success(request, f"“{changed.name}” is saved.")
            return redirect(address_of(changed))
    before, broken = _read(request.user, view)
    context = {
        "view": view,
        "form": form,
        "errors": form.summary(),
        "version": version,
        "changed": status == HTTPStatus.CONFLICT,
        "before": _in_words(before) if before is not None else None,
        "broken": broken,
        "asked": _in_words(asked) if asked is not None else None,
    }
    return _answer(request, "disruptions/view_change.html", context, status)


@require_http_methods(["GET", "HEAD", "POST"])
def view_retire(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Take a view out of use."""
    view = _view_for(request, public_id)
    require_keep_view(request.user, view)
    if request.method == "POST":
        retire_view(acting_user=request.user, view=view)
        messages.success(request, f"“{view.name}” is taken away.")
        return redirect("view_list")
    return render(request, "disruptions/view_retire.html", {"view": view, "whose": scope_in_words(view)})


@require_POST
def view_follow(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Follow a view, or stop."""
    view = _view_for(request, public_id)
    if "stop" in request.POST:
        stop_following(acting_user=request.user, view=view)
        messages.success(request, f"You do not follow “{view.name}” any more.")
        return redirect("view_detail", public_id)
    form = FollowForm(request.POST)
    if form.is_valid():
        try:
            follow_view(acting_user=request.user, view=view, threshold=form.cleaned_data["threshold"])
        except Invalid as refusal:
            form.refuse(refusal.violations)
        else:
            messages.success(request, f"You follow “{view.name}”.")
            return redirect("view_detail", public_id)
    return _detail(request, view, form)


@require_http_methods(["GET", "HEAD", "POST"])
def view_first(request: SignedInRequest) -> HttpResponse:
    """Choose which view one's own list of disruptions opens with."""
    user = request.user
    views = {str(view.public_id): view for view in SavedView.objects.visible_to(user).of_list("disruptions").by_scope()}
    chosen = own_first_view(user)
    now = AS_FOR_ROLE if chosen is None else str(chosen.view.public_id) if chosen.view is not None else EVERYTHING
    form = FirstViewForm(posted(request), views=views.values(), initial={"view": now})
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["view"]
        choose_first_view(acting_user=user, view=views.get(name), in_force=name != AS_FOR_ROLE)
        messages.success(request, "Your choice is saved. “Disruptions” at the top opens with it.")
        return redirect("view_list")
    return _answer(request, "disruptions/view_first.html", {"form": form, "errors": form.summary()})


@require_http_methods(["GET", "HEAD", "POST"])
def view_first_of_roles(request: SignedInRequest) -> HttpResponse:
    """Say which national view the list of disruptions opens with for each role."""
    require_administer_system(request.user)
    national = SavedView.objects.visible_to(request.user).of_list("disruptions").filter(scope=ViewScope.NATION)
    views = {str(view.public_id): view for view in national.by_scope()}
    now = {
        role: str(view.public_id) if view is not None and str(view.public_id) in views else ""
        for role, view in first_views_of_roles().items()
    }
    form = RolesFirstViewsForm(posted(request), views=list(views.values()), initial=now)
    if request.method == "POST" and form.is_valid():
        for role in Role:
            name = form.cleaned_data[role.value]
            if name != now.get(role.value, ""):
                set_first_view_of_role(acting_user=request.user, role=role.value, view=views.get(name))
        messages.success(request, "What opens first is saved for each role.")
        return redirect("view_list")
    return _answer(request, "disruptions/view_first_of_roles.html", {"form": form, "errors": form.summary()})


def _detail(request: SignedInRequest, view: SavedView, form: FollowForm) -> HttpResponse:
    asked, broken = _read(request.user, view)
    count = None
    if asked is not None:
        with asked.rows() as rows:
            count = rows.count()
    context = {
        "view": view,
        "whose": scope_in_words(view),
        "list": ListKind(view.which).label,
        "noun": {"disruptions": "record", "threats": "threat"}[view.which],
        "href": address_of(view),
        "asked": _in_words(asked) if asked is not None else None,
        "broken": broken,
        "count": count,
        "following": followed_by(request.user).get(view.pk),
        "form": form,
        "errors": form.summary(),
        "may_keep": may_keep_view(request.user, view),
    }
    return _answer(request, "disruptions/view_detail.html", context)


def _read(user: User, view: SavedView) -> tuple[Asked | None, list[str]]:
    """Return what a view asks for, or why it does not read any more."""
    try:
        return read_asked(QueryDict(view.query), reader=user, which=view.which), []
    except Invalid as refusal:
        return None, [f"{each.field}: {each.message}" for each in refusal.violations]


def _in_words(asked: Asked) -> list[str]:
    return asked.in_words() or ["Everything that you may open"]


def _back(asked: Asked) -> str:
    return f"{reverse(LISTS[asked.which])}?{asked.text}" if asked.text else reverse(LISTS[asked.which])


def _asked_in(request: HttpRequest) -> tuple[str, QueryDict]:
    """Return which list the address speaks of, and the list's query in it."""
    query = request.GET.copy()
    which = query.pop(WHICH, [ListKind.DISRUPTIONS.value])[-1]
    query.pop(IN_VIEW, None)
    if which not in LISTS:
        raise Http404
    return which, query


def _unreadable(request: HttpRequest, refusal: Invalid, which: str) -> HttpResponse:
    """Answer 400: what cannot be asked for cannot be saved."""
    errors = [{"text": f"{each.field}: {each.message}"} for each in refusal.violations]
    context = {"errors": errors, "back": reverse(LISTS[which])}
    return render(request, "disruptions/view_unreadable.html", context, status=HTTPStatus.BAD_REQUEST)


def _view_for(request: SignedInRequest, public_id: UUID) -> SavedView:
    view: SavedView | None = SavedView.objects.visible_to(request.user).called(str(public_id))
    if view is None:
        raise Http404
    return view


def _answer(
    request: HttpRequest, template: str, context: dict[str, Any], status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    if context["errors"] and status == HTTPStatus.OK:
        status = HTTPStatus.BAD_REQUEST
    return render(request, template, context, status=status)
