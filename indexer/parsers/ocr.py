"""Text of a picture, by the program Tesseract: one call a page, words with their places."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from dataclasses import dataclass, replace
from typing import Final

from PIL import Image

from archive.errors import ReadingFailed
from archive.reading import PageText
from indexer.parsers import ocr_picture
from indexer.parsers.clean import clean_text
from indexer.parsers.limits import Limits

Word = tuple[int, int, float, float, float, float]
#: Ways to read a page: Tesseract's layout (3: as it finds it, 6: lines over the whole width, as on
#: receipts) and its way to tell ink from paper (0: one threshold for all, 1: one for each tile).
#: The next is tried where a page does not read well, and what is read with more certainty counts.
_WAYS: Final = ((3, 0), (6, 0), (6, 1))
_SHORT: Final = 40  # characters; fewer are worth another try
_SURE: Final = 0.75  # clean print is read with this and more
_POOR: Final = 0.6  # what lies or stands on its head is read with 0.3 to 0.5
_CLEARER: Final = 1.3  # so much better a turned page must read
_LARGE: Final = 1_800  # pixels of the longer side; half of it can still be read
_WORD_LEVEL: Final = "5"


@dataclass(frozen=True, slots=True)
class Recognised:
    """`words` are (start, end, left, top, right, bottom): code points of `text`, then shares of
    the picture's width and height. `confidence` is 0 to 1, weighted by the words' lengths."""

    text: str
    words: tuple[Word, ...]
    confidence: float


def recognise(
    picture: Image.Image, languages: tuple[str, ...], limits: Limits
) -> Recognised | None:
    """Read a picture however it lies; None where Tesseract is not installed or no language is set.

    Raises ReadingFailed where Tesseract fails or takes longer than `limits.ocr_page_s`.
    """
    program = shutil.which("tesseract")
    if program is None or not languages:
        return None
    shades = ocr_picture.grey(picture)
    if ocr_picture.is_empty(shades):
        return Recognised("", (), 0.0)
    shades = ocr_picture.evenly_lit(shades)
    tesseract = _Tesseract(program, languages, limits)
    upright = tesseract.read(shades, *_WAYS[0])
    if not _is_poor(upright):
        return tesseract.best(shades, upright)
    degrees = tesseract.turn(shades, upright)
    if not degrees:
        return tesseract.best(shades, upright)
    shades = ocr_picture.turned(shades, degrees)
    found = tesseract.best(shades, tesseract.read(shades, *_WAYS[0]))
    words = tuple((*word[:2], *ocr_picture.turned_back(word[2:], degrees)) for word in found.words)
    return replace(found, words=words)


@dataclass(frozen=True, slots=True)
class _Tesseract:
    """The program as it is called for one page."""

    program: str
    languages: tuple[str, ...]
    limits: Limits

    def best(self, shades: Image.Image, first: Recognised) -> Recognised:
        """The best of all ways, tried until one reads well; `first` came of the first."""
        best = first
        for way in _WAYS[1:]:
            if len(best.text) >= _SHORT and best.confidence >= _SURE:
                break
            if way[1] and not _is_poor(best):
                break
            found = self.read(shades, *way)
            best = max(best, found, key=_worth)
        return best

    def turn(self, shades: Image.Image, upright: Recognised) -> int:
        """By how many degrees to the left the page has to be turned to be read; 0: it stands.

        Tried at half the size: a page that is read wrongly costs more than it need.
        """
        small = shades.reduce(2) if max(shades.size) >= _LARGE else shades
        tries = {
            degrees: self.read(ocr_picture.turned(small, degrees), *_WAYS[0])
            for degrees in (90, 270, 180)
        }
        degrees = max(tries, key=lambda one: _worth(tries[one]))
        is_clearer = _worth(tries[degrees]) > _CLEARER * _worth(upright)
        is_surer = tries[degrees].confidence > upright.confidence
        return degrees if is_clearer and is_surer else 0

    def read(self, shades: Image.Image, layout: int, threshold: int) -> Recognised:
        stream = io.BytesIO()
        shades.save(stream, "PNG", compress_level=1)
        command = [
            self.program, "stdin", "stdout", "-l", "+".join(self.languages), "--psm", str(layout),
            "--dpi", str(self.limits.ocr_dpi), "-c", f"thresholding_method={threshold}", "tsv",
        ]  # fmt: skip
        tsv = _run(command, stream.getvalue(), self.limits)
        return from_tsv(tsv, shades.width, shades.height)


def _is_poor(found: Recognised) -> bool:
    enough = _POOR if len(found.text) >= _SHORT else _SURE
    return found.confidence < enough


def _worth(found: Recognised) -> float:
    return len(found.text) * found.confidence


def _run(command: list[str], picture: bytes, limits: Limits) -> str:
    try:
        done = subprocess.run(
            command, input=picture, capture_output=True, timeout=limits.ocr_page_s, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ReadingFailed(
            "reader-failed", f"Tesseract needed more than {limits.ocr_page_s:g} s for a page."
        ) from error
    if done.returncode:
        message = done.stderr.decode("utf-8", "replace").strip()[-200:]
        raise ReadingFailed("reader-failed", f"Tesseract failed: {message}")
    return done.stdout.decode("utf-8", "replace")


def from_tsv(tsv: str, width: int, height: int) -> Recognised:
    """Tesseract's table of words: a line for each line, an empty line between paragraphs."""
    text = io.StringIO()
    words: list[Word] = []
    size, weight, certainty = 0, 0, 0.0
    last: tuple[str, ...] | None = None
    for row in csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE):
        word = clean_text(row.get("text") or "").strip()
        if row["level"] != _WORD_LEVEL or not word:
            continue
        line = (row["block_num"], row["par_num"], row["line_num"])
        if last is not None:
            size += text.write(" " if line == last else "\n" if line[:2] == last[:2] else "\n\n")
        last = line
        start = size
        size += text.write(word)
        left, top = int(row["left"]), int(row["top"])
        right, bottom = left + int(row["width"]), top + int(row["height"])
        words.append((start, size, left / width, top / height, right / width, bottom / height))
        weight += len(word)
        certainty += float(row["conf"]) * len(word)
    return Recognised(text.getvalue(), tuple(words), certainty / weight / 100 if weight else 0.0)


def page(number: int, found: Recognised, *, width: float, height: float) -> PageText:
    """The page of what was recognised, on a picture of `width` by `height` points."""
    words = tuple(
        (start, end, round(left * width, 2), round(top * height, 2), round(right * width, 2),
         round(bottom * height, 2))
        for start, end, left, top, right, bottom in found.words
    )  # fmt: skip
    return PageText(
        number, found.text, "ocr" if found.text else "none", width=width, height=height,
        confidence=round(found.confidence, 3) if found.text else None, words=words,
    )  # fmt: skip
