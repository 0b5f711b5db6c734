"""The view of past agencies says "not after the cut-off", which is the same and planned better than "by the cut-off".

The planner does not know the cut-off. It takes a comparison for true of a third of the versions, so "by the cut-off" is
a third and "not after" two thirds; in truth nearly all were there. See 0015 of disruptions.
"""

from django.db import migrations

CUT_OFF = "(SELECT current_setting('oic.as_at')::timestamptz)"
BY_THEN = f"{{version}}.pgh_created_at <= {CUT_OFF}"
NOT_AFTER = f"({{version}}.pgh_created_at > {CUT_OFF}) IS NOT TRUE"


def _again(view: str, events: str) -> migrations.RunSQL:
    """Make the view again, with the columns that it has."""

    def statement(was_there: str) -> str:
        return f"""
        DO $make$
        BEGIN
            EXECUTE (
                SELECT 'CREATE OR REPLACE VIEW {view} AS SELECT '
                    || string_agg(format('state.%I', attname), ', ' ORDER BY attnum)
                    || $rest$
                    FROM {events} state
                    WHERE {was_there.format(version="state")}
                      AND NOT EXISTS (
                        SELECT FROM {events} later
                        WHERE later.id = state.id
                          AND later.version > state.version
                          AND {was_there.format(version="later")}
                      )
                    $rest$
                FROM pg_attribute WHERE attrelid = '{view}'::regclass AND attnum > 0 AND NOT attisdropped
            );
        END
        $make$
        """  # nosec B608

    return migrations.RunSQL(statement(NOT_AFTER), statement(BY_THEN))


class Migration(migrations.Migration):
    dependencies = [("agencies", "0003_client_use")]

    operations = [_again("agencies_agency_as_at", "agencies_agencyevent")]
