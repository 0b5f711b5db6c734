"""Keep a list's question under a name, say which opens first, follow its count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import DataError, transaction
from django.http import QueryDict

from agencies import audit
from agencies.constraints import Violation, declare, violation
from agencies.models import Now, User, oic_now
from agencies.permissions import require_administer_system
from agencies.refusals import Invalid, NotFound, Stale
from agencies.services.changes import require_valid
from agencies.vocabulary import AuditAction
from disruptions.asked import read_asked
from disruptions.models import DefaultView, SavedView, ViewFollowing
from disruptions.permissions import require_keep_view, require_share_views
from disruptions.rules import is_storable
from disruptions.saved import slug_of
from disruptions.services.versions import in_one_transaction
from disruptions.vocabulary import ListKind, ViewScope

declare("saved_view_storable", "name", "Take out the characters that cannot be stored (null or half a character).")
declare("saved_view_query_reads", "query", "The list cannot be asked for this.")
declare("default_view_is_national", "view", "Choose a national view of disruptions: everybody with the role sees it.")
declare("default_view_is_seen", "view", "Choose one of the views of disruptions that you see.")


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A view as it was sent; ``query`` is the list's query as an address has it."""

    name: str
    query: str
    words: str = ""
    scope: str = ViewScope.PERSONAL.value
    which: str = ListKind.DISRUPTIONS.value


def save_view(*, acting_user: User, row: ViewRow) -> SavedView:
    """Save a list's question under a name, for oneself, one's agency or everybody.

    Raises ``Refused``, or ``Invalid`` for a name that is taken and for a question that the list refuses.
    """

    def work() -> SavedView:
        require_share_views(acting_user, row.scope)
        view = SavedView(
            **_checked({"name": row.name, "words": row.words}),
            slug=slug_of(row.name),
            scope=row.scope,
            agency=acting_user.agency if row.scope == ViewScope.AGENCY else None,
            which=row.which,
            query=canonical(row.query, reader=acting_user, which=row.which),
            made_by=acting_user,
            changed_by=acting_user,
        )
        require_valid(view)
        view.save()
        _log(acting_user, view, {"saved": view.name, "for": view.scope, "query": view.query})
        return view

    return in_one_transaction(work)


def change_view(*, acting_user: User, view: SavedView, version: int | None, values: Mapping[str, str]) -> SavedView:
    """Change the name, words or query of a view; who sees it stays, and so does what its public id leads to.

    Raises ``NotFound``, ``Refused``, ``Invalid`` or ``Stale``.
    """

    def work() -> SavedView:
        fresh = _locked(acting_user, view)
        require_keep_view(acting_user, fresh)
        changes: dict[str, Any] = _checked({name: values[name] for name in ("name", "words") if name in values})
        if "name" in changes:
            changes["slug"] = slug_of(changes["name"])
        if "query" in values:
            changes["query"] = canonical(values["query"], reader=acting_user, which=fresh.which)
        own = {name: value for name, value in changes.items() if getattr(fresh, name) != value}
        if own and version is not None and version != fresh.version:
            raise Stale(fresh, {name: getattr(fresh, name) for name in own}, own)
        if own:
            told = {name: [getattr(fresh, name), value] for name, value in own.items()}
            _write(fresh, own, acting_user)
            _log(acting_user, fresh, {"changes": told})
        return fresh

    return in_one_transaction(work)


def retire_view(*, acting_user: User, view: SavedView) -> SavedView:
    """Take a view out of use: nobody finds it, follows it or has it open first any more. It stays in the history."""

    def work() -> SavedView:
        fresh = _locked(acting_user, view)
        require_keep_view(acting_user, fresh)
        _write(fresh, {"retired_at": oic_now()}, acting_user)
        _log(acting_user, fresh, {"retired": fresh.name})
        return fresh

    return in_one_transaction(work)


def choose_first_view(*, acting_user: User, view: SavedView | None, in_force: bool = True) -> None:
    """Say which view one's own list of disruptions opens with; ``None``: everything. Raises ``Invalid``.

    ``in_force=False`` takes the choice back, so that the one for a role stands again.
    """

    def work() -> None:
        if view is not None and not _seen_by(acting_user).of_list(ListKind.DISRUPTIONS).filter(pk=view.pk).exists():
            raise Invalid([violation("default_view_is_seen")])
        _set_default(acting_user, {"user": acting_user}, view, in_force=in_force)

    in_one_transaction(work)


def set_first_view_of_role(*, acting_user: User, role: str, view: SavedView | None) -> None:
    """Say which national view the list of disruptions opens with for a role; ``None``: everything.

    Raises ``Refused`` or ``Invalid``.
    """

    def work() -> None:
        require_administer_system(acting_user)
        if view is not None and (
            view.scope != ViewScope.NATION or view.which != ListKind.DISRUPTIONS or view.retired_at is not None
        ):
            raise Invalid([violation("default_view_is_national")])
        _set_default(acting_user, {"role": role}, view, in_force=view is not None)
        audit.record(
            AuditAction.CHANGED,
            "saved_view",
            str(view.public_id) if view is not None else "",
            user=acting_user,
            detail={"opens first for": role, "view": view.name if view is not None else ""},
        )

    in_one_transaction(work)


def follow_view(*, acting_user: User, view: SavedView, threshold: int) -> ViewFollowing:
    """Be told when a view's count has changed by so many since one was last told; today's count is where it starts.

    Raises ``NotFound``, or ``Invalid`` for a threshold out of range and a view that does not read any more.
    """

    def work() -> ViewFollowing:
        seen = _locked(acting_user, view)
        following = ViewFollowing.objects.filter(view=seen, user=acting_user).first()
        following = following or ViewFollowing(view=seen, user=acting_user)
        following.threshold, following.ended_at, following.change = threshold, None, 0
        if not 1 <= threshold <= 1_000_000:
            raise Invalid([violation("view_following_threshold_at_least_one")])
        following.counted, following.counted_at = count_of(seen, reader=acting_user), oic_now()
        following.save()
        return following

    return in_one_transaction(work)


def stop_following(*, acting_user: User, view: SavedView) -> None:
    """Be told of a view no more."""
    in_one_transaction(
        lambda: ViewFollowing.objects.filter(view=view, user=acting_user, ended_at__isnull=True).update(ended_at=Now())
    )


def count_of(view: SavedView, *, reader: User) -> int:
    """Return how many there are in a view for one person. Raises ``Invalid`` where it does not read any more."""
    with read_asked(QueryDict(view.query), reader=reader, which=view.which).rows() as rows:
        return int(rows.count())


def note_changed_views(person: User) -> int:
    """Count the views that somebody follows, and return how many changed by what they asked for, which is kept.

    A view that does not read any more has no count: its page says so. Runs in the transaction of whoever tells them.
    """
    changed = 0
    for following in ViewFollowing.objects.of_person(person):
        try:
            with transaction.atomic():
                count = count_of(following.view, reader=person)
        except (Invalid, DataError):
            continue
        before = following.counted or 0
        if abs(count - before) < following.threshold:
            continue
        following.change, following.counted, following.counted_at = count - before, count, oic_now()
        following.save(update_fields=["change", "counted", "counted_at"])
        changed += 1
    return changed


def canonical(query: str, *, reader: User, which: str) -> str:
    """Return a query as it is kept. Raises ``Invalid``, with each fault, for what the list refuses.

    It is asked once: what the database cannot answer is not kept, to fail for everybody who follows it.
    """
    try:
        asked = read_asked(QueryDict(query), reader=reader, which=which, allow={"in_view"})
        with transaction.atomic(), asked.rows() as rows:
            rows.order_by().exists()
        return asked.text
    except DataError as error:
        raise Invalid([violation("saved_view_query_reads")]) from error
    except Invalid as refusal:
        raise Invalid(
            [
                Violation("query", "saved_view_query_reads", f"{each.field}: {each.message}")
                for each in refusal.violations
            ]
        ) from refusal


def _checked(values: dict[str, str]) -> dict[str, str]:
    cleaned = {name: value.strip() for name, value in values.items()}
    faults = [violation("saved_view_storable", name) for name, value in cleaned.items() if not is_storable(value)]
    if faults:
        raise Invalid(faults)
    if "name" in cleaned:
        cleaned["name"] = " ".join(cleaned["name"].split())
        if not cleaned["name"]:
            raise Invalid([violation("saved_view_has_name")])
        if not slug_of(cleaned["name"]):
            raise Invalid([violation("saved_view_slug_well_formed")])
    return cleaned


def _set_default(acting_user: User, whose: Mapping[str, Any], view: SavedView | None, *, in_force: bool) -> None:
    choice = DefaultView.objects.filter(**whose).select_for_update().first() or DefaultView(**whose)
    choice.view, choice.in_force, choice.changed_by, choice.changed_at = view, in_force, acting_user, oic_now()
    require_valid(choice)
    choice.save()


def _write(view: SavedView, values: Mapping[str, Any], acting_user: User) -> None:
    """Write the next version of a locked view."""
    stamped = {**values, "changed_by": acting_user, "changed_at": oic_now(), "version": view.version + 1}
    for name, value in stamped.items():
        setattr(view, name, value)
    require_valid(view)
    view.save(update_fields=list(stamped))


def _seen_by(user: User) -> Any:
    return SavedView.objects.visible_to(user)


def _locked(acting_user: User, view: SavedView) -> SavedView:
    fresh: SavedView | None = _seen_by(acting_user).filter(pk=view.pk).select_for_update(of=("self",)).first()
    if fresh is None:
        raise NotFound
    return fresh


def _log(acting_user: User, view: SavedView, detail: Mapping[str, Any]) -> None:
    audit.record(AuditAction.CHANGED, "saved_view", str(view.public_id), user=acting_user, detail=detail)
