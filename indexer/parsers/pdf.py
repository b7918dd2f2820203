"""PDF by PDFium: text by page with its characters' numbers, attachments, the e-invoice inside.

PDFium is not thread-safe; a process must read one PDF at a time.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from archive.errors import ReadingFailed
from archive.reading import PageText, Run
from indexer.parsers import codes, pdf_extras, pdf_joined, pdf_picture, pdf_scans, pdf_second
from indexer.parsers.clean import clean
from indexer.parsers.separators import separators
from indexer.parsers.source import Contents, Pages, Source, say_left_out, source, with_recognised


def read(file: Source) -> Contents:
    """Read with PDFium; with pypdf what PDFium can't open."""
    contents = _read(file)
    pdf_joined.add_earlier(contents, file.data, file.limits)
    return contents


def _read(file: Source) -> Contents:
    try:
        document = open_document(file.data)
    except ReadingFailed as failed:
        return pdf_second.read(file, failed)
    try:
        return _contents(document, file)
    finally:
        document.close()


def open_document(data: bytes) -> pypdfium2.PdfDocument:
    """Open with the empty password. Raises ReadingFailed: `encrypted` or `damaged`."""
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD or "password" in str(error):
            raise ReadingFailed("encrypted", "The PDF needs its password.") from error
        raise ReadingFailed("damaged", f"The PDF can't be opened: {error}") from error


def _contents(document: pypdfium2.PdfDocument, file: Source) -> Contents:
    pages = Pages(file.limits)
    extras = pdf_extras.Extras(document)
    scans: list[int] = []
    pictures: list[int] = []  # pages that may show a code of ours: a copier has read them as well
    for index in range(len(document)):
        page, is_scan, is_picture = _page(document, index, extras, pages.number)
        if is_scan:
            scans.append(page.number)
            page = with_recognised(page, file.recognised.get(page.number))
        if is_picture:
            pictures.append(page.number)
        if not pages.add_page(page):
            break
    contents = pages.contents()
    if not any(page.width for page in pages.pages):
        raise ReadingFailed("damaged", "The PDF has no page that can be opened.")
    contents.scans = tuple(scans)
    contents.title, contents.properties = pdf_extras.properties(document)
    if 1 in pictures:
        contents.properties += codes.label_on(
            lambda: pdf_picture.render(document, 0, codes.DPI, file.limits.max_pixels, is_grey=True)
        )
    contents.properties += separators(
        contents.pages,
        pictures,
        lambda page: pdf_picture.render(
            document, page - 1, codes.COARSE_DPI, file.limits.max_pixels
        ),
    )
    contents.data, contents.children, left_out = pdf_extras.attachments(document, file.limits)
    contents.children += extras.files(len(contents.children))
    say_left_out(contents, left_out + extras.left_out)
    return contents


def _page(
    document: pypdfium2.PdfDocument, index: int, extras: pdf_extras.Extras, number: int
) -> tuple[PageText, bool, bool]:
    """One page, whether it wants OCR, and whether it is a picture on which to look for codes.

    A page that can't be loaded is an empty page.
    """
    page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        return PageText(number, "", "none"), False, False
    try:
        text, runs = page_text(page)
        is_scan = pdf_scans.wants_ocr(page, text)
        is_picture = is_scan or (
            (index == 0 or pdf_scans.may_be_picture(text)) and pdf_scans.is_picture(page)
        )
        text = extras.add_to(page, index, text)
        width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    finally:
        pdfium.FPDF_ClosePage(page)
    return PageText(number, text, source(text), "", width, height, runs), is_scan, is_picture


def page_text(page: pdfium.FPDF_PAGE) -> tuple[str, tuple[Run, ...]]:
    """Cleaned text, and its map to PDFium's character indexes, of a page that is loaded."""
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return "", ()
    try:
        raw, count = _raw_text(text_page)
        cleaned, runs = clean(raw)
        if len(raw) != count:
            runs = _by_characters(text_page, runs)
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    return cleaned, runs


def _raw_text(text_page: pdfium.FPDF_TEXTPAGE) -> tuple[str, int]:
    """PDFium's own text, and how many characters it numbers (more, where some have no letter)."""
    count = pdfium.FPDFText_CountChars(text_page)
    if count <= 0:
        return "", 0
    units = (ctypes.c_ushort * (2 * count + 1))()  # two units for what is beyond U+FFFF, and NUL
    written = pdfium.FPDFText_GetText(text_page, 0, count, units)
    raw = memoryview(units).cast("B")[: 2 * max(written - 1, 0)]
    return str(raw, "utf-16-le", "surrogatepass"), count


def _by_characters(text_page: pdfium.FPDF_TEXTPAGE, runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The same runs with PDFium's character indexes instead of indexes into its text."""
    return tuple(part for run in runs for part in _split(text_page, run))


def _split(text_page: pdfium.FPDF_TEXTPAGE, run: Run) -> Iterator[Run]:
    first = pdfium.FPDFText_GetCharIndexFromTextIndex(text_page, run.own)
    last = pdfium.FPDFText_GetCharIndexFromTextIndex(text_page, run.own + run.length - 1)
    if last - first == run.length - 1 or run.length == 1:
        yield Run(run.start, max(first, 0), run.length)
        return
    half = run.length // 2
    yield from _split(text_page, Run(run.start, run.own, half))
    yield from _split(text_page, Run(run.start + half, run.own + half, run.length - half))
