"""The hint: events of the operating system, so that a file is taken at once and not at the sweep.

Events get lost (a full kernel queue, a share without events) and are never believed: each only
names a path to look at, or a folder to sweep.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Final

from watchdog.events import (
    DirMovedEvent,
    FileClosedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
    FileSystemMovedEvent,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from archive.arrivals import path_text
from indexer.roots import Root
from indexer.taking import Wanted

Hint = Callable[[Wanted], None]
#: Folders in one another: as many as a path has room for, and what calls for them beside.
DEEPEST: Final = 4096


class _Handler(FileSystemEventHandler):
    def __init__(self, root: Root, hint: Hint, sweep: Callable[[str], None]) -> None:
        self._root = root
        self._hint = hint
        self._sweep = sweep

    def on_any_event(self, event: FileSystemEvent) -> None:
        """One event: a file that is new, closed or renamed is a hint; a moved folder, a sweep."""
        if event.event_type in ("opened", "closed_no_write"):
            return
        if isinstance(event, DirMovedEvent) or event.event_type == "deleted":
            self._sweep(self._root.name)
            return
        if event.is_directory:
            return
        is_moved = isinstance(event, FileSystemMovedEvent)
        if is_moved:
            self._sweep(self._root.name)  # the old name is gone
        name = event.dest_path if is_moved else event.src_path
        relative = os.fsencode(name)[len(self._root.folder) + 1 :]
        text, raw = path_text(relative)
        if not (self._root.is_ignored(text.rpartition("/")[2]) or self._root.is_too_long(text)):
            is_closed = is_moved or isinstance(event, FileClosedEvent)
            self._hint(Wanted(self._root.name, text, raw, is_closed))


class Watch:
    """Watches all roots that have events (`poll_s` is 0)."""

    def __init__(self, roots: Sequence[Root], hint: Hint, sweep: Callable[[str], None]) -> None:
        self._roots = [root for root in roots if root.config.poll_s == 0]
        self._hint = hint
        self._sweep = sweep
        self._observer: BaseObserver | None = None
        self._watched: dict[str, ObservedWatch] = {}  # by root
        self._lock = threading.Lock()

    def tend(self) -> None:
        """Start watching what is there and not watched yet; called at every sweep."""
        with self._lock:
            if self._observer is None:
                # watchdog goes down a tree by os.walk, which calls itself (Python below 3.12): at
                # the usual 1,000 its thread ended, and with it the hints of all roots
                sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEPEST))
                self._observer = Observer()
                self._observer.start()
            for root in self._roots:
                if root.name in self._watched or root.lost():
                    continue
                handler = _Handler(root, self._hint, self._sweep)
                try:
                    self._watched[root.name] = self._observer.schedule(
                        handler, os.fsdecode(root.folder), recursive=True
                    )
                except OSError:
                    continue  # no watches left (fs.inotify.max_user_watches): the sweep goes on

    def forget(self, root: str) -> None:
        """The root was lost: its watches are dead; watch it anew when it is back."""
        with self._lock:
            watch = self._watched.pop(root, None)
            if watch and self._observer:  # else the observer takes an equal one for alive
                self._observer.unschedule(watch)

    def stop(self) -> None:
        """End the watching thread."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(5)
