import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_client_use"),
        ("disruptions", "0009_uploads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
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
                    "listing",
                    models.CharField(
                        choices=[("disruptions", "Disruptions"), ("threats", "Threats")], editable=False, max_length=20
                    ),
                ),
                (
                    "query",
                    models.TextField(blank=True, editable=False, help_text="The list's query, as in its address."),
                ),
                (
                    "as_at",
                    models.DateField(
                        editable=False, help_text="The cut-off of the records; null: as they were.", null=True
                    ),
                ),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), editable=False, size=None
                    ),
                ),
                ("with_outcomes", models.BooleanField(default=False, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("xlsx", "Excel workbook (.xlsx)"),
                            ("ods", "OpenDocument spreadsheet (.ods)"),
                            ("csv", "Text with commas (.csv)"),
                        ],
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "national",
                    models.BooleanField(editable=False, help_text="Made for somebody who may open what is not shared."),
                ),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        default=list,
                        editable=False,
                        help_text="What was asked for, in words.",
                        size=None,
                    ),
                ),
                ("address", models.TextField(blank=True, editable=False, help_text="The address of the list.")),
                (
                    "read_at",
                    models.DateTimeField(editable=False, help_text="The moment whose records it holds.", null=True),
                ),
                ("rows", models.PositiveIntegerField(editable=False, null=True)),
                ("rule_version", models.CharField(blank=True, editable=False, max_length=20)),
                (
                    "marking",
                    models.CharField(
                        choices=[("official", "OFFICIAL"), ("official_sensitive", "OFFICIAL-SENSITIVE")],
                        editable=False,
                        max_length=20,
                        null=True,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disruptions.storedfile",
                    ),
                ),
                (
                    "outcomes_file",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disruptions.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-pk"],
                "abstract": False,
                "indexes": [models.Index(fields=["asked_by", "-asked_at"], name="export_asked_by_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "running", "done", "failed"])),
                        name="export_state_known",
                        violation_error_code="export_state_known",
                        violation_error_message="Choose one of: waiting, running, done, failed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("problem"), 2000
                            )
                        ),
                        name="export_problem_within_limit",
                        violation_error_code="export_problem_within_limit",
                        violation_error_message="The problem must be 2,000 characters or fewer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("state__in", ("done", "failed"))),
                            models.Q(("ended_at__isnull", True), ("state__in", ("waiting", "running"))),
                            _connector="OR",
                        ),
                        name="export_ended_when_over",
                        violation_error_code="export_ended_when_over",
                        violation_error_message="What is done or failed keeps when it ended; nothing else does.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "running"), _negated=True),
                            ("started_at__isnull", False),
                            _connector="OR",
                        ),
                        name="export_started_when_running",
                        violation_error_code="export_started_when_running",
                        violation_error_message="What runs keeps when it began.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "failed"), _negated=True),
                            models.Q(("problem", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="export_failed_says_why",
                        violation_error_code="export_failed_says_why",
                        violation_error_message="What failed says why.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("total__isnull", True), ("done__lte", models.F("total")), _connector="OR"),
                        name="export_done_within_total",
                        violation_error_code="export_done_within_total",
                        violation_error_message="No more can be done than there is.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("listing__in", ["disruptions", "threats"])),
                        name="export_listing_known",
                        violation_error_code="export_listing_known",
                        violation_error_message="Choose one of: disruptions, threats.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["xlsx", "ods", "csv"])),
                        name="export_kind_known",
                        violation_error_code="export_kind_known",
                        violation_error_message="Choose one of: xlsx, ods, csv.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("marking__in", ["official", "official_sensitive"]),
                            ("marking__isnull", True),
                            _connector="OR",
                        ),
                        name="export_marking_known",
                        violation_error_code="export_marking_known",
                        violation_error_message="Choose one of: official, official_sensitive.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(
                                ("file__isnull", False),
                                ("marking__isnull", False),
                                ("read_at__isnull", False),
                                ("rows__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="export_done_has_its_file",
                        violation_error_code="export_done_has_its_file",
                        violation_error_message="A file that is ready is there, with how many rows it holds and how it is marked.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(("rows", models.F("total")), ("total__isnull", False)),
                            _connector="OR",
                        ),
                        name="export_holds_every_row",
                        violation_error_code="export_holds_every_row",
                        violation_error_message="A file holds as many rows as the list had.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("columns__len__gte", 1)),
                        name="export_has_columns",
                        violation_error_code="export_has_columns",
                        violation_error_message="Choose at least one column.",
                    ),
                ],
            },
        ),
    ]
