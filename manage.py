#!/usr/bin/env python
"""Django's command line, with the embedded database held while a command runs."""

import os
import sys

from django.core.management import execute_from_command_line

from oic.environment import embedded_cluster

# Commands that change tables or rights; everything else is the role that owns nothing.
OWNER_COMMANDS = {"migrate", "createcachetable", "grant_app_privileges", "pgtrigger", "sqlmigrate", "squashmigrations"}
COMMANDS_WITHOUT_DATABASE = {"help", "version", "collectstatic", "findstatic", "compilemessages", "spectacular"}


def main(arguments: list[str]) -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oic.settings")
    command = arguments[1] if len(arguments) > 1 else "help"
    if command in OWNER_COMMANDS:
        os.environ.setdefault("DATABASE_ROLE", "owner")
    if command not in COMMANDS_WITHOUT_DATABASE and not {"--help", "-h", "--version"} & set(arguments):
        hold_embedded_database()
    execute_from_command_line(arguments)


def hold_embedded_database() -> None:
    """Start or share the embedded cluster until this process ends, unless DATABASE_URL names a server."""
    cluster = embedded_cluster()
    if cluster is not None:
        cluster.acquire()


if __name__ == "__main__":
    main(sys.argv)
