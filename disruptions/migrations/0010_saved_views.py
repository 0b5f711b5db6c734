import uuid

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_client_use"),
        ("disruptions", "0006_stored_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(help_text="The version of the record that was given to them.")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "assigned_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": ("assigned_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="DefaultView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("recorder", "Recording officer"),
                            ("approver", "Approver"),
                            ("threat_manager", "Threat manager"),
                            ("analyst", "Analyst"),
                            ("moderator", "Moderator"),
                            ("statistician", "Statistician"),
                            ("viewer", "Viewer"),
                            ("auditor", "Auditor"),
                            ("agency_admin", "Agency administrator"),
                            ("system_admin", "System administrator"),
                        ],
                        max_length=20,
                        blank=True,
                        null=True,
                    ),
                ),
                (
                    "in_force",
                    models.BooleanField(default=True, help_text="Turned off where the choice was taken back."),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DoneTogether",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("assign", "Assign"),
                            ("return", "Return"),
                            ("approve", "Approve"),
                            ("moderate", "Add to moderation"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "done_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "query",
                    models.TextField(
                        blank=True, help_text="The list that they were taken from, where all of it was meant."
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("done", models.JSONField(help_text="The references of the records that it was done to.")),
                ("left", models.JSONField(help_text="The references of those that were left as they were, by why.")),
            ],
            options={
                "ordering": ("-done_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "name",
                    models.TextField(
                        help_text="What the list shows, such as “Majors this financial year”.", verbose_name="name"
                    ),
                ),
                ("slug", models.TextField(editable=False, help_text="The name as it stands in an address.")),
                ("words", models.TextField(blank=True, verbose_name="what it is for")),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("personal", "Only you"),
                            ("agency", "Everybody in your agency"),
                            ("nation", "Everybody"),
                        ],
                        max_length=10,
                        verbose_name="who sees it",
                    ),
                ),
                (
                    "which",
                    models.CharField(
                        choices=[("disruptions", "Disruptions"), ("threats", "Threats")],
                        default="disruptions",
                        max_length=12,
                        verbose_name="list",
                    ),
                ),
                ("query", models.TextField(blank=True, help_text="The list's query, as an address has it.")),
                (
                    "made_at",
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
                ("retired_at", models.DateTimeField(editable=False, blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="SavedViewEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "name",
                    models.TextField(
                        help_text="What the list shows, such as “Majors this financial year”.", verbose_name="name"
                    ),
                ),
                ("slug", models.TextField(editable=False, help_text="The name as it stands in an address.")),
                ("words", models.TextField(blank=True, verbose_name="what it is for")),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("personal", "Only you"),
                            ("agency", "Everybody in your agency"),
                            ("nation", "Everybody"),
                        ],
                        max_length=10,
                        verbose_name="who sees it",
                    ),
                ),
                (
                    "which",
                    models.CharField(
                        choices=[("disruptions", "Disruptions"), ("threats", "Threats")],
                        default="disruptions",
                        max_length=12,
                        verbose_name="list",
                    ),
                ),
                ("query", models.TextField(blank=True, help_text="The list's query, as an address has it.")),
                (
                    "made_at",
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
                ("retired_at", models.DateTimeField(editable=False, blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="ViewFollowing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("threshold", models.PositiveIntegerField(default=1, verbose_name="by how many")),
                (
                    "counted",
                    models.PositiveIntegerField(help_text="How many there were when they were last told.", null=True),
                ),
                (
                    "change",
                    models.IntegerField(default=0, help_text="By how many that was more, or less, than before."),
                ),
                ("counted_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="moderationcase",
            name="moderation_case_why_known",
        ),
        migrations.AddField(
            model_name="moderationcase",
            name="chosen_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="moderationcase",
            name="note",
            field=models.TextField(blank=True, help_text="Why somebody chose it."),
        ),
        migrations.AlterField(
            model_name="moderationcase",
            name="why",
            field=models.CharField(
                choices=[
                    ("major", "Major disruption"),
                    ("chosen", "Chosen for a second look"),
                    ("sample", "Random sample"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="moderationcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", ["major", "chosen", "sample"])),
                name="moderation_case_why_known",
                violation_error_code="moderation_case_why_known",
                violation_error_message="Choose one of: major, chosen, sample.",
            ),
        ),
        migrations.AddConstraint(
            model_name="moderationcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("note"), 2000)
                ),
                name="moderation_case_note_within_limit",
                violation_error_code="moderation_case_note_within_limit",
                violation_error_message="The reason must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="moderationcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("why", "chosen"), _negated=True),
                    models.Q(("chosen_by__isnull", False), models.Q(("note", ""), _negated=True)),
                    _connector="OR",
                ),
                name="moderation_case_chosen_by_somebody",
                violation_error_code="moderation_case_chosen_by_somebody",
                violation_error_message="What was chosen for a second look says by whom and why.",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="assigned_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="assigned_to",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="disruption",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="disruptions.disruption",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="ended_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="defaultview",
            name="changed_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="defaultview",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="donetogether",
            name="assigned_to",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="donetogether",
            name="done_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="agency",
            field=models.ForeignKey(
                help_text="Whose it is, where it is an agency's.",
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="changed_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="defaultview",
            name="view",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="disruptions.savedview",
            ),
        ),
        migrations.AddField(
            model_name="savedviewevent",
            name="agency",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="Whose it is, where it is an agency's.",
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="savedviewevent",
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
            model_name="savedviewevent",
            name="made_by",
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
            model_name="viewfollowing",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="viewfollowing",
            name="view",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="followings", to="disruptions.savedview"
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["disruption"], name="assignment_disruption_idx"),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["assigned_to"], name="assignment_open_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("note"), 500)
                ),
                name="assignment_note_within_limit",
                violation_error_code="assignment_note_within_limit",
                violation_error_message="The note must be 500 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="assignment_ended_by_somebody",
                violation_error_code="assignment_ended_by_somebody",
                violation_error_message="What was taken from somebody says when and by whom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("disruption",),
                name="assignment_one_at_a_time",
                violation_error_code="assignment_one_at_a_time",
                violation_error_message="This record is given to somebody already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="donetogether",
            constraint=models.CheckConstraint(
                condition=models.Q(("act__in", ["assign", "return", "approve", "moderate"])),
                name="done_together_act_known",
                violation_error_code="done_together_act_known",
                violation_error_message="Choose one of: assign, return, approve, moderate.",
            ),
        ),
        migrations.AddConstraint(
            model_name="donetogether",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reason"), 2000)
                ),
                name="done_together_reason_within_limit",
                violation_error_code="done_together_reason_within_limit",
                violation_error_message="The reason must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(("scope__in", ["personal", "agency", "nation"])),
                name="saved_view_scope_known",
                violation_error_code="saved_view_scope_known",
                violation_error_message="Choose one of: personal, agency, nation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(("which__in", ["disruptions", "threats"])),
                name="saved_view_which_known",
                violation_error_code="saved_view_which_known",
                violation_error_message="Choose one of: disruptions, threats.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("name"), 80)
                ),
                name="saved_view_name_within_limit",
                violation_error_code="saved_view_name_within_limit",
                violation_error_message="The name must be 80 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("words"), 300)
                ),
                name="saved_view_words_within_limit",
                violation_error_code="saved_view_words_within_limit",
                violation_error_message="What it is for must be 300 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("query"), 4000)
                ),
                name="saved_view_query_within_limit",
                violation_error_code="saved_view_query_within_limit",
                violation_error_message="The query must be 4,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="saved_view_has_name",
                violation_error_code="saved_view_has_name",
                violation_error_message="Give the view a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("slug__regex", "^[a-z0-9]+(-[a-z0-9]+)*$"),
                    models.Q(("slug__in", ("all", "default", "new")), _negated=True),
                ),
                name="saved_view_slug_well_formed",
                violation_error_code="saved_view_slug_well_formed",
                violation_error_message="Use letters or digits in the name, and more than the word “all”, “default” or “new”.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agency__isnull", False), ("scope", "agency")),
                    models.Q(models.Q(("scope", "agency"), _negated=True), ("agency__isnull", True)),
                    _connector="OR",
                ),
                name="saved_view_agency_if_agencys",
                violation_error_code="saved_view_agency_if_agencys",
                violation_error_message="A view of an agency names it, and no other view does.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at__isnull", True), ("scope", "personal")),
                fields=("made_by", "slug"),
                name="saved_view_own_name_once",
                violation_error_code="saved_view_own_name_once",
                violation_error_message="You have a view with this name. Choose another name, or change that view.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at__isnull", True), ("scope__in", ("agency", "nation"))),
                fields=("agency", "slug"),
                name="saved_view_shared_name_once",
                nulls_distinct=False,
                violation_error_code="saved_view_shared_name_once",
                violation_error_message="A view that is shared so far has this name. Choose another name, or change that view.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="savedview",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_savedviewevent" ("agency_id", "changed_at", "changed_by_id", "id", "made_at", "made_by_id", "name", "pgh_created_at", "pgh_label", "public_id", "query", "retired_at", "scope", "slug", "version", "which", "words") SELECT new_values."agency_id", new_values."changed_at", new_values."changed_by_id", new_values."id", new_values."made_at", new_values."made_by_id", new_values."name", oic_now(), \'insert\', new_values."public_id", new_values."query", new_values."retired_at", new_values."scope", new_values."slug", new_values."version", new_values."which", new_values."words" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="3c256c18c7523e72bfea5b32641158221d7d02f7",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6ea4f",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="disruptions_savedview",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="savedview",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "disruptions_savedviewevent" ("agency_id", "changed_at", "changed_by_id", "id", "made_at", "made_by_id", "name", "pgh_created_at", "pgh_label", "public_id", "query", "retired_at", "scope", "slug", "version", "which", "words") SELECT new_values."agency_id", new_values."changed_at", new_values."changed_by_id", new_values."id", new_values."made_at", new_values."made_by_id", new_values."name", oic_now(), \'update\', new_values."public_id", new_values."query", new_values."retired_at", new_values."scope", new_values."slug", new_values."version", new_values."which", new_values."words" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="79d9f4cf136440a1a30e5ebbaa069bc674c6a112",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b5026",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="disruptions_savedview",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="defaultview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role__isnull", True), ("user__isnull", False)),
                    models.Q(
                        (
                            "role__in",
                            [
                                "recorder",
                                "approver",
                                "threat_manager",
                                "analyst",
                                "moderator",
                                "statistician",
                                "viewer",
                                "auditor",
                                "agency_admin",
                                "system_admin",
                            ],
                        ),
                        ("user__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="default_view_for_role_or_person",
                violation_error_code="default_view_for_role_or_person",
                violation_error_message="Say whose it is: a role's, or a person's.",
            ),
        ),
        migrations.AddConstraint(
            model_name="defaultview",
            constraint=models.UniqueConstraint(
                fields=("role", "user"),
                name="default_view_once",
                nulls_distinct=False,
                violation_error_code="default_view_once",
                violation_error_message="They have a view that opens first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedviewevent",
            constraint=models.UniqueConstraint(
                fields=("id", "version"), include=("pgh_created_at",), name="saved_view_event_one_row_per_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="viewfollowing",
            constraint=models.CheckConstraint(
                condition=models.Q(("threshold__gte", 1), ("threshold__lte", 1000000)),
                name="view_following_threshold_at_least_one",
                violation_error_code="view_following_threshold_at_least_one",
                violation_error_message="Enter a whole number from 1 to 1,000,000.",
            ),
        ),
        migrations.AddConstraint(
            model_name="viewfollowing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("counted__isnull", True), ("counted_at__isnull", True)),
                    models.Q(("counted__isnull", False), ("counted_at__isnull", False)),
                    _connector="OR",
                ),
                name="view_following_counted_at_a_time",
                violation_error_code="view_following_counted_at_a_time",
                violation_error_message="A count has the time at which it was made.",
            ),
        ),
        migrations.AddConstraint(
            model_name="viewfollowing",
            constraint=models.UniqueConstraint(
                fields=("user", "view"),
                name="view_following_once",
                violation_error_code="view_following_once",
                violation_error_message="You follow this view.",
            ),
        ),
    ]
