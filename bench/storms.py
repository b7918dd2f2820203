"""Storms over watched folders: in the end the archive holds what lies there, and nothing else."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.aftermath import Aftermath, aftermath, on_disk
from bench.context import Context
from bench.figures import Broken, Figure, at_most
from bench.house import Client, Command, House, Service
from bench.injected import strace

FLOOD: Final = 30_000
FOLDERS: Final = 10_000
CHAIN: Final = 1_000  # folders in one another
MOVED: Final = 1_000
SAVES: Final = 300
GROWS_S: Final = 60.0
FAR: Final = 12 * 10**18  # nanoseconds: in the year 2350
SWEEP_S: Final = 10.0
LIMIT_S: Final = 1800.0
MARKER: Final = ".mounted"
FULL: Final = "error=ENOSPC:when=5+"  # of strace: from the fifth time on there is no room
SETTINGS: Final = f"""
[ocr]
languages = []

[[roots]]
name = "filing"
path = "tree"
rest_s = 0.5
sweep_s = {SWEEP_S}

[[roots]]
name = "share"
path = "share"
rest_s = 0.5
sweep_s = {SWEEP_S}
marker = "{MARKER}"
"""


@dataclass(slots=True)
class Storm:
    """A house under a storm, and which paths the storm itself took away, as ROOT/path."""

    house: House
    client: Client
    context: Context
    removed: set[str] = field(default_factory=set)

    @property
    def tree(self) -> Path:
        return self.house.folder / "tree"

    @property
    def share(self) -> Path:
        return self.house.folder / "share"

    def removes(self, folder: Path) -> None:
        """What lies below is about to go away for good, or to another name."""
        name = folder.relative_to(self.tree).as_posix()
        found = on_disk(self.house, ("filing",))
        top = f"filing/{name}"
        self.removed |= {path for path in found if path == top or path.startswith(f"{top}/")}

    def rest(self) -> None:
        """Until all that lies there now is filed, and nothing waits. Raises `Broken`."""
        give_up, now = time.monotonic() + LIMIT_S, None
        while self._waits() or not (now := aftermath(self.house, self.removed)).is_at_rest:
            if time.monotonic() > give_up:
                raise Broken(f"no rest after {LIMIT_S:.0f} s: {now}"[:500])
            time.sleep(1)

    def _waits(self) -> bool:
        return any(self.client.json("/api/v1/status")["queue"].values())


def run(context: Context) -> list[Figure]:
    """One storm after another over one archive, then too few watches over another."""
    house = _empty(context, "storms")
    for name in ("tree", "share"):
        (house.folder / name).mkdir()
    (house.folder / "share" / MARKER).touch()
    figures = []
    with house.serve() as service, service.client() as client:
        storm = Storm(house, client, context)
        for what, blow in STORMS:
            blow(storm)
            begun = time.monotonic()
            storm.rest()
            figures.append(Figure(f"{what}: at rest after", time.monotonic() - begun, "s"))
        time.sleep(2 * SWEEP_S)  # a deletion that is believed wrongly is believed by now
        after = aftermath(house, storm.removed)
    return [*figures, *_told("storms", after), *_sound(house), *_few_watches(context)]


def _empty(context: Context, name: str) -> House:
    folder = context.folder(name)
    subprocess.run(["rm", "-rf", folder], check=True)  # folders nested too deep for Python
    house = House(folder)
    house.prepare(SETTINGS)
    return house


def _told(what: str, after: Aftermath) -> list[Figure]:
    return [
        at_most(f"{what}: {name}", len(found), "files", 0, note=", ".join(found)[:200])
        for name, found in (
            ("lost or not as they lie there", after.lost),
            ("shown and not there", after.strange),
            ("kept twice", after.doubled),
            ("deletions believed that were none", after.believed),
        )
    ]


def _sound(house: House) -> list[Figure]:
    wrong = []
    for command in ("check", "verify"):
        try:
            house.run(command)
        except Broken as error:
            wrong.append(str(error))
    return [at_most("findings of check and verify", len(wrong), "", 0, note=" ".join(wrong)[:200])]


def _flood(storm: Storm) -> None:
    folder = storm.tree / "flood"
    folder.mkdir()
    for number in range(storm.context.sized(FLOOD)):
        (folder / f"{number:05}.txt").write_text(f"flood {number}")


def _nested(storm: Storm) -> None:
    for chain in range(max(storm.context.sized(FOLDERS) // CHAIN, 1)):
        folder = storm.tree / f"nested {chain}"
        for depth in range(CHAIN):
            folder /= "d"
            folder.mkdir(parents=depth == 0)
            if depth % 100 == 99:
                (folder / "x.txt").write_text(f"nested {chain} {depth}")


def _moved(storm: Storm) -> None:
    outside = storm.house.folder / "outside"
    for number in range(storm.context.sized(MOVED)):
        file = outside / f"{number % 37}" / f"{number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"moved {number}")
    outside.rename(storm.tree / "moved in")
    storm.rest()
    storm.removes(storm.tree / "moved in")
    (storm.tree / "moved in").rename(storm.tree / "renamed")
    storm.rest()
    storm.removes(storm.tree / "renamed")
    (storm.tree / "renamed").rename(outside)


def _saved(storm: Storm) -> None:
    """As editors save: beside, then over; or the old one away first."""
    for number in range(storm.context.sized(SAVES)):
        file = storm.tree / f"saved {number % 3}.txt"
        part = file.with_name(f"~$saved {number % 3}.txt")
        part.write_text(f"saved {number}")
        if number % 2:
            file.unlink(missing_ok=True)
        part.rename(file)
        time.sleep(0.02)


def _replaced(storm: Storm) -> None:
    """Written in place and cut, while they may be being read."""
    for number in range(storm.context.sized(SAVES)):
        file = storm.tree / f"replaced {number % 7}.txt"
        file.write_text(f"replaced {number} " * (1 + number % 5 * 100_000))


def _growing(storm: Storm) -> None:
    until = time.monotonic() + GROWS_S * min(storm.context.scale, 1)
    with (storm.tree / "growing.txt").open("w") as file:
        while time.monotonic() < until:
            file.write("more of it\n")
            file.flush()
            time.sleep(0.1)


def _cased(storm: Storm) -> None:
    folder = storm.tree / "case"
    folder.mkdir()
    for number in range(100):
        (folder / f"Report {number}.TXT").write_text(f"case {number}")
    storm.rest()
    for number in range(100):
        storm.removed.add(f"filing/case/Report {number}.TXT")
        (folder / f"Report {number}.TXT").rename(folder / f"report {number}.txt")


def _odd(storm: Storm) -> None:
    names = [bytes([byte]) for byte in range(1, 256) if byte != ord("/")]
    for name in (*names, b"a\xcc\x8a", b"\xed\xa0\x80", b"\\xe5", b"\\x5cxe5", b"\\\xe5"):
        folder = storm.tree / os.fsdecode(b"odd " + name)
        folder.mkdir()
        (folder / os.fsdecode(b"x" + name)).write_bytes(b"odd " + name)


def _special(storm: Storm) -> None:
    folder = storm.tree / "special"
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(folder / "socket"))  # its name is short
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to(folder)
    (folder / "nowhere").symlink_to("nothing")
    for number, mtime_ns in enumerate((FAR, -(10**18), 0)):
        file = folder / f"time {number}.txt"
        file.write_text(f"special {number}")
        os.utime(file, ns=(0, mtime_ns))


def _vanishing(storm: Storm) -> None:
    """A share goes, comes back empty but for what somebody drops, and then as it was."""
    for number in range(200):
        (storm.share / f"{number}.txt").write_text(f"share {number}")
    storm.rest()
    away = storm.house.folder / "away"
    storm.share.rename(away)
    time.sleep(2 * SWEEP_S)
    storm.share.mkdir()
    storm.removed.add("share/dropped.txt")
    (storm.share / "dropped.txt").write_text("into the empty folder")
    time.sleep(2 * SWEEP_S)
    shutil.rmtree(storm.share)
    away.rename(storm.share)


STORMS: Final[tuple[tuple[str, Callable[[Storm], None]], ...]] = (
    ("a flood into one folder", _flood),
    ("folders nested deep", _nested),
    ("a tree moved in, renamed, moved out", _moved),
    ("atomic saves", _saved),
    ("files replaced while they are read", _replaced),
    ("a file that grows", _growing),
    ("renames of case alone", _cased),
    ("odd names", _odd),
    ("links, sockets, times", _special),
    ("a share that vanishes", _vanishing),
)


def _few_watches(context: Context) -> list[Figure]:
    """The kernel lets nobody watch more than a few folders: the sweep finds the rest."""
    house = _empty(context, "few-watches")
    (house.folder / "share").mkdir()
    for number in range(200):
        (house.folder / "tree" / f"{number}").mkdir(parents=True)
    with _watched_by(house) as service, service.client() as client:
        storm = Storm(house, client, context)
        for number in range(200):
            (storm.tree / f"{number}" / "x.txt").write_text(f"watched {number}")
        storm.rest()
        after = aftermath(house, storm.removed)
    return _told("few watches", after)


@contextmanager
def _watched_by(house: House) -> Iterator[Service]:
    """The service, to which the kernel gives no more than a few watches."""
    call = "inotify_add_watch"
    options = ["-e", "signal=none", "-e", f"trace={call}", "-e", f"inject={call}:{FULL}"]

    def dressed(command: Command) -> Command:
        return [strace(), "-D", "-f", "-o", os.devnull, *options, *command]

    with house.serve(dressed) as service:
        yield service
