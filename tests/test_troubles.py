"""What of the tree can't be taken: listed with the reason, as long as that is so."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from archive import troubles
from archive.errors import StorageFull
from archive.models import Collection, Trouble
from indexer.filer import GONE_AFTER
from indexer.roots import Root
from indexer.taking import Wanted
from tests.trees import Tree


@pytest.fixture
def tree(tmp_path, clock):
    tree = Tree(tmp_path, clock)
    yield tree
    tree.database.close()


def test_links_and_what_is_no_file_are_listed_until_they_are_gone(tree):
    tree.write("real.txt")
    link = tree.top / "link.txt"
    link.symlink_to(tree.top / "real.txt")
    (tree.top / "loop").symlink_to(tree.top)
    os.mkfifo(tree.top / "pipe")
    tree.sweep(2)
    tree.filer.hint(Wanted("filing", "link.txt"))  # it was touched
    tree.filer.step()
    tree.sweep()
    assert {trouble.path: trouble.reason for trouble in tree.rows(Trouble)} == {
        "link.txt": "It is a link; links are not followed.",
        "loop": "It is a link; links are not followed.",
        "pipe": "It is a pipe, a socket or a device, and no file.",
    }
    tree.filer = tree.new_filer()
    link.unlink()
    tree.write("link.txt", "a file now")
    (tree.top / "loop").unlink()
    (tree.top / "pipe").unlink()
    tree.sweep()
    assert tree.rows(Trouble) == [] and tree.live() == ["link.txt", "real.txt"]


def test_a_folder_that_can_not_be_read_is_listed_and_loses_nothing(tree):
    if os.geteuid() == 0:
        scan = tree.filer.states["filing"].root.scan({})
        scan.unreadable["locked/"] = "Permission denied"
        known = {"locked/a.txt": None, "b.txt": None}
        assert list(tree.filer.states["filing"].root.gone(scan, known)) == ["b.txt"]
        return
    tree.write("locked/a.txt")
    tree.sweep()
    (tree.top / "locked").chmod(0)
    tree.sweep(3)
    (tree.top / "locked").chmod(0o755)
    assert tree.live() == ["locked/a.txt"]
    assert tree.rows(Trouble)[0].path == "locked/"


class SeenByNobody(Root):
    """Looked at by one who is not root, for whom rights count."""

    def scan(self, known):
        if os.geteuid():
            return super().scan(known)
        os.seteuid(65534)
        try:
            return super().scan(known)
        finally:
            os.seteuid(0)


def test_files_that_can_not_be_looked_at_are_listed_and_not_gone_until_they_can(clock):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        tree = Tree(folder, clock)
        tree.write("d/x.txt")
        tree.write("d/x.txt.old")
        tree.write("y.txt", "other")
        state = tree.filer.states["filing"]
        state.root = SeenByNobody(state.root.config)
        tree.sweep()
        (tree.top / "d").chmod(0o744)  # its names can be read, and nothing of what they are
        tree.sweep(GONE_AFTER + 1)
        listed = {trouble.path: trouble.reason for trouble in tree.rows(Trouble)}
        (tree.top / "d").chmod(0o755)
        assert tree.live() == ["d/x.txt", "d/x.txt.old", "y.txt"]
        assert listed["d/x.txt"] == "The file can't be read: Permission denied."
        assert sorted(listed) == ["d/x.txt", "d/x.txt.old"]
        tree.sweep()
        assert tree.rows(Trouble) == []
        tree.database.close()


def test_a_very_large_file_without_room_is_listed_and_holds_up_no_other_until_there_is(tree, room):
    tree.write("large.txt", "x" * 11)
    tree.write("small.txt", "small")
    tree.sweep(2)
    assert [trouble.path for trouble in tree.rows(Trouble)] == ["large.txt"]
    assert "has no room for this file" in tree.rows(Trouble)[0].reason
    assert tree.filer.is_idle and tree.live() == ["small.txt"]
    room[0] = 11
    tree.sweep()
    assert tree.rows(Trouble) == [] and tree.live() == ["large.txt", "small.txt"]


class Vanishing(Root):
    """A file is gone once it was opened."""

    was_asked = False

    def where(self, path, raw=None):
        found = super().where(path, raw)
        if self.was_asked:
            found.unlink(missing_ok=True)
        self.was_asked = True
        return found


def test_a_file_without_room_that_vanishes_meanwhile_holds_up_no_other(tree, room):
    state = tree.filer.states["filing"]
    state.root = Vanishing(state.root.config)
    tree.write("large.txt", "x" * 11)
    tree.sweep()
    assert "has no room for this file" in tree.rows(Trouble)[0].reason


def test_where_the_vault_can_not_be_written_no_file_is_blamed_and_each_is_filed_later(tree):
    tree.write("a.txt", "one")
    tree.write("b.txt", "two")
    tree.vault.tmp.rename(tree.folder / "away")
    with pytest.raises(StorageFull, match="can't be written: No such file or directory"):
        tree.sweep()
    assert tree.rows(Trouble) == [] and not tree.filer.is_idle
    (tree.folder / "away").rename(tree.vault.tmp)
    tree.filer.step()
    assert tree.live() == ["a.txt", "b.txt"]


def test_a_lost_root_is_listed_until_it_is_back(tree):
    tree.write("a.txt")
    tree.sweep()
    tree.top.rename(tree.folder / "away")
    tree.sweep(2)
    [trouble] = tree.rows(Trouble)
    assert (trouble.root, trouble.path) == ("filing", "")
    assert "is not there" in trouble.reason
    tree.filer = tree.new_filer()  # another process finds it back
    (tree.folder / "away").rename(tree.top)
    tree.sweep()
    assert tree.rows(Trouble) == []


def test_a_trouble_ends_when_its_file_is_gone(tree, room):
    large = tree.write("large.txt", "x" * 11)
    tree.write("small.txt")
    tree.sweep()
    assert [trouble.path for trouble in tree.rows(Trouble)] == ["large.txt"]
    tree.filer = tree.new_filer()
    large.unlink()
    tree.sweep()
    assert tree.rows(Trouble) == []


def test_a_trouble_ends_when_its_file_is_taken_by_another_process(tree, room):
    tree.write("large.txt", "x" * 11)
    tree.sweep()
    room[0] = 11
    tree.filer = tree.new_filer()
    tree.sweep()
    assert tree.rows(Trouble) == [] and tree.live() == ["large.txt"]


def test_a_trouble_of_no_root_is_forgotten(tree):
    with tree.database.write() as session:
        troubles.note(session, "old", "x.txt", "general", "It can't be read.", tree.clock())
        troubles.note(session, "filing", "y.txt", "general", "It can't be read.", tree.clock())
        troubles.forget_roots(session, ["filing"])
    assert [trouble.root for trouble in tree.rows(Trouble)] == ["filing"]


def test_a_file_that_never_comes_to_rest_is_listed_and_waited_for_no_longer(tmp_path, clock):
    tree = Tree(tmp_path, clock, rest_s=0.2)
    file = tree.write("a.txt")
    tree.filer = tree.new_filer(restless_s=0.0)
    deadline = time.monotonic() + 60
    tree.filer.sweep("filing")
    while not tree.rows(Trouble) and time.monotonic() < deadline:
        file.write_text(f"{time.monotonic()}", encoding="utf-8")
        tree.filer.step()
        time.sleep(0.02)
    assert "still being written" in tree.rows(Trouble)[0].reason
    assert tree.live() == [] and tree.filer.is_idle
    while not tree.live() and time.monotonic() < deadline:
        tree.filer.step()
        time.sleep(0.02)
    assert tree.rows(Trouble) == [] and tree.live() == ["a.txt"]
    tree.database.close()


def test_a_trouble_of_a_folder_that_went_to_another_collection_is_listed_there_too(tree):
    with tree.database.write() as session:
        for collection in ("board", "general", "general"):
            troubles.note(session, "filing", "a.txt", collection, "locked", tree.clock.step())
    with tree.database.read() as session:
        lines = session.execute(
            select(Collection.name, Trouble.since < Trouble.seen_at)
            .join(Collection, Collection.id == Trouble.collection_id)
            .order_by(Collection.name)
        ).all()
    assert [tuple(line) for line in lines] == [("board", False), ("general", True)]
    with tree.database.write() as session:
        troubles.over(session, "filing", "a.txt")
        assert session.scalars(select(Trouble)).all() == []
