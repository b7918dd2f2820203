"""Keeps one child process running, and takes it along when it ends."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence
from typing import Final

import structlog

SHORTEST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0
WELL_AFTER_S: Final = 60.0  # who ran this long was well: the next pause is the shortest again
GRACE_S: Final = 30.0  # to record what is under way


class Supervisor:
    """Starts `command` again whenever it ends, after a pause that doubles, until `stop`.

    The child's standard input is a pipe that nobody writes to: it ends when we do, however we do.
    """

    def __init__(self, command: Sequence[str], *, pause_s: float = SHORTEST_PAUSE_S) -> None:
        self._command = command
        self._pause_s = pause_s
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="supervisor")

    def start(self) -> None:
        """Start the child, and go on watching it."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the child to end; kill it where it takes longer than `GRACE_S`."""
        self._stopping.set()
        with self._lock:
            child = self._child
        if child is not None:
            child.terminate()
            try:
                child.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                child.kill()
        self._thread.join()

    def _run(self) -> None:
        pause = self._pause_s
        while True:
            began = time.monotonic()
            with self._lock:
                if self._stopping.is_set():
                    return
                self._child = subprocess.Popen(self._command, stdin=subprocess.PIPE)
            status = self._child.wait()
            if self._child.stdin is not None:
                self._child.stdin.close()
            if self._stopping.is_set():
                return
            if time.monotonic() - began > WELL_AFTER_S:
                pause = self._pause_s
            log = structlog.get_logger()
            log.error("the worker has ended", status=status, again_in_s=pause)
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)
