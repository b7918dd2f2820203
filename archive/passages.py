"""The paragraphs of two texts beside each other, with the words that one side alone has.

No rows, no session: two versions of a document are told apart by their page texts alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

MOST_PASSAGES: Final = 20_000  # of each side; what comes behind is not compared
LARGEST_GAP: Final = 4_000_000  # words by words between two sure places, compared one by one
LABELLED: Final = 12  # words: shorter paragraphs that begin alike are the same one, changed
FULL_LINE: Final = 0.75  # of the longest line of its page: the paragraph goes on behind it

_WORD: Final = re.compile(r"\S+")
_BEGINS: Final = re.compile(r"\s*(?:[-*•–#|>]|\(?\w{1,3}[.)]\s|§)")

Run = tuple[int, int, int]  # so many words are alike from this one of the left and of the right


@dataclass(frozen=True, slots=True)
class Passage:
    """Paragraphs. `changed`: stretches (start, end) of `text` that the other side has not."""

    page: int  # 1-based, where they begin
    text: str
    changed: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Paragraphs that are others now; `before` or `after` is None where they came or went."""

    before: Passage | None
    after: Passage | None
    figures: tuple[tuple[str, str], ...] = ()  # words with digits that took each other's place


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs, in the order of the later text, and how many paragraphs of it are alike."""

    changes: tuple[Change, ...]
    alike: int
    is_cut: bool  # one of the two has more paragraphs than are compared


class _Side:
    """One text: its paragraphs, its words, and which word stands where."""

    def __init__(self, pages: Iterable[tuple[int, str]]) -> None:
        passages = list(_passages(pages))
        self.is_cut = len(passages) > MOST_PASSAGES
        self.passages = passages[:MOST_PASSAGES]
        spans = [list(_WORD.finditer(one.text)) for one in self.passages]
        self.words = [match[0] for found in spans for match in found]
        self.spans = [match.span() for found in spans for match in found]
        self.home = [place for place, found in enumerate(spans) for _ in found]
        self.first = [0]  # word of each paragraph, and behind the last
        for found in spans:
            self.first.append(self.first[-1] + len(found))

    def size(self, place: int) -> int:
        return self.first[place + 1] - self.first[place]

    def passage(self, begin: int, end: int, alike: Sequence[tuple[int, int]]) -> Passage:
        """These paragraphs as one; what lies outside the stretches of words `alike` is changed."""
        shifts, length = {}, 0
        for place in range(begin, end):
            shifts[place] = length
            length += len(self.passages[place].text) + 1
        edges = [self.first[begin], *(edge for stretch in alike for edge in stretch)]
        edges.append(self.first[end])
        changed = tuple(
            (
                shifts[self.home[start]] + self.spans[start][0],
                shifts[self.home[stop - 1]] + self.spans[stop - 1][1],
            )
            for start, stop in zip(edges[::2], edges[1::2], strict=True)
            if start < stop
        )
        text = "\n".join(one.text for one in self.passages[begin:end])
        return Passage(self.passages[begin].page, text, changed)

    def text(self, start: int, stop: int) -> str:
        return " ".join(self.words[start:stop])


@dataclass(slots=True)
class _Block:
    """Paragraphs of the left and those of the right that they became, as [begin, end) of each."""

    left: int
    left_end: int
    right: int
    right_end: int


def compare(before: Iterable[tuple[int, str]], after: Iterable[tuple[int, str]]) -> Compared:
    """Compare two texts, each as (page number, text) in order.

    Words are compared: where lines and paragraphs are broken and how wide spaces are does not
    matter. Time grows with the length of the texts, not with its square.
    """
    left, right = _Side(before), _Side(after)
    runs = list(_runs(left.words, right.words))
    changes: list[Change] = []
    alike = left_done = right_done = 0
    for block in [*_blocks(left, right, runs), None]:
        left_end = block.left if block else len(left.passages)
        right_end = block.right if block else len(right.passages)
        changes += [Change(one, None) for one in left.passages[left_done:left_end]]
        changes += [Change(None, one) for one in right.passages[right_done:right_end]]
        if block:
            if change := _change(left, right, block, runs):
                changes.append(change)
            else:
                alike += block.right_end - block.right
            left_done, right_done = block.left_end, block.right_end
    return Compared(tuple(changes), alike, left.is_cut or right.is_cut)


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


def _runs(left: Sequence[str], right: Sequence[str]) -> Iterator[Run]:
    """Words that are alike, in the order of both: from sure places on, and between them."""
    i = j = 0
    for i_sure, j_sure in [*_sure(left, right), (len(left), len(right))]:
        if i_sure < i or j_sure < j:
            continue
        yield from _between(left, right, (i, i_sure), (j, j_sure))
        i, j = i_sure, j_sure
        while i < len(left) and j < len(right) and left[i] == right[j]:
            i, j = i + 1, j + 1
        if i > i_sure:
            yield i_sure, j_sure, i - i_sure


def _sure(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Places of three words that stand once on either side, as many as keep the order of both."""
    grams = [list(zip(words, words[1:], words[2:], strict=False)) for words in (left, right)]
    counts = [Counter(side) for side in grams]
    places = {gram: j for j, gram in enumerate(grams[1]) if counts[1][gram] == 1}
    pairs = [
        (i, places[gram])
        for i, gram in enumerate(grams[0])
        if counts[0][gram] == 1 and gram in places
    ]
    ends: list[int] = []  # the smallest last place on the right of a row of each length
    at: list[int] = []  # the pair with which it ends
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        ends[length : length + 1] = [j]
        at[length : length + 1] = [number]
        before.append(at[length - 1] if length else -1)
    row = []
    number = at[-1] if at else -1
    while number >= 0:
        row.append(pairs[number])
        number = before[number]
    return row[::-1]


def _between(
    left: Sequence[str], right: Sequence[str], i: tuple[int, int], j: tuple[int, int]
) -> Iterator[Run]:
    if not 0 < (i[1] - i[0]) * (j[1] - j[0]) <= LARGEST_GAP:
        return
    matcher = SequenceMatcher(None, left[slice(*i)], right[slice(*j)], autojunk=False)
    for match in matcher.get_matching_blocks():
        if match.size:
            yield i[0] + match.a, j[0] + match.b, match.size


def _blocks(left: _Side, right: _Side, runs: Sequence[Run]) -> list[_Block]:
    """What became what: paragraphs that share most words of one of them, and all between."""
    shared: Counter[tuple[int, int]] = Counter()
    labelled = set()
    for i, j, size in runs:
        for step in range(size):
            pair = left.home[i + step], right.home[j + step]
            shared[pair] += 1
            begins = left.first[pair[0]] == i + step and right.first[pair[1]] == j + step
            if begins and max(left.size(pair[0]), right.size(pair[1])) <= LABELLED:
                labelled.add(pair)
    blocks: list[_Block] = []
    for pair, words in sorted(shared.items()):
        p, q = pair
        if 2 * words <= min(left.size(p), right.size(q)) and pair not in labelled:
            continue
        last = blocks[-1] if blocks else None
        if last and (p < last.left_end or q < last.right_end):
            last.left_end = max(last.left_end, p + 1)
            last.right_end = max(last.right_end, q + 1)
        else:
            blocks.append(_Block(p, p + 1, q, q + 1))
    return blocks


def _change(left: _Side, right: _Side, block: _Block, runs: Sequence[Run]) -> Change | None:
    """The block with what differs in it; None where nothing does."""
    old, new = [], []
    for i, j, size in _within(left, right, block, runs):
        old.append((i, i + size))
        new.append((j, j + size))
    before = left.passage(block.left, block.left_end, old)
    after = right.passage(block.right, block.right_end, new)
    if not (before.changed or after.changed):
        return None
    edges = (
        pairwise([(0, side.first[begin]), *stretches, (side.first[end], 0)])
        for side, begin, end, stretches in (
            (left, block.left, block.left_end, old),
            (right, block.right, block.right_end, new),
        )
    )
    figures = []
    for (was, was_next), (now, now_next) in zip(*edges, strict=True):
        pair = left.text(was[1], was_next[0]), right.text(now[1], now_next[0])
        if all(any(map(str.isdigit, text)) for text in pair):
            figures.append(pair)
    return Change(before, after, tuple(figures))


def _within(left: _Side, right: _Side, block: _Block, runs: Sequence[Run]) -> Iterator[Run]:
    """What is alike in the block: runs that reach over its edges are cut there."""
    begin, end = left.first[block.left], left.first[block.left_end]
    low, high = right.first[block.right], right.first[block.right_end]
    for i, j, size in runs[max(bisect_left(runs, (begin,)) - 1, 0) :]:
        if i >= end or j >= high:
            return
        cut = max(begin - i, low - j, 0)
        stop = min(size, end - i, high - j)
        if cut < stop:
            yield i + cut, j + cut, stop - cut
