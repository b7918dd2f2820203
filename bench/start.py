"""How long the command line takes to say the first word."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bench.context import Context
from bench.figures import Figure, NotMeasurable, quantile
from bench.processes import Usage, measure

REPEATS = 9


def run(_context: Context) -> list[Figure]:
    """`crossfile --help` against a Python that does nothing."""
    bare = _several([sys.executable, "-c", "pass"])
    ours = _several([Path(sys.executable).with_name("crossfile"), "--help"])
    return [
        Figure("crossfile --help", _median_ms(ours), "CPU ms", floor=_median_ms(bare)),
        Figure(
            "memory of crossfile --help",
            max(usage.peak_mib for usage in ours),
            "MiB",
            floor=max(usage.peak_mib for usage in bare),
        ),
    ]


def _several(command: Sequence[str | Path]) -> list[Usage]:
    usages = [measure(command, limit_s=60) for _ in range(REPEATS)]
    if any(usage.exit_status for usage in usages):
        raise NotMeasurable(f"{command[0]} failed: {usages[-1].output}")
    return usages


def _median_ms(usages: Sequence[Usage]) -> float:
    return quantile([usage.cpu_s * 1000 for usage in usages], 0.5)
