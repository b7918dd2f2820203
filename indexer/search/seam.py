"""The seam between search and its engines: what goes in, what an engine can be asked.

One index folder a collection. Analysis, the query language, expansion, highlighting, merging and
paging stand outside; an engine stores the flat fields of `fields.flatten`, compiles the small
query tree below and counts. Readers and the one writer of a folder may be different processes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class IndexDoc:
    """One version of a document, with the facts that hold of it now.

    Dates are ISO days, instants ISO with offset, amounts plain decimals, languages ISO 639-1.
    """

    key: str  # unique for the version: "D-000012/2"
    document: str  # file number
    version: int
    current: bool
    path: str  # as shown: ROOT/relative/path
    pages: tuple[str, ...] = ()
    current_spans: tuple[tuple[str, str | None], ...] = ()
    """Half-open intervals [from, until) in which this version was the current one; None: still."""
    paths: tuple[str, ...] = ()
    kind: str = "other"
    number: str | None = None
    title: str | None = None
    date: str | None = None
    effective_from: str | None = None
    expires_on: str | None = None
    language: str | None = None
    status: str = "searchable"
    reason_code: str | None = None
    total: str | None = None
    currency: str | None = None
    parties: tuple[str, ...] = ()  # names, each once
    papers: tuple[str, ...] = ()  # places of paper originals, and who has them
    products: tuple[tuple[int, str], ...] = ()  # (collection of the register entry, code)
    changes: tuple[tuple[int, str], ...] = ()
    milestones: tuple[tuple[int, str], ...] = ()
    bears: tuple[tuple[str, str, str], ...] = ()  # (scheme, key, groups) of its own numbers
    cites: tuple[tuple[str, str, str], ...] = ()  # the same, of its mentions
    received_at: str | None = None
    held: bool = False


# The query tree that engines compile. Fields and terms are those of `fields.flatten`.


@dataclass(frozen=True, slots=True)
class Term:
    """Documents with this term; BM25 times `boost`."""

    field: str
    text: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class AnyTerm:
    """Documents with any of these terms, all scored alike."""

    field: str
    texts: tuple[str, ...]
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Documents with these terms in this order, at most `slop` other words between them."""

    field: str
    texts: tuple[str, ...]
    slop: int = 0
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Between:
    """Documents whose number in `field` lies in this closed range; none scores."""

    field: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Every:
    """All documents."""


@dataclass(frozen=True, slots=True)
class Bool:
    """All of `must`, none of `without`; of `should` at least one where there is no `must`.

    What stands under `keep` must match too and never scores.
    """

    must: tuple[Node, ...] = ()
    should: tuple[Node, ...] = ()
    without: tuple[Node, ...] = ()
    keep: tuple[Node, ...] = ()


Node: TypeAlias = Term | AnyTerm | Phrase | Between | Every | Bool

#: What a stored row may be ordered by: `best` is the score; ties go by path.
SORTS = ("best", "newest", "oldest", "number", "title", "path", "total")


@dataclass(frozen=True, slots=True)
class Row:
    """What a result list shows of one version, as it was put into the index."""

    key: str
    document: str
    version: int
    current: bool
    path: str
    kind: str
    number: str | None
    title: str | None
    date: str | None
    status: str
    reason_code: str | None
    total: str | None
    currency: str | None
    language: str | None
    parties: tuple[str, ...]
    held: bool
    bears: tuple[tuple[str, str, str], ...]
    cites: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """One hit of an engine. `order` sorts ascending under every sort, ties included."""

    order: tuple[float | str, ...]
    row: Row


@dataclass(frozen=True, slots=True)
class Found:
    """The first hits of one folder in order, and how many there are in all."""

    total: int
    hits: tuple[Scored, ...]


class Snapshot(Protocol):
    """One unchanging state of one folder, safe to be asked by many threads."""

    @property
    def count(self) -> int:
        """Live documents (versions)."""
        ...

    def idf(self, field: str, term: str) -> float:
        """The inverse document frequency that this folder itself would score the term with."""
        ...

    def frequency(self, field: str, term: str) -> int:
        """Live documents with the term."""
        ...

    def terms(self, field: str, prefix: str) -> list[tuple[str, int]]:
        """Terms of `field` that begin with `prefix`, in order, with their frequency."""
        ...

    def search(self, query: Node, *, limit: int, sort: str = "best") -> Found: ...

    def total(self, query: Node) -> int: ...

    def facets(self, query: Node, sizes: Mapping[str, int]) -> Mapping[str, Mapping[str, int]]:
        """For each field its most frequent values over all hits, at most `sizes[field]`."""
        ...


class SearchIndex(Protocol):
    """One index folder. Exactly one process may write it at a time; any number may read."""

    def upsert(self, docs: Iterable[IndexDoc]) -> None:
        """Put documents in, replacing those of the same key. Seen by nobody before `commit`."""
        ...

    def delete(self, keys: Iterable[str]) -> None: ...

    def commit(self) -> None:
        """Make what was put in and taken out durable and visible, at once."""
        ...

    def snapshot(self) -> Snapshot:
        """The newest committed state; cheap where nothing changed since the last call."""
        ...

    def close(self) -> None:
        """Give up the writer's lock, dropping what was not committed."""
        ...


class Engine(Protocol):
    """Makes and opens index folders."""

    name: str

    def open(self, folder: Path) -> SearchIndex:
        """Open the index in `folder`, making an empty one where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class KnownParty:
    """A registered party: how it is called, and the keys of all its names (archive.parties)."""

    name: str
    keys: tuple[str, ...]


class Lookups(Protocol):
    """What only the database knows, as the viewer may see it."""

    def called_now(self, document: str) -> str:
        """The file number of the document that bears or bore this one; else the same again."""
        ...

    def parties(self, keys: Iterable[str]) -> Mapping[str, KnownParty]:
        """The registered parties that have names with these keys."""
        ...

    def called(self, register: str, name: str) -> Iterable[tuple[int, str]]:
        """(collection, code) of a product, change or milestone that has this name."""
        ...

    def citing(self, document: str) -> Iterable[str]:
        """File numbers of the documents that cite this one."""
        ...

    def cited_by(self, document: str) -> Iterable[str]:
        """File numbers of the documents that this one cites."""
        ...


class PageSource(Protocol):
    """Page texts for snippets."""

    def pages(self, keys: Sequence[str], *, max_chars: int) -> Mapping[str, Sequence[str]]:
        """By IndexDoc.key the texts of the pages from page 1, up to about `max_chars` each."""
        ...


@dataclass(frozen=True, slots=True)
class FolderHandle:
    """One collection that the viewer may read, with its index."""

    collection: int
    name: str
    index: SearchIndex = field(repr=False)
