"""What is typed into the recording pages and not saved: read from a request, held while somebody signs in again.

A recording page carries a signed token of the person that it was drawn for. By it, what a page sends after its session
has ended is held until that person, and nobody else, has signed in again in the same browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from agencies.models import User
from agencies.refusals import Invalid, NotFound, Refused
from disruptions.forms import STEP_BY_NAME, STEPS
from disruptions.references import DISRUPTION, read_reference
from disruptions.services.unsaved import KEPT_AT_MOST, keep_unsaved
from disruptions.vocabulary import DisruptionRole

TOKEN: Final = "typed_by"  # noqa: S105 - the name of a control
_SALT: Final = "disruptions.typed_by"
_GOOD_FOR_SECONDS: Final = 7 * 24 * 60 * 60
_HELD: Final = "typed"
_HELD_PAGES: Final = 4
"""Pages that may wait for one sign-in: as many tabs as somebody may have open."""

_STEP_PAGES: Final = frozenset({"disruption_step", "disruption_step_keep"})
_START_PAGES: Final = frozenset({"disruption_new", "disruption_new_keep"})
_NOT_TYPED: Final = frozenset(
    {"csrfmiddlewaretoken", "action", "version", "then", "key", "q", "add_type", "throw_away", TOKEN}
)


def token_of(user: User) -> str:
    """Return the token for the pages that are drawn for a person."""
    return signing.dumps(user.pk, salt=_SALT)


def person_in(data: QueryDict) -> int | None:
    """Return the key of the person for whom a page was drawn that is sent now, if it says so and that is true."""
    try:
        found = signing.loads(data.get(TOKEN, ""), salt=_SALT, max_age=_GOOD_FOR_SECONDS)
    except signing.BadSignature:
        return None
    return found if isinstance(found, int) else None


def typed_in(data: QueryDict) -> dict[str, list[str]]:
    """Return the controls of a page that was sent, without what the page itself adds to them."""
    return {name: [str(value) for value in values] for name, values in data.lists() if name not in _NOT_TYPED}


def as_posted(data: Mapping[str, Any]) -> QueryDict:
    """Return controls that were kept as a browser would post them."""
    query = QueryDict(mutable=True)
    for name, values in data.items():
        query.setlist(name, values)
    return query


def key_in(data: QueryDict) -> UUID | None:
    """Return the random key of the start page that was sent or asked for."""
    try:
        return UUID(data.get("key", ""))
    except ValueError:
        return None


def new_address(role: str, lead: str | None, key: UUID | str) -> str:
    """Return the address of a start page. The key is in it, so that a second tab or the back button keeps it."""
    query = {"role": role, **({"lead": lead} if lead else {}), "key": key}
    return f"{reverse('disruption_new')}?{urlencode(query)}"


def resume_address(*, step: str, reference: str | None, key: str | None, data: Mapping[str, Any]) -> str:
    """Return where somebody goes on with what they typed."""
    if reference is not None:
        return reverse("disruption_step", args=[reference, step])
    role, lead = (data.get(name, [""])[0] for name in ("role", "lead"))
    if role not in DisruptionRole.values:
        return reverse("disruption_new")
    return new_address(role, read_reference(lead, DISRUPTION), key or "")


def hold_typed(request: HttpRequest) -> str | None:
    """Hold what a recording page sends while nobody is signed in, and return the address to come back to.

    Nothing is held of a page without the token of a person, and nothing that is too large to be kept.
    """
    match = request.resolver_match
    if match is None or match.url_name not in _STEP_PAGES | _START_PAGES:
        return None
    user = person_in(request.POST)
    place = _place_in(request, match.url_name, match.kwargs)
    if user is None or place is None:
        return None
    data = typed_in(request.POST)
    address = resume_address(**place, data=data)
    if sum(len(value) for values in data.values() for value in values) <= KEPT_AT_MOST:
        version = request.POST.get("version", "")
        held = dict(request.session.get(_HELD, {}))
        held.pop(address, None)
        held[address] = {
            **place,
            "user": user,
            "version": int(version) if version.isdecimal() and len(version) < 10 else None,
            "data": data,
        }
        request.session[_HELD] = dict(list(held.items())[-_HELD_PAGES:])
    return address


def is_held(request: HttpRequest, address: str | None) -> bool:
    """Say whether what was typed into the page at an address waits for its person."""
    return address in request.session.get(_HELD, {})


def take_up_typed(request: HttpRequest, user: User) -> set[str]:
    """Keep what was held for the person who has signed in now, and return the addresses of its pages.

    What somebody else typed is dropped.
    """
    if _HELD not in request.session:
        return set()
    kept = set()
    for address, held in request.session.pop(_HELD).items():
        if held.pop("user") != user.pk:
            continue
        key = held.pop("key")
        try:
            keep_unsaved(acting_user=user, key=UUID(key) if key else None, **held)
        except (NotFound, Refused, Invalid):
            # The record is no longer theirs to change: the page that they come back to says so.
            continue
        kept.add(address)
    return kept


def _place_in(request: HttpRequest, name: str, kwargs: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return which page it is, or nothing for an address that is none."""
    if name in _START_PAGES:
        key = key_in(request.POST)
        return {"step": STEPS[0].name, "reference": None, "key": str(key)} if key is not None else None
    reference = read_reference(kwargs["reference"], DISRUPTION)
    if reference is None or kwargs["step"] not in STEP_BY_NAME:
        return None
    return {"step": kwargs["step"], "reference": reference, "key": None}
