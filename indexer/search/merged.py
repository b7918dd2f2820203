"""Search over several folders: each collection's index is asked, and the answers become one.

Only the folders that are handed in are asked. Counts, order, facets, expansions and suggestions
come from nothing else, so that what a viewer may not read changes nothing that they see.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final

from archive.schemes import Recognised
from indexer.search.answers import FacetValue, Hit, Results
from indexer.search.compile import Compiler
from indexer.search.explain import pieces_of, reasons, sought
from indexer.search.facets import FACETS, facets_of
from indexer.search.fields import wanted_terms
from indexer.search.highlight import Highlighter
from indexer.search.lemmas import Lemmas
from indexer.search.meaning import Meaning, Statistics
from indexer.search.plan import Asked, Plan, Recognise, plan
from indexer.search.seam import (
    SORTS,
    FolderHandle,
    Found,
    Lookups,
    Node,
    PageSource,
    Scored,
    Snapshot,
)
from indexer.search.suggest import suggestions
from indexer.search.tree import FileNumber

#: Where fewer documents than this have all the words, those with some of them follow: a page.
FEW: Final = 20
MOST_LISTED: Final = 10_000  # behind this place no hits are listed
_SNIPPET_CHARS: Final = 400_000  # of one document, looked through for its snippet


@dataclass(frozen=True, slots=True)
class Options:
    """How a search is answered, beside what is asked."""

    limit: int = 20
    offset: int = 0
    sort: str = "best"  # one of SORTS
    facets: Sequence[str] = FACETS
    as_of: datetime | None = None
    on: date | None = None
    all_versions: bool = False
    has_snippets: bool = True  # False where hits are counted or followed, and nobody reads them


@dataclass(frozen=True, slots=True)
class _Part:
    """The answer of all folders to one tree each."""

    total: int
    by_folder: tuple[int, ...]
    trees: tuple[Node, ...]
    hits: tuple[tuple[int, Scored], ...]  # with the folder's index


class Searcher:
    """Answers queries. One for a process; safe for many threads."""

    def __init__(self, recognise: Recognise, lemmas: Lemmas) -> None:
        """`recognise` finds the identifiers in what somebody typed."""
        self._recognise = recognise
        self._lemmas = lemmas

    def search(
        self,
        folders: Sequence[FolderHandle],
        text: str,
        *,
        lookups: Lookups,
        pages: PageSource,
        options: Options = Options(),
    ) -> Results:
        """Search the folders that the viewer may read; never raises for what was typed."""
        begun = time.perf_counter()
        text = text.encode("utf-8", "replace").decode()  # surrogates are no text
        folders = sorted(folders, key=lambda folder: folder.collection)
        query = _Query(self, folders, lookups, text, options)
        first = query.ask(lambda compiler: compiler.with_all(), sort=query.sort)
        some = None
        if first.total < FEW and len(query.plan.soft) > 1:
            apart = first.total > 0
            some = query.ask(lambda c: c.with_some(apart_from_all=apart), start=first.total)
        listed = query.page(first, some)
        counted = first if first.total or some is None else some
        facets = query.facets(counted)
        hits = self._hits(query, listed, pages)
        nothing = not first.total and (some is None or not some.total)
        return Results(
            total=first.total,
            total_any=some.total if some else 0,
            hits=hits,
            facets=facets,
            pieces=pieces_of(query.plan, query.meaning),
            notes=(*query.plan.notes, *query.meaning.notes),
            suggestions=suggestions(query.plan, query.meaning, query.count) if nothing else (),
            opens=query.opens(hits),
            took_ms=round((time.perf_counter() - begun) * 1000, 1),
        )

    def highlighter(
        self, folders: Sequence[FolderHandle], text: str, *, lookups: Lookups
    ) -> Highlighter:
        """What finds in texts that which a search of these folders for `text` finds."""
        text = text.encode("utf-8", "replace").decode()
        query = _Query(self, folders, lookups, text, Options())
        return Highlighter(sought(query.plan, query.meaning), self._lemmas)

    def _hits(
        self, query: _Query, listed: Sequence[tuple[int, Scored, bool]], pages: PageSource
    ) -> tuple[Hit, ...]:
        rows = [scored.row for _, scored, _ in listed]
        parts = sought(query.plan, query.meaning)
        highlighter = Highlighter(parts, self._lemmas)
        is_read = rows and query.options.has_snippets
        texts = pages.pages([row.key for row in rows], max_chars=_SNIPPET_CHARS) if is_read else {}
        hits = []
        for (folder, _, has_all), row in zip(listed, rows, strict=True):
            snippet = highlighter.snippet(texts.get(row.key, ()), row.language)
            hits.append(
                Hit(
                    row=row,
                    collection=query.folders[folder].collection,
                    has_all=has_all,
                    page=snippet.page,
                    snippet=snippet.text,
                    marks=snippet.marks,
                    why=reasons(row, query.plan, highlighter, has_marks=bool(snippet.marks)),
                )
            )
        return tuple(hits)


class _Query:
    """One query under way, over one state of each folder."""

    def __init__(
        self,
        searcher: Searcher,
        folders: Sequence[FolderHandle],
        lookups: Lookups,
        text: str,
        options: Options,
    ) -> None:
        self.folders = folders
        self.lookups = lookups
        self.options = options
        self.snapshots: list[Snapshot] = [folder.index.snapshot() for folder in folders]
        self.statistics = Statistics(self.snapshots)
        asked = Asked(folders, lookups, searcher._recognise, self.exists)
        self.plan = plan(
            text, asked, as_of=options.as_of, on=options.on, all_versions=options.all_versions
        )
        collections = [folder.collection for folder in folders]
        self.meaning = Meaning(self.snapshots, collections, searcher._lemmas, self.statistics)
        known_sort = options.sort if options.sort in SORTS else "best"
        ranks = any(not self.meaning.weighs_alike(leaf) for leaf in self.plan.leaves())
        self.sort = "newest" if known_sort == "best" and not ranks else known_sort
        self.until = min(options.offset + options.limit, MOST_LISTED)

    def exists(self, found: Recognised) -> bool:
        terms = wanted_terms(found.scheme, found.key, found.groups)
        return any(
            self.statistics.frequency(name, term) for name in ("bears", "cites") for term in terms
        )

    def ask(self, make: Callable[[Compiler], Node], *, start: int = 0, sort: str = "best") -> _Part:
        """Ask every folder. `start` is the place of the first hit in the whole list."""
        limit = max(0, self.until - start)
        found: list[Found] = []
        trees = self.trees(self.plan, make)
        for snapshot, tree in zip(self.snapshots, trees, strict=True):
            found.append(snapshot.search(tree, limit=limit, sort=sort))
        merged = heapq.merge(
            *([(index, hit) for hit in answer.hits] for index, answer in enumerate(found)),
            key=lambda hit: hit[1].order,
        )
        by_folder = tuple(answer.total for answer in found)
        return _Part(sum(by_folder), by_folder, trees, tuple(islice(merged, limit)))

    def trees(self, wanted: Plan, make: Callable[[Compiler], Node]) -> tuple[Node, ...]:
        return tuple(
            make(Compiler(wanted, folder, snapshot, self.meaning))
            for folder, snapshot in zip(self.folders, self.snapshots, strict=True)
        )

    def count(self, wanted: Plan) -> int:
        """How many documents another plan finds here."""
        trees = self.trees(wanted, lambda compiler: compiler.with_all())
        return sum(s.total(tree) for s, tree in zip(self.snapshots, trees, strict=True))

    def page(self, first: _Part, some: _Part | None) -> list[tuple[int, Scored, bool]]:
        listed = [(index, hit, True) for index, hit in first.hits]
        listed += [(index, hit, False) for index, hit in (some.hits if some else ())]
        return listed[self.options.offset : self.until]

    def facets(self, part: _Part) -> Mapping[str, tuple[FacetValue, ...]]:
        asked = [
            (folder, snapshot, tree, total)
            for folder, snapshot, tree, total in zip(
                self.folders, self.snapshots, part.trees, part.by_folder, strict=True
            )
            if total
        ]
        lookups = self.lookups
        return facets_of(asked, self.options.facets, self.meaning.collections, lookups)

    def opens(self, hits: Sequence[Hit]) -> str | None:
        """The document, where its file number is all that was typed."""
        items = self.plan.query.items
        if len(items) != 1 or not isinstance(items[0].of, FileNumber):
            return None
        (number,) = [leaf.document for leaf in self.plan.leaves() if isinstance(leaf, FileNumber)]
        return number if any(hit.row.document == number for hit in hits) else None
