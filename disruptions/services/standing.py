"""Submit and withdraw records: what changes where they stand and none of what they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agencies.constraints import Violation, declare, violation
from agencies.models import User, london_date
from agencies.refusals import Invalid, Refused
from disruptions.models import Disruption
from disruptions.permissions import may_reopen, may_submit, may_withdraw
from disruptions.rules import check_disruption, check_reason
from disruptions.services.amending import submission_values
from disruptions.services.handing_over import cancel_offers
from disruptions.services.recording import first_per_field
from disruptions.services.rows import check_related, look_up, row_of
from disruptions.services.versions import (
    in_one_transaction,
    locked,
    require_version,
    write_versions,
)
from disruptions.vocabulary import Change, ReasonClass, Status

declare("disruption_reopened_has_reason", "reason", "Say why the record is opened again.")


def submit_disruptions(*, acting_user: User, versions: Mapping[str, int | None]) -> list[Disruption]:
    """Submit drafts or returned records, by reference and the version that was read; all of them or none.

    Raises ``NotFound``, ``Refused``, ``Stale``, or ``Invalid`` with what each still lacks.
    """

    def work() -> list[Disruption]:
        records = locked(versions, acting_user=acting_user)
        found: list[Violation] = []
        for reference, record in records.items():
            if not may_submit(acting_user, record):
                raise Refused(
                    "may_not_submit",
                    f"{reference} is {record.get_status_display().lower()}. Only a draft or a returned record "
                    f"can be submitted, by those who record for {record.agency.name}.",
                )
            require_version(record, versions[reference])
            found += faults_before_submitting(acting_user=acting_user, record=record)
        if found:
            raise Invalid(found)
        groups: dict[tuple[str | None, bool], list[Disruption]] = {}
        for record in records.values():
            groups.setdefault((record.level, record.submitted_at is None), []).append(record)
        for (level, _), group in groups.items():
            values: dict[str, Any] = submission_values(group[0], acting_user=acting_user, level=level)
            write_versions(group, values, acting_user=acting_user, change=Change.SUBMITTED)
        return list(records.values())

    return in_one_transaction(work)


def reopen_disruptions(*, acting_user: User, versions: Mapping[str, int | None], reason: str = "") -> list[Disruption]:
    """Take records out of the withdrawn, by reference and the version that was read; all of them or none.

    One that was ever submitted comes back as returned, to be looked through and submitted again, and needs a reason;
    a draft that was thrown away is a draft again. Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """
    reason = reason.strip()

    def work() -> list[Disruption]:
        records = locked(versions, acting_user=acting_user, related=("agency",))
        for reference, record in records.items():
            if not may_reopen(acting_user, record):
                raise Refused(
                    "may_not_reopen",
                    f"{reference} is {record.get_status_display().lower()}. Only a withdrawn record can be reopened, "
                    f"by those who record for {record.agency.name}.",
                )
            require_version(record, versions[reference])
        found = check_reason(reason, needed=False)
        if not reason and any(record.submitted_at is not None for record in records.values()):
            found.append(violation("disruption_reopened_has_reason"))
        if found:
            raise Invalid(found)
        for status, group in (
            (Status.DRAFT, [record for record in records.values() if record.submitted_at is None]),
            (Status.RETURNED, [record for record in records.values() if record.submitted_at is not None]),
        ):
            write_versions(group, {"status": status}, acting_user=acting_user, change=Change.REOPENED, reason=reason)
        return list(records.values())

    return in_one_transaction(work)


def faults_before_submitting(*, acting_user: User, record: Disruption) -> list[Violation]:
    """Return what a record still lacks or has wrong, as submitting it would say; writes nothing."""
    row = row_of(record)
    related = look_up(
        [row], agency=record.agency, acting_user=acting_user, sandbox=record.sandbox, leave_out=[record.pk]
    )
    return first_per_field(
        [
            *check_disruption(
                row, agency=record.agency.code, recorded_on=london_date(record.recorded_at), submitting=True
            ),
            *check_related(
                row,
                related,
                agency=record.agency,
                submitted_with=row.threat if record.submitted_at is not None else None,
                stored=row,
            ),
        ]
    )


def withdraw_disruptions(
    *,
    acting_user: User,
    versions: Mapping[str, int | None],
    reason: str = "",
    reason_class: str = "",
) -> list[Disruption]:
    """Withdraw records, by reference and the version that was read; all of them or none.

    Nothing is deleted: they stay readable and leave the counts. A reason is needed for a record that was ever
    submitted; a draft is thrown away without one. Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """
    reason = reason.strip()

    def work() -> list[Disruption]:
        records = locked(versions, acting_user=acting_user, related=("agency",))
        for reference, record in records.items():
            if not may_withdraw(acting_user, record):
                raise Refused(
                    "may_not_withdraw",
                    f"{reference} is {record.get_status_display().lower()}. Only those who record for "
                    f"{record.agency.name} can withdraw it, while it stands.",
                )
            require_version(record, versions[reference])
        found = check_reason(
            reason,
            needed=any(record.submitted_at is not None for record in records.values()),
            reason_class=reason_class,
        )
        if found:
            raise Invalid(found)
        write_versions(
            list(records.values()),
            {"status": Status.WITHDRAWN},
            acting_user=acting_user,
            change=Change.WITHDRAWN,
            reason=reason,
            reason_class=reason_class or ReasonClass.WITHDRAWN.value,
        )
        cancel_offers(records.values(), acting_user=acting_user)
        return list(records.values())

    return in_one_transaction(work)
