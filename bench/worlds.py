"""500 generated worlds with hidden documents: what is hidden changes no answer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from bench.context import PROJECT, Context
from bench.figures import Figure, NotMeasurable, at_least

WORLDS: Final = 500
CHUNK: Final = 50  # worlds of one process; each chunk has a seed of its own, and is always the same
TEST: Final = "tests/test_hidden_worlds.py"
SHOWN: Final = 300  # characters of why a chunk failed
TOLD: Final = re.compile(
    r"^(?P<equal>\d+) of (?P<worlds>\d+) worlds are equal; (?P<questions>\d+) questions, "
    r"(?P<cpu_s>[\d.]+) CPU s a world",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What the test says of its worlds, and why it failed where it did."""

    equal: int = 0
    worlds: int = 0
    questions: int = 0
    cpu_s: float = 0.0
    trouble: str = ""


def run(context: Context) -> list[Figure]:
    """The test of the test run, over more worlds, in as many processes as there are cores."""
    if not (PROJECT / TEST).exists():
        raise NotMeasurable(f"there is no {TEST}")
    worlds = context.sized(WORLDS)
    sizes = [min(CHUNK, worlds - start) for start in range(0, worlds, CHUNK)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        chunks = list(pool.map(_chunk, range(len(sizes)), sizes))
    equal, ran = sum(one.equal for one in chunks), sum(one.worlds for one in chunks)
    questions, cpu_s = sum(one.questions for one in chunks), sum(one.cpu_s for one in chunks)
    trouble = next((chunk.trouble for chunk in chunks if chunk.trouble), "")
    note = f"of {ran} that were built" + (f"; {trouble}" if trouble else "")
    return [
        at_least("worlds with equal answers", equal, "", worlds, note=note),
        Figure("questions asked of both sides", questions, ""),
        Figure("a world", cpu_s / max(ran, 1), "CPU s"),
    ]


def _chunk(seed: int, worlds: int) -> Chunk:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-s", TEST, "-k", "changes_no_answer"],
        cwd=PROJECT,
        env={
            **os.environ,
            "CROSSFILE_WORLDS": str(worlds),
            "CROSSFILE_WORLDS_SEED": str(seed),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return told_of(seed, done)


def told_of(seed: int, done: subprocess.CompletedProcess[str]) -> Chunk:
    """What came of a chunk, also of one in which a world differs or that was ended early."""
    lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or ["nothing"]
    why = next((line for line in lines if line.startswith("E  ")), lines[-1])
    trouble = f"seed {seed}: {why.removeprefix('E').strip()[:SHOWN]}" if done.returncode else ""
    said = TOLD.search(done.stdout)
    if said is None:
        return Chunk(trouble=trouble or f"seed {seed}: nothing is said of its worlds")
    ran = int(said["worlds"])
    cpu_s = float(said["cpu_s"]) * ran
    return Chunk(int(said["equal"]), ran, int(said["questions"]), cpu_s, trouble)
