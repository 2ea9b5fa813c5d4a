"""What `make run` does: checks, database, tables, demo world, web server and worker; and on Ctrl-C all of it backwards.

Imports no Django: whatever is wrong with the surroundings is said in one line before anything is started.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netdesk import children
from netdesk.children import CannotStart
from netdesk.demo import PASSWORD, SIGN_INS
from netdesk.embedded_postgres import Cluster

ROOT = Path(__file__).resolve().parent.parent
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # where one that listens on all addresses is reached from here
PATIENCE = 60  # seconds for the first answer of the web server
PAGES = (  # label, path, the values of SITE that serve it
    ("Net Desk", "/", ("all", "portal")),
    ("Surety's desk", "/surety/", ("all", "portal")),
    ("D-Sure", "/d-sure/", ("all", "dsure")),
    ("Mails sent", "/demo/mails/", ("all", "portal", "dsure")),
)

Command = tuple[str, list[str]]  # what a person calls it, and its words


class StopAsked(Exception):
    """A person pressed Ctrl-C, or the system asked to stop."""


class EndedByItself(Exception):
    """A program that should go on running did not; the text says which."""


@dataclass(frozen=True)
class Plan:
    """One start, decided: where, in which environment, and with which commands."""

    root: Path
    host: str
    port: int
    environment: dict[str, str]
    preparations: list[Command]
    services: list[Command]  # in the order of their start; stopped in the opposite order

    @property
    def address(self) -> str:
        """The address to type into a browser on this machine."""
        host = ANY_ADDRESS.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def is_demo(self) -> bool:
        """Whether this start serves made-up people; read as django-environ reads it."""
        return self.environment["DEMO_MODE"].lower() in ("true", "on", "ok", "y", "yes", "1")


def plan(given: Mapping[str, str]) -> Plan:
    """Decide a start from the environment: PORT, HOST, DEMO_MODE, DATABASE_URL, SITE. Raises CannotStart."""
    host, port = given.get("HOST") or "127.0.0.1", given.get("PORT") or "8000"
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {port!r}.")
    environment = {name: value for name, value in given.items() if value or name != "DATABASE_URL"}
    environment = {"DEMO_MODE": "true", "PYTHONUNBUFFERED": "1"} | environment
    decided = Plan(ROOT, _resolve(host), int(port), environment, [], [])
    environment.setdefault("BASE_URL", decided.address)
    decided.preparations.extend(_preparations(decided))
    decided.services.extend(_services(decided))
    return decided


def _resolve(host: str) -> str:
    """Return the numeric address of a host name of this machine."""
    try:
        return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
    except (OSError, UnicodeError):
        raise CannotStart(f"HOST {host!r} is no address of this machine.") from None


def _manage(*words: str) -> list[str]:
    return [sys.executable, "manage.py", *words]


def _preparations(decided: Plan) -> list[Command]:
    """The steps before the services, each quick when it was done before; the masters and the story are the surety's."""
    steps = [("tables", _manage("migrate", "--verbosity", "0")), ("test authority", _manage("make_authority"))]
    if decided.environment.get("SITE", "all") != "dsure":
        steps.append(("masters", _manage("load_masters")))
        if decided.is_demo:
            steps.append(("demo world (the first time takes a moment)", _manage("load_demo")))
    return [*steps, ("static files", _manage("collectstatic", "--no-input", "--verbosity", "0"))]


def _services(decided: Plan) -> list[Command]:
    worker = _manage("procrastinate", "worker", "-p", "0.5", "-c", "4", "--shutdown-graceful-timeout", "5")
    if decided.environment.get("SITE", "all") == "portal":
        worker += [
            "-q",
            "default",
        ]  # D-Sure's own queue is worked off by D-Sure, which alone holds the webhooks' secrets
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "1"]
    web += ["--host", decided.host, "--port", str(decided.port), "--no-ws", "--log-level", "warning"]
    web += ["--workers-kill-timeout", "5", "netdesk.wsgi:application"]
    return [("worker", worker), ("web server", web)]


def run(decided: Plan) -> int:
    """Start everything, wait for Ctrl-C, stop everything; return the exit code. Raises CannotStart before any start."""
    with contextlib.ExitStack() as started:
        stopping = Stopping()
        started.enter_context(claim(decided))
        check_port(decided)
        try:
            running = start_database(decided, started)
            prepare(decided, stopping)
            for name, argv in decided.services:
                running.append(start_program(decided, name, argv))
                started.callback(running[-1].stop)
            await_health(decided, running, stopping)
            say(welcome(decided))
            while True:
                watch(running, stopping)
        except StopAsked:
            say("\nStopping ...")
            return 0
        except EndedByItself as ended:
            say(f"{ended} Stopping the rest ...")
            return 1


class Stopping:
    """Remembers that a signal asked to stop; nothing is interrupted half-way."""

    def __init__(self) -> None:
        self._is_asked = False
        signals = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # under nohup a closed terminal is no wish to stop
            signals.append(signal.SIGHUP)
        for number in signals:
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self._is_asked = True

    def check(self) -> None:
        """Raise StopAsked if a signal came."""
        if self._is_asked:
            raise StopAsked


@contextlib.contextmanager
def claim(decided: Plan) -> Iterator[None]:
    """Make this the only start of the clone; the file names its address. Raises CannotStart."""
    folder = decided.root / ".postgres"
    folder.mkdir(exist_ok=True)
    try:
        file = (folder / "running").open("a+")
    except PermissionError:
        raise CannotStart(f"{folder} belongs to another user: start as that user, or remove it.") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CannotStart(f"Net Desk is already running in this folder: {file.read().strip()}/") from None
        file.truncate(0)
        file.write(decided.address)
        file.flush()
        yield


def check_port(decided: Plan) -> None:
    """Raise CannotStart when the port is taken or may not be used."""
    family = socket.AF_INET6 if ":" in decided.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was in use a moment ago is free
        try:
            probe.bind((decided.host, decided.port))
        except OSError as problem:
            is_taken = problem.errno == errno.EADDRINUSE
            reason = "is taken by another program" if is_taken else f"cannot be used ({problem.strerror})"
            raise CannotStart(f"Port {decided.port} of {decided.host} {reason}; try: make run PORT=8001") from None


def start_database(decided: Plan, started: contextlib.ExitStack) -> list[children.Child]:
    """Start the embedded server unless DATABASE_URL names one, and name its database to all that follows."""
    if "DATABASE_URL" in decided.environment:
        return []
    cluster = started.enter_context(Cluster(decided.root / ".postgres" / "run"))
    cluster.ensure_database("netdesk")
    for name in [name for name in decided.environment if name.startswith("PG")]:  # meant for another server
        del decided.environment[name]
    decided.environment["DATABASE_URL"] = cluster.url("netdesk")
    return [cluster.server] if cluster.server else []


def prepare(decided: Plan, stopping: Stopping) -> None:
    """Run the preparations one after the other, silent unless one fails. Raises EndedByItself, StopAsked."""
    for name, argv in decided.preparations:
        say(f"Preparing: {name}")
        with tempfile.TemporaryFile() as output:
            child = start_program(decided, name, argv, stdout=output, stderr=output)
            try:
                while not child.wait(0.2):
                    stopping.check()
            finally:
                exit_code = child.stop()
            if exit_code:
                output.seek(0)
                raise EndedByItself(f"{output.read().decode(errors='replace')}\nPreparing failed: {name}.")


def start_program(decided: Plan, name: str, argv: list[str], **output: Any) -> children.Child:
    """Start a program of ours; what it says, it says to the person at the terminal unless `output` leads it elsewhere."""
    return children.start(name, argv, cwd=decided.root, env=decided.environment, stdin=subprocess.DEVNULL, **output)


def watch(running: list[children.Child], stopping: Stopping) -> None:
    """Wait a moment. Raises StopAsked when a signal came, EndedByItself when one of the programs ended."""
    time.sleep(0.2)
    stopping.check()
    for child in running:
        if child.has_ended():
            code = child.stop()
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            raise EndedByItself(f"The {child.name} ended by itself ({how}).")


def await_health(decided: Plan, running: list[children.Child], stopping: Stopping) -> None:
    """Wait until /health/ answers."""
    deadline = time.monotonic() + PATIENCE
    while not _is_healthy(decided):
        watch(running, stopping)
        if time.monotonic() > deadline:
            raise EndedByItself(f"{decided.address}/health/ does not answer.")


def _is_healthy(decided: Plan) -> bool:
    host = ANY_ADDRESS.get(decided.host, decided.host)
    connection = http.client.HTTPConnection(host, decided.port, timeout=5)
    try:
        connection.request("GET", "/health/", headers={"Host": "localhost"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome(decided: Plan) -> str:
    """Return what a person needs to begin: addresses, sign-ins, how to stop."""
    site = decided.environment.get("SITE", "all")
    pages = [f"  {label:<14} {decided.address}{path}" for label, path, sites in PAGES if site in sites]
    people = [f"  {person.username:<17} {person.desk:<11} {person.who}" for person in SIGN_INS]
    sign_ins = ["", f"Sign in with the password {PASSWORD} as", *people] if decided.is_demo else []
    return "\n".join(["", "Running.", *pages, *sign_ins, "", "Ctrl-C stops everything.", ""])


def say(text: str) -> None:
    """Print a line now; a terminal that has been closed is no reason to stop half-way."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def main(decide: Callable[[], Plan] = lambda: plan(os.environ)) -> int:
    """Carry out the start that `decide` returns, and say in a line what hinders it; return the exit code."""
    try:
        exit_code = run(decide())
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before anything was started
        return 1
    say("Stopped.")
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
