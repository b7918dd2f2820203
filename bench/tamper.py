"""Tampering: bits turned round and history rewritten, each found by `verify`, and nothing else.

Bits are turned one at a time in originals, receipts, event lines, sealed history, checkpoints, keys
and what is kept outside. Who rewrites has the database, the data folder and the signing key.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bench.context import Context
from bench.figures import Figure, at_least, at_most
from tests.conftest import SteppedClock
from tests.sealed_archive import SealedArchive

FLIPS: Final = 1000
CLEAN: Final = 100
SEED: Final = 20261130
Rewriting = Callable[[SealedArchive], None]


def _forge(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    bodies[4]["actor"] = "user:99"
    return bodies


def _elsewhere(receipts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    receipts[0]["path"] = "elsewhere.txt"
    return receipts


#: What somebody with full access does; all of it hashed, linked and signed anew.
REWRITINGS: Final[dict[str, Rewriting]] = {
    "an event changed": lambda house: house.rewrite_events(_forge),
    "an event removed": lambda house: house.rewrite_events(lambda all_: all_[:3] + all_[4:]),
    "events swapped": lambda house: house.rewrite_events(lambda a: [a[1], a[0], *a[2:]]),
    "the tail cut": lambda house: house.rewrite_events(lambda all_: all_[:-5]),
    "a receipt changed": lambda house: house.rewrite_receipts(_elsewhere),
    "a receipt removed": lambda house: house.rewrite_receipts(lambda all_: all_[1:]),
    "receipts swapped": lambda house: house.rewrite_receipts(lambda a: [a[1], a[0], *a[2:]]),
    "the receipts' tail cut": lambda house: house.rewrite_receipts(lambda all_: all_[:-2]),
    "an original replaced": lambda house: house.replace_blob(b"another order"),
}


def run(context: Context) -> list[Figure]:
    """Each bit found, each rewriting found, no false alarm."""
    folder = context.folder("tamper")
    house = _house(folder / "flips")
    chooser = random.Random(SEED)
    missed, flips = [], context.sized(FLIPS)
    for _ in range(flips):
        where, undo = house.flip(chooser)
        if not house.verify():
            missed.append(where)
        undo()
    alarms, clean, seconds = 0, context.sized(CLEAN), 0.0
    for number in range(clean):
        if number % 3 == 0:
            house.add(f"more/{number}.txt", f"More\nPO-{number}\n", number=f"PO-{number}")
        if number % 5 == 0:
            house.seal()
        begun = time.process_time()
        alarms += bool(house.verify())
        seconds += time.process_time() - begun
    house.close()
    unseen = [name for name, rewrite in REWRITINGS.items() if not _is_found(folder, rewrite)]
    return [
        at_least("flipped bits found", flips - len(missed), "", flips, note=", ".join(missed[:5])),
        at_most("false alarms in clean runs", alarms, "", 0, note=f"{clean} runs"),
        at_least(
            "rewritings by somebody with full access, found",
            len(REWRITINGS) - len(unseen), "", len(REWRITINGS), note=", ".join(unseen),
        ),
        Figure("verify of the small archive", seconds / clean, "CPU s"),
    ]  # fmt: skip


def _is_found(folder: Path, rewrite: Rewriting) -> bool:
    house = _house(folder / "rewritten")
    try:
        if house.verify():
            return False
        rewrite(house)
        return bool(house.verify())
    finally:
        house.close()


def _house(folder: Path) -> SealedArchive:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    clock = SteppedClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    return SealedArchive(f"sqlite:///{folder / 'crossfile.sqlite'}", folder, clock)
