"""What the site's role may do to each table.

It may read, insert and update. It may delete only where a library's own housekeeping needs it, and it may not change
history once written. The owner hands these rights out after every migration; the list below is all there is.
"""

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg2 import sql

# Tables whose rows come and go: sessions, tokens, jobs, limits and the links of a person to groups and methods.
DELETABLE_TABLES = frozenset(
    {
        "account_emailaddress",
        "account_emailconfirmation",
        "agencies_user_groups",
        "agencies_user_user_permissions",
        "auth_group_permissions",
        "cache_entry",
        "django_session",
        "django_tasks_database_dbtaskresult",
        "mfa_authenticator",
        "oauth2_provider_accesstoken",
        "oauth2_provider_devicegrant",
        "oauth2_provider_grant",
        "oauth2_provider_idtoken",
        "oauth2_provider_refreshtoken",
        "socialaccount_socialaccount",
        "socialaccount_socialtoken",
        "disruptions_idempotencyrecord",
        "disruptions_keptgroups",
        "disruptions_storedfilepart",
        "disruptions_unsavedstep",
        "disruptions_uploadfinding",
        "disruptions_webhookdelivery",
        "agencies_apiclientuse",
        "agencies_idempotencyrecord",
    }
)
# History and audit: written once. History tables of django-pghistory end in `event`.
APPEND_ONLY_ENDINGS = ("event",)
APPEND_ONLY_TABLES = frozenset(
    {
        "agencies_auditentry",
        "disruptions_countingchange",
        "disruptions_digestsent",
        "disruptions_donetogether",
        "disruptions_duplicatesetaside",
        "disruptions_extractrow",
        "disruptions_mergemove",
        "disruptions_review",
        "disruptions_scoringmodel",
        "disruptions_threatassessment",
        "disruptions_uploadedrow",
        "django_admin_log",
        "pghistory_context",
    }
)
READ_ONLY_TABLES = frozenset(
    {
        "agencies_agency_as_at",
        "disruptions_disruption_as_at",
        "disruptions_ocg_as_at",
        "disruptions_soc_threat_as_at",
        "django_migrations",
        "oic_clock",
    }
)
# Functions that do for the site's role, as the owner, what it may not do itself; nobody else may call them.
FUNCTIONS = ("number_change_events(integer)", "forget_counting_changes()")
TABLE_KINDS = frozenset("rpf")
VIEW_KINDS = frozenset("vm")
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")


def prepare_database() -> None:
    """Before the first migration, as the owner: extensions, and rights for tables still to come.

    With a database of one's own, somebody allowed to must have made the extensions or the owner must be able to.
    """
    owner, app = _roles()
    with connection.cursor() as cursor:
        for extension in EXTENSIONS:
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = %s", [extension])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        if owner == app:
            return
        _run(cursor, "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {app}", app)
        _run(cursor, "GRANT USAGE ON SCHEMA public TO {app}", app)
        _run(cursor, "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE ON TABLES TO {app}", app)
        _run(cursor, "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {app}", app)


def grant_app_privileges() -> bool:
    """After a migration, as the owner: give each table's rights; False where one role is owner and site at once."""
    owner, app = _roles()
    if owner == app:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        kinds = dict(cursor.fetchall())
        tables = {name for name, kind in kinds.items() if kind in TABLE_KINDS}
        views = {name for name, kind in kinds.items() if kind in VIEW_KINDS}
        _run(cursor, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {app}", app)
        for rights, names in _rights(tables, views).items():
            if names:
                statement = sql.SQL("GRANT {rights} ON {tables} TO {app}").format(
                    rights=sql.SQL(rights),
                    tables=sql.SQL(", ").join(map(sql.Identifier, sorted(names))),
                    app=sql.Identifier(app),
                )
                cursor.execute(statement)
        _run(cursor, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {app}", app)
        for function in FUNCTIONS:
            cursor.execute("SELECT to_regprocedure(%s) IS NOT NULL", [function])
            if cursor.fetchone()[0]:
                _run(cursor, f"GRANT EXECUTE ON FUNCTION {function} TO {{app}}", app)
    return True


def is_append_only(table: str) -> bool:
    """Say whether a row of the table may never change."""
    return table in APPEND_ONLY_TABLES or table.endswith(APPEND_ONLY_ENDINGS)


def _rights(tables: set[str], views: set[str]) -> dict[str, set[str]]:
    """Sort tables and views by what the site's role may do to them."""
    read_only = tables & READ_ONLY_TABLES
    append_only = {table for table in tables if is_append_only(table)} - read_only
    deletable = (tables & DELETABLE_TABLES) - append_only - read_only
    return {
        "SELECT": read_only | views,
        "SELECT, INSERT": append_only,
        "SELECT, INSERT, UPDATE, DELETE": deletable,
        "SELECT, INSERT, UPDATE": tables - read_only - append_only - deletable,
    }


def _roles() -> tuple[str, str]:
    return settings.DATABASE_OWNER_ROLE, settings.DATABASE_APP_ROLE


def _run(cursor: CursorWrapper, statement: str, app: str) -> None:
    cursor.execute(sql.SQL(statement).format(app=sql.Identifier(app)))
