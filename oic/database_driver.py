"""The one database driver: psycopg2."""

from importlib.metadata import version
from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured


def require_psycopg2() -> str:
    """Return psycopg2's version; refuse a machine with psycopg 3, which Django would silently prefer."""
    if find_spec("psycopg") is not None:
        raise ImproperlyConfigured("psycopg 3 is installed and Django would use it: uninstall the package psycopg.")
    return version("psycopg2-binary")
