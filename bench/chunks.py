"""A test of the test run over more tries: in chunks, each with a seed, a process for each core."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from bench.context import PROJECT
from bench.figures import NotMeasurable

SHOWN: Final = 300  # characters of why a chunk failed
Told = TypeVar("Told")
Done = subprocess.CompletedProcess[str]


def chunks_of(
    test: str, variable: str, tries: int, size: int, told: Callable[[int, Done], Told]
) -> list[Told]:
    """What `told` makes of each seed's run of the file `test`, with `variable` set to its tries.

    The seed is in the variable with `_SEED` behind its name. Raises `NotMeasurable`.
    """
    if not (PROJECT / test).exists():
        raise NotMeasurable(f"there is no {test}")

    def chunk(seed: int) -> Told:
        count = min(size, tries - seed * size)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-s", "--timeout=3600", test],
            cwd=PROJECT,
            env={**os.environ, variable: str(count), f"{variable}_SEED": str(seed)},
            capture_output=True,
            text=True,
            check=False,
        )
        return told(seed, done)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(chunk, range(-(-tries // size))))


def trouble_of(seed: int, done: Done) -> str:
    """Why a run failed, in a line; empty where it did not."""
    if not done.returncode:
        return ""
    lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or ["nothing"]
    why = next((line for line in lines if line.startswith("E  ")), lines[-1])
    return f"seed {seed}: {why.removeprefix('E').strip()[:SHOWN]}"
