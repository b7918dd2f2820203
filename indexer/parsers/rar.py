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
from collections.abc import Iterable, Iterator
from typing import Final

from archive.errors import ReadingFailed
from archive.vocabulary import REASONS
from indexer.parsers.limits import Limits
from indexer.parsers.programs import in_memory, memory_path
from indexer.parsers.zips import too_large

PROGRAM: Final = "bsdtar"
_UNPACK: Final = ("-c", "-f", "-", "--format", "pax")
_TOLD_CHARS: Final = 200
_SAID_BYTES: Final = 4_000  # of the program's messages
#: What libarchive says of archives that are whole (archive_read_support_format_rar.c, …_rar5.c).
_LOCKED: Final = ("RAR encryption support unavailable", "Encryption is not supported")
_UNABLE: Final = (
    "RAR solid archive support unavailable",
    "No support for RAR VM program filter",
    "Parsing filters is unsupported",
    "Seeking of compressed RAR files is unsupported",
    "Unsupported compression method for RAR file",
    "Compression method not supported",
    "Declared dictionary size is not supported",
    "Files with unknown unpacked size are not supported",
    "Unsupported block header size",
    "Unsupported extra type",
    "Unsupported filter type",
    "Unsupported hash type",
    "Unsupported Host OS",
)


def members(data: bytes, limits: Limits) -> Iterator[tuple[str, bytes | ReadingFailed]]:
    """Name and bytes of each member that is a file, in their order; of a locked one why not.

    Raises ReadingFailed where the program lacks or the archive breaks off; what came before that
    is good. What comes after a member that is too large is not looked at.
    """
    from indexer.parsers import rar_locked  # ciphers, for the few files that may need them

    if shutil.which(PROGRAM) is None:
        raise ReadingFailed("unknown-format", f"Reading a RAR archive needs {PROGRAM} installed.")
    files: list[str | None] = []
    if rar_locked.is_locked(data):
        try:
            data, files = rar_locked.without_locked(data)
        except (ValueError, IndexError, struct.error) as error:
            raise ReadingFailed("encrypted", REASONS["encrypted"]) from error
    yield from _with_locked(_unpacked(data, limits), files)


def _with_locked(
    unpacked: Iterator[tuple[str, bytes | ReadingFailed]], files: Iterable[str | None]
) -> Iterator[tuple[str, bytes | ReadingFailed]]:
    """The members, and in their places the names of those that are locked."""
    for name in files:
        if name is not None:
            yield name, ReadingFailed("encrypted", REASONS["encrypted"])
        elif (found := next(unpacked, None)) is not None:
            yield found
    yield from unpacked


def _unpacked(data: bytes, limits: Limits) -> Iterator[tuple[str, bytes | ReadingFailed]]:
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
        raise failure_of(message)


def failure_of(message: str) -> ReadingFailed:
    """What the program's messages mean, each a line: names, which may say anything, then why."""
    told = message.strip()[-_TOLD_CHARS:]
    reasons = [_reason(line) for line in message.splitlines()]
    if any(reason.startswith(_LOCKED) for reason in reasons):
        return ReadingFailed("encrypted", REASONS["encrypted"])
    if any(reason.startswith(_UNABLE) for reason in reasons):
        return ReadingFailed("unknown-format", f"{PROGRAM} can't unpack the archive: {told}")
    return ReadingFailed("damaged", f"The archive is damaged: {told}")


def _reason(line: str) -> str:
    """What stands behind the last colon, not counting one before a number: `Host OS: 0x9`."""
    before, _, last = line.rpartition(": ")
    return before.rpartition(": ")[2] if last.startswith("0x") else last


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
