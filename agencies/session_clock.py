"""Let the database's clock stand at a past time while the demonstration is replayed.

Every record and history time comes from ``oic_now()``, so what is done inside the block is recorded as of that time by
the same triggers and defaults as ever. The database accepts a session clock only where its owner has allowed one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction


@contextmanager
def session_clock(moment: datetime) -> Iterator[None]:
    """Set the clock to ``moment`` (aware) for the block, in a transaction, and put back what it was before.

    The first use of the time raises the database's refusal (``InsufficientPrivilege``) where no session clock is
    allowed. A block that fails leaves nothing behind, its clock included.
    """
    if moment.tzinfo is None:
        raise ValueError("moment must be aware")
    # A setting of the transaction ends with it: only inside another one is there something to put back.
    inside = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        before = _clock() if inside else ""
        cursor.execute("SELECT set_config('oic.clock', %s, true)", [moment.isoformat()])
        yield
        if inside:
            cursor.execute("SELECT set_config('oic.clock', %s, true)", [before])


def _clock() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('oic.clock', true)")
        return cursor.fetchone()[0] or ""


def session_clock_is_allowed() -> bool:
    """Say whether the database's owner lets a session have a clock of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_clock_allowed FROM oic_clock")
        return bool(cursor.fetchone()[0])
