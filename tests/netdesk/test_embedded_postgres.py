"""The embedded PostgreSQL: it keeps its data, belongs to one process, and lets nobody else near."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from netdesk.children import CannotStart
from netdesk.embedded_postgres import Cluster
from netdesk.postgres_binaries import copy_binaries, find_binaries, server_user

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*fork:DeprecationWarning"
)  # Python 3.12 and later, once threads are about
ROOT = Path(__file__).resolve().parents[2]
StartOther = Callable[[Path], "subprocess.Popen[str]"]
IS_ROOT = os.geteuid() == 0
OTHER_PROCESS = """
import sys, time
from pathlib import Path
from netdesk.embedded_postgres import Cluster
with Cluster(Path(sys.argv[1])) as cluster:
    print("owner" if cluster.server else "attached", cluster.url("postgres"), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike tmp_path; what a cluster placed outside it goes as well."""
    with open_folder() as place:
        yield place


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    """A running cluster with its database."""
    with open_folder() as place, Cluster(place / "run") as cluster:
        cluster.ensure_database("netdesk")
        yield cluster


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(dir="/tmp"))
    place.chmod(0o755)
    yield place
    for pointer in list(place.rglob("*-elsewhere")):
        shutil.rmtree(pointer.read_text().partition("\n")[2], ignore_errors=True)
    shutil.rmtree(place)


@pytest.fixture
def start_other() -> Iterator[StartOther]:
    """Start another process that uses the cluster of a folder until its input is closed."""
    processes = []

    def start(folder: Path) -> "subprocess.Popen[str]":
        argv = [sys.executable, "-c", OTHER_PROCESS, str(folder)]
        processes.append(subprocess.Popen(argv, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        return processes[-1]

    yield start
    for process in processes:
        process.communicate()


def ask(cluster: Cluster, statement: str) -> object:
    with psycopg.connect(cluster.url("netdesk"), port=5432) as connection:
        answer = connection.execute(statement)  # type: ignore[call-overload]
        return answer.fetchone()[0] if answer.description else None


def test_start_again_finds_what_was_written(folder: Path) -> None:
    for _ in range(2):
        with Cluster(folder / "run") as cluster:
            cluster.ensure_database("netdesk")
            ask(cluster, "CREATE TABLE IF NOT EXISTS kept AS SELECT 1 AS number")
    with Cluster(folder / "run") as cluster:
        assert ask(cluster, "SELECT number FROM kept") == 1


def test_start_of_a_throwaway_cluster_is_empty(folder: Path) -> None:
    for _ in range(2):
        with Cluster(folder / "test", throwaway=True) as cluster:
            cluster.ensure_database("netdesk")
            ask(cluster, "CREATE TABLE fresh ()")
    assert not (folder / "test" / "data").exists()


def test_start_is_private_and_in_utc(running: Cluster) -> None:
    names = ("listen_addresses", "timezone", "synchronous_commit", "fsync", "unix_socket_permissions")
    assert [ask(running, f"SHOW {name}") for name in names] == ["", "UTC", "on", "on", "0700"]
    assert [oct(place.stat().st_mode & 0o777) for place in (running.data, running.socket)] == ["0o700", "0o700"]


def test_log_keeps_no_value(running: Cluster) -> None:
    ask(running, "CREATE TABLE once (word text PRIMARY KEY)")
    ask(running, "INSERT INTO once VALUES ('secret-word')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        ask(running, "INSERT INTO once VALUES ('secret-word')")
    log = (running.folder / "log").read_text()
    assert ("duplicate key" in log, "secret-word" in log) == (True, False)


def test_second_process_attaches_and_leaves_the_server_running(running: Cluster, start_other: StartOther) -> None:
    output, _ = start_other(running.folder).communicate()
    assert output == f"attached {running.url('postgres')}\n"
    assert ask(running, "SELECT 1") == 1


def test_killed_owner_takes_the_server_along_and_a_new_start_works(folder: Path, start_other: StartOther) -> None:
    owner = start_other(folder / "run")
    assert owner.stdout.readline().startswith("owner ")
    server = int((folder / "run" / "data" / "postmaster.pid").read_text().split()[0])
    owner.send_signal(signal.SIGKILL)
    with Cluster(folder / "run") as cluster:  # at once, while the old server is stopping
        cluster.ensure_database("netdesk")
        assert ask(cluster, "SELECT 1") == 1
        assert cluster.server.process.pid != server
        assert not is_running(server)


def test_killed_server_leaves_a_stale_pid_that_hinders_nothing(folder: Path) -> None:
    with Cluster(folder / "run") as cluster:
        os.kill(cluster.server.process.pid, signal.SIGKILL)
        cluster.server.wait(10)
    pid_file = folder / "run" / "data" / "postmaster.pid"
    user = server_user(pid_file.parent)
    options = {"user": user.uid, "group": user.gid} if user else {}
    stranger = subprocess.Popen(["sleep", "60"], **options)  # has got the number by now
    pid_file.write_text(pid_file.read_text().replace(str(cluster_pid(pid_file)), str(stranger.pid), 1))
    try:
        with Cluster(folder / "run") as cluster:
            assert cluster_pid(pid_file) == cluster.server.process.pid
            assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def is_running(pid: int) -> bool:
    """Whether this process is there and not a zombie."""
    status = Path("/proc", str(pid), "stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def cluster_pid(pid_file: Path) -> int:
    return int(pid_file.read_text().split()[0])


def test_long_path_has_its_socket_elsewhere_and_others_find_it(folder: Path, start_other: StartOther) -> None:
    long = folder / ("a-very-long-name-of-a-folder-" * 4) / "電子 保証"
    long.mkdir(parents=True)
    of_another = folder / "place"
    of_another.mkdir(mode=0o700)
    (long / "socket-elsewhere").write_text(f"/the/clone/that/this/was/copied/from\n{of_another}")
    with Cluster(long) as cluster:
        cluster.ensure_database("netdesk")
        assert (cluster.socket.parent, len(bytes(cluster.socket)) < 90) == (Path("/tmp"), True)
        output, _ = start_other(long).communicate()
        assert output == f"attached {cluster.url('postgres')}\n"


def test_place_outside_that_others_may_write_is_refused(folder: Path) -> None:
    long, place = folder / ("x" * 100), folder / "taken"
    long.mkdir()
    place.mkdir()
    place.chmod(0o777)
    (long / "socket-elsewhere").write_text(f"{long}\n{place}")
    with pytest.raises(CannotStart) as refusal:
        Cluster(long).start()
    assert str(refusal.value) == f"{place} is not ours alone: remove {long / 'socket-elsewhere'} and start again."


@pytest.mark.skipif(not IS_ROOT, reason="only root's server runs as another user")
def test_root_below_a_closed_folder_keeps_the_data_outside(folder: Path) -> None:
    closed = folder / "home"
    closed.mkdir(mode=0o700)
    for _ in range(2):
        with Cluster(closed / "run") as cluster:
            cluster.ensure_database("netdesk")
            ask(cluster, "CREATE TABLE IF NOT EXISTS kept ()")
    assert (closed / "run" / "data-elsewhere").read_text() == f"{closed / 'run'}\n{cluster.data.parent}"
    assert oct(closed.stat().st_mode & 0o777) == "0o700"
    assert cluster.data.parent.name.startswith("netdesk-postgres-")


@pytest.mark.skipif(not IS_ROOT, reason="only root can become another user")
def test_ordinary_user_needs_nothing_of_root(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = pwd.getpwnam("nobody")
    binaries = find_binaries()
    if not all(parent.stat().st_mode & 0o001 for parent in binaries.parents):
        binaries = copy_binaries(binaries, folder / "programs")
    monkeypatch.setenv("PG_BINDIR", str(binaries))
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    pid = os.fork()
    if pid == 0:  # a child that has all modules already, for nobody may be unable to read this clone
        exit_code = 1
        try:
            os.setgroups([])
            os.setresgid(nobody.pw_gid, nobody.pw_gid, nobody.pw_gid)
            os.setresuid(nobody.pw_uid, nobody.pw_uid, nobody.pw_uid)
            with Cluster(folder / "run") as cluster:
                cluster.ensure_database("netdesk")
                exit_code = 0 if ask(cluster, "SELECT 1") == 1 else 2
        finally:
            os._exit(exit_code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert (folder / "run" / "data").stat().st_uid == nobody.pw_uid


def test_server_that_cannot_start_shows_the_end_of_its_log(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netdesk.embedded_postgres.PATIENCE", 1)
    (folder / "run" / "data").mkdir(parents=True)
    with pytest.raises(CannotStart, match="does not start. The end of .*\n(.*\n)*postgres: could not access"):
        Cluster(folder / "run").start()
