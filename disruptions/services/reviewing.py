"""Decide on records: an approver of the agency, then, where it is looked at again, a moderator of the NCA."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agencies.constraints import declare, violation
from agencies.models import Agency, Now, User, london_date, oic_now
from agencies.refusals import Invalid, NotFound, Refused
from disruptions.models import Disruption, Review, SOCThreat
from disruptions.permissions import may_approve, may_moderate
from disruptions.rules import check_reason, is_storable
from disruptions.services.handing_over import cancel_offers, change_lead
from disruptions.services.inserting import insert_records
from disruptions.services.moderating import close_cases, open_cases
from disruptions.services.versions import (
    in_one_transaction,
    locked,
    require_version,
    write_versions,
)
from disruptions.vocabulary import (
    ACCEPTING_STATUSES,
    LIVE_STATUSES,
    Change,
    Decision,
    Level,
    ReasonClass,
    Status,
)

APPROVER_DECISIONS = frozenset({Decision.APPROVE, Decision.RETURN})
EITHER_DECISIONS = frozenset({Decision.DUPLICATE})
"""What an approver may decide on a submitted record of their agency, and a moderator on any that stands."""
REJECTIONS = frozenset({Decision.NOT_A_DISRUPTION, Decision.DUPLICATE})
WEIGHT = {Level.NEGATIVE: 0, Level.NONE: 1, Level.MINOR: 2, Level.MODERATE: 3, Level.MAJOR: 4}

declare("review_decision_available", "decision", "Choose a decision that can be made here.")
declare("review_level_known", "to_level", "Choose one of the levels.")
declare("review_raised_is_higher", "to_level", "Raised means a higher level than the present one.")
declare("review_lowered_is_lower", "to_level", "Lowered means a lower level than the present one.")
declare(
    "review_duplicate_names_other",
    "duplicate_of",
    "Give the reference of the record that it repeats: a lead of a lead, or a support of a support, that stands.",
)
declare("review_threat_accepts", "threat", "Give the reference of a threat that takes disruptions.")
declare("review_lead_agency_exists", "lead_agency", "Choose the agency that led, from those that are active.")
declare("review_lead_change_alone", "decision", "Change who led one record at a time.")
declare(
    "review_together_only_minor",
    "chosen",
    "Only minor disruptions are approved together. Open each of the others and decide on it by itself.",
)


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
    lead_agency: str | None = None


def approve_together(*, acting_user: User, versions: Mapping[str, int]) -> list[Review]:
    """Approve a set of minor disruptions, by reference and the version that was read: all of them or none.

    Raises ``NotFound``, ``Refused``, ``Stale``, or ``Invalid`` naming each record of another level. A level cannot
    change between this look and the approval without its version.
    """
    levels = dict(
        Disruption.objects.visible_to(acting_user)
        .filter(reference__in=list(versions))
        .values_list("reference", "level")
    )
    if len(levels) != len(versions):
        raise NotFound
    others = [reference for reference in versions if levels[reference] != Level.MINOR]
    if others:
        raise Invalid(
            [
                violation(
                    "review_together_only_minor",
                    message=f"{each} is not minor. Open it and decide on it by itself.",
                    existing=each,
                )
                for each in others
            ]
        )
    rows = [DecisionRow(reference, Decision.APPROVE.value, version) for reference, version in versions.items()]
    return review_disruptions(acting_user=acting_user, decisions=rows)


def review_disruptions(*, acting_user: User, decisions: Sequence[DecisionRow]) -> list[Review]:
    """Decide on a set of records, all of them or none, and return the reviews.

    Approve (at another level, with a reason, if need be) and return are an approver's; a duplicate is for either to
    say; the rest are a moderator's.
    Nobody decides on what they recorded or submitted, and nobody moderates what they ever approved; the database
    refuses it too. An approval may open a case for a moderator, whose decision closes it (``moderating``).
    Raises ``NotFound``, ``Refused``, ``Stale`` or ``Invalid``.
    """

    def work() -> list[Review]:
        _lock_both_sides(decisions, acting_user)
        records = locked([row.reference for row in decisions], acting_user=acting_user, related=("agency",))
        approved_before = _approved_before(decisions, records, acting_user)
        others = _named_records(decisions, acting_user)
        threats = _named_threats(decisions, acting_user)
        agencies = _named_agencies(decisions)
        groups: dict[tuple[Any, ...], tuple[dict[str, Any], list[Disruption]]] = {}
        reviews: list[Review] = []
        for row in decisions:
            record = records[row.reference]
            _require_may_decide(acting_user, record, row, approved_before)
            require_version(record, row.version)
            _require_valid(record, row, others, threats)
            reviews.append(_review(record, row, acting_user))
            if row.decision == Decision.LEAD_CHANGED:
                _change_lead(record, row, agencies, acting_user=acting_user, alone=len(decisions) == 1)
                continue
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
        insert_records(reviews)
        cancel_offers(
            [records[row.reference] for row in decisions if row.decision in REJECTIONS], acting_user=acting_user
        )
        open_cases([records[row.reference] for row in decisions if row.decision == Decision.APPROVE])
        close_cases(reviews)
        return reviews

    return in_one_transaction(work)


def _approved_before(
    decisions: Sequence[DecisionRow], records: Mapping[str, Disruption], acting_user: User
) -> frozenset[int]:
    """Return which of the records that are moderated the person ever approved, in one query."""
    moderated = [records[row.reference].pk for row in decisions if row.decision not in APPROVER_DECISIONS]
    if not moderated:
        return frozenset()
    return frozenset(
        Disruption.objects.filter(pk__in=moderated).ever_approved_by(acting_user).values_list("pk", flat=True)
    )


def _lock_both_sides(decisions: Sequence[DecisionRow], acting_user: User) -> None:
    """Lock duplicates together with what they repeat, in one order: two people cannot reject each by the other."""
    named = {row.duplicate_of for row in decisions if row.duplicate_of}
    if named:
        both = Disruption.objects.visible_to(acting_user).filter(
            reference__in=named | {row.reference for row in decisions}
        )
        list(both.order_by("pk").select_for_update(of=("self",)).values_list("pk"))


def _named_records(decisions: Sequence[DecisionRow], acting_user: User) -> dict[str, Disruption]:
    """Return the records that others are said to repeat: those that stand, and are not rejected in the same breath."""
    named = {row.duplicate_of for row in decisions if row.duplicate_of}
    rejected = {row.reference for row in decisions if row.decision in REJECTIONS}
    if not named:
        return {}
    found = Disruption.objects.visible_to(acting_user).filter(
        reference__in=named - rejected, status__in=set(LIVE_STATUSES) - {Status.DRAFT}
    )
    return {record.reference: record for record in found}


def _named_threats(decisions: Sequence[DecisionRow], acting_user: User) -> dict[str, SOCThreat]:
    named = {row.threat for row in decisions if row.threat}
    if not named:
        return {}
    found = SOCThreat.objects.visible_to(acting_user).filter(reference__in=named, status__in=ACCEPTING_STATUSES)
    return {threat.reference: threat for threat in found}


def _named_agencies(decisions: Sequence[DecisionRow]) -> dict[str, Agency]:
    named = {row.lead_agency for row in decisions if row.lead_agency and row.decision == Decision.LEAD_CHANGED}
    if not named:
        return {}
    active = Agency.objects.active_on(london_date(oic_now())).filter(code__in=named)
    return {agency.code: agency for agency in active}


def _change_lead(
    record: Disruption, row: DecisionRow, agencies: Mapping[str, Agency], *, acting_user: User, alone: bool
) -> None:
    """Move a record to the agency that a moderator says led it, with its supports."""
    if not alone:
        # Its supports get a new version too, which another decision of the set might be about.
        raise Invalid([violation("review_lead_change_alone")])
    agency = agencies.get(row.lead_agency or "")
    if agency is None:
        raise Invalid([violation("review_lead_agency_exists")])
    change_lead(record, to_agency=agency, acting_user=acting_user, reason=_reason(row), change=Change.REVIEWED)


def _require_may_decide(user: User, record: Disruption, row: DecisionRow, approved_before: Collection[int]) -> None:
    approving = row.decision in APPROVER_DECISIONS
    if user.pk in {record.recorded_by_id, record.submitted_by_id}:
        raise Refused(
            "review_not_by_author",
            f"You recorded or submitted {record.reference}. Somebody else must decide on it.",
        )
    if not approving and (record.pk in approved_before or record.approved_by_id == user.pk):
        raise Refused(
            "review_not_by_approver",
            f"You approved {record.reference} before. Another moderator must look at it.",
        )
    may = may_approve(user, record) if approving else may_moderate(user, record, approved_before=approved_before)
    if not may and not (row.decision in EITHER_DECISIONS and may_approve(user, record)):
        who = f"an approver of {record.agency.name}" if approving else "a moderator"
        raise Refused(
            "may_not_decide",
            f"{record.reference} is {record.get_status_display().lower()}. It takes {who} to do this.",
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
    if row.decision not in Decision.values:
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
        if other is None or other.pk == record.pk or (other.role, other.sandbox) != (record.role, record.sandbox):
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
        Decision.LEAD_CHANGED: ReasonClass.LEAD_CHANGE.value,
    }.get(Decision(row.decision), ReasonClass.REGRADE.value if row.to_level else "")
