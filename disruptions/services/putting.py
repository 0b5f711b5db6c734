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
from agencies.refusals import Invalid
from disruptions.models import Disruption, DisruptionEvent, HandOver, SentRecord
from disruptions.parsing import ParsedRow, parse_disruption
from disruptions.permissions import require_record
from disruptions.rules import ROW_NAMES, DisruptionRow
from disruptions.services.amending import amend_disruption, row_at
from disruptions.services.duplicates import Match, duplicates_of
from disruptions.services.recording import RACES_TO_LOSE, record_disruptions
from disruptions.services.versions import again_after_deadlock, in_one_transaction, locked, require_version
from disruptions.vocabulary import Change, Channel, HandOverStatus, Status

TAKEN: Final = "disruption_agency_reference_unique"
READ_WHEN_WRITTEN: Final = (Change.RECORDED, Change.AMENDED)
"""Versions of a client's own that say what it knew: other steps say nothing of the fields."""

declare(
    "disruption_agency_reference_agrees",
    "agency_reference",
    "Leave this out, or send the same reference as in the address.",
)
declare(
    "disruption_reference_moved",
    "agency_reference",
    "The record that you sent under this reference is no longer yours under it: it was handed over, or its reference "
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
    body = _whole(sent, agency_reference, acting_user=acting_user, sandbox=sandbox)

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


def _whole(sent: Mapping[str, Any], agency_reference: str, *, acting_user: User, sandbox: bool) -> dict[str, Any]:
    """Return the body with its reference, and with the agency of its lead, which is stored beside the lead."""
    body = dict(sent)
    given = parse_disruption({"agency_reference": body.get("agency_reference")}, typed=True)
    if given.violations:
        raise Invalid(given.violations)
    if given.row.agency_reference not in {"", agency_reference}:
        raise Invalid([violation("disruption_agency_reference_agrees")])
    body["agency_reference"] = agency_reference
    row = parse_disruption(body, typed=True).row
    if row.lead and not row.lead_agency:
        lead = (
            Disruption.objects.visible_to(acting_user)
            .filter(reference=row.lead, sandbox=sandbox)
            .select_related("agency")
            .first()
        )
        if lead is not None:
            body["lead_agency"] = lead.agency.code
    return body


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
    _require_never_sent(value, acting_user=acting_user, agency=agency, sandbox=sandbox)
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
        changes = _whole_row(body)
        kept = SentRecord.objects.filter(disruption=record, account=acting_user).first()
        base = None
        if expected.there:
            require_version(record, expected.version)
        else:
            base = _base(record, kept, acting_user=acting_user)
            if record.status == Status.RETURNED and _says_nothing_new(changes, base):
                changes.submit = False
        amended = amend_disruption(
            acting_user=acting_user,
            reference=reference,
            version=None,
            changes=changes,
            reason=reason,
            reason_class=reason_class,
            base=base,
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


def _base(record: Disruption, kept: SentRecord | None, *, acting_user: User) -> DisruptionRow:
    """Return what the client sent or read last, whichever is later; an empty row where it never wrote the record.

    With an empty row it fills what is empty, and whatever it would change of the rest is named and refused.
    """
    own = (
        DisruptionEvent.objects.filter(id=record.pk, changed_by=acting_user, change__in=READ_WHEN_WRITTEN)
        .order_by("-version")
        .values_list("version", flat=True)
        .first()
    )
    if kept is not None and (own is None or own <= kept.version):
        return parse_disruption(kept.body, typed=True).row
    return DisruptionRow() if own is None else row_at(record, own)


def _says_nothing_new(changes: ParsedRow, base: DisruptionRow) -> bool:
    return all(getattr(changes.row, name) == getattr(base, name) for name in changes.given)


def _require_never_sent(value: str, *, acting_user: User, agency: Agency, sandbox: bool) -> None:
    """Raise ``Invalid`` where what was sent under this reference is a record elsewhere now: it would be doubled."""
    sent = SentRecord.objects.filter(account=acting_user, agency_reference=value).values_list("disruption", flat=True)
    handed_over = HandOver.objects.filter(
        from_agency=agency,
        status=HandOverStatus.ACCEPTED,
        disruption__agency_reference=value,
        disruption__sandbox=sandbox,
    ).values_list("disruption", flat=True)
    moved = [*sent, *handed_over]
    if moved:
        openable = Disruption.objects.visible_to(acting_user).filter(pk__in=moved).order_by("pk")
        existing = openable.values_list("reference", flat=True).first()
        raise Invalid([violation("disruption_reference_moved", existing=existing or "")])


def _content(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "submit"}


def _keep(record: Disruption, body: Mapping[str, Any], *, acting_user: User) -> None:
    """Keep what was sent, in place of what was sent before."""
    SentRecord.objects.bulk_create(
        [
            SentRecord(
                disruption=record,
                account=acting_user,
                agency_reference=body["agency_reference"],
                body=_content(body),
                version=record.version,
            )
        ],
        update_conflicts=True,
        unique_fields=["disruption", "account"],
        update_fields=["agency_reference", "body", "version", "sent_at"],
    )
