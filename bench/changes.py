"""500 random histories of change requests: what is told of then equals a replay up to then."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from bench.context import PROJECT, Context
from bench.figures import Figure, NotMeasurable, at_least

HISTORIES: Final = 500
CHUNK: Final = 50  # histories of one process, always the same ones for the same seed
TEST: Final = "tests/test_change_histories.py"
SHOWN: Final = 300  # characters of why a chunk failed
TOLD: Final = re.compile(
    r"^(?P<equal>\d+) of \d+ histories equal their replay; (?P<cpu_s>[\d.]+) CPU s", re.MULTILINE
)


def run(context: Context) -> list[Figure]:
    """The test of the test run, over more histories of 50 steps, a process for each core."""
    if not (PROJECT / TEST).exists():
        raise NotMeasurable(f"there is no {TEST}")
    histories = context.sized(HISTORIES)
    sizes = [min(CHUNK, histories - start) for start in range(0, histories, CHUNK)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        chunks = list(pool.map(_chunk, range(len(sizes)), sizes))
    equal = sum(count for count, _, _ in chunks)
    cpu_s = sum(count * each for count, each, _ in chunks) / max(equal, 1)
    trouble = next((why for _, _, why in chunks if why), "")
    return [
        at_least("histories that equal their replay", equal, "", histories, note=trouble),
        Figure("a history of 50 steps", cpu_s, "CPU s"),
    ]


def _chunk(seed: int, histories: int) -> tuple[int, float, str]:
    """How many are equal, what each took, and why the first is not."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-s", "--timeout=3600", TEST],
        cwd=PROJECT,
        env={
            **os.environ,
            "CROSSFILE_HISTORIES": str(histories),
            "CROSSFILE_HISTORIES_SEED": str(seed),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return told_of(seed, done)


def told_of(seed: int, done: subprocess.CompletedProcess[str]) -> tuple[int, float, str]:
    """What came of a chunk, also of one that found a history which is told otherwise."""
    lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or ["nothing"]
    why = next((line for line in lines if line.startswith("E  ")), lines[-1])
    trouble = f"seed {seed}: {why.removeprefix('E').strip()[:SHOWN]}" if done.returncode else ""
    said = TOLD.search(done.stdout)
    if said is None:
        return 0, 0.0, trouble or f"seed {seed}: nothing is said of its histories"
    return int(said["equal"]), float(said["cpu_s"]), trouble
