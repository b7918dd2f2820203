"""A picture made ready for OCR: grey, evenly lit, large enough; turned, and places turned back."""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageChops, ImageFilter

#: left, top, right, bottom as shares of width and height.
Place = tuple[float, float, float, float]

_SMALL: Final = 1_600  # pixels of the longer side; below that letters are too small, so enlarge
_COARSE: Final = 8  # the paper's own shade is looked for in a picture so many times smaller
_INK: Final = 24  # shades between paper and print; what differs less is an empty page
_DARKEST: Final = 0.1  # of the print that becomes black
_TURNS: Final = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


def grey(picture: Image.Image) -> Image.Image:
    """Shades of grey, transparent parts white."""
    if "A" in picture.getbands() or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture.convert("L")


def is_empty(picture: Image.Image) -> bool:
    """Whether a grey picture shows nothing: the back of a sheet."""
    low, high = picture.reduce(4).getextrema() if min(picture.size) >= 8 else picture.getextrema()
    return bool(high - low < _INK)  # type: ignore[operator]


def evenly_lit(picture: Image.Image) -> Image.Image:
    """Dark on white whatever the paper's shade is, and large enough to be read.

    The lightest near each place is taken for paper there: shadows, yellowed and pale thermal paper
    vanish. Then all is stretched from black to white, since Tesseract takes pale print for paper.
    """
    small = picture.resize(
        (max(1, picture.width // _COARSE), max(1, picture.height // _COARSE)), Image.Resampling.BOX
    )
    paper = small.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(4))
    paper = paper.resize(picture.size, Image.Resampling.BICUBIC)
    flat = ImageChops.invert(ImageChops.subtract(paper, picture))
    if max(flat.size) < _SMALL:
        flat = flat.resize((flat.width * 2, flat.height * 2), Image.Resampling.LANCZOS)
    return _stretched(flat)


def _stretched(flat: Image.Image) -> Image.Image:
    """Shades from black to white, by what is print: on a page with one line that is hardly any."""
    print_by_shade = flat.histogram()[: 256 - _INK]
    room, black = _DARKEST * sum(print_by_shade), 0
    for black, count in enumerate(print_by_shade):  # noqa: B007 - where it stops is wanted
        room -= count
        if room <= 0:
            break
    return flat.point([max(0, (shade - black) * 255 // (255 - black)) for shade in range(256)])


def turned(picture: Image.Image, degrees: int) -> Image.Image:
    """Turned to the left by 0, 90, 180 or 270 degrees."""
    return picture.transpose(_TURNS[degrees]) if degrees else picture


def turned_back(place: Place, degrees: int) -> Place:
    """Where a place of the turned picture is on the picture as it was."""
    left, top, right, bottom = place
    match degrees:
        case 90:
            return 1 - bottom, left, 1 - top, right
        case 180:
            return 1 - right, 1 - bottom, 1 - left, 1 - top
        case 270:
            return top, 1 - right, bottom, 1 - left
    return place
