"""Do the same to several records: look at what would happen to which, then do that and nothing else.

What was looked at is fixed by its versions. A record that has changed since is left as it is, and said so; for the rest
the services of a single change decide, all in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from agencies import audit
from agencies.constraints import declare, violation
from agencies.models import User
from agencies.refusals import Invalid
from agencies.vocabulary import AuditAction
from disruptions.models import Disruption, DoneTogether
from disruptions.models.assignment import ASSIGNMENT_NOTE_LIMIT, TOGETHER_REASON_LIMIT
from disruptions.permissions import may_approve, may_assign, may_choose_for_moderation, require_act_together
from disruptions.rules import is_storable
from disruptions.services.assigning import assign, decidable_by, with_open_case
from disruptions.services.moderating import open_chosen_cases
from disruptions.services.reviewing import DecisionRow, approve_together, review_disruptions
from disruptions.services.versions import in_one_transaction, lock_rows
from disruptions.vocabulary import Decision, Level, Status, TogetherAct, WhyLeft

LIMIT: Final[Mapping[TogetherAct, int]] = MappingProxyType(
    {
        TogetherAct.ASSIGN: 1000,
        TogetherAct.RETURN: 1000,
        TogetherAct.APPROVE: 100,
        TogetherAct.MODERATE: 1000,
    }
)
"""How many records at once: of those that somebody approves, as many as they read through on one page."""

NEEDS_REASON: Final = frozenset({TogetherAct.RETURN, TogetherAct.MODERATE})

declare("together_has_reason", "reason", "Say why. Whoever gets the records reads it.")
declare("together_reason_within_limit", "reason", f"The reason must be {TOGETHER_REASON_LIMIT:,} characters or fewer.")
declare("together_note_within_limit", "reason", f"The note must be {ASSIGNMENT_NOTE_LIMIT:,} characters or fewer.")
declare("together_reason_storable", "reason", "Take out the characters that cannot be stored.")
declare("together_person_chosen", "assigned_to", "Choose who decides on them, from the list.")
declare("together_confirmed", "confirmed", "Tick the box to confirm how many records this changes.")
declare("together_something_left", "confirmed", "Nothing of this can be done any more. Look at the list again.")


@dataclass(slots=True)
class SortedOut:
    """Records by what would happen to them: ``ready``, or left as they are, by why."""

    ready: list[Disruption] = field(default_factory=list)
    left: dict[WhyLeft, list[Disruption]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    """References that are not there, or that the person may not open: the two are not told apart."""

    @property
    def left_count(self) -> int:
        """How many are left as they are."""
        return sum(map(len, self.left.values())) + len(self.unknown)


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody looked at and confirms. ``key`` is drawn once for each look, so a second press does nothing."""

    key: UUID
    act: TogetherAct
    versions: Mapping[str, int]
    left: Mapping[str, Sequence[str]] = field(default_factory=dict)
    query: str = ""
    person: User | None = None


def sort_out(
    act: TogetherAct, versions: Mapping[str, int | None], *, acting_user: User, person: User | None = None
) -> SortedOut:
    """Say what would happen to each record, by reference and the version that was seen (``None``: as it stands).

    ``person`` is who they would be assigned to. Reads only; a fixed number of queries.
    """
    seen = Disruption.objects.visible_to(acting_user).filter(reference__in=list(versions))
    found = list(seen.select_related("agency", "threat", "recorded_by").order_by("-occurred_on", "-pk"))
    why = _judge(act, found, acting_user, person)
    sorted_out = SortedOut()
    for record in found:
        version = versions[record.reference]
        reason = WhyLeft.CHANGED if version is not None and record.version != version else why(record)
        if reason is None:
            sorted_out.ready.append(record)
        else:
            sorted_out.left.setdefault(reason, []).append(record)
    known = {record.reference for record in found}
    sorted_out.unknown = [reference for reference in versions if reference not in known]
    sorted_out.left = {each: sorted_out.left[each] for each in WhyLeft if each in sorted_out.left}
    return sorted_out


def do_together(*, acting_user: User, plan: Plan, reason: str = "") -> DoneTogether:
    """Do to the records of a plan what it says, leave out those that have changed, and return what came of it.

    A plan that was done already is not done again. Raises ``Refused``, or ``Invalid`` where nothing can be done any
    more or something is missing; then nothing was done.
    """

    def work() -> DoneTogether:
        require_act_together(acting_user, plan.act)
        _require_valid(plan, reason)
        lock_rows(Disruption.objects.filter(reference__in=list(plan.versions)))
        before: DoneTogether | None = DoneTogether.objects.visible_to(acting_user).filter(public_id=plan.key).first()
        if before is not None:
            return before
        found = sort_out(plan.act, plan.versions, acting_user=acting_user, person=plan.person)
        if not found.ready:
            raise Invalid([violation("together_something_left")])
        _do(plan, found.ready, reason, acting_user)
        return _written(plan, found, reason, acting_user)

    return in_one_transaction(work)


def _do(plan: Plan, records: Sequence[Disruption], reason: str, acting_user: User) -> None:
    versions = {record.reference: record.version for record in records}
    if plan.act == TogetherAct.APPROVE:
        approve_together(acting_user=acting_user, versions=versions)
    elif plan.act == TogetherAct.RETURN:
        rows = [
            DecisionRow(reference, Decision.RETURN.value, version, reason=reason)
            for reference, version in versions.items()
        ]
        review_disruptions(acting_user=acting_user, decisions=rows)
    elif plan.act == TogetherAct.MODERATE:
        open_chosen_cases(records, chosen_by=acting_user, note=reason)
    elif plan.person is not None:
        assign(records, person=plan.person, note=reason, acting_user=acting_user)


def _written(plan: Plan, found: SortedOut, reason: str, acting_user: User) -> DoneTogether:
    left: dict[str, list[str]] = {each: list(references) for each, references in plan.left.items()}
    for why, records in found.left.items():
        left.setdefault(why.value, []).extend(record.reference for record in records)
    if found.unknown:
        left.setdefault(WhyLeft.UNKNOWN.value, []).extend(found.unknown)
    done = DoneTogether.objects.create(
        public_id=plan.key,
        act=plan.act,
        done_by=acting_user,
        query=plan.query,
        reason=reason,
        assigned_to=plan.person,
        done=[record.reference for record in found.ready],
        left=left,
    )
    audit.record(
        AuditAction.CHANGED,
        "disruptions",
        str(plan.key),
        user=acting_user,
        detail={
            "together": plan.act.value,
            "done": len(done.done),
            "left": {each: len(references) for each, references in left.items()},
            "query": plan.query,
        },
    )
    return done


def _require_valid(plan: Plan, reason: str) -> None:
    if plan.act in NEEDS_REASON and not reason:
        raise Invalid([violation("together_has_reason")])
    if not is_storable(reason):
        raise Invalid([violation("together_reason_storable")])
    if len(reason) > TOGETHER_REASON_LIMIT:
        raise Invalid([violation("together_reason_within_limit")])
    if plan.act == TogetherAct.ASSIGN:
        if plan.person is None:
            raise Invalid([violation("together_person_chosen")])
        if len(reason) > ASSIGNMENT_NOTE_LIMIT:
            raise Invalid([violation("together_note_within_limit")])


def _judge(
    act: TogetherAct, records: Sequence[Disruption], acting_user: User, person: User | None
) -> Callable[[Disruption], WhyLeft | None]:
    """Return the question why a record is left as it is, with all that it needs read for the set."""
    if act in {TogetherAct.APPROVE, TogetherAct.RETURN}:
        return lambda record: _why_not_decided(act, record, acting_user)
    cases = with_open_case(records)
    if act == TogetherAct.MODERATE:
        return lambda record: _why_not_moderated(record, acting_user, cases)
    theirs = decidable_by(person, records) if person is not None else {record.pk for record in records}
    return lambda record: _why_not_assigned(record, acting_user, cases, theirs)


def _why_not_decided(act: TogetherAct, record: Disruption, user: User) -> WhyLeft | None:
    if record.status != Status.SUBMITTED:
        return WhyLeft.NOT_SUBMITTED
    if user.pk in {record.recorded_by_id, record.submitted_by_id}:
        return WhyLeft.OWN_WORK
    if not may_approve(user, record):
        return WhyLeft.NOT_REACHED
    return WhyLeft.NOT_MINOR if act == TogetherAct.APPROVE and record.level != Level.MINOR else None


def _why_not_moderated(record: Disruption, user: User, cases: set[int]) -> WhyLeft | None:
    if record.status != Status.APPROVED or record.sandbox:
        return WhyLeft.NOT_APPROVED
    if record.pk in cases:
        return WhyLeft.HAS_CASE
    return None if may_choose_for_moderation(user, record) else WhyLeft.NOT_REACHED


def _why_not_assigned(record: Disruption, user: User, cases: set[int], theirs: set[int]) -> WhyLeft | None:
    waits = record.status == Status.SUBMITTED or (record.status == Status.APPROVED and record.pk in cases)
    if not waits:
        return WhyLeft.NOT_WAITING
    if not may_assign(user, record):
        return WhyLeft.NOT_REACHED
    return None if record.pk in theirs else WhyLeft.NOT_THEIRS


def left_of(found: SortedOut) -> dict[str, Any]:
    """Return what was left out when somebody looked, as a plan keeps it."""
    left: dict[str, Any] = {why.value: [record.reference for record in records] for why, records in found.left.items()}
    return left | ({WhyLeft.UNKNOWN.value: found.unknown} if found.unknown else {})
