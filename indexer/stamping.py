"""Copies of documents as PDF, with a number on each page and a legend.

Runs in the cage ("stamp" of indexer.reading_child): it opens strangers' files. Nothing of a page is
covered: below it, as it is shown, a strip is added that holds number and legend. The original is
never touched.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from math import ceil
from typing import Any, Final

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    RectangleObject,
)

from archive.errors import ReadingFailed
from indexer.parsers.images import at_dpi, open_picture, own_dpi
from indexer.parsers.limits import Limits

PDF: Final = "application/pdf"
DPI: Final = 150.0  # of copies of pictures, where these are not coarser
FONT: Final = "/CrossfileStamp"
WIDE: Final = 0.6  # of a letter of Courier, as a share of its size
SMALLEST: Final = 8.0  # points; larger on large pages
A4: Final = (595.0, 842.0)
#: What a copy does not need, and what does something by itself when it is opened.
ACTIVE: Final = ("/OpenAction", "/AA", "/Names", "/AF")
BOXES: Final = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox")
BROKEN: Final = (
    PyPdfError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, OSError,
)  # fmt: skip


def stamped(
    data: bytes, media_type: str, numbers: Sequence[str], legend: str, limits: Limits
) -> bytes:
    """A PDF or picture as a PDF whose pages bear these numbers, one each, and the legend.

    Numbers and legend are plain ASCII. The same input gives the same bytes. Raises ReadingFailed
    where it can't be opened or has not as many pages as there are numbers.
    """
    try:
        writer = _pdf(data) if media_type == PDF else _pictures(data, len(numbers), limits)
        return _finished(writer, numbers, legend)
    except BROKEN as error:
        raise ReadingFailed("damaged", f"No copy can be made of it: {error}") from error


def sheet(numbers: Sequence[str], legend: str, lines: Sequence[str]) -> bytes:
    """As many pages as there are numbers, which say these lines (plain ASCII) instead."""
    writer = PdfWriter()
    said = "".join(f"({_plain(line)}) Tj T* " for line in lines)
    for _ in numbers:
        page = writer.add_blank_page(*A4)
        page[NameObject("/Resources")] = DictionaryObject()
        text = f"BT {FONT} 10 Tf 14 TL 56 770 Td {said}ET"
        page[NameObject("/Contents")] = writer._add_object(_stream(text))
    return _finished(writer, numbers, legend)


def _pdf(data: bytes) -> PdfWriter:
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise ReadingFailed("encrypted", "The PDF needs its password.")
    writer = PdfWriter(clone_from=reader)
    for name in ACTIVE:
        writer.root_object.pop(NameObject(name), None)
    return writer


def _pictures(data: bytes, frames: int, limits: Limits) -> PdfWriter:
    writer = PdfWriter()
    picture = open_picture(data, limits.max_pixels)
    if picture.format == "TIFF" and getattr(picture, "n_frames", 1) != frames:
        raise ReadingFailed("damaged", f"The picture has not {frames} pages.")
    for frame in range(1, frames + 1):
        picture.seek(frame - 1)
        resolution = min(own_dpi(picture), DPI)
        shown = at_dpi(data, frame, int(DPI), limits.max_pixels)
        one = io.BytesIO()
        shown.save(one, "PDF", resolution=resolution)
        writer.add_page(PdfReader(one).pages[0])
    return writer


def _finished(writer: PdfWriter, numbers: Sequence[str], legend: str) -> bytes:
    if len(writer.pages) != len(numbers):
        raise ReadingFailed(
            "damaged", f"It has {len(writer.pages)} pages, and {len(numbers)} numbers."
        )
    for page, number in zip(writer.pages, numbers, strict=True):
        _stamp(writer, page, number, legend)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _stamp(writer: PdfWriter, page: PageObject, number: str, legend: str) -> None:
    """Add the strip. It is drawn first, and what was there is kept within its old bounds.

    So it does not matter in which state of the graphics the old content ends.
    """
    left, low, right, top = (float(value) for value in page.cropbox)
    rotation = page.rotation % 360
    width = top - low if rotation in (90, 270) else right - left
    size = max(SMALLEST, width / 75)
    height = ceil(2.2 * size)
    place, box = _strip((left, low, right, top), rotation, height)
    end = width - size - WIDE * size * len(number)
    before = (
        f"q {place} cm BT {FONT} {size:.2f} Tf 1 0 0 1 {size:.2f} {0.8 * size:.2f} Tm "
        f"({_plain(legend)}) Tj 1 0 0 1 {end:.2f} {0.8 * size:.2f} Tm ({_plain(number)}) Tj ET Q\n"
        f"q {left:.4f} {low:.4f} {right - left:.4f} {top - low:.4f} re W n\n"
    )
    parts = [_stream(before), *_contents(page), _stream("\nQ\n")]
    page[NameObject("/Contents")] = ArrayObject(
        one if hasattr(one, "idnum") else writer._add_object(one) for one in parts
    )
    _give_font(page)
    for name in BOXES:
        if name in page or name in BOXES[:2]:
            page[NameObject(name)] = RectangleObject(box)


def _strip(
    box: tuple[float, float, float, float], rotation: int, height: int
) -> tuple[str, tuple[float, float, float, float]]:
    """Where the strip lies, as a matrix, and the box with it: below the page as it is shown."""
    left, low, right, top = box
    turns = {
        0: ("1 0 0 1", left, low - height, (left, low - height, right, top)),
        90: ("0 1 -1 0", right + height, low, (left, low, right + height, top)),
        180: ("-1 0 0 -1", right, top + height, (left, low, right, top + height)),
        270: ("0 -1 1 0", left - height, top, (left - height, low, right, top)),
    }
    turn, x, y, wider = turns[rotation]
    return f"{turn} {x:.4f} {y:.4f}", wider


def _contents(page: PageObject) -> Iterator[Any]:
    if "/Contents" not in page:
        return
    held = page.raw_get("/Contents")
    found = held.get_object()
    yield from found if isinstance(found, ArrayObject) else [held]


def _give_font(page: PageObject) -> None:
    """The font of the strip, in resources of the page's own: others may share what was there."""
    resources = _copied(page, "/Resources")
    fonts = _copied(resources, "/Font")
    fonts[NameObject(FONT)] = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Courier-Bold"),
        }
    )
    resources[NameObject("/Font")] = fonts
    page[NameObject("/Resources")] = resources


def _copied(holder: DictionaryObject, name: str) -> DictionaryObject:
    held: Any = holder.get(name, DictionaryObject()).get_object()
    return DictionaryObject(held)


def _stream(text: str) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.set_data(text.encode("ascii"))
    return stream


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
