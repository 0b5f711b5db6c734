"""What only the database's owner can do for the demonstration: let its loader have a clock, and begin again.

The loader replays years of work at past times, which needs a session clock (agencies/models/clock.py). The owner allows
one only on a database without an agency, for the time of the loading. Where it is still allowed at the next start, a
load was cut short, so all that is there is half a demonstration and may go.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2 import sql

from oic.database_privileges import READ_ONLY_TABLES
from oic.environment import OWNER, connected_as

# Made by migrating, not by loading.
KEPT_TABLES = READ_ONLY_TABLES | {"django_content_type", "auth_permission"}


@contextmanager
def session_clock_for_loading() -> Iterator[None]:
    """Allow a session clock meanwhile, if the database is empty or holds what a load that was cut short left."""
    with connected_as(OWNER), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT session_clock_allowed FROM oic_clock")
        (cut_short,) = cursor.fetchone()
        if cut_short:
            _empty(cursor)
        cursor.execute(
            "UPDATE oic_clock SET session_clock_allowed = true WHERE NOT EXISTS (SELECT FROM agencies_agency)"
        )
        allowed = cursor.rowcount == 1
    yield
    if allowed:
        with connected_as(OWNER), connection.cursor() as cursor:
            cursor.execute("UPDATE oic_clock SET session_clock_allowed = false")


def _empty(cursor: CursorWrapper) -> None:
    """Remove every row but the ones that migrating made, and count from one again."""
    names = set(connection.introspection.table_names(cursor)) - KEPT_TABLES
    cursor.execute(
        sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(", ").join(map(sql.Identifier, sorted(names))))
    )
    cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
    for (name,) in cursor.fetchall():
        cursor.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(name)))
