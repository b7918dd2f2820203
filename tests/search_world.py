"""A small archive for the tests of search, in every engine, without a database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from archive.schemes import Recognised, groups_of, key_of_groups
from indexer.search.answers import Results
from indexer.search.engines import engine
from indexer.search.folders import IndexFolders
from indexer.search.lemmas import Lemmas
from indexer.search.merged import Options, Searcher
from indexer.search.seam import FolderHandle, IndexDoc, KnownParty

ENGINES = ("tantivy", "whoosh")


def doc(file: int, /, *pages: str, version: int = 1, **facts: Any) -> IndexDoc:
    """A version of the document D-00000N whose facts are what the test cares about."""
    made = IndexDoc(
        key=f"D-{file:06d}/{version}",
        document=f"D-{file:06d}",
        version=version,
        current=True,
        path=f"filing/{file:03d}.txt",
        pages=pages,
        language="en",
        current_spans=(("2024-01-01T00:00:00+00:00", None),),
    )
    return replace(made, **facts)


def identifier(scheme: str, written: str) -> tuple[str, str, str]:
    groups = groups_of(written)
    return scheme, key_of_groups(groups), groups


def recognise_orders(text: str) -> list[Recognised]:
    """Purchase orders as `PO 2024-113`; a stand-in for the schemes of an archive."""
    found = []
    for match in re.finditer(r"(?i)\bPO[-–\s]?\d{2,4}(?:[-–\s]?\d+)?\b", text):
        scheme, key, groups = identifier("purchase-order", match[0])
        found.append(Recognised(scheme, key, groups, match.start(), match.end()))
    return found


class World:
    """Folders of one engine, with a searcher over them."""

    def __init__(self, root: Path, name: str, tables: Path) -> None:
        lemmas = Lemmas(tables)
        self.engine = engine(name, lemmas)
        self.folders = IndexFolders(root, self.engine)
        self.searcher = Searcher(recognise_orders, lemmas)
        self.names: dict[int, str] = {}
        self.texts: dict[str, tuple[str, ...]] = {}
        self.links: dict[str, set[str]] = {}
        self.joined: dict[str, str] = {}  # by a former file number the one of now
        self.known: list[KnownParty] = []  # registered parties
        self.entries: dict[tuple[str, str], list[tuple[int, str]]] = {}  # by register and name

    def fill(self, collection: int, name: str, docs: Iterable[IndexDoc]) -> World:
        made = list(docs)
        self.names[collection] = name
        self.texts.update({d.key: d.pages for d in made})
        index = self.folders.open(collection)
        index.upsert(made)
        index.commit()
        return self

    def search(self, text: str, *, among: Sequence[int] | None = None, **options: Any) -> Results:
        asked = [
            FolderHandle(number, name, self.folders.open(number))
            for number, name in self.names.items()
            if among is None or number in among
        ]
        return self.searcher.search(
            asked,
            text,
            lookups=self,
            pages=self,
            options=Options(**options),
        )

    def found(self, text: str, **options: Any) -> list[str]:
        return [hit.row.document for hit in self.search(text, **options).hits if hit.has_all]

    def pages(self, keys: Sequence[str], *, max_chars: int) -> Mapping[str, Sequence[str]]:
        return {key: self.texts[key] for key in keys}

    def called_now(self, document: str) -> str:
        return self.joined.get(document, document)

    def parties(self, keys: Iterable[str]) -> Mapping[str, KnownParty]:
        return {key: party for key in keys for party in self.known if key in party.keys}

    def called(self, register: str, name: str) -> Iterable[tuple[int, str]]:
        return self.entries.get((register, name), ())

    def citing(self, document: str) -> Iterable[str]:
        return (source for source, cited in self.links.items() if document in cited)

    def cited_by(self, document: str) -> Iterable[str]:
        return self.links.get(document, ())

    def close(self) -> None:
        for number in self.names:
            self.folders.open(number).close()
