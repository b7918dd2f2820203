"""Page pictures, and where stretches of a page's text stand on them.

Both run in the cage ("picture" and "boxes" of indexer.reading_child): they open strangers' files,
and PDFium is not thread-safe.
"""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterable, Iterator, Sequence

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from archive.errors import ReadingFailed
from archive.reading import PageText, Run
from indexer.parsers.images import at_dpi
from indexer.parsers.limits import Limits
from indexer.parsers.pdf import open_document
from indexer.parsers.pdf_picture import render

#: left, top, width, height as shares of the picture's, 0 to 1, from its top left.
Box = tuple[float, float, float, float]
Span = tuple[int, int]  # code points of the page's text, end-exclusive

_FINE = 20_000  # PDFium gives whole device units; this many across the page are enough
_PDF = "application/pdf"


def page_png(data: bytes, media_type: str, page: int, *, dpi: int, limits: Limits) -> bytes:
    """The picture of page `page` (1-based) as PNG, smaller than `dpi` says where it is huge.

    Raises ReadingFailed where there is no such page or the file can't be shown.
    """
    picture = _picture(data, media_type, page, dpi, limits)
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=3)
    return stream.getvalue()


def boxes(data: bytes, media_type: str, page: PageText, spans: Sequence[Span]) -> list[list[Box]]:
    """For each span the boxes that cover it on the page's picture, one for each line.

    Empty where the page has no map to characters or words: what is shown as text has no boxes.
    """
    if page.words:
        return [_word_boxes(page, span) for span in spans]
    if media_type != _PDF or not page.runs:
        return [[] for _ in spans]
    document = open_document(data)
    try:
        return _character_boxes(document, page, spans)
    finally:
        document.close()


def _picture(data: bytes, media_type: str, page: int, dpi: int, limits: Limits) -> Image.Image:
    if media_type != _PDF:
        return at_dpi(data, page, dpi, limits.max_pixels)
    document = open_document(data)
    try:
        return render(document, page - 1, dpi, limits.max_pixels)
    finally:
        document.close()


def _word_boxes(page: PageText, span: Span) -> list[Box]:
    """Whole words of OCR that the span touches."""
    width, height = page.width or 1.0, page.height or 1.0
    return _by_line(
        (left / width, top / height, right / width, bottom / height)
        for start, end, left, top, right, bottom in page.words
        if start < span[1] and end > span[0]
    )


def _character_boxes(
    document: pypdfium2.PdfDocument, page: PageText, spans: Sequence[Span]
) -> list[list[Box]]:
    loaded = pdfium.FPDF_LoadPage(document, page.number - 1)
    if not loaded:
        raise ReadingFailed("damaged", f"Page {page.number} can't be shown.")
    text_page = pdfium.FPDFText_LoadPage(loaded)
    try:
        return [
            _by_line(
                _on_picture(loaded, rectangle)
                for first, count in _characters(page.runs, span)
                for rectangle in _rectangles(text_page, first, count)
            )
            for span in spans
        ]
    finally:
        pdfium.FPDFText_ClosePage(text_page)
        pdfium.FPDF_ClosePage(loaded)


def _characters(runs: Iterable[Run], span: Span) -> Iterator[tuple[int, int]]:
    """PDFium's (first character, count) for each run that the span touches."""
    for run in runs:
        start, end = max(span[0], run.start), min(span[1], run.start + run.length)
        if start < end:
            yield run.own + start - run.start, end - start


def _rectangles(text_page: pdfium.FPDF_TEXTPAGE, first: int, count: int) -> Iterator[Box]:
    """(left, top, right, bottom) in the page's own points, which count upwards."""
    sides = [ctypes.c_double() for _ in range(4)]
    for i in range(pdfium.FPDFText_CountRects(text_page, first, count)):
        if pdfium.FPDFText_GetRect(text_page, i, *sides):
            left, top, right, bottom = (side.value for side in sides)
            yield left, top, right, bottom


def _on_picture(page: pdfium.FPDF_PAGE, rectangle: Box) -> Box:
    """(left, top, right, bottom) as shares of the picture, turned and cropped as the page is."""
    left, top, right, bottom = rectangle
    x, y = ctypes.c_int(), ctypes.c_int()
    corners = []
    for corner in ((left, top), (right, bottom)):
        pdfium.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, *corner, x, y)
        corners.append((x.value / _FINE, y.value / _FINE))
    (x1, y1), (x2, y2) = corners
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _by_line(rectangles: Iterable[Box]) -> list[Box]:
    """Neighbours on one line become one box; (left, top, right, bottom) becomes a Box."""
    lines: list[Box] = []
    for left, top, right, bottom in rectangles:
        if lines:
            l2, t2, r2, b2 = lines[-1]
            middle = (top + bottom) / 2
            if t2 <= middle <= b2 and left >= l2:
                lines[-1] = (l2, min(top, t2), max(right, r2), max(bottom, b2))
                continue
        lines.append((left, top, right, bottom))
    return [
        (round(left, 5), round(top, 5), round(right - left, 5), round(bottom - top, 5))
        for left, top, right, bottom in lines
    ]
