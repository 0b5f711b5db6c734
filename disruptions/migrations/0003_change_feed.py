"""Changes get their place in the feed once they are committed, and keep who could open the record after them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

CHANGES = [
    ("recorded", "Recorded"),
    ("amended", "Amended"),
    ("submitted", "Submitted"),
    ("approved", "Approved"),
    ("returned", "Returned"),
    ("reviewed", "Reviewed"),
    ("rejected", "Rejected"),
    ("withdrawn", "Withdrawn"),
    ("reopened", "Reopened"),
    ("handed_over", "Handed over"),
    ("lead_confirmed", "Joined to its lead"),
    ("lead_corrected", "Lead agency corrected"),
    ("lead_declined", "Lead declined"),
    ("threat_merged", "Its threat was merged into another"),
    ("threat_unmerged", "The merge of its threat was taken back"),
    ("merged", "Merged"),
    ("unmerged", "Merge taken back"),
    ("archived", "Archived"),
    ("restored", "Restored"),
    ("members_changed", "Memberships changed"),
    ("assessed", "Assessed"),
    ("review_planned", "Review planned"),
    ("escalated", "Escalated"),
    ("escalation_ended", "Escalation ended"),
    ("audience", "Others may open it, or may no longer"),
]
CODES = [code for code, _ in CHANGES]

# What each version kept, as it was then; supports and offers, which keep no versions, as they are now.
AUDIENCES = """
UPDATE disruptions_changeevent AS event SET
    sandbox = kept.sandbox,
    audience = CASE
        WHEN kept.sandbox OR kept.status = 'draft' OR kept.status = 'withdrawn' AND kept.submitted_at IS NULL THEN ARRAY[event.agency_id]
        WHEN kept.sharing <> 'all_agencies' THEN ARRAY(
            SELECT event.agency_id
            UNION SELECT kept.lead_agency_id WHERE kept.lead_agency_id IS NOT NULL AND (
                kept.sharing = 'lead_and_supporting'
                OR kept.role = 'support' AND kept.lead_id IS NULL AND kept.status IN ('submitted', 'approved'))
            UNION SELECT support.agency_id FROM disruptions_disruption AS support
                WHERE kept.sharing = 'lead_and_supporting' AND support.lead_id IN (kept.id, kept.lead_id)
                AND support.status IN ('submitted', 'approved', 'returned')
            UNION SELECT share.agency_id FROM disruptions_disruptionshare AS share
                WHERE kept.sharing = 'named_agencies' AND share.disruption_id = kept.id
                AND share.from_version <= kept.version
                AND (share.until_version IS NULL OR share.until_version > kept.version)
            UNION SELECT offer.to_agency_id FROM disruptions_handover AS offer
                WHERE offer.disruption_id = kept.id AND offer.status = 'offered'
                AND kept.status IN ('submitted', 'approved', 'returned')
            ORDER BY 1)
    END
FROM disruptions_disruptionevent AS kept
WHERE event.subject = 'disruption' AND kept.id = event.object_id AND kept.version = event.version
"""
POSITIONS = """
UPDATE disruptions_changeevent AS event SET position = placed.place
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM disruptions_changeevent) AS placed
WHERE placed.id = event.id;
-- The table cannot be changed while the checks of its foreign keys wait.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED
"""

# One at a time: whoever comes second waits until the first has committed, and then sees what is left (each statement of
# a function has a snapshot of its own). Only committed events are seen, of one record in the order of its versions. What
# waits is found by its own index, whatever the statistics say of a time when much or little of the table waited.
NUMBERING = """
CREATE FUNCTION number_change_events(at_most integer, OUT last_position bigint, OUT numbered integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    numbered := 0;
    IF EXISTS (SELECT FROM disruptions_changeevent WHERE position IS NULL) THEN
        PERFORM pg_advisory_xact_lock(7140031);
        SELECT coalesce(max(position), 0) INTO last_position FROM disruptions_changeevent WHERE position IS NOT NULL;
        UPDATE disruptions_changeevent AS event SET position = last_position + placed.place
        FROM (
            SELECT id, row_number() OVER (ORDER BY id) AS place FROM (
                SELECT id FROM disruptions_changeevent WHERE position IS NULL ORDER BY id LIMIT at_most
            ) AS waiting
        ) AS placed
        WHERE placed.id = event.id;
        GET DIAGNOSTICS numbered = ROW_COUNT;
        last_position := last_position + numbered;
    ELSE
        SELECT coalesce(max(position), 0) INTO last_position FROM disruptions_changeevent WHERE position IS NOT NULL;
    END IF;
END
$$;
REVOKE ALL ON FUNCTION number_change_events(integer) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_beyond_the_models"),
        ("disruptions", "0002_beyond_the_models"),
    ]

    operations = [
        migrations.AlterModelOptions(name="changeevent", options={"ordering": ("id",)}),
        migrations.RemoveConstraint(model_name="changeevent", name="change_event_one_per_version"),
        migrations.RemoveConstraint(model_name="changeevent", name="change_event_change_known"),
        migrations.RemoveIndex(model_name="changeevent", name="change_event_feed_idx"),
        migrations.RemoveField(model_name="changeevent", name="transaction_id"),
        migrations.AddField(
            model_name="changeevent",
            name="audience",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                editable=False,
                help_text="The agencies that could open the record after the change; null for every agency.",
                null=True,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="changeevent",
            name="position",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="changeevent",
            name="sandbox",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AlterField(
            model_name="changeevent",
            name="agency",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.AlterField(
            model_name="changeevent",
            name="change",
            field=models.CharField(choices=CHANGES, max_length=20),
        ),
        migrations.RunSQL(AUDIENCES, migrations.RunSQL.noop),
        migrations.RunSQL(POSITIONS, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="changeevent",
            index=models.Index(fields=["subject", "object_id", "id"], name="change_event_object_idx"),
        ),
        migrations.AddIndex(
            model_name="changeevent",
            index=models.Index(
                condition=models.Q(("position__isnull", True)), fields=["id"], name="change_event_unplaced_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="changeevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("change__in", CODES)),
                name="change_event_change_known",
                violation_error_code="change_event_change_known",
                violation_error_message=f"Choose one of: {', '.join(CODES)}.",
            ),
        ),
        migrations.AddConstraint(
            model_name="changeevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("change", "audience"), _negated=True),
                fields=("subject", "object_id", "version"),
                name="change_event_one_per_version",
                violation_error_code="change_event_one_per_version",
                violation_error_message="This version has its event already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="changeevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("position__isnull", False)),
                fields=("position",),
                name="change_event_position_unique",
                violation_error_code="change_event_position_unique",
                violation_error_message="Another event has this place in the feed.",
            ),
        ),
        migrations.RunSQL(NUMBERING, "DROP FUNCTION number_change_events(integer)"),
    ]
