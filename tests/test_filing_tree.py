"""The filing tree: the sweep is the truth, and only what is at rest is taken."""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Callable

import pytest

from archive.config import RootSection
from archive.intake import Intake
from archive.models import Blob, Document, Version
from indexer.filer import GONE_AFTER, Filer
from indexer.roots import Look, Root, Scan
from indexer.taking import FLOOD, Floods, Queue, Wanted
from indexer.watch import Watch
from tests.trees import Tree


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


class Slow(Root):
    """A root that takes long to look at."""

    def __init__(self, section: RootSection, pass_time: Callable[[], object]) -> None:
        super().__init__(section)
        self.pass_time = pass_time

    def scan(self, known: dict[str, Look]) -> Scan:
        self.pass_time()
        return super().scan(known)


@pytest.mark.parametrize(("takes_s", "pause_s"), [(0.25, 1), (30, 30)])
@pytest.mark.parametrize("poll_s", [0, 0.5])
def test_a_pause_follows_each_sweep_as_long_as_it_took_and_never_less_than_a_second_in_a_storm(
    tree, takes_s, pause_s, poll_s
):
    passed = [100.0]
    section = RootSection(name="filing", path=tree.top, poll_s=poll_s)
    root = Slow(section, lambda: passed.append(takes_s))
    filer = Filer(tree.database, tree.vault, [root], clock=tree.clock, timer=lambda: sum(passed))
    filer.sweep("filing")
    due = []
    for seconds in (pause_s - 0.125, 0.125):
        passed.append(seconds)
        filer.ask_sweep("filing")
        due.append(filer.due_sweeps())
    assert due == [[], ["filing"]]


def test_each_root_is_swept_at_its_own_interval_and_a_share_without_events_when_it_is_polled(tree):
    sections = [
        RootSection(name=name, path=tree.top, **intervals)
        for name, intervals in {
            "seldom": {"sweep_s": 600},
            "often": {"sweep_s": 60},
            "share": {"sweep_s": 600, "poll_s": 5},
        }.items()
    ]
    roots, now = [Root(section) for section in sections], 0.0
    filer = Filer(tree.database, tree.vault, roots, clock=tree.clock, timer=lambda: now)
    swept = {}
    for now in (0.0, 4.9, 5.0, 9.9, 10.0, 59.9, 60.0, 599.9, 600.0):
        swept[now] = filer.due_sweeps()
        for name in swept[now]:
            filer.sweep(name)
    assert swept == {
        0.0: ["seldom", "often", "share"],
        4.9: [],
        5.0: ["share"],
        9.9: [],
        10.0: ["share"],
        59.9: ["share"],
        60.0: ["often"],
        599.9: ["often", "share"],
        600.0: ["seldom"],
    }


def test_only_a_root_that_is_not_polled_is_watched(tmp_path):
    hints = []
    roots = []
    for name, poll_s in (("local", 0), ("share", 5)):
        (tmp_path / name).mkdir()
        roots.append(Root(RootSection(name=name, path=tmp_path / name, poll_s=poll_s)))
    watch = Watch(roots, hints.append, lambda root: None)
    watch.tend()
    (tmp_path / "share" / "a.txt").write_text("a", encoding="utf-8")
    (tmp_path / "local" / "b.txt").write_text("b", encoding="utf-8")
    deadline = time.monotonic() + 20
    while not hints and time.monotonic() < deadline:
        time.sleep(0.02)
    watch.stop()
    assert {(hint.root, hint.path) for hint in hints} == {("local", "b.txt")}


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


def test_whatever_stops_a_step_what_it_did_not_file_is_filed_by_the_next(tree, monkeypatch):
    tree.write("a.txt")
    with monkeypatch.context() as broken, pytest.raises(ConnectionError):
        broken.setattr(Intake, "receive", lambda *_: (_ for _ in ()).throw(ConnectionError()))
        tree.sweep()
    tree.filer.step()
    assert tree.live() == ["a.txt"]


def test_folders_belong_to_collections(tmp_path, clock):
    tree = Tree(tmp_path, clock, collections={"legal/**": "legal"})
    root = tree.filer.states["filing"].root
    assert root.collection_of("legal/2024/x.pdf") == "legal"
    assert root.collection_of("legality.pdf") == "general"
    tree.database.close()


@pytest.mark.parametrize(
    "path",
    [
        unicodedata.normalize("NFD", "Löner/Göran.pdf"),
        unicodedata.normalize("NFC", "löner/Göran.pdf"),
        "löner/first\nsecond.pdf",
        "löner/\n/a.pdf",
    ],
)
def test_a_folder_belongs_to_its_collection_however_its_name_is_written(tmp_path, clock, path):
    for pattern in ("löner/**", unicodedata.normalize("NFD", "löner/**")):
        root = Root(RootSection(name="f", path=tmp_path, collections={pattern: "payroll"}))
        assert root.collection_of(path) == "payroll"


def test_what_is_ignored_is_ignored_however_its_name_is_written(tmp_path):
    root = Root(RootSection(name="f", path=tmp_path, ignore=["säkerhetskopia*"]))
    assert root.is_ignored(unicodedata.normalize("NFD", "säkerhetskopia.doc"))
    assert not root.is_ignored("sakerhetskopia.doc")


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
