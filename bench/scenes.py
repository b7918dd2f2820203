"""What is disturbed at every system call: scenes over a small archive, and what must hold after.

A scene is made once; each try works on a copy of it, dies or fails somewhere, and is then gone on
with as people would: start again, do the same again. In the end everything must be as if nothing
had happened.
"""

from __future__ import annotations

import io
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from api.index_keys import IndexKeys
from api.service import Services, now, open_services
from archive import agreement, fixity
from archive.access import operator
from archive.config import Config
from archive.models import Blob, Document, Event, Job, Sighting, Version
from archive.receipts import Journal
from archive.uploads import file_upload
from bench.injected import Say
from indexer.filer import Filer
from indexer.roots import Root

State = dict[str, Any]
MIB: Final = 1 << 20
#: All that may lie in a data folder when nothing runs, beside blobs and indexes.
FOUND: Final = (
    "crossfile.sqlite", "vault/journal/receipts.jsonl", "open.lock", "index/write.lock",
    "signing.key",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with a data folder, a filing tree and more; and the URL of a database, if any."""

    folder: Path
    url: str = ""

    @property
    def config(self) -> Config:
        return Config.model_validate(
            {
                "data": {"folder": self.folder / "data", "database": self.url},
                "roots": [{"name": "filing", "path": self.folder / "tree", "rest_s": 0.0}],
                "ocr": {"languages": []},
                "reading": {"workers": 1},
            }
        )

    def write(self, path: str, content: bytes) -> None:
        """A file of the tree, as an editor saves it: another inode."""
        file = self.folder / "tree" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.part")
        part.write_bytes(content)
        part.replace(file)


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that is done, and how it looks when it is done."""

    name: str
    make: Callable[[Place], None]
    act: Callable[[Place, Say, Sequence[Any]], None]
    """Do it, or go on with it; is told what was said to be kept before."""
    look: Callable[[Place, Services], tuple[list[str], State]]
    """What is wrong, as sentences; and the state, which must be that of an undisturbed run."""
    recovered: Callable[[Place, Sequence[Any]], list[str]] = lambda place, kept: []
    """What is lost of what was said to be kept, when it has been opened again."""
    looks_apart: bool = True
    """Whether looking starts threads, so that who forks can't do it. It is slower."""


# --- intake ---------------------------------------------------------------------------------------


def _make_intake(place: Place) -> None:
    for path, content in (
        ("orders/changed.txt", b"Order PO-2024-100, first"),
        ("orders/same.txt", b"Order PO-2024-101"),
        ("orders/gone.txt", b"Order PO-2024-102"),
        ("orders/moved.txt", b"Order PO-2024-103"),
    ):
        place.write(path, content)
    with open_services(place.config) as services:
        sweep(services)
    place.write("orders/changed.txt", b"Order PO-2024-100, second")
    place.write("orders/new.txt", b"Order PO-2024-104")
    place.write("orders/twin.txt", b"Order PO-2024-101")
    place.write("large.bin", bytes(range(256)) * (MIB // 256 + 1))
    tree = place.folder / "tree" / "orders"
    (tree / "gone.txt").unlink()
    (tree / "moved.txt").rename(tree / "was-moved.txt")


def _make_first(place: Place) -> None:
    place.write("orders/new.txt", b"Order PO-2024-104")


def _take_in(place: Place, say: Say, kept: Sequence[Any]) -> None:
    """An upload, of which nobody has another copy; then the tree, until nothing is left to do."""
    with open_services(place.config) as services:
        services.intake.catch_up()
        if not kept:
            with services.database.read() as session:
                by = operator(session)
            name, source = "upload.txt", io.BytesIO(b"Order PO-2024-105, uploaded")
            at = datetime(2026, 3, 2, tzinfo=UTC)
            received = file_upload(
                services, by, collection="general", name=name, source=source, max_bytes=MIB, at=at
            )
            say("kept", [received.document_id, received.version])
        sweep(services)


def sweep(services: Services) -> None:
    """File all of the tree, and record what is gone from it."""
    filer = Filer(
        services.database,
        services.vault,
        [Root(section) for section in services.config.roots],
        clock=services.clock,
    )
    filer.sweep("filing")
    while not filer.is_idle:
        filer.step()
    filer.sweep_again()


def _kept_uploads(place: Place, kept: Sequence[Any]) -> list[str]:
    with open_services(place.config) as services:
        services.intake.catch_up()
        problems = list(said(fixity.verify(services.database, services.vault, clock=now)))
        with services.database.read() as session:
            for document_id, number in kept:
                there = select(Version.id).where(
                    Version.document_id == document_id, Version.number == number
                )
                if session.scalar(there) is None:
                    problems.append(f"The acknowledged document {document_id} is lost.")
    return problems


def said(findings: Iterator[fixity.Finding]) -> Iterator[str]:
    """Findings of `verify` and `check` as lines."""
    return (f"{finding.part}: {finding.text}" for finding in findings)


def _look_at_intake(place: Place, services: Services) -> tuple[list[str], State]:
    problems = sound(services)
    with services.database.read() as session:
        rows = session.execute(
            select(Sighting.root, Sighting.path, Blob.sha256, Sighting.until)
            .join(Version, Version.id == Sighting.version_id)
            .join(Blob, Blob.id == Version.blob_id)
        ).all()
        # An upload that was not answered is sent again: that is one more place of the same.
        in_tree = [row for row in rows if row[0] == "filing"]
        kinds = Counter(session.scalars(select(Event.kind)))
        state = {
            "there": sorted(f"{path} {sha256}" for _, path, sha256, end in in_tree if not end),
            "gone": sorted(f"{path} {sha256}" for _, path, sha256, end in in_tree if end),
            "uploaded": sorted({row[2] for row in rows if row[0] != "filing"}),
            "documents": session.query(Document).count(),
            "versions": session.query(Version).count(),
            "to read": len(set(session.scalars(select(Job.subject)))),
            "received": kinds["received"],
            "went": kinds["gone"],
        }
    return problems + litter(place), state


# --- what holds for all scenes --------------------------------------------------------------------


def sound(services: Services) -> list[str]:
    """What `verify` and `check` find; and blobs that nothing speaks of."""
    database, vault = services.database, services.vault
    found = list(said(fixity.verify(database, vault, clock=now)))
    found += said(agreement.check(database, vault, IndexKeys(services.config), clock=now))
    with database.read() as session:
        known = set(session.scalars(select(Blob.sha256)))
    found += [f"The blob {name} belongs to nothing." for name in set(vault.names()) - known]
    names = [receipt["receipt"] for _, receipt in Journal(vault.folder).read()]
    if len(set(names)) < len(names):
        found.append("A receipt stands twice in the journal.")
    return found


def litter(place: Place) -> list[str]:
    """Files in the data folder that no part of it has a name for."""
    data = place.folder / "data"
    found = []
    for path in data.rglob("*"):
        name = path.relative_to(data).as_posix()
        is_ours = name in FOUND or name.startswith(("vault/blobs/", "vault/history/", "index/"))
        if not path.is_dir() and not (is_ours or name.startswith("crossfile.sqlite-")):
            found.append(f"{name} was left behind.")
        if ".part" in name or ".tmp" in name:
            found.append(f"{name} was left half done.")
    return found


def copied(template: Path, target: Path) -> None:
    """A copy of a scene; what is written once is the same file under another name."""
    shutil.rmtree(target, ignore_errors=True)

    def copy(source: str, name: str) -> None:
        if "/tree/" in source or "/blobs/" in source or source.endswith(".table"):
            os.link(source, name)
        else:
            shutil.copyfile(source, name)

    shutil.copytree(template, target, copy_function=copy, symlinks=True)


INTAKE: Final = Scene(
    "intake", _make_intake, _take_in, _look_at_intake, _kept_uploads, looks_apart=False
)
FIRST: Final = Scene(
    "first", _make_first, _take_in, _look_at_intake, _kept_uploads, looks_apart=False
)
