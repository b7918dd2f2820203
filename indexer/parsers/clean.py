"""Page text as people see it, and the map back to the reader's own characters.

One newline for every kind of line end, NFC, ligatures spelled out, soft hyphens and invisible
characters gone, words joined that a hyphen broke at a line end ("contin-" / "ued"). A hyphen
after or before a digit or a capital stays: "PO-" / "113" is an identifier.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from archive.reading import Run

_LOWER = "a-zß-öø-ÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷźżžșțа-яёα-ωά-ώ"
_BREAK = r"[ \t]*(?:\r\n?|\n)[ \t]*"
#: PDFium writes U+FFFE for a hyphen at a line end, and leaves the line end itself out.
_PDFIUM_HYPHEN = "\ufffe"
_LIGATURES = {
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl",
    "\ufb05": "st", "\ufb06": "st",
}  # fmt: skip
_LINE_ENDS = "\r\x0b\x0c\x85\u2028\u2029"
#: Controls, zero-width space, word joiner, byte order mark, interlinear marks, lone surrogates.
_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\ufff9-\ufffb\uffff\ud800-\udfff"
)

#: Starts with one set of characters, so that the engine skips quickly to the next candidate.
_CHANGE = re.compile(
    rf"[-\u2010\xad\ufffe{_LINE_ENDS}\ufb00-\ufb06{_INVISIBLE}](?:"
    rf"(?<=[{_LOWER}][-\u2010]){_BREAK}(?=[{_LOWER}])"
    rf"|(?<=\xad)(?:{_BREAK})?"
    r"|(?<=\ufffe)(?:\r\n?|\n)?"
    r"|(?<=\r)\n?"
    r"|(?<![-\u2010\xad\ufffe\r]))"
)
_JOINS = re.compile(rf"(?<=[{_LOWER}])\ufffe(?:\r\n?|\n)?(?=[{_LOWER}])")

#: Nothing below U+0300 changes by itself or joins what stands before it: NFC is at work here only.
_MAY_COMPOSE = re.compile(r"[\x00-\u02ff]?[^\x00-\u02ff]+")


def _replacement(match: re.Match[str]) -> str:
    first = match.group()[0]
    if first in _LINE_ENDS:
        return "\n"
    if first in _LIGATURES:
        return _LIGATURES[first]
    if first == _PDFIUM_HYPHEN and not _JOINS.match(match.string, match.start()):
        return "-"
    return ""


def clean_text(text: str) -> str:
    """The same text as `clean` gives, without the map."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CHANGE.sub(_replacement, text))


def clean(text: str) -> tuple[str, tuple[Run, ...]]:
    """Clean `text`; each run maps a stretch of the result to indexes into `text`.

    The runs follow each other without a gap and cover the whole result. The letters of a
    ligature map to it, one run each; a composed letter maps to its base letter.
    """
    if _CHANGE.search(text) is None:
        cleaned = text
        runs: tuple[Run, ...] = (Run(0, 0, len(text)),) if text else ()
    else:
        cleaned, runs = _changed(text)
    if unicodedata.is_normalized("NFC", cleaned):
        return cleaned, runs
    composed, steps = _composed(cleaned)
    return composed, _through(steps, runs)


def _changed(text: str) -> tuple[str, tuple[Run, ...]]:
    """All but composition; the run under way is (size - length, own, length)."""
    pieces: list[str] = []
    runs: list[Run] = []
    done = size = own = length = 0
    for match in _CHANGE.finditer(text):
        start, end = match.span()
        if start > done:
            pieces.append(text[done:start])
            size += start - done
            length += start - done
        spelled = _replacement(match)
        if spelled:
            pieces.append(spelled)
            size += 1
            length += 1
            start += 1
        if end != start or len(spelled) > 1:
            if length:
                runs.append(Run(size - length, own, length))
            for _ in spelled[1:]:
                runs.append(Run(size, start - 1, 1))
                size += 1
            own, length = end, 0
        done = end
    if done < len(text):
        pieces.append(text[done:])
        runs.append(Run(size - length, own, length + len(text) - done))
    elif length:
        runs.append(Run(size - length, own, length))
    return "".join(pieces), tuple(runs)


def _composed(text: str) -> tuple[str, tuple[Run, ...]]:
    """NFC of `text`, with runs into it; what was composed maps to its first characters."""
    pieces: list[str] = []
    runs: list[Run] = []
    done = size = own = length = 0
    for match in _MAY_COMPOSE.finditer(text):
        stretch = match.group()
        if unicodedata.is_normalized("NFC", stretch):
            continue
        start, end = match.span()
        piece = unicodedata.normalize("NFC", stretch)
        pieces += (text[done:start], piece)
        # An accent goes into its letter: the letter goes on the run, the accent ends it.
        same = min(len(piece), end - start)
        size += start - done + same
        length += start - done + same
        if len(piece) != end - start:
            runs.append(Run(size - length, own, length))
            runs.extend(Run(size + i, end - 1, 1) for i in range(len(piece) - same))
            size += len(piece) - same
            own, length = end, 0
        done = end
    if done < len(text):
        pieces.append(text[done:])
        length += len(text) - done
        size += len(text) - done
    if length:
        runs.append(Run(size - length, own, length))
    return "".join(pieces), tuple(runs)


def _through(steps: Sequence[Run], runs: Sequence[Run]) -> tuple[Run, ...]:
    """Runs that lead where `runs` lead from where `steps` lead; both cover all they count."""
    found: list[Run] = []
    at = 0
    for step in steps:
        start, own, left = step.start, step.own, step.length
        while at and runs[at].start > own:
            at -= 1
        while left:
            while runs[at].start + runs[at].length <= own:
                at += 1
            here = min(left, runs[at].start + runs[at].length - own)
            found.append(Run(start, runs[at].own + own - runs[at].start, here))
            start, own, left = start + here, own + here, left - here
    return tuple(found)
