"""Put a record by the agency's own reference: recorded if there is none, otherwise brought to what was sent.

A partner that holds the record in its own system sends it whole, as often as it likes. Three sides meet: what it sent
last, what it sends now, and what is stored. A value that it sends again is no change of its own, so what people have
put right here stands; where both sides changed one field to different values, nothing is written and both are named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.db import transaction

from agencies.constraints import declare, violation
from agencies.models import Agency, User
from agencies.refusals import Invalid, Stale
from disruptions.models import Disruption, DisruptionEvent, SentRecord
from disruptions.parsing import ParsedRow, parse_disruption
from disruptions.permissions import require_amend, require_record
from disruptions.rules import ROW_NAMES, DisruptionRow, check_reason
from disruptions.services.amending import amend_disruption, merge_changes, row_at, rows_at
from disruptions.services.duplicates import Match, duplicates_of
from disruptions.services.recording import RACES_TO_LOSE, record_disruptions
from disruptions.services.rows import row_of
from disruptions.services.versions import again_after_deadlock, in_one_transaction, locked, require_version
from disruptions.vocabulary import Channel, DisruptionRole, Status

TAKEN: Final = "disruption_agency_reference_unique"

declare(
    "disruption_agency_reference_agrees",
    "agency_reference",
    "Leave this out, or send the same reference as in the address.",
)
declare(
    "disruption_reference_moved",
    "agency_reference",
    "A record of your agency had this reference and is no longer yours under it: it was handed over, or its reference "
    "was changed. Look at it first. If yours is another disruption, POST it.",
)


class ExpectedOtherwise(Exception):
    """There is a record where none was expected, or none where one was."""

    def __init__(self, record: Disruption | None) -> None:
        super().__init__("expected otherwise")
        self.record = record


@dataclass(frozen=True, slots=True)
class Expected:
    """What the sender expects to find. Nothing said: whatever there is, and the three sides are merged.

    ``new``: no record. ``there``: a record, at this ``version`` (``None``: at any); what is sent then replaces it.
    """

    new: bool = False
    there: bool = False
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """What became of it: the record, whether it is a new one, and what may be the same event."""

    record: Disruption
    is_new: bool
    possible_duplicates: list[Match] = field(default_factory=list)


def put_disruption(
    *,
    acting_user: User,
    agency: Agency,
    agency_reference: str,
    sent: Mapping[str, Any],
    channel: Channel,
    sandbox: bool,
    expected: Expected,
    reason: str = "",
    reason_class: str = "",
    dry_run: bool = False,
) -> Put:
    """Record or amend the agency's record with this reference, and return it; unchanged content writes no version.

    ``sent`` is the whole record as JSON values: a field that is left out is empty, or has its default. Its ``submit``
    submits a draft; a returned record only if something is new in it or its version was named, so that a sender that
    repeats itself does not bounce what an approver sent back. Two at once make one record. Possible duplicates are
    reported and never refused.

    Raises ``Refused``, ``Invalid``, ``ExpectedOtherwise``, or ``Stale``: with both sides, field by field, where others
    changed the same fields meanwhile.
    """
    require_record(acting_user, agency)
    body = _whole(sent, agency_reference)

    def work() -> Put | None:
        with transaction.atomic():
            put = _attempt(
                body,
                acting_user=acting_user,
                agency=agency,
                channel=channel,
                sandbox=sandbox,
                expected=expected,
                reason=reason,
                reason_class=reason_class,
            )
            if dry_run:
                transaction.set_rollback(True)
            return put

    for _ in range(RACES_TO_LOSE):
        put = again_after_deadlock(work)
        if put is not None:
            return put
        # Somebody recorded it, or changed its reference, between the look and the write: look again.
    raise Invalid([violation(TAKEN)])


def _whole(sent: Mapping[str, Any], agency_reference: str) -> dict[str, Any]:
    """Return the body with its reference. Raises ``Invalid`` where it holds another."""
    given = parse_disruption({"agency_reference": sent.get("agency_reference")}, typed=True)
    if given.violations:
        raise Invalid(given.violations)
    if given.row.agency_reference not in {"", agency_reference}:
        raise Invalid([violation("disruption_agency_reference_agrees")])
    return {**sent, "agency_reference": agency_reference}


def _attempt(
    body: dict[str, Any],
    *,
    acting_user: User,
    agency: Agency,
    channel: Channel,
    sandbox: bool,
    expected: Expected,
    reason: str,
    reason_class: str,
) -> Put | None:
    """Record or amend; nothing where another was quicker."""
    value = body["agency_reference"]
    there = Disruption.objects.filter(agency=agency, sandbox=sandbox, agency_reference=value).first()
    if there is not None:
        if expected.new:
            raise ExpectedOtherwise(there)
        return _amend(
            there.reference, body, acting_user=acting_user, expected=expected, reason=reason, reason_class=reason_class
        )
    if expected.there:
        raise ExpectedOtherwise(None)
    if faults := check_reason(reason, needed=False, reason_class=reason_class):
        raise Invalid(faults)
    if not _is_new_reference(value, acting_user=acting_user, agency=agency, sandbox=sandbox):
        return None
    [result] = record_disruptions(
        acting_user=acting_user,
        agency=agency,
        rows=[parse_disruption(body, typed=True)],
        channel=channel,
        sandbox=sandbox,
        report_duplicates=True,
    )
    if result.record is None:
        if any(each.code == TAKEN for each in result.violations):
            return None
        raise Invalid(result.violations)
    _keep(result.record, body, acting_user=acting_user)
    return Put(result.record, is_new=True, possible_duplicates=result.possible_duplicates)


def _amend(
    reference: str, body: dict[str, Any], *, acting_user: User, expected: Expected, reason: str, reason_class: str
) -> Put | None:
    def work() -> Put | None:
        record = locked([reference], acting_user=acting_user)[reference]
        if record.agency_reference != body["agency_reference"] or record.agency_id != acting_user.agency_id:
            return None
        stored, changes = row_of(record), _whole_row(body)
        kept = SentRecord.objects.filter(disruption=record, account=acting_user).first()
        base = None
        if expected.there:
            require_version(record, expected.version)
        else:
            base = _base(record, kept, acting_user=acting_user)
        _settle_lead(changes.row, stored, base, acting_user=acting_user, sandbox=record.sandbox)
        if base is not None:
            _merge(record, stored, changes, base, acting_user=acting_user)
        faults = changes.violations or check_reason(reason, needed=False, reason_class=reason_class)
        is_new = bool(faults) or changes.row != stored
        if record.status == Status.RETURNED and base is not None and not is_new:
            changes.submit = False
        submits = changes.submit and record.status in {Status.DRAFT, Status.RETURNED}
        # What is sent again says nothing, so nothing is asked of it: a run of everything goes on.
        amended = record
        if is_new or submits:
            amended = amend_disruption(
                acting_user=acting_user,
                reference=reference,
                version=None,
                changes=changes,
                reason=reason,
                reason_class=reason_class,
            )
        if kept is None or (kept.body, kept.version) != (_content(body), amended.version):
            _keep(amended, body, acting_user=acting_user)
        report = duplicates_of(acting_user=acting_user, record=amended)
        return Put(amended, is_new=False, possible_duplicates=report.pending)

    return in_one_transaction(work)


def _whole_row(body: Mapping[str, Any]) -> ParsedRow:
    """Return the row with every field given, but for what cannot be read, which is a fault and no emptying."""
    parsed = parse_disruption(body, typed=True)
    unreadable = {each.field.partition("/")[0] for each in parsed.violations}
    return replace(parsed, given=frozenset(ROW_NAMES) - unreadable)


def _settle_lead(
    row: DisruptionRow, stored: DisruptionRow, base: DisruptionRow | None, *, acting_user: User, sandbox: bool
) -> None:
    """Keep a lead that the sender is not shown, and fill in the agency of a lead where it is not said.

    Neither is a change of the sender's, so the base follows.
    """

    def settled(name: str) -> Any:
        sent = getattr(row, name)
        return getattr(stored, name) if base is not None and sent == getattr(base, name) else sent

    openable = Disruption.objects.visible_to(acting_user).filter(sandbox=sandbox)
    lead = settled("lead")
    if (
        stored.lead
        and not lead
        and settled("role") == DisruptionRole.SUPPORT
        and settled("lead_agency") in (None, stored.lead_agency)
        and not openable.filter(reference=stored.lead).exists()
    ):
        lead = row.lead = stored.lead
    if lead and not row.lead_agency:
        if lead == stored.lead:
            row.lead_agency = stored.lead_agency
        else:
            row.lead_agency = openable.filter(reference=lead).values_list("agency__code", flat=True).first()
        if base is not None:
            base.lead_agency = stored.lead_agency


def _merge(
    record: Disruption, stored: DisruptionRow, changes: ParsedRow, base: DisruptionRow, *, acting_user: User
) -> None:
    try:
        merge_changes(record, stored, changes, base)
    except Stale:
        require_amend(acting_user, record)
        raise


def _base(record: Disruption, kept: SentRecord | None, *, acting_user: User) -> DisruptionRow:
    """Return what the sender said last: what it put or posted, and each field that it changed by itself since.

    A version holds what others wrote as well, so none is taken whole but the first, which is what was posted. A sender
    that never sent the whole goes by what another of its agency's did: it came in the place of that one. With an empty
    row it fills what is empty, and whatever it would change of the rest is named and refused.
    """
    row, since, writer = DisruptionRow(), 0, acting_user.pk
    if kept is None and record.recorded_by_id != acting_user.pk:
        others = SentRecord.objects.filter(disruption=record, account__agency=record.agency_id)
        kept = others.order_by("-sent_at", "-pk").first()
    if kept is not None:
        row, since, writer = parse_disruption(kept.body, typed=True).row, kept.version, kept.account_id
    elif record.channel == Channel.API and record.recorded_by.agency_id == record.agency_id:
        row, since, writer = row_at(record, 1), 1, record.recorded_by_id
    versions = set(
        DisruptionEvent.objects.filter(
            id=record.pk, version__gt=since, changed_by__in=[acting_user.pk, writer]
        ).values_list("version", flat=True)
    )
    if versions:
        rows = rows_at(record, versions | {version - 1 for version in versions})
        for version in sorted(versions - {1}):
            before, after = rows[version - 1], rows[version]
            changed = [name for name in ROW_NAMES if getattr(before, name) != getattr(after, name)]
            row = replace(row, **{name: getattr(after, name) for name in changed})
    return row


def _is_new_reference(value: str, *, acting_user: User, agency: Agency, sandbox: bool) -> bool:
    """Say whether no record of the agency has, or had, this reference: one that has it now was recorded meanwhile.

    Raises ``Invalid`` where one had it and has it no more: it would be doubled.
    """
    moved = list(
        DisruptionEvent.objects.filter(agency=agency, sandbox=sandbox, agency_reference=value)
        .order_by()
        .values_list("id", flat=True)
        .distinct()
    )
    if Disruption.objects.filter(pk__in=moved, agency=agency, agency_reference=value).exists():
        return False
    if moved:
        openable = Disruption.objects.visible_to(acting_user).filter(pk__in=moved).order_by("pk")
        existing = openable.values_list("reference", flat=True).first()
        raise Invalid([violation("disruption_reference_moved", existing=existing or "")])
    return True


def _content(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "submit"}


def _keep(record: Disruption, body: Mapping[str, Any], *, acting_user: User) -> None:
    """Keep what was sent, in place of what was sent before."""
    SentRecord.objects.bulk_create(
        [
            SentRecord(
                disruption=record,
                account=acting_user,
                body=_content(body),
                version=record.version,
            )
        ],
        update_conflicts=True,
        unique_fields=["disruption", "account"],
        update_fields=["body", "version", "sent_at"],
    )
