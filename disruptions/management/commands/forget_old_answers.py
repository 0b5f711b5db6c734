"""Delete the kept answers of the API that can no longer be replayed, and old messages to webhooks."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from disruptions.services.idempotency import KEPT_FOR, forget_old_answers
from disruptions.services.webhook_deliveries import forget_old_deliveries


class Command(BaseCommand):
    """Free what is past its time; safe at any time, meant for once a day."""

    help = (
        f"Delete the answers kept for idempotency keys that are more than {KEPT_FOR.days} days old, and the messages "
        "to webhooks that were delivered longer ago than WEBHOOK_KEPT_DAYS."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete, and say how many."""
        self.stdout.write(f"answers forgotten: {forget_old_answers()}")
        self.stdout.write(f"messages to webhooks forgotten: {forget_old_deliveries()}")
