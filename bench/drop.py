"""From the moment a file lies in a watched folder until a search finds it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from bench import machine
from bench.context import Context
from bench.figures import Broken, Figure, at_most, quantile, within_ms
from bench.house import Client, House, Service
from bench.made import Maker

IDLE_DROPS = 20
BULK = 10_000
IDLE_MS, BULK_S = 2000, 10.0
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
        stretches = [machine.stretch()]
        idle, cpu = [], []
        for number in range(IDLE_DROPS):
            used = service.tree.cpu_s()
            idle.append(_drop(client, tree / "desk", f"idle{number}"))
            cpu.append(service.tree.cpu_s() - used)
        stretches.append(machine.stretch())
        during, took_s = _during(service, client, tree, maker, count)
    at_once = within_ms(
        "idle, p95",
        IDLE_MS,
        wall_ms=quantile(idle, 0.95) * 1000,
        cpu_ms=quantile(cpu, 0.95) * 1000,
        stretch=sum(stretches) / len(stretches),
    )
    return [
        at_once,
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
