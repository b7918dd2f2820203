"""Packages on their way out: numbered, written, recorded, sent."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from fastapi.responses import StreamingResponse

from api.service import Services
from api.stamps import stamping
from archive import matter_numbers, matters
from archive.access import Viewer
from archive.builtin_schemes import entry_schemes
from archive.matter_package import matter_trail
from archive.package import PackageMade, write_package
from archive.vault import CHUNK


def pack_matter(
    services: Services, viewer: Viewer, matter_id: int, path: Path, at: datetime, *,
    is_stamped: bool = False,
) -> PackageMade:  # fmt: skip
    """Write the package of a matter; what has no number yet gets one, and that is kept.

    With copies whose pages bear the numbers, where it `is_stamped`.

    Raises `NotFound`, `NotAllowed`, `Conflict`, `DamageFound`; `UsageError` where nothing is
    included or the path can't be written.
    """
    with services.database.write() as session:
        matters.enter(session, viewer, matter_id, "package", at)
        matter_numbers.give(session, viewer, matter_id, at)
    with ExitStack() as stack:
        session = stack.enter_context(services.database.read())
        copies = stack.enter_context(stamping(services)) if is_stamped else None
        trail = matter_trail(
            session, viewer, matter_id, entry_schemes=entry_schemes(services.config.schemes)
        )
        made = write_package(
            session, viewer, services.vault, trail, path, at, history=services.history,
            stamping=copies,
        )  # fmt: skip
    with services.database.write() as session:
        matters.record(
            session, viewer, matter_id, "matter-packed", at, sha256=made.sha256,
            count=made.documents, payload_bytes=made.payload_bytes,
        )  # fmt: skip
    return made


def package_answer(
    services: Services, at: datetime, write: Callable[[Path], object]
) -> StreamingResponse:
    """The package that `write` writes, to be taken away; nothing of it stays here."""
    folder = services.config.data.folder / "cache" / "packages"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{secrets.token_hex(12)}.zip"
    try:
        write(path)
        stream = path.open("rb")  # its bytes are there until it is closed, whatever happens to us
    finally:
        path.unlink(missing_ok=True)

    def pieces() -> Iterator[bytes]:
        with stream:
            while piece := stream.read(CHUNK):
                yield piece

    size = stream.seek(0, 2)
    stream.seek(0)
    return StreamingResponse(
        pieces(),
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="package-{at:%Y%m%dT%H%M%SZ}.zip"',
            "Content-Length": str(size),
        },
    )
