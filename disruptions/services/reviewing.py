"""Decide on records: an approver of the agency, then, where it is looked at again, a moderator of the NCA."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agencies.constraints import declare, violation
from agencies.models import Now, User
from agencies.refusals import Invalid, Refused
from disruptions.models import Disruption, Review, SOCThreat
from disruptions.permissions import may_approve, may_moderate
from disruptions.rules import check_reason, is_storable
from disruptions.services.versions import (
    in_one_transaction,
    locked,
    require_version,
    write_versions,
)
from disruptions.vocabulary import (
    ACCEPTING_STATUSES,
    Change,
    Decision,
    Level,
    ReasonClass,
    Status,
)

APPROVER_DECISIONS = frozenset({Decision.APPROVE, Decision.RETURN})
REJECTIONS = frozenset({Decision.NOT_A_DISRUPTION, Decision.DUPLICATE})
WEIGHT = {Level.NEGATIVE: 0, Level.NONE: 1, Level.MINOR: 2, Level.MODERATE: 3, Level.MAJOR: 4}

declare("review_decision_available", "decision", "Choose a decision that can be made here.")
declare("review_level_known", "to_level", "Choose one of the levels.")
declare("review_raised_is_higher", "to_level", "Raised means a higher level than the present one.")
declare("review_lowered_is_lower", "to_level", "Lowered means a lower level than the present one.")
declare(
    "review_duplicate_names_other",
    "duplicate_of",
    "Give the reference of the record that it repeats.",
)
declare("review_threat_accepts", "threat", "Give the reference of a threat that takes disruptions.")


@dataclass(slots=True)
class DecisionRow:
    """One decision as it was sent. ``version`` is the version that was read; ``None``: whatever it is."""

    reference: str
    decision: str
    version: int | None = None
    to_level: str | None = None
    reason: str = ""
    field_reasons: dict[str, str] = field(default_factory=dict)
    reason_class: str = ""
    duplicate_of: str | None = None
    threat: str | None = None


def review_disruptions(*, acting_user: User, decisions: Sequence[DecisionRow]) -> list[Review]:
    """Decide on a set of records, all of them or none, and return the reviews.

    Approve (at another level, with a reason, if need be) and return are an approver's; the rest are a moderator's.
    Nobody decides on what they recorded or submitted; the database refuses it too.
    Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """

    def work() -> list[Review]:
        records = locked([row.reference for row in decisions], acting_user=acting_user, related=("agency",))
        others = _named_records(decisions, acting_user)
        threats = _named_threats(decisions, acting_user)
        groups: dict[tuple[Any, ...], tuple[dict[str, Any], list[Disruption]]] = {}
        reviews = []
        for row in decisions:
            record = records[row.reference]
            _require_may_decide(acting_user, record, row)
            require_version(record, row.version)
            _require_valid(record, row, others, threats)
            reviews.append(_review(record, row, acting_user))
            values = _values(record, row, acting_user, others, threats)
            change = _change(row)
            key = (change, _reason(row), row.reason_class, *sorted((k, str(v)) for k, v in values.items()))
            groups.setdefault(key, (values | {"_change": change, "_row": row}, []))[1].append(record)
        for values, group in groups.values():
            change, row = values.pop("_change"), values.pop("_row")
            write_versions(
                group,
                values,
                acting_user=acting_user,
                change=change,
                reason=_reason(row),
                reason_class=row.reason_class or _reason_class(row),
            )
        Review.objects.bulk_create(reviews)
        return reviews

    return in_one_transaction(work)


def _named_records(decisions: Sequence[DecisionRow], acting_user: User) -> dict[str, Disruption]:
    named = {row.duplicate_of for row in decisions if row.duplicate_of}
    if not named:
        return {}
    found = Disruption.objects.visible_to(acting_user).filter(reference__in=named)
    return {record.reference: record for record in found}


def _named_threats(decisions: Sequence[DecisionRow], acting_user: User) -> dict[str, SOCThreat]:
    named = {row.threat for row in decisions if row.threat}
    if not named:
        return {}
    found = SOCThreat.objects.visible_to(acting_user).filter(reference__in=named, status__in=ACCEPTING_STATUSES)
    return {threat.reference: threat for threat in found}


def _require_may_decide(user: User, record: Disruption, row: DecisionRow) -> None:
    approving = row.decision in APPROVER_DECISIONS
    if user.pk in {record.recorded_by_id, record.submitted_by_id}:
        raise Refused(
            "review_not_by_author",
            f"You recorded or submitted {record.reference}. Somebody else must decide on it.",
        )
    if not (may_approve(user, record) if approving else may_moderate(user, record)):
        who = f"an approver of {record.agency.name}" if approving else "a moderator"
        raise Refused(
            "may_not_decide",
            f"{record.reference} is {record.get_status_display().lower()}. It takes {who} to do this, "
            "who has not approved it before.",
        )


def _require_valid(
    record: Disruption,
    row: DecisionRow,
    others: dict[str, Disruption],
    threats: dict[str, SOCThreat],
) -> None:
    found = check_reason(row.reason.strip(), needed=False, reason_class=row.reason_class)
    if not all(is_storable(text) for pair in row.field_reasons.items() for text in pair):
        found.append(violation("disruption_change_reason_storable"))
    if row.decision not in Decision.values or row.decision == Decision.LEAD_CHANGED:
        found.append(violation("review_decision_available"))
    if row.to_level is not None and row.to_level not in Level.values:
        raise Invalid([*found, violation("review_level_known")])
    before = WEIGHT[_level(record)]
    after = WEIGHT[Level(row.to_level or _level(record))]
    if row.decision == Decision.RAISED and after <= before:
        found.append(violation("review_raised_is_higher"))
    if row.decision == Decision.LOWERED and after >= before:
        found.append(violation("review_lowered_is_lower"))
    plain = row.decision in {Decision.APPROVE, Decision.UPHELD} and after == before
    if not plain and not row.reason.strip() and not row.field_reasons:
        found.append(violation("review_has_reason"))
    if row.decision == Decision.DUPLICATE:
        other = others.get(row.duplicate_of or "")
        if other is None or other.pk == record.pk:
            found.append(violation("review_duplicate_names_other"))
    if row.decision == Decision.THREAT_CHANGED and row.threat not in threats:
        found.append(violation("review_threat_accepts"))
    if found:
        raise Invalid(found)


def _review(record: Disruption, row: DecisionRow, acting_user: User) -> Review:
    return Review(
        disruption=record,
        version=record.version + 1,
        decision=row.decision,
        from_level=_level(record),
        to_level=row.to_level or _level(record),
        reason=_reason(row),
        field_reasons=row.field_reasons,
        reason_class=row.reason_class or _reason_class(row),
        author_id=record.recorded_by_id,
        decided_by=acting_user,
    )


def _reason(row: DecisionRow) -> str:
    """Return why, in one text: what was said of the whole, otherwise what was said field by field."""
    return row.reason.strip() or "; ".join(row.field_reasons.values())


def _level(record: Disruption) -> Level:
    """Return the level of a record that has been submitted, so has one."""
    return Level(record.level or "")


def _values(
    record: Disruption,
    row: DecisionRow,
    acting_user: User,
    others: dict[str, Disruption],
    threats: dict[str, SOCThreat],
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if row.to_level and row.decision not in REJECTIONS:
        values["level"] = row.to_level
    if row.decision == Decision.APPROVE:
        values |= {"status": Status.APPROVED, "approved_by": acting_user, "approved_at": Now()}
    elif row.decision == Decision.RETURN:
        values |= {"status": Status.RETURNED}
    elif row.decision in REJECTIONS:
        values |= {"status": Status.REJECTED}
        if row.decision == Decision.DUPLICATE:
            values["duplicate_of"] = others[row.duplicate_of or ""]
    elif row.decision == Decision.THREAT_CHANGED:
        values["threat"] = threats[row.threat or ""]
    return values


def _change(row: DecisionRow) -> Change:
    return {
        Decision.APPROVE: Change.APPROVED,
        Decision.RETURN: Change.RETURNED,
        Decision.NOT_A_DISRUPTION: Change.REJECTED,
        Decision.DUPLICATE: Change.REJECTED,
    }.get(Decision(row.decision), Change.REVIEWED)


def _reason_class(row: DecisionRow) -> str:
    return {
        Decision.RAISED: ReasonClass.REGRADE.value,
        Decision.LOWERED: ReasonClass.REGRADE.value,
        Decision.DUPLICATE: ReasonClass.DUPLICATE.value,
        Decision.THREAT_CHANGED: ReasonClass.THREAT_CHANGE.value,
    }.get(Decision(row.decision), ReasonClass.REGRADE.value if row.to_level else "")
