"""History tables: one row per version of a record, written by database triggers.

The triggers catch bulk and raw SQL too. A history row carries who made the version and why, because the record
itself does; nothing else has to be looked up to explain it.
"""

from __future__ import annotations

from typing import Any, cast

import pghistory
from django.db import models


def event_model(tracked: type[models.Model], *, exclude: tuple[str, ...] = ()) -> Any:
    """Return the abstract history model of a versioned model, fed by insert and update triggers.

    Statement-level triggers: one pass for a set of rows, so a bulk insert pays once.
    """
    return pghistory.create_event_model(
        tracked,
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        exclude=list(exclude),
        context_field=None,  # type: ignore[arg-type]  # documented, not annotated
        obj_field=None,  # type: ignore[arg-type]  # documented, not annotated
        level=pghistory.Statement,
    )


def one_row_per_version(event_table: str, *, holding: tuple[str, ...] = ()) -> models.UniqueConstraint:
    """Return the constraint that a version of a record stands in its history exactly once.

    Its index holds the time of each version, so that what stood at a time is found in it alone; and ``holding``, what
    figures as at a time compare.
    """
    return models.UniqueConstraint(
        fields=["id", "version"],
        include=["pgh_created_at", *holding],
        name=f"{event_table}_one_row_per_version",
    )


def columns_of(model: type[models.Model]) -> list[str]:
    """Return the column names of a model, in order; for the views that migrations create."""
    return [cast(str, field.column) for field in model._meta.concrete_fields]
