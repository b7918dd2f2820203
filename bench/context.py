"""What every benchmark is handed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from bench.figures import NotMeasurable

PROJECT = Path(__file__).resolve().parents[1]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Context:
    """Where to work, and what other benchmarks of the same run measured already."""

    work: Path  # kept from run to run, for what is slow to make; nothing in it is precious
    scale: float = 1.0  # of the made archives and drops: 0.1 for trying out
    _measured: dict[str, Any] = field(default_factory=dict)

    def shared(self, name: str) -> Path:
        """A file or folder of the material beside the checkout (or in `CROSSFILE_SHARED`).

        Raises `NotMeasurable` where it is not there.
        """
        folder = Path(os.environ.get("CROSSFILE_SHARED") or PROJECT.parent / "shared")
        if not (folder / name).exists():
            raise NotMeasurable(f"../shared/{name} is not beside this checkout")
        return folder / name

    def sized(self, count: int) -> int:
        """How many there are of what is `count` at full size."""
        return max(int(count * self.scale), 10)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, made once in this run: so floors are measured in the same run."""
        if name not in self._measured:
            self._measured[name] = make()
        return cast("T", self._measured[name])

    def folder(self, name: str) -> Path:
        """A folder of one's own below `work`."""
        path = self.work / name
        path.mkdir(parents=True, exist_ok=True)
        return path
