"""The picture of a PDF page, by PDFium."""

from __future__ import annotations

import math

import pypdfium2
from PIL import Image

from archive.errors import ReadingFailed


def render(
    document: pypdfium2.PdfDocument,
    index: int,
    dpi: int,
    max_pixels: int,
    *,
    is_grey: bool = False,
) -> Image.Image:
    """Page `index` (0-based) as people see it, at `dpi` or less where that would be too large.

    Raises ReadingFailed with `damaged` where the page can't be loaded.
    """
    try:
        page = document[index]
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise ReadingFailed("damaged", f"Page {index + 1} can't be shown: {error}") from error
    try:
        width, height = page.get_size()
        scale = dpi / 72
        pixels = width * height * scale * scale
        if pixels > max_pixels:
            scale *= math.sqrt(max_pixels / pixels)
        picture: Image.Image = page.render(scale=scale, grayscale=is_grey).to_pil()
        return picture
    finally:
        page.close()
