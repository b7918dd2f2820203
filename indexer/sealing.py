"""When history is sealed: what is new at once, then once an hour, or when many events are new."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from archive.errors import DamageFound
from archive.sealing import History
from archive.stamping import stamp_last

LOOK_S: Final = 10.0  # between two looks at how much is new
EVERY_S: Final = 3600.0
EVENTS: Final = 1000  # so many new ones are sealed before the hour is over
log = structlog.get_logger()


class Sealing:
    """Seals history and sees to its copies outside, from one thread. `timer` counts seconds."""

    def __init__(
        self,
        history: History,
        clock: Callable[[], datetime],
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._history = history
        self._clock = clock
        self._timer = timer
        self._next_look = self._next_seal = self._next_copy = 0.0

    def step(self) -> int:
        """Seal if it is time; how many checkpoints were made. What goes wrong is logged."""
        now = self._timer()
        if now < self._next_look:
            return 0
        self._next_look = now + LOOK_S
        new = self._history.unsealed()
        is_time = new >= EVENTS or (new > 0 and now >= self._next_seal)
        if is_time:
            try:
                self._history.seal(self._clock())
            except DamageFound as error:
                self._next_look = now + EVERY_S  # a person has to look first
                log.warning("history is not sealed", why=str(error))
            self._next_seal, self._next_copy = now + EVERY_S, now
        if now >= self._next_copy:
            self._next_copy = now + EVERY_S
            if problem := stamp_last(self._history):
                log.warning("the last checkpoint is not stamped", why=problem)
            for problem in self._history.copy_outside():
                log.warning("checkpoints are not copied outside", why=problem)
        return int(is_time)
