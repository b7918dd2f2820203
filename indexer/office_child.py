"""What a cage with LibreOffice answers: an old office file turned into OpenDocument.

LibreOffice runs in the process itself, by the C interface of LibreOfficeKit (LibreOfficeKit.h):
started as a program it would insist on opening a socket, which no caged process may. One process
turns one file: whatever a file does to it goes with it.

The request is {"media_type"}, with the file as a descriptor; the answer's body is the new file. An
answer {"failed": [code, reason]} says why there is none.
"""

from __future__ import annotations

import atexit
import ctypes
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from indexer.parsers.office import FORMATS
from indexer.reading_child import Wire, bytes_of

_LIBRARIES: Final = ("libmergedlo.so", "libsofficeapp.so")
#: The part of LibreOffice that makes such a file, and by what one knows that it is installed. Calc
#: opens a sheet only with the description of its own window, which packages without one leave out.
PARTS: Final = {
    "odt": ("Writer", "libswlo.so"),
    "ods": ("Calc", "../share/config/soffice.cfg/modules/scalc/ui/inputbar.ui"),
    "odp": ("Impress", "libsdlo.so"),
    "odg": ("Draw", "libsdlo.so"),
}
#: Places in the tables of functions, behind their size.
_ERROR, _LOAD = 3, 4  # of LibreOfficeKitClass
_OPTIONS: Final = b"Batch=true"  # asks nobody anything
_SAVE_AS = 2  # of LibreOfficeKitDocumentClass


def handle(settings: Mapping[str, Any]) -> Callable[[dict[str, Any], int | None], Wire]:
    """The handler that indexer.cage starts; `program` is LibreOffice's folder of programs."""

    atexit.register(os._exit, 0)  # LibreOffice does not like to be taken down in order

    def answer(request: dict[str, Any], file: int | None) -> Wire:
        scratch = Path(os.environ["HOME"])
        ending, wanted = FORMATS[request["media_type"]]
        source, target = scratch / f"document.{ending}", scratch / f"made.{wanted}"
        source.write_bytes(bytes_of(file))
        reason = _turn(settings["program"], source, target, wanted)
        if not reason:
            return {}, target.read_bytes()
        part, sign = PARTS[wanted]
        if not Path(settings["program"], sign).exists():
            needed = f"Reading this old format needs LibreOffice {part} installed."
            return {"failed": ["unknown-format", needed]}, b""
        return {"failed": ["damaged", reason]}, b""

    return answer


def _turn(program: str, source: Path, target: Path, wanted: str) -> str:
    """Write the target; why not, where it can't be."""
    libraries = [path for path in map(Path(program).joinpath, _LIBRARIES) if path.exists()]
    if not libraries:
        return "LibreOffice is not whole."
    hook = ctypes.CDLL(str(libraries[0])).libreofficekit_hook_2
    hook.restype = ctypes.c_void_p
    hook.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
    office = hook(program.encode(), (source.parent / "profile").as_uri().encode())
    if not office:
        return "LibreOffice does not start."
    load = _function(office, _LOAD, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p)
    document = load(office, source.as_uri().encode(), _OPTIONS)
    if not document:
        said = _function(office, _ERROR, ctypes.c_char_p)(office) or b""
        return f"LibreOffice can't open the file ({said.decode('utf-8', 'replace')[:200]})."
    save = _function(
        document, _SAVE_AS, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p
    )
    is_saved = save(document, target.as_uri().encode(), wanted.encode(), None)
    return "" if is_saved and target.exists() else "LibreOffice makes nothing of the file."


def _function(thing: int, place: int, result: Any, *arguments: Any) -> Any:
    """A function of an object whose first word leads to the table of its functions."""
    table = ctypes.c_void_p.from_address(thing).value or 0
    word = ctypes.sizeof(ctypes.c_void_p)
    address = ctypes.c_void_p.from_address(table + place * word).value or 0
    return ctypes.CFUNCTYPE(result, ctypes.c_void_p, *arguments)(address)
