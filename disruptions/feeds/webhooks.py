"""From the feed to the webhooks: each is told exactly what its client would read, in thin, signed messages."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from standardwebhooks import Webhook as Signer

from disruptions.feeds.changes import latest_position, read_changes
from disruptions.models import Webhook, WebhookDelivery
from disruptions.services.webhook_deliveries import Message, enqueue_changes
from disruptions.services.webhooks import signing_secrets
from disruptions.vocabulary import DeliveryState

WINDOW: Final = 500
"""How many changes are handed out in one go."""


def hand_out() -> list[tuple[Webhook, Exception | None]]:
    """Put down the messages of what is new for every webhook that is behind the feed; return how it went."""
    return list(handing_out())


def handing_out(*, left_out: Collection[int] = ()) -> Iterator[tuple[Webhook, Exception | None]]:
    """Put down the messages of what is new for one webhook after the other of those that are behind the feed.

    Yield each of them, with what went wrong: one that fails does not stop the others.
    """
    latest = latest_position()
    behind = Webhook.objects.told_of_changes().exclude(pk__in=left_out).filter(position__lt=latest)
    for webhook in list(behind):
        try:
            _hand_out(webhook)
        except Exception as error:
            yield webhook, error
        else:
            yield webhook, None


def _hand_out(webhook: Webhook) -> None:
    client = webhook.client
    changes = read_changes(
        client=client,
        scopes=frozenset(client.scopes),
        after=webhook.position,
        limit=WINDOW,
        types=webhook.types,
    )
    messages = [
        Message(
            position=item.position,
            type=item.type,
            occurred_at=item.occurred_at,
            data={"reference": item.reference, "version": item.version, "agency": item.agency},
        )
        for item in changes.items
    ]
    enqueue_changes(webhook=webhook, messages=messages, position=changes.position)


def messages_in_hand() -> dict[str, int]:
    """Return how many messages wait, and how many could not be delivered, for whoever watches the service.

    Tests are left out, and what is of a webhook that was removed or of a client that has ended: nobody will act on it.
    """
    in_hand = WebhookDelivery.objects.of_changes().filter(webhook__in=Webhook.objects.in_force())
    states = (DeliveryState.WAITING, DeliveryState.DEAD)
    return {state.value: in_hand.in_state(state).count() for state in states}


def body_of(delivery: WebhookDelivery) -> bytes:
    """Return what is sent: the same bytes in every attempt."""
    said = {"type": delivery.type, "timestamp": _written(delivery.occurred_at), "data": delivery.data}
    return json.dumps(said, separators=(",", ":"), sort_keys=True).encode()


def headers_of(delivery: WebhookDelivery, body: bytes, secrets: Sequence[str], *, now: datetime) -> dict[str, str]:
    """Return the headers of an attempt (Standard Webhooks): id, time of the attempt, a signature for each secret."""
    signatures = [Signer(secret).sign(delivery.message_id, now, body.decode()) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": "OIC-Disruptions-Webhooks/1",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def prepared(delivery: WebhookDelivery) -> tuple[dict[str, str], bytes] | None:
    """Return headers and body of an attempt now, or ``None`` where no secret can be opened."""
    secrets = signing_secrets(delivery.webhook)
    if not secrets:
        return None
    body = body_of(delivery)
    return headers_of(delivery, body, secrets, now=datetime.now(UTC)), body


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
