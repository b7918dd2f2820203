"""From the tree to the vault: sweeps and hints become batches at the one door."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from archive import sweeps
from archive.db import Database
from archive.intake import Intake
from archive.sightings import live_looks
from archive.vault import Vault
from indexer.roots import Look, Root, Scan
from indexer.taking import (
    MAX_BATCH,
    Floods,
    NoRoom,
    NotAtRest,
    Queue,
    Taken,
    Taker,
    Wanted,
    batches,
)
from indexer.troubled import OF_ROOT, Troubled

GONE_AFTER = 2  # sweeps in a row that must miss a path
SOONEST_S = 1.0  # a storm of events asks for the next sweep so long after one, not sooner
RESTLESS_S = 60.0  # a file that does not come to rest for longer is listed
TOLD_S = 60.0
ROUND = 256  # paths between two looks at the clock
log = structlog.get_logger()


@dataclass(slots=True)
class RootState:
    """What is known of one root between sweeps."""

    root: Root
    troubled: Troubled
    known: dict[str, Look] = field(default_factory=dict)
    missing: Counter[str] = field(default_factory=Counter)
    passed: dict[str, str] = field(default_factory=dict)  # no files: listed already, with why
    last_sweep: float = float("-inf")  # monotonic: when it ended
    took_s: float = 0.0  # the last sweep
    last_told: float = float("-inf")  # monotonic: of which sweep the database was told
    lost: str | None = None
    within: tuple[str, ...] = ()  # only these files and what is in these folders; none: all

    def is_within(self, path: str) -> bool:
        """Is the path one of those that are looked at?"""
        return not self.within or any(
            path == top or path.startswith(f"{top}/") for top in self.within
        )


class Filer:
    """Files what lies in the roots. One for each data folder at a time."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        roots: Sequence[Root],
        *,
        clock: Callable[[], datetime],
        restless_s: float = RESTLESS_S,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._intake = Intake(database, vault, clock)
        self._taker = Taker(vault, timer)
        self._restless_s = restless_s
        self._timer = timer
        self._database, self._clock = database, clock
        self._queue = Queue()
        self._floods = Floods()
        self._restless: dict[tuple[str, str], tuple[float, Wanted]] = {}
        self._restless_since: dict[tuple[str, str], float] = {}  # monotonic
        self._lock = threading.Lock()
        self._due: set[str] = set()
        self.states = {
            root.name: RootState(root, Troubled(database, root, clock)) for root in roots
        }
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

    def limit(self, root: str, within: Sequence[str]) -> None:
        """Look only at these files and folders of a root. They are relative, with `/`."""
        self.states[root].within = tuple(within)

    def sweep_again(self) -> bool:
        """A second look at the roots where something was missed; says if there was any."""
        again = [name for name, state in self.states.items() if state.missing and not state.lost]
        for name in again:
            self.sweep(name)
        return bool(again)

    @property
    def is_idle(self) -> bool:
        """Nothing is queued, and nothing waits to come to rest but what is listed for that."""
        return not self._queue and all(
            path in self.states[root].troubled.paths for root, path in self._restless
        )

    def sweep(self, root_name: str) -> None:
        """Look at all of a root: queue what is new or changed, record what is gone."""
        state = self.states[root_name]
        began = self._timer()
        try:
            self._sweep(state)
        finally:
            state.last_sweep = self._timer()
            state.took_s = state.last_sweep - began

    def _sweep(self, state: RootState) -> None:
        root_name = state.root.name
        scan = state.root.scan(state.known)
        if scan.lost:
            if state.lost != scan.lost:
                log.warning("root is lost", root=root_name, why=scan.lost)
                state.troubled.note(OF_ROOT, scan.lost)
            state.lost = scan.lost
            return
        state.lost = None
        gone = {path for path in state.root.gone(scan, state.known) if state.is_within(path)}
        if state.within:
            scan = scan.only(state.is_within)
            state.troubled.over([OF_ROOT])
        else:
            state.troubled.compare(scan)
        self._list(state, scan)
        with self._lock:
            for path in scan.changed:
                self._queue.add(Wanted(root_name, path, scan.raw.get(path)))
        state.missing = Counter({path: state.missing[path] + 1 for path in gone})
        self._record_gone(state, [p for p, times in state.missing.items() if times >= GONE_AFTER])

    def tell_swept(self, root_name: str) -> None:
        """Keep when the root was last looked at, to the minute."""
        state = self.states[root_name]
        if state.lost is None and state.last_sweep - state.last_told >= TOLD_S:
            with self._database.write() as session:
                sweeps.note(session, state.root.name, self._clock())
            state.last_told = state.last_sweep

    def _list(self, state: RootState, scan: Scan) -> None:
        """What can't be looked at, and what is no file and was not listed as that before."""
        reasons = {
            path
            or "./": f"The {'folder' if path[-1:] in ('', '/') else 'file'} can't be read: {why}."
            for path, why in scan.unreadable.items()
        }
        new = {path: why for path, why in scan.passed.items() if state.passed.get(path) != why}
        state.troubled.note_all(reasons | new)
        state.passed = scan.passed

    def step(self) -> int:
        """Take and file some of what is queued; returns how many files were filed.

        Whatever it raises, `StorageFull` above all, what was not filed is still queued.
        """
        self._wake_restless()
        with self._lock:
            wanted = left = self._queue.take(ROUND)
        filed = 0
        try:
            for batch in batches(self._take_each(wanted)):
                self._intake.receive([taken.arrival for taken in batch])
                filed += len(batch)
                for taken in batch:
                    self._remember(taken)
            left = []
        finally:
            with self._lock:
                for one in left:
                    self._queue.add(one)
        return filed

    def due_sweeps(self) -> list[str]:
        """Roots to be swept now: asked for, or their interval is over.

        After each sweep there is a pause at least as long as it took: a big root in a storm of
        events is looked at half of the time at most.
        """
        now = self._timer()
        due = []
        for name, state in self.states.items():
            with self._lock:
                is_urgent = name in self._due or bool(state.missing)
            config = state.root.config
            interval = SOONEST_S if is_urgent else config.poll_s or config.sweep_s
            if now - state.last_sweep >= max(interval, state.took_s):
                due.append(name)
        with self._lock:
            self._due -= set(due)
        return due

    def _take_each(self, wanted: Sequence[Wanted]) -> list[Taken]:
        taken = []
        failed: dict[str, dict[str, str]] = {}  # by root and path why
        for one in wanted:
            state = self.states[one.root]
            try:
                found = self._taker.take(state.root, one, state.known.get(one.path))
            except NotAtRest:
                self._wait_for_rest(state, one)
            except FileNotFoundError:
                self._rested(state, one.path)
            except NoRoom as error:
                state.troubled.note(one.path, str(error))
            except OSError as error:
                why = f"The file can't be read: {error.strerror}."
                failed.setdefault(one.root, {})[one.path] = why
            else:
                if found is None:
                    self._rested(state, one.path)
                else:
                    in_flood = self._floods.is_one(one, self._timer())
                    arrival = replace(found.arrival, in_flood=in_flood)
                    taken.append(replace(found, arrival=arrival))
        for root, reasons in failed.items():
            self.states[root].troubled.note_all(reasons)
        return taken

    def _wait_for_rest(self, state: RootState, one: Wanted) -> None:
        now, rest_s = self._timer(), state.root.config.rest_s
        key = (one.root, one.path)
        self._restless[key] = (now + max(rest_s / 2, 0.05), Wanted(one.root, one.path, one.raw))
        since = self._restless_since.setdefault(key, now)
        if now - since >= self._restless_s + rest_s and one.path not in state.troubled.paths:
            state.troubled.note(one.path, "The file is still being written; it is tried again.")

    def _rested(self, state: RootState, path: str) -> None:
        """It was taken, or there is nothing to be taken at this path."""
        self._restless_since.pop((state.root.name, path), None)
        state.passed.pop(path, None)
        state.troubled.over([path])

    def _wake_restless(self) -> None:
        now = self._timer()
        rested = [key for key, (later, _) in self._restless.items() if later <= now]
        with self._lock:
            for key in rested:
                self._queue.add(self._restless.pop(key)[1])

    def _remember(self, taken: Taken) -> None:
        state = self.states[taken.wanted.root]
        state.known[taken.wanted.path] = taken.look
        state.missing.pop(taken.wanted.path, None)
        self._rested(state, taken.wanted.path)

    def _record_gone(self, state: RootState, paths: Sequence[str]) -> None:
        """In parts, as files are filed: others write in between, and what is left is still missing
        where this is cut off."""
        for start in range(0, len(paths), MAX_BATCH):
            part = paths[start : start + MAX_BATCH]
            self._intake.gone(state.root.name, part)
            for path in part:
                state.known.pop(path, None)
                state.missing.pop(path, None)
