"""The paragraphs of two texts beside each other, with the words that one side alone has.

No rows, no session: two versions of a document are told apart by their page texts alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

MOST_PASSAGES: Final = 20_000  # of each side; what comes behind is not compared
MOST_WORDS: Final = 1_500  # of a paragraph whose words are compared one by one
NEAR: Final = 12  # paragraphs that are looked at for the one that a changed one became
ALIKE: Final = 0.5  # share of words from which one paragraph is taken for the other, changed
FULL_LINE: Final = 0.75  # of the longest line of its page: the paragraph goes on behind it

_WORD: Final = re.compile(r"\S+")
_BEGINS: Final = re.compile(r"\s*(?:[-*•–#|>]|\(?\w{1,3}[.)]\s|§)")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph. `changed`: stretches (start, end) of `text` that the other side has not."""

    page: int  # 1-based
    text: str
    changed: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A paragraph that is another one now; `before` or `after` is None where it came or went."""

    before: Passage | None
    after: Passage | None
    figures: tuple[tuple[str, str], ...] = ()  # words with digits that took each other's place


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs, in the order of the later text, and how many paragraphs are alike."""

    changes: tuple[Change, ...]
    alike: int
    is_cut: bool  # one of the two has more paragraphs than are compared


def compare(before: Iterable[tuple[int, str]], after: Iterable[tuple[int, str]]) -> Compared:
    """Compare two texts, each as (page number, text) in order.

    Where lines are broken and how wide spaces are does not matter. Time grows with the length of
    the texts, not with its square: repeated lines tie no paragraphs together.
    """
    left, right = list(_passages(before)), list(_passages(after))
    is_cut = max(len(left), len(right)) > MOST_PASSAGES
    left, right = left[:MOST_PASSAGES], right[:MOST_PASSAGES]
    changes: list[Change] = []
    alike = 0
    keys = [[" ".join(one.text.split()) for one in side] for side in (left, right)]
    matcher = SequenceMatcher(None, keys[0], keys[1])
    for what, i, i_end, j, j_end in matcher.get_opcodes():
        if what == "equal":
            alike += i_end - i
        else:
            changes += _changes(left[i:i_end], right[j:j_end])
    return Compared(tuple(changes), alike, is_cut)


def _passages(pages: Iterable[tuple[int, str]]) -> Iterator[Passage]:
    """Paragraphs: parted by empty lines, and by lines that end before the edge."""
    for number, text in pages:
        lines = text.splitlines()
        edge = max(map(len, lines), default=0) * FULL_LINE
        gathered: list[str] = []
        for line in lines:
            goes_on = gathered and len(gathered[-1]) >= edge and not _BEGINS.match(line)
            if gathered and not (goes_on and line.strip()):
                yield Passage(number, "\n".join(gathered))
                gathered = []
            if line.strip():
                gathered.append(line.strip())
        if gathered:
            yield Passage(number, "\n".join(gathered))


def _changes(before: Sequence[Passage], after: Sequence[Passage]) -> Iterator[Change]:
    """One side's paragraphs and what they became; pairs keep the order of both."""
    done = 0
    for passage in before:
        near = range(done, min(done + NEAR, len(after)))
        place = next((at for at in near if _is_alike(passage, after[at])), None)
        if place is None:
            yield Change(passage, None)
            continue
        for new in after[done:place]:
            yield Change(None, new)
        yield _changed(passage, after[place])
        done = place + 1
    for new in after[done:]:
        yield Change(None, new)


def _is_alike(before: Passage, after: Passage) -> bool:
    left, right = before.text.split(), after.text.split()
    if max(len(left), len(right)) > MOST_WORDS:
        return False
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _changed(before: Passage, after: Passage) -> Change:
    left, right = (list(_WORD.finditer(one.text)) for one in (before, after))
    words = [[match[0] for match in side] for side in (left, right)]
    matcher = SequenceMatcher(None, words[0], words[1], autojunk=False)
    old, new, figures = [], [], []
    for what, i, i_end, j, j_end in matcher.get_opcodes():
        if what == "equal":
            continue
        if i_end > i:
            old.append((left[i].start(), left[i_end - 1].end()))
        if j_end > j:
            new.append((right[j].start(), right[j_end - 1].end()))
        if what == "replace":
            figures += _figures(before.text[slice(*old[-1])], after.text[slice(*new[-1])])
    return Change(
        Passage(before.page, before.text, tuple(old)),
        Passage(after.page, after.text, tuple(new)),
        tuple(figures),
    )


def _figures(old: str, new: str) -> list[tuple[str, str]]:
    """What was and what is, where both have digits: `41 200,00` and `42 000,00`."""
    pair = " ".join(old.split()), " ".join(new.split())
    return [pair] if all(any(map(str.isdigit, text)) for text in pair) else []
