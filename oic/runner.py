"""`make run`: everything between a checkout and a site that answers, and nothing left running afterwards.

The runner owns its children: the database it holds, the web server, the worker that does jobs and the one that tells
partner systems of changes. Each child is in a session of its own, so an interrupt typed at the terminal reaches only
the runner, which then stops them in order; the kernel stops them if the runner is killed.
"""

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from oic.demonstration_accounts import PASSWORD, PEOPLE
from oic.embedded_database import EmbeddedDatabaseError, Hold
from oic.environment import embedded_cluster, env
from oic.health import answers

CHECKOUT = Path(__file__).resolve().parent.parent
SECRET_KEY_FILE = CHECKOUT / ".data" / "secret_key"
HOST = "127.0.0.1"
READY_WITHIN_SECONDS = 90
STOPPED_WITHIN_SECONDS = 15
LOOK_EVERY_SECONDS = 0.1
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Stopped(Exception):
    """Somebody asked the runner to stop."""


class Failed(Exception):
    """A step failed; the message says which and what to do."""


class Runner:
    """One run of the site."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked_to_stop = False
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.hold: Hold | None = None

    def run(self) -> None:
        """Serve until asked to stop; raise Failed if a step or a child fails."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            self._start()
            self._announce()
            while True:
                self._look_after_children()
        except Stopped:
            print("\nStopping.", flush=True)
        finally:
            self._stop()

    def _start(self) -> None:
        refuse_a_busy_port(self.port)
        environment = site_environment(self.port)
        print("Starting the database.", flush=True)
        cluster = embedded_cluster()
        if cluster is not None:
            self.hold = cluster.acquire()
        print("Preparing.", flush=True)
        self._start_child("prepare", ["-m", "oic.prepare"], environment)
        self._wait_for_end("prepare")
        self._start_child("web", ["-m", "gunicorn", "-c", "python:oic.gunicorn_configuration", "oic.wsgi"], environment)
        self._start_child("worker", ["manage.py", "db_worker"], environment)
        self._start_child("webhooks", ["manage.py", "deliver_webhooks"], environment)
        self._wait_until_ready()

    def _start_child(self, name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        if self.asked_to_stop:
            raise Stopped
        self.children[name] = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - this process has one thread
        )

    def _wait_for_end(self, name: str) -> None:
        """Wait for a child that is meant to end, watching for a wish to stop."""
        child = self.children[name]
        while child.poll() is None:
            if self.asked_to_stop:
                raise Stopped
            time.sleep(LOOK_EVERY_SECONDS)
        del self.children[name]
        if child.returncode != 0:
            raise Failed(f"`python -m oic.{name}` failed; what it wrote stands above.")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while not answers(f"http://{HOST}:{self.port}/health/"):
            self._look_after_children()
            if time.monotonic() > deadline:
                raise Failed(f"the site did not answer within {READY_WITHIN_SECONDS} seconds.")

    def _look_after_children(self) -> None:
        """Sleep a moment; raise when asked to stop or when a child ended by itself."""
        time.sleep(LOOK_EVERY_SECONDS)
        if self.asked_to_stop:
            raise Stopped
        for name, child in self.children.items():
            if child.poll() is not None:
                raise Failed(f"the {name} process ended by itself with code {child.returncode}.")

    def _stop(self) -> None:
        """Stop the children, the quick way for those that take too long, then let go of the database."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOPPED_WITHIN_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        if self.hold is not None:
            self.hold.release()

    def _announce(self) -> None:
        lines = [f"Serving on http://{HOST}:{self.port}/  (Ctrl-C stops it)"]
        if env.bool("DEMO", default=False):
            width = max(map(len, PEOPLE))
            lines += ["", "Demonstration: fictional people and groups. Accounts:"]
            lines += [f"  {address.ljust(width)}  {what}" for address, what in PEOPLE.items()]
            lines += [f"Password of each: {PASSWORD}"]
            lines += [f"API clients: id demo-<agency code>, secret {PASSWORD}; tokens at /oauth/token/"]
            lines += ["API client for trying things out: id demo-surrey-sandbox"]
        print("\n".join(lines), flush=True)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True


def end_with_parent() -> None:
    """Ask the kernel to end this child when the runner is gone, however that happened (Linux only)."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def refuse_a_busy_port(port: int) -> None:
    """Raise Failed if the port is taken, before anything is started."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Failed(
                f"port {port} of {HOST} cannot be used ({error.strerror}): "
                f"stop what uses it, or choose another one: make run PORT={port + 1}"
            ) from error


def site_environment(port: int) -> dict[str, str]:
    """Return the children's environment: the port, and a secret key of this checkout's own if none is given."""
    environment = {"LOG_LEVEL": "WARNING"} | dict(os.environ)
    environment |= {"PORT": str(port), "DJANGO_SETTINGS_MODULE": "oic.settings"}
    if not environment.get("SECRET_KEY") and not environment.get("SECRET_KEY_FILE"):
        environment["SECRET_KEY_FILE"] = str(own_secret_key_file())
    if env.bool("DEMO", default=False):
        # A demonstration that is served on this machine only may tell a partner system on this machine of changes.
        environment.setdefault("WEBHOOK_PRIVATE_ADDRESSES", "1")
    return environment


def own_secret_key_file() -> Path:
    """Return the file with this checkout's secret key, making it on first use, readable by its owner only."""
    if not SECRET_KEY_FILE.exists():
        SECRET_KEY_FILE.parent.mkdir(mode=0o711, exist_ok=True)
        descriptor = os.open(SECRET_KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return SECRET_KEY_FILE


def main() -> int:
    """Run the site and return the exit code."""
    try:
        Runner(env.int("PORT", default=8000)).run()
    except (Failed, EmbeddedDatabaseError) as error:
        print(f"\nCannot run: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
