"""Every address of the site, found by walking the resolver; the tests that promise something of each start here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from disruptions.references import DISRUPTION, reference_of

API = "api/v1/"
ADMIN = "admin/"

PLACES: Mapping[str, str] = {
    "act": "no-such-act",
    "app_label": "agencies",
    "client_id": "no-such-client",
    "code": "no-such-code",
    "content_type_id": "1",
    "grant_pk": "1",
    "key": "no-such-key",
    "kind": "csv",
    "object_id": "1",
    "id": "00000000-0000-4000-8000-000000000000",
    "pk": "1",
    "public_id": "00000000-0000-4000-8000-000000000000",
    "reference": reference_of(DISRUPTION, 999_999),
    "rest": "no/such/thing",
    "secret_pk": "1",
    "step": "no-such-step",
    "uidb36": "1",
    "url": "no-such-page",
}
"""What stands in an address for each of its parameters where none is meant in particular."""

_CONVERTER = re.compile(r"<(?:[a-z_]+:)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>[^()]*\)")


@dataclass(frozen=True)
class Route:
    """One address: the name it is reversed by, the way it is written in the urls, and the view behind it."""

    name: str
    written: str
    view: Any

    @property
    def path(self) -> str:
        """An address that leads to the view, of nothing that exists."""
        text = _CONVERTER.sub(lambda found: PLACES[found[1]], self.written)
        return "/" + _GROUP.sub(lambda found: PLACES[found[1]], text).replace("^", "").replace("$", "")

    @property
    def operations(self) -> Mapping[str, str]:
        """For an address of the API, its methods and what each does."""
        return getattr(self.view, "actions", None) or {}

    @property
    def is_operation(self) -> bool:
        """Whether a partner system's token opens it."""
        return self.written.startswith(API)

    @property
    def is_admin(self) -> bool:
        """Whether it is a page of Django's admin."""
        return self.written.startswith(ADMIN)


def routes() -> list[Route]:
    """Return every address; one without a name has its writing for a name."""
    return list(_walk(get_resolver().url_patterns, "", ""))


def pages() -> list[Route]:
    """Return the addresses that people open: neither the API nor Django's admin."""
    return [route for route in routes() if not route.is_operation and not route.is_admin]


def _walk(patterns: list[URLPattern | URLResolver], before: str, namespace: str) -> Iterator[Route]:
    for pattern in patterns:
        written = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Route(namespace + (pattern.name or written), written, pattern.callback)
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, written, inner)
