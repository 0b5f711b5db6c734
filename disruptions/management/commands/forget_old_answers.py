"""Delete the kept answers of the API that can no longer be replayed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from disruptions.services.idempotency import KEPT_FOR, forget_old_answers


class Command(BaseCommand):
    """Free the keys whose time is over; safe at any time, meant for once a day."""

    help = f"Delete the answers kept for idempotency keys that are more than {KEPT_FOR.days} days old."

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete, and say how many."""
        self.stdout.write(f"answers forgotten: {forget_old_answers()}")
