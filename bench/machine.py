"""What the figures were measured on, and how busy it was."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from pathlib import Path

SPIN_S = 0.3


def stretch() -> float:
    """How much longer than its CPU time a busy loop takes: 1 free, 2 on half a core."""
    wall, cpu = time.perf_counter(), time.process_time()
    while time.process_time() - cpu < SPIN_S:
        pass
    return (time.perf_counter() - wall) / (time.process_time() - cpu)


def describe() -> dict[str, str | int]:
    """Processor, cores, Python, and the commit that was measured."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.platform(),
        "python": platform.python_version(),
        "commit": _commit(),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _commit() -> str:
    """Empty where this is no git checkout."""
    asked = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip()
