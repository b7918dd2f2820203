"""The cage: one poison file costs one file, and a captured reader reaches nothing."""

from __future__ import annotations

import errno
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import pytest

from archive.errors import CrossfileError, ReadingFailed
from archive.reading import Child, PageText, Reading, Run
from indexer.cage import Cage, CageLimits, CageTask
from indexer.parsers import plain
from indexer.reading_child import raise_failure, reading_from_wire, reading_to_wire
from indexer.sandbox import doors
from tests.small_files import docx, paragraph, pdf

LIMITS = CageLimits(memory_bytes=1 << 30, time_s=20, answer_bytes=1 << 20, tasks_per_child=50)


#: Attempts by a number of x86-64.
X86_NUMBERS = ("bpf", "keyctl", "clone into a namespace", "signal the parent's threads")


@pytest.fixture(scope="module")
def cage() -> Iterator[Cage]:
    with Cage("tests.caged:handle", {}, 1, LIMITS) as running:
        yield running


def ask(cage: Cage, do: str, file: Path | int | None = None, **what: Any) -> dict[str, Any]:
    time_s = what.pop("time_s", None)
    return cage.submit(CageTask({"do": do, **what}, file, time_s)).result().header


def test_answers_come_back_with_header_and_body(cage: Cage, tmp_path: Path) -> None:
    file = tmp_path / "blob"
    file.write_bytes(b"bytes of the blob")
    answer = cage.submit(CageTask({"do": "echo", "say": "åäö"}, file)).result()
    assert (answer.header["said"], bytes(answer.body)) == ("åäö", b"bytes of the blob")


def test_other_settings_hold_from_the_next_task_on() -> None:
    with Cage("tests.caged:handle", {}, 1, LIMITS) as cage:
        assert ask(cage, "echo", say="before")["said"] == "before"
        cage.use({"refuse": True})
        with pytest.raises(CrossfileError, match="can't start"):
            ask(cage, "echo", say="now")
        cage.use({})
        assert ask(cage, "echo", say="after")["said"] == "after"


def test_a_descriptor_stays_the_callers(cage: Cage, tmp_path: Path) -> None:
    (tmp_path / "blob").write_bytes(b"x")
    descriptor = os.open(tmp_path / "blob", os.O_RDONLY)
    try:
        assert cage.submit(CageTask({"do": "echo"}, descriptor)).result().body == b"x"
        assert os.pread(descriptor, 1, 0) == b"x"
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(
    ("do", "words"),
    [("crash", "SIGSEGV"), ("give_up", "exit status 3"), ("babble", "makes no sense")],
)
def test_a_child_that_breaks_costs_its_own_task_only(cage: Cage, do: str, words: str) -> None:
    before = cage.submit(CageTask({"do": "echo"}))
    poison = cage.submit(CageTask({"do": do}))
    after = [cage.submit(CageTask({"do": "echo"})) for _ in range(3)]
    with pytest.raises(ReadingFailed, match=words) as caught:
        poison.result()
    assert caught.value.code == "reader-failed"
    assert len({future.result().header["pid"] for future in [before, *after]}) == 2


@pytest.mark.parametrize("do", ["hang", "burn"])
def test_a_child_that_does_not_finish_is_killed(cage: Cage, do: str) -> None:
    pid = ask(cage, "echo")["pid"]
    with pytest.raises(ReadingFailed, match="did not finish"):
        ask(cage, do, time_s=0.5)
    assert ask(cage, "echo")["pid"] != pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_memory_beyond_the_limit_is_refused_and_the_child_lives(cage: Cage) -> None:
    pid = ask(cage, "echo")["pid"]
    assert ask(cage, "eat", size=2 << 30) == {"size": None}
    assert ask(cage, "echo")["pid"] == pid


def test_an_answer_beyond_the_limit_is_not_taken(cage: Cage) -> None:
    with pytest.raises(ReadingFailed, match="exceeds"):
        ask(cage, "talk", size=2 << 20)


def test_a_parent_with_much_memory_has_children_that_last(cage: Cage) -> None:
    held = bytearray(b"x") * (cage.limits.recycle_bytes + (64 << 20))
    pids = {ask(cage, "echo")["pid"] for _ in range(3)}
    assert len(pids) == 1
    assert held


def test_a_child_takes_its_turn_among_our_own_processes(cage: Cage) -> None:
    child = ask(cage, "echo")["pid"]
    assert os.getsid(child) == os.getsid(0)  # sched(7): niceness counts within a session alone
    assert os.getpgid(child) == child


def test_children_are_renewed_after_their_share_of_tasks() -> None:
    with Cage("tests.caged:handle", {}, 1, CageLimits(tasks_per_child=2)) as cage:
        pids = [ask(cage, "echo")["pid"] for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_a_handler_that_cannot_start_is_no_fault_of_the_file() -> None:
    with (
        Cage("tests.caged:handle", {"refuse": True}, 1) as cage,
        pytest.raises(CrossfileError, match="can't start") as caught,
    ):
        ask(cage, "echo")
    assert not isinstance(caught.value, ReadingFailed)


def test_each_child_is_killed_once_and_while_its_number_is_still_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    killed: list[int] = []
    kill = os.killpg

    def note(pid: int, signal: int) -> None:
        assert Path(f"/proc/{pid}").exists()
        killed.append(pid)
        kill(pid, signal)

    monkeypatch.setattr("indexer.cage.os.killpg", note)
    with Cage("tests.caged:handle", {}, 1, LIMITS) as cage:
        with pytest.raises(ReadingFailed, match="SIGSEGV"):
            ask(cage, "crash")
        started = [ask(cage, "echo")["pid"]]
        cage.use({"refuse": True})
        for _ in range(2):
            with pytest.raises(CrossfileError, match="can't start"):
                ask(cage, "echo")
        cage.use({})
        started.append(ask(cage, "echo")["pid"])
    assert len(killed) == len(set(killed)) == 5
    assert set(started) <= set(killed)


def test_where_no_process_can_be_started_that_is_said_and_no_folder_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("indexer.cage.subprocess.Popen", refuse)
    unavailable = pytest.raises(CrossfileError, match="can't start: Resource temporarily")
    with Cage("tests.caged:handle", {}, 1, CageLimits(has_scratch=True)) as cage, unavailable:
        ask(cage, "echo")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_gone_is_said_and_the_cage_goes_on(cage: Cage, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ask(cage, "echo", tmp_path / "gone")
    assert ask(cage, "echo")["pid"]


def test_closing_cancels_what_waits_and_leaves_no_child() -> None:
    cage = Cage("tests.caged:handle", {}, 1, LIMITS)
    pid = ask(cage, "echo")["pid"]
    running = cage.submit(CageTask({"do": "hang"}, time_s=0.5))
    waiting = [cage.submit(CageTask({"do": "echo"})) for _ in range(3)]
    while not running.running():
        pass
    cage.close()
    assert all(future.cancelled() for future in waiting)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_child_sees_no_secret_of_the_environment(
    cage: Cage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSFILE_DATA__DATABASE", "postgresql://user:secret@host/db")
    with Cage("tests.caged:handle", {}, 1, LIMITS) as fresh:
        assert not [name for name in ask(fresh, "echo")["env"] if name.startswith("CROSSFILE")]


def test_a_child_holds_its_socket_and_the_file_alone(cage: Cage, tmp_path: Path) -> None:
    (tmp_path / "blob").write_bytes(b"x")
    first = ask(cage, "descriptors", tmp_path / "blob")
    again = ask(cage, "descriptors", tmp_path / "blob")
    assert first == again
    assert len(first["held"]) == 5  # three standard ones, the socket, the file


def test_a_child_opens_no_socket(cage: Cage) -> None:
    _needs_seccomp()
    assert ask(cage, "open_socket") == {"error": "PermissionError"}


def test_a_child_reads_and_writes_no_file_of_ours(cage: Cage, tmp_path: Path) -> None:
    _needs_landlock(1)
    (tmp_path / "secret").write_text("secret")
    assert ask(cage, "read_path", path=str(tmp_path / "secret"))["error"] == "PermissionError"
    assert ask(cage, "write_path", path=str(tmp_path / "new"))["error"] == "PermissionError"
    assert ask(cage, "write_path", path="/var/tmp/new")["error"] == "PermissionError"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("what", ["truncate", "chmod", "chown", "utime", "setxattr"])
def test_a_child_changes_nothing_about_a_file_by_its_path(
    cage: Cage, tmp_path: Path, what: str
) -> None:
    _needs_seccomp()
    victim = tmp_path / "victim"
    victim.write_bytes(b"content")
    before = victim.stat()
    extra = (1,) if what == "truncate" else ()
    assert attempt(cage, what, str(victim), *extra) in ("EPERM", "EACCES")
    assert victim.stat() == before


@pytest.mark.parametrize("what", ["fchmod", "fchown", "futime", "fsetxattr", "set flags"])
def test_a_child_changes_nothing_about_the_file_that_it_reads(
    cage: Cage, tmp_path: Path, what: str
) -> None:
    """A descriptor that may only read is enough for these."""
    _needs_seccomp()
    blob = tmp_path / "blob"
    blob.write_bytes(b"content")
    before = blob.stat()
    assert attempt(cage, what, "FILE", file=blob) == "EPERM"
    after = blob.stat()
    assert (after.st_mode, after.st_uid, after.st_mtime_ns, after.st_ctime_ns) == (
        before.st_mode, before.st_uid, before.st_mtime_ns, before.st_ctime_ns
    )  # fmt: skip


@pytest.mark.parametrize("what", ["rename", "link"])
def test_a_child_gives_a_file_no_other_name(cage: Cage, tmp_path: Path, what: str) -> None:
    _needs_landlock(1)
    (tmp_path / "victim").write_bytes(b"content")
    assert attempt(cage, what, str(tmp_path / "victim"), str(tmp_path / "other")) is not None
    assert attempt(cage, "unlink", str(tmp_path / "victim")) is not None
    assert attempt(cage, "mkfifo", str(tmp_path / "pipe")) is not None
    assert [path.name for path in tmp_path.iterdir()] == ["victim"]


@pytest.mark.parametrize(
    "what",
    [
        "signal the parent", "signal its group", "signal everybody",
        "signal the parent's threads", "limit the parent", "raise a limit", "slow the parent",
        "pin the parent", "trace the parent", "read the parent", "write the parent", "mount",
        "unshare", "clone into a namespace", "bpf", "keyctl", "io_uring", "shared memory",
        "socket pair",
    ],
)  # fmt: skip
def test_a_child_does_nothing_to_others_or_to_the_system(cage: Cage, what: str) -> None:
    _needs_seccomp()
    if platform.machine() != "x86_64" and what in X86_NUMBERS:
        pytest.skip("the number of this call is another one here")
    assert attempt(cage, what) == "EPERM"


def test_a_child_has_limits_that_it_cannot_raise(cage: Cage) -> None:
    limits = ask(cage, "limits")
    assert limits["RLIMIT_AS"] == LIMITS.memory_bytes
    assert limits["RLIMIT_NOFILE"] == LIMITS.files
    assert limits["RLIMIT_FSIZE"] == LIMITS.file_bytes
    assert LIMITS.processes <= limits["RLIMIT_NPROC"] < 1 << 20
    assert limits["RLIMIT_CORE"] == 0


def test_programs_that_help_reading_run_inside(cage: Cage) -> None:
    assert ask(cage, "run", command=["echo", "hello"]) == {"status": 0, "said": "hello\n"}


def test_a_program_that_takes_too_long_is_ended_from_inside(cage: Cage) -> None:
    _needs_landlock(6)  # before, the cage ends reader and program together
    assert ask(cage, "stop_program") == {"stopped": True}


@pytest.mark.parametrize("program", ["catdoc", "antiword", "tesseract"])
def test_each_program_of_the_readers_starts_inside(cage: Cage, program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    argument = {"catdoc": "-V", "antiword": "-h", "tesseract": "--list-langs"}[program]
    outside = subprocess.run([program, argument], capture_output=True, check=False)
    inside = ask(cage, "run", command=[program, argument])
    assert inside == {"status": outside.returncode, "said": outside.stdout.decode()}


def attempt(cage: Cage, what: str, *arguments: str | int, file: Path | None = None) -> str | None:
    """The error with which the kernel refuses it; None: it did not."""
    refused: str | None = ask(cage, "attempt", file, what=what, arguments=arguments)["refused"]
    return refused


def _needs_seccomp() -> None:
    if not doors().has_seccomp:
        pytest.skip("this kernel has no seccomp filters")


def _needs_landlock(version: int) -> None:
    if doors().landlock < version:
        pytest.skip(f"this kernel has no Landlock of version {version}")


WHOLE = Reading(
    "pdf", 2, "application/pdf", (PageText(1, "å\n", "ocr", "s", 1.5, 2.5, (Run(0, 3, 2),), 0.5,
                                           ((0, 1, 1.0, 2.0, 3.0, 4.0),)),),
    (Child(1, "a", b"\x00\xff", None), Child(2, "b", b"", "text/plain")), "title", (("k", "v"),),
    (("From", "a"),), b"<x/>", "truncated", "why", (1,),
)  # fmt: skip


def test_a_reading_crosses_the_wire_unchanged() -> None:
    header, body = reading_to_wire(WHOLE)
    assert reading_from_wire(header, body) == WHOLE


@pytest.mark.parametrize(
    "change",
    [
        {"pages": None},
        {"pages": [[1, "x", "", None, None, None, [], 10**9, 0]]},
        {"pages": [[1, "x", "", None, None, None, [], -1, 0]]},
        {"children": [[1, 5, None, 0]]},
        {"reader": ["x"]},
        {"title": ["x"]},
        {"data": 1 << 40},
    ],
)
def test_an_answer_that_makes_no_sense_is_not_believed(change: dict[str, Any]) -> None:
    header, body = reading_to_wire(WHOLE)
    with pytest.raises(ReadingFailed) as caught:
        reading_from_wire({**header, **change}, body)
    assert caught.value.code == "reader-failed"


def test_files_are_read_in_the_cage_as_outside(tmp_path: Path) -> None:
    files = {"a.pdf": pdf(["Order PO-2024-113"]), "b.docx": docx(paragraph("Order")),
             "c.txt": b"Order", "d.xyz": b"\x00\x01"}  # fmt: skip
    with Cage("indexer.reading_child:handle", {"limits": {}}, 1) as cage:
        for name, data in files.items():
            (tmp_path / name).write_bytes(data)
            task = CageTask({"what": "read", "name": name}, tmp_path / name)
            answer = cage.submit(task).result()
            found = reading_from_wire(answer.header["reading"], answer.body)
            assert ("Order" in "".join(p.text for p in found.pages)) == (name != "d.xyz")
        task = CageTask({"what": "picture", "media_type": "application/pdf", "page": 1, "dpi": 72},
                        tmp_path / "c.txt")  # fmt: skip
        with pytest.raises(ReadingFailed) as caught:
            raise_failure(cage.submit(task).result().header)
    assert caught.value.code == "damaged"


def test_hostile_files_cost_no_more_than_themselves(corpora: Path) -> None:
    paths = [path for path in sorted((corpora / "hostile").rglob("*")) if path.is_file()]
    with Cage("indexer.reading_child:handle", {"limits": {}}, 2) as cage:
        tasks = [(p, cage.submit(CageTask({"what": "read", "name": p.name}, p))) for p in paths]
        for path, future in tasks:
            answer = future.result()
            found = reading_from_wire(answer.header["reading"], answer.body)
            has_text = any(page.text.strip() for page in found.pages)
            assert has_text or found.reason, path


def test_a_caged_reader_imports_nothing_of_settings_database_and_network() -> None:
    unwanted = ("pydantic", "sqlalchemy", "asyncio", "ssl", "email")
    there = f"print([name for name in {unwanted} if name in sys.modules])"
    code = f"import sys, indexer.cage_child, indexer.stage_child; {there}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(__file__).resolve().parents[1],
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_a_reader_is_compiled_once_and_not_by_each_child() -> None:
    kept = Path(cache_from_source(plain.__file__))
    kept.unlink(missing_ok=True)
    with Cage("tests.caged:handle", {}, 1, LIMITS) as cage:
        ask(cage, "echo")
    assert kept.exists()
