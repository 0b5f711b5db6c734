"""Start a record in the browser: the same start made twice is one record; a support begins with its lead's values."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from django.db import transaction

from agencies.models import Agency, User
from agencies.refusals import NotFound, Refused
from disruptions.models import Disruption, StartedDraft, UnsavedStep
from disruptions.parsing import ParsedRow
from disruptions.permissions import may_support, require_record
from disruptions.rules import DisruptionRow
from disruptions.services.recording import RowResult, record_disruptions
from disruptions.services.rows import row_of
from disruptions.vocabulary import ACCEPTING_STATUSES, Channel, DisruptionRole

COPIED_TO_SUPPORT: Final = (
    "threat",
    "occurred_on",
    "level",
    "extent",
    "duration",
    "initiation",
    "strand",
    "sub_threat",
    "entry_method",
    "enablers",
    "uk_led",
    "force_area",
    "country",
    "operation",
    "summary",
    "marking",
)
"""What a support is filled in with. Its evidence, outcomes, references and sharing are its own."""


def support_from(*, acting_user: User, lead: str) -> DisruptionRow:
    """Return the row that a support of a lead starts with: values copied now and never synchronised.

    Raises ``NotFound``, or ``Refused`` if the record is not one that the acting user's agency can support.
    """
    record = (
        Disruption.objects.visible_to(acting_user)
        .select_related("agency", "threat", "lead", "lead_agency", "force_area")
        .filter(reference=lead)
        .first()
    )
    if record is None:
        raise NotFound
    if not may_support(acting_user, record):
        raise Refused(
            "may_not_support",
            f"{lead} cannot be supported by {acting_user.agency.name}. A support names a submitted lead record of "
            "another agency, and is recorded by those who record for their agency.",
        )
    taken = row_of(record)
    if record.threat is not None and record.threat.status not in ACCEPTING_STATUSES:
        taken.threat = None
    return replace(
        DisruptionRow(role=DisruptionRole.SUPPORT.value, lead=record.reference),
        **{name: getattr(taken, name) for name in COPIED_TO_SUPPORT},
    )


def start_draft(
    *, acting_user: User, agency: Agency, key: UUID, parsed: ParsedRow, lead: str | None = None
) -> tuple[RowResult, bool]:
    """Record a draft for a start page, once, and return what became of it and whether it was made now.

    ``key`` is the start page's random key; a second call with it answers with the first call's record and writes
    nothing; what was kept of the start page is forgotten. With ``lead``, what was not given is copied from that
    record. Raises ``NotFound`` or ``Refused``.
    """
    require_record(acting_user, agency)
    if lead is not None and parsed.row.role == DisruptionRole.SUPPORT:
        copied = support_from(acting_user=acting_user, lead=lead)
        parsed.row = replace(copied, **{name: getattr(parsed.row, name) for name in parsed.given})
    with transaction.atomic():
        # One start of a person at a time: the second of a double click waits here and then finds the first's record.
        User.objects.select_for_update(no_key=True).get(pk=acting_user.pk)
        earlier = started(acting_user=acting_user, key=key)
        if earlier is not None:
            return RowResult(0, record=earlier), False
        [result] = record_disruptions(
            acting_user=acting_user, agency=agency, rows=[parsed], channel=Channel.BROWSER, all_or_nothing=True
        )
        if result.record is not None:
            StartedDraft.objects.create(user=acting_user, key=key, disruption=result.record)
            UnsavedStep.objects.filter(user=acting_user, key=key).delete()
    return result, True


def started(*, acting_user: User, key: UUID) -> Disruption | None:
    """Return the record that a start page with this key has made for this person, if it has."""
    found = StartedDraft.objects.filter(user=acting_user, key=key).select_related("disruption__agency").first()
    return found.disruption if found is not None else None
