"""The site and its tests are a role that owns nothing."""

import contextlib

import psycopg2
import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from oic.database_driver import require_psycopg2
from oic.database_privileges import DELETABLE_TABLES, FUNCTIONS, is_append_only
from oic.environment import OWNER, database
from tests.databases import COPY_PREFIX, lock_number

pytestmark = pytest.mark.django_db


def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_the_driver_is_psycopg2():
    assert require_psycopg2().startswith("2.")
    connection.ensure_connection()
    assert type(connection.connection).__module__.startswith("psycopg2")


def test_tests_run_as_the_role_of_the_site():
    assert ask("SELECT current_user, session_user") == [("oic_app", "oic_app")]


def test_the_role_of_the_site_owns_nothing():
    assert ask("SELECT relname FROM pg_class WHERE relowner = 'oic_app'::regrole") == []
    assert ask("SELECT datname FROM pg_database WHERE datdba = 'oic_app'::regrole") == []
    assert ask("SELECT proname FROM pg_proc WHERE proowner = 'oic_app'::regrole") == []


def test_the_role_of_the_site_has_no_special_right():
    attributes = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
    assert ask(f"SELECT {attributes} FROM pg_roles WHERE rolname = 'oic_app'") == [(False,) * 5]
    assert ask("SELECT has_schema_privilege('public', 'CREATE')") == [(False,)]
    assert ask("SELECT has_database_privilege(current_database(), 'CREATE, TEMPORARY')") == [(False,)]
    assert ask("SELECT count(*) FROM pg_auth_members WHERE member = 'oic_app'::regrole") == [(0,)]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE a_table_of_its_own (id integer)",
        "CREATE TEMPORARY TABLE a_table_of_its_own (id integer)",
        "TRUNCATE agencies_agency",
        "DELETE FROM agencies_agency",
        "ALTER TABLE agencies_agency DISABLE TRIGGER ALL",
        "UPDATE django_migrations SET name = name",
        "SET ROLE oic_owner",
        "CREATE EXTENSION hstore",
    ],
)
def test_the_role_of_the_site_may_not(statement):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_history_is_written_once():
    tables = [name for (name,) in ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    history = [name for name in tables if is_append_only(name)]
    assert history
    for name in history:
        rights = ask(f"SELECT has_table_privilege('{name}', 'INSERT'), has_table_privilege('{name}', 'UPDATE, DELETE')")
        assert rights == [(True, False)], name


def test_only_listed_tables_lose_rows():
    tables = [name for (name,) in ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    deletable = {name for name in tables if ask(f"SELECT has_table_privilege('{name}', 'DELETE')") == [(True,)]}
    assert deletable == DELETABLE_TABLES & set(tables)


@pytest.mark.django_db(transaction=True)
def test_what_a_test_commits_is_gone_after_it_first():
    leave_something_behind()


@pytest.mark.django_db(transaction=True)
def test_what_a_test_commits_is_gone_after_it_second():
    leave_something_behind()


def leave_something_behind():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session WHERE session_key = 'left behind'")
        assert cursor.fetchone() == (0,)
        cursor.execute("INSERT INTO django_session VALUES ('left behind', '', now())")


def test_a_run_removes_what_dead_runs_left_and_nothing_else(test_database):
    """A copy belongs to whoever holds its lock; the lock goes with the connection of its process."""
    dead, alive = f"{COPY_PREFIX}0_dead_main", f"{COPY_PREFIX}0_alive_main"
    with owner_connection() as other, owner_connection() as third, other.cursor() as cursor, third.cursor() as holder:
        for name in (dead, alive):
            cursor.execute(f"CREATE DATABASE {name}")
        holder.execute("SELECT pg_advisory_lock(%s)", [lock_number(alive)])
        test_database.drop_what_dead_runs_left()
        cursor.execute("SELECT datname FROM pg_database WHERE datname IN (%s, %s)", [dead, alive])
        assert cursor.fetchall() == [(alive,)]
        cursor.execute(f"DROP DATABASE {alive}")
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [test_database.name])
        assert cursor.fetchone() == (1,)


@contextlib.contextmanager
def owner_connection():
    """The server counts such locks for each database; all runs take theirs in the site's."""
    place = database(OWNER)
    own = psycopg2.connect(
        host=place["HOST"], user=place["USER"], password=place.get("PASSWORD") or None, dbname=place["NAME"]
    )
    own.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    try:
        yield own
    finally:
        own.close()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_done_as_the_owner_is_done_for_the_site_alone(function):
    assert ask(f"SELECT has_function_privilege('{function}', 'EXECUTE')") == [(True,)]
    assert ask(f"SELECT has_function_privilege('public', '{function}', 'EXECUTE')") == [(False,)]
