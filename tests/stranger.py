"""A room that holds coreutils, openssl, python3 and their libraries, and nothing of ours."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

PROGRAMS = ("sh", "sha256sum", "head", "tail", "cut", "base64", "grep", "env", "openssl")
NOT_NEEDED = shutil.ignore_patterns(
    "test", "tests", "idlelib", "tkinter", "site-packages", "dist-packages", "__pycache__",
    "ensurepip", "lib2to3", "config-*", "turtledemo", "pydoc_data", "lib-tk",
)  # fmt: skip
APART = ("unshare", "--map-root-user", "--net")


class Room:
    """The room, made once; packages are brought in, and looked at by commands of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for path in map(Path, ("/bin", "/lib", "/lib64")):
            if path.is_symlink():  # into /usr, as most distributions have it
                (folder / path.readlink()).mkdir(parents=True)
                (folder / path.name).symlink_to(path.readlink())
        python = Path(os.path.realpath(sys.executable))
        stdlib = Path(sysconfig.get_path("stdlib"))
        shutil.copytree(stdlib, self._inside(stdlib), ignore=NOT_NEEDED)
        programs = [Path(shutil.which(name) or name) for name in PROGRAMS]
        for path in (python, *programs):
            self._bring(path)
        for path in (python, *programs, *(stdlib / "lib-dynload").glob("*.so")):
            self._bring_libraries(path)
        self.python = str(python)

    def _inside(self, path: Path) -> Path:
        return self.folder / path.relative_to("/")

    def _bring(self, path: Path) -> None:
        inside = self._inside(path)
        if not inside.exists():
            inside.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, inside)

    def _bring_libraries(self, path: Path) -> None:
        told = subprocess.run(["ldd", path], capture_output=True, text=True).stdout
        for library in re.findall(r"(?:=> )?(/\S+) \(0x", told):
            self._bring(Path(library))

    def run(self, folder: Path, script: str) -> subprocess.CompletedProcess[str]:
        """Bring a folder in, run a script there with nothing of our environment, take it away."""
        inside = self.folder / "package"
        shutil.rmtree(inside, ignore_errors=True)
        shutil.copytree(folder, inside, symlinks=True)
        command = f"cd /package && exec env -i PATH=/usr/bin:/bin sh -ec '{script}'"
        return subprocess.run(
            [*APART, "chroot", self.folder, "/bin/sh", "-c", command],
            capture_output=True,
            text=True,
            env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin"},
        )


def is_allowed() -> bool:
    """May we go into a namespace of our own here?"""
    try:
        return subprocess.run([*APART, "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False
