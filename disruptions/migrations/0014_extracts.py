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
        ("agencies", "0003_client_use"),
        ("disruptions", "0013_rare_values"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Extract",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(editable=False, max_length=11, verbose_name="reference")),
                (
                    "title",
                    models.TextField(
                        help_text="What it is for, such as “Year ending March 2026”.", verbose_name="title"
                    ),
                ),
                (
                    "words",
                    models.TextField(
                        blank=True, help_text="Anything that whoever opens it should know.", verbose_name="notes"
                    ),
                ),
                (
                    "cut_off",
                    models.DateField(
                        help_text="Records as they stood at the end of this day, London time.", verbose_name="cut-off"
                    ),
                ),
                ("cut_off_at", models.DateTimeField(help_text="The last moment of that day.")),
                ("period_from", models.DateField(verbose_name="from")),
                ("period_to", models.DateField(verbose_name="to")),
                ("rule_version", models.CharField(max_length=10, verbose_name="version of the counting rule")),
                (
                    "provisional_quarters",
                    models.PositiveSmallIntegerField(help_text="How many of the latest quarters had the mark."),
                ),
                ("row_count", models.PositiveIntegerField(help_text="How many records it holds, counted or not.")),
                (
                    "totals",
                    models.JSONField(help_text="The cells of OIC_01: first day of the quarter, level, records."),
                ),
                ("sha256", models.CharField(help_text="The hash of everything that is frozen.", max_length=64)),
                ("frozen_at", models.DateTimeField(editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("frozen", "Frozen"), ("signed_off", "Signed off"), ("set_aside", "Set aside")],
                        default="frozen",
                        max_length=12,
                    ),
                ),
                ("signed_off_at", models.DateTimeField(editable=False, null=True)),
                ("set_aside_at", models.DateTimeField(editable=False, null=True)),
                ("set_aside_reason", models.TextField(blank=True)),
                (
                    "frozen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "set_aside_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signed_off_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-cut_off", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="ExtractRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(help_text="The version of the record that stood.")),
                (
                    "primary_area",
                    models.CharField(
                        choices=[
                            ("csa", "Child sexual abuse"),
                            ("msht", "Modern slavery and human trafficking"),
                            ("oic", "Organised immigration crime"),
                            ("drugs", "Drugs"),
                            ("firearms", "Firearms"),
                            ("acquisitive", "Organised acquisitive crime"),
                            ("cyber", "Cyber crime"),
                            ("fraud", "Fraud"),
                            ("money_laundering", "Money laundering"),
                            ("corruption_sanctions", "Bribery, corruption and sanctions evasion"),
                        ],
                        help_text="Of its threat, then.",
                        max_length=24,
                        null=True,
                    ),
                ),
                ("role", models.CharField(choices=[("lead", "Lead"), ("support", "Support")], max_length=10)),
                ("occurred_on", models.DateField(null=True)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("major", "Major"),
                            ("moderate", "Moderate"),
                            ("minor", "Minor"),
                            ("none", "None"),
                            ("negative", "Negative"),
                        ],
                        max_length=10,
                        null=True,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("returned", "Returned"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "duplicate",
                    models.BooleanField(help_text="Whether it was rejected as a duplicate of another record."),
                ),
                ("uk_led", models.BooleanField(null=True)),
                (
                    "not_counted",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        help_text="Each part of the counting rule that it did not meet, in the rule's order (NotCounted).",
                        size=None,
                    ),
                ),
                ("counted", models.BooleanField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "disruption",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disruptions.disruption",
                    ),
                ),
                (
                    "extract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="disruptions.extract",
                    ),
                ),
                (
                    "threat",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disruptions.socthreat",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="extract",
            constraint=models.UniqueConstraint(
                fields=("reference",),
                name="extract_reference_unique",
                violation_error_code="extract_reference_unique",
                violation_error_message="Another extract has this reference.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extract",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference__regex", "^E-[0-9B-DF-HJ-NP-TV-Z]{4}-[0-9B-DF-HJ-NP-TV-Z]{4}$")),
                name="extract_reference_well_formed",
                violation_error_code="extract_reference_well_formed",
                violation_error_message="A reference of an extract looks like E-7KQ2-M4XH.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extract",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["frozen", "signed_off", "set_aside"])),
                name="extract_state_known",
                violation_error_code="extract_state_known",
                violation_error_message="Choose one of: frozen, signed_off, set_aside.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extract",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True),
                name="extract_title_required",
                violation_error_code="extract_title_required",
                violation_error_message="Enter a title.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("title"), 160)
                ),
                name="extract_title_within_limit",
                violation_error_code="extract_title_within_limit",
                violation_error_message="The title must be 160 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("words"), 2000)
                ),
                name="extract_words_within_limit",
                violation_error_code="extract_words_within_limit",
                violation_error_message="The notes must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("set_aside_reason"), 2000
                    )
                ),
                name="extract_set_aside_reason_within_limit",
                violation_error_code="extract_set_aside_reason_within_limit",
                violation_error_message="The reason must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extract",
            constraint=models.CheckConstraint(
                condition=models.Q(("cut_off_at__lt", models.F("frozen_at"))),
                name="extract_cut_off_ended",
                violation_error_code="extract_cut_off_ended",
                violation_error_message="Records of this day are still being added. Choose a day that has ended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extract",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_to__gte", models.F("period_from"))),
                name="extract_period_in_order",
                violation_error_code="extract_period_in_order",
                violation_error_message="The last day must be on or after the first day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extract",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_to__lte", models.F("cut_off"))),
                name="extract_period_ended",
                violation_error_code="extract_period_ended",
                violation_error_message="The period must have ended at the cut-off.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extract",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                name="extract_sha256_well_formed",
                violation_error_code="extract_sha256_well_formed",
                violation_error_message="The hash of an extract is a SHA-256 in small letters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signed_off_by__isnull", True),
                    models.Q(("signed_off_by", models.F("frozen_by")), _negated=True),
                    _connector="OR",
                ),
                name="extract_signed_off_by_another",
                violation_error_code="extract_signed_off_by_another",
                violation_error_message="You froze this extract. Another statistician must sign it off.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("signed_off_at__isnull", False), ("signed_off_by__isnull", False), ("state", "signed_off")
                    ),
                    models.Q(
                        models.Q(("state", "signed_off"), _negated=True),
                        ("signed_off_at__isnull", True),
                        ("signed_off_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="extract_signed_off_by_somebody",
                violation_error_code="extract_signed_off_by_somebody",
                violation_error_message="An extract that is signed off says by whom and when; no other does.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("set_aside_at__isnull", False),
                        ("set_aside_by__isnull", False),
                        ("state", "set_aside"),
                        models.Q(("set_aside_reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "set_aside"), _negated=True),
                        ("set_aside_at__isnull", True),
                        ("set_aside_by__isnull", True),
                        ("set_aside_reason", ""),
                    ),
                    _connector="OR",
                ),
                name="extract_set_aside_has_reason",
                violation_error_code="extract_set_aside_has_reason",
                violation_error_message="Say why the extract is set aside.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extract",
            trigger=pgtrigger.compiler.Trigger(
                name="answered_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF OLD.state <> 'frozen' OR NEW.state = 'frozen'\n        OR to_jsonb(OLD) - ARRAY['state', 'signed_off_by_id', 'signed_off_at', 'set_aside_by_id', 'set_aside_at', 'set_aside_reason']\n            IS DISTINCT FROM to_jsonb(NEW) - ARRAY['state', 'signed_off_by_id', 'signed_off_at', 'set_aside_by_id', 'set_aside_at', 'set_aside_reason'] THEN\n        RAISE 'an extract is frozen' USING ERRCODE = 'check_violation', TABLE = 'disruptions_extract', CONSTRAINT = 'extract_frozen';\n    END IF;\n    RETURN NEW;\n",
                    hash="f085d5a8310268adab3a3a7fa90b62d11b01d8dc",
                    operation="UPDATE",
                    pgid="pgtrigger_answered_once_8eae4",
                    table="disruptions_extract",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extract",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE 'an extract is frozen' USING ERRCODE = 'check_violation', TABLE = 'disruptions_extract', CONSTRAINT = 'extract_frozen';",
                    hash="9e823d5572795e621bb56e3c5f0740acdfc08af7",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_c1037",
                    table="disruptions_extract",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="extractrow",
            constraint=models.UniqueConstraint(
                fields=("extract", "disruption"),
                name="extract_row_once",
                violation_error_code="extract_row_once",
                violation_error_message="A record stands in an extract once.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extractrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("counted", False),
                    models.Q(("level__isnull", False), ("not_counted", []), ("occurred_on__isnull", False)),
                    _connector="OR",
                ),
                name="extract_row_counted_has_a_cell",
                violation_error_code="extract_row_counted_has_a_cell",
                violation_error_message="A record that is counted has a day and a level, and meets the rule.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extractrow",
            trigger=pgtrigger.compiler.Trigger(
                name="never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE 'an extract is frozen' USING ERRCODE = 'check_violation', TABLE = 'disruptions_extractrow', CONSTRAINT = 'extract_rows_frozen';",
                    hash="90b20af0929f25b58ce057711b2da0b510303862",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_never_changed_2b291",
                    table="disruptions_extractrow",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extractrow",
            trigger=pgtrigger.compiler.Trigger(
                name="no_later_rows",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF EXISTS (\n        SELECT FROM (SELECT DISTINCT extract_id FROM new_values) added\n        JOIN disruptions_extract ON disruptions_extract.id = added.extract_id\n    ) THEN\n        RAISE 'an extract is frozen' USING ERRCODE = 'check_violation', TABLE = 'disruptions_extractrow', CONSTRAINT = 'extract_rows_frozen';\n    END IF;\n    RETURN NULL;\n",
                    hash="3bbc98723f134735dea0e83dee07fb813ecf650d",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_no_later_rows_f5dd5",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="disruptions_extractrow",
                    when="AFTER",
                ),
            ),
        ),
    ]
