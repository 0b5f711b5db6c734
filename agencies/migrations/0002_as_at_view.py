"""The view behind ``AgencyAsAt``."""

from typing import ClassVar

from django.db import migrations

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


def _view(view: str, events: str, columns: list[str]) -> str:
    """Return the view that gives, per record, the highest version not later than the session's ``oic.as_at``."""
    listed = ", ".join(f'state."{column}"' for column in columns)
    cut_off = "(SELECT current_setting('oic.as_at')::timestamptz)"
    return f"""
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
    """


class Migration(migrations.Migration):
    dependencies: ClassVar = [("agencies", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(
            _view("agencies_agency_as_at", "agencies_agencyevent", AGENCY_COLUMNS),
            "DROP VIEW agencies_agency_as_at",
        ),
    ]
