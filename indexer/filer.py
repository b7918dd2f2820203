"""From the tree to the vault: sweeps and hints become batches at the one door."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from archive import troubles
from archive.db import Database
from archive.errors import BlobTooLarge, StorageFull
from archive.intake import Intake
from archive.sightings import live_looks
from archive.vault import Vault
from indexer.roots import Look, Root
from indexer.taking import Floods, NotAtRest, Queue, Taken, Taker, Wanted, batches

GONE_AFTER = 2  # sweeps in a row that must miss a path
SOONEST_S = 1.0  # a storm of events asks for one sweep a second, not more
ROUND = 256  # paths between two looks at the clock
log = structlog.get_logger()


@dataclass(slots=True)
class RootState:
    """What is known of one root between sweeps."""

    root: Root
    known: dict[str, Look] = field(default_factory=dict)
    missing: Counter[str] = field(default_factory=Counter)
    refused: dict[str, Look] = field(default_factory=dict)  # too large: not asked again as it is
    last_sweep: float = float("-inf")  # monotonic
    lost: str | None = None


class Filer:
    """Files what lies in the roots. One for each data folder at a time."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        roots: Sequence[Root],
        *,
        max_bytes: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._clock = clock
        self._intake = Intake(database, vault, clock)
        self._taker = Taker(vault, time.time_ns, max_bytes)
        self._queue = Queue()
        self._floods = Floods()
        self._restless: dict[tuple[str, str], tuple[float, Wanted]] = {}
        self._lock = threading.Lock()
        self._due: set[str] = set()
        self.states = {root.name: RootState(root) for root in roots}
        for state in self.states.values():
            state.known = live_looks(database, state.root.name, Look)

    def hint(self, wanted: Wanted) -> None:
        """There may be something new at this path. From any thread."""
        with self._lock:
            self._queue.add(wanted)

    def ask_sweep(self, root: str) -> None:
        """Look at all of a root soon. From any thread."""
        with self._lock:
            self._due.add(root)

    @property
    def is_idle(self) -> bool:
        """Nothing is queued and nothing waits to come to rest."""
        return not self._queue and not self._restless

    def sweep(self, root_name: str) -> None:
        """Look at all of a root: queue what is new or changed, record what is gone."""
        state = self.states[root_name]
        state.last_sweep = time.monotonic()
        scan = state.root.scan(state.known)
        if scan.lost:
            if state.lost != scan.lost:
                log.warning("root is lost", root=root_name, why=scan.lost)
            state.lost = scan.lost
            return
        state.lost = None
        for folder, why in scan.unreadable.items():
            self._trouble(state.root, folder or "./", f"The folder can't be read: {why}.")
        with self._lock:
            for path in scan.changed_ns:
                if state.refused.get(path) != scan.found[path]:
                    self._queue.add(Wanted(root_name, path, scan.raw.get(path)))
        gone = set(state.root.gone(scan, state.known))
        state.missing = Counter({path: state.missing[path] + 1 for path in gone})
        self._record_gone(state, [p for p, times in state.missing.items() if times >= GONE_AFTER])

    def step(self) -> int:
        """Take and file some of what is queued; returns how many files were filed.

        Raises `StorageFull`, with all that was not filed still queued.
        """
        self._wake_restless()
        with self._lock:
            wanted = self._queue.take(ROUND)
        filed = 0
        try:
            for batch in batches(self._take_each(wanted)):
                self._intake.receive([taken.arrival for taken in batch])
                filed += len(batch)
                for taken in batch:
                    self._remember(taken)
        except StorageFull:
            with self._lock:
                for one in wanted:
                    self._queue.add(one)
            raise
        return filed

    def due_sweeps(self) -> list[str]:
        """Roots to be swept now: asked for, or their interval is over."""
        now = time.monotonic()
        due = []
        for name, state in self.states.items():
            with self._lock:
                is_urgent = name in self._due or bool(state.missing)
            config = state.root.config
            interval = SOONEST_S if is_urgent else config.poll_s or config.sweep_s
            if now - state.last_sweep >= interval:
                due.append(name)
        with self._lock:
            self._due -= set(due)
        return due

    def _take_each(self, wanted: Sequence[Wanted]) -> list[Taken]:
        taken = []
        for one in wanted:
            state = self.states[one.root]
            try:
                found = self._taker.take(state.root, one, state.known.get(one.path))
            except NotAtRest:
                self._wait_for_rest(state.root, one)
            except FileNotFoundError:
                continue
            except BlobTooLarge as error:
                self._refuse(state, one, str(error))
            except StorageFull:
                raise
            except OSError as error:
                self._trouble(state.root, one.path, f"The file can't be read: {error.strerror}.")
            else:
                if found:
                    in_flood = self._floods.is_one(one, time.monotonic())
                    arrival = replace(found.arrival, in_flood=in_flood)
                    taken.append(replace(found, arrival=arrival))
        return taken

    def _wait_for_rest(self, root: Root, one: Wanted) -> None:
        later = time.monotonic() + max(root.config.rest_s / 2, 0.05)
        again = Wanted(one.root, one.path, one.raw)
        self._restless[(one.root, one.path)] = (later, again)

    def _wake_restless(self) -> None:
        now = time.monotonic()
        rested = [key for key, (later, _) in self._restless.items() if later <= now]
        with self._lock:
            for key in rested:
                self._queue.add(self._restless.pop(key)[1])

    def _remember(self, taken: Taken) -> None:
        state = self.states[taken.wanted.root]
        state.known[taken.wanted.path] = taken.look
        state.missing.pop(taken.wanted.path, None)
        if state.refused.pop(taken.wanted.path, None) is not None:
            with self._database.write() as session:
                troubles.over(session, taken.wanted.root, taken.wanted.path)

    def _record_gone(self, state: RootState, paths: list[str]) -> None:
        if not paths:
            return
        self._intake.gone(state.root.name, paths)
        for path in paths:
            state.known.pop(path, None)
            state.missing.pop(path, None)

    def _refuse(self, state: RootState, one: Wanted, why: str) -> None:
        status = state.root.where(one.path, one.raw).lstat()
        state.refused[one.path] = Look(status.st_size, status.st_mtime_ns, status.st_ino)
        self._trouble(state.root, one.path, why)

    def _trouble(self, root: Root, path: str, why: str) -> None:
        with self._database.write() as session:
            collection = root.collection_of(path)
            troubles.note(session, root.name, path, collection, why, self._clock())
