"""What other systems see of a change, and what they have already asked for."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from agencies.constraints import check, unique
from agencies.models import Agency, ApiClient, Now
from disruptions.vocabulary import AUDIENCE_CHANGED, Change


class ChangeEvent(models.Model):
    """One change to one record, written in the transaction that made it. Rows are only ever added.

    Of one record, events stand in the order of its versions, as each is added while the record is locked. Events of
    several records are seen in another order than they were added in, because writers commit when they do. So an event
    gets its place in the feed once it is committed: ``position``, without gaps, given by the database's function
    ``number_change_events``, the only thing that ever changes a row. A reader goes by it and by nothing else.
    """

    position = models.BigIntegerField(null=True, editable=False)
    subject = models.CharField(max_length=20, help_text="disruption, soc_threat or ocg.")
    object_id = models.BigIntegerField()
    reference = models.CharField(max_length=11)
    version = models.PositiveIntegerField()
    change = models.CharField(
        max_length=20, choices=[*Change.choices, (AUDIENCE_CHANGED, "Others may open it, or may no longer")]
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    sandbox = models.BooleanField(default=False, editable=False)
    audience = ArrayField(
        models.BigIntegerField(),
        null=True,
        editable=False,
        help_text="The agencies that could open the record after the change; null for every agency.",
    )
    occurred_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            check(
                "change_event_change_known",
                Q(change__in=[*Change.values, AUDIENCE_CHANGED]),
                field="change",
                message=f"Choose one of: {', '.join([*Change.values, AUDIENCE_CHANGED])}.",
            ),
            unique(
                "change_event_one_per_version",
                fields=("subject", "object_id", "version"),
                condition=~Q(change=AUDIENCE_CHANGED),
                field="version",
                message="This version has its event already.",
            ),
            # Partial, so that an event costs the index nothing when it is added.
            unique(
                "change_event_position_unique",
                fields=("position",),
                condition=Q(position__isnull=False),
                field="position",
                message="Another event has this place in the feed.",
            ),
        ]
        indexes: ClassVar = [
            # Read for the event of a record before this one.
            models.Index(fields=["subject", "object_id", "id"], name="change_event_object_idx"),
            models.Index(fields=["id"], name="change_event_unplaced_idx", condition=Q(position__isnull=True)),
        ]

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
