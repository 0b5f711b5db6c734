"""Relations that take more than one column, and the numbers behind references.

A foreign key from (lead, lead agency, generated lead role) to (id, agency, role) refuses a support of a support and a
lead agency that is not the lead's; it is deferred, so that handing a lead over can move its supports in the same
transaction. The others tie a grade to the assessment that gave it, and a review to the record's author.
"""

from typing import ClassVar

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


class Migration(migrations.Migration):
    dependencies: ClassVar = [("disruptions", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(LEAD, "ALTER TABLE disruptions_disruption DROP CONSTRAINT disruption_lead_is_a_lead"),
        migrations.RunSQL(
            GRADE,
            "ALTER TABLE disruptions_socthreat DROP CONSTRAINT soc_threat_grade_from_its_assessment",
        ),
        migrations.RunSQL(AUTHOR, "ALTER TABLE disruptions_review DROP CONSTRAINT review_author_recorded_it"),
        *(
            migrations.RunSQL(f"CREATE SEQUENCE {kind}_number", f"DROP SEQUENCE {kind}_number")
            for kind in ("disruption", "soc_threat", "ocg")
        ),
    ]
