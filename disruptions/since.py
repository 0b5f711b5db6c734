"""What became of a threat or an OCG, and what of it is new to somebody, the latest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from agencies.models import User
from disruptions.links import Link
from disruptions.models import OCG, Disruption, OCGEvent, PlanAction, SOCThreat, SOCThreatEvent
from disruptions.services import LastVisit
from disruptions.vocabulary import Change, Enabler, EntryMethod, HandOverStatus, OicSubThreat, Status, ThreatArea
from disruptions.wording import day_in_words

MOST_RECORDS: Final = 10
MOST_VERSIONS: Final = 50

THREAT_FIELDS: Final = (
    "title",
    "primary_area",
    "other_areas",
    "sub_threats",
    "methods",
    "enablers",
    "geography",
    "agency_reference",
    "p_grade",
    "status",
    "next_review_on",
    "review_planned_on",
    "escalated_to",
    "lead_agency",
    "lead_responsible_officer",
)
OCG_FIELDS: Final = (
    "name",
    "aliases",
    "pnd_tier",
    "pnd_reference",
    "agency_reference",
    "intent",
    "capability",
    "geography",
    "status",
    "lead_agency",
)
LISTED: Final[Mapping[str, Any]] = {
    "other_areas": ThreatArea,
    "sub_threats": OicSubThreat,
    "methods": EntryMethod,
    "enablers": Enabler,
}


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One thing that is new: what, when, by whom, and where to read more."""

    at: datetime
    title: str
    by: str = ""
    text: str = ""
    reference: str = ""
    changes: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class News:
    """What is new since a visit; ``more_records`` is how many changed records are not listed one by one."""

    since: datetime
    entries: list[NewEntry]
    more_records: int


def news_of(
    threat: SOCThreat, *, user: User, visit: LastVisit, plan: Sequence[PlanAction], links: Sequence[Link]
) -> News:
    """Return what is new about a threat since a visit. Two queries, and one more for a threat that is a group.

    ``plan`` and ``links`` are what the page reads anyway. Records are those that the person may open, drafts left out.
    """
    records, more = _records(threat, user, visit)
    entries = [
        *_versions(threat, since=visit.at, beyond=visit.version),
        *(_versions(threat.ocg, since=visit.at, beyond=0) if threat.ocg else ()),
        *records,
        *_plan(plan, visit),
        *_links(links, visit),
    ]
    return News(visit.at, sorted(entries, key=lambda entry: entry.at, reverse=True), more)


def history_of(subject: SOCThreat | OCG) -> list[NewEntry]:
    """Return its versions, with who, when and why, and the offers of it that were declined. Two queries."""
    declined = (
        subject.hand_overs.with_related().filter(status=HandOverStatus.DECLINED).select_related("answered_by__agency")
    )
    entries = [
        *_versions(subject),
        *(
            NewEntry(
                offer.answered_at,
                f"Offer to {offer.to_agency.name}: declined",
                f"{offer.answered_by.name}, {offer.answered_by.agency.short_name}",
                f"Answer: {offer.answer}",
            )
            for offer in declined
            if offer.answered_at is not None and offer.answered_by is not None
        ),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _versions(subject: SOCThreat | OCG, *, since: datetime | None = None, beyond: int = 0) -> Iterable[NewEntry]:
    """Return its latest versions, or those made since a time, each with what it changed from the one before."""
    is_group = isinstance(subject, OCG)
    events: Any = OCGEvent if is_group else SOCThreatEvent
    names = OCG_FIELDS if is_group else THREAT_FIELDS
    rows = list(
        events.objects.filter(id=subject.pk, version__gte=beyond)
        .select_related("changed_by__agency", *(name for name in names if name.startswith("lead_")))
        .order_by("-version")[: MOST_VERSIONS + 1]
    )
    for row, before in zip(rows, [*rows[1:], None], strict=True):
        if row.version <= beyond or (since is not None and (row.pgh_created_at <= since or before is None)):
            continue
        if before is None and row.version > 1:
            continue
        changes = [
            {"field": _label(row, name), "old": _words(before, name), "new": _words(row, name)}
            for name in names
            if before is not None and _words(before, name) != _words(row, name)
        ]
        subject_words = "Group" if is_group else "Threat"
        yield NewEntry(
            row.pgh_created_at,
            f"{subject_words}: {str(Change(row.change).label).lower()}",
            f"{row.changed_by.name}, {row.changed_by.agency.short_name}",
            f"Reason: {row.change_reason}" if row.change_reason else "",
            changes=changes,
        )


def _records(threat: SOCThreat, user: User, visit: LastVisit) -> tuple[list[NewEntry], int]:
    rows: list[Any] = list(
        Disruption.objects.visible_to(user)
        .filter(threat=threat, changed_at__gt=visit.at)
        .exclude(status=Status.DRAFT)
        .select_related("agency")
        .with_total()
        .order_by("-changed_at", "-pk")[:MOST_RECORDS]
    )
    entries = [
        NewEntry(
            row.changed_at,
            f"{row.get_role_display()} of {row.agency.short_name}: {str(Change(row.change).label).lower()}",
            text=f"{row.get_level_display() or 'No level yet'}, {day_in_words(row.occurred_on) or 'no date yet'}",
            reference=row.reference,
        )
        for row in rows
    ]
    return entries, rows[0].total - len(rows) if rows else 0


def _plan(plan: Sequence[PlanAction], visit: LastVisit) -> Iterable[NewEntry]:
    for action in plan:
        if action.changed_at > visit.at:
            what = "added" if action.created_at > visit.at else str(action.get_state_display()).lower()
            yield NewEntry(
                action.changed_at,
                f"Plan, {action.get_strand_display()}: {what}",
                f"{action.changed_by.name}, {action.changed_by.agency.short_name}",
                action.title,
            )


def _links(links: Sequence[Link], visit: LastVisit) -> Iterable[NewEntry]:
    for link in links:
        if link.added_at is not None and link.added_at > visit.at:
            yield NewEntry(link.added_at, "Link added", text=f"{link.words}: {link.title}")
        if link.ended_at is not None and link.ended_at > visit.at:
            yield NewEntry(link.ended_at, "Link ended", text=f"{link.words}: {link.title}")


def _label(row: Any, name: str) -> str:
    words = str(row._meta.get_field(name).verbose_name)
    return words[:1].upper() + words[1:]


def _words(row: Any, name: str) -> str:
    """Write a value of a version as a person reads it; nothing is an empty text."""
    value = getattr(row, name)
    if name in LISTED:
        return ", ".join(str(LISTED[name](code).label) for code in value)
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, date):
        return day_in_words(value)
    if value is None:
        return ""
    if hasattr(value, "name"):
        return str(value.name)
    display = getattr(row, f"get_{name}_display", None)
    return str(display() or "") if display else str(value)
