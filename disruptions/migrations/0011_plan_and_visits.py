import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0005_preferences"),
        ("disruptions", "0010_assessments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanAction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "strand",
                    models.CharField(
                        choices=[
                            ("pursue", "Pursue"),
                            ("prevent", "Prevent"),
                            ("protect", "Protect"),
                            ("prepare", "Prepare"),
                        ],
                        max_length=10,
                        verbose_name="strand",
                    ),
                ),
                ("title", models.TextField(help_text="What will be done. No names of people.", verbose_name="action")),
                ("due_on", models.DateField(verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("under_way", "Under way"),
                            ("done", "Done"),
                            ("dropped", "Dropped"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "note",
                    models.TextField(blank=True, help_text="How it goes, or why it was dropped.", verbose_name="note"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "ordering": ("due_on", "pk"),
            },
        ),
        migrations.CreateModel(
            name="PlanActionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "strand",
                    models.CharField(
                        choices=[
                            ("pursue", "Pursue"),
                            ("prevent", "Prevent"),
                            ("protect", "Protect"),
                            ("prepare", "Prepare"),
                        ],
                        max_length=10,
                        verbose_name="strand",
                    ),
                ),
                ("title", models.TextField(help_text="What will be done. No names of people.", verbose_name="action")),
                ("due_on", models.DateField(verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("under_way", "Under way"),
                            ("done", "Done"),
                            ("dropped", "Dropped"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "note",
                    models.TextField(blank=True, help_text="How it goes, or why it was dropped.", verbose_name="note"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="PlanResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "linked_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("unlinked_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": ("linked_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="ThreatVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField()),
                ("seen_version", models.PositiveIntegerField()),
                ("since_at", models.DateTimeField(null=True)),
                ("since_version", models.PositiveIntegerField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="planaction",
            name="changed_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="planaction",
            name="created_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="planaction",
            name="owner",
            field=models.ForeignKey(
                db_index=False,
                help_text="Who sees to it. They may be of any agency.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plan_actions_owned",
                to=settings.AUTH_USER_MODEL,
                verbose_name="owner",
            ),
        ),
        migrations.AddField(
            model_name="planaction",
            name="threat",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="plan_actions", to="disruptions.socthreat"
            ),
        ),
        migrations.AddField(
            model_name="planactionevent",
            name="changed_by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="planactionevent",
            name="created_by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="planactionevent",
            name="owner",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="Who sees to it. They may be of any agency.",
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="owner",
            ),
        ),
        migrations.AddField(
            model_name="planactionevent",
            name="threat",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="disruptions.socthreat",
            ),
        ),
        migrations.AddField(
            model_name="planresult",
            name="action",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="results", to="disruptions.planaction"
            ),
        ),
        migrations.AddField(
            model_name="planresult",
            name="disruption",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plan_results",
                to="disruptions.disruption",
            ),
        ),
        migrations.AddField(
            model_name="planresult",
            name="linked_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="planresult",
            name="unlinked_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="threatvisit",
            name="threat",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="disruptions.socthreat",
            ),
        ),
        migrations.AddField(
            model_name="threatvisit",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="planaction",
            index=models.Index(
                condition=models.Q(("state__in", ("planned", "under_way"))),
                fields=["owner", "due_on"],
                name="plan_action_open_of_owner_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="planaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("strand__in", ["pursue", "prevent", "protect", "prepare"])),
                name="plan_action_strand_known",
                violation_error_code="plan_action_strand_known",
                violation_error_message="Choose one of: pursue, prevent, protect, prepare.",
            ),
        ),
        migrations.AddConstraint(
            model_name="planaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["planned", "under_way", "done", "dropped"])),
                name="plan_action_state_known",
                violation_error_code="plan_action_state_known",
                violation_error_message="Choose one of: planned, under_way, done, dropped.",
            ),
        ),
        migrations.AddConstraint(
            model_name="planaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("title"), 200)
                ),
                name="plan_action_title_within_limit",
                violation_error_code="plan_action_title_within_limit",
                violation_error_message="The action must be 200 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="planaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("note"), 2000)
                ),
                name="plan_action_note_within_limit",
                violation_error_code="plan_action_note_within_limit",
                violation_error_message="The note must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="planaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True),
                name="plan_action_has_title",
                violation_error_code="plan_action_has_title",
                violation_error_message="Enter what will be done.",
            ),
        ),
        migrations.AddConstraint(
            model_name="planaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "dropped"), _negated=True),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="plan_action_dropped_has_note",
                violation_error_code="plan_action_dropped_has_note",
                violation_error_message="Say why the action is dropped.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planaction",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_planactionevent" ("changed_at", "changed_by_id", "created_at", "created_by_id", "due_on", "id", "note", "owner_id", "pgh_created_at", "pgh_label", "state", "strand", "threat_id", "title", "version") SELECT new_values."changed_at", new_values."changed_by_id", new_values."created_at", new_values."created_by_id", new_values."due_on", new_values."id", new_values."note", new_values."owner_id", oic_now(), \'insert\', new_values."state", new_values."strand", new_values."threat_id", new_values."title", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="7aea3d231f27fda35890ff180148f8403925d294",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d9e71",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="disruptions_planaction",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planaction",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_planactionevent" ("changed_at", "changed_by_id", "created_at", "created_by_id", "due_on", "id", "note", "owner_id", "pgh_created_at", "pgh_label", "state", "strand", "threat_id", "title", "version") SELECT new_values."changed_at", new_values."changed_by_id", new_values."created_at", new_values."created_by_id", new_values."due_on", new_values."id", new_values."note", new_values."owner_id", oic_now(), \'update\', new_values."state", new_values."strand", new_values."threat_id", new_values."title", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="16961ae7e0fba4525ea45473217f10f1ad27bb96",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4fc33",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="disruptions_planaction",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="planactionevent",
            constraint=models.UniqueConstraint(
                fields=("id", "version"), include=("pgh_created_at",), name="plan_action_event_one_row_per_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="planresult",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unlinked_at__isnull", True)),
                fields=("disruption",),
                name="plan_result_one_action",
                violation_error_code="plan_result_one_action",
                violation_error_message="This record came from another action already. Take it from there first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="planresult",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("unlinked_at__isnull", True), ("unlinked_by__isnull", True)),
                    models.Q(("unlinked_at__isnull", False), ("unlinked_by__isnull", False)),
                    _connector="OR",
                ),
                name="plan_result_unlinked_by_somebody",
                violation_error_code="plan_result_unlinked_by_somebody",
                violation_error_message="Taking a record from an action keeps who did it, and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threatvisit",
            constraint=models.UniqueConstraint(
                fields=("user", "threat"),
                name="threat_visit_once",
                violation_error_code="threat_visit_once",
                violation_error_message="This visit is known already.",
            ),
        ),
    ]
