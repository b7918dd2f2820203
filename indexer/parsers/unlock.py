"""Files that need a password, made into the same files without one.

What is unlocked is then read as any other. The original stays as it is; nothing of this is kept.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium

from archive.errors import ReadingFailed
from indexer.parsers.limits import Limits
from indexer.parsers.registry import kind_of
from indexer.parsers.zips import Package, too_large

#: What the libraries raise for a wrong password or a damaged file; the next password is tried.
_WRONG = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError,
    OSError, RuntimeError, TypeError, ValueError,
)  # fmt: skip


def unlock(data: bytes, name: str, passwords: Sequence[str], limits: Limits) -> bytes | None:
    """The file without its lock, by the first password that opens it; None where none does.

    Raises ReadingFailed where what is inside exceeds the limits.
    """
    try:
        open_it = _KEYS.get(kind_of(data, name, limits))
    except ReadingFailed:
        return None
    if open_it is None:
        return None
    for password in passwords:
        try:
            return open_it(data, password, limits)
        except ReadingFailed as failure:
            if failure.code == "too-large":
                raise
        except _WRONG:
            continue
    return None


def _pdf(data: bytes, password: str, _: Limits) -> bytes:
    document = pypdfium2.PdfDocument(data, password=password)
    try:
        stream = io.BytesIO()
        document.save(stream, flags=pdfium.FPDF_REMOVE_SECURITY)
        return stream.getvalue()
    finally:
        document.close()


def _office(data: bytes, password: str, _: Limits) -> bytes:
    """Of DOCX, XLSX, PPTX in their envelope, and of DOC, XLS, PPT, as MS-OFFCRYPTO has them."""
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError, ParseError

    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(data))
        file.load_key(password=password)
        stream = io.BytesIO()
        file.decrypt(stream)
    except (DecryptionError, InvalidKeyError, ParseError) as error:
        raise ValueError(str(error)) from error
    return stream.getvalue()


def _zip(data: bytes, password: str, limits: Limits) -> bytes:
    """By the old cipher of ZIP or by WinZip's AES; members that need no password come along."""
    import pyzipper

    Package(data, limits)  # not more members than allowed
    with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
        if sum(info.file_size for info in archive.infolist()) > limits.max_inflated:
            raise too_large(limits)
        archive.setpassword(password.encode())
        return _packed(
            (info.filename, archive.read(info)) for info in archive.infolist() if not info.is_dir()
        )


def _seven_zip(data: bytes, password: str, limits: Limits) -> bytes:
    from indexer.parsers import seven_zip

    members = list(seven_zip.members(data, limits, password))
    if broken := next((found for _, found in members if isinstance(found, ReadingFailed)), None):
        raise broken
    return _packed((name, found) for name, found in members if isinstance(found, bytes))


def _packed(members: Iterable[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, data in members:
            package.writestr(name, data)
    return stream.getvalue()


_KEYS: Final[dict[str, Callable[[bytes, str, Limits], bytes]]] = {
    "pdf": _pdf,
    "encrypted-office": _office,
    "doc": _office,
    "xls": _office,
    "ppt": _office,
    "zip": _zip,
    "7z": _seven_zip,
}
