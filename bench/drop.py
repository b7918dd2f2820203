"""From the moment a file lies in a watched folder until a search finds it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from bench import machine
from bench.context import Context
from bench.figures import BUSY, Broken, Figure, at_most, quantile
from bench.house import Client, House, Service
from bench.made import Maker

IDLE_DROPS = 20
BULK = 10_000
IDLE_S, BULK_S = 2.0, 10.0
GIVE_UP_S = 120
PAUSE_S = 1.0  # between two drops
LOOK_EVERY_S = 0.05


def run(context: Context) -> list[Figure]:
    house = House(context.folder("drop"))
    house.prepare('[[roots]]\nname = "tree"\npath = "tree"\n')
    tree = house.folder / "tree"
    (tree / "desk").mkdir(parents=True)
    count = context.sized(BULK)
    maker = Maker.read(context.shared("corpora"))
    with house.serve() as service, service.client() as client:
        before = machine.stretch()
        idle = [_drop(client, tree / "desk", f"idle{n}") for n in range(IDLE_DROPS)]
        stretch = max(before, machine.stretch())
        during, took_s = _during(service, client, tree, maker, count)
    note = f"machine busy ({stretch:.2f})" if stretch > BUSY else ""
    return [
        at_most("idle, p95", quantile(idle, 0.95), "s", IDLE_S, note=note),
        Figure("idle, median", quantile(idle, 0.5), "s"),
        at_most(f"while {count:,} files come, p95", quantile(during, 0.95), "s", BULK_S),
        Figure(f"while {count:,} files come, median", quantile(during, 0.5), "s"),
        Figure("drops measured meanwhile", len(during), "files"),
        Figure("the files are searchable", count / took_s, "documents/s"),
    ]


def _during(
    service: Service, client: Client, tree: Path, maker: Maker, count: int
) -> tuple[list[float], float]:
    """Seconds of single drops while `count` files come, and seconds until those are read."""
    begun = time.monotonic()
    bulk = threading.Thread(target=maker.write, args=(tree / "bulk", range(count)))
    bulk.start()
    times: list[float] = []
    while bulk.is_alive() or _left(client, count):
        times.append(_drop(client, tree / "desk", f"during{len(times)}"))
    bulk.join()
    return times, time.monotonic() - begun


def _drop(client: Client, folder: Path, word: str) -> float:
    """Seconds until a new file is found by a word that only it has."""
    time.sleep(PAUSE_S)
    text = f"Minutes of the meeting\n\nThe word of this note is {word}; PO-2024-113 is late.\n"
    begun = time.monotonic()
    (folder / f"note {word}.txt").write_text(text)
    while not client.json("/api/v1/search", q=word, limit=1, facets="")["total"]:
        if time.monotonic() - begun > GIVE_UP_S:
            raise Broken(f"a dropped file is not found after {GIVE_UP_S} s")
        time.sleep(LOOK_EVERY_S)
    return time.monotonic() - begun


def _left(client: Client, count: int) -> bool:
    """Is any of `count` files not filed yet, or not read and indexed?"""
    status = client.json("/api/v1/status")
    return bool(status["versions"] < count or sum(status["queue"].values()))
