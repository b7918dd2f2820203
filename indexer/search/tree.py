"""A query as a tree. Offsets are code points of what was typed, end-exclusive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from archive.schemes import Recognised
from indexer.search.answers import Note

FIELDS: Final = (
    "kind", "number", "party", "product", "change", "milestone", "path", "date", "total",
    "language", "cites", "cited-by", "status", "paper", "versions", "as-of", "on", "collection",
)  # fmt: skip
#: Fields that say in which archive to search, not what: they hold for the whole query.
SETTINGS: Final = ("versions", "as-of", "on")


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Word(Span):
    tokens: tuple[str, ...]  # more than one where it is spelled with dashes, dots, slashes


@dataclass(frozen=True, slots=True)
class Exactly(Span):
    """A phrase."""

    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Near(Span):
    """Words of which each two stand near one another somewhere, in whatever order."""

    tokens: tuple[str, ...]  # two or more, all different
    within: int  # other words between two of them at most


@dataclass(frozen=True, slots=True)
class Prefix(Span):
    tokens: tuple[str, ...]  # the last one is to be completed


@dataclass(frozen=True, slots=True)
class Fuzzy(Span):
    token: str


@dataclass(frozen=True, slots=True)
class Identifier(Span):
    readings: tuple[Recognised, ...]
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileNumber(Span):
    document: str  # once planned: as the document is called now
    tokens: tuple[str, ...]  # as typed


@dataclass(frozen=True, slots=True)
class Field(Span):
    name: str
    value: str
    value_start: int


@dataclass(frozen=True, slots=True)
class Either(Span):
    parts: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Together(Span):
    parts: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One part of a query with its sign; the span of `of` is without it."""

    of: Expr
    sign: str = ""  # "+", "-"
    start: int = 0

    @property
    def end(self) -> int:
        return self.of.end


Expr: TypeAlias = (
    Word | Exactly | Near | Prefix | Fuzzy | Identifier | FileNumber | Field | Either | Together
)


@dataclass(frozen=True, slots=True)
class Query:
    """A query as understood."""

    text: str
    items: tuple[Item, ...]
    notes: tuple[Note, ...]
