"""Files inside Office files: packages as they are, OLE objects unwrapped (MS-OLEDS 2.3.6)."""

from __future__ import annotations

import io
import re
import statistics
import struct
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath, PureWindowsPath

import olefile  # type: ignore[import-untyped]

from archive.errors import ReadingFailed
from archive.reading import Child
from indexer.parsers.clean import clean_text
from indexer.parsers.compound import SIGNATURE
from indexer.parsers.limits import Limits
from indexer.parsers.sniff import sniff
from indexer.parsers.source import Contents, say_left_out
from indexer.parsers.zips import Package

#: Where Office files have them; OpenDocument has `Object 1` beside the folders of other objects.
_FOLDER = re.compile(r"(?:^|/)embeddings/[^/]+$|^Object [^/]+$", re.IGNORECASE)
#: Pictures, which are read as documents of their own where they may be pages: neither logos, icons
#: nor what a theme is painted with; nor photos and charts, where the file says something itself.
_PICTURE = re.compile(
    r"(?:^|/)(?:media|pictures)/[^/]+\.(?:png|jpe?g|tiff?|gif|bmp)$", re.IGNORECASE
)
_PAGE_PIXELS = (300, 600)  # at least, of the shorter and the longer side: A4 at some 50 dpi
_PAPER_PIXELS = (600, 780)  # width and height, of pages among text: A4 and Letter at some 75 dpi
_PAPER_SHAPE = (1.2, 1.75)  # height to width, from what was trimmed to Legal
#: Width to height of pages that lie, as a scanner gives A4 and Letter: what else lies is mostly a
#: chart, a slide or a photo (4:3, 3:2, 16:9). OCR turns the page.
_LYING_SHAPES = ((1.38, 1.45), (1.27, 1.32))
_PAPER_SHADE = 160  # of 255: paper is light …
_ALIKE, _MOSTLY = 24, 0.6  # … and most of it is as light as its middle shade
_LOOKED_AT = (96, 128)  # pixels into which a picture is put to look at its shades
_MOST_PICTURES = 36
_NATIVE = "\x01Ole10Native"
_WHOLE = ("Package", "CONTENTS", "EmbeddedOdf")  # streams that are a file
_EQUATION = "Equation Native"  # a formula: nothing that any reader knows
_EMBEDDED = 2  # an object that is here, not only linked to
_OOXML = ((b"word/", "docx"), (b"xl/", "xlsx"), (b"ppt/", "pptx"))  # folders in the directory
_ENDINGS = (
    "docx",
    "xlsx",
    "pptx",
    "doc",
    "xls",
    "ppt",
    "pdf",
    "odt",
    "ods",
    "odp",
    "msg",
    "png",
    "bmp",
    "rtf",
)
_BROKEN = (OSError, ValueError, LookupError, TypeError, AttributeError, struct.error)


def add_embedded(contents: Contents, package: Package, limits: Limits) -> None:
    """Put the files inside an Office package behind the children of `contents`.

    So are its pictures that may be pages: somebody put scans into it.
    """
    children, lost = list(contents.children), list[str]()
    for name, data in _read(package, _FOLDER, lost):
        found = unwrapped(data, PurePosixPath(name).name)
        if found is not None and len(children) < limits.max_members:
            children.append(Child(len(children) + 1, *found))
    contents.children = tuple(children)
    too_many = add_pictures(contents, _read(package, _PICTURE, lost), limits)
    say_left_out(contents, too_many + len(lost))


def _read(
    package: Package, pattern: re.Pattern[str], lost: list[str]
) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the members so called; those that can't be read are put to `lost`."""
    for name in [info.filename for info in package.members if pattern.search(info.filename)]:
        try:
            data = package.read(name)
        except ReadingFailed:
            lost.append(name)
        else:
            yield name, data


def add_pictures(contents: Contents, pictures: Iterable[tuple[str, bytes]], limits: Limits) -> int:
    """Put those that may be pages behind the children; how many of them are too many."""
    may_be_page = _may_be_page if contents.reason_code == "no-text" else _may_be_paper
    children, too_many = list(contents.children), 0
    most = min(len(children) + _MOST_PICTURES, limits.max_members)
    for name, data in pictures:
        if not may_be_page(data, limits):
            continue
        if len(children) < most:
            children.append(Child(len(children) + 1, PurePosixPath(name).name, data))
        else:
            too_many += 1
    contents.children = tuple(children)
    return too_many


def _may_be_page(data: bytes, limits: Limits) -> bool:
    from indexer.parsers.images import open_picture  # with libraries that most files do not need

    try:
        sides = sorted(open_picture(data, limits.max_pixels).size)
    except ReadingFailed as failure:
        return failure.code == "too-large"
    return all(side >= least for side, least in zip(sides, _PAGE_PIXELS, strict=True))


def _may_be_paper(data: bytes, limits: Limits) -> bool:
    """Has the picture the size, the shape and the shades of a written page, upright or lying?"""
    from PIL import Image

    from indexer.parsers.images import open_picture, upright

    try:
        picture = open_picture(data, limits.max_pixels)
        if not all(a >= b for a, b in zip(sorted(picture.size), _PAPER_PIXELS, strict=True)):
            return False
        looked_at = _LOOKED_AT if picture.width <= picture.height else _LOOKED_AT[::-1]
        picture.draft("L", looked_at)  # of a JPEG no more than that is decoded
        shades = upright(picture)
        if shades.mode == "P":  # its transparency may be one for each colour
            shades = shades.convert("RGBA")
        shades = shades.convert("L")
        if not _has_paper_shape(*shades.size):
            return False
    except ReadingFailed as failure:
        return failure.code == "too-large"
    except (OSError, ValueError, SyntaxError):
        return False
    shades = shades.resize(looked_at, Image.Resampling.BOX)
    middle = int(statistics.median(shades.tobytes()))
    alike = sum(shades.histogram()[max(middle - _ALIKE, 0) : middle + _ALIKE + 1])
    return middle >= _PAPER_SHADE and alike >= _MOSTLY * _LOOKED_AT[0] * _LOOKED_AT[1]


def _has_paper_shape(width: int, height: int) -> bool:
    if width <= height:
        return _PAPER_SHAPE[0] <= height / width <= _PAPER_SHAPE[1]
    return any(least <= width / height <= most for least, most in _LYING_SHAPES)


def unwrapped(data: bytes, name: str) -> tuple[str, bytes] | None:
    """Name and bytes of the file inside an object; None where it is a formula, or empty.

    What is no OLE object, or one of an unknown kind, is given as it is.
    """
    if not data.startswith(SIGNATURE):
        return (name, data) if data else None
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            streams = {entry[0].lower(): entry[0] for entry in ole.listdir() if len(entry) == 1}
            if _EQUATION.lower() in streams:
                return None
            if _NATIVE.lower() in streams:
                native = ole.openstream(streams[_NATIVE.lower()]).read()
                return packaged(native[4:], name) or _named(native[4:], name)
            for stream in _WHOLE:
                if stream.lower() in streams:
                    return _named(ole.openstream(streams[stream.lower()]).read(), name)
    except _BROKEN:
        pass
    return _named(data, name)


def object_in_rtf(data: bytes, name: str) -> tuple[str, bytes] | None:
    """The same of the bytes behind \\objdata (MS-OLEDS 2.2.5); None for a link."""
    try:
        (kind,) = struct.unpack_from("<I", data, 4)
        at = 8
        for _ in range(3):  # class, topic, item
            (size,) = struct.unpack_from("<I", data, at)
            at += 4 + size
        (size,) = struct.unpack_from("<I", data, at)
    except struct.error:
        return None
    native = data[at + 4 : at + 4 + size]
    if kind != _EMBEDDED or not native:
        return None
    return packaged(native, name) or unwrapped(native, name)


def packaged(data: bytes, name: str) -> tuple[str, bytes] | None:
    """Name and bytes of a file that was dropped into a document; None if it is anything else."""
    try:
        (mark,) = struct.unpack_from("<H", data)
        label, at = _until_zero(data, 2)
        _, at = _until_zero(data, at)  # where it came from
        _, embedded, size = struct.unpack_from("<HHI", data, at)
        at += 8 + size  # where it is put to be opened
        (size,) = struct.unpack_from("<I", data, at)
    except (struct.error, ValueError):
        return None
    content = data[at + 4 : at + 4 + size]
    if mark != 2 or embedded != 3 or len(content) != size:
        return None
    label = _wide_label(data, at + 4 + size) or label
    return PureWindowsPath(clean_text(label).replace("\n", " ")).name or name, content


def _until_zero(data: bytes, at: int) -> tuple[str, int]:
    end = data.index(b"\0", at)
    return data[at:end].decode("cp1252", "replace"), end + 1


def _wide_label(data: bytes, at: int) -> str:
    """The label once more in UTF-16, behind the path: newer programs write it."""
    try:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4 + 2 * count
        (count,) = struct.unpack_from("<I", data, at)
    except struct.error:
        return ""
    return data[at + 4 : at + 4 + 2 * count].decode("utf-16-le", "ignore").rstrip("\0")


def _named(data: bytes, name: str) -> tuple[str, bytes] | None:
    """With the ending of what it is in place of `.bin`."""
    if not data:
        return None
    kind = sniff(data, "")
    if kind == "package":
        kind = next((kind for folder, kind in _OOXML if folder in data), kind)
    return (str(PurePosixPath(name).with_suffix(f".{kind}")) if kind in _ENDINGS else name), data
