"""Several workers over one PostgreSQL: they are killed in turn, and one is frozen and woken.

One of them files, as the worker of `serve` does; the others only read.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg

from archive.models import utc_text
from bench.context import PROJECT, Context
from bench.figures import Broken, Figure, NotMeasurable, at_most
from bench.house import House
from tests.postgres import PostgresNotInstalled, running_server

WORKERS: Final = 3
FILING: Final = 0  # the number of the one that files
FILES: Final = 500
KILLS: Final = 50
LIMIT_S: Final = 600.0
HELD_UP_S: Final = 20  # no transaction of ours takes as long
ORDERS: Final = 40  # several invoices for each


@dataclass(slots=True)
class Crew:
    """Workers of one archive, each a process. The first of them files."""

    house: House
    url: str
    processes: list[subprocess.Popen[bytes]]

    def start(self, number: int) -> subprocess.Popen[bytes]:
        """The one with this number."""
        form = ["--supervised"] if number == FILING else []  # as `serve` has it
        with (self.house.folder / "workers.log").open("ab") as log:
            return subprocess.Popen(
                self.house.command("worker", *form), cwd=PROJECT, stdin=subprocess.PIPE,
                stdout=log, stderr=log,
            )  # fmt: skip

    def kill(self, number: int) -> None:
        """End one in its midst, and put its like in its place."""
        self.processes[number].kill()
        self.processes[number].communicate()
        self.processes[number] = self.start(number)

    def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the database, beside the workers."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def wait(self, is_so: Callable[[], bool], what: str) -> None:
        """Until it is so. Raises `Broken`."""
        give_up = time.monotonic() + LIMIT_S
        while not is_so():
            if time.monotonic() > give_up:
                raise Broken(f"{what} is not so after {LIMIT_S:.0f} s")
            time.sleep(0.2)

    def is_done(self, files: int) -> bool:
        """Is everything filed, read and indexed?"""
        filed, left = self.ask(
            "SELECT (SELECT count(*) FROM sighting), "
            "(SELECT count(*) FROM job WHERE given_up_at IS NULL)"
        )[0]
        return int(filed) >= files and left == 0

    def is_held_up(self) -> bool:
        """Has somebody been in one transaction for longer than any of ours takes?"""
        return bool(
            self.ask(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                f"AND xact_start < now() - interval '{HELD_UP_S} seconds'"
            )
        )

    def freeze(self, number: int) -> bool:
        """Stop one that holds jobs until others have taken these over; whether it came to that.

        What it has locked amid a transaction nobody else can do, and what it puts into the index
        neither: it is woken then.
        """
        process = self.processes[number]
        process.send_signal(signal.SIGSTOP)
        lapsed = self.ask(
            "UPDATE job SET leased_until = %s WHERE id IN (SELECT id FROM job "
            "WHERE kind = 'parse' AND leased_by LIKE %s FOR UPDATE SKIP LOCKED) RETURNING id",
            utc_text(datetime.now(UTC) - timedelta(seconds=1)),
            f"%:{process.pid}:%",
        )
        ids = [row[0] for row in lapsed]
        self.wait(
            lambda: self._are_done(ids) or self.is_held_up(),
            "that others do the work of a frozen worker",
        )
        were_done = bool(ids) and self._are_done(ids)
        process.send_signal(signal.SIGCONT)
        return were_done

    def _are_done(self, ids: list[int]) -> bool:
        return not self.ask("SELECT id FROM job WHERE id = ANY(%s)", ids)


@contextmanager
def crew(house: House, url: str) -> Iterator[Crew]:
    """Workers that are at it; told to end at the end."""
    made = Crew(house, url, [])
    try:
        for number in range(WORKERS):
            made.processes.append(made.start(number))
        yield made
    finally:
        for process in made.processes:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in made.processes:
            process.communicate(timeout=60)


def run(context: Context) -> list[Figure]:
    """500 files, 50 kills; then 100 files, and a worker that is frozen meanwhile."""
    try:
        with running_server() as server, server.database() as url:
            killed = trouble(
                context.folder("workers"), url, files=context.sized(FILES),
                kills=context.sized(KILLS),
            )  # fmt: skip
        with running_server() as server, server.database() as url:
            frozen = trouble(context.folder("frozen"), url, files=100, kills=0, freezes=3)
    except PostgresNotInstalled as error:
        raise NotMeasurable(str(error)) from error
    return [
        at_most(f"{what}: lost, doubled or wrong", len(wrong), "", 0, note="; ".join(wrong)[:300])
        for what, wrong in (("workers killed", killed), ("a worker frozen", frozen))
    ]


def trouble(folder: Path, url: str, *, files: int, kills: int, freezes: int = 0) -> list[str]:
    """File so many, while workers are killed in turn and one is frozen, so often; what is wrong."""
    house = House(folder)
    house.prepare(
        f'database = "{url}"\n\n[ocr]\nlanguages = []\n\n[reading]\nworkers = 1\n\n'
        '[[roots]]\nname = "filing"\npath = "tree"\nrest_s = 0.1\n'
    )
    (folder / "tree").mkdir()
    house.run("status")  # makes the database, which the workers only open
    chance = random.Random(1)
    steps = max(kills, freezes, 1)
    with crew(house, url) as workers:
        for step in range(steps):
            for number in range(files * step // steps, files * (step + 1) // steps):
                _write(folder / "tree", number)
            time.sleep(chance.uniform(0.1, 3.0))
            if step < kills:
                workers.kill(step % WORKERS)
            if step < freezes:
                _freeze_one_that_works(workers)
        workers.wait(lambda: workers.is_done(files), "that all is read")
    return [*_wrong(house, files), *_given_up(workers)]


def _freeze_one_that_works(workers: Crew) -> None:
    for _ in range(50):
        if any(workers.freeze(number) for number in range(WORKERS)):
            return
        time.sleep(0.05)


def _write(tree: Path, number: int) -> None:
    order = f"PO-2024-{number % ORDERS:03}"
    text = f"INVOICE\n\nInvoice no: INV-{number:05}\nYour order: {order}\n"
    if number < ORDERS:
        text = f"PURCHASE ORDER\n\nOrder no: {order}\n"
    (tree / f"{number:05}.txt").write_text(text)


def _given_up(workers: Crew) -> list[str]:
    rows = workers.ask("SELECT kind, reason FROM job")
    return [f"A job of kind {kind} was left: {reason}" for kind, reason in rows]


def _wrong(house: House, files: int) -> list[str]:
    """What was lost, what is there twice, and what does not agree."""
    wrong = []
    lines = [json.loads(line) for line in house.run("export", "documents").splitlines()]
    counted = Counter(path for line in lines for path in line["paths"])
    wrong += [f"{path} is there {count} times" for path, count in counted.items() if count > 1]
    wanted = {f"filing/{number:05}.txt" for number in range(files)}
    wrong += [f"{path} is lost" for path in sorted(wanted - set(counted))]
    wrong += [f"{line['path']} is {line['status']}" for line in lines
              if line["status"] != "searchable"]  # fmt: skip
    if len(lines) != files:
        wrong.append(f"{len(lines)} documents of {files} files")
    bills = [json.loads(line) for line in house.run("export", "references").splitlines()]
    resolved = sum(line["status"] == "resolved" for line in bills)
    if not resolved == len(bills) == max(files - ORDERS, 0):
        wrong.append(f"{len(bills)} references, {resolved} resolved, of {files - ORDERS}")
    for command in ("check", "verify"):
        try:
            house.run(command)
        except Broken as error:
            wrong.append(str(error))
    return wrong
