"""Old DOC, PPT and WordPerfect through programs found here: catdoc, antiword, catppt, wpd2text."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
from collections.abc import Iterator

import olefile  # type: ignore[import-untyped]

from archive.errors import ReadingFailed
from archive.vocabulary import REASONS
from indexer.parsers.ole_properties import ole_properties
from indexer.parsers.source import Contents, Pages, Source

#: Streams that tell the format, and the programs that read it, the better one first.
_DOC = (("catdoc", "-d", "utf-8", "-w"), ("antiword", "-m", "UTF-8.txt", "-w", "0"))
_PPT = (("catppt", "-d", "utf-8"),)
_WPD = (("wpd2text",),)
_TIME_S = 20.0


def read(file: Source) -> Contents:
    commands = _commands(file.data)
    if commands is _DOC and _is_encrypted(file.data):
        raise ReadingFailed("encrypted", REASONS["encrypted"])
    found = [command for command in commands if shutil.which(command[0])]
    if not found:
        names = " or ".join(command[0] for command in commands)
        raise ReadingFailed("unknown-format", f"Reading this old format needs {names} installed.")
    pages = Pages(file.limits)
    for command in found:
        if text := _run(command, file.data):
            pages.add(text)
            contents = pages.contents()
            contents.title, contents.properties = ole_properties(file.data)
            return contents
    raise ReadingFailed("damaged", f"{found[0][0]} finds no text in the file.")


def _commands(data: bytes) -> tuple[tuple[str, ...], ...]:
    if data.startswith(b"\xffWPC"):
        return _WPD
    return _PPT if "PowerPoint Document".encode("utf-16-le") in data else _DOC


def _is_encrypted(data: bytes) -> bool:
    """The bit fEncrypted in the header of the stream WordDocument (MS-DOC 2.5.1)."""
    try:
        with olefile.OleFileIO(data) as ole, ole.openstream("WordDocument") as stream:
            return bool(stream.read(12)[11] & 1)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


@contextlib.contextmanager
def in_memory(data: bytes) -> Iterator[int]:
    """The descriptor of a file in memory with these bytes, for programs that want a file.

    A program to which it is passed finds it at `memory_path` of it. Raises ReadingFailed where the
    cage allows no file of that size.
    """
    memory = os.memfd_create("document")
    try:
        with os.fdopen(memory, "wb", closefd=False) as stream:
            stream.write(data)
        yield memory
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        raise ReadingFailed("too-large", "No program takes a file so large.") from error
    finally:
        os.close(memory)


def memory_path(memory: int) -> str:
    """The path of a file in memory."""
    return f"/proc/self/fd/{memory}"


def _run(command: tuple[str, ...], data: bytes) -> str:
    """The program's output, empty where it fails. It sees a file in memory, and no other."""
    try:
        with in_memory(data) as memory:
            done = subprocess.run(
                [*command, memory_path(memory)], pass_fds=(memory,), capture_output=True,
                stdin=subprocess.DEVNULL, timeout=_TIME_S, check=False,
            )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise ReadingFailed("reader-failed", f"{command[0]} took too long.") from error
    return "" if done.returncode else done.stdout.decode("utf-8", "replace").strip()
