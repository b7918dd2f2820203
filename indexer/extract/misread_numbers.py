"""Numbers that a scan holds only if a letter is taken for the digit that it looks like, or a digit
for the letter: O and 0, I or l and 1; between digits also S and 5, B and 8. No more than doubts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from archive.reading import IdentifierFound, PageText
from archive.scheme_types import Schemes
from archive.spot_values import Spot
from archive.spots import find_spots

_NUMBER: Final = re.compile(r"(?<![^\W_])(?=[A-Za-z/|-]*\d)[\dA-Za-z/|-]{4,20}(?![^\W_])")
_DIGITS: Final = str.maketrans("OoIl|", "00111")
_LETTERS: Final = str.maketrans("0158", "OISB")
_LIKE_DIGITS: Final = re.compile(r"(?:(?<![A-Za-z])[OoIl|]+)?\d.*")
#: What stands before the number proper: letters, and one digit that may be one: `P0-`, `1NV-`.
_HEAD: Final = re.compile(r"(?=[A-Za-z]*[0158])(?:[A-Za-z]+[0158]?|[0158])[A-Za-z]*(?=[-/])")
_INNER: Final = re.compile(r"(?<=\d)[SB](?=\d)")


def find_misread(
    page: PageText,
    spots: Sequence[Spot],
    schemes: Schemes,
    home: frozenset[str],
    *,
    kind: str,
    own: Sequence[IdentifierFound],
) -> Iterator[tuple[str, Spot]]:
    """Each number beside the `spots` of the page, with the text in which it was found.

    That text is as long as the page's, so places are the same. Not where the number of the document
    itself stands: misread, it is no citation.
    """
    known = {(spot.scheme, spot.key) for spot in spots}
    for mend in (_with_digits, _with_head):
        mended = _NUMBER.sub(lambda match, mend=mend: mend(match.group()), page.text)  # type: ignore[misc]
        if mended == page.text:
            continue
        for spot in find_spots(schemes, mended, home):
            number = (spot.scheme, spot.key)
            if number not in known and not _is_own_place(spot, page, schemes, kind, own):
                known.add(number)
                yield mended, spot


def _with_digits(text: str) -> str:
    """From its first digit on, all that looks like a digit is one.

    >>> _with_digits("PO-2O24-1l3"), _with_digits("PO2O2B4"), _with_digits("SPEC-118B")
    ('PO-2024-113', 'PO20284', 'SPEC-118B')
    """
    mended = _LIKE_DIGITS.sub(lambda match: match.group().translate(_DIGITS), text, count=1)
    return _INNER.sub(lambda match: "5" if match.group() == "S" else "8", mended)


def _with_head(text: str) -> str:
    """The same, and what stands before the first dash or slash is letters.

    >>> _with_head("P0-2O24-110"), _with_head("1NV-77"), _with_head("2024-110")
    ('PO-2024-110', 'INV-77', '2024-110')
    """
    head = _HEAD.match(text)
    if head is None or head.group().isdigit():
        return _with_digits(text)
    return head.group().translate(_LETTERS) + _with_digits(text[head.end() :])


def _is_own_place(
    spot: Spot, page: PageText, schemes: Schemes, kind: str, own: Sequence[IdentifierFound]
) -> bool:
    if spot.label and spot.label.is_own and schemes.scheme(spot.scheme).bearer == kind:
        return True
    places = [one.evidence for one in own if one.evidence.page == page.number]
    return any((e.start or 0) < spot.end and spot.start < (e.end or 0) for e in places)
