"""Who may open each record, as its last event keeps it and as ``visible_to`` says."""

from __future__ import annotations

from agencies.models import User
from disruptions.models import ChangeEvent, Disruption

Agencies = dict[int, list[int] | None]
"""The ids of agencies by the key of a record; ``None`` for every agency."""


def last_audiences() -> Agencies:
    """Return who could open each record after its last event."""
    events = ChangeEvent.objects.filter(subject="disruption").order_by("object_id", "-id").distinct("object_id")
    return dict(events.values_list("object_id", "audience"))


def open_to(accounts: list[User]) -> Agencies:
    """Return the agencies whose account may open each record now."""
    found: dict[int, list[int]] = {key: [] for key in Disruption.objects.values_list("pk", flat=True)}
    for account in sorted(accounts, key=lambda each: each.agency_id):
        for key in Disruption.objects.visible_to(account).order_by().values_list("pk", flat=True):
            found[key].append(account.agency_id)
    return dict(found)


def spelt_out(audiences: Agencies, accounts: list[User]) -> Agencies:
    """Return the same with every agency named one by one: those of the accounts are all there are."""
    every = sorted(each.agency_id for each in accounts)
    return {key: every if audience is None else audience for key, audience in audiences.items()}
