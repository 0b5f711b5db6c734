"""A record as other systems see it: wire names and codes, and nothing of a lead that the reader may not open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from agencies.models import User
from disruptions.fields import FIELD_NAMES
from disruptions.history import decisions_on, versions_open_to
from disruptions.models import Disruption, DisruptionAsAt, DisruptionEvent, DisruptionShare, HandOver, Outcome
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


def represent_reviews(record: Disruption, *, reader: User) -> list[dict[str, Any]]:
    """Return the decisions on versions that the reader could open, as plain JSON values, the latest first; two queries.

    Of who decided, the name is said only where the record or the person is of the reader's agency.
    """
    return [
        {
            "version": review.version,
            "decision": review.decision,
            "from_level": review.from_level,
            "to_level": review.to_level,
            "reason": review.reason,
            "field_reasons": review.field_reasons,
            "reason_class": review.reason_class or None,
            "decided_by": _person(review.decided_by, record, reader),
            "decided_at": _time(review.decided_at),
        }
        for review in decisions_on(record, acting_user=reader, versions=versions_open_to(reader, record))
    ]


def represent_history(record: Disruption, *, reader: User) -> list[dict[str, Any]]:
    """Return the versions that the reader could open, as plain JSON values, the newest first; five queries, always.

    Each says what made it and, by wire name, the values that differ from the one before it that is returned as well.
    Another record that a version names (its lead) is null where the reader may not open it.
    """
    events = list(
        DisruptionEvent.objects.filter(id=record.pk, version__in=versions_open_to(reader, record))
        .select_related("agency", "threat", "lead_agency", "force_area", "changed_by__agency")
        .order_by("version")
    )
    leads = {event.lead_id for event in events if event.lead_id is not None}
    openable = (
        dict(Disruption.objects.visible_to(reader).filter(pk__in=leads).values_list("pk", "reference")) if leads else {}
    )
    outcomes = list(record.outcomes.order_by("position", "pk"))
    shares = list(record.shares.select_related("agency").order_by("agency__code"))
    entries = []
    before: dict[str, Any] = {}
    for event in events:
        now = _record(
            event,
            openable,
            [_outcome(each) for each in outcomes if _in_version(each, event.version)],
            [each.agency.code for each in shares if _in_version(each, event.version)],
        )
        entries.append(
            {
                "version": event.version,
                "change": event.change,
                "changed_at": _time(event.changed_at),
                "changed_by": _person(event.changed_by, record, reader),
                "reason": event.change_reason,
                "reason_class": event.reason_class or None,
                "changes": _changes(before, now) if before else [],
            }
        )
        before = now
    return entries[::-1]


def represent_hand_over(offer: HandOver) -> dict[str, Any]:
    """Return an offer to hand a record over as plain JSON values; the offer comes with its record and agencies."""
    return {
        "disruption": offer.disruption.reference,
        "version": offer.disruption.version,
        "from_agency": offer.from_agency.code,
        "to_agency": offer.to_agency.code,
        "status": offer.status,
        "reason": offer.reason,
        "answer": offer.answer,
        "offered_at": _time(offer.offered_at),
        "answered_at": _time(offer.answered_at),
    }


_SAID_OF_A_VERSION: Final = frozenset({"reference", "version", "recorded_at", "changed_at"})
"""What each version says of itself, or what never changes."""


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"field": name, "before": before[name], "after": now[name]}
        for name in RECORD_NAMES
        if name not in _SAID_OF_A_VERSION and before[name] != now[name]
    ]


def _person(person: User, record: Disruption, reader: User) -> dict[str, Any]:
    named = reader.agency_id in {record.agency_id, person.agency_id}
    return {"agency": person.agency.code, "name": person.name if named else None}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "type": outcome.type,
        "count": outcome.count,
        "value_gbp": None if outcome.value_gbp is None else str(outcome.value_gbp),
        "months": outcome.months,
        "item": outcome.item,
    }


def _parts(records: Sequence[Any]) -> tuple[dict[int, list[dict[str, Any]]], dict[int, list[str]]]:
    """Return outcomes and shares by record, each as of the version at hand."""
    versions = {record.pk: record.version for record in records}
    outcomes: dict[int, list[dict[str, Any]]] = defaultdict(list)
    shares: dict[int, list[str]] = defaultdict(list)
    past = any(isinstance(record, DisruptionAsAt) for record in records)
    kept = Outcome.objects.filter(disruption_id__in=versions).order_by("disruption_id", "position")
    for outcome in kept if past else kept.live():
        if _in_version(outcome, versions[outcome.disruption_id]):
            outcomes[outcome.disruption_id].append(_outcome(outcome))
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
