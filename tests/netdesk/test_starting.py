"""`make run`: it starts all or nothing, stops all in order, and says in a line what hinders it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netdesk.children import CannotStart
from netdesk.starting import plan, welcome

ROOT = Path(__file__).resolve().parents[2]
# A start with small stand-ins for Django: each writes what becomes of it into the file `events`.
STARTER = """
import sys
from pathlib import Path
from netdesk.starting import Plan, main
root, port, database, preparation = sys.argv[1:]
environment = {"DEMO_MODE": "true"} | ({"DATABASE_URL": "none"} if database == "none" else {})
stand_in = [sys.executable, "-c", Path(root, "stand_in.py").read_text()]
services = [("worker", [*stand_in, "worker"]), ("web server", [*stand_in, "web", port])]
steps = [("step", [*stand_in, preparation])]
sys.exit(main(lambda: Plan(Path(root), "127.0.0.1", int(port), environment, steps, services)))
"""
STAND_IN = """
import http.server, os, signal, sys, time
name, url = sys.argv[1], os.environ["DATABASE_URL"]

def write(text):
    with open("events", "a") as events:
        events.write(f"{name} {text}\\n")

def end(*_):
    if url == "none":
        answer = "no database"
    else:
        import psycopg
        answer = "database " + psycopg.connect(url, port=5432).execute("SELECT current_database()").fetchone()[0]
    write(f"ends: {answer}")
    os._exit(0)

signal.signal(signal.SIGTERM, end)
signal.alarm(30)  # no stand-in outlives a failed test for long
if name == "bad":
    sys.exit("this step went wrong")
elif name != "step":
    write(os.getpid())
if name == "worker":
    time.sleep(60)
elif name == "web":
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[2])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


class Start:
    """One `make run` in a folder, with what it said and what became of its services."""

    def __init__(self, root: Path, port: int, *, database: str = "none", preparation: str = "step") -> None:
        (root / "stand_in.py").write_text(STAND_IN)
        self.root, self.port = root, port
        argv = [sys.executable, "-c", STARTER, str(root), str(port), database, preparation]
        self.process = subprocess.Popen(argv, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def await_running(self) -> None:
        for line in self.process.stdout:
            if line == "Ctrl-C stops everything.\n":
                return
        raise AssertionError("it ended")

    def end(self, number: signal.Signals | None = None) -> tuple[int, str]:
        """Send a signal and return the exit code and the rest of the output."""
        if number:
            self.process.send_signal(number)
        output, _ = self.process.communicate(timeout=10)
        return self.process.returncode, output.strip()

    @property
    def events(self) -> list[str]:
        file = self.root / "events"
        return file.read_text().splitlines() if file.exists() else []

    @property
    def services(self) -> dict[str, int]:
        """The numbers of the processes of the services."""
        return {name: int(rest) for name, _, rest in (line.partition(" ") for line in self.events) if rest.isdigit()}


@pytest.fixture
def port(socket_enabled: None) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def start(port: int) -> Iterator[Callable[..., Start]]:
    """Start in one folder (that every user may enter) on one port; whatever still runs at the end is stopped."""
    started = []
    root = Path(tempfile.mkdtemp(dir="/tmp"))
    root.chmod(0o755)

    def begin(**options: str) -> Start:
        started.append(Start(root, port, **options))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.process.terminate()
            one.process.wait(20)
        one.process.stdout.close()
        for pid in filter(is_running, one.services.values()):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(root)


def is_running(pid: int) -> bool:
    status = Path("/proc", str(pid), "stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_run_stops_in_order_with_the_database_last(start: Callable[..., Start]) -> None:
    one = start(database="embedded")
    one.await_running()
    assert one.end(signal.SIGINT) == (0, "Stopping ...\nStopped.")
    assert one.events[2:] == ["web ends: database netdesk", "worker ends: database netdesk"]
    assert not any(map(is_running, one.services.values()))


def test_run_on_a_given_server_starts_none(start: Callable[..., Start]) -> None:
    one = start()
    one.await_running()
    assert one.end(signal.SIGTERM) == (0, "Stopping ...\nStopped.")
    assert one.events[2:] == ["web ends: no database", "worker ends: no database"]
    assert [path.name for path in Path(one.root, ".postgres").iterdir()] == ["running"]


def test_run_on_a_taken_port_says_so_before_anything_starts(start: Callable[..., Start], port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        one = start(database="embedded")
        line = f"Port {port} of 127.0.0.1 is taken by another program; try: make run PORT=8001"
        assert one.end() == (1, line)
    assert (one.events, Path(one.root, ".postgres/run").exists()) == ([], False)


def test_second_run_says_where_the_first_is(start: Callable[..., Start], port: int) -> None:
    one = start()
    one.await_running()
    assert start().end() == (1, f"Net Desk is already running in this folder: http://127.0.0.1:{port}/")
    assert all(map(is_running, one.services.values()))


def test_service_that_ends_by_itself_stops_the_rest(start: Callable[..., Start]) -> None:
    one = start()
    one.await_running()
    os.kill(one.services["worker"], signal.SIGKILL)
    assert one.end() == (1, "The worker ended by itself (signal 9). Stopping the rest ...\nStopped.")
    assert one.events[2:] == ["web ends: no database"]


def test_preparation_that_fails_shows_why_and_starts_nothing(start: Callable[..., Start]) -> None:
    one = start(preparation="bad")
    words = "this step went wrong\n\nPreparing failed: step. Stopping the rest ...\nStopped."
    assert one.end() == (1, f"Preparing: step\n{words}")
    assert one.events == []


def test_killed_run_leaves_nothing(start: Callable[..., Start]) -> None:
    one = start()
    one.await_running()
    one.end(signal.SIGKILL)
    deadline = time.monotonic() + 5
    while any(map(is_running, one.services.values())) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert sorted(one.events[2:]) == ["web ends: no database", "worker ends: no database"]


@pytest.mark.parametrize("port", ["0", "65536", "abc", "-1", "８０００"])
def test_plan_refuses_a_port_that_is_none(port: str) -> None:
    with pytest.raises(CannotStart) as refusal:
        plan({"PORT": port})
    assert str(refusal.value) == f"PORT must be a number from 1 to 65535, not {port!r}."


def test_plan_has_demo_mode_and_its_address_unless_given() -> None:
    assert plan({"PORT": "9000", "HOST": "0.0.0.0", "DATABASE_URL": ""}).environment == {
        "DEMO_MODE": "true",
        "PYTHONUNBUFFERED": "1",
        "PORT": "9000",
        "HOST": "0.0.0.0",
        "BASE_URL": "http://127.0.0.1:9000",
    }
    given = {"DEMO_MODE": "false", "BASE_URL": "https://netdesk.example.jp", "DATABASE_URL": "postgres://db/netdesk"}
    assert plan(given).environment == given | {"PYTHONUNBUFFERED": "1"}


@pytest.mark.parametrize(
    ("given", "commands"),
    [
        ({}, ["migrate", "make_authority", "load_masters", "load_demo", "collectstatic"]),
        ({"DEMO_MODE": "false"}, ["migrate", "make_authority", "load_masters", "collectstatic"]),
        ({"SITE": "dsure"}, ["migrate", "make_authority", "collectstatic"]),
    ],
)
def test_plan_prepares_what_is_served(given: dict[str, str], commands: list[str]) -> None:
    assert [argv[2] for _, argv in plan(given).preparations] == commands


def test_welcome_names_addresses_and_sign_ins_in_demo_mode_only() -> None:
    shown, hidden = welcome(plan({})), welcome(plan({"DEMO_MODE": "false"}))
    assert ("http://127.0.0.1:8000/d-sure/" in shown, "net-desk-demo-2026" in shown) == (True, True)
    assert ("http://127.0.0.1:8000/d-sure/" in hidden, "net-desk-demo-2026" in hidden) == (True, False)
