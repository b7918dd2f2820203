"""Reading the pictures of a file: the pages that are asked for, each by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

from PIL import Image

from archive.errors import ReadingFailed
from archive.reading import PageText
from indexer.parsers import images, ocr, pdf, pdf_picture
from indexer.parsers.limits import Limits
from indexer.parsers.registry import kind_of

#: A picture of a page, and the page's width and height in points.
_Shown = tuple[Image.Image, float, float]


@dataclass(frozen=True, slots=True)
class Recognition:
    """What came of it: pages that were read, and (number, why) of those that could not be."""

    pages: tuple[PageText, ...] = ()
    failed: tuple[tuple[int, str], ...] = ()


def recognise(data: bytes, name: str, numbers: Sequence[int], limits: Limits) -> Recognition:
    """Read the pages `numbers` (1-based) of a PDF or a picture, `limits.ocr_at_once` at a time.

    A page that can't be read hides no other. Raises ReadingFailed where the file can't be opened.
    """
    if kind_of(data, name, limits) != "pdf":
        picture = images.open_picture(data, limits.max_pixels)
        return _each(numbers, lambda number: _frame(picture, number), limits)
    with closing(pdf.open_document(data)) as document:

        def shown(number: int) -> _Shown:
            page = pdf_picture.render(document, number - 1, limits.ocr_dpi, limits.max_pixels)
            return page.convert("L"), *document.get_page_size(number - 1)

        return _each(numbers, shown, limits)


def _each(numbers: Sequence[int], shown: Callable[[int], _Shown], limits: Limits) -> Recognition:
    """Pictures are made one after the other (PDFium has one thread), and read side by side."""
    pages, failed = [], []
    under_way: list[tuple[int, Future[PageText]]] = []

    def collect(until: int) -> None:
        while len(under_way) > until:
            number, future = under_way.pop(0)
            try:
                pages.append(future.result())
            except ReadingFailed as failure:
                failed.append((number, failure.reason))

    with ThreadPoolExecutor(limits.ocr_at_once) as pool:
        for number in numbers:
            collect(limits.ocr_at_once - 1)
            try:
                picture = shown(number)
            except ReadingFailed as failure:
                failed.append((number, failure.reason))
            else:
                under_way.append((number, pool.submit(_read, number, picture, limits)))
        collect(0)
    return Recognition(tuple(pages), tuple(failed))


def _read(number: int, shown: _Shown, limits: Limits) -> PageText:
    picture, width, height = shown
    found = ocr.recognise(picture, limits.ocr_languages, limits)
    if found is None:
        raise ReadingFailed("reader-failed", "Tesseract is not installed.")
    return ocr.page(number, found, width=width, height=height)


def _frame(picture: Image.Image, number: int) -> _Shown:
    """A frame as the camera saw it."""
    try:
        picture.seek(number - 1)
        width, height = images.size_in_points(picture)
        return images.upright(picture).copy(), width, height
    except (EOFError, OSError, ValueError, SyntaxError) as error:
        raise ReadingFailed("damaged", f"The picture can't be read: {error}") from error
