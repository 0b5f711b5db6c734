"""Keep the 4P plan of a threat: its actions, and which disruptions came from which."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import F

from agencies.constraints import Violation, declare, violation
from agencies.models import Now, User
from agencies.refusals import Invalid, NotFound, Refused, Stale
from disruptions.models import Disruption, PlanAction, PlanActionEvent, PlanResult, SOCThreat
from disruptions.models.plan import PLAN_NOTE_LIMIT, PLAN_TITLE_LIMIT
from disruptions.permissions import may_keep_plan, may_link_to_plan, may_report_on_action, require_keep_plan
from disruptions.rules import is_storable
from disruptions.services.versions import in_one_transaction, lock_rows, locked
from disruptions.vocabulary import ACCEPTING_STATUSES, AMENDABLE_STATUSES, PlanState, Status, Strand

OWNERS_OWN: Final = frozenset({"state", "note"})
"""What the owner of an action may change; the rest is for those who keep the plan."""

EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2100, 1, 1)

declare("plan_action_has_due_date", "due_on", "Enter the date by which it is to be done, such as 27 3 2027.")
declare("plan_action_due_in_range", "due_on", "Enter a date between 2000 and 2099.")
declare(
    "plan_action_owner_exists",
    "owner",
    "Choose who sees to it, or enter the e-mail address of somebody who can sign in here.",
)
declare(
    "plan_action_storable",
    "title",
    "Take out the characters that cannot be stored (null or half a character).",
)
declare("plan_result_of_this_threat", "disruption", "Choose submitted records of this threat that stand.")
declare("plan_result_action_of_threat", "action", "Choose an action of the plan of the record's threat.")


@dataclass(slots=True)
class ActionRow:
    """An action as it was sent; ``owner`` is an e-mail address."""

    strand: str
    title: str
    owner: str
    due_on: date | None
    state: str = PlanState.PLANNED.value
    note: str = ""


def record_plan_action(*, acting_user: User, threat: str, row: ActionRow) -> PlanAction:
    """Add an action to the plan of a threat, by its reference. Raises ``NotFound``, ``Refused`` or ``Invalid``."""

    def work() -> PlanAction:
        planned = _locked_threat(acting_user, threat)
        require_keep_plan(acting_user, planned)
        if planned.status not in ACCEPTING_STATUSES:
            raise Refused(
                "may_not_plan",
                f"{planned.reference} is archived, so nothing more is planned against it. Restore it first.",
            )
        values = _checked(
            {
                "strand": row.strand,
                "title": row.title,
                "owner": row.owner,
                "due_on": row.due_on,
                "state": row.state,
                "note": row.note,
            }
        )
        return PlanAction.objects.create(threat=planned, created_by=acting_user, changed_by=acting_user, **values)

    return in_one_transaction(work)


def amend_plan_action(*, acting_user: User, action: int, version: int | None, values: Mapping[str, Any]) -> PlanAction:
    """Change the given values of an action (names of ``ActionRow``); what changes nothing writes nothing.

    ``version`` is the version that was read; changes that others made to other fields since then stand beside these.
    Raises ``NotFound``, ``Refused``, ``Invalid`` or ``Stale`` (with both sides).
    """

    def work() -> PlanAction:
        stored = _locked_action(acting_user, action)
        if not may_report_on_action(acting_user, stored):
            require_keep_plan(acting_user, stored.standing_threat)
        if not may_keep_plan(acting_user, stored.standing_threat) and not set(values) <= OWNERS_OWN:
            raise Refused(
                "may_not_keep_plan",
                "The owner of an action says how it goes. Its words, owner and date are for those who keep the plan.",
            )
        changed = _merged(stored, _checked({"state": stored.state, "note": stored.note, **values}), version)
        if changed:
            PlanAction.objects.filter(pk=stored.pk).update(
                **changed, changed_by=acting_user, changed_at=Now(), version=F("version") + 1
            )
            stored.refresh_from_db()
        return stored

    return in_one_transaction(work)


def link_to_action(*, acting_user: User, action: int, references: Collection[str]) -> list[PlanResult]:
    """Say that disruptions, by reference, came from an action; those that are its results already stay so.

    Raises ``NotFound``, ``Refused`` or ``Invalid``.
    """

    def work() -> list[PlanResult]:
        stored = _locked_action(acting_user, action)
        records = locked(references, acting_user=acting_user, related=("agency", "threat__lead_agency"))
        for record in records.values():
            _require_link(acting_user, record, stored)
        there = set(
            PlanResult.objects.live()
            .filter(action=stored, disruption__in=[each.pk for each in records.values()])
            .values_list("disruption_id", flat=True)
        )
        return PlanResult.objects.bulk_create(
            PlanResult(action=stored, disruption=record, linked_by=acting_user)
            for record in records.values()
            if record.pk not in there
        )

    return in_one_transaction(work)


def set_action_of_record(*, acting_user: User, reference: str, action: int | None) -> PlanResult | None:
    """Say which action of its threat's plan a disruption came from, instead of what was said before; ``None``: none.

    Raises ``NotFound``, ``Refused`` or ``Invalid``.
    """

    def work() -> PlanResult | None:
        record = locked([reference], acting_user=acting_user, related=("agency", "threat__lead_agency"))[reference]
        before = (
            PlanResult.objects.live().filter(disruption=record).select_related("action__threat__lead_agency").first()
        )
        if before is not None and before.action_id == action:
            return before
        if action is None:
            _require_unlink(acting_user, record, before)
            _close([before.pk] if before else [], acting_user)
            return None
        stored = PlanAction.objects.visible_to(acting_user).filter(pk=action).with_related().first()
        if stored is None or stored.standing_threat.pk != record.threat_id:
            raise Invalid([violation("plan_result_action_of_threat")])
        _require_link(acting_user, record, stored)
        _close([before.pk] if before else [], acting_user)
        return PlanResult.objects.create(action=stored, disruption=record, linked_by=acting_user)

    return in_one_transaction(work)


def take_from_action(*, acting_user: User, action: int, reference: str) -> None:
    """Take a disruption from an action that it did not come from; what is gone already stays gone.

    Raises ``NotFound`` or ``Refused``.
    """

    def work() -> None:
        stored = _locked_action(acting_user, action)
        record = locked([reference], acting_user=acting_user, related=("agency", "threat__lead_agency"))[reference]
        before = PlanResult.objects.live().filter(disruption=record, action=stored).first()
        if before is not None:
            before.action = stored
            _require_unlink(acting_user, record, before)
            _close([before.pk], acting_user)

    in_one_transaction(work)


def _locked_threat(user: User, reference: str) -> SOCThreat:
    named = SOCThreat.objects.visible_to(user).filter(reference=reference)
    lock_rows(named, no_key=True)
    found: SOCThreat | None = named.select_related("lead_agency").first()
    if found is None:
        raise NotFound
    return found


def _locked_action(user: User, key: int) -> PlanAction:
    """Lock an action against other changes; not against links to it, which are made with the disruption locked."""
    named = PlanAction.objects.visible_to(user).filter(pk=key)
    lock_rows(named, no_key=True)
    found: PlanAction | None = named.select_related(
        "threat__lead_agency", "threat__merged_into__lead_agency", "owner"
    ).first()
    if found is None:
        raise NotFound
    return found


def _checked(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as they are stored. Raises ``Invalid`` with every rule that they break."""
    values: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in sent.items()}
    found = [*_faults_of_words(values), *_faults_of_choices(values)]
    if "due_on" in values:
        if values["due_on"] is None:
            found.append(violation("plan_action_has_due_date"))
        elif not EARLIEST <= values["due_on"] < LATEST:
            found.append(violation("plan_action_due_in_range"))
    if "owner" in values and is_storable(values["owner"]):
        values["owner"] = User.objects.people().filter(email=values["owner"].lower(), is_active=True).first()
        if values["owner"] is None:
            found.append(violation("plan_action_owner_exists"))
    if found:
        raise Invalid(found)
    return values


def _faults_of_words(values: Mapping[str, Any]) -> list[Violation]:
    limits = {"title": PLAN_TITLE_LIMIT, "note": PLAN_NOTE_LIMIT}
    found = []
    for name in ("title", "note", "owner"):
        if not is_storable(values.get(name, "")):
            found.append(violation("plan_action_storable", name))
        elif len(values.get(name, "")) > limits.get(name, PLAN_NOTE_LIMIT):
            found.append(
                violation(f"plan_action_{name}_within_limit" if name in limits else "plan_action_owner_exists")
            )
    if values.get("title") == "":
        found.append(violation("plan_action_has_title"))
    if values.get("state") == PlanState.DROPPED and not values.get("note"):
        found.append(violation("plan_action_dropped_has_note"))
    return found


def _faults_of_choices(values: Mapping[str, Any]) -> list[Violation]:
    known: dict[str, Collection[str]] = {"strand": Strand.values, "state": PlanState.values}
    return [
        violation(f"plan_action_{name}_known")
        for name, choices in known.items()
        if name in values and values[name] not in choices
    ]


def _merged(stored: PlanAction, values: dict[str, Any], version: int | None) -> dict[str, Any]:
    """Keep what the person changed since the version they read. Raises ``Stale`` where somebody else did too."""
    differs = {name: value for name, value in values.items() if getattr(stored, name) != value}
    if version is None or version == stored.version:
        return differs
    base = PlanActionEvent.objects.filter(id=stored.pk, version=version).select_related("owner").first()
    if base is None:
        raise Stale(stored)
    own = {name: value for name, value in differs.items() if getattr(base, name) != value}
    theirs = {name: getattr(stored, name) for name in own if getattr(stored, name) != getattr(base, name)}
    if theirs:
        raise Stale(stored, theirs, {name: own[name] for name in theirs}, set(values) - set(own))
    return own


def _require_link(user: User, record: Disruption, action: PlanAction) -> None:
    standing = record.status in AMENDABLE_STATUSES and record.status != Status.DRAFT and not record.sandbox
    if not standing or record.threat_id != action.standing_threat.pk:
        raise Invalid([violation("plan_result_of_this_threat")])
    if not may_link_to_plan(user, record) and not may_report_on_action(user, action):
        raise Refused(
            "may_not_link_to_plan",
            f"Those who record for {record.agency.name}, keep the plan or own the action say what "
            f"{record.reference} came from.",
        )


def _require_unlink(user: User, record: Disruption, before: PlanResult | None) -> None:
    """What stands may be taken by whoever may put it there, also after the record or its threat changed."""
    from_here = before is not None and may_report_on_action(user, before.action)
    if not may_link_to_plan(user, record) and not from_here:
        raise Refused(
            "may_not_link_to_plan",
            f"Those who record for {record.agency.name}, keep the plan or own the action say what "
            f"{record.reference} came from.",
        )


def _close(keys: Collection[int], user: User) -> None:
    PlanResult.objects.filter(pk__in=keys).update(unlinked_by=user, unlinked_at=Now())
