"""Who may open each record, as its last event keeps it and as ``visible_to`` says."""

from __future__ import annotations

from agencies.models import User
from disruptions.models import ChangeEvent, Disruption

Agencies = dict[int, list[int] | None]
"""The ids of agencies by the key of a record; ``None`` for every agency."""


def last_audiences(accounts: list[User]) -> Agencies:
    """Return who could open each record after its last event; ``None`` too where all the accounts' are named."""
    every = sorted(each.agency_id for each in accounts)
    events = ChangeEvent.objects.filter(subject="disruption").order_by("object_id", "-id").distinct("object_id")
    return {
        key: None if audience == every else audience for key, audience in events.values_list("object_id", "audience")
    }


def open_to(accounts: list[User]) -> Agencies:
    """Return the agencies whose account may open each record now; ``None`` where all may."""
    found: dict[int, list[int]] = {key: [] for key in Disruption.objects.values_list("pk", flat=True)}
    for account in sorted(accounts, key=lambda each: each.agency_id):
        for key in Disruption.objects.visible_to(account).order_by().values_list("pk", flat=True):
            found[key].append(account.agency_id)
    return {key: None if len(agencies) == len(accounts) else agencies for key, agencies in found.items()}
