"""XPS and OpenXPS: a page for each FixedPage, its runs of glyphs as lines (ECMA-388)."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from lxml import etree

from archive.errors import ReadingFailed
from indexer.parsers.limits import Limits
from indexer.parsers.ooxml import OfficePackage
from indexer.parsers.safe_xml import local_name
from indexer.parsers.source import Contents, Pages, Source, say_broken
from indexer.parsers.zips import Package

_SEQUENCE: Final = "xps-fixeddocumentsequence+xml"
_PIECE: Final = re.compile(r"(?P<part>.+)/\[(?P<number>\d+)\](?:\.last)?\.piece", re.IGNORECASE)
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE]-?\d+)?")
#: In ems: what is nearer than a space, what is farther than one, and how wide a letter is where
#: the run does not say so.
_TOGETHER, _APART, _LETTER = 0.15, 2.0, 0.5
_Matrix = tuple[float, float, float, float, float, float]
_PLAIN: Final[_Matrix] = (1, 0, 0, 1, 0, 0)


def read(file: Source) -> Contents:
    package = OfficePackage(_in_one_piece(file.data, file.limits), file.limits)
    pages = Pages(file.limits)
    for part in _pages(package):
        root = package.root_or_none(part)
        if not pages.add("" if root is None else "".join(_texts(root, _PLAIN, _Line()))):
            break
    if not pages.pages:
        raise ReadingFailed("damaged", "The file has no pages.")
    contents = pages.contents()
    contents.title, contents.properties = package.properties()
    say_broken(contents, package.broken)
    return contents


def _in_one_piece(data: bytes, limits: Limits) -> bytes:
    """The package with its parts put together, which printer drivers write in pieces."""
    package = Package(data, limits)
    pieces = {name: found for name in package.infos if (found := _PIECE.fullmatch(name))}
    if not pieces:
        return data
    parts: dict[str, bytes] = {}
    for name in sorted(pieces, key=lambda name: int(pieces[name]["number"])):
        part = pieces[name]["part"]
        parts[part] = parts.get(part, b"") + package.read(name)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as whole:
        for name in package.infos.keys() - pieces.keys():
            whole.writestr(name, package.read(name))
        for part, content in parts.items():
            whole.writestr(part, content)
    return made.getvalue()


def _pages(package: OfficePackage) -> Iterator[str]:
    """Pages in their order: the sequence names documents, each of which names its pages."""
    for sequence in package.parts(_SEQUENCE):
        for document in _named(package, sequence, "DocumentReference"):
            yield from _named(package, document, "PageContent")


def _named(package: OfficePackage, part: str, element: str) -> Iterator[str]:
    root = package.root_or_none(part)
    for entry in () if root is None else root.iter("{*}" + element):
        target = unquote(entry.get("Source") or "")
        yield posixpath.normpath(posixpath.join("/" + posixpath.dirname(part), target)).lstrip("/")


class _Line:
    """Where the run before ended: the next one goes on there, beside it, or below."""

    def __init__(self) -> None:
        self._end: tuple[float, float] | None = None

    def gap(self, x: float, y: float, width: float, em: float) -> str:
        """What stands between the run before and the one that begins here."""
        before, self._end = self._end, (x + width, y)
        if before is None:
            return ""
        if abs(y - before[1]) > em / 2 or x < before[0] - em * _APART:
            return "\n"
        right = x - before[0]
        return "\t" if right > em * _APART else " " if right > em * _TOGETHER else ""


def _texts(element: etree._Element, matrix: _Matrix, line: _Line) -> Iterator[str]:
    """The runs of glyphs below an element, with what parts them."""
    matrix = _times(_matrix(element.get("RenderTransform")), matrix)
    text = element.get("UnicodeString") if local_name(element) == "Glyphs" else None
    if text:
        text = text.removeprefix("{}")  # as markup escapes a brace at the beginning
        x, y = _numbers(element.get("OriginX")), _numbers(element.get("OriginY"))
        em = (_numbers(element.get("FontRenderingEmSize")) or [1.0])[0]
        right, down = (*x, 0.0)[0], (*y, 0.0)[0]
        scale = abs(matrix[0]) or abs(matrix[1]) or 1.0
        yield line.gap(
            right * matrix[0] + down * matrix[2] + matrix[4],
            right * matrix[1] + down * matrix[3] + matrix[5],
            _width(text, element.get("Indices") or "") * em * scale,
            em * scale,
        )
        yield text
    for child in element:
        if local_name(child).endswith("Resources"):  # brushes and the like
            continue
        yield from _texts(child, matrix, line)


def _width(text: str, indices: str) -> float:
    """How wide a run is, in ems: by the advances that it tells, each in hundredths."""
    told = [entry.split(",") for entry in indices.split(";")]
    advances = [_numbers(entry[1]) for entry in told if len(entry) > 1 and entry[1]]
    known = [advance[0] / 100 for advance in advances if advance]
    return sum(known) + _LETTER * max(0, len(text) - len(known))


def _matrix(written: str | None) -> _Matrix:
    numbers = _numbers(written)
    if len(numbers) != len(_PLAIN):
        return _PLAIN
    a, b, c, d, e, f = numbers
    return a, b, c, d, e, f


def _times(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    return (
        a * then[0] + b * then[2], a * then[1] + b * then[3],
        c * then[0] + d * then[2], c * then[1] + d * then[3],
        e * then[0] + f * then[2] + then[4], e * then[1] + f * then[3] + then[5],
    )  # fmt: skip


def _numbers(written: str | None) -> list[float]:
    return [float(number) for number in _NUMBER.findall(written or "")]
