"""Codes of ours on the pages of a scan: those that archive.labels describes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import zxingcpp
from PIL import Image

from archive.errors import ReadingFailed
from archive.labels import LABEL, SEPARATOR, document_named

#: Dots per inch of the picture: fine enough for a code of two centimetres.
DPI: Final = 200
#: The same where the code fills most of the page.
COARSE_DPI: Final = 60
_QR: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def label_on(picture: Callable[[], Image.Image]) -> tuple[tuple[str, str], ...]:
    """What the label on a page, a picture in grey, says, as a property of its file; nothing where
    it shows none.

    Two labels that differ say nothing: it is not known whose page it is.
    """
    try:
        grey = picture()
    except ReadingFailed:  # the page is none the worse for it
        return ()
    found = zxingcpp.read_barcodes(grey, formats=_QR)
    ours = {code.text for code in found if document_named(code.text) is not None}
    return ((LABEL, ours.pop()),) if len(ours) == 1 else ()


def is_separator(picture: Callable[[], Image.Image]) -> bool:
    """Is the page a separator sheet of ours?"""
    try:
        grey = picture().convert("L")
    except ReadingFailed:
        return False
    return any(code.text == SEPARATOR for code in zxingcpp.read_barcodes(grey, formats=_QR))
