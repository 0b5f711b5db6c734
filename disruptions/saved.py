"""Read what a saved view stands for: ``?view=`` becomes the filters that were saved."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.http import QueryDict

from agencies.constraints import Violation
from agencies.models import User
from agencies.refusals import Invalid
from disruptions.filters import DisruptionFilter, ThreatFilter
from disruptions.filters.grammar import EMPTY, NOT
from disruptions.filters.words import CONTAINS
from disruptions.models import DefaultView, SavedView, ViewFollowing
from disruptions.vocabulary import ListKind, ViewScope

VIEW: Final = "view"
"""The parameter that stands for a saved view's query."""
IN_VIEW: Final = "in_view"
"""The parameter of a page that says from which view its filters came. It narrows nothing."""
EVERYTHING: Final = "all"
FIRST: Final = "default"
UNKNOWN_VIEW: Final = "unknown_view"
PAGE_PARAMETERS: Final = frozenset({"page", "page_size", "density", IN_VIEW})
"""Parameters of a page that say nothing of what is asked for."""
OF_PAGES: Final = frozenset({"sort", "columns", "order"})
"""What a view may say beside its filters: what is asked for beside the view goes before it."""
LONGEST_NAME: Final = 200

_NOT_IN_A_SLUG = re.compile(r"[^a-z0-9]+")


def slug_of(name: str) -> str:
    """Return a name as it stands in an address: ``Majors this financial year`` as ``majors-this-financial-year``."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return _NOT_IN_A_SLUG.sub("-", plain.lower()).strip("-")


def view_called(name: str, *, reader: User, which: str) -> SavedView:
    """Return the view of a list that a name or a public id stands for, among those that the reader sees.

    Raises ``Invalid`` where there is none: a list without it would hold other records than were asked for.
    """
    found: SavedView | None = None
    if len(name) <= LONGEST_NAME and "\x00" not in name:
        found = SavedView.objects.visible_to(reader).of_list(which).called(name)
    if found is None:
        raise Invalid([Violation(VIEW, UNKNOWN_VIEW, "There is no saved view of this name that you may use.")])
    return found


def with_view(
    parameters: QueryDict, *, reader: User, which: str = ListKind.DISRUPTIONS.value, filters_only: bool = False
) -> QueryDict:
    """Return parameters with what their ``view`` stands for in its place; without one, as they are.

    Filters beside the view narrow it further. ``filters_only`` leaves out the order and columns that were saved, which
    the API does not read. Raises ``Invalid`` for an unknown view, and for each name that both say something of.
    """
    if VIEW not in parameters:
        return parameters
    names = parameters.getlist(VIEW)
    if len(names) > 1:
        raise Invalid([Violation(VIEW, "invalid_filter", "Give this once.")])
    beside = parameters.copy()
    del beside[VIEW]
    if names[0] == EVERYTHING:
        return beside
    view = view_called(names[0], reader=reader, which=which)
    return beside_view(view, beside, filters_only=filters_only)


def beside_view(view: SavedView, parameters: QueryDict, *, filters_only: bool = False) -> QueryDict:
    """Return a view's own query with further parameters beside it, which narrow it.

    Raises ``Invalid`` for names that both hold, and where one asks for values and the other for what is not given:
    these are alternatives, and together they would hold more than the view.
    """
    saved = QueryDict(view.query, mutable=True)
    for name in OF_PAGES & set(saved):
        if filters_only or name in parameters:
            del saved[name]
    twice = [name for name in saved if name in parameters] + _alternatives(saved, parameters, view.which)
    if twice:
        words = f"The view “{view.name}” says this already. Leave it out here, or ask without the view."
        raise Invalid([Violation(name, "in_view", words) for name in twice])
    merged = parameters.copy()
    for name, values in saved.lists():
        merged.setlist(name, values)
    return merged


def _alternatives(saved: QueryDict, parameters: QueryDict, which: str) -> list[str]:
    """Return the parameters that would widen a view: the values of a family and "not given" make one question."""
    families = (ThreatFilter if which == ListKind.THREATS else DisruptionFilter).families
    found = []
    for name, family in families.items():
        empty = name + EMPTY
        values = {each for each in (name, *family.relatives(name)) if not each.endswith((EMPTY, NOT, CONTAINS))}
        if saved.get(empty) == "yes":
            found += [each for each in parameters if each in values]
        if parameters.get(empty) == "yes" and values & set(saved):
            found.append(empty)
    return found


def first_view_of(user: User) -> SavedView | None:
    """Return the view with which the list of disruptions opens for somebody from the navigation, or nothing.

    Their own choice goes before that for a role of theirs; of several roles the first in the order of the roles. A view
    that is retired, or no longer theirs to see, is passed over.
    """
    seen = {view.pk: view for view in SavedView.objects.visible_to(user).of_list(ListKind.DISRUPTIONS)}
    for choice in DefaultView.objects.for_person(user):
        if choice.user_id is not None and choice.view_id is None:
            return None
        if choice.view_id in seen:
            return seen[choice.view_id]
    return None


def own_first_view(user: User) -> DefaultView | None:
    """Return what somebody chose for themselves to open first, or nothing where it goes by their roles."""
    own: DefaultView | None = DefaultView.objects.for_person(user).filter(user=user).first()
    return own


def first_views_of_roles() -> dict[str, SavedView | None]:
    """Return which view opens first for each role that has one."""
    return {choice.role: choice.view for choice in DefaultView.objects.of_roles() if choice.role is not None}


def followed_by(user: User) -> dict[int, ViewFollowing]:
    """Return what somebody follows, by the view's key."""
    return {each.view_id: each for each in ViewFollowing.objects.of_person(user)}


def as_text(query: QueryDict) -> str:
    """Return a query as it is kept: the same for the same question, without what only concerns a page."""
    ordered = QueryDict(mutable=True)
    for name in sorted(set(query) - PAGE_PARAMETERS):
        values = sorted({value for value in query.getlist(name) if value.strip()})
        if values:
            ordered.setlist(name, values)
    return ordered.urlencode()


def scope_in_words(view: SavedView) -> str:
    """Say who sees a view."""
    if view.scope == ViewScope.AGENCY and view.agency is not None:
        return view.agency.short_name
    return {ViewScope.PERSONAL.value: "Yours", ViewScope.NATION.value: "National"}[view.scope]
