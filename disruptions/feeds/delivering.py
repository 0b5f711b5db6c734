"""The worker that sends messages to webhooks: one at a time to each, many webhooks at once, each in its turn.

Only the main thread asks the database; each attempt has a thread of its own, so that a slow partner holds up nobody
but itself.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable
from time import monotonic
from typing import Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from disruptions.feeds.posting import post
from disruptions.feeds.webhooks import handing_out, prepared
from disruptions.models import WebhookDelivery
from disruptions.services.webhook_deliveries import Outcome, fault_now, give_up, put_back, settle, take_due
from disruptions.vocabulary import DeliveryError

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS: Final = 1.0
AFTER_A_FAULT_SECONDS: Final = 5.0
LONGEST_REST_SECONDS: Final = 60.0
STOPPED_WITHIN_SECONDS: Final = 5.0


class Worker:
    """Hands out and sends until it is told to stop."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._ended: queue.SimpleQueue[tuple[WebhookDelivery, Outcome]] = queue.SimpleQueue()
        self._in_flight: dict[int, WebhookDelivery] = {}
        self._failures: dict[int, int] = {}
        self._resting: dict[int, float] = {}
        self._turn = 0
        self._turns: dict[int, int] = {}
        self._not_handed_out: dict[int, tuple[int, float]] = {}

    def run(self) -> None:
        """Work until stopped. A fault of the database or of one webhook is logged, and the work goes on."""
        looked = 0.0
        while not self.stopping.is_set():
            try:
                if monotonic() - looked >= LOOK_EVERY_SECONDS:
                    self.hand_out()
                    looked = monotonic()
                self.send()
                self._settle_ended(LOOK_EVERY_SECONDS / 4)
            except (DatabaseError, InterfaceError):
                logger.exception("webhooks: the database did not answer")
                connection.close()
                self.stopping.wait(AFTER_A_FAULT_SECONDS)
            except Exception:
                # What it had in hand comes back when the lease is over.
                logger.exception("webhooks: a fault of ours")
                self.stopping.wait(AFTER_A_FAULT_SECONDS)
        self.stop()

    def stop(self, within: float = STOPPED_WITHIN_SECONDS) -> None:
        """Note what ends in so many seconds, and put the rest back: the next worker sends it, under the same id."""
        deadline = monotonic() + within
        while self._in_flight and monotonic() < deadline:
            self._settle_ended(0.1)
        put_back(self._in_flight.values())

    def run_once(self) -> int:
        """Hand out what is new and send what is due; return how many attempts were made. For tests and drills."""
        attempts = self.hand_out()
        while self.send() or self._in_flight:
            attempts += self._settle_ended(LOOK_EVERY_SECONDS)
            self._resting.clear()
        return attempts

    def hand_out(self) -> int:
        """Put down the messages of what is new, and send meanwhile what is due: many that are behind hold up nobody.

        A webhook to which nothing could be handed out is left alone for a while, longer each time. Return how many
        attempts have ended.
        """
        now, ended = monotonic(), 0
        left_out = {webhook for webhook, (_, until) in self._not_handed_out.items() if until > now}
        for webhook, error in handing_out(left_out=left_out):
            if error is None:
                self._not_handed_out.pop(webhook.pk, None)
            else:
                failures = self._not_handed_out.get(webhook.pk, (0, 0.0))[0] + 1
                self._not_handed_out[webhook.pk] = failures, monotonic() + _rest(failures)
                logger.error("webhooks: nothing was handed out to %s", webhook.public_id, exc_info=error)
            if self.stopping.is_set():
                break
            self.send()
            ended += self._settle_ended(0)
        return ended

    def send(self) -> int:
        """Begin an attempt for each webhook that is free and has something due; return how many began."""
        now = monotonic()
        resting = {webhook for webhook, until in self._resting.items() if until > now}
        free = settings.WEBHOOK_THREADS - len(self._in_flight)
        if free <= 0:
            return 0
        at_work = Counter(each.webhook.client_id for each in self._in_flight.values())
        taken = take_due(busy={*self._in_flight, *resting}, most=free, turns=self._turns, at_work=at_work)
        for delivery in taken:
            self._turn += 1
            self._turns[delivery.webhook_id] = self._turn
            try:
                self._begin(delivery)
            except (DatabaseError, InterfaceError):
                raise
            except Exception:
                logger.exception("webhooks: %s could not be sent by a fault of ours", delivery.message_id)
                self._in_flight.pop(delivery.webhook_id, None)
                settle(delivery=delivery, outcome=Outcome(None, DeliveryError.FAULT, 0))
        return len(taken)

    def _begin(self, delivery: WebhookDelivery) -> None:
        fault = fault_now(delivery)
        if fault is not None:
            give_up(delivery=delivery, error=fault)
            return
        message = prepared(delivery)
        if message is None:
            logger.error("webhooks: no secret of %s can be opened", delivery.webhook.public_id)
            settle(delivery=delivery, outcome=Outcome(None, DeliveryError.NO_SECRET, 0))
            return
        headers, body = message
        self._in_flight[delivery.webhook_id] = delivery
        attempt = _attempt(delivery, delivery.webhook.url, headers, body, self._ended.put)
        threading.Thread(target=attempt, daemon=True, name=f"webhook {delivery.webhook_id}").start()

    def _settle_ended(self, seconds: float) -> int:
        """Wait at most so long for an attempt to end, and note every one that has; return how many."""
        if not self._in_flight:
            self.stopping.wait(seconds)
            return 0
        settled = 0
        try:
            delivery, outcome = self._ended.get(timeout=seconds)
            while True:
                self._in_flight.pop(delivery.webhook_id, None)
                self._note_rest(delivery.webhook_id, outcome)
                settle(delivery=delivery, outcome=outcome)
                settled += 1
                delivery, outcome = self._ended.get_nowait()
        except queue.Empty:
            return settled

    def _note_rest(self, webhook: int, outcome: Outcome) -> None:
        """Let a webhook that does not answer rest a while, twice as long each time, so that it takes no thread."""
        if outcome.accepted:
            self._failures.pop(webhook, None)
            self._resting.pop(webhook, None)
            return
        failures = self._failures[webhook] = self._failures.get(webhook, 0) + 1
        self._resting[webhook] = monotonic() + _rest(failures)


def _rest(failures: int) -> float:
    return min(LONGEST_REST_SECONDS, 2.0 ** min(failures, 10))


def _attempt(
    delivery: WebhookDelivery,
    url: str,
    headers: dict[str, str],
    body: bytes,
    ended: Callable[[tuple[WebhookDelivery, Outcome]], None],
) -> Callable[[], None]:
    """Return what a thread does: send, and say how it ended. It asks the database nothing."""

    def work() -> None:
        try:
            outcome = post(url, headers, body)
        except Exception:
            logger.exception("webhooks: an attempt failed by a fault of ours")
            outcome = Outcome(None, DeliveryError.FAULT, 0)
        ended((delivery, outcome))

    return work
