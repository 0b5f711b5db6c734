"""From typed rows to records and back: the look-ups of a set, one query per related table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from django.db import connection

from agencies.constraints import Violation, violation
from agencies.models import Agency, User
from agencies.vocabulary import AgencyKind
from disruptions.fields import FIELDS, Kind
from disruptions.models import Disruption, DisruptionShare, Outcome, SOCThreat
from disruptions.rules import DisruptionRow, OutcomeRow
from disruptions.vocabulary import ACCEPTING_STATUSES, LIVE_STATUSES, DisruptionRole, Status

_RELATED = {Kind.THREAT, Kind.DISRUPTION, Kind.AGENCY, Kind.AGENCIES}
COLUMN_FIELDS = tuple(field for field in FIELDS if field.kind not in _RELATED)
"""The wire fields that are stored as they are."""

FORCE_KINDS = (AgencyKind.TERRITORIAL_FORCE, AgencyKind.NATIONAL_FORCE)


def now_and_numbers(sequence: str, how_many: int) -> tuple[datetime, list[int]]:
    """Return the database's time and that many numbers for new references, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oic_now(), ARRAY(SELECT nextval(%s) FROM generate_series(1, %s))",
            [sequence, how_many],
        )
        moment, numbers = cursor.fetchone()
    return moment, numbers


@dataclass(slots=True)
class Related:
    """What the references and codes of a set of rows stand for."""

    threats: dict[str, SOCThreat]
    leads: dict[str, Disruption]
    agencies: dict[str, Agency]
    taken_references: dict[str, str]
    supported_leads: set[int]


def look_up(
    rows: Sequence[DisruptionRow],
    *,
    agency: Agency,
    acting_user: User,
    sandbox: bool,
    leave_out: Collection[int] = (),
) -> Related:
    """Look up what a set of rows names: four queries at most, however many rows.

    A lead outside the acting user's view is not found. ``leave_out`` are the records being changed, which do not
    stand in their own way.
    """
    threat_references = {row.threat for row in rows if row.threat}
    lead_references = {row.lead for row in rows if row.lead}
    codes = {code for row in rows for code in (row.lead_agency, row.force_area, *row.shared_with) if code}
    own_references = {row.agency_reference for row in rows if row.agency_reference}
    threats = (
        SOCThreat.objects.visible_to(acting_user)
        .filter(reference__in=threat_references)
        .only("reference", "status", "merged_into")
        .order_by()
        if threat_references
        else ()
    )
    leads = (
        Disruption.objects.visible_to(acting_user)
        .filter(reference__in=lead_references, sandbox=sandbox)
        .select_related("agency")
        .only("reference", "role", "status", "agency__code")
        .order_by()
        if lead_references
        else ()
    )
    agencies = Agency.objects.filter(code__in=codes).only("code", "kind").order_by() if codes else ()
    mine = Disruption.objects.filter(agency=agency, sandbox=sandbox).order_by()
    if leave_out:
        mine = mine.exclude(pk__in=leave_out)
    taken = (
        mine.filter(agency_reference__in=own_references).values_list("agency_reference", "reference")
        if own_references
        else ()
    )
    lead_by_reference = {lead.reference: lead for lead in leads}
    supported = (
        mine.filter(lead__in=lead_by_reference.values(), status__in=LIVE_STATUSES).values_list("lead_id", flat=True)
        if lead_by_reference
        else ()
    )
    return Related(
        threats={threat.reference: threat for threat in threats},
        leads=lead_by_reference,
        agencies={each.code: each for each in agencies},
        taken_references=dict(taken),
        supported_leads=set(supported),
    )


def check_related(
    row: DisruptionRow,
    related: Related,
    *,
    agency: Agency,
    submitted_with: str | None = None,
    stored: DisruptionRow | None = None,
) -> list[Violation]:
    """Return the rules that a row breaks against what it names and what is recorded already.

    ``submitted_with`` is the threat that a record was submitted with: the record stays with it, archived or not.
    ``stored`` is the record as it stands: the lead that it supports already is not looked at again, as it may be
    rejected, withdrawn, or no longer open to those who recorded the support.
    """
    found = []
    if row.threat:
        threat = related.threats.get(row.threat)
        if threat is None:
            found.append(violation("disruption_threat_exists"))
        elif threat.merged_into_id is not None:
            taker = threat.in_its_place().reference
            message = f"{threat.reference} was merged into another threat. Use {taker}."
            found.append(violation("disruption_threat_merged", message=message, existing=taker))
        elif threat.status not in ACCEPTING_STATUSES and row.threat != submitted_with:
            found.append(violation("disruption_threat_accepts"))
    if stored is not None and row.lead and row.lead == stored.lead:
        found += [violation("disruption_lead_agency_agrees")] if row.lead_agency != stored.lead_agency else []
    else:
        found += _check_lead(row, related, agency=agency)
    if row.lead_agency and row.lead_agency not in related.agencies:
        found.append(violation("disruption_lead_agency_exists"))
    if row.force_area:
        area = related.agencies.get(row.force_area)
        if area is None or area.kind not in FORCE_KINDS:
            found.append(violation("disruption_force_area_exists"))
    if any(code not in related.agencies for code in row.shared_with):
        found.append(violation("disruption_shared_with_exists"))
    if row.agency_reference and row.agency_reference in related.taken_references:
        existing = related.taken_references[row.agency_reference]
        found.append(
            violation(
                "disruption_agency_reference_unique",
                message=f"Your agency has already recorded a disruption with this reference: {existing}.",
                existing=existing,
            )
        )
    return found


def _check_lead(row: DisruptionRow, related: Related, *, agency: Agency) -> list[Violation]:
    if not row.lead or row.role != DisruptionRole.SUPPORT:
        return []
    lead = related.leads.get(row.lead)
    if lead is None:
        return [violation("disruption_lead_exists")]
    if lead.role != DisruptionRole.LEAD:
        return [violation("disruption_lead_is_a_lead")]
    if lead.agency_id == agency.pk:
        return [violation("disruption_support_of_another_agency")]
    if lead.status == Status.DRAFT or lead.status not in LIVE_STATUSES:
        return [violation("disruption_lead_stands")]
    if row.lead_agency and row.lead_agency != lead.agency.code:
        return [violation("disruption_lead_agency_agrees")]
    if lead.pk in related.supported_leads:
        return [violation("disruption_one_live_support")]
    return []


def column_values(row: DisruptionRow, related: Related) -> dict[str, Any]:
    """Return the stored values of a row, by model field name; foreign keys by their id."""
    lead = related.leads.get(row.lead or "")
    lead_agency = related.agencies.get(row.lead_agency or "")
    area = related.agencies.get(row.force_area or "")
    threat = related.threats.get(row.threat or "")
    values: dict[str, Any] = {field.name: getattr(row, field.name) for field in COLUMN_FIELDS}
    values["enablers"] = list(row.enablers)
    values["threat_id"] = threat.pk if threat else None
    values["lead_id"] = lead.pk if lead else None
    values["lead_agency_id"] = lead.agency_id if lead else (lead_agency.pk if lead_agency else None)
    values["force_area_id"] = area.pk if area else None
    return values


def row_of(record: Disruption) -> DisruptionRow:
    """Return a record as a typed row; reads its outcomes and shares in two queries."""
    return rows_of([record])[record.pk]


def rows_of(records: Sequence[Disruption]) -> dict[int, DisruptionRow]:
    """Return records as typed rows, by their ids; reads their outcomes and shares in two queries, however many."""
    shares: dict[int, list[str]] = defaultdict(list)
    for pk, code in (
        DisruptionShare.objects.live().filter(disruption__in=records).values_list("disruption_id", "agency__code")
    ):
        shares[pk].append(code)
    outcomes: dict[int, list[OutcomeRow]] = defaultdict(list)
    for outcome in Outcome.objects.live().filter(disruption__in=records).order_by("disruption_id", "position"):
        outcomes[outcome.disruption_id].append(outcome_row(outcome))
    return {
        record.pk: replace(
            DisruptionRow(**{field.name: getattr(record, field.name) for field in COLUMN_FIELDS}),
            enablers=tuple(record.enablers),
            threat=record.threat.reference if record.threat else None,
            lead=record.lead.reference if record.lead else None,
            lead_agency=record.lead_agency.code if record.lead_agency else None,
            force_area=record.force_area.code if record.force_area else None,
            shared_with=tuple(sorted(shares[record.pk])),
            outcomes=tuple(outcomes[record.pk]),
        )
        for record in records
    }


def outcome_row(outcome: Outcome) -> OutcomeRow:
    """Return a stored outcome as a typed row."""
    return OutcomeRow(**{field.name: getattr(outcome, field.name) for field in fields(OutcomeRow)})


def outcome_records(disruption: Disruption, outcomes: Iterable[OutcomeRow], *, version: int) -> list[Outcome]:
    """Return the outcomes of a version of a record, not yet saved."""
    return [
        Outcome(
            disruption=disruption,
            position=place,
            type=outcome.type or "",
            count=outcome.count,
            value_gbp=outcome.value_gbp,
            months=outcome.months,
            item=outcome.item,
            from_version=version,
        )
        for place, outcome in enumerate(outcomes)
    ]
