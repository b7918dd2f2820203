"""Text of a picture, by the program Tesseract: one call a page, words with their places."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from dataclasses import dataclass

from PIL import Image

from archive.errors import ReadingFailed
from archive.reading import PageText
from indexer.parsers.clean import clean_text
from indexer.parsers.limits import Limits

Word = tuple[int, int, float, float, float, float]
_SMALL = 1_600  # pixels of the longer side; below that letters are too small, so enlarge twice
#: Tesseract's ways to tell ink from paper. The first takes one threshold for the whole page; a
#: pale receipt with a black edge is all paper to it, so a page that reads badly is tried by tiles.
_THRESHOLDS = (0, 1)
_SHORT = 40  # characters; fewer are worth a second try
_SURE = 0.5
_WORD_LEVEL = "5"


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
    """Read a picture; None where Tesseract is not installed or no language is set.

    Raises ReadingFailed where Tesseract fails or takes longer than `limits.ocr_page_s`.
    """
    program = shutil.which("tesseract")
    if program is None or not languages:
        return None
    prepared = _prepared(picture)
    stream = io.BytesIO()
    prepared.save(stream, "PNG", compress_level=1)
    command = [program, "stdin", "stdout", "-l", "+".join(languages), "--psm", "3",
               "--dpi", str(limits.ocr_dpi)]  # fmt: skip
    best: Recognised | None = None
    for way in _THRESHOLDS:
        tsv = _run([*command, "-c", f"thresholding_method={way}", "tsv"], stream.getvalue(), limits)
        found = from_tsv(tsv, prepared.width, prepared.height)
        if best is None or _worth(found) > _worth(best):
            best = found
        if len(best.text) >= _SHORT and best.confidence >= _SURE:
            break
    return best


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


def _prepared(picture: Image.Image) -> Image.Image:
    """Grey, transparent parts white, small pictures enlarged."""
    if "A" in picture.getbands() or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    grey = picture.convert("L")
    if max(grey.size) < _SMALL:
        grey = grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.LANCZOS)
    return grey


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
