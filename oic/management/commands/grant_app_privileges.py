"""Hand out the rights of the site's role again, without migrating."""

from typing import Any

from django.core.management.base import BaseCommand

from oic.database_privileges import grant_app_privileges, prepare_database
from oic.management.commands.migrate import require_owner


class Command(BaseCommand):
    """Give the site's role what it may do to each table, and nothing else; run as the owner."""

    help = "Give the site's role its rights on each table, and nothing else."

    def handle(self, *args: Any, **options: Any) -> None:
        """Hand out the rights."""
        require_owner()
        prepare_database()
        grant_app_privileges()
