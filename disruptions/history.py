"""What each version of a record changed: who, when, what from what to what, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.models import User
from disruptions.fields import BY_NAME, FIELDS, Kind
from disruptions.models import ChangeEvent, Disruption, DisruptionEvent, Review
from disruptions.querysets import SUBMITTED_ONCE
from disruptions.vocabulary import Change, Decision, ReasonClass, Sharing, Status
from disruptions.wording import outcomes_in_words, value_in_words


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """One version: what made it, and the fields that differ from the version before."""

    version: int
    title: str
    by: str
    at: datetime
    text: str
    changes: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class SentBack:
    """Why a record came back: an approver's reasons, or those of the agency that it named as its lead."""

    decided_by: User
    decided_at: datetime
    reason: str
    field_reasons: dict[str, str]


def sent_back(record: Disruption) -> SentBack | None:
    """Return why a returned record came back the last time, or nothing for one that stands otherwise."""
    if record.status != Status.RETURNED:
        return None
    review = record.reviews.filter(decision=Decision.RETURN).select_related("decided_by").first()
    declined = (
        DisruptionEvent.objects.filter(id=record.pk, change=Change.LEAD_DECLINED)
        .select_related("changed_by")
        .order_by("-version")
        .first()
    )
    if declined is not None and (review is None or review.version < declined.version):
        return SentBack(declined.changed_by, declined.changed_at, declined.change_reason, {})
    if review is None:
        return None
    return SentBack(review.decided_by, review.decided_at, review.reason, review.field_reasons)


def versions_open_to(reader: User, record: Disruption) -> Collection[int]:
    """Return the versions of a record, which the reader may open now, that they could open then; one query at most.

    What was written while nobody else could read it stays with those who could: the agency whose record it is now
    reads all of it, national roles all but another agency's drafts, and any other agency the versions that it could
    open, which the change events keep. The one place for this: pages and API read the past through it.
    """
    if record.agency_id == reader.agency_id:
        return range(1, record.version + 1)
    rows = open_versions(reader).filter(id=record.pk)
    return {record.version, *rows.values_list("version", flat=True)}


def open_versions(reader: User) -> QuerySet[Any]:
    """Return the versions of records, as history has them, that a reader could open then.

    That the record itself is open to them now, and that an agency reads all versions of what is its own now, is for the
    caller to see to: ``versions_open_to`` does for one record.
    """
    open_then = Q(sharing=Sharing.ALL_AGENCIES) | Exists(
        ChangeEvent.objects.filter(
            subject="disruption",
            object_id=OuterRef("id"),
            version=OuterRef("version"),
            audience__contains=[reader.agency_id],
        )
    )
    others = SUBMITTED_ONCE if reader.is_national else SUBMITTED_ONCE & open_then
    versions: QuerySet[Any] = DisruptionEvent.objects.filter(Q(agency_id=reader.agency_id) | others)
    return versions


def decisions_on(record: Disruption, *, acting_user: User, versions: Collection[int]) -> list[Review]:
    """Return the decisions on a record, the latest first, each with who decided; one query.

    Of ``versions``, what ``versions_open_to`` gave: a decision speaks of the version before it, and makes one. Their
    own decisions people always see.
    """
    return [
        review
        for review in record.reviews.select_related("decided_by__agency")
        if review.decided_by_id == acting_user.pk or (review.version in versions and review.version - 1 in versions)
    ]


def history_of(record: Disruption, *, acting_user: User, versions: Collection[int]) -> list[VersionEntry]:
    """Return ``versions`` of a record (``versions_open_to``), the newest first; five queries, however many.

    Each is told apart from the one before it that is returned as well; the first says nothing of what it changed.
    Another record that a version names (its lead) is named only to those who may open it.
    """
    events = list(
        DisruptionEvent.objects.filter(id=record.pk, version__in=versions)
        .select_related("threat", "lead", "lead_agency", "force_area", "changed_by", "changed_by__agency")
        .order_by("version")
    )
    leads = {event.lead_id for event in events if event.lead_id}
    open_leads: set[int] = (
        set(Disruption.objects.visible_to(acting_user).filter(pk__in=leads).values_list("pk", flat=True))
        if leads
        else set()
    )
    outcomes = list(record.outcomes.order_by("position", "from_version"))
    shares = list(record.shares.select_related("agency").order_by("agency__name"))
    entries = []
    before: dict[str, str] = {}
    for event in events:
        now = _words_of(event, open_leads)
        now["outcomes"] = outcomes_in_words(_standing(outcomes, event.version))
        now["shared_with"] = ", ".join(each.agency.name for each in _standing(shares, event.version))
        changes = [] if not before else _differences(before, now)
        entries.append(_entry(event, changes))
        before = now
    return entries[::-1]


def _standing(rows: list[Any], version: int) -> list[Any]:
    """Keep the rows of one version: the same range as ``VersionedQuerySet.at_version``."""
    return [
        row
        for row in rows
        if row.from_version <= version and (row.until_version is None or row.until_version > version)
    ]


def _words_of(event: Any, open_leads: set[int]) -> dict[str, str]:
    words = {
        field.name: value_in_words(field, event, open_leads=open_leads)
        for field in FIELDS
        if field.kind is not Kind.AGENCIES
    }
    words["status"] = str(Status(event.status).label)
    return words


def _differences(before: dict[str, str], now: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"field": _label(name), "old": before[name], "new": value}
        for name, value in now.items()
        if before[name] != value
    ]


def _label(name: str) -> str:
    if name in BY_NAME:
        return BY_NAME[name].label
    return {"outcomes": "Outcomes", "status": "Status"}[name]


def _entry(event: Any, changes: list[dict[str, str]]) -> VersionEntry:
    reason = event.change_reason
    if event.reason_class:
        label = str(ReasonClass(event.reason_class).label)
        reason = f"{label}: {reason}" if reason else label
    return VersionEntry(
        version=event.version,
        title=f"{Change(event.change).label} (version {event.version})",
        by=f"{event.changed_by.name}, {event.changed_by.agency.short_name}",
        at=event.changed_at,
        text=f"Reason: {reason}" if reason else "",
        changes=changes,
    )
