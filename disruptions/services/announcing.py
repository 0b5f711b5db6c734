"""Announce changes: an event per version with who may open the record then, and an event where only that changed.

Who may open a record is decided by ``DisruptionQuerySet.visible_to`` alone. What is kept here is which agencies it let
in at the time, so that the feed can tell one of them that a record left its view; a test holds the two together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from disruptions.models import ChangeEvent, Disruption, DisruptionShare, HandOver
from disruptions.querysets import SUBMITTED_ONCE
from disruptions.vocabulary import (
    AUDIENCE_CHANGED,
    COUNTED_STATUSES,
    LIVE_STATUSES,
    Change,
    DisruptionRole,
    HandOverStatus,
    Sharing,
    Status,
)

DISRUPTION = "disruption"
SUPPORTING_STATUSES = frozenset(LIVE_STATUSES) - {Status.DRAFT}

Audience = tuple[int, ...] | None
"""The ids of the agencies that may open a record, in order; ``None`` for every agency."""


class Event(NamedTuple):
    """One event as it is added."""

    object_id: int
    reference: str
    version: int
    agency_id: int
    sandbox: bool = False
    audience: Audience = None


class Support(NamedTuple):
    """A support that stands: it lets its agency see its lead, and what else supports that lead, where they say so."""

    lead_id: int
    agency_id: int
    sees_others: bool


def support_of(record: Disruption) -> Support | None:
    """Return what a record is among those of its lead, or nothing for any other record."""
    if record.lead_id is None or record.sandbox or record.status not in SUPPORTING_STATUSES:
        return None
    return Support(record.lead_id, record.agency_id, record.sharing == Sharing.LEAD_AND_SUPPORTING)


def announce(
    records: Sequence[Disruption],
    change: Change,
    *,
    before: Mapping[int, Support | None],
    others_follow: bool = False,
) -> None:
    """Add the event of each record's present version, in the transaction that made it.

    ``before`` is what each record was among those of its lead before (``support_of``), by its key: where a support
    comes or goes, others may open the lead and its other supports. Whoever changes that for one lead waits for it, so
    that each sees what those before it did. Nothing is said of those others where their own next version follows.
    """
    leads = {
        support.lead_id
        for record in records
        if (now := support_of(record)) != (then := before.get(record.pk))
        for support in (now, then)
        if support is not None
    }
    others = [] if others_follow else _locked_along(leads, [record.pk for record in records])
    new = {record.pk for record in records} if change == Change.RECORDED else set()
    audiences = audiences_of([*records, *others], new=new)
    add_change_events(DISRUPTION, change, [_event(record, audiences[record.pk]) for record in records])
    _announce_where_changed(others, audiences)


def announce_audience(records: Sequence[Disruption]) -> None:
    """Add an event for each of these locked records that others may open now than did after its last one."""
    _announce_where_changed(records, audiences_of(records))


def add_change_events(subject: str, change: Change | str, events: Sequence[Event]) -> None:
    """Add events in one statement.

    The time is the table's own default, left to the database: given as an expression, row by row, it costs more than
    all the rest of a set.
    """
    if not events:
        return
    columns = [list(column) for column in zip(*events, strict=True)]
    columns[-1] = [None if audience is None else _array(audience) for audience in columns[-1]]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO disruptions_changeevent
                (subject, change, object_id, reference, version, agency_id, sandbox, audience)
            SELECT %s, %s, object_id, reference, version, agency_id, sandbox, audience::bigint[]
            FROM unnest(%s::bigint[], %s::text[], %s::integer[], %s::bigint[], %s::boolean[], %s::text[])
                WITH ORDINALITY
                AS given (object_id, reference, version, agency_id, sandbox, audience, place)
            ORDER BY place
            """,
            [subject, str(change), *columns],
        )


def _array(numbers: Iterable[int]) -> str:
    """Return numbers as the database writes an array of them: an array of arrays would need them equally long."""
    return "{" + ",".join(map(str, numbers)) + "}"


def audiences_of(records: Sequence[Disruption], *, new: Collection[int] = ()) -> dict[int, Audience]:
    """Return who may open each record, by its key, in three queries at most.

    The same conditions as ``DisruptionQuerySet.visible_to``, asked of a record for every agency at once. None is asked
    for records that are shared with every agency, drafts, and what was made to try things out. Those that are ``new``,
    by their keys, nobody can have supported or been offered yet.
    """
    found: dict[int, Audience] = {}
    named: list[Disruption] = []
    offered: list[int] = []
    taking_part: dict[int, set[int]] = {}
    agencies: dict[int, set[int]] = defaultdict(set)
    for record in records:
        if record.sandbox or not _was_submitted(record):
            found[record.pk] = (record.agency_id,)
        elif record.sharing == Sharing.ALL_AGENCIES:
            found[record.pk] = None
        else:
            agencies[record.pk].add(record.agency_id)
            if record.lead_agency_id and (record.sharing == Sharing.LEAD_AND_SUPPORTING or _waits(record)):
                agencies[record.pk].add(record.lead_agency_id)
            if record.status in LIVE_STATUSES and record.pk not in new:
                offered.append(record.pk)
            if record.sharing == Sharing.NAMED_AGENCIES:
                named.append(record)
            else:
                own = set() if record.pk in new else {record.pk}
                taking_part[record.pk] = own | ({record.lead_id} if record.lead_id else set())
    for pk, agency in _named(named):
        agencies[pk].add(agency)
    for pk, agency in _offered(offered):
        agencies[pk].add(agency)
    supporting = _supporting({lead for leads in taking_part.values() for lead in leads})
    for pk, leads in taking_part.items():
        agencies[pk].update(agency for lead in leads for agency in supporting.get(lead, ()))
    return found | {pk: tuple(sorted(each)) for pk, each in agencies.items()}


def _was_submitted(record: Disruption) -> bool:
    """Say what ``SUBMITTED_ONCE`` says of a row."""
    return record.status != Status.DRAFT and (record.status != Status.WITHDRAWN or record.submitted_at is not None)


def _waits(record: Disruption) -> bool:
    return record.role == DisruptionRole.SUPPORT and record.lead_id is None and record.status in COUNTED_STATUSES


def _named(records: Sequence[Disruption]) -> Iterable[tuple[int, int]]:
    if not records:
        return ()
    at = {record.pk: record.version for record in records}
    rows = DisruptionShare.objects.filter(disruption__in=at).values_list(
        "disruption_id", "agency_id", "from_version", "until_version"
    )
    return [(pk, agency) for pk, agency, start, end in rows if start <= at[pk] and (end is None or end > at[pk])]


def _offered(keys: Sequence[int]) -> Iterable[tuple[int, int]]:
    if not keys:
        return ()
    open_offers = HandOver.objects.filter(disruption__in=keys, status=HandOverStatus.OFFERED)
    return open_offers.order_by().values_list("disruption_id", "to_agency_id")


def _supporting(leads: set[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    if leads:
        rows = Disruption.objects.filter(lead__in=leads, status__in=sorted(SUPPORTING_STATUSES)).order_by()
        for lead, agency in rows.values_list("lead_id", "agency_id"):
            found[lead].add(agency)
    return found


def _locked_along(leads: set[int], left_out: Sequence[int]) -> list[Disruption]:
    """Lock leads whose supports changed, then return, locked, what may be open to others by it.

    Two steps: only when the leads are held does the second see what those who held them before did.
    """
    if not leads:
        return []
    rows = Disruption.objects.order_by("pk").select_for_update(no_key=True, of=("self",))
    list(rows.filter(pk__in=leads).values_list("pk"))
    return list(
        rows.filter(Q(pk__in=leads) | Q(lead__in=leads), sharing=Sharing.LEAD_AND_SUPPORTING, sandbox=False)
        .filter(SUBMITTED_ONCE)
        .exclude(pk__in=left_out)
    )


def _announce_where_changed(records: Sequence[Disruption], audiences: Mapping[int, Audience]) -> None:
    if not records:
        return
    last = ChangeEvent.objects.filter(subject=DISRUPTION, object_id__in=[record.pk for record in records])
    known = dict(last.order_by("object_id", "-id").distinct("object_id").values_list("object_id", "audience"))
    changed = [record for record in records if _differs(known.get(record.pk), audiences[record.pk])]
    add_change_events(DISRUPTION, AUDIENCE_CHANGED, [_event(record, audiences[record.pk]) for record in changed])


def _differs(known: Sequence[int] | None, audience: Audience) -> bool:
    return (None if known is None else tuple(known)) != audience


def _event(record: Disruption, audience: Audience) -> Event:
    return Event(record.pk, record.reference, record.version, record.agency_id, record.sandbox, audience)
