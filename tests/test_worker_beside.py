"""Workers beside the one of `serve`: they read, and leave the filing tree to that one."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from archive.db import Database, sqlite_url
from archive.models import Job, Trouble

PROJECT = Path(__file__).parents[1]
PATIENCE_S = 60


@pytest.fixture
def database(place):
    path = place.config.parent / "crossfile-data" / "crossfile.sqlite"
    with closing(Database(sqlite_url(path))) as found:
        yield found


@contextmanager
def worker(config):
    """`crossfile worker`, told to end at the end."""
    command = [sys.executable, "-m", "api.cli", "--config", str(config), "worker"]
    process = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def read_all_again(place, database):
    """Have the worker do it; return when it has."""
    assert place.run("reread")[0] == 0
    deadline = time.monotonic() + PATIENCE_S
    while count(database, Job):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def count(database, model):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_a_worker_beside_the_service_reads_and_files_nothing(place, database):
    for name in ("gone.txt", "kept.txt"):
        place.write(name, f"{name}\n")
    place.ingest()
    place.tree.joinpath("gone.txt").unlink()
    place.write("new.txt", "New\n")
    with worker(place.config):
        for _ in range(3):  # it would have had time to look at the tree
            read_all_again(place, database)
    assert sorted(place.paths()) == ["filing/gone.txt", "filing/kept.txt"]
    place.ingest()
    assert sorted(place.paths()) == ["filing/kept.txt", "filing/new.txt"]


def test_a_worker_that_knows_no_roots_leaves_what_is_said_of_them(place, database, room):
    place.write("kept.txt", "Kept\n")
    place.write("large.txt", "x" * (room[0] + 1))
    place.ingest()
    assert count(database, Trouble) == 1
    rootless = place.config.with_name("rootless.toml")
    rootless.write_text(place.config.read_text("utf-8").partition("[[roots]]")[0], "utf-8")
    with worker(rootless):
        read_all_again(place, database)
    assert count(database, Trouble) == 1
