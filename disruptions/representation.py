"""A record as other systems see it: wire names and codes, and nothing of a lead that the reader may not open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from agencies.models import User
from disruptions.fields import FIELD_NAMES
from disruptions.models import Disruption, DisruptionAsAt, DisruptionShare, Outcome
from disruptions.services.duplicates import Match
from disruptions.services.rows import COLUMN_FIELDS
from disruptions.vocabulary import COUNTED_STATUSES, DisruptionRole

STATE_NAMES: Final = (
    "reference",
    "agency",
    "status",
    "version",
    "claimed_level",
    "recorded_at",
    "submitted_at",
    "approved_at",
    "changed_at",
    "waiting",
    "sandbox",
)
"""What the service says of a record beside what its agency sent."""

RECORD_NAMES: Final = (*STATE_NAMES, *FIELD_NAMES, "outcomes")

_DATES = frozenset({"occurred_on", "source_recorded_on"})
_STORED = tuple(field.name for field in COLUMN_FIELDS if field.name not in _DATES)


def represent(records: Sequence[Disruption] | Sequence[DisruptionAsAt], *, reader: User) -> list[dict[str, Any]]:
    """Return records as plain JSON values, by wire name; three queries, however many they are.

    The records come with what ``with_related`` fetches. A lead that ``reader`` may not open is null; the agency that
    led is said all the same. Past states come with the outcomes and shares of their own version.
    """
    outcomes, shares = _parts(records)
    leads = {record.lead_id for record in records if record.lead_id is not None}
    openable = (
        dict(Disruption.objects.visible_to(reader).filter(pk__in=leads).values_list("pk", "reference")) if leads else {}
    )
    return [_record(record, openable, outcomes[record.pk], shares[record.pk]) for record in records]


def _record(record: Any, leads: dict[int, str], outcomes: list[dict[str, Any]], shares: list[str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "reference": record.reference,
        "agency": record.agency.code,
        "status": record.status,
        "version": record.version,
        "claimed_level": record.claimed_level,
        "recorded_at": _time(record.recorded_at),
        "submitted_at": _time(record.submitted_at),
        "approved_at": _time(record.approved_at),
        "changed_at": _time(record.changed_at),
        "waiting": record.role == DisruptionRole.SUPPORT
        and record.lead_id is None
        and record.status in COUNTED_STATUSES,
        "sandbox": record.sandbox,
    }
    stored = {name: getattr(record, name) for name in _STORED}
    related = {
        "lead": leads.get(record.lead_id),
        "lead_agency": record.lead_agency.code if record.lead_agency else None,
        "threat": record.threat.reference if record.threat else None,
        "force_area": record.force_area.code if record.force_area else None,
        "occurred_on": _day(record.occurred_on),
        "source_recorded_on": _day(record.source_recorded_on),
        "shared_with": shares,
    }
    sent = stored | related
    return row | {name: sent[name] for name in FIELD_NAMES} | {"outcomes": outcomes}


def represent_matches(matches: Sequence[Match]) -> list[dict[str, Any]]:
    """Return likely duplicates as plain JSON values: of a record that is hidden, its agency and the contact alone."""
    return [
        {
            "reference": match.reference,
            "agency": match.agency,
            "contact": match.contact,
            "why": [reason.value for reason in match.why],
            "score": match.score,
        }
        for match in matches
    ]


def _parts(records: Sequence[Any]) -> tuple[dict[int, list[dict[str, Any]]], dict[int, list[str]]]:
    """Return outcomes and shares by record, each as of the version at hand."""
    versions = {record.pk: record.version for record in records}
    outcomes: dict[int, list[dict[str, Any]]] = defaultdict(list)
    shares: dict[int, list[str]] = defaultdict(list)
    past = any(isinstance(record, DisruptionAsAt) for record in records)
    kept = Outcome.objects.filter(disruption_id__in=versions).order_by("disruption_id", "position")
    for outcome in kept if past else kept.live():
        if _in_version(outcome, versions[outcome.disruption_id]):
            outcomes[outcome.disruption_id].append(
                {
                    "type": outcome.type,
                    "count": outcome.count,
                    "value_gbp": None if outcome.value_gbp is None else str(outcome.value_gbp),
                    "months": outcome.months,
                    "item": outcome.item,
                }
            )
    named = DisruptionShare.objects.filter(disruption_id__in=versions).select_related("agency").order_by("agency__code")
    for share in named if past else named.live():
        if _in_version(share, versions[share.disruption_id]):
            shares[share.disruption_id].append(share.agency.code)
    return outcomes, shares


def _in_version(part: Any, version: int) -> bool:
    return part.from_version <= version and (part.until_version is None or version < part.until_version)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
