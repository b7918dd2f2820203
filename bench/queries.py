"""Searches as people make them, over the made documents: always the same ones."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bench.made import PARTIES, SEED, Maker

SAMPLE: Final = 400  # documents whose words are known
COMMON: Final = 0.1  # of the sample has a common word
WORD: Final = re.compile(r"[^\W\d_]{4,}")
KINDS: Final = ("invoice", "purchase-order", "contract", "delivery-note", "minutes", "quotation")


@dataclass(frozen=True, slots=True)
class Query:
    """What is typed, and what sort of search it is."""

    sort: str
    text: str


class Typist:
    """Types searches, by the words of the documents."""

    def __init__(self, maker: Maker, count: int) -> None:
        """Over an archive of the first `count` documents."""
        self._dice = random.Random(SEED)
        self._texts = [maker.text(self._dice.randrange(count)) for _ in range(SAMPLE)]
        found = Counter(word for text in self._texts for word in set(WORD.findall(text.lower())))
        self._common = sorted(word for word, n in found.items() if n >= COMMON * SAMPLE)
        self._rare = sorted(word for word, n in found.items() if n == 1)

    def queries(self, count: int) -> list[Query]:
        """That many searches of all sorts, mixed."""
        sorts: Sequence[tuple[int, str, Callable[[], str]]] = (
            (20, "two words", lambda: f"{self._pick(self._rare)} {self._pick(self._common)}"),
            (10, "two common words", lambda: " ".join(self._dice.sample(self._common, 2))),
            (12, "a rare word", lambda: self._pick(self._rare)),
            (8, "a common word", lambda: self._pick(self._common)),
            (12, "a phrase", lambda: f'"{self._words(2, 3)}"'),
            (8, "a prefix", lambda: self._pick(self._rare)[:4] + "*"),
            (10, "a field and a word", self._field),
            (10, "a number", self._number),
            (5, "a party", lambda: self._pick(PARTIES)),
            (5, "a question", lambda: f"What is said of {self._words(6, 12)}?"),
        )
        weights = [weight for weight, _, _ in sorts]
        chosen = self._dice.choices(sorts, weights, k=count)
        return [Query(sort, make()) for _, sort, make in chosen]

    def _pick(self, words: Sequence[str]) -> str:
        return self._dice.choice(words)

    def _words(self, least: int, most: int) -> str:
        """Words as they stand side by side in a line of a document."""
        while True:
            line = self._dice.choice(self._dice.choice(self._texts).splitlines())
            runs = re.findall(r"[^\W\d_]+(?: [^\W\d_]+)+", line)
            if runs and len(words := max(runs, key=len).split()) >= least:
                return " ".join(words[: self._dice.randint(least, most)])

    def _field(self) -> str:
        year = self._dice.randint(2015, 2023)
        word = self._pick(self._common)
        return self._pick(
            (
                f"kind:{self._pick(KINDS)} {word}",
                f'party:"{self._pick(PARTIES)}" {word}',
                f"date:{year}..{year + 2} {word}",
                f"kind:invoice total:>50000 date:{year}",
            )
        )

    def _number(self) -> str:
        text = self._dice.choice(self._texts)
        numbers = re.findall(r"\b(?:PO|INV|FA|DN|QU|SP|CR)-[\d-]+\d", text)
        return self._pick(numbers) if numbers else self._number()
