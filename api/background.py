"""Work that nobody waits for: in a thread of its own, once at a time for each key."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable

import structlog


class Background:
    """What goes on beside the answers. What fails is logged, and may be begun again."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._under_way: set[Hashable] = set()

    def begin(self, key: Hashable, work: Callable[[], object]) -> None:
        """Do `work` unless something is being done for this key already."""
        with self._lock:
            if key in self._under_way:
                return
            self._under_way.add(key)
        threading.Thread(target=self._do, args=(key, work), name=self._name, daemon=True).start()

    def _do(self, key: Hashable, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:
            structlog.get_logger().exception("work in the background failed", work=self._name)
        finally:
            with self._lock:
                self._under_way.discard(key)
