"""The engine `tantivy`: Rust, one machine, to a million documents and beyond.

What its binding wants to be told: tokenizers are not saved and are registered at each open;
queries are built as objects, for its own parser turns `inv*` into `inv`; a limit of 0 panics;
surrogates are refused; orphan segment files of a killed process want garbage collection.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from errno import EIO
from math import log
from pathlib import Path
from typing import Any, Final

import tantivy

from archive.errors import Conflict
from indexer.search.fields import (
    FACETS,
    NUMBER_ORDERS,
    NUMBERS,
    TERMS,
    TEXT_ORDERS,
    TEXTS,
    flatten,
    row_of,
)
from indexer.search.lemmas import Lemmas
from indexer.search.seam import (
    AnyTerm,
    Between,
    Bool,
    Every,
    Found,
    IndexDoc,
    Node,
    Phrase,
    Scored,
    Term,
)

_HEAP_BYTES: Final = 32_000_000  # a segment of some 10,000 documents; the least allowed is 15 MB
_MOST_TIES: Final = 1_000  # hits looked at to see the end of a row of equal scores
_BEYOND: Final = 8  # times as many as wanted: more cost little, and asking again as much as asking
_EVERY: Final = 1_000_000  # values counted in a segment: what is rare in one may be frequent in all
_Occur = tantivy.Occur
_Query = tantivy.Query


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name, has_positions in TEXTS.items():
        builder.add_text_field(
            name, tokenizer_name="spaces", index_option="position" if has_positions else "freq"
        )
    for name in TERMS:
        builder.add_text_field(f"t_{name}", tokenizer_name="raw", index_option="basic")
    for name in (*(f"t_{facet}" for facet in FACETS), *(f"o_{order}" for order in TEXT_ORDERS)):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in (*(f"n_{number}" for number in NUMBERS), *(f"o_{n}" for n in NUMBER_ORDERS)):
        builder.add_integer_field(name, fast=True)
    builder.add_bytes_field("row", stored=True)
    return builder.build()


def _name(field: str) -> str:
    return field if field in TEXTS else f"t_{field}"


class TantivyEngine:
    """Makes and opens index folders."""

    name = "tantivy"

    def __init__(self, lemmas: Lemmas) -> None:
        self._lemmas = lemmas

    def open(self, folder: Path) -> TantivyIndex:
        folder.mkdir(parents=True, exist_ok=True)
        return TantivyIndex(folder, self._lemmas)


class TantivyIndex:
    """One index folder."""

    def __init__(self, folder: Path, lemmas: Lemmas) -> None:
        self._folder = folder
        self._lemmas = lemmas
        self._index = tantivy.Index(_schema(), path=str(folder))
        spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer("spaces", spaces)
        self._index.config_reader("manual")
        self._writer: tantivy.IndexWriter | None = None
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._snapshot: TantivySnapshot | None = None

    def upsert(self, docs: Iterable[IndexDoc]) -> None:
        writer = self._writing()
        for doc in docs:
            flat = flatten(doc, self._lemmas)
            made = tantivy.Document()
            for name, text in flat.texts.items():
                made.add_text(name, text)
            for name, values in flat.terms.items():
                for value in values:
                    made.add_text(f"t_{name}", value)
            for name, number in flat.numbers.items():
                made.add_integer(f"n_{name}", number)
            for name, text in flat.text_orders.items():
                made.add_text(f"o_{name}", text)
            for name, number in flat.number_orders.items():
                made.add_integer(f"o_{name}", number)
            made.add_bytes("row", flat.row.encode())
            with self._saying_why():
                writer.delete_documents_by_term("t_key", flat.key)
                writer.add_document(made)

    def delete(self, keys: Iterable[str]) -> None:
        writer = self._writing()
        for key in keys:
            writer.delete_documents_by_term("t_key", key)

    def commit(self) -> None:
        if self._writer is not None:
            with self._saying_why():
                self._writer.commit()

    def snapshot(self) -> TantivySnapshot:
        with self._lock:
            state = (self._folder / "meta.json").stat()
            seen = (state.st_mtime_ns, state.st_ino)
            if self._snapshot is None or seen != self._seen:
                self._index.reload()
                self._snapshot = TantivySnapshot(self._index)
                self._seen = seen
            return self._snapshot

    def close(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            with self._saying_why():
                writer.rollback()
                writer.garbage_collect_files()
                writer.wait_merging_threads()

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            with self._saying_why():
                self._writer = self._index.writer(_HEAP_BYTES, 1)
                self._writer.garbage_collect_files()
        return self._writer

    @contextmanager
    def _saying_why(self) -> Iterator[None]:
        """A writer that fails once fails for ever: the next one is another. Raises OSError."""
        try:
            yield
        except ValueError as error:
            self._writer = None
            if "LockBusy" in str(error):
                said = f"Another process writes the index in {self._folder}."
                raise Conflict(said) from error
            number = re.search(r"os error (\d+)", str(error))
            code = int(number[1]) if number else EIO
            raise OSError(code, os.strerror(code)) from error


class TantivySnapshot:
    """One unchanging state of one index folder."""

    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()

    @property
    def count(self) -> int:
        return self._searcher.num_docs

    def idf(self, field: str, term: str) -> float:
        """As tantivy's BM25 has it, which counts deleted documents until they are merged away."""
        dead = self._searcher.doc_freq("t_current", "1") + self._searcher.doc_freq("t_current", "0")
        with_term = self._searcher.doc_freq(_name(field), term)
        return log(1 + (dead - with_term + 0.5) / (with_term + 0.5))

    def frequency(self, field: str, term: str) -> int:
        return min(self.count, self._searcher.doc_freq(_name(field), term))

    def terms(self, field: str, prefix: str) -> list[tuple[str, int]]:
        found = self._searcher.terms_with_prefix(_name(field), prefix)
        return sorted(found)

    def total(self, query: Node) -> int:
        return self._count_of(self._searcher.search(self._built(_unranked(query)), limit=1))

    def search(self, query: Node, *, limit: int, sort: str = "best") -> Found:
        if not limit:
            return Found(self.total(query), ())
        built = self._built(query)
        if sort != "best":
            return self._sorted(built, limit, sort)
        ask = max(limit + 1, min(_MOST_TIES, _BEYOND * limit))
        while True:
            result = self._searcher.search(built, limit=ask)
            hits = [(_near(score), address) for score, address in result.hits]
            if len(hits) < ask or ask >= _MOST_TIES or hits[-1][0] < hits[limit - 1][0]:
                break
            ask = min(_MOST_TIES, ask * _BEYOND)
        last = hits[min(limit, len(hits)) - 1][0] if hits else 0.0
        scored = [self._scored((-score,), address) for score, address in hits if score >= last]
        scored.sort(key=lambda hit: hit.order)
        return Found(self._count_of(result), tuple(scored[:limit]))

    def facets(self, query: Node, sizes: Mapping[str, int]) -> Mapping[str, Mapping[str, int]]:
        wanted = {
            name: {"terms": {"field": f"t_{name}", "size": size, "segment_size": _EVERY}}
            for name, size in sizes.items()
        }
        if not wanted:
            return {}
        answer = self._searcher.aggregate(self._built(_unranked(query)), wanted)
        return {
            name: {bucket["key"]: bucket["doc_count"] for bucket in answer[name]["buckets"]}
            for name in sizes
        }

    def _sorted(self, built: tantivy.Query, limit: int, sort: str) -> Found:
        """Ties go by path: those of the last value asked for are asked again, in that order."""
        result = self._by(built, limit, sort)
        hits = list(result.hits)
        if hits and sort != "path":
            last = hits[-1][0]
            before = [hit for hit in hits if hit[0] != last]
            equal = self._built_equal(sort, last)
            both = [(_Occur.Must, built), (_Occur.Must, equal)]
            tied = self._by(_Query.boolean_query(both), limit - len(before), "path")
            hits = before + [(last, address) for _, address in tied.hits]
        scored = [self._scored((order,), address) for order, address in hits]
        scored.sort(key=lambda hit: hit.order)
        return Found(self._count_of(result), tuple(scored))

    def _by(self, built: tantivy.Query, limit: int, sort: str) -> tantivy.SearchResult:
        ascending = tantivy.Order.Asc
        return self._searcher.search(built, limit, order_by_field=f"o_{sort}", order=ascending)

    def _built_equal(self, sort: str, value: Any) -> tantivy.Query:
        name = f"o_{sort}"
        if sort in NUMBER_ORDERS:
            kind = tantivy.FieldType.Integer
            return _Query.range_query(self._schema, name, kind, value, value)
        return _Query.term_query(self._schema, name, value, "basic")

    def _scored(self, order: tuple[Any, ...], address: tantivy.DocAddress) -> Scored:
        stored: Any = self._searcher.doc(address).get_first("row")
        row = row_of(bytes(stored).decode())
        return Scored((*order, row.path, row.key), row)

    @staticmethod
    def _count_of(result: tantivy.SearchResult) -> int:
        count: Any = getattr(result, "count")  # noqa: B009  (missing in the binding's stub)
        return int(count)

    def _built(self, node: Node) -> tantivy.Query:
        schema = self._schema
        match node:
            case Term(field, text, boost):
                option = "position" if TEXTS.get(field) else "freq" if field in TEXTS else "basic"
                term = _Query.term_query(schema, _name(field), text, option)
                return term if boost == 1.0 else _Query.boost_query(term, boost)
            case AnyTerm(field, (text,), score):  # sought in its turn, where a set is gone through
                return _Query.const_score_query(
                    _Query.term_query(schema, _name(field), text, "basic"), score
                )
            case AnyTerm(field, texts, score):
                return _Query.const_score_query(
                    _Query.term_set_query(schema, _name(field), list(texts)), score
                )
            case Phrase(field, texts, slop, boost):
                phrase = _Query.phrase_query(schema, field, list(texts), slop)
                return phrase if boost == 1.0 else _Query.boost_query(phrase, boost)
            case Between(field, low, high):
                kind = tantivy.FieldType.Integer
                ranged = _Query.range_query(schema, f"n_{field}", kind, low, high)
                return _Query.const_score_query(ranged, 0.0)
            case Bool():
                return self._built_bool(node)
            case Every():
                return _Query.const_score_query(_Query.all_query(), 0.0)

    def _built_bool(self, node: Bool) -> tantivy.Query:
        parts = [(_Occur.Must, self._built(part)) for part in node.must]
        parts += [
            (_Occur.Must, _Query.const_score_query(self._built(part), 0.0)) for part in node.keep
        ]
        parts += [(_Occur.Should, self._built(part)) for part in node.should]
        parts += [(_Occur.MustNot, self._built(part)) for part in node.without]
        if not node.must and node.should and node.keep:
            should = _Query.boolean_query([p for p in parts if p[0] == _Occur.Should])
            rest = [p for p in parts if p[0] != _Occur.Should]
            return _Query.boolean_query([(_Occur.Must, should), *rest])
        if not (node.must or node.keep or node.should):
            parts.append((_Occur.Must, self._built(Every())))
        return _Query.boolean_query(parts)


def _unranked(node: Node) -> Node:
    """What finds the same documents, less what only moves some of them up."""
    return replace(node, should=()) if isinstance(node, Bool) and node.must else node


def _near(score: float) -> float:
    """A score without the last bits, which hang on the order of its sums, so on segments."""
    return float(f"{score:.5g}")
