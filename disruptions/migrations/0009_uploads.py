import uuid

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_client_use"),
        ("disruptions", "0010_saved_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting to begin"),
                            ("running", "Under way"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "done",
                    models.PositiveIntegerField(
                        default=0, editable=False, help_text="How many rows have been gone through."
                    ),
                ),
                (
                    "total",
                    models.PositiveIntegerField(
                        editable=False, help_text="How many there are; null: not known yet.", null=True
                    ),
                ),
                ("problem", models.TextField(blank=True, editable=False, help_text="Why it failed, and what to do.")),
                ("started_at", models.DateTimeField(editable=False, null=True)),
                ("progressed_at", models.DateTimeField(editable=False, null=True)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("checking", "Being checked"),
                            ("sheet", "Choose a sheet"),
                            ("columns", "Match the columns"),
                            ("faulty", "Has faults"),
                            ("ready", "Ready to record"),
                            ("recording", "Being recorded"),
                            ("recorded", "Recorded"),
                            ("set_aside", "Set aside"),
                        ],
                        default="checking",
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "submits",
                    models.BooleanField(help_text="Whether its rows are submitted; if not, they are kept as drafts."),
                ),
                ("sheets", models.JSONField(default=list, help_text="The names of the sheets that can be chosen.")),
                ("sheet", models.CharField(blank=True, max_length=200)),
                ("header_row", models.PositiveIntegerField(help_text="The row that names the columns.", null=True)),
                (
                    "headings",
                    models.JSONField(
                        default=list, help_text="What stands above each column, with an example below it."
                    ),
                ),
                ("columns", models.JSONField(default=list, help_text="The field of each column; empty: left out.")),
                (
                    "columns_settled",
                    models.BooleanField(default=False, help_text="Whether a person, or an earlier file, matched them."),
                ),
                ("row_count", models.PositiveIntegerField(default=0)),
                ("new_count", models.PositiveIntegerField(default=0)),
                ("changed_count", models.PositiveIntegerField(default=0)),
                ("known_count", models.PositiveIntegerField(default=0)),
                ("fault_count", models.PositiveIntegerField(default=0)),
                ("duplicate_count", models.PositiveIntegerField(default=0)),
                (
                    "needs_reason",
                    models.BooleanField(
                        default=False, help_text="Whether a change moves a figure that may be published."
                    ),
                ),
                (
                    "plan",
                    models.CharField(blank=True, help_text="What was shown to be done, as a hash.", max_length=64),
                ),
                ("confirmed_at", models.DateTimeField(editable=False, null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "reason_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("late_entry", "Late entry"),
                            ("regrade", "Regrade"),
                            ("withdrawn", "Withdrawn"),
                            ("duplicate", "Duplicate"),
                            ("lead_change", "Change of lead"),
                            ("threat_change", "Change of threat"),
                            ("date_correction", "Date correction"),
                            ("coverage", "Coverage"),
                            ("method", "Method"),
                            ("other_correction", "Other correction"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="disruptions.storedfile"
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UploadColumns",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("headings", models.CharField(help_text="The hash of the headings, in their order.", max_length=64)),
                ("columns", models.JSONField(help_text="The field of each column; empty: left out.")),
                (
                    "matched_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "matched_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UploadedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField(help_text="As the spreadsheet counts.")),
                ("version", models.PositiveIntegerField(help_text="The version of the record after it.")),
                (
                    "done",
                    models.CharField(
                        choices=[
                            ("new", "Recorded"),
                            ("changed", "Changed"),
                            ("unchanged", "Recorded already, as it is"),
                        ],
                        max_length=10,
                    ),
                ),
                ("sent", models.JSONField(help_text="What the row said, by wire name.")),
                ("fingerprint", models.CharField(help_text="The hash of what the row said.", max_length=64)),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "disruption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploaded_rows",
                        to="disruptions.disruption",
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="disruptions.upload"
                    ),
                ),
            ],
            options={
                "ordering": ("upload", "row"),
            },
        ),
        migrations.CreateModel(
            name="UploadFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("fault", "Fault"),
                            ("note", "Note"),
                            ("new", "New"),
                            ("duplicate", "Possible duplicate"),
                            ("change", "Change"),
                            ("known", "Recorded already"),
                        ],
                        max_length=10,
                    ),
                ),
                ("row", models.PositiveIntegerField(help_text="As the spreadsheet counts; 0 is the whole file.")),
                (
                    "column",
                    models.CharField(blank=True, help_text="The letter of the column; empty: none.", max_length=3),
                ),
                ("field", models.CharField(blank=True, max_length=100)),
                ("code", models.CharField(blank=True, max_length=100)),
                ("message", models.CharField(max_length=1000)),
                ("value", models.CharField(blank=True, help_text="What stands in the cell.", max_length=200)),
                (
                    "disruption",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disruptions.disruption",
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="disruptions.upload"
                    ),
                ),
            ],
            options={
                "ordering": ("row", "pk"),
            },
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(fields=["agency", "-asked_at"], name="upload_agency_asked_idx"),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "running", "done", "failed"])),
                name="upload_state_known",
                violation_error_code="upload_state_known",
                violation_error_message="Choose one of: waiting, running, done, failed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("problem"), 2000)
                ),
                name="upload_problem_within_limit",
                violation_error_code="upload_problem_within_limit",
                violation_error_message="The problem must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state__in", ("done", "failed"))),
                    models.Q(("ended_at__isnull", True), ("state__in", ("waiting", "running"))),
                    _connector="OR",
                ),
                name="upload_ended_when_over",
                violation_error_code="upload_ended_when_over",
                violation_error_message="What is done or failed keeps when it ended; nothing else does.",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "running"), _negated=True), ("started_at__isnull", False), _connector="OR"
                ),
                name="upload_started_when_running",
                violation_error_code="upload_started_when_running",
                violation_error_message="What runs keeps when it began.",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), _negated=True),
                    models.Q(("problem", ""), _negated=True),
                    _connector="OR",
                ),
                name="upload_failed_says_why",
                violation_error_code="upload_failed_says_why",
                violation_error_message="What failed says why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__isnull", True), ("done__lte", models.F("total")), _connector="OR"),
                name="upload_done_within_total",
                violation_error_code="upload_done_within_total",
                violation_error_message="No more can be done than there is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "stage__in",
                        ["checking", "sheet", "columns", "faulty", "ready", "recording", "recorded", "set_aside"],
                    )
                ),
                name="upload_stage_known",
                violation_error_code="upload_stage_known",
                violation_error_message="Choose one of: checking, sheet, columns, faulty, ready, recording, recorded, set_aside.",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reason"), 2000)
                ),
                name="upload_reason_within_limit",
                violation_error_code="upload_reason_within_limit",
                violation_error_message="The reason must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage__in", ("recording", "recorded")), _negated=True),
                    models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                    _connector="OR",
                ),
                name="upload_recorded_was_confirmed",
                violation_error_code="upload_recorded_was_confirmed",
                violation_error_message="Nothing of a file is recorded before a person has confirmed it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="uploadcolumns",
            constraint=models.UniqueConstraint(
                fields=("agency", "headings"),
                name="upload_columns_once",
                violation_error_code="upload_columns_once",
                violation_error_message="The columns of files with these headings are matched already.",
            ),
        ),
        migrations.AddIndex(
            model_name="uploadedrow",
            index=models.Index(fields=["fingerprint"], name="uploaded_row_fingerprint_idx"),
        ),
        migrations.AddConstraint(
            model_name="uploadedrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("done__in", ["new", "changed", "unchanged"])),
                name="uploaded_row_done_known",
                violation_error_code="uploaded_row_done_known",
                violation_error_message="Choose one of: new, changed, unchanged.",
            ),
        ),
        migrations.AddConstraint(
            model_name="uploadedrow",
            constraint=models.UniqueConstraint(
                fields=("upload", "row"),
                name="uploaded_row_once",
                violation_error_code="uploaded_row_once",
                violation_error_message="This row of the file is recorded already.",
            ),
        ),
        migrations.AddIndex(
            model_name="uploadfinding",
            index=models.Index(fields=["upload", "kind", "row"], name="upload_finding_row_idx"),
        ),
        migrations.AddConstraint(
            model_name="uploadfinding",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["fault", "note", "new", "duplicate", "change", "known"])),
                name="upload_finding_kind_known",
                violation_error_code="upload_finding_kind_known",
                violation_error_message="Choose one of: fault, note, new, duplicate, change, known.",
            ),
        ),
    ]
