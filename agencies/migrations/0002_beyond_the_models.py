"""The view of agencies as at a past time, and the count of requests in the present minute."""

from django.db import migrations

# How many requests each API client has made in the present minute. Unlogged: a crash may forget a minute's count, and
# counting costs no flush of the write-ahead log. One row a client, written by one upsert a request.
REQUEST_WINDOW = """
CREATE UNLOGGED TABLE agencies_request_window (
    client_id bigint PRIMARY KEY,
    minute timestamptz NOT NULL,
    requests integer NOT NULL
) WITH (fillfactor = 50)
"""

AGENCY_COLUMNS = [
    "code",
    "name",
    "short_name",
    "kind",
    "statistics_group",
    "ons_code",
    "police_number",
    "contact",
    "active_from",
    "active_until",
    "version",
    "id",
    "parent_id",
    "region_id",
    "rocu_id",
]


def _view(view: str, events: str, columns: list[str]) -> migrations.RunSQL:
    """Make the view that gives, per record, the highest version not later than the session's ``oic.as_at``."""
    listed = ", ".join(f'state."{column}"' for column in columns)
    cut_off = "(SELECT current_setting('oic.as_at')::timestamptz)"
    return migrations.RunSQL(
        f"""
        CREATE VIEW {view} AS
        SELECT {listed}
        FROM {events} state
        WHERE state.pgh_created_at <= {cut_off}
          AND NOT EXISTS (
            SELECT FROM {events} later
            WHERE later.id = state.id
              AND later.version > state.version
              AND later.pgh_created_at <= {cut_off}
          )
        """,
        f"DROP VIEW {view}",
    )


class Migration(migrations.Migration):
    replaces = [("agencies", "0002_as_at_view")]

    dependencies = [("agencies", "0001_tables")]

    operations = [
        _view("agencies_agency_as_at", "agencies_agencyevent", AGENCY_COLUMNS),
        migrations.RunSQL(REQUEST_WINDOW, "DROP TABLE agencies_request_window"),
    ]
