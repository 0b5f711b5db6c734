"""Which operating-system account runs the server, and what that account can reach.

PostgreSQL refuses to run as root. Started by root, the server runs as the account that owns the data, or else as a
dedicated one that may sign in nowhere. Started by anybody else, it runs as that person.
"""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from oic.embedded_database.errors import EmbeddedDatabaseError

DEDICATED_ACCOUNT = "oic_postgres"
NEW_ACCOUNT = [
    "--system",
    "--user-group",
    "--no-create-home",
    "--home-dir",
    "/nonexistent",
    "--shell",
    "/usr/sbin/nologin",
]
FALLBACK_ACCOUNTS = ("postgres", "nobody")
LAST_RESORT_DIRECTORY = Path("/var/lib/oic-disruptions")


@dataclass(frozen=True)
class Account:
    """An account of the machine."""

    name: str
    uid: int
    gid: int

    @property
    def needs_switch(self) -> bool:
        """Say whether a process has to change its account to run as this one."""
        return os.geteuid() != self.uid


def is_root() -> bool:
    """Say whether this process may change accounts and read everything."""
    return os.geteuid() == 0


def account_of(uid: int) -> Account | None:
    """Return the account with this number, None if the machine does not list it."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def account_named(name: str) -> Account | None:
    """Return the account with this name, None if there is none."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def current_account() -> Account:
    """Return the account of this process; initdb refuses one that the machine does not list."""
    account = account_of(os.geteuid())
    if account is None:
        raise EmbeddedDatabaseError(
            f"user id {os.geteuid()} has no entry in the list of accounts, and PostgreSQL needs one: "
            "add the entry, or set DATABASE_URL."
        )
    return account


def owner_of_first_existing(*paths: Path) -> Account | None:
    """Return the account owning the first path that exists; None for root or for an unlisted owner."""
    for path in paths:
        if path.exists():
            uid = path.stat().st_uid
            return account_of(uid) if uid != 0 else None
    return None


def dedicated_account() -> Account:
    """Return the account that root hands the server to, making it on first use."""
    account = account_named(DEDICATED_ACCOUNT)
    if account is not None:
        return account
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is not None:
        subprocess.run(
            [useradd, *NEW_ACCOUNT, DEDICATED_ACCOUNT],
            check=False,
            capture_output=True,
        )
    for name in (DEDICATED_ACCOUNT, *FALLBACK_ACCOUNTS):
        account = account_named(name)
        if account is not None and account.uid != 0:
            return account
    raise EmbeddedDatabaseError(
        "PostgreSQL refuses to run as root and no other account is there to run it: "
        f"add one named {DEDICATED_ACCOUNT}, start as an ordinary user, or set DATABASE_URL."
    )


def can_enter(account: Account | None, directory: Path) -> bool:
    """Say whether the account may pass every folder down to this one; folders still to be made count as passable.

    With no account the question is asked for anybody.
    """
    return all(_may_pass(account, each) for each in (directory, *directory.parents) if each.exists())


def can_run(account: Account, program: Path) -> bool:
    """Say whether the account may reach and execute the program."""
    return program.exists() and can_enter(account, program.parent) and _may_pass(account, program)


def _may_pass(account: Account | None, path: Path) -> bool:
    status = path.stat()
    if account is not None and status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if account is not None and status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
