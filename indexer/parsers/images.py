"""Pictures: a page for each frame, without text until OCR reads it."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError

from archive.errors import ReadingFailed
from archive.reading import PageText
from indexer.parsers import ocr
from indexer.parsers.source import Contents, Pages, Source

_POINTS = 72
_DEFAULT_DPI = 96.0  # of pictures that do not say


def read(file: Source) -> Contents:
    picture = open_picture(file.data, file.limits.max_pixels)
    pages = Pages(file.limits)
    for frame in range(getattr(picture, "n_frames", 1)):
        if frame and picture.format in ("GIF", "WEBP", "PNG"):  # animations are one picture
            break
        try:
            picture.seek(frame)
        except EOFError:
            break
        if not pages.add_page(_page(picture, pages.number, file)):
            break
    return pages.contents()


def open_picture(data: bytes, max_pixels: int) -> Image.Image:
    """Open without decoding. Raises ReadingFailed: `damaged`, `too-large`."""
    Image.MAX_IMAGE_PIXELS = None  # we count by ourselves, below
    try:
        picture = Image.open(io.BytesIO(data))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise ReadingFailed("damaged", f"The picture can't be opened: {error}") from error
    if picture.width * picture.height > max_pixels:
        raise ReadingFailed(
            "too-large", f"The picture has {picture.width} x {picture.height} pixels."
        )
    return picture


def dpi(picture: Image.Image) -> float:
    """Dots per inch as the file says, where that makes sense."""
    said = picture.info.get("dpi", (0, 0))
    value = float(said[0]) if isinstance(said, tuple) and said and said[0] else 0.0
    return value if 30 <= value <= 2400 else _DEFAULT_DPI


def _page(picture: Image.Image, number: int, file: Source) -> PageText:
    scale = _POINTS / dpi(picture)
    width, height = picture.width * scale, picture.height * scale
    if file.ocr and (found := ocr.recognise(picture, file.limits.ocr_languages, file.limits)):
        return ocr.page(number, found, width=width, height=height)
    return PageText(number, "", "none", width=width, height=height)
