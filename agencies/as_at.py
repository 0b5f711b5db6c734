"""Read the state of the records as it was at a time.

Each versioned model has a view over its history table that gives, per record, the highest version not later than
the session's ``oic.as_at``. An unmanaged model reads the view, so a queryset is written once and runs on either.
Outside ``reading_as_at`` the setting is empty and every such query fails: an as-at figure cannot be read by accident.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction


@contextmanager
def reading_as_at(moment: datetime) -> Iterator[None]:
    """Let as-at models answer for ``moment`` (aware); querysets must be evaluated inside the block."""
    if moment.tzinfo is None:
        raise ValueError("moment must be aware")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('oic.as_at', true)")
        before = cursor.fetchone()[0] or ""
        cursor.execute("SELECT set_config('oic.as_at', %s, true)", [moment.isoformat()])
        yield
        cursor.execute("SELECT set_config('oic.as_at', %s, true)", [before])
