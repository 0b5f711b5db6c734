"""Keep what somebody types into a page of a record until they save it or throw it away.

It is no version of the record: it has no history, moves no figure, and nobody else sees it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from agencies.constraints import declare, violation
from agencies.models import Now, User
from agencies.refusals import Invalid, NotFound
from disruptions.models import Disruption, StartedDraft, UnsavedStep
from disruptions.parsing import ParsedRow
from disruptions.permissions import require_amend, require_record
from disruptions.rules import storable
from disruptions.services.amending import amend_disruption

KEPT_AT_MOST: Final = 60_000
"""Characters of one page, as JSON: both long texts at their limit, and a hundred outcomes."""

declare(
    "unsaved_step_too_large",
    "",
    "There is more on this page than can be kept. Press Save; what is too long is then named.",
)
declare("unsaved_step_without_a_page", "", "This page is not complete. Open it again.")


def keep_unsaved(
    *,
    acting_user: User,
    step: str,
    data: Mapping[str, Sequence[str]],
    reference: str | None = None,
    key: UUID | None = None,
    version: int | None = None,
    unless: Callable[[Disruption], bool] = lambda _: False,
) -> UnsavedStep | None:
    """Keep the controls of a page as they stand: of a record by ``reference``, or of the start page with ``key``.

    ``version`` is the version of the record that the page showed. A start page that has made its record already
    speaks of that record. ``unless`` says of the record as it stands whether there is nothing to keep, because it holds
    what was typed: then what was kept is forgotten, and nothing is returned.
    Raises ``NotFound``, ``Refused`` or ``Invalid`` (too large).
    """
    kept = {storable(name): [storable(value) for value in values] for name, values in data.items()}
    if len(json.dumps(kept, ensure_ascii=False)) > KEPT_AT_MOST:
        raise Invalid([violation("unsaved_step_too_large")])
    with transaction.atomic():
        # One page of a person at a time: a page kept twice at once is kept once, and a save waits for its turn.
        User.objects.select_for_update(no_key=True).get(pk=acting_user.pk)
        place = _place(acting_user, reference, key)
        if place["disruption"] is not None:
            require_amend(acting_user, place["disruption"])
            if unless(place["disruption"]):
                # A start page that comes late does not speak for what is typed in the record's own page.
                _kept(acting_user, step, reference, None).delete()
                return None
            # The page that started the record showed what became its first version.
            version = version if version is not None else 1
        else:
            require_record(acting_user, acting_user.agency)
        values = {"data": kept, "version": version, "saved_at": Now()}
        rows = UnsavedStep.objects.filter(user=acting_user, step=step, **place)
        if not rows.update(**values):
            UnsavedStep.objects.create(user=acting_user, step=step, **place, **values)
        return rows.get()


def unsaved_of(
    *, acting_user: User, step: str, reference: str | None = None, key: UUID | None = None
) -> UnsavedStep | None:
    """Return what a person typed into a page and did not save, if there is anything."""
    return _kept(acting_user, step, reference, key).first()


def forget_unsaved(*, acting_user: User, step: str, reference: str | None = None, key: UUID | None = None) -> None:
    """Throw away what a person typed into a page and did not save. Nobody else's is touched."""
    _kept(acting_user, step, reference, key).delete()


def save_step(
    *,
    acting_user: User,
    reference: str,
    step: str,
    version: int | None,
    changes: ParsedRow,
    reason: str = "",
    reason_class: str = "",
) -> Disruption:
    """Amend a record by one page and forget what was kept of that page, in one transaction.

    Raises what ``amend_disruption`` raises; what was kept then stays.
    """
    with transaction.atomic():
        # A page that is just being kept is kept before this, and forgotten, or after it, and then found to be stored.
        User.objects.select_for_update(no_key=True).get(pk=acting_user.pk)
        record = amend_disruption(
            acting_user=acting_user,
            reference=reference,
            version=version,
            changes=changes,
            reason=reason,
            reason_class=reason_class,
            merge=True,
        )
        forget_unsaved(acting_user=acting_user, step=step, reference=reference)
    return record


def _kept(user: User, step: str, reference: str | None, key: UUID | None) -> QuerySet[UnsavedStep]:
    """Return the row that holds a page of a person's, if there is one."""
    rows = UnsavedStep.objects.filter(user=user, step=step)
    if reference is not None:
        return rows.filter(disruption__reference=reference)
    return rows.filter(key=key) if key is not None else rows.none()


def _place(user: User, reference: str | None, key: UUID | None) -> dict[str, Any]:
    """Return the record that a page belongs to, or its key while there is none. Raises ``NotFound``."""
    if reference is not None:
        record = Disruption.objects.visible_to(user).select_related("agency").filter(reference=reference).first()
        if record is None:
            raise NotFound
        return {"disruption": record, "key": None}
    if key is None:
        raise NotFound
    made = StartedDraft.objects.filter(user=user, key=key).select_related("disruption__agency").first()
    if made is not None:
        return {"disruption": made.disruption, "key": None}
    return {"disruption": None, "key": key}
