"""Storms over the filing tree: what is kept in the end is what lies there, and nothing else."""

from __future__ import annotations

import io
import os
import random
import socket
import string
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from archive import jobs
from archive.arrivals import Arrival, TreePlace
from archive.errors import StorageFull
from archive.jobs import JobKind
from archive.models import Blob, Document, Sighting, Trouble, Version
from archive.receipts import Journal
from archive.sightings import longest_path
from archive.vault import StoredBlob, Vault
from indexer.filer import GONE_AFTER
from indexer.roots import Root, look_at
from indexer.taking import MAX_BATCH, Taker, Wanted
from tests.small_archive import SmallArchive
from tests.storm_tree import believed_gone, kept, on_disk
from tests.trees import Tree

FILES = 300
LONG = "d" * 95
FAR = 12 * 10**18  # nanoseconds: in the year 2350


@pytest.fixture
def tree(tmp_path, clock):
    tree = Tree(tmp_path, clock)
    yield tree
    tree.database.close()


def test_many_files_at_once_in_one_folder_are_each_kept_once(tree):
    for number in range(FILES):
        tree.write(f"flood/{number}.txt", f"{number}")
        if number == FILES // 2:
            tree.sweep()
    tree.sweep(2)
    assert kept(tree) == on_disk(tree)
    assert len(tree.rows(Document)) == len(tree.rows(Sighting)) == FILES


def test_files_in_folders_nested_as_deep_as_a_path_may_be_are_kept(tree):
    for depth in range(0, 40, 3):
        tree.write((LONG + "/") * depth + "x.txt", f"{depth}")
    for depth in range(0, 200, 50):
        tree.write("d/" * depth + "x.txt", f"thin {depth}")
    tree.sweep(2)
    assert kept(tree) == on_disk(tree)
    assert tree.rows(Trouble) == []


def test_a_folder_too_deep_to_be_opened_is_listed_and_holds_up_nothing(tree):
    folder = os.open(tree.top, os.O_RDONLY)
    for _ in range(50):
        os.mkdir(LONG, dir_fd=folder)
        inner = os.open(LONG, os.O_RDONLY, dir_fd=folder)
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


def emptied(tree: Tree, files: int, clock: Callable[[], datetime]) -> None:
    """All but one file of a tree are gone, were missed once, and the clock is that of intake."""
    for number in range(files):
        tree.write(f"folder/{number}.txt", f"{number}")
    tree.write("other.txt", "other")
    tree.sweep()
    (tree.top / "folder").rename(tree.folder / "away")
    tree.clock = clock
    tree.filer = tree.new_filer()
    tree.sweep(GONE_AFTER - 1)
    assert believed_gone(tree) == 0


def test_a_big_folder_that_goes_holds_the_database_for_a_part_of_it_at_a_time(tree, clock):
    emptied(tree, 2 * MAX_BATCH + 1, lambda: clock.step())
    tree.sweep()
    receipts = [one for _, one in Journal(tree.vault.folder).read() if one["what"] == "gone"]
    assert sorted(Counter(one["at"] for one in receipts).values()) == [1, MAX_BATCH, MAX_BATCH]
    assert tree.live() == ["other.txt"]


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_big_folder_that_was_recorded_gone_in_part_is_so_in_the_end(tree, clock, is_restarted):
    is_full = True

    def once() -> datetime:
        if is_full and believed_gone(tree):
            raise StorageFull("The disk is full.")
        return clock()

    emptied(tree, MAX_BATCH + 9, once)
    with pytest.raises(StorageFull):
        tree.sweep()
    assert len(tree.live()) == 1 + 9
    is_full = False
    if is_restarted:
        tree.filer = tree.new_filer()
        tree.sweep(GONE_AFTER - 1)
    assert len(tree.live()) == 1 + 9
    tree.sweep()
    assert (tree.live(), believed_gone(tree)) == (["other.txt"], MAX_BATCH + 9)


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

    def put(self, source, *, max_bytes: int | None = None) -> StoredBlob:
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
    taker = Taker(tree.vault, lambda: 0.0)
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
    for name in (b"\xe5", b"\\xe5", b"\n"):
        (tree.top / os.fsdecode(name)).mkdir()
        (tree.top / os.fsdecode(name) / "x").write_bytes(b"in " + name)
    tree.sweep()
    filed = len(tree.rows(Sighting))
    tree.sweep(GONE_AFTER)
    assert kept(tree) == on_disk(tree)
    assert len(kept(tree)) == len(tree.rows(Sighting)) == filed == len(names) + 3


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


def test_times_and_inodes_that_no_database_can_keep_hold_up_no_file(tree):
    far, early = tree.write("far.txt", "far"), tree.write("early.txt", "early")
    os.utime(far, ns=(0, FAR))
    os.utime(early, ns=(0, -(10**18)))
    tree.write("a.txt")
    tree.sweep(2)
    assert kept(tree) == on_disk(tree)
    status = os.stat_result((0o100644, 2**64 - 1, 0, 1, 0, 0, 5, 0, 0, 0), {"st_mtime_ns": FAR})
    assert look_at(status) == (5, 2**63 - 1, 2**63 - 1)


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
