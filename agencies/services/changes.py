"""How a record of the floor is changed: lock, compare versions, check, write the next version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from agencies.constraints import Violation, is_declared, violation
from agencies.refusals import Invalid, NotFound, Stale, violation_of

Answer = TypeVar("Answer")
Record = TypeVar("Record", bound=models.Model)


def in_one_transaction(work: Callable[[], Answer]) -> Answer:
    """Run a change in one transaction; a constraint that refuses it becomes the rule that it holds.

    Raises ``Invalid`` for a coded constraint; any other refusal of the database is a fault and is raised as it is.
    """
    try:
        with transaction.atomic():
            return work()
    except IntegrityError as error:
        refused = violation_of(error)
        if refused is None:
            raise
        raise Invalid([refused]) from error


def locked(record: Record) -> Record:
    """Return a fresh copy of a record, locked for the rest of the transaction. Raises ``NotFound`` if it is gone."""
    manager = type(record)._default_manager
    fresh = manager.select_for_update(of=("self",)).filter(pk=record.pk).first()
    if fresh is None:
        raise NotFound
    return fresh


def require_valid(record: models.Model, *, leave_out: tuple[str, ...] = ()) -> None:
    """Raise ``Invalid`` with every rule that the record breaks; a constraint's code is the constraint's name."""
    try:
        record.full_clean(exclude=leave_out)
    except ValidationError as error:
        raise Invalid(violations_in(error)) from error


def violations_in(error: ValidationError) -> list[Violation]:
    """Return Django's errors as coded violations, each on the field that its rule speaks of."""
    found: list[Violation] = []
    for field, errors in error.error_dict.items():
        for each in errors:
            code = each.code or "invalid"
            message = " ".join(each.messages)
            if is_declared(code):
                found.append(violation(code, None if field == NON_FIELD_ERRORS else field))
            else:
                found.append(Violation("" if field == NON_FIELD_ERRORS else field, code, message))
    return found


def write_changes(
    record: Any, changes: Mapping[str, Any], *, version: int | None, history: Any = None
) -> dict[str, list[str]]:
    """Write the next version of a locked record; return old and new text of what changed, nothing if nothing did.

    ``version`` is the version that the person read; changes to fields that nobody else touched since then stand
    beside theirs. ``None`` overwrites. Raises ``Stale`` with both sides, or ``Invalid``.
    """
    own = {name: value for name, value in changes.items() if not _same(getattr(record, name), value)}
    if version is not None and version != record.version:
        own = _merged(record, own, version, history)
    if not own:
        return {}
    told = {name: [_told(getattr(record, name)), _told(value)] for name, value in own.items()}
    for name, value in own.items():
        setattr(record, name, value)
    record.version += 1
    require_valid(record, leave_out=("password",) if hasattr(record, "password") else ())
    record.save(update_fields=[*own, "version"])
    return told


def _merged(record: Any, changes: Mapping[str, Any], version: int, history: Any) -> dict[str, Any]:
    """Keep what this person changed since the version they read; raise ``Stale`` where somebody else did too."""
    base = history.objects.filter(id=record.pk, version=version).first() if history is not None else None
    if base is None:
        raise Stale(record)
    own = {name: value for name, value in changes.items() if not _same(getattr(base, name), value)}
    conflicts = [name for name in own if not _same(getattr(record, name), getattr(base, name))]
    if conflicts:
        raise Stale(
            record,
            {name: getattr(record, name) for name in conflicts},
            {name: own[name] for name in conflicts},
        )
    return own


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, models.Model) and isinstance(right, models.Model):
        return bool(left.pk == right.pk)
    return bool(left == right)


def _told(value: Any) -> str:
    return "" if value is None else str(value)
