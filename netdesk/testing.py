"""What `make test` does: pytest on a throwaway database of its own, with a browser where there is one."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from netdesk import children
from netdesk.children import CannotStart
from netdesk.embedded_postgres import Cluster

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = "BROWSER TESTS DID NOT RUN: no Chromium is here (Debian: apt-get install chromium; or set CHROMIUM)."


def find_chromium() -> str | None:
    """Return the browser for the browser tests: $CHROMIUM, else the system's; None where there is none."""
    return shutil.which(os.environ.get("CHROMIUM") or "") or next(filter(None, map(shutil.which, BROWSERS)), None)


@contextlib.contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Wait until no other test run uses this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "turn.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another `make test` runs in this folder; waiting for its end ...", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def database(folder: Path) -> Iterator[str]:
    """Yield the address of the server to test on: DATABASE_URL, else a throwaway cluster, never that of `make run`."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    with Cluster(folder, throwaway=True) as cluster:
        cluster.ensure_database("netdesk")
        yield cluster.url("netdesk")


def run(argv: list[str], environment: dict[str, str]) -> int:
    """Run a command in the terminal and return its exit code; a Ctrl-C is the command's to handle."""
    child = children.start("tests", argv, stop_signal=signal.SIGINT, alone=False, cwd=ROOT, env=environment)
    signal.signal(signal.SIGINT, lambda *_: None)  # the terminal sends it to the command as well
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child.process.pid, signal.SIGINT))
    while not child.wait(60):
        pass
    return child.stop()


def main(arguments: list[str]) -> int:
    """Run pytest with these arguments; return its exit code."""
    chromium = find_chromium()
    if not chromium and os.environ.get("REQUIRE_BROWSER") == "1":
        print(NO_BROWSER, file=sys.stderr)
        return 1
    environment = {"DEMO_MODE": "true", **os.environ} | ({"CHROMIUM": chromium} if chromium else {})
    folder = ROOT / ".postgres" / "test"
    try:
        with turn(folder), database(folder) as url:
            exit_code = run([sys.executable, "-m", "pytest", *arguments], environment | {"DATABASE_URL": url})
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    if not chromium:
        print(NO_BROWSER)
    return exit_code if exit_code >= 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
