"""``manage.py run_daily_work``: what has to happen once a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.http import QueryDict

from agencies.models import london_date, oic_now
from agencies.services.request_limits import forget_old_use
from disruptions.kept_groups import forget_kept_groups
from disruptions.services.digests import send_digests
from disruptions.services.idempotency import forget_old_answers
from disruptions.services.stored_files import forget_files
from disruptions.services.webhook_deliveries import forget_old_deliveries
from disruptions.statistics import dashboard, read_query


class Command(BaseCommand):
    """Send digests, free what is past its time, read the national dashboard. Safe to repeat: one digest a day."""

    help = (
        "Send each person's digest of what waits, and delete kept answers of the API, counted days of its use, "
        "messages to webhooks, the content of files, and what was kept for figures, once they are past their time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how much."""
        self.stdout.write(f"digests sent: {send_digests(day=london_date(oic_now()))}")
        self.stdout.write(f"answers forgotten: {forget_old_answers()}")
        self.stdout.write(f"days of use forgotten: {forget_old_use()}")
        self.stdout.write(f"messages to webhooks forgotten: {forget_old_deliveries()}")
        self.stdout.write(f"files forgotten: {forget_files()}")
        self.stdout.write(f"changes behind kept figures forgotten: {forget_kept_groups()}")
        # Kept from now on: nobody waits for the whole of it.
        dashboard(read_query(QueryDict()))
