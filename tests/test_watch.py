"""The hint: what is written into a watched folder is told at once, and once."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from watchdog.observers import inotify_c

from archive.config import RootSection
from indexer.roots import Root
from indexer.taking import Wanted
from indexer.watch import Watch


class Watched:
    """A folder that is watched, and the hints that came."""

    def __init__(self, folder: Path) -> None:
        self.top = folder / "tree"
        self.top.mkdir()
        self.hints: list[Wanted] = []
        root = Root(RootSection(name="filing", path=self.top))
        self.watch = Watch([root], self.hints.append, lambda root: None)
        self.watch.tend()

    def write(self, name: str) -> list[str]:
        """The hints to a new file, up to one that follows when it is closed."""
        self.hints.clear()
        (self.top / name).write_text(name, encoding="utf-8")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and not any(hint.is_closed for hint in self.hints):
            time.sleep(0.02)
        time.sleep(0.2)  # what is told twice is told now
        return [hint.path for hint in self.hints if hint.is_closed]


@pytest.fixture
def watched(tmp_path):
    watched = Watched(tmp_path)
    yield watched
    watched.watch.stop()


def test_a_file_that_is_written_and_closed_is_told_once(watched):
    assert watched.write("a.txt") == ["a.txt"]


def test_a_root_that_was_lost_is_watched_again_when_it_is_back(watched):
    assert watched.write("a.txt") == ["a.txt"]
    watched.top.rename(watched.top.parent / "away")
    watched.watch.forget("filing")
    watched.watch.tend()
    watched.top.mkdir()
    watched.watch.tend()
    assert watched.write("b.txt") == ["b.txt"]


def test_a_root_that_is_lost_and_found_over_and_over_is_told_of_once(watched):
    for _ in range(3):
        watched.watch.forget("filing")
        watched.watch.tend()
    assert watched.write("a.txt") == ["a.txt"]


def test_where_no_more_folders_can_be_watched_all_are_again_when_there_is_room(
    tmp_path, monkeypatch
):
    top = tmp_path / "tree"
    top.mkdir()
    hints: list[Wanted] = []
    root = Root(RootSection(name="filing", path=top))
    watch = Watch([root], hints.append, lambda _: None)
    with monkeypatch.context() as full:
        full.setattr(inotify_c, "inotify_add_watch", lambda *_: -1)
        full.setattr(inotify_c.ctypes, "get_errno", lambda: 28)
        watch.tend()
        watch.tend()
    watch.tend()
    try:
        (top / "a.txt").write_text("a", encoding="utf-8")
        for _ in range(200):
            if any(hint.is_closed for hint in hints):
                break
            time.sleep(0.05)
        assert [hint.path for hint in hints if hint.is_closed] == ["a.txt"]
    finally:
        watch.stop()


def test_folders_nested_very_deep_end_no_hints(watched):
    outside = watched.top.parent / "outside"
    (outside / ("d/" * 1200)).mkdir(parents=True)
    try:
        outside.rename(watched.top / "d")
        assert watched.write("a.txt") == ["a.txt"]
        watched.watch.forget("filing")
        watched.watch.tend()
        assert watched.write("b.txt") == ["b.txt"]
    finally:
        subprocess.run(["rm", "-rf", watched.top / "d"], check=True)  # too deep for pytest
