"""Death at every step, and disks that fail: nothing acknowledged is lost, nothing is doubled.

Each try works on a copy of a small scene (bench/scenes.py), in a process that strace kills, or to
which it says that the disk fails, at one system call that writes. `./run bench torture` tries all.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.context import PROJECT
from bench.torture import fast_folder
from bench.traced import Call, seen_in

pytestmark = pytest.mark.timeout(900)  # many processes: slow on a busy machine
PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')
FAILING = 20  # points at which a disk fails; all, and all of the scenes below: ./run bench torture
SAMPLES = {"first": 4, "reading": 10, "backup": 6, "restore": 5, "package": 5}


@pytest.fixture
def folder() -> Iterator[Path]:
    with fast_folder() as made:
        yield made


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest) -> str:
    """Where databases can be made; empty for SQLite."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: apt install strace")
    if request.param == "sqlite":
        return ""
    url: str = request.getfixturevalue("postgres").url("postgres")
    return url


def tried(scene: str, folder: Path, server: str, *options: str) -> list[dict[str, Any]]:
    """Each point that was tried, with what came of it."""
    command = [sys.executable, "-m", "bench.tried", scene, str(folder), "--server", server]
    done = subprocess.run(
        [*command, *options], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if "strace may not watch here" in done.stderr:
        pytest.skip("strace may not watch here")
    assert done.returncode == 0, done.stderr
    *points, last = map(json.loads, done.stdout.splitlines())
    assert last["tried"] == len(points)
    return points


def wrong(points: list[dict[str, Any]]) -> list[str]:
    return [f"{point['point']}: {text}" for point in points for text in point["problems"]]


@pytest.mark.parametrize("share", ["1/2", "2/2"])
def test_wherever_the_intake_dies_nothing_is_lost_doubled_or_left_behind(folder, server, share):
    points = tried("intake", folder, server, "--share", share)
    assert wrong(points) == []
    assert sum(point["met"] for point in points) > 0.9 * len(points) > 50  # it did die there


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_where_a_disk_fails_the_intake_says_so_and_goes_on_by_itself_afterwards(
    folder, server, error
):
    points = tried("intake", folder, server, "--outcome", error, "--sample", str(FAILING))
    assert wrong(points) == []


@pytest.mark.parametrize("scene", SAMPLES)
def test_wherever_anything_else_dies_doing_it_again_is_as_if_nothing_had_happened(
    folder, server, scene
):
    assert wrong(tried(scene, folder, server, "--sample", str(SAMPLES[scene]))) == []


# --- the order of syncing and committing: a power cut is a death, too ----------------------------


class Disk:
    """What a power cut would take: bytes and names that were written and not synced."""

    def __init__(self) -> None:
        self.bytes: set[str] = set()
        self.names: set[str] = set()

    def do(self, call: Call) -> None:
        if call.result < 0:
            return
        of = re.match(r"\d+<([^>]*)>", call.arguments)
        paths = PATH.findall(call.arguments)
        if of and call.name in ("write", "pwrite64", "ftruncate"):
            self.bytes.add(of[1])
        elif of and call.name in ("fsync", "fdatasync"):
            self.bytes.discard(of[1])
            self.names = {name for name in self.names if str(Path(name).parent) != of[1]}
        elif call.name in ("link", "linkat", "rename", "renameat", "mkdir") and paths:
            self.names.add(paths[-1])
            if paths[0] in self.bytes:  # the same bytes by another name
                self.bytes.add(paths[-1])
        elif call.name in ("unlink", "unlinkat") and paths:
            self.bytes.discard(paths[0])

    def at_risk(self, part: str) -> set[str]:
        return {path for path in self.bytes | self.names if part in path}


def calls_of(scene: str, folder: Path, server: str) -> tuple[Call, ...]:
    tried(scene, folder, server, "--sample", "1")
    return seen_in(folder / "calls").calls


def is_commit(call: Call) -> bool:
    to_lite = call.name == "pwrite64" and "crossfile.sqlite-wal>" in call.arguments
    return to_lite or (call.name == "sendto" and "COMMIT" in call.arguments)


@pytest.mark.parametrize("scene", ["first", "intake"])
def test_bytes_are_durable_before_their_receipt_and_receipts_before_their_rows(
    folder, server, scene
):
    disk, receipts, commits = Disk(), 0, 0
    for call in calls_of(scene, folder, server):
        if call.name == "pwrite64" and "receipts.jsonl>" in call.arguments:
            receipts += 1
            assert disk.at_risk("/vault/blobs") | disk.names == set()
        if is_commit(call):
            commits += 1
            assert disk.at_risk("/vault/journal") == set()
        disk.do(call)
    assert 2 <= receipts <= commits
    assert disk.at_risk("/vault") - disk.at_risk("/vault/tmp") == set()
