"""Death, EIO and ENOSPC at every system call that writes: intake, reading, backup and the rest.

Floors make no sense here: what has to be reached is that nothing is lost, doubled or left behind.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.context import PROJECT, Context
from bench.figures import Broken, Figure, NotMeasurable, at_most
from bench.injected import strace
from tests.postgres import PostgresNotInstalled, running_server

SCENES: Final = ("first", "intake", "reading", "backup", "restore", "package")
OUTCOMES: Final = ("KILL", "EIO", "ENOSPC")
ABOUT: Final = 600  # points of a scene, for --scale


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one scene under one kind of trouble."""

    met: int
    wrong: tuple[str, ...]


def run(context: Context) -> list[Figure]:
    """Each scene on each database, as many at once as there are cores."""
    strace()
    with ExitStack() as stack:
        folder = stack.enter_context(fast_folder())
        servers = {"SQLite": ""}
        try:
            servers["PostgreSQL"] = stack.enter_context(running_server()).url("postgres")
        except PostgresNotInstalled as error:
            raise NotMeasurable(str(error)) from error
        sample = 0 if context.scale >= 1 else context.sized(ABOUT)
        tasks = [(s, e, o) for s in SCENES for e in servers for o in OUTCOMES]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            all_tried = list(
                pool.map(
                    lambda task: tried(
                        task[0], folder / "-".join(task), servers[task[1]], task[2], sample
                    ),
                    tasks,
                )
            )
    return [
        at_most(f"{scene}, {engine}, {outcome}: violations", len(one.wrong), "", 0, note=_note(one))
        for (scene, engine, outcome), one in zip(tasks, all_tried, strict=True)
    ]


def _note(one: Tried) -> str:
    return f"{one.met} points" + "".join(f"; {text[:200]}" for text in one.wrong[:3])


@contextmanager
def fast_folder() -> Iterator[Path]:
    """A folder in memory where that can be: each try copies its scene, and syncs it often."""
    shm = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="torture-", dir=shm if os.access(shm, os.W_OK) else None)
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder)


def tried(scene: str, folder: Path, server: str, outcome: str, sample: int) -> Tried:
    """Try a scene at its points, in a process of its own."""
    command = [sys.executable, "-m", "bench.tried", scene, str(folder), "--server", server]
    done = subprocess.run(
        [*command, "--outcome", outcome, "--sample", str(sample)],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Broken(done.stderr[-500:])
    points = [json.loads(line) for line in done.stdout.splitlines()][:-1]
    wrong = tuple(f"{one['point']}: {text}" for one in points for text in one["problems"])
    return Tried(sum(one["met"] for one in points), wrong)
