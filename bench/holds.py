"""A hold is placed while what it covers is destroyed, 1,000 times on each database."""

from __future__ import annotations

import re
from typing import Final

from bench.chunks import Done, chunks_of, trouble_of
from bench.context import Context
from bench.figures import Figure, at_least

RACES: Final = 1000
CHUNK: Final = 100  # races of one process, over archives of its own
DATABASES: Final = 2
TEST: Final = "tests/test_hold_races.py"
TOLD: Final = re.compile(r"\d+ races: (\d+) held, (\d+) destroyed first")


def run(context: Context) -> list[Figure]:
    """The test of the test run, over more races."""
    races = context.sized(RACES)
    chunks = chunks_of(TEST, "CROSSFILE_RACES", races, CHUNK, told_of)
    held, gone = sum(one[0] for one in chunks), sum(one[1] for one in chunks)
    note = next((why for _, _, why in chunks if why), "")
    wanted = races * DATABASES
    return [
        at_least("races in which nothing held was destroyed", held + gone, "", wanted, note=note),
        Figure("the hold came first", held, "races"),
        Figure("the disposal came first", gone, "races"),
    ]


def told_of(seed: int, done: Done) -> tuple[int, int, str]:
    """How often each came first, and why a race went wrong."""
    told = [(int(held), int(gone)) for held, gone in TOLD.findall(done.stdout)]
    return sum(one[0] for one in told), sum(one[1] for one in told), trouble_of(seed, done)
