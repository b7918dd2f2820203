"""Words of labels as OCR misreads them on worn print: `t0tal`, `roundlng`."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

#: Letters and digits that are taken for one another, each as the first of its row.
_ALIKE: Final = ("o0", "l1i", "s5", "b8", "ec", "tf7", "a4", "nh", "uv")
_WORD: Final = re.compile(r"\S+")
_WORDS: Final = (
    "total", "subtotal", "amount", "rounded", "rounding", "payable", "cash", "change", "inclusive",
    "nett", "net", "summa", "betala", "kontant",
)  # fmt: skip


def mended(words: str) -> str:
    """The words with those set right that look like a word of labels; each keeps its place."""
    return _WORD.sub(lambda match: _looks().get(_look(match[0]), match[0]), words)


@cache
def _looks() -> dict[str, str]:
    return {_look(word): word for word in _WORDS}


@cache
def _table() -> dict[int, str]:
    return {ord(char): row[0] for row in _ALIKE for char in row}


def _look(word: str) -> str:
    return word.translate(_table())
