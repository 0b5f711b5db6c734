"""Webhooks: where a client wants to be told of changes, the secrets that sign, and each message that is sent."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from agencies.constraints import check, unique
from agencies.models import ApiClient, Now, User
from disruptions.models.conditions import known, within_limit
from disruptions.querysets import WebhookDeliveryQuerySet, WebhookQuerySet, WebhookSecretQuerySet
from disruptions.vocabulary import DeliveryError, DeliveryState, WebhookState

WEBHOOK_URL_LIMIT = 500


class Webhook(models.Model):
    """An address of a client to which every change is sent that the client would read in the feed."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="webhooks")
    url = models.TextField("address", help_text="An https address of your system that takes POST.")
    types = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        verbose_name="kinds of change",
        help_text="Which changes it is told of. None chosen: all that the client may read.",
    )
    state = models.CharField(max_length=10, choices=WebhookState, default=WebhookState.ACTIVE)
    state_since = models.DateTimeField(db_default=Now(), editable=False)
    position = models.BigIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            unique(
                "webhook_public_id_unique", fields=("public_id",), field="id", message="This id has been given already."
            ),
            within_limit("webhook", "url", WEBHOOK_URL_LIMIT, "The address"),
            known("webhook", "state", WebhookState),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} of {self.client_id}"

    @property
    def active(self) -> bool:
        """Whether changes are sent to it."""
        return self.state == WebhookState.ACTIVE


class WebhookSecret(models.Model):
    """One secret that signs messages, sealed with the site's key. Shown once, when made."""

    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="secrets")
    sealed = models.TextField(editable=False)
    hint = models.CharField(max_length=4, help_text="The last four characters, to tell two apart.")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookSecretQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints: ClassVar = [
            unique(
                "webhook_secret_one_without_end",
                fields=("webhook",),
                condition=Q(expires_at__isnull=True),
                field="secret",
                message="A webhook has one secret without an end; the others are on their way out.",
            ),
            check(
                "webhook_secret_ends_after_made",
                Q(expires_at__isnull=True) | Q(expires_at__gte=F("created_at")),
                field="secret",
                message="A secret cannot end before it is made.",
            ),
        ]

    def __str__(self) -> str:
        return f"…{self.hint}"


class WebhookDelivery(models.Model):
    """One message to one webhook: what it says, how often it was tried, and how that ended."""

    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries")
    message_id = models.CharField(max_length=40, help_text="The same in every attempt.")
    type = models.CharField(max_length=40)
    occurred_at = models.DateTimeField()
    data = models.JSONField(help_text="Which record, and which version of it; never its content.")
    position = models.BigIntegerField(null=True, help_text="Where the change stands in the feed; none for a test.")
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, db_default=Now())
    leased_until = models.DateTimeField(null=True, help_text="Until when a worker that took it may be sending it.")
    last_attempt_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True, help_text="What the address answered last.")
    last_error = models.CharField(
        max_length=30, choices=DeliveryError, blank=True, help_text="Why there was no such answer."
    )
    last_milliseconds = models.PositiveIntegerField(null=True)
    delivered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            unique(
                "webhook_delivery_once_for_a_change",
                fields=("webhook", "position"),
                field="position",
                message="This change has its message to this webhook already.",
            ),
            unique(
                "webhook_delivery_message_unique",
                fields=("message_id",),
                field="id",
                message="This id has been given already.",
            ),
            known("webhook_delivery", "state", DeliveryState),
            check(
                "webhook_delivery_due_while_waiting",
                Q(state=DeliveryState.WAITING, next_attempt_at__isnull=False)
                | (~Q(state=DeliveryState.WAITING) & Q(next_attempt_at__isnull=True, leased_until__isnull=True)),
                field="state",
                message="A message that waits has a time at which it is sent; no other has.",
            ),
            check(
                "webhook_delivery_delivered_at_a_time",
                Q(state=DeliveryState.DELIVERED, delivered_at__isnull=False)
                | (~Q(state=DeliveryState.DELIVERED) & Q(delivered_at__isnull=True)),
                field="state",
                message="A message that was delivered keeps when that was; no other does.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["webhook", "-id"], name="webhook_delivery_list_idx"),
            # What the worker asks for every second: is anything due, and what is next.
            models.Index(
                fields=["webhook", "next_attempt_at"],
                condition=Q(state=DeliveryState.WAITING),
                name="webhook_delivery_due_idx",
            ),
            models.Index(
                fields=["webhook", "-id"],
                condition=Q(state=DeliveryState.DEAD),
                name="webhook_delivery_dead_idx",
            ),
            # What the daily work forgets.
            models.Index(
                fields=["delivered_at"],
                condition=Q(state=DeliveryState.DELIVERED),
                name="webhook_delivery_old_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.type}"
