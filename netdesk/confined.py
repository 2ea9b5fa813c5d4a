"""PDFs that strangers hand in are read in a child process with limits, so that a hostile one harms nobody.

The child (netdesk.confined_job) has limits of CPU time, memory and output set before it reads a byte, no secret in its
environment, and nothing but pipes; here it is ended when its time is over. What it prints besides its answer goes nowhere:
the text of a PDF may hold a key.
"""

import json
import os
import subprocess
import sys
import threading
from datetime import datetime
from typing import Any

from django.conf import settings

from netdesk.sealing import SealCheck

PATIENCE_SECONDS = 15  # by the clock on the wall; its CPU time ends sooner (netdesk.confined_job)
AT_ONCE = 2  # children of this process
QUEUE_SECONDS = 10

_slots = threading.BoundedSemaphore(AT_ONCE)


class Unreadable(Exception):
    """Not a PDF that can be read within the limits of time and memory, or one that is locked by a password."""


class Busy(Exception):
    """Too many files are being read at once; come again in some seconds."""


def text_of(pdf: bytes) -> str:
    """The text of the first pages, at most `confined_job.MOST_TEXT` characters. Raises Unreadable, Busy."""
    return str(_ask("text", pdf))


def check_seal(pdf: bytes) -> SealCheck:
    """What the seal on a PDF says (netdesk.sealing.check). Raises Unreadable, Busy."""
    found = _ask("seal", pdf)
    sealed_at = found.pop("sealed_at")
    return SealCheck(sealed_at=datetime.fromisoformat(sealed_at) if sealed_at else None, **found)


def _ask(job: str, pdf: bytes) -> Any:
    """The child's answer to one job. Raises Unreadable for every other end of it, Busy where no child may be started."""
    if not _slots.acquire(timeout=QUEUE_SECONDS):
        raise Busy
    try:
        return json.loads(_run(job, pdf))
    except ValueError:
        raise Unreadable from None
    finally:
        _slots.release()


def _run(job: str, pdf: bytes) -> bytes:
    """What the child printed. Raises Unreadable if it failed, or was ended because it took too long."""
    child = subprocess.Popen(  # noqa: S603 (our own module; what strangers sent goes to its standard input alone)
        [sys.executable, "-B", "-m", "netdesk.confined_job", job],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1", "SEAL_FOLDER": str(settings.SEAL_FOLDER)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        answer, _ = child.communicate(pdf, timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        raise Unreadable from None
    finally:
        child.kill()
        child.wait()
    if child.returncode != 0:
        raise Unreadable
    return answer
