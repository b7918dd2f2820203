"""The tables of kinds and labels, ready for look-ups by word; each made once a process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from archive.words import only_words
from indexer.extract import fact_words
from indexer.extract.kind_words import CUES, TITLES
from indexer.extract.phrases import Phrases


@dataclass(frozen=True, slots=True)
class KindRules:
    """The tables of kind_words."""

    titles: Phrases[str]  # → kind
    cues: dict[str, tuple[int, str, float]]  # → its rank among all, kind, weight


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a label means: the name of a fact, or none; how good it is; on which kinds."""

    fact: str
    rank: int = 0
    kinds: frozenset[str] | None = None
    strict: bool = False


@cache
def kind_rules() -> KindRules:
    """Titles and cues of all kinds."""
    titles = Phrases.of((title, kind) for kind, found in TITLES.items() for title in found)
    cues: dict[str, tuple[str, float]] = {}
    for kind, weighed in CUES.items():
        for cue, weight in weighed:
            cues.setdefault(cue, (kind, weight))
    ranked = sorted(cues, key=lambda cue: only_words(cue).split()[0])
    return KindRules(titles, {cue: (rank, *cues[cue]) for rank, cue in enumerate(ranked)})


def cue_mark(cue: str) -> tuple[str, int]:
    """The cue as a mark of archive.words, and what of it stands before its first word.

    One word stands whole; of several the last may go on.
    """
    words = only_words(cue)
    mark = words.strip()
    return f" {mark}" if " " in mark else f" {mark} ", words.index(mark)


@cache
def label_rules() -> Phrases[tuple[Meaning, ...]]:
    """All labels of fact_words; a phrase may have several meanings."""
    table: dict[str, list[Meaning]] = {}

    def put(phrases: Iterable[str], fact: str, rank: int, kinds: frozenset[str] | None) -> None:
        for phrase in phrases:
            strict = phrase in fact_words.STRICT
            table.setdefault(phrase, []).append(Meaning(fact, rank, kinds, strict))

    for phrases, kinds in fact_words.OWN_DATE:
        put(phrases, "date", 3 if kinds else 2, kinds)
    put(fact_words.BARE_DATE, "date", 1, None)
    put(fact_words.OTHER_DATE, "other", 0, None)
    put(fact_words.DUE_DATE, "due_date", 1, None)
    put(fact_words.EFFECTIVE_FROM, "effective_from", 1, None)
    put(fact_words.EXPIRES_ON, "expires_on", 1, None)
    for rank, phrases in fact_words.TOTALS:
        put(phrases, "total", rank, None)
    put(fact_words.NO_TOTAL, "other", 0, None)
    put(fact_words.TENDERED, "tendered", 1, None)
    put(fact_words.CHANGE, "change", 1, None)
    put(fact_words.ROUNDING, "rounding", 1, None)
    put(fact_words.CURRENCY, "currency", 1, None)
    put(fact_words.REVISION, "revision", 1, None)
    for role, phrases in fact_words.PARTY_LABELS.items():
        put(phrases, role, 1, None)
    return Phrases.of((phrase, tuple(meanings)) for phrase, meanings in table.items())
