"""500 generated worlds with hidden documents: what is hidden changes no answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bench.chunks import Done, chunks_of, trouble_of
from bench.context import Context
from bench.figures import Figure, at_least

WORLDS: Final = 500
CHUNK: Final = 50  # worlds of one process; each chunk has a seed of its own, and is always the same
TEST: Final = "tests/test_hidden_worlds.py"
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
    """The test of the test run, over more worlds."""
    worlds = context.sized(WORLDS)
    chunks = chunks_of(TEST, "CROSSFILE_WORLDS", worlds, CHUNK, told_of)
    equal, ran = sum(one.equal for one in chunks), sum(one.worlds for one in chunks)
    questions, cpu_s = sum(one.questions for one in chunks), sum(one.cpu_s for one in chunks)
    trouble = next((chunk.trouble for chunk in chunks if chunk.trouble), "")
    note = f"of {ran} that were built" + (f"; {trouble}" if trouble else "")
    return [
        at_least("worlds with equal answers", equal, "", worlds, note=note),
        Figure("questions asked of both sides", questions, ""),
        Figure("a world", cpu_s / max(ran, 1), "CPU s"),
    ]


def told_of(seed: int, done: Done) -> Chunk:
    """What came of a chunk, also of one in which a world differs or that was ended early."""
    trouble = trouble_of(seed, done)
    said = TOLD.search(done.stdout)
    if said is None:
        return Chunk(trouble=trouble or f"seed {seed}: nothing is said of its worlds")
    ran = int(said["worlds"])
    cpu_s = float(said["cpu_s"]) * ran
    return Chunk(int(said["equal"]), ran, int(said["questions"]), cpu_s, trouble)
