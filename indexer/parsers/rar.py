"""The members of RAR archives, by the program bsdtar where it is installed.

bsdtar turns the archive into a TAR on its standard output; that is read member by member, and the
program is ended where the limits are reached.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tarfile
from collections.abc import Iterator
from typing import Final

from archive.errors import ReadingFailed
from archive.vocabulary import REASONS
from indexer.parsers.limits import Limits
from indexer.parsers.programs import in_memory, memory_path
from indexer.parsers.zips import too_large

PROGRAM: Final = "bsdtar"
_UNPACK: Final = ("-c", "-f", "-", "--format", "pax")
_RAR_4: Final = b"Rar!\x1a\x07\x00"
_FILE, _PASSWORD, _HAS_DATA = 0x74, 0x0004, 0x8000  # a kind of block; flags
_SAID_BYTES: Final = 4_000  # of the program's messages


def members(data: bytes, limits: Limits) -> Iterator[tuple[str, bytes | ReadingFailed]]:
    """Name and bytes of each member that is a file, in their order.

    Raises ReadingFailed where the program lacks or the archive breaks off; what came before that
    is good. What comes after a member that is too large is not looked at.
    """
    if shutil.which(PROGRAM) is None:
        raise ReadingFailed("unknown-format", f"Reading a RAR archive needs {PROGRAM} installed.")
    if _is_encrypted(data):
        raise ReadingFailed("encrypted", REASONS["encrypted"])
    with in_memory(data) as memory, in_memory(b"") as said:
        process = subprocess.Popen(
            [PROGRAM, *_UNPACK, f"@{memory_path(memory)}"], pass_fds=(memory,),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said,
        )  # fmt: skip
        try:
            yield from _files(process, limits)
        finally:
            process.kill()
            process.communicate()
        message = os.pread(said, _SAID_BYTES, 0).decode("utf-8", "replace")
    if process.returncode > 0:  # below zero: ended by us, for the limits
        if "ncrypt" in message:
            raise ReadingFailed("encrypted", REASONS["encrypted"])
        raise ReadingFailed("damaged", f"The archive is damaged: {message.strip()[-200:]}")


def _is_encrypted(data: bytes) -> bool:
    """Whether a member of a RAR 4 archive has the flag of a password (technote.txt of unrar).

    bsdtar gives the encrypted bytes of what is stored as if they were the member's.
    """
    at = len(_RAR_4)
    while data.startswith(_RAR_4) and at + 11 <= len(data):
        kind, flags, size, added = struct.unpack_from("<xxBHHI", data, at)
        if kind == _FILE and flags & _PASSWORD:
            return True
        at += max(size, 7) + (added if flags & _HAS_DATA else 0)
    return False


def _files(
    process: subprocess.Popen[bytes], limits: Limits
) -> Iterator[tuple[str, bytes | ReadingFailed]]:
    room = limits.max_inflated
    try:
        with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
            for member in archive:
                if not member.isfile():
                    continue
                if member.size > room:
                    yield member.name, too_large(limits)
                    return
                room -= member.size
                stream = archive.extractfile(member)
                yield member.name, stream.read() if stream else b""
    except tarfile.TarError:
        pass  # the program has said why it ended
    process.wait()
