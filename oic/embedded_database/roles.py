"""The roles and the database of a new cluster.

The superuser does this and nothing else. `oic_owner` owns the database and migrates; `oic_app` is who the site and
its tests are, owns nothing and may create nothing. `oic.database_privileges` says what it may do to each table.
"""

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection, cursor

SUPERUSER = "postgres"
OWNER_ROLE = "oic_owner"
APP_ROLE = "oic_app"
SITE_DATABASE = "oic"
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")


def set_up_roles(*, socket_directory: str, owner_may_create_databases: bool) -> None:
    """Bring the roles, the template of later databases and the site's database into being; safe to repeat."""
    with _Superuser(socket_directory, "postgres") as steps:
        creation = "CREATEDB" if owner_may_create_databases else "NOCREATEDB"
        for role, right in ((OWNER_ROLE, creation), (APP_ROLE, "NOCREATEDB")):
            steps.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            verb = "ALTER" if steps.fetchone() else "CREATE"
            steps.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS {}").format(
                    sql.SQL(verb), sql.Identifier(role), sql.SQL(right)
                )
            )
        if owner_may_create_databases:
            # Who drops a database may have to end the connections of the site's role to it.
            steps.execute(sql.SQL("GRANT pg_signal_backend TO {}").format(sql.Identifier(OWNER_ROLE)))
    _prepare(socket_directory, "template1")
    with _Superuser(socket_directory, "postgres") as steps:
        steps.execute("SELECT 1 FROM pg_database WHERE datname = %s", [SITE_DATABASE])
        if steps.fetchone() is None:
            steps.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(SITE_DATABASE), sql.Identifier(OWNER_ROLE))
            )
        steps.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(SITE_DATABASE)))
        steps.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                sql.Identifier(SITE_DATABASE), sql.Identifier(APP_ROLE)
            )
        )
    _prepare(socket_directory, SITE_DATABASE)


def _prepare(socket_directory: str, database: str) -> None:
    """Put the extensions into a database; what is in template1 is in every later one."""
    with _Superuser(socket_directory, database) as steps:
        for extension in EXTENSIONS:
            steps.execute("SELECT 1 FROM pg_extension WHERE extname = %s", [extension])
            if steps.fetchone() is None:
                steps.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


class _Superuser:
    """A short connection of the superuser, each statement on its own."""

    def __init__(self, socket_directory: str, database: str) -> None:
        self._socket_directory, self._database = socket_directory, database
        self._connection: connection | None = None

    def __enter__(self) -> cursor:
        self._connection = psycopg2.connect(
            host=self._socket_directory, dbname=self._database, user=SUPERUSER, connect_timeout=10
        )
        self._connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        return self._connection.cursor()

    def __exit__(self, *exc_info: object) -> None:
        if self._connection is not None:
            self._connection.close()
