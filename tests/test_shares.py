"""Shares that vanish, come back, or can't be read or asked for: nothing is believed gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archive import sweeps
from archive.config import RootSection
from archive.models import Trouble, utc_text
from indexer.filer import GONE_AFTER
from indexer.roots import Root, Scan
from tests.storm_tree import believed_gone, kept, on_disk
from tests.trees import Tree


@pytest.fixture
def tree(tmp_path, clock):
    tree = Tree(tmp_path, clock)
    yield tree
    tree.database.close()


def test_a_share_that_comes_back_empty_and_then_full_loses_nothing(tmp_path, clock):
    tree = Tree(tmp_path, clock, marker=".mounted")
    tree.write(".mounted", "")
    for number in range(20):
        tree.write(f"d/{number}.txt", f"{number}")
    tree.sweep()
    before, away = kept(tree), tree.folder / "away"
    tree.top.rename(away)
    tree.sweep(GONE_AFTER)
    tree.top.mkdir()
    tree.write("dropped.txt", "into the empty mount point")
    tree.sweep(GONE_AFTER + 1)
    (tree.top / "dropped.txt").unlink()
    tree.top.rmdir()
    away.rename(tree.top)
    tree.sweep(GONE_AFTER)
    assert kept(tree) == before == on_disk(tree)
    assert believed_gone(tree) == 0
    tree.database.close()


class Locked(Root):
    """Shows files that nobody can open."""

    def where(self, path, raw=None):
        return Path("/" + "x" * 300)


def test_thousands_of_files_that_can_not_be_opened_cost_one_look_each_and_no_more(
    tree, monkeypatch
):
    state = tree.filer.states["filing"]
    state.root = Locked(state.root.config)
    for number in range(300):
        tree.write(f"{number}.txt")
    writes, write = [], tree.database.write
    monkeypatch.setattr(tree.database, "write", lambda: writes.append(1) or write())
    for written in (2, 0):
        writes.clear()
        tree.sweep()
        while not tree.filer.is_idle:
            tree.filer.step()
        assert (len(tree.rows(Trouble)), len(writes)) == (300, written)


class Mounts(Root):
    """Says that file systems are mounted at some folders, whatever the kernel says."""

    mounted: frozenset[bytes] = frozenset()

    def _device_of(self, folder: bytes) -> int:
        return 2 if any(folder.endswith(name) for name in self.mounted) else 1


@pytest.mark.parametrize("place", [b"tree/sales", b"tree"])
def test_a_share_below_a_root_that_is_no_longer_mounted_loses_nothing(tree, place):
    state = tree.filer.states["filing"]
    state.root = Mounts(state.root.config)
    state.root.mounted = frozenset({place})
    for number in range(5):
        tree.write(f"sales/{number}.txt", f"{number}")
    tree.write("a.txt")
    tree.sweep()
    before, share = kept(tree), tree.folder / os.fsdecode(place)
    share.rename(tree.folder / "away")
    share.mkdir()
    (share / "dropped.txt").write_text("into the empty folder", encoding="utf-8")
    state.root.mounted = frozenset()
    tree.sweep(GONE_AFTER + 1)
    assert kept(tree) == before and believed_gone(tree) == 0
    assert ["nothing is mounted there" in row.reason for row in tree.rows(Trouble)] == [True]
    (share / "dropped.txt").unlink()
    share.rmdir()
    (tree.folder / "away").rename(share)
    state.root.mounted = frozenset({place})
    tree.sweep(GONE_AFTER)
    assert kept(tree) == before == on_disk(tree)
    assert tree.rows(Trouble) == []


def test_when_a_root_was_last_looked_at_is_kept_while_it_is_there(tree):
    tree.sweep()
    tree.filer.tell_swept("filing")
    looked_at = utc_text(tree.clock())
    tree.clock.step(hours=1)
    tree.top.rename(tree.folder / "away")
    tree.filer = tree.new_filer()
    tree.sweep()
    tree.filer.tell_swept("filing")
    with tree.database.read() as session:
        assert sweeps.last(session) == {"filing": looked_at}


def test_a_share_that_can_not_even_be_asked_for_is_lost_and_not_a_fault(tmp_path):
    root = Root(RootSection(name="filing", path=tmp_path / ("x" * 300)))
    assert "can't be looked at: File name too long." in (root.lost() or "")


def test_what_hides_a_path_is_found_without_looking_at_all_that_is_hidden():
    scan = Scan(unreadable={"locked/": "no", "odd": "no", "deep/er/": "no"})
    hidden = ["locked/", "locked/a", "locked/b/c", "odd", "odd/a", "deep/er/x/y"]
    assert [scan.hides(path) for path in hidden] == [True] * len(hidden)
    seen = ["locke", "lockedx/a", "oddly", "deep/er", "deep/e", "o", "d"]
    assert [scan.hides(path) for path in seen] == [False] * len(seen)
    assert Scan(unreadable={"": "no"}).hides("anything")
