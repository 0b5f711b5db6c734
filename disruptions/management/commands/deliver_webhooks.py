"""``manage.py deliver_webhooks``: the worker that tells partner systems of changes."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from disruptions.feeds.delivering import Worker


class Command(BaseCommand):
    """Send messages to webhooks until told to stop. Several may run at once; one killed in the middle loses nothing."""

    help = "Send what changed to the webhooks of API clients, until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether to do it once only."""
        parser.add_argument("--once", action="store_true", help="send what is due now, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work."""
        worker = Worker()
        if options["once"]:
            self.stdout.write(f"attempts: {worker.run_once()}")
            return

        def stop(number: int, frame: FrameType | None) -> None:
            worker.stopping.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        self.stdout.write("Delivering webhooks.")
        self.stdout.flush()
        worker.run()
