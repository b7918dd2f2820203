"""Work that nobody waits for: in a thread of its own, once at a time for each key."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Final

import structlog

END_S: Final = 10.0  # that what is under way has left to end in


class Background:
    """What goes on beside the answers. What fails is logged, and may be begun again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, threading.Thread] = {}

    def begin(self, key: Hashable, work: Callable[[], object]) -> None:
        """Do `work` unless something is being done for this key already."""
        with self._lock:
            if key in self._under_way:
                return
            thread = threading.Thread(target=self._do, args=(key, work), daemon=True)
            self._under_way[key] = thread
            thread.start()

    def end(self) -> None:
        """Wait until nothing is under way: it has the database open. Not for ever."""
        until = time.monotonic() + END_S
        with self._lock:
            threads = list(self._under_way.values())
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _do(self, key: Hashable, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:
            structlog.get_logger().exception("work in the background failed", work=key)
        finally:
            with self._lock:
                self._under_way.pop(key, None)
