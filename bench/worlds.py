"""500 generated worlds with hidden documents: what is hidden changes no answer."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

from bench.context import PROJECT, Context
from bench.figures import Figure, NotMeasurable

WORLDS: Final = 500
TEST: Final = "tests/test_hidden_worlds.py"


def run(context: Context) -> list[Figure]:
    """The test of the test run, over more worlds."""
    if not (PROJECT / TEST).exists():
        raise NotMeasurable(f"there is no {TEST}")
    worlds = context.sized(WORLDS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--timeout=3600", TEST],
        cwd=PROJECT,
        env={**os.environ, "CROSSFILE_WORLDS": str(worlds)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout.strip().splitlines()
    note = said[-1] if said else done.stderr[-500:]
    is_good = done.returncode == 0
    return [Figure("worlds with equal answers", worlds if is_good else 0, "", f"≥ {worlds}",
                   ok=is_good, note=note)]  # fmt: skip
