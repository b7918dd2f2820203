"""How often something may be tried."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from math import ceil
from threading import Lock
from typing import Final

from archive.errors import TooManyTries

MOST_KEYS: Final = 10_000


class Throttle:
    """So many tries in a time for each key. Kept in memory: the process that serves is one."""

    def __init__(self, most: int = 5, within: timedelta = timedelta(minutes=1)) -> None:
        self._most = most
        self._within = within
        self._tries: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    def take(self, key: str, now: datetime) -> None:
        """Count one try. Raises `TooManyTries` (and counts none) where there were too many."""
        with self._lock:
            if len(self._tries) >= MOST_KEYS:
                self._forget(now)
            tries = self._tries.setdefault(key, deque(maxlen=self._most))
            if len(tries) == self._most and tries[0] + self._within > now:
                wait = tries[0] + self._within - now
                raise TooManyTries(ceil(wait.total_seconds()))
            tries.append(now)

    def forgive(self, key: str) -> None:
        """Forget the tries of a key: it was the right one."""
        with self._lock:
            self._tries.pop(key, None)

    def _forget(self, now: datetime) -> None:
        """Keys whose last try is long past; where that is not enough, those tried longest ago."""
        by_age = sorted(self._tries, key=lambda key: self._tries[key][-1])
        for number, key in enumerate(by_age):
            if self._tries[key][-1] + self._within > now and number >= MOST_KEYS // 2:
                break
            del self._tries[key]
