"""Indexes that lists of a million records are filtered by.

A list walks the records by date until its page is full; where a value is rare that walk is long, so its records are
walked instead. Most hold a column and the day. Operation names are found by their letters whatever their capitals.
"""

import django.contrib.postgres.indexes
import django.db.models.expressions
from django.db import migrations, models

LIKE_IN_CAPITALS = """
DROP INDEX disruption_operation_like_idx;
CREATE INDEX disruption_operation_like_idx ON disruptions_disruption USING gin (upper(operation) gin_trgm_ops)
    WHERE operation <> '';
"""
LIKE_AS_WRITTEN = """
DROP INDEX disruption_operation_like_idx;
CREATE INDEX disruption_operation_like_idx ON disruptions_disruption USING gin (operation gin_trgm_ops)
    WHERE operation <> '';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("disruptions", "0007_search"),
    ]

    operations = [
        migrations.RunSQL(LIKE_IN_CAPITALS, LIKE_AS_WRITTEN),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(fields=["level", "-occurred_on"], name="disruption_level_idx"),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(fields=["claimed_level", "-occurred_on"], name="disruption_claimed_level_idx"),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(fields=["status", "-occurred_on"], name="disruption_status_idx"),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(fields=["strand", "-occurred_on"], name="disruption_strand_idx"),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(fields=["sub_threat", "-occurred_on"], name="disruption_sub_threat_idx"),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(fields=["entry_method", "-occurred_on"], name="disruption_entry_method_idx"),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(fields=["extent", "-occurred_on"], name="disruption_extent_idx"),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(fields=["duration", "-occurred_on"], name="disruption_duration_idx"),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(fields=["channel", "-occurred_on"], name="disruption_channel_idx"),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(("sharing", "all_agencies"), _negated=True),
                fields=["sharing", "-occurred_on"],
                name="disruption_sharing_date_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(("uk_led", False), ("uk_led__isnull", True), _connector="OR"),
                fields=["-occurred_on"],
                name="disruption_not_uk_led_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(("msht_indicators", True)), fields=["-occurred_on"], name="disruption_msht_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(("safeguarding_referral", True)),
                fields=["-occurred_on"],
                name="disruption_safeguarding_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(("initiation__isnull", True)),
                fields=["-occurred_on"],
                name="disruption_initiation_none_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(("sandbox", True)), fields=["-occurred_on"], name="disruption_sandbox_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(("lead_agency__isnull", False)),
                fields=["lead_agency", "-occurred_on"],
                name="disruption_lead_agency_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(fields=["recorded_at"], name="disruption_recorded_idx"),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                django.db.models.expressions.RawSQL(
                    "((recorded_at AT TIME ZONE 'Europe/London')::date - occurred_on)", ()
                ),
                name="disruption_lag_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(("source_recorded_on__isnull", False)),
                fields=["source_recorded_on"],
                name="disruption_source_day_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(("agency_reference", ""), _negated=True),
                fields=["agency_reference"],
                name="disruption_own_ref_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(("oic_identifier_code", ""), _negated=True),
                fields=["oic_identifier_code"],
                name="disruption_code_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=django.contrib.postgres.indexes.GinIndex(fields=["enablers"], name="disruption_enablers_idx"),
        ),
        # Of a new column, and of expressions, the planner knows nothing until it has looked.
        migrations.RunSQL("ANALYZE disruptions_disruption", migrations.RunSQL.noop),
    ]
