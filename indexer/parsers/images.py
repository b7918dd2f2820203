"""Pictures: a page for each frame, without text until OCR reads it."""

from __future__ import annotations

import io
import warnings

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from archive.errors import ReadingFailed
from archive.reading import PageText
from indexer.parsers import codes
from indexer.parsers.separators import separators
from indexer.parsers.source import Contents, Pages, Source, with_recognised

_POINTS = 72
_DEFAULT_DPI = 96.0  # of pictures that do not say
_LYING = (5, 6, 7, 8)  # EXIF orientations by which width and height change places


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
        width, height = size_in_points(picture)
        page = PageText(pages.number, "", "none", width=width, height=height)
        if not pages.add_page(with_recognised(page, file.recognised.get(page.number))):
            break
    contents = pages.contents()
    contents.scans = tuple(page.number for page in pages.pages)
    contents.properties = codes.label_on(
        lambda: at_dpi(file.data, 1, codes.DPI, file.limits.max_pixels, is_grey=True)
    )
    contents.properties += separators(
        contents.pages,
        contents.scans,
        lambda page: at_dpi(file.data, page, codes.COARSE_DPI, file.limits.max_pixels),
    )
    return contents


def open_picture(data: bytes, max_pixels: int) -> Image.Image:
    """Open without decoding. Raises ReadingFailed: `damaged`, `too-large`."""
    Image.MAX_IMAGE_PIXELS = None  # we count by ourselves, below
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is odd in a file; what can't be read raises
            picture = Image.open(io.BytesIO(data))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise ReadingFailed("damaged", f"The picture can't be opened: {error}") from error
    if picture.width * picture.height > max_pixels:
        raise ReadingFailed(
            "too-large", f"The picture has {picture.width} x {picture.height} pixels."
        )
    return picture


def at_dpi(
    data: bytes, page: int, dpi: int, max_pixels: int, *, is_grey: bool = False
) -> Image.Image:
    """Frame `page` (1-based), upright, made smaller (never larger) to `dpi`.

    `is_grey`: for a machine that looks for a code. A third of the colours, and a plainer filter.
    """
    picture = open_picture(data, max_pixels)
    try:
        picture.seek(page - 1)
        scale = dpi / own_dpi(picture)
        shown = upright(picture)
        if is_grey:
            shown = shown.convert("L")
        elif shown.mode not in ("1", "L", "RGB"):
            shown = shown.convert("RGB")
        if scale < 1:
            size = (max(1, round(shown.width * scale)), max(1, round(shown.height * scale)))
            filtered = Image.Resampling.BILINEAR if is_grey else Image.Resampling.LANCZOS
            shown = shown.resize(size, filtered)
    except (EOFError, OSError, ValueError, SyntaxError) as error:
        raise ReadingFailed("damaged", f"Page {page} can't be shown: {error}") from error
    return shown


def own_dpi(picture: Image.Image) -> float:
    """Dots per inch as the file says, where that makes sense."""
    said = picture.info.get("dpi", (0, 0))
    value = float(said[0]) if isinstance(said, tuple) and said and said[0] else 0.0
    return value if 30 <= value <= 2400 else _DEFAULT_DPI


def upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera said; decodes the pixels."""
    return ImageOps.exif_transpose(picture) if _is_turned(picture) else picture


def _is_turned(picture: Image.Image) -> bool:
    """Whether the camera lay or stood on its head; other formats would decode all to say so."""
    return picture.format in ("JPEG", "MPO", "TIFF") and _orientation(picture) != 1


def _orientation(picture: Image.Image) -> int:
    return int(picture.getexif().get(ExifTags.Base.Orientation, 1))


def size_in_points(picture: Image.Image) -> tuple[float, float]:
    """Width and height in points of the frame that is sought, upright."""
    scale = _POINTS / own_dpi(picture)
    width, height = picture.width * scale, picture.height * scale
    if _is_turned(picture) and _orientation(picture) in _LYING:
        return height, width
    return width, height
