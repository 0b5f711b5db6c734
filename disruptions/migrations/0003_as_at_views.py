"""The views behind ``OCGAsAt``, ``SOCThreatAsAt`` and ``DisruptionAsAt``."""

from typing import ClassVar

from django.db import migrations

OCG_COLUMNS = [
    "reference",
    "name",
    "aliases",
    "pnd_tier",
    "pnd_reference",
    "intent",
    "capability",
    "geography",
    "status",
    "created_at",
    "version",
    "id",
    "lead_agency_id",
    "created_by_id",
    "changed_by_id",
]
SOC_THREAT_COLUMNS = [
    "reference",
    "kind",
    "title",
    "primary_area",
    "other_areas",
    "sub_threats",
    "p_grade",
    "status",
    "next_review_on",
    "created_at",
    "version",
    "id",
    "ocg_id",
    "lead_agency_id",
    "lead_responsible_officer_id",
    "assessment_id",
    "created_by_id",
    "changed_by_id",
]
DISRUPTION_COLUMNS = [
    "reference",
    "role",
    "occurred_on",
    "level",
    "claimed_level",
    "extent",
    "duration",
    "initiation",
    "strand",
    "sub_threat",
    "entry_method",
    "enablers",
    "uk_led",
    "country",
    "operation",
    "summary",
    "impact",
    "oic_identifier_code",
    "msht_indicators",
    "safeguarding_referral",
    "agency_reference",
    "source_recorded_on",
    "marking",
    "sharing",
    "sandbox",
    "channel",
    "status",
    "recorded_at",
    "submitted_at",
    "approved_at",
    "change",
    "change_reason",
    "reason_class",
    "changed_at",
    "version",
    "id",
    "agency_id",
    "threat_id",
    "lead_id",
    "lead_agency_id",
    "force_area_id",
    "duplicate_of_id",
    "recorded_by_id",
    "submitted_by_id",
    "approved_by_id",
    "changed_by_id",
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
    dependencies: ClassVar = [
        ("agencies", "0002_as_at_view"),
        ("disruptions", "0002_relations_that_columns_hold"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(
            _view("disruptions_ocg_as_at", "disruptions_ocgevent", OCG_COLUMNS),
            "DROP VIEW disruptions_ocg_as_at",
        ),
        migrations.RunSQL(
            _view("disruptions_soc_threat_as_at", "disruptions_socthreatevent", SOC_THREAT_COLUMNS),
            "DROP VIEW disruptions_soc_threat_as_at",
        ),
        migrations.RunSQL(
            _view("disruptions_disruption_as_at", "disruptions_disruptionevent", DISRUPTION_COLUMNS),
            "DROP VIEW disruptions_disruption_as_at",
        ),
    ]
