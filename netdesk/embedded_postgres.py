"""The PostgreSQL that `make run` and `make test` start when DATABASE_URL is not set.

A real server, from the binaries of a wheel or of the system, with its data in a folder of the clone. It listens on a unix
socket in a folder that only its user may enter, never on TCP, and ends with the process that started it, even when that
is killed. Standard library only. See docs/decisions/0001-embedded-postgres.md.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, Any, Self

from netdesk import children
from netdesk.children import CannotStart
from netdesk.postgres_binaries import copy_binaries, find_binaries, server_user

PATIENCE = 30  # seconds for another process's start, for the end of a killed owner's server, for our own start
SOCKET_NAME = ".s.PGSQL.5432"
# A socket's whole path has at most 107 bytes (sockaddr_un), and URLs and settings read other signs as their own.
PLAIN_SOCKET_FOLDER = re.compile(r"[A-Za-z0-9/._-]{1,90}")
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}  # nothing of the caller's PGPORT, PGDATA, LANG

SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "synchronous_commit": "on",
    # What people typed stays out of the log: no parameters, no statement with its values, no DETAIL with the row.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Cluster:
    """One PostgreSQL server with its data, in a folder of its own; use it in `with`, or `start` and `stop` it."""

    def __init__(self, folder: Path, *, throwaway: bool = False) -> None:
        """Name the folder; a `throwaway` cluster is quick, may lose data in a crash, and is empty at each start."""
        self.folder = folder.resolve()
        self.throwaway = throwaway
        self.server: children.Child | None = None  # stays None when another process owns the server
        self._owning: IO[str] | None = None

    def start(self) -> Self:
        """Start the server, or attach to the one that another process runs on this folder. Raises CannotStart."""
        try:
            self._choose_places()
            deadline = time.monotonic() + PATIENCE
            while not self._become_owner():
                if self._is_ready():
                    return self
                if time.monotonic() > deadline:
                    raise CannotStart(f"Another process holds {self.folder} but no PostgreSQL answers there.")
                time.sleep(0.05)
            self._start_server()
        except PermissionError as problem:
            self.stop()
            raise CannotStart(f"{problem}. Start as {self.folder}'s owner, or remove that folder.") from problem
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the server if this process started it: open connections are cut, what was committed is kept."""
        if self.server:
            self.server.stop(patience=PATIENCE)
            self.server = None
        if self._owning:
            if self.throwaway:
                shutil.rmtree(self.data, ignore_errors=True)
            self._owning.close()
            self._owning = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self, database: str) -> str:
        """Return the address of a database, in words that libpq and django-environ read alike."""
        return f"postgres://postgres@/{database}?host={self.socket}"

    def ensure_database(self, database: str) -> None:
        """Create the database unless it is there."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.url("postgres"), port=5432, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def _choose_places(self) -> None:
        """Settle who runs the server, with which binaries, and where its data and its socket are."""
        for missing in [place for place in (*reversed(self.folder.parents), self.folder) if not place.exists()]:
            missing.mkdir(exist_ok=True)
            missing.chmod(0o755)  # whatever the umask; folders that others made stay as they are
        self.user = server_user(self.folder / "data")
        place = self.folder
        if self.user and not self._can("cd", str(place)):  # a clone below a 0700 home, as root's is
            place = self._place_outside("data-elsewhere", "/var/tmp", 0o711)
        self.data = place / "data"
        self.socket = place / "socket"
        if not PLAIN_SOCKET_FOLDER.fullmatch(str(self.socket)):
            self.socket = self._place_outside("socket-elsewhere", "/tmp", 0o700)
        self._make_own(self.socket)
        self.binaries = find_binaries()
        if self.user and not self._can(str(self.binaries / "postgres"), "--version"):
            self.binaries = copy_binaries(self.binaries, place / "programs")

    def _place_outside(self, pointer_name: str, parent: str, mode: int) -> Path:
        """Return a folder of ours outside the clone, under a random name that a file in the clone remembers.

        Raises CannotStart where that folder has become somebody else's: below a temporary folder anyone may make one.
        """
        pointer = self.folder / pointer_name
        clone, _, remembered = pointer.read_text().partition("\n") if pointer.exists() else ("", "", "")
        place = Path(remembered)
        if clone != str(self.folder) or not os.path.lexists(place):  # first use, a copied clone, or cleaned away
            place = Path(tempfile.mkdtemp(prefix="netdesk-postgres-", dir=parent))
            place.chmod(mode)
            pointer.write_text(f"{self.folder}\n{place}")
        status = place.lstat()
        owners = {os.geteuid(), self.user.uid if self.user else os.geteuid()}
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in owners or status.st_mode & 0o022:
            raise CannotStart(f"{place} is not ours alone: remove {pointer} and start again.")
        return place

    def _make_own(self, folder: Path) -> None:
        """Make a folder that only the server's user may enter."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            os.chown(folder, *self.user)
        folder.chmod(0o700)

    def _identity(self) -> dict[str, Any]:
        """Return the options of subprocess that make a program run as the server's user."""
        return {"user": self.user.uid, "group": self.user.gid, "extra_groups": []} if self.user else {}

    def _can(self, *command: str) -> bool:
        """Tell whether the server's user can run this command."""
        argv = ["/bin/sh", "-c", '"$@"', "sh", *command]
        options = {"cwd": "/", "env": ENVIRONMENT, **self._identity()}
        return subprocess.run(argv, check=False, capture_output=True, **options).returncode == 0

    def _become_owner(self) -> bool:
        """Take the lock that the server's owner holds for its whole life; the kernel frees it when the owner is killed."""
        lock = (self.folder / "owner.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._owning = lock
        return True

    def _answers(self) -> bool:
        """Tell whether a server accepts connections on the socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket / SOCKET_NAME)) == 0

    def _is_ready(self, pid: int | None = None) -> bool:
        """Tell whether the server (of this pid) says in its pid file that it is ready, and answers."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        is_meant = len(lines) > 7 and lines[7].strip() == "ready" and pid in (None, int(lines[0]))
        return is_meant and self._answers()

    def _start_server(self) -> None:
        """Start the server as its owner; tries again while backends of a crashed one still leave the shared memory."""
        deadline = time.monotonic() + PATIENCE
        while self._answers():  # its owner was killed a moment ago: it is stopping
            if time.monotonic() > deadline:
                raise CannotStart(f"A PostgreSQL that nobody owns answers in {self.socket}: stop it first.")
            time.sleep(0.05)
        if self.throwaway:
            shutil.rmtree(self.data, ignore_errors=True)
        if not self.data.exists():
            self._initialise()
        self._forget_stale_pids()
        for pause in (0.2, 0.5, 1, 2, 4, None):
            self.server = self._launch()
            while not self.server.has_ended() and time.monotonic() < deadline:
                if self._is_ready(self.server.process.pid):
                    return
                time.sleep(0.01)
            self.server.stop()
            if pause is None or time.monotonic() > deadline:
                break
            time.sleep(pause)
        raise CannotStart(f"PostgreSQL does not start. The end of {self.folder / 'log'}:\n{self._end_of_log()}")

    def _initialise(self) -> None:
        """Make the data folder; under another name until it is whole, so that a half-made one is never used."""
        half_made = self.data.with_name("data.new")
        shutil.rmtree(half_made, ignore_errors=True)
        self._make_own(half_made)
        argv = [
            str(self.binaries / "initdb"),
            "-D",
            str(half_made),
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
        ]
        argv += ["--locale=C.UTF-8", *(["--no-sync"] if self.throwaway else [])]
        options = {"cwd": "/", "env": ENVIRONMENT, "start_new_session": True, **self._identity()}
        made = subprocess.run(argv, check=False, capture_output=True, text=True, errors="replace", **options)
        if made.returncode:
            raise CannotStart(f"PostgreSQL's initdb failed:\n{made.stderr.strip()}")
        half_made.rename(self.data)

    def _launch(self) -> children.Child:
        """Start `postgres` itself (not pg_ctl), as a direct child that stops fast when this process ends."""
        settings = SETTINGS | (THROWAWAY_SETTINGS if self.throwaway else {})
        settings["unix_socket_directories"] = str(self.socket)
        argv = [str(self.binaries / "postgres"), "-D", str(self.data)]
        argv += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            options: dict[str, Any] = {
                "cwd": "/",
                "env": ENVIRONMENT,
                "stdin": subprocess.DEVNULL,
                "stdout": log,
                "stderr": log,
            }
            options |= self._identity()
            return children.start("database", argv, stop_signal=signal.SIGINT, **options)

    def _forget_stale_pids(self) -> None:
        """Remove pid files of a crash whose number another program has by now; PostgreSQL would take that for a server."""
        for pid_file in (self.data / "postmaster.pid", self.socket / f"{SOCKET_NAME}.lock"):
            try:
                command = Path("/proc", pid_file.read_text().split()[0], "cmdline").read_bytes()
            except (OSError, IndexError):  # no file, or no such process, which PostgreSQL sees by itself
                continue
            if os.fsencode(self.data) not in command:
                pid_file.unlink()

    def _end_of_log(self) -> str:
        lines = (self.folder / "log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-5:])
