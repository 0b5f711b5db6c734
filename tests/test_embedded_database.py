"""The embedded cluster survives what happens to processes, and lets nobody else in."""

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import psutil
import psycopg2
import pytest

from oic.embedded_database import Cluster, EmbeddedDatabaseError, binaries
from oic.embedded_database.account import account_named, can_enter
from oic.embedded_database.binaries import Programs
from oic.embedded_database.cluster import CHECKOUT, LONGEST_SOCKET_DIRECTORY, PORT

USE_AND_WAIT = """
    import sys, time
    from pathlib import Path
    from oic.embedded_database import Cluster
    Cluster("tests", Path(sys.argv[1])).acquire()
    print("holding", flush=True)
    time.sleep(120)
"""


@pytest.fixture(scope="module")
def made_once():
    """A folder with an initialised cluster that does not run; initdb takes most of the time of these tests."""
    with short_folder() as folder:
        cluster = Cluster("tests", folder)
        cluster.acquire().release()
        yield folder


@pytest.fixture
def folder(made_once):
    """A folder of the test's own with a copy of the cluster; whatever runs in it is ended afterwards."""
    with short_folder() as own:
        subprocess.run(["cp", "-a", str(made_once / "tests"), str(own / "tests")], check=True)
        yield own
        Cluster("tests", own).stop(even_if_in_use=True)


@pytest.fixture
def cluster(folder):
    return Cluster("tests", folder)


@contextlib.contextmanager
def short_folder():
    """A folder with a path short enough for a socket, that a server started by root can reach."""
    path = Path(tempfile.mkdtemp(prefix="oic-t-"))
    path.chmod(0o711)
    try:
        yield path.resolve()
    finally:
        shutil.rmtree(path, ignore_errors=True)


def start(code, *arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


@contextlib.contextmanager
def another_process_using(folder):
    process = start(USE_AND_WAIT, folder)
    try:
        assert process.stdout.readline() == "holding\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def ask(cluster, statement="SELECT 1", user="oic_app"):
    connection = psycopg2.connect(host=str(cluster.socket_directory), dbname="oic", user=user, connect_timeout=10)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def servers(cluster):
    return [
        process.pid
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == "postgres" and str(cluster.data) in (process.info["cmdline"] or [])
    ]


def soon(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def postmaster(cluster):
    return int((cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])


def test_it_serves_while_it_is_held_and_stops_after(cluster):
    with cluster.acquire():
        assert ask(cluster) == [(1,)]
        assert cluster.is_running()
    assert not cluster.is_running()
    assert servers(cluster) == []


def test_two_processes_share_one_server_and_the_last_one_stops_it(cluster, folder):
    with another_process_using(folder) as other:
        with cluster.acquire():
            first = postmaster(cluster)
            assert len(servers(cluster)) == 1
        assert postmaster(cluster) == first, "the other process still uses it"
        assert ask(cluster) == [(1,)]
        other.send_signal(signal.SIGTERM)
        other.wait()
        assert soon(lambda: servers(cluster) == [])


def test_processes_that_start_at_once_find_one_server(cluster, folder):
    with contextlib.ExitStack() as stack:
        processes = [start(USE_AND_WAIT, folder) for _ in range(4)]
        for process in processes:
            stack.callback(process.stdout.close)
            stack.callback(process.wait)
            stack.callback(process.kill)
        assert [process.stdout.readline() for process in processes] == ["holding\n"] * 4
        assert len(servers(cluster)) == 1


def test_a_killed_user_leaks_nothing(cluster, folder):
    with another_process_using(folder) as other:
        assert servers(cluster)
        other.kill()
        other.wait()
        assert soon(lambda: servers(cluster) == []), "the keeper stops the server"
    with cluster.acquire():
        assert ask(cluster) == [(1,)]
    assert servers(cluster) == []


def test_a_killed_server_starts_again(cluster):
    with cluster.acquire():
        ask(cluster, "CREATE TABLE kept AS SELECT 7 AS value", user="oic_owner")
        ask(cluster, "CHECKPOINT", user="postgres")
        server = psutil.Process(postmaster(cluster))
        server.kill()
        server.wait(timeout=10)
        with cluster.acquire():
            assert ask(cluster, "SELECT value FROM kept", user="oic_owner") == [(7,)]


def test_a_lock_file_with_the_number_of_another_process_is_no_obstacle(cluster):
    """After kill -9 and a restart of the machine, the number in postmaster.pid may be anybody's."""
    home = cluster.home
    (home / "socket").mkdir(exist_ok=True)
    for path in (home / "data" / "postmaster.pid", home / "socket" / f".s.PGSQL.{PORT}.lock"):
        path.write_text(f"{os.getpid()}\n{home / 'data'}\n1700000000\n{PORT}\n{home / 'socket'}\n\n 0 0\nready\n")
        shutil.chown(path, cluster.account.uid, cluster.account.gid)
    shutil.chown(home / "socket", cluster.account.uid, cluster.account.gid)
    (home / "socket").chmod(0o700)
    assert not cluster.is_running()
    with cluster.acquire():
        assert ask(cluster) == [(1,)]


def test_a_killed_initdb_leaves_nothing_that_looks_ready(folder):
    home = folder / "tests"
    (home / "data").rename(home / "data.unfinished")
    (home / "data.unfinished" / "PG_VERSION").unlink()
    cluster = Cluster("tests", folder)
    with cluster.acquire():
        assert ask(cluster) == [(1,)]
    assert not (home / "data.unfinished").exists()


def test_started_to_stay_it_outlives_its_users_until_it_is_stopped(cluster):
    cluster.start()
    cluster.acquire().release()
    assert cluster.is_running()
    with cluster.acquire():
        assert not cluster.stop(), "in use"
        assert ask(cluster) == [(1,)]
    assert not cluster.is_running()


def test_nobody_else_may_enter(cluster):
    with cluster.acquire():
        for path in (cluster.home, cluster.data, cluster.socket_directory):
            status = path.stat()
            assert stat.S_IMODE(status.st_mode) == 0o700, path
            assert status.st_uid == cluster.account.uid, path
        assert ask(cluster, "SHOW listen_addresses") == [("",)]
        assert ask(cluster, "SHOW unix_socket_permissions") == [("0700",)]
        rules = ask(cluster, "SELECT type, auth_method FROM pg_hba_file_rules", user="postgres")
        assert rules == [("local", "peer")]
        people = ask(cluster, "SELECT sys_name FROM pg_ident_file_mappings", user="postgres")
        assert {name for (name,) in people} == {"root", cluster.account.name}


def test_statements_and_values_stay_out_of_the_log(cluster):
    with cluster.acquire():
        with pytest.raises(psycopg2.Error):
            ask(cluster, "SELECT 'a private name'::integer")
        with pytest.raises(psycopg2.Error):
            ask(cluster, "CREATE TABLE t (v text CHECK (v = '')); INSERT INTO t VALUES ('a private name')", "oic_owner")
    assert "Failing row" not in cluster.log.read_text()
    assert "INSERT" not in cluster.log.read_text()


@pytest.mark.parametrize("kind", ["open to others", "a link", "a file"])
def test_a_socket_folder_that_others_prepared_is_refused(cluster, folder, kind):
    place = cluster.socket_directory
    shutil.rmtree(place, ignore_errors=True)
    match kind:
        case "open to others":
            place.mkdir(mode=0o755)
            place.chmod(0o755)
            shutil.chown(place, cluster.account.uid, cluster.account.gid)
        case "a link":
            (folder / "elsewhere").mkdir(mode=0o700)
            place.symlink_to(folder / "elsewhere")
        case _:
            place.touch()
    with pytest.raises(EmbeddedDatabaseError, match=str(place)):
        cluster.acquire()
    assert servers(cluster) == []


def test_a_long_path_gets_a_short_socket_folder(made_once):
    with short_folder() as folder:
        deep = folder / ("x" * 60) / ("y" * 60)
        deep.mkdir(parents=True)
        subprocess.run(["cp", "-a", str(made_once / "tests"), str(deep / "tests")], check=True)
        cluster = Cluster("tests", deep)
        assert len(str(cluster.socket_directory)) <= LONGEST_SOCKET_DIRECTORY
        assert not cluster.socket_directory.is_relative_to(deep)
        try:
            with cluster.acquire():
                assert ask(cluster) == [(1,)]
                assert stat.S_IMODE(cluster.socket_directory.stat().st_mode) == 0o700
        finally:
            shutil.rmtree(cluster.socket_directory, ignore_errors=True)


def test_an_ordinary_user_needs_nothing_special():
    """Root drops to an ordinary account for this; anybody else is one already."""
    account = ordinary_account()
    with short_folder() as folder:
        if os.geteuid() == 0:
            os.chown(folder, account.pw_uid, account.pw_gid)
        code = """
            import os, sys
            from pathlib import Path
            uid, gid, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
            from oic.embedded_database import Cluster
            if os.geteuid() == 0:
                # Whatever Python needs is loaded by now: root's own folders are closed to others.
                import encodings.idna, subprocess, tempfile, shutil, oic.embedded_database.keeper
                os.setgroups([]); os.setgid(gid); os.setuid(uid)
                Cluster._ensure_keeper = lambda self: None
            cluster = Cluster("tests", folder)
            with cluster.acquire():
                import psycopg2
                with psycopg2.connect(host=str(cluster.socket_directory), dbname="oic", user="oic_app") as connection:
                    cursor = connection.cursor()
                    cursor.execute("SELECT current_user")
                    print(cursor.fetchone()[0], cluster.data.stat().st_uid == uid, flush=True)
                connection.close()
        """
        process = start(code, account.pw_uid, account.pw_gid, folder, stderr=subprocess.PIPE)
        output, errors = process.communicate(timeout=120)
        if os.geteuid() == 0 and "cannot be run by" in errors:
            assert not can_enter(account_named(account.pw_name), CHECKOUT / ".venv")
            return
        assert process.returncode == 0, errors
        assert output == "oic_app True\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root meets folders that the server's account cannot enter")
def test_root_in_a_closed_checkout_keeps_the_data_elsewhere():
    with short_folder() as folder:
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        cluster = Cluster.named("tests", closed / ".data")
        assert not cluster.home.is_relative_to(folder)
        try:
            with cluster.acquire():
                assert ask(cluster) == [(1,)]
                assert stat.S_IMODE(closed.stat().st_mode) == 0o700, "nothing was opened for it"
                assert stat.S_IMODE(cluster.home.stat().st_mode) == 0o700
        finally:
            shutil.rmtree(cluster.base)


def test_the_programs_run_from_a_copy(monkeypatch):
    """Where root's checkout is closed to the server's account, the programs are copied with what they need."""
    with short_folder() as folder:
        monkeypatch.setattr(binaries, "LAST_RESORT_DIRECTORY", folder)
        account = Cluster("tests", folder).account
        copied = Programs(binaries._copied(binaries._installed()) / "bin", account)
        for program in ("initdb", "pg_ctl", "postgres"):
            result = copied.run(program, "--version")
            assert result.returncode == 0, result.stdout
        assert copied.directory.is_relative_to(folder)


def test_the_data_of_the_site_are_kept_by_a_durable_server(folder):
    assert Cluster("site", folder).is_durable
    assert not Cluster("tests", folder).is_durable


def ordinary_account():
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    return pwd.getpwnam("nobody")
