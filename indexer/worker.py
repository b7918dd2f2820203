"""The worker: sweeps, files, reads and indexes. The one loop that catches everything.

Eight threads: the filer (tree to vault), the reader (jobs to the cage and back), the one that looks
for registered names, the indexer, the one that seals history, the postman (notices of decisions),
the one that hashes blobs again, and the one that destroys what two persons agreed on. Where there
are several workers, one of them files, and the others have no filer.
Each does a little, commits, and looks again; where it finds nothing, when another has done
something, or after a while. A worker that dies leaves leases that lapse; another, or the same one
started again, goes on.
"""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import structlog

from archive.errors import StorageFull
from indexer.disposing import Disposing
from indexer.filer import Filer
from indexer.indexing import Indexing
from indexer.naming import NameSearch
from indexer.postman import Postman
from indexer.reader import Reader
from indexer.scrubbing import Scrubbing
from indexer.sealing import Sealing
from indexer.watch import Watch

IDLE_S = 0.1  # between two looks where nothing is to be done, at least
ASK_S: Final = 0.5  # … that ask the database: what other processes leave there. Our own wakes us
REST_S: Final = 2.0  # … for what nobody waits for
FULL_S = 5.0  # between two tries where the disk is full
log = structlog.get_logger()
_NAME: Final = re.compile(r"(?P<host>.+):(?P<process>\d+):(?P<start>\d+)(-[a-z]+)?")


def worker_name() -> str:
    """Tells workers apart, over machines and restarts: numbers of processes are given again."""
    process = os.getpid()
    return f"{socket.gethostname()}:{process}:{_start_of(process) or 0}"


def is_dead(holder: str) -> bool:
    """Did a worker of this machine hold it that runs no more? False where that is not known."""
    found = _NAME.fullmatch(holder)
    if found is None or found["host"] != socket.gethostname() or _start_of(os.getpid()) is None:
        return False
    return _start_of(int(found["process"])) != int(found["start"])


def _start_of(process: int) -> int | None:
    """When it was started, in ticks since the machine was; None where it runs no more.

    Fields of proc_pid_stat(5); the name before them is in brackets and may hold any others.
    """
    try:
        line = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, *fields = line.rpartition(")")[2].split()
    return None if state in "ZX" else int(fields[18])


class Worker:
    """Runs its loops until told to stop."""

    def __init__(
        self,
        filer: Filer | None,
        reader: Reader,
        names: NameSearch,
        indexing: Indexing,
        sealing: Sealing,
        postman: Postman,
        scrubbing: Scrubbing,
        disposing: Disposing,
        watch: Watch | None,
    ) -> None:
        self._filer = filer
        self._reader = reader
        self._names = names
        self._indexing = indexing
        self._sealing = sealing
        self._postman = postman
        self._scrubbing = scrubbing
        self._disposing = disposing
        self._watch = watch
        self._stop = threading.Event()
        self._news = threading.Condition()
        self._steps = 0  # that did something, of all threads

    def run(self) -> None:
        """Work until `stop`; returns when everything under way is recorded."""
        loops: list[tuple[str, Callable[[], bool], float]] = [
            ("reader", self._read, ASK_S),
            ("names", self._look_for_names, ASK_S),
            ("indexer", self._index, ASK_S),
            ("sealer", self._seal, REST_S),
            ("postman", self._post, REST_S),
            ("scrubber", self._scrub, REST_S),
            ("disposer", self._dispose, REST_S),
        ]
        if self._filer:
            loops.insert(0, ("filer", partial(self._file, self._filer), IDLE_S))
        threads = [
            threading.Thread(target=self._loop, args=(step, idle_s), name=name)
            for name, step, idle_s in loops
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self._indexing.close()
        self._scrubbing.close()
        if self._watch:
            self._watch.stop()

    def stop(self) -> None:
        """End soon. From any thread or signal handler."""
        self._stop.set()
        self._tell()

    def _loop(self, step: Callable[[], bool], idle_s: float) -> None:
        while not self._stop.is_set():
            seen = self._steps
            try:
                is_busy = step()
            except StorageFull as error:
                log.warning("waiting for room", why=str(error))
                self._stop.wait(FULL_S)
            except Exception:
                log.exception("a step failed; trying again")
                self._stop.wait(1.0)
            else:
                if is_busy:
                    self._tell()
                elif not self._stop.wait(IDLE_S):
                    self._wait_for_news(seen, idle_s - IDLE_S)

    def _tell(self) -> None:
        with self._news:
            self._steps += 1
            self._news.notify_all()

    def _wait_for_news(self, seen: int, within_s: float) -> None:
        """Until another thread has done something since; what it did may be work for this one."""
        with self._news:
            self._news.wait_for(lambda: self._steps != seen, within_s)

    def _file(self, filer: Filer) -> bool:
        for root in filer.due_sweeps():
            filer.sweep(root)
            filer.tell_swept(root)
            if self._watch:
                if filer.states[root].lost:
                    self._watch.forget(root)
                self._watch.tend()
        return filer.step() > 0

    def _read(self) -> bool:
        return self._reader.step() > 0

    def _look_for_names(self) -> bool:
        return self._names.step() > 0

    def _index(self) -> bool:
        return self._indexing.step() > 0

    def _seal(self) -> bool:
        return self._sealing.step() > 0

    def _post(self) -> bool:
        return self._postman.step() > 0

    def _scrub(self) -> bool:
        self._scrubbing.step(lambda: not self._stop.is_set())
        return False  # what it has seen is no work for anyone

    def _dispose(self) -> bool:
        return self._disposing.step() > 0
