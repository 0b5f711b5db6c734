"""Amend a record: version checked, merged where two people touched different fields."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from agencies.constraints import Violation
from agencies.models import Agency, Now, User, london_date, oic_now
from agencies.refusals import Invalid, Stale
from disruptions.fields import COUNTED_FIELDS
from disruptions.models import Disruption, DisruptionEvent, DisruptionShare, Outcome
from disruptions.parsing import ParsedRow
from disruptions.permissions import require_amend
from disruptions.rules import (
    ROW_NAMES,
    DisruptionRow,
    check_amendment,
    check_disruption,
    check_published_change,
    check_reason,
    may_be_published,
)
from disruptions.services.duplicates import DuplicateAnswer, compared_row, keep_set_aside, require_answer
from disruptions.services.recording import first_per_field
from disruptions.services.rows import (
    COLUMN_FIELDS,
    Related,
    check_related,
    column_values,
    look_up,
    outcome_records,
    outcome_row,
    row_of,
)
from disruptions.services.versions import in_one_transaction, locked, write_versions
from disruptions.vocabulary import COUNTED_STATUSES, Change, DisruptionRole, Status


def amend_disruption(
    *,
    acting_user: User,
    reference: str,
    version: int | None,
    changes: ParsedRow,
    reason: str = "",
    reason_class: str = "",
    merge: bool = False,
    duplicates: DuplicateAnswer | None = None,
) -> Disruption:
    """Change the given fields of a record and return it; an amendment that changes nothing writes nothing.

    ``version`` is the version that the person read. If the record has moved on, ``merge`` lets changes to different
    fields stand together; the base is the history row of that version. ``changes.submit`` submits a draft or a
    returned record in the same step. Amending a counted field of an approved record returns it to submitted.

    Where ``duplicates`` is given, which is where a person submits in the browser, a likely duplicate that nobody has
    answered yet asks for a reason; it is kept in the same transaction. Other ways in report and never refuse.

    Raises ``NotFound``, ``Refused``, ``Invalid`` (nothing written) or ``Stale`` (with both sides, field by field).
    """

    def work() -> Disruption:
        record = locked([reference], acting_user=acting_user)[reference]
        require_amend(acting_user, record)
        before = row_of(record)
        if version is not None and record.version != version:
            if not merge:
                raise Stale(record)
            merge_changes(record, before, changes, row_at(record, version))
        after = replace(before, **{name: getattr(changes.row, name) for name in changes.given})
        if after.lead and after.lead == before.lead:
            # The agency of a lead goes with it: left empty, it is as it was.
            after.lead_agency = after.lead_agency or before.lead_agency
        submitting = record.status not in {Status.DRAFT, Status.RETURNED} or changes.submit
        related = look_up(
            [after],
            agency=record.agency,
            acting_user=acting_user,
            sandbox=record.sandbox,
            leave_out=[record.pk],
        )
        _require_rules(
            record, before, after, changes, related, submitting=submitting, reason=reason, reason_class=reason_class
        )
        answered = []
        if duplicates is not None and changes.submit and record.status in {Status.DRAFT, Status.RETURNED}:
            row = compared_row(after, related, pk=record.pk)
            if after.lead == before.lead:
                row = replace(row, lead=record.lead_id)
            answered = require_answer(duplicates, record=record, row=row, acting_user=acting_user)
        written = _write(
            record,
            before,
            after,
            related,
            acting_user=acting_user,
            submit=changes.submit,
            reason=reason,
            reason_class=reason_class,
        )
        if duplicates is not None:
            keep_set_aside(answered, record=written, acting_user=acting_user, reason=duplicates.reason)
        return written

    return in_one_transaction(work)


def merge_changes(record: Disruption, current: DisruptionRow, changes: ParsedRow, base: DisruptionRow) -> None:
    """Take into the changes what others wrote since ``base`` was read, where the sender did not touch it.

    Raises ``Stale`` with both sides if a field was changed here and there to different values.
    """
    theirs, mine = {}, {}
    for name in changes.given:
        stored, sent, read = getattr(current, name), getattr(changes.row, name), getattr(base, name)
        if stored not in (read, sent) and sent != read:
            theirs[name], mine[name] = stored, sent
    # A field that was sent as it was read is no change of this person's; what the other wrote stands.
    untouched = {name for name in changes.given if getattr(changes.row, name) == getattr(base, name)}
    if theirs:
        raise Stale(record, theirs, mine, untouched)
    for name in untouched:
        setattr(changes.row, name, getattr(current, name))


def row_at(record: Disruption, version: int) -> DisruptionRow:
    """Return a past version of a record as a typed row. Raises ``Stale`` if there is no such version."""
    rows = rows_at(record, [version])
    if version not in rows:
        raise Stale(record)
    return rows[version]


def rows_at(record: Disruption, versions: Collection[int]) -> dict[int, DisruptionRow]:
    """Return past versions of a record as typed rows, those that there are: three queries, however many."""
    shares = list(record.shares.values_list("agency__code", "from_version", "until_version"))
    outcomes = list(record.outcomes.order_by("position"))
    rows = {}
    events = DisruptionEvent.objects.select_related("threat", "lead", "lead_agency", "force_area")
    for event in events.filter(id=record.pk, version__in=versions):
        row = DisruptionRow(**{field.name: getattr(event, field.name) for field in COLUMN_FIELDS})
        rows[event.version] = replace(
            row,
            enablers=tuple(event.enablers),
            threat=event.threat.reference if event.threat else None,
            lead=event.lead.reference if event.lead else None,
            lead_agency=event.lead_agency.code if event.lead_agency else None,
            force_area=event.force_area.code if event.force_area else None,
            shared_with=tuple(sorted(code for code, since, until in shares if _holds(event.version, since, until))),
            outcomes=tuple(
                outcome_row(each) for each in outcomes if _holds(event.version, each.from_version, each.until_version)
            ),
        )
    return rows


def _holds(version: int, from_version: int, until_version: int | None) -> bool:
    return from_version <= version and (until_version is None or version < until_version)


def _require_rules(
    record: Disruption,
    before: DisruptionRow,
    after: DisruptionRow,
    changes: ParsedRow,
    related: Related,
    *,
    submitting: bool,
    reason: str,
    reason_class: str,
) -> None:
    found = amendment_faults(record, before, after, changes, related, submitting=submitting)
    found += check_reason(reason, needed=False, reason_class=reason_class)
    if moves_a_figure(before, after) and asks_why(record):
        found += check_published_change(reason=reason, reason_class=reason_class)
    if found:
        raise Invalid(first_per_field(found))


def amendment_faults(
    record: Disruption,
    before: DisruptionRow,
    after: DisruptionRow,
    changes: ParsedRow,
    related: Related,
    *,
    submitting: bool,
) -> list[Violation]:
    """Return what a change of a record breaks, the first fault of each field, but for the reason for it; no query."""
    return first_per_field(
        [
            *changes.violations,
            *check_amendment(
                before,
                after,
                status=record.status,
                submitted=record.submitted_at is not None,
            ),
            *check_disruption(
                after,
                agency=record.agency.code,
                recorded_on=london_date(record.recorded_at),
                submitting=submitting,
            ),
            *check_related(
                after,
                related,
                agency=record.agency,
                submitted_with=before.threat if record.submitted_at is not None else None,
                stored=before,
            ),
        ]
    )


def asks_why(record: Disruption, *, today: date | None = None) -> bool:
    """Say whether changing what a record counts as may move a published figure, so that it takes a reason."""
    if record.submitted_at is None or record.status not in COUNTED_STATUSES:
        return False
    if record.role != DisruptionRole.LEAD or record.sandbox:
        return False
    return may_be_published(submitted_on=london_date(record.submitted_at), today=today or london_date(oic_now()))


def moves_a_figure(before: DisruptionRow, after: DisruptionRow) -> bool:
    """Say whether a change touches what a record counts as."""
    return any(getattr(before, name) != getattr(after, name) for name in COUNTED_FIELDS)


def _write(
    record: Disruption,
    before: DisruptionRow,
    after: DisruptionRow,
    related: Related,
    *,
    acting_user: User,
    submit: bool,
    reason: str,
    reason_class: str,
) -> Disruption:
    changed = {name for name in ROW_NAMES if getattr(before, name) != getattr(after, name)}
    submits = submit and record.status in {Status.DRAFT, Status.RETURNED}
    if not changed and not submits:
        return record
    values: dict[str, Any] = column_values(after, related)
    if after.lead and after.lead == before.lead:
        # It may be one that the acting user may not open, and is not found then.
        values |= {"lead_id": record.lead_id, "lead_agency_id": record.lead_agency_id}
    change = Change.AMENDED
    if submits:
        change = Change.SUBMITTED
        values |= submission_values(record, acting_user=acting_user, level=after.level)
    elif record.status == Status.APPROVED and changed & COUNTED_FIELDS:
        values |= {"status": Status.SUBMITTED, "approved_by": None, "approved_at": None}
    # Who is named comes before the version: its event keeps who may open the record.
    if "shared_with" in changed:
        _replace_shares(record, before, after)
    write_versions(
        [record],
        values,
        acting_user=acting_user,
        change=change,
        reason=reason,
        reason_class=reason_class,
    )
    if "outcomes" in changed:
        record.outcomes.live().update(until_version=record.version)
        Outcome.objects.bulk_create(outcome_records(record, after.outcomes, version=record.version))
    record.refresh_from_db()
    return record


def submission_values(record: Disruption, *, acting_user: User, level: str | None) -> dict[str, Any]:
    """Return what submitting sets: status, who and when; the claim only the first time."""
    values: dict[str, Any] = {"status": Status.SUBMITTED, "submitted_by": acting_user}
    if record.submitted_at is None:
        values |= {"submitted_at": Now(), "claimed_level": level}
    return values


def _replace_shares(record: Disruption, before: DisruptionRow, after: DisruptionRow) -> None:
    """Name other agencies from the next version on."""
    dropped = set(before.shared_with) - set(after.shared_with)
    added = set(after.shared_with) - set(before.shared_with)
    version = record.version + 1
    if dropped:
        record.shares.live().filter(agency__code__in=dropped).update(until_version=version)
    DisruptionShare.objects.bulk_create(
        DisruptionShare(disruption=record, agency=agency, from_version=version)
        for agency in Agency.objects.filter(code__in=added)
    )
