"""What other systems see of a change, and what they have already asked for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import BigIntegerField, Func, Q, TextField
from django.db.models.functions import Cast

from agencies.constraints import check, unique
from agencies.models import Agency, ApiClient, Now
from disruptions.models.conditions import known
from disruptions.vocabulary import Change


def CurrentTransaction() -> Cast:  # noqa: N802 - reads as the expression that it makes
    """Return the number of the running transaction, as a 64-bit integer that never wraps."""
    number = Func(function="pg_current_xact_id", output_field=TextField())
    return Cast(Cast(number, TextField()), BigIntegerField())


class ChangeEvent(models.Model):
    """One change to one record, written in the transaction that made it. Rows are only ever added.

    A reader takes events in the order (transaction_id, id) up to the oldest transaction still running, so none is
    skipped while writers commit out of order.
    """

    transaction_id = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)
    subject = models.CharField(max_length=20, help_text="disruption, soc_threat or ocg.")
    object_id = models.BigIntegerField()
    reference = models.CharField(max_length=11)
    version = models.PositiveIntegerField()
    change = models.CharField(max_length=20, choices=Change)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    occurred_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("transaction_id", "id")
        constraints: ClassVar = [
            known("change_event", "change", Change),
            unique(
                "change_event_one_per_version",
                fields=("subject", "object_id", "version"),
                field="version",
                message="This version has its event already.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["transaction_id", "id"], name="change_event_feed_idx")]

    def __str__(self) -> str:
        return f"{self.reference} {self.change} v{self.version}"


class IdempotencyRecord(models.Model):
    """The stored answer to a request that carried an ``Idempotency-Key``, bound to its client."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="idempotency_records")
    key = models.CharField(max_length=255)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [
            unique(
                "idempotency_record_key_unique",
                fields=("client", "key"),
                field="Idempotency-Key",
                message="This key has been used.",
            ),
            check(
                "idempotency_record_answer_whole",
                Q(status__isnull=True, body__isnull=True) | Q(status__isnull=False, body__isnull=False),
                field="Idempotency-Key",
                message="An answer is stored whole or not at all.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="idempotency_created_idx")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.key}"
