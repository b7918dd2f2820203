"""Names of organisations: their company forms, and when two spellings are one name for sure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
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
_LONG: Final = (
    ("ekför", "ekonomisk förening"), ("ekför", "ek för"),
    ("gmbh", "gesellschaft mit beschränkter haftung"), ("plc", "public limited company"),
    ("llc", "limited liability company"), ("llp", "limited liability partnership"),
    ("spzoo", "sp z oo"),
)  # fmt: skip
_PHRASES: Final = tuple((re.compile(rf"(?i)\b{text}$"), form) for form, text in _LONG)
_FIRST: Final = ("ab", "aktiebolaget", "oy")  # forms that stand before a name as well
_DOTTED: Final = ("as", "sa", "sas", "sarl", "srl", "spa", "bv", "nv")  # "S.p.A.", "A/S"
MOST_SPELLINGS: Final = 12
KEPT: Final = 20_000  # names that are taken apart once only: searches meet the same ones

_WORD: Final = re.compile(r"\w+")
_ASLASH: Final = re.compile(r"(?i)\ba/s\b")
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


@lru_cache(maxsize=KEPT)
def party_name(name: str) -> PartyName:
    """The name without case, punctuation and accents (å ä ö stay), and its company form.

    >>> party_name("Norrgjuteri Aktiebolag (publ)") == party_name("AB NORRGJUTERI")
    True
    >>> party_name("Tidewater Valves Co., Limited")
    PartyName(words='tidewater valves', form='co ltd')
    """
    before, words, behind = _parted(_words(name.casefold()))
    forms = [FORMS[word] for word in (*before, *behind)]
    return PartyName(" ".join(map(_plain, words)), " ".join(form for form in forms if form))


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


def other_spellings(name: str) -> list[str]:
    """Other ways to write the name with its company form, as words with spaces.

    >>> other_spellings("Björk & Söner AB")[1:3]
    ['Björk Söner Aktiebolag', 'Björk Söner Aktiebolaget']
    """
    before, words, behind = _parted(_words(name))
    form = " ".join(FORMS[word.casefold()] for word in (*before, *behind)).split()
    if not form:
        return []
    plain = " ".join(words)
    ways = [" ".join(way) for way in product(*(_ways(word) for word in form))]
    found = [f"{plain} {way}" for way in ways]
    if form == ["ab"]:
        found += [f"AB {plain}", f"Aktiebolaget {plain}"]
    own = name.casefold()
    return [one for one in found if one.casefold() != own][:MOST_SPELLINGS]


def is_compatible(a: PartyName, b: PartyName) -> bool:
    """May two names that share a number be one? The same words; a form may be left out."""
    return a.words == b.words and (a.form == b.form or not a.form or not b.form)


def _words(name: str) -> list[str]:
    """The words of a name; what makes one form of several words is one."""
    text = _ASLASH.sub(lambda match: match.group().replace("/", ""), name)
    text = _INITIAL.sub("", unicodedata.normalize("NFC", text))
    plain = " ".join(_WORD.findall(text))
    for pattern, form in _PHRASES:
        plain = pattern.sub(form, plain)
    return plain.split(" ")


def _parted(words: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Forms before the name, its own words (one at least), forms behind it."""
    last = len(words)
    while last > 1 and words[last - 1].casefold() in FORMS:
        last -= 1
    first = 0
    while last - first > 1 and words[first].casefold() in _FIRST:
        first += 1
    return words[:first], words[first:last], words[last:]


def _ways(form: str) -> list[str]:
    """How a form is written: short, long, letter by letter."""
    ways = [word.capitalize() for word, short in FORMS.items() if short == form]
    ways += [text for short, text in _LONG if short == form]
    return ways + ([" ".join(form.upper())] if form in _DOTTED else [])


def _plain(word: str) -> str:
    if word.isascii():
        return word
    return "".join(
        char if char in "åäöæøü" else unicodedata.normalize("NFD", char)[0] for char in word
    )
