"""Child processes that never outlive this one: started in a session of their own, ended with all that they started."""

from __future__ import annotations

import ctypes
import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

PR_SET_PDEATHSIG = 1  # prctl(2): the signal that the kernel sends to a child when its parent ends, however it ends

_libc = ctypes.CDLL(None)


class CannotStart(Exception):
    """Something that a person must put right first; the text is what they read."""


@dataclass
class Child:
    """A running program, by the name that a person knows it by."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals

    def has_ended(self) -> bool:
        """Tell whether it ended, without reaping it: until `stop` its number stays its own, so no stranger can be killed."""
        if self.process.returncode is not None:
            return True
        return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended, at most so many seconds; tell whether it did."""
        deadline = time.monotonic() + seconds
        while not self.has_ended():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def stop(self, patience: float = 15) -> int:
        """Ask it to stop, kill what is left of its process group after `patience` seconds, and return its exit code."""
        if self.process.returncode is not None:
            return self.process.returncode
        if not self.has_ended():
            os.kill(self.process.pid, self.stop_signal)
            self.wait(patience)
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # nobody is left, or only the ended one itself
            pass
        return self.process.wait()


def start(
    name: str, argv: Sequence[str], *, stop_signal: signal.Signals = signal.SIGTERM, alone: bool = True, **options: Any
) -> Child:
    """Start a program that gets `stop_signal` when this process ends, even by SIGKILL (Linux).

    `alone` gives it a session of its own, so that a Ctrl-C in the terminal reaches only this process, which stops its
    children in order. `options` are those of subprocess.Popen. Raises OSError when the program cannot be started.
    """
    end_with_us = functools.partial(_end_with, os.getpid(), stop_signal)
    # Safe here: the starters have one thread, and the function only makes system calls.
    process = subprocess.Popen(argv, start_new_session=alone, preexec_fn=end_with_us, **options)
    return Child(name, process, stop_signal)


def _end_with(parent: int, stop_signal: signal.Signals) -> None:
    """Runs in the child before its program, after the change of user (which would clear the setting)."""
    if sys.platform != "linux":
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))
    if os.getppid() != parent:  # it ended in between
        os._exit(1)
