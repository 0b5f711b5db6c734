"""Bring the database and the static files up to date: `python -m oic.prepare`, run by `make run` before serving.

One process does it all, since most of the time goes into starting Python. Every step may be repeated and is quick
when there is nothing to do. Where `DEMO=1` the demonstration is loaded too.
"""

import argparse
import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from oic.database_privileges import grant_app_privileges
from oic.demonstration_clock import session_clock_for_loading
from oic.environment import OWNER, connected_as, embedded_cluster

COLLECTED_STAMP = Path(".stamps") / "collected"


def prepare(*, with_static_files: bool = True) -> None:
    """Migrate as the owner, load as the site's role, collect the static files unless they came with the image."""
    with connected_as(OWNER):
        migrate()
    if settings.DEMO:
        # It begins on an empty database: agencies, too, are there from the past time when its history begins.
        with session_clock_for_loading():
            load("load_demonstration", "demonstration data, if it is not there")
    load("load_reference_data", "reference data")
    if with_static_files:
        collect_static_files()


def migrate() -> None:
    """Apply what is not applied yet, and hand the rights out again."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"migrating ({len(plan)} steps)")
        call_command("migrate", verbosity=0, interactive=False)
    else:
        grant_app_privileges()


def load(command: str, what: str) -> None:
    """Run one loading command."""
    say(f"loading {what}")
    call_command(command)


def collect_static_files() -> None:
    """Collect and compress what the site serves, if any of it changed."""
    digest = digest_of_static_files()
    stamp = Path(settings.BASE_DIR) / COLLECTED_STAMP
    if stamp.exists() and stamp.read_text() == digest and Path(settings.STATIC_ROOT).exists():
        return
    say("collecting static files")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(digest)


def digest_of_static_files() -> str:
    """Return a digest that changes with the packages or with any file of our own."""
    digest = hashlib.sha256((Path(settings.BASE_DIR) / "requirements.txt").read_bytes())
    for folder in map(Path, settings.STATICFILES_DIRS):
        for path in sorted(folder.rglob("*")):
            digest.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(f"  {text}", flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Prepare, holding the embedded database meanwhile."""
    parser = argparse.ArgumentParser(prog="python -m oic.prepare", description=__doc__)
    parser.add_argument("--without-static-files", action="store_true", help="they are there already, as in an image")
    parser.add_argument("--only-static-files", action="store_true", help="no database is asked for")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oic.settings")
    if options.only_static_files:
        django.setup()
        collect_static_files()
        return
    cluster = embedded_cluster()
    if cluster is not None:
        cluster.acquire()
    django.setup()
    try:
        prepare(with_static_files=not options.without_static_files)
    except CommandError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
