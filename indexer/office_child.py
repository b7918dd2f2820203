"""What a cage with LibreOffice answers: an old office file turned into OpenDocument.

LibreOffice runs in the process itself, by the C interface of LibreOfficeKit (LibreOfficeKit.h):
started as a program it would insist on opening a socket, which no caged process may. One process
turns one file: whatever a file does to it goes with it.

The request is {"media_type"}, with the file as a descriptor; the answer's body is the new file. An
answer {"failed": [code, reason]} says why there is none: `reader-failed` where that is no fault of
the file, so that it is tried again.
"""

from __future__ import annotations

import atexit
import ctypes
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from archive.errors import ReadingFailed
from archive.vocabulary import REASONS
from indexer.parsers.office import FORMATS
from indexer.reading_child import Wire, bytes_of

_LIBRARIES: Final = ("libmergedlo.so", "libsofficeapp.so")
#: Places in the tables of functions, behind their size.
_ERROR, _LOAD, _TELL, _FEATURES, _PASSWORD = 3, 4, 6, 8, 9  # of LibreOfficeKitClass
_ASKS_FOR_PASSWORD: Final = 1  # feature: a load that needs one says so, instead of only failing
_TOLD_OF_PASSWORD: Final = (20, 21)  # kinds of events: to open, to change (LibreOfficeKitEnums.h)
_OPTIONS: Final = b"Batch=true"  # asks nobody anything
_SAVE_AS = 2  # of LibreOfficeKitDocumentClass
_LISTENER = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)


def handle(settings: Mapping[str, Any]) -> Callable[[dict[str, Any], int | None], Wire]:
    """The handler that indexer.cage starts; `program` is LibreOffice's folder of programs."""

    atexit.register(os._exit, 0)  # LibreOffice does not like to be taken down in order

    def answer(request: dict[str, Any], file: int | None) -> Wire:
        scratch = Path(os.environ["HOME"])
        ending, wanted = FORMATS[request["media_type"]]
        source, target = scratch / f"document.{ending}", scratch / f"made.{wanted}"
        source.write_bytes(bytes_of(file))
        try:
            _turn(settings["program"], source, target, wanted)
        except ReadingFailed as failure:
            return {"failed": [failure.code, failure.reason]}, b""
        return {}, target.read_bytes()

    return answer


def _turn(program: str, source: Path, target: Path, wanted: str) -> None:
    """Write the target. Raises ReadingFailed where it can't be."""
    office = _started(program, source.parent / "profile")
    url, asked = source.as_uri().encode(), []

    def told(kind: int, _said: bytes, _: int) -> None:
        if kind in _TOLD_OF_PASSWORD:
            asked.append(kind)
            answer = _function(office, _PASSWORD, None, ctypes.c_char_p, ctypes.c_char_p)
            answer(office, url, None)  # there is none: it waits until that is said

    listener = _LISTENER(told)
    _function(office, _FEATURES, None, ctypes.c_uint64)(office, _ASKS_FOR_PASSWORD)
    _function(office, _TELL, None, _LISTENER, ctypes.c_void_p)(office, listener, None)
    load = _function(office, _LOAD, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p)
    document = load(office, url, _OPTIONS)
    if not document and asked:
        raise ReadingFailed("encrypted", REASONS["encrypted"])
    if not document:
        said = _function(office, _ERROR, ctypes.c_char_p)(office) or b""
        why = said.decode("utf-8", "replace")[:200]
        raise ReadingFailed("damaged", f"LibreOffice can't open the file ({why}).")
    save = _function(
        document, _SAVE_AS, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p
    )
    if not save(document, target.as_uri().encode(), wanted.encode(), None) or not target.exists():
        raise ReadingFailed("damaged", "LibreOffice makes nothing of the file.")


def _started(program: str, profile: Path) -> int:
    libraries = [path for path in map(Path(program).joinpath, _LIBRARIES) if path.exists()]
    if not libraries:
        raise ReadingFailed("reader-failed", "LibreOffice is not whole.")
    try:
        hook = ctypes.CDLL(str(libraries[0])).libreofficekit_hook_2
    except (OSError, AttributeError) as error:
        raise ReadingFailed("reader-failed", "LibreOffice does not start.") from error
    hook.restype = ctypes.c_void_p
    hook.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
    office: int | None = hook(program.encode(), profile.as_uri().encode())
    if not office:
        raise ReadingFailed("reader-failed", "LibreOffice does not start.")
    return office


def _function(thing: int, place: int, result: Any, *arguments: Any) -> Any:
    """A function of an object whose first word leads to the table of its functions."""
    table = ctypes.c_void_p.from_address(thing).value or 0
    word = ctypes.sizeof(ctypes.c_void_p)
    address = ctypes.c_void_p.from_address(table + place * word).value or 0
    return ctypes.CFUNCTYPE(result, ctypes.c_void_p, *arguments)(address)
