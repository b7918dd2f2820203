"""Files that need a password, made into the same files without one.

What is unlocked is then read as any other. The original stays as it is; nothing of this is kept.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from archive.errors import ReadingFailed
from indexer.parsers.limits import Limits
from indexer.parsers.registry import kind_of
from indexer.parsers.zips import Package, member_name, too_large

_OWN_PASSWORD: Final = "VelvetSweatshop"
Unlock = Callable[[bytes, str, Limits], bytes]


def unlock(data: bytes, name: str, passwords: Sequence[str], limits: Limits) -> bytes | None:
    """The file without its lock, where these passwords open it; else None.

    Of a ZIP whose members have passwords of their own those that open are opened, and the others
    stay locked, each in its place. Raises ReadingFailed where what is inside exceeds the limits.
    """
    try:
        kind = kind_of(data, name, limits)
    except ReadingFailed:
        return None
    if kind == "zip":
        return _zip(data, passwords, limits)
    open_it = _KEYS.get(kind)
    if open_it is None:
        return None
    for password in passwords:
        try:
            return open_it(data, password, limits)
        except ReadingFailed as failure:
            if failure.code == "too-large":
                raise
        except Exception:  # of what a wrong password makes libraries raise no list is whole
            continue
    return None


def without_own_password(data: bytes, name: str, limits: Limits) -> bytes | None:
    """A file that Excel opens without asking, as it is locked by the password that Excel knows.

    None for all others. Excel writes it where the structure of a workbook is protected.
    """
    with suppress(ReadingFailed):
        return unlock(data, name, (_OWN_PASSWORD,), limits)
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


def _zip(data: bytes, passwords: Sequence[str], limits: Limits) -> bytes | None:
    """By the old cipher of ZIP or by WinZip's AES; each member may have another password."""
    import pyzipper

    Package(data, limits)  # not more members than allowed
    keys = [b"", *dict.fromkeys(key for password in passwords for key in _zip_keys(password))]
    stream, opened = io.BytesIO(), 0
    with pyzipper.AESZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(stream, "w") as made:
        members = [info for info in archive.infolist() if not info.is_dir()]
        if sum(info.file_size for info in members) > limits.max_inflated:
            raise too_large(limits)
        for info in members:
            found = _zip_member(archive, info, keys)
            made.writestr(member_name(info), found or b"")
            is_locked = bool(info.flag_bits & 1)
            opened += is_locked and found is not None
            if found is None:  # the directory, which is written last, says what it was
                made.filelist[-1].flag_bits |= is_locked
                made.filelist[-1].CRC = int(not is_locked)
    return stream.getvalue() if opened else None


def _zip_keys(password: str) -> Iterator[bytes]:
    """As packers write it: in UTF-8, or in what Western Windows had or has."""
    for encoding in ("utf-8", "cp850", "cp1252"):
        with suppress(UnicodeEncodeError):
            yield password.encode(encoding)


def _zip_member(archive: Any, info: Any, keys: list[bytes]) -> bytes | None:
    """The first key that opens it is the first to be tried on the next member."""
    for key in keys:
        try:
            found: bytes = archive.read(info, pwd=key or None)
        except Exception:
            continue
        keys.remove(key)
        keys.insert(0, key)
        return found
    return None


def _seven_zip(data: bytes, password: str, limits: Limits) -> bytes:
    from indexer.parsers import seven_zip

    members = list(seven_zip.members(data, limits, password, say_further=_refuse))
    if broken := next((found for _, found in members if isinstance(found, ReadingFailed)), None):
        raise broken
    return _packed((name, found) for name, found in members if isinstance(found, bytes))


def _rar(data: bytes, password: str, limits: Limits) -> bytes:
    from indexer.parsers import rar, rar_locked

    made = rar_locked.unlocked(data, password)
    for _ in rar.members(made, limits):  # that a password is wrong may show nowhere else
        pass
    return made


def _opendocument(data: bytes, password: str, limits: Limits) -> bytes:
    from indexer.parsers import odf_locked

    return odf_locked.unlocked(data, password, limits)


def _refuse(further: int) -> None:
    """A locked archive is unlocked whole or not at all."""
    if further:
        raise ReadingFailed("too-large", f"It has {further:,} members more than are taken out.")


def _packed(members: Iterable[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, data in members:
            package.writestr(name, data)
    return stream.getvalue()


_KEYS: Final[dict[str, Unlock]] = {
    "pdf": _pdf,
    "encrypted-office": _office,
    "doc": _office,
    "xls": _office,
    "ppt": _office,
    "7z": _seven_zip,
    "rar": _rar,
    "odt": _opendocument,
    "ods": _opendocument,
    "odp": _opendocument,
    "odg": _opendocument,
}
