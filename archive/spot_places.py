"""At which words of a text a label, shape or name can begin: the only places that are looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate, chain, product
from string import ascii_lowercase
from typing import Final, Generic, TypeVar

from archive.words import WordMarks, with_any_digit

T = TypeVar("T")
N = TypeVar("N")

_LETTERS: Final = f"{ascii_lowercase}0"
_FIRST: Final = re.compile(r"[^\W_]+\?*")


@dataclass(frozen=True, slots=True)
class Opening(Generic[T, N]):
    """What can begin at a word: a label, these shapes, these names."""

    may_be_label: bool = False
    shapes: tuple[T, ...] = ()
    names: tuple[N, ...] = ()


class Openings(Generic[T, N]):
    """The words at which labels and shapes begin.

    `labels`: their words in lower case; behind the last may stand one of `endings` in the same word
    ("ordernummer"). `starts`: how a shape begins, in lower case, and the shape: it begins where
    that is a word of its own or stands before a digit ("po 113", "po113"), with a `*` at its end
    before anything. A `?` is any of A to Z, or a digit. `names`: in lower case; found where their
    first word stands, with anything behind it where that is all.
    """

    def __init__(
        self,
        labels: Iterable[str],
        endings: Iterable[str],
        starts: Iterable[tuple[str, T]],
        names: Iterable[tuple[str, N]] = (),
    ) -> None:
        marks: dict[str, Opening[T, N]] = {}
        for word in _label_words([*labels], [*endings]):
            marks[f" {word} "] = Opening(may_be_label=True)
        for start, shape in starts:
            for mark in _start_marks(start):
                known = marks.get(mark, Opening())
                if shape not in known.shapes:  # digits are all alike: 19 begins as 20 does
                    marks[mark] = replace(known, shapes=(*known.shapes, shape))
        for words, name in names:
            first, *more = with_any_digit(words).split()
            mark = f" {first} " if more else f" {first}"
            known = marks.get(mark, Opening())
            marks[mark] = replace(known, names=(*known.names, name))
        self._marks = WordMarks(marks)

    def places(self, text: str) -> list[tuple[int, Opening[T, N]]]:
        """Where in a text a label, a shape or a name may begin, in order; not at each one does."""
        return self._marks.find(with_any_digit(text))


def _label_words(labels: list[str], endings: list[str]) -> set[str]:
    """All that may stand as the first word of a label, whose words may be run together."""
    runs = [[*accumulate(with_any_digit(label).split())] for label in labels]
    whole = {run[-1] for run in runs if run}
    last = ["".join(with_any_digit(ending).split()) for ending in ("", *endings)]
    return {*chain(*runs), *map("".join, product(whole, ("", "s"), last))}


def _start_marks(start: str) -> list[str]:
    """The marks of one start: ` po ` and ` po0`, or ` kep` of `kep*`."""
    first = _FIRST.search(start)
    chars = re.sub(r"\d", "0", first.group() if first else "")
    begun = map("".join, product(*(_LETTERS if char == "?" else char for char in chars)))
    if start.endswith("*"):
        return [f" {word}" for word in begun]
    return [f" {word}{after}" for word in begun for after in (" ", "0")]
