"""What goes wrong with a cluster, said in words that name the way out."""


class EmbeddedDatabaseError(Exception):
    """The embedded database cannot be used; the message says why and what to do."""
