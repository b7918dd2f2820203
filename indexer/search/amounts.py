"""Numbers as people group them: 21000 is 21 000, 21,000 and 21.000; with or without decimals.

Whoever asks for one spelling finds the others: each is a row of tokens, so nothing more stands in
an index.
"""

from __future__ import annotations

import re
from typing import Final

#: Spaces between groups of three digits, as typed; other marks part no words.
SPACED: Final = re.compile(
    r"[1-9]\d{0,2}(?:[ \u00a0\u2009\u202f]\d{3})+(?:[.,]\d{2})?(?![^\s()\"”»])"
)
_WHOLE: Final = re.compile(r"[1-9]\d{3,11}")
_HEAD: Final = re.compile(r"[1-9]\d{0,2}")
_GROUP: Final = re.compile(r"\d{3}")
_DECIMALS: Final = re.compile(r"\d{2}")


def spellings(tokens: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The other spelling of an amount: grouped where it is not, in one where it is; else nothing.

    >>> spellings(("21000",)), spellings(("21", "000", "00"))
    ((('21', '000'),), (('21000', '00'),))
    """
    whole, end = tokens[:-1], tokens[-1:]
    if not (whole and end and _DECIMALS.fullmatch(end[0])):
        whole, end = tokens, ()
    if len(whole) == 1 and _WHOLE.fullmatch(whole[0]):
        return ((*_grouped(whole[0]), *end),)
    if len(whole) > 1 and _HEAD.fullmatch(whole[0]) and all(map(_GROUP.fullmatch, whole[1:])):
        return (("".join(whole), *end),)
    return ()


def _grouped(digits: str) -> tuple[str, ...]:
    first = len(digits) % 3 or 3
    return (digits[:first], *(digits[at : at + 3] for at in range(first, len(digits), 3)))
