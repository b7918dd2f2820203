"""Files made to harm, through the whole service, with strace watching from outside."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from pathlib import Path

from bench.context import Context
from bench.corpora import outcome
from bench.figures import Broken, Figure, at_least, at_most
from bench.house import Client, House
from bench.traced import Seen, seen_in, under_strace

LIMIT_S = 3600  # strace makes everything slow; beyond this, it hangs
LOOK_EVERY_S = 1.0
QUIET_LOOKS = 5  # so often nothing waits before everything is read
#: Written by every program; never content.
HARMLESS = (Path("/dev"), Path("/proc/self"))
BYTECODE = "__pycache__"


def run(context: Context) -> list[Figure]:
    corpora = context.shared("corpora")
    files = sorted(path for path in (corpora / "hostile").rglob("*") if path.is_file())
    house = House(context.folder("hostile"))
    house.prepare(f'[[roots]]\nname = "hostile"\npath = {json.dumps(str(corpora / "hostile"))}\n')
    log = house.folder / "strace.log"
    with (
        house.serve(lambda command: under_strace(command, log)) as service,
        service.client() as client,
    ):
        given_up = _await_end(client, len(files))
        client.get("/readyz")
    seen = seen_in(log)
    rows = [{"path": str(p.relative_to(corpora)), "sha256": _sum(p)} for p in files]
    documents = house.export("documents")
    lost, unexplained = outcome(rows, documents)
    return [
        Figure("files", len(rows), ""),
        at_most("jobs given up", given_up, "", 0),
        at_most("the worker had to be started again", seen.workers - 1, "times", 0),
        at_most("files that are not in the archive", len(lost), "", 0, note=", ".join(lost[:5])),
        at_most(
            "files neither searchable nor unreadable with a reason",
            len(unexplained), "", 0, note=", ".join(unexplained[:5]),
        ),
        *_from_outside(seen, house.folder),
        *_reasons(documents),
    ]  # fmt: skip


def _await_end(client: Client, files: int) -> int:
    """Wait until all is filed and read. How many jobs were given up."""
    deadline, quiet = time.monotonic() + LIMIT_S, 0
    while True:
        status = client.json("/api/v1/status")
        is_done = status["versions"] >= files // 2 and not sum(status["queue"].values())
        quiet = quiet + 1 if is_done else 0
        if quiet >= QUIET_LOOKS:
            return int(status["given_up"])
        if time.monotonic() > deadline:
            raise Broken(f"after {LIMIT_S} s the queue is {status['queue']}")
        time.sleep(LOOK_EVERY_S)


def _from_outside(seen: Seen, folder: Path) -> list[Figure]:
    """What strace saw of readers, and of writing by anyone; the cage of LibreOffice has scratch."""
    scratches = seen.scratches()
    changed = [
        (call, path)
        for call in seen.calls
        for path in call.changed
        if scratches.isdisjoint((path, *path.parents))
    ]
    outside = sorted({str(path) for _, path in changed if not _is_ours(path, folder)})
    by_readers = sorted({
        str(path) for call, path in changed if call.pid in seen.readers and not _is_harmless(path)
    })  # fmt: skip
    sockets = [call for call in seen.calls if call.pid in seen.readers and call.opened_socket]
    return [
        at_least("processes of readers seen", len(seen.readers), "", 1),
        Figure("scratch folders, each of one LibreOffice", len(scratches), ""),
        at_most("paths written outside the data folder", len(outside), "", 0,
                note=", ".join(outside[:5])),
        at_most("paths written by readers", len(by_readers), "", 0, note=", ".join(by_readers[:5])),
        at_most("sockets opened by readers", len(sockets), "", 0,
                note="; ".join(f"{call.name}({call.arguments})" for call in sockets[:3])),
    ]  # fmt: skip


def _is_harmless(path: Path) -> bool:
    return BYTECODE in path.parts or any(path.is_relative_to(folder) for folder in HARMLESS)


def _is_ours(path: Path, folder: Path) -> bool:
    return path.is_relative_to(folder) or _is_harmless(path)


def _reasons(documents: Path) -> list[Figure]:
    """How the files ended, as far as they are no children."""
    lines = map(json.loads, documents.read_text(encoding="utf-8").splitlines())
    ends = Counter(row["reason_code"] or row["status"] for row in lines if row["parent"] is None)
    return [Figure(f"ended as {end}", count, "files") for end, count in sorted(ends.items())]


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
