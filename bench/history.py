"""Records with a past: every one has five versions at times of its own, with the decisions that made some of them.

The generated records are the last versions; this writes, as the database's owner, what would stand in their history.
"""

from __future__ import annotations

import time
from typing import Any, Final

from django.db import connection, transaction

from bench.data import Cast
from disruptions.models import Disruption, DisruptionEvent
from oic.environment import OWNER, connected_as

VERSIONS: Final = 5
EVENTS, RECORDS = DisruptionEvent._meta.db_table, Disruption._meta.db_table

_PAST: Final = {
    "version": "number",
    "pgh_label": "CASE number WHEN 1 THEN 'insert' ELSE 'update' END",
    "pgh_created_at": "moment",
    "changed_at": "moment",
    "status": f"CASE WHEN number = {VERSIONS} OR status = 'draft' THEN status "
    "ELSE (ARRAY['draft', 'submitted', 'approved', 'submitted'])[number] END",
    "level": f"CASE WHEN number < {VERSIONS} AND last.id % 17 = 0 THEN 'moderate' ELSE level END",
    "submitted_at": "CASE WHEN number > 1 THEN submitted_at END",
    "claimed_level": "CASE WHEN number > 1 THEN claimed_level END",
    "approved_at": "CASE WHEN number > 2 THEN approved_at END",
}
"""What differs in a past version from the last one: a draft, submitted, approved, amended, and as it is now."""

_MOMENTS: Final = f"""
    least(
        recorded_at + (number - 1) * (2 + last.id % 11 + CASE WHEN number > 3 THEN last.id % 97 ELSE 0 END)
            * interval '1 day' + (last.id % 1440) * interval '1 minute',
        now() - ({VERSIONS} - number) * interval '1 minute'
    )
"""

_REVIEWS: Final = f"""
    INSERT INTO disruptions_review (
        disruption_id, version, decision, from_level, to_level, reason, field_reasons, reason_class, decided_at,
        author_id, decided_by_id
    )
    SELECT id, version, CASE version WHEN 3 THEN 'approve' ELSE (ARRAY['upheld', 'lowered', 'return'])[1 + id % 3] END,
        coalesce(level, 'minor'), coalesce(level, 'minor'), 'Generated.', '{{}}', '', pgh_created_at, recorded_by_id,
        CASE version WHEN 3 THEN %s ELSE %s END
    FROM {EVENTS} WHERE submitted_at IS NOT NULL AND (version = 3 OR version = {VERSIONS} AND id % 10 < 3)
    ORDER BY pgh_created_at
"""  # nosec B608


def give_a_past(cast: Cast) -> float:
    """Give every record its versions, if it has but one; return the seconds that it took."""
    begin = time.perf_counter()
    if DisruptionEvent.objects.filter(version=VERSIONS).exists():
        return 0.0
    columns = [str(field.column) for field in DisruptionEvent._meta.concrete_fields if field.column != "pgh_id"]
    listed = ", ".join(columns)
    past = ", ".join(_PAST.get(column, f"last.{column}") for column in columns)
    with connected_as(OWNER):
        with transaction.atomic(), connection.cursor() as cursor:
            _run(cursor, f"CREATE TEMP TABLE last ON COMMIT DROP AS SELECT {listed} FROM {EVENTS}")
            _run(cursor, f"TRUNCATE {EVENTS} RESTART IDENTITY")
            # In the order of their times, as a service in use writes them.
            _run(
                cursor,
                f"INSERT INTO {EVENTS} ({listed}) SELECT {past} FROM last, generate_series(1, {VERSIONS}) number, "  # nosec B608
                f"LATERAL (SELECT {_MOMENTS} AS moment) at ORDER BY moment",
            )
            _run(cursor, f"ALTER TABLE {RECORDS} DISABLE TRIGGER USER")
            _run(cursor, f"UPDATE {RECORDS} SET version = {VERSIONS}")  # nosec B608
            _run(cursor, "SET CONSTRAINTS ALL IMMEDIATE")
            _run(cursor, f"ALTER TABLE {RECORDS} ENABLE TRIGGER USER")
            _run(cursor, "ALTER TABLE disruptions_review DISABLE TRIGGER USER")
            cursor.execute(_REVIEWS.replace("id % ", "id %% "), [cast.analyst.pk, cast.manager.pk])
            _run(cursor, "SET CONSTRAINTS ALL IMMEDIATE")
            _run(cursor, "ALTER TABLE disruptions_review ENABLE TRIGGER USER")
            _run(cursor, "UPDATE agencies_agencyevent SET pgh_created_at = '2015-01-01'")
            _run(cursor, "UPDATE disruptions_ocgevent SET pgh_created_at = '2015-01-01'")
            _run(
                cursor,
                "UPDATE disruptions_socthreatevent SET pgh_created_at = "
                "'2015-01-01'::timestamptz + (version - 1) * (id % 4200) * interval '1 day'",
            )
            _run(
                cursor,
                "UPDATE disruptions_threatassessment SET assessed_at = "
                "'2015-01-01'::timestamptz + (threat_id % 4200) * interval '1 day'",
            )
        with connection.cursor() as cursor:
            for table in (RECORDS, EVENTS, "disruptions_review", "disruptions_socthreatevent"):
                _run(cursor, f"VACUUM (FULL, ANALYZE) {table}")
            _run(cursor, "VACUUM (ANALYZE)")
    return time.perf_counter() - begin


def _run(cursor: Any, statement: str) -> None:
    """Send a statement that takes no parameter, so that a percent sign in it is one."""
    cursor.execute(statement)
