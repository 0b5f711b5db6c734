"""The process that stops a server whose users were all killed.

Run as `python -m oic.embedded_database.keeper NAME FOLDER`; it waits for the lock of the users and ends with the
server. A user that leaves in good order stops the server itself, and the keeper then finds nothing to do.
"""

import fcntl
import os
import sys
from pathlib import Path

from oic.embedded_database.cluster import Cluster
from oic.embedded_database.files import open_lock


def keep(cluster: Cluster) -> None:
    """Stop the server once nobody uses it; return at once if another keeper is there."""
    descriptor = open_lock(cluster.keeper_lock, cluster.account)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    try:
        while True:
            cluster.wait_until_unused()
            if cluster.is_pinned() or cluster.stop_if_unused():
                return
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    keep(Cluster(sys.argv[1], Path(sys.argv[2])))
