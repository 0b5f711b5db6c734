"""Find records that may be the same event, for a whole set at once, and keep why one was set aside.

It compares across everything, whoever may open it (design, section 5). What it gives back of a record outside the
acting user's view is that there is one, its agency and whom to contact there; nothing else of it, and one entry per
agency however many records there are.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from agencies.constraints import declare, violation
from agencies.models import Agency, User
from agencies.refusals import Invalid
from disruptions.matching import HOME, LIKELY, Compared, score_of, signals_between
from disruptions.models import Disruption, DuplicateSetAside
from disruptions.models.disruption import OPERATION_KEY, REASON_LIMIT
from disruptions.rules import DisruptionRow, OutcomeRow, is_storable
from disruptions.services.rows import Related, outcome_row
from disruptions.vocabulary import DisruptionRole, Marking, MatchReason, Status, highest_marking

SHOWN: Final = 5
"""Matches given back of each record: who has looked at five knows."""

COMPARED_CLOSELY: Final = 40
"""Records whose words are compared with one record's: the likeliest by what costs nothing."""

declare(
    "duplicate_needs_reason",
    "duplicate_reason",
    "Somebody may have recorded this already. Look at what was found, then say why yours is not the same.",
)
declare("duplicate_reason_storable", "duplicate_reason", "Take out the characters that cannot be stored.")


@dataclass(frozen=True, slots=True)
class Match:
    """A record that may be the same event. Outside the reader's view only the agency and its contact are said."""

    agency: str
    agency_name: str
    contact: str
    reference: str | None = None
    score: int | None = None
    why: tuple[MatchReason, ...] = ()
    role: str = ""
    status: str = ""
    level: str | None = None
    occurred_on: date | None = None
    operation: str = ""
    threat: str = ""
    version: int | None = None
    marking: str = Marking.OFFICIAL.value
    own: bool = False

    @property
    def key(self) -> str:
        """What a page sends back to say which match its reader saw."""
        return self.reference or self.agency


@dataclass(frozen=True, slots=True)
class SetAside:
    """A match that somebody looked at and went on from, and why."""

    match: Match
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class DuplicateReport:
    """The likely duplicates of one record: those that nobody has answered, and those that were set aside."""

    pending: list[Match] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)

    @property
    def matches(self) -> list[Match]:
        """Every match that a page about the record shows."""
        return [*self.pending, *(each.match for each in self.set_aside)]


@dataclass(frozen=True, slots=True)
class DuplicateAnswer:
    """What a person says to likely duplicates: why theirs is another, and the keys of the matches that they saw."""

    reason: str = ""
    seen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A match before it is decided what the reader may know of it. Never leaves the services."""

    pk: int
    score: int
    why: tuple[MatchReason, ...]
    is_open: bool
    row: dict[str, Any]


def compared(record: Disruption, outcomes: Iterable[OutcomeRow] | None = None) -> Compared:
    """Return what of a record is compared; ``outcomes`` spares a query where they are at hand."""
    if outcomes is None:
        outcomes = [outcome_row(each) for each in record.outcomes.live()]
    return Compared(
        role=record.role,
        pk=record.pk,
        threat=record.threat_id,
        lead=record.lead_id,
        occurred_on=record.occurred_on,
        operation=record.operation,
        force_area=record.force_area_id,
        country=record.country,
        summary=record.summary,
        agency_reference=record.agency_reference,
        outcomes=_measured(outcomes),
    )


def compared_row(row: DisruptionRow, related: Related, *, pk: int | None) -> Compared:
    """Return what is compared of a typed row whose references are looked up."""
    threat, lead = related.threats.get(row.threat or ""), related.leads.get(row.lead or "")
    area = related.agencies.get(row.force_area or "")
    return Compared(
        role=row.role or "",
        pk=pk,
        threat=threat.pk if threat else None,
        lead=lead.pk if lead else None,
        occurred_on=row.occurred_on,
        operation=row.operation,
        force_area=area.pk if area else None,
        country=row.country,
        summary=row.summary,
        agency_reference=row.agency_reference,
        outcomes=_measured(row.outcomes),
    )


def _measured(outcomes: Iterable[OutcomeRow]) -> tuple[tuple[str, int | None, Decimal | None], ...]:
    return tuple((each.type or "", each.count, each.value_gbp) for each in outcomes)


def likely_duplicates(
    *, acting_user: User, rows: Sequence[Compared], agency: Agency, sandbox: bool
) -> list[list[Match]]:
    """Return the likely duplicates of each row of an agency, in order, the likeliest first; two queries for them all.

    Leads are compared with leads of any agency, supports with supports of the same agency. Drafts of other agencies,
    withdrawn and rejected records are left out, and sandbox records only ever meet their own agency's.
    """
    found = find(acting_user=acting_user, rows=rows, agency=agency, sandbox=sandbox)
    return [shown(each, agency=agency) for each in found]


def duplicates_of(*, acting_user: User, record: Disruption) -> DuplicateReport:
    """Return the likely duplicates of a stored record as one person may know them; four queries."""
    [found] = find(acting_user=acting_user, rows=[compared(record)], agency=record.agency, sandbox=record.sandbox)
    kept = list(
        DuplicateSetAside.objects.filter(disruption=record).select_related(
            "decided_by__agency", "other__agency", "other__threat"
        )
    )
    settled = {each.other_id for each in kept}
    openable = _openable(acting_user, settled)
    return DuplicateReport(
        pending=shown([each for each in found if each.pk not in settled], agency=record.agency),
        set_aside=[
            SetAside(
                _match_of(each, openable, agency=record.agency),
                each.reason,
                f"{each.decided_by.name}, {each.decided_by.agency.short_name}",
                each.decided_at,
            )
            for each in kept
        ],
    )


def require_answer(answer: DuplicateAnswer, *, record: Disruption, row: Compared, acting_user: User) -> list[Found]:
    """Return the likely duplicates that a submission sets aside. Raises ``Invalid`` where one has not been answered.

    A match that came up after the page was drawn, or that its answer does not name, is asked about first. What was
    set aside before is not asked about again.
    """
    [found] = find(acting_user=acting_user, rows=[row], agency=record.agency, sandbox=record.sandbox)
    if not found:
        return []
    settled = set(DuplicateSetAside.objects.filter(disruption=record).values_list("other_id", flat=True))
    pending = [each for each in found if each.pk not in settled]
    if not pending:
        return []
    if not answer.reason or not {match.key for match in shown(pending, agency=record.agency)} <= answer.seen:
        raise Invalid([violation("duplicate_needs_reason")])
    if not is_storable(answer.reason):
        raise Invalid([violation("duplicate_reason_storable")])
    if len(answer.reason) > REASON_LIMIT:
        raise Invalid([violation("duplicate_set_aside_reason_within_limit", "duplicate_reason")])
    return pending


def keep_set_aside(found: Sequence[Found], *, record: Disruption, acting_user: User, reason: str) -> None:
    """Keep that a person saw likely duplicates of a record and went on, in the transaction that submits it."""
    if not found:
        return
    DuplicateSetAside.objects.bulk_create(
        DuplicateSetAside(
            disruption=record,
            other_id=each.pk,
            version=record.version,
            score=each.score,
            why=[reason.value for reason in each.why],
            reason=reason,
            decided_by=acting_user,
        )
        for each in found
    )


# ------------------------------------------------------------------------------------------------------------- finding


@dataclass(frozen=True, slots=True)
class Scope:
    """Which records one is compared with, as conditions on ``other``; ``nearby`` is one more way to candidates."""

    condition: str
    nearby: str


DUPLICATES: Final = Scope(
    condition="""
    other.role = asked.role
    AND other.status IN ('submitted', 'approved', 'returned', 'draft')
    AND (other.status <> 'draft' OR other.agency_id = asked.agency)
    AND (asked.role = 'lead' AND NOT asked.sandbox OR other.agency_id = asked.agency)
    AND NOT COALESCE(other.lead_id <> asked.lead, FALSE)
    """,
    nearby="""
    other.agency_id = asked.agency AND other.occurred_on BETWEEN asked.day - 3 AND asked.day + 3
        AND (asked.threat IS NULL OR other.threat_id IS NULL)
    """,
)
"""Whom a record is compared with: leads with leads, supports with the same agency's supports of the same lead."""

LEADS_OF_A_SUPPORT: Final = Scope(
    condition="""
    other.role = 'lead' AND other.agency_id = asked.lead_agency
    AND other.status IN ('submitted', 'approved', 'returned')
    """,
    nearby="other.agency_id = asked.lead_agency AND other.occurred_on BETWEEN asked.day - 3 AND asked.day + 3",
)
"""The leads that a waiting support may belong to."""

SUPPORTS_OF_A_LEAD: Final = Scope(
    condition="""
    other.role = 'support' AND other.lead_id IS NULL AND other.lead_agency_id = asked.agency
    AND other.status IN ('submitted', 'approved')
    """,
    nearby="""
    other.role = 'support' AND other.lead_id IS NULL AND other.lead_agency_id = asked.agency
    AND other.occurred_on BETWEEN asked.day - 3 AND asked.day + 3
    """,
)
"""The waiting supports that may belong to a lead."""

_KEY_OF_OTHER: Final = OPERATION_KEY.format(column="other.operation")
_KEY_OF_ASKED: Final = OPERATION_KEY.format(column="sent.operation")

# Each way to a candidate has an index of its own; what they find together is narrowed before words are compared, which
# costs most. One operation lasts for months and meets many groups: another group in another week is another event.
# OFFSET 0 keeps the look-up by id inside: without statistics the planner would read the whole table for each row.
_QUERY: Final = """
    WITH sent AS MATERIALIZED (
        SELECT sent.*, {key_of_asked} AS operation_key
        FROM unnest(
            %s::integer[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::date[], %s::text[], %s::bigint[],
            %s::text[], %s::text[]
        ) AS sent(place, id, role, threat, lead, day, operation, area, country, summary)
    ), asked AS MATERIALIZED (
        SELECT sent.*, %s::bigint AS agency, %s::bigint AS lead_agency, %s::boolean AS sandbox FROM sent
    )
    SELECT asked.place, found.id, found.reference, found.role, found.status, found.level, found.threat_id,
        found.lead_id, found.occurred_on, found.operation, found.force_area_id, found.country,
        found.agency_reference, found.version, found.marking,
        similarity(asked.summary, left(found.summary, 600)) AS words,
        (
            SELECT json_agg(json_build_array(outcome.type, outcome.count, outcome.value_gbp::text))
            FROM disruptions_outcome outcome
            WHERE outcome.disruption_id = found.id AND outcome.until_version IS NULL
        ) AS outcomes,
        agency.id AS agency_id, agency.code AS agency_code, agency.name AS agency_name, agency.contact,
        threat.title AS threat_title
    FROM asked
    CROSS JOIN LATERAL (
        SELECT other.*
        FROM (
            SELECT way.id, sum(way.weight) AS weight
            FROM (
                SELECT other.id, 2 AS weight FROM disruptions_disruption other
                WHERE other.threat_id = asked.threat AND other.occurred_on BETWEEN asked.day - 14 AND asked.day + 14
                UNION ALL
                SELECT other.id, 2 FROM disruptions_disruption other
                WHERE {key_of_other} = asked.operation_key AND asked.operation_key <> '' AND other.operation <> ''
                    AND other.occurred_on BETWEEN asked.day - 60 AND asked.day + 60
                    AND (
                        other.occurred_on BETWEEN asked.day - 7 AND asked.day + 7
                        OR COALESCE(other.threat_id = asked.threat, TRUE)
                    )
                UNION ALL
                SELECT other.id, 3 FROM disruptions_disruption other
                WHERE other.force_area_id = asked.area AND other.occurred_on BETWEEN asked.day - 3 AND asked.day + 3
                UNION ALL
                SELECT other.id, 3 FROM disruptions_disruption other
                WHERE other.country = asked.country AND other.country <> '{home}' AND asked.country <> '{home}'
                    AND other.occurred_on BETWEEN asked.day - 3 AND asked.day + 3
                UNION ALL
                SELECT other.id, 0 FROM disruptions_disruption other
                WHERE {nearby}
            ) way
            GROUP BY way.id
        ) near
        CROSS JOIN LATERAL (
            SELECT other.* FROM disruptions_disruption other
            WHERE other.id = near.id AND other.id IS DISTINCT FROM asked.id AND other.sandbox = asked.sandbox
                AND {scope}
            OFFSET 0
        ) other
        ORDER BY near.weight + GREATEST(0, 4 - abs(other.occurred_on - asked.day)) DESC, other.id DESC
        LIMIT {limit}
    ) found
    JOIN agencies_agency agency ON agency.id = found.agency_id
    LEFT JOIN disruptions_socthreat threat ON threat.id = found.threat_id
"""


def find(
    *,
    acting_user: User,
    rows: Sequence[Compared],
    agency: Agency,
    sandbox: bool,
    scope: Scope = DUPLICATES,
    lead_agency: Agency | None = None,
    threshold: int = LIKELY,
) -> list[list[Found]]:
    """Return what each row of an agency may be the same event as, the likeliest first.

    One query for the whole set; where something is found, another says which of it the acting user may open.
    """
    results: list[list[Found]] = [[] for _ in rows]
    asked = [(place, row) for place, row in enumerate(rows) if row.occurred_on is not None and row.role]
    if not asked:
        return results
    query = _QUERY.format(
        key_of_asked=_KEY_OF_ASKED,
        key_of_other=_KEY_OF_OTHER,
        scope=scope.condition,
        nearby=scope.nearby,
        home=HOME,
        limit=COMPARED_CLOSELY,
    )
    columns = zip(
        *(
            (
                place,
                row.pk,
                row.role,
                row.threat,
                row.lead,
                row.occurred_on,
                row.operation,
                row.force_area,
                row.country,
                row.summary[:600],
            )
            for place, row in asked
        ),
        strict=True,
    )
    parameters = [list(column) for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(query, [*parameters, agency.pk, lead_agency.pk if lead_agency else None, sandbox])
        names = [column.name for column in cursor.description]
        candidates = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    scored = [
        (row, *score_of(signals_between(rows[row["place"]], _theirs(row), words=row["words"]))) for row in candidates
    ]
    likely = [each for each in scored if each[1] >= threshold]
    # Mostly nothing is found, and putting together who may open what takes longer than looking.
    openable = _openable(acting_user, {row["id"] for row, _, _ in likely})
    for row, score, why in likely:
        results[row["place"]].append(Found(row["id"], score, tuple(why), row["id"] in openable, row))
    for found in results:
        found.sort(key=lambda each: (-each.score, -each.pk))
    return results


def _theirs(row: dict[str, Any]) -> Compared:
    return Compared(
        role=row["role"],
        pk=row["id"],
        threat=row["threat_id"],
        lead=row["lead_id"],
        occurred_on=row["occurred_on"],
        operation=row["operation"],
        force_area=row["force_area_id"],
        country=row["country"],
        agency_reference=row["agency_reference"],
        outcomes=tuple(
            (kind, count, None if value is None else Decimal(value)) for kind, count, value in _decoded(row["outcomes"])
        ),
    )


def _decoded(value: Any) -> list[Any]:
    """Return a JSON column, decoded or not: Django leaves it to the field, and here there is none."""
    return json.loads(value) if isinstance(value, str) else value or []


# ------------------------------------------------------------------------------------------------ what is given back


def shown(found: Sequence[Found], *, agency: Agency) -> list[Match]:
    """Return matches as the reader may know them: those that they may open, then one entry per other agency."""
    opened = [_open_match(each, agency=agency) for each in found if each.is_open][:SHOWN]
    hidden = {each.row["agency_code"]: each.row for each in found if not each.is_open}
    return [*opened, *(_blind_match(row) for _, row in sorted(hidden.items()))]


def _open_match(found: Found, *, agency: Agency) -> Match:
    row = found.row
    return Match(
        agency=row["agency_code"],
        agency_name=row["agency_name"],
        contact=contact_in_words(row["contact"], row["agency_name"]),
        reference=row["reference"],
        score=found.score,
        why=found.why,
        role=row["role"],
        status=row["status"],
        level=row["level"],
        occurred_on=row["occurred_on"],
        operation=row["operation"],
        threat=row["threat_title"] or "",
        version=row["version"],
        marking=row["marking"],
        own=row["agency_id"] == agency.pk,
    )


def _blind_match(row: dict[str, Any]) -> Match:
    return Match(row["agency_code"], row["agency_name"], contact_in_words(row["contact"], row["agency_name"]))


def _openable(user: User, ids: Collection[int]) -> set[int]:
    if not ids:
        return set()
    return set(Disruption.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))


def _match_of(kept: DuplicateSetAside, openable: Collection[int], *, agency: Agency) -> Match:
    other = kept.other
    contact = contact_in_words(other.agency.contact, other.agency.name)
    if other.pk not in openable:
        return Match(other.agency.code, other.agency.name, contact)
    return Match(
        agency=other.agency.code,
        agency_name=other.agency.name,
        contact=contact,
        reference=other.reference,
        score=kept.score,
        why=tuple(MatchReason(code) for code in kept.why),
        role=other.role,
        status=other.status,
        level=other.level,
        occurred_on=other.occurred_on,
        operation=other.operation,
        threat=other.threat.title if other.threat else "",
        version=other.version,
        marking=other.marking,
        own=other.agency_id == agency.pk,
    )


def marking_with(record: Disruption, matches: Iterable[Match]) -> str:
    """Return the marking of a page about a record that shows matches beside it: the highest of them all."""
    return highest_marking([record.marking, *(match.marking for match in matches)]).value


def contact_in_words(contact: str, agency_name: str) -> str:
    """Return whom to write to about a record that one cannot open."""
    return contact or f"the administrators of {agency_name}"


def joinable(record: Disruption, matches: Iterable[Match]) -> list[str]:
    """Return the references of the matches that a draft may be turned into a support of.

    A draft lead can become a support until it is first submitted; the lead is another agency's, and stands.
    """
    if record.role != DisruptionRole.LEAD or record.status != Status.DRAFT or record.submitted_at is not None:
        return []
    return [
        match.reference
        for match in matches
        if match.reference and not match.own and match.role == DisruptionRole.LEAD and match.status != Status.DRAFT
    ]
