"""`python -m oic.embedded_database start|stop|status|shell`, for a person at a terminal."""

import argparse
import subprocess
import sys

from oic.embedded_database.cluster import Cluster
from oic.embedded_database.errors import EmbeddedDatabaseError
from oic.embedded_database.roles import APP_ROLE, OWNER_ROLE, SITE_DATABASE


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m oic.embedded_database", description=__doc__)
    parser.add_argument("command", choices=["start", "stop", "status", "shell"])
    parser.add_argument("--cluster", choices=["site", "tests", "bench"], default="site")
    parser.add_argument("--now", action="store_true", help="stop: even if processes still use the cluster")
    parser.add_argument("--owner", action="store_true", help="shell: as the owner instead of the site's own role")
    parser.add_argument("rest", nargs="*", help="shell: arguments for psql, after --")
    options = parser.parse_args(arguments)
    cluster = Cluster.named(options.cluster)
    try:
        return _carry_out(cluster, options)
    except EmbeddedDatabaseError as error:
        print(error, file=sys.stderr)
        return 1


def _carry_out(cluster: Cluster, options: argparse.Namespace) -> int:
    match options.command:
        case "start":
            cluster.start()
            print(f"running; socket in {cluster.socket_directory}")
        case "stop":
            if not cluster.stop(even_if_in_use=options.now):
                print("in use: it stops with its last user; --now stops it at once")
                return 1
            print("stopped")
        case "status":
            running = cluster.is_running()
            print(f"{'running' if running else 'stopped'}{', in use' if cluster.is_in_use() else ''}")
            print(f"data in {cluster.data}, socket in {cluster.socket_directory}, log in {cluster.log}")
            return 0 if running else 3
        case _:
            return _shell(cluster, APP_ROLE if not options.owner else OWNER_ROLE, options.rest)
    return 0


def _shell(cluster: Cluster, role: str, rest: list[str]) -> int:
    """Run psql as this process's own account, which the server lets in."""
    with cluster.acquire():
        command = [str(cluster.programs.directory / "psql"), "-h", str(cluster.socket_directory), "-U", role]
        return subprocess.run([*command, "-d", SITE_DATABASE, *rest], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
