"""Start, share and stop one cluster.

Two locks in the cluster's folder carry everything. `changing` is held while somebody initialises, starts or stops.
`in_use` is held, shared, by every process that uses the cluster; the kernel drops it with the process, however that
ends, so there is no list of process ids to go stale. The last one out stops the server; a small keeper process does
so for users that were killed.
"""

import atexit
import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psutil

from oic.embedded_database.account import (
    DEDICATED_ACCOUNT,
    LAST_RESORT_DIRECTORY,
    Account,
    account_named,
    can_enter,
    current_account,
    dedicated_account,
    is_root,
    owner_of_first_existing,
)
from oic.embedded_database.binaries import Programs, programs_for
from oic.embedded_database.errors import EmbeddedDatabaseError
from oic.embedded_database.files import (
    exclusive,
    give,
    is_free,
    make_private_directory,
    make_shared_directory,
    open_lock,
)
from oic.embedded_database.roles import SUPERUSER, set_up_roles

CHECKOUT = Path(__file__).resolve().parents[2]
PORT = 5432
# A socket's address holds 107 bytes on Linux and 103 elsewhere, the file's own name among them.
LONGEST_SOCKET_DIRECTORY = 103 - len(f"/.s.PGSQL.{PORT}")
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./+@-]+")
LOG_SIZE_KEPT = 10_000_000
ORPHANS_MAY_TAKE_SECONDS = 10.0

# Statements and row values stay out of the server's log: they hold people's names.
COMMON_SETTINGS = {
    "listen_addresses": "''",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_line_prefix": "'%m [%p] %u@%d '",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
DURABLE_SETTINGS = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FAST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "autovacuum": "off",
}


@dataclass(frozen=True)
class Cluster:
    """One cluster: `site` keeps what it is told, `tests` is fast and may be thrown away."""

    name: str
    base: Path

    @classmethod
    def named(cls, name: str, base: Path | None = None) -> "Cluster":
        """Return the cluster of this name under the checkout's data folder, or under `EMBEDDED_DATABASE_DIR`.

        Root may run a checkout that no other account can enter; the data then lie in a folder of root's own, at a
        place made from the checkout's path.
        """
        if base is None:
            base = Path(os.environ.get("EMBEDDED_DATABASE_DIR") or CHECKOUT / ".data")
        base = base.resolve()
        if is_root():
            account = owner_of_first_existing(base / name, base, base.parent) or account_named(DEDICATED_ACCOUNT)
            if not can_enter(account, base):
                base = LAST_RESORT_DIRECTORY / hashlib.sha256(str(base).encode()).hexdigest()[:16]
        return cls(name, base)

    @property
    def home(self) -> Path:
        """The private folder with everything of this cluster."""
        return self.base / self.name

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The server's log; it holds no statements and no values."""
        return self.home / "log"

    @property
    def is_durable(self) -> bool:
        """Say whether a committed change must survive a power cut."""
        return self.name != "tests"

    @property
    def socket_directory(self) -> Path:
        """The only door to the server: a folder that nobody but the server's account may enter.

        A path too long for a socket, or with characters that separate values elsewhere, is replaced by a short one
        made from it.
        """
        override = os.environ.get("EMBEDDED_DATABASE_SOCKET_DIR")
        if override:
            return Path(override) / self.name
        inside = self.home / "socket"
        if len(str(inside).encode()) <= LONGEST_SOCKET_DIRECTORY and PLAIN_PATH.fullmatch(str(inside)):
            return inside
        name = hashlib.sha256(str(self.home).encode()).hexdigest()[:16]
        return Path("/tmp") / f"oic-{name}"  # noqa: S108 - short by need; used only after ownership and mode are checked

    @cached_property
    def account(self) -> Account:
        """The account that runs the server."""
        if not is_root():
            return current_account()
        return owner_of_first_existing(self.home, self.base, self.base.parent) or dedicated_account()

    @cached_property
    def programs(self) -> Programs:
        """The PostgreSQL programs, where the account can run them."""
        return programs_for(self.account)

    def acquire(self) -> "Hold":
        """Use the cluster: start it if it is not running, and keep it running until the hold is released."""
        self._make_home()
        with exclusive(self._changing, self.account):
            descriptor = open_lock(self._in_use, self.account)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            try:
                self._ensure_running()
                keeper = self._ensure_keeper()
            except BaseException:
                os.close(descriptor)
                raise
        return Hold(self, descriptor, keeper)

    def start(self) -> None:
        """Start the cluster and let it run on until `stop`, whoever uses it meanwhile."""
        hold = self.acquire()
        self._pin.touch()
        give(self._pin, self.account)
        hold.release()

    def stop(self, *, even_if_in_use: bool = False) -> bool:
        """Stop the cluster and say whether it is stopped; one in use is left to its last user, unless told."""
        if not self.home.exists():
            return True
        with exclusive(self._changing, self.account):
            self._pin.unlink(missing_ok=True)
            if not even_if_in_use and not is_free(self._in_use, self.account):
                return False
            self._stop_server()
        return True

    def stop_if_unused(self) -> bool:
        """Stop the server unless somebody uses it or asked for it to stay; say whether it is stopped."""
        with exclusive(self._changing, self.account):
            if self._pin.exists() or not is_free(self._in_use, self.account):
                return False
            self._stop_server()
        return True

    def is_running(self) -> bool:
        """Say whether the server of this very data folder runs."""
        return self.data.exists() and self._postmaster() is not None

    def is_pinned(self) -> bool:
        """Say whether the cluster was started to stay."""
        return self._pin.exists()

    def is_in_use(self) -> bool:
        """Say whether a process uses the cluster now."""
        return self.home.exists() and not is_free(self._in_use, self.account)

    def wait_until_unused(self) -> None:
        """Return once no process uses the cluster; the keeper's waiting room."""
        descriptor = open_lock(self._in_use, self.account)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        finally:
            os.close(descriptor)

    @property
    def keeper_lock(self) -> Path:
        """The lock that the keeper holds for as long as it lives."""
        return self.home / "keeper"

    @property
    def _changing(self) -> Path:
        return self.home / "changing"

    @property
    def _in_use(self) -> Path:
        return self.home / "in_use"

    @property
    def _pin(self) -> Path:
        return self.home / "started_to_stay"

    def _make_home(self) -> None:
        owner = owner_of_first_existing(self.base, self.base.parent) if is_root() else None
        make_shared_directory(self.base, owner)
        make_private_directory(self.home, self.account)

    def _ensure_running(self) -> None:
        if self._postmaster() is None:
            self._clear_what_a_dead_server_left()
            self._ensure_initialised()
            make_private_directory(self.socket_directory, self.account)
            self._write_configuration()
            self._start_server()
            set_up_roles(socket_directory=str(self.socket_directory), owner_may_create_databases=not self.is_durable)
        else:
            make_private_directory(self.socket_directory, self.account)

    def _ensure_initialised(self) -> None:
        version_file = self.data / "PG_VERSION"
        if version_file.exists():
            found, wanted = version_file.read_text().strip(), self._major_version()
            if found == wanted:
                return
            if self.is_durable:
                raise EmbeddedDatabaseError(
                    f"{self.data} was made by PostgreSQL {found} and the programs here are version {wanted}: "
                    "dump the database with the old programs and load it with the new ones, or remove the folder."
                )
            shutil.rmtree(self.data)
        # A folder becomes `data` only when it is whole, so a killed initdb leaves nothing that looks ready.
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        result = self.programs.run(
            "initdb",
            f"--pgdata={unfinished}",
            f"--username={SUPERUSER}",
            "--auth=reject",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            *([] if self.is_durable else ["--no-sync"]),
        )
        if result.returncode != 0:
            raise EmbeddedDatabaseError(f"initdb failed for {unfinished}:\n{result.stdout}")
        with (unfinished / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude = 'oic.conf'\n")
        unfinished.rename(self.data)

    def _major_version(self) -> str:
        output = self.programs.run("postgres", "--version").stdout
        match = re.search(r"(\d+)", output)
        if match is None:
            raise EmbeddedDatabaseError(f"the PostgreSQL programs do not run here:\n{output}")
        return match[1]

    def _write_configuration(self) -> None:
        """Write who may connect and how the server behaves.

        Only the server's own account and root may connect at all, proven by the kernel (peer), to any role.
        """
        people = sorted({"root", self.account.name})
        self._write("oic.conf", [f"{name} = {value}" for name, value in self._settings().items() if value])
        self._write("pg_hba.conf", ["local all all peer map=oic"])
        self._write("pg_ident.conf", [f'oic "{person}" all' for person in people])
        if self.log.exists() and self.log.stat().st_size > LOG_SIZE_KEPT:
            self.log.unlink()

    def _settings(self) -> dict[str, str]:
        place = {"unix_socket_directories": f"'{self.socket_directory}'"}
        return COMMON_SETTINGS | (DURABLE_SETTINGS if self.is_durable else FAST_SETTINGS) | place

    def _write(self, name: str, lines: list[str]) -> None:
        path = self.data / name
        path.write_text("".join(f"{line}\n" for line in lines))
        give(path, self.account)

    def _start_server(self) -> None:
        result = self.programs.run("pg_ctl", f"--pgdata={self.data}", f"--log={self.log}", "-w", "-t", "60", "start")
        if result.returncode != 0:
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:]) if self.log.exists() else ""
            raise EmbeddedDatabaseError(f"the database server did not start:\n{result.stdout}\n{self.log}:\n{tail}")

    def _stop_server(self) -> None:
        if self._postmaster() is None:
            return
        result = self.programs.run("pg_ctl", f"--pgdata={self.data}", "-m", "fast", "-w", "-t", "60", "stop")
        if result.returncode != 0 and self._postmaster() is not None:
            raise EmbeddedDatabaseError(f"the database server did not stop:\n{result.stdout}")

    def _postmaster(self) -> psutil.Process | None:
        """Return the running server, told by its working folder: a process id may have a new owner."""
        try:
            number = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        try:
            process = psutil.Process(number)
            return process if process.is_running() and self._works_here(process) else None
        except psutil.Error:
            return None

    def _works_here(self, process: psutil.Process) -> bool:
        if process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return process.cwd().removesuffix(" (deleted)") == str(self.data)

    def _clear_what_a_dead_server_left(self) -> None:
        """Wait for the dead server's children to notice, end those that do not, and remove its lock files."""
        orphans = [process for process in psutil.process_iter(["name"]) if self._is_orphan(process)]
        _, alive = psutil.wait_procs(orphans, timeout=ORPHANS_MAY_TAKE_SECONDS if self.data.exists() else 0)
        for process in alive:
            process.send_signal(signal.SIGQUIT)
        _, alive = psutil.wait_procs(alive, timeout=ORPHANS_MAY_TAKE_SECONDS)
        for process in alive:
            process.kill()
        psutil.wait_procs(alive, timeout=ORPHANS_MAY_TAKE_SECONDS)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        if self.socket_directory.exists():
            make_private_directory(self.socket_directory, self.account)
            for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
                (self.socket_directory / name).unlink(missing_ok=True)

    def _is_orphan(self, process: psutil.Process) -> bool:
        try:
            return process.info["name"] == "postgres" and self._works_here(process)
        except psutil.Error:
            return False

    def _ensure_keeper(self) -> psutil.Process | None:
        """Start the process that stops the server after users that were killed, and return it unless one is there."""
        if not is_free(self.keeper_lock, self.account):
            return None
        keeper = subprocess.Popen(
            [sys.executable, "-m", "oic.embedded_database.keeper", self.name, str(self.base)],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        # It outlives this process by design, so nobody waits for it; without this Python warns of that.
        keeper.returncode = 0
        return psutil.Process(keeper.pid)


class Hold:
    """One process's use of a cluster, released at exit at the latest."""

    def __init__(self, cluster: Cluster, descriptor: int, keeper: psutil.Process | None) -> None:
        self.cluster = cluster
        self._keeper = keeper
        self._descriptor: int | None = descriptor
        self._process_id = os.getpid()
        atexit.register(self.release)

    def release(self) -> None:
        """Stop using the cluster; the last user stops the server. Safe to repeat; a fork's copy does nothing."""
        if self._descriptor is None or os.getpid() != self._process_id:
            return
        os.close(self._descriptor)
        self._descriptor = None
        atexit.unregister(self.release)
        if self.cluster.home.exists() and self.cluster.stop_if_unused():
            self._wait_for_keeper()

    def _wait_for_keeper(self) -> None:
        """Let the keeper see that it is no longer needed, so that nothing at all stays behind."""
        deadline = time.monotonic() + 5
        if self._keeper is not None:
            # One that was started a moment ago may not hold its lock yet.
            with contextlib.suppress(psutil.TimeoutExpired):
                self._keeper.wait(timeout=5)
        while time.monotonic() < deadline and not is_free(self.cluster.keeper_lock, self.cluster.account):
            time.sleep(0.01)

    def __enter__(self) -> "Hold":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.release()
