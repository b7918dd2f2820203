"""Those who must have a sandbox: nothing is read where the kernel does not give it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import ConfigError
from indexer.sandbox import Doors, check_doors, doors
from tests.conftest import PROJECT

#: Runs a program on a kernel that has everything but Landlock: its first call answers ENOSYS.
WITHOUT_LANDLOCK = """
import ctypes, os, struct, sys
lines = [(0x20, 0, 0, 0), (0x15, 0, 1, 444), (0x06, 0, 0, 0x00050026), (0x06, 0, 0, 0x7FFF0000)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
libc.prctl(22, 2, struct.pack("HxxxxxxP", len(lines), ctypes.addressof(code)), 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "api.cli", *sys.argv[1:]])
"""


def crossfile(folder: Path, *arguments: str, lines: str = "") -> subprocess.CompletedProcess[str]:
    config = folder / "config.toml"
    config.write_text(f'[data]\nfolder = "data"\n{lines}')
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_LANDLOCK, "--config", str(config), *arguments],
        capture_output=True, text=True, cwd=PROJECT, check=False,
    )  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    if not doors().has_seccomp:
        pytest.skip("this kernel has no seccomp filters, by which Landlock is taken away")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "a.txt").write_text("Order PO-2024-113")
    return tmp_path / "tree"


@pytest.mark.parametrize("command", ["serve", "ingest"])
def test_without_landlock_nothing_is_read_where_it_is_required(tree: Path, command: str) -> None:
    arguments = ["--port", "0"] if command == "serve" else [str(tree)]
    done = crossfile(tree.parent, command, *arguments, lines="[reading]\nrequire_sandbox = true\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert "reading.require_sandbox" in done.stderr and "no Landlock" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_landlock_files_are_read_where_it_is_not_required(tree: Path) -> None:
    done = crossfile(tree.parent, "ingest", "--json", str(tree))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["documents"] == 1


def test_the_status_says_what_the_kernel_gave(tree: Path) -> None:
    done = crossfile(tree.parent, "status", "--json")
    found = json.loads(done.stdout)["sandbox"]
    assert found == {"seccomp": True, "landlock": 0, "required": False}


def test_all_that_is_missing_is_named() -> None:
    check_doors(Doors(has_seccomp=True, landlock=1), is_required=True)
    check_doors(Doors(has_seccomp=False, landlock=0), is_required=False)
    with pytest.raises(ConfigError, match="no seccomp and no Landlock"):
        check_doors(Doors(has_seccomp=False, landlock=0), is_required=True)
