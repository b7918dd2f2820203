"""A trail or matter as files that a stranger can check without this software: a ZIP, a BagIt bag.

The form is RFC 8493, version 1.0, with SHA-256. Names inside are plain ASCII, so that `sha256sum`
checks them everywhere; the names that people gave stand in the index. The manifests are signed with
the key of the archive. The same trail at the same time gives the same bytes. Originals go through
in pieces: memory does not grow with them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from archive import events, package_history, package_matter
from archive import package_files as files
from archive.access import Viewer
from archive.errors import DamageFound, UsageError
from archive.package_files import Packed
from archive.package_matter import Stamping
from archive.sealing import History
from archive.vault import CHUNK, Vault, sync_folder

DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
HOW_TO_CHECK: Final = Path(__file__).with_name("how-to-check.txt")
TAGS: Final = "tagmanifest-sha256.txt"
ZIP64_FROM: Final = 1 << 31  # bytes; below it every reader is content with the old form


@dataclass(frozen=True, slots=True)
class PackageMade:
    """What was made; the hash of its tagmanifest stands for the whole."""

    sha256: str
    documents: int
    payload_bytes: int


class Package:
    """A package to be sent or written. Iterate over it once; `made` is known afterwards.

    Raises `DamageFound`, when it is made, for an original that is not in the vault with its size,
    and for a record of events that does not follow from what was signed of it;
    and while it is sent, for one whose bytes are not what they were: what was sent then is no ZIP.
    The session is used to the end.
    """

    def __init__(
        self,
        session: Session,
        viewer: Viewer,
        vault: Vault,
        trail: dict[str, Any],
        at: datetime,
        *,
        history: History,
        stamping: Stamping | None = None,
    ) -> None:
        self.name = f"package-{at:%Y%m%dT%H%M%SZ}"  # the folder inside, and what to call the file
        self.made: PackageMade | None = None
        self._session = session
        self._viewer = viewer
        self._vault = vault
        self._trail = trail
        self._at = at
        self._sink = _Sink()
        self._sums: dict[str, str] = {}  # name in the bag: SHA-256
        self._sizes: dict[str, int] = {}
        self._stamping = stamping
        self._packed = files.load(session, viewer, trail)
        if stamping:
            self._packed = [package_matter.with_copy(one) for one in self._packed]
        for packed in self._packed:
            self._require(packed)
        self._history = package_history.load(session, viewer, history, trail, self._packed, at)

    def __iter__(self) -> Iterator[bytes]:
        with ZipFile(self._sink, "w", ZIP_DEFLATED) as archive:
            yield from self._add(archive, "bagit.txt", [DECLARATION])
            yield from self._payload(archive)
            payload = {name: self._sums[name] for name in self._sums if name.startswith("data/")}
            payload_bytes = sum(self._sizes[name] for name in payload)
            info = files.bag_info(self._trail, self._at, payload_bytes, len(payload))
            yield from self._add(archive, "bag-info.txt", [info])
            key = self._history.key
            yield from self._add(archive, "how-to-check.txt", [HOW_TO_CHECK.read_bytes()])
            yield from self._add(archive, "check.py", [package_history.CHECKER.read_bytes()])
            yield from self._add(archive, "signing-key.pem", [key.public.pem()])
            yield from self._add(archive, "manifest-sha256.txt", [_manifest(payload)])
            tags = {name: self._sums[name] for name in self._sums if name not in payload}
            tag_manifest = _manifest(tags)
            yield from self._add(archive, TAGS, [tag_manifest])
            yield from self._add(archive, f"{TAGS}.sig", [key.sign(tag_manifest)])
        yield self._sink.take()
        sha256 = self._sums[TAGS]
        self.made = PackageMade(sha256, len(self._packed), payload_bytes)

    def _payload(self, archive: ZipFile) -> Iterator[bytes]:
        trail, packed = self._trail, self._packed
        yield from self._add(archive, "data/index.csv", [files.index_csv(packed)])
        yield from self._add(archive, "data/index.json", [self._index()])
        yield from self._add(archive, "data/chronology.html", [files.chronology(trail, packed)])
        yield from self._add(archive, "data/missing.csv", [files.missing_csv(trail)])
        lines = files.reference_lines(self._session, self._viewer, trail, packed)
        yield from self._add(archive, "data/references.jsonl", lines)
        public = self._history.key.public
        of_matter = package_matter.files(trail, packed, self._at, self.name, public.fingerprint)
        for name, data in (*self._history.files(), *of_matter):
            yield from self._add(archive, name, [data])
        for one in packed:
            yield from self._add(archive, one.file, self._original(one), one.size_bytes)
            if self._sums[one.file] != one.sha256:
                raise DamageFound(_unfit(one, "is not what was stored"))
        for one in packed:
            if one.text:
                yield from self._add(archive, one.text, files.page_texts(self._session, one))
        for one in packed:
            if one.stamped and self._stamping:
                yield from self._add(archive, one.stamped, [self._stamping(one)])

    def _index(self) -> bytes:
        arrivals = map(self._history.arrival, self._packed)
        return files.index_json(self._trail, self._packed, list(arrivals))

    def _add(
        self, archive: ZipFile, name: str, chunks: Iterable[bytes], size_bytes: int = 0
    ) -> Iterator[bytes]:
        member = ZipInfo(f"{self.name}/{name}", self._at.timetuple()[:6])
        member.compress_type = ZIP_DEFLATED
        member.create_system = 3  # Unix, on whatever system this runs
        member.external_attr = 0o100644 << 16
        digest = hashlib.sha256()
        size = 0
        with archive.open(member, "w", force_zip64=size_bytes >= ZIP64_FROM) as target:
            for chunk in chunks:
                target.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                yield self._sink.take()
        self._sums[name] = digest.hexdigest()
        self._sizes[name] = size

    def _original(self, packed: Packed) -> Iterator[bytes]:
        try:
            with self._vault.path(packed.sha256).open("rb") as stream:
                while chunk := stream.read(CHUNK):
                    yield chunk
        except OSError as error:
            raise DamageFound(_unfit(packed, f"can't be read: {error.strerror}")) from error

    def _require(self, packed: Packed) -> None:
        try:
            size = self._vault.path(packed.sha256).stat().st_size
        except OSError as error:
            raise DamageFound(_unfit(packed, f"can't be read: {error.strerror}")) from error
        if size != packed.size_bytes:
            raise DamageFound(_unfit(packed, f"has {size} bytes instead of {packed.size_bytes}"))


def write_package(
    session: Session,
    viewer: Viewer,
    vault: Vault,
    trail: dict[str, Any],
    path: Path,
    at: datetime,
    *,
    history: History,
    stamping: Stamping | None = None,
) -> PackageMade:
    """Write the package of a trail (of archive.trail.gather or matter_package.matter_trail).

    It takes its name when it is whole and durable. Raises `DamageFound` for an original that is
    missing or not what it was, `UsageError` for a path that can't be written; nothing is left then.
    """
    package = Package(session, viewer, vault, trail, at, history=history, stamping=stamping)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as stream:
            for piece in package:
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise UsageError(f"The package {path} can't be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    assert package.made is not None
    return package.made


def record_package(session: Session, viewer: Viewer, made: PackageMade, at: datetime) -> None:
    """Say in the history that a package was made, and which. In a session that writes."""
    events.record(
        session,
        at,
        "package-made",
        actor=viewer.actor,
        sha256=made.sha256,
        documents=made.documents,
        payload_bytes=made.payload_bytes,
    )


class _Sink:
    """A file to write to that nobody can seek in; what was written is taken away in pieces."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is held open."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def _manifest(sums: dict[str, str]) -> bytes:
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode("ascii")


def _unfit(packed: Packed, what: str) -> str:
    entry = packed.entry
    return (
        f"The original of {entry['document']} version {entry['version']} (blob {packed.sha256}) "
        f"{what}. No package was made. Run `crossfile verify`."
    )
