"""Indexes that cost less to keep, and two that were missing.

An index of codes holds every value but the commonest, which a walk by date soon finds. The walk holds the operation, so
that a part of a name is looked for in it alone. Names of threats and groups are found by trigrams through an index.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NAMES = """
CREATE FUNCTION names_written(name text, others text[]) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN name || ' ' || array_to_string(others, ' ');
CREATE INDEX soc_threat_names_like_idx ON disruptions_socthreat USING gin (names_written(title, aliases) gin_trgm_ops);
CREATE INDEX ocg_names_like_idx ON disruptions_ocg USING gin (names_written(name, aliases) gin_trgm_ops);
"""
NO_NAMES = """
DROP INDEX ocg_names_like_idx;
DROP INDEX soc_threat_names_like_idx;
DROP FUNCTION names_written(text, text[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_client_use"),
        ("disruptions", "0012_walk_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(NAMES, NO_NAMES),
        migrations.RemoveIndex(
            model_name="disruption",
            name="disruption_level_idx",
        ),
        migrations.RemoveIndex(
            model_name="disruption",
            name="disruption_claimed_level_idx",
        ),
        migrations.RemoveIndex(
            model_name="disruption",
            name="disruption_status_idx",
        ),
        migrations.RemoveIndex(
            model_name="disruption",
            name="disruption_strand_idx",
        ),
        migrations.RemoveIndex(
            model_name="disruption",
            name="disruption_sub_threat_idx",
        ),
        migrations.RemoveIndex(
            model_name="disruption",
            name="disruption_entry_method_idx",
        ),
        migrations.RemoveIndex(
            model_name="disruption",
            name="disruption_extent_idx",
        ),
        migrations.RemoveIndex(
            model_name="disruption",
            name="disruption_duration_idx",
        ),
        migrations.RemoveIndex(
            model_name="disruption",
            name="disruption_channel_idx",
        ),
        migrations.AlterField(
            model_name="disruption",
            name="lead_agency",
            field=models.ForeignKey(
                db_index=False,
                help_text="The agency that led it. Enough on its own while the lead is not recorded yet.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supports_received",
                to="agencies.agency",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(
                    ("level__in", ["major", "moderate", "none", "negative"]), ("level__isnull", True), _connector="OR"
                ),
                fields=["level", "-occurred_on"],
                include=(
                    "agency",
                    "role",
                    "level",
                    "status",
                    "sandbox",
                    "sharing",
                    "lead",
                    "threat",
                    "strand",
                    "sub_threat",
                    "entry_method",
                    "initiation",
                    "uk_led",
                    "force_area",
                    "recorded_at",
                    "submitted_at",
                    "approved_at",
                    "changed_at",
                    "operation",
                ),
                name="disruption_level_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(
                    ("claimed_level__in", ["major", "moderate", "none", "negative"]),
                    ("claimed_level__isnull", True),
                    _connector="OR",
                ),
                fields=["claimed_level", "-occurred_on"],
                name="disruption_claimed_level_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(
                    ("status__in", ["draft", "submitted", "returned", "rejected", "withdrawn"]),
                    ("status__isnull", True),
                    _connector="OR",
                ),
                fields=["status", "-occurred_on"],
                include=(
                    "agency",
                    "role",
                    "level",
                    "status",
                    "sandbox",
                    "sharing",
                    "lead",
                    "threat",
                    "strand",
                    "sub_threat",
                    "entry_method",
                    "initiation",
                    "uk_led",
                    "force_area",
                    "recorded_at",
                    "submitted_at",
                    "approved_at",
                    "changed_at",
                    "operation",
                ),
                name="disruption_status_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(
                    ("strand__in", ["prevent", "protect", "prepare"]), ("strand__isnull", True), _connector="OR"
                ),
                fields=["strand", "-occurred_on"],
                name="disruption_strand_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(
                    ("sub_threat__in", ["documents", "system_abuse"]), ("sub_threat__isnull", True), _connector="OR"
                ),
                fields=["sub_threat", "-occurred_on"],
                name="disruption_sub_threat_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(
                    (
                        "entry_method__in",
                        [
                            "other_vessel",
                            "lorry_hard",
                            "lorry_soft",
                            "van_car",
                            "container",
                            "rail_tunnel",
                            "commercial_air",
                            "light_aircraft",
                            "common_travel_area",
                            "visa_abuse",
                            "marriage_abuse",
                            "illegal_working",
                            "other",
                            "not_known",
                        ],
                    ),
                    ("entry_method__isnull", True),
                    _connector="OR",
                ),
                fields=["entry_method", "-occurred_on"],
                name="disruption_entry_method_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(
                    ("extent__in", ["significant", "notable"]), ("extent__isnull", True), _connector="OR"
                ),
                fields=["extent", "-occurred_on"],
                name="disruption_extent_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(("duration__in", ["long", "medium"]), ("duration__isnull", True), _connector="OR"),
                fields=["duration", "-occurred_on"],
                name="disruption_duration_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                condition=models.Q(
                    ("channel__in", ["api", "file", "command"]), ("channel__isnull", True), _connector="OR"
                ),
                fields=["channel", "-occurred_on"],
                name="disruption_channel_idx",
            ),
        ),
        migrations.RemoveIndex(
            model_name="disruption",
            name="disruption_walk_idx",
        ),
        migrations.AddIndex(
            model_name="disruption",
            index=models.Index(
                fields=["-occurred_on", "-id"],
                include=(
                    "agency",
                    "role",
                    "level",
                    "status",
                    "sandbox",
                    "sharing",
                    "lead",
                    "threat",
                    "strand",
                    "sub_threat",
                    "entry_method",
                    "initiation",
                    "uk_led",
                    "force_area",
                    "recorded_at",
                    "submitted_at",
                    "approved_at",
                    "changed_at",
                    "operation",
                ),
                name="disruption_walk_idx",
            ),
        ),
    ]
