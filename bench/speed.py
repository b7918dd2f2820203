"""Reading and indexing real files without OCR, against Recoll and the bare readers."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bench.anchors import measured
from bench.context import Context
from bench.figures import Figure, at_least, at_most
from bench.house import House
from bench.processes import Usage

LEFT_OUT: Final = ("hostile", "scans-sroie", "truth", "manifest.jsonl")  # as the anchors do
RATIO: Final = 3
MEMORY_MIB: Final = 1024


def run(context: Context) -> list[Figure]:
    """Ours once before the others and once after them: a shared machine is not always as quick."""
    corpora = context.shared("corpora")
    entries = sorted(path for path in corpora.iterdir() if path.name not in LEFT_OUT)
    files = sum(path.is_file() for entry in entries for path in (entry, *entry.rglob("*")))
    usages = [_ours(context, entries)]
    anchors = measured(context)
    usages.append(_ours(context, entries))
    speed = files * len(usages) / sum(usage.cpu_s for usage in usages)
    recoll = anchors["recoll"]["documents_per_cpu_s"]
    wall = ", ".join(f"{usage.wall_s:.0f}" for usage in usages)
    return [
        Figure(
            "files filed, read and indexed",
            speed,
            "documents/CPU s",
            floor=anchors["tantivy-1"]["documents_per_cpu_s"],
            note=f"{files} files, wall {wall} s",
        ),
        at_least(
            "against Recoll",
            speed / recoll,
            "times",
            RATIO,
            floor=anchors["tantivy-1"]["documents_per_cpu_s"] / recoll,
            note=f"Recoll: {recoll:.0f} documents/CPU s",
        ),
        at_most(
            "all processes together",
            max(usage.peak_mib for usage in usages),
            "MiB",
            MEMORY_MIB,
        ),
    ]


def _ours(context: Context, entries: list[Path]) -> Usage:
    house = House(context.folder("speed"))
    house.prepare("[ocr]\nlanguages = []\n")
    return house.ingest(*entries)
