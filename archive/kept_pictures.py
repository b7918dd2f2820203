"""Pictures of pages that are kept for who looks next: a cache, which `check` looks through."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Blob

NAME: Final = re.compile(r"(?P<sha256>[0-9a-f]{64})-\d+-\d+\.png")
BEGIN: Final = b"\x89PNG\r\n\x1a\n"
END: Final = b"IEND\xaeB`\x82"  # the last chunk's name and check sum (PNG 3rd edition, 11.2.5)


def broken(session: Session, folder: Path) -> list[Path]:
    """Those that are cut off, or of no original."""
    known = set(session.scalars(select(Blob.sha256)))
    found = []
    for path in sorted(folder.glob("*/[!.]*")):
        name = NAME.fullmatch(path.name)
        if name is None or name["sha256"] not in known or not _is_whole(path):
            found.append(path)
    return found


def _is_whole(path: Path) -> bool:
    try:
        data = path.read_bytes()
    except OSError:
        return True  # made room for another one meanwhile
    return data.startswith(BEGIN) and data.endswith(END)
