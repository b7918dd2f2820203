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
from typing import Final, TypeAlias

LEAST_COMPOUND: Final = 7  # letters
MOST_COMPOUND: Final = 40
LEAST_PART: Final = 3

Rules: TypeAlias = Callable[[str], str | None]

_MAGIC: Final = b"lemmas2\n"
_HEAD: Final = struct.Struct("8sII")  # magic, entries, slots (a power of two)
_SLOT: Final = "I"  # offset of the entry, 0: empty
_SLOT_BYTES: Final = struct.calcsize(_SLOT)
_LENGTHS: Final = struct.Struct("<BB")  # of word and lemma, in UTF-8
_CACHED: Final = 200_000  # words of one language; about 20 MB


def write_table(path: Path, entries: Mapping[bytes, bytes]) -> None:
    """Write a mapping as an open-addressing hash table, whole or not at all."""
    slots = 1 << (len(entries) * 3 // 2).bit_length()
    index = [0] * slots
    body = bytearray()
    start = _HEAD.size + slots * _SLOT_BYTES
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
        _HEAD.pack(_MAGIC, len(entries), slots) + struct.pack(f"{slots}{_SLOT}", *index) + body
    )
    part.replace(path)


class Table(Mapping[str, str]):
    """A table of `write_table`, read where it lies."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        _, self._count, slots = _HEAD.unpack_from(self._map)
        index = memoryview(self._map)[_HEAD.size : _HEAD.size + slots * _SLOT_BYTES]
        self._slots = index.cast(_SLOT)

    def get(self, word: str, default: str | None = None) -> str | None:  # type: ignore[override]
        key = word.encode()
        size = len(key)
        table, slots = self._map, self._slots
        mask = len(slots) - 1
        slot = zlib.crc32(key) & mask
        while offset := slots[slot]:
            begin = offset + _LENGTHS.size
            end = begin + size
            if table[offset] == size and table[begin:end] == key:
                return table[end : end + table[offset + 1]].decode()
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
        for offset in self._slots:
            if offset:
                begin = offset + _LENGTHS.size
                yield self._map[begin : begin + self._map[offset]].decode()


def last_forms(words: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """Of each small word in a dictionary of simplemma the base form, in folded case.

    A word may stand there with a capital only. What it leads to is looked up once more, for there
    is villkoren: villkor, and villkor: villkora.
    """
    texts = {word.decode(): lemma.decode() for word, lemma in words.items()}

    def find(word: str) -> str | None:
        return texts.get(word) or texts.get(
            word.lower() if word[0].isupper() else word.capitalize()
        )

    found = {}
    for written in texts:
        word = written.casefold()
        lemma = find(word)
        if lemma:
            found[word.encode()] = (find(lemma) or lemma).casefold().encode()
    return found


def _table(folder: Path, language: str) -> Table:
    """The table of a language, made where it is missing."""
    import simplemma
    from simplemma.strategies.dictionaries import dictionary_factory

    name = f"lemmas-{language}-{simplemma.__version__}-{_MAGIC[6:7].decode()}.table"
    shared = Path(sys.prefix) / "share" / "crossfile"
    path = shared / name
    if not path.exists():
        folder = shared if _is_ours(shared) else folder
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
    if not path.exists():
        write_table(path, last_forms(dictionary_factory._load_dictionary_from_disk(language)))
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
        self._words: tuple[dict[str, Table], Rules] | None = None
        self._stem: Callable[[str], str] | None = None
        self._english = _Known(self._english_term)
        self._swedish = _Known(lambda token: "s:" + self._swedish_base(token))
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

    def _swedish_base(self, token: str) -> str:
        """Of a compound that no dictionary has its last part decides: lagerhusen is a lagerhus.

        The part before it is a word as well, perhaps with an s between them, so that no word is
        taken for a compound because it ends as another one does.
        """
        lemma = self._lemma(token, ("sv", "en"))
        if lemma != token or not LEAST_COMPOUND <= len(token) <= MOST_COMPOUND:
            return lemma
        words = (self._words or self._load())[0]["sv"]
        if not token.isalpha() or token in words:
            return lemma
        for at in range(LEAST_PART, len(token) - LEAST_PART + 1):
            last = words.get(token[at:])
            if last and (words.get(token[:at]) or words.get(token[:at].removesuffix("s"))):
                return token[:at] + last
        return lemma

    def _lemma(self, token: str, order: tuple[str, ...]) -> str:
        """As simplemma finds it, of whose ways only two lead anywhere for our languages and tokens:
        the dictionaries, and rules for English words that are in none.
        """
        if len(token) < 3 or not token.isalpha():
            return token
        words, rules = self._words or self._load()
        for language in order:
            found = words[language].get(token)
            if found is None and language == "en" and (ruled := rules(token)):
                found = words[language].get(ruled, ruled)
            if found is not None:
                return found
        return token

    def _load(self) -> tuple[dict[str, Table], Rules]:
        from simplemma.strategies.defaultrules.en import apply_en

        self._words = {name: _table(self._folder, name) for name in ("en", "sv")}, apply_en
        return self._words

    def _load_stemmer(self) -> Callable[[str], str]:
        import tantivy

        words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
        stemmer = words.filter(tantivy.Filter.stemmer("english")).build()
        self._stem = lambda token: stemmer.analyze(token)[0]
        return self._stem
