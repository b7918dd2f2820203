"""Names of organisations: the form in which two spellings of one name are equal."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: Company forms at a name's end (or start), which people write or leave out. Lower case, no dots.
FORMS: Final = (
    "aktiebolag", "aktiebolaget", "ab", "publ", "hb", "kb", "handelsbolag", "kommanditbolag",
    "ek för", "ekonomisk förening", "oy", "oyj", "as", "asa", "aps", "a/s", "gmbh", "mbh", "ag",
    "kg", "ohg", "ug", "co", "se", "ltd", "limited", "plc", "llp", "llc", "lp", "inc",
    "incorporated", "corp", "corporation", "company", "bv", "nv", "sa", "sas", "sarl", "srl",
    "spa", "sl", "pty", "sdn", "bhd", "kft", "sro", "spzoo",
)  # fmt: skip

_WORD: Final = re.compile(r"\w+", re.UNICODE)


def folded_name(name: str) -> str:
    """The name without case, punctuation, accents (å ä ö stay) and company form; words by spaces.

    >>> folded_name("Norrgjuteri Aktiebolag (publ)")
    'norrgjuteri'
    >>> folded_name("AB Björk & Söner")
    'björk söner'
    """
    text = unicodedata.normalize("NFC", name).casefold().replace("a/s", "as").replace(".", "")
    words = [_plain(word) for word in _WORD.findall(text)]
    kept = list(words)
    while len(kept) > 1 and kept[-1] in FORMS:
        kept.pop()
    while len(kept) > 1 and kept[0] in ("ab", "aktiebolaget", "oy"):
        kept.pop(0)
    return " ".join(kept)


def _plain(word: str) -> str:
    if word.isascii():
        return word
    return "".join(
        char if char in "åäöæøü" else unicodedata.normalize("NFD", char)[0] for char in word
    )
