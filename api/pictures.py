"""Pictures of pages, and where on them stretches of text stand: made in a cage, kept on disk."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from archive.config import Config
from archive.errors import NotFound, ReadingFailed
from archive.models import Page
from archive.vault import Vault
from archive.vocabulary import PAGED
from indexer.cage import Cage, CageAnswer, CageLimits, CageTask

HANDLER: Final = "indexer.reading_child:handle"
MOST_BYTES: Final = 512 << 20  # of pictures that are kept
MOST_FAILED: Final = 1000  # pages remembered to have no picture, so that they cost once
PATIENCE_S: Final = 10.0  # of somebody who looks at a page

#: left, top, width, height as shares of the picture's, 0 to 1, from its top left.
Box = tuple[float, float, float, float]


class Pictures:
    """Makes pictures for those who look at pages. One for a process; safe for many threads.

    It has a caged process of its own: who looks at a page does not wait for what is being read.
    """

    def __init__(self, config: Config, vault: Vault, *, most_bytes: int = MOST_BYTES) -> None:
        self._vault = vault
        self._kept = KeptPictures(pictures_folder(config), most_bytes)
        self._failed: dict[str, tuple[str, str]] = {}
        limits = CageLimits(
            memory_bytes=config.reading.memory_mb << 20,
            time_s=PATIENCE_S,
            require_sandbox=config.reading.require_sandbox,
        )
        self._cage = Cage(HANDLER, {}, 1, limits)

    def png(
        self,
        sha256: str,
        media_type: str | None,
        page: int,
        dpi: int,
        passwords: Callable[[], Sequence[str]] = tuple,
    ) -> bytes:
        """The picture of a page, from 1. `passwords` are asked for where the file is locked.

        Raises `NotFound` where the format has none, `ReadingFailed` where it can't be shown.
        """
        if media_type not in PAGED:
            raise NotFound("picture of page", page)
        name = f"{sha256}-{page}-{dpi}.png"
        if name in self._failed:
            raise ReadingFailed(*self._failed[name])
        kept = self._kept.get(name)
        if kept is None:
            request = {"what": "picture", "media_type": media_type, "page": page, "dpi": dpi}
            try:
                kept = bytes(self._ask(sha256, request, passwords).body)
            except ReadingFailed as failure:
                if len(self._failed) < MOST_FAILED:
                    self._failed[name] = (failure.code, failure.reason)
                raise
            self._kept.put(name, kept)
        return kept

    def boxes(
        self,
        sha256: str,
        media_type: str | None,
        page: Page,
        spans: Sequence[tuple[int, int]],
        passwords: Callable[[], Sequence[str]] = tuple,
    ) -> list[list[Box]]:
        """For each span of a page's text its boxes on the picture, one a line.

        None where the page has no picture, or where the boxes can't be made: the text has its
        marks all the same.
        """
        none: list[list[Box]] = [[] for _ in spans]
        if not spans or media_type not in PAGED or not page.layout:
            return none
        wire = {
            "number": page.number,
            "width": page.width,
            "height": page.height,
            "runs": page.layout.get("runs", []),
            "words": page.layout.get("words", []),
        }
        request = {"what": "boxes", "media_type": media_type, "page": wire, "spans": list(spans)}
        try:
            found = self._ask(sha256, request, passwords).header["boxes"]
            boxes = [[_box(*box) for box in of_span] for of_span in found]
        except (ReadingFailed, KeyError, TypeError, ValueError):  # it is an untrusted process
            return none
        return boxes if len(boxes) == len(spans) else none

    def warm(self) -> None:
        """Let the caged process start, so that the first page does not wait for it."""
        page: dict[str, Any] = {"number": 1, "width": None, "height": None, "runs": [], "words": []}
        request = {"what": "boxes", "media_type": "text/plain", "page": page, "spans": []}
        self._cage.submit(CageTask(request, Path(os.devnull)))

    def close(self) -> None:
        """End the caged process."""
        self._cage.close()

    def _ask(
        self, sha256: str, request: Mapping[str, Any], passwords: Callable[[], Sequence[str]]
    ) -> CageAnswer:
        answer = self._cage.submit(CageTask(request, self._vault.path(sha256))).result()
        if "failed" in answer.header:
            code, reason = answer.header["failed"]
            if code == "encrypted" and "passwords" not in request and (keys := passwords()):
                return self._ask(sha256, {**request, "passwords": list(keys)}, passwords)
            raise ReadingFailed(str(code), str(reason))
        return answer


def _box(left: float, top: float, width: float, height: float) -> Box:
    return float(left), float(top), float(width), float(height)


def pictures_folder(config: Config) -> Path:
    """Where pictures of pages are kept."""
    return config.data.folder / "cache" / "pictures"


class KeptPictures:
    """A folder of pictures that never holds more than `most_bytes`: the least used make room."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._bytes: int | None = None  # unknown until something is kept

    def get(self, name: str) -> bytes | None:
        """The picture, if it is there; it counts as used now."""
        path = self._folder / name[:2] / name
        try:
            kept = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return kept

    def put(self, name: str, picture: bytes) -> None:
        """Keep a picture. Where the disk has no room it is not kept."""
        path = self._folder / name[:2] / name
        part = path.with_name(f".{secrets.token_hex(8)}.part")
        with suppress(OSError):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                part.write_bytes(picture)
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
            self._make_room(len(picture))

    def _make_room(self, more_bytes: int) -> None:
        with self._lock:
            if self._bytes is None:
                self._bytes = sum(size for _, size, _ in self._all())
            else:
                self._bytes += more_bytes
            if self._bytes <= self._most_bytes:
                return
            every = sorted(self._all())
            self._bytes = sum(size for _, size, _ in every)
            for _, size, path in every:
                if self._bytes <= self._most_bytes * 0.9:
                    return
                path.unlink(missing_ok=True)
                self._bytes -= size

    def _all(self) -> list[tuple[int, int, Path]]:
        """Last use, size and path of every picture."""
        found = []
        for path in self._folder.glob("*/*"):
            with suppress(FileNotFoundError):
                status = path.stat()
                found.append((status.st_mtime_ns, status.st_size, path))
        return found
