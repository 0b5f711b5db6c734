"""Migrations: none missing, none conflicting, all reversible, named for what they do."""

import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tests.databases import TestDatabase

OWN_APPS = ("agencies", "disruptions")


@pytest.fixture
def loader(db):
    return MigrationLoader(connection)


def test_none_is_missing(loader):
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(loader.graph)
    assert {app: [migration.operations for migration in found] for app, found in changes.items()} == {}


def test_none_conflict(loader):
    assert loader.detect_conflicts() == {}


def test_all_are_applied(db):
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_all_are_named_for_what_they_do(loader):
    names = [name for app, name in loader.disk_migrations if app in OWN_APPS]
    assert names
    assert [name for name in names if not re.fullmatch(r"\d{4}_[a-z][a-z0-9_]*", name) or "auto" in name] == []


def test_every_step_has_a_way_back(loader):
    found = [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in loader.disk_migrations.items()
        if app in OWN_APPS
        for operation in migration.operations
        if not operation.reversible
    ]
    assert found == []


@pytest.mark.deep
@pytest.mark.django_db(transaction=True)
def test_all_can_be_undone_and_done_again(test_database: TestDatabase):
    """Back to before the apps' first table, as the owner, then forward; the database is copied anew afterwards."""
    with test_database.as_owner():
        before = structure()
        call_command("migrate", "disruptions", "zero", verbosity=0, interactive=False)
        assert [name for name in tables() if name.startswith("disruptions_")] == []
        call_command("migrate", verbosity=0, interactive=False)
        assert structure() == before


def tables():
    return [name for (name,) in rows("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")]


def structure():
    """Columns, constraints, indexes, triggers, functions and rights, as the server describes them."""
    return {
        "columns": rows(
            "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
            " WHERE table_schema = 'public' ORDER BY 1, 2"
        ),
        "constraints": rows(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
        ),
        "triggers": rows("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"),
        "functions": rows(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " AND proowner = current_user::regrole ORDER BY 1"
        ),
        "rights": rows(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = 'oic_app' ORDER BY 1, 2"
        ),
    }


def rows(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
