"""Which pages of a PDF are pictures of paper, and which of these still want OCR.

A page wants OCR where hardly any text stands on it, and where pictures cover most of it while its
text is no more than stamps: Bates numbers, the line of a fax machine. Text that lies unseen in or
under its picture was recognised by whoever made the file.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Final

import pypdfium2.raw as pdfium

_FEW: Final = 20  # characters; with fewer whatever is drawn is a scan: they come as paths as well
_STAMP: Final = 60  # characters; so few on a picture may stand anywhere
_STAMPS: Final = 400  # so many, where all stand in the margins
_MARGIN: Final = 0.1  # of the width or height
_MOST: Final = 0.75  # of the page that pictures cover: scans leave the printer's edge free
_NESTED: Final = 3  # forms in forms
_MOST_OBJECTS: Final = 5_000  # that are looked at; scans have few

_Box = tuple[float, float, float, float]  # left, bottom, right, top


def wants_ocr(page: pdfium.FPDF_PAGE, text: str) -> bool:
    """Is the loaded page, on which `text` stands, a picture that nobody has read?"""
    if len(text) < _FEW:
        return bool(pdfium.FPDFPage_CountObjects(page) > 0)
    if not may_be_picture(text):
        return False
    under = _under_pictures(page)
    return under is not None and _are_stamps(page, under, len(text) < _STAMP)


def may_be_picture(text: str) -> bool:
    """Has the page no more text than stamps, labels and separator sheets have?"""
    return len(text) < _STAMPS


def is_picture(page: pdfium.FPDF_PAGE) -> bool:
    """Do pictures cover most of the loaded page?"""
    return _under_pictures(page) is not None


def _under_pictures(page: pdfium.FPDF_PAGE) -> set[int] | None:
    """Addresses of the objects that are drawn before pictures cover most; None where none do."""
    box = _page_box(page)
    size = (box[2] - box[0]) * (box[3] - box[1])
    drawn: set[int] = set()
    covered = 0.0
    for item in _objects(page):
        for left, bottom, right, top in _pictures(item, _NESTED):
            width = min(right, box[2]) - max(left, box[0])
            height = min(top, box[3]) - max(bottom, box[1])
            covered += max(width, 0.0) * max(height, 0.0)
        if covered >= _MOST * size > 0:
            return drawn
        drawn.add(_address(item))
    return None


def _page_box(page: pdfium.FPDF_PAGE) -> _Box:
    """What of the page is shown, in its own coordinates: before it is turned."""
    box = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, box):
        return 0.0, 0.0, 0.0, 0.0
    return box.left, box.bottom, box.right, box.top


def _objects(page: pdfium.FPDF_PAGE) -> Iterator[pdfium.FPDF_PAGEOBJECT]:
    for index in range(min(pdfium.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        if item := pdfium.FPDFPage_GetObject(page, index):
            yield item


def _pictures(item: pdfium.FPDF_PAGEOBJECT, nested: int) -> Iterator[_Box]:
    """Boxes of the pictures that an object is, or holds."""
    kind = pdfium.FPDFPageObj_GetType(item)
    if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
        edges = [ctypes.c_float() for _ in range(4)]
        if pdfium.FPDFPageObj_GetBounds(item, *edges):
            left, bottom, right, top = (edge.value for edge in edges)
            yield left, bottom, right, top
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and nested:
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(item, matrix)
        count = max(pdfium.FPDFFormObj_CountObjects(item), 0)
        for index in range(min(count, _MOST_OBJECTS)):
            if inside := pdfium.FPDFFormObj_GetObject(item, index):
                for box in _pictures(inside, nested - 1):
                    yield _moved(box, matrix)


def _moved(box: _Box, by: pdfium.FS_MATRIX) -> _Box:
    left, bottom, right, top = box
    corners = ((left, bottom), (left, top), (right, bottom), (right, top))
    xs = [by.a * x + by.c * y + by.e for x, y in corners]
    ys = [by.b * x + by.d * y + by.f for x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _are_stamps(page: pdfium.FPDF_PAGE, under: set[int], anywhere: bool) -> bool:
    """Is all text of the page seen, over its pictures, and in the margins if not `anywhere`?"""
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return False
    box = _page_box(page)
    try:
        for index in range(pdfium.FPDFText_CountChars(text_page)):
            if pdfium.FPDFText_IsGenerated(text_page, index) == 1:
                continue
            item = pdfium.FPDFText_GetTextObject(text_page, index)
            if _is_unseen(item) or _address(item) in under:
                return False
            if not anywhere and not _in_margins(text_page, index, box):
                return False
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    return True


def _is_unseen(item: pdfium.FPDF_PAGEOBJECT) -> bool:
    mode = pdfium.FPDFTextObj_GetTextRenderMode(item)
    return bool(mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)


def _in_margins(text_page: pdfium.FPDF_TEXTPAGE, index: int, page: _Box) -> bool:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    if not pdfium.FPDFText_GetCharBox(text_page, index, left, right, bottom, top):
        return False
    width, height = page[2] - page[0], page[3] - page[1]
    across = ((left.value + right.value) / 2 - page[0]) / width
    up = ((bottom.value + top.value) / 2 - page[1]) / height
    return not (_MARGIN < across < 1 - _MARGIN and _MARGIN < up < 1 - _MARGIN)


def _address(item: pdfium.FPDF_PAGEOBJECT) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0
