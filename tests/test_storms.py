"""Storms over the filing tree: what is kept in the end is what lies there, and nothing else."""

from __future__ import annotations

import hashlib
import io
import os
import random
import socket
import string
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from watchdog.observers import inotify_c

from archive import jobs, sweeps
from archive.arrivals import Arrival, TreePlace, path_text
from archive.config import RootSection
from archive.jobs import JobKind
from archive.models import Blob, Document, Sighting, Trouble, Version, utc_text
from archive.receipts import Journal
from archive.sightings import longest_path
from archive.vault import StoredBlob, Vault
from indexer.filer import GONE_AFTER
from indexer.roots import Root, Scan, look_at
from indexer.taking import Taker, Wanted
from indexer.watch import Watch
from tests.small_archive import SmallArchive
from tests.trees import Tree

FILES = 400
FAR = 12 * 10**18  # nanoseconds: in the year 2350


@pytest.fixture
def tree(tmp_path, clock):
    tree = Tree(tmp_path, clock)
    yield tree
    tree.database.close()
    subprocess.run(["rm", "-rf", tree.top / "d"], check=True)  # too deep for Python


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def on_disk(tree: Tree) -> dict[str, str]:
    """By path what lies in the tree."""
    top = os.fsencode(tree.top)
    found, folders = {}, [top]
    while folders:
        for entry in os.scandir(folders.pop()):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                data = Path(os.fsdecode(entry.path)).read_bytes()
                found[path_text(entry.path[len(top) + 1 :])[0]] = sha256(data)
    return found


def kept(tree: Tree) -> dict[str, str]:
    """By path what the archive shows there now."""
    with tree.database.read() as session:
        rows = session.execute(
            select(Sighting.path, Blob.sha256)
            .join(Version, Version.id == Sighting.version_id)
            .join(Blob, Blob.id == Version.blob_id)
            .where(Sighting.until.is_(None))
        ).all()
    assert len({path for path, _ in rows}) == len(rows)
    return dict(rows)


def believed_gone(tree: Tree) -> int:
    receipts = Journal(tree.vault.folder).read()
    return sum(receipt["what"] == "gone" for _, receipt in receipts)


def test_many_files_at_once_in_one_folder_are_each_kept_once(tree):
    for number in range(FILES):
        tree.write(f"flood/{number}.txt", f"{number}")
        if number == FILES // 2:
            tree.sweep()
    tree.sweep(2)
    assert kept(tree) == on_disk(tree)
    assert len(tree.rows(Document)) == len(tree.rows(Sighting)) == FILES


def test_files_in_folders_nested_as_deep_as_a_path_may_be_are_kept(tree):
    for depth in range(0, 1900, 100):
        tree.write("d/" * depth + "x.txt", f"{depth}")
    for number in range(100):
        tree.write(f"{number % 10}/{number}/x.txt", f"wide {number}")
    tree.sweep(2)
    assert kept(tree) == on_disk(tree)
    assert tree.rows(Trouble) == []


def test_a_folder_too_deep_to_be_opened_is_listed_and_holds_up_nothing(tree):
    folder = os.open(tree.top, os.O_RDONLY)
    for _ in range(2500):
        os.mkdir("d", dir_fd=folder)
        inner = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(folder)
    tree.write("a.txt")
    tree.sweep(GONE_AFTER + 1)
    assert tree.live() == ["a.txt"]
    assert [row.reason for row in tree.rows(Trouble)] == [
        "The folder can't be read: File name too long."
    ]


def test_a_tree_that_is_moved_in_renamed_and_moved_out_keeps_its_documents(tree):
    outside = tree.folder / "outside"
    for number in range(50):
        file = outside / f"{number % 5}" / f"{number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{number}", encoding="utf-8")
    tree.write("other.txt", "other")
    tree.sweep()
    outside.rename(tree.top / "in")
    tree.sweep()
    (tree.top / "in").rename(tree.top / "renamed")
    tree.sweep(GONE_AFTER)
    assert kept(tree) == on_disk(tree)
    assert len(tree.rows(Document)) == len(tree.rows(Version)) == 51
    (tree.top / "renamed").rename(outside)
    tree.sweep(GONE_AFTER)
    assert tree.live() == ["other.txt"]
    assert (believed_gone(tree), len(tree.rows(Version))) == (100, 51)


def test_atomic_saves_give_one_document_whose_last_version_is_what_lies_there(tree):
    for number in range(20):
        saved = tree.write("~$x.tmp", f"state {number}")
        if number % 3 == 0:
            (tree.top / "x.txt").unlink(missing_ok=True)
        saved.rename(tree.top / "x.txt")
        tree.filer.hint(Wanted("filing", "x.txt", is_closed=True))
        if number % 2:
            tree.sweep()
    tree.sweep()
    assert kept(tree) == on_disk(tree)
    assert len(tree.rows(Document)) == 1 and believed_gone(tree) == 0


def test_a_file_that_grows_for_long_is_taken_once_and_whole(tmp_path, clock):
    tree = Tree(tmp_path, clock, rest_s=0.1)
    with (tree.top / "big.txt").open("ab") as growing:
        for number in range(100):
            growing.write(b"%d\n" % number)
            growing.flush()
            tree.sweep()
    while not tree.filer.is_idle:
        tree.filer.step()
    assert kept(tree) == on_disk(tree)
    assert len(tree.rows(Version)) == len(tree.rows(Blob)) == 1
    tree.database.close()


class Meddled(Vault):
    """While a file is copied, somebody does something to it; then no more."""

    def __init__(self, folder: Path, meddle) -> None:
        super().__init__(folder)
        self.meddle = meddle

    def put(self, source, *, max_bytes: int) -> StoredBlob:
        meddle, self.meddle = self.meddle, lambda: None
        meddle()
        return super().put(source, max_bytes=max_bytes)


@pytest.mark.parametrize("how", ["rewritten", "replaced", "cut", "removed"])
def test_a_file_that_changes_while_it_is_read_ends_as_it_lies_there(tree, how):
    file = tree.write("x.txt", "before" * 1000)

    def meddle() -> None:
        if how == "rewritten":
            file.write_text("after", encoding="utf-8")
        elif how == "replaced":
            tree.write("new.tmp", "after").rename(file)
        elif how == "cut":
            os.truncate(file, 3)
        else:
            file.unlink()

    tree.vault = Meddled(tree.vault.folder, meddle)
    tree.filer = tree.new_filer()
    tree.write("y.txt", "other")
    for _ in range(GONE_AFTER + 1):
        tree.sweep()
        while not tree.filer.is_idle:
            tree.filer.step()
    assert kept(tree) == on_disk(tree)


def test_what_is_written_again_in_the_same_instant_is_never_taken_for_what_was_read(tree):
    taker = Taker(tree.vault, lambda: 0.0, 1 << 20)
    root = tree.filer.states["filing"].root
    for number in range(5):
        file = tree.write("x.txt", f"{number}a")
        taken = taker.take(root, Wanted("filing", "x.txt", is_closed=True), None)
        file.write_text(f"{number}b", encoding="utf-8")
        assert look_at(file.stat()) != taken.look


def test_renames_that_change_only_the_case_keep_documents_and_lose_no_name(tree):
    tree.write("Report.TXT", "report")
    tree.write("REPORT.txt", "another")
    tree.sweep()
    (tree.top / "Report.TXT").rename(tree.top / "report.txt")
    tree.sweep(GONE_AFTER)
    assert tree.live() == ["REPORT.txt", "report.txt"]
    assert kept(tree) == on_disk(tree)
    assert len(tree.rows(Document)) == len(tree.rows(Version)) == 2


def test_names_with_every_byte_are_kept_each_as_one(tree):
    names = [bytes([byte]) for byte in range(1, 256) if byte != ord("/")]
    names += [b"\xc3\xa5", b"a\xcc\x8a", b"\xed\xa0\x80", b"\\xe5", b"\\x5cxe5", b"\\\xe5"]
    for name in names:
        (tree.top / os.fsdecode(b"n" + name + b"n")).write_bytes(name)
        folder = tree.top / os.fsdecode(b"f" + name + b"f")
        folder.mkdir()
        (folder / "x").write_bytes(name)
    tree.sweep()
    filed = len(tree.rows(Sighting))
    tree.sweep(GONE_AFTER)
    assert kept(tree) == on_disk(tree)
    assert len(kept(tree)) == len(tree.rows(Sighting)) == filed == 2 * len(names)


def test_sockets_pipes_and_loops_are_listed_and_never_opened(tree):
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(tree.top)  # a socket's name is short
        try:
            server.bind("socket")
        finally:
            os.chdir(here)
        os.mkfifo(tree.top / "pipe")
        (tree.top / "loop").symlink_to(".")
        (tree.top / "nowhere").symlink_to("nothing")
        tree.write("a.txt")
        for name in ("socket", "pipe", "loop", "nowhere"):
            tree.filer.hint(Wanted("filing", name, is_closed=True))
        tree.sweep(2)
    assert tree.live() == ["a.txt"]
    assert sorted(row.path for row in tree.rows(Trouble)) == ["loop", "nowhere", "pipe", "socket"]


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
    tree.sweep()
    assert len(tree.rows(Trouble)) == 300 and len(writes) == 2
    writes.clear()
    tree.sweep(2)
    assert writes == []


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


def test_times_and_inodes_that_no_database_can_keep_hold_up_no_file(tree):
    far, early = tree.write("far.txt", "far"), tree.write("early.txt", "early")
    os.utime(far, ns=(0, FAR))
    os.utime(early, ns=(0, -(10**18)))
    tree.write("a.txt")
    tree.sweep(2)
    assert kept(tree) == on_disk(tree)
    status = os.stat_result((0o100644, 2**64 - 1, 0, 1, 0, 0, 5, 0, 0, 0))
    assert look_at(status).inode == 2**63 - 1


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = SmallArchive(database_url, tmp_path, clock)
    yield house
    house.close()


def test_the_longest_path_that_a_root_takes_is_one_that_the_database_keeps(house):
    chance = random.Random(1)
    most = min(longest_path(house.database), 4096)
    path = "".join(chance.choices(string.ascii_letters + string.digits, k=most))
    blob = house.vault.put(io.BytesIO(b"x"), max_bytes=9)
    place = TreePlace("a root of a long name", path, None, 2**63 - 1, 2**63 - 1)
    house.intake.receive([Arrival(blob, "general", place)])
    with house.database.read() as session:
        assert session.scalars(select(Sighting.path)).all() == [path]


def test_a_path_that_is_too_long_is_listed_and_holds_up_nothing(tree):
    state = tree.filer.states["filing"]
    state.root = Root(state.root.config, longest_path=100)
    tree.write("å" * 40 + "/" + "ä" * 20 + ".txt", "long")
    tree.write("å" * 40 + "/a.txt", "short")
    tree.sweep(2)
    assert tree.live() == ["å" * 40 + "/a.txt"]
    [trouble] = tree.rows(Trouble)
    assert trouble.path.startswith("ååå") and "too long" in trouble.reason


def test_what_hides_a_path_is_found_without_looking_at_all_that_is_hidden():
    scan = Scan(unreadable={"locked/": "no", "odd": "no", "deep/er/": "no"})
    hidden = ["locked/", "locked/a", "locked/b/c", "odd", "odd/a", "deep/er/x/y"]
    assert [scan.hides(path) for path in hidden] == [True] * len(hidden)
    seen = ["locke", "lockedx/a", "oddly", "deep/er", "deep/e", "o", "d"]
    assert [scan.hides(path) for path in seen] == [False] * len(seen)
    assert Scan(unreadable={"": "no"}).hides("anything")


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


def test_work_asked_for_and_held_by_a_clock_that_was_ahead_is_done_when_it_is_set_back(
    house, clock
):
    kinds, lease = (JobKind.INDEX,), timedelta(minutes=5)
    with house.database.write() as session:
        clock.step(days=1)
        jobs.enqueue(session, JobKind.INDEX, [1, 2], clock())
        assert len(jobs.claim(session, kinds, by="we", at=clock(), lease=lease, limit=1)) == 1
        clock.step(days=-1)
        assert jobs.is_any_due(session, kinds, clock())
        both = jobs.claim(session, kinds, by="they", at=clock(), lease=lease, limit=9)
        assert [job.subject for job in both] == [1, 2]
        clock.step(minutes=-4)
        assert not jobs.claim(session, kinds, by="we", at=clock(), lease=lease, limit=9)
