"""How long a search takes over HTTP, with facets and snippets: one user, and eight at once."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from bench import machine
from bench.context import Context
from bench.figures import Figure, at_most, number, quantile, within_ms
from bench.house import Service
from bench.large import Large, large
from bench.queries import Query, Typist

TANTIVY_DOCUMENTS: Final = 100_000
WHOOSH_DOCUMENTS: Final = 10_000
ONE_MS, EIGHT_MS, WHOOSH_MS, WHOOSH_WORST_MS = 50, 150, 400, 2000
REST_MIB: Final = 700
QUERIES: Final = 300
WHOOSH_QUERIES: Final = 100
WARM: Final = 20  # before the first that counts
USERS: Final = 8
FILED: Final = 2_000  # dropped while eight search
LOOK_EVERY: Final = 10  # searches between two looks at the floor
SEARCH: Final = "/api/v1/search"


@dataclass(frozen=True, slots=True)
class Times:
    """Of one row of searches, in milliseconds."""

    queries: Sequence[Query]
    wall: Sequence[float]
    cpu: Sequence[float]  # of the process that answers
    floor: Sequence[float]  # of the shortest answer that the same process gives: /healthz
    stretch: float

    def slowest(self) -> str:
        """For people: the sorts of searches that took longest."""
        worst = sorted(zip(self.wall, self.queries, strict=True), key=lambda one: -one[0])[:3]
        return "; ".join(f"{query.text} {number(wall)} ms" for wall, query in worst)


def run(context: Context) -> list[Figure]:
    """tantivy."""
    archive = large(context, "tantivy", context.sized(TANTIVY_DOCUMENTS))
    typist = Typist(archive.maker, archive.count)
    with archive.house.serve() as service:
        one = _one_user(service, typist.queries(WARM + QUERIES))
        time.sleep(5)  # what only the searches held is given back
        rest = service.tree.memory_mib()
        eight = _eight_users(service, archive, typist, context.sized(FILED))
        filing = service.tree.memory_mib()
    return [
        archive.filing,
        *_one_figures(one, ONE_MS),
        *eight,
        at_most("the whole service at rest", rest, "MiB", REST_MIB),
        Figure("the whole service while filing", filing, "MiB"),
    ]


def run_whoosh(context: Context) -> list[Figure]:
    """The engine in pure Python."""
    archive = large(context, "whoosh", context.sized(WHOOSH_DOCUMENTS))
    typist = Typist(archive.maker, archive.count)
    with archive.house.serve() as service:
        one = _one_user(service, typist.queries(WARM + WHOOSH_QUERIES))
    worst = within_ms(
        "one user, slowest",
        WHOOSH_WORST_MS,
        wall_ms=max(one.wall),
        cpu_ms=max(one.cpu),
        stretch=one.stretch,
    )
    return [archive.filing, *_one_figures(one, WHOOSH_MS), worst]


def _one_figures(times: Times, limit_ms: float) -> list[Figure]:
    p95 = within_ms(
        "one user, p95",
        limit_ms,
        wall_ms=quantile(times.wall, 0.95),
        cpu_ms=quantile(times.cpu, 0.95),
        stretch=times.stretch,
        floor_ms=quantile(times.floor, 0.95),
    )
    floor = quantile(times.floor, 0.5)
    figures = [
        p95,
        Figure("one user, median", quantile(times.wall, 0.5), "ms", floor=floor),
        Figure("one user, slowest", max(times.wall), "ms", note=times.slowest()),
        Figure("one user, CPU, median", quantile(times.cpu, 0.5), "ms"),
        Figure("one user, CPU, p95", quantile(times.cpu, 0.95), "ms"),
    ]
    for sort in sorted({query.sort for query in times.queries}):
        cpu = [ms for query, ms in zip(times.queries, times.cpu, strict=True) if query.sort == sort]
        note = f"slowest {number(max(cpu))} ms of {len(cpu)}"
        figures.append(Figure(f"{sort}: CPU, median", quantile(cpu, 0.5), "ms", note=note))
    return figures


def _one_user(service: Service, queries: Sequence[Query]) -> Times:
    wall, cpu, floor, stretches = [], [], [], []
    with service.client() as client:
        for place, query in enumerate(queries):
            if place == WARM:  # the processes that search have come by then
                service.come_to_rest()
            used, begun = service.answering_cpu_s(), time.perf_counter()
            client.get(SEARCH, q=query.text)
            wall.append((time.perf_counter() - begun) * 1000)
            cpu.append((service.answering_cpu_s() - used) * 1000)
            if place % LOOK_EVERY == 0:
                begun = time.perf_counter()
                client.get("/healthz")
                floor.append((time.perf_counter() - begun) * 1000)
            if place % (LOOK_EVERY * 10) == WARM:
                stretches.append(machine.stretch())
    stretch = sum(stretches) / len(stretches)
    return Times(queries[WARM:], wall[WARM:], cpu[WARM:], floor, stretch)


def _eight_users(service: Service, archive: Large, typist: Typist, files: int) -> list[Figure]:
    """Each asks again as soon as there is an answer, while files are dropped and read."""
    rows = [typist.queries(QUERIES // USERS) for _ in range(USERS)]
    stretch = machine.stretch()
    drop = archive.house.folder / "drop"
    with service.client() as client:
        begin = client.json("/api/v1/status")["versions"]
        numbers = range(begin, begin + files)
        dropping = threading.Thread(target=archive.maker.write, args=(drop, numbers))
        dropping.start()
        while client.json("/api/v1/status")["versions"] == begin:
            time.sleep(0.1)
        used = service.answering_cpu_s()
        with ThreadPoolExecutor(USERS) as users:
            asked = list(users.map(lambda row: _ask_all(service, row), rows))
        used = service.answering_cpu_s() - used
        dropping.join()
        left = sum(client.json("/api/v1/status")["queue"].values())
        while sum(client.json("/api/v1/status")["queue"].values()):
            time.sleep(0.5)
    shutil.rmtree(drop)
    times = [ms for searches, _ in asked for ms in searches]
    floor = [ms for _, looks in asked for ms in looks]
    each_ms = used * 1000 / len(times)
    return [
        within_ms(
            "eight at once while filing, p95",
            EIGHT_MS,
            wall_ms=quantile(times, 0.95),
            cpu_ms=each_ms * USERS,  # as if one core answered all eight
            stretch=max(stretch, machine.stretch()),
            floor_ms=quantile(floor, 0.95),
        ),
        Figure("eight at once, median", quantile(times, 0.5), "ms", floor=quantile(floor, 0.5)),
        Figure("eight at once, each search", each_ms, "CPU ms"),
        Figure("jobs that still waited then", left, ""),
    ]


def _ask_all(service: Service, queries: Sequence[Query]) -> tuple[list[float], list[float]]:
    """Milliseconds of each search, and of the /healthz asked now and then between two."""
    times, floor = [], []
    with service.client() as client:
        for place, query in enumerate(queries):
            begun = time.perf_counter()
            client.get(SEARCH, q=query.text)
            answered = time.perf_counter()
            times.append((answered - begun) * 1000)
            if place % LOOK_EVERY == 0:
                client.get("/healthz")
                floor.append((time.perf_counter() - answered) * 1000)
    return times, floor
