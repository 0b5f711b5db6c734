"""What the environment says: secrets from a variable or a file it names, the database from one address or none."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections

from oic.embedded_database import APP_ROLE, OWNER_ROLE, SITE_DATABASE, Cluster

env = environ.Env()

POSTGRESQL = "django.db.backends.postgresql"
OWNER, APP = "owner", "app"
# The database's name stays: a test's copy has one of its own.
PLACE_OF_A_ROLE = ("USER", "PASSWORD", "HOST", "PORT")


def secret(name: str, default: str = "") -> str:
    """Return a secret from the file that `<name>_FILE` names, or else from `<name>` itself."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text().strip()
    return os.environ.get(name, default)


def embedded_cluster() -> Cluster | None:
    """Return the cluster that this process must hold while it uses the database; None with a DATABASE_URL."""
    if secret("DATABASE_URL"):
        return None
    return Cluster.named(os.environ.get("EMBEDDED_DATABASE", "site"))


def database_roles() -> tuple[str, str]:
    """Return the names of the roles: who owns and migrates, and who the site is."""
    if not secret("DATABASE_URL"):
        return OWNER_ROLE, APP_ROLE
    app = str(_parsed("DATABASE_URL")["USER"])
    return (str(_parsed("OWNER_DATABASE_URL")["USER"]) if secret("OWNER_DATABASE_URL") else app), app


WITHOUT_JIT = "-c jit=off"
"""Compiling a query costs more than it saves in all of ours: the dashboard's takes 1.8 times as long with it."""


def database(role: str | None = None) -> dict[str, Any]:
    """Return Django's settings of the one database, for this role or the one that `DATABASE_ROLE` asks for."""
    role = role or os.environ.get("DATABASE_ROLE", APP)
    if role not in (OWNER, APP):
        raise ImproperlyConfigured(f"DATABASE_ROLE is {role!r}: it must be {OWNER!r} or {APP!r}.")
    cluster = embedded_cluster()
    if cluster is not None:
        place: dict[str, Any] = {
            "ENGINE": POSTGRESQL,
            "NAME": SITE_DATABASE,
            "USER": OWNER_ROLE if role == OWNER else APP_ROLE,
            "HOST": str(cluster.socket_directory),
        }
    elif role == OWNER and secret("OWNER_DATABASE_URL"):
        place = _parsed("OWNER_DATABASE_URL")
    else:
        place = _parsed("DATABASE_URL")
    return place | {
        "CONN_MAX_AGE": env.int("DATABASE_CONNECTION_SECONDS", default=60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10, "application_name": f"oic-{role}", "options": WITHOUT_JIT}
        | place.get("OPTIONS", {}),
    }


@contextmanager
def connected_as(role: str) -> Iterator[None]:
    """Let Django's connection belong to this role meanwhile; whatever is open on it is closed before and after."""
    connection = connections[DEFAULT_DB_ALIAS]
    wanted = database(role)
    before = {name: connection.settings_dict[name] for name in PLACE_OF_A_ROLE}
    connection.close()
    connection.settings_dict.update({name: wanted.get(name, "") for name in PLACE_OF_A_ROLE})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def _parsed(name: str) -> dict[str, Any]:
    address: dict[str, Any] = dict(env.db_url_config(secret(name)))
    if address.get("ENGINE") != POSTGRESQL:
        raise ImproperlyConfigured(f"{name} must begin with postgresql://; no other database is supported.")
    # A socket's folder is written percent-encoded in the place of the host.
    return address | {"HOST": unquote(address["HOST"] or "")}
