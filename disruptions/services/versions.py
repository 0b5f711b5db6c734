"""How a version of a record is written: lock, compare, update, announce; and what a refusal of the database means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F, QuerySet
from psycopg2.errors import DeadlockDetected

from agencies.models import Now, User
from agencies.refusals import Invalid, NotFound, Stale, violation_of
from disruptions.models import Disruption
from disruptions.services.announcing import announce, support_of
from disruptions.vocabulary import Change

Answer = TypeVar("Answer")


DEADLOCKS_TO_LOSE = 3

WHAT_A_ROW_NAMES = ("agency", "threat", "lead", "lead_agency", "force_area")


def locked(
    references: Iterable[str], *, acting_user: User, related: Sequence[str] = WHAT_A_ROW_NAMES
) -> dict[str, Disruption]:
    """Lock records for the rest of the transaction, in a fixed order, and return them by reference.

    ``related`` is read along, by default all that a typed row names. Raises ``NotFound`` if any is absent or outside
    the acting user's view.
    """
    wanted = list(references)
    named = Disruption.objects.filter(reference__in=wanted)
    agencies = {agency for (agency,) in lock_rows(named, "agency")}
    # An agency's own records are open to it whatever their sharing, and mostly nothing else is asked for; the question
    # of sharing costs more than all the rest here.
    openable = named.own_of(acting_user) if agencies <= {acting_user.agency_id} else named.visible_to(acting_user)
    records = {record.reference: record for record in openable.order_by("pk").select_related(*related)}
    if len(records) != len(set(wanted)):
        raise NotFound
    return records


def lock_rows(rows: QuerySet[Any], *columns: str, no_key: bool = False) -> list[tuple[Any, ...]]:
    """Lock rows for the rest of the transaction, in a fixed order, and return these columns of theirs.

    Whoever needs more of them reads them in a statement of its own after this one, which sees what those that it waited
    for have written. A statement that locks and joins does not: of a row that changed meanwhile it gives the new values
    beside the old joins, and a relation that is new is missing.
    """
    bare = rows.order_by("pk").select_related(None)
    return list(bare.select_for_update(of=("self",), no_key=no_key).values_list(*(columns or ("pk",))))


def require_version(record: Disruption, version: int | None) -> None:
    """Raise ``Stale`` unless the record is still at the version that was read (``None``: whatever it is)."""
    if version is not None and record.version != version:
        raise Stale(record)


def write_versions(
    records: Sequence[Disruption],
    values: Mapping[str, Any],
    *,
    acting_user: User,
    change: Change,
    reason: str = "",
    reason_class: str = "",
    others_follow: bool = False,
) -> None:
    """Write the next version of each record in one statement, with the same values, and its change event.

    The history row follows by trigger in the same statement. The instances are brought up to date. Shares of the new
    version are there already: the event keeps who may open the record. ``others_follow`` says that all that is open to
    others by these records gets a version of its own in this transaction, which will say so.
    """
    if not records:
        return
    stamped = {
        **values,
        "changed_by": acting_user,
        "change": change,
        "change_reason": reason,
        "reason_class": reason_class,
    }
    Disruption.objects.filter(pk__in=[record.pk for record in records]).update(
        **stamped, changed_at=Now(), version=F("version") + 1
    )
    before = {record.pk: support_of(record) for record in records}
    for record in records:
        for name, value in stamped.items():
            setattr(record, name, value)
        record.version += 1
    announce(records, change, before=before, others_follow=others_follow)


def in_one_transaction(work: Callable[[], Answer]) -> Answer:
    """Run a change in one transaction; a constraint that refuses it becomes the rule that it holds.

    Deferred constraints are checked before the end, so that nothing is acknowledged and then refused. Raises
    ``Invalid`` for a coded constraint; any other refusal of the database is a fault and is raised as it is.
    """
    return again_after_deadlock(lambda: _once(work))


def again_after_deadlock(work: Callable[[], Answer]) -> Answer:
    """Do work that is a whole transaction.

    Where two changes wait for each other, the database undoes one of them: that one is done again, unless it is part
    of more; then whoever began that does it again.
    """
    for _ in range(DEADLOCKS_TO_LOSE):
        try:
            return work()
        except OperationalError as error:
            if connection.in_atomic_block or not isinstance(error.__cause__, DeadlockDetected):
                raise
    return work()


def _once(work: Callable[[], Answer]) -> Answer:
    try:
        with transaction.atomic():
            answer = work()
            check_deferred()
            return answer
    except IntegrityError as error:
        refused = violation_of(error)
        if refused is None:
            raise
        raise Invalid([refused]) from error


def check_deferred() -> None:
    """Make the database check its deferred constraints now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
