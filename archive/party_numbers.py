"""Numbers of organisations: in which scheme, and whether their check digits agree.

The rules are those of python-stdnum, whose modules name their sources: VAT numbers of the EU (as
VIES has them), of Norway, Switzerland and the United Kingdom; Swedish organisation numbers (Luhn,
SKV 709); GLN (GS1 General Specifications, section 7.9); LEI (ISO 17442, modulo 97). A D-U-N-S
number has no public check digit: it is taken by its nine digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_SEPARATORS: Final = re.compile(r"[\s.\-/]+")
_NAMED: Final = re.compile(r"(GLN|LEI|D-?U-?N-?S)[\s:.]*(?:(?:no|nr)[\s:.]*)?", re.IGNORECASE)
#: A Swedish VAT number is the organisation number between SE and 01 (Skatteverket).
_SWEDISH: Final = (re.compile(r"SE(\d{10})01"), re.compile(r"(\d{10})"))
_SHAPES: Final = {"gln": r"\d{13}", "lei": r"[0-9A-Z]{20}", "duns": r"\d{9}"}


@dataclass(frozen=True, slots=True)
class PartyNumber:
    """A number of an organisation; the same number where scheme and key are."""

    scheme: str  # organisation, vat, gln, lei, duns
    key: str
    is_checked: bool | None  # None: there is no public rule

    @property
    def told(self) -> str:
        """Scheme and key as one text."""
        return f"{self.scheme}:{self.key}"


def read_number(text: str) -> PartyNumber | None:
    """The number that a text is, by its shape or the scheme named before it; else nothing.

    >>> read_number("SE 556036-0793 01") == read_number("556036-0793")
    True
    >>> read_number("DUNS 12-345-6789")
    PartyNumber(scheme='duns', key='123456789', is_checked=None)
    """
    match = _NAMED.match(text.strip())
    bare = _SEPARATORS.sub("", text.strip()[match.end() if match else 0 :]).upper()
    if match:
        return _of_scheme(match.group(1).lower().replace("-", ""), bare)
    for shape in _SWEDISH:
        if swedish := shape.fullmatch(bare):
            return _swedish(swedish.group(1))
    is_right = _is_vat(bare)
    if is_right is not None:
        return PartyNumber("vat", bare, is_right)
    found = _of_scheme("gln", bare)  # 13 digits may be anything, unless they check out
    return found if found and found.is_checked else None


def checked_number(text: str | None) -> str | None:
    """The number as evidence that two names are one party; nothing where it does not check out."""
    number = read_number(text) if text else None
    return number.told if number and number.is_checked is not False else None


def _swedish(digits: str) -> PartyNumber:
    from stdnum.se import orgnr

    return PartyNumber("organisation", digits, orgnr.is_valid(digits))


def _of_scheme(scheme: str, bare: str) -> PartyNumber | None:
    if not re.fullmatch(_SHAPES[scheme], bare):
        return None
    if scheme == "duns":
        return PartyNumber(scheme, bare, None)
    from stdnum import ean, lei

    rule = ean if scheme == "gln" else lei
    return PartyNumber(scheme, bare, rule.is_valid(bare))


def _is_vat(bare: str) -> bool | None:
    """Do its check digits agree? None where it is not shaped as a VAT number of a known country."""
    if not re.fullmatch(r"[A-Z]{2,3}[0-9A-Z]{2,13}", bare) or sum(map(str.isdigit, bare)) < 6:
        return None
    from stdnum.ch import uid
    from stdnum.eu import vat
    from stdnum.gb import vat as british
    from stdnum.no import mva

    if bare.startswith("CHE"):
        return bool(uid.is_valid(bare[:12]))
    for prefix, rule in (("NO", mva), ("GB", british)):
        if bare.startswith(prefix):
            return bool(rule.is_valid(bare))
    is_known = bare.startswith("EL") or bare[:2].lower() in vat.MEMBER_STATES
    return bool(vat.is_valid(bare)) if is_known else None
