"""The filing tree: the sweep is the truth, and only what is at rest is taken."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from archive import troubles
from archive.config import RootSection
from archive.db import Database
from archive.errors import StorageFull
from archive.intake import Intake
from archive.models import Base, Blob, Document, Sighting, Trouble, Version
from archive.vault import Vault
from indexer.filer import GONE_AFTER, Filer
from indexer.roots import Root
from indexer.taking import FLOOD, Floods, Queue, Wanted
from tests.conftest import SteppedClock


class Tree:
    """A root on disk, and a filer over it."""

    def __init__(self, folder: Path, clock: SteppedClock, **settings: object) -> None:
        self.top = folder / "tree"
        self.top.mkdir()
        self.folder, self.clock = folder, clock
        self.settings = {"rest_s": 0.0, **settings}
        self.database = Database(f"sqlite:///{folder / 'db.sqlite'}")
        Base.metadata.create_all(self.database.engine)
        self.vault = Vault(folder / "vault")
        self.vault.prepare()
        self.filer = self.new_filer()

    def new_filer(self, max_bytes: int = 1 << 20, **more: float) -> Filer:
        root = Root(RootSection(name="filing", path=self.top, **self.settings))
        return Filer(
            self.database, self.vault, [root], max_bytes=max_bytes, clock=self.clock, **more
        )

    def write(self, path: str, content: str = "text") -> Path:
        file = self.top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        return file

    def sweep(self, times: int = 1) -> None:
        for _ in range(times):
            self.filer.sweep("filing")
            while self.filer.step():
                pass

    def live(self) -> list[str]:
        with self.database.read() as session:
            return sorted(
                path or ""
                for path in session.scalars(select(Sighting.path).where(Sighting.until.is_(None)))
            )

    def rows(self, model: type) -> list:
        with self.database.read() as session:
            return list(session.scalars(select(model)))


@pytest.fixture
def tree(tmp_path, clock):
    tree = Tree(tmp_path, clock)
    yield tree
    tree.database.close()


def test_a_sweep_files_all_that_lies_there_once(tree):
    tree.write("a.txt", "one")
    tree.write("b/c/d.txt", "two")
    tree.sweep(2)
    assert tree.live() == ["a.txt", "b/c/d.txt"]
    assert len(tree.rows(Document)) == 2


def test_a_new_filer_remembers_what_was_filed(tree):
    tree.write("a.txt")
    tree.sweep()
    tree.filer = tree.new_filer()
    tree.filer.sweep("filing")
    assert tree.filer.is_idle


def test_lock_files_links_pipes_and_temporary_files_are_passed_over(tree):
    tree.write("real.txt")
    tree.write("~$real.docx")
    tree.write("half.part")
    tree.write("Thumbs.db")
    (tree.top / "link.txt").symlink_to(tree.top / "real.txt")
    (tree.top / "loop").symlink_to(tree.top)
    os.mkfifo(tree.top / "pipe")
    tree.sweep()
    assert tree.live() == ["real.txt"]


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


def test_names_with_odd_bytes_are_filed_and_told(tree):
    for name in (b"f\xf6rslag.txt", "förslag\n2.txt".encode(), b"a\\b.txt", b" .txt"):
        (tree.top / os.fsdecode(name)).write_bytes(name)
    tree.sweep(3)
    assert tree.live() == [" .txt", "a\\b.txt", "f\\xf6rslag.txt", "förslag\n2.txt"]


def test_a_file_is_gone_only_after_it_was_missed_twice(tree):
    file = tree.write("a.txt", "one")
    tree.write("b.txt", "two")
    tree.sweep()
    file.unlink()
    tree.sweep(GONE_AFTER - 1)
    assert tree.live() == ["a.txt", "b.txt"]
    tree.sweep()
    assert tree.live() == ["b.txt"]
    assert len(tree.rows(Version)) == len(tree.rows(Blob)) == 2


def test_a_share_that_comes_back_empty_is_not_believed(tree):
    files = [tree.write(f"{n}.txt", str(n)) for n in range(3)]
    tree.sweep()
    for file in files:
        file.rename(tree.folder / file.name)
    tree.sweep(4)
    assert len(tree.live()) == 3
    assert "not believed" in (tree.filer.states["filing"].lost or "")
    for file in files:
        (tree.folder / file.name).rename(file)
    tree.sweep(2)
    assert len(tree.live()) == 3 and tree.filer.states["filing"].lost is None


def test_a_root_that_vanishes_loses_nothing(tree):
    tree.write("a.txt")
    tree.sweep()
    tree.top.rename(tree.folder / "away")
    tree.sweep(4)
    assert tree.live() == ["a.txt"]


def test_without_its_marker_a_mount_is_taken_for_lost(tmp_path, clock):
    tree = Tree(tmp_path, clock, marker=".mounted")
    tree.write("a.txt")
    tree.sweep(2)
    assert tree.live() == []
    tree.write(".mounted", "")
    tree.sweep()
    assert "a.txt" in tree.live()
    tree.database.close()


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


def test_a_young_file_waits_until_it_is_at_rest(tmp_path, clock):
    tree = Tree(tmp_path, clock, rest_s=0.4)
    tree.write("a.txt")
    tree.filer.sweep("filing")
    tree.filer.step()
    assert tree.live() == [] and not tree.filer.is_idle
    deadline = time.monotonic() + 20
    while not tree.filer.is_idle and time.monotonic() < deadline:
        tree.filer.step()
        time.sleep(0.02)
    assert tree.live() == ["a.txt"]
    tree.database.close()


def test_a_file_is_at_rest_by_our_own_clock_whatever_time_its_share_says(tmp_path, clock):
    tree = Tree(tmp_path, clock, rest_s=0.5)
    file = tree.write("a.txt", "half of it")
    time.sleep(0.6)  # of a share whose clock is behind, every file looks that old
    tree.sweep()
    assert tree.live() == []
    file.write_text("all of it", encoding="utf-8")
    deadline = time.monotonic() + 20
    while not tree.filer.is_idle and time.monotonic() < deadline:
        tree.filer.step()
        time.sleep(0.02)
    assert [version.number for version in tree.rows(Version)] == [1]
    assert tree.rows(Blob)[0].size_bytes == len("all of it")
    tree.database.close()


def test_a_closed_file_is_taken_at_once(tmp_path, clock):
    tree = Tree(tmp_path, clock, rest_s=3600)
    tree.write("a.txt")
    tree.filer.hint(Wanted("filing", "a.txt", is_closed=True))
    tree.filer.step()
    assert tree.live() == ["a.txt"]
    tree.database.close()


def test_a_file_over_the_limit_is_listed_and_not_asked_again(tree):
    tree.filer = tree.new_filer(max_bytes=10)
    tree.write("large.txt", "x" * 11)
    tree.sweep(2)
    assert [trouble.path for trouble in tree.rows(Trouble)] == ["large.txt"]
    assert "limit of 10 bytes" in tree.rows(Trouble)[0].reason
    assert tree.filer.is_idle
    tree.write("large.txt", "small")
    tree.sweep()
    assert tree.rows(Trouble) == [] and tree.live() == ["large.txt"]


class Vanishing(Root):
    """A file is gone once it was opened."""

    was_asked = False

    def where(self, path, raw=None):
        found = super().where(path, raw)
        if self.was_asked:
            found.unlink(missing_ok=True)
        self.was_asked = True
        return found


def test_a_file_over_the_limit_that_vanishes_meanwhile_holds_up_no_other(tree):
    tree.filer = tree.new_filer(max_bytes=10)
    state = tree.filer.states["filing"]
    state.root = Vanishing(state.root.config)
    tree.write("large.txt", "x" * 11)
    tree.sweep()
    assert "limit of 10 bytes" in tree.rows(Trouble)[0].reason


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


def test_whatever_stops_a_step_what_it_did_not_file_is_filed_by_the_next(tree, monkeypatch):
    tree.write("a.txt")
    with monkeypatch.context() as broken, pytest.raises(ConnectionError):
        broken.setattr(Intake, "receive", lambda *_: (_ for _ in ()).throw(ConnectionError()))
        tree.sweep()
    tree.filer.step()
    assert tree.live() == ["a.txt"]


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


def test_a_trouble_ends_when_its_file_is_gone(tree):
    tree.filer = tree.new_filer(max_bytes=10)
    large = tree.write("large.txt", "x" * 11)
    tree.write("small.txt")
    tree.sweep()
    assert [trouble.path for trouble in tree.rows(Trouble)] == ["large.txt"]
    tree.filer = tree.new_filer(max_bytes=10)
    large.unlink()
    tree.sweep()
    assert tree.rows(Trouble) == []


def test_a_trouble_ends_when_its_file_is_taken_by_another_process(tree):
    tree.filer = tree.new_filer(max_bytes=10)
    tree.write("large.txt", "x" * 11)
    tree.sweep()
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


def test_folders_belong_to_collections(tmp_path, clock):
    tree = Tree(tmp_path, clock, collections={"legal/**": "legal"})
    root = tree.filer.states["filing"].root
    assert root.collection_of("legal/2024/x.pdf") == "legal"
    assert root.collection_of("legality.pdf") == "general"
    tree.database.close()


def test_a_flood_in_one_folder_leaves_room_for_the_file_in_another():
    queue = Queue()
    for number in range(1000):
        queue.add(Wanted("filing", f"flood/{number}.txt"))
    queue.add(Wanted("filing", "other/one.txt"))
    assert "other/one.txt" in [wanted.path for wanted in queue.take(2)]
    assert len(queue) == 999


def test_the_first_files_of_a_folder_are_no_flood_and_those_behind_are():
    floods = Floods()
    flags = [floods.is_one(Wanted("r", f"a/{n}.txt"), 1.0) for n in range(FLOOD + 1)]
    assert flags == [False] * FLOOD + [True]
    assert not floods.is_one(Wanted("r", "b/1.txt"), 1.0)
    assert not floods.is_one(Wanted("r", "a/late.txt"), 1000.0)
