"""What the models cannot say: relations of several columns, numbers of references, views of the past.

A foreign key from (lead, lead agency, generated lead role) to (id, agency, role) refuses a support of a support and a
lead agency that is not the lead's; it is deferred, so that handing a lead over can move its supports in the same
transaction. Others tie a grade to the assessment that gave it, and a review to the record's author.
"""

from django.db import migrations

LEAD = """
ALTER TABLE disruptions_disruption ADD CONSTRAINT disruption_lead_is_a_lead
    FOREIGN KEY (lead_id, lead_agency_id, lead_role)
    REFERENCES disruptions_disruption (id, agency_id, role)
    DEFERRABLE INITIALLY DEFERRED
"""
GRADE = """
ALTER TABLE disruptions_socthreat ADD CONSTRAINT soc_threat_grade_from_its_assessment
    FOREIGN KEY (assessment_id, id, p_grade)
    REFERENCES disruptions_threatassessment (id, threat_id, adopted_grade)
    DEFERRABLE INITIALLY DEFERRED
"""
AUTHOR = """
ALTER TABLE disruptions_review ADD CONSTRAINT review_author_recorded_it
    FOREIGN KEY (disruption_id, author_id)
    REFERENCES disruptions_disruption (id, recorded_by_id)
    DEFERRABLE INITIALLY DEFERRED
"""

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
    "agency_reference",
    "change",
    "change_reason",
    "merged_into_id",
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
    "aliases",
    "methods",
    "enablers",
    "geography",
    "agency_reference",
    "review_planned_on",
    "escalated_to",
    "escalated_at",
    "change",
    "change_reason",
    "merged_into_id",
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
    replaces = [("disruptions", "0002_relations_that_columns_hold")]

    dependencies = [("disruptions", "0001_tables")]

    operations = [
        migrations.RunSQL(LEAD, "ALTER TABLE disruptions_disruption DROP CONSTRAINT disruption_lead_is_a_lead"),
        migrations.RunSQL(
            GRADE, "ALTER TABLE disruptions_socthreat DROP CONSTRAINT soc_threat_grade_from_its_assessment"
        ),
        migrations.RunSQL(AUTHOR, "ALTER TABLE disruptions_review DROP CONSTRAINT review_author_recorded_it"),
        *(
            migrations.RunSQL(f"CREATE SEQUENCE {kind}_number", f"DROP SEQUENCE {kind}_number")
            for kind in ("disruption", "soc_threat", "ocg")
        ),
        _view("disruptions_ocg_as_at", "disruptions_ocgevent", OCG_COLUMNS),
        _view("disruptions_soc_threat_as_at", "disruptions_socthreatevent", SOC_THREAT_COLUMNS),
        _view("disruptions_disruption_as_at", "disruptions_disruptionevent", DISRUPTION_COLUMNS),
    ]
