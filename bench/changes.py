"""500 random histories of change requests: what is told of then equals a replay up to then."""

from __future__ import annotations

import re
from typing import Final

from bench.chunks import Done, chunks_of, trouble_of
from bench.context import Context
from bench.figures import Figure, at_least

HISTORIES: Final = 500
CHUNK: Final = 50  # histories of one process, always the same ones for the same seed
TEST: Final = "tests/test_change_histories.py"
TOLD: Final = re.compile(
    r"^(?P<equal>\d+) of \d+ histories equal their replay; (?P<cpu_s>[\d.]+) CPU s", re.MULTILINE
)


def run(context: Context) -> list[Figure]:
    """The test of the test run, over more histories of 50 steps."""
    histories = context.sized(HISTORIES)
    chunks = chunks_of(TEST, "CROSSFILE_HISTORIES", histories, CHUNK, told_of)
    equal = sum(count for count, _, _ in chunks)
    cpu_s = sum(count * each for count, each, _ in chunks) / max(equal, 1)
    trouble = next((why for _, _, why in chunks if why), "")
    return [
        at_least("histories that equal their replay", equal, "", histories, note=trouble),
        Figure("a history of 50 steps", cpu_s, "CPU s"),
    ]


def told_of(seed: int, done: Done) -> tuple[int, float, str]:
    """How many are equal, what each took, and why one is told otherwise."""
    trouble = trouble_of(seed, done)
    said = TOLD.search(done.stdout)
    if said is None:
        return 0, 0.0, trouble or f"seed {seed}: nothing is said of its histories"
    return int(said["equal"]), float(said["cpu_s"]), trouble
