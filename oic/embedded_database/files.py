"""Folders and files that belong to the server's account, and locks on them."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from oic.embedded_database.account import Account, is_root
from oic.embedded_database.errors import EmbeddedDatabaseError

PRIVATE = 0o700


def make_shared_directory(path: Path, account: Account | None = None) -> None:
    """Make a folder that others may pass but not list, with its parents; leave an existing one as it is."""
    if path.exists():
        return
    make_shared_directory(path.parent, account)
    path.mkdir(exist_ok=True)
    path.chmod(0o711)
    if account is not None:
        give(path, account)


def make_private_directory(path: Path, account: Account) -> None:
    """Make a folder that only the account may enter, or make sure that the one there is such a folder.

    A folder under a name that others could have taken first is used only if it is a real folder, belongs to the
    account and is closed to everybody else.
    """
    with suppress(FileExistsError):
        path.mkdir(mode=PRIVATE)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise EmbeddedDatabaseError(f"{path} is not a folder: remove it.")
    if is_root() and status.st_uid == 0:
        path.chmod(PRIVATE)
        give(path, account)
        status = path.lstat()
    if status.st_uid != account.uid:
        raise EmbeddedDatabaseError(
            f"{path} belongs to another account than {account.name}, which runs the database: "
            "remove it, or start as the account that made it."
        )
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise EmbeddedDatabaseError(f"{path} is open to other accounts: remove it, or close it with chmod 700.")


def give(path: Path, account: Account) -> None:
    """Hand a file or folder to the account; only root can and needs to."""
    if is_root() and path.lstat().st_uid != account.uid:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def open_lock(path: Path, account: Account) -> int:
    """Open a lock file, making it if needed, and return its descriptor; no child inherits it over exec."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    give(path, account)
    return descriptor


@contextmanager
def exclusive(path: Path, account: Account) -> Iterator[None]:
    """Hold a lock that one process has at a time; the kernel drops it with the process."""
    descriptor = open_lock(path, account)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def is_free(path: Path, account: Account) -> bool:
    """Say whether nobody holds the lock, shared or not."""
    descriptor = open_lock(path, account)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)
