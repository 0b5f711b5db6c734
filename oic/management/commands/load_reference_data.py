"""``manage.py load_reference_data``: the regions, agencies and scoring model that ship with the project."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from agencies.services import load_reference_data
from disruptions.services import load_scoring_model


class Command(BaseCommand):
    """Add what is missing; a second run adds nothing."""

    help = (
        "Add the regions, agencies and scoring model that ship with the project and are not there yet. Only what is "
        "missing is added; nothing that is there is changed, as an administrator may have edited it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how much was added."""
        for kind, loaded in {**load_reference_data(), "scoring models": load_scoring_model()}.items():
            self.stdout.write(f"{kind}: {loaded.added} added, {loaded.present} already there")
