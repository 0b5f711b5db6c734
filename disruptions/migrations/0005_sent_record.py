import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disruptions", "0004_webhooks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SentRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.JSONField(help_text="The record as it was sent, by wire name.")),
                ("version", models.PositiveIntegerField()),
                (
                    "sent_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "disruption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="disruptions.disruption"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("disruption", "account"),
                        name="sent_record_one_per_client",
                        violation_error_code="sent_record_one_per_client",
                        violation_error_message="What this client sent last of the record is kept already.",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="disruptionevent",
            index=models.Index(
                condition=models.Q(("agency_reference", ""), _negated=True),
                fields=["agency_reference"],
                name="disruption_event_own_ref_idx",
            ),
        ),
    ]
