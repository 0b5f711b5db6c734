"""Versions of the scoring model as data, and what each assessment used, made and followed.

Assessments from before point at a model that has only its name.
"""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

MODELS_BY_NAME = """
    INSERT INTO disruptions_scoringmodel (version, name, factors, thresholds, confidence, note, created_at)
    SELECT row_number() OVER (ORDER BY first_used, name) AS version,
        name,
        '[]'::jsonb,
        '{}'::jsonb,
        '{}'::jsonb,
        'Carried over: only its name was kept.',
        first_used
    FROM (
        SELECT scoring_model_name AS name, min(assessed_at) AS first_used
        FROM disruptions_threatassessment
        GROUP BY scoring_model_name
    ) AS used;
"""

WHAT_EACH_FOLLOWED = """
    UPDATE disruptions_threatassessment AS assessment
    SET scoring_model_id = model.id,
        previous_grade = before.grade,
        threat_version = made.version
    FROM disruptions_scoringmodel AS model,
        (
            SELECT id, lag(adopted_grade) OVER (PARTITION BY threat_id ORDER BY assessed_at, id) AS grade
            FROM disruptions_threatassessment
        ) AS before
        LEFT JOIN (
            SELECT assessment_id, min(version) AS version
            FROM disruptions_socthreatevent
            WHERE assessment_id IS NOT NULL
            GROUP BY assessment_id
        ) AS made ON made.assessment_id = before.id
    WHERE model.name = assessment.scoring_model_name AND before.id = assessment.id;
"""

NAMES_AGAIN = """
    UPDATE disruptions_threatassessment AS assessment
    SET scoring_model_name = left(model.name, 40), scoring_model_id = NULL
    FROM disruptions_scoringmodel AS model
    WHERE model.id = assessment.scoring_model_id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("disruptions", "0009_master_list"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ScoringModel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=80)),
                (
                    "factors",
                    models.JSONField(
                        help_text="Code, label, question, weight and words for the scores 0 to 5 of each."
                    ),
                ),
                (
                    "thresholds",
                    models.JSONField(help_text="P1 to P3, each to the lowest total of 100 that suggests it."),
                ),
                ("confidence", models.JSONField(help_text="What low, medium and high confidence mean.")),
                ("note", models.TextField(help_text="What is new in this version, and why.")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-version",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version",),
                        name="scoring_model_version_unique",
                        violation_error_code="scoring_model_version_unique",
                        violation_error_message="Somebody has added this version meanwhile. Look at theirs before you add another.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)),
                        name="scoring_model_version_positive",
                        violation_error_code="scoring_model_version_positive",
                        violation_error_message="Versions begin at 1.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="scoring_model_has_name",
                        violation_error_code="scoring_model_has_name",
                        violation_error_message="Enter a name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("note", ""), _negated=True),
                        name="scoring_model_has_note",
                        violation_error_code="scoring_model_has_note",
                        violation_error_message="Say what is new, and why.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("note"), 2000
                            )
                        ),
                        name="scoring_model_note_within_limit",
                        violation_error_code="scoring_model_note_within_limit",
                        violation_error_message="The note must be 2,000 characters or fewer.",
                    ),
                ],
            },
        ),
        migrations.RenameField("threatassessment", "scoring_model", "scoring_model_name"),
        migrations.AddField(
            "threatassessment",
            "scoring_model",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to="disruptions.scoringmodel",
            ),
        ),
        migrations.AddField("threatassessment", "threat_version", models.PositiveIntegerField(null=True)),
        migrations.AddField(
            "threatassessment",
            "total",
            models.DecimalField(
                decimal_places=1,
                help_text="What the model makes of the scores, of 100.",
                max_digits=4,
                null=True,
            ),
        ),
        migrations.AddField(
            "threatassessment",
            "previous_grade",
            models.CharField(
                blank=True,
                choices=[("P1", "P1"), ("P2", "P2"), ("P3", "P3"), ("P4", "P4")],
                help_text="What the threat had before.",
                max_length=2,
                null=True,
            ),
        ),
        migrations.AddField(
            "threatassessment",
            "note",
            models.TextField(blank=True, default="", help_text="What it rests on."),
            preserve_default=False,
        ),
        migrations.AlterField(
            "threatassessment",
            "factor_scores",
            models.JSONField(default=dict, help_text="Code of a factor to score, 0 to 5."),
        ),
        migrations.RunSQL([MODELS_BY_NAME, WHAT_EACH_FOLLOWED], [NAMES_AGAIN]),
        migrations.AlterField(
            model_name="threatassessment",
            name="scoring_model_name",
            field=models.CharField(default="", max_length=40),
        ),
        migrations.RemoveField(model_name="threatassessment", name="scoring_model_name"),
        migrations.AlterField(
            model_name="threatassessment",
            name="scoring_model",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to="disruptions.scoringmodel",
            ),
        ),
        migrations.AlterField(
            model_name="threatassessment",
            name="threat_version",
            field=models.PositiveIntegerField(help_text="The version of the threat that it made."),
        ),
        migrations.AddIndex(
            model_name="threatassessment",
            index=models.Index(
                fields=["threat", "-assessed_at", "-id"], include=("adopted_grade",), name="threat_assessment_then_idx"
            ),
        ),
        migrations.AlterField(
            model_name="threatassessment",
            name="threat",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to="disruptions.socthreat",
            ),
        ),
        migrations.AddConstraint(
            model_name="threatassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("previous_grade__in", ["P1", "P2", "P3", "P4"]), ("previous_grade__isnull", True), _connector="OR"
                ),
                name="threat_assessment_previous_grade_known",
                violation_error_code="threat_assessment_previous_grade_known",
                violation_error_message="Choose one of: P1, P2, P3, P4.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threatassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("note"), 2000)
                ),
                name="threat_assessment_note_within_limit",
                violation_error_code="threat_assessment_note_within_limit",
                violation_error_message="The note must be 2,000 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threatassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Func(
                        models.F("factor_scores"),
                        models.Value('$.* ? (@.type() != "number" || @ < 0 || @ > 5 || @.floor() != @)'),
                        function="jsonb_path_exists",
                        output_field=models.BooleanField(),
                        template="NOT %(function)s(%(expressions)s::jsonpath)",
                    )
                ),
                name="threat_assessment_scores_in_range",
                violation_error_code="threat_assessment_scores_in_range",
                violation_error_message="Scores are whole numbers from 0 to 5.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threatassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("total__isnull", True),
                    models.Q(("total__gte", 0), ("total__lte", 100)),
                    _connector="OR",
                ),
                name="threat_assessment_total_in_range",
                violation_error_code="threat_assessment_total_in_range",
                violation_error_message="A total is between 0 and 100.",
            ),
        ),
        migrations.AddConstraint(
            model_name="threatassessment",
            constraint=models.UniqueConstraint(
                fields=("threat", "threat_version"),
                name="threat_assessment_one_per_version",
                violation_error_code="threat_assessment_one_per_version",
                violation_error_message="An assessment makes one version of its threat.",
            ),
        ),
    ]
