"""One walk over the tokens of an RTF file: groups, destinations, fonts, characters."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from indexer.parsers.rtf_words import (
    APART,
    BOXES,
    CHARACTERS,
    CHARSETS,
    FAMILIES,
    NEW_PAGE,
    NEW_SECTION,
    SKIPPED,
    SYMBOLS,
    TIMES,
    WITHIN,
    codec_of,
)

_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?[0-9]{1,10})?[ ]?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z'])|([{}])|[\r\n]+"
    rb"|([^\\{}\r\n]+)|.",
    re.DOTALL,
)
_NO_DIGIT = re.compile("[^0-9A-Fa-f]")
_PICTURES = {"ffd8ff": ".jpg", "89504e47": ".png"}  # by the first digits
_MOMENT = ("yr", "mo", "dy", "hr", "min")
_WORD_ART = "gtextUNICODE"  # the property of a shape that is its text


@dataclass(slots=True)
class _Group:
    """What holds until the group ends."""

    name: str  # of the destination
    sink: list[str] | None  # where text goes; None: nowhere
    outer: list[str] | None  # where it went before what is said twice began
    font: int
    skip: int  # characters after a Unicode one that repeat it for old readers
    is_deleted: bool = False
    is_said_again: bool = False  # for old readers; what follows says it better


class Walk:
    """One pass over the tokens of a file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._body: list[str] = []
        self._apart: defaultdict[str, list[list[str]]] = defaultdict(list)
        self._moments: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._codec = "cp1252"
        self._codecs: dict[int, str] = {}  # by font
        self._group = _Group("", self._body, None, 0, 1)
        self._stack: list[_Group] = []
        self._pending = bytearray()  # not decoded yet: characters of two bytes come one by one
        self._skip = 0
        self._is_optional = False  # whether the next word is the name of an optional destination
        self._property: list[str] = []  # name of a shape's property
        self._words: dict[str, Callable[[int | None], None]] = {
            "ansicpg": self._code_page, "deff": self._font, "f": self._font,
            "fcharset": self._charset, "cpg": self._font_code_page, "uc": self._unicode_skip,
            "u": self._unicode, "deleted": self._deleted, "plain": self._plain,
            "sbknone": self._section_goes_on, "sbkcol": self._section_goes_on,
        }  # fmt: skip

    def walk(self) -> None:
        """All of the file, or until its outermost group ends."""
        data, match, position, size = self._data, _TOKEN.match, 0, len(self._data)
        while position < size and (token := match(data, position)):
            position = token.end()
            word, argument, code, symbol, brace, text = token.groups()
            if text is not None:
                self._text(text)
            elif word is not None:
                number = None if argument is None else int(argument)
                if word == b"bin":  # so many bytes of anything
                    position += max(number or 0, 0)
                else:
                    self._word(word.decode("ascii"), number)
            elif code is not None:
                self._text(bytes((int(code, 16),)))
            elif symbol is not None:
                self._symbol(chr(symbol[0]))
            elif brace == b"{":
                self._open()
            elif brace == b"}":
                self._close()
                if not self._stack:
                    break
        self._flush()

    def body(self) -> list[str]:
        """The text of each page; one at least."""
        text = _characters(self._body).replace(NEW_SECTION, NEW_PAGE).rstrip(NEW_PAGE + "\n")
        return text.split(NEW_PAGE)

    def texts(self, kind: str) -> list[str]:
        """What was read apart, equal ones once (a header for each section)."""
        found = (_characters(sink).strip("\n") for sink in self._apart[kind])
        breaks = str.maketrans({NEW_PAGE: "\n", NEW_SECTION: "\n"})
        return list(dict.fromkeys(text.translate(breaks) for text in found if text.strip()))

    def objects(self) -> Iterator[bytes]:
        """The bytes of embedded objects, which are written as hexadecimal digits."""
        for sink in self._apart["objects"]:
            digits = _NO_DIGIT.sub("", "".join(sink))
            yield bytes.fromhex(digits[: len(digits) // 2 * 2])

    def pictures(self) -> Iterator[tuple[str, bytes]]:
        """JPEG and PNG, each once, with the endings of their names; not those of old readers."""
        seen: set[str] = set()
        for sink in self._apart["pictures"]:
            digits = _NO_DIGIT.sub("", "".join(sink)).lower()
            ending = next((e for mark, e in _PICTURES.items() if digits.startswith(mark)), None)
            if ending is not None and digits not in seen:
                seen.add(digits)
                yield ending, bytes.fromhex(digits[: len(digits) // 2 * 2])

    def moments(self) -> Iterator[tuple[str, str]]:
        """Times that the group `info` says, in ISO form."""
        for name, said in TIMES.items():
            year, month, day, hour, minute = (self._moments[name].get(w, 0) for w in _MOMENT)
            if year and month and day:
                yield said, f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00"

    def _open(self) -> None:
        self._flush()
        self._skip, self._is_optional = 0, False
        self._stack.append(self._group)
        self._group = replace(self._group)

    def _close(self) -> None:
        self._flush()
        self._skip, self._is_optional = 0, False
        if self._stack:
            ended, self._group = self._group, self._stack.pop()
            if ended.name in BOXES and self._group.name not in BOXES:
                self._line_end(ended.sink)

    def _text(self, text: bytes) -> None:
        if self._skip:
            self._skip, text = max(self._skip - len(text), 0), text[self._skip :]
        if self._group.sink is not None and not self._group.is_deleted:
            self._pending += text

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._is_optional = True
        elif symbol in SYMBOLS:
            self._write(SYMBOLS[symbol])

    def _word(self, word: str, number: int | None) -> None:
        self._skip = 0
        is_optional, self._is_optional = self._is_optional, False
        if change := self._words.get(word):
            self._flush()
            change(number)
        elif word in CHARACTERS:
            self._character(word)
        elif word in _MOMENT:
            self._moments[self._group.name][word] = number or 0
        elif word in FAMILIES:
            self._codec = FAMILIES[word]
        elif is_optional or word in APART or word in WITHIN or word in SKIPPED or word in TIMES:
            self._destination(word)
        elif word in ("upr", "sn", "sv"):
            self._twofold(word)

    def _character(self, word: str) -> None:
        sink = self._group.sink
        if word in ("row", "nestrow") and not self._pending and sink and sink[-1] == "\t":
            sink.pop()  # the end of the last cell
        self._write(CHARACTERS[word])

    def _destination(self, word: str) -> None:
        """Text of this group goes into the body, into a part of its own, or nowhere."""
        group = self._group
        group.name = word
        if word in WITHIN:
            if word == "ud":
                group.sink, group.is_said_again = group.outer, False
            elif word in BOXES:
                self._line_end(group.sink)
        elif word in APART and not group.is_said_again:
            group.sink = []
            self._apart[APART[word]].append(group.sink)
        else:
            group.sink = None

    def _twofold(self, word: str) -> None:
        """What says a thing twice, and properties of shapes."""
        group = self._group
        if word == "upr":  # once for old readers, then in `ud`
            group.outer, group.sink, group.is_said_again = group.sink, None, True
        elif word == "sn":
            group.sink = self._property = []
        elif "".join(self._property) != _WORD_ART:
            group.sink = None

    def _line_end(self, sink: list[str] | None) -> None:
        self._flush()
        if sink and not sink[-1].endswith("\n"):
            sink.append("\n")

    def _write(self, text: str) -> None:
        self._flush()
        if self._group.sink is not None and not self._group.is_deleted:
            self._group.sink.append(text)

    def _flush(self) -> None:
        """Decode what was gathered by the code page of the font in which it stands."""
        if self._pending and self._group.sink is not None:
            codec = self._codecs.get(self._group.font, self._codec)
            self._group.sink.append(self._pending.decode(codec, "replace"))
        self._pending.clear()

    def _code_page(self, number: int | None) -> None:
        self._codec = codec_of(number, self._codec)

    def _font(self, number: int | None) -> None:
        self._group.font = number or 0

    def _charset(self, number: int | None) -> None:
        if number in CHARSETS:
            self._codecs[self._group.font] = CHARSETS[number]

    def _font_code_page(self, number: int | None) -> None:
        self._codecs[self._group.font] = codec_of(number, self._codec)

    def _unicode_skip(self, number: int | None) -> None:
        self._group.skip = max(number or 0, 0)

    def _unicode(self, number: int | None) -> None:
        if number is not None:
            self._write(chr(number & 0xFFFF))
        self._skip = self._group.skip

    def _deleted(self, number: int | None) -> None:
        self._group.is_deleted = number != 0

    def _plain(self, _number: int | None) -> None:
        self._group.is_deleted = False

    def _section_goes_on(self, _number: int | None) -> None:
        if self._body and self._body[-1] == NEW_SECTION:
            self._body[-1] = "\n"


def _characters(sink: list[str]) -> str:
    """Surrogate pairs come as two escapes; UTF-16 joins them."""
    return "".join(sink).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
