"""The one clock: every record time and history time comes from the SQL function ``oic_now()``.

It answers ``now()`` (the start of the transaction), or the session clock ``oic.clock`` where the database
allows one: in a demonstration and in the benchmark. Elsewhere a session clock is an error, never a forged time.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.db.models import F, Func

LONDON = ZoneInfo("Europe/London")


def Now() -> Func:  # noqa: N802 - reads as the expression that it makes
    """Return the SQL call ``oic_now()``, for use as ``db_default`` and in queries."""
    return Func(function="oic_now", output_field=models.DateTimeField())


def LondonDate(field: str) -> Func:  # noqa: N802 - reads as the expression that it makes
    """Return the calendar date in Europe/London of a time column; allowed in a CHECK, being immutable."""
    return Func(
        F(field),
        template="(%(expressions)s AT TIME ZONE 'Europe/London')::date",
        output_field=models.DateField(),
    )


def oic_now() -> datetime:
    """Return the time that the database would write now (aware, UTC offset as the session gives it)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT oic_now()")
        row = cursor.fetchone()
    moment: datetime = row[0]
    return moment


def london_date(moment: datetime) -> date:
    """Return the calendar date of an aware time in Europe/London."""
    return moment.astimezone(LONDON).date()
