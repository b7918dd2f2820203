"""The query language: text into a tree, with a note for everything that was not understood.

    words "a phrase" "two words"~5 +required -without ( ) OR  word*  word~  field:value
    field:"a value"

Items side by side hold together; OR joins its two neighbours only: `pump OR valve 2024` is
(pump or valve) and 2024. Nothing that is typed is an error, and nothing shortens a list unsaid.
Offsets are code points of the text, end-exclusive.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from archive.schemes import Recognised
from indexer.search.amounts import SPACED
from indexer.search.analysis import tokens
from indexer.search.answers import Message, Note
from indexer.search.tree import (
    FIELDS,
    Either,
    Exactly,
    Expr,
    Field,
    FileNumber,
    Fuzzy,
    Identifier,
    Item,
    Near,
    Prefix,
    Query,
    Together,
    Word,
)

#: Words of a query that are searched at most; a pasted letter has fewer different ones that matter.
MOST_WORDS: Final = 100
#: Words of a query that may be asked to stand near one another: each two of them are looked for.
MOST_NEAR: Final = 6
FARTHEST: Final = 100  # words between two that are near one another
_DEEPEST: Final = 20  # parentheses within parentheses

_QUOTES: Final = {'"': '"', "“": "”“", "”": "”", "„": "”“", "«": "»", "»": "»«"}
_FIELD: Final = re.compile(r"([^\W\d_][\w-]*):(?=\S)")
_RUN: Final = re.compile(r'[^\s()"“”„«»]+')
_FILE_NUMBER: Final = re.compile(r"[Dd]-(\d{6,9})(?!\w)")
_NEAR: Final = re.compile(r"~(\d*)(?!\w)")
_POSSESSIVE: Final = re.compile(r"(?<=\w)['’]s$")
_END: Final = ".,;:!?"
_NO_FIELDS: Final = ("http", "https", "file", "mailto", "ftp")  # a pasted address is words


def parse(text: str, recognised: Sequence[Recognised] = ()) -> Query:
    """Read a query. `recognised` are the identifiers found in it, the likeliest first."""
    return _Parser(text, recognised).query()


def plain_parts(text: str) -> str:
    """The text with fields and phrases blanked out, in which identifiers are looked for."""
    return _Parser(text, ()).blanked()


class _Parser:
    def __init__(self, text: str, recognised: Sequence[Recognised]) -> None:
        self.text = text
        self.at = 0
        self.notes: list[Note] = []
        self.words: set[tuple[str, ...]] = set()
        self.cut = False
        self.depth = 0
        self.identifiers: dict[int, list[Recognised]] = {}
        for found in recognised:
            taken = [r for readings in self.identifiers.values() for r in readings]
            spans = {(r.start, r.end) for r in taken}
            if (found.start, found.end) in spans or not any(
                found.start < end and start < found.end for start, end in spans
            ):
                self.identifiers.setdefault(found.start, []).append(found)

    def query(self) -> Query:
        items: list[Item] = []
        while self.at < len(self.text):
            items += self.sequence()
            if self.at < len(self.text):  # a parenthesis that closes nothing
                self.note(self.at, self.at + 1, "stray-parenthesis")
                self.at += 1
        if not items and not self.notes and self.text.strip():
            self.note(0, len(self.text), "no-words")
        if self.cut:
            self.note(0, len(self.text), "too-long", limit=str(MOST_WORDS))
        return Query(self.text, tuple(items), tuple(sorted(self.notes, key=lambda n: n.start)))

    def blanked(self) -> str:
        out = list(self.text)
        while self.at < len(self.text):
            begin = self.at
            if self.text[begin] in _QUOTES:
                self.phrase()
            elif self.at_word() and (match := self.field()):
                self.value(match)
            else:
                self.at += 1
                continue
            out[begin : self.at] = " " * (self.at - begin)
        return "".join(out)

    def sequence(self) -> list[Item]:
        """Items up to a closing parenthesis or the end."""
        items: list[Item] = []
        operator: tuple[str, int] | None = None
        while (found := self.next()) is not None:
            if isinstance(found, str):
                if operator or (found in ("OR", "AND") and not items):
                    self.note(self.at - len(found), self.at, "stray-operator", value=found)
                else:
                    operator = (found, self.at)
                continue
            if operator and operator[0] == "NOT":
                found = replace(found, sign="-")
            joins = operator is not None and operator[0] == "OR"
            operator = None
            if joins:
                items[-1] = self.either(items[-1], found)
            else:
                items.append(found)
        if operator:
            name, end = operator
            self.note(end - len(name), end, "stray-operator", value=name)
        return [item for item in items if self.is_new(item)]

    def either(self, left: Item, right: Item) -> Item:
        parts = left.of.parts if isinstance(left.of, Either) and not left.sign else (left,)
        start = parts[0].start
        return Item(Either(start, right.end, (*parts, right)), start=start)

    def is_new(self, item: Item) -> bool:
        """Whether a plain word was not there before; and is among the first MOST_WORDS."""
        if item.sign or not isinstance(item.of, Word):
            return True
        if item.of.tokens in self.words:
            return False
        self.cut = self.cut or len(self.words) >= MOST_WORDS
        self.words.add(item.of.tokens)
        return len(self.words) <= MOST_WORDS

    def next(self) -> Item | str | None:
        """The next item or operator; None at a closing parenthesis or the end."""
        while self.at < len(self.text):
            char = self.text[self.at]
            if char.isspace():
                self.at += 1
                continue
            if char == ")":
                return None
            begin = self.at
            sign = self.sign()
            expr = self.expression()
            if isinstance(expr, str):
                return expr
            if expr is not None:
                return Item(expr, sign, begin)
            if sign:
                self.note(begin, begin + 1, "stray-operator", value=sign)
        return None

    def sign(self) -> str:
        char, following = self.text[self.at], self.text[self.at + 1 : self.at + 2]
        is_sign = char in "+-" and (following.isalnum() or following in _QUOTES or following == "(")
        if not (is_sign and following and self.at_word()):
            return ""
        self.at += 1
        return char

    def at_word(self) -> bool:
        before = self.text[self.at - 1 : self.at]
        return not before or before.isspace() or before in "(+-" or before in _QUOTES

    def expression(self) -> Expr | str | None:
        text, begin = self.text, self.at
        if text[begin] == "(":
            return self.parenthesis()
        if text[begin] in _QUOTES:
            return self.phrase()
        if match := self.field():
            return self.value(match)
        if readings := self.identifiers.get(begin):
            self.at = readings[0].end
            return Identifier(begin, self.at, tuple(readings), tuple(tokens(text[begin : self.at])))
        if number := _FILE_NUMBER.match(text, begin):
            self.at = number.end()
            document = f"D-{int(number[1]):06d}"
            return FileNumber(begin, self.at, document, tuple(tokens(document)))
        return self.word()

    def parenthesis(self) -> Expr | None:
        begin = self.at
        self.at += 1
        if self.depth == _DEEPEST:
            self.note(begin, self.at, "stray-operator", value="(")
            return None
        self.depth += 1
        items = self.sequence()
        self.depth -= 1
        if self.at < len(self.text):
            self.at += 1
        else:
            self.note(begin, begin + 1, "open-parenthesis")
        if not items:
            self.note(begin, self.at, "empty-parentheses")
            return None
        return Together(begin, self.at, tuple(items))

    def phrase(self) -> Expr | None:
        """`"a phrase"`; `"two words"~5`: near one another."""
        begin, text = self.at, self.quoted()
        found = tuple(tokens(text))
        end = self.at
        if "*" in text:
            self.note(begin, end, "star-in-phrase")
        match = _NEAR.match(self.text, end)
        if match is None or end == begin + 1:
            return Exactly(begin, end, found) if found else None
        self.at = match.end()
        different = tuple(dict.fromkeys(found))
        if not match[1] or len(different) < 2:
            self.note(end, self.at, "stray-operator", value=match[0])
            return Exactly(begin, end, found) if found else None
        if len(different) > MOST_NEAR:
            self.note(begin, self.at, "many-near", limit=str(MOST_NEAR))
        within = int(match[1][:9])
        if within > FARTHEST:
            self.note(end, self.at, "too-far", limit=str(FARTHEST))
        return Near(begin, self.at, different[:MOST_NEAR], min(within, FARTHEST))

    def quoted(self) -> str:
        """What stands between the quotation mark here and the one that closes it."""
        begin = self.at + 1
        closing = _QUOTES[self.text[self.at]]
        ends = [end for mark in closing if (end := self.text.find(mark, begin)) >= 0]
        if not ends:
            self.note(self.at, begin, "open-quote")
        end = min(ends, default=len(self.text))
        self.at = min(end + 1, len(self.text))
        return self.text[begin:end]

    def field(self) -> re.Match[str] | None:
        match = _FIELD.match(self.text, self.at)
        return match if match and match[1].lower() in FIELDS else None

    def value(self, match: re.Match[str]) -> Field:
        begin, name = self.at, match[1].lower()
        self.at = match.end()
        start = self.at
        if self.text[start] in _QUOTES:
            value = self.quoted().strip()
            return Field(begin, self.at, name, value, start + 1)
        depth = 0
        while self.at < len(self.text) and not self.text[self.at].isspace():
            depth += {"(": 1, ")": -1}.get(self.text[self.at], 0)
            if depth < 0:
                break
            self.at += 1
        return Field(begin, self.at, name, self.text[start : self.at], start)

    def word(self) -> Expr | str | None:
        begin = self.at
        match = SPACED.match(self.text, begin) or _RUN.match(self.text, begin)
        end = match.end() if match else begin + 1
        later = [start for start in self.identifiers if begin < start < end]
        self.at = min([end, *later])
        run = self.text[begin : self.at].rstrip(_END)
        end = begin + len(run)
        if run in ("OR", "AND", "NOT"):
            return run
        self.unknown_field(begin, run)
        if self.text[end : end + 1] == ":" and run.lower() in FIELDS:
            self.note(begin, end + 1, "empty-field", field=run.lower())
            return None
        run = unicodedata.normalize("NFC", run)
        found = tuple(tokens(_POSSESSIVE.sub("", run)))
        if not found:
            return None
        stem = run.rstrip("*")
        if "*" in stem:
            self.note(begin, end, "stray-operator", value="*")
        if stem != run:
            return Prefix(begin, end, found if stem[-1].isalnum() else (*found, ""))
        if run.endswith("~") and len(found) == 1:
            return Fuzzy(begin, end, found[0])
        return Word(begin, end, found)

    def unknown_field(self, begin: int, run: str) -> None:
        match = _FIELD.match(run)
        if match and match[1].lower() not in _NO_FIELDS:
            self.note(begin, begin + match.end(), "unknown-field", field=match[1])

    def note(self, start: int, end: int, name: str, **params: str) -> None:
        self.notes.append(Note(start, end, Message(name, params)))
