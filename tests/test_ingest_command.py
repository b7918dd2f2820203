"""crossfile ingest: what it files of what it is given, what it says, with which status."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from sqlalchemy import delete, select

from api import ingesting
from api.lock import serving
from archive import jobs
from archive.db import Database, sqlite_url
from archive.errors import ReadingFailed
from archive.jobs import JobKind
from archive.models import Job
from indexer.parsers import registry
from indexer.parsers.registry import READERS
from indexer.worker import is_dead, worker_name


def test_a_moved_file_is_moved_and_a_deleted_one_gone_after_one_ingest(place):
    place.write("a.txt", "Moved\n")
    place.write("b.txt", "Deleted\n")
    place.write("c.txt", "Kept\n")
    assert place.ingest()[:1] == (0,)
    (place.tree / "a.txt").rename(place.tree / "d.txt")
    (place.tree / "b.txt").unlink()
    assert place.ingest()[0] == 0
    assert place.paths() == ["filing/c.txt", "filing/d.txt"]
    assert place.run("check")[:2] == (0, "Database, vault and index agree.\n")


def test_a_file_that_is_seen_empty_while_it_is_saved_keeps_its_document_and_its_text(place):
    place.write("empty.docx", b"")
    place.write("order.txt", "Order PO-1\n")
    place.ingest()
    for content in (b"", "Order PO-1\n", b"", "Order PO-1, changed\n"):
        place.write("order.txt", content)
        place.ingest()
    lines = [json.loads(line) for line in place.run("export", "documents")[1].splitlines()]
    versions = {line["paths"][0]: len(line["history"]) for line in lines}
    assert versions == {"filing/empty.docx": 1, "filing/order.txt": 3}
    assert place.run("check")[:2] == (0, "Database, vault and index agree.\n")


def test_a_file_that_is_too_large_to_be_read_is_kept_and_found_by_its_name(place):
    content = b"x" * ((1 << 20) + 1)
    place.write("drawing quokka.dat", content)
    assert place.ingest()[0] == 3
    line = json.loads(place.run("export", "documents")[1])
    assert (line["status"], line["reason_code"]) == ("unreadable", "too-large")
    assert line["reason"] == "The file is larger than 1 MiB."
    assert line["sha256"] == hashlib.sha256(content).hexdigest()
    assert "drawing quokka.dat" in place.run("search", "quokka")[1]
    assert place.run("verify")[0] == 0


def test_of_a_configured_root_only_the_file_or_folder_that_is_named_is_filed(place):
    for path in ("a.txt", "sub/b.txt", "sub/c.txt", "subway/d.txt"):
        place.write(path, f"{path}\n")
    place.ingest(place.tree / "a.txt")
    assert place.paths() == ["filing/a.txt"]
    (place.tree / "a.txt").rename(place.tree / "e.txt")
    place.ingest(place.tree / "sub")
    assert place.paths() == ["filing/a.txt", "filing/sub/b.txt", "filing/sub/c.txt"]


def test_outside_the_roots_only_the_file_that_is_named_is_filed(place, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    for name in ("x.txt", "y.txt"):
        (other / name).write_text(f"{name}\n", encoding="utf-8")
    place.ingest(other / "x.txt")
    assert place.paths() == ["other/x.txt"]


def test_a_folder_is_never_filed_under_the_name_of_another_one(place, tmp_path):
    folders = [tmp_path / name / "invoices" for name in ("a", "b")]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / "i1.txt").write_text(f"{folder.parent.name}\n", encoding="utf-8")
    assert place.ingest(folders[0])[0] == 0
    status, _, err = place.run("ingest", folders[1])
    assert status == 2 and f"The root invoices is the folder {folders[0]}" in err
    assert "--root NAME" in err
    assert place.run("ingest", folders[1], "--root", "invoices-b")[0] == 0
    assert place.ingest(folders[0])[1]["filed"] == 0
    assert sorted(place.paths()) == ["invoices-b/i1.txt", "invoices/i1.txt"]


def test_a_folder_is_never_filed_under_the_name_of_a_configured_one(place, tmp_path):
    place.write("i1.txt", "One\n")
    place.ingest()
    other = tmp_path / "other" / "filing"
    other.mkdir(parents=True)
    (other / "i2.txt").write_text("Two\n", encoding="utf-8")
    status, _, err = place.run("ingest", other)
    assert status == 2 and "--root NAME" in err
    assert place.paths() == ["filing/i1.txt"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--root", "upload"), "--root 'upload' can't be taken; expected another name: `upload`"),
        (("--root", "a/b"), "--root 'a/b' can't be taken; expected a name that fits"),
        (("--root", ""), "--root '' can't be taken; expected a name that fits"),
        (("--collection", ""), "--collection '' can't be taken; expected text that is not empty"),
    ],
)
def test_a_name_that_no_root_or_collection_can_have_is_refused(place, tmp_path, options, said):
    (tmp_path / "other").mkdir()
    status, _, err = place.run("ingest", tmp_path / "other", *options)
    assert status == 2 and said in err and "Traceback" not in err


@pytest.mark.parametrize(
    ("folder", "root"),
    [
        ("some/upload", "some-upload"),
        ("_/Upload", "files"),
        (f"{'long ' * 20}name", "-".join(["long"] * 13)[:64].strip("-")),
    ],
)
def test_a_folder_whose_name_no_root_can_have_is_filed_under_another(place, tmp_path, folder, root):
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "a.txt").write_text("One\n", encoding="utf-8")
    assert place.ingest(tmp_path / folder)[0] == 0
    assert place.paths() == [f"{root}/a.txt"]


def test_a_configured_root_that_is_not_there_is_said_at_once_and_the_rest_goes_on(place):
    place.write("a.txt", "One\n")
    with place.config.open("a", encoding="utf-8") as config:
        config.write('[[roots]]\nname = "share"\npath = "away"\n')
    status, answer, err = place.ingest()
    assert (status, answer["filed"]) == (0, 1)
    (said,) = (line for line in err.splitlines() if "root share" in line)
    assert "away is not there" in said and "correct this root in the configuration" in said


def test_a_lost_root_is_said_and_is_a_failure(place):
    place.write("a.txt", "Kept\n")
    place.ingest()
    shutil.move(place.tree / "a.txt", place.tree.parent / "a.txt")
    status, answer, err = place.ingest()
    assert (status, list(answer["lost"])) == (1, ["filing"])
    assert "The root filing is lost" in err and "not believed" in err
    assert place.paths() == ["filing/a.txt"]


def test_what_could_not_be_taken_is_said_with_its_reason(place, room):
    place.write("large.bin", b"x" * 11)
    place.write("a.txt", "Small\n")
    status, answer, err = place.ingest()
    assert (status, answer["filed"]) == (3, 1)
    assert [line["path"] for line in answer["not_taken"]] == ["filing/large.bin"]
    assert "filing/large.bin was not taken: The archive has no room" in err


def test_the_status_is_about_what_was_filed_now_and_the_totals_about_all(place):
    place.write("broken.pdf", b"%PDF-1.7\n" + b"\0" * 100)
    status, answer, _ = place.ingest()
    assert (status, answer["unreadable"]) == (3, 1)
    place.write("a.txt", "Fine\n")
    status, answer, _ = place.ingest()
    assert (status, answer["documents"], answer["unreadable"]) == (0, 1, 0)
    assert (answer["archive"]["documents"], answer["archive"]["unreadable"]) == (2, 1)


@pytest.fixture
def cut_off(place, monkeypatch):
    """Files what lies in the tree, and is told to end before any of it is read."""

    def cut_off():
        with monkeypatch.context() as patched:
            end = lambda *_, **__: os.kill(os.getpid(), signal.SIGTERM)  # noqa: E731
            patched.setattr("indexer.reader.Reader.step", end)
            assert place.run("ingest", place.tree)[0] not in (0, 1, 3)

    return cut_off


def test_what_a_cut_off_ingest_had_filed_counts_in_the_one_that_reads_it(place, cut_off):
    place.write("broken.pdf", b"%PDF-1.7\n" + b"\0" * 100)
    place.write("a.txt", "INVOICE\n\nInvoice no: INV-00001\nYour order: PO-2024-001\n")
    for buyer in ("Alder Works", "Birch Mill"):
        order = f"PURCHASE ORDER\n\nOrder no: PO-2024-001\nBuyer: {buyer}\n"
        place.write(f"{buyer}.txt", order)
    cut_off()
    assert len(place.paths()) == 4
    status, answer, _ = place.ingest()
    counts = [answer[name] for name in ("filed", "documents", "unreadable", "ambiguous")]
    assert (status, counts) == (3, [0, 4, 1, 1])
    status, answer, _ = place.ingest()
    assert (status, answer["documents"]) == (0, 0)


def test_a_language_of_ocr_that_is_not_installed_is_said_at_the_start_and_in_status(place):
    text = place.config.read_text(encoding="utf-8")
    place.config.write_text(text.replace("languages = []", 'languages = ["zzz"]'), encoding="utf-8")
    place.write("a.txt", "Fine\n")
    status, answer, err = place.ingest()
    assert (status, answer["filed"]) == (0, 1)
    assert "not installed" in err and "zzz" in err
    assert "zzz" in place.run("status")[2]
    assert json.loads(place.run("status", "--json")[1])["ocr_missing"] == ["zzz"]


def test_a_database_of_another_make_is_refused(place):
    place.config.write_text('[data]\ndatabase = "mysql://x/y"\n', encoding="utf-8")
    status, _, err = place.run("ingest", place.tree)
    assert status == 2
    assert "'data.database'" in err and "postgresql://" in err


def test_after_an_upgrade_of_a_reader_only_what_it_has_read_is_read_again(place, monkeypatch):
    place.write("a.txt", "Plain text\n")
    place.write("b.html", "<p>A page</p>")
    place.ingest()
    assert place.run("reread", "outdated")[1].startswith("0 versions")
    newer = replace(READERS["html"], version=READERS["html"].version + 1)
    monkeypatch.setitem(READERS, "html", newer)
    assert place.run("reread", "outdated")[1].startswith("1 version")


def test_a_format_that_gets_its_first_reader_is_read_again(place, monkeypatch):
    place.write("a.bin", bytes(range(256)))
    place.write("b.html", "<p>A page</p>")
    place.ingest()
    assert place.run("reread", "outdated")[1].startswith("0 versions")
    monkeypatch.setattr(registry, "NONE_VERSION", registry.NONE_VERSION + 1)
    assert place.run("reread", "outdated")[1].startswith("1 version")
    assert place.run("reread", "reader:none")[1].startswith("1 version")


def test_a_file_that_broke_its_reader_is_read_again_when_there_is_a_newer_one(place, monkeypatch):
    place.write("a.html", "<p>A page</p>")
    place.write("b.txt", "Plain text\n")
    with monkeypatch.context() as patched:
        broke = ReadingFailed("reader-failed", "The reader crashed on this file (SIGSEGV).")
        patched.setattr("indexer.stages._answered", Mock(side_effect=broke))
        place.ingest()
    assert place.run("reread", "outdated")[1].startswith("0 versions")
    newer = replace(READERS["html"], version=READERS["html"].version + 1)
    monkeypatch.setitem(READERS, "html", newer)
    assert place.run("reread", "outdated")[1].startswith("2 versions")
    place.ingest()
    assert place.run("reread", "reader:broken")[1].startswith("0 versions")


def test_a_scheme_that_comes_later_finds_its_numbers_in_what_is_there_already(place):
    place.write("letter.txt", "Dear Bo,\nas said in QX_4711 we wait.\n")
    place.ingest()
    assert "QX_4711" not in place.run("export", "references")[1]
    scheme = (
        '[[schemes]]\nname = "case"\nbearer = "letter"\npatterns = ["QX_(?P<number>[0-9]{4})"]\n'
    )
    place.config.write_text(place.config.read_text("utf-8") + scheme, "utf-8")
    place.ingest()
    assert "QX_4711" in place.run("export", "references")[1]


NAME = "from indexer.worker import worker_name; print(worker_name(), flush=True)"


@pytest.fixture
def dead():
    """The name of a worker that ran here and runs no more."""
    command = [sys.executable, "-c", NAME]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def database(place):
    with closing(
        Database(sqlite_url(place.config.parent / "crossfile-data" / "crossfile.sqlite"))
    ) as found:
        yield found


def test_of_this_machine_it_is_known_who_died(dead):
    alive = worker_name()
    again = f"{alive.rpartition(':')[0]}:1"  # its number was given to another process
    assert [is_dead(name) for name in (dead, f"{dead}-index", again)] == [True, True, True]
    assert not any(is_dead(name) for name in (alive, f"{alive}-names", f"far-{dead}", "worker"))


def test_what_a_killed_ingest_held_is_done_by_the_next_one_at_once(place, dead, database):
    place.write("a.txt", "One\n")
    place.ingest()
    with database.write() as session:
        at = datetime.now(UTC)
        for kind, holder in ((JobKind.PARSE, dead), (JobKind.INDEX, "far:1:1-index")):
            jobs.enqueue(session, kind, [1], at)
            jobs.claim(session, [kind], by=holder, at=at, lease=timedelta(hours=1))
    assert place.ingest()[0] == 0
    with database.read() as session:
        assert session.scalars(select(Job)).all() == []


def test_an_ingest_that_is_told_to_end_gives_back_what_it_holds(place, database, monkeypatch):
    place.write("a.txt", "One\n")
    before = signal.getsignal(signal.SIGTERM)
    with monkeypatch.context() as patched:
        end = lambda _: os.kill(os.getpid(), signal.SIGTERM)  # noqa: E731
        patched.setattr("api.ingesting._told_by", lambda _: end)
        assert place.run("ingest", place.tree)[0] not in (0, 1, 3)
    assert signal.getsignal(signal.SIGTERM) is before
    with database.read() as session:
        assert set(session.scalars(select(Job.leased_by))) == {None}
    assert place.ingest()[0] == 0


@pytest.fixture
def service(place):
    """Another one serves the data folder, until it is closed."""
    with ExitStack() as stack:
        stack.enter_context(serving(place.config.parent / "crossfile-data"))
        yield stack


def test_an_ingest_whose_service_stops_says_so_and_fails(place, service, monkeypatch):
    place.write("a.txt", "One\n")

    def file_and_stop(filer, file=ingesting._file):
        with service:
            return file(filer)

    monkeypatch.setattr(ingesting, "_file", file_and_stop)
    status, _, err = place.run("ingest", place.tree)
    assert status == 1
    assert "The service has stopped with 1 job not done." in err
    assert place.paths() == ["filing/a.txt"]


def test_an_ingest_ends_though_the_service_is_given_more_all_the_time(
    place, service, database, monkeypatch
):
    def work(_seconds):
        with database.write() as session:
            session.execute(delete(Job))
            jobs.enqueue(session, JobKind.INDEX, [1], datetime.now(UTC))

    place.write("a.txt", "One\n")
    monkeypatch.setattr("api.ingesting.time.sleep", work)
    assert place.ingest()[1]["filed"] == 1


def homes(place):
    lines = place.run("export", "documents")[1].splitlines()
    return [json.loads(line)["collection"] for line in lines]


def test_a_folder_that_is_given_to_another_collection_takes_along_what_was_in_it(place):
    place.write("a.txt", "Kept\n")
    place.write("b.txt", "Deleted\n")
    place.ingest()
    (place.tree / "b.txt").unlink()
    place.ingest()
    assert homes(place) == ["general", "general"]
    with place.config.open("a", encoding="utf-8") as config:
        config.write('collection = "closed"\n')
    place.ingest()
    assert homes(place) == ["closed", "closed"]
    assert place.run("check")[:2] == (0, "Database, vault and index agree.\n")


def test_what_lies_outside_the_roots_stays_where_it_was_put(place, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.txt").write_text("x\n", encoding="utf-8")
    place.ingest("--collection", "closed", tmp_path / "other")
    place.ingest(tmp_path / "other")
    assert homes(place) == ["closed"]
