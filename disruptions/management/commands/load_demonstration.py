"""``manage.py load_demonstration``: fictional records whose totals follow the published figures."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.refusals import Refused
from disruptions.demonstration import load_demonstration


class Command(BaseCommand):
    """Load the demonstration once; a second run changes nothing."""

    help = "Load the demonstration's agencies, people, threats and records. Only where DEMO=1, into an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how much there is."""
        began = time.monotonic()
        try:
            loaded = load_demonstration()
        except Refused as refused:
            raise CommandError(refused.message) from refused
        if loaded is None:
            self.stdout.write("The demonstration is loaded already.")
            return
        took = time.monotonic() - began
        self.stdout.write(f"{loaded.threats:,} threats and {loaded.records:,} records loaded in {took:.0f} s.")
