"""Test databases: migrated once by the owner, copied for each process, used as the site's role.

A database that the owner has migrated is kept as a template, under a name made from everything that decides its
shape, so that a later run copies it in a tenth of a second. Every process of every run has a copy under a name of its
own. An advisory lock says that its process lives; the server drops it with the connection, so a copy whose lock can
be had belongs to nobody and is removed.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg2
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from oic.environment import OWNER, connected_as, database

COPY_PREFIX = "test_oic_"
TEMPLATE_PREFIX = "template_oic_"
DEMONSTRATION_PREFIX = "demonstration_oic_"
BUILDING = "building_template_oic"
# Any number that nothing else in the server uses.
CHANGING_DATABASES = 7_140_021


class TestDatabase:
    """This process's own copy, and the owner's connection that keeps it alive."""

    __test__ = False

    def __init__(self, *, rebuild: bool = False) -> None:
        self._owner_settings = database(OWNER)
        self._owner = psycopg2.connect(**_connection_values(self._owner_settings, self._owner_settings["NAME"]))
        self._owner.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.name = f"{COPY_PREFIX}{os.getpid()}_{secrets.token_hex(4)}_{worker}"
        self._template = f"{TEMPLATE_PREFIX}{shape_of_the_database()}"
        self._run("SELECT pg_advisory_lock(%s)", [lock_number(self.name)])
        with self._changing():
            self.drop_what_dead_runs_left()
            if rebuild or not self._exists(self._template):
                self._build_template()
            self._copy()
        connection.close()
        connection.settings_dict["NAME"] = self.name

    def restore(self) -> None:
        """Put the copy back to the state just after migrating, whatever a test committed."""
        connections.close_all()
        with self._changing():
            self._drop(self.name)
            self._copy()

    def hold_demonstration(self) -> None:
        """Put the copy to the state just after loading the demonstration, which is loaded once and kept as a template.

        ``restore`` puts it back. Another process that wants the demonstration meanwhile waits.
        """
        connections.close_all()
        template = f"{DEMONSTRATION_PREFIX}{shape_of_the_demonstration()}"
        self._run("SELECT pg_advisory_lock(%s)", [lock_number(DEMONSTRATION_PREFIX)])
        try:
            if not self._exists(template):
                self._build_demonstration(template)
            with self._changing():
                self._drop(self.name)
                self._copy(template)
        finally:
            self._run("SELECT pg_advisory_unlock(%s)", [lock_number(DEMONSTRATION_PREFIX)])

    def drop(self) -> None:
        """Remove the copy and let go."""
        connections.close_all()
        self._drop(self.name)
        self._owner.close()

    def as_owner(self) -> AbstractContextManager[None]:
        """Let Django's connection be the owner's meanwhile; whatever is open on it is closed first."""
        return connected_as(OWNER)

    def run_as_owner(self, statement: str) -> None:
        """Run a statement in this copy as the owner, committed at once, whatever is open on Django's connection."""
        with closing(psycopg2.connect(**_connection_values(self._owner_settings, self.name))) as owner:
            owner.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            with owner.cursor() as cursor:
                cursor.execute(statement)

    def _build_template(self) -> None:
        """Migrate a new database as the owner; it gets the template's name only when all went well."""
        for name in (BUILDING, *self._databases(TEMPLATE_PREFIX)):
            self._drop(name)
        self._run(_statement("CREATE DATABASE {}", BUILDING))
        self._run(_statement("REVOKE ALL ON DATABASE {} FROM PUBLIC", BUILDING))
        before = connection.settings_dict["NAME"]
        connection.settings_dict["NAME"] = BUILDING
        try:
            with self.as_owner():
                call_command("migrate", verbosity=0, interactive=False)
        finally:
            connection.settings_dict["NAME"] = before
        self._run(_statement("ALTER DATABASE {} RENAME TO {}", BUILDING, self._template))

    def _build_demonstration(self, template: str) -> None:
        """Load the demonstration into this process's copy, as the site's role, and keep that as a template."""
        for name in self._databases(DEMONSTRATION_PREFIX):
            self._drop(name)
        self.restore()
        self.run_as_owner("UPDATE oic_clock SET session_clock_allowed = true")
        with override_settings(DEMO=True):
            call_command("load_demonstration", stdout=StringIO())
        self.run_as_owner("UPDATE oic_clock SET session_clock_allowed = false")
        self.run_as_owner("ANALYZE")
        connections.close_all()
        with self._changing():
            self._run(_statement("CREATE DATABASE {} TEMPLATE {}", template, self.name))
            self._run(_statement("REVOKE ALL ON DATABASE {} FROM PUBLIC", template))

    def _copy(self, template: str = "") -> None:
        self._run(_statement("CREATE DATABASE {} TEMPLATE {}", self.name, template or self._template))
        # Rights on a database itself are not copied with it.
        self._run(_statement("REVOKE ALL ON DATABASE {} FROM PUBLIC", self.name))
        self._run(_statement("GRANT CONNECT ON DATABASE {} TO {}", self.name, settings.DATABASE_APP_ROLE))

    def drop_what_dead_runs_left(self) -> None:
        for name in self._databases(COPY_PREFIX):
            if name != self.name and self._run("SELECT pg_try_advisory_lock(%s)", [lock_number(name)])[0][0]:
                self._drop(name)
                self._run("SELECT pg_advisory_unlock(%s)", [lock_number(name)])

    @contextmanager
    def _changing(self) -> Iterator[None]:
        self._run("SELECT pg_advisory_lock(%s)", [CHANGING_DATABASES])
        try:
            yield
        finally:
            self._run("SELECT pg_advisory_unlock(%s)", [CHANGING_DATABASES])

    def _databases(self, prefix: str) -> list[str]:
        rows = self._run("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        return [name for (name,) in rows]

    def _exists(self, name: str) -> bool:
        return bool(self._run("SELECT 1 FROM pg_database WHERE datname = %s", [name]))

    def _drop(self, name: str) -> None:
        self._run(_statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))

    def _run(self, statement: str | sql.Composable, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        with self._owner.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


def shape_of_the_demonstration() -> str:
    """Return a short digest of all that the loaded demonstration depends on."""
    root = Path(settings.BASE_DIR)
    digest = hashlib.sha256(shape_of_the_database().encode())
    for folder in ("agencies/reference", "agencies/services", "disruptions"):
        for path in sorted(Path(root, folder).rglob("*")):
            if path.suffix in {".py", ".csv"} and not {"views", "api", "urls"} & set(path.parts):
                digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def shape_of_the_database() -> str:
    """Return a short digest of all that a migrated database depends on."""
    root = Path(settings.BASE_DIR)
    digest = hashlib.sha256()
    files = [root / "requirements.txt", root / "oic" / "database_privileges.py", root / "oic" / "settings.py"]
    for app in apps.get_app_configs():
        if Path(app.path).is_relative_to(root / ".venv") or not Path(app.path).is_relative_to(root):
            continue
        files += sorted(Path(app.path, "migrations").rglob("*.py"))
    for path in files:
        digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _connection_values(settings_of_database: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {
        "host": settings_of_database["HOST"] or None,
        "port": settings_of_database.get("PORT") or None,
        "user": settings_of_database["USER"],
        "password": settings_of_database.get("PASSWORD") or None,
        "dbname": name,
    }


def _statement(text: str, *names: str) -> sql.Composable:
    return sql.SQL(text).format(*map(sql.Identifier, names))


def lock_number(name: str) -> int:
    """Return the advisory lock's number of a database; 60 bits, so that it fits a signed bigint."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:15], 16)
