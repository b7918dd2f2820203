"""When blobs are hashed again: always a little, by one worker, in a twentieth of its time."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from archive.db import Database
from archive.scrub import scrub
from archive.vault import Vault

AT_ONCE: Final = 32 << 20  # bytes
REST: Final = 20  # times as long as a look took nothing is looked at
IDLE_S: Final = 600.0  # between two looks where nothing is due, or the vault is not there
log = structlog.get_logger()


class Scrubbing:
    """Hashes blobs again, from one thread. `timer` counts seconds."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._timer = timer
        self._next_look = 0.0
        self._lock: int | None = None

    def step(self, go_on: Callable[[], bool] = lambda: True) -> int:
        """Look at some if it is time, until `go_on` says no; how many were looked at."""
        begun = self._timer()
        if begun < self._next_look:
            return 0
        looked = 0
        try:
            if self._hold():
                looked = scrub(
                    self._database, self._vault, self._clock(), most_bytes=AT_ONCE, go_on=go_on
                )
        except OSError as error:
            log.warning("blobs are not looked at", why=str(error))
        now = self._timer()
        self._next_look = now + ((now - begun) * REST if looked else IDLE_S)
        return looked

    def close(self) -> None:
        """Let another worker look."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _hold(self) -> bool:
        """Whether no other worker looks at the same blobs."""
        if self._lock is None:
            lock = os.open(self._vault.blobs, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                return False
            self._lock = lock
        return True
