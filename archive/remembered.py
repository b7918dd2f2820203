"""Answers that cost more to find out than to remember: about words and names that come again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")

#: More words than any language has in daily use; beyond it misreadings and numbers pile up.
MOST: Final = 50_000


class Remembered(dict[Key, Answer]):
    """What `find` says of each key that was asked for; forgets all where it gets too many.

    To be asked by `[key]` alone. `find` must always say the same of the same key.
    """

    def __init__(self, find: Callable[[Key], Answer]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: Key) -> Answer:
        if len(self) >= MOST:
            self.clear()
        self[key] = found = self._find(key)
        return found
