"""What a search answers with: plain data, with messages as ids and parameters to translate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from indexer.search.seam import Row

#: Every message of a search in English; `{names}` are the parameters.
MESSAGES: Final = {
    "unknown-field": "There is no field “{field}”; this was searched as words.",
    "unknown-kind": "There is no kind “{value}”; this was left out. Kinds: {known}.",
    "unknown-status": "There is no status “{value}”; this was left out.",
    "unknown-collection": "There is no collection “{value}” here; this was left out.",
    "unknown-value": "“{value}” was not understood for {field}; this was left out.",
    "bad-date": "“{value}” is no date or range of dates; this was left out.",
    "bad-amount": "“{value}” is no amount or range of amounts; this was left out.",
    "empty-field": "{field}: has no value; this was left out.",
    "open-quote": "The quotation mark is never closed; the phrase was taken to the end.",
    "open-parenthesis": "The parenthesis is never closed; it was closed at the end.",
    "stray-parenthesis": "This parenthesis closes nothing and was left out.",
    "empty-parentheses": "There is nothing between the parentheses.",
    "stray-operator": "“{value}” has nothing to work on and was left out.",
    "no-words": "There is nothing here that can be searched for, so all documents are listed.",
    "star-in-phrase": "* stands for nothing between quotation marks and was left out.",
    "many-near": "Only the first {limit} of these words were asked to be near one another.",
    "too-far": "At most {limit} words may lie between; so many were taken.",
    "too-short": "“{value}” is too short to stand for other words; it was searched as it is.",
    "many-expansions": "“{value}” stands for {count} words; the {used} most frequent were used.",
    "too-many": "“{value}” stands for too many; the first {used} were used.",
    "too-long": "Only the first {limit} words were searched.",
    "setting-inside": "{field} holds for the whole search, wherever it stands.",
    "setting-negated": "{field} can't be excluded; this was left out.",
    "nothing-left": "Nothing of this was understood; it finds nothing.",
    "bears": "bears {identifier}",
    "cites": "cites {identifier}",
    "opens": "is {identifier}",
    "in-name": "found in its name or path",
    "in-title": "found in its title",
    "try-spelling": "Did you mean “{words}”?",
    "try-without": "Without {piece}",
    "try-other-languages": "In other languages, without {piece}",
    "try-all-versions": "In older versions too",
}


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for people: its id in MESSAGES and what to fill in."""

    id: str
    params: Mapping[str, str] = field(default_factory=dict)

    def english(self) -> str:
        return MESSAGES[self.id].format(**self.params)


@dataclass(frozen=True, slots=True)
class Note:
    """What was not understood, or needs saying. Offsets are code points of the query."""

    start: int
    end: int
    message: Message


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of the query as understood, which can be taken out or changed alone."""

    start: int
    end: int
    text: str  # as typed
    role: str  # word, phrase, prefix, fuzzy, identifier, document, field, setting, group
    sign: str = ""  # "+" required, "-" without
    field: str | None = None
    value: str | None = None
    also: tuple[str, ...] = ()  # other forms searched: lemmas, expansions
    without: str = ""  # the query without this piece


@dataclass(frozen=True, slots=True)
class Hit:
    """One version in the result list. `marks` are code points of `snippet`, end-exclusive."""

    row: Row
    collection: int
    has_all: bool  # False: it has only some of the words
    page: int | None
    snippet: str
    marks: tuple[tuple[int, int], ...]
    why: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another query that finds something where this one found nothing."""

    query: str
    total: int
    message: Message


@dataclass(frozen=True, slots=True)
class Results:
    """The answer. `total` counts hits with all words, `total_any` those after them with some."""

    total: int
    total_any: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]
    suggestions: tuple[Suggestion, ...]
    opens: str | None  # the file number, where the query is nothing but one
    took_ms: float
