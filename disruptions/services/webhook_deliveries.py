"""Messages to webhooks, for the worker that sends them: put down with the feed's position, taken, settled, forgotten.

Nothing is lost or doubled where a worker is killed: messages and position are written in one transaction, and what a
worker has taken comes back when its lease is over. So a message may be sent twice, under the same id.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from agencies import audit
from agencies.models import Now
from agencies.vocabulary import AuditAction
from disruptions.feed_types import FEED_TYPES, PING
from disruptions.models import Webhook, WebhookDelivery, WebhookSecret
from disruptions.services.webhooks import new_message_id
from disruptions.vocabulary import DeliveryState, WebhookState

LEASE: Final = timedelta(minutes=2)
"""How long a message that was taken is left alone: more than looking a name up and one attempt can take."""
GONE: Final = 410


@dataclass(frozen=True, slots=True)
class Message:
    """One change as a webhook is told of it."""

    position: int
    type: str
    occurred_at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended: the status that was answered, or else why there was none."""

    status: int | None
    error: str
    milliseconds: int

    @property
    def accepted(self) -> bool:
        """Whether the message has arrived: any 2xx says so."""
        return self.status is not None and 200 <= self.status < 300


def enqueue_changes(*, webhook: Webhook, messages: Sequence[Message], position: int) -> bool:
    """Put down the messages of what changed since the webhook's position, and the new position, together.

    Return whether it was done: not where another worker was quicker, or the webhook was stopped meanwhile.
    """
    with transaction.atomic():
        found = Webhook.objects.select_for_update(of=("self",)).filter(
            pk=webhook.pk, position=webhook.position, state=WebhookState.ACTIVE
        )
        if not found:
            return False
        WebhookDelivery.objects.bulk_create(
            WebhookDelivery(
                webhook=webhook,
                message_id=new_message_id(),
                type=each.type,
                occurred_at=each.occurred_at,
                data=dict(each.data),
                position=each.position,
            )
            for each in messages
        )
        Webhook.objects.filter(pk=webhook.pk).update(position=position)
        return True


def take_due(*, busy: Collection[int], most: int) -> list[WebhookDelivery]:
    """Take what is to be sent now: the next message of each webhook that is not busy, ``most`` at once.

    Each is this worker's alone until its lease is over.
    """
    due = WebhookDelivery.objects.due().filter(Q(webhook__in=_told()) | Q(type=PING))
    waiting = Webhook.objects.live().exclude(pk__in=busy).filter(Exists(due.filter(webhook=OuterRef("pk"))))
    taken = []
    for webhook in waiting.order_by("pk").values_list("pk", flat=True)[:most]:
        with transaction.atomic():
            delivery = (
                due.filter(webhook=webhook)
                .order_by("next_attempt_at", "pk")
                .select_for_update(skip_locked=True, of=("self",))
                .first()
            )
            if delivery is not None:
                WebhookDelivery.objects.filter(pk=delivery.pk).update(leased_until=Now() + LEASE)
                taken.append(delivery.pk)
    rows = WebhookDelivery.objects.filter(pk__in=taken).select_related("webhook__client")
    return list(rows.order_by("pk"))


def settle(*, delivery: WebhookDelivery, outcome: Outcome) -> None:
    """Note how an attempt ended: delivered, to be tried again after a pause, or not delivered at all.

    An address that says that it is gone is told nothing more.
    """
    with transaction.atomic():
        if outcome.status == GONE:
            # The webhook before its messages, in the order in which everybody locks them.
            _stop(delivery.webhook)
        waiting = WebhookDelivery.objects.in_state(DeliveryState.WAITING).filter(pk=delivery.pk)
        attempted = waiting.select_for_update(of=("self",)).first()
        if attempted is None:
            # Its lease was over, and another worker has done it.
            return
        pauses: Sequence[int] = settings.WEBHOOK_RETRY_SECONDS
        values: dict[str, Any] = {
            "attempts": F("attempts") + 1,
            "leased_until": None,
            "last_attempt_at": Now(),
            "last_status": outcome.status,
            "last_error": outcome.error,
            "last_milliseconds": outcome.milliseconds,
        }
        if outcome.accepted:
            values |= {"state": DeliveryState.DELIVERED, "delivered_at": Now(), "next_attempt_at": None}
        elif attempted.type == PING or outcome.status == GONE or attempted.attempts >= len(pauses):
            values |= {"state": DeliveryState.DEAD, "next_attempt_at": None}
        else:
            values |= {"next_attempt_at": Now() + timedelta(seconds=pauses[attempted.attempts])}
        WebhookDelivery.objects.filter(pk=delivery.pk).update(**values)


def give_up(*, delivery: WebhookDelivery, error: str) -> None:
    """Note that a message will not be sent, without an attempt."""
    WebhookDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING).update(
        state=DeliveryState.DEAD, next_attempt_at=None, leased_until=None, last_error=error
    )


def forget_old_deliveries() -> int:
    """Delete the messages that were delivered, or were of a webhook since removed, long ago; say how many.

    What was not delivered is kept until somebody sends it again or removes the webhook. Secrets that are over go too.
    """
    before = Now() - timedelta(days=settings.WEBHOOK_KEPT_DAYS)
    delivered = Q(state=DeliveryState.DELIVERED, delivered_at__lt=before)
    of_removed = Q(webhook__state=WebhookState.REMOVED, created_at__lt=before)
    WebhookSecret.objects.filter(expires_at__lt=Now()).exclude(sealed="").update(sealed="")
    deleted, _ = WebhookDelivery.objects.filter(delivered | of_removed).delete()
    return deleted


def may_be_told(delivery: WebhookDelivery) -> bool:
    """Say whether the client may still read what a message is about."""
    needed = FEED_TYPES.get(delivery.type)
    return needed is None or needed in delivery.webhook.client.scopes


def _told() -> Any:
    return Webhook.objects.told_of_changes().select_related(None).values("pk")


def _stop(webhook: Webhook) -> None:
    stopped = Webhook.objects.filter(pk=webhook.pk, state=WebhookState.ACTIVE).update(
        state=WebhookState.GONE, state_since=Now(), changed_at=Now(), version=F("version") + 1
    )
    if stopped:
        audit.record(
            AuditAction.CHANGED,
            "webhook",
            str(webhook.public_id),
            agency=webhook.client.agency,
            detail={"client": webhook.client.client_id, "stopped": "its address answered 410 Gone"},
        )
