"""Record disruptions: a set path. Recording one is recording a set of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from agencies.constraints import Violation
from agencies.models import Agency, User, london_date
from agencies.refusals import violation_of
from disruptions.models import Disruption, DisruptionShare
from disruptions.parsing import ParsedRow
from disruptions.permissions import require_record
from disruptions.references import DISRUPTION, reference_of
from disruptions.rules import check_disruption
from disruptions.services.announcing import announce
from disruptions.services.duplicates import Match, compared, likely_duplicates
from disruptions.services.inserting import insert_records
from disruptions.services.rows import (
    Related,
    check_related,
    column_values,
    look_up,
    now_and_numbers,
    outcome_records,
)
from disruptions.services.versions import again_after_deadlock, check_deferred
from disruptions.vocabulary import Change, Channel, DisruptionRole, Status

RACES_TO_LOSE = 3


@dataclass(slots=True)
class RowResult:
    """What became of one row: the record, or the rules that it breaks."""

    index: int
    record: Disruption | None = None
    violations: list[Violation] = field(default_factory=list)
    possible_duplicates: list[Match] = field(default_factory=list)
    """What may be the same event, where it was asked for; never a reason to refuse the row."""

    @property
    def accepted(self) -> bool:
        """Whether the row was recorded (or, in a dry run, would have been)."""
        return not self.violations


def record_disruptions(
    *,
    acting_user: User,
    agency: Agency,
    rows: Sequence[ParsedRow],
    channel: Channel,
    sandbox: bool = False,
    all_or_nothing: bool = False,
    dry_run: bool = False,
    report_duplicates: bool = False,
) -> list[RowResult]:
    """Record a set of rows for an agency and return a result per row, in order.

    A row whose ``submit`` is true is submitted at once; another is kept as a draft. Rows that break no rule are
    written even if others do, unless ``all_or_nothing``. ``dry_run`` writes, lets every constraint speak, and takes
    it all back. ``report_duplicates`` looks, in two queries for the set, for records that may be the same event, other
    rows of the set among them. Raises ``Refused`` if the acting user may not record for the agency.
    """
    require_record(acting_user, agency)

    def work() -> list[RowResult]:
        with transaction.atomic():
            results = _attempt(
                rows,
                acting_user=acting_user,
                agency=agency,
                channel=channel,
                sandbox=sandbox,
                all_or_nothing=all_or_nothing,
            )
            check_deferred()
            if report_duplicates:
                _report_duplicates(results, rows, acting_user=acting_user, agency=agency, sandbox=sandbox)
            if dry_run:
                transaction.set_rollback(True)
            return results

    refused: Violation | None = None
    for _ in range(RACES_TO_LOSE):
        try:
            return again_after_deadlock(work)
        except IntegrityError as error:
            refused = violation_of(error)
            if refused is None:
                raise
            # Somebody recorded the same thing between the look-up and the insert: look again, and the row is named.
    assert refused is not None  # noqa: S101 - the loop ends only by a refusal
    return [RowResult(place, violations=[refused]) for place in range(len(rows))]


def _attempt(
    rows: Sequence[ParsedRow],
    *,
    acting_user: User,
    agency: Agency,
    channel: Channel,
    sandbox: bool,
    all_or_nothing: bool,
) -> list[RowResult]:
    now, numbers = now_and_numbers("disruption_number", len(rows))
    related = look_up([parsed.row for parsed in rows], agency=agency, acting_user=acting_user, sandbox=sandbox)
    faults = faults_of(rows, related, agency=agency, today=london_date(now))
    results = [RowResult(place, violations=found) for place, found in enumerate(faults)]
    wanted = [result for result in results if result.accepted]
    if all_or_nothing and len(wanted) < len(results):
        return results
    records = [
        _record(
            rows[result.index],
            related,
            number=numbers[result.index],
            now=now,
            stamps={
                "agency": agency,
                "recorded_by": acting_user,
                "changed_by": acting_user,
                "channel": channel,
                "sandbox": sandbox,
            },
        )
        for result in wanted
    ]
    _insert(records, [rows[result.index] for result in wanted], related)
    for result, record in zip(wanted, records, strict=True):
        result.record = record
    return results


def faults_of(rows: Sequence[ParsedRow], related: Related, *, agency: Agency, today: date) -> list[list[Violation]]:
    """Return what each row of a set breaks if it is recorded today, the first fault of each field; no query.

    A row that breaks nothing stands in the way of those below it, as it will in the table: ``related`` keeps that.
    """
    faults = []
    for parsed in rows:
        found = [
            *parsed.violations,
            *check_disruption(parsed.row, agency=agency.code, recorded_on=today, submitting=parsed.submit),
            *check_related(parsed.row, related, agency=agency),
        ]
        faults.append(first_per_field(found))
        if not found:
            _claim(parsed, related)
    return faults


def _report_duplicates(
    results: Sequence[RowResult], rows: Sequence[ParsedRow], *, acting_user: User, agency: Agency, sandbox: bool
) -> None:
    written = [(result, result.record) for result in results if result.record is not None]
    found = likely_duplicates(
        acting_user=acting_user,
        rows=[compared(record, rows[result.index].row.outcomes) for result, record in written],
        agency=agency,
        sandbox=sandbox,
    )
    for (result, _), matches in zip(written, found, strict=True):
        result.possible_duplicates = matches


def first_per_field(found: list[Violation]) -> list[Violation]:
    """Keep the first violation of each field: a value that cannot be read is not also missing."""
    kept: dict[str, Violation] = {}
    for each in found:
        kept.setdefault(each.field, each)
    return list(kept.values())


def _claim(parsed: ParsedRow, related: Related) -> None:
    """Let an accepted row stand in the way of a later row of the same set, as it will in the table."""
    if parsed.row.agency_reference:
        related.taken_references[parsed.row.agency_reference] = "a row above"
    if parsed.row.role == DisruptionRole.SUPPORT and parsed.row.lead:
        related.supported_leads.add(related.leads[parsed.row.lead].pk)


def _record(parsed: ParsedRow, related: Related, *, number: int, now: datetime, stamps: dict[str, Any]) -> Disruption:
    record = Disruption(
        reference=reference_of(DISRUPTION, number),
        recorded_at=now,
        changed_at=now,
        change=Change.RECORDED,
        status=Status.DRAFT,
        **stamps,
        **column_values(parsed.row, related),
    )
    if parsed.submit:
        record.status = Status.SUBMITTED
        record.submitted_at = now
        record.submitted_by = record.recorded_by
        record.claimed_level = record.level
    return record


def _insert(records: list[Disruption], rows: list[ParsedRow], related: Related) -> None:
    if not records:
        return
    insert_records(records)
    outcomes = [
        outcome
        for record, parsed in zip(records, rows, strict=True)
        for outcome in outcome_records(record, parsed.row.outcomes, version=1)
    ]
    shares = [
        DisruptionShare(disruption=record, agency=related.agencies[code], from_version=1)
        for record, parsed in zip(records, rows, strict=True)
        for code in parsed.row.shared_with
    ]
    insert_records(outcomes)
    insert_records(shares)
    announce(records, Change.RECORDED, before={})
