"""Migrate as the owner, then hand out the rights."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connection

from oic.database_privileges import grant_app_privileges, prepare_database


class Command(DjangoMigrate):
    """Django's migrate, refused to the site's own role, with its cache table and each table's rights after it."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate the one database."""
        reads_only = options["plan"] or options["check_unapplied"]
        if not reads_only:
            require_owner()
            prepare_database()
        super().handle(*args, **options)
        if not reads_only:
            call_command("createcachetable", verbosity=options["verbosity"])
            granted = grant_app_privileges()
            if options["verbosity"]:
                self.stdout.write(
                    f"Rights handed out to {settings.DATABASE_APP_ROLE}."
                    if granted
                    else "One role owns the tables and runs the site: set OWNER_DATABASE_URL to part them."
                )


def require_owner() -> None:
    """Refuse a connection that is not the owner's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        role = cursor.fetchone()[0]
    if role != settings.DATABASE_OWNER_ROLE:
        raise CommandError(f"connected as {role}; run it with DATABASE_ROLE=owner.")
