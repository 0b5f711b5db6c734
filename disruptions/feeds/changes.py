"""The change feed: what happened to the things that a client may open, in one order, none left out and none twice.

``DisruptionQuerySet.visible_to`` is the one gate: nothing is said of a record that the client may not open now, but
that it left the client's view. The audience that each event keeps only says when that was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import BooleanField, Case, OuterRef, Q, Subquery, Value, When

from agencies.models import ApiClient
from disruptions.feed_types import ENTERED_VIEW, FEED_TYPES, LEFT_VIEW, NAME_OF_SUBJECT
from disruptions.models import OCG, ChangeEvent, Disruption, SOCThreat
from disruptions.vocabulary import AUDIENCE_CHANGED

DISRUPTION: Final = "disruption"

PLACED_AT_ONCE: Final = 20_000
"""How many events get their place in the feed in one request at most."""
EXAMINED_AT_ONCE: Final = 20_000
"""How many events are looked through in one request at most, whatever the client may see of them."""
WINDOW: Final = 5_000


@dataclass(frozen=True, slots=True)
class Item:
    """One change as a client sees it. Without version and agency where it may not open the record any more."""

    position: int
    type: str
    reference: str
    version: int | None
    agency: str | None
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """A part of the feed: its items, the position after them, and whether there may be more beyond it."""

    items: tuple[Item, ...]
    position: int
    more: bool


def read_changes(
    *, client: ApiClient, scopes: Collection[str], after: int, limit: int, types: Collection[str] = ()
) -> Changes:
    """Return what a client may know of what happened after a position, in order; ``types`` keeps only those, if any.

    Positions are gapless and belong to committed changes alone, so whoever goes on from the position that is returned
    misses nothing and reads nothing twice. There may be fewer items than ``limit`` while there is more: a request looks
    through so many events and no further. A position beyond the end comes back as the end.
    """
    last, placed = _place_events()
    names = {name.partition(".")[0] for name, scope in FEED_TYPES.items() if scope in scopes}
    subjects = [subject for subject, name in NAME_OF_SUBJECT.items() if name in names]
    position = min(after, last)
    furthest = min(position + EXAMINED_AT_ONCE, last)
    items: list[Item] = []
    window = limit
    while position < furthest and len(items) < limit:
        until = min(position + window, furthest)
        found = _items(client, subjects, position, until)
        items += [item for item in found if not types or item.type in types]
        position = until
        window = min(window * 4, WINDOW)
    if len(items) > limit:
        del items[limit:]
        position = items[-1].position
    return Changes(tuple(items), position, position < last or placed == PLACED_AT_ONCE)


def marks_of(*positions: int) -> tuple[str, ...]:
    """Return a mark for each position, such that the same position of another history has another mark.

    A database that was put back to an earlier state gives the positions that it had given already to other changes.
    There is no mark for a position that no change has; that before the first is always the same.
    """
    found = {
        position: f"{position} {key} {occurred_at.timestamp():f}"
        for position, key, occurred_at in ChangeEvent.objects.filter(position__in=positions)
        .order_by()
        .values_list("position", "pk", "occurred_at")
    }
    return tuple("0" if position == 0 else found.get(position, "") for position in positions)


def latest_position() -> int:
    """Return the position of the last change that is committed now."""
    last, placed = _place_events()
    while placed == PLACED_AT_ONCE:
        last, placed = _place_events()
    return last


def _place_events() -> tuple[int, int]:
    """Give committed events their places, and return the last place and how many were given.

    The reader does it, so that a client finds its own change in the feed as soon as that was acknowledged.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_position, numbered FROM number_change_events(%s)", [PLACED_AT_ONCE])
        last, placed = cursor.fetchone()
    return last, placed


def _items(client: ApiClient, subjects: Collection[str], after: int, until: int) -> Iterable[Item]:
    events = _events(client, subjects, after, until)
    open_now = _open_now(client, events)
    for event in events:
        kind = _type_of(event, is_open=event["object_id"] in open_now[event["subject"]])
        if kind is None:
            continue
        gone = kind == LEFT_VIEW
        yield Item(
            event["position"],
            kind,
            event["reference"],
            None if gone else event["version"],
            None if gone else event["agency__code"],
            event["occurred_at"],
        )


def _type_of(event: Mapping[str, Any], *, is_open: bool) -> str | None:
    """Return what a client is told of an event, or nothing."""
    if not event["let_in"]:
        return LEFT_VIEW if event["let_in_before"] else None
    if not is_open:
        return None
    if event["change"] != AUDIENCE_CHANGED:
        return f"{NAME_OF_SUBJECT[event['subject']]}.{event['change']}"
    return None if event["let_in_before"] else ENTERED_VIEW


def _events(client: ApiClient, subjects: Collection[str], after: int, until: int) -> list[dict[str, Any]]:
    """Read the events of a part of the feed: whether each let the client's agency in, and the one before it did."""
    lets_in = Q(audience__isnull=True) | Q(audience__contains=[client.service_account.agency_id])
    let_in = Case(When(lets_in, then=Value(True)), default=Value(False), output_field=BooleanField())
    before = (
        ChangeEvent.objects.filter(subject=OuterRef("subject"), object_id=OuterRef("object_id"), pk__lt=OuterRef("pk"))
        .order_by("-pk")
        .annotate(let_in=let_in)
        .values("let_in")[:1]
    )
    # The first event of a record has none before it; what it does not let the client see, the client never saw.
    never_seen = ~lets_in & Q(version=1) & ~Q(change=AUDIENCE_CHANGED)
    rows: Any = (
        ChangeEvent.objects.filter(
            ~Q(subject=DISRUPTION) | Q(sandbox=client.sandbox),
            position__gt=after,
            position__lte=until,
            subject__in=subjects,
        )
        .exclude(never_seen)
        .annotate(
            let_in=let_in,
            let_in_before=Case(
                When(lets_in & ~Q(change=AUDIENCE_CHANGED), then=Value(None)),
                default=Subquery(before),
                output_field=BooleanField(null=True),
            ),
        )
        .order_by("position")
    )
    return list(
        rows.values(
            "position",
            "subject",
            "object_id",
            "reference",
            "version",
            "change",
            "agency__code",
            "occurred_at",
            "let_in",
            "let_in_before",
        )
    )


def _open_now(client: ApiClient, events: Iterable[Mapping[str, Any]]) -> dict[str, set[int]]:
    """Return the keys of what the client may open now, by subject, in a query for each."""
    asked: dict[str, set[int]] = {subject: set() for subject in NAME_OF_SUBJECT}
    for event in events:
        if event["let_in"]:
            asked[event["subject"]].add(event["object_id"])
    account = client.service_account
    openable: dict[str, Any] = {
        DISRUPTION: Disruption.objects.visible_to(account).in_sandbox(client.sandbox),
        "soc_threat": SOCThreat.objects.visible_to(account),
        "ocg": OCG.objects.visible_to(account),
    }
    return {
        subject: set(openable[subject].filter(pk__in=keys).order_by().values_list("pk", flat=True)) if keys else set()
        for subject, keys in asked.items()
    }
