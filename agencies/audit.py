"""Write the log of who did what, who looked, who exported and what was refused (DPA 2018, section 62)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from agencies.models import Agency, AuditEntry, User
from agencies.network import client_address
from agencies.vocabulary import AuditAction


def record(
    action: AuditAction,
    subject: str,
    reference: str = "",
    *,
    user: User | None = None,
    request: HttpRequest | None = None,
    agency: Agency | None = None,
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Add one entry and return it.

    ``subject`` is the kind of thing (``disruption``, ``person``, ``list``), ``reference`` which one. The person is
    ``user`` or, without it, whoever is signed in to the request; the agency is theirs unless another is named. Address
    and request id come from the request. Inside a transaction the entry stands or falls with it.
    """
    if user is None and request is not None:
        user = _person_of(request)
    return AuditEntry.objects.create(
        action=action,
        user=user,
        agency_id=agency.pk if agency is not None else user.agency_id if user is not None else None,
        subject=subject[:40],
        reference=reference[:120],
        detail=dict(detail or {}),
        address=client_address(request.META) if request is not None else None,
        request_id=str(getattr(request, "request_id", ""))[:64],
    )


def _person_of(request: HttpRequest) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None
