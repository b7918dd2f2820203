"""What others reach on the same files: Recoll, and bare readers with and without tantivy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.context import Context
from bench.figures import Figure, NotMeasurable

CONTENDERS = ("recoll", "floor-1", "tantivy-1")


def measured(
    context: Context, contenders: tuple[str, ...] = CONTENDERS
) -> dict[str, dict[str, float]]:
    """Contender → its figures (`documents_per_cpu_s`, `cpu_s`, `files_with_text`, …), medians.

    Measured once a run, over the corpora without scans and hostile files. Raises `NotMeasurable`
    with the line that installs what is missing.
    """
    return context.once(f"anchors {contenders}", lambda: _measure(context, contenders))


def _measure(context: Context, contenders: tuple[str, ...]) -> dict[str, dict[str, float]]:
    work = context.folder("anchors")
    result = work / "anchors.json"
    script = context.shared("anchors/measure_anchors.py")
    corpora = context.shared("corpora")
    command: list[str | Path] = [sys.executable, script, corpora, "--work", work, "--json", result]
    done = subprocess.run(
        [*command, "--no-queries", "--contenders", *contenders],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotMeasurable(done.stderr.strip())
    medians: dict[str, Any] = json.loads(result.read_text())["medians"]
    return medians


def run(context: Context) -> list[Figure]:
    anchors = measured(context)
    floor = anchors["floor-1"]["documents_per_cpu_s"]
    speeds = [
        Figure(
            f"{name}: files read and indexed" if name != "floor-1" else "floor-1: files read",
            anchors[name]["documents_per_cpu_s"],
            "documents/CPU s",
            floor=floor,
        )
        for name in CONTENDERS
    ]
    ratio = anchors["tantivy-1"]["documents_per_cpu_s"] / anchors["recoll"]["documents_per_cpu_s"]
    return [*speeds, Figure("tantivy-1 against recoll", ratio, "times")]
