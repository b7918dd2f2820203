"""Base forms of words, Swedish and English: fakturan, fakturor and faktura are one term.

simplemma's dictionaries take 146 MB as Python objects. They are written once into hash tables on
disk, which all processes map into memory and share: a few MB, and nothing to load.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from simplemma.strategies import DefaultStrategy

_MAGIC: Final = b"lemmas1\n"
_HEAD: Final = struct.Struct("<8sII")  # magic, entries, slots (a power of two)
_SLOT: Final = struct.Struct("<I")  # offset of the entry, 0: empty
_LENGTHS: Final = struct.Struct("<BB")  # of word and lemma, in UTF-8
_CACHED: Final = 200_000  # words of one language; about 20 MB


def write_table(path: Path, entries: Mapping[bytes, bytes]) -> None:
    """Write a mapping as an open-addressing hash table, whole or not at all."""
    slots = 1 << (len(entries) * 3 // 2).bit_length()
    index = [0] * slots
    body = bytearray()
    start = _HEAD.size + slots * _SLOT.size
    for word, lemma in entries.items():
        if len(word) > 255 or len(lemma) > 255:
            continue
        slot = zlib.crc32(word) & (slots - 1)
        while index[slot]:
            slot = (slot + 1) & (slots - 1)
        index[slot] = start + len(body)
        body += _LENGTHS.pack(len(word), len(lemma)) + word + lemma
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(
        _HEAD.pack(_MAGIC, len(entries), slots) + struct.pack(f"<{slots}I", *index) + body
    )
    part.replace(path)


class Table(Mapping[str, str]):
    """A table of `write_table`, read where it lies."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        _, self._count, self._slots = _HEAD.unpack_from(self._map)

    def get(self, word: str, default: str | None = None) -> str | None:  # type: ignore[override]
        key = word.encode()
        table, mask = self._map, self._slots - 1
        slot = zlib.crc32(key) & mask
        while offset := _SLOT.unpack_from(table, _HEAD.size + slot * _SLOT.size)[0]:
            word_length, lemma_length = _LENGTHS.unpack_from(table, offset)
            begin = offset + _LENGTHS.size
            end = begin + word_length
            if word_length == len(key) and table[begin:end] == key:
                return table[end : end + lemma_length].decode()
            slot = (slot + 1) & mask
        return default

    def __getitem__(self, word: str) -> str:
        found = self.get(word)
        if found is None:
            raise KeyError(word)
        return found

    def __len__(self) -> int:
        return int(self._count)

    def __iter__(self) -> Iterator[str]:
        for number in range(self._slots):
            offset = _SLOT.unpack_from(self._map, _HEAD.size + number * _SLOT.size)[0]
            if offset:
                begin = offset + _LENGTHS.size
                yield self._map[begin : begin + self._map[offset]].decode()


class _Tables:
    """simplemma's DictionaryFactory over our tables, made where they are missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, Table] = {}

    def get_dictionary(self, lang: str) -> Mapping[str, str]:
        if lang not in self._open:
            self._open[lang] = self._table(lang)
        return self._open[lang]

    def _table(self, lang: str) -> Table:
        import simplemma
        from simplemma.strategies.dictionaries import dictionary_factory

        name = f"lemmas-{lang}-{simplemma.__version__}.table"
        shared = Path(sys.prefix) / "share" / "crossfile"
        path = shared / name
        if not path.exists():
            folder = shared if _is_ours(shared) else self._folder
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
        if not path.exists():
            write_table(path, dictionary_factory._load_dictionary_from_disk(lang))
        return Table(path)


def _is_ours(folder: Path) -> bool:
    """May we write in the environment that we run in? Then its tables serve every data folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return sys.prefix != sys.base_prefix and os.access(folder, os.W_OK)


def base(term: str) -> str:
    """The base form that a term of `Lemmas` stands for."""
    return term[2:]


class _Known(dict[str, str]):
    """The terms of the words of one language, each made once."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, token: str) -> str:
        if len(self) >= _CACHED:
            self.clear()
        term = self[token] = self._make(token)
        return term


class Lemmas:
    """Base forms of folded tokens. Safe for many threads; nothing is loaded before it is asked."""

    def __init__(self, folder: Path) -> None:
        """`folder` is for the tables, where the environment can't hold them for all."""
        self._folder = folder
        self._strategy: DefaultStrategy | None = None
        self._stem: Callable[[str], str] | None = None
        self._english = _Known(self._english_term)
        self._swedish = _Known(lambda token: "s:" + self._lemma(token, ("sv", "en")))
        self._other = _Known(lambda token: "o:" + token)

    def terms(self, tokens: Iterable[str], language: str | None) -> Iterator[str]:
        """The terms of the tokens of a document in this language (None: not known).

        English words lose their ending after that too (Snowball), which joins `aerodynamic` with
        `aerodynamics`: 0.373 against 0.359 nDCG@10 on Cranfield. Of other languages than Swedish
        and English each token is its own term. A term begins with the letter of its language:
        the Swedish base form of an English word would be found in English documents.
        """
        if language == "sv":
            return map(self._swedish.__getitem__, tokens)
        if language in ("en", None):
            return map(self._english.__getitem__, tokens)
        return map(self._other.__getitem__, tokens)

    def forms(self, token: str) -> tuple[str, ...]:
        """All terms that a word of a query may stand for; a document has one of them at most."""
        return self._english[token], self._swedish[token], self._other[token]

    def _english_term(self, token: str) -> str:
        lemma = self._lemma(token, ("en", "sv"))
        return "e:" + ((self._stem or self._load_stemmer())(lemma) if lemma.isalpha() else lemma)

    def _lemma(self, token: str, order: tuple[str, ...]) -> str:
        if len(token) < 3 or not token.isalpha():
            return token
        strategy = self._strategy or self._load()
        for language in order:
            lemma = strategy.get_lemma(token, language)
            if lemma is not None:
                # Once more, for the dictionary has villkoren: villkor, and villkor: villkora.
                return (strategy.get_lemma(lemma, language) or lemma).casefold()
        return token

    def _load(self) -> DefaultStrategy:
        from simplemma.strategies import DefaultStrategy

        self._strategy = DefaultStrategy(dictionary_factory=_Tables(self._folder))
        return self._strategy

    def _load_stemmer(self) -> Callable[[str], str]:
        import tantivy

        words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
        stemmer = words.filter(tantivy.Filter.stemmer("english")).build()
        self._stem = lambda token: stemmer.analyze(token)[0]
        return self._stem
