"""Webhooks: where partner systems are told of changes, the secrets that sign, and the messages."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disruptions", "0003_change_feed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "url",
                    models.TextField(
                        help_text="An https address of your system that takes POST.", verbose_name="address"
                    ),
                ),
                (
                    "types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        help_text="Which changes it is told of. None chosen: all that the client may read.",
                        size=None,
                        verbose_name="kinds of change",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("gone", "Stopped: its address answered that it is gone"),
                            ("removed", "Removed"),
                        ],
                        default="active",
                        max_length=10,
                    ),
                ),
                (
                    "state_since",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("position", models.BigIntegerField(default=0, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="webhooks",
                        to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("message_id", models.CharField(help_text="The same in every attempt.", max_length=40)),
                ("type", models.CharField(max_length=40)),
                ("occurred_at", models.DateTimeField()),
                ("data", models.JSONField(help_text="Which record, and which version of it; never its content.")),
                (
                    "position",
                    models.BigIntegerField(
                        help_text="Where the change stands in the feed; none for a test.", null=True
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("delivered", "Delivered"), ("dead", "Not delivered")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                (
                    "next_attempt_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), null=True
                    ),
                ),
                (
                    "leased_until",
                    models.DateTimeField(help_text="Until when a worker that took it may be sending it.", null=True),
                ),
                ("last_attempt_at", models.DateTimeField(null=True)),
                (
                    "last_status",
                    models.PositiveSmallIntegerField(help_text="What the address answered last.", null=True),
                ),
                (
                    "last_error",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("timed_out", "No answer in time"),
                            (
                                "host_not_found",
                                "The name of the host is not known, or leads to a private network",
                            ),
                            ("no_connection", "No connection"),
                            ("no_secure_connection", "No secure connection: look at the certificate"),
                            ("address_not_allowed", "Messages may not go to this address any more"),
                            ("not_http", "The answer was not HTTP"),
                            ("no_secret", "The secret cannot be opened: make a new one"),
                            ("scope_lost", "The client may not read this any more"),
                            ("not_open", "The record is not open to the client any more"),
                            ("removed", "The webhook was removed"),
                            ("fault", "A fault of this service"),
                        ],
                        help_text="Why there was no such answer.",
                        max_length=30,
                    ),
                ),
                ("last_milliseconds", models.PositiveIntegerField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="disruptions.webhook"
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="WebhookSecret",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sealed", models.TextField(editable=False)),
                ("hint", models.CharField(help_text="The last four characters, to tell two apart.", max_length=4)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=models.Func(function="oic_now", output_field=models.DateTimeField()), editable=False
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="secrets", to="disruptions.webhook"
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "-pk"),
            },
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.UniqueConstraint(
                fields=("public_id",),
                name="webhook_public_id_unique",
                violation_error_code="webhook_public_id_unique",
                violation_error_message="This id has been given already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("url"), 500)
                ),
                name="webhook_url_within_limit",
                violation_error_code="webhook_url_within_limit",
                violation_error_message="The address must be 500 characters or fewer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["active", "paused", "gone", "removed"])),
                name="webhook_state_known",
                violation_error_code="webhook_state_known",
                violation_error_message="Choose one of: active, paused, gone, removed.",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["webhook", "-id"], name="webhook_delivery_list_idx"),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["webhook", "next_attempt_at"],
                name="webhook_delivery_due_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("state", "dead")), fields=["webhook", "-id"], name="webhook_delivery_dead_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("state", "delivered")), fields=["delivered_at"], name="webhook_delivery_old_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(
                fields=("webhook", "position"),
                name="webhook_delivery_once_for_a_change",
                violation_error_code="webhook_delivery_once_for_a_change",
                violation_error_message="This change has its message to this webhook already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(
                fields=("message_id",),
                name="webhook_delivery_message_unique",
                violation_error_code="webhook_delivery_message_unique",
                violation_error_message="This id has been given already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "delivered", "dead"])),
                name="webhook_delivery_state_known",
                violation_error_code="webhook_delivery_state_known",
                violation_error_message="Choose one of: waiting, delivered, dead.",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("next_attempt_at__isnull", False), ("state", "waiting")),
                    models.Q(
                        models.Q(("state", "waiting"), _negated=True),
                        ("leased_until__isnull", True),
                        ("next_attempt_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="webhook_delivery_due_while_waiting",
                violation_error_code="webhook_delivery_due_while_waiting",
                violation_error_message="A message that waits has a time at which it is sent; no other has.",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("delivered_at__isnull", False), ("state", "delivered")),
                    models.Q(models.Q(("state", "delivered"), _negated=True), ("delivered_at__isnull", True)),
                    _connector="OR",
                ),
                name="webhook_delivery_delivered_at_a_time",
                violation_error_code="webhook_delivery_delivered_at_a_time",
                violation_error_message="A message that was delivered keeps when that was; no other does.",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhooksecret",
            constraint=models.UniqueConstraint(
                condition=models.Q(("expires_at__isnull", True)),
                fields=("webhook",),
                name="webhook_secret_one_without_end",
                violation_error_code="webhook_secret_one_without_end",
                violation_error_message="A webhook has one secret without an end; the others are on their way out.",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhooksecret",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_at__isnull", True), ("expires_at__gte", models.F("created_at")), _connector="OR"
                ),
                name="webhook_secret_ends_after_made",
                violation_error_code="webhook_secret_ends_after_made",
                violation_error_message="A secret cannot end before it is made.",
            ),
        ),
    ]
