"""Programs that readers use where they are installed, and the files that are waiting for one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from indexer.parsers.office import FORMATS

_PICTURES: Final = (
    "application/pdf", "image/png", "image/jpeg", "image/tiff", "image/gif", "image/bmp",
    "image/webp", "image/jp2", "image/avif",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OptionalProgram:
    """Any of `names` reads files of `media_types`, which else bear `reason_code`."""

    names: tuple[str, ...]
    package: str  # of Debian
    media_types: tuple[str, ...]
    reason_code: str = "unknown-format"


PROGRAMS: Final = (
    OptionalProgram(("tesseract",), "tesseract-ocr", _PICTURES, "no-text"),
    OptionalProgram(("catdoc", "antiword"), "catdoc", ("application/msword",)),
    OptionalProgram(("catppt",), "catdoc", ("application/vnd.ms-powerpoint",)),
    OptionalProgram(("wpd2text",), "libwpd-tools", ("application/vnd.wordperfect",)),
    OptionalProgram(("soffice",), "libreoffice", tuple(FORMATS)),
    OptionalProgram(("bsdtar",), "libarchive-tools", ("application/vnd.rar",)),
)


def missing_programs(
    find: Callable[[str], str | None] = shutil.which,
) -> tuple[OptionalProgram, ...]:
    """Those of which this machine has none. `find` tells where a program is."""
    return tuple(one for one in PROGRAMS if not any(find(name) for name in one.names))
