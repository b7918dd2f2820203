"""Pages that part a bundle, by a small rule.

A page parts where it shows the code of our own separator sheet, or where one of its lines is a word
for such a page and hardly anything else stands on it. A blank page does not: copiers that scan both
sides make one of every empty back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Final

from PIL import Image

from archive.labels import SEPARATORS
from archive.reading import PageText
from indexer.parsers import codes

#: What stands alone on such a page, without spaces and case; in the order of their languages.
WORDS: Final = frozenset(
    {
        "separator", "separatorsheet", "separatorpage", "documentseparator", "patchpage", "patcht",
        "skiljeblad", "skiljesida", "avskiljare", "avskiljarblad", "dokumentavskiljare",
        "dokumentskiljare", "trennblatt", "trennseite", "feuilleséparatrice", "séparateur",
    }
)  # fmt: skip
MOST_BESIDE: Final = 40  # letters and digits that may stand beside the word
FEWEST: Final = 3  # pages of a bundle with a separator in it: one on each side
_NO_LETTER: Final = re.compile(r"[\W_]+")


def separators(
    pages: Sequence[PageText],
    scans: Collection[int],
    picture: Callable[[int], Image.Image],
) -> tuple[tuple[str, str], ...]:
    """The numbers of the pages that part a file, as a property of it; nothing where none does.

    `picture` gives the picture of a page, by its number; only those of `scans` are looked at.
    """
    if len(pages) < FEWEST:
        return ()
    found = {page.number for page in pages if is_separator(page.text)}
    for number in sorted(set(scans) - found):
        if codes.is_separator(lambda: picture(number)):  # noqa: B023  (called at once)
            found.add(number)
    return ((SEPARATORS, ",".join(map(str, sorted(found)))),) if found else ()


def is_separator(text: str) -> bool:
    """Does the text of a page say that it parts?

    >>> is_separator("Crossfile\\nSeparator sheet\\n"), is_separator("Separator for oil, 40 l/min")
    (True, False)
    """
    lines = [_NO_LETTER.sub("", line.casefold()) for line in text[:1000].splitlines()]
    beside = [line for line in lines if line not in WORDS]
    return len(beside) < len(lines) and sum(map(len, beside)) <= MOST_BESIDE
