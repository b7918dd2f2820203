"""How an identifier becomes a key, and when two spellings of one key are the same identifier.

A key is NFKC, upper case, without spaces, dashes, slashes, dots and line breaks; prefix and leading
zeros stay. Beside it stand its groups, because a key alone would take 1-12 for 11-2:

    written          key          groups
    PO-2024-113      PO2024113    PO|2024|113
    po 2024113       PO2024113    PO|2024113      joined: meets the one above
    SPEC-118/1       SPEC1181     SPEC|118/1      a slash or dot makes a part of a number
    SPEC-1181        SPEC1181     SPEC|1181       never meets the one above

Where letters and digits meet there is always a border, written or not, so INV77 is INV-77. A border
between two digits (or two letters) counts. People drop dashes and spaces, so a spelling that has no
such border is *joined* and meets every grouping made with them. They do not drop a slash or a dot
between digits (118/1 is a part of 118), so what has one meets only the same borders.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

#: Hyphens, dashes, minus signs and bullets used as such, each as one hyphen-minus. U+00AD is here
#: too: what is left of it in a page's text was printed by files that mean a hyphen.
DASHES: Final = (
    "\u00ad\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u207b\u208b\u2212"
    "\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\U00010ead"
)
SPACES: Final = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
SLASHES: Final = "\u2044\u2215\uff0f"
UNSEEN: Final = "\u200b\u200c\u200d\u2060\ufeff"

_ONE_TO_ONE: Final = MappingProxyType(
    {
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # full width forms
        **dict.fromkeys(DASHES, "-"),
        **dict.fromkeys(SPACES, " "),
        **dict.fromkeys(SLASHES, "/"),
    }
)
_ODD: Final = re.compile(f"[{''.join(map(re.escape, _ONE_TO_ONE))}]")
_DASH_BREAK: Final = re.compile(r"-(?<=\w-)([ \t]*\r?\n[ \t]*)(?=\w)")
_BREAK_DASH: Final = re.compile(r"(\n(?<=\w\n)[ \t]*)(?=-\w)")
_UNSEEN: Final = re.compile(f"[{UNSEEN}]")
_RUN: Final = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|[\s_]+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as patterns see it, and the way back to its own offsets."""

    text: str
    lower: str  # same length as `text`
    cuts: tuple[int, ...] = ()  # positions in `text` before which something was left out, …
    shifts: tuple[int, ...] = ()  # … and how much up to there

    def at(self, position: int) -> int:
        """The offset in the original text of a position in the folded one."""
        index = bisect_right(self.cuts, position)
        return position + self.shifts[index - 1] if index else position

    def end(self, position: int) -> int:
        """The same for an exclusive end: just behind the last character, not before the next."""
        return self.at(position - 1) + 1 if position else 0


def fold(text: str) -> Folded:
    """The text with all dashes and spaces alike, and with dashes at line ends closed up.

    A dash with a line break beside it becomes the dash alone, so that a number broken over two
    lines looks like any other; everything else keeps its place.
    """
    plain, gone = text, []
    if not text.isascii():
        for char in set(_ODD.findall(text)):
            plain = plain.replace(char, _ONE_TO_ONE[char])
        if any(char in plain for char in UNSEEN):
            gone = [match.span() for match in _UNSEEN.finditer(plain)]
    for pattern in (_DASH_BREAK, _BREAK_DASH):
        gone += [match.span(1) for match in pattern.finditer(plain)]
    return leave_out(plain, gone)


def leave_out(text: str, spans: Iterable[tuple[int, int]]) -> Folded:
    """The text without these stretches of it; of two that overlap the first goes."""
    kept, cuts, shifts = [], [], []
    position = length = shift = 0
    for start, end in sorted(spans):
        if start < position:
            continue
        kept.append(text[position:start])
        length += start - position
        shift += end - start
        cuts.append(length)
        shifts.append(shift)
        position = end
    left = "".join([*kept, text[position:]]) if kept else text
    return Folded(left, lower_case(left), tuple(cuts), tuple(shifts))


def lower_case(text: str) -> str:
    """The text in lower case, each character at its old offset."""
    lower = text.lower()
    if len(lower) != len(text):  # İ alone does that
        lower = "".join([char.lower()[0] for char in text])
    return lower


def groups_of(written: str) -> str:
    """The parts of a spelling, joined by `|`; by `/` where a slash or dot parts like from like."""
    text = unicodedata.normalize("NFKC", fold(written).text).upper()
    out = ""
    border = ""
    for match in _RUN.finditer(text):
        part = match.group()
        if not part[0].isalnum() and (part.isspace() or part in "-/\\._\u2044" or part[0] == "_"):
            border = "/" if part in "/\\.\u2044" or border == "/" else "|"
            continue
        if out:
            before, after = out[-1], part[0]
            alike = (before.isdigit() and after.isdigit()) or (before.isalpha() and after.isalpha())
            changes = before.isalnum() and after.isalnum() and not alike
            out += border if alike else "|" if changes else ""
        out += part
        border = ""
    return out


def key_of_groups(groups: str) -> str:
    """The key: the groups without their borders."""
    return groups.replace("|", "").replace("/", "")


def _borders(groups: str) -> tuple[list[int], bool]:
    """Where borders stand between two digits or two letters of the key; whether one is a slash."""
    found, hard, position = [], False, 0
    for index, char in enumerate(groups):
        if char not in "|/":
            position += 1
            continue
        before, after = groups[index - 1], groups[index + 1]
        if before.isdigit() == after.isdigit():
            found.append(position)
            hard = hard or char == "/"
    return found, hard


def meets(groups_a: str, groups_b: str) -> bool:
    """Whether two spellings may be one identifier; symmetric, and false for different keys."""
    if groups_a == groups_b:
        return True
    if key_of_groups(groups_a) != key_of_groups(groups_b):
        return False
    (borders_a, hard_a), (borders_b, hard_b) = _borders(groups_a), _borders(groups_b)
    if borders_a == borders_b:
        return True
    return (not borders_a and not hard_b) or (not borders_b and not hard_a)


def is_bordered(groups: str) -> bool:
    """Whether groups have a border that tells them from others of their key."""
    return bool(_borders(groups)[0])


def gathered(groupings: Iterable[str]) -> dict[str, str]:
    """By each of these groupings of one key the one under which it stands, in whatever order.

    Those that meet stand under the fullest: a slash before a dash before none. What is joined and
    meets several that do not meet one another may be either, and stands alone.

    >>> gathered(["INV|112", "INV|1|12"])["INV|112"], gathered(["1|12", "11|2", "112"])["112"]
    ('INV|1|12', '112')
    """
    fullest: dict[tuple[int, ...], str] = {}
    for groups in sorted(groupings, key=lambda one: ("/" not in one, one)):
        fullest.setdefault(tuple(_borders(groups)[0]), groups)
    joined = fullest.pop((), None)
    found = {one: fullest.get(tuple(_borders(one)[0]), one) for one in groupings}
    if joined is not None:
        met = [one for one in fullest.values() if meets(joined, one)]
        found |= {joined: met[0]} if len(met) == 1 else {}
    return found


def without_edition(text: str, key: str, groups: str, mark: str) -> tuple[str, str, str]:
    """What stands before the edition of a number, whose key has the mark that parts it from that.

    >>> without_edition("ISO 9001:2015", "ISO9001:2015", "ISO|9001:2015", ":")
    ('ISO 9001', 'ISO9001', 'ISO|9001')
    """
    return text.partition(mark)[0], key.partition(mark)[0], groups.partition(mark)[0]
