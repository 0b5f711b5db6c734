"""``manage.py load_reference_data``: the regions and agencies that ship with the project."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from agencies.services import load_reference_data


class Command(BaseCommand):
    """Add what is missing; a second run adds nothing."""

    help = (
        "Add the regions and agencies that ship with the project and are not there yet. Only codes that are missing "
        "are added; nothing that is there is changed, as an administrator may have edited it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how much was added."""
        for kind, loaded in load_reference_data().items():
            self.stdout.write(f"{kind}: {loaded.added} added, {loaded.present} already there")
