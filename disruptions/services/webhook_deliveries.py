"""Messages to webhooks, for the worker that sends them: put down with the feed's position, taken, settled, forgotten.

Nothing is lost or doubled where a worker is killed: messages and position are written in one transaction, and what a
worker has taken comes back when its lease is over. So a message may be sent twice, under the same id.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from agencies import audit
from agencies.models import Now
from agencies.vocabulary import AuditAction
from disruptions.feed_types import FEED_TYPES, LEFT_VIEW, PING
from disruptions.models import Webhook, WebhookDelivery, WebhookSecret
from disruptions.services.webhooks import new_message_id
from disruptions.vocabulary import DeliveryError, DeliveryState, WebhookState

LEASE: Final = timedelta(minutes=2)
"""How long a message that was taken is left alone: more than looking a name up and one attempt can take."""
GONE: Final = 410
ATTEMPTS_OF_A_CLIENT: Final = 4
"""How many attempts of one client are under way at once at most."""


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


def take_due(
    *,
    busy: Collection[int],
    most: int,
    turns: Mapping[int, int] = MappingProxyType({}),
    at_work: Mapping[int, int] = MappingProxyType({}),
) -> list[WebhookDelivery]:
    """Take what is to be sent now: the next message of each webhook that is not busy, ``most`` at once.

    Whoever was served longest ago comes first: ``turns`` holds the number of each webhook's last turn. ``at_work``
    holds how many attempts each client has under way; no client has more than its share. A webhook of which any worker
    has a message in hand waits until that is settled or its lease is over, so that it is told of one thing at a time.
    """
    due = WebhookDelivery.objects.due().filter(Q(webhook__in=_told()) | Q(type=PING))
    held = WebhookDelivery.objects.held()
    waiting = (
        Webhook.objects.in_force()
        .exclude(pk__in=busy)
        .filter(Exists(due.filter(webhook=OuterRef("pk"))), ~Exists(held.filter(webhook=OuterRef("pk"))))
    )
    candidates = sorted(waiting.values_list("pk", "client_id"), key=lambda each: (turns.get(each[0], 0), each[0]))
    under_way = dict(at_work)
    taken: list[int] = []
    for webhook, client in candidates:
        if len(taken) == most:
            break
        if under_way.get(client, 0) >= ATTEMPTS_OF_A_CLIENT:
            continue
        delivery = _take(webhook, due, held)
        if delivery is not None:
            under_way[client] = under_way.get(client, 0) + 1
            taken.append(delivery)
    found = WebhookDelivery.objects.select_related("webhook__client__service_account__agency").in_bulk(taken)
    return [found[each] for each in taken]


def _take(webhook: int, due: Any, held: Any) -> int | None:
    """Take the next message of a webhook, unless another worker has one of it, or is at it just now."""
    with transaction.atomic():
        mine = Webhook.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).filter(pk=webhook)
        # Asked anew under the lock: what another worker took meanwhile is seen.
        if not mine or held.filter(webhook=webhook).exists():
            return None
        rows = due.filter(webhook=webhook).order_by("next_attempt_at", "pk")
        delivery: WebhookDelivery | None = rows.select_for_update(skip_locked=True, of=("self",)).first()
        if delivery is None:
            return None
        WebhookDelivery.objects.filter(pk=delivery.pk).update(leased_until=Now() + LEASE)
        return delivery.pk


def put_back(deliveries: Collection[WebhookDelivery]) -> None:
    """Give up the lease of what was taken and is not settled: whoever comes next need not wait for its end."""
    for each in deliveries:
        # Where the lease was over, another worker has its own by now.
        WebhookDelivery.objects.filter(pk=each.pk, leased_until=each.leased_until).update(leased_until=None)


def settle(*, delivery: WebhookDelivery, outcome: Outcome) -> None:
    """Note how an attempt ended: delivered, to be tried again after a pause, or not delivered at all.

    An address that says that it is gone is told nothing more. Where the webhook has another address by now, what its
    old one said is a failure like any other, and the message is sent to the new one.
    """
    with transaction.atomic():
        # The webhook before its messages, in the order in which everybody locks them.
        gone = outcome.status == GONE and _stop(delivery.webhook)
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
        elif attempted.type == PING or gone or attempted.attempts >= len(pauses):
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
    """Delete the messages that were delivered, were tests, or were of what has ended, long ago; say how many.

    What was not delivered is kept until somebody sends it again or removes the webhook, or the client is no longer in
    force. Secrets that are over go too.
    """
    before = Now() - timedelta(days=settings.WEBHOOK_KEPT_DAYS)
    delivered = Q(state=DeliveryState.DELIVERED, delivered_at__lt=before)
    tests = Q(type=PING, created_at__lt=before)
    of_removed = Q(webhook__state=WebhookState.REMOVED, created_at__lt=before)
    of_revoked = Q(webhook__client__is_active=False, created_at__lt=before)
    of_expired = Q(webhook__client__expires_at__lt=before, created_at__lt=before)
    WebhookSecret.objects.filter(expires_at__lt=Now()).exclude(sealed="").update(sealed="")
    deleted, _ = WebhookDelivery.objects.filter(delivered | tests | of_removed | of_revoked | of_expired).delete()
    return deleted


def fault_now(delivery: WebhookDelivery) -> DeliveryError | None:
    """Return why a message may not be sent now, though it was put down: what the client may read has narrowed since.

    That something left its view is said whenever it is sent.
    """
    client = delivery.webhook.client
    needed = FEED_TYPES.get(delivery.type)
    if needed is not None and needed not in client.scopes:
        return DeliveryError.SCOPE_LOST
    if needed is None or delivery.type == LEFT_VIEW:
        return None
    open_now = WebhookDelivery.objects.with_is_open(client.service_account, sandbox=client.sandbox)
    return None if open_now.filter(pk=delivery.pk, is_open=True).exists() else DeliveryError.NOT_OPEN


def _told() -> Any:
    return Webhook.objects.told_of_changes().select_related(None).values("pk")


def _stop(webhook: Webhook) -> bool:
    """Stop a webhook whose address said that it is gone; say whether it still has that address."""
    fresh = Webhook.objects.select_for_update(of=("self",)).filter(pk=webhook.pk, url=webhook.url).first()
    if fresh is not None and fresh.active:
        Webhook.objects.filter(pk=fresh.pk).update(
            state=WebhookState.GONE, state_since=Now(), changed_at=Now(), version=F("version") + 1
        )
        audit.record(
            AuditAction.CHANGED,
            "webhook",
            str(webhook.public_id),
            agency=webhook.client.agency,
            detail={"client": webhook.client.client_id, "stopped": "its address answered 410 Gone"},
        )
    return fresh is not None
