"""References in a large archive: what waits is answered, a name found back, a trail told."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select

from archive.access import operator
from archive.builtin_schemes import BUILTIN_SCHEMES, entry_schemes
from archive.chain_sums import Wish as ChainWish
from archive.chain_sums import chain_of
from archive.db import sqlite_url
from archive.graph import Wish as GraphWish
from archive.graph import around
from archive.models import Candidate, Reference
from archive.register_fields import register_of
from archive.registers import create
from archive.schemes import compile_schemes
from archive.wanted import Wish as WantedWish
from archive.wanted import list_wanted
from archive.wanting import Asked
from bench import machine, mentioned
from bench.context import Context
from bench.figures import Broken, Figure, quantile, within_ms
from indexer.naming import NameSearch, Naming
from tests.small_archive import SmallArchive

DOCUMENTS: Final = 100_000
LATE_MS, NAME_MS, TRAIL_MS = 1000, 10_000, 200
TRAILS: Final = 9


class Clock:
    """A moment that goes on by a second each time."""

    def __init__(self) -> None:
        self._now = mentioned.AT + timedelta(days=1)

    def __call__(self) -> Any:
        self._now += timedelta(seconds=1)
        return self._now

    def step(self) -> None:
        """For the small archive."""


def run(context: Context) -> list[Figure]:
    """The figures; the archive is made anew, for what is measured changes it."""
    folder = context.folder("references")
    shutil.rmtree(folder)
    folder.mkdir()
    count = context.sized(DOCUMENTS)
    archive = SmallArchive(sqlite_url(folder / "crossfile.sqlite"), folder, Clock())  # type: ignore[arg-type]
    try:
        used = time.process_time()
        with archive.database.write() as session:
            mentioned.fill(session, count)
        made = Figure(
            "documents written", count, "", note=f"CPU {time.process_time() - used:.0f} s"
        )
        _settle(archive)
        stretches = [machine.stretch()]
        figures = [*_trails(archive, count), *_views(archive)]
        figures += [_late(archive, count), _name(archive, count)]
        stretches.append(machine.stretch())
    finally:
        archive.close()
    stretch = sum(stretches) / len(stretches)
    return [made, *(one(stretch) for one in figures)]


Timed = Callable[[float], Figure]


def _timed(name: str, limit_ms: float, times: list[tuple[float, float]]) -> Timed:
    """The median of (wall, CPU) in milliseconds, judged when it is known how busy it was."""
    wall = quantile([one[0] for one in times], 0.5)
    cpu = quantile([one[1] for one in times], 0.5)
    return lambda stretch: within_ms(name, limit_ms, wall_ms=wall, cpu_ms=cpu, stretch=stretch)


def _took(do: Callable[[], Any]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    do()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def _settle(archive: SmallArchive) -> None:
    """As a service that has run for a while: the database knows what its tables hold."""
    with archive.database.write() as session:
        session.connection().exec_driver_sql("ANALYZE")


def _trails(archive: SmallArchive, count: int) -> list[Timed]:
    groups = max(count // mentioned.GROUP, 1)
    found: list[int] = []

    def one(number: int) -> None:
        seed = f"D-{(number % groups) * mentioned.GROUP + 1:06d}"
        found.append(len(archive.trail(seed, depth=3)["entries"]))

    one(0)
    times = [_took(lambda number=number: one(number)) for number in range(1, TRAILS + 1)]  # type: ignore[misc]
    if min(found) < min(mentioned.GROUP, count):
        raise Broken(f"a trail of a contract has {min(found)} documents")
    return [_timed(f"trail of depth 3, {min(found)} documents", TRAIL_MS, times)]


def _views(archive: SmallArchive) -> list[Timed]:
    """Other views over the same; nothing has to be reached."""

    def read(do: Callable[[Any, Any], Any]) -> tuple[float, float]:
        with archive.database.read() as session:
            return _took(lambda: do(session, operator(session)))

    today, schemes = archive.clock().date(), entry_schemes(())
    took = {
        "wanted": read(lambda session, viewer: list_wanted(
            session, Asked(viewer, today, None, schemes), WantedWish()
        )),
        "chain of a contract": read(lambda s, v: chain_of(s, v, 1, ChainWish())),
        "graph of depth 3": read(lambda s, v: around(s, v, 1, GraphWish(3))),
    }  # fmt: skip

    def figure(name: str, wall: float, cpu: float) -> Timed:
        return lambda stretch: Figure(name, cpu, "CPU ms", note=f"wall {wall:.0f} ms")

    return [figure(name, *times) for name, times in took.items()]


def _late(archive: SmallArchive, count: int) -> Timed:
    """The order comes for which every hundredth paper waits."""
    text = f"Purchase order {mentioned.LATE}"
    version = archive.file("late.txt", text.encode())
    took = _took(lambda: archive.read(version, text, number=mentioned.LATE))
    waited = count // mentioned.OFTEN
    with archive.database.read() as session:
        statement = select(func.count()).where(Candidate.document_id == count + 1)
        answered = session.scalar(statement)
    if answered != waited:
        raise Broken(f"{answered} of {waited} references were answered")
    return _timed(
        f"a late document answers {waited * mentioned.MENTIONS:,} mentions", LATE_MS, [took]
    )


def _name(archive: SmallArchive, count: int) -> Timed:
    """A product is registered, and what speaks of it is found."""
    schemes = compile_schemes(BUILTIN_SCHEMES)
    search = NameSearch(archive.database, Naming(schemes, ()), archive.clock, "bench")
    values: dict[str, str | list[str]] = {"code": "AV-200", "name": mentioned.PRODUCT}

    def register() -> None:
        with archive.database.write() as session:
            create(
                session, operator(session), register_of("product"), values, archive.clock(),
                schemes=schemes, collection="general",
            )  # fmt: skip
        while search.step():
            pass

    took = _took(register)
    spoken = count // mentioned.OFTEN
    with archive.database.read() as session:
        named = select(func.count()).where(Reference.dictionary_entry_id.is_not(None))
        found = session.scalar(named)
    if found != spoken:
        raise Broken(f"{found} of {spoken} documents that speak of the product are found")
    return _timed(f"a registered name is found in {spoken:,} documents", NAME_MS, [took])
