"""Figures as at a time read one index, and are planned for what they read.

The index of versions holds what figures compare, a seventh of the table. The views say "not after the cut-off", which
is the same as "by the cut-off" but is not taken for true of a third of the versions only: from three such guesses
the planner took a hundred thousand records for a few thousand, and looked each one up by itself.
"""

from django.db import migrations, models

CUT_OFF = "(SELECT current_setting('oic.as_at')::timestamptz)"
BY_THEN = f"{{version}}.pgh_created_at <= {CUT_OFF}"
NOT_AFTER = f"({{version}}.pgh_created_at > {CUT_OFF}) IS NOT TRUE"

HELD = (
    *("pgh_created_at", "occurred_on", "recorded_at", "submitted_at", "approved_at", "changed_at"),
    *("agency", "threat", "duplicate_of", "role", "level", "claimed_level", "status", "uk_led", "sandbox", "marking"),
)


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
    dependencies = [
        ("agencies", "0004_as_at_estimate"),
        ("disruptions", "0014_extracts"),
    ]

    operations = [
        _again("disruptions_ocg_as_at", "disruptions_ocgevent"),
        _again("disruptions_soc_threat_as_at", "disruptions_socthreatevent"),
        _again("disruptions_disruption_as_at", "disruptions_disruptionevent"),
        # One transaction: there is no moment without the rule.
        migrations.RemoveConstraint(model_name="disruptionevent", name="disruption_event_one_row_per_version"),
        migrations.AddConstraint(
            model_name="disruptionevent",
            constraint=models.UniqueConstraint(
                fields=("id", "version"), include=HELD, name="disruption_event_one_row_per_version"
            ),
        ),
    ]
