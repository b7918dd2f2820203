"""What strace saw: writes and sockets by whom, as the hostile benchmark counts them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bench.traced import seen_in, under_strace

LOG = """\
10 execve("/usr/bin/python3", ["python3", "-m", "indexer.cage_child", "5"], 0x7ffd /* 9 vars */) = 0
10 openat(AT_FDCWD</>, "/etc/passwd", O_RDONLY|O_CLOEXEC) = -1 EACCES (Permission denied)
10 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = -1 EPERM (Operation not permitted)
10 vfork( <unfinished ...>
11 openat(AT_FDCWD</srv>, "new.txt", O_WRONLY|O_CREAT|O_EXCL, 0666 <unfinished ...>
10 <... vfork resumed>)              = 12
11 <... openat resumed>)             = 3</srv/new.txt>
12 openat(AT_FDCWD</>, "/dev/null", O_RDWR) = 4</dev/null>
12 symlink("elsewhere", "/srv/link") = 0
12 unlinkat(7</srv/tree>, "../a\\"b", 0) = 0
"""


def test_calls_are_told_apart_by_process_path_and_outcome(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(LOG)
    seen = seen_in(tmp_path / "log")
    assert seen.readers == {10, 12}
    changed = {(call.pid, str(path)) for call in seen.calls for path in call.changed}
    assert changed == {
        (11, "/srv/new.txt"),
        (12, "/dev/null"),
        (12, "/srv/link"),
        (12, '/srv/a\\"b'),
    }
    assert not any(call.opened_socket for call in seen.calls)


def test_what_another_made_for_a_reader_to_write_to_is_its_scratch(tmp_path: Path) -> None:
    folder = tempfile.gettempdir()
    made, own = f"{folder}/crossfile-1", f"{folder}/crossfile-2"
    log = LOG + f'9 mkdir("{made}", 0700) = 0\n10 mkdir("{own}", 0700) = 0\n'
    (tmp_path / "log").write_text(log)
    assert seen_in(tmp_path / "log").scratches() == {Path(made)}


def test_a_program_is_seen_to_write_and_to_open_a_socket(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    code = "import socket; open('new', 'w').close(); socket.socket()"
    command = under_strace([sys.executable, "-c", code], tmp_path / "log")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    if "ptrace" in done.stderr:
        pytest.skip("strace may not watch here")
    seen = seen_in(tmp_path / "log")
    assert tmp_path / "new" in {path for call in seen.calls for path in call.changed}
    assert any(call.opened_socket for call in seen.calls)
