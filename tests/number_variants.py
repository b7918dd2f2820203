"""How people and programs write one number, by chance: for the property test and for the bench."""

from __future__ import annotations

import random
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from archive.scheme_types import Schemes
from archive.schemes import find_spots, meets
from archive.spot_values import Spot

#: All that Unicode calls a dash, the minus sign and the soft hyphen.
EVERY_DASH: Final = [
    *(char for char in map(chr, range(sys.maxunicode)) if unicodedata.category(char) == "Pd"),
    "\u2212", "\u00ad",
]  # fmt: skip
SPACES: Final = ("", " ", "\u00a0", "\u202f", "\u2009", "\u2007")
#: Schemes, and the prefixes that they take: a "dwg" is a file, "Inv" an inventory.
PREFIXES: Final = (
    ("purchase-order", "PO", ("PO", "po", "Po", "PO No. ")),
    ("invoice", "INV", ("INV", "inv", "Invoice no INV")),
    ("drawing", "DWG", ("DWG", "DWGs")),
    ("change-request", "CR", ("CR", "Change request CR")),
)
FRAMES: Final = (
    "see {} of May",
    "({})",
    "{}, as agreed.",
    "Re: {}\n",
    "{}",
    "we have {}\nand more",
)


@dataclass(frozen=True, slots=True)
class Variant:
    """A number in a text, as it is written out, and numbers that it is not."""

    scheme: str
    number: str
    text: str
    others: Sequence[str]


def variants(chance: random.Random, count: int) -> Iterator[Variant]:
    """So many variants, always the same ones of the same chance."""
    for _ in range(count):
        scheme, stem, prefixes = chance.choice(PREFIXES)
        prefix = chance.choice(prefixes)
        year, number = str(chance.randint(2000, 2029)), str(_running(chance))
        joint, is_label = _joint(chance), prefix.endswith(" ")
        while is_label and joint == " ":  # "4711 12" is a number and a quantity
            joint = _joint(chance)
        border = "" if is_label else _joint(chance)
        written = "".join((prefix, border, year, joint, number))
        others = [
            f"{year}-{number}0", f"{year}-{number[:-1]}", f"{year}-0{number}",
            f"{year}-{int(number) + 1}", f"{year}-{number}/1",
        ]  # fmt: skip
        if joint:  # without it the text does not say where a border is
            others += [f"{year}{number[0]}-{number[1:]}", f"{year[:-1]}-{year[-1]}{number}"]
        yield Variant(
            scheme, f"{stem}-{year}-{number}", chance.choice(FRAMES).format(written),
            [f"{stem}-{other}" for other in others],
        )  # fmt: skip


def _running(chance: random.Random) -> int:
    """A number that is no year: "PO-2024 - 2025" may be a span of them."""
    return chance.choice((chance.randint(100, 1899), chance.randint(2100, 99_999)))


def _joint(chance: random.Random) -> str:
    dash, before, behind = chance.choice(EVERY_DASH), chance.choice(SPACES), chance.choice(SPACES)
    return chance.choice(("-", dash, f"{before}{dash}{behind}", f"{dash}\n", f"\n{dash}", " ", ""))


def is_missed(schemes: Schemes, variant: Variant) -> bool:
    """Is the number not found in its text, or only as one that does not meet it?"""
    spots = find_spots(schemes, variant.text)
    return not any(_means(schemes, variant, spot, variant.number) for spot in spots)


def is_confused(schemes: Schemes, variant: Variant) -> bool:
    """Is anything else found in its text, or what meets another number?"""
    return any(
        not _means(schemes, variant, spot, variant.number)
        or any(_means(schemes, variant, spot, other) for other in variant.others)
        for spot in find_spots(schemes, variant.text)
    )


def _means(schemes: Schemes, variant: Variant, spot: Spot, number: str) -> bool:
    key, groups = schemes.key_of(variant.scheme, number)
    return (spot.scheme, spot.key) == (variant.scheme, key) and meets(spot.groups, groups)
