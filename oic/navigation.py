"""The main navigation: what it holds, who sees which entry, and which one is current."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from agencies.permissions import may_administer_people, may_read_audit
from disruptions.work import GIVEN, counts_for


def _everybody(_user: Any) -> bool:
    return True


@dataclass(frozen=True)
class Entry:
    """One entry: its words, the URL name it leads to, and a condition on the signed-in user."""

    text: str
    url_name: str
    shown_to: Callable[[Any], bool] = _everybody
    count: Callable[[Any], int] | None = None
    """How many things wait behind it, for its number."""
    query: str = ""
    """What the link asks of the page beside its address."""


def _things_that_wait(user: Any) -> int:
    return sum(number for name, number in counts_for(user).items() if name != GIVEN)


ENTRIES: tuple[Entry, ...] = (
    Entry("My work", "home", count=_things_that_wait),
    Entry("Disruptions", "disruption_list", query="?view=default"),
    Entry("Threats", "threat_list"),
    Entry("OCGs", "ocg_list"),
    Entry("Dashboard", "dashboard"),
    Entry("Statistics", "statistics"),
    Entry("Agencies", "agencies:agency_list"),
    Entry("People", "agencies:person_list", may_administer_people),
    Entry("Log", "agencies:audit_list", may_read_audit),
    Entry("Help", "help"),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the entries for this request: `text`, `href`, `current` (this very page), `active` (below it), `count`.

    An entry whose page is not mounted is left out, so that parts of the site can be switched off in its urls.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    items: list[dict[str, Any]] = []
    for entry in ENTRIES:
        if not entry.shown_to(user):
            continue
        try:
            href = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        current = request.path == href
        active = not current and href != "/" and request.path.startswith(href)
        count = entry.count(user) if entry.count is not None else 0
        items.append(
            {"text": entry.text, "href": href + entry.query, "current": current, "active": active, "count": count}
        )
    return items
