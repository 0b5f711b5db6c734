"""The whole of the master list: its own columns, memberships, merges that can be taken back, hand-over of threats.

The as-at views are made anew, as they list the columns of the history tables.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

OCG_COLUMNS_BEFORE = [
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
OCG_COLUMNS = [*OCG_COLUMNS_BEFORE, "agency_reference", "change", "change_reason", "merged_into_id"]
SOC_THREAT_COLUMNS_BEFORE = [
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
SOC_THREAT_COLUMNS = [
    *SOC_THREAT_COLUMNS_BEFORE,
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


OCG_VIEW = ("disruptions_ocg_as_at", "disruptions_ocgevent")
SOC_THREAT_VIEW = ("disruptions_soc_threat_as_at", "disruptions_socthreatevent")

# Versions from before the column: the first recorded the entry, the others amended it. No trigger stands meanwhile.
WHAT_MADE_EARLIER_VERSIONS = "; ".join(
    f"UPDATE {table} SET change = 'amended' WHERE version > 1"
    for table in (
        "disruptions_ocg",
        "disruptions_ocgevent",
        "disruptions_socthreat",
        "disruptions_socthreatevent",
    )
)


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_fewer_indexes"),
        ("disruptions", "0008_fewer_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(f"DROP VIEW {OCG_VIEW[0]}", _view(*OCG_VIEW, OCG_COLUMNS_BEFORE)),
        migrations.RunSQL(f"DROP VIEW {SOC_THREAT_VIEW[0]}", _view(*SOC_THREAT_VIEW, SOC_THREAT_COLUMNS_BEFORE)),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("individual_in_ocg", "Priority individual in an OCG"),
                            ("ocg_in_threat", "OCG in a wider threat"),
                        ],
                        max_length=20,
                    ),
                ),
                ("from_on", models.DateField(verbose_name="from")),
                ("until_on", models.DateField(null=True, verbose_name="until")),
                ("note", models.TextField(blank=True)),
                (
                    "added_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": ("-from_on", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="MergeMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        migrations.CreateModel(
            name="OCGMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField()),
                (
                    "status_before",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("monitored", "Monitored"),
                            ("dormant", "Dormant"),
                            ("dismantled", "Dismantled"),
                            ("archived", "Archived"),
                        ],
                        help_text="Where the one that was merged stood before.",
                        max_length=12,
                    ),
                ),
                (
                    "added_aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        default=list,
                        help_text="Names that the other one took over.",
                        size=None,
                    ),
                ),
                (
                    "merged_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("undone_at", models.DateTimeField(editable=False, null=True)),
                ("undone_reason", models.TextField(blank=True, default="")),
            ],
            options={
                "ordering": ("-merged_at", "-pk"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ThreatHandOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("offered", "Offered"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("cancelled", "Taken back"),
                        ],
                        default="offered",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField()),
                ("answer", models.TextField(blank=True)),
                (
                    "offered_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("answered_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": ("-offered_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="ThreatMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField()),
                (
                    "status_before",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("monitored", "Monitored"),
                            ("dormant", "Dormant"),
                            ("dismantled", "Dismantled"),
                            ("archived", "Archived"),
                        ],
                        help_text="Where the one that was merged stood before.",
                        max_length=12,
                    ),
                ),
                (
                    "added_aliases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        default=list,
                        help_text="Names that the other one took over.",
                        size=None,
                    ),
                ),
                (
                    "merged_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("undone_at", models.DateTimeField(editable=False, null=True)),
                ("undone_reason", models.TextField(blank=True, default="")),
                (
                    "disruptions_moved",
                    models.PositiveIntegerField(help_text="How many disruptions came over, drafts included."),
                ),
                (
                    "counts_before",
                    models.JSONField(help_text="Disruptions of both together before, by status, role and level."),
                ),
                ("counts_after", models.JSONField(help_text="Disruptions of the winner after.")),
            ],
            options={
                "ordering": ("-merged_at", "-pk"),
                "abstract": False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="ocg",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="ocg",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="socthreat",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="socthreat",
            name="update_update",
        ),
        migrations.RemoveConstraint(
            model_name="changeevent",
            name="change_event_change_known",
        ),
        migrations.RemoveConstraint(
            model_name="disruption",
            name="disruption_change_known",
        ),
        migrations.AddField(
            model_name="ocg",
            name="agency_reference",
            field=models.TextField(
                blank=True, help_text="What the lead agency's own system calls it.", verbose_name="own reference"
            ),
        ),
        migrations.AddField(
            model_name="ocg",
            name="change",
            field=models.CharField(
                choices=[
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
                ],
                default="recorded",
                editable=False,
                help_text="What made this version.",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="ocg",
            name="change_reason",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.AddField(
            model_name="ocg",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="The OCG that took its place.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_here",
                to="disruptions.ocg",
            ),
        ),
        migrations.AddField(
            model_name="ocgevent",
            name="agency_reference",
            field=models.TextField(
                blank=True, help_text="What the lead agency's own system calls it.", verbose_name="own reference"
            ),
        ),
        migrations.AddField(
            model_name="ocgevent",
            name="change",
            field=models.CharField(
                choices=[
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
                ],
                default="recorded",
                editable=False,
                help_text="What made this version.",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="ocgevent",
            name="change_reason",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.AddField(
            model_name="ocgevent",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                help_text="The OCG that took its place.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="disruptions.ocg",
            ),
        ),
        migrations.AddField(
            model_name="socthreat",
            name="agency_reference",
            field=models.TextField(
                blank=True,
                default="",
                help_text="What the lead agency's own system calls it.",
                verbose_name="own reference",
            ),
        ),
        migrations.AddField(
            model_name="socthreat",
            name="aliases",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(),
                blank=True,
                default=list,
                editable=False,
                help_text="What threats merged into it were called.",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="socthreat",
            name="change",
            field=models.CharField(
                choices=[
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
                ],
                default="recorded",
                editable=False,
                help_text="What made this version.",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="socthreat",
            name="change_reason",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.AddField(
            model_name="socthreat",
            name="enablers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("online", "Online advertising"),
                        ("illicit_finance", "Illicit finance"),
                        ("equipment", "Boats, engines and equipment"),
                        ("document_supply", "Supply of documents"),
                        ("transport", "Transport"),
                        ("accommodation", "Accommodation"),
                        ("corrupt_insider", "Corrupt insider"),
                        ("other", "Other"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="socthreat",
            name="escalated_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="escalated"),
        ),
        migrations.AddField(
            model_name="socthreat",
            name="escalated_to",
            field=models.CharField(
                blank=True,
                choices=[("rocu", "Regional organised crime unit"), ("nca", "National Crime Agency")],
                default="",
                max_length=10,
                verbose_name="escalated to",
            ),
        ),
        migrations.AddField(
            model_name="socthreat",
            name="geography",
            field=models.TextField(
                blank=True, default="", help_text="Where it works from and to.", verbose_name="geography"
            ),
        ),
        migrations.AddField(
            model_name="socthreat",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="The threat that took its place.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_here",
                to="disruptions.socthreat",
            ),
        ),
        migrations.AddField(
            model_name="socthreat",
            name="methods",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("small_boat", "Small boat"),
                        ("other_vessel", "Other vessel"),
                        ("lorry_hard", "Hard-sided lorry"),
                        ("lorry_soft", "Soft-sided lorry"),
                        ("van_car", "Van or car"),
                        ("container", "Container"),
                        ("rail_tunnel", "Rail or Channel Tunnel"),
                        ("commercial_air", "Commercial flight"),
                        ("light_aircraft", "Light aircraft"),
                        ("common_travel_area", "Common Travel Area"),
                        ("visa_abuse", "Visa abuse"),
                        ("marriage_abuse", "Marriage abuse"),
                        ("illegal_working", "Illegal working"),
                        ("other", "Other"),
                        ("not_known", "Not known"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="socthreat",
            name="review_planned_on",
            field=models.DateField(blank=True, null=True, verbose_name="review planned for"),
        ),
        migrations.AddField(
            model_name="socthreatevent",
            name="agency_reference",
            field=models.TextField(
                blank=True,
                default="",
                help_text="What the lead agency's own system calls it.",
                verbose_name="own reference",
            ),
        ),
        migrations.AddField(
            model_name="socthreatevent",
            name="aliases",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(),
                blank=True,
                default=list,
                editable=False,
                help_text="What threats merged into it were called.",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="socthreatevent",
            name="change",
            field=models.CharField(
                choices=[
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
                ],
                default="recorded",
                editable=False,
                help_text="What made this version.",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="socthreatevent",
            name="change_reason",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.AddField(
            model_name="socthreatevent",
            name="enablers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("online", "Online advertising"),
                        ("illicit_finance", "Illicit finance"),
                        ("equipment", "Boats, engines and equipment"),
                        ("document_supply", "Supply of documents"),
                        ("transport", "Transport"),
                        ("accommodation", "Accommodation"),
                        ("corrupt_insider", "Corrupt insider"),
                        ("other", "Other"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="socthreatevent",
            name="escalated_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="escalated"),
        ),
        migrations.AddField(
            model_name="socthreatevent",
            name="escalated_to",
            field=models.CharField(
                blank=True,
                choices=[("rocu", "Regional organised crime unit"), ("nca", "National Crime Agency")],
                default="",
                max_length=10,
                verbose_name="escalated to",
            ),
        ),
        migrations.AddField(
            model_name="socthreatevent",
            name="geography",
            field=models.TextField(
                blank=True, default="", help_text="Where it works from and to.", verbose_name="geography"
            ),
        ),
        migrations.AddField(
            model_name="socthreatevent",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                help_text="The threat that took its place.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="disruptions.socthreat",
            ),
        ),
        migrations.AddField(
            model_name="socthreatevent",
            name="methods",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("small_boat", "Small boat"),
                        ("other_vessel", "Other vessel"),
                        ("lorry_hard", "Hard-sided lorry"),
                        ("lorry_soft", "Soft-sided lorry"),
                        ("van_car", "Van or car"),
                        ("container", "Container"),
                        ("rail_tunnel", "Rail or Channel Tunnel"),
                        ("commercial_air", "Commercial flight"),
                        ("light_aircraft", "Light aircraft"),
                        ("common_travel_area", "Common Travel Area"),
                        ("visa_abuse", "Visa abuse"),
                        ("marriage_abuse", "Marriage abuse"),
                        ("illegal_working", "Illegal working"),
                        ("other", "Other"),
                        ("not_known", "Not known"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="socthreatevent",
            name="review_planned_on",
            field=models.DateField(blank=True, null=True, verbose_name="review planned for"),
        ),
        migrations.AlterField(
            model_name="changeevent",
            name="change",
            field=models.CharField(
                choices=[
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
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="disruption",
            name="change",
            field=models.CharField(
                choices=[
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
                ],
                editable=False,
                help_text="What made this version.",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="disruptionevent",
            name="change",
            field=models.CharField(
                choices=[
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
                ],
                editable=False,
                help_text="What made this version.",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="ocg",
            name="aliases",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), blank=True, default=list, help_text="Other names it goes by.", size=None
            ),
        ),
        migrations.AlterField(
            model_name="ocg",
            name="geography",
            field=models.TextField(blank=True, help_text="Where it works from and to.", verbose_name="geography"),
        ),
        migrations.AlterField(
            model_name="ocg",
            name="name",
            field=models.TextField(help_text="What the group is known as. No person's name.", verbose_name="name"),
        ),
        migrations.AlterField(
            model_name="ocg",
            name="pnd_reference",
            field=models.TextField(blank=True, verbose_name="PND reference"),
        ),
        migrations.AlterField(
            model_name="ocgevent",
            name="aliases",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), blank=True, default=list, help_text="Other names it goes by.", size=None
            ),
        ),
        migrations.AlterField(
            model_name="ocgevent",
            name="geography",
            field=models.TextField(blank=True, help_text="Where it works from and to.", verbose_name="geography"),
        ),
        migrations.AlterField(
            model_name="ocgevent",
            name="name",
            field=models.TextField(help_text="What the group is known as. No person's name.", verbose_name="name"),
        ),
        migrations.AlterField(
            model_name="ocgevent",
            name="pnd_reference",
            field=models.TextField(blank=True, verbose_name="PND reference"),
        ),
        migrations.AlterField(
            model_name="socthreat",
            name="title",
            field=models.TextField(
                help_text="A label. No personal data: nominals belong in other systems.", verbose_name="title"
            ),
        ),
        migrations.AlterField(
            model_name="socthreatevent",
            name="title",
            field=models.TextField(
                help_text="A label. No personal data: nominals belong in other systems.", verbose_name="title"
            ),
        ),
        migrations.RunSQL(WHAT_MADE_EARLIER_VERSIONS, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="ocg",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_ocgevent" ("agency_reference", "aliases", "capability", "change", "change_reason", "changed_by_id", "created_at", "created_by_id", "geography", "id", "intent", "lead_agency_id", "merged_into_id", "name", "pgh_created_at", "pgh_label", "pnd_reference", "pnd_tier", "reference", "status", "version") SELECT new_values."agency_reference", new_values."aliases", new_values."capability", new_values."change", new_values."change_reason", new_values."changed_by_id", new_values."created_at", new_values."created_by_id", new_values."geography", new_values."id", new_values."intent", new_values."lead_agency_id", new_values."merged_into_id", new_values."name", oic_now(), \'insert\', new_values."pnd_reference", new_values."pnd_tier", new_values."reference", new_values."status", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="19264965b2ddc60bd5b9fd35138d589e53a2f473",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_36b3c",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="disruptions_ocg",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ocg",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_ocgevent" ("agency_reference", "aliases", "capability", "change", "change_reason", "changed_by_id", "created_at", "created_by_id", "geography", "id", "intent", "lead_agency_id", "merged_into_id", "name", "pgh_created_at", "pgh_label", "pnd_reference", "pnd_tier", "reference", "status", "version") SELECT new_values."agency_reference", new_values."aliases", new_values."capability", new_values."change", new_values."change_reason", new_values."changed_by_id", new_values."created_at", new_values."created_by_id", new_values."geography", new_values."id", new_values."intent", new_values."lead_agency_id", new_values."merged_into_id", new_values."name", oic_now(), \'update\', new_values."pnd_reference", new_values."pnd_tier", new_values."reference", new_values."status", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="03ba60dd9469b96d50ee6d532edc56276f9a3764",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_435d3",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="disruptions_ocg",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="socthreat",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_socthreatevent" ("agency_reference", "aliases", "assessment_id", "change", "change_reason", "changed_by_id", "created_at", "created_by_id", "enablers", "escalated_at", "escalated_to", "geography", "id", "kind", "lead_agency_id", "lead_responsible_officer_id", "merged_into_id", "methods", "next_review_on", "ocg_id", "other_areas", "p_grade", "pgh_created_at", "pgh_label", "primary_area", "reference", "review_planned_on", "status", "sub_threats", "title", "version") SELECT new_values."agency_reference", new_values."aliases", new_values."assessment_id", new_values."change", new_values."change_reason", new_values."changed_by_id", new_values."created_at", new_values."created_by_id", new_values."enablers", new_values."escalated_at", new_values."escalated_to", new_values."geography", new_values."id", new_values."kind", new_values."lead_agency_id", new_values."lead_responsible_officer_id", new_values."merged_into_id", new_values."methods", new_values."next_review_on", new_values."ocg_id", new_values."other_areas", new_values."p_grade", oic_now(), \'insert\', new_values."primary_area", new_values."reference", new_values."review_planned_on", new_values."status", new_values."sub_threats", new_values."title", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="cb2e4fcc5b36a95da259f00bfce88a56db34f92f",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_877db",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="disruptions_socthreat",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="socthreat",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_socthreatevent" ("agency_reference", "aliases", "assessment_id", "change", "change_reason", "changed_by_id", "created_at", "created_by_id", "enablers", "escalated_at", "escalated_to", "geography", "id", "kind", "lead_agency_id", "lead_responsible_officer_id", "merged_into_id", "methods", "next_review_on", "ocg_id", "other_areas", "p_grade", "pgh_created_at", "pgh_label", "primary_area", "reference", "review_planned_on", "status", "sub_threats", "title", "version") SELECT new_values."agency_reference", new_values."aliases", new_values."assessment_id", new_values."change", new_values."change_reason", new_values."changed_by_id", new_values."created_at", new_values."created_by_id", new_values."enablers", new_values."escalated_at", new_values."escalated_to", new_values."geography", new_values."id", new_values."kind", new_values."lead_agency_id", new_values."lead_responsible_officer_id", new_values."merged_into_id", new_values."methods", new_values."next_review_on", new_values."ocg_id", new_values."other_areas", new_values."p_grade", oic_now(), \'update\', new_values."primary_area", new_values."reference", new_values."review_planned_on", new_values."status", new_values."sub_threats", new_values."title", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="af65790c319968d7edc67eebced8bb6df1bf00c5",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_bb220",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="disruptions_socthreat",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="changeevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "change__in",
                        [
                            "recorded",
                            "amended",
                            "submitted",
                            "approved",
                            "returned",
                            "reviewed",
                            "rejected",
                            "withdrawn",
                            "reopened",
                            "handed_over",
                            "lead_confirmed",
                            "lead_corrected",
                            "lead_declined",
                            "threat_merged",
                            "threat_unmerged",
                            "merged",
                            "unmerged",
                            "archived",
                            "restored",
                            "members_changed",
                            "assessed",
                            "review_planned",
                            "escalated",
                            "escalation_ended",
                        ],
                    )
                ),
                name="change_event_change_known",
                violation_error_code="change_event_change_known",
                violation_error_message="Choose one of: recorded, amended, submitted, approved, returned, reviewed, rejected, withdrawn, reopened, handed_over, lead_confirmed, lead_corrected, lead_declined, threat_merged, threat_unmerged, merged, unmerged, archived, restored, members_changed, assessed, review_planned, escalated, escalation_ended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="disruption",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "change__in",
                        [
                            "recorded",
                            "amended",
                            "submitted",
                            "approved",
                            "returned",
                            "reviewed",
                            "rejected",
                            "withdrawn",
                            "reopened",
                            "handed_over",
                            "lead_confirmed",
                            "lead_corrected",
                            "lead_declined",
                            "threat_merged",
                            "threat_unmerged",
                            "merged",
                            "unmerged",
                            "archived",
                            "restored",
                            "members_changed",
                            "assessed",
                            "review_planned",
                            "escalated",
                            "escalation_ended",
                        ],
                    )
                ),
                name="disruption_change_known",
                violation_error_code="disruption_change_known",
                violation_error_message="Choose one of: recorded, amended, submitted, approved, returned, reviewed, rejected, withdrawn, reopened, handed_over, lead_confirmed, lead_corrected, lead_declined, threat_merged, threat_unmerged, merged, unmerged, archived, restored, members_changed, assessed, review_planned, escalated, escalation_ended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("name"), 120)
                ),
                name="ocg_name_within_limit",
                violation_error_code="ocg_name_within_limit",
                violation_error_message="The name must be 120 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocg",
            constraint=models.CheckConstraint(
                condition=models.Q(("aliases__len__lte", 50)),
                name="ocg_aliases_few",
                violation_error_code="ocg_aliases_few",
                violation_error_message="Give at most 50 other names.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Regex(
                        models.Func(
                            models.F("aliases"),
                            models.Value("\n"),
                            function="array_to_string",
                            output_field=models.TextField(),
                        ),
                        "[^\\n]{121,}",
                    ),
                    _negated=True,
                ),
                name="ocg_aliases_within_limit",
                violation_error_code="ocg_aliases_within_limit",
                violation_error_message="Each of the other names must be 120 characters or fewer, on one line.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("pnd_reference"), 40
                    )
                ),
                name="ocg_pnd_reference_within_limit",
                violation_error_code="ocg_pnd_reference_within_limit",
                violation_error_message="The PND reference must be 40 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("agency_reference"), 80
                    )
                ),
                name="ocg_agency_reference_within_limit",
                violation_error_code="ocg_agency_reference_within_limit",
                violation_error_message="Own reference must be 80 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("geography"), 200)
                ),
                name="ocg_geography_within_limit",
                violation_error_code="ocg_geography_within_limit",
                violation_error_message="Geography must be 200 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("change_reason"), 2000
                    )
                ),
                name="ocg_change_reason_within_limit",
                violation_error_code="ocg_change_reason_within_limit",
                violation_error_message="The reason must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "change__in",
                        [
                            "recorded",
                            "amended",
                            "submitted",
                            "approved",
                            "returned",
                            "reviewed",
                            "rejected",
                            "withdrawn",
                            "reopened",
                            "handed_over",
                            "lead_confirmed",
                            "lead_corrected",
                            "lead_declined",
                            "threat_merged",
                            "threat_unmerged",
                            "merged",
                            "unmerged",
                            "archived",
                            "restored",
                            "members_changed",
                            "assessed",
                            "review_planned",
                            "escalated",
                            "escalation_ended",
                        ],
                    )
                ),
                name="ocg_change_known",
                violation_error_code="ocg_change_known",
                violation_error_message="Choose one of: recorded, amended, submitted, approved, returned, reviewed, rejected, withdrawn, reopened, handed_over, lead_confirmed, lead_corrected, lead_declined, threat_merged, threat_unmerged, merged, unmerged, archived, restored, members_changed, assessed, review_planned, escalated, escalation_ended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocg",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agency_reference", ""), _negated=True),
                fields=("lead_agency", "agency_reference"),
                name="ocg_agency_reference_unique",
                violation_error_code="ocg_agency_reference_unique",
                violation_error_message="The lead agency has an OCG with this own reference already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True),
                    models.Q(("status", "archived"), models.Q(("merged_into", models.F("id")), _negated=True)),
                    _connector="OR",
                ),
                name="ocg_merged_is_archived",
                violation_error_code="ocg_merged_is_archived",
                violation_error_message="An OCG that was merged into another is archived. Take the merge back first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("change", "archived"), _negated=True),
                    models.Q(("change_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="ocg_archived_has_reason",
                violation_error_code="ocg_archived_has_reason",
                violation_error_message="Say why it is archived.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "methods__contained_by",
                        [
                            "small_boat",
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
                    )
                ),
                name="soc_threat_methods_known",
                violation_error_code="soc_threat_methods_known",
                violation_error_message="Choose from: small_boat, other_vessel, lorry_hard, lorry_soft, van_car, container, rail_tunnel, commercial_air, light_aircraft, common_travel_area, visa_abuse, marriage_abuse, illegal_working, other, not_known.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "enablers__contained_by",
                        [
                            "online",
                            "illicit_finance",
                            "equipment",
                            "document_supply",
                            "transport",
                            "accommodation",
                            "corrupt_insider",
                            "other",
                        ],
                    )
                ),
                name="soc_threat_enablers_known",
                violation_error_code="soc_threat_enablers_known",
                violation_error_message="Choose from: online, illicit_finance, equipment, document_supply, transport, accommodation, corrupt_insider, other.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "change__in",
                        [
                            "recorded",
                            "amended",
                            "submitted",
                            "approved",
                            "returned",
                            "reviewed",
                            "rejected",
                            "withdrawn",
                            "reopened",
                            "handed_over",
                            "lead_confirmed",
                            "lead_corrected",
                            "lead_declined",
                            "threat_merged",
                            "threat_unmerged",
                            "merged",
                            "unmerged",
                            "archived",
                            "restored",
                            "members_changed",
                            "assessed",
                            "review_planned",
                            "escalated",
                            "escalation_ended",
                        ],
                    )
                ),
                name="soc_threat_change_known",
                violation_error_code="soc_threat_change_known",
                violation_error_message="Choose one of: recorded, amended, submitted, approved, returned, reviewed, rejected, withdrawn, reopened, handed_over, lead_confirmed, lead_corrected, lead_declined, threat_merged, threat_unmerged, merged, unmerged, archived, restored, members_changed, assessed, review_planned, escalated, escalation_ended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("title"), 160)
                ),
                name="soc_threat_title_within_limit",
                violation_error_code="soc_threat_title_within_limit",
                violation_error_message="The title must be 160 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(("aliases__len__lte", 50)),
                name="soc_threat_aliases_few",
                violation_error_code="soc_threat_aliases_few",
                violation_error_message="Give at most 50 earlier names.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Regex(
                        models.Func(
                            models.F("aliases"),
                            models.Value("\n"),
                            function="array_to_string",
                            output_field=models.TextField(),
                        ),
                        "[^\\n]{161,}",
                    ),
                    _negated=True,
                ),
                name="soc_threat_aliases_within_limit",
                violation_error_code="soc_threat_aliases_within_limit",
                violation_error_message="Each of the earlier names must be 160 characters or fewer, on one line.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("geography"), 200)
                ),
                name="soc_threat_geography_within_limit",
                violation_error_code="soc_threat_geography_within_limit",
                violation_error_message="Geography must be 200 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("agency_reference"), 80
                    )
                ),
                name="soc_threat_agency_reference_within_limit",
                violation_error_code="soc_threat_agency_reference_within_limit",
                violation_error_message="Own reference must be 80 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("change_reason"), 2000
                    )
                ),
                name="soc_threat_change_reason_within_limit",
                violation_error_code="soc_threat_change_reason_within_limit",
                violation_error_message="The reason must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agency_reference", ""), _negated=True),
                fields=("lead_agency", "agency_reference"),
                name="soc_threat_agency_reference_unique",
                violation_error_code="soc_threat_agency_reference_unique",
                violation_error_message="The lead agency has a threat with this own reference already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "priority_individual"), _negated=True), ("geography", ""), _connector="OR"
                ),
                name="soc_threat_individual_is_label_only",
                violation_error_code="soc_threat_individual_is_label_only",
                violation_error_message="Leave this out: a priority individual is a reference and a label here, and nothing personal.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True),
                    models.Q(("status", "archived"), models.Q(("merged_into", models.F("id")), _negated=True)),
                    _connector="OR",
                ),
                name="soc_threat_merged_is_archived",
                violation_error_code="soc_threat_merged_is_archived",
                violation_error_message="A threat that was merged into another is archived. Take the merge back first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("change", "archived"), _negated=True),
                    models.Q(("change_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="soc_threat_archived_has_reason",
                violation_error_code="soc_threat_archived_has_reason",
                violation_error_message="Say why it is archived.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("change__in", ("escalated", "escalation_ended")), _negated=True),
                    models.Q(("change_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="soc_threat_escalated_has_reason",
                violation_error_code="soc_threat_escalated_has_reason",
                violation_error_message="Say why, so that those who read it know what to do.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(("escalated_to", ""), ("escalated_to__in", ["rocu", "nca"]), _connector="OR"),
                name="soc_threat_escalated_to_known",
                violation_error_code="soc_threat_escalated_to_known",
                violation_error_message="Choose one of: rocu, nca.",
            ),
        ),
        migrations.AddConstraint(
            model_name="socthreat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("escalated_at__isnull", True), ("escalated_to", "")),
                    models.Q(models.Q(("escalated_to", ""), _negated=True), ("escalated_at__isnull", False)),
                    _connector="OR",
                ),
                name="soc_threat_escalated_at_a_time",
                violation_error_code="soc_threat_escalated_at_a_time",
                violation_error_message="A threat that was escalated keeps to whom, and when.",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="added_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="ocg",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="disruptions.ocg"
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="threat",
            field=models.ForeignKey(
                help_text="The priority individual, or the wider threat.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="memberships",
                to="disruptions.socthreat",
            ),
        ),
        migrations.AddField(
            model_name="mergemove",
            name="disruption",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="disruptions.disruption"
            ),
        ),
        migrations.AddField(
            model_name="mergemove",
            name="membership",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="disruptions.membership"
            ),
        ),
        migrations.AddField(
            model_name="mergemove",
            name="request",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="disruptions.threatrequest"
            ),
        ),
        migrations.AddField(
            model_name="ocgmerge",
            name="loser",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merges_lost", to="disruptions.ocg"
            ),
        ),
        migrations.AddField(
            model_name="ocgmerge",
            name="merged_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="ocgmerge",
            name="undone_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="ocgmerge",
            name="winner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merges_won", to="disruptions.ocg"
            ),
        ),
        migrations.AddField(
            model_name="mergemove",
            name="ocg_merge",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="disruptions.ocgmerge"
            ),
        ),
        migrations.AddField(
            model_name="threathandover",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="threathandover",
            name="from_agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="threathandover",
            name="ocg",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="hand_overs", to="disruptions.ocg"
            ),
        ),
        migrations.AddField(
            model_name="threathandover",
            name="offered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="threathandover",
            name="threat",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hand_overs",
                to="disruptions.socthreat",
            ),
        ),
        migrations.AddField(
            model_name="threathandover",
            name="to_agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="threat_hand_overs_received",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="threatmerge",
            name="loser",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merges_lost", to="disruptions.socthreat"
            ),
        ),
        migrations.AddField(
            model_name="threatmerge",
            name="merged_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="threatmerge",
            name="undone_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="threatmerge",
            name="winner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merges_won", to="disruptions.socthreat"
            ),
        ),
        migrations.AddField(
            model_name="ocgmerge",
            name="threat_merge",
            field=models.OneToOneField(
                help_text="Along with which.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="ocg_merge",
                to="disruptions.threatmerge",
            ),
        ),
        migrations.AddField(
            model_name="mergemove",
            name="threat_merge",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="moves",
                to="disruptions.threatmerge",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["individual_in_ocg", "ocg_in_threat"])),
                name="membership_kind_known",
                violation_error_code="membership_kind_known",
                violation_error_message="Choose one of: individual_in_ocg, ocg_in_threat.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("note"), 500)
                ),
                name="membership_note_within_limit",
                violation_error_code="membership_note_within_limit",
                violation_error_message="The note must be 500 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__isnull", True), ("until_on__gte", models.F("from_on")), _connector="OR"),
                name="membership_ends_after_start",
                violation_error_code="membership_ends_after_start",
                violation_error_message="The last day must be the first day or later.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True), ("until_on__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False), ("until_on__isnull", False)),
                    _connector="OR",
                ),
                name="membership_ended_by_somebody",
                violation_error_code="membership_ended_by_somebody",
                violation_error_message="A membership that ended keeps who ended it, and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_on__isnull", True)),
                fields=("threat", "ocg"),
                name="membership_one_open",
                violation_error_code="membership_one_open",
                violation_error_message="This membership is on the list already and has not ended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threathandover",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["offered", "accepted", "declined", "cancelled"])),
                name="threat_hand_over_status_known",
                violation_error_code="threat_hand_over_status_known",
                violation_error_message="Choose one of: offered, accepted, declined, cancelled.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threathandover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reason"), 2000)
                ),
                name="threat_hand_over_reason_within_limit",
                violation_error_code="threat_hand_over_reason_within_limit",
                violation_error_message="The reason must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threathandover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("answer"), 2000)
                ),
                name="threat_hand_over_answer_within_limit",
                violation_error_code="threat_hand_over_answer_within_limit",
                violation_error_message="The answer must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threathandover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ocg__isnull", True), ("threat__isnull", False)),
                    models.Q(("ocg__isnull", False), ("threat__isnull", True)),
                    _connector="OR",
                ),
                name="threat_hand_over_of_one",
                violation_error_code="threat_hand_over_of_one",
                violation_error_message="An offer is of one threat, or of one OCG.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threathandover",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="threat_hand_over_has_reason",
                violation_error_code="threat_hand_over_has_reason",
                violation_error_message="Say why the other agency should lead it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threathandover",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_agency", models.F("from_agency")), _negated=True),
                name="threat_hand_over_to_another_agency",
                violation_error_code="threat_hand_over_to_another_agency",
                violation_error_message="Choose another agency than the one that leads it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threathandover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("answered_by__isnull", True), ("status", "offered")),
                    models.Q(
                        models.Q(("status", "offered"), _negated=True),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="threat_hand_over_answered_by_somebody",
                violation_error_code="threat_hand_over_answered_by_somebody",
                violation_error_message="An answer keeps who gave it, and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threathandover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "declined"), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="threat_hand_over_declined_has_answer",
                violation_error_code="threat_hand_over_declined_has_answer",
                violation_error_message="Say why you decline, so that the other agency knows what to do.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threathandover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "offered"), ("threat__isnull", False)),
                fields=("threat",),
                name="threat_hand_over_one_open",
                violation_error_code="threat_hand_over_one_open",
                violation_error_message="This threat is on offer to an agency already. Take that offer back first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threathandover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ocg__isnull", False), ("status", "offered")),
                fields=("ocg",),
                name="threat_hand_over_one_open_of_ocg",
                violation_error_code="threat_hand_over_one_open_of_ocg",
                violation_error_message="This OCG is on offer to an agency already. Take that offer back first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threatmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("status_before__in", ["active", "monitored", "dormant", "dismantled", "archived"])),
                name="threat_merge_status_before_known",
                violation_error_code="threat_merge_status_before_known",
                violation_error_message="Choose one of: active, monitored, dormant, dismantled, archived.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threatmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reason"), 2000)
                ),
                name="threat_merge_reason_within_limit",
                violation_error_code="threat_merge_reason_within_limit",
                violation_error_message="The reason must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threatmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("undone_reason"), 2000
                    )
                ),
                name="threat_merge_undone_reason_within_limit",
                violation_error_code="threat_merge_undone_reason_within_limit",
                violation_error_message="The reason must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threatmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("winner", models.F("loser")), _negated=True),
                name="threat_merge_into_another",
                violation_error_code="threat_merge_into_another",
                violation_error_message="Choose another one than the one that you merge.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threatmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="threat_merge_has_reason",
                violation_error_code="threat_merge_has_reason",
                violation_error_message="Say why the two are one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threatmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at__isnull", True), ("undone_by__isnull", True), ("undone_reason", "")),
                    models.Q(
                        ("undone_at__isnull", False),
                        ("undone_by__isnull", False),
                        models.Q(("undone_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="threat_merge_undone_by_somebody",
                violation_error_code="threat_merge_undone_by_somebody",
                violation_error_message="Say why the merge is taken back.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threatmerge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("loser",),
                name="threat_merge_one_standing",
                violation_error_code="threat_merge_one_standing",
                violation_error_message="This one has been merged into another already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threatmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("counts_before", models.F("counts_after"))),
                name="threat_merge_counts_agree",
                violation_error_code="threat_merge_counts_agree",
                violation_error_message="The counts before and after the merge differ, so nothing was merged. Tell the support desk.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocgmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("status_before__in", ["active", "monitored", "dormant", "dismantled", "archived"])),
                name="ocg_merge_status_before_known",
                violation_error_code="ocg_merge_status_before_known",
                violation_error_message="Choose one of: active, monitored, dormant, dismantled, archived.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocgmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reason"), 2000)
                ),
                name="ocg_merge_reason_within_limit",
                violation_error_code="ocg_merge_reason_within_limit",
                violation_error_message="The reason must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocgmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("undone_reason"), 2000
                    )
                ),
                name="ocg_merge_undone_reason_within_limit",
                violation_error_code="ocg_merge_undone_reason_within_limit",
                violation_error_message="The reason must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocgmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("winner", models.F("loser")), _negated=True),
                name="ocg_merge_into_another",
                violation_error_code="ocg_merge_into_another",
                violation_error_message="Choose another one than the one that you merge.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocgmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="ocg_merge_has_reason",
                violation_error_code="ocg_merge_has_reason",
                violation_error_message="Say why the two are one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocgmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at__isnull", True), ("undone_by__isnull", True), ("undone_reason", "")),
                    models.Q(
                        ("undone_at__isnull", False),
                        ("undone_by__isnull", False),
                        models.Q(("undone_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="ocg_merge_undone_by_somebody",
                violation_error_code="ocg_merge_undone_by_somebody",
                violation_error_message="Say why the merge is taken back.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ocgmerge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("loser",),
                name="ocg_merge_one_standing",
                violation_error_code="ocg_merge_one_standing",
                violation_error_message="This one has been merged into another already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="mergemove",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("disruption__isnull", False),
                        ("membership__isnull", True),
                        ("ocg_merge__isnull", True),
                        ("request__isnull", True),
                        ("threat_merge__isnull", False),
                    ),
                    models.Q(
                        ("disruption__isnull", True),
                        ("membership__isnull", False),
                        ("ocg_merge__isnull", True),
                        ("request__isnull", True),
                        ("threat_merge__isnull", False),
                    ),
                    models.Q(
                        ("disruption__isnull", True),
                        ("membership__isnull", True),
                        ("ocg_merge__isnull", True),
                        ("request__isnull", False),
                        ("threat_merge__isnull", False),
                    ),
                    models.Q(
                        ("disruption__isnull", True),
                        ("membership__isnull", False),
                        ("ocg_merge__isnull", False),
                        ("request__isnull", True),
                        ("threat_merge__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="merge_move_of_one_row",
                violation_error_code="merge_move_of_one_row",
                violation_error_message="A merge moves disruptions, memberships and requests, one row each.",
            ),
        ),
        migrations.RunSQL(_view(*OCG_VIEW, OCG_COLUMNS), f"DROP VIEW {OCG_VIEW[0]}"),
        migrations.RunSQL(_view(*SOC_THREAT_VIEW, SOC_THREAT_COLUMNS), f"DROP VIEW {SOC_THREAT_VIEW[0]}"),
    ]
