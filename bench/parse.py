"""The parse stage without OCR, cage included, against bare readers (the anchors' `floor-2`)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench.anchors import measured
from bench.context import Context
from bench.figures import Broken, Figure, at_least, at_most
from bench.processes import Usage, measure
from bench.speed import LEFT_OUT

FLOOR = "floor-2"
BROKE = "a reader broke:"  # begins a line of bench.parse_stage
SHARE = 0.5  # of what the bare readers reach


def run(context: Context) -> list[Figure]:
    """Ours before the others and after them: a shared machine is not always as quick."""
    corpora = context.shared("corpora")
    entries = sorted(path for path in corpora.iterdir() if path.name not in LEFT_OUT)
    files = sorted(
        path for entry in entries for path in (entry, *entry.rglob("*")) if path.is_file()
    )
    listing = context.folder("parse") / "files.json"
    listing.write_text(json.dumps([str(path) for path in files]))
    before = _ours(listing, "--extract")
    floor = measured(context, (FLOOR,))[FLOOR]["documents_per_cpu_s"]
    after = _ours(listing, "--extract")
    bare = _ours(listing)
    cpu_s = (before.cpu_s + after.cpu_s) / 2
    speed = len(files) / cpu_s
    return [
        Figure("files read, facts and numbers extracted", speed, "documents/CPU s", floor=floor,
               note=f"{len(files)} files, {before.cpu_s:.1f} and {after.cpu_s:.1f} CPU s"),
        at_least(f"against {FLOOR}", speed / floor, "times", SHARE),
        Figure("files read, nothing extracted", len(files) / bare.cpu_s, "documents/CPU s",
               floor=floor, note=f"{bare.cpu_s:.1f} CPU s"),
        Figure("share of extraction", 100 * (1 - bare.cpu_s / cpu_s), "% of CPU"),
        at_most("files that broke their reader", after.output.count(BROKE), "", 0,
                note=after.output[:200].strip()),
        Figure("all processes together", after.peak_mib, "MiB"),
    ]  # fmt: skip


def _ours(listing: Path, *options: str) -> Usage:
    usage = measure([sys.executable, "-m", "bench.parse_stage", listing, *options])
    if usage.exit_status:
        raise Broken(f"the parse stage ends with {usage.exit_status}: {usage.output[-2000:]}")
    return usage
