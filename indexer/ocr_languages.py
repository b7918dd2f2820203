"""Which languages the Tesseract of this machine can read."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

LOOK_S: Final = 180.0  # between two looks for what was not there


def installed_languages(program: Path) -> frozenset[str]:
    """Tesseract's own names ("swe", "eng"); none where it does not answer."""
    try:
        answer = subprocess.run(
            [program, "--list-langs"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(answer.stdout.split("\n")[1:]) - {""}


class LanguageWatch:
    """Looks now and then for those of the `wanted` languages that were not `there` at first."""

    def __init__(
        self,
        wanted: Collection[str],
        there: Collection[str],
        *,
        find: Callable[[], tuple[str, ...]],
        use: Callable[[tuple[str, ...]], None],
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._missing = set(wanted) - set(there)
        self._find = find
        self._use = use
        self._timer = timer
        self._next_look = timer() + LOOK_S

    def step(self) -> int:
        """Look if it is time and anything is missing; how many more languages there are."""
        if not self._missing or self._timer() < self._next_look:
            return 0
        self._next_look = self._timer() + LOOK_S
        found = self._find()
        more = self._missing.intersection(found)
        if more:
            self._use(found)
            self._missing -= more
        return len(more)
