"""Names of organisations: their company forms, and when two spellings are one name for sure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

#: Company forms as words at a name's end (or start), each with its short form. Lower case, no dots;
#: several words make one form: "co ltd", "gmbh co kg". What is shortened to "" says nothing more.
FORMS: Final = MappingProxyType(
    {
        "ab": "ab", "aktiebolag": "ab", "aktiebolaget": "ab", "publ": "", "hb": "hb",
        "handelsbolag": "hb", "handelsbolaget": "hb", "kb": "kb", "kommanditbolag": "kb",
        "kommanditbolaget": "kb", "ekför": "ekför", "oy": "oy", "osakeyhtiö": "oy", "oyj": "oyj",
        "as": "as", "asa": "asa", "aps": "aps", "gmbh": "gmbh", "mbh": "gmbh", "ag": "ag",
        "aktiengesellschaft": "ag", "kg": "kg", "kommanditgesellschaft": "kg", "ohg": "ohg",
        "ug": "ug", "co": "co", "company": "co", "se": "se", "ltd": "ltd", "limited": "ltd",
        "pvt": "pvt", "private": "pvt", "plc": "plc", "llp": "llp", "llc": "llc", "lp": "lp",
        "inc": "inc", "incorporated": "inc", "corp": "corp", "corporation": "corp", "bv": "bv",
        "nv": "nv", "sa": "sa", "sas": "sas", "sarl": "sarl", "srl": "srl", "spa": "spa",
        "sl": "sl", "pty": "pty", "proprietary": "pty", "sdn": "sdn", "bhd": "bhd", "kft": "kft",
        "sro": "sro", "spzoo": "spzoo",
    }
)  # fmt: skip
#: Forms of several words, as one.
_PHRASES: Final = (
    (re.compile(r"\bekonomisk förening$|\bek för$"), "ekför"),
    (re.compile(r"\bgesellschaft mit beschränkter haftung$"), "gmbh"),
    (re.compile(r"\bpublic limited company$"), "plc"),
    (re.compile(r"\blimited liability company$"), "llc"),
    (re.compile(r"\blimited liability partnership$"), "llp"),
    (re.compile(r"\bsp z oo$"), "spzoo"),
)
_FIRST: Final = ("ab", "aktiebolaget", "oy")  # forms that stand before a name as well

_WORD: Final = re.compile(r"\w+")
_INITIAL: Final = re.compile(r"(?<=\b\w)\.")  # "S.p.A." is a word, "Co.KG" are two


@dataclass(frozen=True, slots=True)
class PartyName:
    """A name in two parts: its words, and its company form in the short spelling ("" for none)."""

    words: str
    form: str

    @property
    def key(self) -> str:
        """The same for all spellings that are one name for sure."""
        return f"{self.words}|{self.form}"


def party_name(name: str) -> PartyName:
    """The name without case, punctuation and accents (å ä ö stay), and its company form.

    >>> party_name("Norrgjuteri Aktiebolag (publ)") == party_name("AB NORRGJUTERI")
    True
    >>> party_name("Tidewater Valves Co., Limited")
    PartyName(words='tidewater valves', form='co ltd')
    """
    text = unicodedata.normalize("NFC", name).casefold().replace("a/s", "as")
    plain = " ".join(_plain(word) for word in _WORD.findall(_INITIAL.sub("", text)))
    for pattern, form in _PHRASES:
        plain = pattern.sub(form, plain)
    words = plain.split(" ")
    last = len(words)
    while last > 1 and words[last - 1] in FORMS:
        last -= 1
    first = 0
    while last - first > 1 and words[first] in _FIRST:
        first += 1
    forms = [FORMS[word] for word in (*words[:first], *words[last:])]
    return PartyName(" ".join(words[first:last]), " ".join(form for form in forms if form))


def party_key(name: str) -> str:
    """What two spellings of one name have in common: words and company form."""
    return party_name(name).key


def folded_name(name: str) -> str:
    """The words of the name without its company form.

    >>> folded_name("Norrgjuteri Aktiebolag (publ)")
    'norrgjuteri'
    >>> folded_name("AB Björk & Söner")
    'björk söner'
    """
    return party_name(name).words


def is_compatible(a: PartyName, b: PartyName) -> bool:
    """May two names that share a number be one? The same words; a form may be left out."""
    return a.words == b.words and (a.form == b.form or not a.form or not b.form)


def _plain(word: str) -> str:
    if word.isascii():
        return word
    return "".join(
        char if char in "åäöæøü" else unicodedata.normalize("NFD", char)[0] for char in word
    )
