"""A few places for many threads, given to whoever has waited longest."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from queue import SimpleQueue
from threading import Lock
from typing import Generic, TypeVar

Place = TypeVar("Place")


class Turns(Generic[Place]):
    """Hands places round in the order of asking.

    A queue of the standard library lets a newcomer pass whoever has just been woken, which under
    load makes a few wait several times as long as the others.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self._lock = Lock()
        self._free = list(places)
        self._waiting: deque[SimpleQueue[Place]] = deque()

    def take(self) -> Place:
        """A place, once it is one's turn; of several free ones the one used last, which is warm."""
        with self._lock:
            if self._free:
                return self._free.pop()
            ticket: SimpleQueue[Place] = SimpleQueue()
            self._waiting.append(ticket)
        return ticket.get()

    def give(self, place: Place) -> None:
        """Give a place back, or add one."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().put(place)
            else:
                self._free.append(place)

    def idle(self) -> list[Place]:
        """The places that nobody has taken."""
        with self._lock:
            return list(self._free)
