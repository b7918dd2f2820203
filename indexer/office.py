"""LibreOffice, where it is installed: a cage of its own, in which it turns old files into new ones.

It needs a folder to write to, which readers do not have; so it never shares a cage with them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from archive.config import ReadingSection
from archive.errors import ReadingFailed
from archive.reading import Reading
from indexer.cage import Cage, CageAnswer, CageLimits, CageTask
from indexer.parsers.office import FORMATS
from indexer.reading_child import raise_failure

HANDLER: Final = "indexer.office_child:handle"
TIME_S: Final = 60.0
PROGRAM: Final = "soffice"
#: What it reads beside itself: its registry, fonts and the list of them.
_READS: Final = (
    "/etc/libreoffice",
    "/var/lib/libreoffice",
    "/var/spool/libreoffice",
    "/etc/fonts",
    "/var/cache/fontconfig",
    "/proc/cpuinfo",
)
#: The part of LibreOffice that makes such a file, and by what one knows that it is installed. Calc
#: opens a sheet only with the description of its own window, which packages without one leave out.
PARTS: Final = {
    "odt": ("Writer", "libswlo.so"),
    "ods": ("Calc", "../share/config/soffice.cfg/modules/scalc/ui/inputbar.ui"),
    "odp": ("Impress", "libsdlo.so"),
    "odg": ("Draw", "libsdlo.so"),
}
#: Readers of their own that found nothing may have been wrong.
_HELPED: Final = ("unknown-format", "damaged")


def office_program(reading: ReadingSection) -> Path | None:
    """The program as configured, else as it is found on this machine."""
    found = shutil.which(str(reading.libreoffice or PROGRAM))
    return Path(found).resolve() if found else None


def open_office(reading: ReadingSection) -> Cage | None:
    """A cage for LibreOffice; None where there is none. No process starts before a file comes."""
    program = office_program(reading)
    if program is None:
        return None
    limits = CageLimits(
        memory_bytes=max(reading.memory_mb, 2048) << 20,
        time_s=TIME_S,
        cpu_s=int(TIME_S),
        files=512,
        tasks_per_child=1,
        require_sandbox=reading.require_sandbox,
        has_scratch=True,
        also_reads=(str(program.parent.parent), *_READS),
    )
    return Cage(HANDLER, {"program": str(program.parent)}, 1, limits)


def may_help(reading: Reading) -> bool:
    """Would LibreOffice perhaps read what no reader of ours did?"""
    return reading.reason_code in _HELPED and reading.media_type in FORMATS and not reading.pages


def part_missing(reading: ReadingSection, media_type: str) -> ReadingFailed | None:
    """What to say where the part of LibreOffice that makes something of this type is not there.

    To start it takes most of a second, and then it says no more than that it can't.
    """
    program, (part, sign) = office_program(reading), PARTS[FORMATS[media_type][1]]
    if program is not None and (program.parent / sign).exists():
        return None
    return ReadingFailed(
        "unknown-format", f"Reading this old format needs LibreOffice {part} installed."
    )


def made_of(future: Future[CageAnswer]) -> bytes:
    """The file that came of it. Raises ReadingFailed where none did."""
    answer = future.result()
    raise_failure(answer.header)
    return bytes(answer.body)


def submit_bytes(cage: Cage, request: Mapping[str, Any], data: bytes) -> Future[CageAnswer]:
    """Put bytes that are no file of the vault into a cage."""
    memory = os.memfd_create("turned")
    with os.fdopen(memory, "wb", closefd=False) as stream:
        stream.write(data)
        stream.seek(0)
    future = cage.submit(CageTask(request, memory))
    future.add_done_callback(lambda _: os.close(memory))
    return future


def with_failure(reading: Reading, failure: ReadingFailed) -> Reading:
    """What LibreOffice says of a file that only it reads; what another reader said of it stays."""
    if reading.reason_code != "unknown-format":
        return reading
    return replace(reading, reason_code=failure.code, reason=failure.reason)


def as_original(reading: Reading, original: Reading) -> Reading:
    """What was read of a turned file, as that of the original: by its reader, in its format."""
    return replace(
        reading,
        reader=original.reader,
        reader_version=original.reader_version,
        media_type=original.media_type,
    )
