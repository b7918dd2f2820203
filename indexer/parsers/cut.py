"""Pages of a PDF or TIFF as a file of their own: always the same bytes for the same pages.

The pages are copied as they are, with the pictures, fonts and texts on them; pictures of a TIFF are
packed anew without loss.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pypdfium2
from PIL import ImageSequence

from archive.errors import ReadingFailed
from archive.reading import Child, Reading
from indexer.parsers.images import open_picture, own_dpi, upright
from indexer.parsers.limits import Limits
from indexer.parsers.pdf import open_document

#: What PDFium writes into each new file beside the pages: the time, and a number of chance.
_TIME: Final = re.compile(rb"/CreationDate\(D:[^)]{0,40}\)(?=/Creator\(PDFium\))")
_CHANCE: Final = re.compile(rb"/ID\[<([0-9A-F]{32})><\1>\]")


def with_parts(
    reading: Reading, data: bytes, wanted: Sequence[tuple[int, str, int, int]], limits: Limits
) -> Reading:
    """The reading with wanted pages (position, name, first, last) as files among its children.

    Pages that can't be taken out cost themselves only, and are told.
    """
    made, failed = [], []
    for position, name, first, last in wanted:
        try:
            made.append(Child(position, name, cut(data, first, last, limits)))
        except ReadingFailed as failure:
            failed.append(failure.reason)
        except MemoryError:
            failed.append(f"Pages {first} to {last} exceed the limit of memory.")
    if failed and reading.reason_code is None:
        reading = replace(reading, reason_code="truncated", reason=" ".join(failed))
    return replace(reading, children=(*reading.children, *made))


def cut(data: bytes, first: int, last: int, limits: Limits) -> bytes:
    """Pages `first` to `last` (from 1, both in it). Raises ReadingFailed."""
    return (
        _pdf(data, first, last)
        if data.lstrip()[:4] == b"%PDF"
        else _tiff(data, first, last, limits)
    )


def _pdf(data: bytes, first: int, last: int) -> bytes:
    document = open_document(data)
    made = pypdfium2.PdfDocument.new()
    try:
        made.import_pages(document, list(range(first - 1, last)))
        stream = io.BytesIO()
        made.save(stream)
    except (pypdfium2.PdfiumError, ValueError) as error:
        reason = f"Pages {first} to {last} can't be taken out: {error}"
        raise ReadingFailed("damaged", reason) from error
    finally:
        made.close()
        document.close()
    return _without_chance(stream.getvalue())


def _without_chance(data: bytes) -> bytes:
    """The same file, at the same length, without what differs from one writing to the next."""
    data = _TIME.sub(lambda found: b" " * len(found[0]), data, count=1)
    name = hashlib.sha256(_named(data, b"0" * 32)).hexdigest()[:32].upper()
    return _named(data, name.encode())


def _named(data: bytes, name: bytes) -> bytes:
    return _CHANCE.sub(lambda found: b"/ID[<" + name + b"><" + name + b">]", data)


def _tiff(data: bytes, first: int, last: int, limits: Limits) -> bytes:
    picture = open_picture(data, limits.max_pixels)
    dpi, stream = own_dpi(picture), io.BytesIO()
    try:
        frames = []
        for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
            if number > last:
                break
            if number >= first:
                if frame.width * frame.height > limits.max_pixels:
                    raise ReadingFailed("too-large", f"Page {number} has too many pixels.")
                frames.append(upright(frame).copy())
        if len(frames) <= last - first:
            raise ReadingFailed("damaged", f"There is no page {last}.")
        bits = {frame.mode for frame in frames} == {"1"}
        options = {"compression": "group4" if bits else "tiff_deflate", "dpi": (dpi, dpi)}
        frames[0].save(stream, "TIFF", save_all=True, append_images=frames[1:], **options)
    except (OSError, ValueError, SyntaxError) as error:
        reason = f"Pages {first} to {last} can't be taken out: {error}"
        raise ReadingFailed("damaged", reason) from error
    return stream.getvalue()
